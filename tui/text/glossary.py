"""The words on the screen that a newcomer would ask about: the one table of them. Pure.

Each is explained in one sentence, with its formula and the chapter of the lab that is about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine import record
from tui.text.rows import Row, Run, width_of


@record
class Word:
    """A word, and what it means."""

    name: str
    sentence: str
    formula: str = ""
    chapter: str = ""
    """The chapter of the lab that is about it, by its name; empty if none is."""
    also: tuple[str, ...] = ()
    """How else it stands on the screen."""


WORDS: tuple[Word, ...] = (
    Word(
        "bigram", "Two symbols in a row, the second of which is to be guessed from the first.",
        "emma: .e em mm ma a.", "counting", ("bigrams",),
    ),
    Word(
        "symbol", "A letter of the data, or the full stop that stands before and after each word.",
        "itos[0] = '.'", "counting", ("symbols",),
    ),
    Word(
        "context", "The symbols that the next one is guessed from: a row of the table.",
        "order n: n − 1 symbols", "exercises", ("next after", "rows after any"),
    ),
    Word(
        "order", "How many symbols an n-gram has: its context, and the one that is guessed.",
        "order 2: bigrams", "exercises", ("dots",),
    ),
    Word(
        "N", "How often each symbol follows each other one in the words: the table of counts.",
        "N[i, j] += 1", "figure", ("count", "counts", "N · counts", "table cells", "not zero",
        "zero", "seen once"),
    ),
    Word(
        "P", "The probability that the counts give: a row of them divided by its sum.",
        "P[i, j] = (N[i, j] + k) / Σⱼ (N[i, j] + k)", "broadcasting", ("P · counts",),
    ),
    Word(
        "p", "The probability that the network gives: its row of logits through softmax.",
        "p[i] = softmax(W[i])", "softmax", ("p · network", "network", "softmax"),
    ),
    Word(
        "log P", "The natural logarithm of a probability: 0 where it is certain, and ever lower "
        "the less likely it is.", "log(1) = 0, log(0.5) = −0.69", "likelihood", ("log p",),
    ),
    Word(
        "p − P", "The probability that the network gives less the one that the counts give.",
        "0 in each cell once all is learnt", "logcounts",
        ("p − P · network − counts", "network − counts", "difference"),
    ),
    Word(
        "logits", "The weights W: numbers of any size, which softmax makes into probabilities.",
        "logits = W[i]", "softmax", ("W · logits", "W", "raw", "rows centred"),
    ),
    Word(
        "log N", "The logarithm of the counts, which the logits become, up to a constant for each "
        "row.",
        "W[i, j] → log N[i, j] + cᵢ", "logcounts",
    ),
    Word(
        "gradient", "How the total loss changes with each weight; a step goes the other way.",
        "∂loss/∂W[i, j] = share of row i · (p − P)", "update",
    ),
    Word(
        "excess", "What one cell adds to the gap: how much its share of the loss is above the best "
        "there is.", "N/ΣN · (log (N / row) − log p)", "update",
    ),
    Word(
        "of gap", "The share of the gap that is due to one cell; one below 0 makes up for others.",
        "excess / gap", "update",
    ),
    Word(
        "share", "Which part of all bigrams begin with a row's symbol: so much of the loss is the "
        "row's.", "its row of N / ΣN", "likelihood",
    ),
    Word(
        "KL", "How much more a letter costs by a row than by its own counts, in nats: 0 for "
        "counting alone.", "Σ q · log(q / p), q = N / its row", "likelihood",
        ("above counting",),
    ),
    Word(
        "ladder", "All counting models of all orders, each tuned on dev, the best on dev on top.",
    ),
    Word(
        "full bar", "The probability that a bar of full length stands for.", "", "figure",
    ),
    Word(
        "NLL", "Negative log likelihood, the mean over a word's bigrams: the less, the likelier "
        "the model finds it.", "−Σ log p / bigrams", "likelihood",
    ),
    Word(
        "loss", "The mean negative log likelihood of all bigrams under the network, in nats.",
        "−Σ N · log p / ΣN", "likelihood",
    ),
    Word(
        "floor", "The entropy of the next symbol given the one before: no bigram model of these "
        "words can have a lower loss.", "−Σ N · log(N / its row) / ΣN", "likelihood",
    ),
    Word(
        "gap", "How far the loss is above the floor: what the regularization costs, and what is "
        "left to learn.", "loss − floor = for reg + left", "update", ("log gap",),
    ),
    Word(
        "left", "The part of the gap that is yet to be learnt.", "gap − for reg", "regularization",
    ),
    Word(
        "for reg", "The part of the gap that stays however long one trains, for regularization "
        "keeps the weights small.", "least total: its loss − floor", "regularization",
    ),
    Word(
        "total", "What the network is trained to make small: the loss and the regularization.",
        "loss + reg · mean(W²)", "regularization",
    ),
    Word(
        "|grad|", "The length of the gradient of the total loss: 0 where nothing can be gained.",
        "√Σ (∂total/∂W)²", "update",
    ),
    Word(
        "step", "One update of all weights against the gradient.", "W −= rate · ∂total/∂W",
        "update", ("steps", "steps of N"),
    ),
    Word(
        "steps/s", "Steps a second; speed is how many there are to be.", "", "race",
        ("speed", "speed, steps/s"),
    ),
    Word(
        "learning rate", "How far a step follows the gradient.", "W −= rate · ∂total/∂W",
        "update", ("rate",),
    ),
    Word(
        "2/λmax", "The edge of stability: the learning rate above which plain descent rings for "
        "ever and does not settle.", "λmax: the greatest curvature of the total loss", "update",
        ("edge of stability", "diverging"),
    ),
    Word(
        "regularization", "How strongly the weights are pulled towards 0, which makes all "
        "symbols more equally likely.", "reg · mean(W²)", "regularization", ("reg",),
    ),
    Word(
        "smoothing", "A number added to every count, so that no bigram is impossible.",
        "(N + k) / Σ (N + k)", "smoothing", ("smooth",),
    ),
    Word(
        "initial weights", "What W is before the first step: random numbers of the normal "
        "distribution, or zeros.", "torch.randn(27, 27)", "update", ("init", "randn", "zeros"),
    ),
    Word(
        "gradient path", "Three ways to one gradient: from the counts, by picking rows, or through "
        "one-hots as in the lecture.", "one-hot @ W = W[i]", "onehot", ("path", "onehot"),
    ),
    Word(
        "optimizer", "What becomes of the gradient before it moves the weights.",
        "", "optimizers", ("plain",),
    ),
    Word(
        "device", "What computes the steps: the CPU, or a graphics card.", "", "race",
        ("cpu", "cuda", "mps"),
    ),
    Word(
        "seed", "The number that all random draws follow from: the same seed, the same draws.",
        "generator.manual_seed(2147483647)", "generators",
    ),
    Word(
        "train, dev, test", "The parts of the words: one to learn from, one to choose by, and one "
        "to look at once, at the end.", "", "exercises", ("train", "dev", "test", "split", "part"),
    ),
    Word(
        "linear steps", "In the chart each step is as wide as any other; on log steps each tenfold "
        "is.", "", "", ("log steps", "whole run"),
    ),
    Word(
        "words", "What is learnt from: one a line of the file.", "", "counting",
        ("word", "no.", "texts"),
    ),
    Word(
        "repeats", "Words that stand further up in the file already, marked ″ in the list.",
        "words − different", "counting", ("different", "repeats ″"),
    ),
    Word(
        "lengths", "How many symbols words have, from the shortest to the longest.", "", "counting",
        ("mean length", "len", "length"),
    ),
    Word(
        "sampler", "What draws a symbol by its probability: as in the lecture, or by "
        "torch.multinomial.", "the first symbol whose Σ P is above u", "generators",
        ("lecture sampler", "torch sampler", "lecture", "drawn"),
    ),
    Word(
        "temperature", "Below 1 likely symbols become likelier, above 1 less likely; 1 is as "
        "learnt.", "softmax(log p / T)", "softmax", ("temp",),
    ),
    Word(
        "prefix", "What every name begins with; the model goes on from there.", "", "generators",
    ),
    Word(
        "names", "Words that the model makes up, symbol after symbol, until a full stop is drawn.",
        "", "generators", ("name",),
    ),
    Word(
        "known", "Drawn names that are words of the data; new ones stand nowhere in it.",
        "", "generators", ("new",),
    ),
    Word(
        "1-letter", "The share of names of a single letter, of which a bigram model draws many.",
        "Σ P['.', a] · P[a, '.']", "generators",
    ),
    Word(
        "expected", "What endlessly many names of this model would be like, worked out from its "
        "table.", "", "generators",
    ),
    Word(
        "± chance", "How far figures of so many names are from those expected by chance alone.",
        "σ / √names", "generators", ("chance",),
    ),
    Word(
        "alike", "How much of what both models drew from one stream of random numbers is the same.",
        "", "logcounts",
    ),
    Word(
        "model", "What names are drawn from: the table of the counts, or that of the network.",
        "", "logcounts", ("from counts", "from network"),
    ),
    Word(
        "run", "A training from its initial weights on, with an id of its own; its first four "
        "letters are enough to name it.", "--run 3fa2 goes on with it",
    ),
    Word(
        "run − other run", "Where the network of this run gives more than that of another one, and "
        "where less.", "p − p of the other",
    ),
    Word(
        "film", "The run played from its first step to its last, in the table and the chart.",
    ),
    Word(
        "keyframe", "Weights that are kept of a step, from which those after it are computed anew.",
        "", "", ("looking at", "looking", "replaying"),
    ),
    Word(
        "unsaved", "The run has steps that its journal on disk does not hold yet.",
    ),
)  # fmt: skip
"""All of them, in the order in which they are met."""

BY_NAME = {name: word for word in WORDS for name in (word.name, *word.also)}
"""Words by what may stand on the screen, capitals and small letters apart: P is not p."""

_MANY = max(name.count(" ") for name in BY_NAME) + 1
"""Most words, as a line is broken at blanks, that a name has."""

_LABELS = frozenset(
    {"dim", "counts", "network", "accent", "good", "warn", "bad", "label", "floor", "dev"}
)
"""Roles of labels: a name such as Gap among the words is none, nor is the letter p of a bar."""


def named(text: str) -> Word | None:
    """Give what a label means; `None` if that is no word of the table."""
    text = " ".join(text.split()).strip("·,:;")
    return BY_NAME.get(text) or BY_NAME.get(text[:1].lower() + text[1:])


def at(row: Row, column: int) -> Word | None:
    """Give the word whose label stands in a column of a row; `None` if none does.

    The longest name counts: of `log P` both parts are one word.
    """
    left = 0
    for run in row:
        right = left + width_of([run])
        if left <= column < right:
            return _within(run[0], column - left) if _is_label(run) else None
        left = right
    return None


def _within(text: str, column: int) -> Word | None:
    """Give the word in a text around a place of it."""
    places = [match.span() for match in re.finditer(r"\S+", text)]
    for many in range(min(_MANY, len(places)), 0, -1):
        for (start, _), (_, end) in zip(places, places[many - 1 :], strict=False):
            if start <= column < end and (word := named(text[start:end])) is not None:
                return word
    return None


def on(rows: Sequence[Row]) -> Iterator[Word]:
    """Give the words whose labels stand in some rows, in the order in which they are read."""
    for row in rows:
        for run in filter(_is_label, row):
            for match in re.finditer(r"\S+", run[0]):
                if (word := _within(run[0], match.start())) is not None:
                    yield word


def _is_label(run: Run) -> bool:
    # What is both bright and to be clicked is a key: N is not the table there.
    return run[1] in _LABELS and not (run[1] == "accent" and len(run) == 3)
