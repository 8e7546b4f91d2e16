"""Spatial β-convergence: do those behind catch up, once their neighbours are taken into account?"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from evaluate.dynamics.samples import FEWEST
from evaluate.methods.base import Array
from evaluate.spatial.dynamics.sample import Row, Sample
from indicators.dynamics.convergence import beta

MODELS: tuple[Literal["ols", "lag", "error"], ...] = ("ols", "lag", "error")
STATISTICS = (
    "beta", "standard_error", "p", "total_effect", "speed", "half_life", "spatial", "spatial_p", "r_squared", "aicc",
)  # fmt: skip
LEVEL = 0.05
SMALL = 30
"""Units below which a row is marked: p and AICc of the spatial models hold for many units only (Anselin 1988)."""


def converging(sample: Sample) -> list[Row]:
    """Return β of ln(y_T/y_0) = α + β ln y_0 by least squares, as spatial lag and as spatial error model.

    lag:    g = ρWg + α + β ln y_0 + ε; what a start does once neighbours have answered is β/(1 − ρ), on average
    error:  g = α + β ln y_0 + u, u = λWu + ε
    Speed −ln(1 + b)/T and half-life ln 2/speed, b = β, for the lag model b = β/(1 − ρ). All three rest on the same
    units: those with y > 0 in the first and the last year that have a neighbour among them.

    Args:
        sample: values, and who is whose neighbour; rows of W are brought to a sum of 1.

    Source: Rey and Montouri 1999, Regional Studies 33:143–156; Anselin 1988; LeSage and Pace 2009, chapter 2.
    """
    first, last = sample.values[:, 0], sample.values[:, -1]
    kept = used(sample.near, np.isfinite(first) & np.isfinite(last) & (first > 0) & (last > 0))
    n, years = int(kept.sum()), sample.years[-1] - sample.years[0]
    both = int((np.isfinite(first) & np.isfinite(last)).sum())
    about = sample.about | {"analysis": "spatial_beta", "n": n}
    state = "ordinal" if sample.order else ("one_year" if years < 1 else ("too_few" if n < FEWEST + 1 else ""))
    if not state:
        plain = beta(first[kept], last[kept], years)
        state = plain.state if plain.state in ("too_few", "constant_start", "exact_fit") else ""
    if state:
        return [about | {"model": model, "statistic": "beta", "state": state} for model in MODELS]
    out: list[Row] = []
    for model in MODELS:
        made, told = _fitted(model, np.log(first[kept]), np.log(last[kept]), sample.near[kept][:, kept], years)
        out += [
            about | {"model": model, "statistic": name, "value": made.get(name, np.nan), "state": told}
            for name in STATISTICS
            if name in made or not made
        ]
        out.append(about | {"model": model, "statistic": "left_out", "value": float(both - n), "state": told})
    return out


def used(near: Any, good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the good units that have a neighbour among the units so returned.

    >>> from scipy.sparse import csr_array
    >>> near = csr_array([[0, 1.0, 0], [1, 0, 0], [0, 1, 0]])
    >>> used(near, np.array([True, True, True])).tolist(), used(near, np.array([False, True, True])).tolist()
    ([True, True, True], [False, False, False])
    """
    kept = good
    while True:
        linked = kept & (near @ kept.astype(float) > 0)
        if (linked == kept).all():
            return kept
        kept = linked


def _fitted(
    model: Literal["ols", "lag", "error"], start: Array, end: Array, near: Any, years: int
) -> tuple[dict[str, float], str]:  # fmt: skip
    from geo.regression.design import CONSTANT, Design
    from geo.regression.models import linear
    from geo.regression.spatial import spatial

    n = len(start)
    rows = Design(
        y=end - start, x=np.column_stack([np.ones(n), start]), names=(CONSTANT, "start"), explained="growth",
        coordinates=np.zeros((n, 2)), metric="planar", times=None, rows=np.arange(n), dropped=0, sharing=0, made_of=(),
        few=True,
    )  # fmt: skip
    made = linear(rows) if model == "ols" else spatial(rows, near, model)
    if made.at_edge:
        return {}, "at_edge"
    slope, p = float(made.beta[1]), float(made.p[1])
    out = {"beta": slope, "standard_error": float(made.errors[1]), "p": p}
    lasting = slope
    if model != "ols":
        out |= {"spatial": float(made.beta[-1]), "spatial_p": float(made.p[-1])}
    if model == "lag":
        lasting = slope / (1 - float(made.beta[-1]))
        out["total_effect"] = lasting
    speed = -np.log1p(lasting) / years if lasting > -1 else np.nan
    out["speed"] = float(speed)
    out["half_life"] = float(np.log(2) / speed) if speed > 0 else np.nan
    out |= {"r_squared": made.r2, "aicc": made.criteria.aicc}
    if lasting <= -1:
        return out, "overshooting"
    if p >= LEVEL:
        return out, "not_rejected"
    return out, "converging" if slope < 0 else "diverging"
