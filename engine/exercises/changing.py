"""Experiments in which the words are changed, parted or exchanged, and the loss tells of it."""

from __future__ import annotations

import numpy as np

from engine.exercises.ground import Found, Ground, Working, entropy, loss, probabilities, tally
from engine.models.ngrams.contexts import count
from engine.models.ngrams.levels import Levels
from engine.models.ngrams.losses import cut, quick_loss
from engine.models.ngrams.smoothing import AddK
from engine.protocol import Refusal
from engine.text.numbers import number
from engine.words.order import Encoded
from engine.words.parts import part

VOWELS = "aeiou"

SPELLING = [
    "alfa",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliett",
    "kilo",
    "lima",
    "mike",
    "november",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango",
    "uniform",
    "victor",
    "whiskey",
    "xray",
    "yankee",
    "zulu",
]
"""The spelling alphabet: words of another kind, with every letter from a to z at least once."""

SEED = 42
"""Of what is mixed."""

SIZES = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
"""Numbers of words that a model is counted from."""


def backwards(ground: Ground) -> Working:
    """Read every word from its end."""
    found, words = Found(), ground.words
    turned = _turned(words)
    yield None
    counts = yield from tally(turned)
    found.add("bigram, forwards", ground.floor)
    found.add("bigram, backwards", loss(counts, probabilities(counts, 0.0)))
    for what, text in (("forwards", words), ("backwards", turned)):
        table = yield from count(text, ground.material.vocabulary, 3)
        pieces = cut(Levels(table).look_up(table.grams))
        found.add(f"trigram, {what}", (yield from quick_loss(table, pieces, AddK(0.0))))
    same = "is" if bool((counts == ground.counts.T).all()) else "is not"
    found.why = (
        f"Backwards the table {same} the transposed one, and its column sums equal its row sums: a "
        "symbol is left as often as it is entered. So the loss is the same from either end, with "
        "the trigram too."
    )
    return found


def shuffled(ground: Ground) -> Working:
    """Mix the letters within every word."""
    found, words = Found(), ground.words
    mixed = _mixed(words)
    yield None
    counts = yield from tally(mixed)
    found.add("1-gram, as they are", entropy(ground.counts.sum(0)))
    found.add("1-gram, letters mixed", entropy(counts.sum(0)))
    found.add("bigram, as they are", ground.floor)
    mixed_loss = loss(counts, probabilities(counts, 0.0))
    found.add("bigram, letters mixed", mixed_loss)
    found.why = (
        "A 1-gram sees no order, so mixing changes nothing for it. The bigram loses "
        f"{number(mixed_loss - ground.floor, '.4f')} nats: so much of what it knows is the order."
    )
    return found


def vowels_alone(ground: Ground) -> Working:
    """Part the loss: is it a vowel, a consonant or the end, and which one?"""
    found, n = Found(), ground.counts
    symbols = ground.material.vocabulary.symbols
    kinds = np.array([0, *(1 if s in VOWELS else 2 for s in symbols[1:])])
    yield None
    by_kind = np.stack([n[:, kinds == kind].sum(1) for kind in range(3)], axis=1)
    of_kind = loss(by_kind, probabilities(by_kind, 0.0))
    found.add("vowel, consonant or end?", of_kind)
    found.add("which one of them?", ground.floor - of_kind)
    found.add("both together, the floor", ground.floor)
    after = by_kind / np.maximum(by_kind.sum(1, keepdims=True), 1)
    vowel, consonant = (
        100 * float(np.average(after[kinds == kind, 1], weights=n[kinds == kind].sum(1)))
        if n[kinds == kind].sum()
        else 0.0
        for kind in (1, 2)
    )
    found.add("a vowel follows a vowel", vowel, "%")
    found.add("a vowel follows a consonant", consonant, "%")
    found.why = (
        "Losses add up: to guess a symbol is to guess its kind, and then which one of the kind it "
        f"is. Vowels are {' '.join(VOWELS)} here."
    )
    return found


def sizes(ground: Ground) -> Working:
    """How many words it takes: the loss on dev of ever more words of train."""
    found, material = Found(), ground.material
    try:
        parts = (yield from part(material.words, "lecture")).numbers
    except Refusal as refusal:
        found.why = str(refusal)
        return found
    dev = yield from tally(ground.words.take(parts["dev"]))
    train = parts["train"]
    losses = []
    for size in [*(size for size in SIZES if size < len(train)), len(train)]:
        counts = yield from tally(ground.words.take(train[:size]))
        losses.append(loss(dev, probabilities(counts, 1.0)))
        found.add(f"{size:,} words of train, dev", losses[-1])
    gained = losses[-2] - losses[-1] if len(losses) > 1 else 0.0
    found.why = (
        "Counted from the first words of train, with k = 1, judged on dev of the lecture's split. "
        "A bigram has so few cells that more words soon tell it nothing new: the last step is "
        f"worth {number(gained, '.4f')} nats. A longer context has more to learn."
    )
    return found


def two_lists(ground: Ground) -> Working:
    """Hold the girls' names against the boys', each under the counts of either."""
    found, words = Found(), ground.words
    at, is_found = _seam(ground)
    yield None
    names = ("the first", "the second")
    numbers = (np.arange(at), np.arange(at, len(words)))
    if not at:
        found.why = "One word cannot be parted in two lists; take more of them."
        return found
    lists = [words.take(part) for part in numbers]
    counts = []
    for each in lists:
        counts.append((yield from tally(each)))
    p = [probabilities(n, 1.0) for n in counts]
    for n, of in zip(counts, names, strict=True):
        for by, whose in zip(p, names, strict=True):
            found.add(f"{of} list under the counts of {whose}, k = 1", loss(n, by))
    better = 0
    with np.errstate(divide="ignore"):
        apart = np.log(p[0]) - np.log(p[1])
    for each, sign in zip(lists, (1, -1), strict=True):
        text = each.indices
        sums = np.add.reduceat(apart[text[:-1], text[1:]], each.starts[:-1])
        better += int((sign * sums > 0).sum())
        yield None
    share = 100 * better / len(words)
    found.add("words that their own list finds likelier", share, "%")
    where = (
        f"The file is two lists, neither with repeats: the second begins at word {at + 1:,}. In "
        "the list that comes with the program, and in makemore's, they are girls and boys"
        if is_found
        else "No second list is to be seen in this file: it is its first half against the other"
    )
    found.why = (
        f"{where}. Two tables of bigrams, and the greater likelihood decides: right for "
        f"{number(share, '.1f')} % of the words they were counted from."
    )
    return found


def other_words(ground: Ground) -> Working:
    """Words of another kind under the counts of these."""
    found = Found()
    known = [w for w in SPELLING if not ground.material.vocabulary.unknown(w)]
    yield None
    if not known:
        found.why = (
            "No word of the spelling alphabet, alfa to zulu, can be written in these symbols."
        )
        return found
    p = probabilities(ground.counts, 1.0)
    found.add("the words at hand, k = 1", loss(ground.counts, p))
    losses = {}
    for word in known:
        path = np.array([0, *ground.material.vocabulary.encode(word), 0])
        losses[word] = -np.log(p[path[:-1], path[1:]])
    every = np.concatenate(list(losses.values()))
    found.add(f"the spelling alphabet, {len(known)} words", every.mean())
    strangest = max(losses, key=lambda word: losses[word].mean())
    closest = min(losses, key=lambda word: losses[word].mean())
    found.add(f"{closest}, the likeliest of them", losses[closest].mean())
    found.add(f"{strangest}, the least likely", losses[strangest].mean())
    found.why = (
        "Other words cost more, even with the same letters: the table knows how these words are "
        "made. The difference is what it costs to take one language for another."
    )
    return found


def _turned(words: Encoded) -> Encoded:
    """Every word from its end, the words in their order."""
    # The whole text from its end has the words turned, but from the last to the first.
    starts = words.starts[-1] - words.starts[::-1]
    return Encoded(words.indices[::-1].copy(), starts, words.symbols).take(
        np.arange(len(words))[::-1]
    )


def _mixed(words: Encoded) -> Encoded:
    """The symbols of every word in an order by chance."""
    number_of = np.repeat(np.arange(len(words)), words.lengths)
    chance = np.random.default_rng(SEED).random(len(number_of))
    indices = words.indices.copy()
    is_symbol = np.ones(len(indices), np.bool_)
    is_symbol[words.starts] = False
    indices[is_symbol] = words.indices[is_symbol][np.lexsort((chance, number_of))]
    return Encoded(indices, words.starts, words.symbols)


def _seam(ground: Ground) -> tuple[int, bool]:
    """Where a second list begins: at the first repeat, if neither has repeats; else the middle."""
    words = ground.material.words
    known: set[str] = set()
    at = 0
    for word in words:
        if word in known:
            break
        known.add(word)
        at += 1
    rest = words[at:]
    if 0 < at < len(words) and len(set(rest)) == len(rest):
        return at, True
    return len(words) // 2, False
