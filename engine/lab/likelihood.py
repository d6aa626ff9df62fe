"""Maximum likelihood: from a product of probabilities to the average NLL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.lab.cells import normalise
from engine.lab.chapter import Chapter, Control, Inputs, words_control
from engine.lab.data import MOST_WORDS, Data, visible
from engine.lab.exhibit import Exhibit, Note, Table, columns, number

if TYPE_CHECKING:
    from torch import Tensor

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


def underflow(P: Tensor, xs: Tensor, ys: Tensor) -> tuple[int, int]:
    """Count the bigrams after which a product is still above 0: (float32, float64)."""
    p = P[xs[:5000], ys[:5000]]
    alive32 = int((p.float().cumprod(0) > 0).sum())
    alive64 = int((p.cumprod(0) > 0).sum())
    return alive32, alive64


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the words and the smoothing."""
    some = _some(data, inputs)
    return {"some": some, "words": data.joined(some), "k": inputs.number("smoothing")}


def _some(data: Data, inputs: Inputs) -> list[str]:
    text = inputs.text("words")
    return data.chosen(text, MOST_WORDS if text else 3)


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Add term after term, then take all the data, then multiply until nothing is left."""
    some = _some(data, inputs)
    P = normalise(data.N, inputs.number("smoothing"))
    got = terms(some, P, data.stoi)
    pairs = [a + b for w in some for a, b in zip("." + w, w + ".", strict=True)]
    total = len(pairs) + 2
    for done in range(1, len(pairs) + 1):
        yield Exhibit((_table(pairs[:done], got),), done, total, 0.4)
    parts = (_table(pairs, got), *_conclusions(pairs, got))
    yield Exhibit(parts, total - 1, total, 0.5)
    yield Exhibit((*parts, *_all(data, P)), total, total)


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


def _all(data: Data, P: Tensor) -> tuple[Note, ...]:
    total, mean = (float(x) for x in everything(data.N, P))
    alive32, alive64 = underflow(P, data.xs, data.ys)
    bigrams = len(data.ys)
    return (
        Note(
            f"All {bigrams:,} bigrams: log likelihood {number(total, ',.4f')}, "
            f"NLL {number(mean, '.7f')}."
        ),
        Note(
            "Multiplied one after another, the probabilities of the data's bigrams "
            f"{_survival('float32', alive32, bigrams)}; {_survival('float64', alive64, bigrams)}."
        ),
    )


def _survival(kind: str, alive: int, bigrams: int) -> str:
    if alive >= min(5_000, bigrams):
        return f"in {kind} stay above 0"
    return f"in {kind} give 0 from number {alive + 1:,} on"


CHAPTER = Chapter(
    number=5,
    name="likelihood",
    title="Maximum likelihood",
    text="""
How good is the table? Let it say how probable it finds the words it was
made from. The likelihood is the product of the probabilities of all their
bigrams. A model that gave every bigram probability 1 would have likelihood
1; the better the model, the larger the product.

Such a product soon becomes too small for the machine's numbers. The log of
a product is the sum of the logs, and the log grows with its argument: the
same model is best, and nothing underflows. Logs of probabilities are at
most 0. With the sign turned, smaller is better, as a loss should be.
Divided by the number of bigrams, it can be compared between texts of any
length: the average negative log likelihood, NLL. The logarithm is the
natural one throughout, so the unit is the nat.

In the lecture the first three names give a log likelihood of −38.8. That is
no more than the sum of sixteen logs.
""",
    question="""
Which NLL would a model have that knows nothing and finds each of 27 symbols
equally probable?
""",
    answer="""
Each bigram has p = 1/27, so the NLL is ln 27 = 3.2958. Whatever lies below
has been learned. The least NLL a bigram model can have on its own data is
that of the counts without smoothing: the entropy floor.
""",
    pane="training",
    cells=(normalise, terms, everything, underflow),
    given=given,
    steps=steps,
    controls=(
        words_control("Up to six words; empty: examples."),
        Control("smoothing", "smoothing", "number", 0.0, 0, 1e6, (0, 1, 10, 100)),
    ),
)
