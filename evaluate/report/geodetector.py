"""What accounts for the spread of a score, by the geographical detector: in words, pictures and tables."""

from collections.abc import Iterator
from typing import Any

from evaluate.report import geodetector_figures as draw
from evaluate.report import geodetector_tables as tables
from evaluate.report.geodetector_tables import Detected, Part
from evaluate.report.parts import Labels, written
from evaluate.report.spatial import Picture, Told
from geo.detector.factor import INTERACTIONS

_DRAWN = 6
"""Most targets and types that have pictures."""
_WIDE = 15
"""Most factors of a picture, those with the greatest q."""
_LISTED = 100
"""Most pairs of factors that the page lists."""


def geodetector(labels: Labels) -> Told | None:
    """Return the section of the page; nothing where the assessment does not ask for it."""
    found = Detected(labels)
    spec = found.spec
    if spec is None:
        return None
    tested = found.say("tested", permutations=spec.permutations, seed=spec.seed) if spec.permutations else ""
    choice = found.say("chosen_by", rule=found.say(f"rule_{spec.choice}"), minimum=spec.minimum)
    return Told(
        said=[labels.sentences([found.say("intro", year=found.year), choice, tested, found.say("no_cause")])],
        notes=list(_notes(found)),
        pictures=[picture for place, part in enumerate(found.parts[:_DRAWN]) for picture in _drawn(found, place, part)],
        tables=[tables.factors(labels), tables.risks(labels), tables.by_year(labels)],
        details=[tables.interactions(labels, _LISTED), tables.strata(labels), tables.ecological(labels)],
        further=[tables.tried(labels), tables.interactions(labels), tables.pairs_of_strata(labels)],
        warned=list(_warned(found)),
    )


def _warned(found: Detected) -> Iterator[str]:
    """Yield what the run warned of: few units, and scores explained by what they are made of."""
    for warning in found.labels.results.manifest["warnings"]:
        topic, _, name = warning["key"].partition(".")
        if topic == "detector":
            yield found.say(name, **warning["values"])


def _notes(found: Detected) -> Iterator[str]:
    """Yield how scores are compared, what could not be looked at, and what the mark means."""
    samples = found.table("samples")
    if (samples["type"] != "").any():
        yield found.say("incomparable")
    for row in samples[samples["state"] != "defined"].to_dict("records"):
        what = " · ".join(filter(None, (found.target(str(row["target"])), found.kind(row["type"]), str(row["year"]))))
        yield found.say("left_out", what=what, reason=found.named(row["state"]))
    dropped = found.here("samples")
    most = int(dropped["dropped"].max()) if len(dropped) else 0
    if most:
        yield found.say("dropped", count=most)
    if (samples["forced"] != "").any():
        yield found.say("marked", mark=tables.MARK)
    if len(found.parts) > _DRAWN:
        yield found.say("not_drawn", most=_DRAWN, count=len(found.parts))


def _drawn(found: Detected, place: int, part: Part) -> Iterator[Picture]:
    """Yield the bars of one target and type, and the triangle of its pairs."""
    level = found.spec.level if found.spec else 0.0
    rows = [row for row in found.rows("factors", part) if row["q"] is not None]
    rows = sorted(rows, key=lambda row: -row["q"])[:_WIDE]
    if not rows:
        return
    held = [
        draw.Bar(
            found.factor(row["factor"], row["forced"]), row["q"], row["chance"], _strong(row, "p_choice", level),
            _figure(found, row["q"], row["p_choice"]),
        )
        for row in rows
    ]  # fmt: skip
    words = {key: found.say(f"bar_{key}", level=f"{level:g}") for key in ("strong", "weak", "chance")}
    title = found.say("bars_title", what=found.titled(part))
    best = found.say("bars_said", factor=held[0].label, q=f"{held[0].q:.3f}", n=rows[0]["n"])
    yield Picture(title, best, draw.bars(f"detector-{place}", title, held, words))
    pairs = {frozenset((row["first"], row["second"])): row for row in found.rows("interactions", part)}
    if len(rows) > 1 and pairs:
        yield _triangle(found, place, part, rows, pairs)


def _triangle(
    found: Detected, place: int, part: Part, rows: list[dict[str, Any]], pairs: dict[frozenset[str], dict[str, Any]]
) -> Picture:
    level = found.spec.level if found.spec else 0.0
    names = [found.factor(row["factor"], row["forced"]) for row in rows]
    kinds = {kind: found.named(kind) for kind in INTERACTIONS}
    cells = {}
    for one, row in enumerate(rows):
        told = f"{names[one]}: {_figure(found, row['q'], row['p_choice'])}"
        cells[one, one] = draw.Cell(row["q"], "", _strong(row, "p_choice", level), told)
        for two in range(one):
            pair = pairs.get(frozenset((row["factor"], rows[two]["factor"])))
            if pair is not None:
                both = f"{names[one]} ∩ {names[two]}"
                said = f"{both}: {_figure(found, pair['q'], pair['p_permutation'])}, {kinds.get(pair['kind'], '')}"
                strong = _strong(pair, "p_permutation", level)
                cells[one, two] = draw.Cell(pair["q"], pair["kind"] or "", strong, said)
    title = found.say("triangle_title", what=found.titled(part))
    drawing = draw.triangle(f"detector-pairs-{place}", title, names, cells, kinds)
    return Picture(title, found.say("triangle_said", level=f"{level:g}"), drawing)


def _strong(row: dict[str, Any], key: str, level: float) -> bool:
    return row[key] is not None and row[key] < level


def _figure(found: Detected, q: float | None, p: float | None) -> str:
    """Write q, with its p where it was tested."""
    said = written(q, "weight")
    return said if p is None else found.say("q_and_p", q=said, p=written(p, "p"))
