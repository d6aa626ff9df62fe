"""What is typed into the filter, and which words pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import fold
from engine.protocol import PART_MARKS, PartMark
from tui.dataset.filters import Filter, Part, exactly, hint, parse

WORDS = ("emma", "ema", "Emil", "gemma", "a", "mae", "日本", "mary ann", "a/b", 'x"y')


MARKED = ("İlker", "Irmak", "ıtır", "Weiß", "José", "Nguyệt", "مُحَمَّد", "कु", "क", "が")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ilker", ["İlker"]),
        ("irmak", ["Irmak"]),
        ("itir", ["ıtır"]),
        ("weiss", ["Weiß"]),
        ("weiß", ["Weiß"]),
        ("jose", ["José"]),
        ("josé", ["José"]),
        ("josè", []),
        ("Jose", []),
        ('"jose"', []),
        ("Nguye\u0323\u0302t", ["Nguyệt"]),
        ("nguyet", ["Nguyệt"]),
        ("محمد", ["مُحَمَّد"]),
        ("कु", ["कु"]),
        ("か", []),
    ],
)
def test_letters_without_marks_find_those_with_them(text: str, found: list[str]) -> None:
    assert [MARKED[i] for i in parse(text).keep(MARKED)] == found


@given(st.text(max_size=8))
def test_what_is_folded_stays_as_it_is_when_folded_again(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert fold("ß" + text) == "ss" + folded


def passing(text: str) -> list[str]:
    read = parse(text)
    assert not read.complaint
    return [WORDS[i] for i in read.keep(WORDS)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", list(WORDS)),
        ("  ", list(WORDS)),
        ("em", ["emma", "ema", "Emil", "gemma"]),
        ("Em", ["Emil"]),
        ('"em"', ["emma", "ema", "gemma"]),
        ('"em', ["emma", "ema", "gemma"]),
        ('"y a"', ["mary ann"]),
        ('"x""y"', ['x"y']),
        ('"', list(WORDS)),
        (".em", ["emma", "ema", "Emil"]),
        (".em ma.", ["emma", "ema"]),
        (".a.", ["a"]),
        ("/", list(WORDS)),
        ("/^e", ["emma", "ema", "Emil"]),
        ("/^e/", ["emma", "ema", "Emil"]),
        ("/^E/", ["Emil"]),
        (r"/^\S+$/ 4..", ["emma", "Emil", "gemma"]),
        ("/y a/", ["mary ann"]),
        (r"/a\/b/", ["a/b"]),
        ("/a/b/", ["a/b"]),
        ("4..4", ["emma", "Emil"]),
        ("..2", ["a", "日本"]),
        ("8..", ["mary ann"]),
        ("3..4 m", ["emma", "ema", "Emil", "mae"]),
        ("5..3", []),
        ("..", []),
        ("日", ["日本"]),
        ("/./ 日", ["日本"]),
        ("zzz", []),
    ],
)
def test_a_word_passes_if_it_passes_every_term(text: str, found: list[str]) -> None:
    assert passing(text) == found


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("part:train", ["train"]),
        ("part:dev", ["dev"]),
        ("part:test", ["test"]),
        ("part:leak", ["leak"]),
        ("part:d", ["dev"]),
        ("part:d part:leak", ["dev", "leak"]),
        ("part:", []),
        ("part:t", []),
        ("em part:te 3..5", ["test"]),
    ],
)
def test_a_part_is_told_by_as_much_of_its_name_as_was_typed(
    text: str, marks: list[PartMark]
) -> None:
    read = parse(text)
    assert not read.complaint
    assert read.marks == sum(PART_MARKS[mark] for mark in marks)
    assert len(read.terms) == len([token for token in text.split() if token[:4] != "part"])
    assert read.is_empty == (not marks)


def test_a_part_that_there_is_not_is_said_and_quoted_it_is_a_text() -> None:
    said = "There is no part valid; choose from train, dev, test, leak."
    assert parse("em part:valid").complaint == said
    assert parse('"part:dev"') == Filter((Part("part:dev", is_exact=True),))
    assert exactly("part:d", ".part:d") == '"part:d"'


def test_what_one_may_type_is_said_as_far_as_there_is_room() -> None:
    for width in range(80):
        for has_parts in (False, True):
            said = hint(width, has_parts=has_parts)
            assert len(said) < width or said == "/ to filter"
            assert ("part:dev" in said) == (has_parts and width > 18)


@pytest.mark.parametrize("text", ["/(/", "/[/", "/*a/", "em /(?P<a/", "/a{9999999999999}/", "/\\"])
def test_what_is_no_pattern_is_said_and_not_raised(text: str) -> None:
    read = parse(text)
    assert read.complaint.startswith("Not a pattern: ")
    assert not read.terms


@pytest.mark.parametrize(
    ("part", "symbols", "text"),
    [
        ("em", ".abcdem", "em"),
        ("em", ".Eem", '"em"'),
        ("Em", ".Eem", "Em"),
        (".e", ".Ee", '".e"'),
        ("a ", ". a", '"a "'),
        ("/a", "./a", '"/a"'),
        ('"a', '."a', '"""a"'),
        ('a"', '."a', 'a"'),
        ("日本", ".日本", "日本"),
        ("ee", ".eé", '"ee"'),
        ("é", ".eé", "é"),
    ],
)
def test_a_bigram_is_written_so_that_it_is_found_exactly(
    part: str, symbols: str, text: str
) -> None:
    assert exactly(part, symbols) == text
    held = part.strip(".")
    (term,) = parse(text).terms
    assert term.keep([f"{held}x" if part[0] == "." else f"x{held}x", "zzz"]) == [0]


def test_patterns_see_only_what_the_quick_terms_have_left() -> None:
    assert [term.is_slow for term in parse("/a/ 3..5").terms] == [True, False]
    assert parse("/a/ 3..5").is_slow
    assert not parse("a 3..5").is_slow
