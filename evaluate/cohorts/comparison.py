"""Compare groups of units: how their scores are distributed and how far each group lies from the rest."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.cohorts.resampling import Contrast, Floats, bootstrap_means, permuted_sums, two_sided
from indicators.errors import fault, nearest
from indicators.texts import pick, text

INTERVAL = (0.025, 0.975)
STATISTICS = ("mean", "median", "sd", "p05", "p25", "p75", "p95", "min", "max")


class Scored(Protocol):
    """What is compared: a finished run, or what `evaluate.score` returns."""

    @property
    def scores(self) -> pd.DataFrame:
        """Scores: unit, type, year, composite, every dimension, rank …"""

    @property
    def units(self) -> pd.DataFrame:
        """Units: unit, name, type and the cohort columns."""

    @property
    def comparable(self) -> bool:
        """Whether scores of different types may be compared."""


@dataclass(frozen=True)
class CohortComparison:
    """Cohorts side by side.

    `distribution`: cohort, type, year, code, units, n, mean, median, sd, p05, p25, p75, p95, min, max. `units` are
    those of the roster, `n` those scored; quantiles interpolate linearly, sd has ddof 1.

    `differences`: cohort, type, year, code, basis, n, n_rest, difference, low, high, p, note. `basis` is `all`
    (units of every type), `type` (within one type) or `pooled` (the mean of the within-type differences, weighted by
    the cohort's units in each type). `low` and `high` bound the 95 % bootstrap percentile interval.

    An empty cohort stands for units whose cohort is not stated; `type` is empty where all types are taken together.
    """

    by: str
    comparable: bool
    measures: tuple[str, ...]
    seed: int
    runs: int
    distribution: pd.DataFrame
    differences: pd.DataFrame
    labels: Mapping[str, Any] = field(default_factory=dict)
    """Labels of dimensions and types, by code."""

    @property
    def years(self) -> list[int]:
        """The years compared."""
        return sorted(int(year) for year in self.distribution["year"].unique())

    @property
    def cohorts(self) -> list[str]:
        """The cohorts in order, the one that is not stated last."""
        return sorted(set(self.distribution["cohort"]), key=_order)

    def label(self, code: str, language: str) -> str:
        """Return the label of the composite, a dimension or a type."""
        if code == "composite":
            return text("cohorts.composite", language)
        return str(pick(self.labels.get(code, code), language))

    def readable(self, language: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return both tables as a reader sees them: labels for codes, headings in the language."""
        first, second = (
            table.rename(columns={name: text(f"cohorts.column_{name}", language) for name in table.columns})
            for table in (self.labelled(frame, language) for frame in (self.distribution, self.differences))
        )
        return first, second

    def labelled(self, table: pd.DataFrame, language: str) -> pd.DataFrame:
        """Return one of the tables with labels for codes; without types where there are none."""
        out = table.copy()
        out["cohort"] = [cohort_label(cohort, language) for cohort in out["cohort"]]
        out["type"] = [self.label(kind, language) if kind else "" for kind in out["type"]]
        out["code"] = [self.label(code, language) for code in out["code"]]
        for column in ("basis", "note"):
            if column in out:
                out[column] = [text(f"cohorts.{column}_{key}", language) if key else "" for key in out[column]]
        empty = [column for column in ("type", "note") if column in out and not out[column].any()]
        return out.drop(columns=empty)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, missing numbers as None."""
        return {
            "by": self.by,
            "comparable": self.comparable,
            "measures": list(self.measures),
            "seed": self.seed,
            "runs": self.runs,
            "distribution": _records(self.distribution),
            "differences": _records(self.differences),
        }

    def _repr_html_(self) -> str:
        """Show the differences of the last year, for a notebook."""
        last = self.differences[self.differences["year"] == self.years[-1]]
        shown = self.labelled(last, "en").to_html(
            index=False, escape=True, na_rep="", float_format="{:.3f}".format, border=0
        )
        return f"<div>{shown}</div>"


def cohort_label(cohort: str, language: str) -> str:
    """Return the cohort as a reader sees it.

    >>> cohort_label("2010", "en"), cohort_label("", "en")
    ('2010', 'not stated')
    """
    return cohort or text("cohorts.not_stated", language)


def compare_cohorts(
    scores: Scored, by: str, *, year: int | None = None, seed: int = 0, runs: int = 2000
) -> CohortComparison:
    """Compare the groups that a column of the roster makes.

    The difference of a cohort is the mean of its units minus the mean of all other units. Its 95 % interval is the
    percentile bootstrap over units, cohort and rest drawn separately; p is that of a two-sided permutation test,
    (1 + #{|d*| >= |d|}) / (1 + runs). Where scores of different types are not comparable, both stay within type, and
    the pooled difference is the mean of the within-type ones, weighted by the cohort's units in each type. An interval
    needs two units on either side; the pooled difference leaves out types with fewer, unless there are no others, and
    a note says so.

    Args:
        scores: A finished run or the result of `evaluate.score`.
        by: Column of the roster: a cohort, or `type` where types are comparable.
        year: One year; all scored years when None.
        seed: Seed of the draws, which depend on codes, years and cohorts but not on the order of rows.
        runs: Number of bootstrap samples and of permutations.

    Raises:
        InputError: The column or the year does not exist, or types that are not comparable are to be compared.

    Source: Efron & Tibshirani 1993, chapters 13 and 15; Phipson & Smyth 2010 (p is never zero).
    """
    columns = [name for name in scores.units.columns if name not in ("unit", "name")]
    if by not in columns:
        raise fault("cohorts.unknown_column", column=by, known=", ".join(map(str, columns)), meant=nearest(by, columns))
    comparable = scores.comparable or not any(scores.units["type"].fillna(""))
    if by == "type" and not comparable:
        raise fault("cohorts.types_not_comparable")
    known_years = sorted(int(y) for y in scores.scores["year"].unique())
    if not known_years:
        raise fault("cohorts.nothing_scored")
    if year is not None and year not in known_years:
        raise fault("cohorts.unknown_year", year=year, known=", ".join(map(str, known_years)))
    if runs < 1:
        raise fault("cohorts.runs", runs=runs)
    names = list(scores.scores.columns)
    held = names[names.index("composite") : names.index("rank")]
    measures = tuple(name for name in held if scores.scores[name].notna().any())
    roster = pd.DataFrame({
        "unit": scores.units["unit"].astype(str),
        "cohort": [_cohort(value) for value in scores.units[by]],
        "type": "" if comparable else scores.units["type"].fillna("").astype(str),
    })  # fmt: skip
    kept = scores.scores if year is None else scores.scores[scores.scores["year"] == year]
    table = kept[["unit", "year", *measures]].merge(roster, on="unit").sort_values(["year", "type", "unit"])
    years = known_years if year is None else [year]
    framework = getattr(scores, "framework", None)
    types = tuple(framework.types) if framework is not None else tuple(sorted(set(roster["type"])))
    labels = {} if framework is None else {c: framework.label_of(c) for c in (*measures, *framework.types)}
    return CohortComparison(
        by=by,
        comparable=comparable,
        measures=measures,
        seed=seed,
        runs=runs,
        distribution=_sorted(_distribution(table, roster, measures, years), measures, types),
        differences=_sorted(_differences(table, roster, measures, years, seed, runs), measures, types),
        labels=labels,
    )


def _cohort(value: object) -> str:
    """Write the cell of a cohort column: a whole number without its `.0`, nothing for a blank."""
    if value is None or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _order(cohort: str) -> tuple[bool, bool, float, str]:
    """Sort numbers by size, then texts, then what is not stated."""
    number = cohort.replace(".", "", 1).isdecimal()
    return (not cohort, not number, float(cohort) if number else 0.0, cohort)


def _distribution(
    table: pd.DataFrame, roster: pd.DataFrame, measures: tuple[str, ...], years: list[int]
) -> pd.DataFrame:
    """Return the statistics of every cohort, type (where not comparable), year and measure."""
    keys = ["cohort", "type", "year", "code"]
    long = table.melt(["unit", "cohort", "type", "year"], list(measures), "code", "score")
    groups = long.groupby(keys, observed=True)["score"]
    found = groups.agg(n="count", mean="mean", median="median", sd="std", min="min", max="max")
    for name, share in (("p05", 0.05), ("p25", 0.25), ("p75", 0.75), ("p95", 0.95)):
        found[name] = groups.quantile(share)
    sizes = roster.groupby(["cohort", "type"]).size().rename("units").reset_index()
    grid = sizes.merge(pd.DataFrame({"year": years}), how="cross").merge(pd.DataFrame({"code": measures}), how="cross")
    out = grid.merge(found.reset_index(), on=keys, how="left")
    out["n"] = out["n"].fillna(0).astype(int)
    return out[[*keys, "units", "n", *STATISTICS]]


def _differences(
    table: pd.DataFrame, roster: pd.DataFrame, measures: tuple[str, ...], years: list[int], seed: int, runs: int
) -> pd.DataFrame:
    """Return the difference of every cohort to the rest, by year, within type and pooled."""
    cohorts = sorted(set(roster["cohort"]), key=_order)
    rows: list[pd.DataFrame] = []
    for year in years:
        here = table[table["year"] == year]
        rows += _of_year(here, cohorts, measures, year, seed, runs)
    return pd.concat(rows, ignore_index=True)


def _of_year(
    table: pd.DataFrame, cohorts: list[str], measures: tuple[str, ...], year: int, seed: int, runs: int
) -> list[pd.DataFrame]:
    values = table[list(measures)].to_numpy(float)
    members = (table["cohort"].to_numpy()[:, None] == np.array(cohorts, dtype=object)).astype(float)
    types, starts = np.unique(table["type"].to_numpy(dtype=str), return_index=True)
    edges = np.append(starts, len(table)).astype(np.int64)
    rng = np.random.default_rng([seed, year])
    sums = permuted_sums(values, members, edges, runs, rng)
    within = types.size > 1 or (types.size == 1 and types[0] != "")
    rows: list[pd.DataFrame] = []
    for c, cohort in enumerate(cohorts):
        strata = [
            _Stratum(str(kind), values[a:b], members[a:b, c] > 0, sums[:, s, c])
            for s, (kind, (a, b)) in enumerate(zip(types, pairwise(edges), strict=True))
        ]
        held = [stratum for stratum in strata if stratum.n]
        key = (seed, year, cohort)
        if within:
            for stratum in held:
                rows.append(_rows(_contrast([stratum], key, runs), [stratum], measures, key, "type", stratum.type))
        faced = [stratum for stratum in held if stratum.n_rest]
        whole = [stratum for stratum in faced if min(stratum.n, stratum.n_rest) > 1] or faced
        contrast = _contrast(whole, key, runs) if whole else None
        left = "left_out" if len(whole) < len(held) and whole else ""
        rows.append(_rows(contrast, whole or held, measures, key, "pooled" if within else "all", "", left))
    return rows


@dataclass(frozen=True)
class _Stratum:
    """The units of one type in one year, with one cohort among them."""

    type: str
    values: Floats
    inside: NDArray[np.bool_]
    sums: Floats
    """Sums over the cohort in every permutation, runs x measures."""

    @property
    def n(self) -> int:
        return int(self.inside.sum())

    @property
    def n_rest(self) -> int:
        return len(self.values) - self.n

    def difference(self) -> Floats:
        out: Floats = self.values[self.inside].mean(axis=0) - self.values[~self.inside].mean(axis=0)
        return out

    def permuted(self) -> Floats:
        out: Floats = self.sums / self.n - (self.values.sum(axis=0) - self.sums) / self.n_rest
        return out

    def bootstrapped(self, key: tuple[int, int, str], runs: int) -> Floats:
        seed, year, cohort = key
        sides = []
        for side, rows in (("in", self.inside), ("out", ~self.inside)):
            word = zlib.crc32(f"{cohort}\x1f{self.type}\x1f{side}".encode())
            sides.append(bootstrap_means(self.values[rows], runs, np.random.default_rng([seed, year, word])))
        return sides[0] - sides[1]


def _contrast(strata: list[_Stratum], key: tuple[int, int, str], runs: int) -> Contrast | None:
    """Return the difference over strata, weighted by the cohort's units; None where no other units are."""
    if not all(stratum.n_rest for stratum in strata):
        return None
    weights = np.array([stratum.n for stratum in strata], dtype=float)
    weights /= weights.sum()
    observed = sum(w * s.difference() for w, s in zip(weights, strata, strict=True))
    permuted = sum(w * s.permuted() for w, s in zip(weights, strata, strict=True))
    low = high = np.full_like(observed, np.nan)
    if all(min(s.n, s.n_rest) > 1 for s in strata):
        drawn = sum(w * s.bootstrapped(key, runs) for w, s in zip(weights, strata, strict=True))
        low, high = np.quantile(drawn, INTERVAL, axis=0)
    return Contrast(np.asarray(observed), low, high, two_sided(np.asarray(observed), np.asarray(permuted)))


def _rows(
    contrast: Contrast | None,
    strata: list[_Stratum],
    measures: tuple[str, ...],
    key: tuple[int, int, str],
    basis: str,
    kind: str,
    note: str = "",
) -> pd.DataFrame:
    empty = np.full(len(measures), np.nan)
    if contrast is None:
        note = "no_rest" if strata else "no_scores"
    elif np.isnan(contrast.low).all():
        note = "one_unit"
    return pd.DataFrame({
        "cohort": key[2],
        "type": kind,
        "year": key[1],
        "code": measures,
        "basis": basis,
        "n": sum(s.n for s in strata),
        "n_rest": sum(s.n_rest for s in strata),
        "difference": empty if contrast is None else contrast.difference,
        "low": empty if contrast is None else contrast.low,
        "high": empty if contrast is None else contrast.high,
        "p": empty if contrast is None else contrast.p,
        "note": note,
    })  # fmt: skip


def _sorted(table: pd.DataFrame, measures: tuple[str, ...], types: tuple[str, ...]) -> pd.DataFrame:
    """Order rows by year, measure, cohort and type, all types together first."""
    rank = {cohort: place for place, cohort in enumerate(sorted(set(table["cohort"]), key=_order))}
    order = pd.DataFrame({
        "year": table["year"],
        "code": table["code"].map({code: place for place, code in enumerate(measures)}),
        "cohort": table["cohort"].map(rank),
        "type": table["type"].map({"": -1} | {kind: place for place, kind in enumerate(types)}),
    }).sort_values(["year", "code", "cohort", "type"])  # fmt: skip
    return table.loc[order.index].reset_index(drop=True)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain data."""
    return [
        {str(k): None if isinstance(v, float) and np.isnan(v) else v for k, v in row.items()}
        for row in table.astype(object).to_dict("records")
    ]
