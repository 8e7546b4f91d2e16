"""What is explained and by what, as arrays: which quantities are numbers to be cut and which are categories."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.spatial.explaining import Origins
from evaluate.spatial.quantities import output_of
from evaluate.spatial.setting import Setting
from evaluate.spatial_spec import DetectorSpec
from evaluate.spatial_spec.detector import FactorSpec
from indicators.errors import Place
from indicators.evaluation import evaluate
from indicators.formula import parse
from indicators.framework_check import surroundings
from indicators.spec import Locate, Path
from indicators.structure import TOP
from indicators.units import spelled_out

HERE: Path = ("spatial", "geodetector")


@dataclass(frozen=True, eq=False)
class Factor:
    """One factor as the assessment states it."""

    name: str
    of: str
    spec: FactorSpec
    place: Place
    column: bool
    """Whether it is a column of the roster."""

    @property
    def categories(self) -> bool:
        """Whether its values are categories, which are not cut."""
        return self.column or self.spec.categories


def factors_of(spec: DetectorSpec, origins: Origins, place: Locate) -> list[Factor]:
    """Return the factors of an assessment, in its order, each with the place where it stands.

    Args:
        spec: what the assessment says.
        origins: of its quantities; they tell which names are columns of the roster.
        place: gives the place of a key of the assessment.
    """
    # An entry of a list has a number in brackets; the first key of a mapping has not.
    listed = place((*HERE, "factors", 0)).key.endswith("]")
    found = []
    for position, (name, one) in enumerate(spec.factors.items()):
        at = place((*HERE, "factors", position if listed else name))
        of = (one.of or name).strip()
        found.append(Factor(name, of, one, at, origins.is_column(of)))
    return found


@dataclass(frozen=True, eq=False)
class Given:
    """Targets and factors of a scored panel."""

    setting: Setting
    spec: DetectorSpec

    @cached_property
    def origins(self) -> Origins:
        """Where the quantities come from."""
        setting, scores = self.setting, self.setting.scores
        veto, columns = tuple(scores.methodology.veto), setting.quantities.columns
        return Origins(scores.framework, setting.correlates, veto, columns, setting.drawn)

    @cached_property
    def factors(self) -> list[Factor]:
        """The factors, in the order of the assessment."""
        return factors_of(self.spec, self.origins, self.setting.place)

    @property
    def years(self) -> list[int]:
        """The years that are looked at."""
        if self.spec.years == "rank":
            return [self.setting.scores.values.panel.rank]
        return self.setting.years if self.spec.years == "all" else sorted(set(self.spec.years))

    def types(self, target: str) -> list[str]:
        """Return the types that a target is looked at in: the empty one, for all together, where scores compare."""
        scores = self.setting.scores
        if scores.comparable or (target != TOP and target not in scores.framework.dimensions()):
            return [""]
        return sorted(set(self.kinds.tolist()))

    @cached_property
    def kinds(self) -> NDArray[Any]:
        """The type of each unit, (units,)."""
        return self.setting.quantities.column("type")

    @cached_property
    def _held(self) -> dict[str, Array]:
        return {}

    def target(self, name: str, year: int) -> Array:
        """Return what is explained in one year, (units,); NaN where it is missing."""
        return self._numbers(name, year, self.setting.place((*HERE, "targets")))

    def values(self, factor: Factor, year: int) -> NDArray[Any]:
        """Return a factor in one year, (units,): numbers, NaN where missing, or texts, empty where missing."""
        if factor.column:
            return self.setting.quantities.column(factor.of)
        numbers = self._numbers(factor.of, year, factor.place)
        if not factor.categories:
            return numbers
        said = [f"{value:.10g}" if np.isfinite(value) else "" for value in numbers.tolist()]
        return np.array(said, dtype=object)

    def _numbers(self, name: str, year: int, place: Place) -> Array:
        if name not in self._held:
            self._held[name] = self.setting.quantities.values(name, place)
        made: Array = self._held[name][:, self.setting.years.index(year)]
        return made

    def label(self, factor: Factor) -> dict[str, str]:
        """Return what a factor is called."""
        return dict(factor.spec.label) if factor.spec.label else self.origins.label_of(factor.of)  # type: ignore[arg-type]

    def unit_of_measure(self, name: str) -> str:
        """Return the unit of measure of a quantity; empty for a score and for categories."""
        framework = self.setting.scores.framework
        declared = framework.indicators.get(name) or framework.variables.get(name)
        if declared is not None:
            return declared.unit_of_measure
        formula = self.setting.correlates.get(name, name)
        around = surroundings(framework)
        if around is None or name == TOP or name in framework.dimensions() or output_of(framework, name) is not None:
            return ""
        return spelled_out(evaluate(parse(formula), around).measure).replace(" ** ", "^")

    def forced(self, target: str) -> dict[str, str]:
        """Return for every factor the variables that it shares with the target, as a text."""
        return {one.name: " ".join(self.origins.common(target, one.of)) for one in self.factors}

    def parts(self) -> Iterator[tuple[str, str, int]]:
        """Yield target, type and year of everything that is looked at."""
        for target in dict.fromkeys(self.spec.targets):
            for kind in self.types(target):
                for year in self.years:
                    yield target, kind, year
