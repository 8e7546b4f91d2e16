"""What an assessment says of vector layers and overlays: which kind a layer is, what it comes in, what is refused."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from evaluate.layer_spec import LayerSpec, RasterLayer
from evaluate.overlay_spec import OverlaySpec
from evaluate.vector_spec import VectorLayer, check_vector_layers
from indicators.errors import Faults
from indicators.spec import plain_place

ADAPTER: TypeAdapter[Any] = TypeAdapter(LayerSpec)


def layer(**stated: Any) -> Any:
    return ADAPTER.validate_python({"variable": "x", "unit_of_measure": "1", **stated})


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ({"path": "a.tif"}, RasterLayer),
        ({"path": "a.tif", "statistic": "sum"}, RasterLayer),
        ({"path": "a.GPKG", "statistic": "count"}, VectorLayer),
        ({"path": "a_{year}.parquet", "statistic": "density"}, VectorLayer),
        ({"path": "a.txt", "statistic": "area_share"}, VectorLayer),
        ({"path": "a.txt", "kind": "vector", "statistic": "length"}, VectorLayer),
    ],
)
def test_the_file_or_the_statistic_tells_what_a_layer_is(stated: dict[str, Any], kind: type) -> None:
    assert isinstance(layer(**stated), kind)


@pytest.mark.parametrize(
    ("stated", "unit", "fits"),
    [
        ({"statistic": "density"}, "1/(1e4 km^2)", True),
        ({"statistic": "density"}, "km", False),
        ({"statistic": "length_per_area"}, "m/ha", True),
        ({"statistic": "area_share"}, "%", True),
        ({"statistic": "area"}, "ha", True),
        ({"statistic": "nearest_distance"}, "m", True),
        ({"statistic": "count", "weight": {"column": "c", "unit_of_measure": "t"}}, "kt", True),
        ({"statistic": "count", "weight": {"column": "c", "unit_of_measure": "t"}}, "1", False),
        ({"statistic": "density", "weight": {"column": "c", "unit_of_measure": "person"}}, "person/km^2", True),
        ({"statistic": "length", "weight": {"column": "c", "unit_of_measure": "t"}}, "t km", True),
    ],
)
def test_the_unit_of_measure_must_fit_the_statistic(stated: dict[str, Any], unit: str, fits: bool) -> None:
    faults = Faults()
    check_vector_layers([layer(path="a.gpkg", **(stated | {"unit_of_measure": unit}))], plain_place, faults)
    assert (len(faults) == 0) is fits
    assert [fault.place.key for fault in faults] == ([] if fits else ["layers[0].unit_of_measure"])


def test_an_overlay_is_called_by_its_label_its_kind_or_its_code() -> None:
    assert OverlaySpec(path="a", kind="basin").called == {"zh": "流域", "en": "River basin"}
    assert OverlaySpec(path="a", code="ports").called == {"zh": "ports", "en": "ports"}
    assert OverlaySpec(path="a", kind="basin", label={"zh": "长江", "en": "Yangtze"}).called["en"] == "Yangtze"
    assert (OverlaySpec(path="a").named, OverlaySpec(path="a", code="p").named) == ("other", "p")
