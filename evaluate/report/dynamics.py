"""How scores move over the years: convergence, inequality, densities and transitions, in words and pictures."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup

from evaluate.dynamics.samples import FEWEST
from evaluate.report import dynamics_figures as draw
from evaluate.report.dynamics_tables import Figures, classes, convergence, inequality, stored
from evaluate.report.parts import Labels, Table, plain
from evaluate.report.words import methodology_of
from indicators.structure import TOP

THIN = 20
"""Units below which a type's figures may rest on single units."""
_DRAWN = 2
"""Most columns of the roster by which the inequality of one type is drawn."""


@dataclass(frozen=True)
class Picture:
    """A picture with its heading and the sentence that says what is seen."""

    title: str
    said: str
    drawing: Markup


@dataclass(frozen=True)
class Part:
    """The pictures of units that are looked at together."""

    name: str
    pictures: list[Picture]


@dataclass(frozen=True)
class Section:
    """What the page shows: `said` first, then the parts and tables."""

    said: list[str]
    notes: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    table: Table | None = None
    details: list[Table] = field(default_factory=list)


def dynamics(labels: Labels) -> Section:
    """Return the section of the page."""
    found = Figures(labels)
    say, results = found.say, labels.results
    if results.dynamics is None:
        return Section([say("none")])
    if not found.cells:
        return Section([say("one_year")])
    kinds = [kind for kind in found.main if found.enough(kind)]
    if not kinds:
        return Section([say("few", fewest=FEWEST)])
    few = [found.kind(kind) for kind in found.kinds if not found.enough(kind)]
    order = [item for item in found.items if _ordinal(found, item)]
    thin = [found.kind(kind) for kind in kinds if found.most(kind) < THIN]
    relative = "year" in methodology_of(labels).references
    said = [
        say("intro", first=found.years[0], last=found.years[-1]),
        "" if results.comparable else say("by_type"),
        say("few_of_type", fewest=FEWEST, types=labels.listed(few)) if few else "",
    ]
    notes = [
        say("thin", thin=THIN, types=labels.listed(thin)) if thin else "",
        say("zero"),
        say("each_year") if relative else "",
        say("only_order", items=labels.listed(map(labels.code, order))) if order else "",
    ]
    return Section(
        [labels.sentences(said)],
        [labels.sentences(notes)],
        [Part(found.kind(kind), _pictures(found, kind)) for kind in kinds],
        convergence(labels),
        [inequality(labels, only=TOP), classes(labels, only=TOP)],
    )


def _ordinal(found: Figures, item: str) -> bool:
    return any(key[3] == item and cell[1] == "ordinal" for key, cell in found.cells.items())


def _pictures(found: Figures, kind: str) -> list[Picture]:
    made = [_sigma(found, kind), *_ginis(found, kind), _density(found, kind), _matrix(found, kind)]
    return [picture for picture in made if picture is not None]


def _place(found: Figures, kind: str) -> int:
    return found.kinds.index(kind)


def _sigma(found: Figures, kind: str) -> Picture | None:
    labels, years, say = found.labels, found.years, found.say
    for name in ("sigma", "sigma_all_units"):
        series = []
        for item in found.items:
            cells = {year: found.cell("sigma", name, kind, item, year)[0] for year in years}
            series.append((labels.code(item), {year: value for year, value in cells.items() if value is not None}))
        if len(series[0][1]) > 1:
            break
    own = series[0][1]
    if len(own) < 2:
        return None
    count = found.cell("sigma", name, kind, TOP, years[-1])[2]
    ends = {"start": f"{own[min(own)]:.3f}", "end": f"{own[max(own)]:.3f}", "count": count}
    said = say("sigma_said", **ends) if name == "sigma" else say("sigma_few", fewest=FEWEST)
    title = say("sigma_title")
    code, whole = f"sigma-{_place(found, kind)}", found.titled(kind, title)
    return Picture(title, said, draw.lines(code, whole, years, [held for held in series if held[1]]))


def _ginis(found: Figures, kind: str) -> Iterable[Picture]:
    for place, by in enumerate(found.bys(kind)[:_DRAWN]):
        totals = {year: found.cell("gini", "total", kind, TOP, year, by)[0] for year in found.years}
        last = max((year for year, value in totals.items() if value is not None), default=None)
        if last is None:
            continue
        parts = []
        for name in ("within", "net_between", "transvariation"):
            held = {year: found.cell("gini", name, kind, TOP, year, by)[0] for year in found.years}
            parts.append((name, {year: value for year, value in held.items() if value is not None}))
        whole = not by or not any(held for _, held in parts)
        if whole:
            parts = [("total", {year: value for year, value in totals.items() if value is not None})]
        values = {name: f"{held.get(last, 0.0):.3f}" for name, held in parts}
        if whole:
            said = found.say("gini_whole", last=last, total=values["total"])
        else:
            own = {"within": values["within"], "net": values["net_between"], "over": values["transvariation"]}
            said = found.say("gini_said", last=last, total=f"{totals[last]:.3f}", **own)
        title = found.say("gini_whole_title") if whole else found.say("gini_title", by=found.by(by))
        named = [(found.say(f"part_{name}"), held) for name, held in parts]
        code = f"gini-{_place(found, kind)}-{place}"
        yield Picture(title, said, draw.stacked(code, found.titled(kind, title), found.years, named))


def _density(found: Figures, kind: str) -> Picture | None:
    table = found.labels.results.density
    if table is None:
        return None
    held = table[(table["type"] == kind) & (table["item"] == TOP)]
    if held.empty:
        return None
    years = {
        year: [(stored(at), stored(density)) for at, density in zip(part["at"], part["density"], strict=True)]
        for year, part in ((year, held[held["year"] == year]) for year in sorted({int(y) for y in held["year"]}))
    }
    last = max(years)
    count = found.cell("density", "bandwidth", kind, TOP, last)[2]
    title = found.say("density_title")
    code, whole = f"density-{_place(found, kind)}", found.titled(kind, title)
    drawing = draw.curves(code, whole, years, found.say("density_other"))
    return Picture(title, found.say("density_said", last=last, count=count), drawing)


def _matrix(found: Figures, kind: str) -> Picture | None:
    table = found.labels.results.transitions
    if table is None:
        return None
    held = table[(table["type"] == kind) & (table["item"] == TOP)]
    if held.empty:
        return None
    size, say = int(held["from_class"].max()), found.say
    cells: list[list[tuple[float | None, str]]] = [[(None, "")] * size for _ in range(size)]
    moves = [0] * size
    for row in held.to_dict("records"):
        one, two, share = int(row["from_class"]), int(row["to_class"]), plain(row["probability"])
        written = "–" if share is None else f"{share:.3f}"
        said = say("cell", start=one, end=two, probability=written, count=int(row["count"]))
        cells[one - 1][two - 1] = (share, said)
        moves[one - 1] += int(row["count"])
    last = found.years[-1]
    lasting = [found.cell("transitions", "ergodic", kind, TOP, last, "", str(n + 1)) for n in range(size)]
    side = [
        (str(count), "–" if share is None else f"{share:.2f}")
        for count, (share, _, _) in zip(moves, lasting, strict=True)
    ]
    words = {name: say(f"matrix_{name}") for name in ("from", "to", "moves", "ergodic")}
    title = say("matrix_title")
    said = say("matrix_said", classes=size, count=sum(moves))
    if lasting[0][0] is None:
        reason = found.state(lasting[0][1])
        said = found.labels.sentences([said, say("no_ergodic", reason=reason)])
    code = f"moves-{_place(found, kind)}"
    return Picture(title, said, draw.matrix(code, found.titled(kind, title), cells, side, words))
