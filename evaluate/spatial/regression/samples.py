"""The rows that a regression is made on: one year or all of them, all units or those of a type."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.spatial.explaining import Origins
from evaluate.spatial.setting import Setting
from evaluate.spatial_spec.regression import RegressionSpec, keys_of
from indicators.errors import Fault, Faults, InputError, Place, fault
from indicators.spec import Path
from indicators.structure import TOP
from indicators.texts import both

if TYPE_CHECKING:
    from geo.regression.design import Design, Force


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """Unit-years that lack the target but have the rest, and further places: standardised like the rows."""

    codes: NDArray[np.object_]
    years: NDArray[np.intp]
    x: Array
    """(m, k − 1)"""
    coordinates: Array
    """(m, 2) degrees."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Complete rows of one regression, and what to predict from them."""

    spec: RegressionSpec
    kind: str
    """Type of the units, empty where all are taken together."""
    year: int | None
    """None for all scored years."""
    design: "Design"
    codes: NDArray[np.object_]
    """(n,)"""
    years: NDArray[np.intp]
    """(n,)"""
    middle: float
    size: float
    """What turns standardised values of the target back: value · size + middle."""
    elsewhere: Elsewhere
    forced: str
    """What was let pass, as in `regression_models.csv`."""
    keys: Path
    """Of the regression in the assessment."""

    @property
    def several(self) -> bool:
        """Whether the rows are of several years."""
        return self.year is None


def kinds_of(setting: Setting, spec: RegressionSpec) -> list[str]:
    """Return the types that are looked at one by one, or an empty one for all units together.

    Scores of different types that are not comparable are never pooled, neither as target nor as variables.
    """
    scores = setting.scores
    dimensions = {TOP, *scores.framework.dimensions()}
    if scores.comparable or not dimensions & {spec.target, *spec.explained_by}:
        return [""]
    held = set(setting.quantities.column("type"))
    return [kind for kind in scores.framework.types if kind in held]


def samples_of(setting: Setting, at: int, spec: RegressionSpec) -> Iterator[tuple[str, Sample | Fault]]:
    """Give by type the rows of the year, and those of all scored years where `gtwr` is asked for.

    A type that has too few units gives a warning instead, unless no type has enough: then each of them is a fault.

    Args:
        setting: the scored panel.
        at: place of the regression in the assessment.
        spec: the regression.

    Raises:
        InputError: too few units, no places, columns that explain nothing.
    """
    kinds = kinds_of(setting, spec)
    left: list[Fault] = []
    given = 0
    for kind in kinds:
        label = setting.scores.framework.label_of(kind) if kind else None
        try:
            made = [_sample(setting, at, spec, kind, several) for several in _extents(spec)]
        except InputError as error:
            # among few units columns are easily constant or collinear as well, which is no fault of theirs
            few = next((one for one in error.faults if one.text_key in _FEW), None)
            if few is None or not kind:
                raise
            left.append(replace(few, values={**few.values, "whose": both("regression.part_of_type", type=label)}))
            values = {**few.values, "type": label, "regression": spec.called}
            at_key = setting.place(keys_of(setting.spec.regression, at))
            yield kind, Fault("local_regression.few_of_type", values, at_key)
            continue
        given += 1
        yield from ((kind, one) for one in made)
    if left and not given:
        raise InputError(left)


_FEW = ("regression.few_units", "regression.too_few")


def _extents(spec: RegressionSpec) -> list[bool]:
    """Return whether rows of one year and whether rows of all years are needed."""
    return ([False] if set(spec.models) - {"gtwr"} else []) + ([True] if "gtwr" in spec.models else [])


def _sample(setting: Setting, at: int, spec: RegressionSpec, kind: str, several: bool) -> Sample:
    from geo.regression.design import FEWEST, design, lacking, standardised

    quantities, keys = setting.quantities, keys_of(setting.spec.regression, at)
    year = None if several else spec.year or setting.scores.values.panel.rank
    chosen = slice(None) if year is None else slice(setting.years.index(year), setting.years.index(year) + 1)
    count = len(setting.years[chosen])
    of_kind = np.repeat(quantities.column("type") == kind if kind else np.ones(len(setting.codes), bool), count)

    def column(name: str, *key: str | int) -> Array:
        return np.asarray(quantities.values(name, setting.place((*keys, *key)))[:, chosen].reshape(-1)[of_kind])

    y = column(spec.target, "target")
    columns = {name: column(name, "explained_by", i) for i, name in enumerate(spec.explained_by)}
    codes = np.repeat(np.asarray(setting.codes, dtype=object), count)[of_kind]
    years = np.tile(np.asarray(setting.years[chosen], dtype=np.intp), len(setting.codes))[of_kind]
    where = np.repeat(setting.ground.centres, count, axis=0)[of_kind]
    scores = setting.scores
    origins = Origins(scores.framework, setting.correlates, scores.methodology.veto, drawn=setting.drawn)
    inside = [name for name in spec.explained_by if origins.common(spec.target, name)]
    labels = {name: quantities.label(name) for name in (spec.target, *spec.explained_by)}
    place = setting.place(keys)
    force: list[Force] = ["made_of"] if spec.force else []
    if spec.force or several or not spec.local:  # units over several years are counted below
        force.append("few_units")
    made = design(
        y, columns, where, metric="great_circle", times=years.astype(float) if several else None,
        explained=spec.target, made_of=inside, names=labels, place=place,
        force=force,
    )  # fmt: skip
    units = len(set(codes[made.rows]))
    if several and units < FEWEST and not spec.force:
        of_units = {
            name: np.where(np.isfinite(held.reshape(-1, count)).any(axis=1), 0.0, np.nan)
            for name, held in {spec.target: y, **columns}.items()
        }
        about = lacking(of_units, labels)
        raise fault("regression.few_units", place, found=units, given=len(set(codes)), fewest=FEWEST, **about)
    many = _too_many(spec, made.n, made.k, several, place)
    middle, size = (float(made.y.mean()), float(made.y.std())) if spec.standardise else (0.0, 1.0)
    means = made.x[:, 1:].mean(axis=0) if spec.standardise else np.zeros(made.k - 1)
    sizes = made.x[:, 1:].std(axis=0) if spec.standardise else np.ones(made.k - 1)
    elsewhere = _elsewhere(setting, spec, codes, years, y, columns, where)
    elsewhere = replace(elsewhere, x=(elsewhere.x - means) / sizes)
    few = "few_units" if spec.local and units < FEWEST else ""
    told = f"made_of: {', '.join(inside)}" if inside else ""
    return Sample(
        spec=spec, kind=kind, year=year, design=standardised(made) if spec.standardise else made,
        codes=codes[made.rows], years=years[made.rows], middle=middle, size=size,
        elsewhere=elsewhere,
        forced="; ".join(part for part in (few, many, told) if part), keys=keys,
    )  # fmt: skip


def _elsewhere(
    setting: Setting, spec: RegressionSpec, codes: NDArray[np.object_], years: NDArray[np.intp], y: Array,
    columns: Mapping[str, Array], where: Array,
) -> Elsewhere:  # fmt: skip
    """Return the unit-years that lack the target alone, and the further places, in the year explained."""
    x = np.column_stack(list(columns.values()))
    absent = np.isnan(y) & np.isfinite(x).all(axis=1) & np.isfinite(where).all(axis=1) & spec.predict
    table = setting.places.get(spec.called)
    if table is None:
        return Elsewhere(codes[absent], years[absent], x[absent], where[absent])
    year = spec.year or setting.scores.values.panel.rank
    return Elsewhere(
        np.concatenate([codes[absent], table["unit"].to_numpy(dtype=object)]),
        np.concatenate([years[absent], np.full(len(table), year)]),
        np.concatenate([x[absent], table[list(columns)].to_numpy(dtype=float)]),
        np.concatenate([where[absent], table[["longitude", "latitude"]].to_numpy(dtype=float)]),
    )


def _too_many(spec: RegressionSpec, rows: int, columns: int, several: bool, place: Place) -> str:
    """Return `many_units` where so many rows were let pass by force, else refuse them, with what they would cost."""
    from geo.regression import label
    from geo.regression.effort import MOST, megabytes, minutes

    beyond = [model for model in MOST if model in spec.models and (model == "gtwr") == several and rows > MOST[model]]
    if spec.force or not beyond:
        return "many_units" if beyond else ""
    faults = Faults()
    for model in beyond:
        tested = model != "mgwr" or spec.variability.multiscale
        shuffles = spec.variability.permutations if tested else 0
        faults.add(
            "local_regression.too_large", place, regression=spec.called, model=label(model), found=rows,
            most=MOST[model], megabytes=f"{megabytes(model, rows, columns):.0f}",
            minutes=f"{minutes(model, rows, columns, shuffles=shuffles, searched=spec.variability.search):.0f}",
        )  # fmt: skip
    raise InputError(faults)
