"""Whether a name is known: by hash, and by the text behind it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.words import membership
from engine.words.dataset import Dataset, Words, finish
from engine.words.membership import Known

WORDS = st.lists(st.text("abc", min_size=1, max_size=4), min_size=0, max_size=30)


@example(["a" * 1001, "a" * 1000, "b", "a" * 1001], ["a" * 999, "a" * 1002, "d", "b\u2603"])
@given(WORDS, WORDS)
def test_exactly_the_words_are_known(words: list[str], names: list[str]) -> None:
    known = Known.of(Words.of(words))
    assert known.mark([*words, *names, ""]).tolist() == [
        name in words for name in [*words, *names, ""]
    ]
    assert [finish(known.count(name)) for name in names] == [words.count(name) for name in names]


@given(WORDS, WORDS)
def test_words_of_one_hash_are_told_apart(words: list[str], names: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(membership, "_hashes", lambda words, _: np.zeros(len(words), np.uint64))
        patch.setattr(membership, "CHUNK", 2)
        known = Known.of(Words.of(words))
        assert known.mark(names).tolist() == [name in words for name in names]
        assert [finish(known.count(each)) for each in names] == [words.count(n) for n in names]


def test_an_index_takes_eight_bytes_a_word(names: Dataset) -> None:
    known = Known.of(names.words)
    assert known._index.nbytes == 8 * len(names.words)
    assert "emma" in known
    assert "emm" not in known
