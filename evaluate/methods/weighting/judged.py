"""Weights by the judgement of experts: pairwise comparisons, and points that are shared out."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import BeforeValidator, Field, StrictBool, ValidationError, WithJsonSchema, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from evaluate.methods.base import Array
from evaluate.methods.weighting.base import Siblings, Weighed, Weighter
from indicators.errors import Fault, Place, nearest
from indicators.framework import Framework
from indicators.spec import Code, Number, Path, Spec, refuse
from indicators.structure import TOP
from indicators.texts import both

RANDOM_INDEX = {
    "saaty_1980": (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49),
    "saaty_newer": (0.0, 0.0, 0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49),
}
"""The mean consistency index of random matrices of 1, 2, … 10 children."""

MOST_INCONSISTENT = 0.1
"""The consistency ratio above which judgements contradict each other too much (Saaty 1980)."""

_FRACTION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:/\s*(\d+(?:\.\d+)?)\s*)?")


class _Judged(Weighter):
    """Weights of each parent's children that experts gave; children that are not scored give theirs to the others."""

    key: ClassVar[str]
    """The parameter that holds what the experts said, by parent."""

    def named(self) -> dict[str, tuple[str, ...]]:
        """Return the children that the experts judged, by parent."""
        raise NotImplementedError

    def priorities(self, parent: str) -> tuple[Array, dict[str, Any], tuple[Fault, ...]]:
        """Return the weights of every child named, in the order of `named`, with details and warnings."""
        raise NotImplementedError

    def weigh(self, siblings: Siblings) -> Weighed:
        """Return the priorities, rescaled to the children that are there."""
        if len(siblings.children) == 1:
            return Weighed(np.ones(1))
        found, details, warnings = self.priorities(siblings.parent)
        by_child = dict(zip(self.named()[siblings.parent], found, strict=True))
        weights = np.array([by_child[child] for child in siblings.children])
        return Weighed(weights / weights.sum() if weights.sum() > 0 else None, details, warnings)

    def lacks(self, framework: Framework, parents: tuple[str, ...]) -> list[Fault]:
        """Return parents of two children or more that nobody judged, and names that do not fit the framework."""
        children: dict[str, list[str]] = {}
        for kind in framework.types or [""]:
            for parent, own in framework.structure(kind).children.items():
                known = children.setdefault(parent, [])
                known += [child for child in own if child not in known]
        named, found = self.named(), []
        for parent in parents:
            if parent not in named and len(children[parent]) > 1:
                label = both("scoring.composite") if parent == TOP else framework.label_of(parent)
                values = {"label": label, "code": parent, "children": ", ".join(children[parent])}
                found.append(Fault(f"methods.{self.key}_missing", values, Place(key=self.key)))
        for parent, own in named.items():
            place = Place(key=f"{self.key}.{parent}")
            if parent not in children:
                found.append(
                    Fault("scoring.unknown_parent", {"found": parent, "meant": nearest(parent, children)}, place)
                )
                continue
            values = {"code": parent, "known": ", ".join(children[parent])}
            for child in own:
                if child not in children[parent]:
                    meant = nearest(child, children[parent])
                    found.append(Fault("methods.judged_unknown", {**values, "found": child, "meant": meant}, place))
            if left := [child for child in children[parent] if child not in own]:
                found.append(Fault("methods.judged_left_out", {**values, "found": ", ".join(left)}, place))
        return found


# Pairwise comparisons


def _ratio(value: object) -> object:
    """Return what stands in a matrix as a number: 3, 0.5 or "1/3"."""
    number: object = value
    if isinstance(value, str) and (found := _FRACTION.fullmatch(value)):
        below = float(found[2] or 1)
        number = float(found[1]) / below if below else 0.0
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < float("inf"):
        raise refuse("methods.judgement", found=value)
    return float(number)


Ratio = Annotated[
    float,
    BeforeValidator(_ratio),
    WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]}),
]
Matrix = Annotated[list[list[Ratio]], Field(min_length=2)]


class Judgement(Spec):
    """Comparisons of the children of one parent: entry (i, j) says how many times as important i is as j."""

    children: Annotated[list[Code], Field(min_length=2)]
    """Codes of the children, in the order of the rows and columns."""
    matrix: Matrix | None = None
    """The judgement of one expert, or of all together; numbers above 0 or fractions such as 1/3."""
    experts: Annotated[dict[str, Matrix], Field(min_length=1)] | None = None
    """The judgements of several experts, by a name; in place of `matrix`."""

    @model_validator(mode="after")
    def _reciprocal(self) -> "Judgement":
        if (self.matrix is None) == (self.experts is None):
            raise refuse("methods.matrix_or_experts")
        if len(set(self.children)) != len(self.children):
            raise refuse("methods.judged_twice")
        found: list[tuple[Path, PydanticCustomError, object]] = []
        for at, matrix in self.by_expert:
            count = len(self.children)
            if len(matrix) != count or any(len(row) != count for row in matrix):
                shape = " + ".join(str(len(row)) for row in matrix)
                found.append((at, refuse("methods.matrix_square", expected=count, found=shape), matrix))
                continue
            for i in range(count):
                for j in range(i + 1):
                    # fractions may be given as decimals
                    if abs(matrix[i][j] * matrix[j][i] - 1) > 0.005:
                        values = {"first": self.children[i], "second": self.children[j]}
                        values |= {"found": f"{matrix[i][j]:.4g}", "back": f"{matrix[j][i]:.4g}"}
                        found.append(((*at, i, j), refuse("methods.not_reciprocal", **values), matrix[i][j]))
        if found:
            raise _located(found)
        return self

    @property
    def by_expert(self) -> list[tuple[Path, list[list[float]]]]:
        """The matrices, each with the keys under which it stands."""
        if self.matrix is not None:
            return [(("matrix",), self.matrix)]
        return [(("experts", name), matrix) for name, matrix in (self.experts or {}).items()]


class Consistency(NamedTuple):
    """How far a matrix is from judgements that do not contradict each other."""

    priorities: Array
    """The principal eigenvector, summing to 1."""
    lambda_max: float
    ci: float
    """(λmax − n)/(n − 1)."""
    cr: float
    """CI over the random index; 0 for two children."""

    def plain(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "weights": self.priorities.tolist(), "lambda_max": self.lambda_max, "consistency_index": self.ci,
            "consistency_ratio": self.cr,
        }  # fmt: skip


class Ahp(_Judged):
    """Analytic hierarchy process: A·w = λmax·w, Σw = 1; CI = (λmax − n)/(n − 1), CR = CI/RI ≤ 0.1.

    A are pairwise comparisons of the children of a parent, a_ij = 1/a_ji; RI is the random index for n children.
    Judgements with CR > 0.1, of any expert, are refused unless they are accepted. Several experts are brought
    together by the geometric mean of their judgements (a_ij = (Π_e a_ij,e)^(1/m)), or of their priorities.

    >>> judged = {"children": ["a", "b", "c"], "matrix": [[1, 2, 6], ["1/2", 1, 3], ["1/6", "1/3", 1]]}
    >>> ahp = Ahp(method="ahp", judgements={"composite": judged})
    >>> ahp.priorities("composite")[0].round(6)
    array([0.6, 0.3, 0.1])
    """

    source: ClassVar[str] = "Saaty 1980; Forman and Peniwati 1998 (several experts)"
    key: ClassVar[str] = "judgements"
    method: Literal["ahp"]
    judgements: Annotated[dict[Code, Judgement], Field(min_length=1)]
    """By parent, or `composite`: the order of the children and the matrix of one or several experts."""
    combine: Literal["judgements", "priorities"] = "judgements"
    """What of several experts the geometric mean is taken of: their judgements or their priorities."""
    random_index: Literal["saaty_1980", "saaty_newer"] | list[Annotated[Number, Field(ge=0)]] = "saaty_1980"
    """The random index: a table by name, or a list for 1, 2, 3, … children."""
    accept_inconsistent: StrictBool = False
    """Whether judgements with a consistency ratio above 0.1 are accepted with a warning."""

    @model_validator(mode="after")
    def _consistent(self) -> "Ahp":
        found: list[tuple[Path, PydanticCustomError, object]] = []
        for parent, judged in self.judgements.items():
            count, known = len(judged.children), len(self._index)
            if count > known or (count > 2 and self._index[count - 1] <= 0):
                lacks = "methods.no_random_index" if count > known else "methods.random_index_zero"
                refused = refuse(lacks, expected=count, found=known)
                found.append((("judgements", parent, "children"), refused, judged.children))
                continue
            for at, matrix in judged.by_expert:
                ratio = self.consistency(np.array(matrix)).cr
                if ratio > MOST_INCONSISTENT and not self.accept_inconsistent:
                    refused = refuse("methods.inconsistent", found=f"{ratio:.3f}", limit=MOST_INCONSISTENT)
                    found.append((("judgements", parent, *at), refused, matrix))
        if found:
            raise _located(found)
        return self

    @property
    def _index(self) -> tuple[float, ...]:
        index = self.random_index
        return RANDOM_INDEX[index] if isinstance(index, str) else tuple(index)

    def named(self) -> dict[str, tuple[str, ...]]:
        """Return the children of each matrix."""
        return {parent: tuple(judged.children) for parent, judged in self.judgements.items()}

    def consistency(self, matrix: Array) -> Consistency:
        """Return priorities and consistency of a matrix (n, n)."""
        count = len(matrix)
        # reciprocal to the last digit, also where fractions were given as decimals
        exact = np.sqrt(matrix) / np.sqrt(matrix.T)
        values, vectors = np.linalg.eig(exact)
        at = int(np.argmax(values.real))
        priorities = np.abs(vectors[:, at].real)
        ci = max(0.0, (float(values[at].real) - count) / (count - 1))
        cr = ci / self._index[count - 1] if count > 2 else 0.0
        return Consistency(priorities / priorities.sum(), float(values[at].real), ci, cr)

    def priorities(self, parent: str) -> tuple[Array, dict[str, Any], tuple[Fault, ...]]:
        """Return the weights with λmax, CI and CR, of every expert where there are several."""
        judged = self.judgements[parent]
        single = {str(at[-1]): self.consistency(np.array(matrix)) for at, matrix in judged.by_expert}
        details: dict[str, Any] = {"children": list(judged.children)}
        if self.combine == "judgements":
            logarithms = np.mean([np.log(np.array(matrix)) for _, matrix in judged.by_expert], axis=0)
            group = self.consistency(np.exp(logarithms))
            weights = group.priorities
            details |= group.plain()
        else:
            weights = np.exp(np.mean([np.log(own.priorities) for own in single.values()], axis=0))
            weights = weights / weights.sum()
            details["weights"] = weights.tolist()
        details["experts"] = {name: own.plain() for name, own in single.items()}
        worst = max(own.cr for own in single.values())
        warnings = (Fault("scoring.inconsistent", {"found": f"{worst:.3f}", "limit": MOST_INCONSISTENT}),)
        return weights, details, warnings if worst > MOST_INCONSISTENT else ()


# Points


class BudgetAllocation(_Judged):
    """Budget allocation: every expert shares points out among the children; w_j = (1/m)·Σ_e p_ej/Σ_j p_ej.

    Each expert counts the same, however many points they gave in all.

    >>> points = {"wang": {"air": 60, "water": 40}, "li": {"air": 2, "water": 8}}
    >>> BudgetAllocation(method="budget_allocation", points={"composite": points}).priorities("composite")[0]
    array([0.4, 0.6])
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 6.2 (budget allocation process)"
    key: ClassVar[str] = "points"
    method: Literal["budget_allocation"]
    points: Annotated[
        dict[Code, Annotated[dict[str, dict[Code, Annotated[Number, Field(ge=0)]]], Field(min_length=1)]],
        Field(min_length=1),
    ]
    """By parent, or `composite`, and expert: the points of each child, not negative."""

    @model_validator(mode="after")
    def _complete(self) -> "BudgetAllocation":
        found: list[tuple[Path, PydanticCustomError, object]] = []
        for parent, experts in self.points.items():
            named = self.named()[parent]
            for expert, own in experts.items():
                at: Path = ("points", parent, expert)
                if left := [child for child in named if child not in own]:
                    found.append((at, refuse("methods.points_left_out", found=", ".join(left)), own))
                elif sum(own.values()) <= 0:
                    found.append((at, refuse("methods.no_points"), own))
        if found:
            raise _located(found)
        return self

    def named(self) -> dict[str, tuple[str, ...]]:
        """Return the children that any expert gave points to, in the order in which they are named."""
        return {
            parent: tuple(dict.fromkeys(child for own in experts.values() for child in own))
            for parent, experts in self.points.items()
        }

    def priorities(self, parent: str) -> tuple[Array, dict[str, Any], tuple[Fault, ...]]:
        """Return the mean share of each child, with the shares of the experts and how far they lie apart."""
        named = self.named()[parent]
        shares = np.array([_shares(own, named) for own in self.points[parent].values()])
        spread = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.zeros(len(named))
        details = {
            "children": list(named),
            "experts": dict(zip(self.points[parent], shares.tolist(), strict=True)),
            "spread": spread.tolist(),
            "least": shares.min(axis=0).tolist(),
            "most": shares.max(axis=0).tolist(),
        }
        return shares.mean(axis=0), details, ()


def _shares(points: Mapping[str, float], children: Iterable[str]) -> Array:
    own = np.array([points[child] for child in children])
    # the sum of very large numbers would be infinite
    own = own / own.max()
    return np.asarray(own / own.sum())


def _located(found: list[tuple[Path, PydanticCustomError, object]]) -> ValidationError:
    """Return one error of several, each with its keys below the model that is checked."""
    return ValidationError.from_exception_data("judged", [
        InitErrorDetails(type=error, loc=at, input=given) for at, error, given in found
    ])  # fmt: skip
