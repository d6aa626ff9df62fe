"""Maximum likelihood: from a product of probabilities to the average NLL."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.lab.cells import normalise
from engine.lab.chapter import Chapter, Control, Inputs, words_control
from engine.lab.data import MOST_WORDS, Data, visible
from engine.lab.exhibit import Cell, Exhibit, HandRow, Mark, Note, Table, columns, number
from engine.lab.guessing import Prediction, asked_number
from engine.protocol import Refusal
from engine.text.symbols import typed

if TYPE_CHECKING:
    from torch import Tensor

LANDMARKS = (1, 10, 30, 100, 300, 1_000, 5_000)
"""After how many bigrams the product is looked at, beside the places where it becomes 0."""

MOVE = 0.01
"""By how much a probability is moved, before the row is divided by its sum."""

SAME = 1e-12
"""A difference of losses that is rounding."""

Terms = tuple["Tensor", "Tensor", "Tensor", "Tensor", "Tensor"]


def terms(some: Sequence[str], P: Tensor, stoi: Mapping[str, int]) -> Terms:
    """Take words apart: (p, running product, log p, running sum, average NLL)."""
    import torch

    pairs = [(stoi[a], stoi[b]) for w in some for a, b in zip("." + w, w + ".")]  # noqa: B905
    p = torch.stack([P[i, j] for i, j in pairs])
    product = p.cumprod(0)
    log_p = p.log()
    log_likelihood = log_p.cumsum(0)
    nll = -log_likelihood[-1] / len(pairs)
    return p, product, log_p, log_likelihood, nll


def everything(N: Tensor, P: Tensor) -> tuple[Tensor, Tensor]:
    """Score all the data through the counts: (log likelihood, average NLL)."""
    import torch

    total = torch.xlogy(N, P).sum()  # N log P, and 0 where N is 0
    mean = -total / N.sum()
    return total, mean


def multiply(P: Tensor, xs: Tensor, ys: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Multiply the data's bigrams one after another: in float32, in float64, and as a sum of logs.

    Each of shape (m,), what has come together after 1 to m bigrams.
    """
    p = P[xs[:5000], ys[:5000]]
    product32 = p.float().cumprod(0)
    product64 = p.cumprod(0)
    log_sum = p.log().cumsum(0)
    return product32, product64, log_sum


def by_hand(P: Tensor, N: Tensor, ix: int, iy: int, by: float) -> tuple[Tensor, Tensor]:
    """Move a cell of a row: (its average NLL then, how far that is above counting's), in nats."""
    import torch

    p = P[ix].clone()
    p[iy] = (p[iy] + by).clamp(min=0)
    p = p / p.sum()
    q = N[ix].double() / N[ix].sum()
    row_nll = -torch.xlogy(q, p).sum()
    excess = row_nll + torch.xlogy(q, q).sum()  # KL(q‖p): 0 for p = q alone
    return row_nll, excess


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the words, the smoothing, and a move of the row: its likeliest symbol up."""
    some = _some(data, inputs)
    i = _index(data, inputs)
    j = max(data.counts.rows[i].items(), key=lambda item: item[1])[0]
    return {
        "some": some,
        "words": data.joined(some),
        "k": inputs.number("smoothing"),
        "ix": i,
        "iy": j,
        "by": MOVE,
    }


def _index(data: Data, inputs: Inputs) -> int:
    symbol = inputs.text("row")
    symbol = typed(symbol, data.stoi)
    if symbol not in data.stoi:
        raise Refusal(f"“{symbol}” is no symbol of these data; give one of them, or a dot.")
    return data.stoi[symbol]


def _some(data: Data, inputs: Inputs) -> list[str]:
    text = inputs.text("words")
    return data.chosen(text, MOST_WORDS if text else 3)


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Add term after term, then multiply the data until nothing is left, then take them all."""
    some = _some(data, inputs)
    P = normalise(data.N, inputs.number("smoothing"))
    got = terms(some, P, data.stoi)
    pairs = [a + b for w in some for a, b in zip("." + w, w + ".", strict=True)]
    products = multiply(P, data.xs, data.ys)
    looks = _looks(*products[:2])
    total = len(pairs) + len(looks) + 2
    for done in range(1, len(pairs) + 1):
        yield Exhibit((_table(pairs[:done], got),), done, total, 0.4)
    parts = (_table(pairs, got), *_conclusions(pairs, got))
    yield Exhibit(parts, len(pairs) + 1, total, 0.5)
    for at in range(1, len(looks) + 1):
        shown = (*parts, _underflow(looks[:at], products))
        yield Exhibit(shown, len(pairs) + 1 + at, total, 0.4)
    hand = _hand(data, P, _index(data, inputs))
    yield Exhibit((*shown, _survival(*products[:2]), _all(data, P), *hand), total, total)


def _table(pairs: Sequence[str], got: Terms) -> Table:
    p, product, log_p, log_likelihood, _ = (t.tolist() for t in got)
    rows = tuple(
        (visible(pair), p[i], product[i], log_p[i], log_likelihood[i])
        for i, pair in enumerate(pairs)
    )
    heads = columns("bigram", "p|.4f", "product so far|.2e", "log p|.4f", "sum so far|.4f")
    return Table("one bigram after another", heads, rows, ((len(rows) - 1, 4, "strong"),))


def _conclusions(pairs: Sequence[str], got: Terms) -> tuple[Table, ...]:
    rows = (
        ("product", number(float(got[1][-1]), ".4e")),
        ("log likelihood: log of the product", number(float(got[3][-1]))),
        ("negative log likelihood", number(-float(got[3][-1]))),
        (f"average over {len(pairs)} bigrams: NLL", number(float(got[4]))),
    )
    return (Table("product, log, negative, mean", columns("step", "value"), rows),)


def _alive(product: Tensor) -> int:
    """How many bigrams can be multiplied before the product is 0."""
    return int((product > 0).sum())


def _looks(product32: Tensor, product64: Tensor) -> list[int]:
    """Numbers of bigrams after which to look: those where a product becomes 0 included."""
    ends = [_alive(product) + more for product in (product32, product64) for more in (0, 1)]
    return sorted({n for n in (*LANDMARKS, *ends) if 1 <= n <= len(product32)})


def _underflow(looks: Sequence[int], products: tuple[Tensor, Tensor, Tensor]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (n, *(_written(float(each[n - 1])) for each in products)) for n in looks
    ]
    marks: list[tuple[int, int, Mark]] = [
        (i, c, "bad") for i, row in enumerate(rows) for c in (1, 2) if row[c] == "0"
    ]
    heads = columns("bigrams", "product in float32", "product in float64", "sum of logs")
    return Table(
        "the data's bigrams, multiplied one after another", heads, tuple(rows), tuple(marks)
    )


def _written(figure: float) -> str:
    """A product in powers of ten, a sum of logs as it is; 0 only where nothing at all is left."""
    if figure < 0:
        return number(figure, ",.4f")
    return number(figure, ".2e") if figure else "0"


def _survival(product32: Tensor, product64: Tensor) -> Note:
    multiplied = len(product32)
    said = (
        "stays above 0" if alive == multiplied else f"is 0 from bigram {alive + 1:,} on"
        for alive in (_alive(product32), _alive(product64))
    )
    single, double = said
    return Note(
        f"In float32 the product {single}; in float64 it {double}. The sum of logs goes on."
    )


def _all(data: Data, P: Tensor) -> Note:
    total, mean = (float(x) for x in everything(data.N, P))
    return Note(
        f"All {len(data.ys):,} bigrams: log likelihood {number(total, ',.4f')}, "
        f"NLL {number(mean, '.7f')}."
    )


def _hand(data: Data, P: Tensor, i: int) -> tuple[Note, HandRow]:
    """Say what the least moves of a row do, and give it into the reader's hand."""
    name = visible(data.symbols[i])
    counts, p = data.N[i].tolist(), P[i].tolist()
    nll, excess = (float(x) for x in by_hand(P, data.N, i, 0, 0.0))
    moves = [(j, by) for j in data.shown for by in (MOVE, -MOVE) if by > 0 or p[j] > 0]
    moved = {(j, by): float(by_hand(P, data.N, i, j, by)[0]) - nll for j, by in moves}
    lower = sum(change < -SAME for change in moved.values())
    said = (
        f"Can a row be better than counted? Row {name} has an NLL of {number(nll, '.6f')}, "
        f"{number(excess, '.6f')} above that of its counts. "
    )
    if lower:
        verb = "lowers" if lower == 1 else "lower"
        said += f"{lower} of {len(moves)} moves by {MOVE}, of a symbol up or down, {verb} it."
    else:
        j, by = min(moved, key=moved.__getitem__)
        said += (
            f"None of {len(moves)} moves by {MOVE}, of each symbol up or down, lowers it: "
            f"{visible(data.symbols[j])} {'up' if by > 0 else 'down'} raises it least, by "
            f"{number(moved[j, by], '.6f')}."
        )
    return Note(said), HandRow(
        f"row {name} of the table",
        name,
        data.labels(range(data.V)),
        tuple(counts),
        tuple(p),
        nll - excess,
        len(data.ys),
        data.counts.floor,
    )


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask for the loss of knowing nothing."""
    some = _some(data, inputs)
    return Prediction(
        asked_number(CHAPTER.question, f"V is {data.V:,} here; ln {data.V} may be written so."),
        lambda: math.log(data.V),
        after=sum(len(w) + 1 for w in some) + 1,
        right=0.05,
        near=0.5,
        form=".4f",
        because=lambda: (
            f"That is ln {data.V:,}; the counts have {number(data.counts.floor, '.4f')}, the floor."
        ),
    )


CHAPTER = Chapter(
    number=5,
    name="likelihood",
    title="Maximum likelihood",
    text="""
How good is the table? Let it say how probable it finds the words it was
made from. The likelihood is the product of the probabilities of all their
bigrams: the better the model, the larger it is, up to 1.

Such a product soon becomes too small for the machine's numbers. Its log is
the sum of the logs, and the log grows with its argument: the same model is
best, and nothing underflows. Logs of probabilities are at most 0. With the
sign turned, smaller is better, as a loss should be. Divided by the number
of bigrams, texts of any length compare: the average negative log
likelihood, NLL, in nats, for the log is the natural one.

Can a row be better than counted? H puts a hand on one, below the figures.
""",
    question="""
Which NLL would a model have that knows nothing and finds each of V symbols
equally probable?
""",
    answer="""
Each bigram has p = 1/V, so the NLL is ln V: of 27 symbols 3.2958. Whatever
lies below has been learnt. The least NLL a bigram model can have on its own
data is that of the counts without smoothing: the entropy floor. A row p
moved off its counts q costs n/N·KL(q‖p) more, which is 0 for p = q alone.

The lecture's −38.8 for its first three names is a sum of sixteen logs.
""",
    pane="training",
    cells=(normalise, terms, multiply, everything, by_hand),
    given=given,
    sets=(("smoothing", "smoothing"),),
    steps=steps,
    predict=predict,
    needs_words=True,
    controls=(
        words_control("Up to six words; empty: examples."),
        Control("smoothing", "smoothing", "number", 0.0, 0, 1e6, (0, 1, 10, 100)),
        Control("row", "row", "text", ".", 1, 1, hint="The row that is taken in hand."),
    ),
)
