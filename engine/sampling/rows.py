"""Rows of a table as names are drawn from them: at a temperature, in float32, and cumulative."""

from __future__ import annotations

from itertools import accumulate

import torch

from engine.models.likelihood import Table


class Rows:
    """Float32 rows of the table at a temperature, shape (V,), made when first needed.

    Float32, because that is what the lecture draws from.
    """

    def __init__(self, table: Table, temperature: float) -> None:
        self.table, self.temperature = table, temperature
        self._rows: dict[int, torch.Tensor] = {}
        self._sums: dict[int, list[float]] = {}

    def __getitem__(self, i: int) -> torch.Tensor:
        if i not in self._rows:
            self._rows[i] = tempered(self.table.row(i), self.temperature).float()
        return self._rows[i]

    def cumulative(self, i: int) -> list[float]:
        """Cumulative sums of a row in float64, divided by the last one."""
        if i not in self._sums:
            sums = list(accumulate(self[i].double().tolist()))
            self._sums[i] = [s / sums[-1] for s in sums]
        return self._sums[i]


def tempered(row: list[float], temperature: float) -> torch.Tensor:
    """p^(1/T), normalised, shape (V,), float64."""
    p = torch.tensor(row, dtype=torch.float64)
    if temperature == 1:
        return p
    log_p = p.log()
    # Shifted first, so that no temperature, however low, makes every entry −∞.
    return torch.softmax((log_p - log_p.max()) / temperature, 0)
