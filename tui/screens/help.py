"""The help screen: the keys of where one is, every other one, and the words, on one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
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

ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→", "shift+tab": "⇧tab"}
"""How keys are printed that are called otherwise."""


def chapter_of(name: str) -> tuple[int, str]:
    """Give number and title of a chapter."""
    about = chapter(name)
    return about.number, about.title


class HelpFilter(StillInput):
    """The field that filters the help; escape empties it and leaves, enter goes to what is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.unfilter", show=False),
        Binding("down", "screen.to_page", show=False),
    ]


class HelpScreen(ModalScreen[None], Once[None]):
    """Everything one can do and every word, what concerns where one is before all else.

    Args:
        keys: those that the user chose, by command id.
        here: the pane in use, or the keys of what lies over the panes.
        words: those that are asked about, under a heading; if none are, keys come first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss", "Close", show=False),
        *closing("help", action="dismiss"),
        Binding("slash", "filter", "Filter", show=False),
    ]

    def __init__(
        self,
        keys: Mapping[str, str],
        here: str | Section = "",
        words: tuple[str, Sequence[Word]] | None = None,
    ) -> None:
        super().__init__()
        asked = of_words(*words, chapter_of) if words is not None else None
        self._sections = all_of_it(keys, chapter_of, here, asked)

    def compose(self) -> ComposeResult:
        """A field to filter by, then the page."""
        with Vertical(id="help") as box:
            box.border_title = "Help"
            box.border_subtitle = "type to filter · click a line to do it · esc closes"
            yield HelpFilter(placeholder="type to filter", compact=True, id="help-filter")
            with VerticalScroll(id="help-page"):
                yield Lines(id="help-keys")

    def on_mount(self) -> None:
        """Go to the page, so that the arrow keys scroll it."""
        self.action_to_page()

    def on_resize(self) -> None:
        """Write the page, once it is known how wide it may be."""
        self.call_after_refresh(self._write)

    def on_key(self, event: events.Key) -> None:
        """Filter by what is typed, be it without the key for it; what is a key here stays one."""
        letter, field = event.character or "", self.query_one(HelpFilter)
        if self.focused is not field and letter.isalpha() and event.key not in self.active_bindings:
            event.stop()
            self.action_filter()
            field.insert_text_at_cursor(letter)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Leave what holds the text."""
        event.stop()
        self._write()
        self.query_one("#help-page").scroll_home(animate=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to what is left."""
        event.stop()
        self.action_to_page()

    def action_filter(self) -> None:
        """Type into the filter."""
        self.set_focus(self.query_one(HelpFilter))

    def action_unfilter(self) -> None:
        """Show all of it again."""
        self.query_one(HelpFilter).value = ""
        self.action_to_page()

    def action_to_page(self) -> None:
        """Leave the filter."""
        self.set_focus(self.query_one("#help-page"))

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
    """Give each key that is heard in a widget of the program's own, and what it does."""
    kinds = (kind for node in widget.ancestors_with_self for kind in type(node).__mro__)
    for kind in kinds:
        if kind.__module__.startswith("tui.") and not issubclass(kind, App):
            for binding in kind.__dict__.get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.description:
                    told = binding.tooltip or binding.description
                    yield from ((key, told) for key in binding.key.split(","))
