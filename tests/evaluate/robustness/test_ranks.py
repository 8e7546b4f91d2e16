"""The rank kernel against scipy's ranks of composites rounded one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from evaluate.scoring.ranking import rounded, row_ranks

TRICKY = [
    0.0, -0.0, 1.0, -1.0, 1 + 4e-10, 1 + 6e-10, 1 + 1e-9, 1 - 4e-11, 1 - 6e-11, 99.99999999, 99.999999999, 100.0,
    1e-300, 3e300, 0.3, 0.1 + 0.2, np.nan, 54.321, 54.321 * (1 + 2e-16), -54.321, 12345.678905, 12345.678895,
]  # fmt: skip


def expected(values: np.ndarray) -> np.ndarray:
    there = np.isfinite(values)
    return np.where(there, rankdata(np.where(there, -rounded(values), np.inf), method="min", axis=-1), 0)


@given(st.lists(st.lists(st.sampled_from(TRICKY), min_size=9, max_size=9), min_size=1, max_size=6))
def test_tricky_ties(rows: list[list[float]]) -> None:
    values = np.array(rows)
    np.testing.assert_array_equal(row_ranks(values), expected(values))


@pytest.mark.parametrize("width", [1, 2, 40, 1000])
def test_many_rows(width: int) -> None:
    rng = np.random.default_rng(width)
    values = rng.normal(50, 20, (60, width))
    values[:20] = np.round(values[:20])
    values[20:40] *= 1 + rng.integers(-3, 4, (20, width)) * 3e-10
    values[5::7, :: max(1, width // 3)] = np.nan
    found = row_ranks(values, np.int16)
    assert found.dtype == np.int16
    np.testing.assert_array_equal(found, expected(values))
    assert row_ranks(np.zeros((3, 0))).shape == (3, 0)
