"""All replicates of one setting aggregated together: a weighted mean of weighted means is one matrix product."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.aggregation import Aggregator, Mean
from evaluate.methods.base import Array, Learned
from indicators.structure import TOP, Structure

_TILE = 64**3


def is_sum(method: Aggregator) -> bool:
    """Return whether a method is a weighted mean f⁻¹(Σ w f(x)) and nothing else."""
    return isinstance(method, Mean) and type(method).aggregate is Mean.aggregate


def product(weights: Array, values: Array) -> Array:
    """Return weights (m, k) @ values (k, n), in tiles.

    Above 64³ multiplications OpenBLAS takes threads of its own, which would get in the way of those that share the
    batches; tiles also keep the order of the sums the same whatever the batch.
    """
    out = np.empty((len(weights), values.shape[1]))
    width = max(1, _TILE // max(1, weights.size))
    for start in range(0, values.shape[1], width):
        part = slice(start, start + width)
        np.matmul(weights, values[:, part], out=out[:, part])
    return out


@dataclass(frozen=True)
class _Sum:
    """f⁻¹(Σ w f(x)) before f⁻¹ is taken."""

    mean: Mean
    value: Array
    """(m, n)."""

    @property
    def score(self) -> Array:
        return np.asarray(self.mean.outward(self.value))


@dataclass
class Tree:
    """The units of one type under one setting.

    Children that are aggregated by the same mean as their parent need no step of their own: their indicators enter
    the parent's sum with the product of the weights, so that a tree of one mean is a single product (m, k)·(k, n).
    """

    structure: Structure
    methods: Mapping[str, Aggregator]
    """By parent."""
    learned: Mapping[str, Learned]
    """What the aggregation of a parent learned."""
    scores: Mapping[str, Array]
    """Of each indicator, (n,)."""
    _inward: dict[tuple[str, ...], tuple[Array, NDArray[np.bool_]]] = field(default_factory=dict)

    def composites(self, weights: Mapping[str, Array]) -> Array:
        """Return the composites (m, n); `weights`: of the children of each parent, (m, k), summing to 1.

        NaN where disturbed weights leave no value: no child with a weight has a score, or a mean that needs positive
        scores meets another.
        """
        # what has no value in a replicate is said by who asked
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            found = self._aggregate(TOP, weights)
            return found.score if isinstance(found, _Sum) else found

    def _aggregate(self, parent: str, weights: Mapping[str, Array]) -> _Sum | Array:
        method: Any = self.methods[parent]
        if not is_sum(method):
            return self._by_method(parent, method, weights)
        own, codes, above = self._terms(parent, method, weights)
        rest = [(factor, self._aggregate(child, weights)) for child, factor in above]
        if not codes:
            return _Sum(method, _added(method, None, rest))
        inner, there = self._inner(method, tuple(codes))
        shares = np.hstack(own)
        value = product(shares, inner)
        if there.all():
            return _Sum(method, _added(method, value, rest))
        # only the lowest parents lack children, and these have no other terms
        gaps = np.flatnonzero(~there.all(axis=0))
        total = product(shares, there[:, gaps].astype(float))
        value[:, gaps] = np.where(total > 0, value[:, gaps] / total, np.nan)
        return _Sum(method, value)

    def _inner(self, method: Mean, codes: tuple[str, ...]) -> tuple[Array, NDArray[np.bool_]]:
        """Return f(x) of some indicators, 0 where missing, and where they are not, (k, n)."""
        if codes not in self._inward:
            raw = np.stack([self.scores[code] for code in codes])
            there = np.isfinite(raw)
            self._inward[codes] = np.where(there, method.inward(np.where(there, raw, 1.0)), 0.0), there
        return self._inward[codes]

    def _terms(
        self, parent: str, method: Mean, weights: Mapping[str, Array], factor: Array | None = None
    ) -> tuple[list[Array], list[str], list[tuple[str, Array]]]:
        """Return the indicators that enter the sum of a parent directly, with their weights, and all other children."""
        mine = weights[parent] if factor is None else weights[parent] * factor
        children = self.structure.children[parent]
        if self.structure.lowest(parent):
            return [mine], list(children), []
        own: list[Array] = []
        codes: list[str] = []
        above: list[tuple[str, Array]] = []
        for position, child in enumerate(children):
            weight = mine[:, position : position + 1]
            if self.methods[child] == method and child in self.whole:
                inner, below, rest = self._terms(child, method, weights, weight)
                own, codes, above = own + inner, codes + below, above + rest
            else:
                above.append((child, weight))
        return own, codes, above

    @cached_property
    def whole(self) -> frozenset[str]:
        """The parents of dimensions, and those of indicators that all units have."""
        return frozenset(
            parent
            for parent, children in self.structure.children.items()
            if not self.structure.lowest(parent) or all(np.isfinite(self.scores[child]).all() for child in children)
        )

    def _by_method(self, parent: str, method: Aggregator, weights: Mapping[str, Array]) -> Array:
        children = self.structure.children[parent]
        if self.structure.lowest(parent):
            scores = np.column_stack([self.scores[child] for child in children])
        else:
            parts = [self._aggregate(child, weights) for child in children]
            scores = np.stack([p.score if isinstance(p, _Sum) else p for p in parts], axis=-1)
        out = np.asarray(method.aggregate(scores, weights[parent], self.learned.get(parent, {})))
        if out.ndim == 1:
            out = np.broadcast_to(out, (len(weights[parent]), len(out)))
        if method.positive_only:
            out = np.where((scores <= 0).any(axis=-1), np.nan, out)
        return out


def _added(method: Mean, value: Array | None, rest: list[tuple[Array, _Sum | Array]]) -> Array:
    """Return the sum of a parent with the terms of children that were aggregated in another way."""
    for factor, child in rest:
        if isinstance(child, _Sum) and child.mean == method:
            term = factor * child.value
        else:
            score = child.score if isinstance(child, _Sum) else child
            term = factor * method.inward(score)
            if method.positive_only:
                # a mean of positive scores has no value where disturbed weights made one of them ≤ 0
                term[score <= 0] = np.nan
        value = term if value is None else np.add(value, term, out=value)
    assert value is not None
    return value


def positions_by(keys: list[tuple[str, str]]) -> dict[tuple[str, str], NDArray[np.intp]]:
    """Return the positions of each key, in the order of their first appearance.

    >>> positions_by([("a", ""), ("b", ""), ("a", "")])
    {('a', ''): array([0, 2]), ('b', ''): array([1])}
    """
    out: dict[tuple[str, str], list[int]] = {}
    for position, key in enumerate(keys):
        out.setdefault(key, []).append(position)
    return {key: np.array(found, dtype=np.intp) for key, found in out.items()}
