"""The square figure: a count in every cell, and one row made into probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.lab.chapter import Chapter, Control, Inputs
from engine.lab.data import Data, visible
from engine.lab.exhibit import Bar, Bars, Exhibit, Matrix, Note, matrix, number
from engine.lab.guessing import Prediction, asked_letter
from engine.protocol import Refusal
from engine.text.symbols import typed

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = 20
"""Words put into the table in one step."""

FIRST = 1_000
"""Words that are put in one by one, as `fill` says."""

BARS = 12
"""Entries of the chosen row that are shown."""


def empty(V: int) -> Tensor:
    """Make a table of zeros, shape (V, V), int32."""
    import torch

    N = torch.zeros((V, V), dtype=torch.int32)
    return N


def fill(N: Tensor, words: Sequence[str], stoi: Mapping[str, int]) -> Tensor:
    """Count the bigrams of the first words into N, in place."""
    for w in words[:1000]:
        for a, b in zip("." + w, w + "."):  # noqa: B905
            N[stoi[a], stoi[b]] += 1
    return N


def whole(V: int, xs: Tensor, ys: Tensor) -> Tensor:
    """Count all bigrams in one call, shape (V, V), int32."""
    import torch

    pairs = xs * V + ys  # each pair as one number
    N = torch.bincount(pairs, minlength=V * V).view(V, V).int()
    return N


def row(N: Tensor, ix: int) -> Tensor:
    """Make one row of counts into probabilities, shape (V,), float32."""
    p = N[ix].float()
    p = p / p.sum()
    return p


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the index of the chosen symbol."""
    return {"ix": _index(data, inputs.text("symbol"))}


def _index(data: Data, symbol: str) -> int:
    symbol = typed(symbol, data.stoi)
    if symbol not in data.stoi:
        raise Refusal(f"“{symbol}” is no symbol of these data; give one of them, or a dot.")
    return data.stoi[symbol]


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Fill the table word by word, then count all words at once and normalise a row."""
    ix = _index(data, inputs.text("symbol"))
    first = data.words[:FIRST]
    starts = range(0, len(first), CHUNK)
    N, total = empty(data.V), len(starts) + 2
    for done, start in enumerate(starts, start=1):
        N = fill(N, first[start : start + CHUNK], data.stoi)
        seen = min(start + CHUNK, len(first))
        note = Note(f"{seen:,} of {len(data.words):,} words, one by one.")
        yield Exhibit((_figure(data, N), note), done, total, 0.05)
    N = whole(data.V, data.xs, data.ys)
    note = Note(f"All {len(data.words):,} words at once.")
    yield Exhibit((_figure(data, N), note), total - 1, total, 0.5)
    last = (_figure(data, N), _row(data, N, ix), _note(N), _ends(data))
    yield Exhibit(last, total, total)


def _figure(data: Data, N: Tensor) -> Matrix:
    labels = data.labels(data.shown)
    part = N[data.shown][:, data.shown].tolist()
    return matrix(
        "N: rows are the first symbol, columns the second",
        labels,
        labels,
        part,
        "d",
        has_bigrams=True,
        left_out=data.hidden,
    )


def _row(data: Data, N: Tensor, ix: int) -> Bars:
    p = row(N, ix)
    often = p.argsort(descending=True, stable=True)[:BARS].tolist()
    first = data.symbols[ix]
    bars = (Bar(visible(first + data.symbols[j]), float(p[j])) for j in often)
    title = f"row {visible(first)} divided by its sum {number(int(N[ix].sum()))}, largest first"
    more = max(0, data.V - BARS)
    return Bars(title, tuple(bars), ".4f", "probability", label="bigram", left_out=more)


def _note(N: Tensor) -> Note:
    n, cells = int(N.sum()), N.numel()
    seen = int((N > 0).sum())
    same = "equal" if bool((N.sum(0) == N.sum(1)).all()) else "do not equal"
    return Note(
        f"{n:,} bigrams in {cells:,} cells, {cells - seen:,} of them empty. "
        f"Row sums {same} column sums: a symbol is left as often as it is entered."
    )


def _ends(data: Data) -> Note:
    """Say what a symbol for the beginning and another one for the end would come to."""
    size = data.V + 1
    return Note(
        f"With a start <S> and an end <E> apart the table would be {size:,} by {size:,}, and "
        f"{2 * size - 1:,} more cells empty for ever: the row of <E>, which nothing follows, and "
        "the column of <S>. One dot is both."
    )


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask for the row with the greatest probability; counts may be seen, not their shares."""
    surest = {
        data.symbols[i]: (max(row.values()) / sum(row.values()), max(row, key=row.__getitem__))
        for i, row in enumerate(data.counts.rows)
        if row
    }
    first = max(surest, key=lambda symbol: surest[symbol][0])
    p, then = surest[first]
    return Prediction(
        asked_letter(CHAPTER.question, data),
        lambda: first,
        after=1,
        near=3,
        form=".3f",
        because=lambda: (
            f"{visible(data.symbols[then])} follows {visible(first)} with probability "
            f"{number(p, '.3f')}."
        ),
        ranks=lambda: {symbol: each for symbol, (each, _) in surest.items()},
    )


CHAPTER = Chapter(
    number=4,
    name="figure",
    title="The square figure",
    text="""
The counts fit into a square table N: the row is the first symbol, the
column the second. stoi turns a symbol into its index, itos an index into
its symbol. The dot has index 0: row . holds how words begin, column . how
they end. A row divided by its sum is a probability distribution: all the
model knows about what follows.

The loop adds 1 to one cell at a time. Each time costs torch some
microseconds, too long for all the words: it is run on the first thousand.
bincount then counts all the pairs in one call.

N holds whole numbers, int32, and probabilities are fractions, hence
.float(). A plain / would convert by itself, but /=, which divides in place,
raises an error: a fraction has no room in int32.
""",
    question="""
After which symbol is it surest what follows? What must the corner hold?
""",
    answer="""
In names it is q: after it comes u, three times in four. No count says so,
only the count divided by its row's sum; make q the symbol of the dial.

The corner holds 0. It would count words without a letter: a beginning that
is followed at once by an end. There are none in the data. With smoothing it
becomes possible, and now and then an empty name is drawn.
""",
    pane="heatmap",
    cells=(empty, fill, whole, row),
    given=given,
    view="counts",
    steps=steps,
    predict=predict,
    needs_words=True,
    controls=(Control("symbol", "symbol", "text", ".", 1, 1, hint="The row that is normalised."),),
)
