"""Classes of which a share is told: compared as the file holds them."""

from typing import Any

import numpy as np
import pytest
from shapely import box

from geo.coverage import Edition
from geo.zonal import Raster, Statistic, zonal
from indicators.errors import InputError

HELD = np.array([[0.1, 0.2, 0.3], [0.7, 0.1, 1e-3]])


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("classes", [(0.1,), (0.3, 1e-3), (0.2, 0.25), (7,)])
def test_classes_are_compared_in_the_type_of_the_cells(
    write_raster: Any, units: Any, kind: str, classes: tuple[float, ...]
) -> None:
    cells = HELD.astype(kind)
    found = zonal(
        [Raster(write_raster(cells))], Edition(units(a=box(100, 30, 103, 32))), Statistic("share", classes=classes)
    )
    # numpy by hand
    expected = np.isin(cells, np.array(classes, dtype=kind)).mean()
    assert found.value.iloc[0, 0] == pytest.approx(expected, rel=1e-12)


def test_classes_are_those_of_scaled_cells(write_raster: Any, units: Any) -> None:
    cells = np.arange(6, dtype="uint8").reshape(2, 3)
    path, frame = write_raster(cells, scale=0.1, offset=5), units(a=box(100, 30, 103, 32))
    how = Statistic("share", classes=(5.3, 5.1))  # 3 · 0.1 + 5 is not 5.3 in 8 bytes
    assert zonal([Raster(path)], Edition(frame), how).value.iloc[0, 0] == pytest.approx(2 / 6)


@pytest.mark.parametrize(
    ("kind", "how", "good", "bad"),
    [
        ("uint8", {}, (0, 255), (256, -1, 0.5)),
        ("int16", {"scale": 0.1}, (0.3, -3276.8), (0.25, 4000)),
        ("float32", {}, (0.1, 1e30), (1e39, 1e-60)),
        ("float64", {}, (0.1, 1e300), ()),
    ],
)
def test_a_class_that_no_cell_can_hold_is_a_fault(
    write_raster: Any, units: Any, kind: str, how: Any, good: tuple[float, ...], bad: tuple[float, ...]
) -> None:
    raster = Raster(write_raster(np.ones((2, 2), dtype=kind), **how), "x")
    edition = Edition(units(a=box(100, 30, 102, 32)))
    assert zonal([raster], edition, Statistic("share", classes=good)).value.iloc[0, 0] == 0
    if not bad:
        return
    with pytest.raises(InputError) as error:
        zonal([raster], edition, Statistic("share", classes=(*good, *bad)))
    assert [found.values["found"] for found in error.value.faults] == [f"{value:.10g}" for value in bad]


@pytest.mark.parametrize(
    ("kind", "how", "absent", "kept"),
    [
        ("float32", {"nodata": -9999}, -9999, "float32 (NoData -9999)"),
        ("uint8", {"nodata": 255, "scale": 0.1}, 25.5, "uint8 (NoData 255) × 0.1 + 0"),
    ],
)
def test_a_class_that_stands_for_no_data_is_a_fault(
    write_raster: Any, units: Any, kind: str, how: Any, absent: float, kept: str
) -> None:
    raster = Raster(write_raster(np.array([[1, 1], [1, how["nodata"]]], dtype=kind), **how), "x")
    edition, one = Edition(units(a=box(100, 30, 102, 32))), how.get("scale", 1)
    assert zonal([raster], edition, Statistic("share", classes=(one,))).value.iloc[0, 0] == 1
    with pytest.raises(InputError) as error:
        zonal([raster], edition, Statistic("share", classes=(one, absent)))
    (fault,) = error.value.faults
    assert (fault.values["found"], fault.values["kind"]) == (f"{absent:.10g}", kept)
