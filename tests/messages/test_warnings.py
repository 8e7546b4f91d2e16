# ruff: noqa: E501
"""What is no fault but worth knowing: the run is made, its ranking printed, and a warning says what was met."""

import json
import re
from collections.abc import Callable

import pandas as pd
import pytest

from evaluate.cli.main import entry
from tests.evaluate.tiny import DATA, ROSTER, Project
from tests.messages import cases_decomposition, cases_robustness

GIVEN = "indicators: {method: given}, dimensions: {method: given}"
NAMES = {
    "wealth",
    "wealthy",
    "twice",
    "Statistical",
    "yearbook",
    "GDP",
    "data",
    "csv",
    "air",
    "carbon",
    "co",
    "so",
    "intensity",
    "reduction",
    "given",
    "beside",
    "joint",
    "performance",
}


def _outside_the_roster(project: Project) -> None:
    project.write("data.csv", DATA + "X1,2020,1,1,1\nX1,2021,1,1,1\nX2,2020,not read,1,1\n")


def _same_gdp(project: Project) -> None:
    project.write("data.csv", re.sub(r"(\d,\d+,\d+),\d+\n", r"\1,100\n", DATA))


def _one_dimension_of_three(project: Project) -> None:
    air = "      air: {label: {zh: 减污, en: Air}, weight: 0.7, indicators: {so2_intensity: 1}}\n"
    growth = "      growth: {label: {zh: 增长, en: Growth}, weight: 0.3, indicators: {wealth: 1}}\n"
    project.change(
        "framework.yaml",
        (
            "indicators: {co2_intensity: 0.6, co2_reduction: 0.4}",
            "indicators: {co2_intensity: 0.5, co2_reduction: 0.3, wealth: 0.2}",
        ),
        (growth, ""),
        (air, air),
    )


def _constant_under(method: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        _same_gdp(project)
        _one_dimension_of_three(project)
        project.assess((GIVEN, f"indicators: {{method: {method}}}, dimensions: {{method: given}}"))

    return change


def _nothing_known(project: Project) -> None:
    project.write("data.csv", re.sub(r"(C\d,\d+),.*\n", r"\1,100,100,100\n", DATA))
    project.assess((GIVEN, "indicators: {method: entropy}, dimensions: {method: given}"))


def _goalposts(posts: str, beyond: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        project.change("framework.yaml", ("formula: gdp,", f"formula: gdp, goalposts: {posts},"))
        project.assess(
            ("  weighting:", f"  overrides: {{wealth: {{normalisation: {{method: goalposts{beyond}}}}}}}\n  weighting:")
        )

    return change


def _same_but_two(project: Project) -> None:
    project.write("data.csv", re.sub(r"^(C[1-5],.*),\d+$", r"\1,100", DATA, flags=re.M))
    project.assess(("  weighting:", "  overrides: {wealth: {outliers: {method: iqr}}}\n  weighting:"))


def _iterated_once(project: Project) -> None:
    project.write("data.csv", DATA.replace("C4,2020,19000,1300,325", "C4,2020,19000,,325"))
    project.assess(("  weighting:", "  imputation: {method: iterative, rounds: 1}\n  weighting:"))


def _weights_of_a_type(project: Project) -> None:
    project.change("framework.yaml", ("en: Resource}", "en: Resource}, weights: {co2_intensity: 0.8}"))
    project.assess((GIVEN, "indicators: {method: equal}, dimensions: {method: given}"))


def _bow_tie(project: Project) -> None:
    project.draw()
    square, tie = "[101, 30], [101, 31], [100, 31]", "[101, 31], [101, 30], [100, 31]"
    project.change("cities.geojson", (f"[[[100, 30], {square}", f"[[[100, 30], {tie}"))


def _many_units(project: Project) -> None:
    """Add 247 industrial cities, so that there are 250 · 249 + 3 · 2 pairs."""
    codes = [f"D{n:03}" for n in range(247)]
    roster = (project.folder / "roster.csv").read_text(encoding="utf-8")
    project.write("roster.csv", roster + "".join(f"{code},Dunmore {code},industrial,north\n" for code in codes))
    rows = [
        f"{code},{year},{9000 + 7919 * n % 9001 + (31 * n % 17) * 90 * (year - 2019)},"
        f"{500 + 104729 * n % 997},{100 + 49999 * n % 307}\n"
        for n, code in enumerate(codes)
        for year in (2019, 2020, 2021)
    ]
    project.write("data.csv", DATA + "".join(rows))


def _twelve_units(project: Project) -> None:
    roster, rows = ROSTER, DATA
    for n in range(1, 7):
        roster += f"N{n},North {n},{('resource', 'industrial')[n % 2]},north\n"
        for year in (2019, 2020, 2021):
            step = year - 2019
            rows += f"N{n},{year},{4000 + 7919 * n % 9001 - 90 * n * step},{300 + 617 * n % 997},{90 + 499 * n % 307 + 5 * step}\n"
    project.write("roster.csv", roster)
    project.write("data.csv", rows)


def _ruled_by_wealth(project: Project) -> None:
    _twelve_units(project)
    project.change(
        "framework.yaml",
        (
            "carbon: {label: {zh: 降碳, en: Carbon}, weight: 0.5",
            "carbon: {label: {zh: 降碳, en: Carbon}, weight: 0.001",
        ),
        ("en: Air}, weight: 0.7", "en: Air}, weight: 0.001"),
    )
    project.assess(("report: []", "report: [], correlates: {wealthy: gdp}"))


def _built_from_a_sibling(project: Project) -> None:
    _twelve_units(project)
    project.change(
        "framework.yaml",
        ("indicators: {wealth: 1}", "indicators: {wealth: 1, twice: 1}"),
        ("tree:\n", "  twice: {label: {zh: 规模加倍, en: Twice the size}, formula: 2 * gdp, unit_of_measure: 1e8 CNY, "
         "direction: positive}\ntree:\n"),
    )  # fmt: skip


CONSTANT = "warning: the indicator 'Size of the economy' (wealth) is constant in the reference population (all scored years) and gets the midpoint\n"
CASES: dict[str, tuple[Callable[[Project], object], str]] = {
    "units outside the roster": (_outside_the_roster, "warning: data.csv: 2 unit(s) outside the roster are ignored\n"),
    "one year in another unit of measure": (
        lambda project: project.change("data.csv", ("C1,2020,4800,380,", "C1,2020,4800000,380,")),
        "warning: data.csv:3: the magnitude of 'CO2 emissions' (co2) of unit C1 in 2020 is odd: 4.8e+06 t in 2020, against a median of 5000 over the unit's own years, 100 times off or more; is the unit of measure right?\n",
    ),
    "constant indicator": (_same_gdp, CONSTANT),
    "constant indicator under entropy weights": (_constant_under("entropy"), CONSTANT),
    "constant indicator under CRITIC weights": (_constant_under("critic"), CONSTANT),
    "nothing to learn weights from": (
        _nothing_known,
        "".join(
            f"warning: the indicator '{label}' ({code}) is constant in the reference population (all scored years) and gets the midpoint\n"
            for label, code in (
                ("CO2 per GDP", "co2_intensity"), ("CO2 reduction", "co2_reduction"),
                ("SO2 per GDP", "so2_intensity"), ("Size of the economy", "wealth"),
            )
        )
        + "warning: the scores below 'Carbon' (carbon) hold no information; equal weights are used (reference: all scored years)\n",
    ),
    # GDP is 86 to 340; above 200 are 212, 225, 325 and 340, below 100 are 86 and 93.
    "values beyond the goalposts, clipped": (
        _goalposts("[100, 200]", ""),
        "warning: the indicator 'Size of the economy' (wealth) has 6 values beyond the range of the reference population (all scored years); they get the score at its end\n",
    ),
    "values beyond the goalposts, extended": (
        _goalposts("[80, 200]", ", out_of_range: extend"),
        "warning: the indicator 'Size of the economy' (wealth) has 4 values beyond the range of the reference population (all scored years); their scores go beyond the bounds\n",
    ),
    # 100 stands twelve times, 212 and 225 take the place of others
    "quartiles that coincide": (
        _same_but_two,
        "warning: the quartiles of the indicator 'Size of the economy' (wealth) coincide, so nothing is treated by interquartile ranges (reference: all scored years)\n",
    ),
    "imputation that does not come to rest": (
        _iterated_once,
        "warning: the iterative imputation did not come to rest in 2020; more rounds may help\n",
    ),
    "weights of a type that are not used": (
        _weights_of_a_type,
        "warning: weights that the framework gives by type (Resource) are not used: co2_intensity; the weighting there does not read given weights\n",
    ),
    "a cell of a published structure that stays empty": (
        lambda project: project.change(
            "framework.yaml",
            ("tree:\n", "left_empty: {management: {label: {zh: 管理, en: Management}, "
             "reason: {zh: 未公开, en: not public}}}\ntree:\n"),
        ),
        "warning: 'Management' is left empty: not public; the composite rests on the rest\n",
    ),
    # C of the twelve unit-years, by numpy from the data: 0.88, 0.89, 0.987, 0.987, 0.78, 0.80, 0.70, 0.85, 0.92, 0.92,
    # 0.998, 0.999, so 2 of 12 are above 0.99; numpy's corrcoef of D and T 0.7856, of D and the composite 0.5828
    "coupling coordination in the composite": (
        lambda project: project.change("framework.yaml", (
            "formula: gdp, unit_of_measure: 1e8 CNY,",
            "measure: {method: coupling_coordination, model: traditional, output: coordination, subsystems: "
            "{growth: [{formula: gdp, worst: 0, best: 4e+10}], air: [{formula: so2, worst: 1500, best: 0}]}}, unit_of_measure: '1',",
        )),
        "warning: the indicator 'Size of the economy' (wealth) adds coupling coordination (traditional coupling coordination model) to the composite. It describes a state, not a change: by the traditional model the coupling is above 0.99 in 17% of 12 unit-years; the degree has a correlation of 0.79 with the mean of the subsystems, and the indicator one of 0.58 with the composite. Show it under `beside`, and score a measure of change such as joint_performance\n",
    ),
    "units without a boundary": (
        lambda project: project.draw(("C1", "C2", "Z9")),
        "warning: 4 unit(s) without a boundary are ranked but not drawn: C3, C4, C5, C6\n"
        "warning: boundaries: 1 unit(s) outside the roster are ignored\n",
    ),
    "boundaries that were repaired": (_bow_tie, "warning: the invalid boundaries of 1 unit(s) were repaired: C1\n"),
    "replicates that failed": (
        lambda project: project.assess((
            "{weighting.indicators: [{method: given}, {method: equal}]}",
            "{normalisation: [{method: min_max}, {method: min_max, bounds: [0, 100]}]}",
        )),
        "warning: 9 of 20 replicates of the robustness analysis failed\n",
    ),
    "rows of the sensitivity analysis that failed": (
        lambda project: project.assess((
            "{weighting.indicators: [{method: given}, {method: equal}]}, weight_noise: 0.2",
            "{normalisation: [{method: min_max}, {method: min_max, bounds: [0, 100]}]}, weight_noise: 0.2, "
            "sensitivity: {runs: 16, bootstrap: 10}",
        )),
        "warning: 9 of 20 replicates of the robustness analysis failed\n"
        "warning: 12 of 16 rows of the sensitivity analysis hold a failed replicate and were left out whole\n",
    ),
    "values without an uncertainty": (
        lambda project: cases_robustness.uncertain(project, ""),
        "warning: 1 value(s) of 'SO2 emissions' without a standard uncertainty ('u_so2') are taken as exact\n",
    ),
    "pairs that are not compared": (
        _many_units,
        "warning: there are 62256 pairs of units, more than 50000; only those next to each other in rank are compared\n",
    ),
    "a composite that is nearly something else": (
        _ruled_by_wealth,
        "warning: the composite is nearly the same as its indicator 'Size of the economy' (wealth) (|r| or |ρ| of at least 0.95): all units: r = 1.00, ρ = 1.00, 12 units\n"
        "warning: the composite is nearly the same as the correlate 'wealthy' (wealthy) (|r| or |ρ| of at least 0.95): all units: r = 1.00, ρ = 1.00, 12 units\n",
    ),
    "an indicator that is built from its sibling": (
        _built_from_a_sibling,
        "warning: the indicator 'Size of the economy' (wealth) is built from the variables of its siblings and nearly repeats them (Twice the size): multiple correlation 1.00 (all units, 12 units)\n",
    ),
    "drivers that do not multiply to the emission": (
        cases_decomposition.three_million_tonnes,
        "warning: decomposition 'Kaya identity': the drivers do not multiply to 'CO2 emissions' in 2 unit-year(s), which are left out; the worst is unit C2 in 2020 (product 9000 t, emission 9100 t)\n",
    ),
    "indicators from one source": (
        lambda project: project.change(
            "framework.yaml",
            ("so2: {unit_of_measure: t,", "so2: {unit_of_measure: t, derived_from: [gdp],"),
            ("gdp: {unit_of_measure: CNY,", "gdp: {unit_of_measure: CNY, derived_from: Statistical yearbook,"),
        ),
        "warning: 3 indicators derive from one source, 'Statistical yearbook': CO2 per GDP, SO2 per GDP, Size of the economy\n"
        "warning: 3 indicators derive from one source, 'GDP': CO2 per GDP, SO2 per GDP, Size of the economy\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_run_is_made_and_a_warning_says_why(
    name: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = CASES[name]
    change(project)
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert told.err == said
    assert "Dunmore" in told.out
    assert len(json.loads((project.out / "manifest.json").read_text())["warnings"]) == said.count("\n")
    assert entry(["run", "assessment.yaml", "--out", "../results/zh", "--lang", "zh"]) == 0
    for line, english in zip(capsys.readouterr().err.splitlines(), said.splitlines(), strict=True):
        assert line.startswith("警告：")
        left = set(re.findall(r"[A-Za-z]{2,}", line)) - NAMES
        assert not left, (line, english)


@pytest.mark.parametrize("method", ["entropy", "critic"])
def test_a_constant_indicator_gets_data_driven_weight_0(method: str, project: Project) -> None:
    _constant_under(method)(project)
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--quiet"]) == 0
    weights = pd.read_csv(project.out / "weights.csv").set_index("code")["weight"]
    assert weights["wealth"] == 0
    assert weights["co2_intensity"] > 0
    assert weights["co2_reduction"] > 0
    assert weights["co2_intensity"] + weights["co2_reduction"] == pytest.approx(1)


def test_check_tells_what_it_can_tell_without_computing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    _outside_the_roster(project)
    assert entry(["check", "assessment.yaml", "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert told.err == "warning: data.csv: 2 unit(s) outside the roster are ignored\n"
    assert told.out == "no faults: 6 units, 42 reported values, framework tiny, 2020–2021\n"
