"""What comes in from the terminal, as the program hears it."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste

from tui.terminal.keys import AllColours, KeyParser

RESTS = ""
"""Nothing comes for a while."""


def heard(*reads: str, is_asked: bool = False) -> list[str]:
    """Say what is made of several reads: names of keys, pasted text, other messages by name."""
    parser = KeyParser()
    parser.is_asked = is_asked
    messages = [m for read in reads for m in (parser.feed(read) if read else parser.tick())]
    return [
        m.key if isinstance(m, Key) else m.text if isinstance(m, Paste) else type(m).__name__
        for m in messages
    ]


@pytest.mark.parametrize(
    ("reads", "keys"),
    [
        (["\x1bq"], ["escape", "q"]),
        (["\x1b", "q"], ["escape", "q"]),
        (["\x1b", RESTS, "q"], ["escape", "q"]),
        (["\x1bnan"], ["escape", "n", "a", "n"]),
        (["\x1b/é"], ["escape", "slash", "é"]),
        (["\x1b\x1b", RESTS], ["escape", "escape"]),
        (["\x1bq\x1b[1;1R"], ["escape", "q", "CursorPosition"]),
        (["\x1b[A\x1b", "[B\x1b", "OP"], ["up", "down", "f1"]),
        (["\x1b[1", ";5C"], ["ctrl+right"]),
    ],
)
def test_an_escape_with_a_letter_behind_it_is_both_keys(reads: list[str], keys: list[str]) -> None:
    assert heard(*reads) == keys


def test_what_is_pasted_is_left_as_it_is() -> None:
    assert heard("\x1b[200~qna\x1b[20", "1~n") == ["qna", "n"]


ANSWERS = ["48:2:1:2:3m", "48:2::1:2:3m", "0;48;2;1;2;3m"]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("cut", [1, 2, 7, 40])
def test_a_terminal_that_knows_all_colours_is_believed(answer: str, cut: int) -> None:
    text = f"a\x1bP1$r{answer}\x1b\\b"
    found = heard(text[:cut], text[cut:] or RESTS, is_asked=True)
    assert sorted(found) == [AllColours.__name__, "a", "b"]


@pytest.mark.parametrize("answer", ["0$r", "1$r48;5;16m", "1$r0m"])
def test_any_other_answer_is_neither_believed_nor_taken_for_typing(answer: str) -> None:
    assert heard(f"a\x1bP{answer}\x1b\\b", is_asked=True) == ["a", "b"]


def test_after_the_answer_to_a_later_question_it_is_not_waited_for() -> None:
    assert heard("\x1b[1;1R", "\x1b", RESTS, is_asked=True) == ["CursorPosition", "escape"]
