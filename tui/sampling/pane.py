"""The sampler: names drawn from a model, how likely each is, and whether it is a real one."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message

from engine.protocol import (
    SETTINGS,
    Compare,
    NamesCompared,
    Sample,
    SampledName,
    SamplerName,
    Value,
)
from engine.text.numbers import number
from tui.commands import BY_ID
from tui.messages import Ask
from tui.sampling.names import CALLED, NameList, TwinList, large
from tui.sampling.tallies import alike, figures
from tui.sampling.twins import Twins, twins
from tui.state import State
from tui.state.ladders import written
from tui.text.rows import Row, fit, paragraph
from tui.widgets.fields import Complained, Fields, Given, Knob
from tui.widgets.lines import Lines
from tui.widgets.lists import RowList
from tui.widgets.pane import Pane, link
from tui.widgets.say import say

KEYS = ("generate", "both", "draw", "apart")
"""Commands told on the border, where a click runs them."""

ROOMY = 19
"""Rows from which there is room to say what chance does."""

KNOBS = {
    "model": Knob(
        "model",
        "The table that names are drawn from: that of the counts, or the network's.",
        # The network in hand is the only one there is, whatever its kind.
        tuple(model for model in SETTINGS["model"].choices if model != "onehots"),
        called=CALLED,
    ),
    "sampler": Knob(
        "sampler",
        "How chance is drawn: as in the lecture, or by torch.multinomial.",
        get_args(SamplerName),
    ),
    "number": Knob("names", "How many names to draw."),
    "temperature": Knob(
        "temp", "Temperature: below 1 likely letters become likelier, above 1 less likely."
    ),
    "seed": Knob("seed", "Seed: the same seed draws the same names, another seed draws others."),
    "prefix": Knob("prefix", "What every name begins with."),
}
"""Settings in the order of their fields."""


class SamplerPane(Pane):
    """Settings above, names below."""

    TITLE = "4 Sampler"

    class Picked(Message):
        """A name was picked."""

        def __init__(self, word: str) -> None:
            self.word = word
            super().__init__()

    class Changed(Message):
        """Names shall be drawn in another way."""

        def __init__(self, name: str, value: Value) -> None:
            self.name, self.value = name, value
            super().__init__()

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names: tuple[SampledName, ...] | None = None
        self._comparison: NamesCompared | None = None
        self._twins: Twins | None = None
        self._state = State()

    def compose(self) -> ComposeResult:
        """Fields, complaint, names, summary."""
        yield Fields(KNOBS, shown(self._state.sample), id="drawing-settings")
        yield Lines(id="complaint")
        yield Lines(id="large")
        yield Lines(id="columns")
        yield NameList()
        yield TwinList()
        yield Lines(id="summary")

    def on_mount(self) -> None:
        """Keep names of both models up with the network, once a second."""
        self.caption(self.TITLE, keys(self._state))
        self.query_one(TwinList).display = False
        self.set_interval(1, self._keep_up)

    @property
    def home(self) -> NameList | TwinList:
        """The names, those of one model or of both."""
        is_comparing = self._state.replies.is_comparing
        return self.query_one(TwinList) if is_comparing else self.query_one(NameList)

    def show(self, state: State) -> None:
        """Draw the names, if they are others."""
        is_comparing = state.replies.is_comparing
        if is_comparing != self._state.replies.is_comparing:
            self.query_one(NameList).display = not is_comparing
            self.query_one(TwinList).display = is_comparing
        before, self._state = self._state, state
        if (state.keys, is_comparing) != (before.keys, before.replies.is_comparing):
            self.caption(self.TITLE, keys(state))
        self.query_one(Fields).show(shown(state.sample))
        if is_comparing:
            self._show_both(state)
        else:
            self._show_names(state)

    def _show_names(self, state: State) -> None:
        """Names of one model, and what they are like."""
        names, width = self.query_one(NameList), self.content_size.width
        if state.names is not self._names:
            before, self._names = self._names, state.names
            are_more = bool(before) and state.names[: len(before or ())] == before
            names.take(state.names, are_more=are_more)
        self._show_large()
        has_chance = self.content_size.height >= ROOMY
        # Heads for a list that was hidden until now come with its size, else they would be cut.
        if names.size:
            self.query_one("#columns", Lines).show([names.heads(state.drawn, state.drawn_at)])
        self.query_one("#summary", Lines).show(figures(state, width, has_chance=has_chance))

    def _show_large(self) -> None:
        """On stage, draw the name under the cursor in large letters."""
        names = self.query_one(NameList)
        if names.is_on_stage:
            width, height = self.content_size
            rows = large(names.names, names.cursor, width, height // 3)
            self.query_one("#large", Lines).show(rows)

    def _show_both(self, state: State) -> None:
        """Names of both models, and how alike they are."""
        self.query_one("#large", Lines).show([])
        comparison, width = state.replies.comparison, self.content_size.width
        if comparison is not None and comparison is not self._comparison:
            self._comparison, self._twins = comparison, twins(comparison)
            self.query_one(TwinList).take(self._twins)
        self.query_one("#columns", Lines).show([both_columns(comparison, width)])
        self.query_one("#summary", Lines).show(alike(self._twins, state, width))

    def _keep_up(self) -> None:
        """Have the names of both models drawn again, if they would be others now."""
        state = self._state
        can_compare = state.is_ready and not state.no_network
        if not state.replies.is_comparing or not self.is_on_screen or not can_compare:
            return
        sample = replace(state.sample, smoothing=state.snapshot.settings.smoothing)
        shown = state.replies.comparison
        if shown is None or (shown.step, shown.command.sample) != (state.snapshot.step, sample):
            say(self, Ask(Compare(sample)))

    def on_complained(self, event: Complained) -> None:
        """Say under the fields what is wrong with one."""
        event.stop()
        rows = paragraph(event.reason, self.content_size.width, "warn")
        self.query_one("#complaint", Lines).show(rows)

    def on_given(self, event: Given) -> None:
        """Pass on what concerns the names, not the training."""
        event.stop()
        say(self, self.Changed(event.name, event.value))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Pass on the name under the cursor."""
        event.stop()
        self._show_large()
        if isinstance(event.rows, NameList | TwinList) and event.is_there:
            say(self, self.Picked(event.rows.word(event.index)))

    on_row_list_picked = on_row_list_moved

    def on_row_list_sized(self, event: RowList.Sized) -> None:
        """Put the heads above the columns where these are now, and write all in the new width."""
        event.stop()
        self.show(self._state)


def keys(state: State) -> Content:
    """Write the keys for the border, each a link that runs its command."""
    commands = [BY_ID[name] for name in KEYS]
    links = (link(f"{c.key_in(state.keys)} {c.label_in(state)}", c.id) for c in commands)
    return Content(" · ").join(links)


def shown(sample: Sample) -> dict[str, str]:
    """Write the way in which names are drawn, each setting as its field shows it."""
    return {name: written(name, getattr(sample, name)) for name in KNOBS}


def both_columns(comparison: NamesCompared | None, width: int) -> Row:
    """Heads of the columns of names of both models."""
    half = (width - 3) // 2
    counts, network = "counts", "network"
    if comparison is not None:
        smoothing = f", smoothing {number(comparison.command.sample.smoothing)}"
        counts += smoothing if len(counts + smoothing) <= half else ""
        steps = (f", step {comparison.step:,}", f", {comparison.step:,}", "")
        fitting = next(text for text in steps if not text or len(network + text) <= half)
        network += fitting if comparison.step >= 0 else " …"
    return ((fit(counts, half), "counts"), ("  ", "dim"), (fit(network, half), "network"))
