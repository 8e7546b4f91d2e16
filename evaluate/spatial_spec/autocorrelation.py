"""Which values are tested for spatial autocorrelation, and how."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from indicators.spec import Number, Spec, Whole, refuse, shown

Statistic = Literal["moran", "geary", "getis_ord"]
LocalStatistic = Literal["moran", "geary", "getis_ord", "getis_ord_star"]

Pair = Annotated[list[str], Field(min_length=2, max_length=2)]


def _listed(value: object) -> object:
    """Refuse two names where a list of pairs is expected, and show how a pair is written."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        form = f"[[{', '.join((*value, '…')[:2])}]]"
        raise refuse("patterns.pairs_flat", form=shown(form).strip("'"), found=shown(value))
    return value


class AutocorrelationSpec(Spec):
    """Which values are tested for spatial autocorrelation, and how; under every rule of `neighbours`.

    Where scores of different types are not comparable, the composite and the dimensions are taken as standard
    deviations from the mean of their type and year, and results say so.
    """

    of: Annotated[list[str], Field(min_length=1)] | None = None
    """Scores, indicators, variables, correlates, outputs of measures (`code.output`) or formulas over variables; the
    composite and the top-level dimensions when absent."""
    pairs: Annotated[list[Pair] | None, BeforeValidator(_listed)] = None
    """Pairs of such values, the first here against the second around; when absent, of every co-control measure the
    fall in pollution against the fall in carbon around. An empty list: none."""
    joins: list[str] | None = None
    """Co-control measures, by the code of an indicator, and columns of the roster of which joins of equal and unequal
    categories are counted; every co-control measure when absent."""
    statistics: list[Statistic] = Field(default=["moran", "geary", "getis_ord"])
    """Statistics of the whole map."""
    local: list[LocalStatistic] = Field(default=["moran", "getis_ord_star"])
    """Statistics of every unit; `getis_ord_star` counts a unit among its own neighbours."""
    years: Literal["rank", "all"] = "rank"
    """The rank year, or every scored year."""
    permutations: Annotated[Whole, Field(ge=99, le=99_999)] = 999
    """Random orders of the values that p is taken from."""
    seed: Annotated[Whole, Field(ge=0)] = 1
    """Seed of the permutations."""
    tail: Literal["two_sided", "directed", "greater", "lesser"] = "two_sided"
    """`two_sided`: twice the smaller tail; `directed`: the smaller tail, half as large, as GeoDa reports it; `greater`,
    `lesser`: one tail."""
    level: Annotated[Number, Field(gt=0, lt=1)] = 0.05
    """Significance level of clusters; under `fdr` the share of chance findings among marked units that is accepted."""
    control: Literal["fdr", "bonferroni", "none"] = "fdr"
    """What is done about testing many units at once."""

    @property
    def quantities(self) -> list[str]:
        """What is looked at, by code or formula."""
        return [*(self.of or []), *(name for pair in self.pairs or [] for name in pair)]
