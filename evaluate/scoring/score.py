"""`score`: one pure function from a panel, a framework and a methodology to scores, every stage kept."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evaluate.methodology import Methodology
from evaluate.scoring.aggregated import Weights, aggregate, steady
from evaluate.scoring.codes import check_codes
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.normalised import normalise
from evaluate.scoring.population import Change, Exclusion, Population, population
from evaluate.scoring.ranking import grades_of, ranks_within
from evaluate.scoring.scores import Scores
from evaluate.scoring.values import Values, indicator_values
from indicators.errors import Fault
from indicators.framework import Framework
from indicators.panel import Panel
from indicators.structure import TOP
from indicators.texts import joined


def score(panel: Panel, framework: Framework, methodology: Methodology, fitted: Fitted | None = None) -> Scores:
    """Score every unit-year of a panel.

    Stages: gaps of variables filled over time; indicators from formulas and measures; gaps filled across units;
    coverage; scale; outliers; normalisation; weights; aggregation; vetoes; ranks and grades. What the methods
    learn comes from the reference population of this panel, unless `fitted` hands in what an earlier run learned.

    Nothing that is handed in is changed. Errors: an `InputError` with every fault of the stage that found some.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"unit": ["a", "b"], "year": 2020, "co2": [1.0, 3.0]})
    >>> one = Framework.from_dict({
    ...     "schema": "framework/1", "code": "one", "label": "One", "assesses": "city", "source": "doctest",
    ...     "variables": {"co2": {"unit_of_measure": "t"}},
    ...     "indicators": {"emission": {"label": "CO2", "formula": "co2", "unit_of_measure": "t",
    ...                                 "direction": "negative"}},
    ...     "tree": {"carbon": {"label": "Carbon", "indicators": {"emission": 1}}},
    ... })
    >>> score(Panel.from_frame(frame), one, Methodology()).scores[["unit", "composite", "rank"]].values.tolist()
    [['a', 100.0, 1], ['b', 0.0, 2]]
    """
    check_codes(framework, methodology)
    if fitted is not None:
        fitted.check(framework, methodology)
    values = indicator_values(panel, framework, methodology.imputation, fitted)
    return finish(values, methodology, fitted)


def finish(values: Values, methodology: Methodology, fitted: Fitted | None = None) -> Scores:
    """Score indicator values: everything after the first stage."""
    framework = values.framework
    learned = Fitted.start(framework, methodology, values.panel.scored[-1])
    learned.measures = {name: found for name, found in values.learned.items() if found}
    rows = population(values, methodology, fitted, learned)
    normalised = normalise(rows, methodology, fitted, learned)
    aggregated = aggregate(rows, normalised, methodology, fitted)
    learned.weights, learned.aggregation, learned.weighing = aggregated.weights, aggregated.learned, aggregated.weighing
    composite = aggregated.columns[TOP].copy()
    scored = rows.scored & np.isfinite(composite)
    excluded = [*rows.excluded, *_without_weight(rows, scored)]
    capped, changes, unchecked = vetoes(rows, methodology, scored, composite)
    group = np.char.add(np.char.add(rows.type.astype(str), "|"), rows.year.astype(str))
    composite = np.where(scored, capped, np.nan)
    comparable = are_comparable(rows, methodology, aggregated.weights, fitted)
    return Scores(
        values=values,
        methodology=methodology,
        rows=replace(rows, scored=scored),
        normalised=normalised.columns,
        columns={**aggregated.columns, TOP: composite},
        rank=ranks_within(composite, rows.year) if comparable else None,
        rank_in_type=ranks_within(composite, group),
        grade=grades_of(composite, methodology.grades.cuts) if methodology.grades else None,
        comparable=comparable,
        fitted=fitted.continued(learned) if fitted else learned,
        changes=[*rows.changes, *normalised.changes, *changes],
        excluded=[*excluded, *unchecked],
        warnings=[
            *merged([*rows.warnings, *normalised.warnings, *aggregated.warnings]),
            *_unused(rows, methodology),
            *_left_empty(framework),
        ],
    )


def are_comparable(rows: Population, methodology: Methodology, weights: Weights, fitted: Fitted | None = None) -> bool:
    """Return whether scores of different types may be compared: they share weights, goalposts and indicators."""
    kinds = list(rows.structures)
    if len(kinds) < 2:
        return True
    by_type = [reference == "type" for reference in methodology.references]
    if fitted is not None:
        by_type += [key.startswith("type:") for scopes in fitted.normalisation.values() for key in scopes]
    framework, first = rows.values.framework, rows.structures[kinds[0]]
    same_posts = all(
        framework.goalposts(code, kind) == framework.goalposts(code, kinds[0])
        for kind in kinds
        for code in first.indicators
    )
    same_weights = all(
        steady(tree) == steady(next(iter(trees.values()))) for trees in weights.values() for tree in trees.values()
    )
    same_children = all(rows.structures[kind].children == first.children for kind in kinds)
    return same_children and same_posts and same_weights and not any(by_type)


def merged(warnings: list[Fault]) -> list[Fault]:
    """Return warnings with one entry where several differ only in the scope: years are listed, counts added.

    What one method makes an order of is listed, too.
    """
    groups: dict[tuple[str, object], list[Fault]] = {}
    for warning in warnings:
        apart = "method" if warning.text_key == "scoring.order_only" else "code"
        groups.setdefault((warning.text_key, warning.values.get(apart)), []).append(warning)
    out = []
    for (text_key, _), alike in groups.items():
        values = dict(alike[0].values)
        if len(alike) > 1 and "scope" in values:
            values["scope"] = joined(warning.values["scope"] for warning in alike)
            if "count" in values:
                values["count"] = sum(int(str(warning.values["count"])) for warning in alike)
            alike = [Fault(text_key, values, alike[0].place)]
        elif text_key == "scoring.order_only":
            labels = joined(warning.values["label"] for warning in alike)
            alike = [Fault(text_key, {"labels": labels, "method": values["method"]}, alike[0].place)]
        out += alike
    return out


def _unused(rows: Population, methodology: Methodology) -> list[Fault]:
    """Warn of weights that types give where the weighting does not read them."""
    types, codes, framework = [], dict[str, None](), rows.values.framework
    for kind, structure in rows.structures.items():
        given = framework.types[kind].weights if kind in framework.types else {}
        parents = {child: parent for parent, children in structure.children.items() for child in children}
        unread = [
            code
            for code in given
            if code in parents
            and not methodology.weighting.of(parents[code], lowest=structure.lowest(parents[code])).reads_given
        ]
        if unread:
            types.append(framework.label_of(kind))
            codes |= dict.fromkeys(unread)
    return [Fault("scoring.weights_unused", {"types": joined(types), "codes": ", ".join(codes)})] if types else []


def _left_empty(framework: Framework) -> list[Fault]:
    """Warn of the cells of a published structure that nothing was put in."""
    return [
        Fault("scoring.left_empty", {"label": cell.label, "reason": cell.reason})
        for cell in framework.left_empty.values()
    ]


def _without_weight(rows: Population, scored: NDArray[np.bool_]) -> list[Exclusion]:
    lost = np.flatnonzero(rows.scored & ~scored)
    reason = Fault("scoring.no_weighted_child")
    return [Exclusion("unit", str(rows.codes[row]), int(rows.year[row]), reason) for row in lost]


def vetoes(
    rows: Population, methodology: Methodology, scored: NDArray[np.bool_], composite: NDArray[np.float64]
) -> tuple[NDArray[np.float64], list[Change], list[Exclusion]]:
    """Cap composites; a veto that cannot be checked for want of a value is listed."""
    out, changes, unchecked = composite.copy(), [], []
    framework, codes = rows.values.framework, rows.codes
    for code, veto in methodology.veto.items():
        column = _veto_values(rows, code)
        label = framework.label_of(code)
        unit = (framework.indicators.get(code) or framework.variables[code]).unit_of_measure
        with np.errstate(invalid="ignore"):
            above = column > veto.above if veto.above is not None else np.zeros(len(column), dtype=bool)
            below = column < veto.below if veto.below is not None else np.zeros(len(column), dtype=bool)
        for row in np.flatnonzero(scored & (above | below)):
            limit = veto.above if above[row] else veto.below
            reason = Fault("scoring.vetoed", {
                "label": label, "found": f"{column[row]:.6g}", "unit_of_measure": unit,
                "limit": f"{limit:g}", "cap": f"{veto.cap:g}",
            })  # fmt: skip
            before, after = float(out[row]), min(float(out[row]), float(veto.cap))
            if after < before:
                changes.append(Change(str(codes[row]), int(rows.year[row]), TOP, "veto", before, after, reason))
            out[row] = after
        for row in np.flatnonzero(scored & np.isnan(column) & _applies(rows, code)):
            reason = Fault("scoring.veto_unchecked", {"label": label})
            unchecked.append(Exclusion("veto", f"{codes[row]}/{code}", int(rows.year[row]), reason))
    return out, changes, unchecked


def _applies(rows: Population, code: str) -> NDArray[np.bool_]:
    if code not in rows.values.framework.indicators:
        return np.ones(len(rows.unit), dtype=bool)
    return np.isin(rows.type, [k for k in rows.structures if code in rows.values.framework.structure(k).indicators])


def _veto_values(rows: Population, code: str) -> NDArray[np.float64]:
    """Return what a veto looks at: the values of an indicator or, failing that, of a variable, untreated."""
    values = rows.values
    found = values.indicators.get(code)
    matrix = found if found is not None else values.variables[code]
    positions = np.searchsorted(values.panel.years, rows.year)
    return np.asarray(matrix[rows.unit, positions])
