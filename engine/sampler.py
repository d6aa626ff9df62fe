"""Drawing names from a table of bigram probabilities, in two ways.

`lecture` takes one float64 uniform u a draw and looks it up in the cumulative row: the names of the
lecture, which came from torch 1.x, come back exactly, on every torch version and device. `torch` is
`torch.multinomial` as installed, whose results have changed between versions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate

import torch

from engine.dataset import Words
from engine.likelihood import Table, nll
from engine.limits import check
from engine.protocol import Refusal, Sample, SampledName

MOST_SYMBOLS = 1_000
"""A name is stopped here: from an untrained table at a low temperature it might never end."""

BLOCK = 64
"""Uniforms drawn at once; bit for bit the same numbers as one by one."""

Draw = Callable[[int], int]
"""From the index of a symbol to that of the next."""


def sample(table: Table, words: Words, command: Sample) -> Iterator[SampledName]:
    """Draw names one by one; the caller may stop between any two.

    Raises:
        Refusal: temperature, number, seed or prefix is not usable.
    """
    for name in ("temperature", "number", "seed", "sampler"):
        check(name, getattr(command, name))
    vocabulary = table.counts.vocabulary
    if unknown := vocabulary.unknown(command.prefix):
        raise Refusal(f"The prefix holds {' '.join(unknown)}, which no word of these data holds.")
    if len(command.prefix) > MOST_SYMBOLS:
        raise Refusal(f"The prefix has {len(command.prefix):,} symbols; at most 1,000 are taken.")
    draw = draws(table, command)
    for _ in range(command.number):
        indices = vocabulary.encode(command.prefix)
        is_cut = not _finish(indices, draw)
        name = vocabulary.decode(indices)
        yield SampledName(name, nll(name, table), name in words, is_cut)


def draws(table: Table, command: Sample) -> Draw:
    """Open the generator: a function that draws the next symbol."""
    generator = torch.Generator().manual_seed(command.seed)
    kind = _lecture if command.sampler == "lecture" else _multinomial
    return kind(_Rows(table, command.temperature), generator)


def _finish(indices: list[int], draw: Draw) -> bool:
    """Append symbols until the boundary is drawn; False if the limit was reached first."""
    at = indices[-1] if indices else 0
    while len(indices) < MOST_SYMBOLS:
        at = draw(at)
        if at == 0:
            return True
        indices.append(at)
    return False


class _Rows:
    """Float32 rows of the table at a temperature, shape (V,), made when first needed."""

    def __init__(self, table: Table, temperature: float) -> None:
        self.table, self.temperature = table, temperature

    def __getitem__(self, i: int) -> torch.Tensor:
        p = torch.tensor(self.table.row(i), dtype=torch.float64)
        if self.temperature != 1:
            log_p = p.log()
            # Shifted first, so that no temperature, however low, makes every entry −∞.
            p = torch.softmax((log_p - log_p.max()) / self.temperature, 0)
        return p.float()


def _lecture(rows: _Rows, generator: torch.Generator) -> Draw:
    cumulative: dict[int, list[float]] = {}
    uniforms: list[float] = []

    def draw(i: int) -> int:
        if i not in cumulative:
            sums = list(accumulate(rows[i].double().tolist()))
            cumulative[i] = [s / sums[-1] for s in sums]
        if not uniforms:
            block = torch.rand(BLOCK, generator=generator, dtype=torch.float64).tolist()
            uniforms.extend(reversed(block))
        return bisect_left(cumulative[i], uniforms.pop())

    return draw


def _multinomial(rows: _Rows, generator: torch.Generator) -> Draw:
    made: dict[int, torch.Tensor] = {}

    def draw(i: int) -> int:
        if i not in made:
            made[i] = rows[i]
        return int(torch.multinomial(made[i], 1, replacement=True, generator=generator).item())

    return draw
