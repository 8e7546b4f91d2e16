"""Targets and what is still missing to them, before and after."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from evaluate.intake.cell import Flaw, label, plainly, visible
from evaluate.intake.cells import blank
from evaluate.intake.misspelt import misspelt_code
from evaluate.intake.numbers import numbers
from evaluate.intake.opening import open_table
from evaluate.methods.base import Array
from evaluate.scoring.scores import Scores
from indicators.codes import normalise_code
from indicators.errors import Faults, Place, nearest
from indicators.evaluation import evaluate
from indicators.formula import parse
from indicators.framework import Framework

Rule = Literal["at_most", "at_least", "near"]
RULES: tuple[Rule, ...] = ("at_most", "at_least", "near")
_INLINE = re.compile(r"(?P<code>[^=]+)=\s*(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<percent>%?)\s*")
COLUMNS = ["unit", "name", "code", "kind", "rule", "target", "unit_of_measure", "value_before", "value_after",
           "gap_before", "gap_after", "met_before", "met_after", "source"]  # fmt: skip
"""Columns of the table of targets."""


@dataclass(frozen=True)
class Target:
    """What a variable or indicator is to reach."""

    code: str
    kind: Literal["value", "change"]
    """A value in its unit of measure, or a change to the baseline year as a share."""
    amount: float
    rule: Rule
    unit: str = ""
    """One unit; all that the measures touch when empty."""
    source: str = "stated"
    """`stated`, or `framework` where the indicator carries it."""


def read_targets(
    stated: Sequence[str | Path], framework: Framework, units: Sequence[str], *, baseline: bool
) -> list[Target]:
    """Return targets from texts `CODE=VALUE` and `CODE=-18%` (to the baseline year), and from files.

    A file has the columns `code` and `value` or `change` (a share), and if wanted `unit` and `rule` (`at_most`,
    `at_least`, `near`). Errors: an `InputError` with every fault.
    """
    faults, out = Faults(), list[Target]()
    for said in stated:
        inline = _INLINE.fullmatch(said) if isinstance(said, str) else None
        if inline is not None:
            number, relative = float(inline["number"]), bool(inline["percent"])
            place = Place(key="targets")
            code = inline["code"].strip()
            made = _target(code, number / 100 if relative else number, relative, "", framework, place, faults)
            out += [made] if made else []
        elif isinstance(said, Path) or "=" not in said:
            with faults.collecting():
                out += _from_file(Path(said), framework, units, faults)
        else:
            faults.add("whatif.target_form", Place(key="targets"), found=plainly(said))
    if any(target.kind == "change" for target in out) and not baseline:
        faults.add("whatif.target_no_baseline", Place(key="targets"))
    faults.raise_if_any()
    return out


def _target(
    code: str, amount: float, relative: bool, unit: str, framework: Framework, place: Place, faults: Faults,
    rule: str = "",
) -> Target | None:  # fmt: skip
    known = [*framework.variables, *framework.indicators]
    if code not in known:
        faults.add("whatif.target_unknown", place, found=plainly(code), meant=nearest(code, known))
        return None
    if not np.isfinite(amount):
        faults.add("whatif.target_form", place, found=f"{amount}")
        return None
    indicator = framework.indicators.get(code)
    if relative and indicator is not None and indicator.formula is None:
        faults.add("whatif.target_of_measure", place, found=code)
        return None
    if rule and rule not in RULES:
        faults.add("faults.one_of", place, expected=", ".join(RULES), found=plainly(rule))
        return None
    return Target(code, "change" if relative else "value", amount, _rule(rule, framework, code, amount, relative), unit)


def _rule(stated: str, framework: Framework, code: str, amount: float, relative: bool) -> Rule:
    for rule in RULES:
        if stated == rule:
            return rule
    indicator = framework.indicators.get(code)
    if indicator is not None:
        ways: dict[str, Rule] = {"negative": "at_most", "positive": "at_least", "target": "near"}
        return ways[indicator.direction]
    return "at_least" if relative and amount > 0 else "at_most"


def _from_file(path: Path, framework: Framework, units: Sequence[str], faults: Faults) -> list[Target]:
    raw = open_table(path.as_posix(), Path(), lambda _: Place(path.as_posix()))
    heads = {name: at for at, name in enumerate(raw.names)}
    wanted = ("unit", "code", "value", "change", "rule")
    for name in raw.names:
        if name and name not in wanted:
            faults.add(
                "whatif.target_column", raw.header_place(), found=plainly(name), known=", ".join(wanted),
                meant=nearest(name, wanted),
            )  # fmt: skip
    if raw.find("code", "", faults) is None:
        return []
    out = []
    empty = {name: blank(raw.column(at)) for name, at in heads.items()}
    values = {name: numbers(raw.column(heads[name])) for name in ("value", "change") if name in heads}
    for row in range(len(raw.rows)):
        if all(cells[row] for cells in empty.values()):
            continue
        place = raw.place(row, heads["code"])

        def said(name: str, row: int = row) -> str:
            cell = raw.column(heads[name])[row] if name in heads else None
            return "" if isinstance(cell, Flaw) else label(cell)

        unit = normalise_code(said("unit"))
        if unit and unit not in units:
            faults.add("whatif.unknown_unit", place, found=plainly(unit), meant=misspelt_code(unit, units))
        there = [name for name in values if not empty[name][row]]
        if len(there) != 1:
            faults.add("whatif.target_one_number", place)
            continue
        amount = float(values[there[0]][row])
        if not np.isfinite(amount):
            found = raw.column(heads[there[0]])[row]
            faults.add("whatif.bare_number", raw.place(row, heads[there[0]]), found=visible(found))
            continue
        made = _target(said("code"), amount, there[0] == "change", unit, framework, place, faults, said("rule"))
        out += [made] if made else []
    if not out and not faults:
        faults.add("intake.empty_table", raw.header_place())
    return out


def of_framework(framework: Framework, codes: Sequence[str]) -> list[Target]:
    """Return the targets that indicators carry themselves."""
    return [
        Target(code, "value", indicator.target, _rule("", framework, code, indicator.target, False), source="framework")
        for code in codes
        if (indicator := framework.indicators[code]).target is not None
    ]


def gaps(targets: Sequence[Target], before: Scores, after: Scores, year: int, touched: Sequence[str]) -> pd.DataFrame:
    """Return what is missing to each target before and after, by unit; 0 or less is met.

    The gap of `at_most` is value − target, that of `at_least` target − value, that of `near` |value − target|.
    A unit without a value has no gap.
    """
    panel, framework, rows = before.values.panel, before.framework, []
    names = dict(zip(panel.units["unit"], panel.units["name"], strict=True))
    place = {code: n for n, code in enumerate(panel.codes)}
    at = panel.years.index(year)
    seen: dict[tuple[str, str], tuple[Array, Array]] = {}
    for target in targets:
        key = target.code, target.kind
        if key not in seen:
            seen[key] = _found(target, before)[:, at], _found(target, after)[:, at]
        unit_of_measure = "1"
        if target.kind == "value":
            held = framework.indicators.get(target.code) or framework.variables[target.code]
            unit_of_measure = held.unit_of_measure
        for unit in [target.unit] if target.unit else touched:
            old, new = (float(column[place[unit]]) for column in seen[key])
            gap = [_gap(value, target) for value in (old, new)]
            rows.append((
                unit, names[unit], target.code, target.kind, target.rule, target.amount, unit_of_measure, old, new,
                *gap, *(_met(g, target.amount) for g in gap), target.source,
            ))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _found(target: Target, scores: Scores) -> Array:
    if target.kind == "value":
        held = scores.values.indicators.get(target.code)
        return held if held is not None else scores.values.variables[target.code]
    indicator = scores.framework.indicators.get(target.code)
    text = f"`{target.code}`" if indicator is None else indicator.formula
    return evaluate(parse(f"change({text})"), scores.values.surroundings).values


def _gap(value: float, target: Target) -> float:
    if target.rule == "near":
        return abs(value - target.amount)
    return (value - target.amount if target.rule == "at_most" else target.amount - value) + 0.0


def _met(gap: float, amount: float) -> str:
    if np.isnan(gap):
        return "missing"
    return "met" if gap <= 1e-9 * abs(amount) else "not_met"
