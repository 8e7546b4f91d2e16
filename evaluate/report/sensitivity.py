"""What moves the ranks: the Sobol indices of the inputs that the robustness analysis varied."""

from evaluate.report.parts import Column, Labels, Table, plain
from evaluate.report.words import choice_said

OUTPUT = "mean_rank_shift"
"""The outcome that the page tells of; `sensitivity.csv` holds those of every unit, too."""


def sensitivity(labels: Labels) -> Table:
    """Return the indices of the mean shift of ranks, in the order of the inputs; no rows without an analysis."""
    table = labels.results.sensitivity
    keys = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    rows = []
    if table is not None:
        rows = [
            {"item": _input(labels, str(record["input"])), **{key: plain(record[key]) for key in keys}}
            for record in table[table["output"] == OUTPUT].astype(object).to_dict("records")
        ]
    columns = (
        Column("item", labels.say("column_input"), "name"),
        *(Column(key, labels.say(f"column_sobol_{key}"), "signed") for key in keys),
    )
    caption = labels.say("sensitivity_caption", year=labels.results.rank_year)
    return Table("sensitivity", caption, columns, rows, labels.say("sensitivity_note"))


def _input(labels: Labels, name: str) -> str:
    kind, _, code = name.partition(".")
    if kind == "sources":
        return labels.say("input_sources", label=labels.code(code))
    if kind == "weight_noise" and code:
        return labels.say("input_weights_below", label=labels.code(code))
    if kind in ("weight_noise", "leave_out", "indicator_error"):
        return labels.say(f"input_{kind}")
    return choice_said(labels, name)
