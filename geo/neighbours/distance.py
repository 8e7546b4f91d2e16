"""Neighbours by distance: over the sphere, from centre to centre, never in degrees."""

import math
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from geo.neighbours.base import Linked, NeighbourRule, linked, ones, without
from geo.neighbours.ground import Array, Ground, Places
from geo.neighbours.pairs import all_pairs, km_between
from indicators.errors import fault
from indicators.spec import Number, Whole, refuse

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

_TIED_KM = 1e-6
"""Distances that differ by less, a millimetre, are equal: rounding of coordinates decides no neighbour."""

Km = Annotated[Number, Field(gt=0)]
LeastKm = Annotated[Number, Field(ge=0.001)]
"""A metre at least: two units at one place are near, and not infinitely so."""
Power = Annotated[Number, Field(gt=0, le=20)]
"""Of a distance in km: beyond, strengths between far places are too small to compute with."""
Count = Annotated[Whole, Field(ge=1)]


def near(ground: Ground, within_km: float) -> tuple[Places, Places, Array]:
    """Return every pair of units at most so far apart, both ways round.

    Args:
        ground: the units; one without a place is in no pair, nor is a unit with itself.
        within_km: the distance in km, over the sphere from centre to centre; equal ones to a millimetre count.

    Returns:
        (m,) positions of one and of the other unit among the codes, in no order, and (m,) distances in km.

    Raises:
        InputError: fewer than two units have a place.

    >>> import geopandas as gpd
    >>> at = gpd.points_from_xy([100, 101, 110], [0, 0, 0])
    >>> ground = Ground.of("abcd", gpd.GeoDataFrame({"unit": list("abc")}, geometry=at, crs="EPSG:4326"))
    >>> one, other, km = near(ground, 112)
    >>> one.tolist(), other.tolist(), km.round(1).tolist()  # a degree of the equator
    ([0, 1], [1, 0], [111.2, 111.2])
    >>> [len(found) for found in near(ground, 50)]
    [0, 0, 0]
    """
    from geo.crs.systems import great_circle_km

    there = ground.require_places()
    one, other = there[_tree(ground).query_pairs(_reach(within_km), output_type="ndarray").T]
    km = great_circle_km(ground.centres[one], ground.centres[other])
    kept = km <= within_km + _TIED_KM
    one, other, km = one[kept], other[kept], km[kept]
    return np.concatenate([one, other]), np.concatenate([other, one]), np.concatenate([km, km])


def count_near(ground: Ground, within_km: float) -> int:
    """Return how many links there are between units at most so far apart, both ways round, without making any.

    Args:
        ground: the units; those without a place have none.
        within_km: the distance in km, as for `near`.

    Raises:
        InputError: fewer than two units have a place.

    >>> import geopandas as gpd
    >>> at = gpd.points_from_xy([100, 101, 110], [0, 0, 0])
    >>> ground = Ground.of("abcd", gpd.GeoDataFrame({"unit": list("abc")}, geometry=at, crs="EPSG:4326"))
    >>> count_near(ground, 112), count_near(ground, 50), count_near(ground, math.inf)
    (2, 0, 6)
    """
    tree = _tree(ground)
    found: int = tree.count_neighbors(tree, _reach(within_km))
    return found - len(ground.placed)


def _tree(ground: Ground) -> "cKDTree":
    """Return the units with a place as points on the sphere of radius 1."""
    from scipy.spatial import cKDTree

    from geo.crs.systems import on_sphere

    return cKDTree(on_sphere(ground.centres[ground.require_places()]))


def _reach(km: float) -> float:
    """Return the straight distance on that sphere within which all pairs so far apart are found."""
    from geo.crs.systems import chord

    return chord(km + _TIED_KM) + 1e-12


def enough(ground: Ground, k: int) -> Places:
    """Return the positions of the units with a place.

    Raises:
        InputError: fewer than k other units have one.
    """
    there = ground.require_places()
    if k >= len(there):
        raise fault("neighbours.too_few_units", k=k, others=len(there) - 1)
    return there


def nearest_few(ground: Ground, k: int) -> tuple[Places, Places, Array]:
    """Return the k nearest units of each unit, and their distance in km; equal distances by code.

    Raises:
        InputError: fewer than k other units have a place.
    """
    from scipy.spatial import cKDTree

    from geo.crs.systems import chord, great_circle_km, on_sphere

    there = enough(ground, k)
    points = on_sphere(ground.centres[there])
    tree = cKDTree(points)
    reach = tree.query(points, k=[k + 1])[0][:, 0]  # itself is among those found
    around = tree.query_ball_point(points, reach + chord(2 * _TIED_KM) + 1e-12, return_sorted=True)
    rows = there[np.repeat(np.arange(len(there)), [len(found) for found in around])]
    columns = there[np.concatenate(around)]
    rows, columns = rows[rows != columns], columns[rows != columns]
    km = great_circle_km(ground.centres[rows], ground.centres[columns])
    order = np.lexsort((columns, np.round(km / _TIED_KM), rows))
    rows, columns, km = rows[order], columns[order], km[order]
    first = np.searchsorted(rows, rows)
    kept = np.arange(len(rows)) - first < k
    return rows[kept], columns[kept], km[kept]


def least_band_km(ground: Ground) -> float:
    """Return the least distance in km at which no unit with a place is alone: the greatest to a nearest unit.

    Raises:
        InputError: fewer than two units have a place.
    """
    return float(nearest_few(ground, 1)[2].max())


class KNearest(NeighbourRule):
    """The k nearest units, centre to centre: w_ij = 1 where j is among the k nearest of i.

    A unit may be near to one that is not near to it. Of equal distances the smaller code is taken.
    """

    source: ClassVar[str] = "Anselin 1988, Spatial Econometrics; Getis & Aldstadt 2004"
    rule: Literal["k_nearest"]
    k: Count
    """How many neighbours each unit has."""

    def check(self, ground: Ground) -> None:
        """Raise where fewer than k other units have a place."""
        enough(ground, self.k)

    def expected(self, ground: Ground) -> int:
        """Return k links for each unit with a place."""
        return len(ground.placed) * self.k

    def links(self, ground: Ground) -> Linked:
        """Return k links for each unit with a place."""
        rows, columns, _ = nearest_few(ground, self.k)
        made = linked(rows, columns, ones(len(rows)), len(ground.codes))
        return Linked(made, unplaced=without(ground, ground.placed))


class DistanceBand(NeighbourRule):
    """Every unit within a distance, centre to centre: w_ij = 1 where d_ij ≤ the band."""

    source: ClassVar[str] = "Getis & Ord 1992, Geographical Analysis 24:189"
    rule: Literal["distance_band"]
    within: Km | Literal["least"] = "least"
    """Width of the band in km, or `least`: the least at which no unit is alone."""

    def expected(self, ground: Ground) -> int:
        """Return the links in the band."""
        return count_near(ground, self._within(least_band_km(ground)))

    def _within(self, least: float) -> float:
        return least if isinstance(self.within, str) else self.within

    def links(self, ground: Ground) -> Linked:
        """Return a link both ways for every pair in the band."""
        least = least_band_km(ground)
        within = self._within(least)
        rows, columns, _ = near(ground, within)
        if not len(rows):
            raise fault("neighbours.nobody_near", within=f"{within:g}", least=_up(least))
        made = linked(rows, columns, ones(len(rows)), len(ground.codes))
        return Linked(made, {"least_km": least, "within_km": within}, without(ground, ground.placed))


class InverseDistance(NeighbourRule):
    """The nearer the stronger: w_ij = d_ij^−p, d in km, as far as the cut-off."""

    source: ClassVar[str] = "Cliff & Ord 1973, Spatial Autocorrelation; Tobler 1970"
    rule: Literal["inverse_distance"]
    power: Power = 1.0
    """p, without unit."""
    cut_off: Km | Literal["least"] | None = None
    """Distance in km beyond which nothing counts; `least`: the least at which no unit is alone; absent: none."""
    least: LeastKm = 1.0
    """Shorter distances in km count as this one, so that two units at one place are not infinitely near."""

    def expected(self, ground: Ground) -> int:
        """Return the links up to the cut-off."""
        if self.cut_off is None:
            return len(ground.placed) * (len(ground.placed) - 1)
        return count_near(ground, self._cut_off(least_band_km(ground)))

    def _cut_off(self, least: float) -> float:
        return math.inf if self.cut_off is None else least if isinstance(self.cut_off, str) else self.cut_off

    def links(self, ground: Ground) -> Linked:
        """Return links both ways, stronger where nearer."""
        band = least_band_km(ground)
        there, resolved = ground.placed, {"least_km": band}
        if self.cut_off is None:
            made = all_pairs(ground, there, lambda rows: self._strength(km_between(ground, there[rows], there)))
        else:
            resolved["cut_off_km"] = self._cut_off(band)
            rows, columns, km = near(ground, resolved["cut_off_km"])
            if not len(rows):
                raise fault("neighbours.nobody_near", within=f"{self.cut_off:g}", least=_up(band))
            made = linked(rows, columns, self._strength(km), len(ground.codes))
        return Linked(made, resolved, without(ground, there))

    def _strength(self, km: Array) -> Array:
        return np.asarray(np.maximum(km, self.least) ** -self.power)


class Kernel(NeighbourRule):
    """A kernel of the distance, z = d_ij/h: w_ij = K(z); a unit is no neighbour of its own.

    `triangular` 1 − z; `epanechnikov` ¾(1 − z²); `bisquare` (15/16)(1 − z²)²; each 0 from z = 1 on; `gaussian`
    exp(−z²/2)/√(2π), cut off at z = `reach`. The bandwidth h is fixed, or adaptive: each unit's distance to its k-th
    nearest, which an adaptive kernel other than `gaussian` gives no strength itself.
    """

    source: ClassVar[str] = "Silverman 1986, Density Estimation, p. 43; Fotheringham, Brunsdon & Charlton 2002, p. 56"
    rule: Literal["kernel"]
    function: Literal["triangular", "epanechnikov", "bisquare", "gaussian"] = "triangular"
    """K, how strength falls with distance: `gaussian` never to 0, the others to 0 at the bandwidth."""
    bandwidth: Km | Literal["least"] | None = None
    """h in km, the same everywhere; `least`: 1.0001 times the least band, so that no unit is alone."""
    k: Count | None = None
    """Instead of `bandwidth`: h is the distance to the k-th nearest unit."""
    reach: Annotated[Number, Field(gt=0)] | None = None
    """For `gaussian`: bandwidths after which nothing counts; 3 when absent."""

    @model_validator(mode="after")
    def _one_width(self) -> Self:
        if (self.bandwidth is None) == (self.k is None):
            raise refuse("neighbours.kernel_width")
        if self.reach is not None and self.function != "gaussian":
            raise refuse("neighbours.kernel_reach", function=self.function)
        return self

    @property
    def mutual(self) -> bool:
        """Whether both ends of a link have the same bandwidth."""
        return self.k is None

    def check(self, ground: Ground) -> None:
        """Raise where fewer than k other units have a place."""
        enough(ground, self.k or 1)

    def expected(self, ground: Ground) -> int:
        """Return the links of the widest window, were all as wide: so many are looked at."""
        return count_near(ground, float(np.nanmax(self._widths(ground)[0])) * self._ends)

    @property
    def _ends(self) -> float:
        """At how many bandwidths strength ends."""
        return (self.reach or 3.0) if self.function == "gaussian" else 1.0

    def _widths(self, ground: Ground) -> tuple[Array, dict[str, float]]:
        """Return the bandwidth of each unit in km, NaN without a place, and what was found for it."""
        width = np.full(len(ground.codes), np.nan)
        if self.k is not None:
            rows, _, km = nearest_few(ground, self.k)
            np.fmax.at(width, rows, km)
            if (width[ground.placed] <= _TIED_KM).any():
                at_one = [ground.codes[i] for i in ground.placed if width[i] <= _TIED_KM]
                raise fault("neighbours.no_width", k=self.k, unit=at_one[0], count=len(at_one))
            return width, {}
        least = least_band_km(ground)
        if isinstance(self.bandwidth, str) and least <= _TIED_KM:
            raise fault("neighbours.no_least")
        width[:] = least * 1.0001 if isinstance(self.bandwidth, str) else self.bandwidth
        return width, {"least_km": least, "bandwidth_km": float(width[0])}

    def links(self, ground: Ground) -> Linked:
        """Return links of the strength that the kernel gives."""
        reach, (width, resolved) = self._ends, self._widths(ground)
        rows, columns, km = near(ground, float(np.nanmax(width)) * reach)
        z = km / width[rows]
        strength = np.where(z <= reach, self._strength(z), 0.0)
        # At the edge of the kernel rounding alone would make a link.
        kept = strength > 1e-9
        if not kept.any():
            if self.k is not None:
                raise fault("neighbours.kernel_empty", k=self.k)
            raise fault("neighbours.nobody_near", within=f"{width[0] * reach:g}", least=_up(resolved["least_km"]))
        made = linked(rows[kept], columns[kept], strength[kept], len(ground.codes))
        return Linked(made, resolved, without(ground, ground.placed))

    def _strength(self, z: Array) -> Array:
        if self.function == "gaussian":
            return np.asarray(np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi))
        inside = 1 - (z if self.function == "triangular" else z**2)
        inside = np.maximum(inside, 0.0)
        if self.function == "bisquare":
            return np.asarray(15 / 16 * inside**2)
        return np.asarray(inside if self.function == "triangular" else 0.75 * inside)


def _up(km: float) -> str:
    """Write a distance so that, typed in again, it is no shorter.

    >>> _up(131.86514)
    '131.9'
    """
    step = 10.0 ** (math.floor(math.log10(km)) - 3) if km > 0 else 1.0
    return f"{math.ceil(round(km / step, 6)) * step:.10g}"
