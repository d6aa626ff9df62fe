"""One-hots side by side: the known figures, plain autograd, and all that a network is asked."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from engine import Session
from engine.models import onehots
from engine.models.counts import Counts
from engine.models.network import MOST_BYTES, PATHS, bytes_a_step
from engine.models.objective import Objective
from engine.models.sidebyside import OneHotsObjective, count
from engine.proof import ngram_figures as known
from engine.protocol import (
    Branch,
    CheckpointLoaded,
    Command,
    CommandRefused,
    Configure,
    GradientPath,
    Load,
    LoadDataset,
    NamesSampled,
    Ngrams,
    Progressed,
    Rank,
    Reset,
    Sample,
    Save,
    Score,
    ScoredWord,
    Settings,
    Train,
    Watch,
    WordsRanked,
    WordsScored,
)
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset, finish, load_all
from engine.words.order import encode
from tests.conftest import WriteWords, act, ready
from tests.engine import learners
from tests.engine.learners import SOON, WORDS, agrees, events, follow

ORDER3 = Ngrams(3)
FEW = ("emma", "ema", "mam", "aemea", "mm", "emmet") * 3


def objective_of(dataset: Dataset, order: int, dots: int, split: str = "none") -> OneHotsObjective:
    return finish(count(dataset, lambda: encode(dataset), order, dots, split))


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    """As in the app: more are slower, and wait for one another."""
    torch.set_num_threads(1)


@pytest.fixture
def few(tmp_path: Path) -> Session:
    """Of a few words, with such a network of order 3."""
    (tmp_path / "words.txt").write_text("\n".join(FEW))
    session = ready(str(tmp_path / "words.txt"))
    act(session, Configure(order=3, network="onehots", learning_rate=2.0, regularization=0.5))
    return session


def weights(session: Session) -> torch.Tensor:
    assert session.runs is not None
    return session.runs.run.weights


def refusal(session: Session, command: Command) -> str:
    (event,) = (e for e in act(session, command) if not isinstance(e, Progressed))
    assert isinstance(event, CommandRefused)
    return event.reason


# What is known


def followed(makemore: Dataset, recipe: tuple[str, int, float], last: int) -> Trainer:
    split, dots, regularization = recipe
    objective = objective_of(makemore, 3, dots, split)
    run = Trainer(objective, Settings(regularization=regularization))
    return follow(run, known.ONEHOTS_DESCENT[recipe], last)


@pytest.mark.parametrize("recipe", known.ONEHOTS_DESCENT)
def test_it_goes_down_as_is_known(makemore: Dataset, recipe: tuple[str, int, float]) -> None:
    run = followed(makemore, recipe, 200)
    assert (run.loss.dev is not None) == (recipe[0] != "none")


@pytest.mark.slow
@pytest.mark.parametrize("recipe", known.ONEHOTS_DESCENT)
def test_it_goes_down_as_is_known_for_long(
    makemore: Dataset, recipe: tuple[str, int, float]
) -> None:
    followed(makemore, recipe, 1000)


@pytest.mark.parametrize("kind", known.ONEHOTS)
def test_the_floor_is_the_least_loss_that_is_known(
    makemore: Dataset, kind: tuple[str, int]
) -> None:
    split, dots = kind
    loss, edge = known.ONEHOTS[kind]
    objective = objective_of(makemore, 3, dots, split)
    assert objective.floor == pytest.approx(loss, abs=1e-8)
    if edge is not None:
        assert objective.settled_edge(0.0) == pytest.approx(edge, rel=1e-6)
    assert objective.floor > objective.counts.floor


@pytest.mark.parametrize(("dots", "edge"), [(1, 265.404569), (2, 145.633964)])
def test_at_zero_its_edge_of_stability_is_far_above(
    makemore: Dataset, dots: int, edge: float
) -> None:
    found = objective_of(makemore, 3, dots).stability_edge(torch.zeros(54, 27), 0.0)
    assert found == pytest.approx(edge, rel=1e-6)


# What a plain network of its kind gives


@pytest.mark.slow
@given(WORDS, st.integers(2, 5), st.integers(0, 4), st.sampled_from([0.0, 1.0]))
@settings(max_examples=15)
def test_it_is_what_autograd_makes_of_the_lecture(
    tmp_path_factory: pytest.TempPathFactory,
    words: list[str],
    order: int,
    dots: int,
    regularization: float,
) -> None:
    dataset, dots = learners.few(tmp_path_factory, words, order, dots)
    chosen = replace(SOON, regularization=regularization)
    contexts, ys = events(dataset, order, dots)
    v = len(dataset.vocabulary)
    xenc = torch.cat([F.one_hot(place, v).double() for place in torch.tensor(contexts).T], 1)
    generator = torch.Generator().manual_seed(chosen.seed)
    w = torch.randn(((order - 1) * v, v), generator=generator)
    agrees(Trainer(objective_of(dataset, order, dots), chosen), w, lambda w: xenc @ w, ys)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("order", [3, 4])
def test_every_gradient_path_takes_the_same_steps(
    words_file: WriteWords, path: GradientPath, order: int
) -> None:
    objective = objective_of(load_all(words_file("emma\nolivia\nava\nisabella\n")), order, 2)
    chosen = Settings(learning_rate=2.0, regularization=5.0)
    found = [Trainer(objective, replace(chosen, gradient=each)) for each in ("counts", path)]
    for run in found:
        run.advance(10)
    assert torch.allclose(found[0].weights, found[1].weights, atol=1e-5)
    w = found[0].weights
    assert found[1].path.loss(w, 5.0) == pytest.approx(objective.loss(w, 5.0).total, abs=1e-5)
    slope = found[1].path.gradient(w, 5.0).double()
    assert torch.allclose(slope, objective.gradient(w, 5.0), atol=1e-5)


def test_a_step_by_one_hots_is_as_dear_as_its_rows(names: Dataset) -> None:
    """With one one-hot, over the contexts, it is refused."""
    objective = objective_of(names, 3, 2)
    assert bytes_a_step(objective.counts, "onehot") > MOST_BYTES
    run = Trainer(objective, Settings(gradient="onehot"))
    assert run.weights.shape == (54, 27)


def test_the_edge_of_stability_agrees_with_the_whole_hessian(words_file: WriteWords) -> None:
    objective = objective_of(load_all(words_file("ab\nba\naab\n")), 3, 2)
    w = torch.randn((6, 3), generator=torch.Generator().manual_seed(2)).double()

    def loss(flat: torch.Tensor) -> torch.Tensor:
        log_p = torch.log_softmax(objective.logits(flat.view(6, 3)), 1)
        return -(objective.table * log_p).sum() / objective.table.sum() + 0.1 * (flat**2).mean()

    hessian = torch.autograd.functional.hessian(loss, w.view(-1))  # type: ignore[no-untyped-call]
    largest = float(torch.linalg.eigvalsh(hessian)[-1])
    assert objective.stability_edge(w, 0.1) == pytest.approx(2 / largest, rel=1e-6)


@pytest.mark.slow
def test_another_way_to_the_least_loss_gets_to_the_same_floor(names: Dataset) -> None:
    """By a method that knows the slope alone; what lies at infinity it only comes near to."""
    objective = objective_of(names, 3, 2)
    shares = objective.table / objective.counts.predictions
    w = torch.zeros(54, 27, dtype=torch.float64, requires_grad=True)
    descent = torch.optim.LBFGS([w], max_iter=400, history_size=50, line_search_fn="strong_wolfe")

    def loss() -> float:
        descent.zero_grad()
        found = -(shares * torch.log_softmax(objective.logits(w), 1)).sum()
        found.backward()  # type: ignore[no-untyped-call]
        return float(found.detach())

    descent.step(loss)  # type: ignore[no-untyped-call]
    assert 0 <= loss() - objective.floor < 2e-5


@pytest.mark.slow
@given(st.lists(st.text("abc", min_size=1, max_size=6), min_size=2, max_size=30))
@settings(max_examples=10)
def test_no_weights_get_below_its_floor_and_long_training_gets_near(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    path = tmp_path_factory.mktemp("words") / "words.txt"
    path.write_text("\n".join(words))
    objective = objective_of(load_all(str(path)), 3, 2)
    rate = min(100.0, objective.settled_edge(0.0) / 2)
    run = Trainer(objective, Settings(learning_rate=rate, regularization=0.0, init="zeros"))
    run.advance(400)
    assert -1e-6 < run.loss.data - objective.floor < 0.05
    assert objective.floor >= objective.counts.floor - 1e-9


def test_dev_and_test_are_lost_as_the_words_say(words_file: WriteWords) -> None:
    dataset = load_all(words_file("\n".join(["ab", "ba", "cab", "abba", "bac", "cc", "ac"] * 3)))
    objective = objective_of(dataset, 4, 2, "tenth")
    run = Trainer(objective, Settings())
    run.advance(7)

    def loss(numbers: range) -> float:
        terms = []
        for number in numbers:
            text = [0, 0, *(dataset.vocabulary.indices[c] for c in dataset.words[number]), 0]
            for at in range(3, len(text)):
                logits = sum(run.weights[4 * j + text[at - 3 + j]].double() for j in range(3))
                terms.append(float(torch.log_softmax(torch.as_tensor(logits), 0)[text[at]]))
        return -math.fsum(terms) / len(terms)

    assert run.loss.dev == pytest.approx(loss(range(8, 21, 10)), abs=1e-6)
    assert objective.test_loss(run.weights) == pytest.approx(loss(range(9, 21, 10)), abs=1e-6)


# As a run


def test_up_to_order_2_it_is_the_table_bit_for_bit(
    name_counts: Counts, names: Dataset, session: Session
) -> None:
    table, one = Trainer(Objective(name_counts), Settings()), objective_of(names, 2, 1)
    alike = Trainer(one, Settings())
    assert torch.equal(alike.weights, table.weights)
    for run in (alike, table):
        run.advance(50)
    assert alike.loss.total == pytest.approx(table.loss.total, abs=1e-6)
    assert one.floor == pytest.approx(name_counts.floor, abs=1e-9)
    act(session, Configure(seed=3), Train(20))
    before, number = weights(session), session.snapshot().run
    act(session, Configure(network="onehots"))
    assert weights(session) is before
    assert (session.snapshot().run, session.settings.is_bigram) == (number, True)
    act(session, Configure(optimizer="newton"), Train(1))
    assert session.snapshot().step == 21


def test_it_is_a_run_of_its_own_beside_that_of_the_table(session: Session) -> None:
    act(session, Configure(order=3), Train(5))
    act(session, Configure(network="onehots"), Train(7))
    size = len(session.dataset.vocabulary) if session.dataset else 0
    assert weights(session).shape == (2 * size, size)
    assert session.snapshot().step == 7
    act(session, Configure(network="neural"))
    assert session.snapshot().step == 5
    act(session, Configure(network="onehots", order=4))
    assert (session.snapshot().step, weights(session).shape[0]) == (0, 3 * size)


def test_the_gap_is_to_its_own_floor_and_the_price_of_regularization_is_not_known(
    few: Session,
) -> None:
    act(few, Configure(regularization=0.0), Train(2000))
    snapshot = few.snapshot()
    assert few.runs is not None
    assert snapshot.floor == few.runs.objective.floor > few.runs.objective.counts.floor
    assert 0 <= snapshot.gap == snapshot.data_loss - snapshot.floor < 5e-3
    assert snapshot.regularization_cost == 0
    assert 0 < snapshot.stability_edge < math.inf
    act(few, Configure(regularization=0.5))
    assert math.isnan(few.snapshot().regularization_cost)


def test_what_would_take_too_long_is_not_worked_out(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onehots, "MOST_ADDED", 1)
    act(session, Configure(order=3, network="onehots"), Train(3))
    snapshot = session.snapshot()
    assert math.isnan(snapshot.floor)
    assert math.isnan(snapshot.gap)
    assert math.isnan(snapshot.stability_edge)
    assert math.isfinite(snapshot.data_loss)


@pytest.mark.parametrize("optimizer", ["rows", "newton"])
def test_an_optimizer_that_goes_by_rows_is_refused(few: Session, optimizer: str) -> None:
    reason = refusal(few, Configure(optimizer=optimizer))  # type: ignore[arg-type]
    assert reason.startswith(f"optimizer {optimizer} goes by the rows of a table")
    act(few, Configure(network="neural"), Configure(optimizer=optimizer))  # type: ignore[arg-type]
    assert "take plain" in refusal(few, Configure(network="onehots"))
    assert few.settings.network == "neural"


def test_a_checkpoint_brings_its_network_along_and_goes_on_equal(
    few: Session, tmp_path: Path
) -> None:
    path = str(tmp_path / "run.st")
    act(few, Train(20), Save(path), Train(30))
    expected, loss = weights(few).clone(), few.snapshot().loss
    act(few, Configure(network="neural", order=2), Load(path))
    assert few.settings.objective == (3, 2, "none", "onehots")
    assert few.snapshot().step == 20
    act(few, Train(30))
    assert torch.equal(weights(few), expected)
    assert few.snapshot().loss == loss
    reason = refusal(few, Load(path, Configure(network="neural")))
    assert "holds the model onehots and was trained at order 3" in reason


def test_a_run_on_other_words_of_its_alphabet_is_shown_and_branches(
    few: Session, tmp_path: Path
) -> None:
    path, other = str(tmp_path / "run.st"), tmp_path / "other.txt"
    act(few, Train(20), Save(path))
    other.write_text("team\nmate\nmeet\n")
    act(few, LoadDataset(str(other)))
    (loaded,) = (e for e in act(few, Load(path)) if isinstance(e, CheckpointLoaded))
    assert "trained on other counts" in loaded.warning
    act(few, Branch(), Train(1))
    assert few.snapshot().step == 21
    act(few, Configure(network="neural"), Train(1), Save(path), LoadDataset(None))
    act(few, LoadDataset(str(tmp_path / "words.txt")))
    assert "a row for each context of other data" in refusal(few, Load(path))


def test_a_reset_draws_it_anew_and_zeros_are_zeros(few: Session) -> None:
    first = weights(few).clone()
    act(few, Train(2), Reset())
    assert torch.equal(weights(few), first)
    act(few, Configure(init="zeros"))
    assert not weights(few).any()


# As a model


def scored(session: Session, *words: str, name: str = "onehots") -> tuple[ScoredWord, ...]:
    command = Score(words, 0, name, ngrams=ORDER3)  # type: ignore[arg-type]
    (event,) = (e for e in act(session, command) if isinstance(e, WordsScored))
    return event.words


def test_words_are_scored_by_sums_of_rows_in_contexts_never_seen_too(few: Session) -> None:
    act(few, Train(30))
    assert few.dataset is not None
    stoi, w = few.dataset.vocabulary.indices, weights(few).double()
    for scored_word, word in zip(scored(few, "emma", "tta"), ("emma", "tta"), strict=True):
        text = [0, 0, *(stoi[c] for c in word), 0]
        expected = []
        for a, b, c in zip(text, text[1:], text[2:], strict=False):
            expected.append(float(torch.log_softmax(w[a] + w[5 + b], 0)[c]))
        found = [step.log_probability for step in scored_word.bigrams]
        assert found == pytest.approx(expected, abs=1e-12)
    assert scored(few, "tta")[0].bigrams[2].count == 0
    assert scored(few, "tta", name="neural") == scored(few, "tta")


def test_ranking_and_scoring_agree(few: Session) -> None:
    act(few, Train(30))
    (ranked,) = (
        e for e in act(few, Rank(1, "onehots", ngrams=ORDER3)) if isinstance(e, WordsRanked)
    )
    nll = memoryview(ranked.nll).cast("f").tolist()
    assert nll[:6] == pytest.approx([word.nll for word in scored(few, *FEW[:6])], rel=1e-6)


def test_names_are_drawn_as_they_are_scored(few: Session) -> None:
    act(few, Configure(learning_rate=20.0, regularization=0.0), Train(300))
    events = act(few, Sample(1, "onehots", number=300, ngrams=ORDER3))
    names = [name for e in events if isinstance(e, NamesSampled) for name in e.names]
    assert len(names) == 300
    assert len({name.name for name in names}) > 20
    strange = next(name for name in names if not name.is_known)
    assert scored(few, strange.name)[0].nll == pytest.approx(strange.nll)


def test_it_is_asked_for_by_its_name_only_where_it_is_in_hand(few: Session) -> None:
    act(few, Configure(network="neural"))
    reason = refusal(few, Score(("emma",), model="onehots", ngrams=ORDER3))
    assert "The network in hand is neural, not onehots" in reason


@pytest.mark.parametrize(
    "matrix", ["network_probabilities", "logits", "centred_logits", "difference", "gradient"]
)
def test_every_view_is_of_the_logits_in_each_context(few: Session, matrix: str) -> None:
    act(few, Train(10), Watch(matrix, 0, 0, 5, 5, cursor_row=1, before=(2,)))
    assert few.runs is not None
    assert few.dataset is not None
    run, objective = few.runs.run, few.runs.objective
    assert isinstance(objective, OneHotsObjective)
    w, stoi = run.weights.double(), few.dataset.vocabulary.indices
    window = few.snapshot().window
    assert window is not None
    values = torch.tensor(memoryview(window.values).cast("f").tolist()).view(5, 5)
    a, b = 2, stoi["m"]
    contexts = objective.rows.contexts.tolist()
    n = objective.table[contexts.index([a, b])]
    logits = w[a] + w[5 + b]
    p = torch.softmax(logits, 0)
    expected = {
        "network_probabilities": p,
        "logits": logits,
        "centred_logits": logits - logits.mean(),
        "difference": p - (n + 1) / (n + 1).sum(),
        "gradient": (p * n.sum() - n) / objective.table.sum(),
    }[matrix]
    assert window.before == (2,)
    assert torch.allclose(values[b].double(), expected, atol=1e-5)
