"""Drawing names from a model, in two ways.

`lecture` takes one float64 uniform u a draw and looks it up in the cumulative row: the names of the
lecture, which came from torch 1.x, come back exactly, on every torch version and device. `torch` is
`torch.multinomial` as installed, whose results have changed between versions.

A few names are drawn one by one, and so are all names of `torch`. Many names of `lecture` are drawn
in lanes (see `engine.sampling.lanes`): the same names, a hundred times as fast. Of an alphabet of
more than a thousand symbols all are drawn one by one: lanes take a row of each symbol.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch

from engine.limits import check
from engine.models.likelihood import Context, Model, before, steps
from engine.protocol import Refusal, Sample, SampledName, Tally
from engine.records import record
from engine.sampling.batch import Batch
from engine.sampling.lot import MOST_SYMBOLS, Lot
from engine.sampling.paths import have_room
from engine.sampling.rows import Rows
from engine.text.symbols import shown
from engine.words.dataset import Words
from engine.words.finding import spelled
from engine.words.membership import Known

BLOCK = 64
"""Uniforms drawn at once; bit for bit the same numbers as one by one."""

FEW = 500
"""Up to so many names are drawn one by one."""

FEW_LONGER = 30
"""The same above order 2, where it takes many times as long to make a row as to look into it."""

LOT = 100
"""Most names drawn one by one before they are handed over."""

PATIENCE = 0.05
"""Seconds of drawing one by one after which the names there are are handed over."""

Draw = Callable[[Context], int]
"""From the symbols before to the index of the next."""


@record
class Part:
    """Some names of a request, and the tally of all so far."""

    names: tuple[SampledName, ...]
    tally: Tally


def sample(model: Model, words: Words | Known | None, command: Sample) -> Iterator[SampledName]:
    """Draw names one by one; the caller may stop between any two.

    Raises:
        Refusal: temperature, number, seed or prefix is not usable.
    """
    for part in filter(None, parts(model, words, command)):
        yield from part.names


def parts(model: Model, words: Words | Known | None, command: Sample) -> Iterator[Part | None]:
    """Draw names, some at a time; of more than are to be listed only the tally is given.

    Without words it is not told which names are among them.

    Between pieces of what takes long nothing is yielded.

    Raises:
        Refusal: temperature, number, seed or prefix is not usable.
    """
    check_sample(model, command)
    known = Known.of(words) if isinstance(words, Words) else words
    tally = Tally()
    for lot in lots(model, command):
        if lot is None:
            yield None
            continue
        is_known = None if known is None else known.mark(lot.names)
        room = len(lot.names) if command.listed is None else command.listed - tally.names
        tally = lot.added_to(tally, is_known)
        yield Part(lot.described(is_known, max(0, room)), tally)


def check_sample(model: Model, command: Sample, number: str = "number") -> None:
    """Refuse what names cannot be drawn with.

    Args:
        model: that they are to be drawn from.
        command: how.
        number: the setting that says how many there may be.
    """
    check(number, command.number)
    for name in ("temperature", "seed", "sampler"):
        check(name, getattr(command, name))
    if unknown := model.vocabulary.unknown(command.prefix):
        meant = spelled(command.prefix, model.vocabulary.indices)
        raise Refusal(
            f"The prefix holds {' '.join(map(shown, unknown))}, which no word of these data holds"
            + (f"; did you mean {meant}?" if meant else ".")
        )
    if len(command.prefix) > MOST_SYMBOLS:
        raise Refusal(f"The prefix has {len(command.prefix):,} symbols; at most 1,000 are taken.")
    if model.dots < model.order - 1:
        raise Refusal(
            f"With dots {model.dots}, order {model.order} does not say how a name begins; draw "
            f"with dots {model.order - 1}."
        )


def uniform(generator: torch.Generator) -> float:
    """Draw one float64 number from [0, 1), as `lecture` does for each symbol."""
    return float(torch.rand((), generator=generator, dtype=torch.float64).item())


def multinomial(row: torch.Tensor, generator: torch.Generator) -> int:
    """Draw an index as the lecture does, with the torch that is installed."""
    return int(torch.multinomial(row, 1, replacement=True, generator=generator).item())


def lots(model: Model, command: Sample) -> Iterator[Lot | None]:
    """Draw names that `check_sample` does not refuse; between pieces of what takes long, `None`."""
    rows = Rows(model, command.temperature)
    if command.sampler == "torch":
        generator = torch.Generator().manual_seed(command.seed)
        draw: Draw = lambda context: multinomial(rows[context], generator)  # noqa: E731
        yield from _singly(rows, command, draw, command.number)
    elif command.number <= _few(model):
        draw = _lecture(rows, torch.Generator().manual_seed(command.seed))
        yield from _singly(rows, command, draw, command.number)
    else:
        batch = Batch(rows, command)
        yield from batch.lots()
        draw = _lecture(rows, batch.generator, batch.uniforms)
        yield from _singly(rows, command, draw, batch.left, batch.begun)


def _few(model: Model) -> float:
    """Up to how many names are drawn one by one."""
    if not have_room(len(model.vocabulary)):
        return math.inf
    return FEW if model.order <= 2 else FEW_LONGER


def _lecture(rows: Rows, generator: torch.Generator, unused: Sequence[float] = ()) -> Draw:
    """Look u up in the cumulative row; numbers not used before come first."""
    uniforms = list(reversed(unused))

    def draw(context: Context) -> int:
        """Drop the next number, as large as 0 and below 1, on the cumulative row of a context."""
        if not uniforms:
            block = torch.rand(BLOCK, generator=generator, dtype=torch.float64).tolist()
            uniforms.extend(reversed(block))
        return bisect_left(rows.cumulative(context), uniforms.pop())

    return draw


def _singly(
    rows: Rows, command: Sample, draw: Draw, number: int, begun: Sequence[int] = ()
) -> Iterator[Lot]:
    """Draw names one by one; the first one may have begun already."""
    model = rows.model
    prefix = model.vocabulary.encode(command.prefix)
    names: list[tuple[list[int], bool]] = []
    last = time.perf_counter()
    for done in range(1, number + 1):
        indices = [*prefix, *begun]
        begun = ()
        names.append((indices, not _finish(indices, before(indices, model.order), draw)))
        due = len(names) == LOT or time.perf_counter() - last > PATIENCE
        if due or done == number:
            yield _weighed(rows, names)
            names = []
            last = time.perf_counter()


def _finish(indices: list[int], context: Context, draw: Draw) -> bool:
    """Append symbols until the boundary is drawn; False if the limit was reached first."""
    while len(indices) < MOST_SYMBOLS:
        symbol = draw(context)
        if symbol == 0:
            return True
        indices.append(symbol)
        context = (*context, symbol)[1:]
    return False


def _weighed(rows: Rows, names: list[tuple[list[int], bool]]) -> Lot:
    """Spell names, and sum up their likelihood."""
    log, model = rows.log_row, rows.model
    weights = [
        math.fsum(log(context)[symbol] for context, symbol in steps(indices, model))
        for indices, _ in names
    ]
    return Lot(
        [model.vocabulary.decode(indices) for indices, _ in names],
        np.array(weights),
        np.array([len(indices) + 1 for indices, _ in names]),
        [is_cut for _, is_cut in names],
    )
