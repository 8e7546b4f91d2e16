"""The methodology of a run in sentences, in the order of the work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from evaluate.methodology import Methodology
from evaluate.report.aggregation_words import aggregation_values
from evaluate.report.parts import Column, Labels, Table, significant
from indicators.structure import TOP
from indicators.texts import catalogue
from indicators.units import said_in


@dataclass(frozen=True)
class Step:
    """One step of the work and what was done in it."""

    heading: str
    sentences: tuple[str, ...]


def methodology_of(labels: Labels) -> Methodology:
    """Return the methodology of the run with every setting."""
    manifest = labels.results.manifest
    return Methodology.model_validate({**manifest["methodology"], "coverage": manifest["coverage"]})


def steps(labels: Labels) -> list[Step]:
    """Return the steps of the run in order; a step that was not taken says so where the reader would expect it."""
    chosen = methodology_of(labels)
    told = {
        "period": _period(labels),
        "imputation": [_method(labels, "imputation", chosen.imputation)],
        "indicators": _indicators(labels),
        "coverage": _coverage(labels, chosen),
        "outliers": [_method(labels, "outliers", chosen.outliers)],
        "normalisation": [
            labels.say("unless_below") if any(o.normalisation for o in chosen.overrides.values()) else "",
            *_normalisation(labels, chosen.normalisation),
            labels.say("normalisation_direction"),
        ],
        "overrides": _overrides(labels, chosen),
        "weighting": _weighting(labels, chosen),
        "aggregation": [
            *_by_level(labels, "aggregation", chosen.aggregation),
            labels.say("aggregation_missing"),
        ],
        "veto": _veto(labels, chosen),
        "ranking": _ranking(labels),
        "grades": _grades(labels, chosen),
        "robustness": [labels.say("robustness_see" if labels.results.robustness is not None else "robustness_none")],
    }
    return [Step(labels.say(f"heading_{name}"), tuple(said)) for name, said in told.items() if said]


def assumptions(labels: Labels, imputed: float) -> list[str]:
    """Return what the results lean on; `imputed` is the share of the values that rest on imputed figures."""
    chosen = methodology_of(labels)
    said = [labels.say("lean_framework")]
    ways = chosen.weighting.chosen
    if any(way.data_driven for way in ways):
        said.append(labels.say("lean_data_driven"))
    if any(way.method == "given" for way in ways):
        said.append(labels.say("lean_given"))
    top = chosen.aggregation.of(TOP, lowest=False)
    said.append(labels.say(f"lean_{top.method}"))
    if any(way.ordinal for way in chosen.aggregation.chosen):
        said.append(labels.say("lean_order_only"))
    learning = {code: chosen.normalisation_of(code).learns for code in labels.indicators}
    for name, learns in (("lean_relative", True), ("lean_fixed", False)):
        codes = [code for code, way in learning.items() if way is learns]
        if codes:
            whole = len(codes) == len(learning)
            of = "" if whole else labels.say("lean_of", indicators=labels.listed(map(labels.code, codes)))
            said.append(labels.sentences([of, labels.say(name)]))
    if imputed > 0:
        said.append(labels.say("lean_imputed", share=f"{100 * imputed:.1f}%"))
    if any(mark["kind"] == "chained" for mark in labels.results.manifest["marks"]):
        said.append(labels.say("lean_breaks"))
    if not labels.results.comparable:
        said.append(labels.say("lean_not_comparable"))
    said.append(labels.say("lean_no_robustness" if labels.results.robustness is None else "lean_robustness"))
    return said


def robustness_said(labels: Labels) -> list[str]:
    """Return how the ranking was put to the test."""
    settings = labels.results.manifest["robustness"]
    if not settings:
        return [labels.say("robustness_none")]
    name = "robustness_runs_all" if settings.get("years") == "all" else "robustness_runs"
    said = [labels.say(name, runs=settings["runs"], seed=settings["seed"])]
    for path, options in (settings.get("vary") or {}).items():
        listed = labels.listed(_option(labels, path, option) for option in options)
        said.append(labels.say("robustness_choice", choice=choice_said(labels, path), options=listed))
    said += _noise_and_errors(labels, settings)
    return [*said, labels.say("robustness_tiers")]


def _noise_and_errors(labels: Labels, settings: Mapping[str, Any]) -> list[str]:
    """Return what was drawn besides the choices of methods."""
    said, noise = [], settings.get("weight_noise") or 0
    if isinstance(noise, Mapping) and noise["method"] == "dirichlet":
        said.append(labels.say("robustness_dirichlet", concentration=f"{noise['concentration']:g}"))
    elif share := noise["noise"] if isinstance(noise, Mapping) else noise:
        said.append(labels.say("robustness_noise", share=f"{100 * share:g}%"))
    if errors := settings.get("indicator_error"):
        said.append(labels.say("robustness_errors", codes=labels.listed(labels.code(code) for code in errors)))
    for code, options in (settings.get("sources") or {}).items():
        listed = labels.listed(labels.code(option) for option in options)
        said.append(labels.say("robustness_sources", code=labels.code(code), options=listed))
    if left := settings.get("leave_out"):
        listed = labels.say("robustness_all_indicators") if left is True else labels.listed(map(labels.code, left))
        said.append(labels.say("robustness_leave_out", codes=listed))
    return said


def definitions(labels: Labels) -> Table:
    """What every indicator is: dimension, formula, unit of measure, direction and reference values."""
    framework = labels.results.framework
    chosen = methodology_of(labels)
    kinds = labels.types if labels.typed else [""]
    parents: dict[str, list[str]] = {}
    for kind in kinds:
        for parent, children in framework.structure(kind).children.items():
            for child in children:
                parents.setdefault(child, [])
                if parent not in parents[child]:
                    parents[child].append(parent)
    rows = []
    for code in framework.indicators:
        item = framework.indicators[code]
        formula = item.formula or (item.measure.name + " → " + item.measure.output if item.measure else "")
        rows.append({
            "label": labels.code(code), "code": code,
            "dimension": labels.listed(labels.code(parent) for parent in parents.get(code, [])),
            "formula": formula, "unit_of_measure": said_in(item.unit_of_measure, labels.language),
            "direction": _direction(labels, code),
            "reference": labels.sentences(_reference_values(labels, code, chosen, kinds)),
            "used": labels.say("used_yes") if code in labels.indicators else labels.say("used_no"),
        })  # fmt: skip
    referring, left = any(row["reference"] for row in rows), len(labels.indicators) < len(rows)
    columns = (
        Column("label", labels.say("column_indicator"), "name"),
        Column("code", labels.say("column_code"), "code"),
        Column("dimension", labels.say("column_dimension")),
        Column("formula", labels.say("column_formula"), "code", width=44),
        Column("unit_of_measure", labels.say("column_unit_of_measure")),
        Column("direction", labels.say("column_direction")),
        *([Column("reference", labels.say("column_reference_values"), width=40)] if referring else []),
        *([Column("used", labels.say("column_used"))] if left else []),
    )
    return Table("definitions", labels.say("definitions_caption"), columns, rows)


def _period(labels: Labels) -> list[str]:
    period = labels.results.manifest["period"]
    said = [labels.say("period", first=period["from"], last=period["to"], rank=period["rank"])]
    if period.get("baseline") is not None:
        said.append(labels.say("period_baseline", baseline=period["baseline"]))
    return said


def _indicators(labels: Labels) -> list[str]:
    framework = labels.results.framework
    said = [labels.say("indicators", indicators=len(labels.indicators), variables=len(framework.variables))]
    logged = [labels.code(code) for code in labels.indicators if framework.indicators[code].scale == "log"]
    if logged:
        said.append(labels.say("scale_log", indicators=labels.listed(logged)))
    return said


def _coverage(labels: Labels, chosen: Methodology) -> list[str]:
    coverage = chosen.coverage
    said = [labels.say("coverage_unit", share=f"{100 * coverage.unit:g}%")] if coverage.unit else []
    if coverage.indicator:
        said.append(labels.say("coverage_indicator", share=f"{100 * coverage.indicator:g}%"))
    return [*(said or [labels.say("coverage_none")]), labels.say("coverage_rest")]


def _method(labels: Labels, family: str, method: Any) -> str:
    """Return the sentence of one method with its parameters filled in."""
    values = {name: _parameter(labels, getattr(method, name)) for name in type(method).model_fields}
    if family == "outliers" and values.get("limit"):
        values["limit"] = labels.say("limit_share" if method.limit < 1 else "limit_points", limit=_share(method.limit))
        values["otherwise"] = labels.say(f"otherwise_{method.otherwise}")
    if getattr(method, "over_years", False):
        gap = ("gap_limit", "gap_any") if method.method == "linear" else ("carried_limit", "carried_any")
        values["limit"] = labels.say(gap[0] if method.limit else gap[1], limit=method.limit or 0)
    if method.method == "knn":
        values["weights"] = labels.say(f"neighbours_{method.weights}")
    if "by" in values:
        group = "group_all" if method.by is None else "group_type" if method.by == "type" else "group_column"
        values["by"] = labels.say(group, column=method.by or "")
    if hasattr(method, "aim"):
        values["aim"] = labels.say(f"aim_{method.aim}")
    if hasattr(method, "of"):
        values["of"] = labels.listed(_said(labels, "name", member.method) for member in method.of)
    if family == "aggregation":
        values |= aggregation_values(labels, method, values)
    said = labels.say(f"{family}_{method.method}", **values)
    if getattr(method, "cap", None):
        said = labels.sentences([said, labels.say("weighting_cap", cap=f"{method.cap:g}")])
    return said


def _normalisation(labels: Labels, method: Any) -> list[str]:
    bounds = getattr(method, "bounds", None)
    values = {"low": f"{bounds[0]:g}", "high": f"{bounds[1]:g}"} if bounds else {}
    stated = [name for name in ("mean", "sd", "pass_score") if hasattr(method, name)]
    values |= {name: _parameter(labels, getattr(method, name)) for name in stated}
    if method.method == "scaled":
        values |= {"least": f"{method.limits[0]:g}", "greatest": f"{method.limits[1]:g}"}
    if method.method == "categorical":
        values |= _classes(labels, method)
    said = [labels.say(f"normalisation_{method.method}", **values)]
    if method.learns:
        reference = method.reference
        key, path = (reference, "") if isinstance(reference, str) else ("fitted", reference.fitted)
        said.append(labels.say(f"reference_{key}", path=path))
    if method.beyond is not None:
        said.append(labels.say(f"beyond_{method.beyond}"))
    return said


def _classes(labels: Labels, method: Any) -> dict[str, str]:
    """Return what parts the classes of a categorical scale, and their scores."""
    cuts = [f"{cut:g}" for cut in method.cuts or ()] or [f"{100 * share:g}%" for share in method.parts]
    parting = labels.say("classes_shares" if method.learns else "classes_cuts", cuts=labels.listed(cuts))
    return {"parting": parting, "scores": labels.listed(f"{score:g}" for score in method.scores)}


def _weighting(labels: Labels, chosen: Methodology) -> list[str]:
    said = _by_level(labels, "weighting", chosen.weighting)
    data_driven = any(way.data_driven for way in chosen.weighting.chosen)
    return [*said, *([labels.say("weighting_data_driven")] if data_driven else [])]


def _by_level(labels: Labels, family: str, levels: Any) -> list[str]:
    if levels.indicators == levels.dimensions:
        said = [labels.say("level_all", said=_method(labels, family, levels.indicators))]
    else:
        said = [
            labels.say("level_indicators", said=_method(labels, family, levels.indicators)),
            labels.say("level_dimensions", said=_method(labels, family, levels.dimensions)),
        ]
    for parent, way in levels.parents.items():
        named = labels.say("composite") if parent == TOP else labels.code(parent)
        said.append(labels.say("level_parent", parent=named, said=_method(labels, family, way)))
    return said


def _overrides(labels: Labels, chosen: Methodology) -> list[str]:
    """Say what differs for single indicators, those with the same difference together."""
    found: dict[str, list[str]] = {}
    for code, entry in chosen.overrides.items():
        parts = [_method(labels, "outliers", entry.outliers)] if entry.outliers else []
        parts += _normalisation(labels, entry.normalisation) if entry.normalisation else []
        found.setdefault(labels.sentences(parts), []).append(labels.code(code))
    return [labels.say("override", label=labels.listed(codes), said=said) for said, codes in found.items()]


def _veto(labels: Labels, chosen: Methodology) -> list[str]:
    said = []
    for code, veto in chosen.veto.items():
        limits = [
            labels.say(f"veto_{side}", limit=significant(limit))
            for side, limit in (("above", veto.above), ("below", veto.below))
            if limit is not None
        ]
        unit = _unit_of_measure(labels, code)
        limit = labels.say("either").join(limits) + (f" {unit}" if unit else "")
        said.append(labels.say("veto", label=labels.code(code), limit=limit, cap=f"{veto.cap:g}"))
    return said


def _ranking(labels: Labels) -> list[str]:
    if not labels.typed:
        return [labels.say("ranking_untyped")]
    return [labels.say("ranking_comparable" if labels.results.comparable else "ranking_not_comparable")]


def _grades(labels: Labels, chosen: Methodology) -> list[str]:
    if chosen.grades is None:
        return []
    cuts = chosen.grades.cuts
    parts = []
    for grade in range(len(cuts) + 1, 0, -1):
        name = chosen.grades.label(grade, labels.language)
        if grade == 1:
            parts.append(labels.say("grade_lowest", name=name, cut=f"{cuts[0]:g}"))
        else:
            parts.append(labels.say("grade_from", name=name, cut=f"{cuts[grade - 2]:g}"))
    return [labels.say("grades", grades=labels.listed(parts))]


def choice_said(labels: Labels, path: str) -> str:
    """Name a choice by its path under `methodology`; the path itself when the report knows no name."""
    known, key = catalogue("report"), path.replace(".", "_")
    if f"choice_{key}" in known:
        return labels.say(f"choice_{key}")
    above, _, last = path.rpartition(".")
    if f"choice_{above.replace('.', '_')}" in known:
        return labels.say(
            "choice_parameter", choice=choice_said(labels, above), parameter=_said(labels, "parameter", last)
        )
    family, _, rest = path.partition(".")
    code, _, below = rest.partition(".")
    if family == "overrides" and f"choice_{below}" in known:
        return labels.say("choice_override", choice=labels.say(f"choice_{below}"), label=labels.code(code))
    return path


def _option(labels: Labels, path: str, option: Any) -> str:
    """Name one option of a choice, with the parameters that it states."""
    if not isinstance(option, Mapping):
        return str(option)
    name = _said(labels, "name", str(option.get("method", "")))
    # what experts judged is too long to be named here
    given = {key: value for key, value in option.items() if key != "method" and not isinstance(value, Mapping)}
    if "of" in given:
        given["of"] = labels.listed(_option(labels, path, member) for member in option["of"])
    stated = [f"{_said(labels, 'parameter', key)} {_parameter(labels, value)}" for key, value in given.items()]
    return labels.say("with_parameters", name=name, parameters=labels.listed(stated)) if stated else name


def _said(labels: Labels, family: str, word: str) -> str:
    """Return the text of a word of a configuration; the word itself when the report knows none."""
    return labels.say(f"{family}_{word}") if f"{family}_{word}" in catalogue("report") else word


def _direction(labels: Labels, code: str) -> str:
    item = labels.results.framework.indicators[code]
    said = labels.say(f"direction_{item.direction}", target=significant(item.target) if item.target is not None else "")
    return labels.sentences([said, labels.say("log_scale")]) if item.scale == "log" else said


def _reference_values(labels: Labels, code: str, chosen: Methodology, kinds: list[str]) -> Iterable[str]:
    """Say the goalposts or thresholds that the indicator is scored by, for each type that has its own."""
    framework = labels.results.framework
    method = chosen.normalisation_of(code).method
    if method == "goalposts":
        posts = {kind: framework.goalposts(code, kind) for kind in kinds}
        shared = len({tuple(pair or ()) for pair in posts.values()}) == 1
        for kind, pair in list(posts.items())[: 1 if shared else None]:
            if pair:
                said = labels.say("goalposts", worst=significant(pair[0]), best=significant(pair[1]))
                yield said if shared else labels.say("for_type", type=labels.kind(kind), said=said)
    marks = framework.indicators[code].thresholds
    target = framework.indicators[code].target
    if method == "distance_to_target" and target is not None:
        yield labels.say("target_value", target=significant(target))
    if method == "thresholds" and marks:
        values = [labels.say("thresholds", pass_mark=significant(marks.pass_mark), ideal=significant(marks.ideal))]
        if marks.zero is not None:
            values.append(labels.say("thresholds_zero", zero=significant(marks.zero)))
        yield labels.listed(values)


def _unit_of_measure(labels: Labels, code: str) -> str:
    framework = labels.results.framework
    item = framework.indicators.get(code) or framework.variables.get(code)
    return unit_said(item.unit_of_measure, labels.language) if item else ""


def unit_said(unit: str, language: str = "en") -> str:
    """Return a unit of measure as it stands behind a number: nothing for a plain number.

    >>> unit_said("1"), unit_said("t / (1e4 CNY)"), unit_said("t / (1e4 CNY)", "zh")
    ('', 't / (1e4 CNY)', '吨/万元')
    """
    return "" if unit.strip() == "1" else said_in(unit, language)


def _parameter(labels: Labels, value: Any) -> str:
    if isinstance(value, list | tuple):
        return "–".join(f"{item:g}" if isinstance(item, int | float) else str(item) for item in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    return _said(labels, "word", str(value))


def _share(limit: float) -> str:
    return f"{100 * limit:g}%" if limit < 1 else f"{limit:g}"
