"""The models of a regression: each fitted on a sample and told as rows."""

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from evaluate.methods.base import Array
from evaluate.spatial.regression.outcomes import (
    COLLINEAR,
    Outcome,
    Row,
    bandwidth_of,
    coefficient_rows,
    criteria_of,
    fit_rows,
    model_row,
    predicted_rows,
    spread_of,
    term_row,
    varied,
    window_row,
)
from evaluate.spatial.regression.samples import Elsewhere, Sample
from evaluate.spatial.setting import Setting
from evaluate.spatial_spec.regression import Model

if TYPE_CHECKING:
    from geo.regression.criteria import Search
    from geo.regression.diagnosis import Variability
    from geo.regression.gwr import Fit
    from geo.regression.kernels import Places
    from geo.regression.models import Global


_NOTHING = 1e-12
"""t at or below which a coefficient is 0 but for rounding."""


def fit_model(model: Model, sample: Sample, setting: Setting) -> Outcome:
    """Fit one model.

    Raises:
        InputError: no bandwidth determines every place, or the one stated does not.
    """
    if model == "ols":
        from geo.regression.models import linear

        return _global(linear(sample.design), sample)
    if model in ("lag", "error"):
        return _spatial("lag" if model == "lag" else "error", sample, setting)
    return {"gwr": _local, "gtwr": _over_time, "mgwr": _multiscale}[model](sample)


def _spatial(kind: Literal["lag", "error"], sample: Sample, setting: Setting) -> Outcome:
    """Fit a spatial model among the neighbours that stay; none where nobody has any or there is no estimate."""
    from geo.regression.spatial import spatial

    name = sample.spec.neighbours or next(iter(setting.neighbours))
    whole = setting.neighbours[name]
    near = whole.only(list(sample.codes))
    left = [code for code, alone in zip(near.codes, near.alone, strict=True) if alone]
    about: Row = {"neighbours": name, "islands": len(left)}
    made = spatial(sample.design, near.matrix, kind) if near.matrix.nnz else None
    if made is None or made.at_edge:
        return Outcome(model_row(sample, kind, "at_edge" if made else "no_links", **about))
    without = {code for code, alone in zip(whole.codes, whole.alone, strict=True) if alone}
    told = {
        "islands": [code for code in left if code in without],
        "neighbours_lost": [code for code in left if code not in without],
    }
    outcome = _global(made, sample, about)
    return replace(outcome, alone={key: units for key, units in told.items() if units})


def _global(made: "Global", sample: Sample, about: Row | None = None) -> Outcome:
    from geo.regression.gwr import adjusted_r2

    model = model_row(
        sample, made.kind, parameters=made.parameters, r2=made.r2,
        adjusted_r2=adjusted_r2(1 - made.r2, made.n, made.parameters - 1) if made.kind == "ols" else None,
        **(about or {}), **criteria_of(made),
    )  # fmt: skip
    terms = [
        term_row(
            sample, made.kind, name, standard_error=made.errors[at], p=made.p[at],
            # what rounding alone leaves is no coefficient: the constant of standardised rows
            coefficient=made.beta[at] if abs(made.statistic[at]) > _NOTHING else 0.0,
            statistic=made.statistic[at] if abs(made.statistic[at]) > _NOTHING else 0.0,
        )
        for at, name in enumerate(made.names)
    ]  # fmt: skip
    return Outcome(model, terms, compared=made)


def _local(sample: Sample) -> Outcome:
    from geo.regression.gwr import places_of

    return _one_window(sample, "gwr", places_of(sample.design))


def _over_time(sample: Sample) -> Outcome:
    """Fit GTWR with the share of time whose best bandwidth, or the one stated, has the least criterion."""
    from geo.regression.gtwr import find_time_factor, time_factors
    from geo.regression.gwr import gwr, places_of

    spec, made = sample.spec, sample.design
    if np.ptp(sample.years) == 0:
        return Outcome(model_row(sample, "gtwr", "one_year"))
    factors = time_factors(made, spec.time_shares)
    if len(factors) == 1:
        best = factors[0]
    elif spec.bandwidth is None:
        best = find_time_factor(
            made, factors, kernel=spec.kernel, adaptive=spec.adaptive, criterion=spec.criterion
        ).factor
    else:
        bandwidth = _given(sample)

        def score(factor: float) -> float:
            fit = gwr(
                made, bandwidth=bandwidth, kernel=spec.kernel, adaptive=spec.adaptive,
                places=places_of(made, time=factor),
            )  # fmt: skip
            found = {"cv": fit.cv, "aicc": fit.criteria.aicc, "aic": fit.criteria.aic, "bic": fit.criteria.bic}
            return found[spec.criterion]

        best = min(factors, key=score)
    outcome = _one_window(sample, "gtwr", places_of(made, time=best))
    outcome.model["time_share"] = spec.time_shares[factors.index(best)]
    return outcome


def _one_window(sample: Sample, model: Literal["gwr", "gtwr"], places: "Places") -> Outcome:
    from geo.regression.diagnosis import local_collinearity, spatial_variability
    from geo.regression.gwr import gwr, predict

    spec, made = sample.spec, sample.design
    fit = gwr(
        made, bandwidth=_given(sample), kernel=spec.kernel, adaptive=spec.adaptive, criterion=spec.criterion,
        places=places, level=spec.level,
    )  # fmt: skip
    lines = local_collinearity(made, places, fit.window)
    tests, shuffles = None, spec.variability
    if shuffles.permutations:
        tests = spatial_variability(
            fit, permutations=shuffles.permutations, seed=shuffles.seed, search=shuffles.search,
            criterion=spec.criterion,
        )  # fmt: skip
    elsewhere = sample.elsewhere
    times = elsewhere.years.astype(float) if places.time else None
    other = predict(fit, elsewhere.x, elsewhere.coordinates, times=times)
    critical = np.full(made.k, fit.critical_t)
    units = _units(sample)
    greatest = np.where(np.isfinite(lines.vif).all(axis=1), lines.vif.max(axis=1), np.nan)
    return Outcome(
        model_row(
            sample, model, parameters=fit.parameters, cv=fit.cv, r2=fit.r2, adjusted_r2=fit.adjusted_r2,
            critical_t=fit.critical_t, collinear_share=float((lines.condition > COLLINEAR).mean()),
            **criteria_of(fit), **window_row(sample, fit.window), **_interval(sample, fit.searched),
        ),
        _term_rows(sample, model, fit, critical, tests),
        coefficient_rows(sample, model, units, 0, critical, fit.beta, fit.errors, ["singular"] * made.n)
        + coefficient_rows(
            sample, model, _units(elsewhere), 1, critical, other.beta, other.errors, other.state
        ),
        fit_rows(
            sample, model, {"fitted": fit.fitted, "residual": fit.residuals},
            standardised_residual=fit.standardised_residuals, local_r2=fit.local_r2,
            condition_number=lines.condition, greatest_vif=greatest, cook=fit.cook,
        )
        + predicted_rows(sample, model, places, other.value, other.state, other.mean_error, other.value_error),
        compared=fit,
    )  # fmt: skip


def _multiscale(sample: Sample) -> Outcome:
    from geo.regression.diagnosis import spatial_variability, term_collinearity
    from geo.regression.hat import infer
    from geo.regression.mgwr import mgwr, predict_terms, term_local_r2

    spec, made = sample.spec, sample.design
    fit = mgwr(made, kernel=spec.kernel, adaptive=spec.adaptive, criterion=spec.criterion, start=_given(sample))
    found = infer(fit, way=spec.inference, level=spec.level)
    condition = term_collinearity(fit)[0]
    tests, shuffles = None, spec.variability
    if shuffles.permutations and shuffles.multiscale:
        tests = spatial_variability(
            fit, permutations=shuffles.permutations, seed=shuffles.seed, search=shuffles.search,
            criterion=spec.criterion,
        )  # fmt: skip
    elsewhere = sample.elsewhere
    beta, value = predict_terms(fit, elsewhere.x, elsewhere.coordinates)
    there = np.isfinite(elsewhere.x).all(axis=1) & np.isfinite(elsewhere.coordinates).all(axis=1)
    states = np.select([np.isfinite(value), ~there], ["no_error", "missing"], "singular").tolist()
    terms = []
    for at, name in enumerate(made.names):
        cells = {
            "bandwidth": bandwidth_of(sample, float(fit.bandwidths[at])), "parameters": found.parameters[at],
            "critical_t": found.critical_t[at], "share_significant": _share(found.t[:, at], found.critical_t[at]),
        }  # fmt: skip
        cells |= spread_of(fit.beta[:, at]) | varied(tests, at) | _interval(sample, fit.searches[at])
        terms.append(term_row(sample, "mgwr", name, **cells))
    return Outcome(
        model_row(
            sample, "mgwr", "defined" if fit.converged else "not_converged", parameters=found.trace, r2=found.r2,
            adjusted_r2=found.adjusted_r2, kernel=spec.kernel,
            collinear_share=float((condition > COLLINEAR).mean()), **criteria_of(found),
        ),
        terms,
        coefficient_rows(
            sample, "mgwr", _units(sample), 0, found.critical_t, fit.beta, found.errors, ["singular"] * made.n
        )
        + coefficient_rows(sample, "mgwr", _units(elsewhere), 1, found.critical_t, beta, None, states),
        fit_rows(
            sample, "mgwr", {"fitted": fit.fitted, "residual": fit.residuals},
            local_r2=term_local_r2(fit), condition_number=condition,
        )
        + predicted_rows(sample, "mgwr", fit.places, value, states),
        compared=(fit, found),
    )  # fmt: skip


def _term_rows(
    sample: Sample, model: str, fit: "Fit", critical: Array, tests: "Variability | None"
) -> list[Row]:  # fmt: skip
    return [
        term_row(
            sample, model, name, critical_t=critical[at], share_significant=_share(fit.t[:, at], critical[at]),
            bandwidth=bandwidth_of(sample, fit.window.bandwidth), **spread_of(fit.beta[:, at]), **varied(tests, at),
            **_interval(sample, fit.searched),
        )
        for at, name in enumerate(sample.design.names)
    ]  # fmt: skip


def _units(rows: Sample | Elsewhere) -> list[tuple[str, int]]:
    return [(str(unit), int(year)) for unit, year in zip(rows.codes, rows.years, strict=True)]


def _given(sample: Sample) -> float | None:
    """Return the bandwidth stated, in units or metres."""
    stated = sample.spec.bandwidth
    return None if stated is None else stated if sample.spec.adaptive else stated * 1000


def _interval(sample: Sample, searched: "Search | None") -> Row:
    """Return between which bandwidths the best one lies; nothing where none was searched for by AICc."""
    from geo.regression.criteria import interval

    if searched is None or not sample.spec.intervals or searched.criterion != "aicc":
        return {}
    steps = np.array(searched.steps)
    made = interval(steps[:, 0], steps[:, 1])
    return {"bandwidth_low": bandwidth_of(sample, made.low), "bandwidth_high": bandwidth_of(sample, made.high)}


def _share(t: Array, critical: float) -> float | None:
    known = t[np.isfinite(t)]
    return float((np.abs(known) > critical).mean()) if len(known) else None
