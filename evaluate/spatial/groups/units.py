"""Each group a unit of its own: its amounts from those of its members, scored by what the run has learned."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from evaluate.dynamics.samples import ordinal
from evaluate.methods.base import Array
from evaluate.methods.imputation import NoImputation
from evaluate.scoring.score import finish
from evaluate.scoring.scores import Scores
from evaluate.scoring.values import Values, indicator_values
from evaluate.spatial.groups.membership import Held, distinct
from evaluate.spatial.setting import Setting
from evaluate.spatial_spec import GroupsSpec
from evaluate.spatial_spec.groups import GroupRule
from indicators.errors import Fault, InputError
from indicators.panel import Panel
from indicators.structure import TOP
from indicators.texts import both, joined

STATES = ("defined", "no_rule", "across_units", "grows_with_size", "no_value")
"""Of an indicator of a group. `no_rule`: a variable has no rule under `aggregate`. `across_units`: it looks at other
units. `grows_with_size`: a group twice as large would have another value, so that the scale of single units says
nothing. `no_value`: a member lacks a value, or the formula has none."""


@dataclass(frozen=True, eq=False)
class AsUnits:
    """Groups as units of their own; everything by position among those handed in."""

    values: Mapping[str, Array]
    """Indicators in their units of measure, NaN where there is none."""
    states: Mapping[str, list[str]]
    """Of the indicators, see STATES."""
    scores: Mapping[str, Array]
    """Composite and dimensions; NaN where not scored."""
    emptied: Sequence[bool] = ()
    """Whether some dimension holds no indicator that a group can have, so that the group has no score."""
    warnings: list[Fault] = field(default_factory=list)


def as_units(setting: Setting, spec: GroupsSpec, held: Sequence[Held]) -> AsUnits:
    """Return the values and scores of groups as if each were a unit.

    x_G = Σ x_i over the members of the year (`sum`), or Σ w_i x_i / Σ w_i (`mean`), where no member lacks a value;
    indicators follow from the formulas of the framework and are scored by the normalisation, weights and aggregation
    that the units were scored by. The members of a year are held fixed over all years that its formulas look at.

    Args:
        setting: the scored panel; missing values of the units are filled as they were for the scores.
        spec: the rules, by variable.
        held: groups by year.
    """
    framework, scores = setting.scores.framework, setting.scores
    ones, which = distinct(held)
    members = np.zeros((len(ones), len(setting.codes)))
    for at, one in enumerate(ones):
        members[at, one.members] = 1
    plain = _values(setting, spec.aggregate, ones, members, 1.0)
    doubled = _values(setting, spec.aggregate, ones, members, 2.0)
    years = list(plain.panel.years)
    at_year = np.array([years.index(one.year) for one in held], dtype=np.intp)
    row = np.array(which, dtype=np.intp)
    out, states, blanked = {}, {}, {}
    never: dict[str, str] = {}
    for code, indicator in framework.indicators.items():
        formulas = list(indicator.formulas().values())
        matrix, why = plain.indicators[code], "no_value"
        if any(formula.variables - spec.aggregate.keys() for formula in formulas):
            why = "no_rule"
        elif any(formula.columns for formula in formulas):
            why = "across_units"
        elif not _same(matrix, doubled.indicators[code]):
            why = "grows_with_size"
        if why != "no_value":
            never[code] = why
        blanked[code] = matrix if why == "no_value" else np.full(matrix.shape, np.nan)
        out[code] = blanked[code][row, at_year]
        states[code] = ["defined" if np.isfinite(value) else why for value in out[code]]
    values = replace(plain, indicators=blanked)
    found = {name: matrix[row, at_year] for name, matrix in _scored(scores, values).items()}
    for name in found:
        if ordinal(scores, name):
            found[name] = np.full(len(held), np.nan)
    empty = {kind: list(_empty(scores, kind, never)) for kind in {_kind(scores, one) for one in held}}
    told = [*_warnings(setting, spec, states), *_emptied(setting, held, empty, never)]
    return AsUnits(out, states, found, [bool(empty[_kind(scores, one)]) for one in held], told)


def _kind(scores: Scores, one: Held) -> str:
    """Return the type that a group is scored by; where types are comparable any of them."""
    known = scores.values.panel.types
    return one.kind or next((kind for kind in scores.framework.types if kind in known), "")


def _empty(scores: Scores, kind: str, never: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield every dimension of which no group can have an indicator, with those that it holds."""
    structure = scores.rows.structures.get(kind) or scores.framework.structure(kind)
    for parent, codes in structure.children.items():
        if codes and structure.lowest(parent) and set(codes) <= set(never):
            yield parent, list(codes)


def _same(one: Array, other: Array) -> bool:
    return bool(np.allclose(one, other, rtol=1e-9, atol=0, equal_nan=True))


def _values(
    setting: Setting, rules: Mapping[str, GroupRule], ones: Sequence[Held], members: Array, size: float
) -> Values:  # fmt: skip
    """Return the indicator values of groups; `size` 2: as if each member stood twice in its group."""
    scores, quantities = setting.scores, setting.quantities
    framework, panel = scores.framework, scores.values.panel
    variables = {code: matrix[quantities.order] for code, matrix in scores.values.variables.items()}
    columns = {}
    for code, matrix in variables.items():
        rule = rules.get(code)
        if rule is None:
            columns[code] = np.full((len(ones), matrix.shape[1]), np.nan)
        elif rule.how == "sum":
            columns[code] = size * summed(members, matrix)
        else:
            columns[code] = averaged(members, matrix, variables[rule.weight] if rule.weight else None)
    codes = [f"{at:06d}" for at in range(len(ones))]
    years = list(panel.years)
    frame = pd.DataFrame({"unit": np.repeat(codes, len(years)), "year": np.tile(years, len(codes))} | {
        code: matrix.reshape(-1) for code, matrix in columns.items()
    })  # fmt: skip
    units = pd.DataFrame({"unit": codes, "type": [_kind(scores, one) for one in ones]})
    for column in panel.cohorts:
        units[column] = ""
    own = Panel.from_frame(
        frame, units, period=(min(panel.scored), max(panel.scored)), rank=panel.rank, baseline=panel.baseline
    )
    return indicator_values(own, framework, NoImputation(), scores.fitted)


def summed(members: Array, values: Array) -> Array:
    """Return Σ x over the members, (groups, years); NaN where a member lacks a value.

    >>> summed(np.array([[1, 1, 0], [0, 1, 1]]), np.array([[1.0], [2.0], [np.nan]])).tolist()
    [[3.0], [nan]]
    """
    there = np.isfinite(values)
    out: Array = members @ np.where(there, values, 0.0)
    out[members @ (~there).astype(float) > 0] = np.nan
    return out


def averaged(members: Array, values: Array, weights: Array | None = None) -> Array:
    """Return Σ w x / Σ w over the members, (groups, years); NaN where a member lacks a value or weight, or Σ w ≤ 0.

    >>> heavy = np.array([[1.0, 0.0], [2.0, 0.0]])
    >>> averaged(np.array([[1, 1]]), np.array([[10.0, 10.0], [40.0, 40.0]]), heavy).tolist()
    [[30.0, nan]]
    """
    heavy = np.where(np.isfinite(values), 1.0, np.nan) if weights is None else weights
    heavy = np.where(heavy >= 0, heavy, np.nan)
    whole = summed(members, heavy)
    out: Array = np.divide(summed(members, heavy * values), whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    return out


def _scored(scores: Scores, values: Values) -> dict[str, Array]:
    """Return composite and dimensions of groups, (groups, years of the panel); NaN where there is no score.

    What one group is refused for, such as a geometric mean of a score beyond the scale, takes no other group with it.
    """
    panel = values.panel
    shape = (len(panel.codes), len(panel.years))
    out = {name: np.full(shape, np.nan) for name in (TOP, *scores.framework.dimensions())}
    methodology = scores.methodology.model_copy(update={"imputation": NoImputation()})
    try:
        made = finish(values, methodology, scores.fitted)
    except InputError:
        if shape[0] > 1:
            for at, code in enumerate(panel.codes):
                for name, matrix in _scored(scores, _alone(values, at, code)).items():
                    out[name][at] = matrix[0]
        return out
    rows = np.flatnonzero(made.rows.scored)
    places = made.rows.unit[rows], np.searchsorted(panel.years, made.rows.year[rows])
    for name in out:
        if name in made.columns:
            out[name][places] = made.columns[name][rows]
    return out


def _alone(values: Values, at: int, code: str) -> Values:
    def one(held: Mapping[str, Any]) -> dict[str, Any]:
        return {name: matrix[at : at + 1] for name, matrix in held.items()}

    return replace(
        values, panel=values.panel.select([code]), indicators=one(values.indicators), undefined=one(values.undefined),
        measures={name: one(outputs) for name, outputs in values.measures.items()},
        variables=one(values.variables), filled=one(values.filled),
    )  # fmt: skip


def _warnings(setting: Setting, spec: GroupsSpec, states: Mapping[str, list[str]]) -> Iterator[Fault]:
    """Say which indicators no group has, and why."""
    framework, place = setting.scores.framework, setting.place(("groups", "aggregate"))
    for why in ("no_rule", "across_units", "grows_with_size"):
        codes = [code for code, held in states.items() if why in held]
        if not codes:
            continue
        values: dict[str, object] = {"labels": joined(framework.label_of(code) for code in codes)}
        if why == "no_rule":
            needed = {name for code in codes for f in framework.indicators[code].formulas().values()
                      for name in f.variables}  # fmt: skip
            values["variables"] = ", ".join(sorted(needed - spec.aggregate.keys()))
        yield Fault(f"groups.{why}", values, place)


def _emptied(
    setting: Setting, held: Sequence[Held], empty: Mapping[str, list[tuple[str, list[str]]]], never: Mapping[str, str]
) -> Iterator[Fault]:  # fmt: skip
    """Say which groups have no score because a dimension holds no indicator that a group can have, and why."""
    framework, place = setting.scores.framework, setting.place(("groups", "aggregate"))
    for kind in sorted(empty):
        own = [one for one in held if _kind(setting.scores, one) == kind]
        sets = ", ".join(sorted({one.set for one in own} - {""}))
        of: object = both("groups.of_sets", sets=sets) if sets else ""
        by: object = both("groups.by_kind", type=framework.label_of(kind)) if own[0].kind else ""
        for dimension, codes in empty[kind]:
            why = joined(both(f"groups.state_{state}") for state in dict.fromkeys(never[code] for code in codes))
            values = {"sets": of, "type": by, "dimension": framework.label_of(dimension), "reasons": why}
            yield Fault("groups.dimension_empty", values, place)
