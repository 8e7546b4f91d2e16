"""What each replicate draws; a draw hangs on the seed and on names alone, never on an order or on other draws."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.robustness.choices import draw_options, generator
from evaluate.robustness.inputs import Inputs, Noise
from evaluate.robustness_spec import UniformNoise

_STEP, _FIRST, _SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


@dataclass(frozen=True)
class Draws:
    """The draws of all replicates."""

    options: NDArray[np.int_]
    """(runs, choices): of the methodology, of the sources, of what is left out, as `Inputs.counts` lists them."""
    weights: dict[str, Array]
    """Uniform on [0, 1) by code of a weight, (runs,)."""
    errors: NDArray[np.int64]
    """Which number of the stream of each value's error a replicate takes, (runs,)."""

    @property
    def runs(self) -> int:
        """The number of replicates."""
        return len(self.options)


def draw(inputs: Inputs, codes: Iterable[str], runs: int, seed: int) -> Draws:
    """Draw everything independently; `codes`: of the weights. More replicates begin with the same ones."""
    drawn = [draw_options(inputs.choices, runs, seed)]
    for name in inputs.names[len(inputs.choices) :]:
        count = len(inputs.options(name))
        drawn.append(generator(seed, *name.split(".", 1)).integers(count, size=runs)[:, None])
    weights = {code: generator(seed, "weight", code).random(runs) for code in codes} if inputs.noise else {}
    return Draws(np.hstack(drawn), weights, np.arange(runs, dtype=np.int64))


def disturbed(noise: Noise | None, nominal: Array, uniforms: Array) -> Array:
    """Return weights of siblings in each replicate, summing to 1.

    `nominal`: (k,); `uniforms`: (k, m). Uniform noise: w·(1 − noise + 2·noise·u). Dirichlet: gamma quantiles of
    u with shape concentration·w, divided by their sum, so that the mean is the nominal weight (Devroye 1986, XI.4).
    Without noise one row stands for all replicates.

    >>> disturbed(UniformNoise(method="uniform", noise=0.5), np.array([0.5, 0.5]), np.array([[0.5], [0.0]]))
    array([[0.66666667, 0.33333333]])
    """
    if noise is None:
        out = nominal[None, :]
    elif isinstance(noise, UniformNoise):
        low, high = 1 - noise.noise, 1 + noise.noise
        out = nominal * (low + (high - low) * uniforms.T)
    elif len(nominal) == 1:
        out = np.ones((uniforms.shape[1], 1))
    else:
        from scipy.special import gammaincinv

        shapes = noise.concentration * nominal
        drawn = [gammaincinv(a, u) if a > 0 else np.zeros(len(u)) for a, u in zip(shapes, uniforms, strict=True)]
        out = np.column_stack(drawn)
    with np.errstate(invalid="ignore"):
        return np.asarray(out / out.sum(axis=1, keepdims=True))


def streams(seed: int, code: str, units: Sequence[str], years: Sequence[int]) -> NDArray[np.uint64]:
    """Return the start of the stream of errors of every value of a variable or indicator, (units, years)."""
    head = hashlib.sha256(f"{seed}|error|{code}".encode())
    out = np.empty((len(units), len(years)), dtype=np.uint64)
    for row, unit in enumerate(units):
        named = head.copy()
        named.update(f"|{unit}".encode())
        for column, year in enumerate(years):
            whole = named.copy()
            whole.update(f"|{year}".encode())
            out[row, column] = int.from_bytes(whole.digest()[:8], "big")
    return out


def uniform_at(starts: NDArray[np.uint64], position: int) -> Array:
    """Return number `position` of each stream, uniform on (0, 1): SplitMix64 (Steele, Lea and Flood 2014).

    >>> uniform_at(np.array([1, 1], dtype=np.uint64), 0)
    array([0.56656158, 0.56656158])
    """
    with np.errstate(over="ignore"):
        mixed = starts + _STEP * np.uint64(position + 1)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    mixed ^= mixed >> np.uint64(31)
    return np.asarray(((mixed >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53)


def with_error(values: Array, distribution: str, size: Any, uniforms: Array) -> Array:
    """Return values with an error of mean 0; `size`: standard deviation or, if uniform, half the width.

    normal: x + size·z; uniform: x + size·(2u − 1); lognormal: x·exp(σz − σ²/2) with σ² = ln(1 + (size/x)²), so that
    mean and standard deviation are x and size; a value of 0 stays 0. z is the normal quantile of u.

    >>> with_error(np.array([10.0, 0.0]), "uniform", 2.0, np.array([0.75, 0.5]))
    array([11.,  0.])
    """
    if distribution == "uniform":
        return np.asarray(values + size * (2 * uniforms - 1))
    from scipy.special import ndtri

    normal = ndtri(uniforms)
    if distribution == "normal":
        return np.asarray(values + size * normal)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(values == 0, 0.0, np.log1p((size / values) ** 2))
    return np.asarray(values * np.exp(np.sqrt(variance) * normal - variance / 2))
