"""A corpus counted by all cores: units handed out in order, what each finds added up.

A thread a core: numpy lets go of the interpreter for most of what it does, and hashlib and zlib do,
too. It is kept while counts are added, so where there is much to count, processes do it; see
`tests.bench.counting`. Sums of integers do not depend on who counted what, so neither does the
result.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Sequence
from functools import partial

from engine.protocol import Progressed, Refusal
from engine.records import record
from engine.words import hints
from engine.words.corpus.apart import Apart
from engine.words.corpus.digest import BLOCK, tree
from engine.words.corpus.distinct import Distinct
from engine.words.corpus.grams import Grams
from engine.words.corpus.hands import Asked, Found, Hand
from engine.words.corpus.pairs import check_cells
from engine.words.corpus.reading import READ, Unit, cut
from engine.words.corpus.scan import Tally
from engine.words.corpus.sources import Source
from engine.words.dataset import no_words
from engine.words.opening import empty

SHARES = 16
"""Units a core gets, so that all end at about the same time."""

LARGEST = 1 << 26
"""Bytes of the largest unit."""

APART = 1 << 28
"""Bytes from which processes are quicker than threads, though each takes a while to begin."""

WAIT = 0.1
"""Seconds between two reports."""

PATIENCE = 1.0
"""Seconds that a thread is waited for that was told to end; one may hang in a pipe for ever."""


@record
class Text:
    """What a text that was counted is named by, wherever it lies and however it is packed."""

    bytes: int
    """As it is when unpacked."""
    tree: str
    """Its hash, in hexadecimal; see `engine.words.corpus.digest`."""


class UnitRefused(Refusal):
    """A unit that cannot be counted."""

    def __init__(self, reason: str, unit: int) -> None:
        super().__init__(reason)
        self.unit = unit
        """Its number."""


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def units_of(sources: Sequence[Source], hands: int) -> list[Unit]:
    """Cut sources so that so many can count at once."""
    whole = sum(source.size for source in sources if source.is_plain)
    return cut(sources, min(LARGEST, max(BLOCK, whole // (hands * SHARES))))


def count(
    sources: Sequence[Source],
    units: Sequence[Unit],
    asked: Asked,
    hands: int,
    size: int = READ,
    begin: Callable[[Source], None] = lambda _: None,
) -> Generator[Progressed, None, Found]:
    """Count units, saying how far it has come in bytes of the sources as they lie.

    Args:
        sources: all of them.
        units: those to be counted, in order.
        asked: how.
        hands: threads or processes that count.
        size: bytes read at a time.
        begin: called with the source of each unit that is begun, on the thread that counts it.

    Raises:
        UnitRefused: a source cannot be used; of several units the first.
    """
    hall = _Hall(sources, units, asked, size, begin)
    total = sum(unit.end - unit.start if unit.end else sources[unit.source].size for unit in units)
    hands = max(1, min(hands, len(units)))
    others = hall.work_apart if _pays(sources, asked, total) else hall.work
    threads = [
        threading.Thread(target=others if i else hall.work, name=f"counting {i}", daemon=True)
        for i in range(hands)
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(WAIT)
                yield Progressed("counting", hall.done, max(total, hall.done))
    finally:
        hall.stop()
        for thread in threads:
            thread.join(PATIENCE)
    return hall.found()


def _pays(sources: Sequence[Source], asked: Asked, total: int) -> bool:
    """Whether it is quicker to have processes count than threads, and they can.

    Tables of higher orders are large, and hashes of words many: threads have one of them together.
    """
    is_small = asked.order == 2 and not asked.tells_distinct
    return total >= APART and is_small and all(source.is_file for source in sources)


class _Hall:
    """Where hands take units, and leave what they found."""

    def __init__(
        self,
        sources: Sequence[Source],
        units: Sequence[Unit],
        asked: Asked,
        size: int,
        begin: Callable[[Source], None],
    ) -> None:
        self.done = 0
        self._sources = sources
        self._left = iter(units)
        self._asked = asked
        self._size = size
        self._begin = begin
        self._lock = threading.Lock()
        self._last = self._end = max((unit.number for unit in units), default=0)
        """Number of the last unit that is still wanted: less when an earlier one failed."""
        self._failed: dict[int, Exception] = {}
        self._distinct = Distinct() if asked.tells_distinct else None
        self._found = Found(Tally(asked.order, distinct=self._distinct), {}, {})
        self._grams = Grams(asked.order) if asked.order > 2 else None

    def stop(self) -> None:
        """Have all hands end soon."""
        self._last = -1

    def found(self) -> Found:
        """What was found; what failed first is raised."""
        if self._failed:
            raise self._failed[min(self._failed)]
        if self._grams is not None:
            tally = self._found.tally
            tally.symbols, tally.keys, tally.counts = self._grams.cells()
        return self._found

    def work(self) -> None:
        """Count units until there are none."""
        self._work(Hand(self._sources, self._asked, self._size, self._grams, self._distinct))

    def work_apart(self) -> None:
        """Count units until there are none, in another process."""
        try:
            hand = Apart(self._sources, self._asked, self._size)
        except OSError:
            return self.work()  # There may be as many processes as there can be.
        try:
            self._work(hand)
        finally:
            hand.close()

    def _work(self, hand: Hand | Apart) -> None:
        number = 0
        try:
            while (unit := self._next()) is not None:
                number = unit.number
                self._begin(self._sources[unit.source])
                hand.count(unit, self._note, partial(self._is_wanted, number))
            if self._is_wanted(self._end):
                found = hand.found()
                with self._lock:
                    self._found.join(found)
        except Exception as error:
            is_ours = isinstance(error, Refusal)
            with self._lock:
                self._failed[number] = UnitRefused(str(error), number) if is_ours else error
                self._last = min(self._last, number - 1)

    def _next(self) -> Unit | None:
        with self._lock:
            unit = next(self._left, None)
        return unit if unit is not None and self._is_wanted(unit.number) else None

    def _is_wanted(self, number: int) -> bool:
        return number <= self._last

    def _note(self, read: int) -> None:
        with self._lock:
            self.done += read


def texts(units: Sequence[Unit], found: Found) -> list[Text]:
    """Name the texts that units are of, in their order; all units of each must be there."""
    blocks: dict[int, list[bytes]] = {}
    sizes: dict[int, int] = {}
    for unit in units:
        blocks.setdefault(unit.source, []).extend(found.blocks[unit.number])
        sizes[unit.source] = sizes.get(unit.source, 0) + found.bytes[unit.number]
    return [Text(sizes[source], tree(blocks[source])) for source in sorted(blocks)]


def check(sources: Sequence[Source], found: Found, *, is_text: bool = False) -> str:
    """Say what the first source looks like, if that is odd.

    Args:
        sources: what was counted.
        found: all that was found in it.
        is_text: whether it was read as running text.

    Raises:
        Refusal: there is no word at all, or more cells than a table may have.
    """
    tally, named = found.tally, sources[0].shown if sources else ""
    shown = named if len(sources) == 1 else "The text"
    hint = hints.told(found.hint, tally.words, tally.cleaned)
    if not tally.words:
        if not sum(found.bytes.values()):
            raise empty(shown, is_text=is_text)
        if is_text and not found.hint:
            raise Refusal(f"{shown} holds no text: nothing stands there but blanks.")
        raise Refusal(no_words(shown, hint))
    check_cells(len(tally.keys))
    if not hint:
        return ""
    # What it looks like is known of the first, what is left out is of all.
    return f"{named if hint == found.hint else shown} {hint}"
