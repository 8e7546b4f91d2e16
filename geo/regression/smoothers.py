"""Smoothers of a single column, for any bandwidth: weights are made block by block where they are used, never kept."""

import numpy as np

from geo.regression import Array
from geo.regression.kernels import Places, Window


class Smoothers:
    """β_i = Σ w_il x_l t_l/Σ w_il x_l² for any bandwidth and column; 0 where the column is 0 all through the window.

    Making the weights of a block anew costs less than reading them back from memory.

    Args:
        places: where units stand.
        x: (n, k) columns.
    """

    def __init__(self, places: Places, x: Array) -> None:
        self.places, self.x = places, x
        self._sums: dict[Window, Array] = {}

    def weight_sums(self, window: Window, term: int) -> Array:
        """Return (n,) Σ w x_j²."""
        if window not in self._sums:
            self._sums[window] = self.product(window, self.x**2)
        return np.asarray(self._sums[window][:, term])

    def smooth(self, window: Window, term: int, target: Array) -> Array:
        """Return (n,) coefficients for a target (n,), or (n, m) for m of them."""
        column = self.x[:, term]
        wide = target.ndim == 2
        table = (column[:, None] if wide else column) * target
        if window in self._sums or wide:
            above, below = self.product(window, table), self.weight_sums(window, term)
        else:
            made = self.product(window, np.column_stack([self.x**2, table]))
            self._sums[window], above = made[:, :-1], made[:, -1]
            below = self._sums[window][:, term]
        spread = below[:, None] if wide else below
        slopes: Array = np.divide(above, spread, out=np.zeros_like(above), where=spread > 0)
        return slopes

    def fit(self, window: Window, term: int, target: Array) -> tuple[Array, Array]:
        """Return fitted values and leverages."""
        column, slopes = self.x[:, term], self.smooth(window, term, target)
        below = self.weight_sums(window, term)
        hat = np.divide(column**2, below, out=np.zeros_like(below), where=below > 0)
        return column * slopes, hat

    def product(self, window: Window, table: Array) -> Array:
        """Return W @ table for (n,) or (n, m)."""
        made = np.empty(table.shape)

        def work(block: slice, weights: Array) -> None:
            made[block] = weights @ table

        self.places.each(window, work)
        return made
