"""The catalogue of texts: both languages, the same places to fill, nothing missing and nothing left over."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from indicators.texts import LANGUAGES

PACKAGES = ("indicators", "geo", "evaluate")
# Names of files look like keys: `report.html` is none.
SUFFIXES = (
    "css",
    "csv",
    "geojson",
    "gpkg",
    "html",
    "js",
    "json",
    "md",
    "parquet",
    "svg",
    "tif",
    "xlsx",
    "yaml",
)


def read(path: Path) -> dict[str, dict[str, str]]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


@pytest.fixture(scope="module")
def texts(root: Path) -> dict[str, dict[str, str]]:
    """Every entry of every topic, under the key that code uses."""
    return {
        f"{path.stem}.{name}": entry
        for path in sorted((root / "configs" / "locales").glob("*.yaml"))
        for name, entry in read(path).items()
    }


def places(template: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_text_has_both_languages(texts: dict[str, dict[str, str]]) -> None:
    assert texts
    assert not {
        key: entry
        for key, entry in texts.items()
        if set(entry) != set(LANGUAGES) or not all(isinstance(said, str) and said for said in entry.values())
    }


def test_every_stage_that_is_told_has_its_words(root: Path, texts: dict[str, dict[str, str]]) -> None:
    # their keys are put together, so that no other test sees one missing
    told = {
        name
        for path in (root / "evaluate").rglob("*.py")
        for name in re.findall(r"\b(?:stage|progress)\(\"(\w+)\"[,)]", path.read_text(encoding="utf-8"))
    }
    assert {"cells", "check", "choose", "write"} <= told
    assert {f"stages.{name}" for name in told} <= set(texts)


def test_both_languages_fill_the_same_places(texts: dict[str, dict[str, str]]) -> None:
    apart = {key: {lang: places(entry[lang]) for lang in LANGUAGES} for key, entry in texts.items()}
    assert not {key: sides for key, sides in apart.items() if sides["zh"] != sides["en"]}


def test_chinese_is_chinese_and_english_is_not(texts: dict[str, dict[str, str]]) -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    assert not [key for key, entry in texts.items() if han.search(entry["en"])]


def literals(tree: ast.AST) -> Iterator[str]:
    """Every string in a module; of an f-string or a sum a pattern, its open parts as a run of characters."""
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield re.escape(node.value)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and isinstance(node.left, ast.Constant):
            yield re.escape(str(node.left.value)) + r"\w+"
        elif isinstance(node, ast.JoinedStr):
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values
            )


@pytest.fixture(scope="module")
def used(root: Path, texts: dict[str, dict[str, str]]) -> dict[str, str]:
    """Every key, or pattern of keys, that code and templates name, and a place where it is named."""
    topics = {key.partition(".")[0] for key in texts}
    key = re.compile(rf"(?:{'|'.join(sorted(topics))})\\?\.[a-z0-9_\\w+]+")
    modules = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for package in PACKAGES
        for path in (root / package).rglob("*.py")
    }
    modules |= {module.removesuffix(".__init__") for module in modules}
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix == ".py":
                named = list(literals(ast.parse(path.read_text(encoding="utf-8"))))
            elif path.suffix in (".html", ".j2", ".jinja", ".js", ".css"):
                named = [
                    re.escape(word) for word in re.findall(r"[\"']([a-z_]+\.[a-z0-9_]+)[\"']", path.read_text("utf-8"))
                ]
            else:
                continue
            for name in named:
                plain = name.replace("\\", "")
                if key.fullmatch(name) and plain not in modules and plain.rpartition(".")[2] not in SUFFIXES:
                    found.setdefault(name, str(path.relative_to(root)))
    return found


def test_every_key_named_has_its_text(texts: dict[str, dict[str, str]], used: dict[str, str]) -> None:
    assert used
    known = "\n".join(texts)
    missing = {
        name.replace("\\", ""): place
        for name, place in used.items()
        if name.replace("\\", "") not in texts and not re.search(rf"(?m)^(?:{name})$", known)
    }
    assert not missing


def test_every_text_is_used(texts: dict[str, dict[str, str]], used: dict[str, str]) -> None:
    # most keys are named whole; what is put together is one pattern for all, since one for each takes half a minute
    whole = {name.replace("\\", "") for name in used}
    patterns = re.compile("|".join(name for name in used if r"\w+" in name))
    idle = [key for key in texts if key not in whole and not patterns.fullmatch(key)]
    assert not idle
