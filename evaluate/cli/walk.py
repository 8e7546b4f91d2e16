"""A unit's way from its score back to the reported numbers, as lines of text."""

from collections.abc import Iterator
from typing import Any

from evaluate.cli.accounts import account_lines, figure
from evaluate.cli.plain import plainly
from evaluate.report.words import unit_said
from indicators.framework import Framework
from indicators.texts import pick, text
from indicators.units import said_in


def number(value: Any) -> str:
    """Write a number with six significant digits.

    >>> number(75572432.0), number(None)
    ('75,572,400', '–')
    >>> number(1132000.0), number(16410.25), number(0.141421356)
    ('1,132,000', '16,410.2', '0.141421')
    """
    if value is None:
        return "–"
    if not isinstance(value, int | float):
        return plainly(value)
    shown = float(f"{value:.6g}")
    return f"{shown:,.0f}" if abs(shown) >= 1e5 else f"{shown:,g}"


def _with_unit(shown: str, unit_of_measure: str, language: str) -> str:
    """Return a number as it is written with its unit of measure, if it has one."""
    return f"{shown} {unit_said(unit_of_measure, language)}".rstrip()


def walk(found: dict[str, Any], framework: Framework, language: str) -> Iterator[str]:
    """Yield the lines, the composite first."""
    kind = pick(framework.label_of(found["type"]), language) if found["type"] else text("cli.all_units", language)
    yield text(
        "explain.head",
        language,
        name=plainly(found["name"]),
        unit=found["unit"],
        type=kind,
        year=found["year"],
    )
    if not found["scored"]:
        yield text("explain.not_scored", language)
        yield from (f"  {plainly(reason)}" for reason in found["reasons"] or [text("explain.none", language)])
        return
    line = text(
        "explain.standing", language,
        composite=number(found["composite"]), rank=found["rank_in_type"], of=found["units_of_type"],
    )  # fmt: skip
    if found["rank"] is not None:
        line += text("explain.overall", language, rank=found["rank"])
    if found["grade_label"]:
        line += text("explain.grade", language, grade=found["grade_label"])
    yield line
    if "interval" in found:
        shown = found["interval"]
        yield text(
            "explain.interval",
            language,
            p05=number(shown["p05"]),
            p95=number(shown["p95"]),
            tier=shown["tier"],
        )
    yield from _changes(found["treatment"], language, "  ")
    for node in found["tree"]:
        yield from _node(node, language, 1)


def _changes(listed: list[dict[str, Any]], language: str, indent: str) -> Iterator[str]:
    for change in listed:
        values = {
            "reason": change["reason"],
            "before": number(change["before"]),
            "after": number(change["after"]),
        }
        yield indent + text("explain.changed", language, **values)


def _node(node: dict[str, Any], language: str, depth: int) -> Iterator[str]:
    indent = "  " * depth
    used = node["weight_used"]
    yield indent + text(
        "explain.node", language, label=node["label"], code=node["code"],
        score=number(node["score"]), weight="–" if used is None else f"{used:.4g}",
    )  # fmt: skip
    for child in node.get("children", []):
        yield from _node(child, language, depth + 1)
    if "formula" in node:
        yield from _indicator(node, language, indent + "    ")


def _indicator(node: dict[str, Any], language: str, indent: str) -> Iterator[str]:
    yield indent + text(
        "explain.value", language, formula=node["formula"],
        value=_with_unit(number(node["value"]), node["unit_of_measure"], language),
    )  # fmt: skip
    yield from _changes(node["treatment"], language, indent)
    for mark in node["marks"]:
        key = "explain.chained" if mark["kind"] == "chained" else "explain.broken"
        yield indent + text(key, language, year=mark["break"], label=mark["label"])
    for cell in node["reported"]:
        yield indent + _cell(cell, language)
        for line in account_lines(cell["accounts"], language, number) if "accounts" in cell else []:
            yield f"{indent}  {line}"


def _cell(cell: dict[str, Any], language: str) -> str:
    about = {"label": cell["label"], "variable": cell["variable"], "year": cell["year"]}
    if cell["value"] is None:
        for change in cell["imputed"]:
            return text("explain.imputed", language, **about, value=number(change["after"]), reason=change["reason"])
        return text("explain.unreported", language, **about)
    if "accounts" in cell and cell["row"] is None:
        values = {"value": number(cell["value"]), "unit_of_measure": said_in(cell["unit_of_measure"], language)}
        what, count = figure(cell["accounts"], language), len(cell["accounts"]["lines"])
        return text("accounting.computed", language, **about, **values, what=what, count=count)
    where = plainly(cell["file"])
    if cell["sheet"]:
        where += f" {plainly(cell['sheet'])}"
    if cell["row"] is not None:
        where += " " + text("explain.row", language, row=cell["row"], column=plainly(cell["column"]))
    return text(
        "explain.reported", language, **about, place=where,
        value=_with_unit(number(cell["value"]), cell["unit_of_measure"], language),
        reported=_with_unit(plainly(cell["reported_value"]), cell["reported_unit_of_measure"], language),
    )  # fmt: skip
