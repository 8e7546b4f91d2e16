"""Warnings of a run: what is nearly the same as something else, and indicators from one source."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from evaluate.coherence.analysis import Sample, samples
from evaluate.coherence.correlation import pearson, spearman
from evaluate.coherence.coupled import coupling_warnings
from evaluate.coherence.flags import FEWEST, NEARLY
from evaluate.methods.base import Array
from evaluate.scoring.scores import Scores
from indicators.definitions import Indicator, Variable
from indicators.errors import Fault
from indicators.framework import Framework
from indicators.structure import TOP
from indicators.texts import both, joined


def warnings_of(scores: Scores, correlates: pd.DataFrame | None = None) -> list[Fault]:
    """Return what a reader of the composite must know, in the rank year and over at least 10 units.

    The composite is nearly one of its indicators or correlates: |Pearson| or |Spearman| of at least 0.95. An
    indicator is built from its siblings: its formula holds no variable that theirs do not, and its multiple
    correlation with those that share some is at least 0.95. Two indicators derive from one source (`derived_from`).
    Coupling coordination is part of the composite, however many units there are.

    `correlates`: `unit`, `year` and one column a correlate.
    """
    held = samples(scores, scores.values.panel.rank)
    found = [*_nearly(scores, held, correlates), *_from_siblings(scores, held), *_one_source(scores)]
    return [*found, *coupling_warnings(scores)]


def _scope(scores: Scores, sample: Sample) -> dict[str, str]:
    return scores.framework.label_of(sample.kind) if sample.kind else both("coherence.all_units")


def _nearly(scores: Scores, held: list[Sample], correlates: pd.DataFrame | None) -> Iterator[Fault]:
    for code in scores.normalised:
        told = [_strong(scores, s, scores.normalised[code][s.at]) for s in held if code in s.structure.indicators]
        values = {"label": scores.framework.label_of(code), "code": code, "limit": NEARLY}
        yield from _told("coherence.nearly_indicator", values, told)
    if correlates is None:
        return
    here = correlates[correlates["year"] == scores.values.panel.rank].set_index("unit")
    for code in here.columns.drop("year"):
        by_unit = here[code].reindex(scores.rows.codes).to_numpy(dtype=float)
        told = [_strong(scores, sample, by_unit[sample.at]) for sample in held]
        values = {"label": scores.framework.label_of(str(code)), "code": str(code), "limit": NEARLY}
        yield from _told("coherence.nearly_correlate", values, told)


def _strong(scores: Scores, sample: Sample, other: Array) -> dict[str, str] | None:
    """Return what is said of a strong correlation with the composite; None where it is not strong."""
    (r, n), rho = pearson(scores.columns[TOP][sample.at], other), spearman(scores.columns[TOP][sample.at], other)
    if n < FEWEST or np.isnan(r) or max(abs(r), abs(rho)) < NEARLY:
        return None
    return both("coherence.strong", scope=_scope(scores, sample), pearson=f"{r:.2f}", spearman=f"{rho:.2f}", count=n)


def _told(key: str, values: dict[str, object], told: Iterable[dict[str, str] | None]) -> Iterator[Fault]:
    strong = [one for one in told if one is not None]
    if strong:
        yield Fault(key, {**values, "where": joined(strong)})


def _from_siblings(scores: Scores, held: list[Sample]) -> Iterator[Fault]:
    framework = scores.framework
    named = {code: _variables(framework, code) for code in scores.normalised}
    seen: set[frozenset[str]] = set()
    for sample in held:
        for parent, children in sample.structure.children.items():
            if not sample.structure.lowest(parent):
                continue
            for code in children:
                others = [c for c in children if c != code and named[c] & named[code]]
                if not others or named[code] - set().union(*(named[c] for c in others)):
                    continue
                r, n = _multiple(scores.normalised[code], [scores.normalised[c] for c in others], sample)
                if n < max(FEWEST, len(others) + 3) or not r >= NEARLY:
                    continue
                if frozenset((code, *others)) not in seen:
                    seen.add(frozenset((code, *others)))
                    yield Fault("coherence.from_siblings", {
                        "label": framework.label_of(code), "code": code, "r": f"{r:.2f}", "count": n,
                        "others": joined(framework.label_of(c) for c in others), "scope": _scope(scores, sample),
                    })  # fmt: skip


def _variables(framework: Framework, code: str) -> frozenset[str]:
    formulas = framework.indicators[code].formulas().values()
    return frozenset(name for formula in formulas for name in formula.variables)


def _multiple(y: Array, others: list[Array], sample: Sample) -> tuple[float, int]:
    """Return the multiple correlation R of y with others, linear and by least squares, and the number of rows."""
    x = np.column_stack([column[sample.at] for column in others])
    y = y[sample.at]
    there = np.isfinite(y) & np.isfinite(x).all(axis=1)
    x, y = x[there], y[there]
    if len(y) < FEWEST:
        return float("nan"), len(y)
    design = np.column_stack([np.ones(len(y)), x])
    return abs(pearson(design @ np.linalg.lstsq(design, y, rcond=None)[0], y)[0]), len(y)


def sources_of(framework: Framework, code: str) -> frozenset[str]:
    """Return what an indicator derives from by `derived_from`, its own and that of its variables, however far back.

    Codes of variables, and sources in words.
    """
    left: list[Indicator | Variable] = [framework.indicators[code]]
    left += [framework.variables[name] for name in sorted(_variables(framework, code))]
    found: set[str] = set()
    while left:
        stated = left.pop().derived_from
        named = [stated.strip()] if isinstance(stated, str) else list(stated or ())
        left += [framework.variables[name] for name in named if not isinstance(stated, str) and name not in found]
        found.update(named)
    return frozenset(found)


def _one_source(scores: Scores) -> Iterator[Fault]:
    framework = scores.framework
    derived = {code: sources_of(framework, code) for code in scores.normalised}
    for source in sorted(frozenset().union(*derived.values())):
        # what is computed from a variable stands beside what is computed from the source of another one
        sharing = [code for code, named in derived.items() if source in named | _variables(framework, code)]
        if len(sharing) > 1:
            yield Fault("coherence.one_source", {
                "source": framework.label_of(source), "code": source, "count": len(sharing),
                "indicators": joined(framework.label_of(code) for code in sharing),
            })  # fmt: skip
