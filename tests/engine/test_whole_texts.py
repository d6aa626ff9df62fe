"""A text as one sequence, however it is cut, held against a plain definition."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import corpora
from engine.models.tables import Table, add, read
from engine.protocol import Refusal
from engine.words.cleaning import Cleaner
from engine.words.corpus import counting, reading
from engine.words.corpus.counting import count
from engine.words.corpus.hands import Asked, Found
from engine.words.corpus.reading import cut
from engine.words.corpus.sources import find
from engine.words.corpus.whole import joined
from engine.words.dataset import finish
from tests.engine.test_corpus import TEXTS

LINE = st.text(" ab.é", max_size=6)
LINES = st.lists(LINE, max_size=12).map("\n".join)


def sequence(text: str) -> str:
    """All of a text in one line."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    for end in "\r\v\f\x85\u2028\u2029":
        text = text.replace(end, "\n")
    cleaner = Cleaner(is_text=True)
    return " ".join(filter(None, map(cleaner.word, text.split("\n"))))


def plain(texts: list[str], order: int) -> dict[str, int]:
    """Count n-grams, a line feed as the boundary."""
    grams: Counter[str] = Counter()
    for whole in filter(None, map(sequence, texts)):
        held = "\n" * (order - 1) + whole + "\n"
        grams.update(held[i : i + order] for i in range(len(held) - order + 1))
    return dict(grams)


def grams_of(table: Table) -> dict[str, int]:
    """Count n-grams of a table."""
    symbols = ["\n", *map(chr, table.symbols[1:].tolist())]
    contexts = table.contexts
    pairs = zip(contexts.grams.tolist(), contexts.counts.tolist(), strict=True)
    return {"".join(symbols[i] for i in gram): n for gram, n in pairs}


@example(["a\nb", "", "\n \n"], 4, 1, 1)
@example(["ab. \r\n\r\n\r\n cd", "é\nab"], 3, 2, 3)
@example(["ab\nba\n\nab.c\n\n"], 2, 40, 4)
@given(
    st.lists(LINES | TEXTS, min_size=1, max_size=3), st.integers(2, 5), *[st.integers(1, 40)] * 2
)
def test_whole_texts_are_counted_as_they_are_defined(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], order: int, block: int, read: int
) -> None:
    paths = [tmp_path_factory.getbasetemp() / f"whole{i}.txt" for i in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8", newline="")
    wanted = plain(texts, order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BLOCK", block)
        patch.setattr(counting, "BLOCK", block)
        sources = find(list(map(str, paths)))
        units = cut(sources, block)
        try:
            found: Found = finish(
                count(sources, units, Asked(True, is_whole=True, order=order), 2, read)
            )
        except Refusal as refusal:
            assert "UTF-16" in str(refusal)  # noqa: PT017
            return
    found.tally.join(joined(units, found.edges, order))
    lengths = Counter(map(len, filter(None, map(sequence, texts))))
    assert found.tally.lengths == lengths
    if wanted:
        assert grams_of(Table("whole", found.tally, (), order - 1)) == wanted


def test_a_table_of_whole_texts_is_kept_and_added(tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("a.txt", "b.txt")]
    for path, text in zip(paths, ("To be,\nor not.\n", "To be?\n"), strict=True):
        Path(path).write_text(text)
    tables = []
    for paths_of in (paths[:1], paths[1:], paths):
        table, corpus = finish(corpora.count(paths_of, corpora.Wanted(1, is_whole=True, order=3)))
        place = tmp_path / "table.st"
        place.write_bytes(table.to_bytes())
        tables.append(read(str(place)))
        assert tables[-1].kind == "whole"
        assert corpus.report.words == len(paths_of)
    first, second, both = tables
    assert add(first, second).to_bytes() == both.to_bytes()
    assert grams_of(both) == plain(["To be,\nor not.", "To be?"], 3)
    lines, _ = finish(corpora.count(paths, corpora.Wanted(1, is_text=True, order=3)))
    with pytest.raises(Refusal, match="as a whole, --whole, cannot be added"):
        add(lines, both)
