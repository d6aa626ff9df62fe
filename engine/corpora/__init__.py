"""Corpora counted without being held, and the tables that are left of them: no session, no screen.

What `makemore-tui count` and `makemore-tui add` ask for. Where `torchrun` has started several
processes, each counts its share, and all get the sum; see `engine.corpora.ranks`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from dataclasses import replace

from engine.corpora.ranks import Ranks, shares
from engine.limits import checked_dots
from engine.models.tables import Table as Table
from engine.models.tables import add, kind_of, read, table_of
from engine.protocol import ContextsCounted, DataReport, Progressed
from engine.records import record
from engine.waking import import_torch, is_one_of_several
from engine.words.cleaning import printable
from engine.words.corpus import counting, sources
from engine.words.corpus.hands import Asked, Found
from engine.words.corpus.reading import Unit
from engine.words.corpus.whole import joined
from engine.words.dataset import bundled_path


@record
class Corpus:
    """A corpus that was counted, in figures."""

    report: DataReport
    top: list[tuple[str, str, int]]
    """The most frequent bigrams; none if the table does not hold all."""
    bytes: int
    """Of the text, unpacked."""
    repeats: int | None = None
    """How many words are repetitions of an earlier one, if that was asked for."""
    is_about: bool = False
    """Whether that is an estimate."""
    seconds: float = 0.0
    """That reading and counting took."""
    rank: int = 0
    """Which of several processes this is; the first one writes and prints."""
    bytes_by_rank: tuple[int, ...] = ()
    """Bytes that each of them has counted; nothing if there is one alone."""
    counted: ContextsCounted | None = None
    """Figures of the n-grams, where an order was asked for, or the table is not one of bigrams."""


Steps = Generator[Progressed, None, tuple[Table, Corpus]]
"""A count, as it comes further."""


@record
class Wanted:
    """What is to be known of a corpus."""

    top: int
    """How many of the most frequent bigrams, or n-grams, to give."""
    is_text: bool = False
    """Whether the texts are running text, each line a sequence; else each line is a word."""
    is_whole: bool = False
    """Whether each text is one sequence, its line ends blanks; then it is running text, too."""
    tells_distinct: bool = False
    """Whether to find out how many words are repetitions."""
    order: int | None = None
    """Symbols of an n-gram, 1 to 7; 2 if not given."""
    dots: int | None = None
    """Boundary symbols before each word; order − 1 if not given."""

    @property
    def asked(self) -> Asked:
        """How text is to be counted for that; single symbols by the ends of bigrams."""
        tells_distinct = self.tells_distinct and not self.is_whole
        is_text = self.is_text or self.is_whole
        return Asked(is_text, self.is_whole, tells_distinct, max(2, self.order or 2))


def count(paths: Sequence[str], wanted: Wanted) -> Steps:
    """Count texts, with all cores of this process, saying how far it has come in bytes.

    Args:
        paths: files, folders, patterns, - for standard input; the bundled list if none.
        wanted: what is to be known.

    Raises:
        Refusal: a text cannot be used, or it cannot be counted so.
    """
    paths = paths or [str(bundled_path())]
    checked_dots(wanted.order or 2, wanted.dots)
    if is_one_of_several():
        return (yield from _count_together(paths, wanted))
    began = time.perf_counter()
    found_sources, hands = sources.find(paths), counting.cores()
    units = counting.units_of(found_sources, hands)
    found = yield from counting.count(found_sources, units, wanted.asked, hands)
    return _made(found_sources, units, found, wanted, began)


def _count_together(paths: Sequence[str], wanted: Wanted) -> Steps:
    # Of a store that is gone a sentence is said; torch would print its own stack before it.
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    import_torch()
    ranks = Ranks()
    with ranks.watched():
        began = time.perf_counter()
        found_sources = ranks.find(paths)
        hands = max(1, counting.cores() // ranks.neighbours)
        units = counting.units_of(found_sources, hands * ranks.world)
        own = shares(units, found_sources, ranks.world)[ranks.rank]
        found = yield from _count_share(ranks, found_sources, own, wanted.asked, hands)
        by_rank = tuple(ranks.bytes_by_rank(found))
        whole = ranks.together(found)
        table, corpus = _made(found_sources, units, whole, wanted, began)
        return table, replace(corpus, rank=ranks.rank, bytes_by_rank=by_rank)


def _count_share(
    ranks: Ranks,
    found_sources: Sequence[sources.Source],
    units: Sequence[Unit],
    asked: Asked,
    hands: int,
) -> Generator[Progressed, None, Found]:
    """Count the units of this process, and wait until all have counted theirs."""
    total = sum(source.size for source in found_sources)
    if units:
        ranks.tell(found_sources[units[0].source].shown)
    steps = counting.count(found_sources, units, asked, hands, begin=ranks.begin)
    try:
        while True:
            done = ranks.come_further(next(steps).done)
            yield Progressed("counting", done, max(done, total))
    except StopIteration as stop:
        found: Found = stop.value
    finally:
        steps.close()
    ranks.agree()
    return found


def _made(
    found_sources: Sequence[sources.Source],
    units: Sequence[Unit],
    found: Found,
    wanted: Wanted,
    began: float,
) -> tuple[Table, Corpus]:
    """Make a table of what was found in all units; it began at that time."""
    asked = wanted.asked
    if asked.is_whole:
        found.tally.join(joined(units, found.edges, asked.order))
    hint = counting.check(found_sources, found, is_text=asked.is_text or asked.is_whole)
    texts = counting.texts(units, found)
    order = wanted.order or 2
    dots = checked_dots(order, wanted.dots)
    whole, kind = found.tally, kind_of(is_text=asked.is_text, is_whole=asked.is_whole)
    table = table_of(whole.ends(order), texts, kind, dots)
    seconds = time.perf_counter() - began
    # What was counted holds all bigrams, though the table may not.
    counts = table_of(whole.ends(2), texts, kind).counts
    distinct = whole.distinct
    is_asked = wanted.order is not None or wanted.dots is not None
    return table, Corpus(
        table.report(_named(found_sources), counts, hint),
        counts.top(wanted.top),
        sum(text.bytes for text in texts),
        None if distinct is None else max(0, whole.words - distinct.number),
        distinct is not None and not distinct.is_exact,
        seconds,
        counted=table.counted(wanted.top) if is_asked else None,
    )


def _named(found: Sequence[sources.Source]) -> str:
    return found[0].shown if len(found) == 1 else f"{len(found):,} files"


def unite(paths: Sequence[str], top: int) -> tuple[Table, Corpus]:
    """Add table files.

    Raises:
        Refusal: one is no table file, or they cannot be added.
    """
    table = read(paths[0])
    for path in paths[1:]:
        table = add(table, read(path))
    counts = table.counts if table.has_bigrams else None
    named = printable(paths[0]) if len(paths) == 1 else f"{len(paths):,} tables"
    return table, Corpus(
        table.report(named, counts),
        [] if counts is None else counts.top(top),
        sum(text.bytes for text in table.texts),
        counted=None if (table.order, table.dots) == (2, 1) else table.counted(top),
    )
