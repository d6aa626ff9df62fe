"""A chapter: one idea of the lecture as text, code, controls and a generator of exhibits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from engine.lab.data import Data
from engine.lab.exhibit import Exhibit
from engine.lab.guessing import Prediction
from engine.lab.source import Cell, Loop, listing, of_counts
from engine.protocol import MatrixName, Refusal
from engine.records import record
from engine.text.numbers import typed
from engine.words.cleaning import printable

Pane = Literal["dataset", "heatmap", "training", "sampler"]
Value = float | int | str


@record
class Control:
    """A value the reader may choose."""

    name: str
    """By which it is given on the command line and to the generator."""
    label: str
    kind: Literal["number", "whole", "text", "choice"]
    default: Value
    low: float = -math.inf
    high: float = math.inf
    stops: tuple[float, ...] = ()
    """Positions of a dial; any other value in the limits may be typed."""
    hint: str = ""
    """What an empty field stands for, and how to fill it in."""
    options: tuple[str, ...] = ()
    """What there is to choose from, in the order in which the dial goes through them."""

    @property
    def rule(self) -> str:
        """What it may be, in words."""
        if self.kind == "choice":
            return f"one of {', '.join(self.options)}"
        if self.kind == "text":
            is_one = self.low == self.high == 1
            return "one character" if is_one else f"at most {typed(self.high)} characters"
        kind = "a whole number" if self.kind == "whole" else "a number"
        return f"{kind} from {_short(self.low)} to {_short(self.high)}"

    def parse(self, text: str) -> Value:
        """Read what was typed.

        Raises:
            Refusal: it is not what the control may be; the sentence says what it may be.
        """
        given = printable(text)
        text = given.strip()
        if not text and self.kind == "text":
            text = given[: int(self.low)]  # Where it is one symbol, a blank may be it.
        value: Value = text
        try:
            if self.kind == "choice":
                value = next(option for option in self.options if option == text.lower())
            elif self.kind != "text":
                value = int(text) if self.kind == "whole" else float(text)
            fits = self.low <= (len(text) if isinstance(value, str) else value) <= self.high
        except (ValueError, StopIteration):
            fits = False
        if not fits:
            shown = text if len(text) <= 40 else text[:40] + "…"
            raise Refusal(f"{self.label} must be {self.rule}, not “{shown}”.")
        return value


def _short(value: float) -> str:
    return str(value) if isinstance(value, int) else typed(value, 15)


class Inputs:
    """Values of a chapter's controls, read and checked."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def show(self, control: Control) -> str:
        """Write a control's value so that it can be read again."""
        value = self._values[control.name]
        return value if isinstance(value, str) else _short(value)

    def text(self, name: str) -> str:
        """Value of a text control."""
        return str(self._values[name])

    def whole(self, name: str) -> int:
        """Value of a whole number."""
        return int(self._values[name])

    def number(self, name: str) -> float:
        """Value of a number."""
        return float(self._values[name])


@record
class Opened:
    """A chapter set to work on data; dropping `exhibits` ends it."""

    inputs: tuple[tuple[str, str], ...]
    """Each control with the value in force, as text."""
    code: str
    """The chapter's code, with the values in force."""
    exhibits: Iterator[Exhibit | None]
    """Nothing stands for a piece of work after which there is nothing new to show."""


@record
class Chapter:
    """One idea; everything but `steps` can be read without torch."""

    number: int
    name: str
    """One word, for the command line."""
    title: str
    text: str
    """Paragraphs, parted by empty lines."""
    question: str
    answer: str
    pane: Pane
    """Where on the main screen the idea lives."""
    cells: tuple[Cell | Loop, ...]
    """The functions that compute the exhibit, in the order in which they are shown and run."""
    given: Callable[[Data, Inputs], Mapping[str, object]]
    """Plain values of the cells' parameters that the reader, or the data, choose.

    A value under the name of a text control is what an empty field stands for.
    """
    steps: Callable[[Data, Inputs], Iterator[Exhibit | None]]
    """Exhibits, each a small piece of work after the one before; nothing, if it takes several."""
    controls: tuple[Control, ...] = ()
    view: MatrixName | None = None
    """What the heatmap shows of it."""
    sets: tuple[tuple[str, Literal["smoothing", "regularization"]], ...] = ()
    """Controls whose values the laboratory takes over who goes there, and as which setting."""
    pauses_run: bool = False
    """Whether the main run should rest meanwhile, because time itself is measured."""
    needs_words: bool = False
    """Whether it goes through the words one by one: counts alone do not do."""
    writes_dots: bool = False
    """Whether its code puts a full stop before and behind a word: in running text that is a symbol
    like others."""
    predict: Callable[[Data, Inputs], Prediction | None] | None = None
    """What is to be guessed, of these data; nothing, if they do not allow it."""

    @property
    def code(self) -> str:
        """The code before any data are chosen: values still open are written as `...`."""
        return listing(self.cells, {c.name: c.default for c in self.controls if c.default != ""})

    def read(self, texts: Mapping[str, str]) -> Inputs:
        """Read the controls from text; those not given have their defaults.

        Raises:
            Refusal: there is no such control, or it cannot have that value.
        """
        known = {c.name: c for c in self.controls}
        for name in texts:
            if name not in known:
                has = f"it has {', '.join(known)}" if known else "it has none"
                raise Refusal(f"Chapter {self.name} has no control “{printable(name)}”; {has}.")
        values = {n: c.parse(texts[n]) if n in texts else c.default for n, c in known.items()}
        return Inputs(values)

    def open(self, data: Data, texts: Mapping[str, str] | None = None) -> Opened:
        """Set the chapter to work; nothing is computed until the first exhibit is asked for.

        Raises:
            Refusal: what the reader chose cannot be used on these data.
        """
        inputs = self.read(texts or {})
        given = self.given(data, inputs)
        in_force = tuple(
            (c.name, inputs.show(c) or str(given.get(c.name, ""))) for c in self.controls
        )
        cells = self.cells if data.has_words else of_counts(self.cells)
        return Opened(in_force, listing(cells, given), self.steps(data, inputs))


def paragraphs(text: str) -> tuple[str, ...]:
    """Take a text apart into paragraphs without line breaks, to be wrapped to any width."""
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


def choice_control(name: str, label: str, options: tuple[str, ...], hint: str = "") -> Control:
    """Make a dial that goes through options; it stands at the first."""
    return Control(name, label, "choice", options[0], 0, 40, hint=hint, options=options)


def words_control(hint: str, name: str = "words", label: str = "words") -> Control:
    """Make a field for words of the reader's own."""
    return Control(name, label, "text", "", 0, 200, hint=hint)


def seed_control(name: str = "seed", label: str = "seed", default: int = 2147483647) -> Control:
    """Make a field for the seed of a generator."""
    return Control(name, label, "whole", default, -(1 << 63), (1 << 64) - 1)
