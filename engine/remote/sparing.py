"""What is shown over a slow line: less of what moves, and all of it once it stands still.

While a run goes on, the values of a network's matrix are rounded so that their range has some
three hundred levels: most of them then stay as they are from one snapshot to the next. Histories
and the cursor's row come once a second, and the latest losses rounded likewise. What is at rest is
exact, and so are the matrices of counts at any time.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import replace
from itertools import chain

from engine.models.counts import COUNT_MATRICES
from engine.protocol import Snapshot, Window

LEVELS = 256
"""Steps, at least, that the range of what is rounded has."""

STILL = 0.5
"""Seconds without a change after which what is shown is exact."""

SELDOM = 1.0
"""Seconds between two looks at what is not shown each time."""


class Sparing:
    """Makes of each snapshot what a slow line has room for."""

    def __init__(self) -> None:
        self._shown = Snapshot()
        self._seen: object = None
        """What moves, as it was last."""
        self._since = self._looked = -math.inf
        """Since when it is so, and when all was shown, in seconds."""
        self.is_exact = True
        """Whether what was shown last was all there was."""

    def spare(self, snapshot: Snapshot, now: float) -> Snapshot:
        """Give what is to be shown.

        Args:
            snapshot: what is true.
            now: seconds of a clock that never goes back.
        """
        window = snapshot.window
        seen = (snapshot.run, snapshot.step, window and window.values)
        if seen != self._seen:
            self._seen, self._since = seen, now
        shown, old = snapshot, self._shown
        self.is_exact = now - self._since >= STILL
        if not self.is_exact:
            shown = replace(snapshot, window=window and _rounded(window))
            if (snapshot.run, snapshot.id) != (old.run, old.id):
                # The histories of a long run take longer than all else: that comes first.
                shown = replace(shown, history=b"", recent=b"", dev_history=b"", dev_recent=b"")
                self._looked = now
            elif now - self._looked >= SELDOM:
                shown = replace(
                    shown, recent=_losses(shown.recent), dev_recent=_losses(shown.dev_recent)
                )
                self._looked = now
            else:
                shown = _with_old(shown, old)
        self._shown = shown
        return shown


def _with_old(shown: Snapshot, old: Snapshot) -> Snapshot:
    """Leave what is looked at seldom as it was shown; not the row, if it is another one."""
    row = shown.row
    if row and old.row and (row.index, row.before) == (old.row.index, old.row.before):
        row = old.row
    return replace(
        shown,
        row=row,
        history=old.history,
        recent=old.recent,
        dev_history=old.dev_history,
        dev_recent=old.dev_recent,
    )


def _rounded(window: Window) -> Window:
    """Round what is seen of a matrix, if it is one that moves."""
    if window.matrix in COUNT_MATRICES:
        return window
    big = _grid(window.low, window.high)
    values = memoryview(window.values).cast("f")
    return replace(window, values=array("f", [v + big - big for v in values]).tobytes())


def _losses(recent: bytes) -> bytes:
    """Round the losses of pairs of a step and a loss."""
    numbers = array("d", recent)
    losses = numbers[1::2]
    big = _grid(min(losses, default=0.0), max(losses, default=0.0))
    rounded = [loss + big - big for loss in losses]
    return array("d", chain.from_iterable(zip(numbers[::2], rounded, strict=True))).tobytes()


def _grid(low: float, high: float) -> float:
    """Give what rounds a number when it is added and taken away again, in float64.

    It rounds to multiples of a power of two, so that a range that changes a little changes
    nothing. What is not a number stays so, and what is infinite.
    """
    span = high - low
    if not (0.0 < span < math.inf):
        return 0.0
    step = math.frexp(span / LEVELS)[1] - 1  # The range has 256 of these steps or more.
    return math.ldexp(1.5, 52 + step) if step < 900 else 0.0
