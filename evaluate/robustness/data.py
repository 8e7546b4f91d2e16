"""Data as a replicate sees them: other sources of variables, errors of values, frameworks without an indicator."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.robustness.draws import streams, uniform_at, with_error
from evaluate.robustness.inputs import Inputs, unit_of_measure
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.values import Values, indicator_values
from indicators.errors import Fault, Place, fault
from indicators.framework import Framework
from indicators.panel import Panel
from indicators.units import factor

_STANDARD = {"uniform": np.sqrt(3.0)}
"""Half the width of a uniform distribution whose standard deviation is 1 (JCGM 100:2008, 4.3.7)."""


class Data:
    """The panel and framework of the base with whatever a replicate changes in them."""

    def __init__(self, base: Values, inputs: Inputs, seed: int, fitted: Fitted | None = None) -> None:
        self.base, self.inputs, self.seed, self.fitted = base, inputs, seed, fitted
        self.warnings: list[Fault] = []
        self._matrices = base.panel.matrices(base.framework)
        self._frameworks: dict[tuple[int, ...], Framework] = {}
        self._values: dict[tuple[str, tuple[int, ...]], Values] = {}
        self._streams: dict[str, NDArray[np.uint64]] = {}
        self.of_variables = [code for code in inputs.errors if code in base.framework.variables]
        self.of_indicators = [code for code in inputs.errors if code not in base.framework.variables]
        self._uncertainty = {
            code: self._read_uncertainty(code) for code, error in inputs.errors.items() if error.from_ is not None
        }

    def values(self, imputation: Any, sources: tuple[int, ...], position: int, left: str | None) -> Values:
        """Return the indicator values of a replicate; `position`: of its errors, −1 where there are none."""
        framework = self.framework(sources)
        key = (str(imputation), sources)
        if key not in self._values:
            panel = self.panel(sources, -1) if self.inputs.sources else self.base.panel
            self._values[key] = indicator_values(panel, framework, imputation, self.fitted)
        found = self._values[key]
        if position >= 0 and self.of_variables:
            touched = self._touched(framework)
            anew = indicator_values(self.panel(sources, position, touched), touched, imputation, self.fitted)
            found = replace(
                found,
                indicators={**found.indicators, **anew.indicators},
                undefined={**found.undefined, **anew.undefined},
                variables={**found.variables, **anew.variables},
                filled={**found.filled, **anew.filled},
                measures={**found.measures, **anew.measures},
                learned={**found.learned, **anew.learned},
            )
        if position >= 0 and self.of_indicators:
            found = replace(found, indicators={**found.indicators, **self._indicators(found, position)})
        if left is not None:
            kept = {code: matrix for code, matrix in found.indicators.items() if code != left}
            found = replace(found, framework=without(framework, left), indicators=kept)
        return found

    def framework(self, sources: tuple[int, ...]) -> Framework:
        """Return the framework in which each variable has the breaks of the source that stands in for it."""
        if sources not in self._frameworks:
            framework = self.base.framework
            chosen = self._chosen(sources)
            changed = {c: framework.variables[o].breaks for c, o in chosen.items()}
            if any(framework.variables[code].breaks != breaks for code, breaks in changed.items()):
                plain = framework.to_dict()
                for code, breaks in changed.items():
                    plain["variables"][code]["breaks"] = dict(breaks)
                framework = Framework.from_dict(plain)
            self._frameworks[sources] = framework
        return self._frameworks[sources]

    def _touched(self, framework: Framework) -> Framework:
        """Return the indicators that look at a variable with errors, with the variables that these look at."""
        looks = {
            code: {variable for formula in indicator.formulas().values() for variable in formula.variables}
            for code, indicator in framework.indicators.items()
        }
        indicators = {code: framework.indicators[code] for code in looks if looks[code] & set(self.of_variables)}
        wanted = set(self.of_variables).union(*(looks[code] for code in indicators))
        variables = {code: variable for code, variable in framework.variables.items() if code in wanted}
        return framework.model_copy(update={"indicators": indicators, "variables": variables})

    def panel(self, sources: tuple[int, ...], position: int, only: Framework | None = None) -> Panel:
        """Return the panel of a replicate, in the units of measure of the framework; `only`: of its variables."""
        panel, variables = self.base.panel, self.base.framework.variables
        matrices = {code: self._matrices[code] for code in (only.variables if only else self._matrices)}
        for code, other in self._chosen(sources).items():
            if code not in matrices:
                continue
            step = factor(variables[other].unit_of_measure, variables[code].unit_of_measure)
            matrices[code] = self._matrices[other] * step
        if position >= 0:
            for code in self.of_variables:
                matrices[code] = self._disturbed(code, matrices[code], position)
        columns = {code: matrix.reshape(-1) for code, matrix in matrices.items()}
        values = pd.DataFrame(columns, index=panel.values.index)
        units = {code: variables[code].unit_of_measure for code in matrices}
        return replace(panel, values=values, units_of_measure=units)

    def _chosen(self, sources: tuple[int, ...]) -> dict[str, str]:
        return {code: options[at] for (code, options), at in zip(self.inputs.sources.items(), sources, strict=True)}

    def _indicators(self, found: Values, position: int) -> Mapping[str, Array]:
        return {code: self._disturbed(code, found.indicators[code], position) for code in self.of_indicators}

    def _disturbed(self, code: str, values: Array, position: int) -> Array:
        """Return values with their errors; those of a variable stay within its range."""
        error = self.inputs.errors[code]
        if code not in self._streams:
            self._streams[code] = streams(self.seed, code, self.base.panel.codes, self.base.panel.years)
        size: Any = error.absolute
        if error.relative is not None:
            size = error.relative * np.abs(values)
        elif error.from_ is not None:
            size = self._uncertainty[code] * _STANDARD.get(error.distribution, 1.0)
        out = with_error(values, error.distribution, size, uniform_at(self._streams[code], position))
        variable = self.base.framework.variables.get(code)
        if variable is not None and variable.range is not None:
            least, greatest = variable.range
            out = np.clip(out, -np.inf if least is None else least, np.inf if greatest is None else greatest)
        return out

    def _read_uncertainty(self, code: str) -> Array:
        """Return the standard uncertainty of every value, in its unit of measure; 0 where none is reported."""
        error, framework = self.inputs.errors[code], self.base.framework
        assert error.from_ is not None
        step = factor(framework.variables[error.from_].unit_of_measure, unit_of_measure(framework, code))
        out = self._matrices[error.from_] * step
        place = Place(key=f"robustness.indicator_error.{code}.from")
        if (out < 0).any():
            raise fault("robustness.negative_uncertainty", place, found=error.from_, least=f"{np.nanmin(out):.6g}")
        panel = self.base.panel
        values = self._matrices[code] if code in self._matrices else self.base.indicators[code]
        # of an indicator only the years that are scored or measured from are looked at
        years = [year for year in panel.years if year in panel.scored or year == panel.baseline]
        used = np.isin(panel.years, years) if code not in self._matrices else np.ones(len(panel.years), dtype=bool)
        bare = np.isnan(out) & np.isfinite(values) & used
        if bare.any():
            told = {"found": error.from_, "label": framework.label_of(code), "count": int(bare.sum())}
            self.warnings.append(Fault("robustness.no_uncertainty", told, place))
        return np.nan_to_num(out)


def without(framework: Framework, left: str) -> Framework:
    """Return a framework without one of its indicators."""
    plain = framework.to_dict()
    plain["indicators"].pop(left)

    def visit(nodes: dict[str, Any]) -> None:
        for node in nodes.values():
            (node.get("indicators") or {}).pop(left, None)
            visit(node.get("dimensions") or {})

    visit(plain["tree"])
    for kind in plain.get("types", {}).values():
        for part in ("weights", "goalposts"):
            (kind.get(part) or {}).pop(left, None)
        for listed in (kind.get("indicators") or {}).values():
            listed.pop(left, None)
    return Framework.model_validate(plain)
