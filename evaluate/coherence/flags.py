"""What does not fit together: redundant, counter-directional and silent indicators."""

from typing import Any

import pandas as pd

from evaluate.forms import Form

REDUNDANT = 0.9
"""|r| of two indicators of one dimension above which they say the same; COINr's `get_corr_flags`."""
SIGNIFICANT = 0.05
"""p below which a correlation is not taken for chance."""
SILENT = 0.1
"""|r| with the parent or the composite below which an indicator is silent: it explains less than 1 % of it."""
NEARLY = 0.95
"""|r| from which the composite is nearly the same as something else."""
FEWEST = 10
"""Fewest units that anything is flagged over; among fewer it is likely chance."""

FLAGS = Form("flags", {
    "type": "text", "flag": "text", "code": "text", "other": "text", "r": "number", "p": "number", "n": "whole",
})  # fmt: skip


def flags(levels: pd.DataFrame, siblings: pd.DataFrame) -> pd.DataFrame:
    """Return the flags of indicators over their scores.

    `levels`: correlations of items (`code`) with parent and composite (`other`), with `relation`; `siblings`: those
    of indicators of one dimension. Both hold type, code, other, n, pearson and p_pearson.

    redundant: |r| above 0.9 between two indicators of one dimension. counter_directional: r below 0 with p below
    0.05, with the parent or a sibling. silent: |r| below 0.1 with the parent or the composite (r² below 1 %).
    Nothing is flagged over fewer than 10 units.
    """
    out: list[dict[str, Any]] = []
    for record in [*levels.to_dict("records"), *siblings.to_dict("records")]:
        r, p, n = record["pearson"], record["p_pearson"], record["n"]
        if r != r or n < FEWEST:
            continue
        between = record["relation"] == "siblings"
        found = {
            "redundant": between and abs(r) > REDUNDANT,
            "counter_directional": r < 0 and p < SIGNIFICANT and record["relation"] != "composite",
            "silent": not between and abs(r) < SILENT,
        }
        kept = {name: record[name] for name in ("type", "code", "other")}
        out += [{**kept, "flag": name, "r": r, "p": p, "n": int(n)} for name, holds in found.items() if holds]
    return FLAGS.frame(out).sort_values(["type", "flag", "code", "other"], kind="stable", ignore_index=True)
