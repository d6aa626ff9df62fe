"""Taking words apart on the screen, by keyboard alone and by mouse, at both sizes."""

from __future__ import annotations

import pytest

from engine.protocol import Configure, TakeApart
from tests.tui.questions import MOUSE_SIZES, SIZES, visit
from tui.sampling.word import Ladder, WordScreen

both = pytest.mark.parametrize("size", SIZES)
by_mouse = pytest.mark.parametrize("size", MOUSE_SIZES)


@both
@pytest.mark.slow
async def test_an_impossible_word_becomes_finite_by_smoothing(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("t", *"andrejq")
        await there.sees("7 letters, 8 bigrams; it is not in the dataset; never seen: jq.")
        await there.press("tab", "0", "enter")
        await there.sees("jq was never seen", "NLL ∞", "7 letters, 8 bigrams")
        await there.press("right_square_bracket")  # On the ladder, where enter has gone.
        await there.sees("smoothing 0.01", "NLL 4.0464")
        await there.press("tab", "tab", "down")
        await there.sees("jq was never seen")
        await there.press("escape")
        await there.until(lambda: not isinstance(there.app.screen, WordScreen))


@pytest.mark.slow
@by_mouse
async def test_the_dial_turns_by_mouse(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("t", *"andrejq", "tab", "0", "enter")
        await there.sees("jq was never seen")
        await there.click_on(" + ")
        await there.sees("NLL 4.0464")
        await there.click_on(" − ")
        await there.sees("jq was never seen")
        await there.click_on("esc close")
        await there.until(lambda: not isinstance(there.app.screen, WordScreen))


async def test_a_word_has_one_nll_wherever_it_stands() -> None:
    async with visit((80, 24)) as there:
        await there.press("right_square_bracket", "t", *"mia", "tab")
        await there.sees("counts, smoothing 3", "NLL")
        answer = there.app.state.replies.apart
        assert answer is not None
        assert answer.command.smoothing == 3 == there.app.state.settings.smoothing
        assert "the model has" not in there.text()
        await there.press("0", "enter")
        await there.sees("counts, smoothing 0", "the model has 3")


@pytest.mark.slow
async def test_the_dial_follows_the_model_unless_it_is_turned_away() -> None:
    async with visit((80, 24)) as there:
        await there.press("t", *"mia", "tab")
        await there.sees("counts, smoothing 1")
        there.app.desk.send(Configure(smoothing=3))
        await there.sees("counts, smoothing 3")
        await there.press("0", "enter")
        there.app.desk.send(Configure(smoothing=10))
        await there.sees("counts, smoothing 0", "the model has 10")


@both
async def test_moving_down_the_ladder_moves_the_heatmap(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("t", *"emma", "enter", "down", "down")
        symbols = there.app.state.symbols
        m = symbols.index("m")
        await there.until(lambda: (there.app.state.row, there.app.state.column) == (m, m))
        assert there.app.state.word == "emma"
        ladder = there.app.screen.query_one(Ladder)
        await there.pilot.click(Ladder, offset=(2, 1))
        await there.until(lambda: there.app.state.row == symbols.index("e"))
        assert ladder.cursor == 1


async def test_the_word_that_was_picked_is_taken_apart() -> None:
    async with visit((160, 50)) as there:
        await there.press("4", "down", "down")
        await there.until(lambda: there.app.state.word == "minaymoryles")
        await there.press("t")
        await there.sees("12 letters, 13 bigrams; it is not in the dataset.")


async def test_where_none_was_picked_it_is_the_one_that_the_cursor_is_at() -> None:
    async with visit((80, 24)) as there:
        await there.press("slash", *"oli", "enter", "t")
        await there.sees("olivia", "6 letters, 7 bigrams")
        # What is typed at once stands in its place.
        await there.press(*"mia")
        await there.sees("3 letters, 4 bigrams")


ODD_WORDS = {
    " ": "Type any word above",
    "[/foo]": "[, / and ] are not in the alphabet",
    "[@click=app.quit]x[/]": "are not in the alphabet",
    "né": "é is not in the alphabet",
    "ab" * 5000: "10,000 letters, 10,001 bigrams",
    "a" * 10_001: "at most 10,000 are taken apart",
}
"""Words, and what is said of them."""


@pytest.mark.slow
@both
async def test_odd_words_are_answered_in_a_sentence(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("t")
        for word, sentence in ODD_WORDS.items():
            there.app.screen.query_one("#asked-word").value = word  # type: ignore[attr-defined]
            await there.sees(sentence)


@pytest.mark.slow
async def test_every_key_asks_and_the_latest_answer_stands() -> None:
    async with visit((160, 50)) as there:
        await there.press("t", *"mia")
        await there.sees("3 letters, 4 bigrams; it stands in the dataset")
        asked = [c for c in there.engine.sent if isinstance(c, TakeApart)]
        assert [c.word for c in asked][-3:] == ["m", "mi", "mia"]
        assert [c.request for c in asked] == sorted({c.request for c in asked})


@pytest.mark.slow
async def test_the_network_is_asked_again_when_it_has_learnt() -> None:
    async with visit((160, 50)) as there:
        await there.press("n", "t", *"mia")
        await there.sees("network, step 1")


async def test_wrong_smoothing_is_refused_in_a_sentence() -> None:
    async with visit((80, 24)) as there:
        await there.press("t", *"mia", "tab", "minus")
        await there.sees("smoothing must be a finite number")


@pytest.mark.slow
async def test_the_field_is_never_dead_and_a_suggestion_is_one_key_away() -> None:
    async with visit((80, 24)) as there:
        await there.press("t", *"Jérg")
        await there.sees("Did you mean jerg?", "enter takes jerg")
        await there.press("enter")
        await there.sees("word jerg ", "enter down the table")
        await there.press(*"é", "enter", "backspace", "s")
        await there.sees("word jergs ", "5 letters, 6 bigrams")
        await there.press("enter", *"mia")
        await there.sees("word mia ", "3 letters, 4 bigrams")
        await there.press("enter", "backspace")
        await there.sees("word mi ", "2 letters, 3 bigrams")
        await there.press("backspace", "backspace", "enter")
        await there.sees("Type any word above.")
        await there.press(*"éma")
        await there.click_on("ema?")
        await there.sees("word ema ", "3 letters, 4 bigrams")
