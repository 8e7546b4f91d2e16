"""Imputation: over time it fills variables, across units it fills indicators."""

import warnings
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from evaluate.methods.base import Array, Method
from indicators.spec import Whole

Texts = NDArray[np.str_]


class _Imputation(Method):
    across_units: ClassVar[bool] = False
    """Whether indicators are filled from other units."""
    over_years: ClassVar[bool] = False
    """Whether variables are filled from other years."""
    reason: ClassVar[str] = ""
    """The text key of why a cell was filled."""

    @property
    def column(self) -> str | None:
        """The column of the roster that forms groups; None when there is none."""
        return None

    def years_before(self, first: int) -> Iterable[int]:
        """Return the years before the first needed one that may fill a gap of it."""
        return ()

    def over_time(self, values: Array, years: tuple[int, ...], breaks: Iterable[int]) -> Array:
        """Return one variable (units × consecutive years) with gaps filled from other years of the same unit."""
        return values

    def groups(self, columns: dict[str, Texts]) -> Texts:
        """Return, by unit, the name under which a filling is kept: its group, from the columns of the roster."""
        return np.zeros(len(next(iter(columns.values()))), dtype="U1")

    def estimates(self, table: Array, groups: Texts) -> tuple[Array, bool]:
        """Return what would fill each gap of one year (units × indicators), NaN where nothing can.

        The second part says whether the estimates came to rest.
        """
        raise NotImplementedError


class NoImputation(_Imputation):
    """Gaps stay gaps: a missing indicator is dropped for that unit, its siblings' weights become w/Σw over the rest."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 3 (case deletion)"
    method: Literal["none"] = "none"


class Linear(_Imputation):
    """Linear over time: y(t) = y(a) + (y(b) − y(a))·(t − a)/(b − a) between the reported years a < t < b.

    A gap longer than `limit` years stays whole, and so does one that touches a declared break. Nothing is filled
    before the first or after the last reported year.

    >>> Linear(method="linear", limit=1).over_time(np.array([[1.0, np.nan, 3.0, np.nan]]), (1, 2, 3, 4), [])
    array([[ 1.,  2.,  3., nan]])
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 3 (interpolation)"
    over_years: ClassVar[bool] = True
    reason: ClassVar[str] = "scoring.filled_over_time"
    method: Literal["linear"]
    limit: Annotated[Whole, Field(ge=1)] | None = None
    """Longest gap that is filled, in years; any length when absent."""

    def over_time(self, values: Array, years: tuple[int, ...], breaks: Iterable[int]) -> Array:
        """Return the values with the gaps between reported years filled."""
        there = np.isfinite(values)
        before = _last(there)
        after = len(years) - 1 - _last(there[:, ::-1])[:, ::-1]
        fill = ~there & (before >= 0) & (after < len(years))
        if self.limit is not None:
            fill &= after - before - 1 <= self.limit
        for broken in breaks:
            at = broken - years[0]
            fill &= ~((before < at) & (at <= after))
        rows, columns = np.nonzero(fill)
        out = values.copy()
        if len(rows):
            a, b = before[rows, columns], after[rows, columns]
            start, end = values[rows, a], values[rows, b]
            out[rows, columns] = start + (end - start) * (columns - a) / (b - a)
        return out


class LastValue(_Imputation):
    """Last value over time: y(t) = y(a), a the last reported year before t.

    A value is carried on for at most `limit` years, and never across a declared break. Nothing is filled before the
    first reported year.

    >>> LastValue(method="last_value", limit=1).over_time(np.array([[np.nan, 3.0, np.nan, np.nan]]), (1, 2, 3, 4), [])
    array([[nan,  3.,  3., nan]])
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 3 (cold deck: a value from an earlier year)"
    over_years: ClassVar[bool] = True
    reason: ClassVar[str] = "scoring.filled_by_last"
    method: Literal["last_value"]
    limit: Annotated[Whole, Field(ge=1)] | None = None
    """Longest time that a value is carried on, in years; when absent any time, from the first year needed onward."""

    def years_before(self, first: int) -> Iterable[int]:
        """Return as many years as a value may be carried on."""
        return range(first - (self.limit or 0), first)

    def over_time(self, values: Array, years: tuple[int, ...], breaks: Iterable[int]) -> Array:
        """Return the values with each gap after a reported year filled."""
        there = np.isfinite(values)
        before, here = _last(there), np.arange(len(years))
        fill = ~there & (before >= 0)
        if self.limit is not None:
            fill &= here - before <= self.limit
        for broken in breaks:
            at = broken - years[0]
            fill &= ~((before < at) & (at <= here))
        return np.where(fill, np.take_along_axis(values, np.maximum(before, 0), axis=1), values)


class _Centre(_Imputation):
    """One value for all gaps of a group in a year."""

    across_units: ClassVar[bool] = True
    by: str | None = "type"
    """Column of the roster that forms the groups; null for all units together."""

    @property
    def column(self) -> str | None:
        """The column that forms the groups."""
        return self.by

    def groups(self, columns: dict[str, Texts]) -> Texts:
        """Return the group of each unit."""
        return columns[self.by] if self.by is not None else super().groups(columns)

    def estimates(self, table: Array, groups: Texts) -> tuple[Array, bool]:
        """Return the centre of its group for each unit."""
        _, belongs = np.unique(groups.astype(str), return_inverse=True)
        order = np.argsort(belongs, kind="stable")
        out = np.full(table.shape, np.nan)
        for rows in np.split(order, np.cumsum(np.bincount(belongs))[:-1]):
            out[rows] = self.centre(table[rows])
        return out, True

    def centre(self, values: Array) -> Array:
        """Return what fills a gap of each column, (n, k) to (k,), NaN where there is no value."""
        raise NotImplementedError


class Mean(_Centre):
    """Mean of the group in the same year: x_i = Σ x_k/n over the k of the group of i that have a value."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 3 (unconditional mean imputation); COINr 1.1 i_mean_grp"
    reason: ClassVar[str] = "scoring.filled_by_mean"
    method: Literal["mean"]

    def centre(self, values: Array) -> Array:
        """Return the means."""
        there = np.isfinite(values)
        exponent, small = _scaled(values)
        total = np.where(there, small, 0.0).sum(axis=0)
        count = there.sum(axis=0)
        return np.asarray(np.where(count > 0, np.ldexp(total / np.maximum(count, 1), exponent), np.nan))


class Median(_Centre):
    """Median of the group in the same year: x_i = median{x_k : k of the group of i, with a value}."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 3 (unconditional median imputation)"
    reason: ClassVar[str] = "scoring.filled_across"
    method: Literal["median"]

    def centre(self, values: Array) -> Array:
        """Return the medians."""
        count = np.isfinite(values).sum(axis=0)
        ordered = np.sort(values, axis=0)  # what is missing comes last
        low, high = (
            np.take_along_axis(ordered, np.maximum(at, 0)[None, :], axis=0)[0]
            for at in ((count - 1) // 2, np.minimum(count // 2, len(values) - 1))
        )
        with np.errstate(over="ignore"):
            middle = (low + high) / 2
        return np.asarray(np.where(np.isfinite(middle), middle, low / 2 + high / 2))


class _FromAll(_Imputation):
    """Fills a gap from the other indicators of the unit and from what other units of the same year have.

    Indicators are standardised within the year, (x − mean)/s. A unit without any indicator in a year and an indicator
    that nobody has in it stay as they are; a constant one stays constant.
    """

    across_units: ClassVar[bool] = True

    def groups(self, columns: dict[str, Texts]) -> Texts:
        """Return the unit itself: each gap has a filling of its own."""
        return columns["unit"]

    def estimates(self, table: Array, groups: Texts) -> tuple[Array, bool]:
        """Return the fillings of each gap."""
        out = np.full(table.shape, np.nan)
        there = np.isfinite(table)
        rows, columns = there.any(axis=1), there.any(axis=0)
        if not rows.any():
            return out, True
        inner = table[np.ix_(rows, columns)]
        exponent, small = _scaled(inner)
        mean, spread = np.nanmean(small, axis=0), np.nanstd(small, axis=0)
        least, greatest = np.nanmin(small, axis=0), np.nanmax(small, axis=0)
        varied = greatest - least > 1e-12 * np.maximum(np.abs(least), np.abs(greatest))
        # rounded, so that neither the unit of measure nor the last bit decides between two units that are as near
        z = np.where(np.isfinite(inner), 0.0, np.nan)
        z[:, varied] = np.round((small[:, varied] - mean[varied]) / spread[varied], 12) + 0.0
        # in an order that follows from the values, so that the names of the units decide nothing
        order = np.lexsort(z.T[::-1])
        filled, steady = np.where(np.isnan(z), 0.0, z), True
        if varied.any() and np.isnan(z).any():
            found, steady = self.complete(z[np.ix_(order, varied)])
            filled[np.ix_(order, varied)] = found
        # an average of amounts is no amount below all of them, whatever rounding makes of it
        out[np.ix_(rows, columns)] = np.ldexp(np.clip(mean + spread * filled, least, greatest), exponent)
        return out, steady

    def complete(self, table: Array) -> tuple[Array, bool]:
        """Return a standardised table, (n, k), with its gaps filled, and whether the fillings came to rest."""
        raise NotImplementedError


class Knn(_FromAll):
    """k nearest units: x_ij = Σ_k w_k·x_kj/Σ_k w_k over the `neighbours` units of the same year that are nearest to i.

    The distance is the Euclidean one over the standardised indicators that both have, times m/m' for m' of m
    indicators; w_k = 1 or 1/distance. What nobody near has is the mean.
    """

    source: ClassVar[str] = "Troyanskaya and others 2001; scikit-learn 1.5 KNNImputer; OECD/JRC Handbook 2008, step 3"
    reason: ClassVar[str] = "scoring.filled_by_neighbours"
    method: Literal["knn"]
    neighbours: Annotated[Whole, Field(ge=1)] = 5
    """How many units are looked at; all that have a value where there are fewer."""
    weights: Literal["uniform", "distance"] = "uniform"
    """Whether they count alike or by their nearness."""

    def complete(self, table: Array) -> tuple[Array, bool]:
        """Return the table with its gaps filled."""
        from sklearn.impute import KNNImputer

        found, _ = _quietly(KNNImputer(n_neighbors=self.neighbours, weights=self.weights), table)
        return found, True


class Iterative(_FromAll):
    """Iterative regression: x_ij = b₀ + Σ_k b_k·x_ik, each indicator in turn on all others, round after round.

    Bayesian ridge regression on the standardised indicators of the same year, those with the fewest gaps first,
    starting from the means; a filling lies between the least and the greatest value of the indicator in the year. A
    warning names the years in which the fillings did not come to rest.
    """

    source: ClassVar[str] = "van Buuren and Groothuis-Oudshoorn 2011; scikit-learn 1.5 IterativeImputer"
    reason: ClassVar[str] = "scoring.filled_by_regression"
    method: Literal["iterative"]
    rounds: Annotated[Whole, Field(ge=1)] = 10
    """Most rounds over all indicators."""

    def complete(self, table: Array) -> tuple[Array, bool]:
        """Return the table with its gaps filled."""
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401
        from sklearn.impute import IterativeImputer

        least, greatest = np.nanmin(table, axis=0), np.nanmax(table, axis=0)
        imputer = IterativeImputer(max_iter=self.rounds, random_state=0, min_value=least, max_value=greatest)
        return _quietly(imputer, table)


def _quietly(imputer: Any, table: Array) -> tuple[Array, bool]:
    """Return a filled table, and whether no warning of convergence was given."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as told, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        found = np.asarray(imputer.fit_transform(table), dtype=float)
    return found, not any(issubclass(word.category, ConvergenceWarning) for word in told)


def _last(there: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the position of the last year with a value, up to and with each year; −1 before the first.

    >>> _last(np.array([[False, True, False]]))
    array([[-1,  1,  1]])
    """
    position = np.arange(there.shape[1])
    return np.maximum.accumulate(np.where(there, position, -1), axis=1)


def _scaled(values: Array) -> tuple[NDArray[np.intp], Array]:
    """Return columns divided by a power of two each, which changes no digit, so that their sums stay finite."""
    greatest = np.where(np.isfinite(values), np.abs(values), 0.0).max(axis=0, initial=0.0)
    exponent = np.frexp(greatest)[1].astype(np.intp)
    return exponent, np.ldexp(values, -exponent)


Imputation = Annotated[
    NoImputation | Linear | LastValue | Mean | Median | Knn | Iterative, Field(discriminator="method")
]
