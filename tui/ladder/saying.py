"""What the ladder says of a row: what the model is, and why it is where it is. Pure."""

from __future__ import annotations

import math

from engine.protocol import FILES, CountingModel, DataReport, Rung
from engine.text.numbers import number
from tui.ladder.table import HERE, SYMBOLS, Entry, Mark
from tui.text.rows import Row, paragraph

MODELS: dict[CountingModel, str] = {
    "counts": "Counts of one order alone, k added to each: p = (c + k) / (T + kV).",
    "witten-bell": "Each order leans on the one below, q, by how many kinds K followed its "
    "context: p = (c + K·q) / (T + K); nothing to tune.",
    "dirichlet": "Each order takes the one below, q, for a symbols seen before: "
    "p = (c + a·q) / (T + a).",
    "absolute": "D is taken off every count and given to the order below, q: "
    "p = (max(c − D, 0) + D·K·q) / T.",
    "kneser-ney": "As absolute, p = (max(c − D, 0) + D·K·q) / T, but shorter contexts count how "
    "many kinds stand to the left.",
    "modified-kneser-ney": "Kneser-Ney with three discounts D an order, for counts of 1, of 2, and "
    "of 3 or more, worked out of the counts; nothing to tune.",
    "jelinek-mercer": "A mixture with fixed weights, p = λ₀/V + λ₁·p₁ + … + λₙ·pₙ; the weights are "
    "found on dev by EM.",
}
"""Each model in a sentence. c is the count of the n-gram, T that of its context."""

SPLITS = {
    "lecture": "shuffled with seed 42 and cut 80 : 10 : 10, as in the lectures",
    "hash": "by a hash of the word: no word stands in two parts",
    "file": "by the order of the file, no shuffle: other words at its end are a harder dev",
    "tenth": "every tenth word is dev, the one after it test",
    "part2": "shuffled four times, as in the figures of lecture part 2",
    "makemore.py": "as makemore.py has it: dev is test itself, so all is tuned on test",
    FILES: "as they were given: train, dev and test are files of their own",
}
"""Splits in the order in which they take turns, and what each is."""


def splits_of(report: DataReport | None) -> list[str]:
    """The splits there are of some words; by their files only where dev is one of these."""
    has_files = report is not None and any(file.name == "dev" for file in report.files)
    return [split for split in SPLITS if split != FILES or has_files]


def sentences(entry: Entry, width: int) -> list[Row]:
    """What an entry is, and why it is where it is."""
    if isinstance(entry, Mark):
        return paragraph(
            f"{entry.name}: a neural net of the same course, {number(entry.dev, '.4f')} nats on "
            "dev, as published for makemore's list split as in the lectures.",
            width,
            "plain",
        )
    return [
        *paragraph(MODELS[entry.model], width, "plain"),
        *paragraph(" ".join(filter(None, (_why(entry), _edge(entry)))), width, "dim"),
    ]


def _why(rung: Rung) -> str:
    gap = rung.dev - rung.train
    if rung.order == 1:
        return "Order 1 knows how frequent each symbol is, and not what stood before it."
    here = "The laboratory's own bigram. " if (rung.model, rung.order) == HERE else ""
    if gap < 0.01:
        text = "dev − train is next to nothing: too simple a table to learn train by heart."
    elif gap < 0.1:
        text = "It overfits a little: most of what it learned of train holds for dev."
    elif gap < 0.3:
        text = "It overfits: part of what it knows of train is of no use for dev."
    else:
        text = "It overfits much: it knows the words of train by heart."
    new = rung.new_dev - rung.dev
    if math.isfinite(new) and new > 0.0005:
        text += f" On words that train does not hold it loses {number(new, '.4f')} more."
    return here + text


def _edge(rung: Rung) -> str:
    if not rung.edge:
        return ""
    end, beyond = ("least", "below") if rung.edge == "least" else ("most", "above")
    sign = "v" if rung.edge == "least" else "^"
    symbol = SYMBOLS[rung.parameter or "smoothing"]
    return f"{sign}: {symbol} is at the {end} of its range; {beyond} it might do better still."
