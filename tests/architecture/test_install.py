"""What `make demo` and `make test` say where something is missing on the machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = ("sh", "dirname", "cat", "cksum", "grep", "tail", "rm", "printf", "test", "make", "env")


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """As much of a checkout as an installation reads, in a folder whose name holds a space."""
    folder = tmp_path / "a folder"
    shutil.copytree(root / "requirements", folder / "requirements")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(root / name, folder)
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of programs that holds no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    return folder


def fake_python(folder: Path, name: str, version: str, works: str) -> None:
    """A Python of `version` for which only the commands that hold `works` succeed."""
    path = folder / name
    lines = ["#!/bin/sh", 'case "$*" in', f"*python_version*) echo {version} ;;", f"*{works}*) exit 0 ;;"]
    path.write_text("\n".join([*lines, "*) exit 1 ;;", "esac", ""]), encoding="utf-8")
    path.chmod(0o755)


def make(checkout: Path, programs: Path, target: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", target, *(f"{name}={value}" for name, value in settings.items())],
        cwd=checkout,
        env={"PATH": str(programs), "HOME": str(checkout), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("target", ["demo", "test"])
def test_no_python(checkout: Path, programs: Path, target: str) -> None:
    done = make(checkout, programs, target)
    assert done.returncode == 2
    assert "was not installed: no Python 3.11 or newer is on the PATH." in done.stderr
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_named(checkout: Path, programs: Path) -> None:
    fake_python(programs, "python3", "3.9.2", works="nothing")
    done = make(checkout, programs, "demo")
    assert done.returncode == 2
    assert "Too old: python3 (3.9.2)" in done.stderr


def test_python_without_venv(checkout: Path, programs: Path) -> None:
    fake_python(programs, "python3", "3.11.2", works="version_info")
    done = make(checkout, programs, "demo")
    assert done.returncode == 2
    assert "Python is there (python3) but lacks one of its modules venv, ensurepip and ssl." in done.stderr
    assert "apt-get install python3-venv" in done.stderr


def test_the_python_named_is_the_one_used(checkout: Path, programs: Path) -> None:
    fake_python(programs, "python3", "3.11.2", works="")
    done = make(checkout, programs, "demo", PYTHON="python-of-mine")
    assert done.returncode == 2
    assert "PYTHON=python-of-mine is no Python 3.11 or newer" in done.stderr


def test_outside_a_checkout(checkout: Path, programs: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        ["make", "-f", str(checkout / "Makefile"), "demo"],
        cwd=tmp_path,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "make must run in the top folder of a checkout" in done.stderr


@pytest.mark.slow
def test_no_package_index(checkout: Path, programs: Path) -> None:
    """A whole `.venv` is made for this, which takes a while."""
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    done = subprocess.run(
        ["make", "demo"],
        cwd=checkout,
        env={
            "PATH": str(programs),
            "HOME": str(checkout),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": "http://127.0.0.1:9/",
            "PIP_RETRIES": "0",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert "was not installed: no package index could be reached" in done.stderr
    assert not list((checkout / ".venv").glob("installed-*"))
