"""The neural model against the known losses: three paths, one trajectory."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.counts import Counts, count_all
from engine.models.network import PATHS, bytes_a_step, open_path
from engine.models.objective import Objective, examples, first_weights
from engine.proof.reference import EMMA_LOSSES, Reference
from engine.protocol import LECTURE_SEED, GradientPath, Refusal, Settings
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset, Words
from engine.words.vocabulary import Vocabulary
from tests.conftest import counts_of

Known = tuple[Reference, Dataset, Counts]
CPU = torch.device("cpu")


def random_weights(size: int, seed: int = LECTURE_SEED) -> torch.Tensor:
    return first_weights(size, "randn", torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("regularization", [0.0, 0.01])
def test_the_counts_path_meets_the_known_losses_up_to_step_1000(
    known: Known, regularization: float
) -> None:
    reference, _, counts = known
    run = Trainer(Objective(counts), Settings(regularization=regularization))
    for step, expected in reference.losses[regularization].items():
        run.advance(step - run.step)
        assert run.loss.total == pytest.approx(expected, abs=2e-6)
        assert run.path.loss(run.weights, regularization) == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize(
    ("path", "regularization"),
    [("gather", 0.0), pytest.param("onehot", 0.01, marks=pytest.mark.slow)],
)
def test_the_slow_paths_meet_the_known_losses_up_to_step_10(
    known: Known, path: GradientPath, regularization: float
) -> None:
    reference, _, counts = known
    way, w = open_path(Objective(counts), path, CPU), random_weights(27)
    losses = reference.losses[regularization]
    for step in range(11):
        if step in losses:
            assert way.loss(w, regularization) == pytest.approx(losses[step], abs=2e-6)
        way.update(w, 50.0, regularization, 1)


def test_the_least_regularized_loss_is_as_known(known: Known) -> None:
    reference, _, counts = known
    run = Trainer(Objective(counts), Settings())
    run.advance(10_000)
    assert (run.loss.total, run.loss.data) == pytest.approx(reference.optimum, abs=1e-7)


def test_emma_alone_gives_the_losses_of_the_lecture() -> None:
    letters = Vocabulary.of("abcdefghijklmnopqrstuvwxyz")
    emma = count_all(Words.of(["emma"]), letters)
    for path in PATHS:
        settings = Settings(learning_rate=0.1, regularization=0.0, gradient=path)  # type: ignore[arg-type]
        run = Trainer(Objective(emma), settings)
        for step, expected in EMMA_LOSSES.items():
            run.advance(step - run.step)
            assert run.loss.data == pytest.approx(expected, abs=1e-6)


@given(st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=9), st.integers(0, 99))
@settings(max_examples=20)
def test_one_step_of_every_path_is_the_step_of_the_formula(words: list[str], seed: int) -> None:
    counts = counts_of(*words)
    objective, size = Objective(counts), len(counts.vocabulary)
    start = random_weights(size, seed)
    gradient = objective.gradient(start, 0.1)
    for path in PATHS.values():
        w = start.clone()
        path(objective, CPU).update(w, 2.0, 0.1, 1)
        assert torch.allclose(w.double(), start.double() - 2.0 * gradient, atol=1e-5)


def test_the_gradient_is_that_of_autograd() -> None:
    objective = Objective(counts_of("emma", "olivia", "ava"))
    w = random_weights(len(objective.counts.vocabulary)).double().requires_grad_(True)
    xs, ys = examples(objective.counts)
    loss = torch.nn.functional.cross_entropy(w[xs], ys) + 0.01 * (w**2).mean()
    (expected,) = torch.autograd.grad(loss, w)
    assert torch.allclose(objective.gradient(w.detach(), 0.01), expected, atol=1e-14)
    assert objective.loss(w.detach(), 0.01).total == pytest.approx(float(loss.detach()), abs=1e-14)


def test_zero_weights_lose_ln_v(name_counts: Counts) -> None:
    loss = Objective(name_counts).loss(torch.zeros(27, 27), 0.01)
    assert loss.total == loss.data == pytest.approx(math.log(27), abs=1e-12)


def test_no_weights_get_below_the_floor(name_counts: Counts) -> None:
    objective = Objective(name_counts)
    for seed in range(5):
        assert objective.loss(3 * random_weights(27, seed), 0).data > name_counts.floor
    at_floor = objective.table.log().clamp_min(-60)
    assert objective.loss(at_floor, 0).data == pytest.approx(name_counts.floor, abs=1e-12)


def test_without_regularization_the_row_means_never_move(name_counts: Counts) -> None:
    run = Trainer(Objective(name_counts), Settings(regularization=0.0))
    before = run.weights.mean(1)
    run.advance(500)
    assert torch.allclose(run.weights.mean(1), before, atol=1e-4)


def test_the_stability_edge_is_where_the_reference_has_it(known: Known) -> None:
    reference, _, counts = known
    objective = Objective(counts)
    edge = objective.stability_edge(objective.table.log().clamp_min(-50), 0.0)
    assert edge == pytest.approx(reference.edge or 74.5, abs=0.05)


def test_the_stability_edge_agrees_with_the_whole_hessian() -> None:
    objective = Objective(counts_of("ab", "ba", "aab"))
    w = random_weights(3).double()

    def loss(flat: torch.Tensor) -> torch.Tensor:
        logits = torch.log_softmax(flat.view(3, 3), 1)
        return -(objective.table * logits).sum() / objective.table.sum() + 0.1 * (flat**2).mean()

    hessian = torch.autograd.functional.hessian(loss, w.view(-1))  # type: ignore[no-untyped-call]
    largest = float(torch.linalg.eigvalsh(hessian)[-1])
    assert objective.stability_edge(w, 0.1) == pytest.approx(2 / largest, rel=1e-6)


def test_extreme_weights_neither_overflow_nor_make_the_loss_infinite() -> None:
    counts = counts_of("ab")
    w = torch.tensor([[0.0, -200.0, 0.0], [500.0, -500.0, 0.0], [0.0, 90.0, -90.0]])
    exact = Objective(counts).loss(w, 0).data
    for path in PATHS.values():
        assert path(Objective(counts), CPU).loss(w, 0.0) == pytest.approx(exact, rel=1e-6)


def test_a_path_that_needs_over_500_mb_is_refused_with_the_figure(name_counts: Counts) -> None:
    many = Counts(
        name_counts.vocabulary,
        tuple({j: 50 * n for j, n in row.items()} for row in name_counts.rows),
    )
    needed = bytes_a_step(many, "onehot") / 1e6
    with pytest.raises(Refusal, match=f"{needed:,.0f} MB a step"):
        open_path(Objective(many), "onehot", CPU)
    open_path(Objective(many), "counts", CPU)
