"""What a comparison holds."""

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from evaluate.comparison.split import Scheme
from indicators.texts import text

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("framework", "data", "weights", "normalisation", "aggregation", "joint")
"""What a difference is made of; `joint` comes from factors that cannot be told apart."""
TABLES = ("composites", "indicators", "reversals", "weights", "summary", "agreement", "framework", "units")


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """The difference of two runs, or of two years of one, with what it comes from.

    `composites`: unit, name, type, year_a, year_b, composite_a, composite_b, difference, the parts that sum to it,
    relearned, rank_a, rank_b, rank_change. `relearned` is the share of the data that no indicator has: weights and
    references learned anew from other data, and vetoes. Ranks are those within type; a positive change is a rise.

    `indicators`: unit, code, value_a, value_b, score_a, score_b, part; the parts and `relearned` sum to that of the
    data. `reversals`: type, fell, fell_name, rose, rose_name, lead_a, lead_b, factor, part, indicator: units of one
    type of which `fell` was ahead in the first and is behind in the second, with the factor that did most to it.

    `weights`: type, level, code, parent, weight_a, weight_b, effective_a, effective_b. `summary`: factor, mean,
    mean_absolute, share, share_of_order, reversals. `agreement`: type, units, spearman, kendall, reversals, pairs.
    `framework`: code, what, first, second. `units`: unit, name, what, reason.
    """

    first: dict[str, Any]
    """Title, run id, framework, year and digest of the first run."""
    second: dict[str, Any]
    players: tuple[str, ...]
    """The factors in which the runs differ."""
    joint: tuple[tuple[str, ...], ...]
    """Factors that cannot be told apart, since a mixture of them cannot be computed."""
    schemes: tuple[Scheme, ...]
    """How the part of the data was shared out among the indicators."""
    orders: int
    """The least number of orders drawn for it; 0 when none were."""
    notes: tuple[str, ...]
    """What is to be known of the comparison, by text key."""
    reversed_pairs: int
    """All reversals, of which the table holds those that moved most."""
    composites: "pd.DataFrame"
    indicators: "pd.DataFrame"
    reversals: "pd.DataFrame"
    weights: "pd.DataFrame"
    summary: "pd.DataFrame"
    agreement: "pd.DataFrame"
    framework: "pd.DataFrame"
    units: "pd.DataFrame"

    def about(self) -> dict[str, Any]:
        """Return everything but the tables as plain data."""
        return {
            "first": self.first,
            "second": self.second,
            "differ": list(self.players),
            "joint": [list(block) for block in self.joint],
            "indicators_by": list(self.schemes),
            "orders": self.orders,
            "notes": list(self.notes),
            "reversals": self.reversed_pairs,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, missing numbers as None."""
        return self.about() | {"tables": {name: _records(getattr(self, name)) for name in TABLES}}

    def __repr__(self) -> str:
        one, other = (f"{run['run_id']} {run['year']}" for run in (self.first, self.second))
        return f"Comparison({one} → {other}: {len(self.composites)} units, {self.reversed_pairs} reversals)"

    def _repr_html_(self) -> str:
        """Show what the change comes from, for a notebook."""
        shown = self.summary.copy()
        shown["factor"] = [text(f"comparison.factor_{code}", "en") for code in shown["factor"]]
        return f"<p><b>{escape(repr(self))}</b></p>{shown.to_html(index=False, float_format='{:.3f}'.format)}"


def _records(table: "pd.DataFrame") -> list[dict[str, Any]]:
    # what is missing is no number in JSON
    plain = table.astype(object).where(table.notna(), None)
    return [{str(key): _plain(value) for key, value in row.items()} for row in plain.to_dict("records")]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
