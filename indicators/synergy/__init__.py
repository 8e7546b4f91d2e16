"""Synergy measures: what an indicator may take its values from instead of a formula.

A measure is one frozen class. It says which formulas it needs (`formulas`), so that units of measure, breaks and
the years that are read work exactly as for any formula, and computes its outputs from their values (`outputs`).
"""

from indicators.synergy.co_control import CoControl

MEASURES = (CoControl,)
Measure = CoControl
"""The family of measures; it becomes a union told apart by `method` with its second member."""

__all__ = ["MEASURES", "CoControl", "Measure"]
