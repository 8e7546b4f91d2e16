"""A foreign package `evaluate` is recognised before anything is imported from it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

START = "import sys; from indicators.launcher import entry; sys.exit(entry())"
FOREIGN = '"""Metrics for models."""\n'


@pytest.fixture
def site(root: Path, tmp_path: Path) -> Path:
    """The project as a wheel installs it, in a folder of its own."""
    built = next(WheelBuilder(str(root)).build(directory=str(tmp_path / "wheel"), versions=["standard"]))
    with zipfile.ZipFile(built) as packed:
        packed.extractall(tmp_path / "site")
    return tmp_path / "site"


def start(tmp_path: Path, *folders: Path) -> subprocess.CompletedProcess[str]:
    """Start the command's version with `folders` first on the module path, away from the checkout."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders)), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", START, "--version"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def install_foreign(folder: Path) -> None:
    """What another distribution called `evaluate` leaves in a folder of packages."""
    (folder / "evaluate").mkdir(parents=True, exist_ok=True)
    (folder / "evaluate" / "__init__.py").write_text(FOREIGN, encoding="utf-8")
    info = folder / "evaluate-0.4.6.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: evaluate\nVersion: 0.4.6\n", encoding="utf-8")
    (info / "RECORD").write_text("evaluate/__init__.py,,\nevaluate-0.4.6.dist-info/METADATA,,\n", encoding="utf-8")


def test_ours_starts(site: Path, tmp_path: Path) -> None:
    done = start(tmp_path, site)
    assert done.returncode == 0, done.stderr
    assert "0.1.0" in done.stdout


def refused(done: subprocess.CompletedProcess[str]) -> bool:
    return (
        done.returncode == 1
        and not done.stdout
        and "Traceback" not in done.stderr
        and "is not that of city-synergy: it belongs to evaluate" in done.stderr
        and "不是 city-synergy 的，它属于发行包 evaluate" in done.stderr
    )


def test_an_overwritten_package_is_named(site: Path, tmp_path: Path) -> None:
    install_foreign(site)
    done = start(tmp_path, site)
    assert refused(done), done.stderr
    assert str(site / "evaluate") in done.stderr


def test_a_hidden_package_is_named(site: Path, tmp_path: Path) -> None:
    install_foreign(tmp_path / "other")
    done = start(tmp_path, tmp_path / "other", site)
    assert refused(done), done.stderr
    assert str(tmp_path / "other" / "evaluate") in done.stderr


def test_a_hidden_checkout_is_named(root: Path, tmp_path: Path) -> None:
    install_foreign(tmp_path / "other")
    assert refused(start(tmp_path, tmp_path / "other", root))


def test_a_foreign_package_that_ours_precedes_does_no_harm(site: Path, tmp_path: Path) -> None:
    install_foreign(tmp_path / "other")
    assert start(tmp_path, site, tmp_path / "other").returncode == 0


def test_what_an_uninstalled_intruder_took_along_is_missed(site: Path, tmp_path: Path) -> None:
    (site / "evaluate" / "__init__.py").unlink()
    done = start(tmp_path, site)
    assert done.returncode == 1
    assert "Reinstall city-synergy" in done.stderr
    assert "Traceback" not in done.stderr
