"""The heatmap's pane asks for what is in view, and describes what is under cursor and mouse."""

from __future__ import annotations

import math
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from engine.protocol import MatrixName, Row, Settings, Snapshot, Watch, Window
from tests.tui.fake import until
from tui.heatmap.breadcrumbs import breadcrumb, path_of
from tui.heatmap.figure import HeatmapFigure
from tui.heatmap.pane import HeatmapPane
from tui.heatmap.zooms import ZOOMS
from tui.plot import door as plots
from tui.state import State
from tui.state.intents import CentringToggled, Intent, ViewChosen, WordPicked
from tui.state.reducing import reduce
from tui.widgets.lines import Lines

LETTERS = tuple(".abcdefghijklmnopqrstuvwxyz")


@pytest.fixture(autouse=True)
def _plotext() -> None:
    plots.warm_up()


def row(index: int, size: int = 27) -> Row:
    """Make a row in which the symbol after the first one is the likeliest."""
    counts = [index + 1] * size
    counts[1] = 4438
    p = [n / sum(counts) for n in counts]
    return Row(
        index,
        array("q", counts).tobytes(),
        array("d", p).tobytes(),
        array("d", p).tobytes(),
        array("d", [0.0] * size).tobytes(),
    )


def answer(wanted: Watch, **changes: object) -> Snapshot:
    """Answer as the engine would."""
    values = array("f", [float(i % 9) for i in range(wanted.rows * wanted.columns)])
    place = (wanted.matrix, wanted.row, wanted.column, wanted.rows, wanted.columns)
    window = Window(*place, 0.0, 8.0, values.tobytes())
    snapshot = Snapshot(run=1, state="ready", window=window, row=row(wanted.cursor_row), gap=0.1)
    return replace(snapshot, **changes)  # type: ignore[arg-type]


class PaneApp(App[None]):
    """An app with the heatmap's pane, and an engine that answers at once."""

    CSS_PATH = "../../tui/app.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.state = State(symbols=LETTERS, column=1)
        self.watched: list[Watch] = []

    def compose(self) -> ComposeResult:
        yield HeatmapPane(id="heatmap")

    def on_heatmap_pane_watching(self, message: HeatmapPane.Watching) -> None:
        self.watched.append(message.wanted)
        self.state = reduce(self.state, answer(message.wanted))
        self.query_one(HeatmapPane).show(self.state)


@dataclass
class Stage:
    """The pane on a screen."""

    app: PaneApp
    pilot: Pilot[None]

    @property
    def pane(self) -> HeatmapPane:
        return self.app.query_one(HeatmapPane)

    def text(self, name: str) -> str:
        return self.app.query_one(f"#{name}", Lines).text

    async def intend(self, *intents: object) -> None:
        for intent in intents:
            self.app.state = reduce(self.app.state, intent)  # type: ignore[arg-type]
            self.pane.show(self.app.state)
            await self.pilot.pause()


@asynccontextmanager
async def stage(size: tuple[int, int] = (88, 48)) -> AsyncIterator[Stage]:
    """Put the pane on a screen and show it a state."""
    app = PaneApp()
    async with app.run_test(size=size) as pilot:
        on_stage = Stage(app, pilot)
        on_stage.pane.show(app.state)
        await pilot.pause()
        await pilot.pause()
        yield on_stage


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((88, 48), Watch("counts", 0, 0, 27, 27, 0)),
        ((80, 21), Watch("counts", 0, 0, 13, 27, 0)),
        ((44, 14), Watch("counts", 0, 0, 6, 27, 0)),
        ((30, 14), Watch("counts", 0, 0, 6, 11, 0)),
    ],
)
async def test_what_is_asked_for_is_what_fits(size: tuple[int, int], wanted: Watch) -> None:
    async with stage(size) as s:
        assert s.app.watched[-1] == wanted
        assert len(s.pane.home.looks) == wanted.rows * wanted.columns


async def test_what_is_in_view_is_asked_for_once() -> None:
    async with stage() as s:
        for _ in range(3):
            s.pane.show(s.app.state)
            await s.pilot.pause()
        assert len(s.app.watched) == len(set(s.app.watched))


async def test_bars_stand_below_or_lie_beside_as_there_is_room() -> None:
    async with stage((88, 48)) as s:
        assert "next after ." in s.text("below")
        assert not s.app.query_one("#beside").display
    async with stage((80, 21)) as s:
        assert "next after ." in s.text("beside")
        assert not s.app.query_one("#below").display


async def test_the_inspector_describes_the_bigram_under_the_cursor() -> None:
    async with stage() as s:
        assert s.text("inspector").split()[0] == ".a"
        assert "4,438" in s.text("inspector")


async def test_the_mouse_is_followed_and_then_the_cursor_again() -> None:
    async with stage() as s:
        await s.pilot.hover(HeatmapFigure, offset=(2 + 3 * 4, 2 + 5))
        await until(s.pilot, lambda: s.text("inspector").split()[0] == "ed")
        assert s.app.watched[-1].cursor_row == 5
        assert (s.app.state.row, s.app.state.column) == (0, 1)
        await s.pilot.hover("#inspector")
        await until(s.pilot, lambda: s.text("inspector").split()[0] == ".a")


LOOKS: list[tuple[list[Intent], MatrixName, str]] = [
    ([ViewChosen("counts")], "counts", "N · counts"),
    ([ViewChosen("count_probabilities")], "count_probabilities", "P · counts, smoothing 1"),
    ([ViewChosen("network_probabilities")], "network_probabilities", "p · network"),
    ([ViewChosen("logits")], "centred_logits", "W · logits, rows centred"),
    ([CentringToggled()], "logits", "W · logits, raw"),
    ([ViewChosen("difference")], "difference", "p − P · network − counts, smoothing 1"),
]
"""What is asked for, one after another, what is watched then, and what stands above it."""


async def test_each_view_watches_its_matrix_and_says_what_it_is() -> None:
    async with stage() as s:
        for intents, matrix, title in LOOKS:
            await s.intend(*intents)
            assert s.app.watched[-1].matrix == matrix
            assert str(s.pane.border_title) == f"2 Heatmap · {title}"
        await s.intend(ViewChosen("count_probabilities"))
        settings = Settings(smoothing=0.1)
        await s.intend(replace(s.app.state.snapshot, settings=settings))
        assert "smoothing 0.1" in str(s.pane.border_title)


async def test_the_border_says_what_is_in_view_and_whose_path_it_is() -> None:
    async with stage((80, 21)) as s:
        assert str(s.pane.border_subtitle) == "rows .–l"
        await s.intend(WordPicked("emma"))
        assert str(s.pane.border_subtitle) == "path of emma, 1–5 · rows .–l"
        await s.intend(WordPicked("[/nowhere]"))
        s.pane.zoom_to(ZOOMS[-1])
        await s.pilot.pause()
        assert str(s.pane.border_subtitle) == "rows .–e · columns .–m · zoom 5×2"
        s.pane.zoom_to(None)
        await s.pilot.pause()
        assert str(s.pane.border_subtitle) == "rows .–l"


async def test_the_border_says_in_which_unit_numbers_are_written() -> None:
    async with stage((150, 64)) as s:
        s.pane.zoom_to(ZOOMS[-1])
        await s.intend(ViewChosen("difference"))
        window = s.app.state.snapshot.window
        assert window is not None
        values = array("f", [0.01] * (window.rows * window.columns)).tobytes()
        small = replace(window, low=-0.02, high=0.03, values=values)
        await s.intend(replace(s.app.state.snapshot, window=small))
        assert str(s.pane.border_subtitle) == "numbers × 10⁻³ · zoom 5×2"
        assert s.pane.home.looks[30].lower == "10.0"
        s.pane.zoom_to(ZOOMS[1])
        await s.pilot.pause()
        assert "10⁻³" not in str(s.pane.border_subtitle)


async def test_zooming_in_and_out_again_leaves_the_size_to_fit() -> None:
    async with stage() as s:
        for direction, is_chosen in ((1, True), (-1, False)):
            s.pane.zoom(direction)
            await s.pilot.pause()
            assert (s.pane.chosen_zoom is not None) is is_chosen


@pytest.mark.slow
async def test_zooming_stops_at_both_ends() -> None:
    async with stage() as s:
        for direction, name in ((1, "5×2"), (-1, "1×1")):
            for _ in range(len(ZOOMS) + 2):
                s.pane.zoom(direction)
                await s.pilot.pause()
            assert s.pane.home.zoom.name == name


async def test_without_values_nothing_fails() -> None:
    async with stage() as s:
        window = s.app.state.snapshot.window
        assert window is not None
        blank = array("f", [math.nan] * 27 * 27).tobytes()
        await s.intend(
            replace(s.app.state.snapshot, window=replace(window, low=0, high=0, values=blank))
        )
        assert {look.level for look in s.pane.home.looks} == {-1}


def test_a_path_begins_and_ends_at_the_boundary() -> None:
    state = State(symbols=(".", "a", "b"))
    assert path_of(replace(state, word="aba")) == ((0, 1), (1, 2), (2, 1), (1, 0))
    assert path_of(replace(state, word="xyz")) == ()


@pytest.mark.parametrize(
    ("settings", "before", "path"),
    [
        (Settings(order=3, dots=2), "", [".a", "ab", "ba", "a."]),
        (Settings(order=3, dots=2), ".", [".a", "ab", None, None]),
        (Settings(order=3, dots=2), "a", [None, None, "ba", None]),
        (Settings(order=3, dots=1), "", ["ab", "ba", "a."]),
        (Settings(order=4, dots=3), "ab", [None, None, None, "a."]),
        (Settings(order=1, dots=0), "", [".a", "ab", "ba", "a."]),
    ],
)
def test_a_path_is_seen_where_its_contexts_are(
    settings: Settings, before: str, path: list[str | None]
) -> None:
    symbols = (".", "a", "b")
    indices = tuple(map(symbols.index, before))
    state = State(symbols=symbols, word="aba", before=indices, snapshot=Snapshot(settings=settings))
    cells = [tuple(map(symbols.index, cell)) if cell else None for cell in path]
    assert path_of(state) == tuple(cells)


def test_what_stands_before_the_rows_is_said_and_whether_there_may_be_more() -> None:
    symbols = (".", "e", "m")
    assert breadcrumb(symbols, (), 1) == "rows after any"
    assert breadcrumb(symbols, (1,), 1) == "rows after e"
    assert breadcrumb(symbols, (1, 2), 3) == "rows after … e m"
    assert breadcrumb(symbols, (1, 2), 2) == "rows after e m"
