"""Names of what measures are judged by, and the co-control measures that a framework has."""

from indicators.framework import Framework
from indicators.measures import CoControl

COMBINED = "combined"
"""The objective that adds η times the carbon dioxide to the pollutant equivalents."""
EQUIVALENTS_UNIT = "1e3 equivalents"
"""Unit of equivalents: tonnes over kilograms an equivalent."""


def co_controls(framework: Framework) -> list[CoControl]:
    """Return the co-control measures of a framework, scored ones first; each once."""
    held = [entry.measure for entry in framework.indicators.values()]
    held += [entry.measure for entry in framework.beside.values()]
    return list({m.name: m for m in held if isinstance(m, CoControl)}.values())
