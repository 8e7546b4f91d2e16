"""What the command's start may load: `--help` and `--version` answer at once."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "branca",
    "cnmaps",
    "dask",
    "distributed",
    "exactextract",
    "folium",
    "geopandas",
    "h5netcdf",
    "highspy",
    "matplotlib",
    "numpy",
    "pandas",
    "pint",
    "pyarrow",
    "pyogrio",
    "pyproj",
    "rasterio",
    "scipy",
    "shapely",
    "sklearn",
    "xarray",
    "xlsxwriter",
    "zarr",
}
START = """
import json, sys
from indicators.launcher import entry
sys.argv = ["city-synergy", *sys.argv[1:]]
try:
    status = entry()
except SystemExit as left:
    status = left.code
print(json.dumps([status or 0, sorted(name for name in sys.modules if "." not in name)]), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    status, loaded = json.loads(done.stderr.splitlines()[-1])
    assert status == 0
    assert done.stdout
    assert "click" in loaded
    assert not HEAVY & set(loaded)


def test_the_packages_themselves_load_nothing_heavy() -> None:
    code = "import sys, indicators, geo, evaluate; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())
