"""The run record: what was run, on what, with what, and what is to be known of the result."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from evaluate.assessment import Assessment
from evaluate.decomposed import Decomposed
from evaluate.robustness.summary import Robustness
from evaluate.scoring.scores import Scores
from evaluate.version import own_version
from indicators.errors import Fault

SCHEMA = "manifest/1"
_LIBRARIES = (
    "numpy",
    "pandas",
    "scipy",
    "scikit-learn",
    "highspy",
    "pint",
    "pydantic",
    "shapely",
    "geopandas",
    "rasterio",
    "exactextract",
)


def versions() -> dict[str, str]:
    """Return the versions of the program and of the libraries that its numbers rest on."""
    out = {"city-synergy": own_version(), "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            out[name] = version(name)
        except PackageNotFoundError:
            continue
    return out


def manifest_of(
    assessment: Assessment, scores: Scores, robustness: Robustness | None,
    warnings: Sequence[Fault], language: str, decomposed: Decomposed | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the run record, all but the artifacts and the times."""
    file, panel = assessment.file, assessment.panel
    resolved = file.model_dump(by_alias=True, mode="json", exclude={"framework", "methodology", "coverage"})
    methodology = assessment.methodology.to_dict()
    resolved |= {
        "framework": assessment.framework.to_dict(),
        "methodology": {k: v for k, v in methodology.items() if k != "coverage"},
        "coverage": methodology["coverage"],
    }
    inputs = sorted({(entry.role, entry.path, entry.sha256) for entry in assessment.inputs})
    identity = json.dumps([resolved, inputs, versions(), language], sort_keys=True, ensure_ascii=False)
    boundaries = assessment.boundaries
    return {
        "schema": SCHEMA,
        "run_id": hashlib.sha256(identity.encode()).hexdigest()[:16],
        "versions": versions(),
        "title": dict(file.title),
        "notice": dict(file.notice) if file.notice else None,
        "language": language,
        "seed": file.robustness.seed if file.robustness else None,
        "inputs": [{"role": role, "path": path, "sha256": sha256} for role, path, sha256 in inputs],
        "sources": [named.told() for named in assessment.sources],
        "period": {
            "from": file.period.from_, "to": file.period.to,
            "baseline": file.period.baseline, "rank": panel.rank,
        },
        "comparable": scores.comparable,
        "roster": resolved["roster"],
        "methodology": resolved["methodology"],
        "coverage": resolved["coverage"],
        "outputs": resolved["outputs"] | {"language": language},
        "robustness": resolved["robustness"],
        "robustness_outcome": robustness.outcome_in(language) if robustness else None,
        "boundaries": None if boundaries is None else {
            "crs": boundaries.crs,
            "off_map": list(boundaries.off_map),
            "repaired": [dict(entry) for entry in boundaries.repaired],
        },
        "marks": scores.marks,
        "decomposition_marks": decomposed.marks if decomposed else [],
        "imputed": imputed_cells(scores),
        "warnings": [told(warning) for warning in warnings],
        "assessment": resolved,
    }  # fmt: skip


def sealed(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a run record with the digest, `record`, of all that it says but its times, so that a change is seen."""
    said = {key: value for key, value in manifest.items() if key not in ("times", "record")}
    # through JSON once, as it is when it is read back
    said = json.loads(json.dumps(said, ensure_ascii=False))
    written = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return manifest | {"record": hashlib.sha256(written.encode("utf-8", errors="surrogatepass")).hexdigest()}


def is_sealed(manifest: dict[str, Any]) -> bool:
    """Tell whether a run record says what it said when it was written.

    >>> is_sealed(sealed({"seed": 1})), is_sealed(sealed({"seed": 1}) | {"seed": 2}), is_sealed({"seed": 1})
    (True, False, False)
    """
    return bool(manifest.get("record") == sealed(manifest)["record"])


def told(warning: Fault) -> dict[str, Any]:
    """Return a warning as plain data: its text key, values and place."""
    return {"key": warning.text_key, "values": _plain(warning.values), "place": str(warning.place)}


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    kept = (str, int, float, bool, dict)
    return {key: value if isinstance(value, kept) or value is None else str(value) for key, value in values.items()}


def imputed_cells(scores: Scores) -> list[dict[str, Any]]:
    """Return the indicator values that rest on an imputed number: indicator, unit, year."""
    out: set[tuple[str, str, int]] = set()
    filled: dict[tuple[str, int], set[str]] = {}
    for change in scores.changes:
        if change.step == "imputation":
            filled.setdefault((change.unit, change.year), set()).add(change.code)
    named = {
        code: {v for f in indicator.formulas().values() for v in f.variables}
        for code, indicator in scores.framework.indicators.items()
    }
    panel = scores.values.panel
    breaks = scores.framework.breaks()
    reach = {
        code: {
            year: {
                (variable, used)
                for formula in indicator.formulas().values()
                for variable, years in formula.years_needed([year], panel.baseline, breaks).items()
                for used in years
            }
            for year in panel.scored
        }
        for code, indicator in scores.framework.indicators.items()
    }
    for (unit, year), codes in filled.items():
        for code in codes:
            if code in named:
                out.add((code, unit, year))
            for indicator, by_year in reach.items():
                out |= {(indicator, unit, at) for at, used in by_year.items() if (code, year) in used}
    return [{"code": code, "unit": unit, "year": year} for code, unit, year in sorted(out) if year in panel.scored]
