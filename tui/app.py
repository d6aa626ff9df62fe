"""The app: puts desk, screens and frame clock together, and carries messages between them."""

from __future__ import annotations

import time
from dataclasses import replace
from inspect import isawaitable
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.command import Provider
from textual.screen import Screen

from engine import Engine
from engine.protocol import (
    Configure,
    MatrixName,
    Toggle,
    Train,
)
from tui import commands, storage
from tui.actions import Actions
from tui.colours.palettes import RampName, ramp_named
from tui.dataset.pane import DatasetPane
from tui.desk import Desk
from tui.dressed import ON_STAGE, Dressed
from tui.frames import Frames
from tui.handling import IN_HAND
from tui.heatmap.figure import HeatmapFigure
from tui.heatmap.pane import HeatmapPane
from tui.keymap import bindings, keymap
from tui.messages import Ask, Intend
from tui.news import News
from tui.opening import looks, opening
from tui.options import Options
from tui.sampling.pane import SamplerPane
from tui.screens.guide import Guide
from tui.screens.main import MainScreen
from tui.screens.small import SmallScreen, is_too_small
from tui.state import State
from tui.state.engine import Attachment
from tui.state.hand import HandTaken
from tui.state.intents import ContextChosen, Moved, RampChosen, StepsChosen, ViewChosen, WordPicked
from tui.state.reducing import reduce
from tui.terminal.signals import Signals
from tui.widgets.fields import Given
from tui.widgets.overlay import Overlay
from tui.wording import goodbye, how_to_quit, where_to_paste


def finder() -> type[Provider]:
    """Import what the command palette finds when it is opened."""
    from tui.finding import Finder

    return Finder


class Laboratory(Dressed):
    """makemore, part 1, to touch.

    Args:
        engine: what is shown and driven.
        options: how it starts.
        signals: heard from the start of the program to its end.
    """

    TITLE = "makemore"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar = {finder}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = list(bindings())

    def __init__(
        self, engine: Engine, options: Options | None = None, signals: Signals | None = None
    ) -> None:
        self.options = options or Options()
        super().__init__(self.options.fps, signals, asks_colours=self.options.asks_colours)
        memory = storage.read_memory()
        last = looks(memory, self.available_themes)
        ramp = self.options.ramp or ramp_named(last.get("ramp", "own"))
        attachment = Attachment(is_readonly=self.options.is_readonly)
        is_on_stage = self.options.is_on_stage
        state = State(ramp=ramp, keys=self.options.keys, engine=attachment, is_on_stage=is_on_stage)
        if self.options.view is not None:
            state = reduce(state, ViewChosen(self.options.view))
        self.desk = Desk(engine, state, lambda: self._frames.changed(self.state))
        is_touring = self.options.is_touring and not self.options.is_readonly
        begin = opening(memory, is_touring=is_touring, is_on_stage=is_on_stage)
        self.main = MainScreen(begin, is_on_stage=is_on_stage)
        self.is_up, self._frames = self.main.is_up, Frames(self, self.main)
        self.actions = Actions(self, self.desk, self.main, self.options)
        self.remember = self.desk.remember
        self.save_asked, self.recoloured = self.actions.save_unsaved, self._frames.restyle
        self._news = News(self, self.desk, self.actions, self._frames, self.options)
        self.dress([self.options.theme, ON_STAGE[is_on_stage], last.get("theme")], memory)
        self.set_keymap(keymap(self.options.keys))

    @property
    def state(self) -> State:
        """What is shown."""
        return self.desk.state

    def get_default_screen(self) -> Screen[None]:
        """Start with the laboratory."""
        return self.lean(self.main)

    # Start

    async def on_mount(self) -> None:
        """Listen for signals, then start the engine once the first frame is out."""
        self.listen()
        self.theme_changed_signal.subscribe(self, self.redressed)
        if self.options.lab is not None:
            # Before any key is heard: the first ones belong to the lab, too.
            await self.actions.lab(self.options.lab)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self.desk.start(self.wake, self.options.first)
        self.set_interval(1 / self.options.fps, self._tick)
        self.set_interval(1, self.watch_terminal)

    async def on_event(self, event: events.Event) -> None:
        """Greet nobody who has pressed some keys, or clicked."""
        is_own = isinstance(event, events.Key | events.MouseDown) and not event.is_forwarded
        if is_own and self.is_up.is_set() and self.main.guide.pressed():
            self.desk.remember({"greeted": True})
        await super().on_event(event)

    # News

    def heard(self) -> None:
        """Draw the answer to a command at once: the user is waiting for it."""
        if self._take_over() or self._frames.is_behind:
            self._frames.heard(self.state)

    def _tick(self) -> None:
        if self.is_running:  # Else the panes may be gone already.
            is_new = self._take_over()
            self.desk.roll(time.monotonic())
            self._frames.tick(self.state, is_new=is_new)

    def _take_over(self) -> bool:
        """Take over what the engine has to say; whether there was anything new."""
        events = self.desk.hear()
        if events is None:
            return False
        self._news.take(events)
        self.desk.note_link(is_saving=self.line.link.is_saving)
        return True

    # Commands

    async def action_command(self, name: str, *arguments: int | str) -> None:
        """Run a command of the table, or say why it makes no sense now."""
        command = commands.BY_ID[name]
        if self.state.is_in_hand and (move := IN_HAND.get(name)):
            if self.main.heatmap.has_focus_within:
                self.desk.take(move)
                return
            self.desk.take(HandTaken())  # Elsewhere the keys are what they were.
        if reason := commands.why_not(command, self.state):
            self.tell(reason, "warning")
        elif command.engine is not None:
            wanted = command.engine(self.state)
            is_early = not self.state.is_ready and not self.state.torch_failed
            if isinstance(wanted, Train | Toggle) and is_early:
                self.tell("Training starts as soon as torch is imported.")
            self.desk.send(wanted)
        elif command.intent is not None:
            self.desk.take(command.intent(self.state))
        else:
            does, _, number = name.partition("_") if name.startswith("pane_") else (name, "", "")
            result = getattr(self.actions, does)(*filter(None, [number]), *arguments)
            if isawaitable(result):
                # What is typed next belongs to the screen that is being opened.
                await result

    def action_help_quit(self) -> None:
        """Say how to quit to somebody who presses ctrl+c."""
        self.tell(how_to_quit(self.state))

    def on_paste(self) -> None:
        """Say where pasted text goes; that it is no commands has been seen to."""
        self.tell(where_to_paste(self.state, is_covered=len(self.screen_stack) > 1))

    def action_show_view(self, view: MatrixName) -> None:
        """Show a view of the heatmap."""
        self.desk.take(ViewChosen(view))

    def action_show_context(self, before: tuple[int, ...], row: int) -> None:
        """Show the row of a context in the heatmap."""
        self.desk.take(ContextChosen(before, row))

    def action_go_to_field(self, pane: str, name: str) -> None:
        """Go to the field of a setting."""
        self.actions.go_to_field(pane, name)

    def action_configure(self, name: str, value: int | str) -> None:
        """Change a setting."""
        self.desk.send(Configure(**{name: value}))  # type: ignore[arg-type]

    def action_show_ramp(self, ramp: RampName) -> None:
        """Show the heatmap in other colours."""
        self.desk.remember({"ramp": ramp})
        self.desk.take(RampChosen(ramp))

    def action_leave_field(self) -> None:
        """Leave a field for the pane it belongs to."""
        if isinstance(self.screen, Overlay):
            self.screen.leave_field()
        else:
            self.main.back_to_pane()

    # Messages of the panes

    def on_heatmap_pane_watching(self, message: HeatmapPane.Watching) -> None:
        """Tell the engine what is in view."""
        self.desk.send(message.wanted)

    def on_heatmap_figure_moved(self, message: HeatmapFigure.Moved) -> None:
        """Move the cursor."""
        self.desk.take(Moved(message.row, message.column))

    def on_heatmap_figure_shifted(self, message: HeatmapFigure.Shifted) -> None:
        """Move the cursor from where it is."""
        state = self.state
        self.desk.take(Moved(state.row + message.rows, state.column + message.columns))

    def on_heatmap_figure_chosen(self, message: HeatmapFigure.Chosen) -> None:
        """Move the cursor, and choose what is there."""
        self.desk.take(Moved(message.row, message.column))
        self.on_heatmap_figure_entered()

    def on_heatmap_figure_entered(self) -> None:
        """Go a context deeper; show the words that hold an n-gram where that is all of it."""
        # Where the cursor is now: the words may be others by the time that one has clicked.
        state = self.state
        if not state.symbols:
            return
        if len(state.before) < state.most_before:
            self.desk.take(ContextChosen((*state.before, state.row), state.column))
        else:
            self.actions.filter_by((*state.before, state.row, state.column))

    async def on_heatmap_figure_cleared(self) -> None:
        """Clear what was chosen there."""
        await self.action_command("clear")

    @on(DatasetPane.Picked)
    @on(SamplerPane.Picked)
    def draw_path(self, message: DatasetPane.Picked | SamplerPane.Picked) -> None:
        """Draw the path of a word or a name."""
        self.desk.take(WordPicked(message.word))

    def on_sampler_pane_changed(self, message: SamplerPane.Changed) -> None:
        """Draw names in the way that was chosen."""
        sample = self.state.sample
        changed = {"request": sample.request + 1, message.name: message.value}
        self.desk.draw_names(replace(sample, **changed))  # type: ignore[arg-type]

    def on_given(self, message: Given) -> None:
        """Pass on a setting of the training pane."""
        if message.name == "steps":
            self.desk.take(StepsChosen(int(message.value)))
        else:
            self.desk.send(Configure(**{message.name: message.value}))  # type: ignore[arg-type]

    def on_guide_reached(self, message: Guide.Reached) -> None:
        """Remember how far the tour has come."""
        self.actions.reach(message.number)

    def on_ask(self, message: Ask) -> None:
        """Pass on a question to the models."""
        self.desk.send(message.command)

    def on_intend(self, message: Intend) -> None:
        """Change the state as a screen over the laboratory wants."""
        self.desk.take(message.intent)

    # Looks

    def on_resize(self, event: events.Resize) -> None:
        """Say so where there is no room."""
        has_said_so = any(isinstance(screen, SmallScreen) for screen in self.screen_stack)
        if is_too_small(*event.size) and not has_said_so:
            self.push_screen(SmallScreen())

    # The end

    def ended_by(self, number: int) -> None:
        """Leave as a signal asks."""
        self.actions.leave(128 + number)

    def crashed(self, error: BaseException) -> str:
        """Write down what has failed; an engine in a process of its own goes on all the same."""
        return "\n".join(filter(None, [storage.write_crash(error), goodbye(self.state)]))

    def tell_failure(self, error: BaseException) -> None:
        """Say where it is written what has failed."""
        told = (
            f"Something failed in here ({type(error).__name__}) and was left out; all else goes on."
        )
        self.tell(f"{told} What happened is in {storage.log_file()}", "warning")
