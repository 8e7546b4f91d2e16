"""The geographical detector of a scored panel: every target, type and year that an assessment asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from evaluate.spatial.detector.forms import ECOLOGICAL, FACTORS, INTERACTIONS, RISKS, SAMPLES, STRATA, TRIED, UNITS
from evaluate.spatial.detector.given import HERE, Given
from evaluate.spatial.detector.one import Part, Rows, detected
from evaluate.spatial.setting import Found, Setting
from geo.detector.sample import FEW
from indicators.errors import Fault, Faults
from indicators.texts import joined

_FORMS = {
    "tried": TRIED, "factors": FACTORS, "strata": STRATA, "units": UNITS, "interactions": INTERACTIONS,
    "risks": RISKS, "ecological": ECOLOGICAL,
}  # fmt: skip


def found(setting: Setting) -> Found:
    """Return the tables of the geographical detector; nothing where it is not asked for.

    Scores of different types that do not compare are explained within each type, other quantities over all units. The
    rows of a part are those in which neither target nor any factor is missing, so that every q compares.

    Raises:
        InputError: a target that cannot be explained in any type and year, with the reason of each; a name that is
            none.

    Source: Wang et al. 2010, International Journal of Geographical Information Science 24:107–127; Song et al. 2020,
    GIScience & Remote Sensing 57:593–610.
    """
    spec = setting.spec.geodetector
    if spec is None:
        return Found()
    given, rows, faults = Given(setting, spec), Rows(), Faults()
    samples: list[dict[str, Any]] = []
    refused: dict[str, list[Fault]] = {}
    done: set[str] = set()
    for target, kind, year in given.parts():
        keys = {"target": target, "type": kind, "year": year}
        forced = given.forced(target)
        part, about, why = _part(given, keys, forced)
        inside = " ".join(name for name, shared in forced.items() if shared)
        samples.append({**keys, **about, "unit_of_measure": given.unit_of_measure(target), "forced": inside})
        if part is None:
            refused.setdefault(target, []).extend(why)
            continue
        done.add(target)
        made = detected(part)
        for name in fields(Rows):
            getattr(rows, name.name).extend(getattr(made, name.name))
    for target, why in refused.items():
        if target not in done:
            faults.extend(why)
    faults.raise_if_any()
    tables = {form.name: form.frame(getattr(rows, name)) for name, form in _FORMS.items()}
    tables = {SAMPLES.name: SAMPLES.frame(samples), **tables}
    return Found(tables, tuple(_warnings(given, tables)))


def _part(
    given: Given, keys: Mapping[str, Any], forced: Mapping[str, str]
) -> tuple[Part | None, dict[str, Any], list[Fault]]:
    """Return the complete rows of one part, what is to be said of them, and what is wrong where there is no part."""
    spec, year = given.spec, keys["year"]
    y = given.target(keys["target"], year)
    here = np.isfinite(y) & ((given.kinds == keys["type"]) if keys["type"] else True)
    columns = {factor: given.values(factor, year) for factor in given.factors}
    there = {
        factor: np.isfinite(column) if column.dtype.kind == "f" else column != "" for factor, column in columns.items()
    }
    known = here & np.all(list(there.values()), axis=0)
    n = int(known.sum())
    about: dict[str, Any] = {"n": n, "dropped": int(here.sum()) - n}
    at = given.setting.place((*HERE, "targets"))
    empty = [factor for factor, column in there.items() if not (here & column).any()]
    if not here.any() or empty:
        why = [Fault("detector.no_values", {"found": given.label(one), "year": year}, one.place) for one in empty]
        if not here.any():
            why = [Fault("detector.no_values", {"found": given.origins.label_of(keys["target"]), "year": year}, at)]
        return None, {**about, "state": "no_values"}, why
    if n < 2 * spec.minimum:
        values = {"year": year, "found": n, "least": 2 * spec.minimum, "minimum": spec.minimum}
        return None, {**about, "state": "too_few_units"}, [Fault("detector.too_few", values, at)]
    used = y[known]
    if np.abs(used - used.mean()).max() <= 1e-12 * max(float(np.abs(used).max()), np.finfo(float).tiny):
        values = {"found": given.origins.label_of(keys["target"]), "year": year, "count": n}
        return None, {**about, "state": "constant"}, [Fault("detector.same_everywhere", values, at)]
    codes = [code for code, one in zip(given.setting.codes, known.tolist(), strict=True) if one]
    held = {factor: column[known] for factor, column in columns.items()}
    spelled = {factor.name: "" if factor.categories else given.unit_of_measure(factor.of) for factor in held}
    return Part(spec, used, held, codes, forced, spelled, dict(keys)), {**about, "state": "defined"}, []


def _warnings(given: Given, tables: Mapping[str, pd.DataFrame]) -> Iterator[Fault]:
    """Yield one warning a target for a small sample, and one for what was forced."""
    at = given.setting.place(HERE)
    samples = tables[SAMPLES.name]
    names = {factor.name: given.label(factor) for factor in given.factors}
    for target in dict.fromkeys(given.spec.targets):
        label = given.origins.label_of(target)
        small = samples[(samples["target"] == target) & (samples["state"] == "defined") & (samples["n"] < FEW)]
        if len(small):
            values: dict[str, object] = {"target": label, "n": int(small["n"].min()), "few": FEW}
            values["chance"] = _greatest(tables[FACTORS.name], small)
            pair = _greatest(tables[INTERACTIONS.name], small)
            yield (
                Fault("detector.small", values | {"pair": pair}, at)
                if pair
                else Fault("detector.small_alone", values, at)
            )
        inside = [name for name, shared in given.forced(target).items() if shared]
        if inside:
            yield Fault("detector.forced", {"target": label, "factors": joined(names[one] for one in inside)}, at)


def _greatest(table: pd.DataFrame, parts: pd.DataFrame) -> str:
    """Return the greatest q by chance of the rows of some parts, as a text; empty without one."""
    most = table.merge(parts[["target", "type", "year"]])["chance"].max()
    return f"{most:.2f}" if most == most else ""
