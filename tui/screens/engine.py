"""The screen of an engine that lives in a process of its own: where, who looks on, who steers.

It asks before the engine is ended, and says at once that it is lost, with one key to have it again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from engine.protocol import EngineLost, Joined, ScreenLine
from tui.commands import BY_ID
from tui.keymap import bindings
from tui.state import State
from tui.text.rows import Role, Row, Run, fit, paragraph
from tui.widgets.lines import Lines
from tui.widgets.overlay import Overlay
from tui.wording import kept

ROLE_WIDTH = 11
"""Columns of what a screen does."""


class EngineScreen(Overlay):
    """Where it lives, what is to be said of it, its screens, keys.

    Args:
        state: what is known.
        again: called where an engine that is lost is wanted again.
        end: called where the engine is to be ended.
    """

    AUTO_FOCUS: ClassVar[str | None] = ""
    MAY_DOCK: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Go", show=False),
        Binding("q", "quit", "Leave", show=False, id="quit.q"),
        *bindings(("steer", "end_engine")),
    ]

    def __init__(self, state: State, again: Callable[[], None], end: Callable[[], None]) -> None:
        super().__init__(state)
        self._again, self._end = again, end
        self.asks_to_end = False
        """Whether it asks if the engine is to be ended."""
        self._was_lost = state.engine.lost is not None

    @property
    def is_docked(self) -> bool:
        """The laboratory stays in sight around it."""
        return True

    @property
    def is_on_top(self) -> bool:
        """Whether it is what keys are meant for."""
        return self.is_attached and self.app.screen is self

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        with Vertical(id="engine-box") as box:
            box.border_title = "Engine"
            yield Lines(id="engine-said")
            yield Lines(id="engine-screens")
            yield Lines(id="engine-keys")

    def ask(self, *, to_end: bool) -> None:
        """Ask whether the engine is to be ended, or ask nothing."""
        self.asks_to_end = to_end
        self.show(self.state)

    def draw(self) -> None:
        """Draw the state; close once there is an engine again."""
        engine, screens = self.state.engine, self.state.snapshot.screens
        if self._was_lost and engine.lost is None:
            self.leave()
            return
        self._was_lost = engine.lost is not None
        said = self.query_one("#engine-said", Lines)
        width = said.size.width
        if width < 1:
            return
        said.show([*self._said(width), ()])
        rows = [] if engine.lost is not None else [_line(each, width) for each in screens]
        self.query_one("#engine-screens", Lines).show([*rows, *[()] * bool(rows)])
        self.query_one("#engine-keys", Lines).show([self._keys()])

    def _said(self, width: int) -> list[Row]:
        """Where it lives, or what has become of it, or what is asked."""
        engine = self.state.engine
        rows: list[Row] = []
        if engine.home is not None:
            rows += paragraph(_home(engine.home, time.time()), width, "dim")
        if engine.lost is not None:
            rows += paragraph(engine.lost.reason, width, "bad")
            rows += paragraph(self._of_lost(engine.lost), width, "plain")
            if engine.awaited.doing:
                rows += paragraph(f"{engine.awaited.doing.capitalize()} …", width, "accent")
            elif engine.awaited.refusal:
                rows += paragraph(engine.awaited.refusal, width, "warn")
        elif self.asks_to_end:
            rows += paragraph(self._question(), width, "warn")
        return rows

    def _of_lost(self, lost: EngineLost) -> str:
        """What is left to look at."""
        stands = "What is on the screen is as it was last."
        if lost.is_cut:
            return f"The engine may live on. {stands}"
        return " ".join(filter(None, [kept(self.state.engine), stands]))

    def _question(self) -> str:
        others = len(self.state.snapshot.screens) - 1
        for_whom = f" for {others} other screen{'s' * (others > 1)}, too" if others > 0 else ""
        return f"End the engine? It is gone then{for_whom}; the run is kept."

    def _keys(self) -> Row:
        """What can be done."""
        engine, keys = self.state.engine, self.state.keys
        if engine.lost is not None:
            has_it = "attach again" if engine.lost.is_cut else "start it again"
            leave = BY_ID["quit"].key_in(keys)
            offered = [("enter", has_it, "screen.go"), (leave, "leave", "screen.quit")]
        elif self.asks_to_end:
            offered = [("enter", "end it", "screen.go")]
        else:
            offered = [
                (BY_ID[name].key_in(keys), BY_ID[name].label, f"app.command('{name}')")
                for name in ("steer", "end_engine")
                if not BY_ID[name].why_not(self.state)
            ]
        row: list[Run] = []
        for key, what, action in [*offered, ("esc", "close", "screen.close")]:
            row += [(key, "accent", action), (f" {what}  ", "dim", action)]
        return tuple(row)

    # Actions

    def action_go(self) -> None:
        """Do what is asked: have an engine again, or end it."""
        if self.state.engine.lost is not None:
            self._again()
        elif self.asks_to_end:
            self._end()

    async def action_quit(self) -> None:
        """Leave the program where there is no engine; else close."""
        if self.state.engine.lost is not None:
            await self.run_action("app.command('quit')")
        else:
            self.action_close()


def _home(home: Joined, now: float) -> str:
    """Say where an engine lives, and since when."""
    began = time.localtime(home.since)
    is_today = began[:3] == time.localtime(now)[:3]
    since = time.strftime("%H:%M" if is_today else "%Y-%m-%d %H:%M", began)
    return f"{home.name} on {home.machine or 'this machine'} · process {home.pid} · since {since}"


def _line(line: ScreenLine, width: int) -> Row:
    """A screen: what it does, and who sits there."""
    does, role = _does(line)
    own = " (this screen)" if line.is_own else ""
    name = fit(line.name + own, max(0, width - ROLE_WIDTH)).rstrip()
    return ((f"{does:<{ROLE_WIDTH}}", role), (name, "strong" if line.is_own else "plain"))


def _does(line: ScreenLine) -> tuple[str, Role]:
    if line.is_steering:
        return "steers", "accent"
    return ("read-only" if line.is_readonly else "looks on"), "dim"
