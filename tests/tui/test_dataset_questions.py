"""What one asks of the words in the whole app, by keyboard alone and by mouse, at both sizes."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.questions import MOUSE_SIZES, SIZES, Visit, visit
from tui.dataset.files import WordsScreen
from tui.dataset.pane import DatasetPane
from tui.dataset.words import WordList
from tui.heatmap.figure import HeatmapFigure
from tui.screens.help import HelpScreen
from tui.widgets.lines import Lines

both = pytest.mark.parametrize("size", SIZES)
by_mouse = pytest.mark.parametrize("size", MOUSE_SIZES)


def first(there: Visit) -> str:
    """The word on top of the list; empty if there is none."""
    words = there.app.main.query_one(WordList)
    return words.word(0) if words.count else ""


async def comes_first(there: Visit, word: str) -> None:
    await there.until(lambda: first(there) == word)


async def go_to_words(there: Visit) -> None:
    """Go to the dataset by mouse; where it is in sight this is a click on its border."""
    await there.click_on("1 Dataset")


@both
async def test_orders_by_keyboard(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("1")
        for word in ("aaban", "an", "jan", "lj", "emma"):
            await there.press("O")
            await comes_first(there, word)


@pytest.mark.slow
@by_mouse
async def test_orders_by_mouse(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await go_to_words(there)
        await there.click_on("word ")
        await comes_first(there, "aaban")
        await there.click_on("a–z")  # The order stands on the border: a click gives the next one.
        await comes_first(there, "an")
        heads = there.app.main.query_one("#word-heads", Lines)
        for word in ("jan", "lj"):
            await there.pilot.click(heads, offset=(heads.text.index("NLL"), 0))
            await comes_first(there, word)


@both
@pytest.mark.slow
async def test_filters_by_keyboard(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        for typed, word in (
            ("za.", "eliza"),
            ("qqq", ""),
            ("/^a.*a$/", "ava"),
            ("2..2", "an"),
            ("9.. .chr", "christina"),
        ):
            await there.press("slash")
            field = there.app.main.query_one("#filter", Input)
            field.value = typed
            await comes_first(there, word) if word else await there.until(lambda: not first(there))
            await there.press("escape")
            await comes_first(there, "emma")


@both
async def test_a_bigram_filters_and_a_word_draws_its_path(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("2", "enter")
        await comes_first(there, "ava")  # The cursor stands on .a at first.
        await there.press("1", "down")
        await there.until(lambda: there.app.state.word == "amelia")
        await there.press("escape", "escape")
        await comes_first(there, "emma")
        assert there.app.state.word == ""


@pytest.mark.slow
@by_mouse
async def test_a_bigram_filters_and_a_word_draws_its_path_by_mouse(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        if size == (80, 24):
            await there.click_on("2 Heatmap")
        figure = there.app.main.query_one(HeatmapFigure)
        assert figure._painter is not None
        place = figure._painter.layout.region(0, 1)
        await there.pilot.click(figure, offset=(place[0], place[1]), times=2)
        await comes_first(there, "ava")
        await there.pilot.click(WordList, offset=(2, 1))
        await there.until(lambda: there.app.state.word == "amelia")


@both
async def test_facts_and_the_table_of_bigrams(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("i")
        await there.sees("different", "29,693", "repeats ″", "2,564", "('n', '.')", "6,8")
        await there.press("i")
        await there.until(lambda: there.app.main.query_one(WordList).has_focus)


@pytest.mark.slow
@by_mouse
async def test_facts_and_the_table_of_bigrams_by_mouse(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await go_to_words(there)
        if size != (80, 24):  # There they stand beside the words.
            await there.click_on("i facts")
        await there.sees("29,693", "2,564", "('n', '.')")


@both
async def test_repeats_are_marked(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("slash", *"emma", "enter", "O")
        await there.sees("emma″")


@pytest.mark.slow
@both
async def test_another_file_is_opened_and_a_bad_one_refused(
    size: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "good.txt").write_text("abba\nbaab\n")
    (tmp_path / "bad.txt").write_bytes(b"\xffemma")
    async with visit(size) as there:
        for name, seen in (("bad.txt", "emma"), ("good.txt", "abba")):
            await there.press("1", "f")
            await there.until(lambda: isinstance(there.app.screen, WordsScreen))
            there.app.screen.query_one("#path", Input).value = str(tmp_path / name)
            await there.press("enter")
            await there.until(lambda: there.app.screen is there.app.main)
            await comes_first(there, seen)
        assert any("not UTF-8" in str(told.message) for told in there.app._notifications)


@pytest.mark.slow
@both
async def test_every_command_is_a_click_away_in_the_help(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.click_on("? help")
        await there.until(lambda: isinstance(there.app.screen, HelpScreen))
        while "Take one step of gradient descent" not in there.text():
            await there.press("down")
        await there.click_on("Take one step of gradient descent")
        await there.until(lambda: there.app.state.snapshot.step == 1)
        assert there.app.screen is there.app.main


@both
async def test_the_words_are_held_against_the_network_once_it_is_looked_at(
    size: tuple[int, int],
) -> None:
    async with visit(size) as there:
        await there.press("2", "v", "v", "1")
        await there.sees("NLL network")
        assert there.app.main.query_one(DatasetPane).display
