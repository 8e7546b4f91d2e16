"""Groups of units side by side: distributions, differences and a picture."""

from evaluate.cohorts.comparison import CohortComparison, compare_cohorts

__all__ = ["CohortComparison", "compare_cohorts"]
