"""Use of the CPU and of its memory, without any library: Linux tells it in files."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

from engine.protocol import Processor

PROC = Path("/proc")

LEAST = 0.1
"""Seconds between two looks at least: in less, too few ticks of the clock go by."""


class ProcessorGauge:
    """Measures what the CPU has done since it was looked at before.

    Args:
        proc: where Linux tells of itself; elsewhere there is none, and less is known.
    """

    def __init__(self, proc: Path = PROC) -> None:
        self._proc = proc
        self._told: Processor | None = None
        self._looked = -math.inf
        self._own = 0.0
        self._all: tuple[int, int] | None = None

    def read(self) -> Processor:
        """Look, unless that was done just now."""
        now, own, all = time.monotonic(), time.process_time(), self._ticks()
        passed = now - self._looked
        if self._told is not None and passed < LEAST:
            return self._told
        cores = os.cpu_count() or 1
        used, in_all = self._memory()
        self._told = Processor(
            cores=cores,
            own_use=(own - self._own) / passed if self._told is not None else math.nan,
            use=cores * _share(self._all, all),
            own_memory=self._own_memory(),
            memory=used,
            all_memory=in_all,
        )
        self._looked, self._own, self._all = now, own, all
        return self._told

    def _ticks(self) -> tuple[int, int] | None:
        """Ticks of the clock in which cores were busy, and all there were."""
        try:
            first = (self._proc / "stat").read_text(encoding="ascii").splitlines()[0].split()
            ticks = list(map(int, first[1:9]))
        except (OSError, ValueError, IndexError):
            return None
        idle = sum(ticks[3:5])  # Idle, and waiting for a disk.
        return sum(ticks) - idle, sum(ticks)

    def _own_memory(self) -> int | None:
        try:
            pages = int((self._proc / "self" / "statm").read_text(encoding="ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return None
        return pages * os.sysconf("SC_PAGE_SIZE")

    def _memory(self) -> tuple[int | None, int | None]:
        """Bytes in use and in all."""
        try:
            lines = (self._proc / "meminfo").read_text(encoding="ascii").splitlines()
            sizes = {name: int(size.split()[0]) << 10 for name, _, size in map(_parted, lines)}
            return sizes["MemTotal"] - sizes["MemAvailable"], sizes["MemTotal"]
        except (OSError, ValueError, IndexError, KeyError):
            return None, _physical()


def _parted(line: str) -> tuple[str, str, str]:
    return line.partition(":")


def _physical() -> int | None:
    """Bytes of memory that are built in, where the system knows of pages."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _share(before: tuple[int, int] | None, after: tuple[int, int] | None) -> float:
    """Part of the ticks between two looks that were busy; not a number if it is not known."""
    if before is None or after is None or after[1] <= before[1]:
        return math.nan
    return (after[0] - before[0]) / (after[1] - before[1])
