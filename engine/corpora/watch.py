"""What each process of a job tells the others of itself, and who of them is gone.

A thread of each puts its beat into the store that torchrun keeps, and reads those of all, a few
times a second, from its first moment to its last: so nobody is taken for dead who waits, or joins
what was counted. Nobody else asks that store for anything, so whoever counts waits for no network.
No time is told: each says what number its beat has, and who listens has a clock of its own.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from sys import maxsize
from typing import Protocol

import msgspec

from engine.records import record

BEAT = 0.25
"""Seconds between two beats."""

SILENT = 10.0
"""Seconds after which a process on another machine that says nothing is taken for dead: a network
may be away for some, and hours of counting would be lost."""

PATIENCE = 1.0
"""Seconds that the thread is waited for: a store may lie on a machine that does not answer."""


@record
class Stop:
    """Why a job ends before it is done."""

    sentence: str
    """That one process says."""
    unit: int = maxsize
    """Number of the unit that cannot be counted, if it is for one."""
    gone: tuple[int, ...] = ()
    """Ranks of the processes that are no more, if it is for them."""


@record
class Beat:
    """What a process says of itself."""

    number: int
    pid: int
    machine: str
    """The same for all that can see whether its process runs, and for no others."""
    shown: str
    """What it counts: if it dies, that is named."""
    bytes: int
    """That it has counted."""
    is_done: bool
    """Whether it has counted its share."""
    stop: Stop | None
    """Why it ends, and all others are to, if it does: who says so may end at any time."""


_beat = msgspec.json.Decoder(Beat)


class Store(Protocol):
    """A store of torch's, as far as it is used."""

    def set(self, key: str, value: bytes, /) -> None:
        """Keep something."""

    def multi_get(self, keys: Sequence[str], /) -> list[bytes]:
        """Give what is kept; RuntimeError if the store is no more."""


class Silence:
    """How long nothing new has come from somebody, by the clock of who listens.

    Args:
        clock: seconds that go by here.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._at, self._number, self._seconds = clock(), -1, 0.0

    def after(self, number: int) -> float:
        """Hear a number, and give the seconds since it was another one.

        Where nobody listened for long, as when this process was stopped, it counts as a second.
        """
        now = self._clock()
        step, self._at = min(now - self._at, 1.0), now
        self._seconds = self._seconds + step if number == self._number else 0.0
        self._number = number
        return self._seconds


class Watch:
    """The processes of a job as one of them sees them.

    Args:
        store: torchrun's; this end of it is used by nobody else.
        rank: of this process.
        world: how many there are.
        machine: as in `Beat`.
        clock: seconds that go by here.
    """

    def __init__(
        self,
        store: Store,
        rank: int,
        world: int,
        machine: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.shown, self.bytes, self.is_done = "nothing yet", 0, False
        """As in `Beat`; told with the next one."""
        self.beats = [Beat(0, os.getpid(), "", self.shown, 0, is_done=False, stop=None)] * world
        """What was heard last, by rank."""
        self.stop: Stop | None = None
        """Why the job ends, once that is known."""
        self.dead: set[int] = set()
        """Who is gone, and did not know why."""
        self._store, self._rank, self._machine = store, rank, machine
        self._keys = [f"counting/{rank}" for rank in range(world)]
        self._silences = [Silence(clock) for _ in range(world)]
        self._silence = Silence(clock)
        """Of the store."""
        self._number, self._heard, self._is_lost, self._is_closing = 0, 0, False, False
        self._wake, self._lock = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._live, name="beats", daemon=True)

    def start(self) -> None:
        """Begin to listen; all others must have told something, or are waited for."""
        self._thread.start()

    def hasten(self) -> None:
        """Say at once what has changed."""
        self._wake.set()

    def close(self) -> None:
        """Say a last time how things stand, and end."""
        self._is_closing = True
        self.hasten()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    def end(self, *why: Stop) -> None:
        """Have the job end; of several reasons the first unit is told, or else the first rank."""
        with self._lock:
            known = why if self.stop is None else (self.stop, *why)
            self.stop = min(known, key=lambda stop: (stop.unit, stop.gone), default=None)

    def is_over(self) -> bool:
        """Whether the job is to end; to be asked a few times a second by who counts, or waits."""
        is_silent = self._silence.after(self._heard) > SILENT
        # A torchrun of one's own that is there may be stopped, and go on.
        if self.stop is None and is_silent and self._machine != self.beats[0].machine:
            self._lose()
        return self.stop is not None

    def is_known(self) -> bool:
        """Whether all that are there know that the job ends, or cannot be told any more."""
        gone = self._gone()
        knows = all(rank in gone or beat.stop for rank, beat in enumerate(self.beats))
        return knows or self._is_lost or self._is_closing

    def first(self) -> int:
        """Give the first rank that is there, who speaks for all."""
        return min(set(range(len(self._keys))) - self._gone(), default=0)

    def _gone(self) -> set[int]:
        """Who is gone as far as is known here, or was told."""
        return self.dead.union(() if self.stop is None else self.stop.gone)

    def tell(self) -> None:
        """Say that this process lives, and how things stand."""
        self._number += 1
        told = self.shown, self.bytes, self.is_done, self.stop
        beat = Beat(self._number, os.getpid(), self._machine, *told)
        self._store.set(self._keys[self._rank], msgspec.json.encode(beat))

    def look(self) -> None:
        """Tell, and hear what all tell."""
        try:
            self.tell()
            told = self._store.multi_get(self._keys)
        except RuntimeError:
            self._lose()
            return
        self.beats = [_beat.decode(each) for each in told]
        self._heard += 1
        dead = [self._is_dead(rank, beat) for rank, beat in enumerate(self.beats)]
        self.dead = {rank for rank, is_dead in enumerate(dead) if is_dead}
        self.end(*(beat.stop for beat in self.beats if beat.stop is not None))
        if self.stop is None and self.dead:
            self.end(self._buried())

    def _is_dead(self, rank: int, beat: Beat) -> bool:
        seconds = self._silences[rank].after(beat.number)
        if rank == self._rank or beat.stop is not None:
            return False
        if beat.machine == self._machine:
            return not is_alive(beat.pid)
        return seconds > SILENT

    def _lose(self) -> None:
        """Note that the store is no more; it lies where the first rank does."""
        self._is_lost = True
        if self.stop is not None:
            return  # Who ended first knew that all others knew.
        machine = self.beats[0].machine
        there = {rank for rank, beat in enumerate(self.beats) if beat.machine == machine}
        if len(there) == len(self.beats):  # Then torchrun was, too, and may be gone alone.
            there = {rank for rank in there if not is_alive(self.beats[rank].pid)}
        self.dead = there
        self.end(self._buried())

    def _buried(self) -> Stop:
        """Name one of the dead."""
        if not self.dead:
            return Stop("torchrun is gone. Nothing was kept: count again.")
        rank = min(self.dead)
        return gone(rank, self.beats[rank].shown, self.dead)

    def _live(self) -> None:
        while not self._is_lost:
            is_last = self._is_closing
            self.look()
            if is_last:
                return
            self._wake.wait(BEAT)
            self._wake.clear()


def gone(rank: int, shown: str, dead: set[int]) -> Stop:
    """Say that a process is gone.

    Args:
        rank: of it.
        shown: what it counted.
        dead: ranks of all that are.
    """
    return Stop(
        f"Rank {rank} is gone; it was counting {shown}. Nothing was kept: look at its machine, "
        "and count again.",
        gone=tuple(sorted(dead)),
    )


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with suppress(OSError), open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
    return True
