"""The dataset: every word, filtered as one types, and what is known of the file."""

from __future__ import annotations

from array import array
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from engine import Words
from engine.protocol import DataReport
from tui.lines import Lines, Row, fit
from tui.lists import RowList
from tui.pane import Pane
from tui.state import State

BATCH = 50_000
"""Words searched in one go; the rest follows when the keys have been heard."""


class Filter(Input):
    """The field that filters; down goes into the list, escape empties it and leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down", "app.leave_field", show=False),
    ]

    def action_leave(self) -> None:
        """Show all words again."""
        self.value = ""
        self.screen.set_focus(self.query_ancestor(DatasetPane).home)


class WordList(RowList):
    """The words, or those that match."""

    def __init__(self) -> None:
        super().__init__(id="words")
        self.words = Words.of(())
        self.matches: array[int] | None = None

    def row(self, index: int, width: int) -> Row:
        """A word with its number."""
        number = self.matches[index] if self.matches is not None else index
        digits = len(str(len(self.words)))
        row: Row = ((fit(self.words[number], width - digits - 1), "plain"),)
        return (*row, (f"{number + 1:>{digits}}", "dim"))

    def word(self, index: int) -> str:
        """The word in a row."""
        return self.words[self.matches[index] if self.matches is not None else index]


class DatasetPane(Pane):
    """Words above, facts below."""

    TITLE = "1 Dataset"

    class Picked(Message):
        """A word was picked."""

        def __init__(self, word: str) -> None:
            self.word = word
            super().__init__()

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._report: DataReport | None = None
        self._searched = 0
        self._bigram = ""

    def compose(self) -> ComposeResult:
        """Filter, list, facts."""
        yield Filter(placeholder="/ to filter", compact=True, id="filter")
        yield WordList()
        yield Lines(id="facts")

    @property
    def home(self) -> RowList:
        """The list of words."""
        return self.query_one(WordList)

    def show(self, state: State) -> None:
        """Take new words when there are some."""
        if state.words is None or state.report is self._report:
            return
        self._report = state.report
        words = self.query_one(WordList)
        words.words, words.matches = state.words, None
        words.show(len(state.words))
        if state.report is not None:
            self.query_one("#facts", Lines).show(facts(state.report))
        self._search(self.query_one(Filter).value)

    def filter_by(self, bigram: str) -> None:
        """Show the words that hold a bigram, which may begin or end with the boundary.

        Unlike what is typed it is exact: to the table, small letters and capitals are two symbols.
        """
        self._bigram = bigram
        self.query_one(Filter).value = bigram

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as one types."""
        event.stop()
        self._search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go into the list."""
        event.stop()
        self.screen.set_focus(self.query_one(WordList))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Pass on the word under the cursor."""
        event.stop()
        self.post_message(self.Picked(self.query_one(WordList).word(event.index)))

    on_row_list_picked = on_row_list_moved

    def _search(self, needle: str) -> None:
        words = self.query_one(WordList)
        self._searched = 0
        words.matches = array("I") if needle else None
        if needle:
            self._search_on(needle, is_first=True)
        else:
            words.show(len(words.words))
            self._count(words)

    def _search_on(self, needle: str, is_first: bool = False) -> None:
        """Search one batch, and come back for the next one if the filter is still the same."""
        words = self.query_one(WordList)
        if words.matches is None or self.query_one(Filter).value != needle:
            return
        end = self._searched + BATCH
        is_exact = needle == self._bigram
        words.matches.extend(words.words.holding(needle, self._searched, end, is_exact=is_exact))
        self._searched = end
        words.show(len(words.matches), from_top=is_first)
        self._count(words)
        if end < len(words.words):
            self.set_timer(0.001, lambda: self._search_on(needle))

    def _count(self, words: WordList) -> None:
        found = f"{len(words.matches):,} of " if words.matches is not None else ""
        self.border_subtitle = f"{found}{len(words.words):,}"


def facts(report: DataReport) -> list[Row]:
    """What is known of the data, and what was cleaned, in a few lines."""
    rows: list[Row] = [
        _fact("words", report.words),
        _fact("repeats", report.repeats),
        _fact("symbols", report.symbols),
        _fact("bigrams", report.bigrams),
        (("length".ljust(9), "dim"), (f"{report.shortest}–{report.longest}", "plain")),
    ]
    cleaned = {
        "blank": report.blank_lines,
        "dropped": report.dropped_words,
        "removed": report.removed_characters,
    }
    rows += [_fact(name, number) for name, number in cleaned.items() if number]
    return rows


def _fact(name: str, number: int) -> Row:
    return ((name.ljust(9), "dim"), (f"{number:,}", "plain"))
