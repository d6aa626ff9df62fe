"""Smoothing: k added to every count, from nothing to a million."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from engine.lab.apart import Parts, kept_apart, none_apart, parts_of, split, tally, turning
from engine.lab.cells import normalise
from engine.lab.chapter import Chapter, Control, Inputs, words_control
from engine.lab.data import Data, visible
from engine.lab.exhibit import (
    Column,
    Exhibit,
    Line,
    Mark,
    Matrix,
    Note,
    Part,
    Series,
    Table,
    columns,
    matrix,
    number,
)
from engine.lab.guessing import Prediction, asked_number

if TYPE_CHECKING:
    from torch import Tensor

STOPS = (0, 0.01, 0.1, 1, 3, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
"""Positions of the dial for k, all of which the table goes through."""

NEAR = (0.01, 0.1, 1)
"""Positions of the dial among which a reader would choose."""

CURVE = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2)
"""k at which train and dev are drawn: those between which dev falls and rises again."""

NAMED = 6
"""Most words of dev that are named."""

Row = tuple[float, ...]


def nll(N: Tensor, P: Tensor) -> Tensor:
    """Average NLL of the data, in nats a bigram."""
    import torch

    data_nll = -torch.xlogy(N, P).sum() / N.sum()
    return data_nll


def one_word(word: str, P: Tensor, stoi: Mapping[str, int]) -> Tensor:
    """Average NLL of one word's bigrams; infinite if one has probability 0."""
    ix, iy = [stoi[s] for s in "." + word], [stoi[s] for s in word + "."]
    word_nll = -P[ix, iy].log().mean()
    return word_nll


def best(N_train: Tensor, N_dev: Tensor, V: int) -> float:
    """Find the smoothing with the least NLL on dev: where its slope along k changes sign."""
    low, high = 1e-6, 1e6
    for _ in range(40):
        best_k = (low * high) ** 0.5
        falls = (N_dev / (N_train + best_k)).sum()
        rises = (N_dev.sum(1) * V / (N_train.sum(1) + best_k * V)).sum()
        low, high = (low, best_k) if rises > falls else (best_k, high)
    return best_k  # type: ignore[no-any-return]


def unseen(dev: Sequence[str], N_train: Tensor, stoi: Mapping[str, int]) -> list[tuple[str, str]]:
    """Words of dev that hold a bigram train never does, each with that bigram."""
    seen, never = N_train.tolist(), []
    for w in dev:
        for a, b in zip("." + w, w + "."):  # noqa: B905
            if not seen[stoi[a]][stoi[b]]:
                never.append((w, a + b))
    return never


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the smoothing and the word."""
    return {"k": inputs.number("smoothing"), "word": data.unseen(inputs.text("word"))}


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Go through the dial's positions, then stop where the dial stands."""
    word, k = data.unseen(inputs.text("word")), inputs.number("smoothing")
    parts = parts_of(data)
    rows: list[Row] = []
    dial = sorted({*STOPS, k})
    for done, stop in enumerate(dial, start=1):
        P = normalise(data.N, stop)
        rows.append((stop, *_figures(data, P, word), *_losses(parts, stop)))
        yield Exhibit((_table(word, rows, k), _series(rows, data.V)), done, len(dial) + 1, 0.3)
    P = normalise(data.N, k)
    last: tuple[Part, ...] = (
        _table(word, rows, k),
        *_dev(data, parts, rows),
        _series(rows, data.V),
        _word(data, word, P, k),
        _picture(data, P),
    )
    yield Exhibit(last, len(dial) + 1, len(dial) + 1)


def _figures(data: Data, P: Tensor, word: str) -> tuple[float, ...]:
    uniform = float((P - 1 / data.V).abs().max())
    return float(nll(data.N, P)), float(one_word(word, P, data.stoi)), uniform


def _losses(parts: Parts | None, k: float) -> tuple[float, ...]:
    return () if parts is None else tuple(map(float, kept_apart(parts.N_train, parts.N_dev, k)))


def _table(word: str, rows: Sequence[Row], k: float) -> Table:
    heads = (
        *columns("k|,.15g", "all data|.6f"),
        Column(visible(word), ".6f"),
        *columns("furthest from 1/V|.4f", "train|.6f", "dev|.6f"),
    )[: len(rows[0])]
    at = [row[0] for row in rows]
    marks: tuple[tuple[int, int, Mark], ...] = (
        tuple((at.index(k), c, "strong") for c in range(len(heads))) if k in at else ()
    )
    return Table("smoothing: the NLL at each k", heads, tuple(rows), marks)


def _dev(data: Data, parts: Parts | None, rows: Sequence[Row]) -> tuple[Part, ...]:
    """What smoothing buys on words kept apart, and how much the k matters there."""
    if parts is None:
        return (none_apart(),)
    k = best(parts.N_train, parts.N_dev, data.V)
    least = _losses(parts, k)[1]
    curve = [(each, *_losses(parts, each)) for each in CURVE]
    near = [row[-1] - least for row in rows if row[0] in NEAR]
    return (
        _never(data, parts),
        Note(
            f"The best k for dev is {number(k, '.3g')}, with {number(least, '.6f')}. Of k from "
            f"{number(NEAR[0], 'g')} to {number(NEAR[-1], 'g')} the worst is "
            f"{number(max(near), '.6f')} above it. Train would have no k at all."
        ),
        turning(curve, (_losses(parts, 0)[0], least), "k"),
    )


def _never(data: Data, parts: Parts) -> Note:
    said = (
        f"A tenth of the words, {len(parts.dev):,}, are kept apart as dev, and another as test; "
        "train is the rest."
    )
    # A word that holds two such bigrams, or stands twice in dev, is named once.
    found = unseen(parts.dev, parts.N_train, data.stoi)
    never = {visible(word): visible(pair) for word, pair in found}
    if not never:
        return Note(f"{said} No word of dev holds a bigram that train does not.")
    named = ", ".join(f"{word} ({pair})" for word, pair in islice(never.items(), NAMED))
    more = f" and {len(never) - NAMED:,} more" if len(never) > NAMED else ""
    these = "word of dev holds" if len(never) == 1 else "words of dev hold"
    return Note(
        f"{said} {len(never):,} {these} a bigram that train never does: {named}{more}. That alone "
        "makes the loss of dev infinite at k = 0."
    )


def _series(rows: Sequence[Row], size: int) -> Series:
    points = tuple((math.log10(row[0]), row[1]) for row in rows if row[0] > 0)
    words = tuple(
        (math.log10(row[0]), row[2]) for row in rows if row[0] > 0 and math.isfinite(row[2])
    )
    lines = (Line("NLL of the data", points), Line("NLL of the word", words))
    level = (f"ln {size:,}, all equal", math.log(size))
    return Series("NLL against smoothing", lines, "log10 k", "NLL", levels=(level,))


def _word(data: Data, word: str, P: Tensor, k: float) -> Note:
    pairs = list(zip("." + word, word + ".", strict=True))
    never = [a + b for a, b in pairs if not data.N[data.stoi[a], data.stoi[b]]]
    score = float(one_word(word, P, data.stoi))
    shown = f"At k = {number(k, 'g')} the NLL of {visible(word)} is {number(score, '.6f')}."
    if not never:
        return Note(f"{shown} Each of its bigrams was seen.")
    names = ", ".join(visible(pair) for pair in dict.fromkeys(never))
    return Note(f"{shown} Never seen in the data: {names}.")


def _picture(data: Data, P: Tensor) -> Matrix:
    labels = data.labels(data.shown)
    part = (100 * P[data.shown][:, data.shown]).tolist()
    return matrix("P, in percent", labels, labels, part, ".0f", left_out=data.hidden)


def predict(data: Data, inputs: Inputs) -> Prediction | None:
    """Ask for the k that is best on dev; the losses without smoothing may be seen."""
    parts = parts_of(data)
    if parts is None:
        return None

    def truth() -> float:
        return best(parts.N_train, parts.N_dev, data.V)

    def because() -> str:
        at, plain = (_losses(parts, k)[1] for k in (truth(), 1))
        return f"Dev has {number(at, '.6f')} there, and {number(plain, '.6f')} at k = 1."

    question = asked_number(CHAPTER.question, "0 is none; 1 is the lecture's.")
    return Prediction(
        question, truth, 1, right=2, near=10, off_by="factor", form=".3g", because=because
    )


CHAPTER = Chapter(
    number=10,
    name="smoothing",
    title="Smoothing",
    text="""
A bigram the data never hold has count 0 and probability 0. Its log is
−infinite, and so a single such bigram makes a word impossible, however
ordinary the rest of it.

Smoothing adds k to every count before the rows are divided by their sums,
as if each bigram had been seen k times more. Nothing is impossible any
more. The larger k, the less the counts matter: the table fades to uniform,
and the NLL climbs to ln V, the loss of a model that knows nothing.

A model is for other words. So a tenth is kept apart as dev, and judged by
the counts of train: the lecture's split, random.seed(42).
""",
    question="""
The NLL of the data is least at k = 0. At which k is that of dev least? And
why smooth at all?
""",
    answer="""
Of names between 0.3 and 0.5. At 0 it is least on the very words that were
counted. Kept apart, a few words with an unseen bigram make the average
infinite.
That is what smoothing buys: in a long list the choice of k hardly matters
beyond it, as the counts of most bigrams are large. The right k is the best
one on dev.
""",
    pane="heatmap",
    cells=(normalise, nll, one_word, split, tally, kept_apart, best, unseen),
    given=given,
    view="count_probabilities",
    sets=(("smoothing", "smoothing"),),
    steps=steps,
    predict=predict,
    writes_dots=True,
    controls=(
        Control("smoothing", "smoothing", "number", 1.0, 0, 1e9, STOPS),
        words_control("One word; empty: one with an unseen bigram.", "word", "word"),
    ),
)
