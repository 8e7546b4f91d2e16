"""Draws: of errors and of weights, their distributions, and that they hang on names alone."""

import numpy as np
import pytest
from scipy import stats

from evaluate.robustness.choices import generator
from evaluate.robustness.draws import disturbed, draw, streams, uniform_at, with_error
from evaluate.robustness.inputs import Inputs
from evaluate.robustness_spec import DirichletNoise, UniformNoise

UNITS, YEARS = [f"u{n}" for n in range(40)], (2018, 2019, 2020)


def test_streams_are_those_of_split_mix() -> None:
    # first two numbers of SplitMix64 with seed 1234567, as published with the reference implementation (Vigna 2015)
    starts = np.array([1234567], dtype=np.uint64)
    expected = [6457827717110365317, 3203168211198807973]
    found = [uniform_at(starts, position)[0] for position in range(2)]
    np.testing.assert_allclose(found, [((n >> 11) + 0.5) / 2**53 for n in expected], rtol=0, atol=0)


def test_a_draw_of_an_error_depends_on_its_code_unit_and_year_alone() -> None:
    whole = streams(3, "co2", UNITS, YEARS)
    part = streams(3, "co2", ["u7", "u2"], (2020, 2018))
    assert part.tolist() == [[whole[7, 2], whole[7, 0]], [whole[2, 2], whole[2, 0]]]
    assert len(set(whole.ravel()) | set(streams(4, "co2", UNITS, YEARS).ravel())) == 2 * whole.size
    assert not set(whole.ravel()) & set(streams(3, "so2", UNITS, YEARS).ravel())


def test_errors_are_uniform_and_independent() -> None:
    starts = streams(1, "co2", UNITS, YEARS)
    drawn = np.stack([uniform_at(starts, position) for position in range(300)])
    assert stats.kstest(drawn.ravel(), "uniform").pvalue > 0.01
    by_value = drawn.reshape(300, -1)
    apart = np.corrcoef(by_value.T)[np.triu_indices(by_value.shape[1], 1)]
    # of independent columns: mean 0, standard deviation 1/√300
    assert abs(apart.mean()) < 0.003
    assert abs(apart.std() - 300**-0.5) < 0.003
    assert abs(np.corrcoef(by_value[1:].ravel(), by_value[:-1].ravel())[0, 1]) < 0.02


@pytest.mark.parametrize(
    ("distribution", "law"),
    [
        ("normal", stats.norm(50, 5)),
        ("uniform", stats.uniform(45, 10)),
        # mean 50, standard deviation 5
        ("lognormal", stats.lognorm(np.sqrt(np.log(1.01)), scale=50 / np.sqrt(1.01))),
    ],
)
def test_errors_follow_their_law(distribution: str, law: object) -> None:
    uniforms = (np.arange(4000) + 0.5) / 4000
    found = with_error(np.full(4000, 50.0), distribution, 5.0, uniforms)
    np.testing.assert_allclose(found, law.ppf(uniforms), rtol=1e-12)  # type: ignore[attr-defined]
    assert abs(found.mean() - 50) < 0.01


def test_what_is_missing_or_nothing_stays_so() -> None:
    values, half = np.array([np.nan, 0.0, -4.0]), np.full(3, 0.9)
    for distribution in ("normal", "uniform", "lognormal"):
        found = with_error(values, distribution, 0.1 * np.abs(values), half)
        assert np.isnan(found[0])
        assert found[1] == 0
        assert found[2] != -4
    assert with_error(values, "lognormal", 1.0, half)[1:].tolist()[0] == 0
    assert with_error(values, "lognormal", 1.0, half)[2] < 0


def factors(codes: list[str], runs: int, seed: int, noise: float) -> dict[str, np.ndarray]:
    """Return by what each weight is multiplied; beside one that no noise touches nothing is hidden by rescaling."""
    law, still, pair = UniformNoise(method="uniform", noise=noise), np.full(runs, 0.5), np.array([0.5, 0.5])
    drawn = draw(Inputs(noise=law), codes, runs, seed).weights
    found = {code: disturbed(law, pair, np.stack([drawn[code], still])) for code in codes}
    return {code: shares[:, 0] / shares[:, 1] for code, shares in found.items()}


def test_uniform_noise_is_independent_and_uniform_around_one() -> None:
    found = factors(["a", "b"], 20_000, 1, 0.25)
    for own in found.values():
        assert stats.kstest(own, stats.uniform(0.75, 0.5).cdf).pvalue > 0.01
        assert own.min() >= 0.75 - 1e-12 and own.max() <= 1.25 + 1e-12
    assert abs(np.corrcoef(found["a"], found["b"])[0, 1]) < 0.02


def test_a_weight_is_drawn_by_its_name_and_the_seed_alone() -> None:
    alone = factors(["co2"], 50, 7, 0.2)["co2"]
    among = factors(["so2", "co2", "gdp"], 50, 7, 0.2)
    np.testing.assert_array_equal(alone, among["co2"])
    assert not np.array_equal(alone, among["so2"])
    assert not np.array_equal(alone, factors(["co2"], 50, 8, 0.2)["co2"])
    # more replicates begin with the same ones
    np.testing.assert_array_equal(alone, factors(["co2"], 80, 7, 0.2)["co2"][:50])
    # a choice and a weight of one name do not share their draws
    assert generator(7, "choice", "a").random() != generator(7, "weight", "a").random()


@pytest.mark.parametrize("concentration", [3.0, 40.0])
def test_dirichlet_weights_have_the_nominal_mean(concentration: float) -> None:
    nominal = np.array([0.5, 0.3, 0.2, 0.0])
    uniforms = np.random.default_rng(5).random((4, 40_000))
    found = disturbed(DirichletNoise(method="dirichlet", concentration=concentration), nominal, uniforms)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(found.mean(axis=0), nominal, atol=0.005)
    law = stats.dirichlet(concentration * nominal[:3])
    np.testing.assert_allclose(found[:, :3].var(axis=0), law.var(), rtol=0.05)
    # each weight is beta(α, α₀ − α)
    beta = stats.beta(concentration * 0.3, concentration * 0.7)
    assert stats.kstest(found[:, 1], beta.cdf).pvalue > 0.01
    assert (found[:, 3] == 0).all()
    one = disturbed(DirichletNoise(method="dirichlet", concentration=3.0), np.array([1.0]), uniforms[:1])
    assert (one == 1).all()
