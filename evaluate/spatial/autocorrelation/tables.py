"""The tables of spatial autocorrelation: their columns, and rows from statistics."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluate.forms import Form
from evaluate.methods.base import Array

if TYPE_CHECKING:
    from geo.autocorrelation import Agreement, Clusters, JoinCounts, Local, Overall

Row = dict[str, object]

OVERALL = Form(
    "autocorrelation",
    {
        "statistic": "text", "item": "text", "other": "text", "rule": "text", "year": "whole", "value": "number",
        "expected": "number", "z": "number", "p_normal": "number", "mean_permuted": "number",
        "deviation_permuted": "number", "z_permuted": "number", "p": "number", "n": "whole", "links": "whole",
        "missing": "whole", "islands": "whole", "scale": "text", "state": "text",
    },
)  # fmt: skip
JOINS = Form(
    "join_counts",
    {
        "item": "text", "rule": "text", "year": "whole", "one": "text", "other": "text", "joins": "number",
        "expected": "number", "mean_permuted": "number", "deviation_permuted": "number", "p": "number", "n": "whole",
        "missing": "whole", "islands": "whole", "state": "text",
    },
)  # fmt: skip
LOCAL = Form(
    "local_autocorrelation",
    {
        "statistic": "text", "item": "text", "other": "text", "rule": "text", "year": "whole", "unit": "text",
        "value": "number", "z": "number", "p": "number", "p_adjusted": "number", "kind": "text", "cluster": "text",
        "here": "number", "around": "number", "state": "text",
    },
)  # fmt: skip
AGREEMENT = Form(
    "cluster_agreement",
    {
        "statistic": "text", "item": "text", "other": "text", "year": "whole", "unit": "text", "label": "text",
        "agreeing": "whole", "marking": "whole", "rules": "whole", "share": "number",
    },
)  # fmt: skip
FORMS = (OVERALL, JOINS, LOCAL, AGREEMENT)


@dataclass(frozen=True)
class Item:
    """One thing that is looked at: a value, or one here against another around."""

    name: str
    other: str = ""
    scale: str = "as_is"
    """`as_is`, or `within_type` where scores are taken as standard deviations from the mean of their type."""

    def key(self, year: int, rule: str = "") -> Row:
        """Return the columns that say what a row is about."""
        return {"item": self.name, "other": self.other, "year": year} | ({"rule": rule} if rule else {})


def overall_row(item: Item, year: int, rule: str, found: "Overall") -> Row:
    """Return the row of one statistic of the whole map."""
    exact, drawn = found.randomised, found.simulated
    return item.key(year, rule) | {
        "statistic": found.statistic, "value": found.value, "expected": exact.expected, "z": exact.z,
        "p_normal": exact.p, "mean_permuted": drawn.expected, "deviation_permuted": drawn.deviation,
        "z_permuted": drawn.z, "p": drawn.p, "n": found.n, "links": found.links, "missing": len(found.missing),
        "islands": len(found.islands), "scale": item.scale,
        "state": found.state if found.state != "defined" else drawn.state,
    }  # fmt: skip


def local_rows(
    item: Item, year: int, rule: str, found: "Local", marked: "Clusters", plot: tuple[Array, Array] | None
) -> Iterator[Row]:
    """Yield a row for each unit.

    Args:
        item: what is looked at.
        year: of the values.
        rule: name of the rule of neighbourhood.
        found: the statistic of every unit.
        marked: its clusters.
        plot: value here and around in standard deviations, for a Moran.
    """
    key = item.key(year, rule)
    corrected = adjusted_p(found.p, marked.control)
    nothing = np.full(len(found.codes), math.nan)
    here, around = plot or (nothing, nothing)
    for at, unit in enumerate(found.codes):
        yield key | {
            "statistic": found.statistic, "unit": unit, "value": found.value[at], "z": found.z[at], "p": found.p[at],
            "p_adjusted": corrected[at], "kind": str(found.kinds[at]), "cluster": str(marked.labels[at]),
            "here": here[at], "around": around[at], "state": str(found.states[at]),
        }  # fmt: skip


def adjusted_p(p: Array, control: str) -> Array:
    """Return p adjusted for many tests: q of Benjamini and Hochberg, m p of Bonferroni, or p as it is.

    >>> adjusted_p(np.array([0.01, 0.2]), "bonferroni").tolist()
    [0.02, 0.4]
    """
    from geo.autocorrelation import adjusted

    if control == "fdr":
        return adjusted(p)
    tests = int((~np.isnan(p)).sum()) if control == "bonferroni" else 1
    return np.asarray(np.minimum(p * tests, 1.0))


def join_rows(item: str, year: int, rule: str, found: "JoinCounts") -> Iterator[Row]:
    """Yield a row for each pair of categories, and one with blank categories for all unlike joins together."""
    key: Row = {
        "item": item, "rule": rule, "year": year, "n": found.n, "missing": len(found.missing),
        "islands": len(found.islands), "state": found.state,
    }  # fmt: skip
    yield key | {
        "one": "", "other": "", "joins": found.unlike, "expected": found.unlike_expected, "p": found.unlike_p,
    }  # fmt: skip
    if found.state != "defined":
        return
    for row, one in enumerate(found.categories):
        for column in range(row, len(found.categories)):
            at = (row, column)
            yield key | {
                "one": one, "other": found.categories[column], "joins": found.counts[at],
                "expected": found.expected[at], "mean_permuted": found.simulated_mean[at],
                "deviation_permuted": found.simulated_deviation[at], "p": found.p[at],
            }  # fmt: skip


def agreement_rows(item: Item, year: int, statistic: str, found: "Agreement", rules: list[str]) -> Iterator[Row]:
    """Yield a row for each unit: the label that most rules give it, and how many give and mark it."""
    from geo.autocorrelation.clusters import PLAIN
    from geo.autocorrelation.sample import UNIT_STATES

    unmarked = {PLAIN, *UNIT_STATES}
    for unit, row in zip(found.table.index, found.table.to_dict("records"), strict=True):
        labels = [str(row[rule]) for rule in rules]
        yield item.key(year) | {
            "statistic": statistic, "unit": str(unit), "label": str(row["label"]),
            "agreeing": round(float(row["share"]) * len(rules)),
            "marking": sum(label not in unmarked for label in labels), "rules": len(rules), "share": row["share"],
        }  # fmt: skip
