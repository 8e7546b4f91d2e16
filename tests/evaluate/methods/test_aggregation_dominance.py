"""Dominance: a row that is nowhere worse than another with the same gaps does not score lower."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.families.cases import Case, of

Array = NDArray[np.float64]


@st.composite
def situations(draw: st.DrawFn) -> tuple[Array, Array, Array, Array]:
    """Draw a reference population with ties and gaps, two rows of which the second is nowhere worse, and weights."""
    columns = draw(st.integers(2, 4))
    cell = st.one_of(st.integers(4, 400).map(lambda quarters: quarters / 4), st.sampled_from([1.0, 50.0]))
    row = st.lists(cell, min_size=columns, max_size=columns)
    gap = st.lists(st.sampled_from([False] * 5 + [True]), min_size=columns, max_size=columns)
    reference = np.array(draw(st.lists(row, min_size=1, max_size=6)))
    holes = np.array([draw(gap) for _ in reference])
    # somebody has a score of each child, else there is nothing to compare with
    holes[0] = False
    low = np.array(draw(row))
    high = low + np.array(draw(st.lists(st.sampled_from([0, 0, 0.25, 7.5, 90.0]), min_size=columns, max_size=columns)))
    missing = np.array(draw(gap))
    pair = np.where(missing, np.nan, np.stack([low, high]))
    reference = np.where(holes, np.nan, reference)
    taking_part = draw(st.sampled_from([(), (0,), (1,), (0, 1)]))
    weights = np.array(draw(st.lists(st.integers(1, 9), min_size=columns, max_size=columns)), dtype=float)
    return np.concatenate([reference, pair[list(taking_part)]]), pair[0], pair[1], weights / weights.sum()


@pytest.mark.parametrize("case", [case for case in of("aggregation") if case.member.monotone], ids=str)
def test_dominance(case: Case) -> None:
    method = case.build()

    @given(situations())
    def check(situation: tuple[Array, Array, Array, Array]) -> None:
        reference, low, high, weights = situation
        lower, higher = method.aggregate(np.stack([low, high]), weights, method.learn(reference))
        if np.isfinite(low).any():
            assert higher >= lower - 1e-9 * max(1, abs(lower))
        else:
            assert np.isnan([lower, higher]).all()

    check()


def test_the_exceptions_say_so() -> None:
    exceptions = {case.member for case in of("aggregation") if not case.member.monotone}
    assert {member.word() for member in exceptions} == {"mpi", "ampi"}
    assert all("A higher score may lower the result" in " ".join(str(m.__doc__).split()) for m in exceptions)
