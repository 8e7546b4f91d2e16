"""Dynamics of a run against pandas, statsmodels, scipy, inequality and giddy, which compute from the values."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from giddy.markov import Markov
from inequality.gini import Gini
from inequality.theil import TheilD
from scipy import stats

from evaluate.dynamics import dynamics_of
from evaluate.dynamics.analysis import MOST_GROUPS
from evaluate.dynamics.samples import FEWEST
from evaluate.scoring.scores import Scores
from tests.evaluate.dynamics.builder import make, one, rows, values

UNITS, YEARS = 40, 7
TYPES = ["t1" if n % 3 else "t2" for n in range(UNITS)]
REGION = [("north", "south", "west", "")[n % 4] for n in range(UNITS)]
DECLARED = {"t1": {}, "t2": {}}
APART = {"t1": {"weights": {"d": 3}}, "t2": {}}


@pytest.fixture(scope="module")
def held() -> dict[str, np.ndarray]:
    out = values(UNITS, YEARS)
    return out | {"composite": (out["a"] + out["b"]) / 2, "d": out["a"], "e": out["b"]}


@pytest.fixture(scope="module")
def scores() -> Scores:
    return make(values(UNITS, YEARS), {"type": TYPES, "region": REGION}, types=DECLARED)


@pytest.fixture(scope="module")
def table(scores: Scores) -> pd.DataFrame:
    return dynamics_of(scores).table


ITEMS = ("composite", "d", "e")


@pytest.mark.parametrize("item", ITEMS)
def test_sigma_is_that_of_pandas(table: pd.DataFrame, held: dict[str, np.ndarray], item: str) -> None:
    for kind, at in (("", np.full(UNITS, True)), ("t2", np.array(TYPES) == "t2")):
        frame = pd.DataFrame(held[item][at])
        ours = rows(table, analysis="sigma", statistic="sigma", item=item, type=kind)
        np.testing.assert_allclose(ours["value"], frame.std() / frame.mean(), rtol=1e-12)
        assert ours["year"].tolist() == list(range(2010, 2010 + YEARS))
        assert set(ours["n"]) == {int(at.sum())}


@pytest.mark.parametrize("item", ITEMS)
def test_beta_is_that_of_statsmodels(table: pd.DataFrame, held: dict[str, np.ndarray], item: str) -> None:
    start, end = held[item][:, 0], held[item][:, -1]
    theirs = sm.OLS(np.log(end / start), sm.add_constant(np.log(start))).fit()
    ours = rows(table, analysis="beta", item=item, type="").set_index("statistic")
    assert set(ours["from"]) == {2010} and set(ours["year"]) == {2016}
    found = ours["value"]
    np.testing.assert_allclose(
        found[["beta", "standard_error", "p", "r_squared", "intercept"]].to_numpy(dtype=float),
        [theirs.params[1], theirs.bse[1], theirs.pvalues[1], theirs.rsquared, theirs.params[0]],
        rtol=1e-9,
    )
    speed = -np.log1p(theirs.params[1]) / 6
    assert found["speed"] == pytest.approx(speed, rel=1e-9)
    if speed > 0:
        assert found["half_life"] == pytest.approx(np.log(2) / speed, rel=1e-9)
    else:
        assert np.isnan(found["half_life"])
    assert set(ours["state"]) == {
        "not_rejected" if theirs.pvalues[1] >= 0.05 else "converging" if speed > 0 else "diverging"
    }


def test_every_state_of_beta_is_told() -> None:
    start = np.linspace(10, 90, 12)
    ends = {"converging": 50 + (start - 50) * 0.3, "diverging": 50 + (start - 50) * 1.2}
    rng = np.random.default_rng(1)
    for state, end in ends.items():
        matrix = np.column_stack([start, end + rng.normal(0, 0.1, 12)])
        made = dynamics_of(make({"a": matrix, "b": matrix})).table
        assert set(rows(made, analysis="beta", item="composite")["state"]) == {state}
    same = np.column_stack([np.full(12, 40.0), start])
    made = dynamics_of(make({"a": same, "b": same})).table
    assert set(rows(made, analysis="beta", item="composite")["state"]) == {"constant_start"}


def test_gini_and_theil_are_those_of_inequality(table: pd.DataFrame, held: dict[str, np.ndarray]) -> None:
    for item in ITEMS:
        for by, groups in (("type", TYPES), ("region", REGION)):
            for place in range(YEARS):
                x, where = held[item][:, place], {"item": item, "by": by, "year": 2010 + place, "type": ""}
                total = one(table, analysis="gini", statistic="total", **where)
                assert total == pytest.approx(Gini(x).g, rel=1e-9)
                names = ("within", "net_between", "transvariation")
                parts = [one(table, analysis="gini", statistic=name, **where) for name in names]
                assert sum(parts) == pytest.approx(total, rel=1e-12)
                theirs = TheilD(x, np.array(groups))
                for name, value in (("total", theirs.T), ("within", theirs.wg[0]), ("between", theirs.bg[0])):
                    assert one(table, analysis="theil", statistic=name, **where) == pytest.approx(value, rel=1e-7)
                for group in set(groups):
                    inside = one(table, analysis="gini", statistic="inside", group=group, **where)
                    assert inside == pytest.approx(Gini(x[np.array(groups) == group]).g, rel=1e-9)


def test_the_toy_of_dagum_and_theil() -> None:
    # the shared page on methods, C8: E = (3, 5, 8), M = (2, 4, 6), W = (1, 2)
    toy = np.array([3.0, 5, 8, 2, 4, 6, 1, 2])
    matrix = np.column_stack([toy, toy])
    made = dynamics_of(make({"a": matrix, "b": matrix}, {"region": list("EEEMMMWW")})).table
    made = rows(made, item="composite", year=2011, by="region")
    found = {name: round(one(made, analysis="gini", statistic=name), 9)
             for name in ("total", "within", "net_between", "transvariation")}  # fmt: skip
    assert found == {
        "total": 0.318548387, "within": 0.076612903, "net_between": 0.201612903, "transvariation": 0.040322581,
    }  # fmt: skip
    pairs = {("E", "M"): (0.261905, 0.545455), ("E", "W"): (0.560976, 1), ("M", "W"): (0.454545, 1)}
    for (group, other), (between, ahead) in pairs.items():
        assert round(one(made, analysis="gini", statistic="between", group=group, other=other), 6) == between
        assert round(one(made, analysis="gini", statistic="ahead", group=group, other=other), 6) == ahead
    theil = {name: round(one(made, analysis="theil", statistic=name), 9) for name in ("total", "within", "between")}
    assert theil == {"total": 0.163095684, "within": 0.077784876, "between": 0.085310808}


def test_densities_are_those_of_scipy(scores: Scores, table: pd.DataFrame, held: dict[str, np.ndarray]) -> None:
    curves = dynamics_of(scores).density
    for item in ITEMS:
        for place in (0, YEARS - 1):
            x = held[item][:, place]
            ours = rows(curves, item=item, year=2010 + place, type="")
            spread = min(x.std(ddof=1), stats.iqr(x) / 1.34)
            width = 0.9 * spread * UNITS**-0.2
            told = one(table, analysis="density", item=item, year=2010 + place, type="")
            assert told == pytest.approx(width, rel=1e-12)
            theirs = stats.gaussian_kde(x, bw_method=width / x.std(ddof=1))(ours["at"].to_numpy())
            np.testing.assert_allclose(ours["density"], theirs, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("count", [3, 4])
def test_transitions_are_those_of_giddy(scores: Scores, held: dict[str, np.ndarray], count: int) -> None:
    made = dynamics_of(scores, classes=count)
    for item in ITEMS:
        pooled = held[item]
        cuts = pd.qcut(pooled.ravel(), count, retbins=True)[1][1:-1]
        of = pd.cut(pooled.ravel(), [-np.inf, *cuts, np.inf], labels=False).reshape(pooled.shape)
        theirs = Markov(of, classes=np.arange(count), summary=False)
        ours = rows(made.transitions, item=item, type="")
        np.testing.assert_array_equal(ours["count"].to_numpy().reshape(count, count), theirs.transitions)
        np.testing.assert_allclose(ours["probability"].to_numpy().reshape(count, count), theirs.p, rtol=1e-12)
        told = rows(made.table, analysis="transitions", item=item, type="")
        lasting = rows(told, statistic="ergodic")
        np.testing.assert_allclose(lasting["value"], theirs.steady_state, rtol=1e-9)
        assert set(lasting["state"]) == {"unique"}
        np.testing.assert_allclose(rows(told, statistic="sojourn")["value"], theirs.sojourn_time, rtol=1e-9)
        np.testing.assert_allclose(rows(told, statistic="upper_cut")["value"], cuts, rtol=1e-12)
        shares = [(of[:, 0] == one_).mean() for one_ in range(count)]
        np.testing.assert_allclose(rows(told, statistic="share_first")["value"], shares)
        assert set(lasting["n"]) == {UNITS * (YEARS - 1)}


def test_a_chain_of_two_closed_parts_has_a_state_and_no_distribution() -> None:
    # half of the units stay low, half stay high
    matrix = np.vstack([np.tile([10.0, 12, 10, 12], (6, 1)), np.tile([80.0, 82, 80, 82], (6, 1))])
    made = dynamics_of(make({"a": matrix, "b": matrix}), classes=2)
    told = rows(made.table, analysis="transitions", item="composite")
    assert set(rows(told, statistic="ergodic")["state"]) == {"several"}
    assert rows(told, statistic="ergodic")["value"].isna().all()
    assert set(rows(told, statistic="sojourn")["state"]) == {"absorbing"}
    assert set(rows(made.transitions, item="composite")["passage_state"]) == {"defined", "not_certain"}


def test_the_order_of_units_plays_no_part(scores: Scores) -> None:
    order = np.random.default_rng(5).permutation(UNITS).tolist()
    other = make(values(UNITS, YEARS), {"type": TYPES, "region": REGION}, types=DECLARED, order=order)
    first, second = dynamics_of(scores), dynamics_of(other)
    for name in ("table", "transitions", "density"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)


def test_types_that_are_not_comparable_are_looked_at_by_themselves(held: dict[str, np.ndarray]) -> None:
    scores = make(values(UNITS, YEARS), {"type": TYPES, "region": REGION}, types=APART)
    assert not scores.comparable
    made = dynamics_of(scores)
    assert set(made.table["type"]) == {"t1", "t2"}
    assert set(made.table["by"]) == {"", "region"}
    assert set(made.transitions["type"]) == set(made.density["type"]) == {"t1", "t2"}
    at = np.array(TYPES) == "t2"
    for place in range(YEARS):
        where = {"item": "d", "type": "t2", "by": "region", "year": 2010 + place}
        total = one(made.table, analysis="gini", statistic="total", **where)
        assert total == pytest.approx(Gini(held["d"][at, place]).g, rel=1e-9)


def test_gaps_and_few_units_have_states() -> None:
    made = values(8, 4)
    made["a"][0, 1] = np.nan
    made["a"][1:5, 3] = np.nan  # four units are left in the last year
    table = dynamics_of(make(made)).table
    sigma = rows(table, analysis="sigma", statistic="sigma", item="composite")
    assert set(sigma["state"]) == {"too_few"} and set(sigma["n"]) == {3}
    whole = rows(table, analysis="sigma", statistic="sigma_all_units", item="composite")
    assert whole["state"].tolist() == ["defined", "defined", "defined", "too_few"]
    assert whole["n"].tolist() == [8, 7, 8, 4]
    assert rows(table, analysis="beta", item="composite")["state"].tolist() == ["too_few"]
    gini = rows(table, analysis="gini", item="composite", statistic="total")
    assert gini["state"].tolist() == ["defined", "defined", "defined", "too_few"]
    assert FEWEST == 5


def test_whatever_is_blank_has_a_state(table: pd.DataFrame) -> None:
    zero = np.column_stack([np.zeros(9), np.zeros(9), np.linspace(0, 9, 9)])
    for made in (table, dynamics_of(make({"a": zero, "b": zero}, {"region": list("aaabbbccc")})).table):
        blank = made[made["value"].isna()]
        assert not set(blank["state"]) & {"defined", "unique", ""}
        assert np.isfinite(made["value"].dropna()).all()
    states = rows(made, item="composite", year=2010)
    assert set(rows(states, analysis="gini")["state"]) == {"all_zero"}
    assert set(rows(states, analysis="sigma")["state"]) == {"zero_mean"}
    assert set(rows(states, analysis="density")["state"]) == {"constant"}


def test_one_scored_year_gives_empty_tables() -> None:
    made = dynamics_of(make({code: matrix[:, :1] for code, matrix in values(12, 2).items()}))
    assert made.table.empty and made.transitions.empty and made.density.empty
    assert list(made.table.columns)[:3] == ["analysis", "type", "by"]


def test_scores_that_are_an_order_only_move_between_classes() -> None:
    table = dynamics_of(make(values(12, 3), aggregation={"dimensions": {"method": "copeland"}})).table
    own = rows(table, item="composite")
    assert set(rows(own, state="ordinal")["analysis"]) == {"sigma", "beta", "gini", "theil", "density"}
    assert own[own["state"] == "ordinal"]["value"].isna().all()
    assert len(rows(own, analysis="transitions", statistic="ergodic")) == 4
    assert "ordinal" not in set(rows(table, item="d")["state"])


def test_too_many_groups_leave_the_total() -> None:
    count = MOST_GROUPS + 1
    made = values(count, 2)
    table = dynamics_of(make(made, {"region": [f"g{n}" for n in range(count)]})).table
    own = rows(table, item="d", by="region", year=2010)
    assert one(own, analysis="gini", statistic="total") == pytest.approx(Gini(made["a"][:, 0]).g, rel=1e-9)
    parts = own[own["statistic"] != "total"]
    assert set(parts["state"]) == {"too_many_groups"} and set(parts["group"]) == {""}
