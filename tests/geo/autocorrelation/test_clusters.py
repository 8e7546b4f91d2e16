"""False discovery, cluster labels, agreement between rules."""

import math

import numpy as np
import pytest

from geo.autocorrelation import agreement, clusters, cut, local_geary, local_getis_ord, local_moran
from geo.autocorrelation.clusters import LABELS, named
from geo.autocorrelation.discovery import adjusted
from tests.geo.autocorrelation.making import by_code, codes, grid, line, linked

NAN = float("nan")
SIDE = 12
ROW, COLUMN = (part.ravel() for part in np.indices((SIDE, SIDE)))
BLOCK = (ROW < 4) & (COLUMN < 4)  # high, the others low
STEP = np.where(BLOCK, 9.0, 1.0) + np.random.default_rng(1).random(SIDE**2)


def test_noise_is_seldom_taken_for_a_pattern_and_without_control_often() -> None:
    near = linked(grid(SIDE))
    found, plain = 0, 0
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(size=SIDE**2)
        made = local_moran(by_code(noise), near, permutations=999, seed=seed)
        found += "not_significant" not in clusters(made).counts or len(clusters(made).counts) > 1
        plain += sum(count for label, count in clusters(made, control="none").counts.items() if len(label) == 2)
    assert found <= 4  # in the mean one in twenty
    assert plain / (20 * SIDE**2) == pytest.approx(0.05, abs=0.015)


def test_a_block_of_high_values_is_a_cluster() -> None:
    inside = (ROW < 3) & (COLUMN < 3) & (ROW + COLUMN > 0)  # the corner has two neighbours, too few to be sure
    made = clusters(local_moran(by_code(STEP), linked(grid(SIDE)), permutations=9999))
    assert (made.labels[inside] == "HH").all()
    assert made.labels[SIDE * 4 + 1] in ("LH", "not_significant")  # low, next to the block
    assert (made.labels[(ROW > 5) | (COLUMN > 5)] == "not_significant").all()
    hot = clusters(local_getis_ord(by_code(STEP), linked(grid(SIDE)), permutations=9999))
    assert (hot.labels[inside] == "hot").all()
    # The other way round it is a block of low values.
    low = clusters(local_moran(by_code(-STEP), linked(grid(SIDE)), permutations=9999))
    assert (low.labels[inside] == "LL").all()
    cold = clusters(local_getis_ord(by_code(-STEP), linked(grid(SIDE)), permutations=9999))
    assert (cold.labels[inside] == "cold").all()


def test_kinds_of_geary() -> None:
    values = STEP.copy()
    values[SIDE * 7 + 5] = 40.0  # a peak among the low
    made = local_geary(by_code(values), linked(grid(SIDE)), permutations=999)
    assert made.kinds[SIDE * 7 + 5] == "unlike"
    assert made.kinds[0] == "HH"
    assert made.kinds[-1] == "LL"


def test_units_without_a_statistic_bear_their_state() -> None:
    values = np.array([1, 2, 4, NAN, 3, 5, NAN, 9])
    made = clusters(local_moran(by_code(values), linked(line(8)), permutations=99))
    assert made.labels[[3, 6, 7]].tolist() == ["missing", "missing", "island"]
    assert made.tested == 5
    flat = clusters(local_moran(by_code(np.ones(6)), linked(line(6)), permutations=99))
    assert flat.counts == {"constant": 6}
    assert (flat.tested, flat.cut, flat.coarse) == (0, 0.05, False)


def test_too_few_permutations_are_told() -> None:
    near = linked(grid(SIDE))
    few, many = (local_moran(by_code(STEP), near, permutations=draws) for draws in (999, 9999))
    assert few.least_p == 0.002
    assert clusters(few).coarse  # 0.05/144 is less than that
    assert not clusters(many).coarse
    assert not clusters(few, control="none").coarse


def test_controls_are_in_order() -> None:
    made = local_moran(by_code(STEP), linked(grid(SIDE)), permutations=999)
    cuts = [clusters(made, control=control).cut for control in ("bonferroni", "fdr", "none")]
    assert cuts[0] == pytest.approx(0.05 / SIDE**2)
    assert cuts[0] < cuts[1] < cuts[2] == 0.05
    marked = clusters(made).labels != "not_significant"
    assert (marked == (adjusted(made.p) <= 0.05)).all()


def test_adjusted_p_of_four_tests() -> None:
    # Benjamini & Hochberg by hand: 4·0.01, 4·0.02/2, 4·0.03/3, 4·0.5/4
    assert adjusted([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.04, 0.04])
    assert np.isnan(adjusted([NAN, NAN])).all()
    assert cut([NAN, 0.02, 0.9], 0.05) == pytest.approx(0.025)
    with pytest.raises(ValueError, match="between 0 and 1"):
        cut([0.1], 5)


def test_agreement_of_three_rules() -> None:
    near = [linked(matrix) for matrix in (grid(SIDE), grid(SIDE) @ grid(SIDE) * (1 - np.eye(SIDE**2)), grid(SIDE) * 2)]
    values = STEP.copy()
    values[7] = NAN
    by_rule = {
        name: clusters(local_moran(by_code(values), one, permutations=999))
        for name, one in zip(("rook", "two steps", "again"), near, strict=True)
    }
    made = agreement(by_rule)
    table = made.table
    assert table.index.tolist() == codes(SIDE**2)
    assert table.columns.tolist() == ["rook", "two steps", "again", "agree", "label", "share"]
    said = table[["rook", "two steps", "again"]]
    same = (said.nunique(axis=1) == 1).drop("u0007")
    assert made.compared == SIDE**2 - 1
    assert made.share == pytest.approx(same.mean())
    marked = (said != "not_significant").any(axis=1).drop("u0007")
    assert made.marked == marked.sum()
    assert made.share_of_marked == pytest.approx(same[marked].mean())
    assert table.loc["u0007", ["rook", "label", "share"]].tolist() == ["missing", "missing", 1.0]
    assert table["agree"].isna().sum() == 1
    assert ((table["share"] >= 2 / 3) == (table["label"] != "")).all()


def test_no_label_is_commonest_where_all_differ() -> None:
    made = clusters(local_moran(by_code(STEP), linked(grid(SIDE)), permutations=99))
    labels = [made.labels.copy() for _ in range(3)]
    for part, label in zip(labels, ("HH", "LL", "not_significant"), strict=True):
        part[0] = label
    from dataclasses import replace

    found = agreement({str(at): replace(made, labels=part) for at, part in enumerate(labels)})
    assert found.table.iloc[0][["agree", "label"]].tolist() == [False, ""]


def test_two_rules_or_other_units_are_not_enough() -> None:
    one = clusters(local_moran(by_code(STEP), linked(grid(SIDE)), permutations=9))
    other = clusters(local_moran(by_code(np.arange(5.0)), linked(line(5)), permutations=9))
    for by_rule in ({"a": one, "b": one}, {"a": one, "b": one, "c": other}):
        with pytest.raises(ValueError, match="at least three rules"):
            agreement(by_rule)


def test_agreement_about_nothing() -> None:
    flat = clusters(local_moran(by_code(np.ones(6)), linked(line(6)), permutations=9))
    made = agreement({"a": flat, "b": flat, "c": flat})
    assert (made.compared, made.marked) == (0, 0)
    assert math.isnan(made.share)
    assert math.isnan(made.share_of_marked)


def test_every_label_has_a_name() -> None:
    assert len({(named(label)["zh"], named(label)["en"]) for label in LABELS}) == len(LABELS)
