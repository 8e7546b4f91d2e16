"""The command that shows and clears the cache of coverage fractions."""

import json
from pathlib import Path

import pytest
from shapely import box

from evaluate.cli.main import entry
from geo.coverage import Edition, Grid
from geo.crs.systems import WGS84

GRID = Grid(WGS84.to_wkt(), 100, 32, 1, 1, 2, 2)
GONE = "0" * 64


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import geopandas as gpd

    folder = tmp_path / "cache"
    monkeypatch.setenv("CITY_SYNERGY_CACHE", str(folder))
    frame = gpd.GeoDataFrame({"unit": ["a", "b"]}, geometry=[box(100, 30, 101.5, 32)] * 2, crs="EPSG:4326")
    list(Edition(frame, cache=folder).on(GRID).blocks())
    return folder


def test_it_lists_what_there_is(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cache / f"{GONE}.npz").write_bytes(b"broken")
    (cache / f"{'f' * 64}.abc.part").write_bytes(b"half")
    assert entry(["cache", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        "key",
        "size",
        "(MB)",
        "units",
        "grid",
        "(system,",
        "rows",
        "×",
        "columns,",
        "cell,",
        "extent)",
    ]
    assert lines[2].split() == ["0" * 12, "0.0", "–", "–"]
    assert lines[3].endswith("  0.0      2  EPSG:4326, 2 × 2, 1 × 1, x 100 … 102, y 30 … 32")
    assert lines[4].split() == ["f" * 12, "0.0", "–", "unfinished:", "being", "written,", "or", "cut", "off"]
    assert lines[5] == f"3 entries, 0.0 MB, in {cache.as_posix()}"
    assert entry(["cache", "--quiet", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == f"{cache.as_posix()} 中有 3 个条目，共 0.0 MB\n"


def test_it_clears_what_there_is(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cache / "mine.txt").write_text("mine")
    assert entry(["cache", "--clear", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["folder"], told["cleared"], len(told["entries"])) == (cache.as_posix(), True, 1)
    assert told["bytes"] == told["entries"][0]["bytes"] > 0
    assert [path.name for path in cache.iterdir()] == ["mine.txt"]
    assert entry(["cache", "--clear", "--lang", "en"]) == 0
    assert capsys.readouterr().out == f"0 entries, 0.0 MB, removed from {cache.as_posix()}\n"


def test_there_may_be_none(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_SYNERGY_CACHE", "off")
    assert entry(["cache", "--lang", "en"]) == 0
    assert capsys.readouterr().out == "the cache is switched off (CITY_SYNERGY_CACHE is off)\n"
    monkeypatch.setenv("CITY_SYNERGY_CACHE", str(tmp_path / "nowhere"))
    assert entry(["cache", "--lang", "en"]) == 0
    assert capsys.readouterr().out == f"0 entries, 0.0 MB, in {(tmp_path / 'nowhere').as_posix()}\n"


def test_what_cannot_be_removed_is_a_fault(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refused)
    assert entry(["cache", "--clear", "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert said.endswith("cannot read or clear the folder of the cache (Permission denied)\n")
