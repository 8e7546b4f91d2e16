"""The lines of an accounted variable, as lines of text."""

from collections.abc import Callable, Iterator
from typing import Any

from evaluate.cli.plain import plainly
from indicators.texts import text
from indicators.units import said_in

Number = Callable[[Any], str]


def account_lines(found: dict[str, Any], language: str, number: Number) -> Iterator[str]:
    """Yield the figures of a total, then its lines; `number` writes numbers."""
    values = {name: number(found[name]) for name in ("value", "gross", "removals", "sold", "net")}
    if found["of"] == "net":
        yield text("accounting.figures", language, of=text("accounting.figure_net", language), **values)
    for line in found["lines"]:
        yield _line(line, language, number)


def figure(found: dict[str, Any], language: str) -> str:
    """Return what a total is: gross emissions of co2, scopes 1 and 2."""
    figure_of = text(f"accounting.figure_{found['of']}", language)
    if found["of"] in ("removals", "sold"):
        return text("accounting.figure_without_scope", language, of=figure_of, substance=found["substance"])
    scopes = ", ".join(map(str, found["scopes"]))
    return text("accounting.figure_of", language, of=figure_of, substance=found["substance"], scopes=scopes)


def _line(line: dict[str, Any], language: str, number: Number) -> str:
    kind = line["kind"]
    scope = text("accounting.scope", language, scope=line["scope"])
    if kind != "gross":
        scope = text(f"accounting.{kind}", language)
    known = {"activity": line["label"], "substance": line["substance"], "scope": scope}
    if line["state"] != "counted":
        return text(f"accounting.line_{line['state']}", language, **known)
    place = plainly(line["file"]) + (f" {plainly(line['sheet'])}" if line["sheet"] else "")
    place += " " + text("explain.row", language, row=line["row"], column=plainly(line["column"]))
    spread = line["uncertainty"]
    known |= {
        "amount": number(line["amount"]), "unit_of_measure": said_in(line["unit_of_measure"], language),
        "emission": number(line["emission"]), "place": place,
        "uncertainty": "" if spread is None else text("accounting.spread", language, percent=f"{100 * spread:.3g}"),
    }  # fmt: skip
    if not line["factor"]:
        return text("accounting.line_measured", language, **known)
    return text(
        "accounting.line", language, **known, value=number(line["factor_value"]),
        factor_unit=said_in(line["factor_unit_of_measure"], language), code=line["factor"],
        guide=plainly(line["guide"]),
    )  # fmt: skip
