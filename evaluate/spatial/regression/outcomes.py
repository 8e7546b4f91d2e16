"""What a model of a regression gives, as rows of the tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from evaluate.methods.base import Array
from evaluate.spatial.regression.samples import Sample

if TYPE_CHECKING:
    from geo.regression.diagnosis import Variability
    from geo.regression.kernels import Places, Window

Row = dict[str, Any]

COLLINEAR = 30.0
"""Condition number above which columns are held to be collinear (Belsley, Kuh and Welsch 1980)."""


@dataclass
class Outcome:
    """One model: its row, those of its terms, coefficients and units, and what it is compared by."""

    model: Row
    terms: list[Row] = field(default_factory=list)
    coefficients: list[Row] = field(default_factory=list)
    fits: list[Row] = field(default_factory=list)
    compared: Any = None
    """What `geo.regression.models.compare` takes; nothing for a model without figures."""
    alone: Mapping[str, list[str]] = field(default_factory=dict)
    """Units that a spatial model knows nothing around: without a neighbour (`islands`), or with neighbours of which
    none takes part (`neighbours_lost`)."""


def model_row(sample: Sample, model: str, state: str = "defined", **cells: object) -> Row:
    """Return the row of a model."""
    spec = sample.spec
    return {
        "regression": spec.called, "type": sample.kind, "target": spec.target, "year": sample.year, "model": model,
        "n": sample.design.n, "dropped": sample.design.dropped, "standardised": int(spec.standardise),
        "forced": sample.forced, "state": state, **cells,
    }  # fmt: skip


def term_row(sample: Sample, model: str, term: str, state: str = "defined", **cells: object) -> Row:
    """Return the row of a term."""
    called = sample.spec.called
    return {
        "regression": called, "type": sample.kind, "year": sample.year, "model": model, "term": term, "state": state,
        **cells,
    }  # fmt: skip


def criteria_of(made: Any) -> Row:
    """Return the criteria of a model, of the target as the sample has it: standardised where it is."""
    found = made.criteria
    return {"aicc": found.aicc, "aic": found.aic, "bic": found.bic, "log_likelihood": found.log_likelihood}


def spread_of(beta: Array) -> Row:
    """Return mean and five numbers of a coefficient over the units that have one."""
    known = beta[np.isfinite(beta)]
    if not len(known):
        return {}
    least, lower, median, upper, greatest = np.quantile(known, [0, 0.25, 0.5, 0.75, 1])
    return {
        "coefficient": known.mean(), "least": least, "lower_quartile": lower, "median": median,
        "upper_quartile": upper, "greatest": greatest, "share_positive": float((known > 0).mean()),
    }  # fmt: skip


def varied(found: "Variability | None", term: int) -> Row:
    """Return the Monte-Carlo test of a term; nothing where no shuffle gave a figure."""
    if found is None:
        return {}
    total = len(found.shuffled) - found.failed
    told: Row = {"spread": found.spread[term], "permutations": total}
    return told | ({"p_variability": found.p[term]} if total else {})


def bandwidth_of(sample: Sample, bandwidth: float) -> float:
    """Return a bandwidth as users state it: a number of units, or km."""
    return bandwidth if sample.spec.adaptive else bandwidth / 1000


def window_row(sample: Sample, window: "Window") -> Row:
    """Return what a model row says of its window."""
    unit = "units" if sample.spec.adaptive else "km"
    return {"kernel": window.kernel, "bandwidth": bandwidth_of(sample, window.bandwidth), "bandwidth_unit": unit}


def coefficient_rows(
    sample: Sample, model: str, units: Iterable[tuple[str, int]], predicted: int, critical: Array,
    beta: Array, errors: Array | None, states: Iterable[str],
) -> list[Row]:  # fmt: skip
    """Return a row a unit-year and term.

    Args:
        sample: the rows.
        model: by name.
        units: (n,) code and year.
        predicted: 1 for units and places that took no part in the regression.
        critical: (k,) critical t of each term.
        beta, errors: (n, k); NaN where there is none.
        states: (n,) for a row of which some coefficient is missing.
    """
    rows = []
    names = sample.design.names
    for place, ((unit, year), state) in enumerate(zip(units, states, strict=True)):
        for term, name in enumerate(names):
            value = beta[place, term]
            error = errors[place, term] if errors is not None else np.nan
            t = value / error if error > 0 else np.nan
            known = bool(np.isfinite(value))
            rows.append({
                "regression": sample.spec.called, "type": sample.kind, "model": model, "year": year, "unit": unit,
                "term": name, "coefficient": value, "standard_error": error, "t": t, "critical_t": critical[term],
                "significant": int(abs(t) > critical[term]) if np.isfinite(t) else None, "predicted": predicted,
                "state": ("defined" if np.isfinite(t) else "no_error") if known else state,
            })  # fmt: skip
    return rows


def fit_rows(sample: Sample, model: str, columns: Mapping[str, Array], **cells: Array) -> list[Row]:
    """Return a row a unit-year of the regression, turned back into the unit of measure of the target.

    Args:
        sample: the rows.
        model: by name.
        columns: of the standardised target, (n,): `fitted`, `residual`, `mean_error`, `value_error`.
        cells: (n,) further columns, as they are.
    """
    shift = {"fitted": sample.middle}
    turned = {name: values * sample.size + shift.get(name, 0.0) for name, values in columns.items()}
    observed = sample.design.y * sample.size + sample.middle
    return [
        {
            "regression": sample.spec.called, "type": sample.kind, "model": model, "year": int(year), "unit": unit,
            "predicted": 0, "observed": observed[place], "state": "defined",
            **{name: values[place] for name, values in {**turned, **cells}.items()},
        }
        for place, (unit, year) in enumerate(zip(sample.codes, sample.years, strict=True))
    ]  # fmt: skip


def predicted_rows(
    sample: Sample, model: str, places: "Places", value: Array, states: Iterable[str],
    mean_error: Array | None = None, value_error: Array | None = None,
) -> list[Row]:  # fmt: skip
    """Return a row a unit-year or place that took no part in the regression."""
    elsewhere = sample.elsewhere
    apart = places.nearest_km(elsewhere.coordinates)
    return [
        {
            "regression": sample.spec.called, "type": sample.kind, "model": model, "year": int(year), "unit": unit,
            "predicted": 1, "fitted": value[place] * sample.size + sample.middle, "nearest_km": apart[place],
            "state": state, **({} if mean_error is None else {"mean_error": mean_error[place] * sample.size}),
            **({} if value_error is None else {"value_error": value_error[place] * sample.size}),
        }
        for place, (unit, year, state) in enumerate(zip(elsewhere.codes, elsewhere.years, states, strict=True))
    ]  # fmt: skip
