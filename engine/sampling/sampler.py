"""Drawing names from a table of bigram probabilities, in two ways.

`lecture` takes one float64 uniform u a draw and looks it up in the cumulative row: the names of the
lecture, which came from torch 1.x, come back exactly, on every torch version and device. `torch` is
`torch.multinomial` as installed, whose results have changed between versions.

A few names are drawn one by one, and so are all names of `torch`. Many names of `lecture` are drawn
in lanes (see `engine.sampling.lanes`): the same names, a hundred times as fast.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import torch

from engine.limits import check
from engine.models.likelihood import Table
from engine.protocol import Refusal, Sample, SampledName, Tally
from engine.records import record
from engine.sampling.batch import Batch
from engine.sampling.lot import MOST_SYMBOLS, Lot
from engine.sampling.rows import Rows
from engine.text.symbols import shown
from engine.words.dataset import Words
from engine.words.finding import spelled
from engine.words.membership import Known

BLOCK = 64
"""Uniforms drawn at once; bit for bit the same numbers as one by one."""

FEW = 500
"""Up to so many names are drawn one by one."""

LOT = 100
"""Most names drawn one by one before they are handed over."""

PATIENCE = 0.05
"""Seconds of drawing one by one after which the names there are are handed over."""

Draw = Callable[[int], int]
"""From the index of a symbol to that of the next."""


@record
class Part:
    """Some names of a request, and the tally of all so far."""

    names: tuple[SampledName, ...]
    tally: Tally


def sample(table: Table, words: Words | Known, command: Sample) -> Iterator[SampledName]:
    """Draw names one by one; the caller may stop between any two.

    Raises:
        Refusal: temperature, number, seed or prefix is not usable.
    """
    for part in parts(table, words, command):
        yield from part.names


def parts(table: Table, words: Words | Known, command: Sample) -> Iterator[Part]:
    """Draw names, some at a time; of more than are to be listed only the tally is given.

    Raises:
        Refusal: temperature, number, seed or prefix is not usable.
    """
    check_sample(table, command)
    known = words if isinstance(words, Known) else Known(words)
    tally = Tally()
    for lot in _lots(table, command):
        is_known = known.mark(lot.names)
        room = len(lot.names) if command.listed is None else command.listed - tally.names
        tally = lot.added_to(tally, is_known)
        yield Part(lot.described(is_known, max(0, room)), tally)


def check_sample(table: Table, command: Sample) -> None:
    """Refuse what names cannot be drawn with."""
    for name in ("temperature", "number", "seed", "sampler"):
        check(name, getattr(command, name))
    if unknown := table.counts.vocabulary.unknown(command.prefix):
        meant = spelled(command.prefix, table.counts.vocabulary.indices)
        raise Refusal(
            f"The prefix holds {' '.join(map(shown, unknown))}, which no word of these data holds"
            + (f"; did you mean {meant}?" if meant else ".")
        )
    if len(command.prefix) > MOST_SYMBOLS:
        raise Refusal(f"The prefix has {len(command.prefix):,} symbols; at most 1,000 are taken.")


def uniform(generator: torch.Generator) -> float:
    """Draw one float64 number from [0, 1), as `lecture` does for each symbol."""
    return float(torch.rand((), generator=generator, dtype=torch.float64).item())


def multinomial(row: torch.Tensor, generator: torch.Generator) -> int:
    """Draw an index as the lecture does, with the torch that is installed."""
    return int(torch.multinomial(row, 1, replacement=True, generator=generator).item())


def _lots(table: Table, command: Sample) -> Iterator[Lot]:
    rows = Rows(table, command.temperature)
    if command.sampler == "torch":
        generator = torch.Generator().manual_seed(command.seed)
        draw: Draw = lambda i: multinomial(rows[i], generator)  # noqa: E731
        yield from _singly(table, command, draw, command.number)
    elif command.number <= FEW:
        draw = _lecture(rows, torch.Generator().manual_seed(command.seed))
        yield from _singly(table, command, draw, command.number)
    else:
        batch = Batch(table, rows, command)
        yield from batch.lots()
        draw = _lecture(rows, batch.generator, batch.uniforms)
        yield from _singly(table, command, draw, batch.left, batch.pending.tolist())


def _lecture(rows: Rows, generator: torch.Generator, unused: Sequence[float] = ()) -> Draw:
    """Look u up in the cumulative row; numbers not used before come first."""
    uniforms = list(reversed(unused))

    def draw(i: int) -> int:
        """Drop the next number, as large as 0 and below 1, on the cumulative row `i`."""
        if not uniforms:
            block = torch.rand(BLOCK, generator=generator, dtype=torch.float64).tolist()
            uniforms.extend(reversed(block))
        return bisect_left(rows.cumulative(i), uniforms.pop())

    return draw


def _singly(
    table: Table, command: Sample, draw: Draw, number: int, begun: Sequence[int] = ()
) -> Iterator[Lot]:
    """Draw names one by one; the first one may have begun already."""
    prefix = table.counts.vocabulary.encode(command.prefix)
    names: list[tuple[list[int], bool]] = []
    last = time.perf_counter()
    for done in range(1, number + 1):
        indices = [*prefix, *begun]
        begun = ()
        names.append((indices, not _finish(indices, draw)))
        due = len(names) == LOT or time.perf_counter() - last > PATIENCE
        if due or done == number:
            yield _weighed(table, names)
            names = []
            last = time.perf_counter()


def _finish(indices: list[int], draw: Draw) -> bool:
    """Append symbols until the boundary is drawn; False if the limit was reached first."""
    at = indices[-1] if indices else 0
    while len(indices) < MOST_SYMBOLS:
        at = draw(at)
        if at == 0:
            return True
        indices.append(at)
    return False


def _weighed(table: Table, names: list[tuple[list[int], bool]]) -> Lot:
    """Spell names, and sum up their likelihood."""
    vocabulary, log = table.counts.vocabulary, table.log_probability
    pairs = [list(pairwise([0, *indices, 0])) for indices, _ in names]
    return Lot(
        [vocabulary.decode(indices) for indices, _ in names],
        np.array([math.fsum(log(i, j) for i, j in steps) for steps in pairs]),
        np.array([len(steps) for steps in pairs]),
        [is_cut for _, is_cut in names],
    )
