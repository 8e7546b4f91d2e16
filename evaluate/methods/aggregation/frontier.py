"""Benefit of the doubt: every row with the weights that suit it best."""

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from evaluate.methods.aggregation.base import Aggregator, numbers, plain, present, undominated
from evaluate.methods.base import Array, Learned
from indicators.errors import fault
from indicators.spec import Number, refuse

Limit = Annotated[Number, Field(ge=0)]
_TINY = 1e-9
"""Share of the greatest score below which the solver sees nothing."""


class BenefitOfDoubt(Aggregator):
    """Benefit of the doubt: 100·max Σ w x over weights w ≥ 0 with Σ w x_r ≤ 1 for the row and every reference row r.

    Each row gets the weights under which it looks best against the reference population and itself; who is at 100
    is beaten by nobody under its own weights. `share` limits what each child may contribute, w_j x_j/Σ w x
    (`share_of: score`), or weigh, w_j/Σ w (`share_of: weights`); without limits a row may live on one child alone
    and many rows reach 100. Nominal weights do not enter, except that a child of weight 0 takes no part and that
    `around_given` makes the limits multiples of them. Scores must not be negative, and above 0 where `share_of:
    score` sets a lower limit.

    A missing child has no share: limits are widened in proportion to the children that are left, and in a reference
    row it counts as 0. Limits that no weights can meet are refused.

    >>> doubt = BenefitOfDoubt(method="benefit_of_doubt")
    >>> rows = np.array([[100.0, 20.0], [50.0, 80.0], [50.0, 40.0]])
    >>> doubt.aggregate(rows, np.array([0.5, 0.5]), doubt.learn(rows)).round(4).tolist()
    [100.0, 100.0, 71.4286]
    """

    source: ClassVar[str] = "Melyn and Moesen 1991; Cherchye, Moesen and Van Puyenbroeck 2004; Cherchye et al. 2007"
    learns: ClassVar[bool] = True
    method: Literal["benefit_of_doubt"]
    share: Annotated[list[Limit], Field(min_length=2, max_length=2)] | None = None
    """Least and greatest share of each child, between 0 and 1; no limits when absent."""
    share_of: Literal["score", "weights"] = "score"
    """What the shares are of: the score of the row, or the sum of its weights."""
    around_given: bool = False
    """Whether `share` multiplies the nominal weight of each child: [0.5, 2] is from half of it to twice."""

    @model_validator(mode="after")
    def _in_order(self) -> "BenefitOfDoubt":
        if self.share is not None:
            low, high = self.share
            if low > high or (not self.around_given and high > 1) or high == 0:
                raise refuse("methods.share_order", first=low, last=high)
            if self.around_given and not low <= 1 <= high:
                raise refuse("methods.share_around", first=low, last=high)
        return self

    @property
    def positive_only(self) -> bool:
        """A score of 0 cannot have a share of the sum."""
        return self.share is not None and self.share[0] > 0 and self.share_of == "score"

    def learn(self, scores: Array) -> Learned:
        """Learn the `rows` that bound the weights: those that no other row reaches everywhere."""
        _not_negative(self.method, scores)
        return {"rows": plain(undominated(np.where(np.isfinite(scores), scores, 0.0)))}

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        if scores.ndim == 2 and weights.ndim == 2 and not self.around_given:
            # the weights decide only which children take part
            patterns, belongs = np.unique(weights > 0, axis=0, return_inverse=True)
            found = [self.solve(scores, pattern.astype(float), learned)[0] for pattern in patterns]
            return np.stack(found)[belongs.reshape(-1)] if found else np.empty((0, len(scores)))
        return self.solve(scores, weights, learned)[0]

    def shares(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return what each child contributes to the score of each row, summing to 1, (…, n, k).

        0 for a missing child; NaN in rows without a score or with a score of 0. Where several weights suit a row
        equally well these are the shares under one of them.
        """
        parts = np.where(np.isfinite(scores), scores, 0.0) * self.solve(scores, weights, learned)[1]
        total = parts.sum(axis=-1, keepdims=True)
        return np.asarray(np.divide(parts, total, out=np.full_like(parts, np.nan), where=total > 0))

    def solve(self, scores: Array, weights: Array, learned: Learned) -> tuple[Array, Array]:
        """Return scores (…, n) and the weights of each row that lead to them, (…, n, k)."""
        _not_negative(self.method, scores)
        shape = np.broadcast_shapes(scores.shape, (*weights.shape[:-1], 1, weights.shape[-1]))
        taking = np.broadcast_to(present(scores, weights), shape).reshape(-1, shape[-1])
        flat = np.where(taking, np.broadcast_to(scores, shape).reshape(taking.shape), 0.0)
        low, high = self._limits(taking, np.broadcast_to(weights[..., None, :], shape).reshape(taking.shape))
        reference = numbers(learned["rows"], shape[-1])
        values, own = np.full(len(flat), np.nan), np.zeros(flat.shape)
        if taking.any():
            # measured by the greatest scores, so that the solver sees ordinary numbers; limits on weights need one unit
            greatest = reference.max(axis=0, initial=0.0)
            unit = np.where(greatest > 0, greatest, flat.max(axis=0))
            if self.share is not None and self.share_of == "weights":
                unit = np.full_like(unit, unit.max())
            unit = np.where(unit > 0, unit, 1.0)
            program = _Program(reference / unit, self.share_of if self.share is not None else None)
            for at in np.flatnonzero(taking.any(axis=1)):
                values[at], own[at] = program.best(flat[at] / unit, taking[at], low[at], high[at])
            own /= unit
        return (100 * values).reshape(shape[:-1]), own.reshape(shape)

    def _limits(self, taking: Any, weights: Array) -> tuple[Array, Array]:
        """Return the least and the greatest share of each child in each row, (N, k) each."""
        if self.share is None:
            return np.zeros(taking.shape), np.ones(taking.shape)
        low, high = self.share
        left = np.maximum(taking.sum(axis=1, keepdims=True), 1)
        if self.around_given:
            own = np.where(taking, weights, 0.0)
            base = own / np.maximum(own.sum(axis=1, keepdims=True), 1e-300)
        else:
            asked = (weights > 0).sum(axis=1, keepdims=True)
            unmet = (asked > 1) & ((low * asked > 1 + 1e-9) | (high * asked < 1 - 1e-9))
            if unmet.any():
                raise fault("scoring.share_limits", low=low, high=high, count=int(asked[unmet][0]))
            base = asked / left
        least, most = np.where(taking, low * base, 0.0), np.where(taking, np.minimum(high * base, 1.0), 0.0)
        # a single child has the whole
        return np.where(left > 1, least, 0.0), np.where(left > 1, most, 1.0)


def _not_negative(method: str, scores: Array) -> None:
    with np.errstate(invalid="ignore"):
        if (scores < 0).any():
            raise fault("scoring.no_negative", method=method, found=f"{np.nanmin(scores):.6g}")


class _Program:
    """One linear program, solved for row after row from where the last one ended.

    It is the dual, which has one row for each child however many rows there are to compare with: min Σ y_r over
    y ≥ 0 with Σ y_r x_rj ≥ x_j; its shadow prices are the weights w. With limits there are a row for the sum s that
    shares are of and columns for s − Σ w d = 0, low s − w d ≤ 0 and w d − high s ≤ 0 of each child, d its score or 1.
    The last column is the row itself, for the case that it has what no reference row has.
    """

    def __init__(self, reference: Array, share_of: str | None) -> None:
        import highspy  # takes time to load

        library: Any = highspy
        self.share_of, self.children = share_of, reference.shape[1]
        self.limits = 0 if share_of is None else 1 + 2 * self.children
        self.first = len(reference)
        rows, columns = self.children + bool(self.limits), self.first + self.limits + 1
        self.matrix = np.zeros((rows, columns))
        self.matrix[: self.children, : self.first] = reference.T
        self.reached = reference.max(axis=0, initial=0.0)
        cost, least = np.zeros(columns), np.zeros(columns)
        cost[: self.first] = cost[-1] = 1.0
        if self.limits:
            self.matrix[-1, self.first], least[self.first] = 1.0, -np.inf
        self.optimal = library.HighsModelStatus.kOptimal
        self.solver = library.Highs()
        for option, value in (
            ("output_flag", False), ("presolve", "off"), ("solver", "simplex"), ("parallel", "off"),
            ("primal_feasibility_tolerance", 1e-10), ("dual_feasibility_tolerance", 1e-10),
        ):  # fmt: skip
            self.solver.setOptionValue(option, value)
        program = library.HighsLp()
        program.num_row_, program.num_col_ = rows, columns
        program.col_cost_, program.col_lower_, program.col_upper_ = cost, least, np.full(columns, np.inf)
        program.row_lower_, program.row_upper_ = np.zeros(rows), np.full(rows, np.inf)
        filled = [np.flatnonzero(column) for column in self.matrix.T]
        program.a_matrix_.format_ = library.MatrixFormat.kColwise
        program.a_matrix_.start_ = np.cumsum([0, *map(len, filled)])
        program.a_matrix_.index_ = np.concatenate(filled).astype(np.int32)
        program.a_matrix_.value_ = np.concatenate([c[f] for c, f in zip(self.matrix.T, filled, strict=True)])
        self.solver.passModel(program)
        if self.limits:
            self.solver.changeRowBounds(rows - 1, 0.0, 0.0)

    def best(self, row: Array, taking: Any, low: Array, high: Array) -> tuple[float, Array]:
        """Return the score of a row, at most 1, and its weights; `row` is 0 where a child takes no part."""
        if not row.any():
            return 0.0, np.zeros(self.children)
        # a child that no reference row has can only be bounded by the row itself
        alone = bool(((self.reached <= _TINY) & (row > 0)).any())
        wanted = np.zeros((len(self.matrix), self.limits + 1))
        wanted[: self.children, -1] = row if alone else 0.0
        if self.share_of is not None:
            self._limit(wanted, np.where(taking, row if self.share_of == "score" else 1.0, 0.0), low, high)
        for at, column in np.argwhere(wanted != self.matrix[:, self.first :]):
            self.solver.changeCoeff(int(at), int(self.first + column), float(wanted[at, column]))
        self.matrix[:, self.first :] = wanted
        for child in range(self.children):
            self.solver.changeRowBounds(child, float(row[child]) if taking[child] else -np.inf, np.inf)
        self.solver.run()
        if self.solver.getModelStatus() != self.optimal:
            self.solver.clearSolver()
            self.solver.run()
            if self.solver.getModelStatus() != self.optimal:
                raise RuntimeError(f"the linear program ended as {self.solver.getModelStatus()}")
        weights = np.maximum(np.array(self.solver.getSolution().row_dual[: self.children]), 0.0)
        value = float(weights @ row)
        return (1.0, weights / value) if value > 1 else (value, weights)

    def _limit(self, wanted: Array, part: Array, low: Array, high: Array) -> None:
        """Write the limits of a row, whose part in the sum is `part`, into the columns."""
        own = np.arange(self.children)
        wanted[own, 0], wanted[-1, 0] = -part, 1.0
        wanted[own, 1 + own], wanted[-1, 1 + own] = -part, low
        wanted[own, 1 + self.children + own], wanted[-1, 1 + self.children + own] = part, -high
