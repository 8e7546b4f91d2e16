"""What the wheel holds: the three packages, the definitions, the licences, and nothing else."""

import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

PACKAGES = ("indicators", "geo", "evaluate")


def build_wheel(source: Path, folder: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(next(WheelBuilder(str(source)).build(directory=str(folder), versions=["standard"])))


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return build_wheel(root, tmp_path_factory.mktemp("wheel"))


def files(folder: Path) -> set[Path]:
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }


def test_only_the_packages_stand_at_the_top(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel.namelist()} == {*PACKAGES, "city_synergy"}


def test_every_file_of_packages_and_definitions_is_in(root: Path, wheel: zipfile.ZipFile) -> None:
    expected = {f"{package}/{path.as_posix()}" for package in PACKAGES for path in files(root / package)}
    expected |= {f"evaluate/configs/{path.as_posix()}" for path in files(root / "configs")}
    packed = {name for name in wheel.namelist() if not name.startswith("city_synergy-")}
    assert {"missing": expected - packed, "extra": packed - expected} == {"missing": set(), "extra": set()}
    assert "evaluate/configs/locales/faults.yaml" in packed


def test_licences_and_the_command_are_in(wheel: zipfile.ZipFile) -> None:
    info = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")).removesuffix("METADATA")
    assert {f"{info}licenses/LICENSE", f"{info}licenses/NOTICE"} <= set(wheel.namelist())
    entry_points = wheel.read(f"{info}entry_points.txt").decode()
    assert "city-synergy = indicators.launcher:entry" in entry_points
    assert "License-Expression: Apache-2.0" in wheel.read(f"{info}METADATA").decode()


def test_the_source_distribution_builds_the_same_wheel(root: Path, wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    archive = next(SdistBuilder(str(root)).build(directory=str(tmp_path), versions=["standard"]))
    with tarfile.open(archive) as packed:
        # The filter came with Python 3.11.4; without one, later versions warn.
        packed.extractall(tmp_path / "source", **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (source,) = (tmp_path / "source").iterdir()
    assert {"tests", "docs", "requirements", "Makefile"} <= {path.name for path in source.iterdir()}
    again = build_wheel(source, tmp_path / "again")
    assert {info.filename: info.CRC for info in again.infolist()} == {
        info.filename: info.CRC for info in wheel.infolist()
    }


def test_an_editable_installation_copies_nothing(root: Path, tmp_path: Path) -> None:
    built = next(WheelBuilder(str(root)).build(directory=str(tmp_path), versions=["editable"]))
    names = {name.split("/")[0].split("-")[0] for name in zipfile.ZipFile(built).namelist()}
    assert names == {"_city_synergy.pth", "city_synergy"}
