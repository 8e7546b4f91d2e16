"""The coherence of a run: correlations, principal components, Cronbach's alpha, ranks without each indicator, flags."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.coherence.components import components
from evaluate.coherence.correlates import CORRELATES
from evaluate.coherence.correlation import COEFFICIENTS, pairs
from evaluate.coherence.flags import FLAGS, flags
from evaluate.coherence.influence import INFLUENCE
from evaluate.coherence.leaving_out import DROP_ONE, drop_one
from evaluate.coherence.reliability import cronbach
from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.scoring.again import ancestors
from evaluate.scoring.scores import Scores
from indicators.structure import TOP, Structure

_KEYS = ("type", "data", "relation", "code", "other")
CORRELATIONS = Form("correlations", {
    **dict.fromkeys(_KEYS, "text"), "n": "whole",
    **{name: "number" for coefficient in COEFFICIENTS for name in (coefficient, f"p_{coefficient}")},
})  # fmt: skip
ALPHA = Form("alpha", {
    "type": "text", "code": "text", "k": "whole", "n": "whole", "alpha": "number", "standardised": "number",
})  # fmt: skip
PCA = Form("pca", {
    "type": "text", "parent": "text", "component": "whole", "eigenvalue": "number", "share": "number",
    "cumulative": "number", "code": "text", "loading": "number", "n": "whole", "note": "text",
})  # fmt: skip
FORMS = (CORRELATES, CORRELATIONS, ALPHA, PCA, DROP_ONE, FLAGS, INFLUENCE)


@dataclass(frozen=True)
class Coherence:
    """Tables of one year; `type` is empty where all types are taken together.

    `correlations`: type, data (`values`, `normalised`, `aggregated`, `levels`), relation (`siblings`, `pair`,
    `parent`, `composite`), code, other, n, and for Pearson, Spearman and Kendall the coefficient and its p.
    `alpha`: type, code (a dimension or the composite), k, n, alpha, standardised.
    `pca`: type, parent, component, eigenvalue, share, cumulative, code, loading, n, note.
    `drop_one`: see `evaluate.coherence.leaving_out.drop_one`. `flags`: type, flag, code, other, r, p, n.
    """

    year: int
    correlations: pd.DataFrame
    alpha: pd.DataFrame
    pca: pd.DataFrame
    drop_one: pd.DataFrame
    flags: pd.DataFrame


@dataclass(frozen=True)
class Sample:
    """The scored units of one year that are looked at together."""

    kind: str
    """Their type; empty where all types are taken together."""
    at: NDArray[np.intp]
    structure: Structure


def samples(scores: Scores, year: int) -> list[Sample]:
    """Return the units of a year, by type where scores of different types are not comparable."""
    rows, structures = scores.rows, scores.rows.structures
    here = rows.scored & (rows.year == year)
    if scores.comparable:
        found = [Sample("", np.flatnonzero(here), next(iter(structures.values())))]
    else:
        found = [Sample(kind, np.flatnonzero(here & (rows.type == kind)), s) for kind, s in structures.items()]
    return [sample for sample in found if len(sample.at)]


def coherence_of(scores: Scores, language: str = "en") -> Coherence:
    """Return how indicators, dimensions and composite of the rank year hang together.

    `language`: of the reasons in `drop_one`. Nothing is computed over years together: the same units would count
    several times, and p values would mean nothing.

    Source: OECD/JRC Handbook 2008, steps 4 and 8.
    """
    year = scores.values.panel.rank
    held = samples(scores, year)
    correlations = CORRELATIONS.joined(table for sample in held for table in _correlations(scores, sample))
    levels = correlations[correlations["data"] == "levels"]
    levels = levels[levels["code"].isin(list(scores.normalised))]
    siblings = correlations[(correlations["data"] == "normalised") & (correlations["relation"] == "siblings")]
    return Coherence(
        year,
        correlations.sort_values(list(_KEYS), kind="stable", ignore_index=True),
        ALPHA.frame(_alpha(scores, held)).sort_values(["type", "code"], kind="stable", ignore_index=True),
        PCA.frame(_pca(scores, held)).sort_values(
            ["type", "parent", "component", "code"], kind="stable", ignore_index=True
        ),
        drop_one(scores, language),
        flags(levels, siblings),
    )


def _correlations(scores: Scores, sample: Sample) -> Iterator[pd.DataFrame]:
    structure = sample.structure
    indicators = [code for code in structure.indicators if code in scores.normalised]
    upper = [parent for parent in structure.children if parent != TOP]
    parent_of = {child: parent for parent, children in structure.children.items() for child in children}
    columns: dict[str, Mapping[str, Array]] = {
        "values": {code: scores.rows.columns[code][sample.at] for code in indicators},
        "normalised": {code: scores.normalised[code][sample.at] for code in indicators},
        "aggregated": {code: scores.columns[code][sample.at] for code in upper},
    }
    for data, held in columns.items():
        table = pairs(held)
        relation = [
            "siblings" if parent_of[a] == parent_of[b] else "pair"
            for a, b in zip(table["code"], table["other"], strict=True)
        ]
        yield table.assign(type=sample.kind, data=data, relation=relation)
    chosen = [(code, parent_of[code], "parent") for code in [*indicators, *upper]]
    chosen += [(code, TOP, "composite") for code in [*indicators, *upper] if parent_of[code] != TOP]
    everything = {code: scores.columns[code][sample.at] for code in [*indicators, *upper, TOP]}
    table = pairs(everything, [(code, other) for code, other, _ in chosen])
    yield table.assign(type=sample.kind, data="levels", relation=[relation for *_, relation in chosen])


def _below(scores: Scores, structure: Structure, parent: str) -> list[str]:
    """Return the indicators below a parent, however deep."""
    return [c for c in structure.indicators if parent in ancestors(structure, c) and c in scores.normalised]


def _columns(scores: Scores, sample: Sample, codes: list[str]) -> Array:
    return np.column_stack([scores.normalised[code][sample.at] for code in codes])


def _alpha(scores: Scores, held: list[Sample]) -> Iterator[dict[str, Any]]:
    for sample in held:
        for parent in sample.structure.children:
            found = cronbach(_columns(scores, sample, _below(scores, sample.structure, parent)))
            yield {"type": sample.kind, "code": parent, **vars(found)}


def _pca(scores: Scores, held: list[Sample]) -> Iterator[dict[str, Any]]:
    for sample in held:
        for parent in sample.structure.children:
            codes = _below(scores, sample.structure, parent)
            found = components(_columns(scores, sample, codes))
            together = np.cumsum(found.shares)
            for place, eigenvalue in enumerate(found.eigenvalues):
                for code, loading, constant in zip(codes, found.loadings[:, place], found.constant, strict=True):
                    yield {
                        "type": sample.kind, "parent": parent, "component": place + 1, "eigenvalue": float(eigenvalue),
                        "share": float(found.shares[place]), "cumulative": float(together[place]), "code": code,
                        "loading": float(loading), "n": found.n,
                        "note": "constant" if constant else "patched" if found.patched else "",
                    }  # fmt: skip
