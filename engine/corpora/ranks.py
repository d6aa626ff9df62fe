"""The processes that torchrun has started to count one corpus together.

Each takes its share of the units, cut by bytes, a packed file as one. What they found is put
together by torch's own collectives, gloo on the CPU: alphabets are united, tables all-reduced.
Integers add up to the same whoever counted what, so one process would have written the same file.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import numpy as np

from engine.protocol import Refusal
from engine.words.cleaning import printable
from engine.words.corpus import sources
from engine.words.corpus.hands import Found
from engine.words.corpus.pairs import added, repacked, width
from engine.words.corpus.reading import Unit
from engine.words.corpus.scan import Tally
from engine.words.corpus.sources import Source

DENSE = 22
"""Bits of an n-gram up to which a table is laid out to be all-reduced: 32 MB, for 2,048 symbols at
order 2; above, cells are gathered."""

SILENT = 6.0
"""Seconds after which a process on another machine that says nothing is taken for dead."""


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
    """Another process of the job is gone, or this one is to end."""


class Ranks:
    """This process among those of its job."""

    def __init__(self) -> None:
        import torch.distributed as dist
        from torch.distributed.rendezvous import rendezvous

        self._dist = dist
        self._store: Any
        self._store, self.rank, self.world = next(rendezvous("env://"))
        dist.init_process_group("gloo", store=self._store, rank=self.rank, world_size=self.world)
        self._told = 0
        self._host = socket.gethostname()
        self.neighbours = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
        """Processes of the job on this machine, this one included."""
        self.tell("nothing yet")

    def tell(self, shown: str) -> None:
        """Say what this process counts: if it dies, that is named."""
        self._beat, self._now, self._shown = time.time(), shown, shown
        self._store.set(
            f"counting/{self.rank}", f"{os.getpid()}\n{self._host}\n{self._beat}\n{shown}"
        )

    def begin(self, source: Source) -> None:
        """Note which source is being counted; called on any thread."""
        self._now = source.shown

    def come_further(self, done: int) -> int:
        """Say how many bytes this process has counted, about ten times a second; gives all's."""
        if self._now != self._shown or time.time() - self._beat > 1:
            self.tell(self._now)
        step, self._told = done - self._told, done
        return int(self._store.add("counting/done", step))

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

    def agree(self, failed: tuple[int, str] | None) -> None:
        """Go on if nobody has failed.

        Args:
            failed: number of the unit that this process failed at, and why.

        Raises:
            Refusal: one has; of several, that of the first unit.
        """
        failures = [each for each in self._every(failed) if each is not None]
        if failures:
            raise Refusal(min(failures)[1])

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
        """Work, and when another process dies meanwhile, say which, and what it counted.

        torchrun ends those that are left with SIGTERM; one that waits for the dead is told by gloo.

        Raises:
            Refusal: one is gone.
            SystemExit: it is another one that says so.
        """
        before = signal.signal(signal.SIGTERM, _end)
        try:
            yield
            self._dist.destroy_process_group()
        except (Gone, RuntimeError) as error:
            # Whoever was told by gloo is told by torchrun, too, and must not be cut short.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            dead = self._dead()
            if not dead:
                time.sleep(1)  # Its process may not have been buried yet.
                dead = self._dead()
            if dead and self.rank == min(set(range(self.world)) - dead.keys()):
                rank, shown = min(dead.items())
                raise Refusal(
                    f"Rank {rank} is gone; it was counting {shown}. Nothing was kept: look at "
                    "its machine, and count again."
                ) from error
            if not dead and isinstance(error, RuntimeError):
                raise
            raise SystemExit(1) from None
        finally:
            signal.signal(signal.SIGTERM, before)

    def _dead(self) -> dict[int, str]:
        """Those that are gone, each with what it counted."""
        dead = {}
        for rank in range(self.world):
            with suppress(RuntimeError, ValueError):
                told = self._store.get(f"counting/{rank}").decode()
                pid, host, beat, shown = told.split("\n", 3)
                if rank == self.rank:
                    continue
                if host == self._host:
                    is_gone = not _is_alive(int(pid))
                else:
                    is_gone = time.time() - float(beat) > SILENT
                if is_gone:
                    dead[rank] = shown
        return dead


def _end(_: int, __: FrameType | None) -> None:
    raise Gone


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with suppress(OSError), open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
    return True
