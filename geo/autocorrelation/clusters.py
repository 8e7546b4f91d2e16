"""Clusters: which units a local statistic marks, and whether other rules of neighbourhood mark them as well."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.autocorrelation.discovery import Control, cut
from geo.autocorrelation.local import KINDS, Local
from geo.autocorrelation.sample import UNIT_STATES
from indicators.texts import both

PLAIN = "not_significant"
LABELS = (*(kind for kind in KINDS if kind), PLAIN, *(state for state in UNIT_STATES if state != "defined"))
"""What a unit may be called: what it is, that it is nothing special, or why nothing can be said."""
RULES_AT_LEAST = 3
"""Rules from which agreement is told."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """The label of every unit."""

    codes: tuple[str, ...]
    labels: NDArray[np.str_]
    """(n,): see `LABELS`."""
    level: float
    control: str
    cut: float
    """The p up to which a unit is marked."""
    tested: int
    """Units with a p."""
    coarse: bool
    """Whether a unit that stood alone could not be marked: the permutations give no p as small as `level`/`tested`."""

    @property
    def counts(self) -> dict[str, int]:
        """How many units bear each label that occurs, in the order of `LABELS`."""
        return {label: found for label in LABELS if (found := int((self.labels == label).sum()))}


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far the labels of several rules agree."""

    table: pd.DataFrame
    """By unit: the label under each rule, `agree` (true, false, or missing where a rule has no statistic), `label`, the
    commonest (empty when no label is commoner than all others), and `share`, of the rules that give it."""
    compared: int
    """Units with a statistic under every rule."""
    share: float
    """Of those, how many bear one label under all rules; NaN when there are none."""
    marked: int
    """Of those, units that some rule marks."""
    share_of_marked: float
    """Of the marked ones, how many bear one label under all rules; NaN when there are none."""


def clusters(local: Local, *, level: float = 0.05, control: Control = "fdr") -> Clusters:
    """Return the label of every unit: its kind where p is small enough, `not_significant`, or its state.

    Args:
        local: any local statistic; the p of its permutations is used.
        level: α: under `fdr` the share of chance findings among the marked units that is accepted.
        control: of false discoveries, see `geo.autocorrelation.discovery.cut`.

    Raises:
        ValueError: a level that is none.

    Source: Anselin 1995, Geographical Analysis 27:93; de Castro & Singer 2006, 38:180.

    >>> import pandas as pd
    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> line = pd.DataFrame({"from": list("abcbcd"), "to": list("bcdabc")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcd"), tables={"line": line}))
    >>> rising = dict(zip("abcd", [1, 2, 3, 4]))
    >>> from geo.autocorrelation import local_moran
    >>> clusters(local_moran(rising, near)).counts  # of four units nothing is sure
    {'not_significant': 4}
    """
    tested = ~np.isnan(local.p)
    limit = cut(local.p, level, control)
    marked = tested & (np.nan_to_num(local.p, nan=2.0) <= limit * (1 + 1e-12))
    labels = np.where(marked, local.kinds, np.where(local.states == "defined", PLAIN, local.states))
    count = int(tested.sum())
    finest = cut(local.p, level, "none" if control == "none" else "bonferroni")
    return Clusters(local.codes, labels, level, control, limit, count, local.least_p > finest)


def agreement(by_rule: Mapping[str, Clusters]) -> Agreement:
    """Return how far the labels under several rules of neighbourhood agree.

    A unit that no rule marks agrees as well, and most are such: `share_of_marked` tells about the others.

    Args:
        by_rule: at least three clusterings of the same units, by the name of the rule.

    Raises:
        ValueError: fewer than three, or of different units.

    Source: the share of equal labels; what it means is this project's own choice.

    >>> import pandas as pd
    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> line = pd.DataFrame({"from": list("abcbcd"), "to": list("bcdabc")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcd"), tables={"line": line}))
    >>> rising = dict(zip("abcd", [1, 2, 3, 4]))
    >>> from geo.autocorrelation import local_moran
    >>> one = clusters(local_moran(rising | {"d": None}, near))
    >>> made = agreement({"queen": one, "rook": one, "near": one})
    >>> made.compared, made.marked, made.table["label"].tolist()  # three units are too few
    (0, 0, ['too_few', 'too_few', 'too_few', 'missing'])
    """
    if len(by_rule) < RULES_AT_LEAST or len({made.codes for made in by_rule.values()}) > 1:
        raise ValueError("clusters of the same units under at least three rules are needed")
    codes = next(iter(by_rule.values())).codes
    labels = np.array([made.labels for made in by_rule.values()], dtype=object)
    compared: NDArray[np.bool_] = np.array([not set(labels[:, at]) & set(UNIT_STATES) for at in range(len(codes))])
    same: NDArray[np.bool_] = np.array([len(set(labels[:, at])) == 1 for at in range(len(codes))])
    marked: NDArray[np.bool_] = compared & np.array([set(labels[:, at]) != {PLAIN} for at in range(len(codes))])
    commonest = [_commonest(labels[:, place]) for place in range(len(codes))]
    table = pd.DataFrame({name: made.labels for name, made in by_rule.items()}, index=pd.Index(codes, name="unit"))
    table["agree"] = pd.Series(same, index=table.index, dtype="boolean").where(compared)
    table["label"] = [label for label, _ in commonest]
    table["share"] = [count / len(by_rule) for _, count in commonest]
    return Agreement(
        table=table,
        compared=int(compared.sum()),
        share=_share(same, compared),
        marked=int(marked.sum()),
        share_of_marked=_share(same, marked),
    )


def _commonest(labels: Any) -> tuple[str, int]:
    names, counts = np.unique(labels.astype(str), return_counts=True)
    most = int(counts.max())
    return (str(names[counts.argmax()]) if (counts == most).sum() == 1 else "", most)


def _share(same: NDArray[np.bool_], of: NDArray[np.bool_]) -> float:
    return float(same[of].mean()) if of.any() else float("nan")


def named(label: str) -> dict[str, str]:
    """Return what a label is called in both languages.

    >>> named("HH")["en"]
    'high, surrounded by high'
    """
    return both(f"autocorrelation.{label.lower()}")
