"""The help screen: the keys of where one is, every other one, and the words, on one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from engine.lab import chapter
from engine.text.width import cells
from tui.command import KEY_NAMES
from tui.keymap import closing
from tui.lab.screen import LabScreen
from tui.screens.explaining import Entry, Section, all_of_it, of_commands, of_words
from tui.terminal.calm import StillInput
from tui.terminal.screens import Once
from tui.text.glossary import Word
from tui.text.rows import Row
from tui.widgets.lines import Lines
from tui.widgets.pane import link

ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→", "shift+tab": "⇧tab"}
"""How keys are printed that are called otherwise."""

CLICKED = "click a line to do it"

WAYS = {
    "up": "scroll_up",
    "down": "scroll_down",
    "pageup": "page_up",
    "pagedown": "page_down",
    "home": "scroll_home",
    "end": "scroll_end",
}
"""Keys that scroll the page, and what they do to it."""


def chapter_of(name: str) -> tuple[int, str]:
    """Give number and title of a chapter."""
    about = chapter(name)
    return about.number, about.title


class HelpFilter(StillInput):
    """The field that filters the help: it has the focus, and what scrolls scrolls the page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"screen.turn('{way}')", show=False) for key, way in WAYS.items()
    ]

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether letters are text here: while nothing is typed, some are keys of the screen."""
        return bool(self.value) and super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """Leave to the screen what is a key there, while nothing is typed."""
        if event.is_printable and not self.value and event.key in self.screen.active_bindings:
            event.prevent_default()


class HelpScreen(ModalScreen[None], Once[None]):
    """Everything one can do and every word, what concerns where one is before all else.

    Args:
        keys: those that the user chose, by command id.
        here: the pane in use, or the keys of what lies over the panes.
        words: those that are asked about, under a heading; if none are, keys come first.
        tour: how to take the tour; empty where there is none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Close", show=False),
        Binding("enter", "dismiss", "Close", show=False),
        *closing("help", action="dismiss"),
        Binding("slash", "filter", "Filter", show=False),
    ]

    def __init__(
        self,
        keys: Mapping[str, str],
        here: str | Section = "",
        words: tuple[str, Sequence[Word]] | None = None,
        tour: str = "",
    ) -> None:
        super().__init__()
        self._keys, self._here, self._tour = keys, here, tour
        self._sections = self._told(words)

    def _told(self, words: tuple[str, Sequence[Word]] | None) -> list[Section]:
        asked = of_words(*words, chapter_of) if words is not None else None
        return all_of_it(self._keys, chapter_of, self._here, asked)

    def ask(self, words: tuple[str, Sequence[Word]]) -> None:
        """Explain words before all else, where the help lies open already."""
        self._sections = self._told(words)
        self.query_one(HelpFilter).value = ""
        self._write()
        self.query_one("#help-page").scroll_home(animate=False)

    def compose(self) -> ComposeResult:
        """A field to filter by, then the page."""
        with Vertical(id="help") as box:
            tour = link(f"the tour: {self._tour}", "tour", "screen.run")
            box.border_title = Content("Help · ") + tour if self._tour else "Help"
            yield HelpFilter(
                placeholder="type to filter", compact=True, select_on_focus=False, id="help-filter"
            )
            with VerticalScroll(id="help-page", can_focus=False):
                yield Lines(id="help-keys")

    def on_mount(self) -> None:
        """Tell how to leave, and wait for what is typed."""
        self._tell_escape()
        self.action_filter()

    def on_resize(self) -> None:
        """Write the page, once it is known how wide it may be."""
        self.call_after_refresh(self._write)

    def on_key(self, event: events.Key) -> None:
        """Filter by what is typed where a click took the focus from the field."""
        if self.focused is None and event.is_printable and event.key not in self.active_bindings:
            event.stop()
            self.action_filter()
            self.query_one(HelpFilter).insert_text_at_cursor(event.character or "")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Leave what holds the text."""
        event.stop()
        self._write()
        self._tell_escape()
        self.query_one("#help-page").scroll_home(animate=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close, but not over what has just been found."""
        event.stop()
        if not event.value:
            self.dismiss()

    def action_filter(self) -> None:
        """Type into the filter, where a click took the focus from it."""
        self.set_focus(self.query_one(HelpFilter))

    def action_back(self) -> None:
        """Show all of it again where it is filtered, else close: as the frame says."""
        field = self.query_one(HelpFilter)
        if field.value:
            field.value = ""
        else:
            self.dismiss()

    def _tell_escape(self) -> None:
        is_filtered = bool(self.query_one(HelpFilter).value)
        said = ("esc clears the search",) if is_filtered else ("type to filter", "esc closes")
        self.query_one("#help").border_subtitle = " · ".join((CLICKED, *said))

    def action_turn(self, way: str) -> None:
        """Scroll the page."""
        page = self.query_one("#help-page")
        getattr(page, f"action_{way}")()

    def action_run(self, command: str) -> None:
        """Close, and do what the key of that line does."""
        self._close_for(f"app.command('{command}')")

    def action_read(self, name: str) -> None:
        """Close, and open a chapter of the lab."""
        self._close_for(f"app.command('lab', '{name}')")

    def _close_for(self, action: str) -> None:
        self.dismiss()
        self.app.call_later(self.app.run_action, action)

    def _write(self) -> None:
        lines, text = self.query_one("#help-keys", Lines), self.query_one(HelpFilter).value
        width = lines.size.width
        rows: list[Row] = [row for section in self._sections for row in section.rows(text, width)]
        lines.show(rows[:-1] or [(("Nothing holds that; esc shows all.", "dim"),)])


def heard_on(screen: Screen[object], keys: Mapping[str, str]) -> Section:
    """Tell the keys that a screen over the laboratory hears: the lab, or a dialog."""
    if isinstance(screen, LabScreen):
        return of_commands(keys, "lab")
    told: dict[str, list[str]] = {}
    for key, text in _bound(screen.focused or screen):
        told.setdefault(text, []).append(ARROWS.get(key, KEY_NAMES.get(key, key)))
    entries = tuple(Entry(" ".join(keys), text) for text, keys in told.items())
    title = next((box.border_title for box in screen.children if box.border_title), None)
    wide = max((cells(entry.key) for entry in entries), default=5) + 2
    return Section(title or "Here", entries, wide=wide)


def _bound(widget: DOMNode) -> Iterator[tuple[str, str]]:
    """Give each key that is heard in a widget of the program's own, and what it does.

    Of several that hear it the nearest is told; where that says nothing, nobody else hears it.
    """
    seen = set[str]()
    kinds = (kind for node in widget.ancestors_with_self for kind in type(node).__mro__)
    for kind in kinds:
        if kind.__module__.startswith("tui.") and not issubclass(kind, App):
            for binding in kind.__dict__.get("BINDINGS", ()):
                if isinstance(binding, Binding):
                    told = binding.tooltip or binding.description
                    fresh = [key for key in binding.key.split(",") if key not in seen]
                    seen.update(fresh)
                    yield from ((key, told) for key in fresh if told)
