"""Drawing a name letter by letter: the row as a strip, the number dropped on it, the letter hit."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from engine.protocol import (
    DrawingShown,
    DrawNext,
    ForceSymbol,
    ModelName,
    OpenDrawing,
    Retune,
    SamplerName,
    UndoDraw,
)
from tui.keymap import bindings_of
from tui.messages import Ask, Intend
from tui.overlying import BOARD
from tui.sampling.board import page
from tui.state import State
from tui.state.intents import Moved, WordPicked
from tui.state.ladders import next_value
from tui.widgets.lines import Lines
from tui.widgets.overlay import Overlay
from tui.widgets.say import say
from tui.wording import until_torch


class Board(Lines, can_focus=True):
    """All there is to see; it takes the keys."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings_of(BOARD))


class DrawingScreen(Overlay):
    """One name after another, letter by letter."""

    AUTO_FOCUS: ClassVar[str | None] = "#stage"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "close", show=False, id="quit.q")  # It is a letter: nothing is told of it.
    ]

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._seen: DrawingShown | None = None
        self._way = replace(state.sample, smoothing=state.snapshot.settings.smoothing)
        """How to draw, as it was asked for last: the answer may be on its way yet."""

    def compose(self) -> ComposeResult:
        """One board."""
        with Vertical(id="drawing", classes="overlay") as box:
            box.border_title = "Draw a name, letter by letter"
            yield Board(id="stage")

    def on_mount(self) -> None:
        """Open the drawing in the way of the sampler, and keep up with the network."""
        self.action_replay()
        self.set_interval(1, self._follow_network)

    def draw(self) -> None:
        """Draw where the drawing stands."""
        drawing, board = self.state.replies.drawing, self.query_one(Board)
        width = board.size.width
        if drawing is None or width < 1:
            waiting = ""  # The engine answers in a moment.
            if not self.state.torch_version:
                waiting = until_torch(self.state, "the first row comes when torch is here …")
            board.show([[(waiting, "dim")]])
            return
        board.show(page(drawing, self.state, width, board.size.height))
        if drawing is not self._seen:
            self._seen = drawing
            self._point(drawing)

    def _point(self, drawing: DrawingShown) -> None:
        """Show row, hit and name in the heatmap."""
        name = "".join(
            step.symbol for step in drawing.trail if step.symbol != self.state.symbols[0]
        )
        say(self, Intend(WordPicked(name if drawing.is_over else "")))
        column = drawing.hit if drawing.hit is not None else self.state.column
        say(self, Intend(Moved(drawing.row, column)))

    def _follow_network(self) -> None:
        drawing = self.state.replies.drawing
        if drawing is None or drawing.command.model != "neural":
            return
        if drawing.step != self.state.snapshot.step:
            say(self, Ask(Retune()))

    def on_key(self, event: events.Key) -> None:
        """Force the letter that was typed, unless its key does something here."""
        letter = event.character or " "
        if letter == " " or not letter.isprintable():
            return
        is_own = any(event.key in command.keys_in(self.state.keys) for command in BOARD)
        is_sign = not letter.isalnum() and letter not in self.state.symbols
        is_heard = is_sign and event.key in self.active_bindings
        if not is_own and not is_heard:
            event.stop()
            say(self, Ask(ForceSymbol(letter)))

    # Actions

    def action_draw_next(self) -> None:
        """Draw a letter."""
        say(self, Ask(DrawNext()))

    def action_finish(self) -> None:
        """Draw the name to its end."""
        say(self, Ask(DrawNext(to_end=True)))

    def action_undo(self) -> None:
        """Take the latest draw back."""
        say(self, Ask(UndoDraw()))

    def action_force(self, index: int) -> None:
        """Force a letter by a click on its stretch."""
        say(self, Ask(ForceSymbol(self.state.symbols[index])))

    def action_replay(self) -> None:
        """Start again from the same seed."""
        say(self, Ask(OpenDrawing(self._way)))

    def action_warm(self, direction: int) -> None:
        """Raise or lower the temperature; the same u falls on the other strip."""
        value = next_value("temperature", self._way.temperature, direction)
        if value is not None:
            self._way = replace(self._way, temperature=float(value))
            say(self, Ask(Retune(temperature=float(value))))

    def action_other_model(self) -> None:
        """Take the other model; the same u falls on its strip."""
        model: ModelName = "neural" if self._way.model == "counts" else "counts"
        if not self.state.no_network:
            self._way = replace(self._way, model=model)
        say(self, Ask(Retune(model=model)))

    def action_other_sampler(self) -> None:
        """Take the other sampler."""
        sampler: SamplerName = "torch" if self._way.sampler == "lecture" else "lecture"
        self._way = replace(self._way, sampler=sampler)
        say(self, Ask(Retune(sampler=sampler)))
