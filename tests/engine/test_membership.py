"""Whether a name is known: by hash, and by the text behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.words import membership
from engine.words.dataset import Dataset, Words
from engine.words.membership import Known

WORDS = st.lists(st.text("abc", min_size=1, max_size=4), min_size=0, max_size=30)


@given(WORDS, WORDS)
def test_exactly_the_words_are_known(words: list[str], names: list[str]) -> None:
    known = Known(Words.of(words))
    assert known.mark([*words, *names, ""]).tolist() == [
        name in words for name in [*words, *names, ""]
    ]
    assert [known.count(name) for name in names] == [words.count(name) for name in names]


def test_words_of_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    monkeypatch.setattr(membership, "_hashes", lambda names: np.zeros(len(names), np.int64))
    known = Known(Words.of(["ab", "cd", "ab"]))
    assert known.mark(["ab", "cd", "ef"]).tolist() == [True, True, False]


def test_an_index_takes_twelve_bytes_a_word(names: Dataset) -> None:
    known = Known(names.words)
    assert known._hashes.nbytes + known._order.nbytes == 12 * len(names.words)
    assert "emma" in known
    assert "emm" not in known
