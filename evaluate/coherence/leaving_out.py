"""What each indicator decides: the ranks without it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.coherence.correlation import spearman
from evaluate.forms import Form
from evaluate.methodology import Methodology, WeightingLevels
from evaluate.methods.base import Array
from evaluate.scoring.again import Group, ancestors, caps, groups, learns, some_rows, tree_of
from evaluate.scoring.aggregated import aggregate
from evaluate.scoring.normalised import Normalised
from evaluate.scoring.population import Population, kind_of
from evaluate.scoring.ranking import ranks_within
from evaluate.scoring.scores import Scores
from indicators.errors import Fault, InputError
from indicators.structure import TOP, Structure, rescaled

LARGEST = 50_000
"""Most unit-years × indicators that are scored again where an aggregation learns, since it may compare all with all."""
DROP_ONE = Form("drop_one", {
    "type": "text", "code": "text", "parent": "text", "n": "whole", "lost": "whole", "mean_shift": "number",
    "max_shift": "whole", "spearman": "number", "reason": "text",
})  # fmt: skip


def drop_one(scores: Scores, language: str = "en") -> pd.DataFrame:
    """Score the rank year again without each indicator: Σ|rank − rank without it|/n within the type, and the greatest.

    The scores of all other indicators and the weights of the run hold, rescaled among the siblings that are left; a
    dimension that loses its only indicator goes with it. Aggregations that learn do so anew, up to 50,000 unit-years
    × indicators. Units that have no
    composite without the indicator are `lost` and left out of both rankings.

    Columns: type, code, parent, n (units compared), lost, mean_shift, max_shift, spearman (of the composites),
    reason (why there are no ranks without it, in `language`).

    Source: OECD/JRC Handbook 2008, step 7 (inclusion and exclusion of indicators); Saisana, Saltelli and Tarantola
    2005 (mean shift of ranks).
    """
    found = groups(scores)
    # on the scores as they are, so that weights are not learned again
    plain = scores.methodology.normalisation.model_copy(update={"reference": _reference(scores)})
    methodology = scores.methodology.model_copy(update={"weighting": WeightingLevels(), "normalisation": plain})
    table: list[dict[str, Any]] = []
    for code in scores.normalised:
        reduced = {g.kind: _without(scores, g, code) for g in found if code in g.structure.indicators}
        composites: dict[str, Array | Fault] = {k: Fault("coherence.only_one") for k, s in reduced.items() if s is None}
        parts = {kind: structure for kind, structure in reduced.items() if structure is not None}
        for alike in _alike(parts):
            composites |= _again(scores, methodology, found, alike)
        for group in found:
            if group.kind in composites:
                parent = ancestors(group.structure, code)[0]
                table.append({"type": group.kind, "code": code, "parent": parent}
                             | _shift(scores, group, composites[group.kind], language))  # fmt: skip
    return DROP_ONE.frame(table).sort_values(["type", "code"], kind="stable", ignore_index=True)


def _reference(scores: Scores) -> str:
    return kind_of(list(scores.fitted.weights))


def _without(scores: Scores, group: Group, code: str) -> Structure | None:
    """Return the parents above an indicator without it, with the weights of the run; None if nothing is left."""
    tree, gone, children, given = tree_of(scores, group.kind, group.year), code, {}, {}
    for parent in ancestors(group.structure, code):
        kept = tuple(child for child in group.structure.children[parent] if child != gone)
        if not kept:
            gone = parent
            continue
        children[parent] = kept
        given[parent] = rescaled([tree[parent][child] for child in kept])
        gone = ""
    return Structure(children, given, group.structure.level) if TOP in children else None


def _alike(parts: Mapping[str, Structure]) -> list[dict[str, Structure]]:
    """Return the types in groups that are left with the same parents, as the scoring asks."""
    out: dict[tuple[str, ...], dict[str, Structure]] = {}
    for kind, structure in parts.items():
        out.setdefault(tuple(structure.children), {})[kind] = structure
    return list(out.values())


def _again(
    scores: Scores, methodology: Methodology, found: list[Group], structures: dict[str, Structure]
) -> dict[str, Array | Fault]:
    """Return the composites of the rank year by type, after vetoes, or what stands in the way of them."""
    own = [group for group in found if group.kind in structures]
    rows, at = _rows(scores, own, structures)
    if len(at) * len(scores.normalised) > LARGEST and learns(scores, next(iter(structures.values()))):
        return dict.fromkeys(structures, Fault("coherence.too_many", {"limit": f"{LARGEST:,}"}))
    parents = next(iter(structures.values())).children
    columns = {
        child: scores.columns[child][at]
        for structure in structures.values()
        for children in structure.children.values()
        for child in children
        if child not in parents
    }
    try:
        made = aggregate(rows, Normalised(columns, [], []), methodology, None).columns[TOP]
    except InputError as error:
        return dict.fromkeys(structures, error.faults[0])
    return {g.kind: np.minimum(made[np.searchsorted(at, g.at)], caps(scores, g.at)) for g in own}


def _rows(scores: Scores, own: list[Group], structures: dict[str, Structure]) -> tuple[Population, NDArray[np.intp]]:
    """Return the rows of the rank year, and those of the reference population where an aggregation learns from it."""
    whole, reference = scores.rows, _reference(scores)
    chosen = np.zeros(len(whole.unit), dtype=bool)
    for group in own:
        chosen[group.at] = True
    mine = np.isin(whole.type, list(structures))
    if reference == "baseline":
        chosen |= whole.fit_baseline & mine
    elif reference != "year" and learns(scores, next(iter(structures.values()))):
        chosen |= whole.scored & mine
    at = np.flatnonzero(chosen)
    rows = some_rows(whole, at, structures)
    return replace(rows, scored=whole.scored[at], fit_baseline=whole.fit_baseline[at]), at


def _shift(scores: Scores, group: Group, composite: Array | Fault, language: str) -> dict[str, Any]:
    nothing = {"n": 0, "lost": len(group.at), "reason": ""}
    if isinstance(composite, Fault):
        return nothing | {"reason": composite.message(language)}
    kept = np.isfinite(composite)
    if not kept.any():
        return nothing
    before, after = scores.columns[TOP][group.at][kept], composite[kept]
    alone = np.zeros(len(before), dtype=int)
    shift = np.abs(ranks_within(before, alone) - ranks_within(after, alone))
    return {
        "n": int(kept.sum()), "lost": int((~kept).sum()), "mean_shift": float(shift.mean()),
        "max_shift": int(shift.max()), "spearman": spearman(before, after), "reason": "",
    }  # fmt: skip
