"""Spatial autocorrelation: whether, where and how surely a map shows a pattern."""

from geo.autocorrelation.clusters import Agreement, Clusters, agreement, clusters
from geo.autocorrelation.discovery import adjusted, cut
from geo.autocorrelation.joins import JoinCounts, join_counts
from geo.autocorrelation.local import Local, local_bivariate_moran, local_geary, local_getis_ord, local_moran
from geo.autocorrelation.overall import Overall, bivariate_moran, geary, getis_ord, moran
from geo.autocorrelation.scatter import scatter

__all__ = [
    "Agreement",
    "Clusters",
    "JoinCounts",
    "Local",
    "Overall",
    "adjusted",
    "agreement",
    "bivariate_moran",
    "clusters",
    "cut",
    "geary",
    "getis_ord",
    "join_counts",
    "local_bivariate_moran",
    "local_geary",
    "local_getis_ord",
    "local_moran",
    "moran",
    "scatter",
]
