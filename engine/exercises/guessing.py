"""Experiments with the words as they are: how well the bigram guesses, where, and in which unit."""

from __future__ import annotations

import math

import numpy as np

from engine.exercises.ground import Found, Ground, Working, entropy
from engine.models.ngrams.levels import Floats, Ints
from engine.text.numbers import number

POSITIONS = 8
"""Places in a word that are told one by one."""

EXTREMES = 3
"""Words told from either end."""

LONGEST_WALK = 50
"""Symbols after which a walk has gone in a circle, whatever the alphabet of names."""


def in_units(ground: Ground) -> Working:
    """The floor in nats, bits, as a perplexity, and a word."""
    found = Found()
    yield None
    found.add("a prediction", ground.floor)
    found.add("a prediction, in bits", ground.floor / math.log(2), "bits")
    perplexity = math.exp(ground.floor)
    found.add("perplexity", perplexity, "")
    found.add("a word, its end included", ground.floor * ground.predictions / len(ground.words))
    found.why = (
        f"One loss in four units: a perplexity of {number(perplexity, '.4g')} means that the model "
        f"is as unsure as one that chooses among so many symbols, all equally likely, of "
        f"{len(ground.counts):,}."
    )
    return found


def next_symbol(ground: Ground) -> Working:
    """Name the likeliest symbol each time: how often it is right, and how many tries it takes."""
    found, n = Found(), ground.counts
    yield None
    # Equally likely symbols are tried in the order of the alphabet.
    ranks = np.empty(n.shape, np.int64)
    order = np.argsort(-n, axis=1, kind="stable")
    np.put_along_axis(ranks, order, np.arange(1, len(n) + 1)[None, :], axis=1)
    right = 100 * n.max(1).sum() / n.sum()
    mean_rank = float((n * ranks).sum() / n.sum())
    always = 100 * n.sum(0).max() / n.sum()
    found.add("right at the first try", right, "%")
    found.add("right if it is always the commonest symbol", always, "%")
    found.add("tries until it is right, in the mean", mean_rank, "")
    found.add("the same without any model", (len(n) + 1) / 2, "")
    found.why = (
        f"The bigram's first guess is right in {number(right, '.2f')} % of cases. The loss asks "
        "for more: that probabilities are honest, not only that the likeliest symbol comes."
    )
    return found


def by_position(ground: Ground) -> Working:
    """The NLL of the first symbol, of the second, and so on."""
    found, words = Found(), ground.words
    surprise = surprises(ground)
    yield None
    lengths = words.lengths + 1
    position = np.arange(len(surprise)) - np.repeat(words.starts[:-1], lengths)
    yield None
    totals = np.bincount(position, surprise)
    times = np.bincount(position)
    shown = min(POSITIONS, len(totals))
    means = totals[:shown] / times[:shown]
    for at in range(shown):
        found.add(f"symbol {at + 1}", means[at])
    if len(totals) > shown:
        found.add(f"symbols from {shown + 1} on", totals[shown:].sum() / times[shown:].sum())
    worst, best = int(means.argmax()), int(means.argmin())
    found.why = (
        f"Of the first {shown} symbols number {worst + 1} is the hardest to guess and number "
        f"{best + 1} the easiest. A bigram knows nothing of the place: only what stands before "
        "differs, and before the first symbol there is always the dot."
    )
    return found


def first_symbols(ground: Ground) -> Working:
    """How undecided the first symbol is, the last one, and any."""
    found, n = Found(), ground.counts
    yield None
    figures = {
        "the first symbol": entropy(n[0]),
        "the last symbol": entropy(n[:, 0]),
        "any symbol, by how often it comes": entropy(n.sum(0)),
        "all symbols equally likely": math.log(len(n)),
    }
    for what, value in figures.items():
        found.add(what, value)
    first = ground.spell(np.array([n[0].argmax()]))
    last = ground.spell(np.array([n[:, 0].argmax()]))
    found.why = (
        f"Words begin most often with {first} and end most often with {last}. The first row of the "
        "table has its entropy for the loss of every first symbol: no order of context helps there."
    )
    return found


def extremes(ground: Ground) -> Working:
    """The words that the counts find likeliest a symbol, and least likely."""
    found, words = Found(), ground.words
    surprise = surprises(ground)
    yield None
    means = np.add.reduceat(surprise, words.starts[:-1]) / (words.lengths + 1)
    yield None
    order = np.argsort(means, kind="stable")
    likely = _distinct(ground, order, EXTREMES)
    unlikely = _distinct(ground, order[::-1], EXTREMES)
    for word, nll in likely:
        found.add(f"{word}, among the likeliest", nll)
    for word, nll in reversed(unlikely):
        found.add(f"{word}, among the least likely", nll)
    found.why = (
        "The mean over the symbols of a word, its end included: likely are words of common "
        "bigrams, unlikely those of rare ones. By the sum every long word would be unlikely."
    )
    return found


def _distinct(ground: Ground, order: Ints, most: int) -> list[tuple[str, float]]:
    """The first words of an order, each once, with their mean NLL in nats."""
    spelled: dict[str, float] = {}
    words, log_p = ground.words, _logs(ground)
    for at in order.tolist():
        text = words.indices[words.starts[at] : words.starts[at + 1] + 1].astype(np.int64)
        word = ground.spell(text[1:-1])
        spelled.setdefault(word, -float(log_p[text[:-1], text[1:]].mean()))
        if len(spelled) == most:
            break
    return list(spelled.items())


def likeliest_walk(ground: Ground) -> Working:
    """Take the likeliest symbol each time instead of drawing one."""
    found, best = Found(), ground.counts.argmax(1)
    ends, walks = 0, list[Ints]()
    starts = np.flatnonzero(ground.counts[0])
    for start in starts.tolist():
        walk = [start]
        while walk[-1] and len(walk) < LONGEST_WALK:
            walk.append(int(best[walk[-1]]))
        ends += walk[-1] == 0
        walks.append(np.array(walk))
        yield None
    first = next(walk for walk in walks if walk[0] == best[0])
    path = np.concatenate([[0], first])
    is_ended = bool(first[-1] == 0)
    shown = ground.spell(first[:-1] if is_ended else first[:12])
    nll = -float(_logs(ground)[path[:-1], path[1:]].mean())
    found.add(f"first symbols, of {len(starts):,}, whose walk comes to an end", ends, "")
    found.add(f"{shown}{'' if is_ended else ' …'}, the walk from the dot", nll)
    how = "always the same word" if is_ended else "always the same circle, without an end"
    found.why = (
        f"Whoever takes the likeliest symbol each time gets {how}: {shown}. What is likely step by "
        "step is not what words are like: to see what a model knows, draw from it."
    )
    return found


def surprises(ground: Ground) -> Floats:
    """−log p of every prediction in the order of the text, shape (n,), in nats."""
    text = ground.words.indices
    values: Floats = -_logs(ground)[text[:-1], text[1:]]
    return values


def _logs(ground: Ground) -> Floats:
    with np.errstate(divide="ignore"):
        return np.log(ground.p)
