"""Bandwidths as an assessment states them: km, where the arithmetic takes metres; held by the smallest type."""

from collections.abc import Mapping, Sequence

from indicators.texts import both


def as_stated(values: Mapping[str, object], adaptive: bool) -> dict[str, object]:
    """Return the values of a fault of the arithmetic with its bandwidth, if it names one, as an assessment has it.

    >>> as_stated({"bandwidth": "0.001", "n": 9}, adaptive=False)["bandwidth"]["en"]
    '1e-06 km'
    >>> as_stated({"bandwidth": "12"}, adaptive=True), as_stated({"n": 9}, adaptive=False)
    ({'bandwidth': '12'}, {'n': 9})
    """
    if adaptive or "bandwidth" not in values:
        return dict(values)
    stated = f"{float(str(values['bandwidth'])) / 1000:g}"
    return {**values, "bandwidth": both("local_regression.band_km", bandwidth=stated)}


def within_smallest(values: Mapping[str, object], sizes: Sequence[tuple[int, object]]) -> dict[str, object]:
    """Return the values of a fault of a bandwidth beyond the units, its limit that of the smallest type.

    Args:
        values: of the fault, which knows of one type alone.
        sizes: units and label of each type that is looked at; a single entry: types are not told apart.

    >>> found = within_smallest({"n": 37, "found": "40"}, [(37, "Large"), (12, "Small")])
    >>> found["n"], found["smallest"]["en"]
    (12, " (the units of the type 'Small', the smallest)")
    >>> within_smallest({"n": 37, "smallest": ""}, [(37, "All")])
    {'n': 37, 'smallest': ''}
    """
    if len(sizes) < 2:
        return dict(values)
    n, label = min(sizes, key=lambda one: one[0])
    return {**values, "n": n, "smallest": both("regression.part_smallest", type=label)}
