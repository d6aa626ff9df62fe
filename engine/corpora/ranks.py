"""The processes that torchrun has started to count one corpus together.

Each takes its share of the units, cut by bytes, a packed file as one. What they found is put
together by torch's own collectives, gloo on the CPU: alphabets are united, tables all-reduced.
Integers add up to the same whoever counted what, so one process would have written the same file.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from engine.corpora.watch import SILENT, Stop, Watch, gone
from engine.protocol import Refusal
from engine.words.cleaning import printable
from engine.words.corpus import sources
from engine.words.corpus.counting import UnitRefused
from engine.words.corpus.hands import Found
from engine.words.corpus.pairs import added, repacked, width
from engine.words.corpus.reading import Unit
from engine.words.corpus.scan import Tally
from engine.words.corpus.sources import Source

DENSE = 22
"""Bits of an n-gram up to which a table is laid out to be all-reduced: 32 MB, for 2,048 symbols at
order 2; above, cells are gathered."""

MOMENT = 1.0
"""Seconds within which it is known why this process is to end, if there is a reason."""

POLL = 0.05
"""Seconds between two questions whether something has come about."""


def shares(units: Sequence[Unit], found: Sequence[Source], world: int) -> list[list[Unit]]:
    """Deal units out so that each gets about as many bytes; all who ask get the same answer."""
    dealt: list[list[Unit]] = [[] for _ in range(world)]
    loads = [0] * world
    # The size of a pipe is not known: it is something.
    sizes = {u.number: u.end - u.start if u.end else max(1, found[u.source].size) for u in units}
    for unit in sorted(units, key=lambda unit: (-sizes[unit.number], unit.number)):
        least = loads.index(min(loads))
        dealt[least].append(unit)
        loads[least] += sizes[unit.number]
    return [sorted(share, key=lambda unit: unit.number) for share in dealt]


class Gone(Exception):
    """The job is to end, or this process is."""


class Ranks:
    """This process among those of its job."""

    def __init__(self) -> None:
        import torch.distributed as dist
        from torch.distributed.rendezvous import rendezvous

        self._dist = dist
        store: Any
        store, self.rank, self.world = next(rendezvous("env://"))
        self.neighbours = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
        """Processes of the job on this machine, this one included."""
        # Several machines may have one name; each torchrun has a number in the job.
        machine = os.environ.get("GROUP_RANK", f"of rank {self.rank}")
        self._watch = Watch(store.clone(), self.rank, self.world, machine)
        self._watch.tell()  # All have, once they have met.
        dist.init_process_group("gloo", store=store, rank=self.rank, world_size=self.world)
        self._is_told = False
        self._asks = False
        """Whether it is looked, a few times a second, if this process was told to end."""

    def tell(self, shown: str) -> None:
        """Say what this process counts, and wait until that can be known."""
        self._watch.shown = shown
        self._watch.hasten()
        self._until(lambda: self._watch.beats[self.rank].shown == shown)

    def begin(self, source: Source) -> None:
        """Note which source is being counted; called on any thread."""
        self._watch.shown = source.shown

    def come_further(self, done: int) -> int:
        """Say how many bytes this process has counted, about ten times a second; gives all's.

        Raises:
            Gone: another one has failed, or is gone.
        """
        self._asks = True
        self._watch.bytes = done
        self._check()
        others = (beat.bytes for rank, beat in enumerate(self._watch.beats) if rank != self.rank)
        return done + sum(others)

    def find(self, paths: Sequence[str]) -> list[Source]:
        """Find the sources, which must be the same everywhere.

        Raises:
            Refusal: as in `engine.words.corpus.sources.find`, or they are not.
        """
        found, failed = [], ""
        try:
            found = sources.find(paths)
        except Refusal as refusal:
            failed = str(refusal)
        every = self._every((failed, [(source.path, source.size) for source in found]))
        for rank, (failed, seen) in enumerate(every):
            if failed:
                raise Refusal(failed)
            if seen != every[0][1]:
                odd = min(set(seen) ^ set(every[0][1]), default=("", 0))[0]
                raise Refusal(
                    f"Rank {rank} does not see the files that rank 0 sees: {printable(odd)} is "
                    "not the same. Give all machines the same files under the same names."
                )
        return found

    def agree(self) -> None:
        """Wait until all have counted their shares, however long that is: gloo waits half an hour.

        Raises:
            Gone: one has failed, or is gone.
        """
        self._watch.is_done = True
        self.tell("nothing any more")
        self._until(lambda: all(beat.is_done for beat in self._watch.beats))
        self._asks = False
        self._check()

    def together(self, found: Found) -> Found:
        """Put together what all have found."""
        tally = self._summed(found.tally)
        whole = Found(tally, {}, {})
        mine = found.blocks, found.bytes, found.edges, found.hint
        for blocks, sizes, edges, hint in self._every(mine):
            whole.blocks |= blocks
            whole.edges |= edges
            whole.bytes |= sizes
            whole.hint = whole.hint or hint
        return whole

    def bytes_by_rank(self, found: Found) -> list[int]:
        """Bytes that each has counted."""
        return self._every(sum(found.bytes.values()))

    def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._check()
            time.sleep(POLL)

    def _check(self) -> None:
        if self._is_told or self._watch.is_over():
            raise Gone

    def _end(self, *_: object) -> None:
        """Be told to end; who shows how far it has come is not cut short."""
        self._is_told = True
        if not self._asks:
            raise Gone

    def _every(self, mine: Any) -> list[Any]:  # noqa: ANN401
        every: list[Any] = [None] * self.world
        self._dist.all_gather_object(every, mine)
        return every

    def _summed(self, tally: Tally) -> Tally:
        import torch

        order = tally.order
        whole = Tally(order, distinct=tally.distinct)
        rest = Tally(order, lengths=tally.lengths, cleaned=tally.cleaned)
        for other in self._every(rest):
            whole.join(other)
        whole.symbols = np.unique(np.concatenate(self._every(tally.symbols)))
        keys = tally.spelled_in(whole.symbols)
        bits = (len(whole.symbols) - 1).bit_length()
        if bits * order <= DENSE:
            table = torch.zeros(1 << bits * order, dtype=torch.int64)
            table.numpy()[repacked(keys, order, width(order), bits)] = tally.counts
            self._dist.all_reduce(table)
            seen = np.flatnonzero(table.numpy())
            whole.keys = repacked(seen, order, bits, width(order))
            whole.counts = table.numpy()[seen]
        else:
            whole.keys, whole.counts = added(self._every((keys, tally.counts)))
        if tally.distinct is not None:
            for rank, other in enumerate(self._every(tally.distinct)):
                if rank != self.rank:
                    tally.distinct.join(other)
        return whole

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Work, and end with all others: where one cannot go on, one of them says why.

        A process that fails, or sees that one is gone, tells it, and all end once they know; where
        several have failed, it is said of the first unit of which that is known by then. torchrun
        ends those that are left with SIGTERM; one that waits for the dead is told by gloo.

        Raises:
            Refusal: one has failed, or is gone.
            SystemExit: it is another one that says so.
        """
        before = signal.signal(signal.SIGTERM, self._end)
        try:
            self._watch.start()
            yield
            self._watch.close()
            self._dist.destroy_process_group()
            signal.signal(signal.SIGTERM, before)
        except BaseException as error:
            # As soon as one ends, torchrun ends the others, who must not be cut short.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            stop = self._why(error)
            if stop is None:
                raise
            if self._watch.first() == self.rank:
                raise Refusal(stop.sentence) from error
            raise SystemExit(1 if stop.gone else 2) from None
        finally:
            self._watch.close()

    def _why(self, error: BaseException) -> Stop | None:
        """Why the job ends, once all know that; nothing if this process did not expect it."""
        watch = self._watch
        match error:
            case UnitRefused():
                watch.end(Stop(str(error), error.unit))
            case Refusal():
                watch.end(Stop(str(error)))
            case Gone() if not _comes(watch.is_over, MOMENT):
                watch.end(Stop(f"Rank {self.rank} was told to end. Nothing was kept: count again."))
            case RuntimeError():  # gloo sees at once what is known by silence alone.
                _comes(watch.is_over, SILENT + MOMENT)
        if not isinstance(error, Refusal | Gone | RuntimeError) or not watch.is_over():
            watch.end(gone(self.rank, watch.shown, {self.rank}))
            return None
        watch.hasten()
        _comes(watch.is_known, SILENT + MOMENT)
        return watch.stop


def _comes(is_so: Callable[[], bool], seconds: float) -> bool:
    """Wait for something, for so long at most; returns whether it has come about."""
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(POLL)
    return is_so()
