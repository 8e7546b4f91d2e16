"""Spatial Markov chains: do units move otherwise where their neighbours stand high or low?"""

import numpy as np

from evaluate.dynamics.samples import FEWEST
from evaluate.spatial.dynamics.sample import Row, Sample
from indicators.dynamics.homogeneity import homogeneity
from indicators.dynamics.transitions import MISSING, Transitions, conditional_transitions, quantile_classes, transitions


def moving(sample: Sample, count: int) -> tuple[list[Row], list[Row]]:
    """Return the figures of the spatial Markov chain and its transitions.

    Units, and the means of their neighbours, fall into quantile classes of all years pooled; transitions from year to
    year are counted by the class of the neighbours at the start. Q and LR test whether one matrix holds for all.

    Args:
        sample: values, and who is whose neighbour; years one after the other.
        count: k, number of classes of either.

    Source: Rey 2001, Geographical Analysis 33:195–214.
    """
    about = sample.about | {"analysis": "spatial_markov"}
    around = sample.lag
    own = np.where(np.isfinite(around), sample.values, np.nan)
    pairs = np.isfinite(own[:, :-1]) & np.isfinite(own[:, 1:])
    units = int(pairs.any(axis=1).sum())
    state = "ordinal" if sample.order else ("one_year" if len(sample.years) < 2 else "")
    state = state or ("too_few" if units < FEWEST else "")
    if state:
        return [about | {"statistic": "q", "state": state, "n": units}], []
    classes, lags = quantile_classes(own, count, pooled=True), quantile_classes(around, count, pooled=True)
    made = conditional_transitions(classes.of, lags.of, count, count)
    every = transitions(np.where(lags.of == MISSING, MISSING, classes.of), count)
    test = homogeneity(made)
    told = about | {"state": test.state, "n": test.moves}
    figures: list[Row] = [
        told | {"statistic": "q", "value": test.q}, told | {"statistic": "q_p", "value": test.q_p},
        told | {"statistic": "likelihood_ratio", "value": test.likelihood_ratio},
        told | {"statistic": "likelihood_ratio_p", "value": test.likelihood_ratio_p},
        told | {"statistic": "freedom", "value": float(test.freedom)},
    ]  # fmt: skip
    for cut in range(count - 1):
        where = about | {"state": "defined", "n": test.moves, "other": str(cut + 1)}
        figures.append(where | {"statistic": "upper_cut", "value": float(classes.cuts[cut])})
        figures.append(where | {"statistic": "upper_cut_of_neighbours", "value": float(lags.cuts[cut])})
    rows: list[Row] = []
    for lag, one in ((None, every), *enumerate(made, start=1)):
        group = "" if lag is None else str(lag)
        moves = int(one.counts.sum())
        for at in range(count):
            where = about | {"group": group, "other": str(at + 1), "n": moves}
            ergodic = {"statistic": "ergodic", "value": float(one.ergodic[at]), "state": one.ergodic_state}
            figures.append(where | ergodic)
            figures.append(
                where | {"statistic": "sojourn", "value": float(one.sojourn[at]), "state": str(one.rows[at])}
            )  # fmt: skip
        rows += _rows(sample, lag, one)
    return figures, rows


def _rows(sample: Sample, lag: int | None, made: Transitions) -> list[Row]:
    about = {"type": sample.kind, "neighbours": sample.rule, "item": sample.item, "lag_class": lag}
    size = len(made.counts)
    return [
        about | {
            "from_class": one + 1, "to_class": two + 1, "count": int(made.counts[one, two]),
            "probability": float(made.probabilities[one, two]), "row_state": str(made.rows[one]),
        }
        for one in range(size) for two in range(size)
    ]  # fmt: skip
