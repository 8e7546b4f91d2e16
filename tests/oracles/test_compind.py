"""Compind 3.4 (R) on employment rates of the EU: its three normalisations where a method of ours is the same.

Expected numbers: `compind_norm_method1` (z-scores, mean 100, sd 10), `2` (min-max 0-1) and `3` (ranks, ties
sharing their mean) of the shared oracles. Columns are turned where `compind_ampi_params` says `NEG`.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import Framework, Methodology, Panel, score


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
