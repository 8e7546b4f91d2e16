"""What differs between two runs besides the scores: units, framework, weights."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from evaluate.comparison.edition import Edition

_SAID = ("formula", "measure", "unit_of_measure", "direction", "scale", "target", "goalposts", "thresholds")
_SIDES = (("a", "b"), ("b", "a"))


def unit_changes(a: Edition, b: Edition) -> pd.DataFrame:
    """Return units that only one run has, that are not scored in one, with the reason, and whose type changed."""
    editions = {"a": a, "b": b}
    listed = {side: e.results.units.set_index("unit") for side, e in editions.items()}
    rows: list[tuple[str, str, str, str]] = []
    for side, other in _SIDES:
        for unit in listed[side].index.difference(listed[other].index):
            rows.append((unit, listed[side].loc[unit, "name"], f"only_{side}", ""))
    for unit in listed["a"].index.intersection(listed["b"].index):
        name = listed["b"].loc[unit, "name"]
        for side, edition in editions.items():
            if unit not in edition.composite.index:
                rows.append((unit, name, f"not_scored_{side}", _reason(edition, unit)))
        types = [str(listed[side].loc[unit, "type"]) for side in editions]
        if types[0] != types[1]:
            rows.append((unit, name, "type_changed", " → ".join(kind or "–" for kind in types)))
    found = pd.DataFrame(rows, columns=["unit", "name", "what", "reason"])
    return found.sort_values(["unit", "what"], ignore_index=True)


def _reason(edition: Edition, unit: str) -> str:
    listed = edition.results.excluded
    mine = listed[(listed["what"] == "unit") & (listed["code"] == unit)]
    mine = mine[mine["year"].isna() | (mine["year"] == edition.year)]
    return "; ".join(str(reason) for reason in mine["reason"])


def framework_changes(a: Edition, b: Edition) -> pd.DataFrame:
    """Return indicators that only one run has, and what is defined in another way."""
    rows = list(_framework(a, b))
    return pd.DataFrame(rows, columns=["code", "what", "first", "second"])


def _framework(a: Edition, b: Edition) -> Iterator[tuple[str, str, str, str]]:
    editions = {"a": a, "b": b}
    asked = {side: {code for kind in e.kinds for code in e.structure(kind).indicators} for side, e in editions.items()}
    for side, other in _SIDES:
        for code in (c for c in editions[side].framework.indicators if c in asked[side] - asked[other]):
            yield code, f"only_{side}", *_where(editions, code, asked)
    for code in (c for c in a.framework.indicators if c in asked["a"] & asked["b"]):
        one, two = (e.framework.indicators[code] for e in editions.values())
        for key in _SAID:
            first, second = getattr(one, key, None), getattr(two, key, None)
            if first != second:
                yield code, key, _said(first), _said(second)


def _where(editions: dict[str, Edition], code: str, asked: dict[str, set[str]]) -> tuple[str, str]:
    """Return of each run whether an indicator is scored, was dropped, or is not in the framework."""
    first, second = (
        "scored" if code in asked[side] else "dropped" if code in edition.fitted.dropped else "absent"
        for side, edition in editions.items()
    )
    return first, second


def _said(value: Any) -> str:
    plain = value.model_dump(by_alias=True, exclude_none=True) if hasattr(value, "model_dump") else value
    return "" if plain is None else str(plain)


def weight_changes(a: Edition, b: Edition) -> pd.DataFrame:
    """Return weights and effective weights of both runs by type; without a type where all types share them."""
    kinds = sorted({*a.kinds, *b.kinds})
    tables = {kind: pd.concat([_weights_of(a, kind, "a"), _weights_of(b, kind, "b")], axis=1) for kind in kinds}
    whole = next(iter(tables.values()))
    if all(table.equals(whole) for table in tables.values()):
        tables = {"": whole}
    order = [*b.framework.dimensions(), *b.framework.indicators, *a.framework.dimensions(), *a.framework.indicators]
    place = {code: at for at, code in reversed(list(enumerate(order)))}
    frames = []
    for kind, table in tables.items():
        part = table.reset_index().assign(type=kind)
        frames.append(part.iloc[np.argsort([place.get(code, len(place)) for code in part["code"]], kind="stable")])
    columns = ["type", "level", "code", "parent", "weight_a", "weight_b", "effective_a", "effective_b"]
    return pd.concat(frames, ignore_index=True)[columns]


def _weights_of(edition: Edition, kind: str, side: str) -> pd.DataFrame:
    table = edition.results.weights
    mine = table[table["type"].isin(["", kind]) & (table["year"].isna() | (table["year"] == edition.year))]
    named = mine.rename(columns={"weight": f"weight_{side}", "effective_weight": f"effective_{side}"})
    return named.set_index(["level", "code", "parent"])[[f"weight_{side}", f"effective_{side}"]]
