"""The geographical detector through the whole wiring: from a scored panel, or an assessment, to its tables."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate.methodology import Methodology
from evaluate.scoring.score import score
from evaluate.spatial.detector import FORMS, found
from evaluate.spatial.drawn import Drawn
from evaluate.spatial.setting import Setting
from evaluate.spatial_spec import SpatialSpec
from geo.detector.choice import choice_p, choose
from geo.detector.factor import factors, interactions
from geo.detector.sample import sample
from indicators.errors import InputError
from indicators.framework import Framework
from indicators.panel import Panel
from tests.evaluate.dynamics import builder

Tables = dict[str, pd.DataFrame]


def detected(setting_of: Any, correlates: dict[str, str] | None = None, **stated: Any) -> Tables:
    spec = SpatialSpec.model_validate({"geodetector": stated})
    return dict(found(Setting(spec, setting_of, correlates=correlates or {})).tables)


def scored(
    variables: dict[str, Any], roster: dict[str, Any] | None = None, of: str = "y", order: list[int] | None = None
) -> Any:
    """Score one variable by itself; the others are there to explain it."""
    count = len(next(iter(variables.values())))
    codes = [f"U{at:04d}" for at in range(count)]
    frame = pd.DataFrame({"unit": codes, "year": 2020, **variables})
    units = pd.DataFrame({"unit": codes, **(roster or {})})
    if order is not None:
        frame, units = frame.iloc[order], units.iloc[order].reset_index(drop=True)
    framework = Framework.from_dict({
        "schema": "framework/1", "code": "x", "label": "x", "assesses": "city", "source": "made for the tests",
        "variables": {code: {"unit_of_measure": "1"} for code in variables},
        "indicators": {"i": {"label": "x", "formula": of, "unit_of_measure": "1", "direction": "positive"}},
        "tree": {"d": {"label": "x", "indicators": {"i": 1}}},
    })  # fmt: skip
    return score(Panel.from_frame(frame, units), framework, Methodology())


@pytest.fixture(scope="module")
def villages(shared: Path) -> Tables:
    """The 185 villages of Heshun (`CollectData` of R's geodetector), as columns of the roster and as numbers."""
    table = pd.read_csv(shared / "oracles" / "geodetector" / "geodetector_CollectData.csv")
    columns = ["soiltype", "watershed", "elevation"]
    roster = {name: table[name].astype(str).tolist() for name in columns}
    coded = {f"{name}_code": table[name].astype(float) for name in columns}
    made = scored({"incidence": table["incidence"], **coded}, roster, "incidence")
    stated = {name: None for name in columns} | {f"{name}_code": {"categories": True} for name in columns}
    return detected(made, targets=["composite", "incidence"], factors=stated, permutations=99)


# gdverse's documentation on CollectData, as the shared page on methods lists it (C9): q, and p with σ² of N
Q = {"watershed": 0.6377736701, "elevation": 0.6067087097, "soiltype": 0.3857168428}
P = {"watershed": 0.0001288023, "elevation": 0.0433822430, "soiltype": 0.3721454859}


@pytest.mark.parametrize("target", ["composite", "incidence"])
def test_q_of_the_villages_is_that_of_r(villages: Tables, target: str, shared: Path) -> None:
    table = villages["detector_factors"]
    mine = table[table["target"] == target].set_index("factor")
    for name, q in Q.items():
        # a score is a straight line of its value: q is the same; and so it is for numbers that are categories
        assert mine.loc[name, "q"] == pytest.approx(q, abs=1e-9)
        assert mine.loc[f"{name}_code", "q"] == pytest.approx(q, abs=1e-9)
    assert set(mine["kind"]) == {"categories"} and set(mine["state"]) == {"defined"} and set(mine["n"]) == {185}


def test_both_conventions_of_p_are_named(villages: Tables, shared: Path) -> None:
    table = villages["detector_factors"]
    mine = table[table["target"] == "incidence"].set_index("factor")
    theirs = pd.read_csv(shared / "oracles" / "geodetector" / "geodetector_factor.csv").set_index("x")
    for name, p in P.items():
        assert mine.loc[name, "p_f_population"] == pytest.approx(p, abs=1e-9)
        # R's pnf sums its series to about 1e-9
        assert mine.loc[name, "p_f_sample"] == pytest.approx(theirs.loc[name, "p.value"], abs=2e-8)


def test_pairs_of_the_villages_are_those_of_r(villages: Tables) -> None:
    table = villages["detector_interactions"]
    mine = table[table["target"] == "incidence"].set_index(["first", "second"])
    # geodetector_full_output.txt of R's geodetector
    printed = {
        ("soiltype", "watershed"): 0.735680548139531, ("soiltype", "elevation"): 0.663523698335635,
        ("watershed", "elevation"): 0.71359677853471,
    }  # fmt: skip
    for pair, q in printed.items():
        assert mine.loc[pair, "q"] == pytest.approx(q, abs=1e-9)
        assert mine.loc[pair, "kind"] == "enhance_bivariate"
    risks = villages["detector_risks"]
    counts = risks[risks["target"] == "incidence"].groupby("factor")["significant"].sum()
    # significant pairs as gdverse and pyGeoHet print them (methods, C9)
    assert {name: counts[name] for name in Q} == {"watershed": 29, "elevation": 20, "soiltype": 8}
    strata = villages["detector_strata"]
    soil = strata[(strata["target"] == "incidence") & (strata["factor"] == "soiltype")]
    # geodetector_full_output.txt, means of soil types
    assert soil["mean"].tolist() == pytest.approx([6.34, 6.6875, 6.58327868852459, 5.84380952380952, 6.34707317073171])
    assert soil["label"].tolist() == list("12345")
    ecological = villages["detector_ecological"]
    mine = ecological[ecological["target"] == "incidence"].set_index(["first", "second"])["significant"]
    assert [mine[pair] for pair in printed] == [1, 1, 0]


@pytest.fixture(scope="module")
def made() -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    rng = np.random.default_rng(7)
    x, z = rng.lognormal(size=80), rng.normal(size=80)
    y = np.log(x) + rng.normal(scale=0.7, size=80)
    return {"y": y, "x": x, "z": z}, {"region": ["NSEW"[at % 4] for at in range(80)]}


@pytest.fixture(scope="module")
def tables(made: tuple[dict[str, np.ndarray], dict[str, list[str]]]) -> Tables:
    return detected(scored(*made), factors=["x", "z", "region", "x * 2"], permutations=49)


def test_tables_hold_what_the_kernel_gives(tables: Tables, made: tuple[dict[str, Any], dict[str, Any]]) -> None:
    values, roster = made
    y = 100 * (values["y"] - values["y"].min()) / np.ptp(values["y"])
    table = choose(y, {"x": values["x"], "z": values["z"], "x * 2": values["x"] * 2})
    strata = (
        {name: table.best[name].cut.codes for name in ("x", "z")} | roster | {"x * 2": table.best["x * 2"].cut.codes}
    )
    whole = sample(y, strata)
    mine = tables["detector_factors"].set_index("factor")
    by_choice = choice_p(table, permutations=49)
    for one in factors(whole, permutations=49):
        assert mine.loc[one.name, "q"] == pytest.approx(one.q, abs=1e-12)
        assert mine.loc[one.name, "p_permutation"] == one.permutation
        assert mine.loc[one.name, "p_choice"] == by_choice.get(one.name, one.permutation)
    for row, other in zip(
        tables["detector_interactions"].itertuples(), interactions(whole, permutations=49), strict=True
    ):
        assert (row.first, row.second, row.kind) == (other.first, other.second, other.kind)
        assert (row.q, row.p_permutation) == (pytest.approx(other.q, abs=1e-12), other.permutation)
    q = tables["detector_q"]
    assert len(q) == 3 * 6 * 6 == len(table.rows)
    assert q["q"].to_numpy() == pytest.approx([row.q for row in table.rows], abs=1e-12, nan_ok=True)
    assert q.groupby("variable")["chosen"].sum().tolist() == [1, 1, 1]
    assert (q["state"][q["q"].isna()] != "defined").all()


def test_tables_are_of_their_forms_and_hang_together(tables: Tables) -> None:
    assert list(tables) == [form.name for form in FORMS]
    for form in FORMS:
        assert list(tables[form.name].columns) == list(form.columns)
    strata, factors_, units = (tables[f"detector_{name}"] for name in ("strata", "factors", "units"))
    counts = strata.groupby("factor")["n"].agg(["sum", "min", "size"])
    for row in factors_.itertuples():
        assert (counts.loc[row.factor, "sum"], counts.loc[row.factor, "min"]) == (80, row.smallest)
        assert counts.loc[row.factor, "size"] == row.strata
    x = strata[strata["factor"] == "x"]
    assert x["lower"].tolist()[1:] == x["upper"].tolist()[:-1] and set(x["label"]) == {""}
    assert set(units["factor"]) == {"x"} and len(units) == 80
    assert units.groupby("stratum").size().tolist() == x["n"].tolist()


def test_the_order_of_the_roster_does_not_matter(tables: Tables, made: tuple[dict[str, Any], dict[str, Any]]) -> None:
    order = np.random.default_rng(3).permutation(80).tolist()
    turned = detected(scored(*made, order=order), factors=["x", "z", "region", "x * 2"], permutations=49)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, turned[name], check_exact=False, rtol=1e-12)


def test_ways_and_classes_of_one_factor(made: tuple[dict[str, Any], dict[str, Any]]) -> None:
    stated = {"own": {"of": "x", "ways": ["equal", "equal"], "classes": [2]}, "z": {"label": "Zed"}}
    q = detected(scored(*made), factors=stated, ways=["quantile"], classes=[3, 4], permutations=0, interactions=False)
    rows = q["detector_q"][["variable", "way", "classes_asked"]].to_numpy().tolist()
    assert rows == [["own", "equal", 2], ["z", "quantile", 3], ["z", "quantile", 4]]
    assert q["detector_interactions"].empty
    assert q["detector_factors"][["p_permutation", "p_choice"]].isna().all(axis=None)
    assert q["detector_factors"]["p_f_sample"].notna().all()


def test_what_cannot_be_cut_has_a_state() -> None:
    rng = np.random.default_rng(1)
    two = np.repeat([0.0, 1.0], [38, 2])
    values = {"y": rng.normal(size=40), "two": two, "same": np.ones(40), "x": rng.normal(size=40)}
    made = detected(
        scored(values, {"own": [f"g{at}" for at in range(40)]}), factors=["two", "same", "x", "own"], permutations=9
    )
    states = made["detector_factors"].set_index("factor")["state"].to_dict()
    assert states == {"two": "no_cut", "same": "constant_factor", "x": "defined", "own": "every_unit_alone"}
    assert made["detector_factors"].set_index("factor").loc["own", "warnings"].split()[-1] == "many_strata"
    assert set(made["detector_risks"]["factor"]) == {"x"}
    assert set(made["detector_units"]["factor"]) == {"x"}
    nothing = detected(scored(values), factors=["same"], permutations=9)
    assert nothing["detector_factors"]["state"].tolist() == ["constant_factor"]
    assert nothing["detector_strata"].empty and nothing["detector_units"].empty


def test_a_missing_factor_takes_the_row_from_all(made: tuple[dict[str, Any], dict[str, Any]]) -> None:
    values, roster = made
    gaps = values | {"x": np.where(np.arange(80) < 7, np.nan, values["x"])}
    roster = {"region": ["" if at in (3, 20) else region for at, region in enumerate(roster["region"])]}
    out = detected(scored(gaps, roster), factors=["x", "region"], permutations=0)
    assert out["detector_samples"][["n", "dropped", "state"]].to_numpy().tolist() == [[72, 8, "defined"]]
    assert set(out["detector_factors"]["n"]) == {72}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"x": np.full(80, np.nan)}, "detector.no_values"),
        ({"y": np.ones(80)}, "detector.same_everywhere"),
        ({"x": np.where(np.arange(80) < 9, 1.0, np.nan)}, "detector.too_few"),
    ],
)
def test_what_cannot_be_explained_is_a_fault(
    change: dict[str, Any], key: str, made: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    with pytest.raises(InputError) as error:
        detected(scored(made[0] | change), factors=["x", "z"], targets=["y"])
    assert [one.text_key for one in error.value.faults] == [key]


def panel(comparable: bool) -> Any:
    matrices = builder.values(60, 3)
    kinds = {"type": ["s" if at < 40 else "t" for at in range(60)], "band": [f"b{at % 3}" for at in range(60)]}
    types: dict[str, Any] = {"s": {"label": "S"}, "t": {"label": "T"}}
    if not comparable:
        types["t"]["weights"] = {"d": 3}
    return builder.make(matrices, kinds, types=types)


def test_years_and_types() -> None:
    apart = detected(panel(False), factors=["band"], targets=["composite", "a"], years="all", permutations=9)
    parts = apart["detector_samples"][["target", "type", "year", "n"]].to_numpy().tolist()
    within = [
        ["composite", kind, year, n]
        for (kind, n), year in itertools.product((("s", 40), ("t", 20)), (2010, 2011, 2012))
    ]
    assert parts == within + [["a", "", year, 60] for year in (2010, 2011, 2012)]
    together = detected(panel(True), factors=["band"], years=[2012, 2010, 2012], permutations=9)
    assert together["detector_samples"][["type", "year"]].to_numpy().tolist() == [["", 2010], ["", 2012]]


def test_a_type_of_few_units_has_a_state_and_the_others_are_explained() -> None:
    out = detected(panel(False), factors=["band"], minimum=12, permutations=9)
    assert out["detector_samples"]["state"].tolist() == ["defined", "too_few_units"]
    assert set(out["detector_factors"]["type"]) == {"s"}


def test_a_forced_result_is_marked_wherever_it_stands(made: tuple[dict[str, Any], dict[str, Any]]) -> None:
    values, roster = made
    spec = SpatialSpec.model_validate({"geodetector": {
        "factors": {"inside": "y + z", "x": None, "region": None}, "force": True, "permutations": 9,
    }})  # fmt: skip
    out = found(Setting(spec, scored(values, roster)))
    for name in ("factors", "strata", "risks"):
        table = out.tables[f"detector_{name}"]
        assert set(table.loc[table["factor"] == "inside", "forced"]) == {"y"}, name
        assert set(table.loc[table["factor"] != "inside", "forced"]) == {""}, name
    for name in ("interactions", "ecological"):
        table = out.tables[f"detector_{name}"]
        assert (table["forced"] == "y").tolist() == [True, True, False], name
    assert out.tables["detector_samples"]["forced"].tolist() == ["inside"]
    assert set(out.tables["detector_q"].query("variable == 'inside'")["forced"]) == {"y"}
    assert [one.text_key for one in out.warnings] == ["detector.forced"]


def test_what_is_drawn_from_the_same_source_is_marked_by_it(made: tuple[dict[str, Any], dict[str, Any]]) -> None:
    values, roster = made
    spec = SpatialSpec.model_validate({"geodetector": {"factors": ["x", "z"], "force": True, "permutations": 0}})
    coal = {code: [Drawn("coal", "coal", frozenset({"coal"}))] for code in ("y", "z")}
    table = found(Setting(spec, scored(values, roster), drawn=coal)).tables["detector_factors"]
    assert table.set_index("factor")["forced"].to_dict() == {"x": "", "z": "coal"}


def test_few_units_are_warned_of_with_what_chance_alone_gives() -> None:
    # seeded noise; the mean of q of a factor of 4 strata by chance is 3/20, that of 16 combinations at most 15/20
    rng = np.random.default_rng(5)
    roster = {name: rng.integers(0, 4, 21).astype(str).tolist() for name in ("a", "b")}
    spec = SpatialSpec.model_validate({"geodetector": {"factors": ["a", "b"], "permutations": 9}})
    (told,) = found(Setting(spec, scored({"y": rng.normal(size=21)}, roster))).warnings
    assert told.text_key == "detector.small" and told.values["n"] == 21 and told.values["chance"] == "0.15"
    assert 0.4 < float(str(told.values["pair"])) <= 0.75
    alone = SpatialSpec.model_validate({"geodetector": {"factors": ["a"], "permutations": 9}})
    (told,) = found(Setting(alone, scored({"y": rng.normal(size=21)}, roster))).warnings
    assert told.text_key == "detector.small_alone"


def test_nothing_is_done_unless_asked_for(made: tuple[dict[str, Any], dict[str, Any]]) -> None:
    out = found(Setting(SpatialSpec(), scored(*made)))
    assert not out.tables and not out.warnings


@pytest.mark.slow
def test_a_nation_of_counties_takes_seconds() -> None:
    import time

    rng = np.random.default_rng(1)
    values = {f"v{at}": np.round(rng.lognormal(size=3000), 2) for at in range(15)}
    values["y"] = rng.normal(size=3000) + 0.2 * np.log(values["v0"] + 1)
    made = scored(values)
    began = time.process_time()
    out = detected(made, factors=[f"v{at}" for at in range(15)])
    assert len(out["detector_interactions"]) == 105 and len(out["detector_q"]) == 540
    assert time.process_time() - began < 10  # 3.6 s where it was measured
