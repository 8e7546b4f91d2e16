"""Results made by hand, for what reads a finished run."""

from typing import Any

import numpy as np
import pandas as pd

from evaluate.results import Results

NASTY = [
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "$x$ and \\frac", "{{7*7}}{% raw %}", '"quoted" & \'single\'',
    "+1+1", "-2", "@sum", "\tTab", "line\nbreak", "甲市", "</title></svg><img src=x onerror=alert(1)>",
]  # fmt: skip

FRAMEWORK: dict[str, Any] = {
    "schema": "framework/1",
    "code": "handmade",
    "label": {"zh": "手工指标体系", "en": "Handmade framework"},
    "assesses": "city",
    "source": "Made for the tests <b>&</b>",
    "variables": {
        "co2": {"unit_of_measure": "t", "label": {"zh": "二氧化碳", "en": "CO2"}},
        "gdp": {"unit_of_measure": "CNY", "label": {"zh": "地区生产总值", "en": "GDP"}},
        "so2": {
            "unit_of_measure": "t", "label": {"zh": "二氧化硫", "en": "SO2"},
            "breaks": {2018: {"zh": "口径调整", "en": "re-based"}},
        },
    },
    "indicators": {
        "intensity": {
            "label": {"zh": "碳强度", "en": "Carbon intensity"}, "formula": "co2 / gdp", "scale": "log",
            "unit_of_measure": "t / (1e4 CNY)", "direction": "negative",
        },
        "so2_change": {
            "label": {"zh": "减排率", "en": "SO2 reduction"}, "formula": "-change(so2)", "unit_of_measure": "%",
            "direction": "positive",
        },
        "wealth": {
            "label": {"zh": "经济规模", "en": "Size of the economy"}, "formula": "gdp", "unit_of_measure": "1e8 CNY",
            "direction": "positive",
        },
    },
    "tree": {
        "carbon": {"label": {"zh": "降碳", "en": "Carbon"}, "weight": 0.5, "indicators": {"intensity": 1}},
        "other": {
            "label": {"zh": "其他", "en": "Other"}, "weight": 0.5,
            "dimensions": {
                "air": {"label": {"zh": "减污", "en": "Air"}, "weight": 0.6, "indicators": {"so2_change": 1}},
                "growth": {"label": {"zh": "增长", "en": "Growth"}, "weight": 0.4, "indicators": {"wealth": 1}},
            },
        },
    },
    "types": {
        "mine": {"label": {"zh": "资源型", "en": "Resource"}, "weights": {"carbon": 0.7, "other": 0.3}},
        "mill": {"label": {"zh": "工业型", "en": "Industrial"}},
    },
}  # fmt: skip

DIMENSIONS = ("carbon", "other", "air", "growth")
INDICATORS = ("intensity", "so2_change", "wealth")

METHODOLOGY: dict[str, Any] = {
    "imputation": {"method": "linear", "limit": 2},
    "outliers": {"method": "winsorise", "skewness": 2, "kurtosis": 3.5, "limit": 0.02},
    "normalisation": {"method": "min_max", "bounds": [1, 100]},
    "weighting": {"indicators": {"method": "entropy", "cap": 2}, "dimensions": {"method": "given"}},
    "aggregation": {"indicators": {"method": "arithmetic"}, "dimensions": {"method": "geometric"}},
    "overrides": {"wealth": {"normalisation": {"method": "percentile_rank", "bounds": [1, 100]}}},
    "veto": {"intensity": {"above": 5, "cap": 60}},
    "grades": {"cuts": [40, 70], "labels": {"zh": ["差", "中", "好"], "en": ["poor", "fair", "good"]}},
}


def make(
    *,
    units: int = 24,
    years: range = range(2016, 2021),
    typed: bool = True,
    comparable: bool = False,
    robust: bool = True,
    correlates: bool = True,
    unscored: int = 2,
    nasty: bool = True,
    cohorts: bool = True,
    notice: bool = True,
    language: str = "en",
    seed: int = 1,
) -> Results:
    """Return results of plausible shape; the last `unscored` units have no scores in the last year."""
    comparable = comparable or not typed
    rng = np.random.default_rng(seed)
    codes = [f"{n:04d}" for n in range(1, units + 1)]
    hostile = [NASTY[n % len(NASTY)] + (f" {n}" if n >= len(NASTY) else "") for n in range(units)]
    names = hostile if nasty else [f"City {n}" for n in range(units)]
    roster = pd.DataFrame({"unit": codes, "name": names})
    roster["type"] = [("mine", "mill")[n % 2] for n in range(units)] if typed else ""
    if cohorts:
        roster["batch"] = [("2010", "2013", "")[n % 3] for n in range(units)]
        roster["<b>region"] = [("East & <i>coast", "West")[n // 2 % 2] for n in range(units)]
    last = max(years)
    grid = roster[["unit", "name", "type"]].merge(pd.DataFrame({"year": list(years)}), how="cross")
    gone = grid["unit"].isin(codes[units - unscored :]) & (grid["year"] == last)
    values = grid[["unit", "year"]].copy()
    for code in INDICATORS:
        values[code] = np.exp(rng.normal(size=len(grid)))
    normalised = values.copy()
    for code in INDICATORS:
        normalised[code] = np.where(gone, np.nan, 100 * values[code].rank(pct=True))
    scores = grid.copy()
    scores["composite"] = np.nan
    for code in DIMENSIONS:
        scores[code] = rng.uniform(5, 95, len(grid))
    scores["composite"] = scores[["carbon", "other"]].mean(axis=1)
    scores = scores[~gone].reset_index(drop=True)
    scores["rank"] = scores.groupby("year")["composite"].rank(ascending=False, method="min").astype("Int64")
    if not comparable:
        scores["rank"] = pd.array([None] * len(scores), dtype="Int64")
    groups = scores.groupby(["year", "type"])["composite"]
    scores["rank_in_type"] = groups.rank(ascending=False, method="min").astype(int)
    grade = 1 + (scores["composite"] >= 40).astype(int) + (scores["composite"] >= 70).astype(int)
    scores["grade"] = grade.astype("Int64")
    scores["grade_label"] = [("poor", "fair", "good")[g - 1] for g in grade]
    reported = pd.DataFrame(
        [
            (unit, year, code, 1.0, "t", "a.csv", "", 2, "C", "1", "t")
            for unit in codes for year in years for code in ("co2", "gdp", "so2")
            if (unit, year, code) != ("0001", last, "co2")
        ],
        columns=["unit", "year", "variable", "value", "unit_of_measure", "file", "sheet", "row", "column",
                 "reported_value", "reported_unit_of_measure"],
    )  # fmt: skip
    treatment = pd.DataFrame(
        [
            ("0001", last, "co2", "imputation", np.nan, 5.0, "interpolated over time"),
            ("0002", last, "intensity", "outliers", 99.0, 12.0, "winsorised by the rule"),
            ("0003", last, "composite", "veto", 80.0, 60.0, "veto: <b>above</b> 5; capped at 60"),
        ],
        columns=["unit", "year", "code", "step", "before", "after", "reason"],
    )
    excluded = pd.DataFrame(
        [
            *[("unit", unit, last, "has 1 of 3 indicators, 80% are required") for unit in codes[units - unscored :]],
            ("value", f"{codes[0]}/intensity", last - 1, "the formula has no finite result"),
            ("indicator", "wealth", None, "has a value in 3 of 90 unit-years"),
        ],
        columns=["what", "code", "year", "reason"],
    )
    excluded["year"] = excluded["year"].astype("Int64")
    ranked = scores[scores["year"] == last]
    robustness = None
    if robust:
        position = ranked["rank_in_type"].to_numpy()
        sizes = ranked.groupby("type")["unit"].transform("size").to_numpy()
        robustness = pd.DataFrame({
            "unit": ranked["unit"], "year": last, "type": ranked["type"], "rank_in_type": position,
            "median": position, "p05": np.maximum(position - 2, 1), "p95": np.minimum(position + 3, sizes),
            "p_first": np.where(position == 1, 0.75, 0.0), "p_top_quarter": np.where(position <= 3, 0.9, 0.05),
            "tier": (position - 1) // 4 + 1,
        }).reset_index(drop=True)  # fmt: skip
    wealth = values[["unit", "year"]].assign(**{"wealth": rng.normal(size=len(values))}) if correlates else None
    framework = {**FRAMEWORK, "types": FRAMEWORK["types"] if typed else {}}
    label = {"zh": "示范数据，纯属虚构 <b>", "en": "Made-up data, for demonstration <b>"}
    manifest = {
        "schema": "manifest/1",
        "title": {"zh": "城市减污降碳协同增效评价 <i>", "en": "City synergy assessment <i>"},
        "notice": label if notice else None,
        "language": language,
        "period": {"from": min(years), "to": last, "baseline": min(years), "rank": last},
        "comparable": comparable,
        "assessment": {"framework": framework},
        "methodology": METHODOLOGY,
        "coverage": {"unit": 0.8, "indicator": 0.5},
        "outputs": {"language": language, "map": False, "report": ["html", "xlsx"], "correlates": {"wealth": "gdp"}},
        "robustness": {
            "runs": 200, "seed": 7, "weight_noise": 0.25,
            "vary": {"weighting.indicators": [{"method": "given"}, {"method": "critic"}],
                     "normalisation": [{"method": "min_max", "bounds": [1, 100]}, {"method": "z_score"}]},
        } if robust else None,
        "roster": {"path": "roster.csv", "unit": "unit", "name": "name", "type": "type", "cohorts": ["batch"]},
        "warnings": [{"key": "scoring.constant", "place": "",
                      "values": {"label": {"zh": "碳", "en": "C<"}, "code": "c", "scope": "all"}}],
        "marks": [
            {"code": "so2_change", "year": year, "break": 2018, "kind": "chained",
             "label": {"zh": "口径调整", "en": "re-based"}}
            for year in years if year >= 2018
        ],
        "robustness_outcome": {
            "runs": 200, "succeeded": 198, "failed": 2, "failures": [{"reason": "a score <= 0", "count": 2}],
        } if robust else None,
        "boundaries": {"off_map": ["0002"], "repaired": [{"unit": "0003", "reason": "self-intersection"}]},
        "imputed": [{"code": "intensity", "unit": "0001", "year": last}],
        "inputs": [{"role": "roster", "path": "roster.csv", "sha256": "ab" * 32}],
        "versions": {"city-synergy": "0.1.0", "python": "3.11"},
        "run_id": "0123456789abcdef",
    }  # fmt: skip
    return Results(
        manifest=manifest, units=roster, reported=reported, values=values, normalised=normalised,
        measures=pd.DataFrame(columns=["unit", "year", "measure", "output", "value"]), scores=scores,
        weights=_weights(typed), treatment=treatment, excluded=excluded, robustness=robustness, correlates=wealth,
    )  # fmt: skip


def _weights(typed: bool) -> pd.DataFrame:
    """Return the weights that the framework above states."""
    rows = []
    for kind, carbon in (("mill", 0.5), ("mine", 0.7)) if typed else (("", 0.5),):
        rest = 1 - carbon
        rows += [
            (kind, None, 3, "carbon", "composite", carbon, carbon), (kind, None, 3, "other", "composite", rest, rest),
            (kind, None, 1, "intensity", "carbon", 1.0, carbon), (kind, None, 2, "air", "other", 0.6, 0.6 * rest),
            (kind, None, 1, "so2_change", "air", 1.0, 0.6 * rest), (kind, None, 2, "growth", "other", 0.4, 0.4 * rest),
            (kind, None, 1, "wealth", "growth", 1.0, 0.4 * rest),
        ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["type", "year", "level", "code", "parent", "weight", "effective_weight"])
    table["year"] = pd.array([None] * len(table), dtype="Int64")
    return table
