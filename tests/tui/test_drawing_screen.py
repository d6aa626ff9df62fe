"""Drawing letter by letter on the screen, by keyboard alone and by mouse, at both sizes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.tui.questions import MOUSE_SIZES, SIZES, Visit, visit
from tui.sampling.drawing import DrawingScreen
from tui.screens.help import HelpScreen

both = pytest.mark.parametrize("size", SIZES)
by_mouse = pytest.mark.parametrize("size", MOUSE_SIZES)


def name(there: Visit) -> str:
    drawing = there.app.state.replies.drawing
    return "".join(step.symbol for step in drawing.trail) if drawing else ""


@both
async def test_space_draws_the_letters_of_the_lecture(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("d")
        await there.sees("Nothing is drawn yet", "one number u from [0, 1)")
        await there.press("space", "enter", "right", "space")
        await there.until(lambda: name(there) == "mor.")
        await there.sees("That ends the name", "u = 0.057976")
        await there.press("space", "end")
        await there.until(lambda: name(there) == "axx.")
        await there.sees("before: mor")


@pytest.mark.slow
@both
async def test_undo_force_and_replay(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("d", "space", "space", "backspace")
        await there.until(lambda: name(there) == "m")
        await there.press("n")
        await there.until(lambda: name(there) == "mn")
        await there.sees("You forced “n”")
        await there.press("home", "space")
        await there.until(lambda: name(there) == "m")
        await there.press("escape")
        await there.until(lambda: not isinstance(there.app.screen, DrawingScreen))


@pytest.mark.slow
@by_mouse
async def test_all_of_it_by_mouse(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("d")
        await there.sees("Nothing is drawn yet")
        await there.click_on("space draw")
        await there.until(lambda: name(there) == "m")
        await there.click_on("bksp undo")
        await there.until(lambda: name(there) == "")
        await there.sees("Nothing is drawn yet")
        await there.click_on("▓▓")
        await there.until(lambda: len(name(there)) == 1)
        await there.sees("You forced")
        await there.click_on("end finish")
        await there.until(lambda: name(there).endswith("."))
        await there.click_on("home replay")
        await there.until(lambda: name(there) == "")
        await there.click_on("esc close")
        await there.until(lambda: not isinstance(there.app.screen, DrawingScreen))


@pytest.mark.slow
async def test_the_cursor_of_the_heatmap_goes_along() -> None:
    async with visit((160, 50)) as there:
        await there.press("d", "space", "space")
        symbols = there.app.state.symbols
        place = (symbols.index("m"), symbols.index("o"))
        await there.until(lambda: (there.app.state.row, there.app.state.column) == place)


@pytest.mark.slow
async def test_temperature_model_and_sampler_act_here() -> None:
    async with visit((160, 50)) as there:
        await there.press("d", "space", "up")
        await there.sees("temperature 2", "u = 0.665031")
        await there.press("tab")
        await there.sees("network, step 0", "u = 0.665031")
        await there.press("shift+tab")
        await there.sees("torch sampler", "does not show u", "torch.multinomial hit")


@both
async def test_a_prefix_is_there_and_takes_no_number(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        there.app.desk.draw_names(replace(there.app.state.sample, request=9, prefix="ka"))
        await there.press("d")
        await there.sees("prefix ka", "Row a of the table")
        assert name(there) == "ka"
        await there.press("end")
        await there.until(lambda: name(there).endswith("."))
        await there.until(lambda: there.app.state.names[0].name + "." == name(there))


@pytest.mark.slow
@by_mouse
async def test_forcing_replaying_and_retuning_by_mouse(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("d", "space")
        await there.click_on("↑ hotter")
        await there.sees("temperature 2", "u = 0.665031")
        await there.click_on("↓ cooler")
        await there.sees("temperature 1 ")
        await there.click_on("tab other model")
        await there.sees("network, step 0", "u = 0.665031")
        await there.click_on("shift+tab other sampler")
        await there.sees("torch.multinomial draws inside torch", "change with the version of torch")


@pytest.mark.slow
async def test_keys_that_are_quicker_than_the_answer_count_all_the_same() -> None:
    async with visit((80, 24)) as there:
        answer = there.engine.events
        there.engine.events = list  # type: ignore[method-assign]
        await there.press("d", "space", "up", "up", "tab")
        there.engine.events = answer  # type: ignore[method-assign]
        await there.sees("temperature 5", "network, step 0", "u = 0.665031")


async def test_a_letter_that_is_none_of_the_alphabet_is_refused() -> None:
    async with visit((80, 24)) as there:
        await there.press("d", "é")
        await there.sees("not in the alphabet")


async def test_a_key_that_does_something_there_is_no_letter_but_quitting_is() -> None:
    async with visit((80, 24), keys={"draw_letter": "w"}) as there:
        await there.press("d")
        await there.until(lambda: there.app.state.replies.drawing is not None)
        await there.press("question_mark")
        await there.until(lambda: isinstance(there.app.screen, HelpScreen))
        await there.sees("Draw the next letter", "esc")
        assert not re.search(r" q +Leave", there.text())
        await there.press("escape", "w")
        await there.until(lambda: name(there) == "m")
        await there.press("q")
        await there.until(lambda: name(there) == "mq")


async def test_nothing_to_take_back_is_said() -> None:
    async with visit((80, 24)) as there:
        await there.press("d", "backspace")
        await there.sees("There is no draw to take back.")
