"""The report of a run as a workbook: the tables of the page with filters, frozen headings and colour scales."""

from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluate.cohorts import CohortComparison
from evaluate.report import (
    accounts,
    co_control,
    coherence,
    coherence_tables,
    coordination,
    diagnosis,
    drivers,
    dynamics_tables,
    measures,
    profiles,
    quality,
    sensitivity,
    tables,
    words,
)
from evaluate.report.cohorts_page import difference_table, distribution_table
from evaluate.report.html import comparisons, facts_of, imputed_share, inputs_of, lead_of
from evaluate.report.parts import Column, Kind, Labels, Table
from evaluate.report.sources import sources
from evaluate.report.spatial import spatial_tables
from evaluate.results import Results
from indicators.texts import text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_CREATED = datetime(2000, 1, 1)
"""A constant, so that equal runs give equal bytes."""

_NUMBERS: dict[Kind, str] = {
    "whole": "#,##0", "score": "0.00", "share": "0.0%", "weight": "0.000", "p": "0.000",
    "signed": "+0.00;-0.00;0.00", "correlation": "+0.00;-0.00;0.00", "number": "General",
    "rise": "+#,##0;-#,##0;0",
}  # fmt: skip

_WIDTHS: dict[Kind, int] = {
    "name": 22, "code": 13, "text": 18, "whole": 10, "score": 11, "share": 10, "weight": 11, "p": 10,
    "signed": 12, "correlation": 12, "number": 14, "rise": 10,
}  # fmt: skip

_LONGEST = 32_000  # characters that a cell takes


def write_workbook(results: Results, language: str, path: Path) -> None:
    """Write the workbook; a text is never taken for a formula or an address, whatever it begins with."""
    import xlsxwriter

    labels = Labels(results, language)
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": _clean(labels.picked(results.manifest["title"])), "created": _CREATED})
        _Writer(book, labels).write()


class _Writer:
    """Writes one workbook; formats are made once."""

    def __init__(self, book: "Workbook", labels: Labels) -> None:
        self.book, self.labels = book, labels
        self.notice = labels.picked(labels.results.manifest.get("notice") or "")
        self.formats: dict[tuple[str, bool], Format] = {}

    def write(self) -> None:
        labels = self.labels
        self.overview()
        indicators = quality.indicators(labels)
        boundaries = quality.boundaries(labels)
        compared = comparisons(labels)
        sheets: list[tuple[str, Table]] = [
            ("unscored", tables.unscored(labels)),
            ("rank_bounds", diagnosis.rank_bounds(labels)),
            ("coverage", tables.coverage(labels)),
            ("tiers", tables.tiers(labels)),
            ("methodology", self.methodology(imputed_share(indicators))),
            ("definitions", words.definitions(labels)),
            ("weights", tables.weights(labels)),
            ("correlations", coherence.correlations(labels)[0]),
            ("flags", coherence_tables.flagged(labels)),
            ("alpha", coherence_tables.alphas(labels)),
            ("loadings", coherence_tables.loadings(labels)),
            ("drop_one", coherence_tables.left_out(labels)),
            ("pairs", coherence_tables.pairs(labels)),
            ("ranking", tables.ranking(labels)),
            ("robustness", tables.robustness(labels)),
            ("sensitivity", sensitivity.sensitivity(labels)),
            ("values", profiles.values(labels)),
            ("diagnosis", diagnosis.units(labels)),
            ("obstacles", diagnosis.obstacles(labels)),
            ("progress", diagnosis.progress(labels)),
            ("measures", measures.listing(labels)),
            ("measure_states", measures.states(labels)),
            ("measure_numbers", measures.numbers(labels)),
            ("co_control", co_control.units(labels, co_control.measures(labels))),
            ("drivers", drivers.joined(labels, drivers.decompositions(labels))),
            ("driver_steps", drivers.steps(labels)),
            ("driver_units", drivers.units(labels)),
            ("time", tables.time_course(labels)),
            ("convergence", dynamics_tables.convergence(labels)),
            ("inequality", dynamics_tables.inequality(labels)),
            ("classes", dynamics_tables.classes(labels)),
            ("moves", dynamics_tables.moves(labels)),
            ("coordination", coordination.grade_counts(labels)),
            ("coordination_units", coordination.units(labels)),
            *spatial_tables(labels),
            ("differences", self.joined("differences", compared)),
            ("distribution", self.joined("distribution", compared)),
            ("warnings", self.warnings()),
            ("indicators", indicators),
            ("variables", quality.variables(labels)),
            ("account_totals", accounts.totals(labels)),
            ("account_factors", accounts.factors(labels)),
            ("marks", quality.marks(labels)),
            ("changed", quality.changed(labels)),
            ("excluded", quality.excluded(labels)),
            *([("repaired", boundaries[1])] if boundaries else []),
            ("inputs", inputs_of(labels)),
            ("sources", sources(labels)),
        ]
        for code, table in sheets:
            if table.rows or code == "unscored":
                self.sheet(code, table)

    def overview(self) -> None:
        """Write what was assessed, by what definition, and what to be wary of."""
        labels, manifest = self.labels, self.labels.results.manifest
        sheet = self.page("overview", labels.picked(manifest["title"]))
        row = 3
        framework = labels.results.framework
        lines = [
            lead_of(labels),
            labels.say("framework_is", label=labels.picked(framework.label), code=framework.code),
            labels.say("framework_source", source=framework.source),
            labels.say("not_official"),
        ]
        for line in [*lines, *(warning.sentence for warning in coherence.correlations(labels)[1])]:
            sheet.merge_range(row, 0, row, 5, "", self.style("long"))
            self.put(sheet, row, 0, line, "long")
            sheet.set_row(row, 15 * (1 + len(line) // (45 if labels.language == "zh" else 95)))
            row += 1
        for name, value in [*facts_of(labels), (labels.say("verify_run"), manifest["run_id"])]:
            self.put(sheet, row + 1, 0, name, "text")
            self.put(sheet, row + 1, 1, value, "name")
            row += 1
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 5, 14)

    def methodology(self, imputed: float) -> Table:
        """Return the methodology in words as a table."""
        labels = self.labels
        rows = [{"step": step.heading, "said": labels.sentences(step.sentences)} for step in words.steps(labels)]
        rows += [{"step": labels.say("heading_robustness"), "said": said} for said in words.robustness_said(labels)]
        leaning = labels.say("heading_assumptions")
        rows += [{"step": leaning, "said": said} for said in words.assumptions(labels, imputed)]
        columns = (
            Column("step", labels.say("column_step"), "name"),
            Column("said", labels.say("column_said"), width=110),
        )
        return Table("methodology", labels.say("section_methodology"), columns, rows)

    def warnings(self) -> Table:
        """Return the warnings, the outcome of the robustness analysis and the units off the map as a table."""
        labels = self.labels
        said = [(labels.say("heading_warnings"), warning) for warning in quality.warnings(labels)]
        outcome = labels.results.manifest["robustness_outcome"]
        if outcome:
            counts = {key: outcome[key] for key in ("runs", "succeeded", "failed")}
            said.append((labels.say("heading_robustness"), labels.say("outcome", **counts)))
            said += [(labels.say("heading_robustness"), labels.say("failure", **f)) for f in outcome["failures"]]
        off = (quality.boundaries(labels) or ([], None))[0]
        if off:
            missing = labels.say("off_map", count=len(off), units=labels.listed(off))
            said.append((labels.say("heading_boundaries"), missing))
        columns = (
            Column("about", labels.say("column_about"), "name"),
            Column("said", labels.say("column_said"), width=110),
        )
        rows = [{"about": about, "said": line} for about, line in said]
        return Table("warnings", labels.say("heading_warnings"), columns, rows)

    def joined(self, code: str, compared: list[CohortComparison]) -> Table:
        """Return one table of all cohort columns."""
        maker = difference_table if code == "differences" else distribution_table
        made = [(comparison.by, maker(comparison, self.labels)) for comparison in compared]
        columns = {column.key: column for _, table in made for column in table.columns}
        by = Column("by", self.labels.say("column_by"), "name")
        rows = [{"by": name, **dict.fromkeys(columns), **row} for name, table in made for row in table.rows]
        caption = self.labels.say("section_cohorts") + " · " + self.labels.say(f"section_cohorts_{code}")
        return Table(code, caption, (by, *columns.values()), rows)

    def page(self, code: str, caption: str) -> "Worksheet":
        """Begin a sheet: its heading, the notice, the print setup."""
        labels = self.labels
        sheet = self.book.add_worksheet(sheet_name(code, labels.language))
        self.put(sheet, 0, 0, caption, "caption")
        if self.notice:
            self.put(sheet, 1, 0, self.notice, "notice")
            sheet.set_header("&L" + self.notice.replace("&", "&&")[:200])
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.75, 0.75)
        sheet.set_footer(f"&L{labels.results.manifest['run_id']}&R&P / &N")
        return sheet

    def sheet(self, code: str, table: Table) -> None:
        """Write one table."""
        sheet = self.page(code, table.caption)
        if table.note:
            self.put(sheet, 2, 0, table.note, "note")
        if not table.rows:
            self.put(sheet, 2, 0, self.labels.say("unscored_nobody"), "note")
            return
        grouped = any(column.group for column in table.columns)
        head = 4 if grouped else 3
        if grouped:
            self.groups(sheet, table, head - 1)
        for place, column in enumerate(table.columns):
            self.put(sheet, head, place, column.heading, "head")
            sheet.set_column(place, place, column.width or _WIDTHS[column.kind])
        last = head + len(table.rows)
        for row, values in enumerate(table.rows, start=head + 1):
            for place, column in enumerate(table.columns):
                style: str = "long" if column.width >= 40 else column.kind
                if values.get("dimension") is True and column.kind == "name":
                    style = "strong"
                self.put(sheet, row, place, values[column.key], style)
        sheet.autofilter(head, 0, last, len(table.columns) - 1)
        named = [place for place, column in enumerate(table.columns) if column.kind == "name"]
        sheet.freeze_panes(head + 1, named[0] + 1 if named and named[0] < 4 else 0)
        sheet.repeat_rows(head - 1 if grouped else head, head)
        self.scales(sheet, table, head + 1, last)

    def groups(self, sheet: "Worksheet", table: Table, row: int) -> None:
        """Write the headings that stand above several columns."""
        place = 0
        for group, held in groupby(table.columns, key=lambda column: column.group):
            count = len(list(held))
            if group and count > 1:
                sheet.merge_range(row, place, row, place + count - 1, "", self.style("group"))
            if group:
                self.put(sheet, row, place, group, "group")
            place += count

    def scales(self, sheet: "Worksheet", table: Table, first: int, last: int) -> None:
        """Colour scores from white to blue, correlations from orange over white to blue."""
        for place, column in enumerate(table.columns):
            if column.kind == "score":
                scale: dict[str, Any] = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#7FB8DE"}
                sheet.conditional_format(first, place, last, place, scale)
            if column.kind == "correlation":
                scale = {  # from the strongest negative to the strongest positive correlation
                    "type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num",
                    "min_value": -1, "mid_value": 0, "max_value": 1,
                    "min_color": "#E69F00", "mid_color": "#FFFFFF", "max_color": "#56B4E9",
                }  # fmt: skip
                sheet.conditional_format(first, place, last, place, scale)

    def put(self, sheet: "Worksheet", row: int, column: int, value: Any, style: str) -> None:
        """Write one cell: a number as a number, anything else as text."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.style(style))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(row, column, value, self.style(style))
        else:
            said = _clean(str(value))
            sheet.write_string(row, column, said, self.style(style, said.startswith(("=", "+", "-", "@", "\t"))))

    def style(self, name: str, quoted: bool = False) -> "Format":
        """Return a format; `quoted` keeps a text a text when its cell is edited."""
        if (name, quoted) not in self.formats:
            made = self.book.add_format(_style(name))
            if quoted:
                made.set_quote_prefix()
            self.formats[name, quoted] = made
        return self.formats[name, quoted]


def _style(name: str) -> dict[str, Any]:
    styles: dict[str, dict[str, Any]] = {
        "caption": {"bold": True, "font_size": 14, "font_color": "#0B3C5D"},
        "notice": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#5C2E00"},
        "note": {"italic": True, "font_color": "#566370"},
        "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bg_color": "#EEF2F5", "bottom": 1, "top": 1},
        "group": {"bold": True, "align": "center", "bg_color": "#EEF2F5", "top": 1},
        "strong": {"bold": True, "valign": "top"},
        "name": {"valign": "top"},
        "long": {"text_wrap": True, "valign": "top"},
    }
    for kind, form in _NUMBERS.items():
        styles[kind] = {"num_format": form, "valign": "top"}
    return styles.get(name, {"valign": "top"})


def _clean(said: str) -> str:
    """Return a text that is not too long for a cell."""
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"


def sheet_name(code: str, language: str) -> str:
    """Return the name of a sheet.

    >>> sheet_name("ranking", "en")
    'Ranking'
    """
    return text(f"report.sheet_{code}", language)
