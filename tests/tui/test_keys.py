"""What comes in from the terminal, as the program hears it."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste

from tui.terminal.keys import AllColours, Ground, KeyParser

RESTS = ""
"""Nothing comes for a while."""


def heard(*reads: str, is_asked: bool = False) -> list[str]:
    """Say what is made of several reads: names of keys, pasted text, other messages by name."""
    parser = KeyParser()
    parser.is_asked = parser.awaits_ground = is_asked
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


GROUNDS = [
    ("rgb:1e1e/1e1e/1e1e", False),
    ("rgb:ffff/fafa/e8e8", True),
    ("rgb:ff/f/fff", True),
    ("rgba:0000/0000/0000/ffff", False),
]


@pytest.mark.parametrize(("told", "is_light"), GROUNDS)
@pytest.mark.parametrize("end", ["\x07", "\x1b\\"])
@pytest.mark.parametrize("cut", [2, 3, 5, 9, 40])
def test_however_late_and_in_pieces_the_background_is_no_typing(
    told: str, is_light: bool, end: str, cut: int
) -> None:
    parser = KeyParser()
    parser.awaits_ground = True
    text = f"a\x1b]11;{told}{end}b"
    reads = ["\x1b[1;1R", text[:cut], RESTS, RESTS, text[cut:]]
    messages = [m for read in reads for m in (parser.feed(read) if read else parser.tick())]
    escape = ["escape"] * (cut == 2)  # A lone one is that key, whatever comes later.
    assert [m.key for m in messages if isinstance(m, Key)] == ["a", *escape, "b"]
    assert [m.is_light for m in messages if isinstance(m, Ground)] == [is_light]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("\x1b[27u", ["escape"]),
        ("\x1b[27;1:1u", ["escape"]),
        ("\x1b[105;5u", ["ctrl+i"]),
        ("\x1b[9u", ["tab"]),
        ("\x1b[9;2u", ["shift+tab"]),
        ("\x1b[109;5u", ["ctrl+m"]),
        ("\x1b[13u", ["enter"]),
        ("\x1b[97;;97u", ["a"]),
        ("\x1b[97;2;65u", ["A"]),
        ("\x1b[97;1:1;97u\x1b[97;1:3u", ["a"]),
        ("\x1b[97;1:2;97u", ["a"]),
        ("\x1b[1;1:1B\x1b[1;1:3B", ["down"]),
        ("\x1b[57441;2u", ["left_shift"]),
        ("\x1b[32;;32u", ["space"]),
    ],
)
def test_the_keyboard_of_kitty_is_heard_once_a_press(typed: str, keys: list[str]) -> None:
    assert heard(typed) == keys
