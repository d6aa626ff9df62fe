"""Models of longer contexts: against plain Python of their definitions, and the known figures."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.ngrams import contexts
from engine.models.ngrams.levels import Levels
from engine.models.ngrams.losses import culprits, cut, nll, quick_loss, unseen
from engine.models.ngrams.model import CountModel
from engine.models.ngrams.smoothing import (
    Absolute,
    AddK,
    Dirichlet,
    JelinekMercer,
    KneserNey,
    ModifiedKneserNey,
    Rule,
    WittenBell,
    estimated,
)
from engine.words.dataset import Dataset, finish
from engine.words.order import encode
from tests.engine.test_contexts import encoded, table_of

WORDS = st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=10)

THREE = (0.4, 0.9, 1.3)
"""Discounts of modified Kneser-Ney."""

RULES: dict[str, Callable[[int], Rule]] = {
    "add-k": lambda _: AddK(0.3),
    "witten-bell": lambda _: WittenBell(),
    "dirichlet": lambda _: Dirichlet(2.5),
    "absolute": lambda _: Absolute(0.6),
    "kneser-ney": lambda _: KneserNey(0.6),
    "modified-kneser-ney": lambda order: ModifiedKneserNey((THREE,) * order),
    "jelinek-mercer": lambda order: JelinekMercer(weights(order)),
}


def weights(order: int) -> tuple[float, ...]:
    """Weights of Jelinek-Mercer that add up to 1."""
    return tuple((i + 1) / sum(range(1, order + 2)) for i in range(order + 1))


class Plain:
    """The definitions, as one would type them, for one n-gram at a time.

    Args:
        words: what is counted.
        order: n.
        symbols: size of the alphabet, V.
    """

    def __init__(self, words: list[str], order: int, symbols: int) -> None:
        padded = ["." * (order - 1) + word + "." for word in words]
        ends = [(p, i) for p in padded for i in range(order, len(p) + 1)]
        self.events = [p[i - order : i] for p, i in ends]
        self.order, self.symbols = order, symbols

    def counts(self, m: int, context: str, *, of_kinds: bool) -> Counter[str]:
        """What follows the end of a context: how often, or after how many kinds to the left."""
        context = context[len(context) - (m - 1) :]
        grams = self.events if not of_kinds else {e[-m - 1 :] for e in self.events}
        return Counter(g[-1] for g in grams if g[-m:-1] == context)

    def p(self, name: str, context: str, y: str) -> float:
        """Probability of a symbol after a context."""
        if name == "add-k":
            c = self.counts(self.order, context, of_kinds=False)
            return (c[y] + 0.3) / (c.total() + 0.3 * self.symbols)
        if name == "jelinek-mercer":
            return self.mixed(context, y)
        q = 1 / self.symbols
        for m in range(1, self.order + 1):
            q = self.step(name, m, context, y, q)
        return q

    def step(self, name: str, m: int, context: str, y: str, q: float) -> float:
        """From one order to the next."""
        of_kinds = "kneser" in name and m < self.order
        c = self.counts(m, context, of_kinds=of_kinds)
        total, kinds = c.total(), len(c)
        if name == "dirichlet":
            return (c[y] + 2.5 * q) / (total + 2.5)
        if not total:
            return q
        if name == "witten-bell":
            return (c[y] + kinds * q) / (total + kinds)
        if name == "modified-kneser-ney":
            freed = sum(THREE[min(n, 3) - 1] for n in c.values())
            kept = c[y] - THREE[min(c[y], 3) - 1] if c[y] else 0
            return (kept + freed * q) / total
        return (max(c[y] - 0.6, 0) + 0.6 * kinds * q) / total

    def mixed(self, context: str, y: str) -> float:
        """Jelinek-Mercer: the orders that know the context."""
        lambdas = weights(self.order)
        known = [(lambdas[0], 1 / self.symbols)]
        for m in range(1, self.order + 1):
            c = self.counts(m, context, of_kinds=False)
            if c.total():
                known.append((lambdas[m], c[y] / c.total()))
        return sum(a * p for a, p in known) / sum(a for a, _ in known)


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=25)
@given(WORDS, st.integers(1, 4), st.data())
def test_a_model_agrees_with_its_definition(
    name: str, words: list[str], order: int, data: st.DataObject
) -> None:
    table = table_of(words, order)
    symbols = table.vocabulary.symbols
    context = data.draw(st.lists(st.integers(0, len(symbols) - 1)).map(tuple)) or (0,)
    context = (*context, *[0] * order)[: order - 1]
    model, plain = CountModel(Levels(table), RULES[name](order)), Plain(words, order, len(symbols))
    text = "".join(symbols[i] for i in context)
    expected = [plain.p(name, text, y) for y in symbols]
    assert model.row(context) == pytest.approx(expected, abs=1e-14)
    p = model.probabilities(table)
    for gram, got in zip(table.grams, p.tolist(), strict=True):
        text = table.spell(gram)
        assert got == pytest.approx(plain.p(name, text[:-1], text[-1]), abs=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3, 4, pytest.param(7, marks=pytest.mark.slow)])
def test_every_model_sums_to_1_in_random_contexts(names: Dataset, order: int) -> None:
    table = contexts.count_all(finish(encode(names)), names.vocabulary, order)
    levels = Levels(table)
    dice = random.Random(order)
    seen = [table.grams[dice.randrange(table.cells), :-1].tolist() for _ in range(20)]
    strange = [[dice.randrange(27) for _ in range(order - 1)] for _ in range(20)]
    rules = [
        *(make(order) for make in RULES.values()),
        estimated(levels),
        Absolute(0),
        KneserNey(1),
    ]
    for rule in rules:
        model = CountModel(levels, rule)
        for context in (*seen, *strange):
            row = np.array(model.row(context))
            assert row.shape == (27,)
            assert row.dtype == np.float64
            assert abs(math.fsum(row) - 1) < 1e-12
            assert (row >= 0).all()


@given(WORDS, st.sampled_from(sorted(RULES)), st.integers(1, 5), st.data())
def test_what_stands_before_the_known_end_of_a_context_changes_nothing(
    words: list[str], name: str, order: int, data: st.DataObject
) -> None:
    table = table_of(words, order)
    model = CountModel(Levels(table), RULES[name](order))
    symbol = st.integers(0, len(table.vocabulary) - 1)
    some = st.lists(st.tuples(*[symbol] * (order - 1)), min_size=1, max_size=5)
    contexts = data.draw(some)
    lengths = model.known(contexts)
    assert model.rows(contexts).tolist() == [model.row(context) for context in contexts]
    for context, known in zip(contexts, lengths, strict=True):
        other = (*data.draw(some)[0][: order - 1 - known], *context[order - 1 - known :])
        ends = ["".join(table.spell(np.array(context[i:]))) for i in range(order - 1)]
        texts = ["." * (order - 1) + word for word in words]
        seen = [end for end in ends if any(end in text for text in texts)]
        assert known == len(seen[0] if seen else "")
        if model.known([other]) == [known]:
            assert model.row(other) == model.row(context)
            # It is the same after another symbol, too.
            after = data.draw(symbol)
            assert model.row((*other, after)[1:]) == model.row((*context, after)[1:])


def test_without_smoothing_what_was_never_seen_has_no_probability() -> None:
    train, other = table_of(["ab", "ba"], 3), table_of(["ab", "aab"], 3)
    model = CountModel(Levels(train), AddK(0))
    p = model.probabilities(other)
    assert nll(other, p) == math.inf
    pieces = cut(model.levels.look_up(other.grams))
    assert finish(quick_loss(other, pieces, AddK(0))) == math.inf
    assert model.row((1, 1)) == [0, 0, 0]
    places = unseen(other, model.levels.look_up(other.grams))
    assert list(culprits(other, places, ["ab", "aab"])) == [(".aa", "aab"), ("aab", "aab")]
    more = table_of(["aab", "bb", "bb"], 3)
    places = unseen(more, Levels(train).look_up(more.grams))
    # The commonest first.
    assert [gram for gram, _ in culprits(more, places, ["aab", "bb"])][:2] == [".bb", "bb."]
    assert nll(train, model.probabilities(train)) < math.inf


def test_what_is_certain_has_a_loss_of_0_and_not_of_less() -> None:
    table = table_of(["ab"], 2)
    loss = nll(table, CountModel(Levels(table), AddK(0)).probabilities(table))
    assert math.copysign(1, loss) == 1
    assert loss == 0


@given(WORDS, st.integers(1, 4))
def test_the_quick_loss_is_the_exact_one_to_12_digits(words: list[str], order: int) -> None:
    table = table_of(words, order)
    levels = Levels(table)
    exact = nll(table, CountModel(levels, KneserNey(0.7)).probabilities(table))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.models.ngrams.losses.PIECE", 4)
        pieces = cut(levels.look_up(table.grams))
    assert len(pieces) == -(-table.cells // 4)
    assert finish(quick_loss(table, pieces, KneserNey(0.7))) == pytest.approx(exact, abs=1e-12)


def test_a_culprit_is_named_with_a_word_of_its_own_dots() -> None:
    words, vocabulary = encoded(["ab", "ba", "bb"])
    train = contexts.count_all(words.take(np.array([0])), vocabulary, 3, 1)
    dev = contexts.count_all(words.take(np.array([1, 2])), vocabulary, 3, 1)
    places = unseen(dev, Levels(train).look_up(dev.grams))
    assert set(culprits(dev, places, ["ba", "bb"])) == {
        (".ba", "ba"), ("ba.", "ba"), (".bb", "bb"), ("bb.", "bb"),
    }  # fmt: skip


def test_discounts_are_estimated_from_the_counts_of_counts(names: Dataset) -> None:
    levels = Levels(contexts.count_all(finish(encode(names)), names.vocabulary, 4))
    n1, n2, n3, n4 = (int((levels.table.counts == i).sum()) for i in (1, 2, 3, 4))
    y = n1 / (n1 + 2 * n2)
    expected = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    rule = estimated(levels)
    assert rule.discounts[-1] == pytest.approx(expected)
    # Of single symbols hardly any has few kinds to its left.
    assert len(rule.discounts) == 4
    for one, two, three in rule.discounts:
        assert 0 <= one <= 1
        assert 0 <= two <= 2
        assert 0 <= three <= 3
