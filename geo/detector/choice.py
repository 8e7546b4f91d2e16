"""The whole table of q: every variable × way of cutting × number of classes, and which is taken by a stated rule."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from geo.detector import Array, Codes
from geo.detector.cutting import WAYS, Cut, Way, cuts, steps_between, tree_splits
from geo.detector.factor import share
from geo.detector.guard import refuse_made_of
from geo.detector.permutation import BATCH
from geo.detector.sample import SMALLEST, warned
from indicators.errors import Place, fault

Rule = Literal["q", "adjusted"]
CLASSES = (3, 4, 5, 6, 7, 8)


@dataclass(frozen=True)
class Row:
    """One variable cut in one way into so many classes; NaN where `state` says that there is no q."""

    variable: str
    cut: Cut
    q: float
    adjusted: float
    """1 − (1 − q)(N − 1)/(N − L): q less what more classes bring by themselves; may be below 0."""
    smallest: int
    """Units in the smallest stratum."""
    warnings: tuple[str, ...]
    """What weakens q: a small sample, strata smaller than the rule asks for, strata of one unit."""
    eligible: bool
    """Whether every stratum has as many units as the rule asks for."""
    chosen: bool
    state: str


@dataclass(frozen=True)
class Choice:
    """The table of q and what was chosen for each variable."""

    rows: tuple[Row, ...]
    best: Mapping[str, Row]
    """By variable; a variable without an eligible cut is absent."""
    rule: Rule
    minimum: int
    n: int
    dropped: int
    """Rows left out: the explained variable or one of the others is missing."""
    made_of: tuple[str, ...]
    """Variables that the explained one is made of, let pass by force."""
    y: Array
    """(n,) the explained variable of the rows used."""
    values: Mapping[str, Array]
    """By variable (n,) in the rows used."""


def choose(
    y: ArrayLike,
    variables: Mapping[str, ArrayLike],
    *,
    ways: Sequence[Way] = WAYS,
    classes: Sequence[int] = CLASSES,
    minimum: int = SMALLEST,
    rule: Rule = "q",
    explained: str = "y",
    made_of: Collection[str] = (),
    forced: bool = False,
    names: Mapping[str, object] | None = None,
    place: Place | None = None,
) -> Choice:
    """Return q for every variable, way of cutting and number of classes, and the best of each variable.

    Rule: of the cuts whose every stratum has at least `minimum` units, the greatest q (or adjusted q); equal ones, to
    1e-9, go to fewer classes, then to the way named first. Since q grows with the number of classes by itself,
    `adjusted` is the milder rule.

    Args:
        y: (n,) the explained variable; NaN where missing.
        variables: by name (n,) numbers; NaN where missing. Categories need no cutting: see `sample`.
        ways: of cutting.
        classes: numbers of classes, each at least 2.
        minimum: units a stratum must have.
        rule: `q` or `adjusted`.
        explained, made_of, forced, names, place: as for `sample`.

    Raises:
        ValueError: lengths differ.
        InputError: no row is complete, or the explained variable is constant or made of another.

    Source: Song et al. 2020, GIScience & Remote Sensing 57:593–610 (the choice by the greatest q).

    >>> made = choose([1.0, 1, 1, 9, 9, 9], {"x": [1.0, 2, 3, 4, 5, 6]}, ways=["equal"], classes=[2, 3], minimum=2)
    >>> [(row.cut.asked, round(row.q, 3), row.chosen) for row in made.rows]
    [(2, 1.0, True), (3, 0.667, False)]
    """
    inside = refuse_made_of(explained, variables, made_of, forced=forced, names=names, place=place)
    target = np.array(y, dtype=float)
    columns = {name: np.array(column, dtype=float) for name, column in variables.items()}
    if any(column.shape != target.shape for column in columns.values()):
        raise ValueError("the explained variable and every other need one value a unit")
    known = np.isfinite(target) & np.all([np.isfinite(c) for c in columns.values()] or [target == target], axis=0)
    if not known.any():
        raise fault("detector.no_rows", place, found=len(target))
    used = target[known]
    if np.abs(used - used.mean()).max() <= 1e-12 * max(float(np.abs(used).max()), np.finfo(float).tiny):
        raise fault("detector.constant_explained", place, found=len(used))
    held = {name: column[known] for name, column in columns.items()}
    rows: list[Row] = []
    best: dict[str, Row] = {}
    for name, column in held.items():
        mine = [
            _row(name, cut, used, minimum)
            for way in ways
            for cut in cuts(column, way, classes, y=used, smallest=minimum)
        ]
        at = _best(mine, rule)
        rows += [row if place != at else _taken(row) for place, row in enumerate(mine)]
        if at is not None:
            best[name] = _taken(mine[at])
    return Choice(tuple(rows), best, rule, minimum, len(used), int(len(target) - len(used)), inside, used, held)


def choice_p(made: Choice, *, permutations: int = 999, seed: int = 1) -> dict[str, float]:
    """Return for each variable the permutation p of its best q, the choice among cuts being made anew each time.

    The p of a cut chosen for its q is too small, that of a tree grown on y more so. Here every shuffle of y chooses
    again: p = (1 + number of shuffles whose best q* ≥ q)/(1 + shuffles).

    Args:
        made: the table.
        permutations: shuffles, at least 1.
        seed: of the shuffles, which all variables share.

    Source: Westfall and Young 1993, Resampling-Based Multiple Testing, chapter 2 (the greatest of many statistics).

    >>> rng = np.random.default_rng(3)
    >>> noise = choose(rng.normal(size=60), {"x": rng.normal(size=60)})
    >>> choice_p(noise, permutations=99)["x"] > 0.05
    True
    """
    if permutations < 1:
        raise ValueError("at least one permutation is needed")
    tests = {name: _Chosen(made, name) for name in made.best}
    # Shuffles start from the values in order, so that every variable sees the same ones whatever its own order.
    start = np.sort(made.y - made.y.mean())
    total = float(start @ start)
    rng = np.random.default_rng(seed)
    reached = dict.fromkeys(tests, 0)
    for first in range(0, permutations, BATCH):
        some = min(BATCH, permutations - first)
        sums = np.zeros((made.n + 1, some))
        np.cumsum(np.column_stack([rng.permutation(start) for _ in range(some)]), axis=0, out=sums[1:])
        grown: dict[tuple[bytes, int], list[list[float]]] = {}
        for name, test in tests.items():
            found = test.fixed(sums, total)
            if test.leaves:
                key = (test.between.tobytes(), max(test.leaves))
                if key not in grown:  # a tree knows of a variable only where its values step up
                    grown[key] = [test.gains(column) for column in sums.T]
                found = np.maximum(found, [test.tree(gains, total) for gains in grown[key]])
            reached[name] += int((found >= test.bar).sum())
    return {name: (1 + count) / (1 + permutations) for name, count in reached.items()}


class _Chosen:
    """All cuts of one variable, to be tried on shuffles that are told as sums over the units in its order."""

    def __init__(self, made: Choice, name: str) -> None:
        self.made, best = made, made.best[name]
        rows = [row for row in made.rows if row.variable == name]
        order = np.lexsort((made.y, made.values[name]))
        self.bar = float(_merit(best.q, best.cut.classes, made.n, made.rule)) - 1e-9
        self.between = steps_between(made.values[name][order])
        self.leaves = [row.cut.asked for row in rows if row.cut.way == "tree"]
        # Classes are stretches of the order, so that the sums at their ends tell all of them.
        ends = [
            np.concatenate([[0], np.cumsum(np.bincount(row.cut.codes))])
            for row in rows
            if row.eligible and row.cut.way != "tree"
        ]
        self.sizes = np.array([len(one) - 1 for one in ends], dtype=np.intp)
        self.ends = np.concatenate(ends) if ends else np.empty(0, dtype=np.intp)
        last = np.cumsum(self.sizes + 1)
        self.classes = np.delete(np.arange(max(len(self.ends) - 1, 0)), last[:-1] - 1)
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]]) if ends else np.empty(0, dtype=np.intp)

    def fixed(self, sums: Array, total: float) -> Array:
        """Return the greatest merit of the cuts that do not look at y, for each shuffle."""
        if not len(self.sizes):
            return np.full(sums.shape[1], -np.inf)
        between = np.diff(sums[self.ends], axis=0)[self.classes]
        between *= between
        between /= np.diff(self.ends)[self.classes][:, None]
        q = np.add.reduceat(between, self.starts, axis=0) / total
        made: Array = _merit(q, self.sizes[:, None], self.made.n, self.made.rule).max(axis=0)
        return made

    def gains(self, sums: Array) -> list[float]:
        """Return what the splits of the tree grown on one shuffle gain, in turn."""
        return [gain for _, gain in tree_splits(sums, self.between, max(self.leaves), self.made.minimum)]

    def tree(self, gains: Sequence[float], total: float) -> float:
        """Return the greatest merit of the trees of one shuffle; −∞ where nothing is split."""
        q = np.cumsum(gains) / total
        held = sorted({min(asked - 1, len(gains)) for asked in self.leaves} - {0})
        merits = [float(_merit(q[splits - 1], splits + 1, self.made.n, self.made.rule)) for splits in held]
        return max(merits, default=-np.inf)


def _row(name: str, cut: Cut, y: Array, minimum: int) -> Row:
    counts = np.bincount(cut.codes)
    q, state = share(y, cut.codes)
    if cut.state in ("constant", "not_positive") or state == "single_stratum":
        nothing = float("nan")
        told = cut.state if cut.state in ("constant", "not_positive") else state
        return Row(name, cut, nothing, nothing, int(counts.min()), (), False, False, told)
    adjusted = float(_merit(q, len(counts), len(y), "adjusted")) if state != "every_unit_alone" else float("nan")
    eligible = bool(counts.min() >= minimum) and state != "every_unit_alone"
    met = warned(len(y), counts, smallest=minimum)
    told = state if state != "defined" else cut.state
    return Row(name, cut, q, adjusted, int(counts.min()), met, eligible, False, told)


def _merit(q: Array | float, classes: Codes | int, n: int, rule: Rule) -> Array:
    made = q if rule == "q" else 1 - (1 - np.asarray(q)) * (n - 1) / (n - np.asarray(classes))
    return np.asarray(made, dtype=float)


def _best(rows: Sequence[Row], rule: Rule) -> int | None:
    able = [place for place, row in enumerate(rows) if row.eligible]
    if not able:
        return None
    merit = [rows[place].q if rule == "q" else rows[place].adjusted for place in able]
    equal = [place for place, one in zip(able, merit, strict=True) if one >= max(merit) - 1e-9]
    return min(equal, key=lambda place: (rows[place].cut.classes, place))


def _taken(row: Row) -> Row:
    return replace(row, chosen=True)
