"""A comparison in plain words: how much moved, and what moved it."""

from collections.abc import Iterable

from evaluate.comparison.tables import Comparison
from indicators.texts import pick, text

_LEAST = 0.0005
"""Shares below this are not worth a word."""


def in_words(comparison: Comparison, language: str) -> list[str]:
    """Return what a reader should know first, a sentence or two each."""
    said = [_compared(comparison, language), _moved(comparison, language)]
    if comparison.players or "note_framework" in comparison.notes:
        shares = (("share", "of_change"), ("share_of_order", "of_order"))
        said += [line for column, key in shares if (line := _shares(comparison, column, key, language))]
    else:
        said.append(text("comparison.nothing", language))
    leading = _leading(comparison)
    if leading is not None:
        factor = text(f"comparison.factor_{leading[0]}", language)
        said.append(text("comparison.reversals_by", language, factor=factor, count=leading[1]))
    for block in comparison.joint:
        said.append(text("comparison.taken_together", language, factors=listed(block, language)))
    return [*said, *(text(f"comparison.{note}", language) for note in comparison.notes)]


def how(comparison: Comparison, language: str) -> list[str]:
    """Return how the parts were found."""
    said = [text("comparison.how_factors", language), text("comparison.how_learned", language)]
    if comparison.schemes:
        said.append(text("comparison.how_indicators", language))
        said += [text(f"comparison.how_{scheme}", language, orders=comparison.orders) for scheme in comparison.schemes]
    return said


def listed(factors: Iterable[str], language: str) -> str:
    """Return factors as a sentence lists them."""
    return ("、" if language == "zh" else ", ").join(text(f"comparison.factor_{name}", language) for name in factors)


def name_of(run: dict[str, object], language: str) -> str:
    """Return a run as a reader knows it: its title, its year, the beginning of its id."""
    title = pick(run["title"], language)
    return text("comparison.run", language, title=title, year=run["year"], run_id=str(run["run_id"])[:8])


def _compared(comparison: Comparison, language: str) -> str:
    first, second = (name_of(run, language) for run in (comparison.first, comparison.second))
    return text("comparison.compared", language, first=first, second=second, units=len(comparison.composites))


def _moved(comparison: Comparison, language: str) -> str:
    moved, within = comparison.composites["difference"], comparison.agreement
    pairs = within if len(within) == 1 else within[within["type"] != ""]
    return text(
        "comparison.moved", language, absolute=f"{moved.abs().mean():.2f}", mean=_signed(moved.mean()),
        reversals=comparison.reversed_pairs, pairs=int(pairs["pairs"].sum()),
    )  # fmt: skip


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _shares(comparison: Comparison, column: str, key: str, language: str) -> str:
    """Return a sentence on the shares of the factors, the largest first; nothing where nothing moved."""
    table = comparison.summary[comparison.summary[column].abs() >= _LEAST].sort_values(
        column, ascending=False, kind="stable"
    )
    if table.empty:
        return ""
    parts = [
        text("comparison.share_of", language, share=_percent(share), factor=text(f"comparison.factor_{name}", language))
        for name, share in zip(table["factor"], table[column], strict=True)
    ]
    said = text(f"comparison.{key}", language, shares=("，" if language == "zh" else ", ").join(parts))
    if not (table[column] < 0).any():
        return said
    return said + ("" if language == "zh" else " ") + text("comparison.against", language)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%".replace("-", "−")


def _leading(comparison: Comparison) -> tuple[str, int] | None:
    """Return the factor that turned most pairs round, and how many."""
    if not comparison.reversed_pairs:
        return None
    counts = comparison.summary["reversals"].to_numpy(dtype=int)
    return str(comparison.summary["factor"].iloc[counts.argmax()]), int(counts.max())
