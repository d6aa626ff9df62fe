"""What the commands do that explain: help, and the word that one asks about."""

from __future__ import annotations

from collections.abc import Sequence

from textual.errors import NoWidget
from textual.widget import AwaitMount

from tui import storage
from tui.commands import BY_ID, why_not
from tui.dataset.pane import FilterInput
from tui.laying import Laying
from tui.state import State
from tui.terminal.screens import uncovered
from tui.text import glossary
from tui.text.glossary import Word
from tui.tour import STOPS, left, recalled
from tui.widgets.fields import Field
from tui.widgets.lines import Lines
from tui.widgets.pane import Pane


class Guiding(Laying):
    """One method for each such command, named by its id."""

    _found: tuple[State, str] | None = None
    """What the tour has found, and the filter of the words; nothing while there is no tour."""

    def help(self) -> AwaitMount | None:
        """Tell the keys, those of where one is first."""
        return self._explain(None)

    def explain(self, name: str = "") -> AwaitMount | None:
        """Explain the field in use, the word under the mouse, or else those that are in sight.

        Args:
            name: a word of the glossary, to explain that; `*` for all of them.
        """
        if name == "*":
            return self._explain(("Glossary", glossary.WORDS))
        if (word := glossary.BY_NAME[name] if name else self._word()) is not None:
            return self._explain((word.name, [word]))
        found = dict.fromkeys(self._in_sight())
        title = "Words in sight" if found else "Words"
        return self._explain((title, [w for w in glossary.WORDS if not found or w in found]))

    def tour(self) -> None:
        """Take the tour, from the stop where it was left."""
        if self._main.guide.stop is None:
            self._main.guide.begin(recalled(storage.read_memory().get("tour")), self._state)
            self._main.show(self._state)

    def leave_tour(self) -> bool:
        """Leave the tour, and say how to go on with it; whether there was one."""
        stop = self._main.guide.number
        if not self._main.guide.leave():
            return False
        self._end_tour()
        self._main.show(self._state)
        self._app.tell(f"The tour waits at stop {stop} of {len(STOPS)}: ^p, then tour, goes on.")
        return True

    def reach(self, number: int) -> None:
        """Bring about what a stop speaks of, and remember that it was reached; or end the tour."""
        self._desk.remember({"tour": number})
        if number < len(STOPS):
            self._found = self._found or (self._state, self._filter.value)
            for intent in STOPS[number].brings(self._state):
                self._desk.take(intent)
            if STOPS[number].filters:
                self._filter.value = ""
            self._main.guide.arrive(self._state)
            return
        self._end_tour()
        help, explain = (BY_ID[n].key_in(self._state.keys) for n in ("help", "explain"))
        self._app.tell(
            f"That was the tour. Press {help} for all keys, and {explain} for what a word means "
            "that is under the mouse."
        )

    def _end_tour(self) -> None:
        """Leave all as the tour has found it."""
        if self._found is not None:
            (found, filter), self._found = self._found, None
            for intent in left(found, self._state):
                self._desk.take(intent)
            self._filter.value = filter if found.report is self._state.report else ""

    @property
    def _filter(self) -> FilterInput:
        return self._main.query_one(FilterInput)

    def _explain(self, words: tuple[str, Sequence[Word]] | None) -> AwaitMount | None:
        from tui.screens.explaining import way_to
        from tui.screens.help import HelpScreen, heard_on

        screen, keys = self._app.screen, self._state.keys
        if uncovered(self._app, HelpScreen):
            if words is not None:
                next(s for s in self._app.screen_stack if isinstance(s, HelpScreen)).ask(words)
            return None
        is_main = screen is self._main
        here = self._main.active if is_main else heard_on(screen, keys)
        may_tour = is_main and not why_not(BY_ID["tour"], self._state)
        tour = way_to("tour", keys) if may_tour else ""
        return self._app.push_screen(HelpScreen(keys, here, words, tour))

    def _word(self) -> Word | None:
        """The word that the field in use, or what is under the mouse, is about."""
        screen, focused = self._app.screen, self._app.screen.focused
        for widget in focused.ancestors_with_self if focused is not None else ():
            if isinstance(widget, Field):
                return widget.word
        x, y = self._app.mouse_position
        try:
            widget, region = screen.get_widget_at(x, y)
        except NoWidget:
            return None
        if isinstance(widget, Lines | Pane):
            return widget.word_at(x - region.x, y - region.y)
        return next((a.word for a in widget.ancestors_with_self if isinstance(a, Field)), None)

    def _in_sight(self) -> list[Word]:
        """Words in the pane in use, or on what lies over the panes."""
        screen = self._app.screen
        place = screen.query_one(f"#{self._main.active}") if screen is self._main else screen
        seen = (lines for lines in place.query(Lines) if lines.region)
        labels = (field.word for field in place.query(Field) if field.region)
        return [*(w for lines in seen for w in glossary.on(lines.rows)), *filter(None, labels)]
