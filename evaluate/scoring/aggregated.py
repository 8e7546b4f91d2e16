"""Fourth stage: weights within each parent and aggregation up the tree."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methodology import Methodology
from evaluate.methods.base import Array, Learned
from evaluate.methods.weighting import Siblings, Weighed
from evaluate.scoring.fitted import Fitted, as_written
from evaluate.scoring.normalised import Normalised
from evaluate.scoring.population import Population, Scope
from indicators.errors import Fault, fault
from indicators.structure import TOP
from indicators.texts import both

Weights = dict[str, dict[str, dict[str, dict[str, float]]]]
"""Weights by scope, type, parent and child."""
Details = dict[str, dict[str, dict[str, Learned]]]
"""By scope, type and parent."""


@dataclass(frozen=True)
class Aggregated:
    """Scores of every dimension and the composite by row of the population."""

    columns: dict[str, Array]
    weights: Weights
    learned: Details = field(default_factory=dict)
    """What the aggregation of each parent learned, by scope and type."""
    weighing: Details = field(default_factory=dict)
    """What led to the weights of each parent's children, by scope and type."""
    warnings: list[Fault] = field(default_factory=list)


def aggregate(rows: Population, normalised: Normalised, methodology: Methodology, fitted: Fitted | None) -> Aggregated:
    """Weigh and aggregate, lowest parents first, in every scope of the reference population.

    Errors: a negative score under weights that refuse it, a score ≤ 0 under a mean that needs positive ones.
    """
    out = Aggregated(dict(normalised.columns), {})
    known = fitted.weights if fitted else {}
    for scope in rows.scopes(methodology.normalisation.reference, fitted, known):
        if not (scope.apply & rows.scored).any():
            continue
        if fitted is not None and scope.key not in known:
            raise fault("fitted.no_weights", scope=rows.said(scope.key))
        out.weights[scope.key] = {kind: {} for kind in _types_in(rows, scope)}
        for parent in next(iter(rows.structures.values())).children:
            for kinds in _alike(rows, scope, parent):
                _one_parent(rows, methodology, fitted, out, scope, parent, kinds)
    _no_composite_without(rows, out)
    return out


def _no_composite_without(rows: Population, out: Aggregated) -> None:
    """Take the composite from rows in which some dimension has no value: what it has carries no weight."""
    for kind, structure in rows.structures.items():
        at = rows.type == kind
        for parent in structure.children:
            if parent in out.columns:
                out.columns[TOP][at & np.isnan(out.columns[parent])] = np.nan


def steady(tree: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return weights to 12 digits, so that 0.3 of 3 and 0.1 of 1 are the same."""
    return {parent: {child: round(w, 12) for child, w in sorted(own.items())} for parent, own in tree.items()}


def _types_in(rows: Population, scope: Scope) -> list[str]:
    return sorted(set(rows.type[scope.apply & rows.scored]))


def _alike(rows: Population, scope: Scope, parent: str) -> list[list[str]]:
    """Return the types in groups that share the children of a parent: they share data-driven weights."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for kind in _types_in(rows, scope):
        groups.setdefault(rows.structures[kind].children[parent], []).append(kind)
    return list(groups.values())


def _one_parent(
    rows: Population, methodology: Methodology, fitted: Fitted | None, out: Aggregated,
    scope: Scope, parent: str, kinds: list[str],
) -> None:  # fmt: skip
    structure = rows.structures[kinds[0]]
    children, lowest = structure.children[parent], structure.lowest(parent)
    weighting = methodology.weighting.of(parent, lowest=lowest)
    aggregation = methodology.aggregation.of(parent, lowest=lowest)
    scores = np.column_stack([out.columns[child] for child in children])
    # rows that are not scored may lack whole dimensions; they are aggregated only as a baseline to learn from
    taking_part = scope.apply & (rows.scored | rows.fit_baseline)
    # types that share the children are learned from together
    reference = np.flatnonzero(scope.fit & np.isin(rows.type, kinds))
    found: dict[bytes, Weighed] = {}
    column = out.columns.setdefault(parent, np.full(len(scores), np.nan))
    learned = aggregation.learn(scores[reference]) if aggregation.learns and fitted is None else {}
    if aggregation.ordinal:
        values = {"label": _label(rows, parent), "code": parent, "method": aggregation.method}
        out.warnings.extend(w for w in [Fault("scoring.order_only", values)] if w not in out.warnings)
    for kind in kinds:
        if fitted is not None:
            weights = _known_weights(fitted.weights[scope.key], rows, kind, parent, children, scope.key)
            learned = _known(fitted.aggregation, scope.key, kind, parent)
            details = _known(fitted.weighing, scope.key, kind, parent)
        else:
            given = np.asarray(rows.structures[kind].given[parent])
            siblings = Siblings(parent, children, scores[reference], given, rows.year[reference], rows.unit[reference])
            weights, details = _weigh(rows, weighting, out, scope, siblings, found)
        out.weights[scope.key][kind][parent] = dict(zip(children, map(float, weights), strict=True))
        for kept, what in ((out.learned, learned), (out.weighing, details)):
            if what:
                kept.setdefault(scope.key, {}).setdefault(kind, {})[parent] = what
        at = taking_part & (rows.type == kind)
        _positive(rows, aggregation, children, scores, weights, at, parent)
        with as_written(fitted, "aggregation", scope.key, kind, parent):
            column[at] = aggregation.aggregate(scores[at], weights, learned)


def _known(kept: Details, scope: str, kind: str, parent: str) -> Learned:
    return kept.get(scope, {}).get(kind, {}).get(parent, {})


def _known_weights(
    known: Any, rows: Population, kind: str, parent: str, children: tuple[str, ...], scope: str
) -> Array:
    found = known.get(kind, {}).get(parent)
    if found is None or set(found) != set(children):
        raise fault("fitted.no_weights_of_type", scope=rows.said(scope), type=kind, parent=parent)
    return np.array([found[child] for child in children])


def _weigh(
    rows: Population, weighting: Any, out: Aggregated, scope: Scope, siblings: Siblings, found: dict[bytes, Weighed],
) -> tuple[Array, Learned]:  # fmt: skip
    """Return weights and what led to them; types are weighed together where their given weights do not differ."""
    key = siblings.given.tobytes() if weighting.reads_given else b""
    if key not in found:
        _floor(rows, weighting, siblings)
        found[key] = weighting.weigh(siblings)
    weighed = found[key]
    values = {"label": _label(rows, siblings.parent), "code": siblings.parent, "scope": rows.said(scope.key)}
    told = [Fault(w.text_key, {**values, **w.values}, w.place) for w in weighed.warnings]
    if weighed.weights is None:
        told.append(Fault("scoring.no_information", values))
    out.warnings.extend(warning for warning in told if warning not in out.warnings)
    count = len(siblings.children)
    return np.full(count, 1 / count) if weighed.weights is None else np.asarray(weighed.weights), weighed.details


def _label(rows: Population, parent: str) -> dict[str, str] | str:
    framework = rows.values.framework
    return framework.label_of(parent) if parent in framework.dimensions() else both("scoring.composite")


def _floor(rows: Population, weighting: Any, siblings: Siblings) -> None:
    """Refuse scores below what the weighting can read."""
    if weighting.floor is None or len(siblings.children) == 1:
        return
    with np.errstate(invalid="ignore"):
        wrong = siblings.scores < 0 if weighting.floor == "zero" else siblings.scores <= 0
    if wrong.any():
        low = int(np.nanargmin(siblings.scores))
        raise fault(
            f"scoring.weights_need_{weighting.floor}", method=weighting.method, parent=_label(rows, siblings.parent),
            label=rows.values.framework.label_of(siblings.children[low % len(siblings.children)]),
            found=f"{siblings.scores.flat[low]:.6g}",
        )  # fmt: skip


def _positive(
    rows: Population, aggregation: Any, children: tuple[str, ...],
    scores: Array, weights: Array, at: NDArray[np.bool_], parent: str,
) -> None:  # fmt: skip
    if not aggregation.positive_only:
        return
    with np.errstate(invalid="ignore"):
        wrong = (scores <= 0) & (at & rows.scored)[:, None]
    if wrong.any():
        row, child = (int(i) for i in np.argwhere(wrong)[0])
        raise fault(
            "scoring.needs_positive", method=aggregation.method, parent=_label(rows, parent),
            label=rows.values.framework.label_of(children[child]), unit=str(rows.codes[row]), year=int(rows.year[row]),
            found=f"{scores[row, child]:.6g}", count=int(wrong.sum()),
        )  # fmt: skip
