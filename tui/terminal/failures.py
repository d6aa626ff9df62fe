"""What has failed so far, so that each failure is told once and none can flood the log."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Collection
from types import CodeType
from typing import Literal

Standing = Literal["new", "known", "counted", "endless"]
"""A failure is the first of its kind, one of many, one whose number is worth a line, or one of so
many that nothing else is done any more."""

ENDLESS = 1_000
"""Failures of one kind within `SHORT` seconds: each key and each frame may fail, a loop may not."""

SHORT = 5.0
"""Seconds."""

AGAIN = 60.0
"""Seconds after a notice before there is another one, of whatever failure."""

Kind = tuple[type[BaseException], str, int]


class Failures:
    """Counts failures by their kind: the error, and where it was raised.

    All times are seconds of one clock, given by the caller.
    """

    def __init__(self) -> None:
        self._counts: dict[Kind, int] = {}
        self._recent: dict[Kind, tuple[float, int]] = {}
        self._told = float("-inf")

    def note(self, error: BaseException, now: float) -> Standing:
        """Count a failure; say how it stands to those before it."""
        kind = _kind(error)
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        since, recent = self._recent.get(kind, (now, 0))
        if now - since > SHORT:
            since, recent = now, 0
        self._recent[kind] = since, recent + 1
        if recent + 1 >= ENDLESS:
            return "endless"
        if count == 1:
            return "new"
        return "counted" if str(count).strip("0") == "1" else "known"

    def count(self, error: BaseException) -> int:
        """How many failures of this kind there were."""
        return self._counts.get(_kind(error), 0)

    def may_tell(self, now: float) -> bool:
        """Whether the user shall hear of a new one: not of each, if one brings on another."""
        if now - self._told < AGAIN:
            return False
        self._told = now
        return True


def is_foreign(error: BaseException, passing: Collection[CodeType] = ()) -> bool:
    """Whether no code but that of Textual, and of what it stands on, had a part in an error.

    Args:
        error: as it was caught.
        passing: the code of functions that only pass on what they are given; all in this folder
            do no more.
    """
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    own = (f for f in frames if f.f_code not in passing)
    modules = {str(frame.f_globals.get("__name__", "")) for frame in own}
    return all(name.startswith(f"{__package__}.") or _is_foreign(name) for name in modules)


def _is_foreign(module: str) -> bool:
    top = module.partition(".")[0]
    return top in ("textual", "rich") or top in sys.stdlib_module_names


def _kind(error: BaseException) -> Kind:
    place = ("", 0)
    for frame, line in traceback.walk_tb(error.__traceback__):
        place = frame.f_code.co_filename, line
    return type(error), *place
