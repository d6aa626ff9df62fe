"""Rows of a model as names are drawn from them: at a temperature, in float32, and cumulative."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.likelihood import Batched, Context, Model, logs
from engine.protocol import Refusal
from engine.text.symbols import shown

Floats = NDArray[np.float64]

MOST_KEPT = 1 << 20
"""Probabilities that are kept: some 50 MB, all those of bigrams of a thousand symbols."""


class Rows:
    """Float32 rows of a model at a temperature, shape (V,), made when first needed.

    Float32, because that is what the lecture draws from.
    """

    def __init__(self, model: Model, temperature: float) -> None:
        self.model, self.temperature = model, temperature
        self._batched = model if isinstance(model, Batched) else None
        size = len(model.vocabulary)
        self._most = max(1, MOST_KEPT // size)
        self._rows: dict[Context, torch.Tensor] = {}
        self._sums: dict[Context, list[float]] = {}
        self._logs: dict[Context, Sequence[float]] = {}

    def __getitem__(self, context: Context) -> torch.Tensor:
        """Probabilities to draw from; Refusal if nothing can follow."""
        try:
            return self._rows[context]
        except KeyError:
            pass
        row = self._made(context)
        if not row.any():
            text = "".join(map(shown, self.model.vocabulary.decode(context)))
            raise Refusal(
                f"No word that was counted goes on after {text}, and nothing can be drawn there; "
                "take other symbols, or a smoothing above 0."
            )
        if len(self._rows) >= self._most:
            self._rows.clear()
            self._sums.clear()
        self._rows[context] = row
        return row

    def probability(self, context: Context, symbol: int) -> float:
        """Chance of a symbol, be it 0 as all others are."""
        row = self._rows.get(context)
        return float((self._made(context) if row is None else row)[symbol])

    def cumulative(self, context: Context) -> list[float]:
        """Cumulative sums of a row in float64, divided by the last one; Refusal as for the row."""
        try:
            return self._sums[context]
        except KeyError:
            pass
        sums = np.cumsum(self[context].double().numpy())
        found: list[float] = (sums / sums[-1]).tolist()
        self._sums[context] = found
        return found

    def log_row(self, context: Context) -> Sequence[float]:
        """Log probabilities of a row at temperature 1, nats."""
        try:
            return self._logs[context]
        except KeyError:
            pass
        if len(self._logs) >= self._most:
            self._logs.clear()
        found = self._logs[context] = self.model.log_row(context)
        return found

    def _made(self, context: Context) -> torch.Tensor:
        # By numpy, which reads a list of thousands in half the time.
        row = torch.from_numpy(np.array(self.model.row(context)))
        return tempered(row, self.temperature).float()

    def ends(self, contexts: Sequence[Context]) -> list[Context]:
        """As much of the end of each context as has a say in what follows, a symbol at least."""
        if self._batched is None:
            return list(contexts)
        lengths = self._batched.known(contexts)
        return [context[-max(1, n) :] for context, n in zip(contexts, lengths, strict=True)]

    def many(self, contexts: Sequence[Context]) -> tuple[Floats, Floats]:
        """Give many rows at once; they are not kept.

        Returns:
            Their cumulative sums, without meaning where nothing can follow, and their logs at
            temperature 1, nats; shape (contexts, V) each.
        """
        if self._batched is not None:
            p = self._batched.rows(contexts)
            log_p = np.array(logs(p.ravel().tolist())).reshape(p.shape)
        else:
            p = np.array([self.model.row(context) for context in contexts])
            log_p = np.array([self.model.log_row(context) for context in contexts])
        rows = tempered(torch.from_numpy(p), self.temperature).float().double().numpy()
        sums = np.cumsum(rows, 1)
        with np.errstate(invalid="ignore"):
            return sums / sums[:, -1:], log_p


def tempered(p: torch.Tensor, temperature: float) -> torch.Tensor:
    """p^(1/T), normalised row by row, shape (…, V), float64; 0 throughout stays so."""
    if temperature == 1:
        return p
    log_p = p.log()
    # Shifted first, so that no temperature, however low, makes every entry −∞.
    most = log_p.max(-1, keepdim=True).values.clamp_min(-1e300)
    return torch.softmax((log_p - most) / temperature, -1).nan_to_num(0.0)
