"""Measures what ten million words in a file cost: `python -m tests.bench.filed [WORDS]`.

The words are names that the program draws. They are opened, sorted, ranked, split, held against
drawn names, and filtered, as a person would do it, without a screen. Of each the seconds until it
is there, those of the processor, the longest piece between two pauses, in which nothing else could
have been heard, and what the process holds beyond torch, and has held at most.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine import Words, listed
from engine.protocol import (
    Command,
    Configure,
    DatasetLoaded,
    Event,
    LoadDataset,
    Rank,
    Sample,
    Sort,
    TakeApart,
)
from engine.session import Session
from engine.waking import give_memory_back

WORDS = 10_000_000

COMMANDS: dict[str, Command] = {
    "sort": Sort(),
    "rank": Rank(),
    "names beside them": Sample(number=1_000, wants_theory=True),
    "a word among them": TakeApart(word="emma"),
    "a split of them": Configure(split="hash"),
}


@dataclass(frozen=True)
class Cost:
    """What one thing cost."""

    seconds: float
    processor: float
    """Seconds of all threads."""
    longest: float
    """Seconds that the engine's own thread took from the processor for the longest piece."""
    held: float
    most: float
    """MiB that the process held afterwards, and at most so far."""


def memory(of: str) -> float:
    """MiB that this process holds (VmRSS), or has held at most (VmHWM)."""
    status = Path("/proc/self/status").read_text()
    found = re.search(rf"{of}:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


def cost(steps: Iterator[object]) -> Cost:
    """Do something in pieces."""
    began, used, longest = time.perf_counter(), time.process_time(), 0.0
    while True:
        start = time.thread_time()
        is_over = next(steps, steps) is steps
        longest = max(longest, time.thread_time() - start)
        if is_over:
            break
    used = time.process_time() - used
    give_memory_back()
    return Cost(time.perf_counter() - began, used, longest, memory("VmRSS"), memory("VmHWM"))


def pieces(session: Session, command: Command, told: list[Event]) -> Iterator[None]:
    """Carry out a command as the engine's thread would, noting what it tells."""
    told += session.handle(command)
    yield
    while session.is_busy:
        told += session.work()
        yield


def searching(words: Words, text: str, until: Callable[[int], bool]) -> Iterator[None]:
    """Filter words a little at a time, until so many are found."""
    from tui.dataset.filters import parse
    from tui.dataset.search import Search

    search = Search(words, None, parse(text))
    while not search.is_over and not until(len(search.found)):
        search.go_on(0.004)
        yield


def measure(path: str) -> Iterator[tuple[str, Cost]]:
    """Measure it all on a file of words."""
    session, told = Session(), list[Event]()
    session.import_torch()
    list(session.become_ready())
    torch = memory("VmRSS")
    opened = cost(pieces(session, LoadDataset(path), told))
    yield "opened and counted", over(opened, torch)
    for name, command in COMMANDS.items():
        yield name, over(cost(pieces(session, command, [])), torch)
    (loaded,) = (event for event in told if isinstance(event, DatasetLoaded))
    words = listed(loaded.text, loaded.offsets, loaded.file)
    for text in ("an", ".em", "zz 3..5"):
        first = cost(searching(words, text, lambda found: found > 0))
        yield f"first of {text}", over(first, torch)
        yield f"all of {text}", over(cost(searching(words, text, lambda _: False)), torch)


def over(cost: Cost, torch: float) -> Cost:
    """The same without the memory that torch takes."""
    return Cost(cost.seconds, cost.processor, cost.longest, cost.held - torch, cost.most - torch)


def main() -> None:
    """Print the figures."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else WORDS
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "words.txt"))
        ask = ["sample", "--number", str(number), "--save", path]
        subprocess.run([sys.executable, "-m", "makemore_tui", *ask], check=True)
        print(f"{'':<20} {'s':>7} {'CPU s':>7} {'piece':>9} {'held':>9} {'most':>9}")  # noqa: T201
        for name, each in measure(path):
            print(  # noqa: T201
                f"{name:<20} {each.seconds:7.2f} {each.processor:7.2f} {each.longest * 1e3:6.1f} ms"
                f" {each.held:5.0f} MiB {each.most:5.0f} MiB",
                flush=True,
            )


if __name__ == "__main__":
    main()
