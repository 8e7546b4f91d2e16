"""Autocorrelation of every item, pair and category in every year, under every rule; what is doubtful is said."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from evaluate.spatial.autocorrelation.items import KEY, Source, joins_of, names_of, pairs_of
from evaluate.spatial.autocorrelation.tables import FORMS, Item, Row, agreement_rows, join_rows, local_rows, overall_row
from evaluate.spatial.quantities import outputs_of
from evaluate.spatial.setting import Found, Setting
from evaluate.spatial_spec import AutocorrelationSpec
from indicators.errors import Fault
from indicators.texts import both

if TYPE_CHECKING:
    from geo.autocorrelation import Clusters, Local

SMALL = 30
"""Units with a value below which patterns may rest on single units, and the run says so."""


def found(setting: Setting) -> Found:
    """Return the tables of the analysis; nothing where it is not asked for.

    Raises:
        InputError: what a rule of neighbourhood or a formula needs and does not find.
    """
    spec = setting.spec.autocorrelation
    if spec is None:
        return Found()
    made = _Analysis(setting, spec)
    years = setting.years if spec.years == "all" else [setting.scores.values.panel.rank]
    for year in years:
        for name, key in names_of(spec, setting.scores.framework):
            made.look(made.source.item(name), year, [made.source.values(name, year, key)])
        for here, around, key in pairs_of(spec, setting.scores.framework):
            values = [made.source.values(name, year, key) for name in (here, around)]
            made.look(made.source.item(here, around), year, values)
        for name, _ in joins_of(spec, setting.scores.framework):
            made.join(name, year)
    tables = zip(FORMS, (made.overall, made.joins, made.local, made.agreement), strict=True)
    return Found({form.name: form.frame(rows) for form, rows in tables}, made.warnings())


class _Analysis:
    """Rows as they are found."""

    def __init__(self, setting: Setting, spec: AutocorrelationSpec) -> None:
        self.setting, self.spec, self.source = setting, spec, Source(setting)
        self.overall: list[Row] = []
        self.joins: list[Row] = []
        self.local: list[Row] = []
        self.agreement: list[Row] = []
        self._fewest: int | None = None
        self._tested = 0
        self._unmarked: dict[Item, int] = {}
        """Units tested of what has, in the rank year, a significant statistic of the whole map and a coarse p."""
        self._marked: set[Item] = set()
        """What some rule marks a unit of in the rank year."""

    @property
    def _drawn(self) -> dict[str, Any]:
        return {"permutations": self.spec.permutations, "seed": self.spec.seed, "tail": self.spec.tail}

    def look(self, item: Item, year: int, values: list[pd.Series]) -> None:
        """Take one item, or pair, in one year: every statistic under every rule."""
        from geo.autocorrelation import agreement, clusters, scatter
        from geo.autocorrelation.clusters import RULES_AT_LEAST
        from geo.autocorrelation.local import KINDS

        kinds = set(KINDS) - {""}
        significant = set()
        own = year == self.setting.scores.values.panel.rank
        for name, near in self.setting.neighbours.items():
            for statistic in _overall(item, self.spec):
                one = statistic(*values, near, **self._drawn)
                if one.simulated.p < self.spec.level:
                    significant.add((one.statistic, name))
                self.overall.append(overall_row(item, year, name, one))
                self._fewest = one.n if self._fewest is None else min(self._fewest, one.n)
        for word, local in _local(item, self.spec).items():
            marked: dict[str, Clusters] = {}
            for name, near in self.setting.neighbours.items():
                one = local(*values, near, **self._drawn)
                marked[name] = clusters(one, level=self.spec.level, control=self.spec.control)
                if own and kinds & set(marked[name].labels):
                    self._marked.add(item)
                if marked[name].coarse:
                    tested = marked[name].tested
                    self._tested = max(self._tested, tested)
                    if own and (word.removesuffix("_star"), name) in significant:
                        self._unmarked[item] = max(self._unmarked.get(item, 0), tested)
                plot = scatter(near, *values) if "moran" in word else None
                self.local += local_rows(item, year, name, one, marked[name], plot)
            if len(marked) >= RULES_AT_LEAST:
                self.agreement += agreement_rows(item, year, word, agreement(marked), list(marked))

    def join(self, name: str, year: int) -> None:
        """Count the joins of one set of categories in one year under every rule."""
        from geo.autocorrelation import join_counts

        categories = self.source.categories(name, year)
        for rule, near in self.setting.neighbours.items():
            self.joins += join_rows(name, year, rule, join_counts(categories, near, **self._drawn))

    def warnings(self) -> tuple[Fault, ...]:
        """Return what a reader must know of the figures: few units, few rules, coarse p."""
        from geo.autocorrelation.clusters import RULES_AT_LEAST

        place = self.setting.place(KEY)
        out = []
        if self._fewest is not None and self._fewest < SMALL:
            out.append(Fault("patterns.small_sample", {"count": self._fewest, "least": SMALL}, place))
        if len(self.setting.neighbours) < RULES_AT_LEAST:
            values = {"count": len(self.setting.neighbours), "least": RULES_AT_LEAST}
            out.append(Fault("patterns.few_rules", values, place))
        at = self.setting.place((*KEY, "permutations"))
        if self._tested and self.spec.control == "bonferroni":
            out.append(Fault("patterns.coarse", self._fineness(self._tested), at))
        elif self.spec.control == "fdr":
            for item, tested in self._unmarked.items():
                if item not in self._marked:
                    told = {"item": self._label(item), "year": self.setting.scores.values.panel.rank}
                    out.append(Fault("patterns.coarse_discovery", self._fineness(tested) | told, at))
        return tuple(out)

    def _label(self, item: Item) -> dict[str, str]:
        """Return what an item, or a pair, is called."""
        outputs = set(outputs_of(self.setting.scores.framework))
        here, *around = (
            self.setting.quantities.label(name.partition(".")[0] if name in outputs else name)
            for name in (item.name, item.other)
            if name
        )
        return both("patterns.pair", here=here, around=around[0]) if around else here

    def _fineness(self, tested: int) -> dict[str, object]:
        """Return how many permutations it takes for a unit that stands alone among those tested."""
        two_sided = 2 if self.spec.tail == "two_sided" else 1
        needed = math.ceil(two_sided * tested / self.spec.level - 1e-9) - 1
        return {"permutations": self.spec.permutations, "count": tested, "needed": needed}


def _overall(item: Item, spec: AutocorrelationSpec) -> list[Callable[..., Any]]:
    """Return the statistics of the whole map that fit an item; of a pair there is the bivariate Moran alone."""
    from geo.autocorrelation import bivariate_moran, geary, getis_ord, moran

    known = {"moran": moran, "geary": geary, "getis_ord": getis_ord}
    if item.other:
        return [bivariate_moran] if "moran" in spec.statistics else []
    # Deviations from a mean have no products that G could add up.
    return [known[name] for name in spec.statistics if name != "getis_ord" or item.scale == "as_is"]


def _local(item: Item, spec: AutocorrelationSpec) -> Mapping[str, "Callable[..., Local]"]:
    """Return the statistics of each unit that fit an item by name; of a pair there is the bivariate Moran alone."""
    from functools import partial

    from geo.autocorrelation import local_bivariate_moran, local_geary, local_getis_ord, local_moran

    if item.other:
        return {"bivariate_moran": local_bivariate_moran} if "moran" in spec.local else {}
    known: dict[str, Callable[..., Local]] = {
        "moran": local_moran, "geary": local_geary, "getis_ord": local_getis_ord,
        "getis_ord_star": partial(local_getis_ord, star=True),
    }  # fmt: skip
    return {name: known[name] for name in spec.local}
