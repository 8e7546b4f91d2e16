"""Third stage: scale, outliers and normalisation, indicator by indicator."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluate.methodology import Methodology
from evaluate.methods.base import Array, Learned, no_spread
from evaluate.methods.normalisation import Aspect, FittedReference
from evaluate.scoring.fitted import Fitted
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
    treat: object
    learned: Learned

    def scale(self, values: Array) -> Array:
        return np.log(values) if self.indicator.scale == "log" else values

    def __call__(self, values: Array) -> Array:
        """Turn values in the unit of measure of the indicator."""
        treated = self.treat.apply(self.scale(values), self.learned)  # type: ignore[attr-defined]
        return self.orient(treated)

    def orient(self, treated: Array) -> Array:
        if self.indicator.direction == "target":
            assert self.indicator.target is not None
            return -np.abs(treated - self.reference(self.indicator.target))
        return treated if self.indicator.direction == "positive" else -treated

    def reference(self, value: float) -> float:
        """Bring a reference value to the scale of treated values; winsorising limits do not move it."""
        scaled = self.scale(np.array([value]))
        shifted = {k: v for k, v in self.learned.items() if k == "shift"}
        return float(self.treat.apply(scaled, shifted)[0])  # type: ignore[attr-defined]

    def post(self, value: float) -> float:
        return float(self.orient(np.array([self.reference(value)]))[0])

    def aspect(self, framework: Framework, code: str, kind: str) -> Aspect:
        posts = framework.goalposts(code, kind)
        marks = self.indicator.thresholds
        return Aspect(
            (self.post(posts[0]), self.post(posts[1])) if posts else None,
            self.post(marks.pass_mark) if marks else None,
            self.post(marks.ideal) if marks else None,
            self.post(marks.zero) if marks and marks.zero is not None else None,
        )


def normalise(rows: Population, methodology: Methodology, fitted: Fitted | None, learned: Fitted) -> Normalised:
    """Score every indicator of a population.

    Errors: a value ≤ 0 on a logarithmic scale, reference values that a method needs and the framework lacks.
    """
    _check(rows, methodology, fitted)
    out = Normalised({}, [], [])
    for code, column in rows.columns.items():
        scores = np.full(len(column), np.nan)
        for scope_key, apply, fit in _scopes(rows, methodology, fitted, code):
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
    plain = _Turn(indicator, treat, {})
    if method.learns and not fit.any() and fitted is None:
        raise fault("scoring.no_reference_values", code=code, label=label, scope=rows.said(key))
    # rows that take no part may hold values that have no logarithm
    apply = apply & (rows.scored | rows.fit_baseline)
    scaled = plain.scale(column[apply])
    found: Learned = fitted.outliers[code][key] if fitted else treat.fit(plain.scale(column[fit]))
    learned.outliers.setdefault(code, {})[key] = found
    if found.get("unmet"):
        out.warnings.append(Fault("scoring.outliers_unmet", {"label": label, "code": code, "scope": rows.said(key)}))
    turn = _Turn(indicator, treat, found)
    treated = treat.apply(scaled, found)
    _list_changes(rows, out, code, np.flatnonzero(apply), column[apply], scaled, treated, turn)
    params: Learned = (
        fitted.normalisation[code][key] if fitted else (method.fit(turn(column[fit])) if method.learns else {})
    )
    learned.normalisation.setdefault(code, {})[key] = params
    turned = turn.orient(treated)
    if method.learns and fitted is None and no_spread(turn(column[fit])):
        out.warnings.append(Fault("scoring.constant", {"label": label, "code": code, "scope": rows.said(key)}))
    kinds = rows.type[apply]
    result, beyond = np.full(len(turned), np.nan), 0
    for kind in sorted(set(kinds)):
        at, aspect = kinds == kind, turn.aspect(framework, code, str(kind))
        result[at] = method.apply(turned[at], params, aspect)
        span = method.range(params, aspect)
        if span is not None:
            outside = (turned[at] < span[0]) | (turned[at] > span[1])
            beyond += int((outside & rows.scored[apply][at]).sum())
    if (np.abs(result) > LARGEST_SCORE).any():
        raise fault("scoring.score_too_large", code=code, label=label, found=f"{np.nanmax(np.abs(result)):.3g}")
    scores[apply] = result
    if beyond:
        values = {"label": label, "code": code, "count": beyond, "scope": rows.said(key)}
        out.warnings.append(Fault(f"scoring.beyond_{method.beyond}", values))


def _list_changes(
    rows: Population, out: Normalised, code: str, at: NDArray[np.intp],
    values: Array, scaled: Array, treated: Array, turn: _Turn,
) -> None:  # fmt: skip
    moved = (scaled != treated) & rows.scored[at]
    logged = "shift" in turn.learned
    back = np.exp(treated) if turn.indicator.scale == "log" and not logged else treated
    codes = rows.codes
    for position in np.flatnonzero(moved):
        row = at[position]
        reason = Fault("scoring.logged" if logged else "scoring.winsorised")
        out.changes.append(
            Change(
                str(codes[row]), int(rows.year[row]), code, "outliers",
                float(values[position]), float(back[position]), reason,
            )
        )  # fmt: skip


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
        if indicator.scale == "log":
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
    """Return the faults of an indicator whose method needs reference values that the framework does not give."""
    indicator, method = framework.indicators[code], methodology.normalisation_of(code)
    given = Aspect(None, *((0.0, 1.0) if indicator.thresholds else (None, None)))
    found = []
    for kind in types:
        asked = code in framework.structure(kind).indicators
        posts = (0.0, 1.0) if framework.goalposts(code, kind) else None
        if asked and not method.needs(Aspect(posts, given.pass_mark, given.ideal)):
            key = f"indicators.{code}.{method.method}"
            found.append(Fault("scoring.no_reference_value", {"method": method.method, "code": code}, Place(key=key)))
    return found[:1]
