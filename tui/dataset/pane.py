"""The dataset: every word in any order, filtered as one types, and what is known of the file."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from engine.protocol import DataReport, WordsParted
from tui.commands import BY_ID, absence
from tui.dataset.about import About
from tui.dataset.asking import Asking
from tui.dataset.facts import BigramList
from tui.dataset.filters import Filter, exactly, hint, meant, parse
from tui.dataset.finder import Finder
from tui.dataset.search import Search
from tui.dataset.words import WordList, counted, with_turn
from tui.messages import Ask, Intend
from tui.plot import door as plots
from tui.state import State
from tui.state.intents import Moved, OrderChosen
from tui.state.rankings import ORDERS, Order
from tui.terminal.calm import StillInput
from tui.terminal.later import later
from tui.text import glyphs
from tui.text.rows import paragraph
from tui.widgets.lines import Lines
from tui.widgets.lists import RowList
from tui.widgets.pane import Pane, link
from tui.widgets.say import say

REST = 0.4
"""Seconds without a key after which one is told what may have been meant."""

ACROSS = 66
"""Columns from which on words, facts and bigrams stand side by side."""

TALL = 31
"""Rows from which on the facts stand below the words."""

LIST_ROWS, FEW_ROWS = 18, 6
"""Rows that are kept for the list beside the facts: if the pane is tall, and if it is not."""


class FilterInput(StillInput):
    """The field that filters; down goes into the list, escape empties it and leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down", "app.leave_field", show=False),
    ]

    def suggest(self, parted: WordsParted) -> None:
        """Say what one may type, as far as there is room."""
        self.placeholder = hint(self.size.width, has_parts=bool(parted.marks))

    def mark(self, complaint: str, absent: str) -> None:
        """Say below what is wrong, or why there are no words, which is wrong once some are sought.

        Args:
            complaint: a sentence; empty if nothing is wrong.
            absent: why there are none, in a sentence; empty if there are.
        """
        is_wrong = bool(complaint or (absent and self.value))
        self.set_class(is_wrong, "-wrong")
        rows = paragraph(complaint or absent, self.size.width, "warn" if is_wrong else "plain")
        self.query_ancestor(DatasetPane).query_one("#filter-complaint", Lines).show(rows)

    def action_leave(self) -> None:
        """Show all words again."""
        self.value = ""
        self.screen.set_focus(self.query_ancestor(DatasetPane).home)


class Heads(Lines):
    """What stands above the words; a click on it puts them in another order."""

    def action_order_by(self, column: str) -> None:
        """Choose the order that a column stands for; a second click turns some round."""
        self.query_ancestor(DatasetPane).order_by(column)


class DatasetPane(Pane):
    """Words, facts and bigrams: side by side, or the words over the facts, or one at a time.

    Args:
        id: its name among widgets.
        clock: gives the time in seconds.
        has_facts: whether the facts stand in place of the words where there is no room for both.
        expected: the width and height it will have, for the right styles from the start.
    """

    TITLE = "1 Dataset"

    class Picked(Message):
        """A word was picked."""

        def __init__(self, word: str) -> None:
            self.word = word
            super().__init__()

    def __init__(
        self,
        id: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        has_facts: bool = False,
        expected: tuple[int, int] = (0, 0),
    ) -> None:
        super().__init__(id=id, classes="-facts" if has_facts else None)
        self._choose_layout(*expected)
        self._clock = clock
        self._heading = self.TITLE
        self._state = State()
        self._report: DataReport | None = None
        self._filter = Filter()
        self._finder = Finder(self, clock, self._count, self._end_search)
        self._order: tuple[Order, *tuple[object, ...]] = ("file", None, b"")
        self._asking = Asking()
        self._seen: object = None
        """What was drawn last, but for the layout; none of it moves while one trains."""

    def compose(self) -> ComposeResult:
        """Filter and words; facts and lengths; bigrams."""
        with Vertical(id="listing"):
            yield FilterInput(placeholder="/ to filter", compact=True, id="filter")
            yield Lines(id="filter-complaint")
            yield Heads(id="word-heads")
            yield WordList()
        yield About()
        with Vertical(id="frequencies"):
            yield Lines(id="bigram-heads")
            yield BigramList()

    @property
    def home(self) -> RowList:
        """The list of words, or that of bigrams where it has taken its place."""
        return self._bigrams if self.has_class("-facts", "-stacked") else self._words

    @property
    def has_facts(self) -> bool:
        """Whether the facts stand in place of the words where there is no room for both."""
        return self.has_class("-facts")

    @property
    def _words(self) -> WordList:
        return self.query_one(WordList)

    @property
    def _bigrams(self) -> BigramList:
        return self.query_one(BigramList)

    def show(self, state: State) -> None:
        """Draw what is new, and ask for what is missing."""
        self._state = state
        if state.words is None or state.report is None:
            return
        if state.report is not self._report:
            self._begin(state)
        elif self._words.take(state.words):
            self._begin_search(is_fresh=False)
        self._ask(state)
        seen = (state.report, state.rankings, state.keys, plots.is_ready())
        if seen != self._seen:
            self._seen = seen
            self._show_words(state)
            self._show_facts(state)

    def _show_again(self) -> None:
        """Draw what is known by now, in another layout."""
        self.query_one(FilterInput).suggest(self._state.rankings.parted)
        self._seen = None
        self.show(self._state)

    # What the user does

    def filter_by(self, bigram: str) -> None:
        """Show the words that hold a bigram, which may begin or end with the boundary.

        Unlike what is typed it is exact: to the table, small letters and capitals are two symbols.
        """
        self.query_one(FilterInput).value = exactly(bigram, self._state.symbols) if bigram else ""

    def toggle_facts(self) -> None:
        """Show the facts in place of the words, or back; side by side, go from list to list."""
        if self.has_class("-stacked"):
            self.toggle_class("-facts")
            self.screen.set_focus(self.home)
            self.call_after_refresh(self._show_again)
        else:
            self.screen.set_focus(self._words if self._bigrams.has_focus else self._bigrams)

    def list_words(self) -> None:
        """Show the words where the facts have taken their place."""
        if self.home is not self._words:
            self.remove_class("-facts")
            self.call_after_refresh(self._show_again)

    def order_by(self, column: str) -> None:
        """Put the words in the order of a column; a second time, turn it round if it can be."""
        now = self._state.rankings.order
        orders: dict[str, Order] = {
            "word": "file" if now == "alphabet" else "alphabet",
            "length": "length",
            "nll": "unlikely" if now == "likely" else "likely",
        }
        say(self, Intend(OrderChosen(orders.get(column, "file"))))

    def on_resize(self) -> None:
        """Choose the layout for the size."""
        self._choose_layout(*self.content_size)
        self.call_after_refresh(self._show_again)

    def _choose_layout(self, width: int, height: int) -> None:
        is_stacked = width < ACROSS and not self.has_class("-stage")  # There are words alone.
        self.set_class(is_stacked, "-stacked")
        self.set_class(is_stacked and height >= TALL, "-tall")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as one types; what is no filter yet changes nothing but is marked."""
        event.stop()
        read = parse(event.value)
        if not read.complaint and read != self._filter:
            self._filter = read
            self._begin_search(is_fresh=True)
        self._complain(read.complaint or self._finder.complaint)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go into the list."""
        event.stop()
        self.screen.set_focus(self._words)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Pass on the word or the bigram under the cursor."""
        event.stop()
        if event.is_there and event.rows is self._bigrams:
            say(self, Intend(Moved(*self._bigrams.cell(event.index))))
        elif event.is_there:
            say(self, self.Picked(self._words.word(event.index)))

    on_row_list_picked = on_row_list_moved

    def on_row_list_sized(self, event: RowList.Sized) -> None:
        """Put the heads above the columns where these are now."""
        event.stop()
        self._show_again()

    # Words

    def _begin(self, state: State) -> None:
        """Take new words."""
        assert state.words is not None
        self._report = state.report
        widest = max(map(glyphs.width, state.symbols), default=1)
        self._words.begin(state.words, widest * (state.report.longest if state.report else 0))
        self._order = ("file", None, b"")
        self._complain("")
        self._begin_search(is_fresh=True)

    def _ask(self, state: State) -> None:
        """Ask for words and bigrams in order, and for the NLL of words that are listed."""
        is_listed = self.query_one("#listing").display
        for question in self._asking.questions(state, self._clock(), is_listed=is_listed):
            say(self, Ask(question))

    def _show_words(self, state: State) -> None:
        rankings, words = state.rankings, self._words
        self.query_one(FilterInput).suggest(rankings.parted)
        if words.mark(rankings.ranked, rankings.sorted, rankings.parted):
            words.update()
        order = (rankings.order, rankings.source, rankings.parted.marks)
        if rankings.is_here and order != self._order:
            before, self._order = self._order, order
            self._begin_search(is_fresh=order[0] != before[0])
        heads = words.heads(words.scrollable_content_region.width)
        self.query_one(Heads).show([] if absence(state) else [heads])
        if absence(state):
            self._complain("")
        model = words.model_name
        is_listed = self.query_one("#listing").display
        is_said = not (is_listed and model) or any(model in run[0] for run in heads)
        self._heading = self.TITLE + ("" if is_said else f" · NLL {model}")
        self._count()

    def _begin_search(self, *, is_fresh: bool) -> None:
        """Show the words that pass the filter: from the top, or as far down as the list is."""
        numbers = self._state.rankings.numbers if self._order[0] != "file" else None
        key = BY_ID["model"].key_in(self._state.keys)
        self._finder.begin(self._words, numbers, self._filter, key, is_fresh=is_fresh)

    def _end_search(self, search: Search) -> None:
        """Say what is wrong with it, or what may have been meant where nothing was found.

        The second only once no more is typed: a sentence that grows moves all that is below it.
        """
        wrong = search.complaint or parse(self.query_one(FilterInput).value).complaint
        is_lost = not wrong and not search.found
        if is_lost and (hint := meant(self._filter, self._state.symbols)):
            later(self, REST, partial(self._hint, search, hint))
        else:
            self._complain(wrong)

    def _hint(self, search: Search, hint: str) -> None:
        if self._finder.is_latest(search):
            self._complain(hint)

    def _complain(self, complaint: str) -> None:
        """Mark the filter and say below what is wrong with it; or that there are no words."""
        self.query_one(FilterInput).mark(complaint, absence(self._state))

    def _count(self) -> None:
        words, rankings = self._words, self._state.rankings
        order = ORDERS[rankings.order] if rankings.is_here else "sorting…"
        room = self.size.width - 2
        text = counted(words.count, len(words.words), order, room)
        title = Content(self._heading)
        if self.has_class("-stacked"):
            title = with_turn(title, self._state.keys, room, has_facts=self.has_facts)
        self.caption(title, "" if absence(self._state) else link(text, "order"))

    # Facts

    def _show_facts(self, state: State) -> None:
        assert state.report is not None
        self._bigrams.take(state.rankings.sorted, state.symbols, state.report.bigrams)
        width = self._bigrams.scrollable_content_region.width
        self.query_one("#bigram-heads", Lines).show([self._bigrams.heads(width)])
        rows = self.content_size.height
        if self.has_class("-stacked"):
            rows -= LIST_ROWS if self.has_class("-tall") else FEW_ROWS
        self.query_one(About).show(state.report, state.symbols, state.rankings.parted, rows)
