"""Finds the words that pass a filter a little at a time, and shows them as they are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual.widget import Widget

from tui.dataset.filters import Filter
from tui.dataset.search import Search
from tui.dataset.words import WordList
from tui.terminal.later import later

SLICE = 0.01
"""Seconds of searching between two looks at the keys."""

PAUSE = 0.001
"""Seconds left to all else between two such looks."""

GROWTH = 0.2
"""Seconds between two sights of how many words have been found, once they fill the list."""


class Finder:
    """One search at a time.

    Args:
        pane: whose time it takes.
        clock: gives the time in seconds.
        changed: called when the list shows other words.
        ended: called with a search that has come to its end.
    """

    def __init__(
        self,
        pane: Widget,
        clock: Callable[[], float],
        changed: Callable[[], None],
        ended: Callable[[Search], None],
    ) -> None:
        self._pane, self._clock = pane, clock
        self._changed, self._ended = changed, ended
        self._search: Search | None = None
        self._grown = 0.0

    @property
    def complaint(self) -> str:
        """Why the latest search ended before its time; empty if it did not."""
        return self._search.complaint if self._search else ""

    def begin(
        self,
        words: WordList,
        numbers: Sequence[int] | None,
        filter: Filter,
        key: str,
        *,
        is_fresh: bool,
    ) -> None:
        """Show the words that pass a filter: from the top, or as far down as the list is.

        Args:
            words: the list.
            numbers: the order of its words; `None` for that of the file.
            filter: what passes.
            key: that chooses a split, as it is printed.
            is_fresh: whether the list begins from the top.
        """
        if not filter.is_empty:
            self._search = Search(words.words, numbers, filter, words.marks, key)
            go_on = partial(self._go_on, words, self._search)
            # What was typed is drawn first: to see it matters more than what it finds.
            self._pane.call_after_refresh(go_on, is_fresh=is_fresh, is_first=is_fresh)
        else:
            self._search = None
            words.numbers = numbers
            words.show(len(words.words), from_top=is_fresh)
            self._changed()

    def is_latest(self, search: Search) -> bool:
        """Whether nothing else has been looked for since."""
        return search is self._search

    def _go_on(
        self, words: WordList, search: Search, *, is_fresh: bool, is_first: bool = False
    ) -> None:
        """Search on, and come back if there is more and nothing else is being looked for.

        A list that is only put in another order stays as it is until that is known.
        """
        if search is not self._search:
            return
        now = self._clock()
        search.go_on(SLICE)
        if is_first or (search.is_over and not is_fresh):
            words.numbers = search.found
            words.show(len(search.found), from_top=is_first)
            self._changed()
        elif is_fresh and (search.is_over or words.is_short or now - self._grown >= GROWTH):
            self._grown = now
            words.grow(len(search.found))
            self._changed()
        if search.is_over:
            self._ended(search)
        else:
            later(self._pane, PAUSE, partial(self._go_on, words, search, is_fresh=is_fresh))
