"""Names and codes that a table, a page or a spreadsheet might trip over."""

import csv
import io

from tests.evaluate.tiny import DATA, Project

HOSTILE = [
    "<script>alert(1)</script>", '"quoted" & \'single\'', "=1+1", "'=1+1", "''@x", "+cmd", "-2+3", "@sum", "a\tb",
    "line\nbreak", "return\rbreak", "both\r\nbreak", "NA", "nan", "null", "001", "1e5", "-5", "+1_0", "北京市", "a,b;c",
    "{0} {{x}} %s $HOME", "\\n", "𠀀", "\u202egnp.exe", "\x1b[31mred",
]  # fmt: skip
CODES = ["=2", "NA", "001", "-7", "'@x", 'a"b', "x\ny"]


def hostile(project: Project) -> tuple[str, ...]:
    """Give the roster as many units as there are hostile names, each with data, and return their hostile codes."""
    head, *lines = DATA.splitlines()
    rows, codes, roster = [], [], io.StringIO()
    writer = csv.writer(roster, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["unit", "name", "type", "region"])
    for number, name in enumerate(HOSTILE):
        code = CODES[number] if number < len(CODES) else f"U{number:03}"
        codes.append(code)
        writer.writerow(
            [code, name, "resource" if number % 2 else "industrial", HOSTILE[-number - 1].replace("nan", "n")]
        )
        for line in lines[:3]:
            _, year, co2, so2, gdp = line.split(",")
            rows.append([code, year, int(co2) + 37 * number, int(so2) + 11 * number, int(gdp) + number])
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([head.split(","), *rows])
    project.write("roster.csv", roster.getvalue())
    project.write("data.csv", table.getvalue())
    return tuple(codes)
