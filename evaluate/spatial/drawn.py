"""What the variables of an assessment are drawn from: activities of its accounts, columns of tables, layers.

Two variables drawn from the same numbers go together by construction, whatever they are called.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from os.path import realpath
from pathlib import Path

from evaluate.accounting.checks import counting
from evaluate.layer_spec import RasterLayer, WeightLayer
from evaluate.spec import AssessmentFile, LongTable, WideTable
from evaluate.vector_spec import VectorLayer
from indicators.accounting import FactorTable
from indicators.errors import InputError


@dataclass(frozen=True)
class Drawn:
    """One thing that numbers are drawn from."""

    code: str
    """As tables of a run name it: an activity, or a file with its column, field or band."""
    label: object
    """As messages name it: a text, or texts by language."""
    parts: frozenset[str]
    """The activity; columns, bands and fields, each with its file, of each year where files differ by year."""
    only: tuple[tuple[str, frozenset[object]], ...] = ()
    """Of a vector layer: the values by column of the features that count."""

    def meets(self, other: "Drawn") -> bool:
        """Return whether the two are, in part at least, the same numbers.

        >>> roads = Drawn("a", "a", frozenset({"a"}), (("class", frozenset({"motorway"})),))
        >>> rails = Drawn("a", "a", frozenset({"a"}), (("class", frozenset({"rail"})),))
        >>> roads.meets(roads), roads.meets(rails)
        (True, False)
        """
        mine = dict(self.only)
        apart = any(column in mine and not mine[column] & values for column, values in other.only)
        return bool(self.parts & other.parts) and not apart


def drawn_from(file: AssessmentFile, factors: FactorTable | None, base: Path = Path()) -> dict[str, tuple[Drawn, ...]]:
    """Return what each variable is drawn from, accounted ones from their activities and those from columns.

    A raster counts whatever the statistic. The raster that a `sum` is weighted by counts, too, for it multiplies; in a
    mean, quantile or share the weights of a unit add up to 1 and say where in it is looked, not how much there is.

    Args:
        file: the assessment.
        factors: what activities emit; without them accounts are not followed.
        base: folder that paths are relative to; a file is the same under every path that leads to it.

    Returns:
        By variable the things that it is drawn from; a variable drawn from nothing is not among them.

    >>> columns = {name: {"variable": name, "unit_of_measure": "t"} for name in ("co2", "so2")}
    >>> table = WideTable(path="a.csv", unit="code", year="year", columns=columns)
    >>> found = drawn_from(AssessmentFile.model_construct(data=[table], layers=[], accounting=None), None)
    >>> [drawn.code for drawn in found["co2"]], found["co2"][0].meets(found["so2"][0])  # columns of one table
    (['a.csv:co2'], False)
    >>> drawn_from(AssessmentFile.model_construct(data=[], layers=[], accounting=None), None)
    {}
    """
    found: dict[str, list[Drawn]] = {}
    for code, drawn in (*_tables(file, base), *_layers(file, base)):
        found.setdefault(code, []).append(drawn)
    for code, drawn in _accounted(file, factors):
        reported = frozenset[str]().union(*(column.parts for column in found.get(drawn.code, ())))
        found.setdefault(code, []).append(replace(drawn, parts=drawn.parts | reported))
    return {code: tuple(held) for code, held in found.items()}


def _accounted(file: AssessmentFile, factors: FactorTable | None) -> Iterator[tuple[str, Drawn]]:
    spec = file.accounting
    if spec is None or factors is None:
        return
    for code, total in spec.totals.items():
        try:
            activities = dict.fromkeys(activity for activity, _ in counting(total, spec, factors))
        except InputError:  # told where the accounts are checked
            continue
        for activity in activities:
            label = spec.activities[activity].label
            drawn = Drawn(activity, dict(label) if label else activity, frozenset({activity}))
            for target in (code, total.uncertainty):
                if target is not None:
                    yield target, drawn


def _tables(file: AssessmentFile, base: Path) -> Iterator[tuple[str, Drawn]]:
    sheets = _by_file((_plain(table.path, base), table.sheet) for table in file.data)
    for table in file.data:
        if isinstance(table, WideTable):
            held = [(column.variable, name, [name]) for name, column in table.columns.items()]
        elif isinstance(table, LongTable):
            held = [(one.variable, item, [f"{table.variable}={item}"]) for item, one in table.variables.items()]
        else:
            names = [f"{table.prefix}{year}" for year in range(table.from_, table.to + 1)]
            held = [(table.variable, f"{table.prefix}…", names)]
        for variable, shown, names in held:
            code = f"{table.path}:{shown}"
            path = _plain(table.path, base)
            within = _either(table.sheet, sheets[path])
            parts = frozenset(f"{path}:{sheet}:{name}" for sheet in within for name in names)
            yield variable, Drawn(code, code, parts)


def _layers(file: AssessmentFile, base: Path) -> Iterator[tuple[str, Drawn]]:
    vectors = [layer for layer in file.layers if isinstance(layer, VectorLayer)]
    inside = _by_file((path, layer.layer) for layer in vectors for path in _paths(layer.path, file, base))
    for layer in file.layers:
        if isinstance(layer, VectorLayer):
            only = tuple((column, frozenset[object](values)) for column, values in layer.where.items())
            paths = _paths(layer.path, file, base)
            parts = frozenset(f"{path}:{name}" for path in paths for name in _either(layer.layer, inside[path]))
            yield layer.variable, Drawn(layer.path, layer.path, parts, only)
            continue
        yield layer.variable, _raster(layer, file, base)
        if layer.weight is not None and layer.statistic == "sum":
            yield layer.variable, _raster(layer.weight, file, base)


def _raster(layer: RasterLayer | WeightLayer, file: AssessmentFile, base: Path) -> Drawn:
    bands = layer.band if isinstance(layer.band, Mapping) else {0: layer.band}
    names = [layer.field] if layer.field else [f"{band}" for band in dict.fromkeys(bands.values())]
    code = layer.path if names == ["1"] else f"{layer.path}:{','.join(names)}"
    return Drawn(code, code, frozenset(f"{path}:{name}" for path in _paths(layer.path, file, base) for name in names))


def _by_file(named: Iterable[tuple[str, str | None]]) -> dict[str, set[str]]:
    """Return by file the sheets or layers that are read from it, empty for one that is not named."""
    found: dict[str, set[str]] = {}
    for path, name in named:
        found.setdefault(path, set()).add((name or "").strip())
    return found


def _either(name: str | None, known: set[str]) -> set[str]:
    """Return the sheets or layers that may be meant: one that is not named may be any of its file."""
    return known if name is None else {name.strip()}


def _paths(path: str, file: AssessmentFile, base: Path) -> set[str]:
    years = {*file.period.years, *([file.period.baseline] if file.period.baseline is not None else [])}
    return {_plain(path.replace("{year}", str(year)), base) for year in years}


def _plain(path: str, base: Path) -> str:
    try:
        return realpath(base / path.replace("\\", "/"))
    except ValueError:  # no file can have the name: told where it is read
        return path
