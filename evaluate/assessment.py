"""`load`: an assessment, checked: everything that can be found wrong without computing, all at once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from evaluate.accounting import Accounts, accounts_of, activities_of, activity_years, check_accounting, read_factors
from evaluate.inputs import Input, Named, written_from
from evaluate.intake.based import read_assessment
from evaluate.intake.boundaries import find_boundaries
from evaluate.intake.files import read_bytes
from evaluate.intake.further_places import read_further_places
from evaluate.intake.group_sets import GroupSet
from evaluate.intake.groups import read_groups
from evaluate.intake.layers import LayerReader
from evaluate.intake.links import read_links
from evaluate.intake.overlays import read_overlays
from evaluate.intake.reported import REPORTED
from evaluate.intake.tables import read_tables
from evaluate.intake.yamlfile import YamlFile, read_yaml
from evaluate.magnitudes import odd_magnitudes
from evaluate.methodology import Methodology
from evaluate.methods.normalisation import FittedReference
from evaluate.needs import needed_years
from evaluate.partial import codes_of, faults_of_tables, form_of
from evaluate.plausibility import check_semantics
from evaluate.scoring.fitted import Fitted
from evaluate.sources.binding import with_sources
from evaluate.sources.spec import Source
from evaluate.spatial.drawn import Drawn, drawn_from
from evaluate.spatial.places import check_ground
from evaluate.spatial.regression.checks import check_roster
from evaluate.spec import AssessmentFile
from indicators.accounting import FactorTable
from indicators.bundled import bundled_files, bundled_name
from indicators.errors import Fault, Faults, InputError, Place, fault, nearest
from indicators.framework import Framework
from indicators.panel import Panel
from indicators.spec import Locate, plain_place
from indicators.units import factor

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.boundaries import Boundaries

Language = Literal["zh", "en"]


@dataclass(frozen=True, eq=False)
class Assessment:
    """A checked assessment, ready to be scored."""

    path: Path
    """The assessment file."""
    file: AssessmentFile
    """What it says."""
    framework: Framework
    methodology: Methodology
    panel: Panel
    reported: pd.DataFrame
    """Every reported value with the cell that it came from; columns of `reported.csv`."""
    inputs: tuple[Input, ...]
    """Every file that was read."""
    boundaries: "Boundaries | None" = None
    fitted: Fitted | None = None
    warnings: tuple[Fault, ...] = field(default=())
    accounts: Accounts | None = None
    """Lines and totals of the emission accounting, where there is one."""
    links: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Tables of directed links by name."""
    groups: pd.DataFrame | None = None
    """Who belongs to which group, and from when to when."""
    locate: Locate = plain_place
    """Gives the place of a key of the assessment."""
    locate_framework: Locate = plain_place
    """Gives the place of a key of the framework."""
    overlays: "Mapping[str, gpd.GeoDataFrame]" = field(default_factory=dict)
    """`part, geometry` in WGS 84 of each overlay by code."""
    places: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Further places that regressions predict for, by name of the regression."""
    sources: tuple[Named[Source] | Named[GroupSet], ...] = ()
    """The entries that name a binding of published files or a bundled set of groups."""
    drawn: Mapping[str, tuple[Drawn, ...]] = field(default_factory=dict)
    """What each variable is drawn from."""

    def __repr__(self) -> str:
        return f"Assessment({self.path.name!r}: {len(self.panel.codes)} units, framework {self.framework.code!r})"

    def _repr_html_(self) -> str:
        title = escape(str(self.file.title.get("en") or self.file.title.get("zh")))
        return f"<p><b>{title}</b>, {escape(self.framework.code)}</p>{self.panel._repr_html_()}"


def bundled_frameworks() -> dict[str, Path]:
    """Return the bundled frameworks by code.

    >>> "city-basic" in bundled_frameworks()
    True
    """
    return bundled_files("frameworks")


def load_framework(named: str, base: Path = Path(), place: Place | None = None) -> tuple[Framework, Path, YamlFile]:
    """Load a framework file, or a bundled framework by its code."""
    bundled = bundled_frameworks()
    path = bundled[named] if named in bundled and not (base / named).exists() else base / named
    if named not in bundled and not path.exists():
        if path.suffix:
            read_bytes(path, named, place or Place(named))  # says what is wrong, with the nearest name
        known = ", ".join(bundled)
        raise fault("assessment.no_framework", place, found=named, known=known, meant=nearest(named, bundled))
    source = read_yaml(path, named)
    return Framework.from_dict(source.data, source.place), path, source


def load(path: str | Path) -> Assessment:
    """Load and check an assessment file.

    Errors: an `InputError` that holds every fault of the assessment, its framework, roster, tables, boundaries
    and layers that can be found without computing, each with its place.
    """
    path = Path(path)
    source, bound = with_sources(read_assessment(path), path.parent)
    faults = Faults()
    file, own_period = form_of(source, faults)
    framework = _framework(source, path.parent, faults)
    if file is None:
        raise InputError(faults)
    if framework is None or not own_period:
        faults.extend(faults_of_tables(source, file, path.parent, bundled_frameworks()))
        raise InputError(faults)
    loaded = _Loader(path, source, file, *framework, faults).load()
    inputs = (*loaded.inputs, *(entry.input for entry in bound))
    return replace(loaded, sources=(*bound, *loaded.sources), inputs=inputs)


def _framework(source: YamlFile, base: Path, faults: Faults) -> tuple[Framework, Path, Locate] | None:
    named = source.data.get("framework")
    if isinstance(named, str):
        with faults.collecting():
            framework, path, own = load_framework(named, base, source.place(("framework",)))
            return framework, path, own.place
    return None


class _Loader:
    """Reads what an assessment names, collecting faults as it goes."""

    def __init__(
        self, path: Path, source: YamlFile, file: AssessmentFile,
        framework: Framework, framework_path: Path, framework_place: Locate, faults: Faults,
    ) -> None:  # fmt: skip
        self.path, self.base, self.source, self.place = path, path.parent, source, source.place
        self.framework_place = framework_place
        self.file, self.framework, self.faults = file, framework, faults
        self.methodology = file.methodology.model_copy(update={"coverage": file.coverage})
        self.warnings: list[Fault] = []
        self.sources: list[Named[GroupSet]] = []
        self.factors: FactorTable | None = None
        self.accounts: Accounts | None = None
        self.inputs = [Input.of("assessment", path.name, path)]
        if file.based_on:
            self.inputs.append(Input.of("base", file.based_on, self.base / file.based_on))
        bundled = framework_path in bundled_frameworks().values()
        shown = bundled_name("frameworks", framework_path.stem) if bundled else written_from(self.base, framework_path)
        self.inputs.append(Input.of("framework", shown, framework_path))

    def load(self) -> Assessment:
        roster = self.read_roster()
        self.read_factors()
        drawn = drawn_from(self.file, self.factors, self.base)
        check_semantics(
            self.file, self.methodology, self.framework, self.place, self.framework_place, drawn, self.faults
        )
        check_accounting(self.file, self.framework, self.factors, self.place, self.faults)
        self.faults.extend(self.missing_baseline())
        fitted = self.read_fitted()
        if roster is None:
            self.faults.extend(faults_of_tables(self.source, self.file, self.base, bundled_frameworks()))
            raise InputError(self.faults)
        self.faults.extend(check_roster(self.file, len(roster), self.place))
        boundaries = self.read_boundaries(roster)
        reported = self.read_reported(roster, boundaries)
        links, groups = self.read_links(roster), self.read_groups(roster)
        overlays, places = self.read_overlays(), self.read_places(roster)
        frame = boundaries.frame if boundaries else None
        self.faults.extend(check_ground(self.file, list(roster["unit"]), frame, links, self.place))
        self.faults.raise_if_any()
        assert reported is not None
        return Assessment(
            self.path, self.file, self.framework, self.methodology, self.panel(roster, reported),
            reported, tuple(self.inputs), boundaries, fitted, tuple(self.warnings), self.accounts,
            links, groups, self.place, self.framework_place, overlays, places, tuple(self.sources),
            drawn,
        )  # fmt: skip

    def read_roster(self) -> pd.DataFrame | None:
        spec = self.file.roster
        roster, good = codes_of(spec, self.base, list(self.framework.types), self.place, self.faults)
        if good:
            self.inputs.append(Input.of("roster", spec.path, self.base / spec.path))
        return roster

    def read_factors(self) -> None:
        if self.file.accounting is None:
            return
        with self.faults.collecting():
            self.factors = read_factors(self.file.accounting, self.base, self.place)
            for path in self.file.accounting.factors:
                self.inputs.append(Input.of("factors", path, self.base / path))

    def missing_baseline(self) -> list[Fault]:
        if self.file.period.baseline is not None:
            return []
        return [
            Fault("formula.needs_baseline", {}, self.framework_place(self.framework.path_of(code)))
            for code, indicator in self.framework.computed.items()
            if any(formula.needs_baseline for formula in indicator.formulas().values())
        ]

    def read_fitted(self) -> Fitted | None:
        reference = self.methodology.normalisation.reference
        if not isinstance(reference, FittedReference):
            return None
        path, place = self.base / reference.fitted, self.place(("methodology", "normalisation", "reference"))
        with self.faults.collecting():
            raw = read_json(path, reference.fitted, place)
            fitted = Fitted.from_dict(raw, lambda keys: Place(reference.fitted, key=".".join(map(str, keys))))
            fitted.check(self.framework, self.methodology, place)
            self.inputs.append(Input.of("fitted", reference.fitted, path))
            return fitted
        return None

    def read_boundaries(self, roster: pd.DataFrame) -> "Boundaries | None":
        spec = self.file.boundaries
        if spec is None:
            if self.file.layers:
                self.faults.add("assessment.layers_need_boundaries", self.place(("layers",)))
            return None
        with self.faults.collecting():
            found = find_boundaries(spec, self.file.roster, roster, self.base, self.place)
            self.inputs += found.inputs
            self.warnings += found.warnings
            return found.boundaries
        return None

    def read_overlays(self) -> "Mapping[str, gpd.GeoDataFrame]":
        with self.faults.collecting():
            found = read_overlays(self.file.overlays, self.base, self.place)
            self.inputs += found.inputs
            self.warnings += found.warnings
            return found.shapes
        return {}

    def read_places(self, roster: pd.DataFrame) -> dict[str, pd.DataFrame]:
        regressions, units = self.file.spatial.regression if self.file.spatial else [], list(roster["unit"])
        with self.faults.collecting():
            found = read_further_places(regressions, self.base, self.framework, units, self.place)
            self.inputs += found.inputs
            return found.tables
        return {}

    def read_links(self, roster: pd.DataFrame) -> dict[str, pd.DataFrame]:
        found: dict[str, pd.DataFrame] = {}
        for name, spec in self.file.links.items():
            with self.faults.collecting():
                table = read_links(name, spec, self.base, list(roster["unit"]), self.place)
                self.inputs.append(Input.of("links", spec.path, self.base / spec.path))
                self.warnings += table.warnings(self.place(("links", name)))
                found[name] = table.links
        return found

    def read_groups(self, roster: pd.DataFrame) -> pd.DataFrame | None:
        spec = self.file.groups
        if spec is None:
            return None
        with self.faults.collecting():
            found = read_groups(spec, self.base, list(roster["unit"]), self.place)
            self.inputs += found.inputs
            self.warnings += found.warnings
            self.sources += found.sets
            return found.table
        return None

    def read_reported(self, roster: pd.DataFrame, boundaries: "Boundaries | None") -> pd.DataFrame | None:
        needed = needed_years(self.file, self.methodology, self.framework)
        needed |= activity_years(self.file, needed)
        variables = {**activities_of(self.file), **self.framework.variables}
        parts: list[pd.DataFrame] = []
        with self.faults.collecting():
            result = read_tables(
                self.file.data, self.base, variables=variables, needed=needed,
                roster=list(roster["unit"]), convert=_factor, place=self.place,
            )  # fmt: skip
            parts.append(result.reported)
            for name, count in result.ignored_units.items():
                self.warnings.append(Fault("assessment.ignored_units", {"file": name, "count": count}))
            for table in self.file.data:
                self.inputs.append(Input.of("data", table.path, self.base / table.path))
        if boundaries is not None:
            parts += self.read_layers(boundaries, needed)
        if self.faults:
            return None
        reported = self.with_accounts(REPORTED.joined(parts), roster)
        reported = reported.sort_values(["unit", "year", "variable"], kind="stable", ignore_index=True)
        self.check_years(reported, needed)
        self.warnings += odd_magnitudes(reported, roster, variables)
        return reported

    def with_accounts(self, reported: pd.DataFrame, roster: pd.DataFrame) -> pd.DataFrame:
        """Return the reported values together with those that the accounts give."""
        if self.file.accounting is None or self.factors is None:
            return reported
        with self.faults.collecting():
            self.accounts = accounts_of(
                self.file.accounting, self.factors, reported, roster, self.framework.variables, self.place
            )
            self.warnings += self.accounts.warnings
            return pd.concat([reported, self.accounts.reported], ignore_index=True)
        return reported

    def read_layers(self, boundaries: "Boundaries", needed: Mapping[str, set[int]]) -> Iterator[pd.DataFrame]:
        """Yield the reported values of each layer."""
        reader = LayerReader(boundaries, self.base)
        for position, layer in enumerate(self.file.layers):
            years, variable = sorted(needed.get(layer.variable, ())), self.framework.variables.get(layer.variable)
            if not years or variable is None:  # nothing rests on it, or it is unknown, which was said
                continue
            with self.faults.collecting():
                found = reader.read(
                    layer, years, variable, lambda *keys, at=position: self.place(("layers", at, *keys))
                )
                self.inputs += [entry for entry in found.inputs if entry not in self.inputs]  # layers may share files
                self.warnings += found.warnings
                yield found.reported

    def check_years(self, reported: pd.DataFrame, needed: dict[str, set[int]]) -> None:
        """Refuse scored years and a baseline for which there is nothing at all."""
        there = set(reported["year"])
        if not there:
            self.faults.add("assessment.no_values", self.place(("data",)))
            return
        span = {"first": min(there), "last": max(there)}
        period = self.file.period
        asked = set().union(*needed.values())
        if period.baseline is not None and period.baseline in asked and period.baseline not in there:
            self.faults.add(
                "assessment.baseline_outside",
                self.place(("period", "baseline")),
                year=period.baseline,
                **span,
            )
        for year in period.years:
            if year not in there:
                at = "from" if year < min(there) else "to"
                self.faults.add("assessment.year_without_data", self.place(("period", at)), year=year, **span)

    def panel(self, roster: pd.DataFrame, reported: pd.DataFrame) -> Panel:
        """Return the panel of everything reported; all values are in the units of measure of the framework."""
        wide = reported.pivot(index=["unit", "year"], columns="variable", values="value")
        wide = wide.reindex(columns=list(self.framework.variables)).astype(float)
        index = pd.MultiIndex.from_product([roster["unit"], sorted(reported["year"].unique())], names=["unit", "year"])
        period = self.file.period
        return Panel.from_frame(
            wide.reindex(index), roster, period=(period.from_, period.to), rank=period.rank,
            baseline=period.baseline if period.baseline in set(reported["year"]) else None,
            units_of_measure={code: v.unit_of_measure for code, v in self.framework.variables.items()},
        )  # fmt: skip


def _factor(given: str, wanted: str) -> float:
    """Return the factor between units of measure; why there is none was said when the assessment was checked."""
    try:
        return factor(given, wanted)
    except InputError:
        raise InputError([]) from None


def read_json(path: Path, shown: str, place: Place) -> Any:
    """Read a JSON file; located faults for a file that cannot be read (at `place`) or is no JSON."""

    def refused(constant: str) -> float:
        raise ValueError(constant)

    data = read_bytes(path, shown, place)
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=refused)
    except json.JSONDecodeError as error:
        raise fault("assessment.no_json", Place(shown, line=error.lineno)) from None
    except (ValueError, RecursionError):  # no UTF-8, a number that is none, brackets without end
        raise fault("assessment.no_json", Place(shown)) from None
