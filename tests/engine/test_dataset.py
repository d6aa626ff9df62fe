"""Reading words: everything a file may hold, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.proof.reference import Reference
from engine.protocol import Progressed, Refusal
from engine.words.cleaning import Cleaner, clean, is_clean, printable
from engine.words.dataset import Dataset, Words, bundled_path, finish, load, load_all
from engine.words.order import encode
from tests.conftest import WriteWords

Known = tuple[Reference, Dataset, object]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("emma\nava\n", ["emma", "ava"]),
        ("emma\nava", ["emma", "ava"]),
        ("emma\r\nava\r\n", ["emma", "ava"]),
        ("\ufeffemma\nava\n", ["emma", "ava"]),
        ("  emma \t\nava\u3000\n", ["emma", "ava"]),
        ("\n\nemma\n \n\t\r\nava\n", ["emma", "ava"]),
        ("Emma\nEMMA\n", ["Emma", "EMMA"]),
        ("new york\n", ["new york"]),
        ("a[1]\nb-2\n3'c\n", ["a[1]", "b-2", "3'c"]),
        ("zoe\u0308\n", ["zoë"]),
        ("日本\n", ["日本"]),
        ("emma", ["emma"]),
        ("a\n", ["a"]),
        ("emma\rava\r", ["emma", "ava"]),
        ("emma\r\nava\rmia\nzoe", ["emma", "ava", "mia", "zoe"]),
        ("emma\x85ava\u2028mia\u2029zoe\vida\fuma", ["emma", "ava", "mia", "zoe", "ida", "uma"]),
        ("mary\u00a0ann\nmary\u3000 ann\nmary  ann", ["mary ann"] * 3),
        ("emma\t12\nava\tF\t9\n\tmia\t\n", ["emma", "ava", "mia"]),
    ],
)
def test_a_word_is_a_line_without_its_end_and_outer_blanks(
    content: str, words: list[str], words_file: WriteWords
) -> None:
    assert list(load_all(words_file(content)).words) == words


@pytest.mark.parametrize(
    ("line", "word", "removed"),
    [
        ("em\x1b[31mma", "em[31mma", 1),
        ("em\x00ma", "emma", 1),
        ("em\x9bma", "emma", 1),
        ("em\u202ema\u2066", "emma", 2),
        ("em\u200bma", "emma", 1),
        ("em\u200cma\u200d", "emma", 2),
        ("نیک\u200cآذر", "نیک\u200cآذر", 0),
        ("نیک\u200c\u200dآذر\u200c", "نیک\u200cآذر", 2),
        ("गर्\u200dयो", "गर्\u200dयो", 0),
        ("র\u200d্যাব", "র\u200d্যাব", 0),
        ("क\u200dक", "कक", 1),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧", 0),
        ("\x1b]52;c;aGk=\x07emma", "]52;c;aGk=emma", 2),
    ],
)
def test_what_a_terminal_could_obey_is_removed_and_counted(
    line: str, word: str, removed: int, words_file: WriteWords
) -> None:
    dataset = load_all(words_file(line + "\n"))
    assert list(dataset.words) == [word]
    assert dataset.removed_characters == removed


def test_words_that_hold_the_boundary_symbol_are_left_out_and_counted(
    words_file: WriteWords,
) -> None:
    dataset = load_all(words_file("a.b\nemma\n.\n\n"))
    assert list(dataset.words) == ["emma"]
    assert (dataset.dropped_words, dataset.blank_lines) == (2, 1)


def test_the_boundary_is_the_first_symbol_and_the_rest_are_sorted(words_file: WriteWords) -> None:
    assert load_all(words_file("b-a\nZ")).vocabulary.symbols == (".", "-", "Z", "a", "b")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n \n\r\n", "holds no usable word"),
        (b"a.b\n", "holds no usable word"),
        (b"\xef\xbb\xbf", "holds no usable word"),
        (b"emma\nz\xf6e\n", "byte 0xf6 in line 2, byte 2"),
        (b"\xef\xbb\xbfemma\nava\nz\xf6e\n", "byte 0xf6 in line 3, byte 2"),
        (b"\xffe\n", "byte 0xff in line 1, byte 1"),
    ],
)
def test_unusable_content_is_refused_in_a_sentence(
    content: bytes, sentence: str, words_file: WriteWords
) -> None:
    path = words_file(content)
    with pytest.raises(Refusal, match=sentence) as refusal:
        load_all(path)
    assert path in str(refusal.value)


def test_as_many_symbols_are_taken_as_two_bytes_can_number(words_file: WriteWords) -> None:
    blocks = (0x4E00, 0x9FA6), (0xAC00, 0xD7A4), (0x20000, 0x2A6D7)
    symbols = [chr(code) for block in blocks for code in range(*block)][: 1 << 16]
    dataset = load_all(words_file("\n".join(symbols[:-1])))
    assert finish(encode(dataset)).indices.dtype == np.uint16
    with pytest.raises(Refusal, match="more than 65,535 different symbols"):
        load_all(words_file("\n".join(symbols)))


def test_missing_files_and_directories_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"There is no file .*nowhere"):
        load_all(str(tmp_path / "nowhere"))
    with pytest.raises(Refusal, match="is a directory"):
        load_all(str(tmp_path))
    with pytest.raises(Refusal, match="not a regular file"):
        load_all(os.devnull)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read_is_refused(words_file: WriteWords) -> None:
    path = words_file("emma")
    os.chmod(path, 0)
    with pytest.raises(Refusal, match="No permission"):
        load_all(path)


def test_a_path_is_cleaned_before_it_is_shown() -> None:
    with pytest.raises(Refusal) as refusal:
        load_all("/no\x1b[31m\u202eway")
    assert str(refusal.value).isprintable()


def test_progress_is_reported_up_to_the_end(words_file: WriteWords) -> None:
    path = words_file("emma\n" * 200_000)
    steps = list(load(path))
    assert len(steps) > 2
    assert steps[0] == Progressed("reading", steps[0].done, 1_000_000)
    assert [s.done for s in steps] == sorted(s.done for s in steps)
    assert len(load_all(path).words) == 200_000


def test_the_known_lists_are_described_as_known(known: Known) -> None:
    reference, dataset, _ = known
    assert len(dataset.words) == reference.words
    assert dataset.distinct == reference.distinct
    assert (dataset.shortest, dataset.longest) == (2, 15)
    assert "".join(dataset.vocabulary.symbols) == ".abcdefghijklmnopqrstuvwxyz"


@given(st.lists(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)))
def test_words_behave_as_the_list_they_were_made_of(words: list[str]) -> None:
    held = Words.of(words)
    assert list(held) == words
    assert len(held) == len(words)
    assert [held[i] for i in range(-len(words), len(words))] == words * 2
    assert held[1:3] == words[1:3]
    assert all(word in held for word in words)
    parts = {word[:-1] for word in words} | {word + "x" for word in words}
    assert all((part in held) == (part in words) for part in parts)
    with pytest.raises(IndexError):
        held[len(words)]


@given(st.text(st.sampled_from("ab \u00a0\t\u200c\u200d्कنی👩🏽\ufe0f\x1b\u202eé\u0301")))
def test_cleaned_text_is_printable_and_stays_as_it_is_when_cleaned_again(text: str) -> None:
    joined = str.maketrans("", "", "\u200c\u200d")
    assert printable(text).translate(joined).isprintable()
    assert clean(text).translate(joined).isprintable()
    assert clean(clean(text)) == clean(text)


LINES = st.lists(
    st.text(st.sampled_from("ab é\u0308\u3000\r\t.\x1b日\u200c"), max_size=4), max_size=6
)


@given(LINES)
def test_lines_that_are_clean_are_taken_at_once_and_come_out_the_same(lines: list[str]) -> None:
    text = "\n".join(lines)
    one_by_one, at_once = Cleaner(), Cleaner()
    each = text.replace("\r", "\n").split("\n")
    expected = [word for line in each if (word := one_by_one.word(line))]
    assert at_once.words(text) == expected
    assert vars(at_once) == vars(one_by_one)
    if text.isascii() and text.isalpha():
        assert is_clean(text)


def test_the_bundled_list_is_clean() -> None:
    assert is_clean(bundled_path().read_text(encoding="utf-8").removesuffix("\n"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
def test_a_large_file_is_cut_up_between_lines_whatever_ends_them(
    end: str, words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.words.cleaning.CHUNK", 10)
    words = [f"w{i}" for i in range(200)]
    dataset = load_all(words_file(end.join(words) + end))
    assert list(dataset.words) == words
    assert dataset.blank_lines == 0


def test_what_was_changed_is_counted(words_file: WriteWords) -> None:
    dataset = load_all(words_file("zoe\u0308\nzoë\nemma\t3\nava\n"))
    assert (dataset.normalized_words, dataset.cut_lines) == (1, 1)


@pytest.mark.parametrize(
    ("content", "kind", "help"),
    [
        ("emma\t12\nava\t3\n", "table with columns parted by tabs", "cut -f2"),
        ("name,count\nemma,12\nava,3\n", "table with columns parted by commas", "cut -d','"),
        ("emma;F;12\nava;F;3\n", "table with columns parted by semicolons", "cut -d';' -f1 FILE"),
        ("id,name\n1,emma\n2,ava\n", "by commas", "tail -n +2 FILE | cut -d',' -f2 > words.txt"),
        ("1|emma\n2|ava\n", "table with columns parted by bars", "cut -d'|' -f2 FILE"),
        ("name,sex\nemma,f\nava,f\n", "by commas", "; cut -d',' -f1 FILE"),
        ('["emma","ava"]\n', "JSON", "jq"),
        ('[\n  "emma",\n  "ava"\n]\n', "JSON", "jq"),
        ("['emma', 'ava']\n", "Python list", "print"),
        ('"emma"\n"ava"\n', "quotation marks", "tr -d"),
        ("emma,\nava,\n", "comma behind each", "tr -d"),
        ("emma, ava, mia, zoe\n", "one line of words between commas", "tr -s"),
        ("emma ava mia zoe\n", "one line of words between blanks", "tr -s"),
        ("# my names\nemma\nava\n", "list with remarks", "grep -v"),
        ("1) emma\n2) ava\n", "numbered list", "sed"),
    ],
)
def test_a_file_that_is_not_one_word_a_line_is_named(
    content: str, kind: str, help: str, words_file: WriteWords
) -> None:
    path = words_file(content)
    hint = load_all(path).hint
    assert hint.startswith(f"{path} looks like")
    assert kind in hint
    assert help in hint


@pytest.mark.parametrize(
    "content",
    [
        "emma\nava\n",
        "new york\nsan josé\n",
        "[markup]\n{brace}\n",
        "a\n",
        "o'neil\n",
        "emma\n" * 9 + "d.c.\n",
        "the quick brown fox jumps, and sleeps\n" * 3,
    ],
)
def test_plain_words_get_no_hint(content: str, words_file: WriteWords) -> None:
    assert load_all(words_file(content)).hint == ""


@pytest.mark.parametrize(
    ("content", "lines", "way_out"),
    [
        ("emma\n" * 8 + "d.c.\n", "1 of 9 lines", "; if it is running text, "),
        ("# A book\nOnce.\nAnd again.\nemma\n", "2 of 4 lines", "makemore-tui count FILE --text"),
        ("emma,1\nava,2.5\n", "1 of 2 lines", "; it looks like a table with columns parted by c"),
        ("emma\t3\nd.c.\t4\n", "1 of 2 lines", "; it looks like a table with columns parted by t"),
    ],
)
def test_how_many_lines_are_left_out_is_said_before_what_the_file_looks_like(
    content: str, lines: str, way_out: str, words_file: WriteWords
) -> None:
    path = words_file(content)
    hint = load_all(path).hint
    assert hint.startswith(f"{path} holds a full stop, which is the boundary of words, in {lines}")
    assert way_out in hint


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("emma\r\nava\r\n".encode("utf-16"), "is in UTF-16, .* iconv -f UTF-16 "),
        ("emma\nava\n".encode("utf-16-be"), "is in UTF-16, .* iconv -f UTF-16BE "),
        ("emma\nava\n".encode("utf-16-le"), "is in UTF-16, .* iconv -f UTF-16LE "),
        ("emma\nāva\nĀva\nmia\n".encode("utf-16-le"), "is in UTF-16, .* iconv -f UTF-16LE "),
        (b"\x1f\x8b\x08\x00abc", "is compressed.*gunzip"),
        (b"PK\x03\x04abc", "ZIP archive, as spreadsheets are"),
        (b"\x7fELF\0\0\0\0\x80\0\0\0", "is no text: .*NUL"),
        (bytes(range(256)), "is no text: .*NUL"),
        (b"1. emma\n2. ava\n", "no usable word: .* in 2 of 2 lines.*; it looks like a num.*; sed"),
        (b"He runs, and then he sleeps.\n" * 3, "no usable word: .* in 3 of 3 lines, .* --text "),
        (b"They run, and run, and then they sleep.", "no usable word: .* in 1 of 1 .* --text "),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_what_to_do_is_said(
    content: bytes, sentence: str, words_file: WriteWords
) -> None:
    with pytest.raises(Refusal, match=sentence):
        load_all(words_file(content))
