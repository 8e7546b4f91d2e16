"""The lock files hold what pyproject.toml asks for: pinned versions with hashes, from no named index."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

GROUPS = ("core", "build", "test", "docs", "benchmark", "lock")
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(root: Path, group: str) -> dict[str, str]:
    """Name and version of everything locked for a group; a line of any other form is a fault of the file."""
    locked: dict[str, str] = {}
    hashes: dict[str, int] = {}
    name = ""
    for line in (root / "requirements" / f"{group}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if HASH.match(line):
            hashes[name] += 1
            continue
        pin = PIN.match(line)
        assert pin, f"requirements/{group}.txt holds something else than a pinned version: {line}"
        name = pin["name"]
        assert name not in locked, f"{name} has two versions in requirements/{group}.txt"
        locked[name] = pin["version"]
        hashes[name] = 0
    assert [found for found, count in hashes.items() if not count] == []
    return locked


def wanted(root: Path, group: str) -> list[Requirement]:
    asked = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lines = asked["project"]["dependencies"] if group == "core" else asked["dependency-groups"][group]
    return [Requirement(line) for line in lines]


def test_every_group_has_its_lock_and_every_lock_its_group(root: Path) -> None:
    asked = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert {"core", *asked["dependency-groups"]} == set(GROUPS)
    assert {path.stem for path in (root / "requirements").glob("*.txt")} == set(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_the_lock_holds_what_is_asked_for(root: Path, group: str) -> None:
    locked = pins(root, group)
    unmet = [
        f"{requirement} (locked: {locked.get(canonicalize_name(requirement.name))})"
        for requirement in wanted(root, group)
        if locked.get(canonicalize_name(requirement.name)) not in requirement.specifier
    ]
    assert not unmet, "run `make lock`"


@pytest.mark.parametrize("group", GROUPS[1:])
def test_groups_agree_with_the_core(root: Path, group: str) -> None:
    core = pins(root, "core")
    assert not {name: version for name, version in pins(root, group).items() if core.get(name, version) != version}


def test_the_build_backend_is_locked(root: Path) -> None:
    asked = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    locked = pins(root, "build")
    for line in asked["build-system"]["requires"]:
        requirement = Requirement(line)
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier
