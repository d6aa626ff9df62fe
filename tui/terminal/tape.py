"""Writes down what a terminal is sent, as asciinema plays it: a cast, in asciicast version 2.

The second version, though there is a third: all players and all that turns casts into pictures read
it. What is typed is not in it. Format: docs.asciinema.org/manual/asciicast/v2.

A line of the file is an event, and each is written whole, so that a cast can be played up to its
last line whatever ends the program.
"""

from __future__ import annotations

import json
import os
import queue
import shlex
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from engine import printable
from engine.protocol import Refusal
from engine.text.numbers import number

MOST_WAITING = 4096
"""Events that wait for the disk, at most: what cannot keep up with the screen is given up."""

LAST_LINES = 1.0
"""Seconds that the end waits for the disk."""


class Tape:
    """A cast that is being recorded; a thread of its own writes it.

    Args:
        path: of the file.
        size: columns and rows of the terminal.
        clock: seconds; from the first to the last event.

    Raises:
        Refusal: there is such a file, with something in it, or it cannot be written.
    """

    def __init__(
        self, path: str, size: tuple[int, int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        shown = printable(path) or "“”"
        try:
            if os.path.getsize(path):
                raise Refusal(
                    f"{shown} is there, and is not written over; give --record another name."
                )
        except OSError:
            pass  # There is none, or opening it says what is wrong.
        try:
            self._file = open(path, "a", encoding="utf-8", errors="replace")  # noqa: SIM115
        except OSError as error:
            raise Refusal(f"{shown} cannot be written: {error.strerror}.") from None
        self._path, self._size = os.path.abspath(path), size
        self._clock, self._began = clock, clock()
        self._trouble = ""
        self._lines: queue.Queue[tuple[float, str, str] | None] = queue.Queue(MOST_WAITING)
        self._length = 0.0
        self._file.write(_line(_header(size)))
        self._writer = threading.Thread(target=self._write, name="tape", daemon=True)
        self._writer.start()

    def wrote(self, text: str) -> None:
        """Take down what was written to the terminal; never waits."""
        self._put("o", text)

    def resized(self, columns: int, rows: int) -> None:
        """Take down that the terminal has another size."""
        if self._size != (columns, rows):
            self._size = columns, rows
            self._put("r", f"{columns}x{rows}")

    def _put(self, kind: str, text: str) -> None:
        if self._trouble:
            return
        try:
            self._lines.put_nowait((self._clock() - self._began, kind, text))
        except queue.Full:
            self._trouble = "the disk was too slow"

    def _write(self) -> None:
        try:
            while (event := self._lines.get()) is not None:
                seconds, *rest = event
                self._length = seconds
                self._file.write(_line([round(seconds, 6), *rest]))
                if self._lines.empty():
                    self._file.flush()
            self._file.flush()
        except OSError as error:
            self._trouble = error.strerror or str(error)

    def close(self) -> str:
        """End it, once; a sentence that says what was recorded, and where."""
        with suppress(queue.Full):
            self._lines.put_nowait(None)
        self._writer.join(LAST_LINES)
        file = printable(shlex.quote(self._path))
        seconds = f"{number(self._length, ',.0f')} s"
        if self._trouble or self._writer.is_alive():
            why = self._trouble or "the disk was too slow"
            return f"The recording ends after {seconds}: {why}. It is in {file}"
        return f"Recorded {seconds}; asciinema play {file} plays it."


def _header(size: tuple[int, int]) -> dict[str, object]:
    columns, rows = size
    return {
        "version": 2,
        "width": columns,
        "height": rows,
        "timestamp": int(time.time()),
        "title": "makemore-tui",
        "env": {"TERM": os.environ.get("TERM", "")},
    }


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
