"""Weights that vary over space in a whole assessment: by hand, beside the composite, and never a rank."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from evaluate import load, run
from evaluate.results import Results
from geo.crs.systems import centres
from tests.evaluate.spatial.regression.land import LOST, land

FRESH = "    local_weights: {methods: [%s]%s}\n"


def test_no_table_has_a_rank_and_no_score_changes(whole: Results, tmp_path: Path) -> None:
    for name in ("local_weights", "local_composite", "local_comparison"):
        assert not [column for column in whole.spatial[name].columns if "rank" in column or "grade" in column]
    without = run(load(land(tmp_path / "project", "    regression: []\n").path))
    assert without.scores.equals(whole.scores)


def test_local_entropy_is_theils_t_of_the_surroundings(whole: Results) -> None:
    # Theil's T by its definition with kernel weights, v from great circles by hand: Σ p ln(p/π)
    assert whole.geometry is not None
    scores = whole.normalised[whole.normalised["year"] == 2021].set_index("unit").drop(columns="year").dropna()
    at = np.radians(centres(whole.geometry.geometry))[~whole.geometry["unit"].isin(LOST)]
    lon, lat = at.T
    half = np.sin((lat[:, None] - lat) / 2) ** 2
    half += np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    far = 2 * np.arcsin(np.sqrt(half))
    reach = np.sort(far, axis=1)[:, 20] * 1.0000001  # a third of 62, itself included
    kernel = np.where(far < reach[:, None], (1 - (far / reach[:, None]) ** 2) ** 2, 0)
    told = whole.spatial["local_weights"]
    told = told[told["method"] == "local_entropy"].pivot(index="unit", columns="indicator", values="weight")
    assert whole.spatial["local_comparison"]["bandwidth"].tolist() == [21, 21]
    for place in (0, 30, 61):
        share = kernel[place] / kernel[place].sum()
        weighted = share[:, None] * scores.to_numpy()
        p = weighted / weighted.sum(axis=0)
        parts = np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / np.where(share > 0, share, 1)[:, None]), 0).sum(
            axis=0
        )
        np.testing.assert_allclose(told.loc[scores.index[place], scores.columns], parts / parts.sum(), rtol=1e-8)
    composite = whole.spatial["local_composite"]
    composite = composite[composite["method"] == "local_entropy"].set_index("unit")["local_composite"]
    np.testing.assert_allclose(composite, (told[scores.columns] * scores).sum(axis=1).loc[composite.index], rtol=1e-12)


def test_it_is_held_against_the_composite(whole: Results) -> None:
    table = whole.spatial["local_composite"]
    scores = whole.ranking().set_index("unit")["composite"]
    for row in whole.spatial["local_comparison"].to_dict("records"):
        held = table[table["method"] == row["method"]].set_index("unit")
        assert set(held.index) == set(scores.index) and not set(LOST) & set(held.index)
        np.testing.assert_allclose(held["composite"], scores.loc[held.index])
        # scipy
        assert row["spearman"] == pytest.approx(spearmanr(held["local_composite"], held["composite"]).statistic)
        apart = held["local_composite"] - held["composite"]
        assert row["mean_difference"] == pytest.approx(apart.abs().mean())
        assert row["greatest_fall"] == pytest.approx(apart.min()) and row["fall_unit"] == apart.idxmin()
    own = whole.weights[whole.weights["level"] == 1].set_index("code")["effective_weight"]
    told = whole.spatial["local_weights"].groupby("indicator")["composite_weight"].mean()
    np.testing.assert_allclose(told, own.loc[told.index])


def test_ordered_averages_keep_the_scale_of_the_scores(whole: Results, tmp_path: Path) -> None:
    dense = whole.spatial["local_weights"]
    sums = dense[dense["method"] == "ogwa"].groupby("unit")["weight"].sum()
    assert sums.mean() == pytest.approx(1) and sums.std() > 0.05
    plain = run(load(land(tmp_path / "project", FRESH % ("ogwa", ", density: false, of: 0.75")).path))
    held = plain.spatial["local_composite"].set_index("unit")["local_composite"]
    scores = plain.normalised[plain.normalised["year"] == 2021].set_index("unit").drop(columns="year").dropna()
    weakest = np.sort(scores.to_numpy(), axis=1)[:, :3].mean(axis=1)
    np.testing.assert_allclose(held, weakest, rtol=1e-9)
    assert plain.spatial["local_comparison"]["counting"].tolist() == [3]


def test_units_without_a_place_have_a_state(tmp_path: Path) -> None:
    project = land(tmp_path / "project", FRESH % ("local_entropy", ""))
    text = (project.folder / "cities.geojson").read_text(encoding="utf-8")
    project.write("cities.geojson", text.replace('"C003"', '"X"'))
    table = run(load(project.path)).spatial["local_composite"].set_index("unit")
    assert table.loc["C003", "state"] == "no_place" and np.isnan(table.loc["C003", "local_composite"])
    assert list(table.index) == sorted(table.index) and len(table) == 62
