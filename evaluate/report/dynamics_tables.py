"""The figures of the dynamics to be looked up, and their tables: convergence, inequality, classes, movements."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from evaluate.report.parts import Column, Kind, Labels, Table, missing, plain
from indicators.dynamics import label
from indicators.structure import TOP
from indicators.texts import pick, text

Cell = tuple[float | None, str, int]
"""Value, state and number of units."""


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of `dynamics.csv`, to be looked up."""

    labels: Labels

    def say(self, name: str, /, **values: object) -> str:
        """Return a text of the section."""
        return text(f"dynamics.{name}", self.labels.language, **values)

    def state(self, state: str) -> str:
        """Return the name of a state."""
        return str(pick(label(state), self.labels.language))

    @cached_property
    def cells(self) -> dict[tuple[str, ...], Cell]:
        """Every figure by analysis, statistic, type, item, column, group and year, pairs of groups aside."""
        table = self.labels.results.dynamics
        if table is None:
            return {}
        table = table[table["other"] == ""]
        names = ("analysis", "statistic", "type", "item", "by", "group")
        keys = [table[name].astype(str) for name in names]
        years = ["" if missing(year) else str(year) for year in table["year"]]
        values = [None if missing(value) else stored(value) for value in table["value"].tolist()]
        cells = zip(values, table["state"].astype(str), table["n"].astype(int).tolist(), strict=True)
        return dict(zip(zip(*keys, years, strict=True), cells, strict=True))

    def cell(
        self, analysis: str, statistic: str, kind: str, item: str, year: int, by: str = "", group: str = ""
    ) -> Cell:
        """Return one figure; none where the table has none."""
        return self.cells.get((analysis, statistic, kind, item, by, group, str(year)), (None, "", 0))

    @cached_property
    def years(self) -> list[int]:
        """The scored years."""
        return sorted({int(year) for *_, year in self.cells if year})

    @cached_property
    def kinds(self) -> list[str]:
        """The types by which figures are told, the empty one first where there are figures of all units."""
        held = {key[2] for key in self.cells}
        return [kind for kind in ["", *(k for k in self.labels.types if k)] if kind in held]

    @cached_property
    def main(self) -> list[str]:
        """The types that have pictures: all together, or one by one where they are not comparable."""
        return self.kinds[:1] if self.labels.results.comparable else self.kinds

    @cached_property
    def items(self) -> list[str]:
        """The composite and the top-level dimensions."""
        held = {key[3] for key in self.cells}
        return [item for item in self.labels.order if item in held]

    def bys(self, kind: str) -> list[str]:
        """Return the columns by which units of a type are grouped, in the order of the roster."""
        held = {key[4] for key in self.cells if key[0] == "gini" and key[2] == kind}
        return [by for by in ["", "type", *self.labels.cohorts] if by in held]

    def titled(self, kind: str, heading: str) -> str:
        """Return the accessible title of a picture."""
        return self.say("titled", type=self.kind(kind), heading=heading)

    def by(self, name: str) -> str:
        """Return how a column of the roster is called."""
        return self.say("column_by_type") if name == "type" else name

    def kind(self, kind: str) -> str:
        """Return the label of a type, or of all units."""
        return self.labels.kind(kind) if kind else self.labels.say("all_units")

    def most(self, kind: str) -> int:
        """Return the most units of a type that are scored in one year."""
        return max((self.cell("sigma", "sigma_all_units", kind, TOP, year)[2] for year in self.years), default=0)

    def enough(self, kind: str) -> bool:
        """Return whether some figure of a type could be made."""
        return any(key[2] == kind and cell[0] is not None for key, cell in self.cells.items())


def stored(value: float) -> float:
    """Return a number as the tables hold it, so that a run read back looks the same."""
    return float(f"{value:.10g}")


def _columns(found: Figures, kinds: dict[str, Kind], group: str = "") -> list[Column]:
    heading = f"group_{group}"
    return [
        Column(
            f"{group}:{key}" if group else key, found.say(f"column_{key}"), kind, found.say(heading) if group else ""
        )
        for key, kind in kinds.items()
    ]


def _typed(found: Figures) -> list[Column]:
    return [Column("type", found.labels.say("column_type"))] if found.labels.typed else []


def convergence(labels: Labels) -> Table:
    """σ in the first and the last year and β between them, of every item and type."""
    found, rows = Figures(labels), []
    years = found.years or [0]
    first, last = years[0], years[-1]
    for kind in found.kinds:
        for item in found.items:
            value, state, n = found.cell("beta", "beta", kind, item, last)
            if not state:  # an order has neither year
                value, state, n = found.cells.get(("beta", "beta", kind, item, "", "", ""), (None, "", 0))
            row: dict[str, Any] = {"type": found.kind(kind), "item": labels.code(item), "n": n, "beta": value}
            for name in ("standard_error", "p", "speed", "half_life"):
                row[name] = found.cell("beta", name, kind, item, last)[0]
            if state != "converging":
                row["half_life"] = None
            row["n_sigma"] = found.cell("sigma", "sigma", kind, item, last)[2] or None
            row["sigma_first"] = found.cell("sigma", "sigma", kind, item, first)[0]
            row["sigma_last"] = found.cell("sigma", "sigma", kind, item, last)[0]
            rows.append(row | {"state": found.state(state) if state else ""})
    kinds: dict[str, Kind] = {
        "n": "whole", "beta": "signed", "standard_error": "weight", "p": "p", "speed": "weight",
        "half_life": "score",
    }  # fmt: skip
    columns = (
        *_typed(found),
        Column("item", found.say("column_item"), "name"),
        Column("n_sigma", found.say("column_n_sigma"), "whole"),
        Column("sigma_first", found.say("column_sigma_first", year=first), "weight"),
        Column("sigma_last", found.say("column_sigma_last", year=last), "weight"),
        *_columns(found, kinds),
        Column("state", found.say("column_state"), width=24),
    )
    caption = found.say("convergence_caption", first=first, last=last)
    return Table("convergence", caption, columns, rows, found.say("convergence_note"))


def inequality(labels: Labels, only: str = "") -> Table:
    """Gini coefficient and Theil index with their parts, by year; of one item alone where `only` names it."""
    found, rows = Figures(labels), []
    parts: dict[str, dict[str, Kind]] = {
        "gini": {"total": "weight", "within": "weight", "net_between": "weight", "transvariation": "weight"},
        "theil": {"total": "weight", "within": "weight", "between": "weight"},
    }
    for kind in found.main:
        for item in [only] if only else found.items:
            for by in found.bys(kind):
                for year in found.years:
                    _, state, n = found.cell("gini", "total", kind, item, year, by)
                    if not state:
                        continue
                    row = {"type": found.kind(kind), "item": labels.code(item), "by": found.by(by), "year": str(year)}
                    figures = {
                        f"{group}:{name}": found.cell(group, name, kind, item, year, by)[0]
                        for group, names in parts.items()
                        for name in names
                    }
                    rows.append(row | {"n": n} | figures | {"state": "" if state == "defined" else found.state(state)})
    columns = [*_typed(found), Column("item", found.say("column_item"), "name"), Column("by", found.say("column_by"))]
    columns += [Column("year", found.say("column_year")), Column("n", found.say("column_n"), "whole")]
    for group, names in parts.items():
        columns += _columns(found, names, group)
    if any(row["state"] for row in rows):
        columns.append(Column("state", found.say("column_state"), width=24))
    return Table("inequality", found.say("inequality_caption"), tuple(columns), rows, found.say("inequality_note"))


def classes(labels: Labels, only: str = "") -> Table:
    """What becomes of every class; of one item alone where `only` names it."""
    found, rows = Figures(labels), []
    table = labels.results.transitions
    size = 0 if table is None or table.empty else int(table["from_class"].max())
    kinds: dict[str, Kind] = {
        "upper_cut": "score", "share_first": "share", "share_last": "share", "ergodic": "share", "sojourn": "score",
    }  # fmt: skip
    for kind in found.kinds:
        for item in [only] if only else found.items:
            for one in range(1, size + 1):
                row = {"type": found.kind(kind), "item": labels.code(item), "class": one}
                states = []
                for name in kinds:
                    year = found.years[0] if name == "share_first" else found.years[-1]
                    value, state, _ = found.cell("transitions", name, kind, item, year, "", str(one))
                    row[name] = value
                    if name in ("ergodic", "sojourn") and state not in ("", "defined", "unique"):
                        states.append(found.state(state))
                if any(row[name] is not None for name in kinds):
                    rows.append(row | {"state": labels.listed(dict.fromkeys(states))})
    columns = [*_typed(found), Column("item", found.say("column_item"), "name")]
    columns += [Column("class", found.say("column_class"), "whole"), *_columns(found, kinds)]
    if any(row["state"] for row in rows):
        columns.append(Column("state", found.say("column_state"), width=24))
    return Table("classes", found.say("classes_caption"), tuple(columns), rows, found.say("classes_note"))


def moves(labels: Labels) -> Table:
    """Every transition matrix, one row a pair of classes."""
    found, rows = Figures(labels), []
    table = labels.results.transitions
    for record in [] if table is None else table.to_dict("records"):
        states = [str(record[name]) for name in ("row_state", "passage_state")]
        row = {"type": found.kind(str(record["type"])), "item": labels.code(str(record["item"]))}
        row |= {key: plain(record[key]) for key in ("from_class", "to_class", "count", "probability", "first_passage")}
        said = dict.fromkeys(found.state(state) for state in states if state != "defined")
        rows.append(row | {"state": labels.listed(said)})
    kinds: dict[str, Kind] = {
        "from_class": "whole", "to_class": "whole", "count": "whole", "probability": "weight", "first_passage": "score",
    }  # fmt: skip
    columns = [*_typed(found), Column("item", found.say("column_item"), "name"), *_columns(found, kinds)]
    if any(row["state"] for row in rows):
        columns.append(Column("state", found.say("column_state"), width=24))
    return Table("moves", found.say("moves_caption"), tuple(columns), rows)
