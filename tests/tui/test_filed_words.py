"""Words that stay in their file, as the list and its filter show them."""

from __future__ import annotations

import math
import os

import pytest

from engine import listed
from engine.protocol import DatasetLoaded, LoadDataset
from engine.session import Session
from engine.words import dataset
from tests.conftest import WriteWords
from tui.dataset.filters import parse
from tui.dataset.search import Search
from tui.dataset.words import WordList

WORDS = [f"{a}{b}" for a in "xyz" for b in "abcdefgh"]


@pytest.fixture
def loaded(words_file: WriteWords, monkeypatch: pytest.MonkeyPatch) -> DatasetLoaded:
    """A file so large that its words stay in it."""
    monkeypatch.setattr(dataset, "FILED", 1)
    command = LoadDataset(words_file("\n".join(WORDS) + "\n"))
    (event,) = (e for e in Session().run(command) if isinstance(e, DatasetLoaded))
    assert event.file is not None
    return event


def test_a_filter_keeps_the_order_of_the_list(loaded: DatasetLoaded) -> None:
    words = listed(loaded.text, loaded.offsets, loaded.file)
    for numbers in (None, range(len(WORDS) - 1, -1, -1)):
        search = Search(words, numbers, parse("a"))
        search.go_on(math.inf)
        assert search.is_over
        order = WORDS if numbers is None else WORDS[::-1]
        assert words.pick(search.found) == [word for word in order if "a" in word]


def test_words_of_a_file_that_is_cut_short_are_not_shown(loaded: DatasetLoaded) -> None:
    words = WordList()
    words.words = listed(loaded.text, loaded.offsets, loaded.file)
    assert words.word(1) == "xb"
    assert loaded.file is not None
    os.truncate(loaded.file.path, 10)
    words.words = listed(loaded.text, loaded.offsets, loaded.file)
    assert words.word(1) == "…"
    search = Search(words.words, None, parse("a"))
    search.go_on(math.inf)
    assert "has changed since it was read; open it again" in search.complaint
