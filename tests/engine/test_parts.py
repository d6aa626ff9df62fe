"""Words parted into train, dev and test: the recipes that figures are known of."""

from __future__ import annotations

import hashlib
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.proof.ngram_figures import SIZES
from engine.protocol import SPLITS, PartName, Progressed, Refusal
from engine.words.dataset import Dataset, Words, finish
from engine.words.order import by_alphabet, encode_words
from engine.words.parts import Parts, leaked, part
from engine.words.vocabulary import Vocabulary


def parts_of(words: Words, split: str) -> Parts:
    return finish(part(words, split))


def predictions(words: Words, parts: Parts) -> tuple[int, ...]:
    """Symbols of each part, one for each end of a word included."""
    return tuple(
        sum(len(word) + 1 for word in words.pick(numbers.tolist()))
        for numbers in parts.numbers.values()
    )


def leaks(words: Words, parts: Parts, name: PartName) -> NDArray[np.bool_]:
    """Tell for each word of a part whether it stands in train, too."""
    vocabulary = Vocabulary.of(set(words.text) - {"\n"})
    groups = finish(finish(by_alphabet(finish(encode_words(words, vocabulary)))).groups())
    return finish(leaked(groups, parts, name))


@pytest.mark.slow
@pytest.mark.parametrize("split", SIZES)
def test_makemores_list_is_split_as_known(makemore: Dataset, split: str) -> None:
    words = makemore.words
    assert predictions(words, parts_of(words, split)) == SIZES[split]


@pytest.mark.slow
def test_the_lectures_split_leaks_as_known(makemore: Dataset) -> None:
    words = makemore.words
    parts = parts_of(words, "lecture")
    assert [int(leaks(words, parts, name).sum()) for name in ("dev", "test")] == [424, 377]


def test_the_lectures_split_of_the_bundled_list_has_the_known_sizes(names: Dataset) -> None:
    parts = parts_of(names.words, "lecture")
    assert predictions(names.words, parts) == (183802, 22949, 23053)
    shuffled = list(names.words)
    random.seed(42)
    random.shuffle(shuffled)
    assert names.words.pick(parts.numbers["dev"][:50].tolist()) == shuffled[25805:25855]


@pytest.mark.parametrize("split", [*SPLITS[1:6], "0.5,0.25,0.25@7"])
def test_every_word_is_in_one_part(names: Dataset, split: str) -> None:
    parts = parts_of(names.words, split)
    numbers = [number for each in parts.numbers.values() for number in each.tolist()]
    assert sorted(numbers) == list(range(len(names.words)))
    assert list(parts.numbers) == ["train", "dev", "test"]
    assert not parts.is_dev_test


def test_fractions_are_the_lectures_split_unless_another_seed_is_given(names: Dataset) -> None:
    words = names.words
    lecture = parts_of(words, "lecture").numbers
    for name, numbers in parts_of(words, "0.8,0.1,0.1").numbers.items():
        assert (numbers == lecture[name]).all()
    other = parts_of(words, "0.8,0.1,0.1@7").numbers
    assert (other["dev"] != lecture["dev"]).any()
    order = list(range(len(words)))
    random.Random(7).shuffle(order)
    assert other["train"].tolist() == order[:25805]
    assert list(parts_of(words, "0.9,0.1").numbers) == ["train", "dev"]


def test_part_2_shuffles_one_list_four_times(names: Dataset) -> None:
    order = list(range(len(names.words)))
    for _ in range(4):
        random.seed(42)
        random.shuffle(order)
    assert parts_of(names.words, "part2").numbers["train"].tolist() == order[:25805]


@given(st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=60))
def test_a_hash_never_puts_a_word_into_two_parts(names: list[str]) -> None:
    words = Words.of(names)
    try:
        parts = parts_of(words, "hash")
    except Refusal:
        return
    assert not leaks(words, parts, "dev").any()
    assert not leaks(words, parts, "test").any()
    for name, digits in (("dev", {8}), ("test", {9}), ("train", set(range(8)))):
        of_part: list[str] = words.pick(parts.numbers[name].tolist())  # type: ignore[index]
        assert {int(hashlib.sha256(w.encode()).hexdigest(), 16) % 10 for w in of_part} <= digits


@pytest.mark.parametrize("piece", [4, 1000])
def test_a_tenth_goes_by_the_place_in_the_file(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.words.parts.PIECE", piece)
    parts = parts_of(Words.of([f"w{i}" for i in range(25)]), "tenth").numbers
    assert (parts["dev"].tolist(), parts["test"].tolist()) == ([8, 18], [9, 19])
    assert parts["train"].tolist() == [i for i in range(25) if i % 10 < 8]


@given(st.lists(st.text("ab", min_size=1, max_size=9), min_size=3, max_size=60))
def test_leaks_are_the_words_that_train_holds(names: list[str]) -> None:
    words = Words.of(names)
    try:
        parts = parts_of(words, "0.5,0.3,0.2@1")
    except Refusal:
        return
    train = set(words.pick(parts.numbers["train"].tolist()))
    for name in ("dev", "test"):
        of_part = words.pick(parts.numbers[name].tolist())
        assert leaks(words, parts, name).tolist() == [word in train for word in of_part]


def test_words_that_stand_in_train_too_are_told() -> None:
    words = Words.of(["a", "b", "a", "b", "c", "d", "e", "f", "b", "g"])
    parts = parts_of(words, "file")
    assert parts.numbers["dev"].tolist() == [8]
    assert leaks(words, parts, "dev").tolist() == [True]
    assert leaks(words, parts, "test").tolist() == [False]


def test_makemore_py_has_no_dev_but_its_test(names: Dataset) -> None:
    parts = parts_of(names.words, "makemore.py")
    sizes: dict[PartName, int] = {name: len(each) for name, each in parts.numbers.items()}
    assert sizes == {"train": 31257, "dev": 1000, "test": 1000}
    assert parts.is_dev_test


def test_no_split_leaves_all_in_train() -> None:
    parts = parts_of(Words.of(["a", "b"]), "none")
    assert {name: each.tolist() for name, each in parts.numbers.items()} == {"train": [0, 1]}


@pytest.mark.parametrize(
    ("words", "split", "said"),
    [
        (5, "lecture", "5 words cannot be split by lecture: dev would be empty"),
        (1, "file", "1 word cannot be split by file: train would be empty"),
        (9, "tenth", "test would be empty"),
        (9, "makemore.py", "dev would be empty"),
        (9, "Lecture", "There is no split “Lecture”; choose from none, lecture, file"),
        (9, "0.8,0.1", "add up to 1"),
        (9, "0.8,0.3,-0.1", "add up to 1"),
        (9, "nan,1", "add up to 1"),
        (9, "1", "add up to 1"),
        (9, "0.8,0.2@x", "There is no split"),
        (9, "a\x1b[31m" * 30, "There is no split “a\\[31ma"),
    ],
)
def test_a_split_that_cannot_be_is_refused(words: int, split: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        parts_of(Words.of([f"w{i}" for i in range(words)]), split)


def test_hashing_says_how_far_it_has_come(names: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.words.parts.CHUNK", 10_000)
    steps = list(part(names.words, "hash"))
    assert steps[-1] == Progressed("splitting", 32257, 32257)
    assert [step.done for step in steps[:4]] == [10_000, 20_000, 30_000, 32_257]
