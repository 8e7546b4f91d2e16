"""`load`: a checked assessment with its panel, framework, methodology, and the files that it rests on."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluate import Methodology, load, run
from evaluate.assessment import bundled_frameworks, load_framework, read_json
from evaluate.needs import needed_years
from evaluate.verify import verify
from indicators.errors import InputError, Place
from tests.evaluate.tiny import DATA, Project, full


def faults(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(path)
    return [line.strip() for line in caught.value.render("en").splitlines()[1:]]


def test_a_good_assessment_is_loaded(project: Project) -> None:
    loaded = load(project.path)
    assert loaded.panel.codes == ("C1", "C2", "C3", "C4", "C5", "C6")
    assert loaded.panel.years == (2019, 2020, 2021)
    assert loaded.panel.scored == (2020, 2021)
    assert (loaded.panel.rank, loaded.panel.baseline) == (2021, 2019)
    assert loaded.panel.cohorts == ("region",)
    assert loaded.framework.code == "tiny"
    assert loaded.methodology.normalisation.method == "min_max"
    assert loaded.warnings == ()
    assert [(entry.role, entry.path) for entry in loaded.inputs] == [
        ("assessment", "assessment.yaml"), ("framework", "framework.yaml"), ("roster", "roster.csv"),
        ("data", "data.csv"),
    ]  # fmt: skip


def test_a_path_may_be_a_text_and_relative(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    assert load("assessment.yaml").panel.codes == load(project.path).panel.codes
    monkeypatch.chdir(project.folder.parent)
    assert load("project/assessment.yaml").panel.codes == load(project.path).panel.codes


def test_values_are_in_the_units_of_measure_of_the_framework(project: Project) -> None:
    values = load(project.path).panel.values
    assert values.loc[("C1", 2020), "gdp"] == 106e8
    project.assess(
        ("gdp_1e8: {variable: gdp, unit_of_measure: 1e8 CNY}", "gdp_1e8: {variable: gdp, unit_of_measure: 1e4 CNY}")
    )
    assert load(project.path).panel.values.loc[("C1", 2020), "gdp"] == 106e4


def test_only_the_years_that_are_needed_are_read(project: Project) -> None:
    loaded = load(project.path)
    # Only the reduction of CO2 looks at the baseline year.
    needed = needed_years(loaded.file, loaded.methodology, loaded.framework)
    assert needed == {"co2": {2019, 2020, 2021}, "so2": {2020, 2021}, "gdp": {2020, 2021}}
    project.change("data.csv", ("C1,2019,5000,400,100", "C1,2019,5000,not read,nor this"))
    assert np.isnan(load(project.path).panel.values.loc[("C1", 2019), "so2"])
    project.change("data.csv", ("C1,2019,5000,", "C1,2019,read,"))
    assert faults(project.path) == ["data.csv:2  co2_t: 'read' is no number (unit C1, year 2019)"]


def _spatial(analysis: str) -> str:
    return f"spatial: {{neighbours: {{alike: {{rule: economic, column: gdp}}}}, {analysis}}}\nrobustness:"


@pytest.mark.parametrize(
    ("change", "variable", "years"),
    [
        (("bounds: [1, 100]", "bounds: [1, 100], reference: baseline"), "so2", {2019, 2020, 2021}),
        (("report: []", "report: [], correlates: {before: 'lag(so2, 3)'}"), "so2", {2017, 2018, 2020, 2021}),
        (("report: []", "report: [], correlates: {mean: 'rolling(so2, 3)'}"), "so2", {2018, 2019, 2020, 2021}),
        (("report: []", "report: [], correlates: {growing: growth(gdp)}"), "gdp", {2019, 2020, 2021}),
        (("  weighting:", "  veto: {so2: {above: 1, cap: 60}}\n  weighting:"), "so2", {2020, 2021}),
        (
            ("  weighting:", "  imputation: {method: last_value, limit: 2}\n  weighting:"),
            "so2",
            {2018, 2019, 2020, 2021},
        ),
        (("  weighting:", "  imputation: {method: last_value}\n  weighting:"), "so2", {2020, 2021}),
        (("vary: {", "vary: {imputation: [{method: last_value, limit: 1}], "), "so2", {2019, 2020, 2021}),
        (("robustness:", _spatial("autocorrelation: {of: ['lag(gdp, 1)']}")), "gdp", {2019, 2020, 2021}),
        (
            ("robustness:", _spatial("autocorrelation: {pairs: [[co2, 'lag(gdp, 2)']]}")),
            "gdp",
            {2018, 2019, 2020, 2021},
        ),
        (("robustness:", _spatial("dynamics: {of: [so2]}")), "so2", {2020, 2021}),
        (
            ("robustness:", "spatial: {neighbours: {alike: {rule: economic, column: 'growth(gdp)'}}}\nrobustness:"),
            "gdp",
            {2019, 2020, 2021},
        ),
    ],
)
def test_what_is_needed_follows_from_what_is_asked(
    change: tuple[str, str], variable: str, years: set[int], project: Project
) -> None:
    loaded = load(project.path)
    project.assess(change)
    try:
        file, methodology = load(project.path).file, load(project.path).methodology
    except InputError:
        pytest.fail("years before the data are missing values, no fault")
    assert needed_years(file, methodology, loaded.framework)[variable] == years


def test_a_veto_needs_its_variable_even_if_no_indicator_does(project: Project) -> None:
    project.change("framework.yaml", ("  gdp: {unit", "  pm25: {unit_of_measure: ug/m^3}\n  gdp: {unit"))
    load(project.path)
    project.assess(("  weighting:", "  veto: {pm25: {above: 35, cap: 60}}\n  weighting:"))
    assert faults(project.path) == ["assessment.yaml:5  data: no table or layer gives the variable 'pm25'"]


def test_every_reported_value_has_its_cell(project: Project) -> None:
    reported = load(project.path).reported
    assert len(reported) == 6 * (3 + 2 + 2)
    row = reported[(reported["unit"] == "C2") & (reported["year"] == 2020) & (reported["variable"] == "gdp")].iloc[0]
    assert (row["file"], row["row"], row["column"]) == ("data.csv", 6, "gdp_1e8")
    assert (row["value"], row["unit_of_measure"]) == (125e8, "CNY")
    assert (row["reported_value"], row["reported_unit_of_measure"]) == ("125", "1e8 CNY")


def test_several_tables_and_layouts_make_one_panel(project: Project) -> None:
    cells = [line.split(",") for line in DATA.splitlines()[1:]]
    units = list(dict.fromkeys(c[0] for c in cells))
    project.write("co2.csv", "city," + ",".join(f"C{y}" for y in (2019, 2020, 2021)) + "\n" + "".join(
        f"{unit}," + ",".join(c[2] for c in cells if c[0] == unit) + "\n" for unit in units
    ))  # fmt: skip
    project.write("long.csv", "city,when,item,amount\n" + "".join(
        f"{c[0]},{c[1]},硫,{c[3]}\n{c[0]},{c[1]},产值,{c[4]}\n{c[0]},{c[1]},其他,x\n" for c in cells
    ))  # fmt: skip
    before = load(project.path).panel.values
    text = project.path.read_text(encoding="utf-8")
    start, end = text.index("data:\n"), text.index("period:")
    project.write("assessment.yaml", text[:start] + """\
data:
  - {path: co2.csv, unit: city, layout: years, prefix: C, from: 2019, to: 2021, variable: co2, unit_of_measure: t}
  - path: long.csv
    unit: city
    year: when
    layout: long
    variable: item
    value: amount
    variables: {硫: {variable: so2, unit_of_measure: t}, 产值: {variable: gdp, unit_of_measure: 1e8 CNY}}
""" + text[end:])  # fmt: skip
    assert load(project.path).panel.values.equals(before)


def test_boundaries_are_those_of_the_roster(project: Project) -> None:
    project.draw(("C1", "C2", "Z9"))
    loaded = load(project.path)
    assert loaded.boundaries is not None
    assert list(loaded.boundaries.frame["unit"]) == ["C1", "C2"]
    assert loaded.boundaries.off_map == ("C3", "C4", "C5", "C6")
    assert [w.text_key for w in loaded.warnings] == ["assessment.off_map", "assessment.ignored_boundaries"]


def test_long_lists_of_units_say_that_they_go_on(project: Project) -> None:
    more = [f"N{number:02}" for number in range(25)]
    roster = (project.folder / "roster.csv").read_text() + "".join(f"{code},{code},resource,north\n" for code in more)
    project.write("roster.csv", roster)
    project.write(
        "data.csv", DATA + "".join(f"{code},{year},1000,10,100\n" for code in more for year in (2019, 2020, 2021))
    )
    project.draw()
    (warning,) = load(project.path).warnings
    assert warning.message("en").startswith("25 unit(s) without a boundary are ranked but not drawn: N00, N01, ")
    assert (
        "N19, …; manifest.json of the run folder lists all (boundaries.off_map). Where codes were"
        in warning.message("en")
    )
    assert "manifest.json（boundaries.off_map）列出全部" in warning.message("zh")


def raster(path: Path, value: float) -> None:
    """Write a raster over the boundaries that `draw` makes: a tenth of a degree a cell, one value everywhere."""
    rasterio = pytest.importorskip("rasterio")
    grid = rasterio.Affine(0.1, 0, 100, 0, -0.1, 31)
    cells = np.full((10, 60), value, dtype="float32")
    with rasterio.open(
        path, "w", driver="GTiff", width=60, height=10, count=1, dtype="float32", crs="EPSG:4326", transform=grid
    ) as file:  # fmt: skip
        file.write(cells, 1)


def from_layer(project: Project, values: dict[int, float]) -> None:
    project.draw()
    for year, value in values.items():
        raster(project.folder / f"so2_{year}.tif", value)
    project.assess(
        ("      so2_t: {variable: so2, unit_of_measure: t}\n", ""),
        ("period:", "layers:\n  - {path: 'so2_{year}.tif', variable: so2, unit_of_measure: kg}\nperiod:"),
    )


def test_a_layer_gives_a_variable_in_its_unit_of_measure(project: Project) -> None:
    from_layer(project, {2020: 4000, 2021: 5000})
    loaded = load(project.path)
    assert loaded.panel.values.loc[("C1", 2020), "so2"] == pytest.approx(4)
    assert loaded.panel.values.loc[("C6", 2021), "so2"] == pytest.approx(5)
    assert np.isnan(loaded.panel.values.loc[("C1", 2019), "so2"])
    own = loaded.reported[loaded.reported["variable"] == "so2"].iloc[0]
    assert (own["file"], own["reported_unit_of_measure"]) == ("so2_2020.tif", "kg")
    assert {entry.path for entry in loaded.inputs if entry.role == "layer"} == {"so2_2020.tif", "so2_2021.tif"}


def test_a_layer_is_held_to_the_allowed_range(project: Project) -> None:
    from_layer(project, {2020: 4000, 2021: -7000})
    assert faults(project.path)[0] == "so2_2021.tif  so2: -7 t is below the allowed minimum 0 (unit C1, year 2021)"
    assert len(faults(project.path)) == 6
    raster(project.folder / "so2_2021.tif", 6e6)
    assert faults(project.path)[5] == "so2_2021.tif  so2: 6000 t is above the allowed maximum 5000 (unit C6, year 2021)"


def test_all_faults_are_found_in_one_go(project: Project) -> None:
    project.assess(("bounds: [1, 100]", "bound: [1, 100]"), ("path: roster.csv", "path: rooster.csv"))
    said = faults(project.path)
    assert [line.split("  ")[0] for line in said] == ["assessment.yaml:4", "assessment.yaml:15"]
    assert said[0].endswith("there is no file 'rooster.csv'; did you mean 'roster.csv'?")


@pytest.mark.parametrize(
    "pair",
    [
        ("bounds: [1, 100]", "bound: [1, 100]"),
        ("runs: 20", "runs: 0"),
        ("language: en", "language: de"),
        ("title: {zh: 小型评价, en: Tiny assessment}", "titel: Tiny"),
        ("title:", "notice: 3\ntitle:"),
        ("period:", "coverage: {unit: 2}\nperiod:"),
        ("period:", "unheard: of\nperiod:"),
    ],
)
def test_a_wrong_part_does_not_hide_what_else_is_wrong(pair: tuple[str, str], project: Project) -> None:
    project.assess(pair)
    alone = faults(project.path)
    project.change("data.csv", ("C1,2020,4800,", "C1,2020,—,"))
    both = faults(project.path)
    assert set(alone) < set(both)
    assert len(both) == len(alone) + 1
    assert "'—' is no number" in both[-1]


def test_no_follow_up_faults_where_a_part_is_left_out(project: Project) -> None:
    project.change("framework.yaml", ("formula: gdp,", "formula: gdp, goalposts: [50, 300],"))
    project.assess(
        ("method: min_max, bounds: [1, 100]", "method: goalpost"),
        (
            "vary: {weighting.indicators: [{method: given}, {method: equal}]}",
            "vary: {normalisation.pass_score: [50, 60]}",
        ),
    )
    (only,) = faults(project.path)
    assert "methodology.normalisation.method: must be one of" in only


def test_what_an_assessment_does_not_state_is_that_of_its_base(project: Project, tmp_path: Path) -> None:
    other = project.path.with_name("other.yaml")
    other.write_text(
        "schema: assessment/1\nbased_on: assessment.yaml\n"
        "methodology: {normalisation: {method: z_score}}\nrobustness: null\n",
        encoding="utf-8",
    )
    own, base = load(other), load(project.path)
    assert own.file.title == base.file.title
    assert own.panel.values.equals(base.panel.values)
    # a key at the top is taken as a whole: nothing of the base's methodology is left
    assert own.methodology.to_dict() == Methodology.model_validate({"normalisation": {"method": "z_score"}}).to_dict()
    assert own.file.robustness is None and base.file.robustness is not None
    assert [(entry.role, entry.path) for entry in own.inputs][:2] == [
        ("assessment", "other.yaml"),
        ("base", project.path.name),
    ]
    run(own, tmp_path / "run")
    assert verify(tmp_path / "run", rerun=True).same
    project.change("assessment.yaml", ("Tiny assessment", "Other title"))
    changed = [entry.path for entry in verify(tmp_path / "run").differences]
    assert changed == ["assessment.yaml"]


def test_bundled_frameworks_are_known_by_their_code(project: Project) -> None:
    assert {"city-basic", "park-basic"} <= set(bundled_frameworks())
    framework, path, _ = load_framework("park-basic")
    assert framework.code == "park-basic"
    assert path == bundled_frameworks()["park-basic"]
    with pytest.raises(InputError, match=re.escape("did you mean 'park-basic'?")):
        load_framework("parkbasic")
    project.write("park-basic", (project.folder / "framework.yaml").read_bytes())
    assert load_framework("park-basic", project.folder)[0].code == "tiny"


def test_json_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "a.json"

    def read(content: Any) -> Any:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_json(path, "a.json", Place("b.yaml", line=3))

    assert read('\ufeff{"a": [1.5, "中"]}') == {"a": [1.5, "中"]}
    for content in ("", "{", "[1,]", '{"a": NaN}', "[Infinity]", "[" * 50_000, b"\xff\xfe"):
        with pytest.raises(InputError) as caught:
            read(content)
        assert str(caught.value.faults[0].place).startswith("a.json")
    path.unlink()
    with pytest.raises(InputError) as caught:
        read_json(path, "a.json", Place("b.yaml", line=3))
    assert str(caught.value.faults[0].place) == "b.yaml:3"


def test_reading_leaves_everything_as_it_was(project: Project) -> None:
    full(project)
    before = {path: path.read_bytes() for path in project.folder.iterdir()}
    load(project.path)
    assert {path: path.read_bytes() for path in project.folder.iterdir()} == before
