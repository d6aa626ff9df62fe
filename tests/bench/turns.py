"""The longest that the screen hears no key: `python -m tests.bench.turns [--size 160x50]`.

Each screen is opened, used and left in the real app on a pseudo-terminal, in three rounds with an
app of their own, twice in each: some four minutes a round. Of each key what counts is the longest
turn of the event loop until all is quiet again, in CPU time of its thread, the least of the rounds:
others may share the machine.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from asyncio.base_events import BaseEventLoop
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bench.app import READY, SIZE, App

LIMIT = 0.1
"""Seconds that a turn may take."""

LEAST = 0.005
"""Seconds of a turn that is worth a note."""

ESC, ENTER, UP, DOWN, F1, F5 = "\x1b", "\r", "\x1b[A", "\x1b[B", "\x1bOP", "\x1b[15~"
PALETTE, THEMES, CLEAR = "\x10", "\x14", "\x15"

KEYS: tuple[tuple[str, ...], ...] = (
    ("help", "?", ESC),
    ("runs", "o", ESC),
    ("ladder", "K", ESC),
    ("board", "d", " ", ESC),
    ("a word", "t", "anna", ESC),
    ("explain", F1, ESC),
    ("palette", PALETTE, "glo", ESC),
    ("lab", "L", "j", "l", "m", "m", ESC),
    ("stage", F5, F5),
    ("export", "E", ESC),
    ("files", "f", ESC),
    ("model", "M", ESC),
    ("themes", THEMES, DOWN, ENTER, THEMES, UP, ENTER),
    ("colours", "R", ESC),
    ("views", "p", ESC, "v", "V"),
    ("machine", "G", ESC),
    ("order", ")", "#", ESC, "v", "(", "V"),
    ("zoom", "z", "z", "0"),
    ("filter", "/", "an", CLEAR, ESC),
    ("facts", "i", "i", "O", "O"),
    ("names", "g", "b", "b"),
    ("panes", "1", "2", "3", "4", "m", "m"),
    ("run", "n", "r", "u", "B", ESC),
    ("hand", "2", "H", "+", ESC),
)
"""What is gone through, and the keys pressed there, one after the other."""

SIZES = ((80, 24), (161, 51), (400, 120))
"""What the terminal is made besides, each time from its first size and back."""


@contextmanager
def watched(note: Callable[[float], object]) -> Iterator[None]:
    """Note the seconds of CPU time that each turn of this thread's event loop takes."""
    own, run = threading.current_thread(), BaseEventLoop._run_once  # type: ignore[attr-defined]

    def run_watched(loop: BaseEventLoop) -> None:
        start = time.thread_time()
        run(loop)
        if threading.current_thread() is own:
            note(time.thread_time() - start)

    BaseEventLoop._run_once = run_watched  # type: ignore[attr-defined]
    try:
        yield
    finally:
        BaseEventLoop._run_once = run  # type: ignore[attr-defined]


def _run_watched(file: str, *arguments: str) -> int:
    """Be the app, and write down when each turn ended that took long, and how long."""
    from makemore_tui import main

    with Path(file).open("a", buffering=1) as log:

        def note(seconds: float) -> None:
            if seconds >= LEAST:
                log.write(f"{time.perf_counter()} {seconds}\n")

        with watched(note):
            return main(arguments)


def turns(size: tuple[int, int]) -> dict[str, float]:
    """Go through all there is, twice; the longest turn of each key, by what was pressed where."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "turns"
        log.touch()
        command = [sys.executable, "-m", "tests.bench.turns", "--within", str(log)]
        # How long it takes to leave is not what is measured.
        with suppress(TimeoutError), App(Path(folder), command=command) as app:

            def note(name: str, start: float) -> None:
                app.quiet(0.3)
                lines = (line.split() for line in log.read_text().splitlines())
                found[name] = max((float(s) for t, s in lines if float(t) >= start), default=0.0)

            app.resize(*size)
            app.until(READY, 60)
            note("start", 0.0)
            for time_of in ("first", "again"):
                for place, *keys in KEYS:
                    for number, key in enumerate(keys, 1):
                        start = time.perf_counter()
                        app.write(key.encode())
                        note(f"{place}, {number}: {key!r}, {time_of}", start)
                for other in SIZES:
                    for new in (other, size):
                        start = time.perf_counter()
                        app.resize(*new)
                        note(f"{new[0]}x{new[1]} from {other[0]}x{other[1]}, {time_of}", start)
    return found


def main() -> int:
    """Print the longest turns, the worst first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="{}x{}".format(*SIZE))
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    all_found = [turns((columns, rows)) for _ in range(options.rounds)]
    least = {name: min(found[name] for found in all_found) for name in all_found[0]}
    for name, seconds in sorted(least.items(), key=lambda pair: -pair[1])[:20]:
        verdict = "ok" if seconds <= LIMIT else "MISSED"
        print(f"{name:<40} {seconds * 1000:>6.0f} ms  {verdict}")  # noqa: T201
    return any(seconds > LIMIT for seconds in least.values())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--within"]:
        sys.exit(_run_watched(*sys.argv[2:]))
    sys.exit(main())
