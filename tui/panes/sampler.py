"""The sampler: names drawn from a model, how likely each is, and whether it is a real one."""

from __future__ import annotations

from typing import get_args

from textual.app import ComposeResult
from textual.containers import Grid
from textual.message import Message

from engine import Value
from engine.protocol import ModelName, Sample, SampledName, SamplerName
from tui.fields import Complained, Field, Given, SettingInput, SettingSelect
from tui.ladders import written
from tui.lines import Lines, Row, fit
from tui.lists import RowList
from tui.pane import Pane
from tui.readings import paragraph
from tui.state import State

CHOICES = {"model": get_args(ModelName), "sampler": get_args(SamplerName)}
"""What may be chosen."""

FIELDS = {
    "model": ("model", "Which table names are drawn from: that of the counts or the network's."),
    "sampler": ("sampler", "How chance is drawn: as in the lecture, or by torch.multinomial."),
    "number": ("names", "How many names to draw."),
    "temperature": (
        "temp",
        "Temperature: below 1 likely letters become likelier, above 1 less likely.",
    ),
    "seed": ("seed", "Seed: the number from which all random draws follow."),
    "prefix": ("prefix", "What every name begins with."),
}
"""Settings in the order of their fields, each with a label and a plain sentence."""


class NameList(RowList):
    """Drawn names with their NLL."""

    def __init__(self) -> None:
        super().__init__(id="names")
        self.names: tuple[SampledName, ...] = ()

    def row(self, index: int, width: int) -> Row:
        """Known or new, the name, its NLL."""
        name = self.names[index]
        mark = ("● ", "good") if name.is_known else ("○ ", "dim")
        text = name.name + "…" * name.is_cut
        return (
            (mark[0], "good" if name.is_known else "dim"),
            (fit(text or "(empty)", width - 9), "plain"),
            (f"{name.nll:7.3f}", "dim"),
        )


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

    def compose(self) -> ComposeResult:
        """Fields, complaint, names, summary."""
        s = Sample()
        with Grid(classes="fields"):
            for name, (label, explanation) in FIELDS.items():
                field: SettingInput | SettingSelect
                if name in CHOICES:
                    field = SettingSelect(name, CHOICES[name], getattr(s, name))
                else:
                    field = SettingInput(name, written(name, getattr(s, name)))
                yield Field(label, field, explanation=explanation)
        yield Lines(id="complaint")
        yield NameList()
        yield Lines(id="summary")

    @property
    def home(self) -> NameList:
        """The names."""
        return self.query_one(NameList)

    def show(self, state: State) -> None:
        """Draw the names, if they are others."""
        self._show_settings(state.sample)
        if state.names is not self._names:
            has_more = bool(self._names) and state.names[: len(self._names or ())] == self._names
            self._names = state.names
            self.home.names = state.names
            self.home.show(len(state.names), from_top=not has_more)
        self.query_one("#summary", Lines).show([summary(state)])

    def on_complained(self, event: Complained) -> None:
        """Say under the fields what is wrong with one."""
        event.stop()
        rows = paragraph(event.reason, self.content_size.width, "warn")
        self.query_one("#complaint", Lines).show(rows)

    def on_given(self, event: Given) -> None:
        """Pass on what concerns the names, not the training."""
        event.stop()
        self.post_message(self.Changed(event.name, event.value))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Pass on the name under the cursor."""
        event.stop()
        self.post_message(self.Picked(self.home.names[event.index].name))

    on_row_list_picked = on_row_list_moved

    def _show_settings(self, sample: Sample) -> None:
        for name in ("number", "seed", "prefix"):
            text = str(getattr(sample, name))
            self.query_one(f"#field-{name}", SettingInput).show_value(text)
        temperature = f"{sample.temperature:g}"
        self.query_one("#field-temperature", SettingInput).show_value(temperature)
        self.query_one("#field-model", SettingSelect).show_value(sample.model)
        self.query_one("#field-sampler", SettingSelect).show_value(sample.sampler)


def summary(state: State) -> Row:
    """Say what the names are, in one line."""
    if not state.names or state.drawn is None:
        text = "press g to draw names" if state.is_ready else "names follow when torch is here"
        return ((text, "dim"),)
    known = sum(name.is_known for name in state.names)
    mean = sum(name.nll for name in state.names) / len(state.names)
    return (
        ("● known ", "good"), (f"{known}", "strong"),
        ("  ○ new ", "dim"), (f"{len(state.names) - known}", "strong"),
        ("  mean NLL ", "dim"), (f"{mean:.3f}", "strong"),
    )  # fmt: skip
