"""Words are found by what they hold, and by how they begin and end."""

from __future__ import annotations

import pytest

from engine import holding

WORDS = ("emma", "ema", "Emil", "gemma", "a", "mae", "日本")


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
    assert [WORDS[i] for i in holding(part, WORDS)] == found


def test_an_exact_part_is_not_found_in_capitals() -> None:
    found = holding(".e", WORDS, is_exact=True)
    assert [WORDS[i] for i in found] == ["emma", "ema"]
