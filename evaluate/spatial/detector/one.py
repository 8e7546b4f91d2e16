"""One explained quantity in one year: factors cut, detectors applied, and their rows for the tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.spatial.detector.given import Factor
from evaluate.spatial_spec import DetectorSpec
from geo.detector.choice import Choice, Row, choice_p, choose
from geo.detector.factor import factors, interactions, within
from geo.detector.pairs import ecological, risks
from geo.detector.sample import Sample, sample

Cells = dict[str, Any]

MOST_STRATA = 30
"""Most strata of a factor of which every two are compared."""


@dataclass
class Rows:
    """Rows of the tables, by the name of the form."""

    tried: list[Cells] = field(default_factory=list)
    factors: list[Cells] = field(default_factory=list)
    strata: list[Cells] = field(default_factory=list)
    units: list[Cells] = field(default_factory=list)
    interactions: list[Cells] = field(default_factory=list)
    risks: list[Cells] = field(default_factory=list)
    ecological: list[Cells] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Part:
    """Complete rows: the explained quantity and every factor, units in the order of their codes."""

    spec: DetectorSpec
    y: Array
    """(n,)"""
    columns: Mapping[Factor, NDArray[Any]]
    """By factor (n,): numbers or texts."""
    codes: Sequence[str]
    """(n,) the units."""
    forced: Mapping[str, str]
    """By factor the variables that it shares with the target."""
    units_of_measure: Mapping[str, str]
    """By factor."""
    keys: Cells
    """Cells that every row has."""


def detected(part: Part) -> Rows:
    """Return the rows of every detector.

    q of every variable × way × number of classes; of the cuttings of each variable the best by the rule of the
    assessment; then factor, interaction, risk and ecological detector of these strata, permutation p beside the p of
    the non-central F in both conventions, and the p that makes up for the choice.
    """
    spec, made, rows = part.spec, _choice(part), Rows()
    for row in made.rows if made else ():
        rows.tried.append({**part.keys, **_tried(row, spec), "forced": part.forced[row.variable]})
    strata: dict[str, NDArray[Any]] = {}
    for factor, column in part.columns.items():
        if factor.categories:
            strata[factor.name] = _ordered(column)
        elif made and factor.name in made.best:
            strata[factor.name] = made.best[factor.name].cut.codes
    if not strata:
        rows.factors = [_uncut(part, factor, made) for factor in part.columns]
        return rows
    whole = sample(part.y, strata)
    by_choice = choice_p(made, permutations=spec.permutations, seed=spec.seed) if made and spec.permutations else {}
    cells = {one["factor"]: one for one in _factors(part, whole, made, by_choice)}
    rows.factors = [cells.get(factor.name) or _uncut(part, factor, made) for factor in part.columns]
    rows.strata = list(_strata(part, whole, made))
    rows.units = list(_units(part, whole, rows.factors))
    if spec.interactions:
        rows.interactions = list(_interactions(part, whole))
    rows.risks = list(_risks(part, whole))
    rows.ecological = list(_ecological(part, whole))
    return rows


def _choice(part: Part) -> Choice | None:
    """Cut every factor of numbers, each in its own ways, and bring the tables together."""
    spec, made = part.spec, None
    for factor, column in part.columns.items():
        if factor.categories:
            continue
        one = choose(
            part.y,
            {factor.name: column},
            ways=list(dict.fromkeys(factor.spec.ways or spec.ways)),
            classes=sorted(set(factor.spec.classes or spec.classes)),
            minimum=spec.minimum,
            rule=spec.choice,
        )
        if made is None:
            made = one
        else:
            made = replace(
                made, rows=(*made.rows, *one.rows), best={**made.best, **one.best},
                values={**made.values, **one.values},
            )  # fmt: skip
    return made


def _ordered(column: NDArray[Any]) -> NDArray[Any]:
    """Return categories as numbers where they are written as such, so that 9 comes before 10."""
    try:
        numbers = np.array([float(text) for text in column.tolist()])
    except ValueError:
        return column
    return numbers if [_label(number) for number in numbers.tolist()] == column.tolist() else column


def _label(label: object) -> str:
    return f"{label:.10g}" if isinstance(label, float) else str(label)


def _tried(row: Row, spec: DetectorSpec) -> Cells:
    cut = row.cut
    merit = row.q if spec.choice == "q" else row.adjusted
    return {
        "variable": row.variable, "way": cut.way, "classes_asked": cut.asked, "classes": cut.classes, "q": row.q,
        "adjusted": row.adjusted, "smallest": row.smallest, "merit": merit if row.eligible else None,
        "chosen": int(row.chosen), "breaks": "; ".join(f"{one:.10g}" for one in cut.breaks),
        "warnings": " ".join(row.warnings), "state": row.state,
    }  # fmt: skip


def _about(part: Part, factor: Factor, made: Choice | None) -> Cells:
    best = made.best.get(factor.name) if made else None
    return {
        **part.keys, "factor": factor.name, "of": factor.of, "forced": part.forced[factor.name],
        "unit_of_measure": part.units_of_measure[factor.name],
        "kind": "categories" if factor.categories else "numbers",
        "way": best.cut.way if best else "", "classes_asked": best.cut.asked if best else None,
    }  # fmt: skip


def _uncut(part: Part, factor: Factor, made: Choice | None) -> Cells:
    """Return the row of a factor without a cutting that may be taken."""
    states = {row.state for row in made.rows if row.variable == factor.name} if made else set()
    return {
        **_about(part, factor, made), "n": len(part.y),
        "state": "constant_factor" if states == {"constant"} else "no_cut",
    }  # fmt: skip


def _factors(part: Part, whole: Sample, made: Choice | None, by_choice: Mapping[str, float]) -> Iterator[Cells]:
    spec, given = part.spec, {factor.name: factor for factor in part.columns}
    limits = {"smallest": spec.minimum}
    as_r = factors(whole, variance="sample", permutations=spec.permutations, seed=spec.seed, **limits)
    for one, other in zip(as_r, factors(whole, variance="population", **limits), strict=True):
        adjusted = 1 - (1 - one.q) * (one.n - 1) / (one.n - one.classes) if one.n > one.classes else None
        many = ("many_strata",) if one.classes > MOST_STRATA else ()
        yield {
            **_about(part, given[one.name], made), "strata": one.classes, "smallest": one.smallest, "n": one.n,
            "q": one.q, "adjusted": adjusted, "chance": one.chance, "f": one.f, "p_f_sample": one.p,
            "p_f_population": other.p, "p_permutation": one.permutation,
            "p_choice": by_choice.get(one.name, one.permutation), "warnings": " ".join((*one.warnings, *many)),
            "state": one.state,
        }  # fmt: skip


def _strata(part: Part, whole: Sample, made: Choice | None) -> Iterator[Cells]:
    for name, codes, labels in zip(whole.names, whole.codes, whole.labels, strict=True):
        counts, mean, squares = within(whole.y, codes)
        best = made.best.get(name) if made else None
        ends: list[float] = []
        if made and best:
            ends = [float(made.values[name].min()), *best.cut.breaks.tolist(), float(made.values[name].max())]
        for at in range(len(counts)):
            yield {
                **part.keys, "factor": name, "stratum": at + 1, "label": "" if best else _label(labels[at]),
                "lower": ends[at] if best else None, "upper": ends[at + 1] if best else None, "n": int(counts[at]),
                "mean": float(mean[at]), "variance": float(squares[at] / counts[at]), "forced": part.forced[name],
            }  # fmt: skip


def _units(part: Part, whole: Sample, found: Sequence[Cells]) -> Iterator[Cells]:
    """Yield the stratum of every unit by the factor that accounts for most; categories of one's own say nothing."""
    able = [one for one in found if one["state"] in ("defined", "exact_fit") and one["adjusted"] is not None]
    if not able:
        return
    best = max(able, key=lambda one: round(one["adjusted"], 9))["factor"]
    codes = whole.codes[whole.at(best)]
    for unit, stratum in zip(part.codes, codes.tolist(), strict=True):
        yield {
            **part.keys, "factor": best, "unit": unit, "stratum": stratum + 1, "forced": part.forced[best],
        }  # fmt: skip


def _interactions(part: Part, whole: Sample) -> Iterator[Cells]:
    spec = part.spec
    for one in interactions(whole, permutations=spec.permutations, seed=spec.seed, smallest=spec.minimum):
        yield {
            **part.keys, "first": one.first, "second": one.second, "q": one.q, "q_first": one.q_first,
            "q_second": one.q_second, "kind": one.kind, "chance": one.chance, "p_permutation": one.permutation,
            "strata": one.classes, "smallest": one.smallest, "alone": one.alone, "warnings": " ".join(one.warnings),
            "forced": _both(part, one.first, one.second), "state": one.state,
        }  # fmt: skip


def _risks(part: Part, whole: Sample) -> Iterator[Cells]:
    kept = [at for at, labels in enumerate(whole.labels) if len(labels) <= MOST_STRATA]
    few = replace(
        whole, names=tuple(whole.names[at] for at in kept), codes=tuple(whole.codes[at] for at in kept),
        labels=tuple(whole.labels[at] for at in kept),
    )  # fmt: skip
    place = {name: {label: at + 1 for at, label in enumerate(few.labels[few.at(name)])} for name in few.names}
    cut = {factor.name for factor in part.columns if not factor.categories}
    for one in risks(few, level=part.spec.level, variances=part.spec.risk_variances):
        first, second = place[one.factor][one.first], place[one.factor][one.second]
        yield {
            **part.keys, "factor": one.factor, "first": first, "second": second,
            "first_label": "" if one.factor in cut else _label(one.first),
            "second_label": "" if one.factor in cut else _label(one.second),
            "mean_first": one.mean_first, "mean_second": one.mean_second, "n_first": one.n_first,
            "n_second": one.n_second, "t": one.t, "freedom": one.freedom, "p": one.p,
            "significant": int(one.significant), "forced": part.forced[one.factor], "state": one.state,
        }  # fmt: skip


def _ecological(part: Part, whole: Sample) -> Iterator[Cells]:
    for one in ecological(whole, level=part.spec.level, tail=part.spec.ecological_tail):
        yield {
            **part.keys, "first": one.first, "second": one.second, "f": one.f, "freedom": one.freedom, "p": one.p,
            "tail": one.tail, "significant": int(one.significant), "forced": _both(part, one.first, one.second),
            "state": one.state,
        }  # fmt: skip


def _both(part: Part, first: str, second: str) -> str:
    return " ".join(dict.fromkeys((part.forced[first] + " " + part.forced[second]).split()))
