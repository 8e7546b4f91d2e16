"""Spatial analyses of a scored panel: what the scores have to do with place; nothing here feeds a score."""

from evaluate.spatial.analysis import FORMS, Spatial, spatial_of
from evaluate.spatial.setting import Setting

__all__ = ["FORMS", "Setting", "Spatial", "spatial_of"]
