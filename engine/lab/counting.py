"""Counting bigrams with a dict."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from engine.lab.chapter import Chapter, Inputs, words_control
from engine.lab.data import Data, visible
from engine.lab.exhibit import Exhibit, Note, Table, columns, number
from engine.lab.guessing import Prediction, asked_cell
from engine.words.vocabulary import BOUNDARY

Bigrams = dict[tuple[str, str], int]

CHUNK = 500
"""Words counted in one step."""

TOP = 10
"""Rows of the ranking that are shown."""


def count(words: Sequence[str], d: Bigrams) -> Bigrams:
    """Add the bigrams of some words to those counted before."""
    for w in words:
        chs = [".", *w, "."]
        for pair in zip(chs, chs[1:]):  # noqa: B905, RUF007
            d[pair] = d.get(pair, 0) + 1
    return d


def rank(d: Bigrams) -> list[tuple[tuple[str, str], int]]:
    """Sort bigrams by count, the most frequent first."""
    ranked = sorted(d.items(), key=lambda item: -item[1])
    return ranked


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Start from an empty dict; the words to follow step by step must be usable."""
    chosen = data.chosen(inputs.text("words"))
    return {"d": {}, "words": data.joined(chosen)}


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Follow a few words bigram by bigram, then count them all."""
    chosen = data.chosen(inputs.text("words"))
    total = sum(len(w) + 1 for w in chosen) + -(-len(data.words) // CHUNK) + 1
    done = 0
    d: Bigrams = {}
    for word in chosen:
        before = dict(d)
        count([word], d)
        for rows in _followed(word, before):
            done += 1
            yield Exhibit(
                (_operations(word, rows), _ranking(_dict_after(rows, before))), done, total, 0.4
            )
    d = {}
    for start in range(0, len(data.words), CHUNK):
        count(data.words[start : start + CHUNK], d)
        done += 1
        seen = min(start + CHUNK, len(data.words))
        yield Exhibit((_ranking(d), Note(f"{seen:,} words so far.")), done, total)
    yield Exhibit((_ranked(rank(d)), *_summary(d, data)), total, total)


Row = tuple[str, int, int]


def _followed(word: str, before: Bigrams) -> Iterator[list[Row]]:
    """Rows (bigram, get, new value) of a word, one more each time."""
    d, rows = dict(before), []
    for pair in pairwise([BOUNDARY, *word, BOUNDARY]):
        rows.append(("".join(pair), d.get(pair, 0), d.get(pair, 0) + 1))
        d[pair] = d.get(pair, 0) + 1
        yield rows


def _dict_after(rows: Sequence[Row], before: Bigrams) -> Bigrams:
    """The dict after the rows so far."""
    return before | {(pair[0], pair[1]): after for pair, _, after in rows}


def _operations(word: str, rows: Sequence[Row]) -> Table:
    heads = columns("bigram", "d.get(pair, 0)", "+ 1, stored")
    shown = tuple((visible(pair), got, new) for pair, got, new in rows)
    last = len(rows) - 1
    return Table(f"{BOUNDARY}{word}{BOUNDARY}, pair by pair", heads, shown, ((last, 2, "strong"),))


def _ranking(d: Bigrams) -> Table:
    return _table(heapq.nlargest(TOP, d.items(), key=lambda item: item[1]), d)


def _ranked(ranked: Sequence[tuple[tuple[str, str], int]]) -> Table:
    return _table(ranked[:TOP], dict(ranked))


def _table(top: Sequence[tuple[tuple[str, str], int]], d: Bigrams) -> Table:
    n = sum(d.values())
    rows = tuple((visible("".join(pair)), times, 100 * times / n) for pair, times in top)
    heads = columns("bigram", "count", "of all, %|.2f")
    return Table("sorted by count", heads, rows, left_out=len(d) - len(rows))


def _summary(d: Bigrams, data: Data) -> tuple[Note, ...]:
    n, cells = sum(d.values()), data.V**2
    once = sum(times == 1 for times in d.values())
    # No word is empty, so no bigram has the dot at both its places.
    dotted = [times for pair, times in d.items() if BOUNDARY in pair]
    return (
        Note(
            f"{len(data.words):,} words hold {n:,} bigrams, {len(d):,} different ones. "
            f"{data.V:,} symbols allow {cells:,}: {cells - len(d):,} were never seen, and "
            f"{once:,} only once."
        ),
        Note(
            f"{sum(dotted):,} bigrams begin or end a word, two for each, in {len(dotted):,} "
            f"different pairs; the other {n - sum(dotted):,} share {len(d) - len(dotted):,}."
        ),
    )


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask for the bigram that comes first; those of the words that are followed may be seen."""
    (first, second, most) = data.counts.top(1)[0]
    pair = (first, second)
    where = "ends" if second == BOUNDARY else "begins" if first == BOUNDARY else "is from within"
    n = sum(data.counts.totals)
    ranks = {a + b: times for a, b, times in data.counts.top(data.V**2)}
    return Prediction(
        asked_cell(CHAPTER.question, data),
        lambda: "".join(pair),
        after=sum(len(w) + 1 for w in data.chosen(inputs.text("words"))),
        near=10,
        form=",",
        because=lambda: (
            f"It {where} a word, and is {number(100 * most / n, '.2f')} % of {n:,} bigrams."
        ),
        ranks=lambda: ranks,
    )


CHAPTER = Chapter(
    number=1,
    name="counting",
    title="Counting with a dict",
    text="""
A bigram is two symbols side by side. A dot is put before and after each
word, so that beginnings and ends are counted too: emma gives .e, em, mm, ma
and a. — five bigrams for four letters.

The whole model is a table of how often each bigram occurs. A Python dict
can hold it: the pair is the key, its count the value.

d.get(pair, 0) looks the pair up, and answers 0 if it is not there yet. So
the first time and every later time are one and the same line, and no
if/else is needed. zip(chs, chs[1:]) pairs each symbol with the one behind
it, and stops where the shorter list ends.
""",
    question="""
Sorted by their count over all words, which bigram comes first: one that
begins a word, one from its middle, or one that ends it? Which two symbols?
""",
    answer="""
Each word has two bigrams with the dot, one that begins it and one that ends
it. They have few pairs to share, one for each first letter and one for each
last: in lists of names, endings such as n. and a. come first. The middles
are more, but shared among far more pairs.

Bigrams of one count stand as they were met, as sorted() leaves them; the
laboratory's own lists put them in the order of the alphabet.
""",
    pane="dataset",
    cells=(count, rank),
    given=given,
    steps=steps,
    predict=predict,
    needs_words=True,
    controls=(words_control("Up to three words to follow step by step; empty: examples."),),
)
