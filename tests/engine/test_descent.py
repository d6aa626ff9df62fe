"""The compiled inner loop beside the same functions as they stand."""

from __future__ import annotations

import logging
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import torch

from engine.models import descent
from engine.models.counts import Counts
from engine.models.network import TablePath
from engine.models.objective import Objective
from engine.protocol import Settings
from engine.training.trainer import Trainer
from tests.conftest import counts_of


@pytest.fixture
def anew() -> Iterator[None]:
    """Compile anew in this test, and in those after it."""
    descent.functions.cache_clear()
    yield
    descent.functions.cache_clear()


def run(counts: Counts, settings: Settings, functions: descent.Functions) -> Trainer:
    trainer = Trainer(Objective(counts), settings)
    assert isinstance(trainer.path, TablePath)
    trainer.path._functions = functions
    trainer.advance(1000)
    return trainer


@pytest.mark.parametrize("rate", [50.0, 1e8])
@pytest.mark.parametrize("regularization", [0.0, 0.01, 1e3])
@pytest.mark.parametrize("words", [["emma"], ["ana", "bob", "éva"]])
def test_compiled_and_plain_agree_to_the_last_bit(
    words: list[str], rate: float, regularization: float
) -> None:
    counts = counts_of(*words)
    settings = Settings(learning_rate=rate, regularization=regularization)
    one = run(counts, settings, descent.functions())
    other = run(counts, settings, descent.PLAIN)
    assert one.step == other.step
    assert torch.equal(one.weights, other.weights)
    assert one.history.recent() == other.history.recent()


def test_the_names_too(name_counts: Counts) -> None:
    one = run(name_counts, Settings(), descent.functions())
    other = run(name_counts, Settings(), descent.PLAIN)
    assert torch.equal(one.weights, other.weights)
    assert one.loss == other.loss


@pytest.mark.parametrize("is_compiled", [True, False])
def test_steps_are_rounded_little(is_compiled: bool) -> None:
    """Beside float64; where W is scaled apart from what is added it is off by thrice as much."""
    generator = torch.Generator().manual_seed(1)
    table = torch.rand(27, 27, generator=generator, dtype=torch.float64) ** 8
    rates = 50 * table / table.sum()
    exact = torch.randn(27, 27, generator=generator, dtype=torch.float64)
    weights, pull, push = exact.float(), rates.float(), -rates.sum(1, keepdim=True).float()
    exact, keep = weights.double(), 1 - 2 * 50 * 0.01 / 729
    functions = descent.functions() if is_compiled else descent.PLAIN
    functions.update(weights, torch.empty_like(weights), pull, push, keep, 40)
    for _ in range(40):
        exact = keep * exact + pull.double() + push.double() * torch.softmax(exact, 1)
    assert (weights - exact).abs().max() < 2e-6


@pytest.mark.usefixtures("anew")
def test_it_is_compiled(caplog: pytest.LogCaptureFixture) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert descent.functions() is not descent.PLAIN
    assert descent.functions() is descent.functions(), "once"
    assert not caplog.records


@pytest.mark.usefixtures("anew")
@pytest.mark.parametrize(
    "error", [AttributeError, OSError, RuntimeError, TypeError, ImportError, DeprecationWarning]
)
def test_what_cannot_be_compiled_runs_as_it_stands(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(source: str) -> None:
        raise error("no TorchScript here")

    monkeypatch.setattr(torch.jit, "CompilationUnit", refuse)
    with caplog.at_level(logging.WARNING):
        assert descent.functions() is descent.PLAIN
    assert "no TorchScript here" in caplog.text


@pytest.mark.usefixtures("anew")
def test_what_is_compiled_and_cannot_be_called_runs_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise TypeError("not to be called")

    unit = SimpleNamespace(update=refuse, descend=refuse)
    monkeypatch.setattr(torch.jit, "CompilationUnit", lambda source: unit)
    with caplog.at_level(logging.WARNING):
        assert descent.functions() is descent.PLAIN
    assert "not to be called" in caplog.text


LARGE = (512, 130)
"""Rows and symbols of a table in five pieces, the last of them smaller."""


def large(rows: int, size: int) -> tuple[torch.Tensor, list[torch.Tensor], float]:
    """W, what a step adds and multiplies by, and what it keeps of W."""
    generator = torch.Generator().manual_seed(1)
    w = torch.randn(rows, size, generator=generator)
    shares = torch.rand(rows, size, generator=generator) ** 8
    shares *= 50 / shares.sum()
    return w, [torch.empty_like(w), shares, -shares.sum(1, keepdim=True)], 1 - 1 / w.numel()


EAGER = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
"""What is shared runs at once where it is not compiled."""


@EAGER
@pytest.mark.parametrize("threads", [1, 2, 9])
def test_pieces_and_threads_change_no_bit_of_the_weights(threads: int) -> None:
    first, terms, keep = large(*LARGE)
    assert descent.rows_at_once(first) == 224 < len(first)
    whole, shared = first.clone(), first.clone()
    descent.take(whole, *terms, keep, 3)  # type: ignore[call-arg, arg-type]
    descent.update(shared, *terms, keep, 3, threads)  # type: ignore[call-arg, arg-type]
    assert torch.equal(whole, shared)


@EAGER
def test_threads_change_no_bit_of_the_loss_and_pieces_hardly_any() -> None:
    w, (_, shares, _), _ = large(*LARGE)
    table, dev = (shares * 1000).double().floor(), shares.double()
    given = table, int(table.sum()), 0.01, float(w.numel())
    one = descent.loss(w, *given, dev)
    assert descent.loss(w, *given, dev, 3) == one
    assert descent.loss_of(w, *given, dev) == pytest.approx(one, rel=1e-14)
    log_p = torch.log_softmax(w.double(), 1)
    assert one[1] == pytest.approx(-float((table * log_p).sum()) / given[1], rel=1e-14)
    assert one[2] == pytest.approx(-float((dev * log_p).sum()), rel=1e-14)


def test_a_loss_of_logits_that_exp_cannot_hold_is_exact() -> None:
    w = torch.zeros(64, 64)
    w[:, 0] = 3e38
    table = torch.ones(64, 64).double()
    table[:, 1:] = 0
    assert descent.loss(w, table, 64, 0.0, 1.0, None) == (0.0, 0.0, 0.0)
    table[0, 1] = 1.0
    assert descent.loss(w, table, 65, 0.0, 1.0, None)[1] == pytest.approx(float(w[0, 0]) / 65)
    w[0, 1] = torch.inf
    assert not descent.loss(w, table, 65, 0.0, 1.0, None)[1] < torch.inf


def test_compiled_threads_and_plain_pieces_agree_to_the_last_bit() -> None:
    first, (p, pull, push), keep = large(*LARGE)
    table = (pull * 1000).double().floor()
    told, weights = [], []
    for functions in (descent.functions(), descent.PLAIN):
        w, good = first.clone(), torch.empty_like(first)
        given = table, int(table.sum()), 0.01, float(w.numel()), None
        with torch.inference_mode():
            told.append(functions.descend(w, good, p, pull, push, keep, *given, 0, 20, 16))
        assert torch.equal(w, good)
        weights.append(w)
    assert told[0] == told[1]
    assert [step for step, *_ in told[0]] == [16, 20]
    assert torch.equal(*weights)


@pytest.mark.slow
def test_the_loop_needs_no_python(name_counts: Counts) -> None:
    """It ends while another thread holds on to the interpreter, whatever comes before it."""
    ahead, here = (Trainer(Objective(name_counts), Settings()) for _ in range(2))
    ahead.advance(50_000)
    last = float(ahead.weights[0, 0])
    seen = here.weights.numpy()
    may_begin, has_ended = threading.Event(), False

    def hold() -> None:
        nonlocal has_ended
        may_begin.wait()
        for _ in range(10):
            end = time.monotonic() + 5
            while time.monotonic() < end:
                if has_ended := bool(seen[0, 0] == last):
                    return
            # Let the loop be reached, if it has not been yet.
            time.sleep(0.02)

    interval = sys.getswitchinterval()
    holder = threading.Thread(target=hold)
    holder.start()
    try:
        sys.setswitchinterval(60.0)
        may_begin.set()
        here.advance(50_000)
    finally:
        sys.setswitchinterval(interval)
        holder.join()
    assert has_ended


def test_no_loss_is_nought_without_a_sign() -> None:
    trainer = run(counts_of("a"), Settings(learning_rate=1000.0, regularization=0.0), descent.PLAIN)
    trainer.advance(1000)
    assert str(trainer.loss.data) == "0.0"
