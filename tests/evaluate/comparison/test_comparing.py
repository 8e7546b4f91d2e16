"""From run folders to a folder that tells what moved: files, digests, faults, and what is never replaced."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import compare, run
from evaluate.comparison import PARTS
from evaluate.comparison.tables import TABLES
from evaluate.inputs import digest_of
from indicators.errors import InputError
from tests.evaluate.comparison.builder import assert_adds_up
from tests.evaluate.tiny import make

METHOD = ("method: min_max, bounds: [1, 100]", "method: percentile_rank, bounds: [5, 100]")
FILES = {f"{name}.csv" for name in TABLES} | {"comparison.html", "manifest.json"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three runs: `a`; `b` with other data; `c` with other data, weights and methods."""
    folder = tmp_path_factory.mktemp("compared")
    project = make(folder / "project")
    project.assess(("robustness:", "# robustness:"))
    run(project.path, folder / "a")
    project.change("data.csv", ("C1,2021,4500,350,113", "C1,2021,4100,350,113"), ("C5,2021,7500", "C5,2021,9500"))
    run(project.path, folder / "b")
    project.assess(METHOD, ("indicators: {method: given}, dimensions: {method: given}",
                            "indicators: {method: entropy}, dimensions: {method: equal}"),
                   ("dimensions: {method: geometric}", "dimensions: {method: harmonic}"))  # fmt: skip
    run(project.path, folder / "c")
    return folder


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig", dtype={"unit": str, "code": str}, keep_default_na=True)


def test_the_folder_holds_tables_page_and_record(runs: Path, tmp_path: Path) -> None:
    found = compare(runs / "a", runs / "c", tmp_path / "out")
    assert_adds_up(found)
    assert found.players == ("data", "weights", "normalisation", "aggregation")
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    record = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert record["schema"] == "comparison/1"
    for side, name in (("first", "a"), ("second", "c")):
        assert record[side]["manifest_sha256"] == digest_of(runs / name / "manifest.json")
        assert record[side]["year"] == 2021
    assert record["artifacts"] == {
        name: digest_of(tmp_path / "out" / name) for name in sorted(FILES - {"manifest.json"})
    }
    moved = read(tmp_path / "out" / "composites.csv")
    assert list(moved.columns) == list(found.composites.columns)
    assert np.abs(moved[list(PARTS)].sum(axis=1) - moved["difference"]).max() < 1e-7
    own = read(tmp_path / "out" / "indicators.csv").groupby("unit")["part"].sum()
    assert np.abs(own + moved.set_index("unit")["relearned"] - moved.set_index("unit")["data"]).max() < 1e-7


def test_composites_are_those_of_the_runs(runs: Path) -> None:
    found = compare(runs / "a", runs / "c").composites.set_index("unit")
    for side, name in (("a", "a"), ("b", "c")):
        scores = read(runs / name / "scores.csv").query("year == 2021").set_index("unit")
        np.testing.assert_allclose(found[f"composite_{side}"], scores["composite"], rtol=1e-8)
        assert (found[f"rank_{side}"] == scores["rank_in_type"]).all()
    assert (found["rank_change"] == found["rank_a"] - found["rank_b"]).all()


def test_only_the_data_changed(runs: Path) -> None:
    found = compare(runs / "a", runs / "b")
    assert found.players == ("data",)
    assert (found.composites[[name for name in PARTS if name != "data"]].to_numpy() == 0).all()
    # the reported numbers of two units changed, the extremes of one indicator with them
    assert found.composites.set_index("unit")["data"].abs().idxmax() in {"C1", "C5"}


def test_the_same_bytes_each_time_but_for_the_clock(runs: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        compare(runs / "a", runs / "c", tmp_path / name, language="zh")
    for name in sorted(FILES - {"manifest.json"}):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    records = [json.loads((tmp_path / name / "manifest.json").read_text("utf-8")) for name in ("one", "two")]
    assert [record.pop("times").keys() for record in records] == [{"finished"}, {"finished"}]
    assert records[0] == records[1]


def test_inputs_are_not_read_again(runs: Path, tmp_path: Path) -> None:
    shutil.copytree(runs / "a", tmp_path / "a")
    shutil.copytree(runs / "c", tmp_path / "c")
    assert compare(tmp_path / "a", tmp_path / "c").reversed_pairs == compare(runs / "a", runs / "c").reversed_pairs


def test_two_years_of_one_run_and_of_two(runs: Path) -> None:
    found = compare(runs / "a", years=(2020, 2021))
    assert found.players == ("data",)
    assert_adds_up(found)
    other = compare(runs / "a", runs / "c", years=(2020, 2021))
    assert (other.first["year"], other.second["year"]) == (2020, 2021)
    assert_adds_up(other)
    same = compare(runs / "a", runs / "a", years=(2021, 2021))
    assert (same.composites["difference"] == 0).all()


def test_plain_data_holds_no_numbers_that_json_does_not_know(runs: Path) -> None:
    data = compare(runs / "a", runs / "c").to_dict()
    again = json.loads(json.dumps(data, allow_nan=False))
    assert set(again["tables"]) == set(TABLES)
    assert again["first"]["notice"] is None


def test_a_notebook_shows_it_safely(runs: Path) -> None:
    found = compare(runs / "a", runs / "c")
    assert "reversals" in repr(found)
    assert "<script" not in found._repr_html_()


def refused(*arguments: Any, **options: Any) -> list[str]:
    with pytest.raises(InputError) as raised:
        compare(*arguments, **options)
    return [fault.text_key for fault in raised.value.faults]


def test_what_stands_there_is_kept(runs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    compare(runs / "a", runs / "b", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert refused(runs / "a", runs / "c", out) == ["artifacts.exists"]
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    compare(runs / "a", runs / "c", out, overwrite=True)
    assert (out / "composites.csv").read_bytes() != before["composites.csv"]
    (tmp_path / "mine").mkdir()
    assert refused(runs / "a", runs / "c", tmp_path / "mine", overwrite=True) == ["artifacts.no_run_to_overwrite"]


def test_a_run_is_never_replaced_by_a_comparison(runs: Path, tmp_path: Path) -> None:
    shutil.copytree(runs / "a", tmp_path / "a")
    assert refused(tmp_path / "a", runs / "c", tmp_path / "a", overwrite=True) == ["comparison.replaces_run"]
    assert (tmp_path / "a" / "scores.csv").is_file()


def test_a_comparison_is_no_run(runs: Path, tmp_path: Path) -> None:
    compare(runs / "a", runs / "b", tmp_path / "out")
    assert refused(runs / "a", tmp_path / "out") == ["artifacts.other_schema"]


@pytest.mark.parametrize(
    ("arguments", "options", "key"),
    [
        (["a"], {}, "comparison.needs_years"),
        (["a", "nowhere"], {}, "artifacts.no_run"),
        (["a", "b"], {"years": (2020, 2022)}, "comparison.no_year"),
        (["a", "b"], {"language": "de"}, "faults.one_of"),
    ],
)
def test_what_cannot_be_compared(runs: Path, arguments: list[str], options: dict[str, Any], key: str) -> None:
    assert refused(*(runs / name for name in arguments), **options) == [key]


def test_no_common_year(runs: Path, tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    project.assess(("from: 2020, to: 2021", "from: 2020, to: 2020"), ("robustness:", "# robustness:"))
    run(project.path, tmp_path / "early")
    project.assess(("from: 2020, to: 2020", "from: 2021, to: 2021"))
    run(project.path, tmp_path / "late")
    assert refused(tmp_path / "early", tmp_path / "late") == ["comparison.no_common_year"]
    assert_adds_up(compare(tmp_path / "early", tmp_path / "late", years=(2020, 2021)))


def test_the_last_common_year_where_the_rank_years_are_not(runs: Path, tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    project.assess(("from: 2020, to: 2021", "from: 2020, to: 2020"), ("robustness:", "# robustness:"))
    run(project.path, tmp_path / "early")
    found = compare(runs / "a", tmp_path / "early")
    assert (found.first["year"], found.second["year"]) == (2020, 2020)


@pytest.mark.parametrize("change", ["edited", "gone"])
def test_what_was_learned_must_be_what_the_run_wrote(runs: Path, tmp_path: Path, change: str) -> None:
    shutil.copytree(runs / "a", tmp_path / "a")
    path = tmp_path / "a" / "fitted.json"
    if change == "edited":
        path.write_text(path.read_text("utf-8").replace("0.6", "0.7"), encoding="utf-8")
    else:
        path.unlink()
    assert refused(tmp_path / "a", runs / "c") == [
        "artifacts.file_changed" if change == "edited" else "artifacts.table_missing"
    ]


def test_a_failure_leaves_nothing(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("evaluate.report.comparison_page.render_comparison", full)
    assert refused(runs / "a", runs / "b", tmp_path / "new" / "out") == ["artifacts.cannot_write"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_three_methodologies_of_the_real_cities(shared: Path, tmp_path: Path) -> None:
    """Min–max, entropy, arithmetic; z-scores, CRITIC, geometric; ranks of each year, given, geometric throughout."""
    import yaml

    from evaluate import load

    methods: dict[str, dict[str, Any]] = {
        "a": {
            "normalisation": {"method": "min_max", "bounds": [1, 100]},
            "weighting": {"indicators": {"method": "entropy"}},
        },
        "b": {
            "normalisation": {"method": "z_score"}, "outliers": {"method": "winsorise"},
            "weighting": {"indicators": {"method": "critic"}, "dimensions": {"method": "equal"}},
            "aggregation": {"dimensions": {"method": "geometric"}},
        },
        "c": {
            "normalisation": {"method": "percentile_rank", "bounds": [1, 100], "reference": "year"},
            "aggregation": {"indicators": {"method": "geometric"}, "dimensions": {"method": "geometric"}},
        },
    }  # fmt: skip
    source = shared / "examples" / "china-cities" / "assessment.yaml"
    plain = yaml.safe_load(source.read_text(encoding="utf-8"))
    for key in ("robustness", "boundaries", "layers"):
        plain.pop(key, None)
    where = source.parent
    plain["framework"] = str(where / plain["framework"])
    for entry in (plain["roster"], *plain["data"]):
        entry["path"] = str(where / entry["path"])
    plain["outputs"] = {"language": "en", "report": []}
    for name, chosen in methods.items():
        path = tmp_path / f"{name}.yaml"
        path.write_text(
            yaml.safe_dump(plain | {"methodology": {"imputation": {"method": "linear", "limit": 2}, **chosen}}), "utf-8"
        )
        run(load(path), tmp_path / name)
    for first, second in (("a", "b"), ("a", "c"), ("b", "c")):
        found = compare(tmp_path / first, tmp_path / second)
        assert_adds_up(found)
        assert found.players == ("weights", "normalisation", "aggregation")
        assert found.joint == ()
        assert len(found.composites) > 150
        assert found.reversed_pairs > 100
    both = compare(tmp_path / "a", tmp_path / "b", years=(2013, 2019))
    assert_adds_up(both)
    assert both.schemes == ("additive", "exact")
