"""Maximum likelihood: from a product of probabilities to the average NLL."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.lab.cells import normalise
from engine.lab.chapter import Chapter, Control, Inputs, words_control
from engine.lab.data import MOST_WORDS, Data, visible
from engine.lab.exhibit import Cell, Exhibit, Mark, Note, Table, columns, number
from engine.lab.guessing import Prediction, asked_number

if TYPE_CHECKING:
    from torch import Tensor

LANDMARKS = (1, 10, 30, 100, 300, 1_000, 5_000)
"""After how many bigrams the product is looked at, beside the places where it becomes 0."""

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


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the words and the smoothing."""
    some = _some(data, inputs)
    return {"some": some, "words": data.joined(some), "k": inputs.number("smoothing")}


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
    yield Exhibit((*shown, _survival(*products[:2]), _all(data, P)), total, total)


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
            f"It is ln {data.V:,}; the counts have {number(data.counts.floor, '.4f')}, the floor."
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

The lecture's −38.8 for its first three names is a sum of sixteen logs.
""",
    question="""
Which NLL would a model have that knows nothing and finds each of V symbols
equally probable?
""",
    answer="""
Each bigram has p = 1/V, so the NLL is ln V: of 27 symbols 3.2958. Whatever
lies below has been learnt. The least NLL a bigram model can have on its own
data is that of the counts without smoothing: the entropy floor.
""",
    pane="training",
    cells=(normalise, terms, multiply, everything),
    given=given,
    sets=(("smoothing", "smoothing"),),
    steps=steps,
    predict=predict,
    needs_words=True,
    controls=(
        words_control("Up to six words; empty: examples."),
        Control("smoothing", "smoothing", "number", 0.0, 0, 1e6, (0, 1, 10, 100)),
    ),
)
