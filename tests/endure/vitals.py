"""What a process holds while it is put upon: descriptors, threads and memory, and their slopes."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression

SETTLING = 0.3
"""Share of the looks that count as the beginning, in which a process takes what it goes on with."""


@dataclass(frozen=True)
class Look:
    """What a process holds at a moment (Linux)."""

    at: float
    """Seconds of a clock that never goes back."""
    descriptors: int
    threads: int
    megabytes: float
    """Resident memory: its own, and what of files it has touched, code above all."""
    own: float
    """Resident memory that is of no file, in megabytes."""
    cpu: float
    """Seconds of CPU time so far, all threads."""


def look(pid: int) -> Look:
    """Look at a process."""
    folder = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    facts = (folder / "stat").read_text().rpartition(") ")[2].split()
    return Look(
        time.monotonic(),
        len(os.listdir(folder / "fd")),
        int(status["Threads"]),
        int(status["VmRSS"].split()[0]) / 1024,
        int(status["RssAnon"].split()[0]) / 1024,
        (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK"),
    )


@dataclass
class Trial:
    """What became of a process that something was done to, again and again."""

    name: str
    rounds: int = 0
    looks: list[Look] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    said: str = ""
    """What else is to be told."""

    def look_at(self, pid: int) -> None:
        """Take another look."""
        self.looks.append(look(pid))

    @property
    def minutes(self) -> float:
        """How long it took."""
        return (self.looks[-1].at - self.looks[0].at) / 60

    def slope(self, what: str, settling: float = SETTLING) -> float:
        """How much more of something it held with every minute, once it had settled.

        Args:
            what: field of a look.
            settling: share of the looks that is left out at the beginning.
        """
        looks = self.looks[int(len(self.looks) * settling) :]
        if len(looks) < 2:
            return 0.0
        times = [each.at / 60 for each in looks]
        return linear_regression(times, [getattr(each, what) for each in looks]).slope

    def lines(self) -> list[str]:
        """It all, to be read."""
        faults = [f"    FAULT {each}" for each in self.faults]
        if not self.looks:
            return [f"{self.name:<16} {self.said}", *faults]
        first, last = self.looks[0], self.looks[-1]
        spent = last.cpu - first.cpu
        row = f"{self.name:<16} {self.rounds:>7,} {self.minutes:>6.1f} {spent:>7.1f}"
        for what, digits in (("descriptors", 0), ("threads", 0), ("megabytes", 1)):
            before, after = getattr(first, what), getattr(last, what)
            most = max(getattr(each, what) for each in self.looks)
            row += f" {before:>7.{digits}f} {most:>6.{digits}f} {after:>6.{digits}f}"
            row += f" {self.slope(what):>+7.2f}"
        return [row, *([f"    {self.said}"] * bool(self.said)), *faults]


HEAD = (
    f"{'':<16} {'rounds':>7} {'min':>6} {'cpu s':>7}"
    f" {'fds at':>7} {'most':>6} {'end':>6} {'/min':>7}"
    f" {'threads':>7} {'most':>6} {'end':>6} {'/min':>7}"
    f" {'MB at':>7} {'most':>6} {'end':>6} {'/min':>7}"
)
