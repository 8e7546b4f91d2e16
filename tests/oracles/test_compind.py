"""Compind 3.4 (R) on employment rates of the EU: normalisations and Mazziotta–Pareto indices that we share with it.

Expected numbers: `compind_norm_method1` (z-scores, mean 100, sd 10), `2` (min-max 0-1) and `3` (ranks, ties
sharing their mean), `compind_mpi_*` and `compind_ampi_NEG` of the shared oracles. Columns are turned where
`compind_ampi_params` says `NEG`.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import Framework, Methodology, Panel, score
from evaluate.methods.aggregation import MazziottaPareto, MeanMin


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "oracles" / "compind"


def normalised(folder: Path, **normalisation: Any) -> pd.DataFrame:
    """Return our scores, in the order of Compind's rows and columns."""
    rates = pd.read_csv(folder / "compind_input_EU2020.csv").rename(columns={"geo": "unit"})
    polarity = pd.read_csv(folder / "compind_ampi_params.csv").set_index("indicator")["polarity"]
    framework = Framework.from_dict(
        {
            "schema": "framework/1",
            "code": "employment",
            "label": "Employment",
            "assesses": "region",
            "source": "Compind, EU 2020 data",
            "variables": {code: {"unit_of_measure": "%"} for code in polarity.index},
            "indicators": {
                code: {
                    "label": code,
                    "formula": code,
                    "unit_of_measure": "%",
                    "direction": {"POS": "positive", "NEG": "negative"}[sign],
                }
                for code, sign in polarity.items()
            },
            "tree": {"rates": {"label": "Rates", "indicators": dict.fromkeys(polarity.index, 1)}},
        }
    )
    chosen = Methodology.model_validate({"normalisation": normalisation})
    ours = score(Panel.from_frame(rates, year=2007), framework, chosen).normalised_table.set_index("unit")
    return ours.loc[rates["unit"], list(polarity.index)]


@pytest.mark.parametrize(
    ("file", "normalisation"),
    [
        ("compind_norm_method1", {"method": "z_score", "mean": 100, "sd": 10}),
        ("compind_norm_method2", {"method": "min_max", "bounds": [0, 1]}),
    ],
)
def test_normalisation(folder: Path, file: str, normalisation: dict[str, Any]) -> None:
    theirs = pd.read_csv(folder / f"{file}.csv")
    np.testing.assert_allclose(normalised(folder, **normalisation), theirs, rtol=0, atol=1e-9)


def test_ranks(folder: Path) -> None:
    theirs = pd.read_csv(folder / "compind_norm_method3.csv")
    ours = normalised(folder, method="percentile_rank", bounds=[1, len(theirs)])
    # ours counts the values below, so that ties share the smaller rank; theirs share the mean of their ranks
    ties = theirs.apply(lambda column: column.map(column.value_counts()))
    np.testing.assert_allclose(ours.to_numpy() + (ties.to_numpy() - 1) / 2, theirs, rtol=0, atol=1e-9)
    assert (ties > 1).to_numpy().any() and (ties == 1).to_numpy().any()


def mpi(folder: Path, penalty: Any, ddof: Any) -> Any:
    scores = normalised(folder, method="z_score", mean=100, sd=10).to_numpy()
    method = MazziottaPareto(method="mpi", penalty=penalty, ddof=ddof)
    return scores, method.aggregate(scores, np.full(scores.shape[1], 1 / scores.shape[1]), {})


# Compind calls a penalty by the phenomenon: `POS`, a good one, takes it off; its S divides by k - 1.
@pytest.mark.parametrize(("file", "penalty"), [("compind_mpi_POS", "negative"), ("compind_mpi_NEG", "positive")])
def test_mpi(folder: Path, file: str, penalty: str) -> None:
    theirs = pd.read_csv(folder / f"{file}.csv")["mpi"]
    np.testing.assert_allclose(mpi(folder, penalty, 1)[1], theirs, rtol=0, atol=1e-9)


@pytest.mark.parametrize("penalty", ["negative", "positive"])
def test_mpi_of_the_source_divides_by_k(folder: Path, penalty: str) -> None:
    # Mazziotta and Pareto 2016: S² is the mean of the squares; by the formula
    scores, found = mpi(folder, penalty, 0)
    mean, deviation = scores.mean(axis=1), scores.std(axis=1)
    sign = {"negative": -1, "positive": 1}[penalty]
    np.testing.assert_allclose(found, mean + sign * deviation * (deviation / mean), rtol=1e-12)


def ampi(folder: Path, penalty: Any) -> Any:
    """Return scores from 70 to 130, the reference value being 100, and the index."""
    rates = pd.read_csv(folder / "compind_input_EU2020.csv").drop(columns="geo")
    parameters = pd.read_csv(folder / "compind_ampi_params.csv").set_index("indicator")
    half = (rates.max() - rates.min()) / 2
    reference = parameters["goalpost"]
    posts = np.sort(np.stack([reference - half, reference + half]), axis=0)
    sign = np.where(parameters["polarity"] == "POS", 1, -1)
    posts = np.where(sign > 0, posts, posts[::-1])
    frame = rates.assign(unit=[f"u{at:02d}" for at in range(len(rates))])
    framework = Framework.from_dict(
        {
            "schema": "framework/1",
            "code": "employment",
            "label": "Employment",
            "assesses": "region",
            "source": "Compind, EU 2020 data",
            "variables": {code: {"unit_of_measure": "%"} for code in rates},
            "indicators": {
                code: {
                    "label": code, "formula": code, "unit_of_measure": "%",
                    "direction": "positive" if sign[at] > 0 else "negative", "goalposts": posts[:, at].tolist(),
                }
                for at, code in enumerate(rates)
            },
            "tree": {"rates": {"label": "Rates", "indicators": dict.fromkeys(rates, 1)}},
        }
    )  # fmt: skip
    chosen = {
        "normalisation": {"method": "goalposts", "bounds": [70, 130], "out_of_range": "extend"},
        "aggregation": {"indicators": {"method": "ampi", "penalty": penalty}},
    }
    made = score(Panel.from_frame(frame, year=2007), framework, Methodology.model_validate(chosen))
    scores = made.normalised_table.set_index("unit")[list(rates)].to_numpy()
    return scores, made.scores.set_index("unit")["composite"].loc[frame["unit"]].to_numpy()


def test_ampi(folder: Path) -> None:
    # Compind rounds to three decimals; its `NEG` takes the penalty off
    theirs = pd.read_csv(folder / "compind_ampi_NEG.csv")["ampi"]
    np.testing.assert_allclose(ampi(folder, "negative")[1], theirs, rtol=0, atol=5.1e-4)


def test_ampi_with_the_other_penalty(folder: Path) -> None:
    # Compind 3.4 returns the same for both penalties, so that the formula has to do: M + S·S/M
    scores, found = ampi(folder, "positive")
    mean, square = scores.mean(axis=1), scores.var(axis=1)
    np.testing.assert_allclose(found, mean + square / mean, rtol=1e-9)
    assert (found > ampi(folder, "negative")[1]).all()


def test_mean_min(folder: Path) -> None:
    # ci_mean_min is M - α(√((M - min)² + β²) - β), row by row
    scores = normalised(folder, method="z_score", mean=100, sd=10).to_numpy()
    weights = np.full(scores.shape[1], 1 / scores.shape[1])
    for alpha, beta in ((0.5, 1), (1, 0), (0.2, 10)):
        expected = [m - alpha * (math.sqrt((m - low) ** 2 + beta**2) - beta) for m, low in
                    zip(scores.mean(axis=1), scores.min(axis=1), strict=True)]  # fmt: skip
        found = MeanMin(method="mean_min", alpha=alpha, beta=beta).aggregate(scores, weights, {})
        np.testing.assert_allclose(found, expected, rtol=1e-12)
