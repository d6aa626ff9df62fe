"""What the app does about news that the panes do not show of themselves."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from engine.protocol import (
    CheckpointLoaded,
    Command,
    CommandRefused,
    Compare,
    DatasetLoaded,
    EngineFailed,
    EngineReady,
    Event,
    Joined,
    Load,
    LoadDataset,
    Rank,
    RunStarted,
    Sample,
    TakeApart,
)
from tui import storage
from tui.actions import Actions
from tui.commands import BY_ID
from tui.desk import Desk
from tui.frames import Frames
from tui.opening import recalled
from tui.options import Options
from tui.state import State
from tui.state.intents import RunsCompared
from tui.terminal import garbage
from tui.terminal.app import TerminalApp
from tui.widgets.overlay import Overlay
from tui.wording import how_to_leave_the_stage, notice


class News:
    """Tells of events, and acts on them; the state knows of them already.

    Args:
        app: what notices are told by, and what may have to end.
        desk: the state.
        actions: what is done.
        frames: what draws.
        options: how the app was started.
    """

    def __init__(
        self, app: TerminalApp, desk: Desk, actions: Actions, frames: Frames, options: Options
    ) -> None:
        self._app, self._desk, self._actions, self._frames = app, desk, actions, frames
        self._is_resuming = options.resume is not None
        self._must_resume = self._is_resuming
        """Whether the run that is to be gone on with is yet to come."""
        self._is_greeted = not options.is_attached
        """Whether what the engine tells has happened just now, rather than before one came."""
        self._words: object = None
        """Those that were acted on."""
        self._before = desk.state
        """How all stood when news were taken last."""

    @property
    def _state(self) -> State:
        return self._desk.state

    def take(self, events: Sequence[Event]) -> None:
        """Act on what has happened."""
        for event in events:
            self._take(event)
        before, self._before = self._before, self._state
        told = turned(before, self._state)
        if told and not storage.read_memory().get("turned"):
            self._desk.remember({"turned": True})
            self._app.tell(told)

    def _take(self, event: Event) -> None:
        """Tell of one event, and act on it."""
        state = self._state
        told = notice(
            event,
            state.keys,
            state.engine.machine,
            settings=state.courses.settings or state.snapshot.settings,
            is_readonly=state.engine.is_readonly,
        )
        if isinstance(event, CommandRefused) and _is_late(event.command, state):
            told = None
        if isinstance(event, CommandRefused) and self._is_needed(event):
            # There is nothing to go on with.
            self._app.farewell = self._app.farewell or (told.text if told else event.reason)
            self._app.exit(2)
            return
        match event:
            case Joined():
                self._is_greeted = False
            case RunStarted() if not self._is_greeted:
                self._is_greeted, told = True, None
            case CheckpointLoaded():
                self._must_resume = False
            case EngineReady() | EngineFailed():
                # Not before: while torch is imported, seconds may pass in which nothing is drawn.
                if not (self._is_resuming or self._state.engine.is_attached):
                    self._actions.look_for_left()
                garbage.begin()
                if self._state.is_on_stage:
                    self._app.tell(how_to_leave_the_stage(self._state))
        if told is not None:
            self._app.tell(told.text, told.severity)
        self._actions.note(event)
        if isinstance(event, DatasetLoaded) and self._words is not self._state.words:
            self._words = self._state.words
            self._begin(event)

    def _begin(self, event: DatasetLoaded) -> None:
        """Show other words, and draw names of them."""
        # Charts can wait for the words, and the words need not wait for what draws charts.
        threading.Thread(target=self._frames.warm_up, name="plotext", daemon=True).start()
        if isinstance(self._app.screen, Overlay) and self._app.screen.state.words is not None:
            self._app.screen.dismiss()  # It is about words that are gone.
        if ids := recalled(storage.read_memory(), event):
            self._desk.take(RunsCompared(ids))
        self._actions.draw_again()
        self._app.call_after_refresh(lambda: self._frames.changed(self._state))

    def _is_needed(self, refused: CommandRefused) -> bool:
        """Whether the program cannot do without: words, and the run that it was to go on with."""
        if self._state.engine.is_attached:
            return False
        is_first = self._state.report is None and isinstance(refused.command, LoadDataset)
        return is_first or (isinstance(refused.command, Load) and self._must_resume)


def _is_late(command: Command, state: State) -> bool:
    """Whether a command asked something of a model that has been left for another meanwhile.

    It is asked of that one again.
    """
    match command:
        case (
            Sample(ngrams=of) | Compare(Sample(ngrams=of)) | Rank(ngrams=of) | TakeApart(ngrams=of)
        ):
            return of != state.sample.ngrams
    return False


def turned(before: State, now: State) -> str:
    """Say what training has turned to the network as it began; empty if nothing."""
    if before.is_running or not now.is_running:
        return ""
    is_seen = now.view != before.view and not now.has_chosen_view
    is_drawn = now.sample.model != before.sample.model and not now.has_chosen_model
    view, draw = (BY_ID[name].key_in(now.keys) for name in ("view", "generate"))
    if not is_seen:
        return f"{draw} draws names from the network now." if is_drawn else ""
    names = f", and {draw} draws its names" if is_drawn else ""
    return f"The table shows the network's p now{names}; {view} shows other views."
