"""The app: owns the worker, runs the frame clock, and carries messages between the two."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import logging
import select
import shutil
import signal
import time
from dataclasses import replace
from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import AwaitMount
from textual.widgets import Input

from engine import Session, Worker
from engine.protocol import (
    Command,
    CommandRefused,
    Configure,
    DatasetLoaded,
    EngineFailed,
    EngineReady,
    Event,
    Load,
    LoadDataset,
    MatrixName,
    Toggle,
    Train,
    Watch,
)
from tui import commands, storage
from tui.actions import Actions
from tui.colours.palettes import RampName, ramp_named
from tui.dataset.pane import DatasetPane
from tui.heatmap.figure import HeatmapFigure
from tui.heatmap.pane import HeatmapPane
from tui.messages import Ask, Intend
from tui.opening import Opening, looks
from tui.options import Options
from tui.palette import CommandProvider, RampProvider, ViewProvider
from tui.plot import door as plots
from tui.sampling.pane import SamplerPane
from tui.screens.main import MainScreen
from tui.screens.small import SmallScreen, is_too_small
from tui.state import State, reduce
from tui.state.intents import (
    Intent,
    Moved,
    RampChosen,
    SettingsAsked,
    StepsChosen,
    ViewChosen,
    WordPicked,
)
from tui.terminal.compositor import LeanCompositor, LeanUpdate
from tui.terminal.driver import LinkDriver, is_writable
from tui.terminal.frontbuffer import FrontBuffer
from tui.terminal.link import ASK, Link
from tui.widgets.fields import Given
from tui.widgets.overlay import Overlay
from tui.wording import Notice, notice

if TYPE_CHECKING:
    from tui.lab.screen import LabScreen


log = logging.getLogger(__name__)

BEHIND = 5
"""One frame in so many is drawn behind another screen, where it costs several times as much."""

PATIENCE = 0.5
"""Seconds that a field may take for one letter."""


class Laboratory(App[int]):
    """makemore, part 1, to touch."""

    TITLE = "makemore"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar = {CommandProvider, ViewProvider, RampProvider}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = list(commands.bindings())

    def __init__(self, options: Options | None = None, worker: Worker | None = None) -> None:
        self.options = options or Options()
        self.link = Link(self.options.max_bandwidth * 1000, self.options.fps)
        self.front = FrontBuffer()
        super().__init__(driver_class=LinkDriver)
        memory = storage.read_memory()
        last = looks(memory, self.available_themes)
        ramp = self.options.ramp or ramp_named(last.get("ramp", "own"))
        self.state = State(ramp=ramp, keys=self.options.keys)
        if self.options.view is not None:
            self.state = reduce(self.state, ViewChosen(self.options.view))
        self.farewell = ""
        """What to print once the screen is gone."""
        self.main = MainScreen(Opening.read(memory.get("layout")))
        session = Session(self.options.settings)
        self.worker = worker or Worker(session, self._wake, [plots.warm_up])
        self._loop: asyncio.AbstractEventLoop | None = None
        self._own_context = contextvars.copy_context()
        self._is_woken = False
        self.actions = Actions(self)
        self._seen: object = None
        self._is_behind = False
        self._frame = 0
        self._lab: LabScreen | None = None
        for theme in (last.get("theme"), self.options.theme):
            if theme in self.available_themes:
                self.theme = theme
        self.set_keymap(commands.keymap(self.options.keys))

    def get_default_screen(self) -> Screen[None]:
        """Start with the laboratory."""
        self.main._compositor = LeanCompositor()
        return self.main

    def _get_screen(self, screen: Screen[object] | str) -> tuple[Screen[object], AwaitMount]:
        if isinstance(screen, Screen):
            screen._compositor = LeanCompositor()
        return super()._get_screen(screen)

    # Start

    async def on_mount(self) -> None:
        """Listen for signals, then start the engine once the first frame is out."""
        self._loop = asyncio.get_running_loop()
        # The engine's thread has no active app, and timers set from there would not find it.
        self._own_context = contextvars.copy_context()
        if isinstance(self._driver, LinkDriver):
            self._driver.on_write = self.link.wrote
            self._driver.on_answer = lambda: self.link.answered(time.monotonic())
            self._driver.is_asking = lambda: self.link.is_asking
            self._driver.on_return = lambda: self.link.interrupted(time.monotonic())
            # Ahead of the first frame, so that the answer to it is not kept waiting.
            self._ask()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                self._loop.add_signal_handler(number, self._end_by, number)
        self.theme_changed_signal.subscribe(self, self._on_theme_changed)
        self.app_resume_signal.subscribe(self, lambda _: self.actions.redraw())
        if self.options.lab is not None:
            # Before any key is heard: the first ones belong to the lab, too.
            await self.open_lab(self.options.lab)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        options = self.options
        self.send(LoadDataset(options.data))
        if options.resume is not None:
            self.send(Load(options.resume, options.given))
        self.send(self.state.sample)
        self.worker.start()
        self.set_interval(1 / self.options.fps, self._tick)
        self.set_interval(1, self._watch_terminal)

    # The frame clock

    def send(self, command: Command) -> None:
        """Give the engine a command."""
        if isinstance(command, Configure):
            self.state = reduce(self.state, SettingsAsked(command))
        self.worker.send(command)

    def take(self, intent: Intent) -> None:
        """Change the state as the user wants."""
        self.state = reduce(self.state, intent)
        # What the line cannot carry now is drawn by the frame clock.
        self._is_behind = True
        if self._lab is not None:
            self._lab.show(self.state)
            return
        overlay = self._overlay()
        if overlay is None or overlay.is_docked:
            self.main.show(self.state)
        if overlay is not None:
            overlay.show(self.state)

    def _overlay(self) -> Overlay | None:
        """The screen that lies over the laboratory, if there is one."""
        return next((s for s in reversed(self.screen_stack) if isinstance(s, Overlay)), None)

    def lay(self, overlay: Overlay) -> AwaitMount:
        """Lay a screen over the laboratory, which is drawn again once it is gone."""
        return self.push_screen(overlay, lambda _: self.main.show(self.state))

    def _wake(self) -> None:
        """Come for the news soon; called from the engine's thread, at most once until then."""
        if not self._is_woken and self._loop is not None:
            self._is_woken = True
            with contextlib.suppress(RuntimeError):  # The loop may be closed already.
                self._loop.call_soon_threadsafe(self._hear, context=self._own_context)

    def _hear(self) -> None:
        """Draw the answer to a command at once: the user is waiting for it."""
        self._is_woken = False
        try:
            if not self.is_running or not self._take_over():
                return
            self._is_behind = True
            if self.link.is_clear(time.monotonic(), is_writable=is_writable(self._driver)):
                self._draw(is_full=True)
        except Exception as error:
            # The event loop would log it and go on with half a screen.
            self._handle_exception(error)

    def _tick(self) -> None:
        """Draw the next frame, if there is anything new and the line can carry it."""
        if not self.is_running:
            return  # The panes may be gone already.
        self._is_behind |= self._take_over()
        takes_more = is_writable(self._driver)
        if self.link.may_draw(time.monotonic(), is_writable=takes_more) and self._is_behind:
            self._frame += 1
            # Figures are read by people: three times a second is as much as they can follow.
            self._draw(is_full=self._frame % 3 == 0 or not self.state.is_running)
        elif takes_more:
            self._ask()

    def _draw(self, *, is_full: bool) -> None:
        self.link.drew(time.monotonic())
        if self._lab is not None:
            # It covers all else, which need not be drawn.
            self._is_behind = False
            self._lab.show(self.state)
            return
        overlay = self._overlay()
        if overlay is not None:
            overlay.show(self.state)
        if self.screen is not self.main:
            is_hidden = overlay is not None and not overlay.is_docked
            if is_hidden or (self.state.is_running and self._frame % BEHIND):
                self._is_behind = False
                return
        heatmap, allowance = self.main.heatmap, self.link.allowance
        heatmap.allow(allowance.cells, allowance.levels)
        self.main.show(self.state, is_full=is_full)
        self._is_behind = heatmap.is_behind

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Write what differs from what stands on the terminal."""
        if isinstance(renderable, LeanUpdate):
            renderable.front = self.front
        elif renderable is not None:
            self.front.forget()
        super()._display(screen, renderable)

    def post_display_hook(self) -> None:
        """Ask behind all that is drawn, in the same breath: to come back for it costs a frame."""
        if self._running and not self._closed:
            self._ask()

    def _ask(self) -> None:
        """Ask the terminal to say when it has got this far."""
        if isinstance(self._driver, LinkDriver) and self.link.ask(time.monotonic()):
            self._driver.write(ASK)

    def _take_over(self) -> bool:
        """Take over events and the latest snapshot; whether there was anything new."""
        # First, so that the snapshot is never ahead of the events that explain it.
        snapshot = self.worker.latest
        events = self.worker.events()
        for event in events:
            self.state = reduce(self.state, event)
            self._react(event)
        if snapshot is not None and snapshot is not self._seen:
            self._seen = snapshot
            self.state = reduce(self.state, snapshot)
        elif not events:
            return False
        self.state = replace(self.state, is_saving_link=self.link.is_saving)
        return True

    def _react(self, event: Event) -> None:
        told = notice(event, self.state.keys)
        if isinstance(event, CommandRefused) and self.state.report is None:
            # There was nothing before, so there is nothing to go on with; what else was asked of
            # the engine by then is refused, too.
            self.farewell = self.farewell or (told.text if told else event.reason)
            self.exit(2)
            return
        if told is not None:
            self.tell(told)
        if isinstance(event, EngineReady | EngineFailed) and not gc.isenabled():
            # Torch brings most of what there is and stays, too. Were it looked through for
            # garbage, every key would now and then wait 150 ms.
            gc.freeze()
            gc.enable()
        if isinstance(event, DatasetLoaded):
            if isinstance(self.screen, Overlay):
                self.screen.dismiss()  # It is about words that are gone.
            self.main.call_after_refresh(lambda: self.main.show(self.state))

    def tell(self, told: Notice) -> None:
        """Show a notice, unless it stands there; data in it is never taken for markup."""
        if all(shown.message != told.text for shown in self._notifications):
            self.notify(told.text, severity=told.severity, markup=False, timeout=6)

    # Commands

    async def on_event(self, event: events.Event) -> None:
        """Be done with one key before the next one is looked at.

        Textual sends a key to the widget with the focus, and what that does not want comes back
        here; of a bunch of keys, as they come over a slow line, those behind / would overtake it,
        and in a field the letters would overtake backspace.
        """
        if isinstance(event, events.Resize):
            self.front.forget()
        if isinstance(event, events.Key) and not event.is_forwarded:
            field = self.focused
            if isinstance(field, Input) and event.is_printable:
                stands = asyncio.Event()
                await super().on_event(event)
                field.call_later(stands.set)
                # A field that is being taken away takes no letters.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stands.wait(), PATIENCE)
                return
            if isinstance(field, Input) or self.screen is self.main:
                self.app_focus = True
                self.screen._clear_tooltip()
                for priority in (True, False):
                    if await self._check_bindings(event.key, priority=priority):
                        return
        await super().on_event(event)

    async def action_command(self, name: str) -> None:
        """Run a command of the table, or say why it makes no sense now."""
        command = commands.BY_ID[name]
        if reason := command.why_not(self.state):
            self.tell(Notice(reason, "warning"))
        elif command.engine is not None:
            wanted = command.engine(self.state)
            is_early = not self.state.is_ready and not self.state.torch_failed
            if isinstance(wanted, Train | Toggle) and is_early:
                self.tell(Notice("Training starts as soon as torch is imported."))
            self.send(wanted)
        elif command.intent is not None:
            self.take(command.intent(self.state))
        else:
            does, _, number = name.partition("_") if name.startswith("pane_") else (name, "", "")
            result = getattr(self.actions, does)(*filter(None, [number]))
            if isawaitable(result):
                # What is typed next belongs to the screen that is being opened.
                await result

    def action_show_view(self, view: MatrixName) -> None:
        """Show a view of the heatmap."""
        self.take(ViewChosen(view))

    def action_show_ramp(self, ramp: RampName) -> None:
        """Show the heatmap in other colours."""
        storage.write_memory({"ramp": ramp})
        self.take(RampChosen(ramp))

    def action_leave_field(self) -> None:
        """Leave a field for the pane it belongs to."""
        if isinstance(self.screen, Overlay):
            self.screen.leave_field()
        else:
            self.main.back_to_pane()

    def open_lab(self, name: str = "") -> AwaitMount:
        """Open the lab, in a chapter or where it was left."""
        from tui.lab.keys import own_keys
        from tui.lab.reader import Desk
        from tui.lab.screen import LabScreen

        # What is learned in the lab goes by its own keys, whatever else the user gave them to.
        self.set_keymap(commands.keymap(self.options.keys, own_keys()))
        self._lab = LabScreen(self.state, Desk(self.send, self.take, self.actions.copy_lines), name)
        return self.push_screen(self._lab, self._leave_lab)

    def _leave_lab(self, _: None) -> None:
        self._lab = None
        self.set_keymap(commands.keymap(self.options.keys))
        self.main.show(self.state)

    # Messages of the panes

    def on_heatmap_pane_watching(self, message: HeatmapPane.Watching) -> None:
        """Tell the engine what is in view."""
        w = message.wanted
        self.send(Watch(w.matrix, w.row, w.column, w.rows, w.columns, w.cursor_row))

    def on_heatmap_figure_moved(self, message: HeatmapFigure.Moved) -> None:
        """Move the cursor."""
        self.take(Moved(message.row, message.column))

    def on_heatmap_figure_shifted(self, message: HeatmapFigure.Shifted) -> None:
        """Move the cursor from where it is."""
        self.take(Moved(self.state.row + message.rows, self.state.column + message.columns))

    def on_heatmap_figure_chosen(self, message: HeatmapFigure.Chosen) -> None:
        """Show the words that hold the bigram, and the list where it is not in sight."""
        self.take(Moved(message.row, message.column))
        # Where the cursor is now: the words may be others by the time that one has clicked.
        first, second = self.state.symbols[self.state.row], self.state.symbols[self.state.column]
        pane = self.main.query_one(DatasetPane)
        pane.filter_by(first + second)
        if not pane.display:
            self.main.go("dataset")

    def on_dataset_pane_picked(self, message: DatasetPane.Picked) -> None:
        """Draw the path of a word."""
        self.take(WordPicked(message.word))

    def on_sampler_pane_picked(self, message: SamplerPane.Picked) -> None:
        """Draw the path of a name."""
        self.take(WordPicked(message.word))

    def on_given(self, message: Given) -> None:
        """Pass on a setting of the training pane."""
        if message.name == "steps":
            self.take(StepsChosen(int(message.value)))
        else:
            self.send(Configure(**{message.name: message.value}))  # type: ignore[arg-type]

    def on_resize(self, event: events.Resize) -> None:
        """Say so where there is no room."""
        has_said_so = any(isinstance(screen, SmallScreen) for screen in self.screen_stack)
        if is_too_small(*event.size) and not has_said_so:
            self.push_screen(SmallScreen())

    def on_ask(self, message: Ask) -> None:
        """Pass on a question to the models."""
        self.send(message.command)

    def on_intend(self, message: Intend) -> None:
        """Change the state as a screen over the laboratory wants."""
        self.take(message.intent)

    def on_sampler_pane_changed(self, message: SamplerPane.Changed) -> None:
        """Draw names in the way that was chosen."""
        sample = self.state.sample
        changed = {"request": sample.request + 1, message.name: message.value}
        self.actions.draw_names(replace(sample, **changed))  # type: ignore[arg-type]

    def _on_theme_changed(self, _: object) -> None:
        storage.write_memory({"theme": self.theme})
        self.main.call_after_refresh(self.main.restyle)
        if self._lab is not None:
            self._lab.call_after_refresh(self._lab.restyle)

    # The end

    def _end_by(self, number: int) -> None:
        self.leave(128 + number)

    def leave(self, code: int) -> None:
        """End as the user wants; after a fault nothing is remembered that may have caused it."""
        with contextlib.suppress(NoMatches):  # The panes may not be there yet.
            storage.write_memory({"layout": self.main.opening.written()})
        self.exit(code)

    def _watch_terminal(self) -> None:
        """End if the terminal has gone away: without this a core would burn for ever.

        Its size is looked at, too: of two changes in quick succession the second was once missed.
        """
        if self._driver is not None and not self._driver.is_headless:
            size = Size(*shutil.get_terminal_size())
            if size != self.size:
                self.post_message(events.Resize(size, size))
        with contextlib.suppress(OSError, ValueError):
            poll = select.poll()
            poll.register(0, 0)
            if any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0)):
                self._end_by(signal.SIGHUP)

    def _handle_exception(self, error: Exception) -> None:
        # A field that is still being made when one leaves finds its parts gone.
        if self._exit or (self._driver is not None and not self._running):
            log.info("while leaving", exc_info=error)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with the values of all variables.
        self.farewell = storage.write_crash(self._exception or RuntimeError("unknown"))
        self._close_messages_no_wait()
