"""Spatial autocorrelation of scores and other values under every rule of neighbourhood."""

from evaluate.spatial.autocorrelation.analysis import found
from evaluate.spatial.autocorrelation.tables import FORMS

__all__ = ["FORMS", "found"]
