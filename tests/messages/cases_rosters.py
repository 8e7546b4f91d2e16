# ruff: noqa: E501
"""Bad input: rosters."""

from tests.evaluate.tiny import ROSTER
from tests.messages.cases import Case, edit, replaced

CASES = [
    edit(
        "roster.csv",
        "type that the framework lacks",
        ("C1,Ashford,resource", "C1,Ashford,resorce"),
        said="""\
1 fault in roster.csv
  roster.csv:2  type: the framework has no type 'resorce'; expected one of resource, industrial; did you mean 'resource'?
""",
    ),
    edit(
        "roster.csv",
        "blank type",
        ("C1,Ashford,resource", "C1,Ashford,"),
        said="""\
1 fault in roster.csv
  roster.csv:2  type: the type is blank; expected one of resource, industrial
""",
    ),
    edit(
        "roster.csv",
        "unit of the roster twice",
        ("C2,Birch", "C1,Birch"),
        said="""\
1 fault in roster.csv
  roster.csv:3  unit: unit C1 stands twice: in row 2 and row 3
""",
    ),
    edit(
        "roster.csv",
        "missing column of the roster",
        ("unit,name", "code,name"),
        said="""\
1 fault in roster.csv
  roster.csv:1  roster.unit: there is no column 'unit' in header row 1; there are: code, name, type, region
""",
    ),
    edit(
        "roster.csv",
        "missing cohort",
        ("type,region", "type,regions"),
        said="""\
1 fault in roster.csv
  roster.csv:1  roster.cohorts[0]: there is no column 'region' in header row 1; there are: unit, name, type, regions; did you mean 'regions'?
""",
    ),
    edit(
        "assessment.yaml",
        "types without their column",
        ("type: type, ", ""),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:4  roster: the framework has types (resource, industrial); name the column that holds them as roster.type
""",
    ),
    replaced(
        "roster.csv",
        "empty roster",
        ROSTER.splitlines()[0] + "\n",
        said="""\
1 fault in roster.csv
  roster.csv:1  the table is empty: there is no row below the column names
""",
    ),
    Case(
        "no such roster",
        lambda project: (project.folder / "roster.csv").unlink(),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:4  roster.path: there is no file 'roster.csv'
""",
    ),
]
