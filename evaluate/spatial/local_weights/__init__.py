"""An exploratory composite whose weights vary over space, held against the composite; it never feeds a rank."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from evaluate.coherence import spearman
from evaluate.methods.base import Array
from evaluate.spatial.bandwidths import as_stated, within_smallest
from evaluate.spatial.local_weights.checks import HERE
from evaluate.spatial.local_weights.forms import COMPARISON, COMPOSITE, FORMS, WEIGHTS
from evaluate.spatial.setting import Found, Setting
from evaluate.spatial_spec.local_weights import LocalWeightsSpec, Method
from geo.regression import label as text_of
from indicators.errors import Fault, InputError
from indicators.structure import TOP

if TYPE_CHECKING:
    from geo.local_weights import LocalWeights
    from geo.regression.kernels import Window

__all__ = ["FEWEST", "FORMS", "found"]

Row = dict[str, Any]

_NEGATIVE = "regression.negative_score"
_BEYOND = "regression.bandwidth_of_units"

FEWEST = 10
"""Below this number of units surroundings say nothing, and there are no weights."""


@dataclass(frozen=True, eq=False)
class _Group:
    """Scored units with a place whose scores may be compared."""

    kind: str
    codes: NDArray[np.object_]
    """(n,) of the units that weights are computed for."""
    lost: list[str]
    """Scored units without a place."""
    indicators: list[str]
    scores: Array
    """(n, k)"""
    composite: Array
    """(n,)"""
    coordinates: Array
    """(n, 2) degrees."""


def found(setting: Setting) -> Found:
    """Return weights by unit, the composite they make and how it compares; nothing where it is not asked for.

    The indicator scores of the rank year are weighed, all on one level. Scores of different types that are not
    comparable are looked at within each type.

    Raises:
        InputError: a score below 0 under `local_entropy`; a bandwidth that cannot be.
    """
    spec = setting.spec.local_weights
    if spec is None:
        return Found()
    year = setting.scores.values.panel.rank
    tables: dict[str, list[Row]] = {form.name: [] for form in FORMS}
    warnings: list[Fault] = []
    groups = _groups(setting, year)
    label = setting.scores.framework.label_of
    sizes: list[tuple[int, object]] = [
        (len(one.codes), label(one.kind) if one.kind else "") for one in groups if len(one.codes) >= FEWEST
    ]
    for group in groups:
        if len(group.codes) < FEWEST:
            tables[COMPARISON.name] += [
                {"method": method, "type": group.kind, "year": year, "n": len(group.codes), "state": "few_units"}
                for method in spec.methods
            ]
            warnings.append(Fault("local_weights.few", _told(setting, group), setting.place(HERE)))
            continue
        for method in spec.methods:
            window, count = _window(spec, len(group.codes)), max(1, round(spec.of * len(group.indicators)))
            made = _made(setting, spec, method, group, window, count, sizes)
            head: Row = {"method": method, "type": group.kind, "year": year}
            tables[WEIGHTS.name] += _weights(setting, group, made, head)
            tables[COMPOSITE.name] += _composites(group, made, head)
            told = {"counting": count} if method == "ogwa" else {}
            tables[COMPARISON.name].append(head | told | _compared(spec, group, made, window))
    return Found({form.name: form.frame(tables[form.name]) for form in FORMS}, tuple(warnings))


def _told(setting: Setting, group: _Group) -> dict[str, object]:
    label = setting.scores.framework.label_of(group.kind) if group.kind else text_of("all")
    return {"type": label, "count": len(group.codes), "fewest": FEWEST}


def _groups(setting: Setting, year: int) -> list[_Group]:
    quantities, at = setting.quantities, setting.years.index(year)
    kinds = quantities.column("type")
    wanted = [""] if setting.scores.comparable else [k for k in setting.scores.framework.types if k in set(kinds)]
    composite, where = quantities.in_year(TOP, year), setting.ground.centres
    columns = {code: values[:, at] for code, values in quantities.indicator_scores().items()}
    placed = np.isfinite(where).all(axis=1)
    codes = np.asarray(setting.codes, dtype=object)
    groups = []
    for kind in wanted:
        scored = np.isfinite(composite) & ((kinds == kind) if kind else True)
        held = scored & placed
        indicators = [code for code, values in columns.items() if np.isfinite(values[held]).any()]
        scores = np.column_stack([columns[code][held] for code in indicators]) if indicators else np.empty((0, 0))
        groups.append(
            _Group(
                kind, codes[held], codes[scored & ~placed].tolist(), indicators, scores, composite[held], where[held]
            )
        )
    return groups


def _window(spec: LocalWeightsSpec, n: int) -> "Window":
    from geo.regression.kernels import Window

    if spec.bandwidth is None:
        return Window(spec.kernel, True, float(max(FEWEST, -(-n // 3))))
    return Window(spec.kernel, spec.adaptive, spec.bandwidth if spec.adaptive else spec.bandwidth * 1000)


def _made(
    setting: Setting, spec: LocalWeightsSpec, method: Method, group: _Group, window: "Window", count: int,
    sizes: list[tuple[int, object]],
) -> "LocalWeights":  # fmt: skip
    from geo.local_weights import local_entropy, ordered_average
    from geo.regression.kernels import Places

    places = Places(group.coordinates, "great_circle")
    try:
        if method == "local_entropy":
            names = [setting.scores.framework.label_of(code) for code in group.indicators]
            return local_entropy(group.scores, places, window, names)
        made = ordered_average(group.scores, places, window, of=count, side=spec.side, scaled=not spec.density)
        return _around_one(made) if spec.density else made
    except InputError as error:
        raise InputError(
            Fault(
                one.text_key,
                within_smallest(one.values, sizes) if one.text_key == _BEYOND else as_stated(one.values, spec.adaptive),
                setting.place(HERE if one.text_key == _NEGATIVE else (*HERE, "bandwidth")),
            )
            for one in error.faults
        ) from None  # fmt: skip


def _around_one(made: "LocalWeights") -> "LocalWeights":
    """Divide by the mean of what the weights of a unit sum to, so that composites keep the scale of the scores."""
    sums = made.weights.sum(axis=1)
    known = np.isfinite(sums)
    size = float(sums[known].mean()) if known.any() else 1.0
    return replace(made, weights=made.weights / size, composite=made.composite / size)


def _weights(setting: Setting, group: _Group, made: "LocalWeights", head: Row) -> list[Row]:
    table = setting.scores.weights
    table = table[(table["level"] == 1) & (table["year"].isna() | (table["year"] == head["year"]))]
    own = {
        (str(kind), str(code)): float(weight)
        for kind, code, weight in zip(table["type"], table["code"], table["effective_weight"], strict=True)
    }
    kinds = dict(zip(setting.codes, setting.quantities.column("type"), strict=True))
    return [
        head | {
            "unit": unit, "indicator": code, "weight": made.weights[place, column],
            "composite_weight": own.get((str(kinds[unit]), code), own.get(("", code))),
            "state": str(made.state[place]),
        }
        for place, unit in enumerate(group.codes)
        for column, code in enumerate(group.indicators)
    ]  # fmt: skip


def _composites(group: _Group, made: "LocalWeights", head: Row) -> list[Row]:
    rows = [
        head | {
            "unit": unit, "local_composite": made.composite[place], "composite": group.composite[place],
            "difference": made.composite[place] - group.composite[place], "state": str(made.state[place]),
        }
        for place, unit in enumerate(group.codes)
    ]  # fmt: skip
    rows += [head | {"unit": unit, "state": "no_place"} for unit in group.lost]
    return sorted(rows, key=lambda row: str(row["unit"]))


def _compared(spec: LocalWeightsSpec, group: _Group, made: "LocalWeights", window: "Window") -> Row:
    known = np.isfinite(made.composite)
    told: Row = {
        "n": int(known.sum()), "kernel": window.kernel, "bandwidth_unit": "units" if window.adaptive else "km",
        "bandwidth": window.bandwidth if window.adaptive else window.bandwidth / 1000, "state": "defined",
    }  # fmt: skip
    if known.sum() < 3:
        return told | {"state": "missing"}
    one, other = made.composite[known], group.composite[known]
    apart, codes = one - other, group.codes[known]
    most, least = int(apart.argmax()), int(apart.argmin())
    rho = spearman(one, other)
    told |= {"spearman": rho, "mean_difference": float(np.abs(apart).mean())}
    if apart[most] > 0:
        told |= {"greatest_rise": apart[most], "rise_unit": codes[most]}
    if apart[least] < 0:
        told |= {"greatest_fall": apart[least], "fall_unit": codes[least]}
    return told if np.isfinite(rho) else told | {"state": "constant_around"}
