"""The layers of the house, kept by import-linter; its contracts stand in pyproject.toml."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run every contract on the packages in `folder`, and on no others."""
    return subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_every_import_keeps_to_the_layers(root: Path) -> None:
    done = lint(root)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("indicators/wrong.py", "import evaluate", "evaluate, then geo, then indicators"),
        ("geo/wrong.py", "import evaluate", "evaluate, then geo, then indicators"),
        ("indicators/wrong.py", "def f():\n    import geopandas", "indicators knows no geometry"),
        ("geo/wrong.py", "import folium", "folium only in geo.maps"),
        ("geo/wrong.py", "import click", "click only in evaluate.cli"),
    ],
)
def test_a_wrong_import_is_caught(root: Path, tmp_path: Path, module: str, line: str, contract: str) -> None:
    for package in ("indicators", "geo", "evaluate"):
        shutil.copytree(root / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    (tmp_path / module).write_text(f'"""Wrong on purpose."""\n\n{line}\n', encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1
    broken = [said for said in done.stdout.splitlines() if "BROKEN" in said]
    assert any(said.startswith(contract) for said in broken), done.stdout + done.stderr
