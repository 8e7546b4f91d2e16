"""What local and global regressions explain, by what, and how far their results are tested."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from geo.regression.criteria import Criterion
from geo.regression.kernels import Kernel
from indicators.spec import Code, Number, Path, Spec, Whole
from indicators.structure import TOP

Model = Literal["ols", "lag", "error", "gwr", "mgwr", "gtwr"]
Bandwidth = Annotated[Number, Field(gt=0, le=1_000_000)]


def _searched(raw: Any) -> Any:
    return None if raw == "search" else raw


def _or_search(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [{"const": "search"} if option == {"type": "null"} else option for option in schema["anyOf"]]


MODELS: tuple[Model, ...] = get_args(Model)
LOCAL: tuple[Model, ...] = ("gwr", "mgwr", "gtwr")
"""Models whose coefficients vary over space."""


class VariabilitySpec(Spec):
    """The Monte-Carlo test of whether coefficients vary over space more than by chance."""

    permutations: Annotated[Whole, Field(ge=0, le=9999)] = 99
    """Times that units are put at each other's places at random; 0 leaves the test out."""
    seed: Whole = 1
    """Seed of the shuffles."""
    search: bool = False
    """Look for the bandwidth of every shuffle anew, which takes about 15 times as long; else keep the model's own."""
    multiscale: bool = False
    """Test `mgwr` as well, whose every shuffle takes as long as the backfitting itself."""


class PlaceColumn(Spec):
    """Where the table of further places holds an explaining variable."""

    column: str
    """Column of the table."""
    unit_of_measure: str | None = None
    """Unit of measure of its numbers, needed for variables and indicators; none for scores, correlates, formulas."""


class PlacesSpec(Spec):
    """A table of further places, for which local models predict."""

    path: str
    """File: CSV, XLSX or Parquet; relative to the assessment."""
    unit: str = "unit"
    """Column that holds a code for each place, other than those of the roster."""
    longitude: str = "longitude"
    """Column of longitudes in degrees, WGS 84."""
    latitude: str = "latitude"
    """Column of latitudes in degrees, WGS 84."""
    columns: Annotated[dict[str, PlaceColumn], Field(min_length=1)]
    """The column of each explaining variable."""
    encoding: str | None = None
    """Text encoding of a CSV; UTF-8 when absent."""
    sheet: str | None = None
    """Sheet of a workbook; the first when absent."""
    header_row: Annotated[Whole, Field(ge=1)] = 1
    """Row of the column names, counted from 1."""


class RegressionSpec(Spec):
    """One regression: a target, what explains it, and the models that are compared."""

    name: Code | None = None
    """Name in tables and on the map; the target's when absent. Needed where two regressions have one target."""
    target: str = TOP
    """What is explained: `composite`, the code of a dimension, indicator or variable, or a formula."""
    explained_by: Annotated[list[str], Field(min_length=1, max_length=20)]
    """Codes of indicators, variables or correlates, or formulas; none that the target is made of."""
    models: Annotated[list[Model], Field(min_length=1)] = Field(default=["ols", "gwr"])
    """`ols`; `lag` and `error` (spatial models, with neighbours); `gwr`; `mgwr`; `gtwr` over all scored years."""
    year: Annotated[Whole, Field(ge=1900, le=2200)] | None = None
    """Scored year that is explained; the rank year when absent. `gtwr` takes every scored year."""
    kernel: Kernel = "bisquare"
    """How the weight of a unit falls with distance."""
    adaptive: bool = True
    """Windows of as many nearest units everywhere; `false`: windows of one distance."""
    bandwidth: Annotated[Bandwidth | None, BeforeValidator(_searched), Field(json_schema_extra=_or_search)] = None
    """Number of nearest units, or km where not adaptive, of `gwr` and `gtwr`, and where `mgwr` begins; `search` or
    absent: the one with the least criterion."""
    criterion: Criterion = "aicc"
    """What the search for a bandwidth makes least."""
    time_shares: Annotated[list[Annotated[Number, Field(ge=0)]], Field(min_length=1, max_length=20)] = Field(
        default=[0, 0.01, 0.1, 1, 10, 100]
    )
    """How much time counts in the distances of `gtwr`, tried in turn: at 1 the whole span of years weighs as the whole
    extent of the country, at 0 not at all."""
    standardise: bool = True
    """Take z scores of target and variables, so that coefficients and the bandwidths of `mgwr` compare."""
    neighbours: Code | None = None
    """Rule of `spatial.neighbours` for `lag` and `error`; the first when absent."""
    level: Annotated[Number, Field(gt=0, lt=1)] = 0.05
    """Level of the tests of all places together, from which the critical t of a single place is adjusted."""
    intervals: bool = True
    """Between which bandwidths the best one lies, by Akaike weights; only where `criterion` is `aicc`."""
    inference: Literal["iterated", "exact"] = "iterated"
    """Standard errors of `mgwr`: `iterated` repeats the backfitting, `exact` solves for its limit, which is quicker."""
    variability: VariabilitySpec = VariabilitySpec()
    """Whether coefficients vary over space more than by chance."""
    predict: bool = True
    """Predict units that lack the target but have the rest."""
    places: PlacesSpec | None = None
    """Further places to predict for."""
    force: bool = False
    """Let pass too few units, more than are bearable, and variables that the target is made of; results say so."""

    @property
    def called(self) -> str:
        """The name in tables."""
        return self.name or self.target

    @property
    def quantities(self) -> list[str]:
        """What is explained and what explains it, by code or formula."""
        return [self.target, *self.explained_by]

    @property
    def local(self) -> list[Model]:
        """The local models asked for."""
        return [model for model in self.models if model in LOCAL]


def _listed(raw: Any) -> Any:
    return [raw] if isinstance(raw, dict) else raw


Regressions = Annotated[list[RegressionSpec], BeforeValidator(_listed)]
"""One regression, or a list of them."""


def keys_of(regressions: list[RegressionSpec], at: int) -> Path:
    """Return the path of a regression in an assessment; that of a single one has no number, as it may be no list."""
    return ("spatial", "regression") if len(regressions) == 1 else ("spatial", "regression", at)
