# ruff: noqa: E501
"""Bad input: the file of an assessment, its YAML, and the file that it is based on."""

from tests.evaluate.tiny import ASSESSMENT, Project
from tests.messages.cases import Case, edit, replaced

FILE = "assessment.yaml"


def _folder_in_place(project: Project) -> None:
    project.path.unlink()
    project.path.mkdir()


def _points_to_itself(project: Project) -> None:
    project.path.unlink()
    project.path.symlink_to(FILE)


def _base_of_base(project: Project) -> None:
    project.write("other.yaml", "based_on: third.yaml\n")
    project.change(FILE, ("schema: assessment/1\n", "schema: assessment/1\nbased_on: other.yaml\n"))


def _base_with_a_fault(project: Project) -> None:
    project.write("other.yaml", project.path.read_text("utf-8").replace("bounds: [1, 100]", "bound: [1, 100]"))
    project.write(FILE, "schema: assessment/1\nbased_on: other.yaml\n")


CASES = [
    edit(
        FILE,
        "duplicate key",
        ("framework: framework.yaml\n", "framework: framework.yaml\ntitle: again\n"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:4  title: this key stands twice, in line 2 and line 4; remove one
""",
    ),
    edit(
        FILE,
        "bracket left open",
        ("weight_noise: 0.2}", "weight_noise: 0.2"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  the '{' that opens here is not closed with '}', or lacks a ','
""",
    ),
    edit(
        FILE,
        "comma forgotten",
        ("{path: roster.csv, unit: unit", "{path: roster.csv unit: unit"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:4  the '{' that opens here is not closed with '}', or lacks a ','
""",
    ),
    edit(
        FILE,
        "wrong indentation",
        ("  - path: data.csv\n    unit: unit", "  - path: data.csv\n   unit: unit"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:7  expected a key or '- ' indented like those above; check indentation, quotes and brackets
""",
    ),
    edit(
        FILE,
        "tab for blanks",
        ("    unit: unit\n", "\tunit: unit\n"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:7  a tab stands where blanks are expected; indent with blanks
""",
    ),
    replaced(
        FILE,
        "assessment not in UTF-8",
        ASSESSMENT.encode("gb18030"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:2  is no UTF-8; save the file as UTF-8
""",
    ),
    replaced(
        FILE,
        "empty assessment",
        "",
        said="""\
1 fault in assessment.yaml
  assessment.yaml  the file is empty; expected a mapping of keys
""",
    ),
    replaced(
        FILE,
        "assessment is a list",
        "- a\n- b\n",
        said="""\
1 fault in assessment.yaml
  assessment.yaml:1  the file must be a mapping of keys, such as schema: …
""",
    ),
    replaced(
        FILE,
        "assessment is no text",
        b"PK\x03\x04\x00\x00",
        said="""\
1 fault in assessment.yaml
  assessment.yaml:1  holds a control character that cannot be seen; remove it
""",
    ),
    Case(
        "no such assessment",
        lambda project: project.path.unlink(),
        said="""\
1 fault in assessment.yaml
  assessment.yaml  there is no file 'assessment.yaml'
""",
    ),
    Case(
        "assessment is a folder",
        _folder_in_place,
        said="""\
1 fault in assessment.yaml
  assessment.yaml  'assessment.yaml' is a folder; expected a file
""",
    ),
    Case(
        "assessment cannot be read",
        _points_to_itself,
        quoting=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml  'assessment.yaml' cannot be read (…)
""",
    ),
    edit(
        FILE,
        "based on a file elsewhere",
        ("schema: assessment/1\n", "schema: assessment/1\nbased_on: ../other.yaml\n"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:2  based_on: `based_on` must name another assessment file in the same folder; found '../other.yaml'
""",
    ),
    edit(
        FILE,
        "based on itself",
        ("schema: assessment/1\n", "schema: assessment/1\nbased_on: assessment.yaml\n"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:2  based_on: `based_on` must name another assessment file in the same folder; found 'assessment.yaml'
""",
    ),
    edit(
        FILE,
        "based on a file that is not there",
        ("schema: assessment/1\n", "schema: assessment/1\nbased_on: frame.yaml\n"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:2  based_on: there is no 'frame.yaml' in the same folder; did you mean 'framework.yaml'?
""",
    ),
    Case(
        "based on a file that is based on another",
        _base_of_base,
        said="""\
1 fault in other.yaml
  other.yaml:1  based_on: an assessment that others are based on cannot be based on another itself
""",
    ),
    Case(
        "a fault in the file that it is based on",
        _base_with_a_fault,
        said="""\
1 fault in other.yaml
  other.yaml:15  methodology.normalisation.bound: unknown key; known here: reference, out_of_range, bounds, method; did you mean 'bounds'?
""",
    ),
]
