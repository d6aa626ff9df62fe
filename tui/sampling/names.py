"""Lists of drawn names: those of one model, and those of both side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from textual.geometry import Region

from engine.protocol import ModelName, Sample, SampledName
from engine.text.width import cells
from tui.sampling.twins import Twin, Twins
from tui.text import pixels
from tui.text.fonts import LETTERS
from tui.text.numbers import figure
from tui.text.rows import Role, Row, Run, fit, spaced
from tui.widgets.lists import RowList

LENGTH, NLL = 5, 8
"""Columns of figures behind a name."""

LEAST_NAME, USUAL_NAME = 4, 40
"""Columns of names where there is little room, and where there is plenty and all are short."""


LARGE = (6, 5, 4, 3, 2, 1)
"""Columns of a pixel of large letters, the largest first."""

HEARD = 200
"""Names that a room may come to: as many are measured."""


CALLED = {"neural": "network"}
"""Models by what the screen calls them, where the command line has another name."""


def plainly(model: ModelName) -> str:
    """Call a model as the screen does."""
    return CALLED.get(model, model)


def role_of(model: ModelName) -> Literal["counts", "network"]:
    """The role of a model's colour: all that are made of counts have the same."""
    return "network" if model == "neural" else "counts"


def source(sample: Sample, step: int, width: int) -> str:
    """Say which model names are drawn from, the network as of which step, in so many columns."""
    order = sample.ngrams.order
    text = plainly(sample.model) + (f", order {order}" if order != 2 else "")
    texts = [f"from {text}", text]
    if sample.model == "neural":
        texts = [f"{text}, step {step:,}" for text in texts] + texts
    return fit(next((text for text in texts if cells(text) <= width), text), width)


class NameList(RowList):
    """Drawn names: known or new, length, NLL."""

    def __init__(self) -> None:
        super().__init__(id="names")
        self.names: tuple[SampledName, ...] = ()
        self._longest = 0

    def take(self, names: tuple[SampledName, ...], *, are_more: bool) -> None:
        """Show names; more of them leave the list where it stands."""
        fresh = names[len(self.names) :] if are_more else names
        longest = max((len(name.name) for name in fresh), default=0)
        self._longest = max(longest, self._longest if are_more else 0)
        self.names = names
        self.show(len(names), from_top=not are_more)

    def heads(self, drawn: Sample | None, step: int) -> Row:
        """What stands above the columns: which model drew the names, when, and their figures."""
        columns = self._columns(self.scrollable_content_region.width)
        of_what: Run = (fit("name", columns), "dim")
        if drawn is not None:
            of_what = (source(drawn, step, columns), role_of(drawn.model))
        return (("  ", "dim"), of_what, (f"{'len':>{LENGTH}}{'NLL':>{NLL}}", "dim"))

    def row(self, index: int, width: int) -> Row:
        """Known or new, the name, its length, its NLL."""
        name = self.names[index]
        text = name.name + "…" * name.is_cut
        if self.is_on_stage:
            return (_mark(name), (fit(f" {spaced(text)}", width - 2), "strong"))
        return (
            _mark(name),
            (fit(text or "(empty)", self._columns(width)), "plain"),
            (f"{len(name.name):>{LENGTH}}{figure(name.nll, 3):>{NLL}}", "dim"),
        )

    def _columns(self, width: int) -> int:
        """Columns of a name: figures are read beside it, not at the far end of a large screen."""
        room = max(LEAST_NAME, width - 2 - LENGTH - NLL)
        return min(room, max(USUAL_NAME, 2 * self._longest + 1))

    def word(self, index: int) -> str:
        """The name in a row."""
        return self.names[index].name


def large(names: Sequence[SampledName], index: int, width: int, height: int) -> list[Row]:
    """Draw a name as large as leaves all of them room, to be read from afar; nothing if none can.

    Args:
        names: those that were drawn.
        index: the one that is wanted.
        width: columns there are.
        height: lines there are.
    """
    fitting = [
        scale
        for scale in LARGE
        if pixels.height(scale, LETTERS) <= height
        and all(pixels.width(name.name, scale, LETTERS) <= width for name in names[:HEARD])
    ]
    if not fitting or index >= len(names):
        return []
    name = names[index]
    if not pixels.can_draw(name.name, LETTERS):
        return [()] * pixels.height(fitting[0], LETTERS)
    role: Role = "good" if name.is_known else "strong"
    return [((line, role),) for line in pixels.drawn(name.name, fitting[0], LETTERS)]


class TwinList(RowList):
    """Names of the counts and of the network; letters that differ stand out."""

    def __init__(self) -> None:
        super().__init__(id="twins")
        self.twins: Twins | None = None

    def row(self, index: int, width: int) -> Row:
        """The two names."""
        left, right = self._pair(index)
        half = (width - 2) // 2
        return (*_spelled(left, half), ("  ", "plain"), *_spelled(right, width - half - 2))

    def word(self, index: int) -> str:
        """The name in a row: the network's, if there is one."""
        left, right = self._pair(index)
        twin = right or left
        return twin.name.name if twin else ""

    def _pair(self, index: int) -> tuple[Twin | None, Twin | None]:
        """The names in a row; none where the comparison has become shorter since it was drawn."""
        rows = self.twins.rows if self.twins is not None else ()
        return rows[index] if index < len(rows) else (None, None)

    def take(self, found: Twins) -> None:
        """Show another comparison, painting only the rows that differ."""
        old, self.twins = self.twins, found
        if old is None or len(old.rows) != len(found.rows):
            self.show(len(found.rows), from_top=old is None)
            return
        width, top = self.size.width, self.scroll_offset.y
        changed = [
            Region(0, y, width, 1)
            for y in range(min(self.size.height, len(found.rows) - top))
            if old.rows[top + y] != found.rows[top + y]
        ]
        if changed:
            self.refresh(*changed)


def _spelled(twin: Twin | None, width: int) -> list[Run]:
    """A name, known or new, its differing letters marked."""
    if twin is None:
        return [(fit("  ·", width), "dim")]
    name = fit(twin.name.name or "(empty)", max(1, width - 2))
    marks = [*twin.differs, *[False] * len(name)]
    pairs = groupby(zip(name, marks, strict=False), key=lambda pair: pair[1])
    runs: list[Run] = [
        ("".join(c for c, _ in part), "accent" if mark else "plain") for mark, part in pairs
    ]
    return [_mark(twin.name), *runs]


def _mark(name: SampledName) -> Run:
    """Known or new, where the words are at hand to tell."""
    if name.is_known is None:
        return ("  ", "dim")
    return ("● ", "good") if name.is_known else ("○ ", "dim")
