"""Measures drawing names against the lecture's loop: `python -m tests.bench.sampling`.

Both loops draw letter by letter, as the lecture does: with `torch.multinomial` as it stands in the
notebook, and, for the very names of `lecture`, with one uniform looked up in the cumulative row.
The batch draws, spells, weighs and checks every name against the dataset; the loops only spell.
Names of longer contexts are drawn as a batch, too. A stream draws and spells alone, as
`makemore-tui sample --save` does; beside it stand its limits: the numbers that one generator draws,
and the look-ups of one thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import torch

from engine.models.counts import count_all
from engine.models.likelihood import CountTable
from engine.models.ngrams import contexts
from engine.models.ngrams.levels import Levels
from engine.models.ngrams.model import CountModel
from engine.models.ngrams.smoothing import AddK
from engine.protocol import LECTURE_SEED, MOST_ORDER, Sample
from engine.sampling.guide import Guide
from engine.sampling.paths import Paths
from engine.sampling.rows import Rows
from engine.sampling.sampler import parts, sample
from engine.sampling.stream import stream
from engine.words.corpus.counting import cores
from engine.words.dataset import finish, load_all
from engine.words.membership import Known
from engine.words.order import encode

LOOP = 3_000
"""Names the loops draw; a million would take them minutes."""

BATCH = 1_000_000

STREAM = 20_000_000

BLOCK = (8192, 128)
"""Lanes and steps of a block of a stream."""

LONGER = 10_000
"""Names of each order above 2, which must first find the contexts they lead through."""


def lecture_loop(itos: tuple[str, ...], draw: Callable[[int], int]) -> list[str]:
    """Spell names letter by letter until the boundary is drawn."""
    names = []
    for _ in range(LOOP):
        out, ix = [], 0
        while True:
            ix = draw(ix)
            if ix == 0:
                break
            out.append(itos[ix])
        names.append("".join(out))
    return names


@dataclass(frozen=True)
class Measured:
    """Microseconds a letter, and what the batch made."""

    loops: dict[str, float]
    """By the way in which a letter is drawn."""
    batch: float
    seconds: float
    """How long the whole batch took."""
    is_same: bool
    """Whether the batch begins with the very names of the loop that uses its numbers."""


def measure() -> Measured:
    """Draw names in the lecture's loop, in two ways, and as a batch."""
    torch.set_num_threads(1)
    dataset = load_all(None)
    counts = count_all(dataset.words, dataset.vocabulary)
    table, itos = CountTable(counts, 1.0), dataset.vocabulary.symbols
    p = torch.tensor([table.row((i,)) for i in range(len(itos))], dtype=torch.float64).float()
    sums = p.double().cumsum(1)
    sums = sums / sums[:, -1:]
    g = torch.Generator()

    def multinomial(i: int) -> int:
        """Draw as the notebook does."""
        return int(torch.multinomial(p[i], num_samples=1, replacement=True, generator=g).item())

    def look_up(i: int) -> int:
        """Look one uniform number up in the cumulative row."""
        u = torch.rand((), generator=g, dtype=torch.float64)
        return int(torch.searchsorted(sums[i], u).item())

    loops = {}
    for name, draw in (("torch.multinomial", multinomial), ("rand, searchsorted", look_up)):
        g.manual_seed(LECTURE_SEED)
        start = time.perf_counter()
        names = lecture_loop(itos, draw)
        letters = sum(map(len, names)) + len(names)
        loops[name] = (time.perf_counter() - start) / letters * 1e6
    is_same = [name.name for name in sample(table, dataset.words, Sample(number=LOOP))] == names

    known = Known.of(dataset.words)
    start = time.perf_counter()
    *_, last = filter(None, parts(table, known, Sample(number=BATCH, listed=10_000)))
    seconds = time.perf_counter() - start
    letters = last.tally.symbols + last.tally.names
    return Measured(loops, seconds / letters * 1e6, seconds, is_same)


def measure_longer() -> dict[int, float]:
    """Draw names of the orders above 2, k = 0.1; seconds by order, counting left out."""
    dataset = load_all(None)
    words, known = finish(encode(dataset)), Known.of(dataset.words)
    seconds = {}
    for order in range(3, MOST_ORDER + 1):
        model = CountModel(Levels(contexts.count_all(words, dataset.vocabulary, order)), AddK(0.1))
        start = time.perf_counter()
        for _ in parts(model, known, Sample(number=LONGER)):
            pass
        seconds[order] = time.perf_counter() - start
    return seconds


@dataclass(frozen=True)
class Streamed:
    """Millions a second."""

    names: dict[int, float]
    """Names of a stream, by the threads that it may use."""
    letters: float
    """Letters of each name, its end included."""
    numbers: float
    """Random numbers of one thread, float64."""
    lookups: float
    """Look-ups of one thread."""


def measure_stream() -> Streamed:
    """Draw a stream of names of the bigrams, and what it is made of."""
    dataset = load_all(None)
    table = CountTable(count_all(dataset.words, dataset.vocabulary), 1.0)
    names, letters = {}, 0
    for hands in (1, cores()):
        letters, start = 0, time.perf_counter()
        for piece in filter(None, stream(table, Sample(number=STREAM), hands)):
            letters += len(piece.text)
        names[hands] = STREAM / (time.perf_counter() - start) / 1e6
    generator, (lanes, steps) = torch.Generator().manual_seed(LECTURE_SEED), BLOCK
    numbers, lookups = [], []
    guide = Guide(Paths(Rows(table, 1.0), []))
    for _ in range(9):
        start = time.thread_time()
        u = torch.rand(lanes * steps, generator=generator, dtype=torch.float64).numpy()
        between = time.thread_time()
        guide.walk(u, lanes)
        numbers.append(between - start)
        lookups.append(time.thread_time() - between)
    rate = lanes * steps / 1e6
    return Streamed(names, letters / STREAM, rate / median(numbers), rate / median(lookups))


def main() -> None:
    """Print microseconds a letter, and how many times as fast the batch is."""
    found = measure()
    for name, loop in found.loops.items():
        print(f"{name:<20} {loop:8.3f} µs a letter")  # noqa: T201
    batch = f"{found.batch:8.3f} µs a letter, {BATCH:,} names in {found.seconds:.2f} s"
    print(f"{'batch':<20} {batch}")  # noqa: T201
    for name, loop in found.loops.items():
        print(f"{loop / found.batch:6.0f} times as fast as {name}")  # noqa: T201
    print(f"the same {LOOP:,} names as the loop: {found.is_same}")  # noqa: T201
    print(f"batch: {BATCH / found.seconds / 1e6:.2f}M names a second")  # noqa: T201
    streamed = measure_stream()
    for hands, rate in streamed.names.items():
        print(f"stream, {hands} threads: {rate:.2f}M names a second")  # noqa: T201
    for name, rate in (("random numbers", streamed.numbers), ("look-ups", streamed.lookups)):
        limit = f"{rate:.0f}M a second, {rate / streamed.letters:.1f}M names"
        print(f"{name} of one thread: {limit}")  # noqa: T201
    for order, seconds in measure_longer().items():
        print(f"order {order}: {LONGER:,} names in {seconds:.2f} s")  # noqa: T201


if __name__ == "__main__":
    main()
