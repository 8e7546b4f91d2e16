"""Fourth stage: weights within each parent and aggregation up the tree."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methodology import Methodology
from evaluate.methods.base import Array
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.normalised import Normalised
from evaluate.scoring.population import Population, Scope
from indicators.errors import Fault, fault
from indicators.structure import TOP

Weights = dict[str, dict[str, dict[str, dict[str, float]]]]
"""Weights by scope, type, parent and child."""


@dataclass(frozen=True)
class Aggregated:
    """Scores of every dimension and the composite by row of the population."""

    columns: dict[str, Array]
    weights: Weights
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
                _one_parent(rows, methodology, known.get(scope.key), out, scope, parent, kinds)
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
    rows: Population, methodology: Methodology, known: Any, out: Aggregated,
    scope: Scope, parent: str, kinds: list[str],
) -> None:  # fmt: skip
    structure = rows.structures[kinds[0]]
    children, lowest = structure.children[parent], structure.lowest(parent)
    weighting = methodology.weighting.indicators if lowest else methodology.weighting.dimensions
    aggregation = methodology.aggregation.indicators if lowest else methodology.aggregation.dimensions
    scores = np.column_stack([out.columns[child] for child in children])
    # rows that are not scored may lack whole dimensions; they are aggregated only as a baseline to learn from
    taking_part = scope.apply & (rows.scored | rows.fit_baseline)
    shared = None
    if weighting.data_driven and known is None:
        reference = scores[scope.fit & np.isin(rows.type, kinds)]
        shared = _data_driven(rows, weighting, out, scope, parent, children, reference)
    column = out.columns.setdefault(parent, np.full(len(scores), np.nan))
    for kind in kinds:
        if known is not None:
            weights = _known_weights(known, rows, kind, parent, children, scope.key)
        elif shared is not None:
            weights = shared
        else:
            given = np.asarray(rows.structures[kind].given[parent])
            weights = np.asarray(weighting.weights(scores, given))
        out.weights[scope.key][kind][parent] = dict(zip(children, map(float, weights), strict=True))
        at = taking_part & (rows.type == kind)
        _positive(rows, aggregation, children, scores, weights, at, parent)
        column[at] = aggregation.aggregate(scores[at], weights)


def _known_weights(
    known: Any, rows: Population, kind: str, parent: str, children: tuple[str, ...], scope: str
) -> Array:
    found = known.get(kind, {}).get(parent)
    if found is None or set(found) != set(children):
        raise fault("fitted.no_weights_of_type", scope=rows.said(scope), type=kind, parent=parent)
    return np.array([found[child] for child in children])


def _data_driven(
    rows: Population, weighting: Any, out: Aggregated,
    scope: Scope, parent: str, children: tuple[str, ...], reference: Array,
) -> Array:  # fmt: skip
    label = rows.values.framework.label_of(parent)
    if weighting.method == "entropy" and (reference < 0).any():
        low = children[int(np.nanargmin(reference) % len(children))]
        raise fault(
            "scoring.entropy_negative", parent=label, label=rows.values.framework.label_of(low),
            found=f"{np.nanmin(reference):.6g}",
        )  # fmt: skip
    weights = weighting.weights(reference, np.ones(len(children)))
    if weights is None:
        out.warnings.append(
            Fault("scoring.no_information", {"label": label, "code": parent, "scope": rows.said(scope.key)})
        )
        return np.full(len(children), 1 / len(children))
    return np.asarray(weights)


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
        framework = rows.values.framework
        label = (
            framework.label_of(parent) if parent in framework.dimensions() else {"zh": "综合得分", "en": "composite"}
        )
        raise fault(
            "scoring.needs_positive", method=aggregation.method, parent=label,
            label=framework.label_of(children[child]), unit=str(rows.codes[row]), year=int(rows.year[row]),
            found=f"{scores[row, child]:.6g}", count=int(wrong.sum()),
        )  # fmt: skip
