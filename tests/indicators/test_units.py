"""Units of measure: stated, carried, converted, refused where they do not fit."""

import re
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from indicators.bundled import configs
from indicators.errors import InputError, Place
from indicators.units import factor, fits, known_names, measure, ratio, said_in, spelled_out
from tests.indicators.faulty import only_fault


# The right-hand numbers are arithmetic on the definitions: 1 Mt = 1e6 t; 1e8/1e4; 1 t per 1e4 CNY = 1000 kg / 1e4 CNY;
# GB/T 2589-2008: 1 kgce = 29 307 kJ, so 1 tce = 29.307 GJ; 1 mu = 2000/3 m², so 15 mu are a hectare.
@pytest.mark.parametrize(
    ("given_unit", "wanted", "number"),
    [
        ("t", "t", 1.0),
        ("Mt", "t", 1e6),
        ("kt", "t", 1000.0),
        ("kg", "t", 0.001),
        ("1e8 CNY", "1e4 CNY", 10000.0),
        ("t / (1e4 CNY)", "kg / CNY", 0.1),
        ("t/km^2", "kg/m**2", 0.001),
        ("1", "%", 100.0),
        ("%", "1", 0.01),
        ("‰", "%", 0.1),
        ("ug/m^3", "mg/m³", 0.001),
        ("µg/m^3", "ug/m^3", 1.0),
        ("tce", "GJ", 29.307),
        ("GWh", "kWh", 1e6),
        ("kWh", "MJ", 3.6),
        ("万人", "person", 10000.0),
        ("万吨标准煤", "tce", 10000.0),
        ("亿元", "1e4 CNY", 10000.0),
        ("亩", "ha", 1 / 15),
        ("10^4 CNY", "CNY", 10000.0),
        ("kg·m", "g m", 1000.0),
    ],
)
def test_factors(given_unit: str, wanted: str, number: float) -> None:
    assert factor(given_unit, wanted) == pytest.approx(number, rel=1e-14)


def test_decimal_factors_come_out_as_decimals() -> None:
    assert factor("kg", "t") == 0.001
    assert factor("1e-1 t", "1 t") == 0.1
    assert factor("3 kg", "10 kg") == 0.3


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("tonnes CO2", "t"),
        ("Ton", "t"),
        ("kwh", "kWh"),
        ("cny", "CNY"),
        ("kgt", "kt"),
        ("", ""),
        ("$", ""),
        ("t; import os", "t"),
        ("-t", "t"),
        ("0 t", "t"),
        ("t - t", "t"),
        ("1/0 t", "t"),
        ("1e400 t", "t"),
        ("t^t", "t"),
        ("t^2.5.1", "t"),
        ("t" * 81, ""),
    ],
)
def test_what_is_no_unit_of_measure_is_refused_where_it_stands(spelled: str, meant: str) -> None:
    place = Place("a.yaml", 3, key="variables.co2.unit_of_measure")
    found = only_fault(lambda: measure(spelled, place))
    assert (found.text_key, found.place) == ("faults.no_unit_of_measure", place)
    assert found.values["meant"] == meant
    assert ("did you mean" in found.message("en")) == bool(meant)


@pytest.mark.parametrize(
    "spelled", ["(((9**99)**99)**99)**99", "(((((9^99)^99)^99)^99)^99)^99", "9^9^9^9", "9**999999"]
)
def test_a_power_upon_a_power_does_not_hang(spelled: str) -> None:
    began = time.monotonic()
    only_fault(lambda: measure(spelled))
    assert time.monotonic() - began < 2


def test_units_that_do_not_fit_are_both_named() -> None:
    found = only_fault(lambda: factor("1e4 CNY", "t"))
    assert found.text_key == "faults.units_do_not_fit"
    assert found.message("en") == "units of measure do not fit: 1e4 CNY cannot become t"


def test_a_plain_number_is_no_count_of_people_or_pieces() -> None:
    assert not fits(measure("person"), measure("1"))
    assert not fits(measure("piece"), measure("person"))
    assert fits(measure("%"), measure("1"))


UNITS = st.sampled_from(
    [
        "t",
        "kg",
        "Mt",
        "CNY",
        "1e4 CNY",
        "亿元",
        "person",
        "万人",
        "km^2",
        "ha",
        "m^3",
        "h",
        "a",
        "%",
        "1",
        "tce",
        "kWh",
        "J",
    ]
)


@st.composite
def compounds(draw: st.DrawFn) -> str:
    parts = draw(st.lists(UNITS, min_size=1, max_size=4))
    return " ".join(
        f"({part})" if at == 0 else f"{draw(st.sampled_from('*/'))} ({part})" for at, part in enumerate(parts)
    )


@given(compounds())
def test_what_is_spelled_out_is_the_same_unit_of_measure(spelled: str) -> None:
    unit = measure(spelled)
    assert ratio(measure(spelled_out(unit)), unit) == pytest.approx(1, rel=1e-5)  # a message shows six digits


@given(compounds(), compounds())
def test_there_and_back_again(one: str, other: str) -> None:
    if not fits(measure(one), measure(other)):
        with pytest.raises(InputError):
            factor(one, other)
        return
    assert factor(one, other) * factor(other, one) == pytest.approx(1, rel=1e-13)


@given(compounds(), compounds())
def test_a_product_converts_as_its_parts_do(one: str, other: str) -> None:
    # kg and CNY are where t and 1e4 CNY are shrunk by 1000 and 10 000
    whole = measure(one) * measure(other)
    assert ratio(whole, measure(f"({one}) * ({other})")) == pytest.approx(1, rel=1e-13)


@given(st.text(max_size=90) | st.text(alphabet="tkgm 0123456789.e^*/()+-%CNY", max_size=40))
def test_any_text_is_a_unit_of_measure_or_a_fault(spelled: str) -> None:
    try:
        unit = measure(spelled)
    except InputError as error:
        error.render("zh")
    else:
        assert 0 < unit.to_base_units().magnitude < float("inf")


def test_every_name_that_may_be_suggested_is_a_unit_of_measure() -> None:
    for name in known_names():
        measure(name)


@pytest.mark.parametrize(
    ("spelled", "said"),
    [
        ("t / (1e4 CNY)", "吨/万元"),
        ("kg / (1e4 CNY)", "千克/万元"),
        ("1e8 CNY", "亿元"),
        ("1e4 CNY / person", "万元/人"),
        ("tce/(1e4 CNY)", "吨标准煤/万元"),
        ("t / tce", "吨/吨标准煤"),
        ("person / km^2", "人/平方公里"),
        ("m**3", "立方米"),
        ("ug/m³", "微克/立方米"),
        ("1e4 m^3", "万立方米"),
        ("km^2", "平方公里"),
        ("%", "%"),
        ("1", "1"),
        ("亿元", "亿元"),
        # not every part has a label: never half of each language
        ("1e6 t", "1e6 t"),
        ("t / (person a)", "t / (person a)"),
        ("knot", "knot"),
        ("t^2", "t^2"),
        ("kmol", "kmol"),
    ],
)
def test_units_of_measure_in_chinese(spelled: str, said: str) -> None:
    assert said_in(spelled, "zh") == said
    assert said_in(spelled, "en") == spelled


def test_every_label_spells_a_unit_of_measure() -> None:
    listed = yaml.safe_load((configs() / "units_of_measure.yaml").read_text(encoding="utf-8"))["labels"]
    for spelled, label in listed.items():
        assert set(label) == {"zh", "en"}
        assert label["en"] == spelled
        measure(spelled)


def test_the_bundled_frameworks_have_chinese_units_of_measure_throughout() -> None:
    for path in (configs() / "frameworks").glob("*.yaml"):
        framework = yaml.safe_load(path.read_text(encoding="utf-8"))
        for item in [*framework["variables"].values(), *framework["indicators"].values()]:
            assert not re.search("[A-Za-z]", said_in(item["unit_of_measure"], "zh"))
