"""Networks of any order: the figures that are known, and what a plain network of its kind gives."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models import contextual
from engine.models.contextual import ContextObjective, count
from engine.models.counts import Counts
from engine.models.network import PATHS
from engine.models.ngrams import rows as rows_module
from engine.models.objective import Objective
from engine.proof import ngram_figures as known
from engine.protocol import Refusal, Settings
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset, finish, load_all
from engine.words.order import encode
from tests.conftest import WriteWords
from tests.engine.learners import PRINTED, SOON, WORDS, agrees, events, few, follow

Recipe = tuple[str, int, float]


def objective_of(dataset: Dataset, order: int, dots: int, split: str = "none") -> ContextObjective:
    return finish(count(dataset, lambda: encode(dataset), order, dots, split))


def followed(makemore: Dataset, recipe: Recipe, last: int) -> Trainer:
    split, dots, regularization = recipe
    objective = objective_of(makemore, 3, dots, split)
    run = Trainer(objective, Settings(regularization=regularization))
    return follow(run, known.DESCENT[recipe], last, known.DESCENT_DEV)


@pytest.mark.parametrize("recipe", known.DESCENT)
def test_the_trigram_goes_down_as_is_known(makemore: Dataset, recipe: Recipe) -> None:
    run = followed(makemore, recipe, 100)
    assert (run.loss.dev is not None) == (recipe[0] != "none")


@pytest.mark.slow
@pytest.mark.parametrize("recipe", known.DESCENT)
def test_the_trigram_goes_down_as_is_known_for_long(makemore: Dataset, recipe: Recipe) -> None:
    run = followed(makemore, recipe, 5000 if recipe[0] == "lecture" else 2000)
    if recipe[0] == "lecture":
        found = run.objective.test_loss(run.weights)
        assert found == pytest.approx(known.DESCENT_TEST, abs=PRINTED)


@pytest.mark.parametrize(("kind", "edge"), known.EDGES.items())
def test_the_edge_of_stability_is_that_of_this_very_table(
    makemore: Dataset, kind: tuple[int, int], edge: float
) -> None:
    objective = objective_of(makemore, *kind)
    run = Trainer(objective, Settings(regularization=0.0))
    assert run.stability_edge() == pytest.approx(edge, abs=1e-6)


@pytest.mark.parametrize("kind", [(2, 1), (3, 1), (3, 2), (4, 3)])
def test_the_floor_is_the_loss_of_the_counts(names: Dataset, kind: tuple[int, int]) -> None:
    (predictions,), (loss, *_) = known.BUNDLED[kind]
    counts = objective_of(names, *kind).counts
    assert counts.predictions == predictions
    assert counts.floor == pytest.approx(loss, abs=1e-9)


def test_order_2_goes_the_way_of_the_bigram_bit_for_bit(
    names: Dataset, name_counts: Counts
) -> None:
    one = Trainer(objective_of(names, 2, 1), Settings())
    other = Trainer(Objective(name_counts), Settings())
    assert one.objective.counts.floor == other.objective.counts.floor
    for steps in (1, 16, 183):
        one.advance(steps)
        other.advance(steps)
        assert one.loss == other.loss
        assert torch.equal(one.weights, other.weights)
    assert one.history.recent() == other.history.recent()


@given(WORDS, st.integers(1, 5), st.integers(0, 4), st.sampled_from([0.0, 1.0]))
@settings(max_examples=15)
def test_a_network_of_any_order_is_what_autograd_makes_of_the_lecture(
    tmp_path_factory: pytest.TempPathFactory,
    words: list[str],
    order: int,
    dots: int,
    regularization: float,
) -> None:
    dataset, dots = few(tmp_path_factory, words, order, dots)
    chosen = replace(SOON, regularization=regularization)
    contexts, ys = events(dataset, order, dots)
    # A row for every context there could be.
    v = len(dataset.vocabulary)
    xs = [sum(v**i * s for i, s in enumerate(reversed(context))) for context in contexts]
    w = torch.zeros(v ** (order - 1), v)
    drawn = sorted(set(xs)) if order > 4 else range(len(w))
    generator = torch.Generator().manual_seed(chosen.seed)
    w[list(drawn)] = torch.randn((len(drawn), v), generator=generator)
    agrees(Trainer(objective_of(dataset, order, dots), chosen), w, lambda w: w[xs], ys)


def test_contexts_that_were_never_seen_weigh_in_as_if_they_were_in_memory(names: Dataset) -> None:
    """Against all 729 rows in memory; the spring is strong, so that they shrink."""
    objective, chosen = objective_of(names, 3, 2), Settings(regularization=1.0)
    run = Trainer(objective, chosen)
    rows = objective.rows
    assert (rows.has_rest, run.weights.shape) == (True, (len(rows.contexts) + 1, 27))
    contexts = rows.contexts[:, 0].astype(np.int64) * 27 + rows.contexts[:, 1]
    n = torch.zeros(729, 27, dtype=torch.float64)
    n[contexts] = objective.table[:-1] / objective.counts.predictions
    w = torch.randn((729, 27), generator=torch.Generator().manual_seed(chosen.seed)).double()
    for _ in range(100):
        slope = torch.softmax(w, 1) * n.sum(1, keepdim=True) - n + 2 / w.numel() * w
        w -= chosen.learning_rate * slope
    unseen = torch.ones(729, dtype=torch.bool)
    unseen[contexts] = False
    run.advance(100)
    assert torch.allclose(run.weights[:-1].double(), w[contexts], atol=1e-5)
    squares = float((w[unseen] ** 2).sum())
    assert 0.2 < squares / (127 * 27) < 0.8, "they have shrunk, and are not gone"
    assert float((run.weights[-1].double() ** 2).sum()) == pytest.approx(squares, rel=1e-5)
    total = -float((n * torch.log_softmax(w, 1)).sum()) + float((w**2).mean())
    assert run.loss.total == pytest.approx(total, abs=1e-5)


def test_rows_come_in_ascending_order_whatever_part_they_were_seen_in(
    words_file: WriteWords,
) -> None:
    dataset = load_all(words_file("\n".join(["ab", "ba", "cab", "abba", "bac", "cc", "ac"] * 3)))
    rows = objective_of(dataset, 3, 2, "tenth").rows
    contexts = [tuple(map(int, context)) for context in rows.contexts]
    assert contexts == sorted(set(contexts))
    seen = set()
    for word in dataset.words:
        text = [0, 0, *(dataset.vocabulary.indices[c] for c in word)]
        seen |= set(pairwise(text))
    assert set(contexts) == seen
    assert {part.shape for part in rows.parts.values()} == {(len(contexts) + 1, 4)}


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_dev_and_test_are_lost_as_the_words_say(words_file: WriteWords, order: int) -> None:
    dataset = load_all(words_file("\n".join(["ab", "ba", "cab", "abba", "bac", "cc", "ac"] * 3)))
    objective = objective_of(dataset, order, order - 1, "tenth")
    run = Trainer(objective, Settings())
    run.advance(7)
    log_p = torch.log_softmax(run.weights.double(), 1)
    places = {tuple(map(int, c)): row for row, c in enumerate(objective.rows.contexts)}

    def loss(numbers: range) -> float:
        terms = []
        for number in numbers:
            word = dataset.words[number]
            text = [0] * (order - 1) + [dataset.vocabulary.indices[c] for c in word] + [0]
            for at in range(order - 1, len(text)):
                row = places[tuple(text[at - order + 1 : at])]
                terms.append(float(log_p[row, text[at]]))
        return -math.fsum(terms) / len(terms)

    assert run.loss.dev == pytest.approx(loss(range(8, 21, 10)), abs=1e-12)
    assert objective.test_loss(run.weights) == pytest.approx(loss(range(9, 21, 10)), abs=1e-12)
    assert memoryview(run.dev_history.recent()).cast("d")[-1] == run.loss.dev


def test_without_a_split_there_is_no_dev_and_no_test(name_counts: Counts, names: Dataset) -> None:
    for objective in (Objective(name_counts), objective_of(names, 3, 2)):
        run = Trainer(objective, Settings())
        run.advance(3)
        assert (run.loss.dev, len(run.dev_history)) == (None, 0)
        assert (objective.has_test, objective.test_loss(run.weights)) == (False, None)


def test_rows_that_train_does_not_hold_move_by_regularization_alone(
    words_file: WriteWords,
) -> None:
    dataset = load_all(words_file("\n".join(["ab"] * 8 + ["cb", "cc"])))
    objective = objective_of(dataset, 3, 2, "tenth")
    is_bare = objective.totals == 0
    assert 0 < is_bare[:-1].sum() < len(is_bare) - 1
    for optimizer in ("plain", "rows", "newton"):
        run = Trainer(objective, Settings(regularization=0.0, optimizer=optimizer))
        before = run.weights.clone()
        run.advance(20)
        assert torch.equal(run.weights[is_bare], before[is_bare]), optimizer
        assert not torch.equal(run.weights[~is_bare], before[~is_bare]), optimizer


@pytest.mark.parametrize("path", PATHS)
def test_every_gradient_path_takes_the_same_steps(words_file: WriteWords, path: str) -> None:
    dataset = load_all(words_file("emma\nolivia\nava\nisabella\nsophia\n"))
    objective = objective_of(dataset, 4, 2)
    found = [
        Trainer(objective, Settings(learning_rate=2.0, regularization=5.0, gradient=each))  # type: ignore[arg-type]
        for each in ("counts", path)
    ]
    for run in found:
        run.advance(10)
    assert torch.allclose(found[0].weights, found[1].weights, atol=1e-5)


def test_a_draw_that_would_be_too_large_is_of_the_rows_that_were_seen(
    names: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_module, "MOST_DRAWN", 4 * 27**3 - 1)
    objective = objective_of(names, 3, 2)
    w = objective.first_weights("randn", torch.Generator().manual_seed(1))
    assert w.shape == (len(objective.rows.contexts), 27)
    assert torch.equal(w, torch.randn(w.shape, generator=torch.Generator().manual_seed(1)))


def test_a_table_that_does_not_fit_is_refused_with_the_figure_and_what_would_fit(
    names: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contextual, "MOST_BYTES", 2_000_000)
    with pytest.raises(Refusal, match=r"order 5 has 22,2\d\d contexts .* 29 MB.* Order 3 would"):
        objective_of(names, 5, 4)
    assert objective_of(names, 3, 2).rows.order == 3


def test_contexts_beyond_64_bits_are_trained_too(words_file: WriteWords) -> None:
    """An order whose V^n no whole number of the machine holds."""
    letters = [chr(0x4E00 + i) for i in range(900)]
    words = ["".join(letters[i : i + 8]) for i in range(0, 900, 8)]
    objective = objective_of(load_all(words_file("\n".join(words))), 7, 6)
    assert objective.entries > 2**64
    run = Trainer(objective, Settings(learning_rate=1000.0))
    start = run.loss.data
    run.advance(5)
    assert run.loss.data < start
