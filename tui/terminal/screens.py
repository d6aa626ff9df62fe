"""Screens that can be closed once only, Textual's own palette among them.

Textual's `dismiss` closes whatever screen is on top. Two presses of enter before the first is seen
to, or a double click, would close the screen below as well, or end the app where there is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.command import Command, CommandList, CommandPalette
from textual.screen import Screen, ScreenResultType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerError, WorkerState

from tui.terminal.later import later
from tui.terminal.plain import IS_PLAIN

RESTS = 0.1
"""Seconds on a line after which it is shown how that would look: to dress anew takes as long."""


@dataclass(frozen=True)
class Choice:
    """What a line of a list does."""

    name: str
    choose: Callable[[], Awaitable[object] | None]
    show: Callable[[], None] | None = None
    """What lets one see what it would be like; nothing of that lasts."""
    is_now: bool = False
    """Whether it is so now."""

    def __call__(self) -> Awaitable[object] | None:
        """Choose it."""
        return self.choose()


class Once(Screen[ScreenResultType]):
    """Closes itself, once; if another screen lies above it, when that is gone."""

    _wish: tuple[ScreenResultType | None] | None = None
    """What it is to close with, as soon as it is on top."""

    @property
    def is_laid(self) -> bool:
        """Whether it has yet to be closed: its parts are there a little longer, not all of them."""
        return self in self.app.screen_stack

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close, with a result for who has opened it."""
        stack: list[Screen[object]] = self.app.screen_stack
        if self in stack and stack[-1] is not self:
            self._wish = self._wish or (result,)
        if self not in stack[-1:]:
            nothing: AwaitComplete = AwaitComplete.nothing()  # type: ignore[no-untyped-call]
            return nothing
        return super().dismiss(result)

    def on_screen_resume(self) -> None:
        """Close, if it was to be closed while another screen lay above."""
        if self._wish is not None:
            self.dismiss(*self._wish)


def uncovered(app: App[Any], kind: type[Once[Any]]) -> bool:
    """Close what lies over a screen of a kind, and go back to that; whether there is one.

    Palette and help could lie on each other without end, and with each a key would take longer.
    """
    stack: list[Screen[object]] = app.screen_stack
    at = next((at for at, screen in enumerate(stack) if isinstance(screen, kind)), None)
    if at is None:
        return False
    for screen in reversed(stack[at + 1 :]):
        screen.dismiss()
    return True


class Palette(CommandPalette, Once[None]):
    """Textual's command palette, which hears keys before its list is there.

    Enter waits for the list of what was typed, which takes some tenths of a second to come: text
    and enter in one go would run what was on top of the list before.
    """

    _wished: str | None = None
    """What was typed when enter was pressed; who types on wishes for something else."""

    def on_mount(self) -> None:
        """Let the caret stand still, as it does in every other field."""
        self.query_one(Input).cursor_blink = False

    @property
    def _searches(self) -> list[Worker[Any]]:
        """Searches that are under way."""
        return [worker for worker in self.workers if worker.node is self and not worker.is_finished]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take back a wish for something else."""
        if event.value != self._wished:
            self._wished = None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Wait with what is to be done if the list is of something else."""
        if self._searches:
            event.stop()
            event.prevent_default()
            self._wished = event.value

    async def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Take the first of the list, once it is there and wished for."""
        if self._wished is not None and not self._searches:
            self._wished = None
            await self.run_action("command_list('select')")

    async def be_filled(self, key: events.Key) -> None:
        """Wait until the list holds what was searched for, if a key is about the list."""
        if key.is_printable or key.key == "escape":
            return
        # Who is called off while waiting for a search takes it with him, and goes on waiting.
        await asyncio.shield(self._search())
        is_laid_out = asyncio.Event()
        self.call_after_refresh(is_laid_out.set)
        await is_laid_out.wait()

    async def _search(self) -> None:
        with suppress(WorkerError):
            await self.workers.wait_for_complete(self._searches)

    if not IS_PLAIN:

        def _action_command_list(self, action: str) -> None:
            """Go through the list, if it is to be seen: it knows its lines only then.

            What is chosen needs no line.
            """
            if action == "select" or self.query_one(CommandList).size:
                super()._action_command_list(action)


class Picker(Palette):
    """A list at one side of what it is about: it begins at what is so now, and shows the others.

    Of several that are so it begins at the first. Whoever rests on a line sees what that would be
    like; who leaves has what was there before.
    """

    _now: Choice | None = None
    """What was so when the list was opened."""
    _shown: Choice | None = None
    """What is seen."""
    _rest: asyncio.TimerHandle | None = None
    _is_chosen = False

    async def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Begin at what is so now, once all are listed."""
        listed = self.query_one(CommandList)
        if event.state is not WorkerState.SUCCESS or self.query_one(Input).value:
            return
        for index, option in enumerate(listed.options):
            choice = _choice_of(option)
            if choice is not None and choice.is_now:
                self._now = self._now or choice
                self._shown = self._shown or choice
                listed.highlighted = index
                return

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what a line would be like, once one rests on it."""
        if self._rest is not None:
            self._rest.cancel()
        self._rest = later(self, RESTS, partial(self._show, _choice_of(event.option)))

    def on_option_list_option_selected(self) -> None:
        """Keep what is chosen."""
        self._is_chosen = True

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close; if nothing was chosen, all is as before."""
        if not self._is_chosen:
            self._show(self._now)
        self._is_chosen = True
        return super().dismiss(result)

    def _show(self, choice: Choice | None) -> None:
        if choice is not None and choice.show is not None and not self._is_chosen:
            if self._shown is None or choice.name != self._shown.name:
                choice.show()
            self._shown = choice


def _choice_of(option: Option) -> Choice | None:
    """What a line of a list does, if it says more than that it is chosen."""
    does = option.hit.command if isinstance(option, Command) else None
    return does if isinstance(does, Choice) else None
