"""What a chapter shows: a handful of frozen values that any screen, or a pipe, can draw.

Standard library only, and no tensor, so an exhibit can cross a process boundary. A drawing layer
that knows the five parts below can draw every chapter, those not yet written included.
"""

from __future__ import annotations

from typing import Literal

from engine.records import record

Mark = Literal["", "strong", "faint", "good", "bad", "equal", "stretched", "missing", "clash"]
"""How a note or a cell stands out; the four last are the fates of a dimension in broadcasting."""

Cell = str | int | float


@record
class Note:
    """A paragraph; to be wrapped to the width at hand."""

    text: str
    mark: Mark = ""


@record
class Column:
    """Head of a table's column."""

    label: str
    form: str = ""
    """Format of its numbers, as in `format(1.5, ".4f")`; empty for whole numbers and text."""


@record
class Table:
    """Rows of numbers and labels; numbers are given in full and shown as their column says."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    marks: tuple[tuple[int, int, Mark], ...] = ()
    """Row, column and mark of the cells that stand out."""
    left_out: int = 0
    """How many further rows there would be."""


@record
class Bar:
    """One bar; `target` is the value it is compared with."""

    label: str
    value: float
    target: float | None = None


@record
class Bars:
    """Values ≥ 0 as lengths, one below the other."""

    title: str
    bars: tuple[Bar, ...]
    form: str = ".4f"
    value_label: str = ""
    target_label: str = ""
    label: str = ""
    """What the labels are, to stand over them; without it there are no heads."""
    left_out: int = 0
    """How many further bars there would be."""


@record
class Line:
    """Finite points (x, y), in order."""

    name: str
    points: tuple[tuple[float, float], ...]


@record
class Series:
    """Lines, or clouds of points, on common axes."""

    title: str
    lines: tuple[Line, ...]
    x_label: str
    y_label: str
    style: Literal["line", "points"] = "line"
    levels: tuple[tuple[str, float], ...] = ()
    """Horizontal lines, with what they stand for."""
    form: str = ".4f"


@record
class Matrix:
    """A table of numbers to be drawn as a picture, with symbols along its two sides."""

    title: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    values: tuple[int | float, ...]
    """Row by row; whole numbers are written as such where `form` leaves it open."""
    form: str = ".2f"
    is_signed: bool = False
    """Whether 0 is the middle of the scale, not its lower end."""
    has_bigrams: bool = False
    """Whether each cell bears its bigram, as in the lecture's figure."""
    left_out: int = 0
    """How many further symbols there would be."""

    def at(self, row: int, column: int) -> float:
        """Read the value of one cell."""
        return self.values[row * len(self.column_labels) + column]


@record
class HandRow:
    """A row of a table of counts, for the reader to move by hand.

    What a move does to the loss is worked out where it is made; nothing of it comes back.
    """

    title: str
    label: str
    """The symbol of the row."""
    symbols: tuple[str, ...]
    """What may follow it."""
    counts: tuple[int, ...]
    """How often each does."""
    probabilities: tuple[float, ...]
    """Where the hand finds the row; they sum to 1."""
    least: float
    """Average NLL of the row by its own counts, in nats: there is no lower one."""
    bigrams: int
    """N, those of all rows."""
    floor: float
    """Entropy floor of all rows, in nats."""


Part = Note | Table | Bars | Series | Matrix | HandRow


@record
class Question:
    """What is to be guessed of a chapter before it shows it."""

    text: str
    kind: Literal["number", "choice", "letter", "cell"]
    """A cell is guessed by the two symbols of its row and its column."""
    options: tuple[str, ...] = ()
    """What there is to choose from; of a letter or a cell, the symbols, the boundary included."""
    hint: str = ""
    """How to write it, and what of the data one may know."""


@record
class Exhibit:
    """A whole picture; the next one of the same chapter replaces it."""

    parts: tuple[Part, ...]
    done: int = 1
    """How far the chapter has come, of `total`; equal in the last exhibit."""
    total: int = 1
    hold: float = 0.0
    """Seconds it should stand before the next, so that it can be followed; without a screen, 0."""
    question: Question | None = None
    """Waits for a guess before it goes on."""

    @property
    def is_last(self) -> bool:
        """Whether the chapter has nothing more to show."""
        return self.done >= self.total
