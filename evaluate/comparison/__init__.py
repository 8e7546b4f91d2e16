"""Two finished runs, or two years of one, side by side: what moved, and what it comes from."""

from evaluate.comparison.difference import explain_difference
from evaluate.comparison.edition import Edition
from evaluate.comparison.sameness import FACTORS
from evaluate.comparison.tables import PARTS, Comparison

__all__ = ["FACTORS", "PARTS", "Comparison", "Edition", "explain_difference"]
