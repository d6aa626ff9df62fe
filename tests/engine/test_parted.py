"""The parts of the words, as the engine tells them when another split comes into force."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Session
from engine.protocol import (
    PART_MARKS,
    Configure,
    Event,
    Load,
    LoadDataset,
    PartSize,
    Reset,
    Save,
    Train,
    WordsParted,
)
from engine.words.dataset import Dataset, finish
from engine.words.parts import part
from tests.conftest import WriteWords, act, ready


def parted(events: list[Event]) -> list[WordsParted]:
    return [event for event in events if isinstance(event, WordsParted)]


def test_the_parts_of_the_words_are_told_when_another_split_is_in_force(session: Session) -> None:
    split = "0.5,0.3,0.2"
    assert parted(act(session, Configure(order=3))) == []
    (told_first,) = parted(act(session, Configure(split=split)))
    assert (told_first.split, len(told_first.marks)) == (split, 6)
    assert parted(act(session, Train(2), Reset(), Configure(order=2))) == []
    assert parted(act(session, Configure(split="none"))) == [WordsParted()]
    assert parted(act(session, Configure(split=split))) == [told_first], "of runs that were kept"


def test_new_words_and_a_checkpoint_bring_their_parts(
    session: Session, words_file: WriteWords, tmp_path: Path
) -> None:
    path = str(tmp_path / "run")
    (first,) = parted(act(session, Configure(split="0.5,0.3,0.2"), Save(path)))
    assert parted(act(session, Configure(split="none"), Load(path)))[-1] == first
    (other,) = parted(act(session, LoadDataset(words_file("anna\notto\nada\n"))))
    assert len(other.marks) == 3


@pytest.mark.parametrize("split", ["lecture", "hash", "makemore.py"])
def test_every_word_is_told_its_parts_and_whether_train_holds_it(
    names: Dataset, split: str
) -> None:
    ready_for_names = ready()
    (event,) = parted(act(ready_for_names, Configure(split=split)))
    parts = finish(part(names.words, split))
    marks = memoryview(event.marks)
    assert [size.name for size in event.sizes] == ["train", "dev", "test"]
    for (name, numbers), size in zip(parts.numbers.items(), event.sizes, strict=True):
        leaks: list[int] = []
        of_part = {i for i, mark in enumerate(marks) if mark & PART_MARKS[name]}
        assert of_part == set(numbers.tolist())
        if name != "train":
            train = set(names.words.pick(parts.numbers["train"].tolist()))
            leaks = [i for i in numbers.tolist() if names.words[i] in train]
        assert {i for i in of_part if marks[i] & PART_MARKS["leak"]} == set(leaks)
        assert size == PartSize(name, len(numbers), len(leaks))
        assert bool(leaks) == (name != "train" and split != "hash")
