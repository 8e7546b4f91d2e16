"""What spatial analyses draw upon: quantities, rules, links, scores that cannot be compared; the order is all one."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from esda import Moran
from libpysal import weights

from evaluate import load, score
from evaluate.assessment import Assessment
from evaluate.spatial import Setting
from evaluate.spatial.autocorrelation import FORMS, found
from evaluate.spatial.formulas import check_quantities
from evaluate.spatial.places import default_rules, ground_of
from evaluate.spatial_spec import SpatialSpec
from indicators.errors import InputError, Place
from indicators.spec import build
from tests.evaluate.spatial.patterns.conftest import CODES, SIDE, board
from tests.evaluate.tiny import Project, make

SMALL = """\
spatial:
  neighbours: {border: {rule: rook}}
  autocorrelation: {of: [composite, so2], statistics: [moran], local: [], pairs: [], joins: [], permutations: 99}
"""


def setting(project: Project) -> Setting:
    return setting_of(load(project.path))


def setting_of(made: Assessment) -> Setting:
    scores = score(made.panel, made.framework, made.methodology)
    assert made.boundaries is not None
    return Setting(
        made.file.spatial or SpatialSpec(), scores, made.boundaries.frame, made.links, None, {"half": "gdp / 2"}
    )


@pytest.fixture(scope="module")
def assessment(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return load(board(tmp_path_factory.mktemp("settings") / "small", spatial=SMALL).path)


@pytest.fixture(scope="module")
def small(assessment: Assessment) -> Setting:
    return setting_of(assessment)


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """Types with weights of their own: their scores are not comparable."""
    typed = ", weights: {carbon: 0.9, other: 0.1}"
    return setting(board(tmp_path_factory.mktemp("settings") / "apart", spatial=SMALL, typed=typed))


def tables(of: Setting) -> dict[str, pd.DataFrame]:
    return dict(found(of).tables)


def test_quantities_by_name(small: Setting) -> None:
    quantities = small.quantities
    assert quantities.codes == sorted(CODES)
    assert quantities.years == [2020, 2021]
    panel = small.scores.values.panel
    data = small.scores.values.variables
    at = [panel.codes.index(code) for code in quantities.codes]
    years = [panel.years.index(year) for year in (2020, 2021)]
    assert quantities.values("so2").tolist() == data["so2"][at][:, years].tolist()
    assert quantities.values("half").tolist() == (data["gdp"][at][:, years] / 2).tolist()
    start = data["co2"][at][:, [panel.years.index(2019)]]
    fall = 1 - data["co2"][at][:, years] / start
    np.testing.assert_allclose(quantities.values("co_control.carbon_reduction"), fall, atol=1e-12)
    np.testing.assert_allclose(quantities.values("-change(co2)"), fall, atol=1e-12)
    scored = small.scores.scores.set_index(["unit", "year"])["composite"]
    assert quantities.in_year("composite", 2021)[0] == scored[quantities.codes[0], 2021]
    assert quantities.column("region")[0] == "south"
    assert quantities.table(["co2", "carbon"], 2020).shape == (SIDE**2, 2)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("co_control.carbon_reductio", "did you mean 'co_control.carbon_reduction'?"),
        ("co_control.quadrant", "no score, indicator, variable or column is called 'co_control.quadrant'"),
        ("compsite", "did you mean 'composite'?"),
        ("co2 / gpd", "did you mean 'gdp'?"),
        ("co2 + gdp", "units of measure do not fit"),
        ("co2 +", "co2 +"),
    ],
)
def test_what_is_no_quantity_is_told_before_and_when_it_is_asked_for(
    assessment: Assessment, small: Setting, name: str, said: str
) -> None:
    checked = check_quantities([(name, Place(key="of"))], assessment.file, assessment.framework)
    assert said in InputError(checked).render("en")
    with pytest.raises(InputError) as caught:
        small.quantities.values(name, Place(key="of"))
    assert caught.value.faults[0].text_key == next(iter(checked)).text_key


def test_what_quantities_are_made_of(small: Setting) -> None:
    quantities = small.quantities
    assert quantities.made_of("co_control.carbon_reduction") >= {"co_control.carbon_reduction", "co2", "so2"}
    assert {"so2", "gdp", "co2"} <= quantities.made_of("composite")
    assert quantities.made_of("half") == {"half", "gdp"}


def test_formulas_need_what_the_assessment_has(assessment: Assessment) -> None:
    names = [("base(co2)", Place(key="of")), ("group_mean(co2, regio)", Place(key="of"))]
    file = assessment.file
    assert [fault.text_key for fault in check_quantities(names, file, assessment.framework)] == [
        "formula.unknown_column"
    ]
    without = file.model_copy(update={"period": file.period.model_copy(update={"baseline": None})})
    faults = check_quantities(names, without, assessment.framework)
    assert [fault.text_key for fault in faults] == ["formula.needs_baseline", "formula.unknown_column"]


def test_scores_that_cannot_be_compared_are_taken_within_their_type(apart: Setting) -> None:
    table = tables(apart)["autocorrelation"].set_index("item")
    assert table["scale"].to_dict() == {"composite": "within_type", "so2": "as_is"}
    types = apart.quantities.column("type")
    y = pd.Series(apart.quantities.in_year("composite", 2021))
    within = y.groupby(types).transform(lambda held: (held - held.mean()) / held.std(ddof=0))
    w = weights.lat2W(SIDE, SIDE)  # cells by row and column, as the codes are sorted
    assert table.loc["composite", "value"] == pytest.approx(Moran(within, w, permutations=0).I, abs=1e-9)
    pooled = Moran(apart.quantities.in_year("so2", 2021), w, permutations=0).I
    assert table.loc["so2", "value"] == pytest.approx(pooled, abs=1e-9)


def test_the_order_of_the_roster_is_all_one(small: Setting, tmp_path: Path) -> None:
    project = board(tmp_path / "turned", spatial=SMALL)
    for name in ("roster.csv", "data.csv"):
        head, *lines = (project.folder / name).read_text().splitlines()
        project.write(name, "\n".join([head, *reversed(lines)]) + "\n")
    one, other = tables(small), tables(setting(project))
    assert list(one) == [form.name for form in FORMS]
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, other[name], check_exact=True)


def test_units_without_a_score_leave_with_their_links(small: Setting) -> None:
    values = small.quantities.in_year("composite", 2021).copy()
    assert np.isfinite(values).all()
    frame = small.frame
    assert frame is not None
    without = replace(small, frame=frame[frame["unit"] != "r3c3"])
    assert without.neighbours["border"].unplaced == ("r3c3",)
    assert without.neighbours["border"].islands == ("r3c3",)
    table = tables(without)["autocorrelation"]
    assert table["n"].tolist() == [64, 64]
    assert table["islands"].tolist() == [1, 1]


def test_a_constant_value_has_a_state_and_no_figure(small: Setting) -> None:
    asked = {"of": ["so2 / so2"], "pairs": [["so2 / so2", "co2"]], "joins": [], "permutations": 99}
    spec = build(SpatialSpec, {"neighbours": {"border": {"rule": "rook"}}, "autocorrelation": asked})
    made = tables(replace(small, spec=spec))
    assert set(made["autocorrelation"]["state"]) == {"constant"}
    assert made["autocorrelation"][["value", "z", "p"]].isna().all(axis=None)
    assert set(made["local_autocorrelation"]["cluster"]) == {"constant"}
    assert made["local_autocorrelation"]["here"].isna().all()
    assert made["cluster_agreement"].empty


def test_default_rules_fit_the_places(small: Setting) -> None:
    plain = replace(small, spec=SpatialSpec())
    assert list(plain.rules) == ["queen", "nearest_4", "band"]
    assert all(not near.islands for near in plain.neighbours.values())
    points = small.frame.copy()  # type: ignore[union-attr]
    points.geometry = points.geometry.representative_point()
    assert list(replace(plain, frame=points).rules) == ["nearest_4", "nearest_8", "band"]
    scattered = small.frame.copy()  # type: ignore[union-attr]
    scattered.geometry = scattered.geometry.scale(0.5, 0.5)
    assert list(replace(plain, frame=scattered).rules) == ["nearest_4", "nearest_8", "band"]
    assert replace(plain, frame=None).rules == {}
    for count in range(2, 12):
        made = default_rules(False, count)
        assert all(getattr(rule, "k", 1) < count for rule in made.values())


def test_links_of_the_rank_year_and_of_no_year_count(small: Setting) -> None:
    table = pd.DataFrame({"from": ["a", "b", "c"], "to": ["b", "c", "a"], "value": [1.0, 2.0, 3.0]})
    table["year"] = pd.array([2020, 2021, None], dtype="Int64")
    ground = ground_of(small.quantities, {}, small.frame, {"t": table})
    assert ground.tables["t"]["from"].tolist() == ["b", "c"]


def test_an_economic_rule_finds_its_quantity_in_the_rank_year(small: Setting) -> None:
    spec = build(SpatialSpec, {"neighbours": {"alike": {"rule": "economic", "column": "co2 / gdp"}}})
    ground = replace(small, spec=spec).ground
    assert ground.columns["co2 / gdp"].tolist() == small.quantities.in_year("co2 / gdp", 2021).tolist()


def test_without_boundaries_nothing_about_places_is_loaded(tmp_path: Path) -> None:
    project = make(tmp_path / "tiny")
    code = (
        "import sys; from evaluate import run; run(sys.argv[1], sys.argv[2]); "
        "heavy = {'geopandas', 'shapely', 'pyproj', 'rasterio', 'xarray', 'distributed', 'cnmaps', 'spreg'}; "
        "print(*heavy & set(sys.modules))"
    )
    arguments = [sys.executable, "-c", code, str(project.path), str(tmp_path / "out")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
