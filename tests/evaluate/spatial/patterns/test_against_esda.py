"""From files to tables: what a run writes equals what esda and libpysal make of the same scores and links."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from esda import Geary, Geary_Local, Join_Counts, Moran, Moran_BV, Moran_Local, Moran_Local_BV, fdr
from esda.getisord import G, G_Local
from libpysal import weights
from libpysal.graph import Graph
from scipy import sparse, stats

from evaluate.results import Results
from tests.evaluate.spatial.patterns.conftest import CODES, SIDE

EXACT = 1e-9
STORED = 1e-8
"""Tables are kept in memory at full precision; sums run in another order."""


def values(results: Results, name: str, year: int = 2021) -> np.ndarray:
    table = results.scores if name in results.scores else results.values
    return table[table["year"] == year].set_index("unit").loc[CODES, name].to_numpy(float)


def near(results: Results, rule: str, how: str = "r") -> weights.W:
    """The same neighbours, found by libpysal from the shapes, or from the links in the table."""
    if rule == "border":
        w = weights.Queen.from_dataframe(results.geometry.set_index("unit").loc[CODES].reset_index(), ids=CODES)
        w.transform = how
        return w
    table = results.spatial["links"]
    table = table[table["year"] == 2021]
    at = {code: place for place, code in enumerate(CODES)}
    ends = ([at[code] for code in table["to"]], [at[code] for code in table["from"]])
    matrix = sparse.csr_matrix((table["value"], ends), shape=(SIDE**2, SIDE**2))
    return weights.WSP(matrix, id_order=CODES).to_W(silence_warnings=True)


def row(results: Results, statistic: str, rule: str, item: str, other: str = "", year: int = 2021) -> Any:
    table = results.spatial["autocorrelation"]
    keys = {"statistic": statistic, "rule": rule, "item": item, "other": other, "year": year}
    for name, key in keys.items():
        table = table[table[name] == key]
    assert len(table) == 1
    return table.iloc[0]


def local(results: Results, statistic: str, item: str, other: str = "", rule: str = "border") -> pd.DataFrame:
    table = results.spatial["local_autocorrelation"]
    keys = {"statistic": statistic, "rule": rule, "item": item, "other": other, "year": 2021}
    for name, key in keys.items():
        table = table[table[name] == key]
    return table.set_index("unit").loc[CODES]


ITEMS = ["composite", "carbon", "other"]


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("rule", ["border", "river"])
def test_moran_and_geary_of_the_whole_map(results: Results, item: str, rule: str) -> None:
    y, w = values(results, item), near(results, rule, "r")
    theirs = Moran(y, w, transformation="r" if rule == "border" else "o", permutations=0)
    ours = row(results, "moran", rule, item)
    assert [ours["value"], ours["expected"], ours["z"]] == pytest.approx(
        [theirs.I, theirs.EI, theirs.z_rand], abs=EXACT
    )
    assert ours["p_normal"] == pytest.approx(theirs.p_rand, abs=EXACT)
    other = Geary(y, w, transformation="r" if rule == "border" else "o", permutations=0)
    ours = row(results, "geary", rule, item)
    assert [ours["value"], ours["z"]] == pytest.approx([other.C, other.z_rand], abs=EXACT)


def test_general_g(results: Results) -> None:
    theirs = G(values(results, "composite"), near(results, "border", "b"), permutations=0)
    ours = row(results, "getis_ord", "border", "composite")
    assert [ours["value"], ours["expected"], ours["z"]] == pytest.approx([theirs.G, theirs.EG, theirs.z_norm], abs=1e-7)


PAIR = ("co_control.pollutant_reduction", "co_control.carbon_reduction")


def reductions(results: Results) -> list[np.ndarray]:
    table = results.measures[results.measures["year"] == 2021]
    return [
        table[table["output"] == name.partition(".")[2]].set_index("unit").loc[CODES, "value"].to_numpy(float)
        for name in PAIR
    ]


def test_the_pair_of_pollution_and_carbon_is_looked_at_by_default(results: Results) -> None:
    here, around = reductions(results)
    theirs = Moran_BV(here, around, near(results, "border"), permutations=0)
    assert row(results, "bivariate_moran", "border", *PAIR)["value"] == pytest.approx(theirs.I, abs=EXACT)
    by_unit = Moran_Local_BV(here, around, near(results, "border"), permutations=0)
    assert local(results, "bivariate_moran", *PAIR)["value"].to_numpy() == pytest.approx(by_unit.Is, abs=EXACT)


@pytest.mark.parametrize("item", ITEMS)
def test_local_statistics(results: Results, item: str) -> None:
    y, w = values(results, item), near(results, "border")
    theirs = Moran_Local(y, w, permutations=0)
    ours = local(results, "moran", item)
    assert ours["value"].to_numpy() == pytest.approx(theirs.Is, abs=EXACT)
    assert ours["kind"].map({"HH": 1, "LH": 2, "LL": 3, "HL": 4}).tolist() == theirs.q.tolist()
    graph = Graph.from_W(near(results, "border")).transform("r")
    apart = Geary_Local(connectivity=graph, permutations=0).fit(y)
    assert local(results, "geary", item)["value"].to_numpy() == pytest.approx(apart.localG, abs=STORED)
    for star, name in ((False, "getis_ord"), (True, "getis_ord_star")):
        spots = G_Local(y, near(results, "border"), transform="B", star=star, permutations=0)
        assert local(results, name, item)["value"].to_numpy() == pytest.approx(spots.Zs, abs=STORED)


@pytest.mark.parametrize("item", ITEMS)
def test_p_of_permutations_within_their_error(results: Results, item: str) -> None:
    y, w = values(results, item), near(results, "river")
    np.random.seed(3)  # noqa: NPY002  esda draws from it
    theirs = Moran(y, w, transformation="o", permutations=999)
    ours = row(results, "moran", "river", item)
    assert ours["p"] / 2 == pytest.approx(theirs.p_sim, abs=4.5 * np.sqrt(2 * 0.25 / 999))
    assert ours["mean_permuted"] == pytest.approx(theirs.EI_sim, abs=4.5 * theirs.seI_sim * np.sqrt(2 / 999))
    # The pattern was put there on purpose: no order of a thousand comes near it.
    assert row(results, "moran", "border", "composite")["p"] == 0.002


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The alternative hypothesis:DeprecationWarning")
def test_p_of_local_permutations_within_their_error(results: Results) -> None:
    y, w = values(results, "composite"), near(results, "border")
    theirs = Moran_Local(y, w, permutations=999, seed=3, n_jobs=1)
    ours = local(results, "moran", "composite")["p"].to_numpy() / 2  # esda tells the smaller tail
    error = np.sqrt(2 * np.maximum(ours, 0.01) * (1 - np.minimum(ours, 0.5)) / 999)
    assert (np.abs(ours - theirs.p_sim) / error < 4.5).all()


@pytest.mark.parametrize("statistic", ["moran", "geary", "getis_ord", "getis_ord_star"])
def test_clusters_are_those_of_the_false_discovery_rate(results: Results, statistic: str) -> None:
    ours = local(results, statistic, "composite")
    p = ours["p"].to_numpy()
    assert ours["p_adjusted"].to_numpy() == pytest.approx(stats.false_discovery_control(p), abs=1e-12)
    marked = p <= fdr(p, 0.05) * (1 + 1e-12)
    assert ours["cluster"].tolist() == np.where(marked, ours["kind"], "not_significant").tolist()
    assert marked.any()


def test_what_was_put_there_is_found(results: Results) -> None:
    found = local(results, "moran", "composite")["cluster"]
    assert found["r0c2"] == "HH"  # clean among clean
    assert found["r7c7"] == "LL"
    assert local(results, "moran", "carbon")["kind"]["r0c0"] == "LH"  # the one that was made dirty


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
@pytest.mark.parametrize("rule", ["border", "river"])
def test_joins_of_types(results: Results, rule: str) -> None:
    units = results.units.set_index("unit").loc[CODES]
    y = (units["type"] == "industrial").to_numpy(int)
    w = near(results, rule, "b")
    if rule == "river":
        w = weights.W({code: list(there) for code, there in w.neighbors.items()}, silence_warnings=True, id_order=CODES)
    theirs = Join_Counts(y, w, permutations=0)
    table = results.spatial["join_counts"]
    table = table[(table["item"] == "type") & (table["rule"] == rule) & (table["year"] == 2021)]
    ours = table.set_index(["one", "other"])["joins"]
    assert ours["industrial", "industrial"] == pytest.approx(theirs.bb)
    assert ours["resource", "resource"] == pytest.approx(theirs.ww)
    assert ours["industrial", "resource"] == ours["", ""] == pytest.approx(theirs.bw)
