"""What can be wrong with a declared decomposition beyond its form: names, units of measure, sectors, drivers."""

from typing import TYPE_CHECKING

from indicators.decomposed import DecompositionSpec, Driver
from indicators.errors import Faults, Place, fault
from indicators.evaluation import evaluate
from indicators.formula import check_names, parse
from indicators.framework_check import surroundings
from indicators.spec import Locate, Path
from indicators.units import Measure, fits, measure, spelled_out

if TYPE_CHECKING:
    from indicators.framework import Framework

PLAIN_ONLY = ("lag", "base", "growth", "change", "rolling", "group_mean")
"""Functions that look at other years or units; an identity holds for one unit in one year."""


def check_decompositions(framework: "Framework", locate: Locate) -> None:
    """Raise everything that is wrong with the decompositions of a framework."""
    faults = Faults()
    for code, spec in framework.decompositions.items():
        _Check(framework, spec, ("decompositions", code), locate, faults).run()
    faults.raise_if_any()


class _Check:
    def __init__(
        self, framework: "Framework", spec: DecompositionSpec, here: Path, locate: Locate, faults: Faults
    ) -> None:
        self.framework, self.spec, self.here = framework, spec, here
        self.locate, self.faults = locate, faults
        self.around = surroundings(framework)

    def run(self) -> None:
        self.sectors()
        shared = {
            code: self.driver(driver, (*self.here, "drivers", code)) for code, driver in self.spec.drivers.items()
        }
        for code, emission in self.spec.emissions.items():
            at: Path = (*self.here, "emissions", code)
            own = {}
            for name, driver in emission.drivers.items():
                place = (*at, "drivers", name)
                if name in shared:
                    self.faults.add("decomposition.driver_twice", self.locate(place), found=name)
                own[name] = self.driver(driver, place)
            if len(shared) + len(own) < 2:
                self.faults.add("decomposition.few_drivers", self.locate(at), found=len(shared) + len(own))
            self.vanishing(len({**shared, **own}))
            found = self.formula(emission.emission, (*at, "emission"))
            if not set(shared) & set(own):
                self.product([*shared.values(), *own.values()], found, (*at, "emission"))
            if emission.unit_of_measure is not None:
                self.shown(emission.unit_of_measure, found, self.locate((*at, "unit_of_measure")))

    def sectors(self) -> None:
        """Every list of formulas, and the names of the sectors, must be of one length."""
        count = self.spec.sector_count
        listed: dict[Path, int] = {}
        for code, driver in self.spec.drivers.items():
            listed[*self.here, "drivers", code, "formula"] = len(driver.formula)
        for name, emission in self.spec.emissions.items():
            for code, driver in emission.drivers.items():
                listed[*self.here, "emissions", name, "drivers", code, "formula"] = len(driver.formula)
        listed = {path: held for path, held in listed.items() if held > 1}
        if self.spec.sectors is not None:
            listed[*self.here, "sectors"] = len(self.spec.sectors)
        for path, held in listed.items():
            if held != count:
                self.faults.add("decomposition.sectors_differ", self.locate(path), expected=count, found=held)

    def vanishing(self, drivers: int) -> None:
        if self.spec.zeros == "small" and not self.spec.delta**drivers > 0:
            at = self.locate((*self.here, "delta"))
            self.faults.add("decomposition.delta_vanishes", at, found=f"{self.spec.delta:g}", drivers=drivers)

    def driver(self, driver: Driver, path: Path) -> Measure | None:
        """Return the unit of measure of a driver, the same in all its sectors; None where something is wrong."""
        found = []
        for position, text in enumerate(driver.formula):
            key: Path = ("formula", position) if len(driver.formula) > 1 else ("formula",)
            found.append(self.formula(text, (*path, *key)))
        if any(unit is None for unit in found):
            return None
        for position, unit in enumerate(found):
            if not fits(unit, found[0]):
                at = self.locate((*path, "formula", position))
                self.faults.add("formula.result_unit", at, found=spelled_out(unit), wanted=spelled_out(found[0]))
                return None
        return found[0]

    def formula(self, text: str, path: Path) -> Measure | None:
        """Return the unit of measure of a formula of one unit and year; None where something is wrong."""
        place, before = self.locate(path), len(self.faults)
        with self.faults.collecting():
            parsed = parse(text, place)
            check_names(parsed, self.framework.variables, place)
            for node in parsed.root.walk():
                if node.kind in PLAIN_ONLY:
                    raise fault("decomposition.one_year", place, found=node.kind)
            if self.around is not None:
                outcome = evaluate(parsed, self.around, place)
                return outcome.measure if len(self.faults) == before else None
        return None

    def product(self, drivers: list[Measure | None], emission: Measure | None, path: Path) -> None:
        if emission is None or not drivers or any(unit is None for unit in drivers):
            return
        made: Measure = measure("1")
        for unit in drivers:
            made = made * unit
        if not fits(made, emission):
            self.faults.add(
                "decomposition.product_unit", self.locate(path), found=spelled_out(made), wanted=spelled_out(emission)
            )

    def shown(self, spelled: str, emission: Measure | None, place: Place) -> None:
        with self.faults.collecting():
            wanted = measure(spelled, place)
            if emission is not None and not fits(emission, wanted):
                raise fault("formula.result_unit", place, found=spelled_out(emission), wanted=spelled)
