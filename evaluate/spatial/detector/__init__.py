"""What accounts for the spread of a score, by the geographical detector."""

from evaluate.spatial.detector.analysis import found
from evaluate.spatial.detector.checking import check_detector
from evaluate.spatial.detector.forms import FORMS

__all__ = ["FORMS", "check_detector", "found"]
