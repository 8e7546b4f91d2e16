"""What a regression is made on: complete rows, checked at the door, with a constant and places on the ground."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.detector.guard import refuse_made_of
from geo.regression import Array
from indicators.errors import Faults, Place
from indicators.texts import both, joined

Metric = Literal["planar", "great_circle"]
Force = Literal["made_of", "few_units"]

FEWEST = 50
"""Below this number of units local regression is refused unless forced."""

CONSTANT = "constant"


@dataclass(frozen=True)
class Design:
    """Complete rows of a regression."""

    y: Array
    """(n,)"""
    x: Array
    """(n, k), the first column 1."""
    names: tuple[str, ...]
    """(k,), the first `constant`."""
    explained: str
    coordinates: Array
    """(n, 2): x and y in metres, or longitude and latitude in degrees for `great_circle`."""
    metric: Metric
    times: Array | None
    """(n,) in one unit of time, or none."""
    rows: NDArray[np.intp]
    """(n,): which of the rows given are used."""
    dropped: int
    """Rows left out: something is missing."""
    sharing: int
    """Units that stand at a place (and time) of another."""
    made_of: tuple[str, ...]
    """Explaining variables that the explained one is made of, let pass by force."""
    few: bool
    """Whether there are fewer than 50 units, let pass by force."""

    @property
    def n(self) -> int:
        """Number of units used."""
        return len(self.y)

    @property
    def k(self) -> int:
        """Number of columns with the constant."""
        return int(self.x.shape[1])


def design(
    y: ArrayLike,
    columns: Mapping[str, ArrayLike],
    coordinates: ArrayLike,
    *,
    metric: Metric,
    times: ArrayLike | None = None,
    explained: str = "y",
    made_of: Collection[str] = (),
    force: Collection[Force] = (),
    names: Mapping[str, object] | None = None,
    place: Place | None = None,
) -> Design:
    """Return the complete rows of a regression, a constant put before the columns.

    Args:
        y: (n,) the explained variable; NaN where missing.
        columns: by code (n,) numbers; NaN where missing.
        coordinates: (n, 2) x and y in metres of a projected system (`planar`), or longitude and latitude in degrees
            (`great_circle`); which of the two is stated, never guessed.
        metric: how distances are measured.
        times: (n,) for regression over space and time; NaN where missing.
        explained: code of the explained variable.
        made_of: codes that the explained variable is computed from.
        force: let pass that a column is among them (`made_of`), that there are fewer than 50 units (`few_units`).
        names: labels by code, for messages.
        place: where the regression is asked for, for messages.

    Raises:
        ValueError: lengths differ, or coordinates do not fit the metric.
        InputError: too few units, a constant or collinear column, an explained variable that is constant or follows
            from the columns exactly; all at once.

    >>> places = [[1000.0 * i, 500.0 * (i % 7)] for i in range(60)]
    >>> rows = design(range(1, 61), {"x": [i % 5 for i in range(59)] + [None]}, places, metric="planar")
    >>> rows.n, rows.dropped, rows.names
    (59, 1, ('constant', 'x'))
    """
    target = np.array(y, dtype=float)
    table = [np.array(column, dtype=float) for column in columns.values()]
    where = np.array(coordinates, dtype=float)
    when = None if times is None else np.array(times, dtype=float)
    if any(one.shape != target.shape for one in (*table, *([] if when is None else [when]))):
        raise ValueError("the explained variable and every column need one value a unit")
    if where.shape != (len(target), 2):
        raise ValueError("coordinates are given as two columns")
    known = np.isfinite(target) & np.isfinite(where).all(axis=1)
    for one in (*table, *([] if when is None else [when])):
        known &= np.isfinite(one)
    rows = np.flatnonzero(known)
    faults = Faults()
    with faults.collecting():
        inside = refuse_made_of(explained, columns, made_of, forced="made_of" in force, names=names, place=place)
    missing = lacking({explained: target, **dict(zip(columns, table, strict=True))}, names)
    _check_size(len(rows), len(columns) + 1, missing | {"given": len(target)}, "few_units" in force, faults, place)
    if len(rows):
        _check_places(where[rows], metric, faults, place)
    if len(rows) > len(columns) + 1:
        _check_columns(target[rows], {c: t[rows] for c, t in zip(columns, table, strict=True)}, faults, place, names)
    faults.raise_if_any()
    at = where[rows] if when is None else np.column_stack([where[rows], when[rows]])
    _, counts = np.unique(at, axis=0, return_counts=True)
    return Design(
        y=target[rows],
        x=np.column_stack([np.ones(len(rows)), *(one[rows] for one in table)]),
        names=(CONSTANT, *columns),
        explained=explained,
        coordinates=where[rows],
        metric=metric,
        times=None if when is None else when[rows],
        rows=rows,
        dropped=len(target) - len(rows),
        sharing=int(counts[counts > 1].sum()),
        made_of=inside,
        few=len(rows) < FEWEST,
    )


def standardised(made: Design) -> Design:
    """Return the rows with z scores (n) instead of values, the constant kept: bandwidths by term then compare.

    >>> places = [[1000.0 * i, 500.0 * (i % 7)] for i in range(60)]
    >>> rows = standardised(design(range(60), {"x": [i % 5 for i in range(60)]}, places, metric="planar"))
    >>> float(rows.x[:, 1].mean().round(12)), float(rows.x[:, 1].std().round(12))
    (0.0, 1.0)
    """
    x = made.x.copy()
    x[:, 1:] = (x[:, 1:] - x[:, 1:].mean(axis=0)) / x[:, 1:].std(axis=0)
    return replace(made, x=x, y=(made.y - made.y.mean()) / made.y.std())


def scaling(made: Design) -> tuple[Array, Array, Array]:
    """Return means m and deviations s (n) of the columns, 0 and 1 for the constant, and T with β = T β_z.

    For the arithmetic alone: β_z are the coefficients of z = (x − m)/s.
    """
    middle = np.concatenate([[0.0], made.x[:, 1:].mean(axis=0)])
    size = np.concatenate([[1.0], made.x[:, 1:].std(axis=0)])
    turn = np.diag(1 / size)
    turn[0, 1:] = -middle[1:] / size[1:]
    return middle, size, turn


def lacking(values: Mapping[str, Array], names: Mapping[str, object] | None = None) -> dict[str, object]:
    """Return for messages which column lacks most values; of equal ones the first, nothing where all are complete.

    Args:
        values: by code (n,); NaN where missing.
        names: labels by code.

    >>> lacking({"y": np.array([1.0, 2.0]), "x": np.array([np.nan, 2.0])})["lacking"]["en"]
    " (most lack 'x': 1 units)"
    >>> lacking({"y": np.array([1.0, 2.0])})
    {'lacking': '', 'whose': ''}
    """
    missing = {code: int((~np.isfinite(held)).sum()) for code, held in values.items()}
    code = max(missing, key=lambda one: missing[one])
    if not missing[code]:
        return {"lacking": "", "whose": ""}
    named = (names or {}).get(code, code)
    return {"lacking": both("regression.part_lacking", column=named, count=missing[code]), "whose": ""}


def _check_size(
    n: int, k: int, about: Mapping[str, object], forced: bool, faults: Faults, place: Place | None
) -> None:  # fmt: skip
    if n < k + 3:
        faults.add("regression.too_few", place, found=n, needed=k + 3, **about)
    elif n < FEWEST and not forced:
        faults.add("regression.few_units", place, found=n, fewest=FEWEST, **about)


def _check_places(where: Array, metric: Metric, faults: Faults, place: Place | None) -> None:
    low, high = where.min(axis=0), where.max(axis=0)
    degrees = bool((low >= [-180, -90]).all() and (high <= [180, 90]).all())
    told = f"x {low[0]:g} … {high[0]:g}, y {low[1]:g} … {high[1]:g}"
    if metric == "planar" and degrees:
        raise ValueError(f"coordinates are said to be in metres but look like degrees: {told}")
    if metric == "great_circle" and not degrees:
        raise ValueError(f"great-circle distances need longitude and latitude in degrees: {told}")
    if not (high > low).any():
        faults.add("regression.one_place", place)


def _check_columns(
    y: Array,
    columns: Mapping[str, Array],
    faults: Faults,
    place: Place | None,
    names: Mapping[str, object] | None,
) -> None:
    known = names or {}

    def flat(values: Array) -> bool:
        return bool(np.abs(values - values.mean()).max() <= 1e-12 * max(float(np.abs(values).max()), 1e-300))

    constant = [code for code, values in columns.items() if flat(values)]
    for code in constant:
        faults.add("regression.constant_column", place, column=known.get(code, code))
    if flat(y):
        faults.add("regression.constant_explained", place)
    varying = {code: values for code, values in columns.items() if code not in constant}
    if not varying:
        return
    z = np.column_stack([(v - v.mean()) / v.std() for v in varying.values()])
    kept: list[int] = []
    for at in range(z.shape[1]):
        left = z[:, at] - z[:, kept] @ np.linalg.lstsq(z[:, kept], z[:, at], rcond=None)[0] if kept else z[:, at]
        if (left**2).sum() <= 1e-18 * len(z):
            code = list(varying)[at]
            before = joined([known.get(list(varying)[k], list(varying)[k]) for k in kept])
            faults.add("regression.collinear_column", place, column=known.get(code, code), others=before)
        else:
            kept.append(at)
    if flat(y):
        return
    spread = (y - y.mean()) / y.std()
    rest = spread - z @ np.linalg.lstsq(z, spread, rcond=None)[0]
    if (rest**2).sum() <= 1e-18 * len(z):
        faults.add("regression.exact", place)
