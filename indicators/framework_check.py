"""What can be wrong with a framework beyond its form: names, units of measure, the tree, the types."""

import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from indicators.definitions import Dimension, Indicator, Variable
from indicators.errors import Faults, Place, nearest
from indicators.evaluation import Surroundings, convert, evaluate
from indicators.formula import Formula, check_names, parse
from indicators.measures import BaseMeasure
from indicators.spec import Locate, Path
from indicators.structure import TOP
from indicators.units import measure

if TYPE_CHECKING:
    from indicators.framework import Framework

RESERVED = frozenset(
    {TOP, "unit", "name", "type", "year", "rank", "rank_in_type", "grade", "grade_label", "geometry", "fid"}
)
"""Columns of the tables of scores, which no dimension or indicator may be called."""


def check(framework: "Framework", locate: Locate) -> None:
    """Raise everything that is wrong with a framework."""
    faults = Faults()
    _variables(framework, locate, faults)
    _indicators(framework, locate, faults)
    _beside(framework, locate, faults)
    _left_empty(framework, locate, faults)
    _tree(framework, locate, faults)
    _types(framework, locate, faults)
    faults.raise_if_any()


def surroundings(framework: "Framework") -> Surroundings | None:
    """Return a panel of no units, on which a formula shows its unit of measure; None if a variable has none."""
    faults = Faults()
    measures = {}
    for code, variable in framework.variables.items():
        with faults.collecting():
            measures[code] = measure(variable.unit_of_measure)
    if faults:
        return None
    return Surroundings({code: np.empty((0, 1)) for code in measures}, measures, (0,))


def check_formula(formula: str, framework: "Framework", wanted: str | None, place: Place, faults: Faults) -> None:
    """Add what is wrong with a formula: its form, names, units of measure and the declared one."""
    with faults.collecting():
        parsed = parse(formula, place)
        _check_parsed(parsed, framework, wanted, place, faults)


def _check_parsed(parsed: Formula, framework: "Framework", wanted: str | None, place: Place, faults: Faults) -> None:
    with faults.collecting():
        check_names(parsed, framework.variables, place)
        around = surroundings(framework)
        if around is None:
            return
        outcome = evaluate(parsed, around, place)
        if wanted is not None:
            convert(outcome.values, outcome.measure, wanted, place)


def _variables(framework: "Framework", locate: Locate, faults: Faults) -> None:
    for code, variable in framework.variables.items():
        here: Path = ("variables", code)
        if code in ("unit", "year"):
            faults.add("framework.reserved", locate(here), found=code)
        with faults.collecting():
            measure(variable.unit_of_measure, locate((*here, "unit_of_measure")))
        _sources(variable, framework, here, locate, faults)
        least, most = variable.range or (None, None)
        if least is not None and most is not None and least >= most:
            faults.add("framework.range_reversed", locate((*here, "range")), first=least, last=most)


def _indicators(framework: "Framework", locate: Locate, faults: Faults) -> None:
    for code, indicator in framework.indicators.items():
        here: Path = ("indicators", code)
        if code in RESERVED:
            faults.add("framework.reserved", locate(here), found=code)
        with faults.collecting():
            measure(indicator.unit_of_measure, locate((*here, "unit_of_measure")))
            wanted = indicator.unit_of_measure
            if indicator.formula is not None:
                check_formula(indicator.formula, framework, wanted, locate((*here, "formula")), faults)
            elif indicator.measure is not None:
                _measure(indicator.measure, wanted, framework, here, locate, faults)
        _sources(indicator, framework, here, locate, faults)
        _reference_values(indicator, here, locate, faults)


def _sources(node: Variable | Indicator, framework: "Framework", here: Path, locate: Locate, faults: Faults) -> None:
    for place, code in enumerate(node.derived_from if isinstance(node.derived_from, list) else []):
        at = locate((*here, "derived_from", place))
        if here == ("variables", code):
            faults.add("framework.derived_from_itself", at, found=code)
        elif code not in framework.variables:
            faults.add("framework.unknown_source", at, found=code, meant=nearest(code, framework.variables))


def _beside(framework: "Framework", locate: Locate, faults: Faults) -> None:
    for code, shown in framework.beside.items():
        here: Path = ("beside", code)
        if code in RESERVED or code in framework.indicators or code in framework.dimensions():
            key = "framework.reserved" if code in RESERVED else "framework.beside_is_scored"
            faults.add(key, locate(here), found=code)
        _measure(shown.measure, None, framework, here, locate, faults)


def _left_empty(framework: "Framework", locate: Locate, faults: Faults) -> None:
    there = [TOP, *framework.dimensions(), *framework.left_empty]
    for code, cell in framework.left_empty.items():
        here: Path = ("left_empty", code)
        if code in RESERVED or code in framework.computed or code in framework.dimensions():
            key = "framework.reserved" if code in RESERVED else "framework.empty_is_there"
            faults.add(key, locate(here), found=code)
        elif cell.below not in there or cell.below == code:
            at = locate((*here, "below"))
            faults.add("framework.empty_below_nothing", at, found=cell.below, meant=nearest(cell.below, there))


def _measure(
    chosen: BaseMeasure, wanted: str | None, framework: "Framework", here: Path, locate: Locate, faults: Faults
) -> None:  # fmt: skip
    """Add what is wrong with a measure; `wanted`: the unit of measure of its output, where one is declared."""
    keys, units = chosen.keys(), chosen.in_units()
    own = Faults()
    for name, formula in chosen.formulas().items():
        check_formula(formula, framework, units.get(name), locate((*here, "measure", *keys.get(name, ()))), own)
    faults.extend(own)
    around = surroundings(framework)
    if own or around is None:
        return
    at = locate((*here, "unit_of_measure")) if wanted is not None else locate((*here, "measure"))
    with faults.collecting():
        like = evaluate(parse(chosen.like(chosen.output)), around, at)
        if wanted is not None:
            convert(like.values, like.measure, wanted, at)


def _reference_values(indicator: Indicator, here: Path, locate: Locate, faults: Faults) -> None:
    listed: dict[str, list[float]] = {}
    if indicator.goalposts is not None:
        listed["goalposts"] = indicator.goalposts
    if indicator.thresholds is not None:
        marks = indicator.thresholds
        listed["thresholds"] = [m for m in (marks.zero, marks.pass_mark, marks.ideal) if m is not None]
    if indicator.target is not None:
        listed["target"] = [indicator.target]
    for key, values in listed.items():
        at = locate((*here, key))
        if key == "goalposts":
            _goalposts(indicator, values, at, faults)
        elif _has_scale(indicator, values, at, faults) and key == "thresholds":
            rising = [oriented(indicator, value) for value in values]
            if any(b <= a for a, b in pairwise(rising)):
                faults.add("framework.thresholds_order", at, direction=indicator.direction)


def _has_scale(indicator: Indicator, values: list[float], place: Place, faults: Faults) -> bool:
    wrong = indicator.scale == "log" and min(values) <= 0
    if wrong:
        faults.add("framework.log_needs_positive", place, found=min(values))
    return not wrong


def oriented(indicator: Indicator, value: float) -> float:
    """Return a value turned so that higher is better (on the logarithm where the scale says so)."""
    if indicator.scale == "log":
        value = math.log(value)
    if indicator.direction != "target":
        return value if indicator.direction == "positive" else -value
    assert indicator.target is not None
    target = math.log(indicator.target) if indicator.scale == "log" and indicator.target > 0 else indicator.target
    return -abs(value - target)


def _goalposts(indicator: Indicator, posts: list[float], place: Place, faults: Faults) -> None:
    worst, best = posts
    if not _has_scale(indicator, posts, place, faults):
        return
    if indicator.direction == "target" and best != indicator.target:
        faults.add("framework.goalpost_is_target", place, found=best, target=indicator.target)
    elif oriented(indicator, worst) >= oriented(indicator, best):
        faults.add("framework.goalposts_order", place, worst=worst, best=best, direction=indicator.direction)


def _tree(framework: "Framework", locate: Locate, faults: Faults) -> None:
    placed: dict[str, Path] = {}
    counted: Counter[str] = Counter()

    def visit(nodes: dict[str, Dimension], here: Path, above: tuple[str, ...]) -> None:
        for code, node in nodes.items():
            at = (*here, code)
            if code in above:
                faults.add("framework.cycle", locate(at), found=" → ".join((*above, code)))
            elif code in placed:
                faults.add("framework.dimension_twice", locate(at), found=code)
            elif code in framework.indicators:
                faults.add("framework.dimension_is_indicator", locate(at), found=code)
            elif code in RESERVED:
                faults.add("framework.reserved", locate(at), found=code)
            placed[code] = at
            if node.dimensions:
                _some_weight([d.weight for d in node.dimensions.values()], locate((*at, "dimensions")), faults)
                visit(node.dimensions, (*at, "dimensions"), (*above, code))
            listed = node.indicators or {}
            if listed:
                _some_weight(list(listed.values()), locate((*at, "indicators")), faults)
            for indicator in listed:
                counted[indicator] += 1
                where = locate((*at, "indicators", indicator))
                _known_indicator(framework, indicator, where, faults)
                if counted[indicator] > 1:
                    faults.add("framework.indicator_twice", where, found=indicator)

    _some_weight([d.weight for d in framework.tree.values()], locate(("tree",)), faults)
    visit(framework.tree, ("tree",), ())
    used = set(counted) | {
        i for kind in framework.types.values() for listed in kind.indicators.values() for i in listed
    }
    for code in framework.indicators:
        if code not in used:
            faults.add("framework.orphan", locate(("indicators", code)), found=code)


def _known_indicator(framework: "Framework", code: str, place: Place, faults: Faults) -> None:
    if code not in framework.indicators:
        faults.add("framework.unknown_indicator", place, found=code, meant=nearest(code, framework.indicators))


def _some_weight(weights: list[float], place: Place, faults: Faults) -> None:
    if weights and sum(weights) <= 0:
        faults.add("framework.no_weight", place)


def _types(framework: "Framework", locate: Locate, faults: Faults) -> None:
    dimensions = framework.dimensions()
    for code, kind in framework.types.items():
        here: Path = ("types", code)
        known = [*dimensions, *framework.indicators]
        for weighted in kind.weights:
            if weighted not in known:
                at = locate((*here, "weights", weighted))
                faults.add("framework.unknown_code", at, found=weighted, meant=nearest(weighted, known))
        for indicator, posts in kind.goalposts.items():
            at = locate((*here, "goalposts", indicator))
            _known_indicator(framework, indicator, at, faults)
            if indicator in framework.indicators:
                _goalposts(framework.indicators[indicator], posts, at, faults)
        for dimension, listed in kind.indicators.items():
            at = locate((*here, "indicators", dimension))
            if dimension not in dimensions or dimensions[dimension].dimensions:
                lowest = [c for c, d in dimensions.items() if d.indicators]
                faults.add("framework.no_lowest_dimension", at, found=dimension, meant=nearest(dimension, lowest))
            for indicator in listed:
                _known_indicator(framework, indicator, locate((*here, "indicators", dimension, indicator)), faults)
            if not listed:
                faults.add("framework.indicators_or_dimensions", at)
        if faults:
            continue
        structure = framework.structure(code)
        for indicator, times in Counter(structure.indicators).items():
            if times > 1:
                faults.add("framework.indicator_twice", locate((*here, "indicators")), found=indicator)
        for parent, children in structure.children.items():
            own = kind.indicators.get(parent) or (dimensions[parent].indicators if parent in dimensions else None)
            own = own or {child: dimensions[child].weight for child in children}
            if sum(kind.weights.get(child, own[child]) for child in children) <= 0:
                key: Path = ("weights",) if set(children) & set(kind.weights) else ("indicators", parent)
                faults.add("framework.no_weight_below", locate((*here, *key)), parent=parent)
