"""A pane repaints its frame, and nothing within; what it writes there is never cut."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widget import Widget

from tui.state import State
from tui.widgets.pane import Pane


class Frame(Pane):
    """A pane with nothing in it."""

    def show(self, state: State) -> None:
        """There is nothing to draw."""


class Framed(App[None]):
    """A pane of a size that is told it."""

    CSS = "Frame { border: round white; padding: 0 1; }"

    def compose(self) -> ComposeResult:
        """The pane."""
        yield Frame()


async def test_each_cell_of_the_frame_is_repainted_once_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    width, height = size = (12, 5)
    async with Framed().run_test(size=size) as pilot:
        pane = pilot.app.query_one(Frame)
        repainted: list[Region] = []

        def refresh(widget: Widget, *regions: Region, **_: Any) -> Widget:  # noqa: ANN401
            repainted.extend(regions)
            return widget

        monkeypatch.setattr(Widget, "refresh", refresh)
        pane.refresh()
        cells = Counter(
            (x, y)
            for region in repainted
            for x in region.translate(pane.content_offset).column_range
            for y in region.translate(pane.content_offset).line_range
        )
        frame = {
            (x, y)
            for x in range(width)
            for y in range(height)
            if x in (0, width - 1) or y in (0, height - 1)
        }
        assert cells == Counter(frame)


async def test_a_pane_of_another_width_writes_as_much_on_its_border_as_it_has_room_for() -> None:
    async with Framed().run_test(size=(40, 5)) as pilot:
        pane = pilot.app.query_one(Frame)
        pane.caption("4 Sampler", "g names · b both · t word")
        assert str(pane.border_subtitle) == "g names · b both · t word"
        for width, subtitle in ((24, "g names · b both"), (40, "g names · b both · t word")):
            await pilot.resize_terminal(width, 5)
            await pilot.pause()
            assert str(pane.border_subtitle) == subtitle
