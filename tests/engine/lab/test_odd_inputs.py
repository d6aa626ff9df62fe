"""Data and inputs that no lecture would choose: each gives an exhibit, or a sentence."""

from __future__ import annotations

import random

import pytest

from engine.lab import Data, Matrix, chapter, plain
from engine.lab.shapes import fates, read_shape
from engine.protocol import Refusal
from engine.text.width import cells, clip, wrap
from tests.engine.lab.support import NAMES, data_of, last, matrix, names, notes, table

IDEOGRAMS = [chr(0x4E00 + i) for i in range(120)]

ODD = {
    "one letter": ["a"],
    "two letters": ["ab", "ba", "abab"],
    "one word again and again": ["x"] * 5,
    "blanks and markup": ["anna maria", "jean, paul", "o-neil [/foo]"],
    "very long words": ["abcdefgh" * 30, "hgf" * 50],
    "many symbols": ["".join(random.Random(i).sample(IDEOGRAMS, 4)) for i in range(500)],
    "no empty cell": ["a", "b", "aa", "ab", "ba", "bb"],
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.slow
def test_every_chapter_works_on_any_data(odd: str) -> None:
    data = data_of(ODD[odd])
    for name in NAMES:
        exhibit = last(name, data, **({"steps": "8"} if name in ("update", "logcounts") else {}))
        assert exhibit.is_last
        assert max(map(cells, plain.picture(exhibit))) <= 76
        for part in exhibit.parts:
            if isinstance(part, Matrix):
                assert len(part.column_labels) <= 30, "of a large alphabet only the top rows"


def test_where_all_counts_are_one_there_is_no_correlation_and_no_empty_chart() -> None:
    exhibit = last("logcounts", data_of(["a"]), steps="8")
    text = "\n".join(plain.picture(exhibit))
    assert "raw    none" in text
    assert "nan" not in text
    assert "no finite point" not in text


@pytest.mark.parametrize(
    ("name", "inputs", "said"),
    [
        ("counting", {"words": "emma zoë"}, "ë is in no word of these data; use other symbols."),
        ("counting", {"words": "a b c d"}, "4 words are too many here; give at most 3."),
        ("likelihood", {"words": "a" * 41}, "A word of 41 symbols is too long; give at most 40."),
        ("onehot", {"word": "x.y"}, ". is in no word"),
        ("generators", {"seed": "soon"}, "seed must be a whole number from −"),
        ("generators", {"draws": "0"}, "draws must be a whole number from 1 to 1000000, not “0”."),
        ("broadcasting", {"first": "a, b"}, "first shape must be whole numbers from 0 to"),
        ("broadcasting", {"second": "-1"}, "second shape must be whole numbers"),
        ("broadcasting", {"second": "1000000000"}, "second shape must be whole numbers from 0 to"),
        ("broadcasting", {"first": "9" * 60}, "first shape must be whole numbers from 0 to"),
        ("broadcasting", {"first": "2.5"}, "first shape must be whole numbers from 0 to"),
        ("broadcasting", {"first": "1,1,1,1,1,1,1"}, "has 7 dimensions; give at most 6."),
        ("broadcasting", {"smoothing": "nan"}, "smoothing must be a number from 0 to"),
        ("smoothing", {"smoothing": "-1"}, "smoothing must be a number from 0 to"),
        ("smoothing", {"smoothing": "inf"}, "smoothing must be a number from 0 to"),
        ("update", {"rate": "0"}, "learning rate must be a number from 1e-06 to 1000000"),
        ("regularization", {"lambda": "much"}, "reg λ must be a number"),
        ("figure", {"symbol": "é"}, "“é” is no symbol of these data"),
        ("figure", {"symbol": ""}, "symbol must be one character, not “”."),
        ("exercises", {"exercise": "e07"}, "exercise must be one of e01, e02, e03, e04, e05, e06"),
        ("exercises", {"answer": "two"}, "The answer must be a number such as 2.19, not “two”"),
        ("race", {"words": "a"}, "Chapter race has no control “words”; it has rounds, seed."),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(
    name: str, inputs: dict[str, str], said: str
) -> None:
    with pytest.raises(Refusal) as refused:
        chapter(name).open(names(), inputs)
    assert said.replace("−", "-") in str(refused.value).replace("−", "-")
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(("name", "control"), [("figure", "symbol"), ("likelihood", "row")])
@pytest.mark.parametrize("typed", [" ", "␣", "_"])
def test_a_blank_that_is_a_symbol_can_be_chosen(name: str, control: str, typed: str) -> None:
    opened = chapter(name).open(data_of(["we are", "we see", "be me"]), {control: typed})
    assert next(filter(None, opened.exhibits)).parts


def test_a_refusal_shows_no_escape_sequence() -> None:
    with pytest.raises(Refusal) as refused:
        chapter("update").open(names(), {"rate": "\x1b]0;x\x07" + "9" * 400})
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("27, 27", (27, 27)),
        ("(27,)", (27,)),
        ("[3 1 5]", (3, 1, 5)),
        ("2x3", (2, 3)),
        ("", ()),
        ("()", ()),
    ],
)
def test_shapes_are_read_as_people_write_them(text: str, shape: tuple[int, ...]) -> None:
    assert read_shape("shape", text) == shape


def test_each_dimension_is_marked_from_the_right() -> None:
    assert fates((8, 1, 6, 1), (7, 6, 5)) == ["missing", "stretched", "equal", "stretched"]
    assert fates((2, 3), (2, 4)) == ["equal", "clash"]
    assert fates((), ()) == []


def test_marks_agree_with_torch() -> None:
    import torch

    chance = random.Random(1)
    for _ in range(300):
        a, b = (tuple(chance.choices((0, 1, 2, 3), k=chance.randint(0, 4))) for _ in range(2))
        try:
            torch.broadcast_shapes(a, b)  # type: ignore[no-untyped-call]
            assert "clash" not in fates(a, b)
        except RuntimeError:
            assert "clash" in fates(a, b)


def test_a_clash_is_told_in_torchs_own_words() -> None:
    exhibit = last("broadcasting", names(), first="2, 3", second="4")
    assert "torch says: " in notes(exhibit)
    lined = table(exhibit, "(2, 3) with (4,)")
    assert lined.rows[2] == ("dimension", "missing", "clash")
    assert (2, 2, "clash") in lined.marks


def test_small_shapes_are_added_for_real_and_large_ones_are_not() -> None:
    small = last("broadcasting", names(), first="3, 1", second="2")
    assert matrix(small, "0, 10, 20").values == (0, 1, 10, 11, 20, 21)
    huge = last("broadcasting", names(), first="999999999, 1", second="1, 999999999")
    assert "(999999999, 999999999)" in notes(huge)
    assert not any("0, 10, 20" in getattr(p, "title", "") for p in huge.parts)


def test_zero_and_no_dimensions_are_shapes_too() -> None:
    assert "The result has shape (): 1 element." in notes(
        last("broadcasting", names(), first="", second="()")
    )
    assert "(0, 5): 0 elements" in notes(last("broadcasting", names(), first="0, 1", second="5"))


def test_examples_come_from_the_data_where_the_lectures_do_not_fit() -> None:
    data = data_of(["tick", "tock", "clock", "tick"])
    assert data.chosen("") == ["tick", "tock", "clock"]
    assert names().chosen("") == ["emma", "olivia", "ava"]
    unseen = data.unseen("")
    assert data.chosen(unseen, 1) == [unseen]
    i, j = data.stoi[unseen[-2]], data.stoi[unseen[-1]]
    assert data.counts.count(i, j) == 0


def test_the_unseen_bigram_of_a_long_word_stands_at_the_words_own_end() -> None:
    data = data_of(["ba" * 600 + "c"])
    unseen = data.unseen("")
    assert unseen == ("ba" * 6 + "c")[-12:] + "a"
    assert data.counts.count(data.stoi["c"], data.stoi["a"]) == 0


def test_words_with_blanks_are_parted_by_commas() -> None:
    data = data_of(["anna maria", "jo"])
    assert data.chosen("anna maria, jo") == ["anna maria", "jo"]
    assert dict(chapter("counting").open(data).inputs)["words"] == "anna maria, jo"


def test_one_hot_too_large_for_memory_is_left_out_with_a_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.models.network.MOST_BYTES", 1_000)
    data: Data = data_of(["ab", "ba"] * 50)
    exhibit = last("race", data)
    assert [r[0] for r in table(exhibit, "one step each").rows] == ["counts"]
    assert "MB a step on these data, over the" in notes(exhibit)


def test_texts_are_cut_and_wrapped_by_terminal_cells() -> None:
    assert (cells("一a"), clip("一二三", 5), clip("abc", 3)) == (3, "一二…", "abc")
    assert wrap("一二三四 ab", 4) == ["一二", "三四", "ab"]
    assert wrap("", 10) == []
