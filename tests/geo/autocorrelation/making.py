"""Neighbours from a matrix, by the rule for tables: the road that a user's own links take."""

import numpy as np
import pandas as pd

from geo.neighbours import Ground, Neighbours, Table, find_neighbours


def codes(count: int) -> list[str]:
    return [f"u{at:04d}" for at in range(count)]


def linked(matrix: np.ndarray, standardisation: str = "row") -> Neighbours:
    """Neighbours whose strengths are a dense matrix, unit i being the i-th code."""
    names = codes(len(matrix))
    rows, columns = np.nonzero(matrix)
    table = pd.DataFrame(
        {"from": [names[j] for j in columns], "to": [names[i] for i in rows], "value": matrix[rows, columns]}
    )
    rule = Table(rule="table", table="links", standardisation=standardisation)
    return find_neighbours(rule, Ground.of(names, tables={"links": table}))


def by_code(values: np.ndarray) -> pd.Series:
    return pd.Series(np.asarray(values), index=codes(len(values)))


def line(count: int) -> np.ndarray:
    """Units in a row, each next to the one before and the one after."""
    return np.eye(count, k=1) + np.eye(count, k=-1)


def grid(side: int) -> np.ndarray:
    """Units on a square board that share an edge."""
    one, unit = line(side), np.eye(side)
    return np.kron(one, unit) + np.kron(unit, one)


def ring(count: int, reach: int = 2) -> np.ndarray:
    """Units in a ring, each near to so many on both sides, the next stronger than the one after."""
    out = np.zeros((count, count))
    for step in range(1, reach + 1):
        for at in range(count):
            out[at, (at + step) % count] = out[at, (at - step) % count] = 1 / step
    return out
