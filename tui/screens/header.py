"""Step, loss and gap in digits of several lines: what a room follows while a table is learnt."""

from __future__ import annotations

import time

from engine import record
from engine.text.numbers import number
from tui.state import State
from tui.text import pixels
from tui.text.numbers import figure, short
from tui.text.rows import Role, Row, Run, fit
from tui.widgets.lines import Lines
from tui.wording import standing

PAUSE = 0.25
"""Seconds between two updates while training: a room can read no more."""

SCALES = (4, 3, 2, 1)
"""Columns of a pixel of a digit, the largest first."""

SHARE = 5
"""The header takes one line of so many."""

LONGEST = 9_999_999
"""Steps that are written in full."""


THOUSAND = 1000
"""From here on a figure is written by its size."""


@record
class Sign:
    """A figure under its name."""

    label: str
    text: str
    role: Role
    usual: str
    """What is as wide as it usually becomes."""

    def width(self, scale: int) -> int:
        """Columns it takes: it does not move its neighbours while it stays as wide as usual."""
        return max(pixels.width(text, scale) for text in (self.text, self.usual))


class Header(Lines):
    """The figures, no more often than they can be read."""

    def __init__(self) -> None:
        super().__init__(id="header")
        self._drawn: tuple[object, ...] = ()
        self._drawn_at = 0.0

    def draw(self, state: State) -> None:
        """Draw the figures, if it is time."""
        size, now = self.screen.size, time.monotonic()
        of = (size, state.snapshot.run, state.is_looking)
        if state.is_running and of == self._drawn and now - self._drawn_at < PAUSE:
            return
        self._drawn, self._drawn_at = of, now
        self.show(header(state, *size))


def header(state: State, width: int, height: int) -> list[Row]:
    """Lay the figures out, as large as there is room for."""
    for scale in SCALES:
        if scale == SCALES[-1] or 1 + pixels.height(scale) <= height // SHARE:
            for decimals in (4, 3, 2) if scale == SCALES[-1] else (4,):
                found = signs(state, decimals)
                free = width - sum(sign.width(scale) for sign in found)
                if free >= 2 * scale * (len(found) + 1):
                    return _rows(found, scale, free // (len(found) + 1))
    return _rows(signs(state, 2), 1, 1)


def signs(state: State, decimals: int) -> list[Sign]:
    """Step, loss and gap, as they are written."""
    s = state.snapshot
    step = f"{s.step:,}".replace(",", " ") if s.step <= LONGEST else short(s.step)
    usual = number(0.0, f".{decimals}f")
    is_past: Role = "warn" if state.is_looking else "strong"
    return [
        Sign(f"step · {standing(state)[0]}", step, is_past, "0 000"),
        Sign("loss", _brief(s.data_loss, decimals), "strong", usual),
        Sign("gap", _brief(s.gap, decimals), "accent", usual),
    ]


def _brief(value: float, decimals: int) -> str:
    """Write a figure with so many decimals; what is too small or too large for them, by its size.

    A dash stands where there is none.
    """
    if abs(value) >= THOUSAND:
        return short(value)
    if 0 < abs(value) < 10**-decimals:
        return number(value, ".0e").replace("e−0", "e−")
    return figure(value, decimals - (abs(value) >= THOUSAND / 10))


def _rows(found: list[Sign], scale: int, gap: int) -> list[Row]:
    between: Run = (" " * gap, "plain")
    labels: list[Run] = []
    lines: list[list[Run]] = [[] for _ in range(pixels.height(scale))]
    for sign in found:
        width = sign.width(scale)
        labels += [between, (fit(sign.label, width), "dim")]
        for line, text in zip(lines, pixels.drawn(sign.text, scale), strict=True):
            line += [between, (text.ljust(width), sign.role)]
    return [labels, *lines]
