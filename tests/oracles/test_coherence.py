"""Coherence: COINr's correlations and alphas of its ASEM example, the Handbook's figures, scipy and statsmodels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.multivariate.pca import PCA

from evaluate.coherence.components import components
from evaluate.coherence.correlation import correlated, pairs, pearson, spearman
from evaluate.coherence.reliability import cronbach
from tests.oracles.asem import read

COINR = 1e-8
SAME = 1e-10


@pytest.fixture(scope="module")
def tai(shared: Path) -> np.ndarray:
    """The eight indicators of the Technology Achievement Index, 23 countries."""
    return pd.read_csv(shared / "oracles" / "handbook-tai" / "tai23.csv").iloc[:, 1:9].to_numpy(dtype=float)


@pytest.fixture(scope="module")
def gaps() -> np.ndarray:
    """Forty rows of six columns with ties, gaps and signs of every kind."""
    rng = np.random.default_rng(3)
    made = rng.normal(size=(40, 6))
    made[:, 1] = made[:, 0] * 2 - made[:, 1] / 3
    made[:, 2] = np.round(made[:, 2])
    made[:, 3] = -made[:, 2] + rng.normal(size=40)
    made[rng.random(made.shape) < 0.1] = np.nan
    return made


def test_correlations_are_those_of_coinr(shared: Path) -> None:
    theirs = pd.read_csv(shared / "oracles" / "coinr-asem" / "08_corr_L1_pearson.csv")
    scores = read(shared, "02_dset_Normalised")
    wanted = theirs[theirs["Var1"] != theirs["Var2"]]
    columns = {str(code): scores[code].to_numpy(dtype=float) for code in dict.fromkeys(theirs["Var1"])}
    ours = pairs(columns, list(zip(wanted["Var1"], wanted["Var2"], strict=True)))
    assert len(ours) == 49 * 48
    np.testing.assert_allclose(ours["pearson"], wanted["Correlation"], rtol=0, atol=COINR)


def test_alphas_are_those_of_coinr(shared: Path) -> None:
    meta = read(shared, "00_iMeta")
    indicators = meta.index[meta["Type"] == "Indicator"]
    theirs = pd.read_csv(shared / "oracles" / "coinr-asem" / "08_cronbach_alpha.csv")
    assert len(theirs) == 18
    for row in theirs.itertuples():
        held = [c for c in indicators if row.group in ("ALL", meta.loc[c, "Parent"])]
        found = cronbach(read(shared, f"02_dset_{row.dset}")[held].to_numpy(dtype=float))
        assert found.k == row.k
        assert found.alpha == pytest.approx(row.alpha, abs=COINR), (row.dset, row.group)


def test_the_handbooks_alpha_and_eigenvalues(tai: np.ndarray) -> None:
    # OECD/JRC Handbook 2008, Table 16 and page 72; recomputed to four digits on the shared page on methods, C1 and C11
    assert cronbach(tai).standardised == pytest.approx(0.7035, abs=5e-5)
    found = components(tai)
    printed = [3.3544, 1.7461, 0.9849, 0.8939, 0.4712, 0.2995, 0.1744, 0.0757]
    np.testing.assert_allclose(found.eigenvalues, printed, rtol=0, atol=5e-5)
    np.testing.assert_allclose(100 * found.shares[:4], [41.9, 21.8, 12.3, 11.2], rtol=0, atol=0.05)


def test_components_are_those_of_statsmodels(tai: np.ndarray) -> None:
    found, theirs = components(tai), PCA(tai, standardize=True, method="eig")
    np.testing.assert_allclose(found.eigenvalues, theirs.eigenvals / len(tai), rtol=0, atol=SAME)
    loadings = theirs.eigenvecs * np.sqrt(theirs.eigenvals / len(tai))
    np.testing.assert_allclose(np.abs(found.loadings), np.abs(loadings), rtol=0, atol=1e-9)
    # a loading is the correlation of an indicator with a component
    own = theirs.factors[:, 0] * np.sign(theirs.eigenvecs[:, 0].sum())
    np.testing.assert_allclose(found.loadings[:, 0], [pearson(x, own)[0] for x in tai.T], rtol=0, atol=1e-9)


def test_correlations_and_p_values_are_those_of_scipy(gaps: np.ndarray) -> None:
    found = correlated(gaps)
    for i in range(6):
        for j in range(i):
            both = np.isfinite(gaps[:, i]) & np.isfinite(gaps[:, j])
            x, y = gaps[both, i], gaps[both, j]
            assert found.n[i, j] == both.sum()
            ours = [found.pearson, found.p_pearson, found.spearman, found.p_spearman, found.kendall, found.p_kendall]
            theirs = [*stats.pearsonr(x, y), *stats.spearmanr(x, y), *stats.kendalltau(x, y)]
            np.testing.assert_allclose([m[i, j] for m in ours], theirs, rtol=0, atol=SAME)
            assert pearson(gaps[:, i], gaps[:, j]) == (pytest.approx(theirs[0], abs=SAME), both.sum())
            assert spearman(gaps[:, i], gaps[:, j]) == pytest.approx(theirs[2], abs=SAME)


def test_pairs_for_themselves_and_all_together_agree(gaps: np.ndarray) -> None:
    columns = {f"c{i}": gaps[:, i] for i in range(6)}
    whole = pairs(columns).set_index(["code", "other"])
    for pair in [("c0", "c1"), ("c2", "c3")]:
        single = pairs(columns, [pair]).set_index(["code", "other"])
        pd.testing.assert_frame_equal(single, whole.loc[[pair]], check_exact=False, rtol=0, atol=1e-12)
