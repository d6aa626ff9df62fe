"""Facts of the data, the histogram of lengths, the rows of the lists."""

from __future__ import annotations

from array import array
from dataclasses import replace
from itertools import product

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from engine import Words
from engine.protocol import PART_MARKS, PartSize, Rank, WordsParted, WordsRanked, WordsSorted
from tests.tui.bench import REPORT
from tui.dataset.facts import BigramList, bars, facts
from tui.dataset.words import WordList, columns, counted, nll_text
from tui.text.rows import Row, width_of


def text(row: Row) -> str:
    return "".join(run[0] for run in row)


# Facts


def test_facts_fit_and_name_what_was_cleaned_only_if_something_was() -> None:
    symbols = tuple(".abcdefghijklmnopqrstuvwxyz")
    plain = [text(row) for row in facts(REPORT, symbols, WordsParted(), 18)]
    assert plain[:3] == ["words       32,257", "different   29,693", "repeats ″    2,564"]
    assert plain[4:6] == ["  .abcdefghijklmno", "  pqrstuvwxyz"]
    assert not any("line" in row for row in plain)
    dirty = replace(REPORT, blank_lines=3, dropped_words=1, removed_characters=1000)
    rows = [text(row) for row in facts(dirty, symbols, WordsParted(), 20)]
    assert [row.split()[-1] for row in rows if row.startswith(("blank", "dropped", "cut"))]
    assert len(rows) == len(plain) + 3
    assert all(cell_len(row) <= 20 for row in rows)


@pytest.mark.parametrize("width", [18, 20, 36, 60])
@pytest.mark.parametrize("symbols", [".", ".日本語" + "".join(map(chr, range(0x4E00, 0x4F00)))])
def test_an_alphabet_of_any_size_takes_two_lines_at_most(symbols: str, width: int) -> None:
    rows = facts(REPORT, tuple(symbols), WordsParted(), width)
    assert all(width_of(row) <= width for row in rows)
    assert len(rows) <= 13


@pytest.mark.parametrize(
    ("lengths", "most", "labels", "values"),
    [
        (((3, 5),), 10, ["3"], [5]),
        (((2, 1), (4, 2)), 30, ["2", "3", "4"], [1, 0, 2]),
        (((1, 1), (2, 1), (3, 1), (4, 1)), 2, [" ", "3"], [2, 2]),
        (((2, 500), (3, 500), (10_000, 1)), 20, ["2", "3+"], [500, 501]),
    ],
)
def test_lengths_are_drawn_one_by_one_or_in_steps_the_rare_long_ones_last(
    lengths: tuple[tuple[int, int], ...], most: int, labels: list[str], values: list[int]
) -> None:
    assert bars(lengths, most) == (labels, values)


def test_no_word_is_lost_from_the_histogram() -> None:
    lengths = tuple((n, n % 7 + 1) for n in range(1, 400, 3))
    for most in (1, 2, 15, 40):
        labels, values = bars(lengths, most)
        assert len(labels) == len(values) <= most
        assert sum(values) == sum(number for _, number in lengths)


# Words


def test_columns_take_the_room_there_is_and_words_come_first() -> None:
    for width, has_parts in product(range(120), (False, True)):
        given = columns(width, 1_000_000, 15, has_parts=has_parts)
        taken = given.word + given.part + given.length + given.nll + given.number
        assert bool(given.part) == (has_parts and width - given.nll >= 12)
        assert taken <= width
        assert given.word >= min(width, 7)
        assert bool(given.number) <= bool(given.length) <= bool(given.nll)


def test_figures_stand_beside_their_word_however_large_the_screen() -> None:
    assert columns(200, 32_257, 15).word == 24
    assert columns(200, 32_257, 40).word == 42


def words(
    *each: str, nll: tuple[float, ...] = (), repeats: bytes = b"", marks: bytes = b""
) -> WordList:
    rows = WordList()
    rows.words = Words.of(each)
    rows.longest = max(map(len, each))
    order = array("I", range(len(each))).tobytes()
    ranked = WordsRanked(1, Rank(), 0, 0, array("f", nll).tobytes(), order) if nll else None
    sorted = WordsSorted(1, b"", b"", repeats, b"") if repeats else None
    rows.mark(ranked, sorted, WordsParted("file" if marks else "none", marks))
    return rows


TRAIN, DEV, TEST, LEAK = PART_MARKS.values()

HOSTILE = ("[/foo]", "日本語", "a\u0301b", "\u0301b", "x" * 10_000, "[@click=app.quit]x[/]", "é")


@pytest.mark.parametrize("width", [13, 19, 24, 40, 78])
@pytest.mark.parametrize("marks", [b"", bytes([DEV | LEAK])], ids=["none", "parts"])
@pytest.mark.parametrize("word", HOSTILE)
def test_a_row_is_exactly_as_wide_as_the_list(word: str, marks: bytes, width: int) -> None:
    rows = words(word, nll=(2.5,), repeats=b"\1", marks=marks)
    given = columns(width, 1, len(word), has_parts=bool(marks))
    wide = given.word + given.part + given.length + given.nll + given.number
    assert width_of(rows.row(0, width)) == wide
    assert width_of(rows.heads(width)) == wide


def test_a_repeat_is_marked_right_behind_the_word() -> None:
    rows = words("emma", "ava", nll=(2.0, 3.0), repeats=b"\0\1")
    assert text(rows.row(0, 19)) == "emma          2.000"
    assert text(rows.row(1, 19)) == "ava″          3.000"


def test_a_word_of_dev_or_test_bears_its_part_and_whether_it_stands_in_train_too() -> None:
    marks = bytes([TRAIN, DEV, TEST, DEV | LEAK, DEV | TEST | LEAK])
    rows = words("emma", "zoe", "mia", "ava", "abe", repeats=b"\0\0\0\1\0", marks=marks)
    shown = [text(rows.row(i, 19)) for i in range(5)]
    assert [row.split() for row in shown] == [
        ["emma"],
        ["zoe", "d"],
        ["mia", "t"],
        ["ava″", "d″"],
        ["abe", "t″"],
    ]
    assert {row.find("d") for row in (shown[1], shown[3])} == {11}
    assert text(rows.heads(19)).split() == ["word", "NLL"]
    rows.mark(None, None, WordsParted())
    assert text(rows.row(1, 19)) == text(words("emma", "zoe").row(1, 19))


SIZES = (PartSize("train", 25_805, 0), PartSize("dev", 3_225, 1_424))


@pytest.mark.parametrize(
    ("width", "dev"), [(40, "3,225 · 1,424 in train"), (20, "3,225 · 1,424 ″"), (12, "3,225")]
)
def test_facts_list_the_parts_there_are_and_what_of_them_stands_in_train_too(
    width: int, dev: str
) -> None:
    rows = facts(REPORT, tuple(".ab"), WordsParted("lecture", b"", SIZES), width)
    parts = [text(row) for row in rows[3:6]]
    assert [part.split() for part in parts[1:]] == [["train", "25,805"], ["dev", *dev.split()]]
    assert parts[0].split()[0] == "split"
    assert all(width_of(row) <= width for row in rows)
    assert len(rows) == len(facts(REPORT, tuple(".ab"), WordsParted(), width)) + 3


def test_a_row_tells_length_and_number_where_there_is_room() -> None:
    rows = words("emma", "ava", nll=(2.0, float("inf")))
    assert text(rows.heads(40)).split() == ["word", "len", "NLL", "no."]
    assert text(rows.row(0, 40)).split() == ["emma", "4", "2.000", "1"]
    assert text(rows.row(1, 40)).split() == ["ava", "3", "∞", "2"]


def test_before_the_ranking_is_there_the_column_stays_empty() -> None:
    assert text(words("emma").row(0, 19)).split() == ["emma"]
    assert text(words("emma").heads(19)).split() == ["word", "NLL"]


@pytest.mark.parametrize(
    ("nll", "shown"),
    [
        (2.5171, "2.517"),
        (0.0, "0.000"),
        (12.3456, "12.35"),
        (123.456, "123.5"),
        (12345.6, "12346"),
        (8.3e15, "8e+15"),
    ],
)
def test_an_nll_takes_five_characters(nll: float, shown: str) -> None:
    assert nll_text(nll) == shown


@pytest.mark.parametrize(
    ("found", "width", "shown"),
    [
        (32_257, 40, "32,257 · likely first"),
        (32_257, 18, "32,257 · likely"),
        (776, 40, "776 of 32,257 · likely first"),
        (776, 20, "776/32.3k · likely"),
        (776, 13, "776 · likely"),
    ],
)
def test_the_count_is_as_long_as_there_is_room(found: int, width: int, shown: str) -> None:
    assert counted(found, 32_257, "likely first", width) == shown


# Bigrams


def test_bigrams_stand_as_python_prints_them() -> None:
    rows = BigramList()
    cells = array("I", [1, 0, 6808, 2, 1, 5, 0, 3, 1])
    rows.symbols = (".", "n", "'", "日")
    rows._cells, rows._total = memoryview(cells), 68_080
    assert text(rows.row(0, 19)) == "('n', '.')    6,808"
    assert text(rows.row(0, 30)) == "('n', '.')       6,808  10.00%"
    assert text(rows.row(1, 19)) == "(\"'\", 'n')        5"
    assert text(rows.row(2, 19)) == "('.', '日')       1"
    assert rows.cell(1) == (2, 1)


def test_a_count_that_would_cut_its_bigram_is_written_short() -> None:
    rows = BigramList()
    rows.symbols = (".", "n")
    rows._cells = memoryview(array("I", [1, 0, 240_051]))
    assert text(rows.row(0, 18)) == "('n', '.') 240,051"
    assert text(rows.row(0, 17)) == "('n', '.')   240k"


async def test_other_words_forget_all_that_was_shown_of_those_before() -> None:
    rows = words("emma", "olivia", "ava", nll=(1.0, 2.0, 3.0), repeats=b"\0\0\1")

    class Bench(App[None]):
        """The list alone."""

        def compose(self) -> ComposeResult:
            """The list."""
            yield rows

    async with Bench().run_test():
        rows.numbers = [2, 1, 0]
        rows.show(3)
        rows.begin(Words.of(("zoe",)), 3)
        assert rows.count == 0
        assert rows.word(0) == "zoe"
        assert rows.row(0, 40)
