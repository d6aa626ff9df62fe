"""The main screen: four panes, a status line, and the keys."""

from __future__ import annotations

import asyncio
import shutil
from pkgutil import resolve_name
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from tui.commands import BY_ID
from tui.dataset.facts import BigramList
from tui.dataset.pane import DatasetPane, FilterInput
from tui.dataset.words import WordList
from tui.heatmap.pane import HeatmapPane
from tui.opening import Opening
from tui.screens.guide import Guide
from tui.screens.header import Header, header
from tui.screens.keybar import Field, keys, tabs
from tui.screens.layout import WIDTHS, layout_for, place_notices, seen
from tui.state import State
from tui.state.panes import PANES, RIGHT
from tui.terminal.calm import CalmScreen
from tui.tour import WALK, Stop
from tui.widgets.fields import SettingSelect
from tui.widgets.lines import ROLE_CLASSES, Lines
from tui.widgets.pane import Pane
from tui.wording import status

ALL = "all panes"
"""What the key brings back that has given one of them the whole screen."""


def brought_back(dataset: DatasetPane, *, is_maximised: bool) -> dict[str, str]:
    """What the next press of a key brings back, by its command, where something took its place."""
    has_facts = isinstance(dataset.home, BigramList)
    back = {"facts": "words"} if has_facts else {}
    return back | ({"maximise": ALL} if is_maximised else {})


class MainScreen(CalmScreen[None]):
    """Dataset, heatmap, training and sampler, side by side or one at a time."""

    AUTO_FOCUS: ClassVar[str | None] = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        # What is in a speaker's hand has these two keys; they are heard so on stage alone.
        Binding("pagedown", "turn(1)", show=False, priority=True),
        Binding("pageup", "turn(-1)", show=False, priority=True),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = ROLE_CLASSES

    def __init__(self, opening: Opening, *, is_on_stage: bool = False) -> None:
        super().__init__()
        self._expected = shutil.get_terminal_size()
        self._opening = opening
        self._active = opening.pane
        self._right = opening.pane if opening.pane in RIGHT else RIGHT[0]
        self._rested: Widget | None = None
        """What had the focus last that is not a field."""
        self._is_maximised = opening.is_maximised
        self._is_on_stage = is_on_stage
        self._state = State()
        self.guide = Guide(greets=opening.greets, tour=opening.tour)
        """What takes a newcomer by the hand."""
        self._lit: Stop | None = None
        """What lights up a pane and a key."""
        self._told: tuple[State, int, str, Field, str, dict[str, str]] | None = None
        """What the key bar was written from."""
        self.is_up = asyncio.Event()
        """Whether all its parts are there, and one of them has the focus."""

    def compose(self) -> ComposeResult:
        """Large figures or tabs, where there is one pane only; panes, status, keys."""
        opening = self._opening
        left = {"has_facts": opening.has_facts, "expected": self._room_for_dataset}
        more: dict[str, dict[str, Any]] = {"dataset": left, "heatmap": {"zoom": opening.zoom}}
        panes: dict[str, Pane] = {
            name: resolve_name(place.source)(id=name, **more.get(name, {}))
            for name, place in PANES.items()
        }
        yield Header()
        yield Lines(id="tabs")
        with Horizontal(id="panes"):
            yield from (pane for name, pane in panes.items() if name not in RIGHT)
            with Vertical(id="right"):
                yield from (panes[name] for name in RIGHT)
        yield self.guide
        yield Lines(id="status")
        yield Lines(id="keys")

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Leave the styles as they are when it is seen first: each widget has just got its own."""
        if not self.stack_updates:
            event.refresh_styles = False

    def on_screen_suspend(self) -> None:
        """Leave notices to the screen above, which shows them, too, but where it has room."""
        for toast in self.query("Toast"):
            toast.remove()

    def on_mount(self) -> None:
        """Go to the pane that was used last, before any key is heard: later would be too late.

        What runs later must not take the focus from somebody who has begun to type.
        """
        self._arrange(self.app.size)
        self.set_focus(self.query_one(f"#{self._active}", Pane).home)
        self.is_up.set()

    @property
    def panes(self) -> list[Pane]:
        """The four panes, in order."""
        return [self.query_one(f"#{name}", Pane) for name in PANES]

    @property
    def active(self) -> str:
        """The pane in use."""
        return self._active

    @property
    def heatmap(self) -> HeatmapPane:
        """The heatmap."""
        return self.query_one(HeatmapPane)

    @property
    def opening(self) -> Opening:
        """How to open it the next time."""
        return Opening(
            self._active,
            self._is_maximised,
            self.query_one(DatasetPane).has_facts,
            self.heatmap.chosen_zoom,
        )

    def show(self, state: State, *, is_full: bool = True) -> None:
        """Draw the state; without `is_full` only the heatmap, which is the quickest to change."""
        self._state = state
        if state.is_on_stage != self._is_on_stage:
            self._is_on_stage = state.is_on_stage
            self._arrange(self.size)
        if not is_full:
            self.heatmap.show(state)
            return
        for pane in self.panes:
            if pane.display:
                pane.show(state)
        if self._is_on_stage:
            self.query_one(Header).draw(state)
            return
        self.query_one("#status", Lines).show([status(state, self.size.width)])
        self._guide(state)
        self._show_keys()

    def _guide(self, state: State) -> None:
        """Tell the stop of the tour, if there is one, and light up its pane."""
        guide, rows, filter = self.guide, self.query_one(WordList), self.query_one(FilterInput)
        is_far = bool(filter.value) and rows.cursor + 1 >= min(WALK, rows.count)
        guide.draw(state, self.size.width, has_walked=is_far)
        if guide.stop is not self._lit:
            self._lit = guide.stop
            for pane in self.panes:
                pane.set_class(self._lit is not None and pane.id == self._lit.pane, "-lit")
            if self._lit is not None:
                # Keys that no command has are heard where one is; and where panes take turns, it
                # is this one's.
                key, pane = self._lit.key, self.query_one(f"#{self._lit.pane}", Pane)
                if key not in BY_ID or not pane.display:
                    self.go(self._lit.pane)
            self._arrange(self.size)

    def _show_keys(self) -> None:
        """Tell the keys of where one is, if any of that is new."""
        lit = self._lit.key if self._lit is not None else ""
        turned = brought_back(self.query_one(DatasetPane), is_maximised=self._is_maximised)
        told = (self._state, self.size.width, self._active, self._field, lit, turned)
        if (before := self._told) is None or told[0] is not before[0] or told[1:] != before[1:]:
            self._told = told
            self.query_one("#keys", Lines).show([keys(*told)])

    @property
    def _field(self) -> Field:
        """What is typed into."""
        focused = self.focused
        if isinstance(focused, Input):
            return "filter" if isinstance(focused, FilterInput) else "field"
        return "choice" if isinstance(focused, SettingSelect) else ""

    def restyle(self) -> None:
        """Draw in the colours of another theme."""
        self.heatmap.restyle()

    # Layout

    @property
    def _room_for_dataset(self) -> tuple[int, int]:
        """Its columns, none if others are beside it, and its lines, as far as can be foreseen."""
        size = self._expected
        names = seen(size, self._active, self._right, is_maximised=self._is_maximised)
        told = 2 if self._opening.tour is not None else self._opening.greets
        return size.columns * (names == ("dataset",)), size.lines - 4 - told

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size."""
        self.guide.fit()
        self._arrange(event.size)
        self.call_after_refresh(self._show_again)

    def _show_again(self) -> None:
        self.show(self._state)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember the pane in use; the focus may have gone on before this is heard."""
        if event.widget is not self.focused:
            return
        pane = next((a for a in event.widget.ancestors_with_self if isinstance(a, Pane)), None)
        if pane is not None and pane.id and pane.id != self._active:
            self._use(pane.id)
        if pane is not None and event.widget is pane.home:
            self._rested = event.widget
        self._show_keys()

    def go(self, name: str) -> None:
        """Go to a pane."""
        self._use(name)
        pane = self.query_one(f"#{name}", Pane)
        pane.show(self._state)
        # At once: a key pressed right after this one is meant for the pane.
        self.set_focus(pane.home)

    def back_to_pane(self) -> None:
        """Leave a field for what had the focus before it, if that is on the screen."""
        rested = self._rested
        if rested is None or not rested.focusable or not rested.region:
            rested = self.query_one(f"#{self._active}", Pane).home
        self.set_focus(rested)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of a speaker to lists and figures, where there is no stage."""
        return self._is_on_stage if action == "turn" else True

    def action_turn(self, direction: int) -> None:
        """Go to the pane before or after."""
        names = list(PANES)
        self.go(names[(names.index(self._active) + direction) % len(names)])

    def maximise(self) -> None:
        """Give the active pane the whole screen, or give it back."""
        self._is_maximised = not self._is_maximised
        self._arrange(self.size)

    def on_pane_shown(self, event: Pane.Shown) -> None:
        """Draw a pane that has come into view."""
        event.pane.show(self._state)

    def _use(self, name: str) -> None:
        self._active = name
        if name in RIGHT:
            self._right = name
        self._arrange(self.size)

    def _arrange(self, size: tuple[int, int]) -> None:
        # Not by classes: to change one of the screen styles all there is anew, for 90 ms.
        is_alone = self._is_maximised or self._is_on_stage
        names = seen(size, self._active, self._right, is_maximised=is_alone)
        key = BY_ID["maximise"].key_in(self._state.keys)
        hides = self._is_maximised and not self._is_on_stage and layout_for(*size) != "narrow"
        for pane in self.panes:
            pane.display = pane.id in names
            pane.tell_way_back(f"{key} {ALL}" if hides else "", "maximise")
            if pane.display:  # To dress one takes up to 40 ms: none that is not seen.
                pane.set_class(self._is_on_stage, "-stage")
        right = self.query_one("#right")
        right.display = not set(RIGHT).isdisjoint(names)
        layout = "narrow" if is_alone else layout_for(*size)
        places = (self.query_one("#dataset"), self.heatmap, right)
        for place, width in zip(places, WIDTHS[layout], strict=True):
            place.styles.width = width
        self.heatmap.styles.dock = "left" if layout in ("paired", "slim") else "none"
        has_tabs = len(names) < len(PANES) and not self._is_on_stage
        above = len(header(self._state, *size)) if self._is_on_stage else 0 if has_tabs else None
        place_notices(self.query("ToastRack"), layout, above)
        self.query_one(Header).display = self._is_on_stage
        for id in ("#status", "#keys"):
            self.query_one(id).display = not self._is_on_stage
        self.query_one("#tabs").display = has_tabs
        self.query_one("#tabs", Lines).show(
            [tabs(self._active, self._lit.pane if self._lit else "")]
        )
