"""Words are found by what they hold, and by how they begin and end."""

from __future__ import annotations

import pytest

from engine import Words

WORDS = Words.of(("emma", "ema", "Emil", "gemma", "a", "mae", "日本"))


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("em", ["emma", "ema", "Emil", "gemma"]),
        ("Em", ["Emil"]),
        (".em", ["emma", "ema", "Emil"]),
        (".Em", ["Emil"]),
        (".e", ["emma", "ema", "Emil"]),
        ("a.", ["emma", "ema", "gemma", "a"]),
        ("ma.", ["emma", "ema", "gemma"]),
        (".a.", ["a"]),
        (".emma.", ["emma"]),
        (".日", ["日本"]),
        ("本.", ["日本"]),
        (".", list(WORDS)),
        ("e.m", []),
        ("..", []),
        ("", list(WORDS)),
    ],
)
def test_a_full_stop_is_the_boundary_of_a_word(part: str, found: list[str]) -> None:
    assert [WORDS[i] for i in WORDS.holding(part, 0, len(WORDS))] == found


def test_an_exact_part_is_not_found_in_capitals() -> None:
    found = WORDS.holding(".e", 0, len(WORDS), is_exact=True)
    assert [WORDS[i] for i in found] == ["emma", "ema"]


def test_a_batch_finds_only_its_own_words() -> None:
    assert WORDS.holding("a.", 1, 3) == [1]
    assert WORDS.holding("a.", 5, 99) == []
