"""The reference is complete and up to date: keys, commands, names, and the columns of a real run."""

import csv
import json
import re
from pathlib import Path

import pytest
import yaml

import evaluate
from evaluate.artifacts import FORMS
from evaluate.catalogue import METHODS
from evaluate.cli.main import build
from evaluate.forms import EACH, Form
from evaluate.reference_page import HEADINGS, filled, models
from evaluate.spatial import FORMS as SPATIAL
from indicators.formula import FUNCTIONS
from indicators.framework import Framework
from indicators.units import measure

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted((DOCS / "reference").glob("*.md"))
APART = [form for form in FORMS if form not in SPATIAL]
"""Tables with a section of their own; those of spatial analyses stand in one that is generated."""


def read(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    """Return what stands below a heading."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", page, re.M | re.S)
    assert found, f"there is no heading '{heading}'"
    return found[1]


def first_cells(text: str) -> list[str]:
    """Return the first cell of each row of the tables in a text, without their heads."""
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]
    assert rows[1].startswith("---")
    return rows[2:]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_generated_parts_are_up_to_date(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert page == filled(page), f"run: python -m evaluate.reference_page docs/reference/{path.name}"


def generated(kind: str) -> list[str]:
    return [
        name for path in PAGES for name in re.findall(rf"<!-- generated: {kind} ?(\S*) -->", path.read_text("utf-8"))
    ]


def test_every_model_has_its_table() -> None:
    listed = generated("keys")
    assert sorted(listed) == sorted(models()) == sorted(HEADINGS)


def test_every_family_of_methods_has_its_table() -> None:
    assert sorted(generated("methods")) == sorted(METHODS)


def test_every_command_has_its_help_in_order() -> None:
    commands = list(build("en").commands)
    assert generated("help") == ["", *commands]
    assert [h for h in re.findall(r"^## (\S+)$", read("command-line.md"), re.M)] == commands


def test_a_table_links_to_headings_of_its_page() -> None:
    for name in ("assessment.md", "framework.md"):
        page = read(name)
        known = {
            re.sub(r"[^a-z-]", "", heading.lower().replace(" ", "-")).strip("-")
            for heading in re.findall(r"^#+ (.*)$", page, re.M)
        }
        assert set(re.findall(r"\]\(#([a-z-]+)\)", page)) <= known


def test_every_public_name_is_described_and_called() -> None:
    page = read("python.md")
    assert sorted(re.findall(r"^## (\w+)$", page, re.M)) == sorted(evaluate.__all__)
    for name in evaluate.__all__:
        assert "```python" in section(page, name), f"{name} has no example"
        if callable(getattr(evaluate, name)) and not isinstance(getattr(evaluate, name), type):
            assert name in generated("signature")


@pytest.mark.parametrize("name", ["Assessment", "Fitted", "Framework", "Methodology", "Panel", "Results", "Scores"])
def test_the_attributes_named_exist(name: str) -> None:
    found = getattr(evaluate, name)
    known = {*dir(found), *getattr(found, "__annotations__", {}), *getattr(found, "model_fields", {})}
    named = set(re.findall(r"`\.(\w+)", section(read("python.md"), name)))
    assert named <= known


def test_every_function_of_formulas_is_described() -> None:
    described = re.findall(r"`(\w+)\(", "\n".join(first_cells(section(read("framework.md"), "Formulas 公式"))))
    assert sorted(described) == sorted(FUNCTIONS)


def test_every_unit_of_measure_named_is_one() -> None:
    text = section(read("framework.md"), "Units of measure 计量单位")
    named = [word for word in re.findall(r"`([^`]+)`", text)]
    assert len(named) > 30
    for word in named:
        measure(word)


@pytest.fixture(scope="module")
def folder(made_demo: Path) -> Path:
    return made_demo / "city-synergy-demo" / "cities-run"


def test_every_file_of_a_run_is_described(folder: Path) -> None:
    page = read("run-folder.md")
    listed = re.findall(r"^\| `([\w.]+)` \|", section(page, "Run folder"), re.M)
    assert sorted(listed) == sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("form", APART, ids=lambda form: form.name)
def test_the_columns_are_described_in_order(form: Form) -> None:
    cells = first_cells(section(read("run-folder.md"), f"{form.name}.csv"))
    assert [name for cell in cells for name in re.findall(r"`(\w+)`|\*(each \w+)\*", cell)] == [
        ("", name) if name.startswith(EACH) else (name, "") for name in form.columns
    ]


def test_the_tables_of_real_runs_are_of_their_forms(folder: Path) -> None:
    forms = {form.name: form for form in FORMS}
    for run in sorted(folder.parent.glob("*-run")):
        assessment = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["assessment"]
        framework = Framework.from_dict(assessment["framework"])
        several = {
            "dimension": list(framework.dimensions()), "indicator": list(framework.indicators),
            "correlate": list(assessment["outputs"]["correlates"]), "cohort": assessment["roster"]["cohorts"],
        }  # fmt: skip
        for path in run.glob("*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as stream:
                assert next(csv.reader(stream)) == forms[path.stem].named(**several), path.name


@pytest.mark.parametrize("name", ["manifest.json", "fitted.json"])
def test_the_keys_are_those_of_a_real_run(name: str, folder: Path) -> None:
    described = [
        key for cell in first_cells(section(read("run-folder.md"), name)) for key in re.findall(r"`(\w+)`", cell)
    ]
    assert sorted(described) == sorted(json.loads((folder / name).read_text(encoding="utf-8")))


def test_every_step_and_reason_kind_that_occurs_is_described(folder: Path) -> None:
    page = read("run-folder.md")
    for name, column in (("treatment", "step"), ("excluded", "what")):
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
            found = {row[column] for row in csv.DictReader(stream)}
        assert found
        assert found <= set(re.findall(r"`(\w+)`", section(page, f"{name}.csv")))


def test_every_page_stands_in_the_navigation() -> None:
    def paths(node: object) -> list[str]:
        if isinstance(node, str):
            return [node]
        return [path for part in (node.values() if isinstance(node, dict) else node) for path in paths(part)]  # type: ignore[attr-defined]

    nav = yaml.safe_load((DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    there = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    assert sorted(paths(nav)) == sorted(there)
