"""Tables of links: what is taken, what is passed over, and every fault with its cell."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from evaluate.intake.links import LinksTable, read_links
from evaluate.spatial_spec import LinksSpec
from geo.neighbours import Ground, Table, find_neighbours
from indicators.errors import InputError, Place
from indicators.spec import build, dotted

ROSTER = ["110000", "120000", "130000"]


def read(folder: Path, text: str, name: str = "t.csv", **stated: object) -> LinksTable:
    (folder / name).write_bytes(text.encode("utf-8"))
    spec = build(LinksSpec, {"path": name, **stated})
    return read_links("flows", spec, folder, ROSTER, lambda path: Place("assessment.yaml", line=9, key=dotted(path)))


def rows(found: LinksTable) -> list[list[object]]:
    return found.links.astype(object).where(found.links.notna(), None).to_numpy().tolist()


def test_links_in_order_with_strengths_and_years(tmp_path: Path) -> None:
    found = read(
        tmp_path, "year,from,to,t\n2021,120000.0,110000,2\n2020,110000, 120000 ,1e3\n2020.0,110000,130000,0.5\n",
        value="t", unit_of_measure="t", year="year",
    )  # fmt: skip
    assert list(found.links.columns) == ["from", "to", "value", "year"]
    assert rows(found) == [
        ["110000", "120000", 1000.0, 2020], ["110000", "130000", 0.5, 2020], ["120000", "110000", 2.0, 2021],
    ]  # fmt: skip
    assert found.warnings(Place()) == []


def test_without_strengths_and_years_both_are_blank(tmp_path: Path) -> None:
    found = read(tmp_path, "up,down\n110000,120000\n,\n", **{"from": "up", "to": "down"})
    assert rows(found) == [["110000", "120000", None, None]]
    assert found.links["year"].dtype == pd.Int64Dtype()


def test_rows_that_say_nothing_are_counted(tmp_path: Path) -> None:
    text = (
        "from,to,t\n110000,120000,1\n110000,999,x\n130000,130000,5\n120000,110000,0\n130000,110000,\n120000,130000,—\n"
    )
    found = read(tmp_path, text, value="t", unit_of_measure="t", missing=["—"])
    assert (found.outside, found.itself, found.without) == (1, 1, 3)
    assert rows(found) == [["110000", "120000", 1.0, None]]
    assert found.warnings(Place())[0].values == {"name": "flows", "outside": 1, "itself": 1, "without": 3}


def test_opposite_directions_and_other_years_are_other_links(tmp_path: Path) -> None:
    text = "from,to,year\n110000,120000,2020\n120000,110000,2020\n110000,120000,2021\n"
    assert len(read(tmp_path, text, year="year").links) == 3


def test_a_workbook_names_the_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "联系"
    for line in (["源", "汇", "量"], [110000, 120000, -1], [110000, None, 3], ["#REF!", 120000, 1]):
        page.append(line)
    page["A4"].data_type = "e"
    book.save(tmp_path / "t.xlsx")
    spec = build(LinksSpec, {"path": "t.xlsx", "from": "源", "to": "汇", "value": "量", "unit_of_measure": "t"})
    with pytest.raises(InputError) as caught:
        read_links("flows", spec, tmp_path, ROSTER, lambda path: Place("assessment.yaml", key=dotted(path)))
    places = {str(fault.place) for fault in caught.value.faults}
    assert places == {"t.xlsx 联系!B3", "t.xlsx 联系!A4", "t.xlsx 联系!C2"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from,to,t\n110000,120000,1,7\n", "the row has 4 cells"),
        ("from,to,t\n", "no row"),
        ("from,too,t\n110000,120000,1\n", "did you mean 'too'?"),
        ("from,to,t\n110000,120000,1e999\n", "t.csv:2"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, value="t", unit_of_measure="t")
    assert said in caught.value.render("en")


def test_a_table_without_strengths_gives_neighbours_that_count_alike(tmp_path: Path) -> None:
    table = read(tmp_path, "from,to\n110000,120000\n130000,120000\n").links
    rule = Table(rule="table", table="flows", standardisation="none")
    found = find_neighbours(rule, Ground.of(ROSTER, tables={"flows": table}))
    assert found.of("120000") == {"110000": 1.0, "130000": 1.0} and found.islands == ("110000", "130000")


def test_many_wrong_cells_are_counted(tmp_path: Path) -> None:
    lines = "".join("110000,120000,x\n" for _ in range(30))
    with pytest.raises(InputError) as caught:
        read(tmp_path, "from,to,t\n" + lines, value="t", unit_of_measure="t")
    assert len(caught.value.faults) == 21
