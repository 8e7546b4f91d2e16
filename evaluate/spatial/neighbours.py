"""Who is whose neighbour, as a table, and the units that a rule leaves alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evaluate.forms import Form
from evaluate.spatial.setting import Found, Setting
from indicators.errors import Fault
from indicators.texts import both

if TYPE_CHECKING:
    from geo.neighbours import Neighbours

NEIGHBOURS = Form(
    "neighbours",
    {
        "rule": "text", "unit": "text", "neighbours": "whole", "state": "text", "joined_to": "text",
        "strongest": "text", "strength": "number",
    },
)  # fmt: skip
RULES = Form(
    "neighbour_rules",
    {
        "rule": "text", "kind": "text", "parameters": "text", "units": "whole", "links": "whole", "islands": "whole",
        "joined": "whole", "unplaced": "whole", "ignored": "whole", "components": "whole", "resolved": "text",
    },
)  # fmt: skip
FORMS: tuple[Form, ...] = (NEIGHBOURS, RULES)
STATES = ("defined", "island", "unplaced", "joined")
"""Of a unit under a rule: it has neighbours; has none; the rule knows nothing about it; it had none and was joined."""


def found(setting: Setting) -> Found:
    """Return the neighbours of every unit under every rule; nothing where no analysis asks for neighbours."""
    spec = setting.spec
    among = any({"lag", "error"} & set(one.models) for one in spec.regression)
    if spec.neighbours is None and not any((spec.autocorrelation, spec.dynamics, among)):
        return Found()
    rows: list[dict[str, object]] = []
    warnings = []
    for name, near in setting.neighbours.items():
        rows += [_row(name, near, at) for at in range(len(near.codes))]
        if near.islands:
            key = ("spatial", "neighbours", name) if spec.neighbours is not None else ("spatial",)
            values = {"rule": name, "count": len(near.islands), "units": setting.named(near.islands), "joined": ""}
            if near.joined:
                values["joined"] = both("patterns.islands_joined", joined=len(near.joined))
            warnings.append(Fault("patterns.islands", values, setting.place(key)))
    rules = [_rule(name, near) for name, near in setting.neighbours.items()]
    tables = {NEIGHBOURS.name: NEIGHBOURS.frame(rows), RULES.name: RULES.frame(rules)}
    return Found(tables, tuple(warnings))


def _rule(name: str, near: "Neighbours") -> dict[str, object]:
    """Return what a rule is and what came of it; numbers that it found itself stand in `resolved`."""
    stated = near.rule.model_dump(exclude={"rule", "label"}, exclude_defaults=True, by_alias=True)
    return {
        "rule": name, "kind": near.rule.word(), "parameters": _said(stated), "units": len(near.codes),
        "links": int(near.matrix.nnz), "islands": len(near.islands), "joined": len(near.joined or {}),
        "unplaced": len(near.unplaced), "ignored": near.ignored, "components": near.components,
        "resolved": _said({key: f"{value:.6g}" for key, value in (near.resolved or {}).items()}),
    }  # fmt: skip


def _said(values: Mapping[str, object]) -> str:
    return "; ".join(f"{key}={value}" for key, value in values.items())


def _row(rule: str, near: "Neighbours", at: int) -> dict[str, object]:
    unit = near.codes[at]
    row: dict[str, object] = {"rule": rule, "unit": unit, "neighbours": int(near.counts[at]), "state": "defined"}
    if near.counts[at]:
        start, end = near.matrix.indptr[at], near.matrix.indptr[at + 1]
        most = start + int(near.matrix.data[start:end].argmax())
        row |= {"strongest": near.codes[near.matrix.indices[most]], "strength": float(near.matrix.data[most])}
    if near.joined and unit in near.joined:
        return row | {"state": "joined", "joined_to": near.joined[unit]}
    if unit in near.unplaced:
        return row | {"state": "unplaced"}
    return row | {"state": "island"} if unit in near.islands else row
