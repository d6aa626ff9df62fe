"""Words that stay in their file are those that would be held, whatever the text is like."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.models.counts import count_all
from engine.models.tables import Table
from engine.protocol import LoadDataset, Refusal, Settings
from engine.training.directing import read_words
from engine.words import dataset, filed
from engine.words.corpus import filing
from engine.words.corpus.filing import describe
from engine.words.dataset import finish, load_all
from engine.words.filed import listed
from engine.words.order import encode
from engine.words.vocabulary import Vocabulary
from tests.conftest import WriteWords
from tests.engine.test_corpus import TEXTS


@example("\n.;", 1, 1)
@example("\ufeff1. a\n\r\n2. b", 1, 1)
@given(TEXTS.filter(bool), st.integers(1, 40), st.integers(1, 40))
def test_what_is_filed_is_what_is_held(
    tmp_path_factory: pytest.TempPathFactory, text: str, block: int, read: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "filed.txt"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        for module in (filed, filing):
            patch.setattr(module, "BLOCK", block)
            patch.setattr(module, "RUN", 3 * block)
        patch.setattr(filing, "READ", read)
        try:
            held = load_all(str(path))
        except Refusal as refusal:
            with pytest.raises(Refusal) as other:
                finish(describe(str(path)))
            assert str(other.value) == str(refusal)  # noqa: PT017
            return
        found, tally = finish(describe(str(path)))
        words, count = list(held.words), len(held.words)
        assert replace(found, words=held.words, offsets=held.offsets) == held
        assert Table("words", tally, ()).counts.rows == count_all(*_given(held)).rows
        assert count_all(*_given(found)).rows == count_all(*_given(held)).rows
        assert list(found.words) == words
        assert [found.words[i] for i in range(-count, count)] == [*words, *words]
        for start in range(0, count, 3):
            assert found.words[start : start + 5] == words[start : start + 5]
        assert found.words.pick(range(count - 1, -1, -1)) == words[::-1]
        assert found.words.text == held.words.text
        assert all(word in found.words for word in words)
        assert "no such word" not in found.words
        ours, theirs = finish(encode(found)), finish(encode(held))
        assert ours.indices.tolist() == theirs.indices.tolist()
        assert ours.starts.tolist() == theirs.starts.tolist()


def _given(data: dataset.Dataset) -> tuple[dataset.Words, Vocabulary]:
    return data.words, data.vocabulary


def test_large_files_are_filed(words_file: WriteWords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "FILED", 10)
    for text, is_filed in (("ab\ncd\n" * 3, True), ("ab\ncd\n", False)):
        command = LoadDataset(words_file(text))
        read = finish(read_words(command, Settings(), None))
        file = read.event.file
        assert (file is not None) == is_filed
        words = listed(read.event.text, read.event.offsets, file)
        assert list(words) == text.split()
        assert read.event.report.words == len(words)


def test_a_file_that_is_another_is_refused(words_file: WriteWords) -> None:
    path = words_file("emma\nava\n" * 10)
    for change in (_cut_short, _rewrite):
        words = finish(describe(path))[0].words
        change(Path(path))
        with pytest.raises(Refusal, match="has changed since it was read; open it again"):
            words[0]
        with pytest.raises(Refusal, match="has changed"):
            list(words)


def test_a_file_that_is_gone_is_refused_unless_it_is_open(words_file: WriteWords) -> None:
    path = words_file("emma\nava\n")
    opened, late = (finish(describe(path))[0].words for _ in range(2))
    assert opened[1] == "ava"
    os.remove(path)
    assert opened[0] == "emma"
    with pytest.raises(Refusal, match="cannot be read any more"):
        late[0]


def _cut_short(path: Path) -> None:
    os.truncate(path, 20)


def _rewrite(path: Path) -> None:
    path.write_text("ava\nemma\n" * 10)
    os.utime(path, (1, 1))
