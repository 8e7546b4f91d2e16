"""Lists derived from the declarations: every method with its parameters, and the JSON schemas for editors."""

import json
import operator
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from evaluate import load
from evaluate.catalogue import methods, schema, word_of
from evaluate.methodology import FAMILIES
from evaluate.methods.aggregation import Aggregation
from evaluate.methods.imputation import Imputation
from evaluate.methods.normalisation import Normalisation
from evaluate.methods.outliers import Outliers
from evaluate.methods.weighting import Weighting
from indicators.bundled import configs
from indicators.framework import Framework
from tests.evaluate.tiny import ASSESSMENT, FRAMEWORK, make

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float),
    "boolean": (bool,), "null": (type(None),),
}  # fmt: skip
BOUNDS = {
    "minimum": operator.lt,
    "maximum": operator.gt,
    "exclusiveMinimum": operator.le,
    "exclusiveMaximum": operator.ge,
}


def mistakes(value: Any, rule: dict[str, Any], root: dict[str, Any], at: str = "") -> Iterator[str]:
    """Yield where a value breaks a JSON schema; what of JSON Schema the forms use, and a refusal of the rest."""
    if "$ref" in rule:
        node: Any = root
        for part in rule["$ref"].removeprefix("#/").split("/"):
            node = node[part]
        yield from mistakes(value, node, root, at)
    for name in ("anyOf", "oneOf"):
        if name in rule:
            fitting = [not any(mistakes(value, option, root, at)) for option in rule[name]]
            if not any(fitting) or (name == "oneOf" and sum(fitting) != 1):
                yield f"{at}: {sum(fitting)} of {name}"
    if "type" in rule:
        kinds = TYPES[rule["type"]]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            yield f"{at}: no {rule['type']}"
            return
    if "enum" in rule and value not in rule["enum"]:
        yield f"{at}: {value!r} is none of {rule['enum']}"
    if "const" in rule and value != rule["const"]:
        yield f"{at}: {value!r} is not {rule['const']!r}"
    if "pattern" in rule and not re.search(rule["pattern"], value):
        yield f"{at}: {value!r} does not match"
    for name, wrong in BOUNDS.items():
        if name in rule and wrong(value, rule[name]):
            yield f"{at}: {name}"
    if isinstance(value, list):
        if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
            yield f"{at}: length"
        for position, item in enumerate(value):
            yield from mistakes(item, rule.get("items", {}), root, f"{at}[{position}]")
    if isinstance(value, dict):
        known, others = rule.get("properties", {}), rule.get("additionalProperties", True)
        patterns = rule.get("patternProperties", {})
        if len(value) < rule.get("minProperties", 0):
            yield f"{at}: too few"
        for key in rule.get("required", []):
            if key not in value:
                yield f"{at}.{key}: missing"
        for key, item in value.items():
            here = f"{at}.{key}"
            names = rule.get("propertyNames", {})
            yield from mistakes(str(key), names, root, f"{here} (name)")
            matching = [r for pattern, r in patterns.items() if re.search(pattern, str(key))]
            if key in known:
                yield from mistakes(item, known[key], root, here)
            elif matching:
                yield from mistakes(item, matching[0], root, here)
            elif others is False:
                yield f"{here}: unknown"
            elif isinstance(others, dict):
                yield from mistakes(item, others, root, here)


def found(form: str, text: str) -> list[str]:
    rules = json.loads(json.dumps(schema(form)))
    return list(mistakes(json.loads(json.dumps(yaml.safe_load(text))), rules, rules))


def test_the_list_is_that_of_the_declarations() -> None:
    families = {
        "imputation": Imputation, "outliers": Outliers, "normalisation": Normalisation, "weighting": Weighting,
        "aggregation": Aggregation,
    }  # fmt: skip
    listed = methods()
    assert set(families) | {"measure", "neighbours"} == {m["family"] for m in listed}
    for family, union in families.items():
        declared = [word_of(member) for member in get_args(get_args(union)[0])]
        assert [m["method"] for m in listed if m["family"] == family] == declared == [
            member.word() for member in FAMILIES[family]
        ]  # fmt: skip
    assert len({(m["family"], m["method"]) for m in listed}) == len(listed)


def test_the_methods_of_the_issue_are_there() -> None:
    named = {(m["family"], m["method"]) for m in methods()}
    assert named >= {
        ("imputation", "none"), ("imputation", "linear"), ("imputation", "median"), ("outliers", "none"),
        ("outliers", "winsorise"), ("normalisation", "min_max"), ("normalisation", "z_score"),
        ("normalisation", "percentile_rank"), ("normalisation", "goalposts"), ("normalisation", "thresholds"),
        ("weighting", "given"), ("weighting", "equal"), ("weighting", "entropy"), ("weighting", "critic"),
        ("aggregation", "arithmetic"), ("aggregation", "geometric"), ("aggregation", "harmonic"),
        ("measure", "co_control"),
    }  # fmt: skip


def test_every_method_names_its_source_and_explains_its_parameters() -> None:
    for method in methods():
        assert len(method["source"]) > 10, method["method"]
        assert method["description"]
        for parameter in method["parameters"]:
            assert set(parameter) == {"name", "required", "default", "description"}
            assert parameter["description"], (method["method"], parameter["name"])
    assert json.loads(json.dumps(methods())) == methods()


def test_defaults_are_those_of_the_contract() -> None:
    by_name = {
        m["method"]: {p["name"]: p for p in m["parameters"]} for m in methods() if m["family"] == "normalisation"
    }
    assert by_name["min_max"]["bounds"]["default"] == [0, 100]
    assert by_name["min_max"]["reference"]["default"] == "pooled"
    assert by_name["min_max"]["out_of_range"]["default"] == "clip"
    assert by_name["z_score"]["mean"]["default"] == 50
    assert by_name["z_score"]["sd"]["default"] == 10


@pytest.mark.parametrize(("form", "text"), [("assessment", ASSESSMENT), ("framework", FRAMEWORK)])
def test_the_schema_takes_what_the_program_takes(form: str, text: str) -> None:
    assert found(form, text) == []


def test_the_schema_takes_the_normative_example(shared: Path) -> None:
    folder = shared / "examples" / "china-cities"
    for form in ("assessment", "framework"):
        assert found(form, (folder / f"{form}.yaml").read_text(encoding="utf-8")) == []


def test_the_schema_takes_what_is_bundled() -> None:
    for path in sorted((configs() / "frameworks").glob("*.yaml")):
        assert found("framework", path.read_text(encoding="utf-8")) == [], path.name
    for path in sorted((configs() / "examples" / "demo").rglob("assessment.yaml")):
        text = path.read_text(encoding="utf-8").replace("$language", "en")
        assert found("assessment", text) == [], path


# Every form of the two blocks of the contract, part 2.
FORMS = """\
schema: assessment/1
title: Plain
framework: city-basic
roster: {path: roster.xlsx, sheet: 名录, header_row: 2, unit: unit, name: name, type: type, cohorts: [batch, region]}
data:
  - {path: a.csv, unit: code, year: year, encoding: gb18030, missing: ["-", "—"], columns: {co2_t: {variable: co2, unit_of_measure: t}}}
  - {path: b.xlsx, sheet: 数据, header_row: 3, unit: code, year: 2019, layout: long, variable: item, value: amount, variables: {排放量: {variable: co2, unit_of_measure: t}}}
  - {path: c.xlsx, unit: code, layout: years, prefix: C, from: 1997, to: 2017, variable: co2, unit_of_measure: Mt}
layers:
  - {path: "pm25_{year}.tif", variable: pm25, unit_of_measure: ug/m^3, statistic: mean, band: 1}
boundaries: {path: cities.geojson, unit: unit, crs: EPSG:4326}
period: {from: 2012, to: 2019, baseline: 2011, rank: 2019}
coverage: {unit: 0.8, indicator: 0.5}
methodology:
  imputation: {method: linear, limit: 2}
  outliers: {method: winsorise, skewness: 2, kurtosis: 3.5, limit: 0.02, otherwise: keep}
  normalisation: {method: min_max, bounds: [1, 100], reference: {fitted: fitted.json}, out_of_range: extend}
  weighting: {indicators: {method: entropy, cap: 2}, dimensions: {method: given}}
  aggregation: {indicators: {method: arithmetic}, dimensions: {method: geometric}}
  overrides: {co2_intensity: {outliers: {method: none}, normalisation: {method: goalposts}}}
  veto: {pm25: {above: 35, cap: 60}}
  grades: {cuts: [40, 55, 70, 85], labels: {zh: [一, 二, 三, 四, 五], en: [a, b, c, d, e]}}
robustness: {runs: 1000, seed: 1, vary: {weighting.indicators: [{method: given}, {method: equal}]}, weight_noise: 0.25}
outputs: {language: zh, map: true, report: [html, xlsx], correlates: {gdp_per_capita: gdp / population}}
"""  # noqa: E501


def test_the_schema_takes_every_form_of_the_contract() -> None:
    assert found("assessment", FORMS) == []


@pytest.mark.parametrize(
    ("form", "old", "new"),
    [
        ("assessment", "period:", "periods:"),
        ("assessment", "runs: 20", "runs: many"),
        ("assessment", "runs: 20", "runs: 0"),
        ("assessment", "method: min_max", "method: minmax"),
        ("assessment", "language: en", "language: de"),
        ("assessment", "weight_noise: 0.2", "weight_noise: 1.5"),
        ("assessment", "gdp_1e8: {variable: gdp,", "gdp_1e8: {variabel: gdp,"),
        ("assessment", "bounds: [1, 100]", "bounds: [1, 50, 100]"),
        ("assessment", "  weighting:", "  coverage: {unit: 0.5}\n  weighting:"),
        ("framework", "direction: positive}\n  so2", "direction: up}\n  so2"),
        ("framework", "weight: 0.7", "weight: -0.7"),
        ("framework", "assesses: city", "assesses: village"),
        ("framework", "source: Made for the tests\n", ""),
    ],
)
def test_the_schema_refuses_what_the_program_refuses(form: str, old: str, new: str) -> None:
    text = ASSESSMENT if form == "assessment" else FRAMEWORK
    assert text.count(old) == 1
    assert found(form, text.replace(old, new))


def test_the_schema_is_one_for_editors() -> None:
    for form in ("assessment", "framework"):
        made = schema(form)
        assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert made["additionalProperties"] is False
        text = json.dumps(made)
        for name in re.findall(r'"#/\$defs/([^"]+)"', text):
            assert name in made["$defs"]
        # Editors show the description of a key beside it.
        bare = [
            f"{name}.{key}"
            for name, model in made["$defs"].items()
            for key, rule in model.get("properties", {}).items()
            if not rule.get("description") and key not in ("method", "rule", "schema", "layout")
        ]
        assert bare == []


def test_what_the_schema_describes_is_what_is_loaded(tmp_path: Path) -> None:
    loaded = load(make(tmp_path / "project").path)
    assert loaded.framework == Framework.from_dict(yaml.safe_load(FRAMEWORK))
