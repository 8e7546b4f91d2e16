"""Third stage: scale, outliers and normalisation, indicator by indicator."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methodology import Methodology
from evaluate.methods.base import Array, Learned, no_spread
from evaluate.methods.normalisation import Aspect, FittedReference
from evaluate.scoring.fitted import Fitted, as_written
from evaluate.scoring.population import Change, Population
from indicators.definitions import Indicator
from indicators.errors import Fault, Faults, Place, fault
from indicators.framework import Framework

LARGEST_VALUE = 1e300
"""Differences of such values are still numbers."""
LARGEST_SCORE = 1e150
"""Squares of such scores are still numbers."""


@dataclass(frozen=True)
class Normalised:
    """Scores of the indicators by row of the population, NaN where missing, with what was noted on the way."""

    columns: dict[str, Array]
    changes: list[Change]
    warnings: list[Fault]


@dataclass(frozen=True)
class _Turn:
    """How values of one indicator are turned so that higher is better, after scale and treatment."""

    indicator: Indicator
    treat: Any
    learned: Learned
    method: Any

    @property
    def logarithmic(self) -> bool:
        return on_logarithm(self.indicator, self.method)

    def scale(self, values: Array) -> Array:
        return np.log(values) if self.logarithmic else values

    def __call__(self, values: Array) -> Array:
        """Turn values in the unit of measure of the indicator."""
        return self.orient(self.treat.apply(self.scale(values), self.learned))

    def orient(self, treated: Array) -> Array:
        if self.indicator.direction == "target":
            assert self.indicator.target is not None
            return -np.abs(treated - self.reference(self.indicator.target))
        return treated if self.indicator.direction == "positive" else -treated

    def reference(self, value: float) -> float:
        """Bring a reference value to the scale of treated values; limits do not move it."""
        return float(self.treat.move(self.scale(np.array([value])), self.learned)[0])

    def post(self, value: float) -> float:
        return float(self.orient(np.array([self.reference(value)]))[0])

    def aspect(self, framework: Framework, code: str, kind: str) -> Aspect:
        """Return what the method may need to know of the indicator, and no more: a logarithm has not every value."""
        if self.method.stated == "goalposts":
            posts = framework.goalposts(code, kind)
            return Aspect(goalposts=(self.post(posts[0]), self.post(posts[1])) if posts else None)
        marks, target = self.indicator.thresholds, self.indicator.target
        if self.method.stated == "thresholds" and marks:
            zero = self.post(marks.zero) if marks.zero is not None else None
            return Aspect(pass_mark=self.post(marks.pass_mark), ideal=self.post(marks.ideal), zero=zero)
        if self.method.stated == "target" and target is not None:
            return Aspect(target=self.post(target))
        own = [self.post(value) for value in self.method.own_values]
        if self.method.spans and self.indicator.direction == "target":
            assert target is not None
            least, greatest = self.method.own_values
            own += [0.0] if least <= target <= greatest else []
        return Aspect(own=tuple(sorted(own)))


def on_logarithm(indicator: Indicator, method: Any) -> bool:
    """Return whether an indicator is treated and scored on the logarithm of its values."""
    return indicator.scale == "log" or bool(method.logarithmic)


def normalise(rows: Population, methodology: Methodology, fitted: Fitted | None, learned: Fitted) -> Normalised:
    """Score every indicator of a population.

    Errors: a value ≤ 0 on a logarithmic scale, reference values that a method needs and the framework lacks.
    """
    _check(rows, methodology, fitted)
    out = Normalised({}, [], [])
    for code, column in rows.columns.items():
        scores = np.full(len(column), np.nan)
        for scope_key, apply, fit in _scopes(rows, methodology, fitted, code):
            with as_written(fitted, code, scope_key):
                _score_scope(rows, methodology, fitted, learned, out, code, column, scope_key, apply, fit, scores)
        out.columns[code] = scores
    return out


def _scopes(
    rows: Population, methodology: Methodology, fitted: Fitted | None, code: str
) -> Iterator[tuple[str, NDArray[np.bool_], NDArray[np.bool_]]]:
    known = fitted.normalisation.get(code, {}) if fitted else {}
    for scope in rows.scopes(methodology.normalisation_of(code).reference, fitted, known):
        there = np.isfinite(rows.columns[code])
        if not (scope.apply & rows.scored & there).any():
            continue
        if fitted is not None and scope.key not in known:
            raise fault(
                "fitted.no_scope", code=code, label=rows.values.framework.label_of(code), scope=rows.said(scope.key)
            )
        yield scope.key, scope.apply & there, scope.fit & there


def _score_scope(
    rows: Population, methodology: Methodology, fitted: Fitted | None, learned: Fitted, out: Normalised,
    code: str, column: Array, key: str, apply: NDArray[np.bool_], fit: NDArray[np.bool_], scores: Array,
) -> None:  # fmt: skip
    framework = rows.values.framework
    indicator, label = framework.indicators[code], framework.label_of(code)
    treat, method = methodology.outliers_of(code), methodology.normalisation_of(code)
    plain = _Turn(indicator, treat, {}, method)
    if method.learns and not fit.any() and fitted is None:
        raise fault("scoring.no_reference_values", code=code, label=label, scope=rows.said(key))
    said = {"label": label, "code": code, "scope": rows.said(key)}
    # rows that take no part may hold values that have no logarithm
    apply = apply & (rows.scored | rows.fit_baseline)
    scaled, known = plain.scale(column[apply]), plain.scale(column[fit])
    found: Learned = fitted.outliers[code][key] if fitted else treat.fit(known)
    learned.outliers.setdefault(code, {})[key] = found
    if text_key := treat.unmet(found):
        out.warnings.append(Fault(text_key, said))
    if method.amounts and treat.transforms(found):
        raise fault("scoring.no_amounts", Place(key=f"indicators.{code}"), method=method.method, label=label)
    turn = _Turn(indicator, treat, found, method)
    treated = treat.apply(scaled, found)
    _list_changes(rows, out, code, np.flatnonzero(apply), column[apply], scaled, treated, turn)
    params: Learned = {}
    if fitted is not None:
        params = fitted.normalisation[code][key]
    elif method.learns:
        reference = turn.orient(treat.apply(known, found))
        params = method.fit(reference)
        if no_spread(reference):
            out.warnings.append(Fault("scoring.constant", said))
    learned.normalisation.setdefault(code, {})[key] = params
    turned = turn.orient(treated)
    _refuse_unfit(rows, code, np.flatnonzero(apply), column[apply], method, method.unfit(turned, params))
    result, beyond = np.full(len(turned), np.nan), 0
    for kind, of_type in rows.of_type.items():
        at = of_type[apply]
        if not at.any():
            continue
        aspect = turn.aspect(framework, code, kind)
        result[at] = method.apply(turned[at], params, aspect)
        span = method.range(params, aspect)
        if span is not None:
            outside = (turned[at] < span[0]) | (turned[at] > span[1])
            beyond += int((outside & rows.scored[apply][at]).sum())
    if (np.abs(result) > LARGEST_SCORE).any():
        raise fault("scoring.score_too_large", code=code, label=label, found=f"{np.nanmax(np.abs(result)):.3g}")
    scores[apply] = result
    if beyond:
        out.warnings.append(Fault(f"scoring.beyond_{method.beyond}", said | {"count": beyond}))


def _refuse_unfit(
    rows: Population, code: str, at: NDArray[np.intp], values: Array, method: Any, unfit: NDArray[np.bool_]
) -> None:
    """Refuse values that have no place in what a method learned."""
    faults = Faults()
    for position in np.flatnonzero(unfit)[:10]:
        row = at[position]
        faults.add(
            "scoring.no_share", Place(key=f"indicators.{code}"), method=method.method,
            label=rows.values.framework.label_of(code), unit=rows.codes[row], year=int(rows.year[row]),
            found=f"{values[position]:.6g}",
        )  # fmt: skip
    faults.raise_if_any()


def _list_changes(
    rows: Population, out: Normalised, code: str, at: NDArray[np.intp],
    values: Array, scaled: Array, treated: Array, turn: _Turn,
) -> None:  # fmt: skip
    moved = np.flatnonzero((scaled != treated) & rows.scored[at])
    if not len(moved):
        return
    untransformed = turn.logarithmic and not turn.treat.transforms(turn.learned)
    after = np.exp(treated[moved]) if untransformed else treated[moved]
    codes, reason = rows.codes, turn.treat.reason(turn.learned)
    out.changes.extend(
        Change(str(codes[row]), int(rows.year[row]), code, "outliers", before, now, reason)
        for row, before, now in zip(at[moved], values[moved].tolist(), after.tolist(), strict=True)
    )


def _check(rows: Population, methodology: Methodology, fitted: Fitted | None) -> None:
    faults, framework = Faults(), rows.values.framework
    taking_part = rows.scored | rows.fit_baseline
    for code, column in rows.columns.items():
        indicator, method = framework.indicators[code], methodology.normalisation_of(code)
        if isinstance(method.reference, FittedReference) and fitted is None:
            faults.add("fitted.not_given", Place(key="methodology.normalisation.reference"))
        for row in np.flatnonzero(taking_part & (np.abs(column) > LARGEST_VALUE))[:10]:
            faults.add(
                "scoring.too_large", Place(key=f"indicators.{code}"), label=framework.label_of(code),
                unit=rows.codes[row], year=int(rows.year[row]), found=f"{column[row]:.6g}",
            )  # fmt: skip
        if on_logarithm(indicator, method):
            with np.errstate(invalid="ignore"):
                wrong = taking_part & (column <= 0)
            for row in np.flatnonzero(wrong)[:10]:
                faults.add(
                    "scoring.log_of_nothing", Place(key=f"indicators.{code}"), label=framework.label_of(code),
                    unit=rows.codes[row], year=int(rows.year[row]), found=f"{column[row]:.6g}",
                )  # fmt: skip
        faults.extend(missing_references(framework, methodology, code, list(rows.structures)))
    faults.raise_if_any()


def missing_references(framework: Framework, methodology: Methodology, code: str, types: list[str]) -> list[Fault]:
    """Return the faults of an indicator that its method cannot score: what it needs of the framework is not there."""
    indicator, method = framework.indicators[code], methodology.normalisation_of(code)
    marks, target = (0.0, 1.0) if indicator.thresholds else (None, None), indicator.target
    place, name = Place(key=f"indicators.{code}.{method.method}"), {"method": method.method, "code": code}
    found = []
    for kind in types:
        asked = code in framework.structure(kind).indicators
        posts = (0.0, 1.0) if framework.goalposts(code, kind) else None
        if asked and not method.needs(Aspect(posts, marks[0], marks[1], None, target, method.own_values)):
            found.append(Fault("scoring.no_reference_value", {**name, "stated": method.stated}, place))
    if indicator.scale == "log" and method.amounts:
        found.append(Fault("scoring.no_amounts", {"method": method.method, "label": indicator.label}, place))
    if on_logarithm(indicator, method):
        aimed = [target] if target is not None and "target" in (indicator.direction, method.stated) else []
        for value in [*method.own_values, *aimed]:
            if value <= 0:
                values = {"method": method.method, "label": indicator.label, "found": f"{value:g}"}
                found.append(Fault("scoring.stated_without_logarithm", values, place))
    return found[:1]
