"""What may explain a quantity: nothing that is made of what the quantity is made of, unless forced.

Shared by every analysis that explains one quantity by others.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from evaluate.spatial.drawn import Drawn
from evaluate.spatial.quantities import made_of
from geo.detector.guard import refuse_made_of
from indicators.errors import Faults, InputError, Place
from indicators.framework import Framework
from indicators.structure import TOP
from indicators.texts import both, joined


@dataclass(frozen=True)
class Origins:
    """Where quantities come from."""

    framework: Framework
    correlates: Mapping[str, str] = field(default_factory=dict)
    """Further formulas by code."""
    veto: Collection[str] = ()
    """Codes of indicators and variables by which the composite may be capped."""
    columns: Collection[str] = ()
    """Columns of the roster, which are computed from nothing."""
    drawn: Mapping[str, Sequence[Drawn]] = field(default_factory=dict)
    """What each variable is drawn from."""

    def variables(self, name: str) -> tuple[str, ...]:
        """Return the variables that a quantity is computed from, however far back, in the framework's order.

        Variables that a formula averages over a group count, and so do those that a variable was derived from before
        it was reported (`derived_from`). Nothing for a column of the roster and for what cannot be read.

        Args:
            name: `composite`, a code, or a formula over variables.
        """
        framework = self.framework
        if self.is_column(name):
            return ()
        codes: set[str] = set()
        with suppress(InputError):  # told where the names of quantities are checked
            codes |= made_of(framework, name, self.correlates)
            if name == TOP:
                for code in self.veto:
                    codes |= made_of(framework, code)
        derived = [framework.indicators[code].derived_from for code in codes if code in framework.indicators]
        left = [code for code in codes if code in framework.variables]
        left += [code for stated in derived if isinstance(stated, list) for code in stated]
        found: set[str] = set()
        while left:
            code = left.pop()
            if code not in found and code in framework.variables:
                found.add(code)
                stated = framework.variables[code].derived_from
                left += stated if isinstance(stated, list) else []
        return tuple(code for code in framework.variables if code in found)

    def shared(self, target: str, factor: str) -> tuple[str, ...]:
        """Return the variables that both are computed from; the factor is inside the target when there is one."""
        own = set(self.variables(target))
        return tuple(code for code in self.variables(factor) if code in own)

    def drawn_alike(self, target: str, factor: str) -> tuple[Drawn, ...]:
        """Return what both are drawn from, through another variable than those that they share."""
        own, other = self.variables(target), self.variables(factor)
        found = {
            drawn.code: drawn
            for mine in own for yours in other if mine != yours
            for drawn in self.drawn.get(mine, ()) for held in self.drawn.get(yours, ()) if drawn.meets(held)
        }  # fmt: skip
        return tuple(found[code] for code in sorted(found))

    def common(self, target: str, factor: str) -> tuple[str, ...]:
        """Return the codes of all that both rest on: variables, and what these are drawn from."""
        return (*self.shared(target, factor), *(drawn.code for drawn in self.drawn_alike(target, factor)))

    def is_column(self, name: str) -> bool:
        """Return whether a name is that of a column of the roster; a quantity of the same name comes first."""
        framework = self.framework
        known = {TOP, *framework.dimensions(), *framework.indicators, *framework.variables, *self.correlates}
        return name in self.columns and name not in known

    def label_of(self, name: str) -> dict[str, str]:
        """Return what a quantity is called; a formula and a column of the roster are called by themselves."""
        return both("report.composite") if name == TOP else self.framework.label_of(name)


def check_explaining(
    targets: Iterable[str], by: Iterable[tuple[str, Place]], origins: Origins, *, forced: bool = False
) -> Faults:
    """Return a fault for every factor that is computed, or drawn, from what the explained quantity is.

    A quantity that explains itself is a fault even where it is forced: the answer is known beforehand.

    Args:
        targets: what is explained: codes or formulas.
        by: what explains it, each with the place where it stands: codes, formulas or columns of the roster.
        origins: where they come from.
        forced: whether the assessment lets it pass; the result then carries a mark.
    """
    faults, explaining = Faults(), list(by)
    names = {code: origins.label_of(code) for code in origins.framework.variables}
    for target in targets:
        named = names | {target: origins.label_of(target)}
        for factor, place in explaining:
            if factor == target and not origins.is_column(target):
                faults.add("spatial.explains_itself", place, found=named[target])
                continue
            inside = origins.shared(target, factor)
            with faults.collecting():
                refuse_made_of(target, inside, inside, forced=forced, names=named, place=place)
            alike = () if forced else origins.drawn_alike(target, factor)
            if alike:
                told = {"explained": named[target], "found": origins.label_of(factor)}
                faults.add("spatial.drawn_alike", place, **told, sources=joined(one.label for one in alike))
    return faults
