"""One measure: what a terminal gives a text, and texts cut, filled and broken by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.symbols import shown, standing
from engine.text.width import begin, cells, clip, clusters, fit, pad, straight, wrap

TEXTS = st.text(st.sampled_from("ab é漢ि्क\u0301\u200d\ufe0f❤👩🏽🇫א"), max_size=12)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        pytest.param("emma", 4, id="letters"),
        pytest.param("漢字", 4, id="wide"),
        pytest.param("e\u0301", 1, id="a combining mark"),
        pytest.param("कि", 2, id="a spacing vowel sign"),
        pytest.param("अंकिता", 5, id="of three signs two spacing ones"),
        pytest.param("র‍্যালী", 5, id="a joiner that shapes letters"),
        pytest.param("نیک‌آذر", 6, id="a non-joiner"),
        pytest.param("ကျွား", 4, id="more spacing signs than go with one letter"),
        pytest.param("\u1112\u1161\u11ab", 2, id="a syllable in parts"),
        pytest.param("❤", 1, id="a text symbol"),
        pytest.param("❤\ufe0f", 2, id="the same as an emoji"),
        pytest.param("👩‍👩‍👧", 2, id="emoji joined"),
        pytest.param("👍🏽", 2, id="a skin tone on a hand"),
        pytest.param("🏽", 2, id="a skin tone alone"),
        pytest.param("🇫🇮🇳🇴", 4, id="flags"),
        pytest.param("1\ufe0f\u20e3", 2, id="a keycap"),
    ],
)
def test_a_text_takes_the_columns_that_terminals_give_it(text: str, columns: int) -> None:
    assert cells(text) == columns


@given(TEXTS)
def test_what_is_drawn_as_one_covers_the_text_and_is_as_wide_as_it(text: str) -> None:
    found = list(clusters(text))
    assert "".join(text[start:end] for start, end, _ in found) == text
    assert sum(width for _, _, width in found) == cells(text)
    assert all(width <= 2 for _, _, width in found)


@given(TEXTS, st.integers(0, 12))
def test_a_text_is_cut_and_filled_to_its_columns(text: str, width: int) -> None:
    assert cells(fit(text, width)) == width
    assert cells(begin(text, width)) <= width
    assert text.startswith(begin(text, width))
    assert cells(clip(text, width)) <= width
    assert cells(pad(text, width)) == max(width, cells(text))
    assert pad(text, width, is_left=False).endswith(text)


def test_a_text_too_long_ends_in_an_ellipsis() -> None:
    assert [fit("emma", n) for n in (6, 4, 3, 1, 0)] == ["emma  ", "emma", "em…", "…", ""]
    assert fit("漢字漢", 4) == "漢 …"


@given(TEXTS, st.integers(2, 8))
def test_a_paragraph_is_broken_at_blanks_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_word_as_wide_as_a_book_is_broken_in_one_go() -> None:
    assert len(wrap("क" * 100_000, 10)) == 10_000


@pytest.mark.parametrize(
    ("symbol", "seen"),
    [("a", "a"), (" ", "␣"), ("\u0301", "◌\u0301"), ("ि", "◌ि"), ("\u200c", "¦"), ("\u200d", "⁀")],
)
def test_a_symbol_by_itself_is_seen(symbol: str, seen: str) -> None:
    assert shown(symbol) == seen
    assert standing(symbol + "b c") == seen + "b c"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("emma 5", "emma 5"),
        ("é 5", "é 5"),
        ("שרה  5", "שרה\u200e  5"),
        ("בת שבע  5", "בת שבע\u200e  5"),
        ("אב/גד", "אב\u200e/גד\u200e"),
        ("نیک‌آذر", "نیک‌آذر\u200e"),
        ("א\u200eב\u200e", "א\u200eב\u200e"),
    ],
)
def test_behind_words_from_right_to_left_the_line_goes_on_from_left_to_right(
    text: str, marked: str
) -> None:
    assert straight(text) == marked
