"""Who types while the program starts is heard: no key is lost, none does another thing."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from engine.protocol import OpenDrawing, TakeApart
from tests.tui.fake import FakeEngine, until
from tui import storage
from tui.app import Laboratory
from tui.dataset.pane import DatasetPane
from tui.options import Options
from tui.plot import door as plots
from tui.sampling.drawing import DrawingScreen
from tui.sampling.word import WordInput
from tui.state.panes import PANES
from tui.widgets.pane import Pane

WIDE, NARROW = (160, 50), (80, 24)


def opened(engine: FakeEngine) -> Laboratory:
    """An app that has yet to draw its first frame."""
    plots.warm_up()
    return Laboratory(engine, Options(fps=50.0))


def type_in(app: Laboratory, keys: str) -> None:
    """Type, all at once."""
    for key in keys:
        app.post_message(events.Key({"/": "slash"}.get(key, key), key))


@pytest.mark.parametrize(
    ("pane", "size"),
    [
        ("", NARROW),
        ("sampler", WIDE),
        pytest.param("dataset", NARROW, marks=pytest.mark.slow),
        pytest.param("heatmap", NARROW, marks=pytest.mark.slow),
    ],
)
async def test_the_filter_takes_what_is_typed_before_the_first_frame(
    pane: str, size: tuple[int, int]
) -> None:
    if pane:
        storage.write_memory({"layout": {"pane": pane, "has_facts": pane == "dataset"}})
    engine = FakeEngine()
    app = opened(engine)
    type_in(app, "/jacqueline")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: engine.is_started)
        assert app.main.query_one("#filter", Input).value == "jacqueline"
        assert app.return_value is None


@pytest.mark.parametrize(
    "pane",
    [name if name == "dataset" else pytest.param(name, marks=pytest.mark.slow) for name in PANES],
)
async def test_the_pane_that_was_used_last_hears_the_first_key(pane: str) -> None:
    storage.write_memory({"layout": {"pane": pane}})
    engine = FakeEngine()
    app = opened(engine)
    type_in(app, "j")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: engine.is_started)
        assert app.focused is app.main.query_one(f"#{pane}", Pane).home


async def test_words_that_are_typed_before_there_are_any_wait_for_them() -> None:
    engine = FakeEngine()
    app = opened(engine)
    type_in(app, "/emma")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: engine.is_started)
        engine.load(storage.folder())
        await until(pilot, lambda: app.main.query_one(DatasetPane).home.count == 2)


async def test_a_word_typed_before_there_are_words_is_taken_apart_once_there_are() -> None:
    engine = FakeEngine()
    app = opened(engine)
    type_in(app, "tandrejq")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: engine.is_started)
        assert app.screen.query_one(WordInput).value == "andrejq"
        engine.load(storage.folder())
        await until(pilot, lambda: engine.sent_of(TakeApart))
        assert engine.sent_of(TakeApart)[-1].word == "andrejq"
        assert app.screen.query_one(WordInput).value == "andrejq"


async def test_letters_typed_behind_d_are_forced_and_do_nothing_else() -> None:
    engine = FakeEngine()
    app = opened(engine)
    type_in(app, "dq")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: engine.sent_of(OpenDrawing))
        assert isinstance(app.screen, DrawingScreen)
        assert app.return_value is None


async def test_a_cell_is_gone_to_and_chosen_before_there_is_a_picture_of_it() -> None:
    """Of an engine elsewhere the words are there first, and the cells later."""
    engine = FakeEngine()
    app = opened(engine)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: engine.is_started)
        engine.load(storage.folder())
        engine.show(window=None)
        await until(pilot, lambda: app.state.symbols)
        assert app.state.snapshot.window is None
        await pilot.press("2", "down", "enter")
        await until(pilot, lambda: app.main.query_one("#filter", Input).value == "aa")
