"""E01: a trigram, counted or trained, in the ways that people do it."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator

import numpy as np

from engine.exercises.looping import loops
from engine.exercises.recipes import OF_A_NET, Material, Range, Steps, Worked, stage
from engine.exercises.remembered import remember
from engine.models.descents import descend, is_affordable
from engine.models.ngrams.contexts import ContextCounts, count
from engine.models.ngrams.levels import Levels
from engine.models.ngrams.losses import cut, quick_loss
from engine.models.ngrams.smoothing import AddK
from engine.models.onehots import OneHots, Optimum, onehots_of, optimum, table_edge
from engine.protocol import Progressed
from engine.text.numbers import number
from engine.words.order import Encoded
from engine.words.parts import part
from engine.words.pieces import Pieces

SMOOTHINGS = (0.0, 0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
"""k that people take."""

RATE, PENALTY = 50.0, 0.01
"""The lecture's learning rate and λ."""

STEPS = (0, 1, 10, 100, 190, 199, 200, 300, 500, 1000)
"""Numbers of updates at which a loss is told."""

SHORTER = 500
"""As far as the nets with λ are followed."""

COUNTS = "counts"
ONEHOTS = "a net of two one-hots side by side"
TABLE = "a net with a row of W for each pair"


def trigram(material: Material, worked: Worked) -> Steps:
    """Work out what each recipe for a trigram gives."""
    words = yield from _train(material)
    vocabulary = material.vocabulary
    stages = 2 * len(material.dots) + 2
    bigram = yield from count(words, vocabulary, 2)
    yield from _counted(worked, bigram)
    floors: dict[int, float] = {}
    optima: dict[int, Optimum | None] = {}
    edges = {"a table for the bigram": table_edge(onehots_of(bigram).shares)}
    yield stage(1, stages)
    for done, dots in enumerate(material.dots, start=1):
        table = yield from count(words, vocabulary, 3, dots)
        yield from _counted(worked, table)
        pairs = onehots_of(table)
        floors[dots] = pairs.floor
        optima[dots] = yield from optimum(pairs)
        yield stage(2 * done, stages)
        yield from _trained(worked, pairs, dots, optima[dots])
        edges[f"a row for each pair, {_dots(dots)}"] = table_edge(pairs.shares)
        if found := optima[dots]:
            edges[f"two one-hots, {_dots(dots)}"] = found.edge
        yield stage(2 * done + 1, stages)
    yield from _same_events(worked, words, bigram, material)
    yield from loops(worked, words, vocabulary)
    remember(worked, vocabulary, material.sha256)
    listed = ", ".join(f"{number(edge, '.1f')} for {name}" for name, edge in edges.items())
    worked.remarks.append(f"Above a rate of 2/λmax plain descent rings: {listed}.")
    worked.explain = lambda answer: _explained(answer, worked, floors, optima, listed)
    yield stage(stages, stages)


def _train(material: Material) -> Generator[Progressed | None, None, Encoded]:
    split = material.command.split or "none"
    parts = yield from part(material.words, split)
    return material.encoded if split == "none" else material.encoded.take(parts.numbers["train"])


def _dots(dots: int) -> str:
    return f"{('no', 'one', 'two')[dots]} dot{'s' * (dots != 1)}"


def _counted(worked: Worked, table: ContextCounts) -> Pieces[None]:
    """Add-k, judged on what was counted."""
    name = "bigram" if table.order == 2 else f"trigram, {_dots(table.dots)}"
    pieces = cut(Levels(table).look_up(table.grams))
    note = ""
    if table.order == 3 and table.dots == 1:
        note = (
            f"of {table.predictions:,} events: with one dot no word's first letter is predicted, "
            "so do not hold it against a bigram of all events"
        )
    elif table.order == 3:
        note = f"of {table.predictions:,} events, the same as the bigram's"
    for k in SMOOTHINGS:
        nll = yield from quick_loss(table, pieces, AddK(k))
        worked.add(COUNTS, f"{name}, k = {number(k)}", nll, note, rank=0 if k in (0, 1) else 1)


def _trained(worked: Worked, pairs: OneHots, dots: int, found: Optimum | None) -> Steps:
    """Nets, by plain descent from the lecture's seed at the lecture's rate."""
    where = f"the optimum of that net is {number(found.loss, '.4f')}; " if found else ""
    note = f"{where}a table of pairs reaches {number(pairs.floor, '.4f')}"
    if found:
        is_above = found.edge < RATE
        if is_above:
            note += f"; the rate {number(RATE)} is above its edge of {number(found.edge, '.1f')}"
        recipe = f"two one-hots side by side, {_dots(dots)}, at their optimum"
        reach = f"a table of pairs reaches {number(pairs.floor, '.4f')}"
        worked.add(f"{ONEHOTS}, at its optimum", recipe, found.loss, reach, slack=OF_A_NET)
    if is_affordable(pairs, is_table=False):
        for penalty, steps in ((0.0, STEPS[-1]), (PENALTY, SHORTER)):
            losses = yield from descend(pairs, False, steps, RATE, penalty)
            recipe = f"two one-hots side by side, {_dots(dots)}"
            _told(worked, ONEHOTS, recipe, losses, penalty, note)
            if found and found.edge < RATE:
                _ringing(worked, dots, losses, found)
            yield Progressed("descending", steps, STEPS[-1])
    if is_affordable(pairs, is_table=True):
        losses = yield from descend(pairs, True, STEPS[-1], RATE)
        note = f"it is on its way to the counts' {number(pairs.floor, '.4f')}, slowly where rare"
        _told(worked, TABLE, f"a row of W for each pair, {_dots(dots)}", losses, 0.0, note)
        yield Progressed("descending", STEPS[-1], STEPS[-1])
    else:
        worked.remarks.append(
            f"{_dots(dots)}: with {pairs.symbols:,} symbols and {len(pairs.shares):,} pairs the "
            "net of pairs is not followed step by step here; the counts are where it would end."
        )


def _told(
    worked: Worked, group: str, recipe: str, losses: list[float], penalty: float, note: str
) -> None:
    """Add the losses at some numbers of updates."""
    total = f", λ = {number(penalty)} in the loss" if penalty else ""
    for step in STEPS:
        if step < len(losses):
            name = f"{recipe}, rate {number(RATE)}{total}, step {step:,}"
            worked.add(group, name, losses[step], note, rank=2 + (step < 100), slack=OF_A_NET)


def _ringing(worked: Worked, dots: int, losses: list[float], found: Optimum) -> None:
    late = losses[100:]
    worked.ranges.append(
        Range(
            min(late),
            max(late),
            f"Two one-hots side by side with {_dots(dots)} are above their edge of stability "
            f"({number(found.edge, '.1f')}) at the rate {number(RATE)}: the loss jumps between "
            f"{number(min(late), '.4f')} and {number(max(late), '.4f')} and does not settle at "
            f"{number(found.loss, '.4f')}. Take a smaller rate.",
        )
    )


def _same_events(
    worked: Worked, words: Encoded, bigram: ContextCounts, material: Material
) -> Pieces[None]:
    """The bigram on the events of a trigram with one dot, and the first letters left over."""
    yield
    firsts = np.bincount(words.indices[words.starts[:-1] + 1]).astype(float)
    firsts = firsts[firsts > 0]
    letters = -float((firsts * np.log(firsts / firsts.sum())).sum())
    worked.add("the same events", "first letters alone", letters / firsts.sum(), rank=2)
    left = bigram.predictions - len(words)
    if left:
        total = worked.value("bigram, k = 0") * bigram.predictions
        worked.add(
            "the same events",
            f"bigram on the {left:,} events of a trigram with one dot",
            (total - letters) / left,
            "this is what a trigram with one dot may be held against",
        )


def _explained(
    answer: float,
    worked: Worked,
    floors: dict[int, float],
    optima: dict[int, Optimum | None],
    edges: str,
) -> Iterator[str]:
    """What may have led to a number that no recipe gives."""
    if not math.isfinite(answer):
        yield "On the words that were counted no loss is infinite; on others it is, at k = 0."
        return
    low = min(floors.values())
    bigram = worked.value("bigram, k = 0")
    best = {dots: found.loss for dots, found in optima.items() if found}
    if answer < low:
        yield (
            f"No table of pairs gets below {number(low, '.4f')} on these words. A longer context, "
            "other words, the mean over other events, or rows that do not sum to 1 may."
        )
    elif best and answer < min(best.values()):
        yield (
            f"Two one-hots side by side cannot get there ({number(min(best.values()), '.4f')} at "
            f"best). A table of pairs can: with more smoothing than it needs, or, as a net, with "
            "too few steps or too strong a λ."
        )
    elif answer < bigram:
        yield (
            "Better than the bigram, but no trigram yet: too few steps, or too strong a λ; or W "
            "has a row for each symbol of two one-hots instead of one for each pair."
        )
    else:
        yield (
            f"No better than the bigram ({number(bigram, '.4f')}): too few steps, too strong a λ, "
            f"or a rate above the edge of stability, which is {edges}."
        )
