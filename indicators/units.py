"""Units of measure: stated at the door, carried through formulas, converted, never guessed."""

import re
from functools import cache
from typing import Any

import pint
import yaml

from indicators.bundled import configs
from indicators.errors import Place, fault, nearest

Measure = Any
"""A unit of measure: a pint quantity, whose magnitude is the factor in `1e4 CNY`."""

_LENGTH = 80
_ALLOWED = re.compile(r"[\w\s.*/()^%‰+\-µμ²³·]*", re.UNICODE)
_EXPONENT = re.compile(r"(\*\*|\^)\s*\(?\s*[+-]?\d{1,2}\s*\)?(?!\s*(\*\*|\^|[\d.]))")
_WHOLE = re.compile(r"(\*\*\s*\(?\s*[+-]?\s*)?(?<![\w.])(?<![\d.][eE][+-])(\d+)(?![\w.])")
_SPELLED = {"^": "**", "%": " percent ", "‰": " permille ", "·": "*", "²": "**2", "³": "**3"}


@cache
def _definitions() -> dict[str, Any]:
    with (configs() / "units_of_measure.yaml").open(encoding="utf-8") as stream:
        read: dict[str, Any] = yaml.safe_load(stream)
    return read


@cache
def registry() -> pint.UnitRegistry[Any]:
    """Return the registry of the units of measure that `configs/units_of_measure.yaml` defines."""
    listed = _definitions()
    made: pint.UnitRegistry[Any] = pint.UnitRegistry(None)
    for line in [*listed["prefixes"], *listed["units"]]:
        made.define(line)
    return made


@cache
def known_names() -> tuple[str, ...]:
    """Return every name and symbol of a unit of measure, without prefixes, and the usual prefixed ones."""
    usual = (
        "kg",
        "mg",
        "ug",
        "kt",
        "Mt",
        "km",
        "kW",
        "kWh",
        "MWh",
        "GWh",
        "MW",
        "GW",
        "GJ",
        "TJ",
        "MJ",
        "kJ",
    )
    return (*(name for name in registry()._units if not name.startswith("delta_")), *usual)


def measure(spelled: str, place: Place | None = None) -> Measure:
    """Return the unit of measure that a text spells.

    Errors: a located fault with the nearest known name when the text is no unit of measure.

    >>> str(measure("t / (1e4 CNY)").dimensionality), measure("%").to_base_units().magnitude
    ('[mass] / [currency]', 0.01)
    """
    return _parsed(spelled, place or Place()) if spelled.strip() else _unknown(spelled, place or Place())


@cache
def _parsed(spelled: str, place: Place) -> Measure:
    if len(spelled) > _LENGTH or not _ALLOWED.fullmatch(spelled):
        return _unknown(spelled, place)
    # pint computes powers of whole numbers exactly: an exponent of many digits, or one upon another, would never end
    if "^" in _EXPONENT.sub("", spelled) or "**" in _EXPONENT.sub("", spelled):
        return _unknown(spelled, place)
    text = spelled
    for sign, meant in _SPELLED.items():
        text = text.replace(sign, meant)
    text = _WHOLE.sub(lambda m: m[0] if m[1] else f"{m[2]}.0", text)
    try:
        found = registry().Quantity(1.0, "") * registry().parse_expression(text)
        factor = float(found.to_base_units().magnitude)
    except Exception:  # pint raises many kinds, some of them plain TypeError and TokenError
        return _unknown(spelled, place)
    if not 0 < factor < float("inf"):
        return _unknown(spelled, place)
    return found


def _unknown(spelled: str, place: Place) -> Measure:
    meant = nearest(spelled, known_names())
    for word in re.findall(r"[^\W\d_]+", spelled):
        meant = meant or nearest(word, known_names())
    if meant in registry()._units:
        meant = registry()._units[meant].symbol or meant
    raise fault("faults.no_unit_of_measure", place, found=f"'{spelled}'", meant=meant)


def factor(given: str, wanted: str, place: Place | None = None) -> float:
    """Return what a number in `given` is multiplied by to be in `wanted`.

    Errors: a located fault when either is no unit of measure or they do not fit each other.

    >>> factor("Mt", "t"), factor("1e8 CNY", "1e4 CNY"), factor("1", "%")
    (1000000.0, 10000.0, 100.0)
    """
    one, other = measure(given, place), measure(wanted, place)
    return ratio(one, other, place, given=given, wanted=wanted)


def ratio(one: Measure, other: Measure, place: Place | None = None, *, given: str = "", wanted: str = "") -> float:
    """Return the number of `other` in one `one`; a located fault when they do not fit."""
    if one.dimensionality != other.dimensionality:
        raise fault(
            "faults.units_do_not_fit",
            place,
            given=given or spelled_out(one),
            wanted=wanted or spelled_out(other),
        )
    number = (one / other).to_base_units().magnitude
    # 0.1 + 0.2 is not 0.3: factors that are decimal numbers come out as such
    return float(f"{number:.15g}")


def fits(one: Measure, other: Measure) -> bool:
    """Return whether two units of measure are of one dimension."""
    return bool(one.dimensionality == other.dimensionality)


def spelled_out(unit: Measure) -> str:
    """Write a unit of measure for a message.

    >>> spelled_out(measure("t/km^2"))
    't / km ** 2'
    """
    number = "" if unit.magnitude == 1 else f"{unit.magnitude:g} "
    return (number + f"{unit.units:~}".strip()).strip() or "1"


@cache
def said_in(spelled: str, language: str) -> str:
    """Return a unit of measure for readers of a language; as it is spelled where not every part has a label.

    >>> said_in("t / (1e4 CNY)", "zh"), said_in("kg/person", "zh"), said_in("ug/m^3", "zh"), said_in("%", "zh")
    ('吨/万元', '千克/人', '微克/立方米', '%')
    >>> said_in("t / (1e4 CNY)", "en"), said_in("1e6 t", "zh"), said_in("kg / (person a)", "zh")
    ('t / (1e4 CNY)', '1e6 t', 'kg / (person a)')
    """
    labels = _definitions()["labels"]
    spelled = " ".join(spelled.split())
    if language == "en":
        return spelled
    longest = "|".join(re.escape(key) for key in sorted(labels, key=len, reverse=True))
    plain = spelled.replace("**", "^").replace("³", "^3").replace("²", "^2")
    said = re.sub(rf"(?<![\w^.])({longest})(?![\w^])", lambda m: labels[m[1]][language], plain)
    said = re.sub(r"\(\s*([^()/*\s]+)\s*\)", r"\1", said)
    said = re.sub(r"\s*([/*])\s*", r"\1", said)
    return spelled if re.search(r"[A-Za-z^()\s]", said) else said
