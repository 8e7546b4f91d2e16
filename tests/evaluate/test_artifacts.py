"""The run folder: its files, their columns and form, and the same bytes every time."""

import csv
import hashlib
import importlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluate import load, run
from evaluate.artifacts import FORMS
from evaluate.results import FIELDS
from indicators.errors import InputError
from tests.evaluate.hostile import hostile
from tests.evaluate.tiny import ASSESSMENT, Project, full, squares

TABLES = ("units", "reported", "values", "normalised", "measures", "scores", "weights", "treatment", "excluded")
ANALYSES = ("correlations", "alpha", "pca", "drop_one", "flags", "diagnosis", "lift", "progress", "rank_bounds",
            "dynamics", "transitions", "density", "coordination")  # fmt: skip
INDICATORS = "co2_intensity,co2_reduction,so2_intensity,wealth"
# The contract, part 3.
HEADERS = {
    "units": "unit,name,type,region",
    "reported": "unit,year,variable,value,unit_of_measure,file,sheet,row,column,"
    "reported_value,reported_unit_of_measure",
    "values": f"unit,year,{INDICATORS}",
    "normalised": f"unit,year,{INDICATORS}",
    "measures": "unit,year,measure,output,value",
    "scores": "unit,name,type,year,composite,carbon,other,air,growth,rank,rank_in_type,grade,grade_label",
    "weights": "type,year,level,code,parent,weight,effective_weight,correlation_with_parent,"
    "correlation_with_composite,influence",
    "treatment": "unit,year,code,step,before,after,reason",
    "excluded": "what,code,year,reason",
    "robustness": "unit,year,type,rank_in_type,median,p05,p95,p_first,p_top_quarter,tier,p_top_tenth,mean_shift",
    "acceptability": "unit,year,type,rank,probability",
    "pairwise": "type,year,unit,other,p_ahead",
    "correlates": "unit,year,wealthy",
    "correlations": "type,data,relation,code,other,n,pearson,p_pearson,spearman,p_spearman,kendall,p_kendall",
    "alpha": "type,code,k,n,alpha,standardised",
    "pca": "type,parent,component,eigenvalue,share,cumulative,code,loading,n,note",
    "drop_one": "type,code,parent,n,lost,mean_shift,max_shift,spearman,reason",
    "flags": "type,flag,code,other,r,p,n",
    "diagnosis": "unit,type,year,code,level,score,obstacle,percentile,distance,standing,reason",
    "lift": "unit,type,year,code,ahead,composite,target,value,needed,change,deviations,score,needed_score,flat,"
    "smallest,outcome",
    "progress": "unit,type,year,start_year,start,composite,change,rule,peers,from,to,expected,ahead,standing",
    "rank_bounds": "unit,type,year,indicators,missing,lowest,highest,best_rank,worst_rank,ranked,reason",
    "dynamics": "analysis,type,by,group,other,item,from,year,statistic,value,state,n",
    "transitions": "type,item,from_class,to_class,count,probability,row_state,first_passage,passage_state",
    "density": "type,item,year,at,density",
    "coordination": "unit,type,year,model,coupling,development,coordination,grade,grade_label,state",
}
ROBUSTNESS = ("robustness.csv", "acceptability.csv", "pairwise.csv")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def content(folder: Path) -> dict[str, str]:
    """What each file holds, as a digest; of the manifest all but its times."""
    out = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest.pop("times")) == {"finished", "seconds_writing"}
    return out | {"manifest.json": json.dumps(manifest, ensure_ascii=False)}


def test_a_run_folder_holds_exactly_what_was_asked_for(project: Project, complete: Project) -> None:
    least = {f"{name}.csv" for name in (*TABLES, *ANALYSES)} | {"manifest.json", "fitted.json"}
    project.assess((next(line for line in ASSESSMENT.splitlines(keepends=True) if line.startswith("robustness")), ""))
    run(load(project.path), project.out)
    assert names(project.out) == least
    more = {"robustness.csv", "acceptability.csv", "pairwise.csv", "correlates.csv", "results.gpkg"}
    more |= {"map.html", "report.html", "report.xlsx"}
    assert names(complete.out) == least | more


def test_every_table_has_the_columns_of_the_contract(complete: Project) -> None:
    for name, header in HEADERS.items():
        first = (complete.out / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()[0]
        assert first == header, name


def test_every_table_has_one_form(complete: Project) -> None:
    forms = {form.name: form for form in FORMS}
    assert len(forms) == len(FORMS)
    assert set(FIELDS) <= set(forms)
    several = {"cohort": ["region"], "dimension": ["carbon", "other", "air", "growth"],
               "indicator": INDICATORS.split(","), "correlate": ["wealthy"]}  # fmt: skip
    assert {name: ",".join(forms[name].named(**several)) for name in HEADERS} == HEADERS


def test_tables_are_utf_8_with_a_mark_and_plain_line_ends(complete: Project) -> None:
    for path in complete.out.glob("*.csv"):
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\xef\xbb\xbf") == 1
        assert data.endswith(b"\n")
        assert b"\r" not in data
        data.decode("utf-8")


def test_tables_are_sorted_by_unit_and_year(complete: Project) -> None:
    for name in ("units", "reported", "values", "normalised", "measures", "scores", "robustness",
                 "acceptability", "pairwise", "correlates"):  # fmt: skip
        table = pd.read_csv(complete.out / f"{name}.csv")
        keys = [key for key in ("unit", "year") if key in table]
        assert list(table.index) == list(table.sort_values(keys, kind="stable").index), name


def test_every_roster_unit_and_scored_year_has_its_row(complete: Project) -> None:
    for name in ("values", "normalised", "correlates"):
        table = pd.read_csv(complete.out / f"{name}.csv")
        assert list(zip(table["unit"], table["year"], strict=True)) == [
            (f"C{number}", year) for number in range(1, 7) for year in (2020, 2021)
        ]


def test_numbers_have_ten_significant_digits(complete: Project) -> None:
    # 4800 t of 106e8 CNY: 4800 / 1060000 t a 1e4 CNY = 0.004528301886792...; 380000 kg / 1060000 = 0.358490566037...
    lines = (complete.out / "values.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith("C1,2020,0.004528301887,")
    assert ",0.358490566,106" in lines[1]
    for path in complete.out.glob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            for cell in row:
                if re.fullmatch(r"-?\d+\.\d+(e[+-]\d+)?", cell):
                    digits = cell.partition("e")[0].lstrip("-").replace(".", "").lstrip("0")
                    assert len(digits) <= 10, (path.name, cell)


def test_fitted_is_in_full_precision(complete: Project) -> None:
    fitted = json.loads((complete.out / "fitted.json").read_text(encoding="utf-8"))
    # Turned, so that higher is better: the least is the worst emission per GDP, 9100 t of 125e8 CNY, as a logarithm.
    assert fitted["normalisation"]["co2_intensity"]["pooled"]["least"] == -np.log(9100 / 1250000)


RUN = """
import sys
from evaluate import load, run
run(load(sys.argv[1]), sys.argv[2])
"""


def test_the_same_bytes_in_two_processes(project: Project) -> None:
    full(project)
    project.write("cities.geojson", squares(hostile(project)))
    runs = []
    for number, (hashing, zone) in enumerate([("0", "UTC"), ("4242", "Asia/Shanghai")]):
        out = project.folder.parent / ("first" if number == 0 else "第二 run")
        where = project.folder if number == 0 else project.folder.parent
        root = str(Path(__file__).parents[2])
        environment = {**os.environ, "PYTHONHASHSEED": hashing, "TZ": zone, "PYTHONPATH": root, "MPLBACKEND": "Agg"}
        path, to = os.path.relpath(project.path, where), os.path.relpath(out, where)
        subprocess.run([sys.executable, "-c", RUN, path, to], cwd=where, env=environment, check=True)
        runs.append(content(out))
    assert set(runs[0]) == set(runs[1])
    assert {"map.html", "report.html", "report.xlsx", "results.gpkg"} <= set(runs[0])
    assert [name for name in runs[0] if runs[0][name] != runs[1][name]] == []


def test_another_seed_is_another_run(project: Project) -> None:
    run(load(project.path), project.out)
    first = content(project.out)
    project.assess(("seed: 1", "seed: 2"))
    run(load(project.path), project.out, overwrite=True)
    second = content(project.out)
    changed = {name for name in first if first[name] != second[name]}
    assert {"manifest.json", "robustness.csv"} <= changed <= {"manifest.json", *ROBUSTNESS}
    assert json.loads(first["manifest.json"])["run_id"] != json.loads(second["manifest.json"])["run_id"]


def test_no_clock_host_or_user_is_in_an_artifact(complete: Project) -> None:
    import getpass
    import platform

    manifest = json.loads((complete.out / "manifest.json").read_text(encoding="utf-8"))
    day = manifest["times"]["finished"][:10]
    hidden = [str(complete.folder.parent), platform.node() or "-no host-", f"{getpass.getuser()}@"]
    for path in complete.out.iterdir():
        data = path.read_bytes()
        if path.name != "manifest.json":
            assert day.encode() not in data, path.name
        for word in hidden:
            assert len(word) < 4 or word.encode() not in data, (path.name, word)


def test_the_manifest_records_inputs_and_artifacts(complete: Project) -> None:
    manifest = json.loads((complete.out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["schema"] == "manifest/1"
    assert {(entry["role"], entry["path"]) for entry in manifest["inputs"]} == {
        ("assessment", "assessment.yaml"), ("framework", "framework.yaml"), ("roster", "roster.csv"),
        ("data", "data.csv"), ("boundaries", "cities.geojson"),
    }  # fmt: skip
    for entry in manifest["inputs"]:
        own = hashlib.sha256((complete.folder / entry["path"]).read_bytes()).hexdigest()
        assert entry["sha256"] == own
    assert set(manifest["artifacts"]) == names(complete.out) - {"manifest.json"}
    for name, digest in manifest["artifacts"].items():
        assert hashlib.sha256((complete.out / name).read_bytes()).hexdigest() == digest
    assert manifest["seed"] == 1
    assert manifest["assessment"]["framework"]["code"] == "tiny"
    assert manifest["assessment"]["data"][0]["columns"]["gdp_1e8"]["unit_of_measure"] == "1e8 CNY"
    assert {"city-synergy", "python", "numpy", "pandas"} <= set(manifest["versions"])


@pytest.mark.parametrize(("language", "grade"), [("zh", "优"), ("en", "good")])
def test_the_run_speaks_the_language_of_the_assessment(language: str, grade: str, project: Project) -> None:
    full(project, language)
    project.assess(("period:", "coverage: {unit: 0.9}\nperiod:"))
    project.change("data.csv", ("C6,2021,11300,560,225\n", "C6,2021,11300,,225\n"))
    results = run(load(project.path), project.out)
    assert results.language == language
    scores = pd.read_csv(project.out / "scores.csv")
    assert grade in set(scores["grade_label"])
    excluded = (project.out / "excluded.csv").read_text(encoding="utf-8-sig")
    assert ("个指标中仅有" in excluded) == (language == "zh")
    assert ("are required" in excluded) == (language == "en")
    for page in ("map.html", "report.html"):
        text = (project.out / page).read_text(encoding="utf-8")
        assert f'lang="{language}' in text
        assert "小型评价" in text if language == "zh" else "Tiny assessment" in text
    assert run(load(project.path), language="en" if language == "zh" else "zh").language != language


def test_the_scores_with_their_geometry(complete: Project) -> None:
    geopandas = pytest.importorskip("geopandas")
    layer = geopandas.read_file(complete.out / "results.gpkg", layer="scores")
    scores = pd.read_csv(complete.out / "scores.csv")
    assert list(layer.columns) == [*HEADERS["scores"].split(","), "geometry"]
    assert layer.crs == "EPSG:4326"
    assert len(layer) == len(scores) == 12
    merged = layer.merge(scores, on=["unit", "year"])
    assert merged["composite_x"].to_numpy() == pytest.approx(merged["composite_y"].to_numpy(), rel=1e-9)


@pytest.mark.parametrize("error", ["pyogrio.errors.DataSourceError", "xlsxwriter.exceptions.FileCreateError"])
def test_a_full_disk_is_told_whoever_meets_it(error: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, name = error.rpartition(".")
    kind = getattr(importlib.import_module(module), name)

    def full_disk(*_: object) -> None:
        raise kind("Failed to commit transaction")

    monkeypatch.setattr("evaluate.artifacts._write_for_people", full_disk)
    with pytest.raises(InputError, match=r"cannot be written \(Failed to commit transaction\)"):
        run(load(project.path), project.out)
    assert not project.out.exists()
