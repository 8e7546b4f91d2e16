"""Space and time together: spatial Markov chains and spatial convergence."""

from collections.abc import Iterator

import numpy as np

from evaluate.dynamics.samples import ordinal
from evaluate.methods.base import Array
from evaluate.spatial.dynamics.convergence import converging
from evaluate.spatial.dynamics.markov import moving
from evaluate.spatial.dynamics.sample import FIGURES, TRANSITIONS, Row, Sample, neighbours_named
from evaluate.spatial.setting import Found, Setting
from evaluate.spatial_spec import SpatialDynamicsSpec
from indicators.structure import TOP

FORMS = (FIGURES, TRANSITIONS)


def found(setting: Setting) -> Found:
    """Return the tables of the analysis; nothing where it is not asked for.

    Raises:
        InputError: no such rule of neighbourhood, or one that finds no neighbours.
    """
    spec = setting.spec.dynamics
    if spec is None:
        return Found()
    figures: list[Row] = []
    moves: list[Row] = []
    for sample in _samples(setting, spec):
        made, counted = moving(sample, spec.classes)
        figures += made
        moves += counted
        figures += converging(sample)
    return Found({FIGURES.name: FIGURES.frame(figures), TRANSITIONS.name: TRANSITIONS.frame(moves)})


def _samples(setting: Setting, spec: SpatialDynamicsSpec) -> Iterator[Sample]:
    """Yield every quantity, of all units or, where scores of types may not be compared, of each type by itself."""
    name, near = neighbours_named(setting, spec)
    kinds = setting.quantities.column("type")
    codes = np.asarray(setting.codes, dtype=object)
    dimensions = setting.scores.framework.dimensions()
    for at, item in enumerate(dict.fromkeys(spec.of)):
        scored = item == TOP or item in dimensions
        matrix: Array = setting.quantities.values(item, setting.place(("spatial", "dynamics", "of", at)))
        order = scored and ordinal(setting.scores, item)
        if not scored or setting.scores.comparable:
            yield Sample("", item, name, matrix, near.matrix, setting.years, order)
            continue
        for kind in sorted(set(kinds)):
            own = kinds == kind
            inside = near.only([str(code) for code in codes[own]])
            yield Sample(str(kind), item, name, matrix[own], inside.matrix, setting.years, order)
