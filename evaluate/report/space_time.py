"""Space and time together, in words and pictures: moves beside high and low neighbours, spatial convergence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evaluate.report import dynamics_figures as draw
from evaluate.report.parts import Column, Labels, Table, plain, written
from evaluate.report.spatial import Picture, Told, rule_said
from evaluate.spatial.dynamics.convergence import SMALL
from indicators.dynamics import label
from indicators.texts import pick, text

_SIGNIFICANT = 0.05
Row = dict[Any, Any]


def _say(labels: Labels, name: str, /, **values: object) -> str:
    return text(f"space_time.{name}", labels.language, **values)


def space_time(labels: Labels) -> Told | None:
    """Return the section of the page; none where the run has no such tables."""
    if "spatial_dynamics" not in labels.results.spatial:
        return None
    figures = _rows(labels, "spatial_dynamics")
    rule = rule_said(labels, str(figures[0]["neighbours"])) if figures else ""
    said = [_say(labels, "intro", rule=rule), _say(labels, "by_type") if any(row["type"] for row in figures) else ""]
    return Told(
        [labels.sentences(said)],
        [_say(labels, "caution")],
        list(_pictures(labels, figures)),
        [tests(labels), convergence(labels)],
        [moves(labels)],
    )


def _rows(labels: Labels, name: str) -> list[Row]:
    return labels.results.spatial[name].to_dict("records")


def _parts(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    """Return rows by type and item, in order."""
    out: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        out.setdefault((str(row["type"]), str(row["item"])), []).append(row)
    return out


def _named(labels: Labels, kind: str, item: str) -> str:
    shown = labels.code(item)
    return f"{labels.kind(kind)} · {shown}" if kind else shown


def _pictures(labels: Labels, figures: Sequence[Row]) -> Iterator[Picture]:
    """Yield one transition matrix for each class of the neighbours."""
    words = {name: text(f"dynamics.matrix_{name}", labels.language) for name in ("from", "to", "moves", "ergodic")}
    ergodic = {
        (row["type"], row["item"], row["group"], row["other"]): plain(row["value"])
        for row in figures
        if row["statistic"] == "ergodic"
    }
    for at, ((kind, item), rows) in enumerate(_parts(_rows(labels, "spatial_transitions")).items()):
        size = max(int(row["to_class"]) for row in rows)
        for lag in range(1, size + 1):
            held = [row for row in rows if plain(row["lag_class"]) == lag]
            cells = [[_cell(labels, row) for row in held if row["from_class"] == one] for one in range(1, size + 1)]
            counts = [sum(int(row["count"]) for row in held if row["from_class"] == one) for one in range(1, size + 1)]
            shares = [ergodic.get((kind, item, str(lag), str(one))) for one in range(1, size + 1)]
            side = [
                (str(count), "–" if share is None else f"{share:.2f}")
                for count, share in zip(counts, shares, strict=True)
            ]
            title = _say(labels, "matrix_title", what=_named(labels, kind, item), lag=lag, classes=size)
            said = _say(labels, "matrix_said", lag=lag, classes=size, count=sum(counts))
            yield Picture(title, said, draw.matrix(f"spatial-moves-{at}-{lag}", title, cells, side, words))


def _cell(labels: Labels, row: Mapping[Any, Any]) -> tuple[float | None, str]:
    share = plain(row["probability"])
    about = {"start": int(row["from_class"]), "end": int(row["to_class"]), "count": int(row["count"])}
    return share, text("dynamics.cell", labels.language, probability=written(share, "weight"), **about)


def _state(labels: Labels, state: str) -> str:
    """Return the name of a state of the dynamics."""
    own = ("one_year", "nothing_to_compare", "at_edge")
    return _say(labels, f"state_{state}") if state in own else str(pick(label(state), labels.language))


def tests(labels: Labels) -> Table:
    """Q and LR of the hypothesis that moves do not depend on the neighbours, of every item and type."""
    rows = []
    for (kind, item), part in _parts([r for r in _rows(labels, "spatial_dynamics")
                                      if r["analysis"] == "spatial_markov"]).items():  # fmt: skip
        found = {row["statistic"]: row for row in part if not row["other"]}
        first = found["q"]
        p = plain(found["q_p"]["value"]) if "q_p" in found else None
        verdict = "" if p is None else _say(labels, "depends" if p < _SIGNIFICANT else "does_not_depend")
        rows.append({
            "type": labels.kind(kind), "item": labels.code(item), "n": first["n"],
            **{name: plain(found[name]["value"]) if name in found else None for name in (
                "q", "q_p", "likelihood_ratio", "likelihood_ratio_p", "freedom")},
            "state": verdict or _state(labels, str(first["state"])),
        })  # fmt: skip
    columns = (
        *_heads(labels),
        Column("n", _say(labels, "column_moves"), "whole"),
        Column("q", "Q", "weight"),
        Column("q_p", "p (Q)", "p"),
        Column("likelihood_ratio", "LR", "weight"),
        Column("likelihood_ratio_p", "p (LR)", "p"),
        Column("freedom", _say(labels, "column_freedom"), "whole"),
        Column("state", text("dynamics.column_state", labels.language), width=30),
    )
    return Table("spatial_markov", _say(labels, "tests_caption"), columns, rows, _say(labels, "tests_note"))


def _heads(labels: Labels) -> list[Column]:
    table = labels.results.spatial["spatial_dynamics"]
    typed = [Column("type", labels.say("column_type"))] if table["type"].astype(bool).any() else []
    return [*typed, Column("item", text("dynamics.column_item", labels.language), "name")]


def convergence(labels: Labels) -> Table:
    """β by least squares, spatial lag and spatial error model, of every item and type."""
    rows = []
    names = ("beta", "standard_error", "p", "spatial", "spatial_p", "speed", "half_life", "aicc")
    for (kind, item), part in _parts([r for r in _rows(labels, "spatial_dynamics")
                                      if r["analysis"] == "spatial_beta"]).items():  # fmt: skip
        for model in dict.fromkeys(row["model"] for row in part):
            held = {row["statistic"]: row for row in part if row["model"] == model}
            first = next(iter(held.values()))
            row: Row = {name: plain(held[name]["value"]) if name in held else None for name in names}
            if first["state"] != "converging":
                row["half_life"] = None
            state = _state(labels, str(first["state"]))
            if row["beta"] is not None and first["n"] < SMALL:
                state = _say(labels, "few", state=state, count=first["n"], least=SMALL)
            row |= {"type": labels.kind(kind), "item": labels.code(item), "model": _say(labels, f"model_{model}"),
                    "n": first["n"], "state": state}  # fmt: skip
            rows.append(row)
    said = {name: text(f"dynamics.column_{name}", labels.language) for name in (
        "beta", "standard_error", "p", "speed", "half_life", "n", "state")}  # fmt: skip
    columns = (
        *_heads(labels),
        Column("model", _say(labels, "column_model")),
        Column("n", said["n"], "whole"),
        Column("beta", said["beta"], "signed"),
        Column("standard_error", said["standard_error"], "weight"),
        Column("p", said["p"], "p"),
        Column("spatial", _say(labels, "column_spatial"), "signed"),
        Column("spatial_p", _say(labels, "column_spatial_p"), "p"),
        Column("speed", said["speed"], "weight"),
        Column("half_life", said["half_life"], "score"),
        Column("aicc", "AICc", "score"),
        Column("state", said["state"], width=24),
    )
    years = [plain(row[name]) for row in _rows(labels, "spatial_dynamics")[:1] for name in ("from", "year")]
    first_year, last_year = years or ("", "")
    caption = _say(labels, "convergence_caption", first=first_year, last=last_year)
    return Table("spatial_convergence", caption, columns, rows, _say(labels, "convergence_note"))


def moves(labels: Labels) -> Table:
    """Every transition by the class of the neighbours."""
    rows = []
    for row in _rows(labels, "spatial_transitions"):
        lag = plain(row["lag_class"])
        rows.append({
            "type": labels.kind(str(row["type"])), "item": labels.code(str(row["item"])),
            "lag": _say(labels, "all_neighbours") if lag is None else str(lag),
            **{name: plain(row[name]) for name in ("from_class", "to_class", "count", "probability")},
        })  # fmt: skip
    said = {name: text(f"dynamics.column_{name}", labels.language) for name in (
        "from_class", "to_class", "count", "probability")}  # fmt: skip
    columns = (
        *_heads(labels),
        Column("lag", _say(labels, "column_lag")),
        Column("from_class", said["from_class"], "whole"),
        Column("to_class", said["to_class"], "whole"),
        Column("count", said["count"], "whole"),
        Column("probability", said["probability"], "weight"),
    )
    return Table("spatial_moves", _say(labels, "moves_caption"), columns, rows)
