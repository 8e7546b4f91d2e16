"""The difference of two runs split into what it comes from, so that the parts add up."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from evaluate.comparison.changes import framework_changes, unit_changes, weight_changes
from evaluate.comparison.coalitions import Mixtures
from evaluate.comparison.edition import Edition
from evaluate.comparison.ground import Ground, common_ground
from evaluate.comparison.reversals import agreement, reversals
from evaluate.comparison.sameness import FACTORS
from evaluate.comparison.shapley import Block, partitions, shares
from evaluate.comparison.split import REST, Split, split_data
from evaluate.comparison.tables import PARTS, Comparison
from evaluate.methods.base import Array
from indicators.errors import fault

_SAME = 1e-6
"""Composites that are computed again from the tables, which hold 10 significant digits, are as near to the recorded."""


def explain_difference(a: Edition, b: Edition) -> Comparison:
    """Split the difference of the composites of two runs, or of two years of one.

    Data, weights, treatment with normalisation, and aggregation with vetoes: the part of each is its Shapley value,
    the mean of what it changes over all orders in which the four may change; 16 composites, each computed by the
    stages of the scoring. What methods learn from data is learned anew in a mixture, so that it counts as data; what
    is the same in both runs has no part. Factors of which some mixture cannot be computed, such as a geometric mean of
    scores that may be 0, are taken together (`joint`). Indicators that only one run has are taken out before and put
    in after: their part is that of the framework.

    Errors: runs that have nothing in common, composites that are not as recorded.

    Source: Shapley 1953; Shorrocks 2013 (J. Econ. Inequality 11) for splitting differences.
    """
    ground = common_ground(a, b)
    mixtures = Mixtures(a, b, ground)
    first, second = (_as_recorded(edition, ground, mixtures.whole(side)) for side, edition in enumerate((a, b)))
    if not mixtures.players and not any(ground.cut):
        second = first  # but for digits that the tables do not hold
    blocks = _told_apart(mixtures)
    parts = _parts(mixtures, blocks, first, second)
    split = _split(mixtures, blocks)
    composites = _composites(a, b, ground, (first, second), parts, split)
    turned, counted = reversals(composites, split.parts if split else {})
    return Comparison(
        first=_about(a), second=_about(b), players=mixtures.players,
        joint=tuple(tuple(f for f in FACTORS if f in block) for block in blocks if len(block) > 1),
        schemes=tuple(sorted(split.schemes)) if split else (),
        orders=split.orders if split else 0,
        notes=tuple(_notes(a, b, ground)),
        reversed_pairs=sum(sum(own.values()) for own in counted.values()),
        composites=composites,
        indicators=_indicators(a, b, ground, mixtures, split),
        reversals=turned,
        weights=weight_changes(a, b),
        summary=_summary(composites, counted),
        agreement=agreement(composites, counted, comparable=a.results.comparable and b.results.comparable),
        framework=framework_changes(a, b),
        units=unit_changes(a, b),
    )  # fmt: skip


def _as_recorded(edition: Edition, ground: Ground, found: Array) -> Array:
    recorded = edition.composite.reindex(list(ground.units)).to_numpy(dtype=float)
    apart = ~(np.abs(found - recorded) <= _SAME * np.maximum(1, np.abs(recorded)))
    if apart.any():
        at = int(np.flatnonzero(apart)[0])
        raise fault(
            "comparison.not_as_recorded", run_id=edition.results.manifest["run_id"], unit=ground.units[at],
            year=edition.year, recorded=f"{recorded[at]:.10g}", found=f"{found[at]:.10g}",
        )  # fmt: skip
    return found


def _told_apart(mixtures: Mixtures) -> tuple[Block, ...]:
    """Return the finest way to tell the factors apart in which every mixture can be computed."""
    for way in partitions(mixtures.players):
        joined = [
            frozenset().union(*(b for at, b in enumerate(way) if mask >> at & 1)) for mask in range(2 ** len(way))
        ]
        if all(mixtures.of(block) is not None for block in joined):
            return way
    raise AssertionError("the runs themselves can be computed")


def _parts(mixtures: Mixtures, blocks: Sequence[Block], first: Array, second: Array) -> dict[str, Array]:
    """Return the part of each factor; they sum to the difference."""

    def composite(joined: Block) -> Array:
        found = mixtures.of(joined)
        assert found is not None
        return found.composite

    out = {name: np.zeros(len(first)) for name in PARTS}
    for block, share in shares(blocks, composite).items():
        out[next(iter(block)) if len(block) == 1 else "joint"] += share
    if any(mixtures.ground.cut):
        out["framework"] = (second - first) - (composite(frozenset(mixtures.players)) - composite(frozenset()))
    # a unit that has no composite in some mixture: its difference is not told apart
    lost = ~np.isfinite(np.sum(list(out.values()), axis=0))
    for part in out.values():
        part[lost] = 0
    out["joint"][lost] = (second - first)[lost]
    return out


def _split(mixtures: Mixtures, blocks: Sequence[Block]) -> Split | None:
    """Return the parts of the indicators; None where the data is not told apart from a method."""
    if "data" in mixtures.players and frozenset({"data"}) not in blocks:
        return None
    if "data" not in mixtures.players:
        return Split({REST: np.zeros(len(mixtures.ground.units))}, frozenset(), 0)
    return split_data(mixtures, blocks)


def _composites(
    a: Edition, b: Edition, ground: Ground, whole: tuple[Array, ...], parts: dict[str, Array], split: Split | None
) -> pd.DataFrame:
    units, listed = list(ground.units), b.results.units.set_index("unit")
    ranks = []
    for edition in (a, b):
        table = edition.results.scores[edition.results.scores["year"] == edition.year]
        ranks.append(table.set_index("unit")["rank_in_type"].reindex(units).to_numpy(dtype=int))
    same = ground.types[0] == ground.types[1]
    return pd.DataFrame({
        "unit": units,
        "name": listed["name"].reindex(units).to_numpy(dtype=object),
        "type": ground.types[1],
        "year_a": a.year, "year_b": b.year,
        "composite_a": whole[0], "composite_b": whole[1], "difference": whole[1] - whole[0],
        **parts,
        "relearned": np.full(len(units), np.nan) if split is None else split.parts[REST],
        "rank_a": ranks[0], "rank_b": ranks[1],
        "rank_change": pd.Series(ranks[0] - ranks[1], dtype="Int64").where(pd.Series(same)),
    })  # fmt: skip


def _indicators(a: Edition, b: Edition, ground: Ground, mixtures: Mixtures, split: Split | None) -> pd.DataFrame:
    """Return values, scores and part of every unit and common indicator."""
    asked = {code for trees in ground.structures for tree in trees.values() for code in tree.indicators}
    frames = []
    for code in (code for code in b.framework.indicators if code in asked):
        held: dict[str, Any] = {"unit": list(ground.units), "code": code}
        for table, name in (("values", "value"), ("normalised", "score")):
            for side, edition in (("a", a), ("b", b)):
                held[f"{name}_{side}"] = edition.column(table, code)[ground.rows[int(side == "b")]]
        none = np.full(len(ground.units), np.nan if split is None else 0.0)
        frames.append(pd.DataFrame(held | {"part": none if split is None else split.parts.get(code, none)}))
    return pd.concat(frames).sort_values("unit", kind="stable", ignore_index=True)


def _summary(composites: pd.DataFrame, counted: dict[str, dict[str, int]]) -> pd.DataFrame:
    """Return, by factor, what it moved: `share` of the mean absolute difference, `share_of_order` of what is left of it
    when each type's mean is taken away, since what moves all alike changes no rank.
    """
    moved = composites["difference"].to_numpy(dtype=float)
    centred = _centred(composites, "difference")
    rows = []
    for name in PARTS:
        part = composites[name].to_numpy(dtype=float)
        rows.append({
            "factor": name,
            "mean": part.mean(),
            "mean_absolute": np.abs(part).mean(),
            "share": _share(part, moved),
            "share_of_order": _share(_centred(composites, name), centred),
            "reversals": sum(own[name] for own in counted.values()),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _centred(composites: pd.DataFrame, name: str) -> Array:
    mean = composites.groupby("type")[name].transform("mean")
    return np.asarray(composites[name] - mean, dtype=float)


def _share(part: Array, moved: Array) -> float:
    """Return Σ part · sign(moved) / Σ |moved|; the shares of all parts sum to 1."""
    total = float(np.abs(moved).sum())
    return float((part * np.sign(moved)).sum() / total) if total > 1e-9 * len(moved) else 0.0


def _about(edition: Edition) -> dict[str, Any]:
    manifest = edition.results.manifest
    return {
        "run_id": manifest["run_id"],
        "title": manifest["title"],
        "notice": manifest["notice"],
        "framework": edition.framework.code,
        "year": edition.year,
        "units": len(edition.results.units),
        "scored": len(edition.composite),
    }


def _notes(a: Edition, b: Edition, ground: Ground) -> list[str]:
    """Return what a reader should know, by text key."""
    found = []
    one, other = a.methodology, b.methodology
    if (one.imputation, one.coverage) != (other.imputation, other.coverage):
        found.append("note_filled")
    if not ground.same_tree:
        found.append("note_tree")
    if any(ground.cut):
        found.append("note_framework")
    if (ground.types[0] != ground.types[1]).any():
        found.append("note_types")
    if not (a.results.comparable and b.results.comparable):
        found.append("note_within")
    return found
