# ruff: noqa: E501
"""Bad input: bindings of published files."""

from collections.abc import Callable

from tests.evaluate.sources.test_sources import OWN
from tests.evaluate.tiny import Project
from tests.messages.cases import Case

ENTRY = "  - path: data.csv\n    unit: unit\n"


def _bound(source: str, binding: str = OWN) -> Callable[[Project], None]:
    def write(project: Project) -> None:
        project.write("own.yaml", binding)
        project.assess((ENTRY, f"  - path: data.csv\n    source: {source}\n    unit: unit\n"))

    return write


CASES = [
    Case(
        "source that is none",
        _bound("city_yearbok"),
        """\
1 fault in assessment.yaml
  assessment.yaml:7  data[0].source: there is no source 'city_yearbok'; bundled are acag_pm25, ceads_city, ceads_county_co2, chap_pm25, city_yearbook, edgar_co2, ntl_harmonised, viirs_ntl; one of your own is named by a path that ends in .yaml; did you mean 'city_yearbook'?
""",
    ),
    Case(
        "source of a file that is none",
        _bound("mine.yaml"),
        """\
1 fault in assessment.yaml
  assessment.yaml:7  data[0].source: there is no file 'mine.yaml' of a source
""",
    ),
    Case(
        "source of a layer for a table",
        _bound("edgar_co2"),
        """\
1 fault in assessment.yaml
  assessment.yaml:7  data[0].source: the source 'edgar_co2' is for `layers`, not for `data`
""",
    ),
    Case(
        "source with a key that is none",
        _bound("own.yaml", OWN.replace("  year: year\n", "  yaer: year\n")),
        """\
1 fault in own.yaml
  own.yaml:10  table.yaer: unknown key; known here: unit, encoding, missing, sheet, header_row, layout, year, columns, variable, value, variables, prefix, from, to, unit_of_measure; did you mean 'year'?
""",
    ),
    Case(
        "source with values that are none",
        _bound("own.yaml", OWN.replace("unit: unit\n", "unit: 7\n").replace("{variable: so2,", "{varable: so2,")),
        """\
3 faults in own.yaml
  own.yaml:9   table.unit: must be a text (put a number in quotes); found 7
  own.yaml:13  table.columns.so2_t.variable: this key is missing
  own.yaml:13  table.columns.so2_t.varable: unknown key; known here: variable, unit_of_measure; did you mean 'variable'?
""",
    ),
    Case(
        "source with both parts",
        _bound("own.yaml", OWN + "layer: {statistic: sum}\n"),
        """\
1 fault in own.yaml
  own.yaml:1  state one of `layer` and `table`
""",
    ),
]
