"""Which device a name means, why one is not to be had, and what becomes of a run if it fails."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine import Session
from engine.models.counts import Counts
from engine.models.devices import GPU_PAYS, DeviceFault, at_work, choose_device
from engine.models.network import CountsPath
from engine.models.objective import Objective
from engine.proof import bench, verification
from engine.protocol import (
    Branch,
    Change,
    CommandRefused,
    Configure,
    Load,
    Look,
    Refusal,
    Save,
    Settings,
    SettingsChanged,
    Shelf,
    Train,
    TrainingPaused,
)
from engine.training import journal, places, replay, trainer
from engine.training.arithmetic import arithmetic
from engine.training.recipe import Root
from engine.training.timeline import Timeline
from engine.training.trainer import Trainer
from tests.conftest import act, ready

CPU, CARD = torch.device("cpu"), torch.device("cuda", 0)

needs_card = pytest.mark.skipif("not __import__('torch').cuda.is_available()", reason="no card")
"""Asked when the test is about to run, not when it is found."""


@pytest.fixture
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A CUDA that must not be touched."""

    def touched(*_: object) -> bool:
        raise AssertionError("CUDA was touched")

    for name in ("is_available", "init", "device_count", "current_device"):
        monkeypatch.setattr(torch.cuda, name, touched)


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A machine with two cards."""
    names = ["NVIDIA H100", "NVIDIA A2"]
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: len(names))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda i: names[i])
    return names


# What a name means


@pytest.mark.usefixtures("untouched")
def test_auto_touches_no_card_for_a_small_table() -> None:
    assert choose_device("cpu", 10**9) == choose_device("auto", GPU_PAYS - 1) == CPU


@pytest.mark.usefixtures("untouched")
def test_a_session_on_bigrams_touches_no_card() -> None:
    session = ready()
    act(session, Train(20), Configure(learning_rate=1.0), Train(3), Look(10))
    assert session.snapshot().device == "cpu"


@pytest.mark.usefixtures("cards")
def test_auto_takes_a_card_that_is_there_for_a_large_table() -> None:
    assert choose_device("auto", GPU_PAYS) == CARD


def test_auto_is_the_cpu_for_a_large_table_where_there_is_no_card(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto", 10**7) == CPU


@pytest.mark.usefixtures("cards")
def test_a_card_has_its_number_and_one_too_many_is_refused_with_the_names_of_those_there_are() -> (
    None
):
    assert (choose_device("cuda"), choose_device("cuda:1")) == (CARD, torch.device("cuda", 1))
    said = r"There is no cuda:2 here; there are cuda:0 \(NVIDIA H100\), cuda:1 \(NVIDIA A2\)\."
    with pytest.raises(Refusal, match=said):
        choose_device("cuda:2")


# Why there is none


@pytest.fixture
def no_card(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A build of torch with CUDA that finds no card."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return monkeypatch


def test_a_build_without_cuda_is_said_to_be_one(no_card: pytest.MonkeyPatch) -> None:
    no_card.setattr(torch.version, "cuda", None)
    no_card.setattr(torch.version, "hip", None)
    with pytest.raises(Refusal, match=r"no cuda:1 here: torch .* is built without CUDA"):
        choose_device("cuda:1")


@pytest.mark.parametrize(
    "said",
    [
        "Found no NVIDIA driver on your system. Please check that you have one.",
        "The NVIDIA driver on your system is too old (found version 10010). Please update.",
        "No CUDA GPUs are available",
    ],
)
def test_a_driver_or_a_card_that_is_missing_is_told_as_torch_says_it(
    no_card: pytest.MonkeyPatch, said: str
) -> None:
    def init() -> None:
        raise RuntimeError(said)

    no_card.setattr(torch.cuda, "init", init)
    with pytest.raises(Refusal) as refused:
        choose_device("cuda")
    first = said.split(". ")[0]
    assert str(refused.value) == f"There is no cuda here: {first}; use cpu (or auto)."


def test_cards_that_are_hidden_are_said_to_be(no_card: pytest.MonkeyPatch) -> None:
    no_card.setattr(torch.cuda, "init", lambda: None)
    no_card.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(Refusal, match=r"no card that it can use \(CUDA_VISIBLE_DEVICES is “”\)"):
        choose_device("cuda")


def test_verify_refuses_a_missing_device_before_it_says_anything(
    no_card: pytest.MonkeyPatch,
) -> None:
    no_card.setattr(torch.version, "cuda", None)
    with pytest.raises(Refusal, match="no cuda here"):
        next(verification.verify(None, "cuda"))


# What is noted


def test_the_journal_names_the_device_that_auto_means(session: Session) -> None:
    act(session, Train(5), Configure(learning_rate=1.0), Train(5))
    assert session.runs is not None
    changes = session.runs.run.timeline.changes
    assert [change.device for change in changes] == ["cpu", "cpu"]
    assert session.settings.device == "auto", "what was asked for is still what it was"
    act(session, Configure(device="cpu"), Train(5))
    assert session.runs.run.timeline.changes == changes, "nothing has changed by that"


def test_a_run_that_is_gone_on_with_leaves_auto_as_it_was_asked_for(
    session: Session, tmp_path: Path
) -> None:
    path = str(tmp_path / "run.safetensors")
    act(session, Train(20), Save(path), Load(path))
    assert session.settings.device == "auto"
    act(session, Look(5), Branch())
    assert session.runs is not None
    assert (session.settings.device, session.runs.run.step) == ("auto", 5)
    act(session, Configure(device="cpu"), Load(path))
    assert session.settings.device == "auto", "as in its other settings, a run is what it was"
    act(session, Load(path, Configure(device="cpu")))
    assert session.settings.device == "cpu"


def test_a_run_is_refused_whose_device_fails_on_the_way_to_where_it_was(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "runs"
    first = ready(shelf=Shelf(str(folder)))
    act(first, Train(20))
    first.close(10.0)
    (path,) = folder.iterdir()
    (path / places.NEWEST).unlink()
    (path / places.KEYFRAMES).unlink()

    def fail(run: Trainer, steps: int, every: int) -> None:
        raise DeviceFault("cuda:0 failed: no reason.")

    monkeypatch.setattr(Trainer, "_descend", fail)
    second = ready(shelf=Shelf(str(folder)))
    (refused,) = act(second, Load(str(path)))
    assert isinstance(refused, CommandRefused)
    assert refused.reason.endswith("cannot be gone on with here: cuda:0 failed: no reason.")
    second.close(10.0)


def test_a_journal_that_says_auto_is_of_the_cpu_though_auto_means_a_card_by_now() -> None:
    old = Change(0, 50.0, 0.01, "counts", "plain", "auto")
    head = journal.Head(
        format=1,
        id="0" * 12,
        basis=journal.Basis("0", 1, "0", (".", "a"), 2, 1, "none", "neural"),
        root=Root(),
        seed=1,
        init="randn",
        first=old,
        source="names.txt",
        paths=(),
        begun=0.0,
        folds=0,
    )
    later = replace(old, step=10, learning_rate=1.0)
    text, _ = journal.text_of(head, [later])
    read = journal.read(text)
    timeline = Timeline.of(read)
    assert [change.device for change in timeline.changes] == ["cpu", "cpu"]
    assert timeline.settings.device == "cpu"
    assert timeline.entries == [later], "what is on disk is left as it is"
    timeline.change(replace(timeline.settings, learning_rate=1.0), 12)
    assert timeline.entries == [later], "nor is it a change that it is named now"


# What becomes of a run


class Failing(CountsPath):
    """A path on a card that fails after some steps, and with it all that lives there."""

    left = 40

    def update(self, weights: Tensor, rate: float, regularization: float, steps: int) -> None:
        """Take steps until there is nothing left."""
        self.left -= steps
        if self.left < 0:
            weights.fill_(math.nan)
            raise RuntimeError("CUDA error: an illegal memory access was encountered\nhints follow")
        super().update(weights, rate, regularization, steps)


def on_card(run: Trainer) -> Trainer:
    """A run that takes itself to live on a card."""
    run.path, run.device, run._has_begun = Failing(run.objective, CPU), CARD, True
    run.settings = replace(run.settings, device="cuda")
    run.timeline = Timeline(run.in_force)
    return run


@pytest.fixture
def objective(name_counts: Counts) -> Objective:
    return Objective(name_counts)


def test_a_card_that_fails_leaves_the_run_on_the_cpu_with_the_weights_evaluated_last(
    objective: Objective,
) -> None:
    run, other = on_card(Trainer(objective, Settings())), Trainer(objective, Settings())
    assert run.advance(100) == "failed"
    assert run.step == 32
    other.path = CountsPath(objective, CPU)
    other.advance(32)
    assert torch.equal(run.weights, other.weights)
    assert run.loss == other.loss
    assert (run.device, run.settings.device) == (CPU, "cpu")
    said = "cuda:0 failed: CUDA error: an illegal memory access was encountered."
    assert run.fault == said
    changes = run.timeline.changes
    assert [(c.step, c.device) for c in changes] == [(0, "cuda:0"), (32, "cpu")]
    assert run.timeline.frames[-1][0] == 32
    assert run.advance(16) == "fine"
    other.path = Trainer(objective, Settings()).path
    other.advance(16)
    assert torch.equal(run.weights, other.weights)


def test_a_card_that_fails_pauses_the_run_and_says_so(session: Session) -> None:
    assert session.runs is not None
    on_card(session.runs.run)
    events = act(session, Train(100))
    (paused,) = (event for event in events if isinstance(event, TrainingPaused))
    assert (paused.step, paused.reason) == (32, "failed")
    assert paused.fault.startswith("cuda:0 failed: CUDA error")
    (changed,) = (event for event in events if isinstance(event, SettingsChanged))
    assert changed.settings.device == session.settings.device == "cpu"
    assert session.snapshot().device == "cpu"
    assert not session.runs.is_over, "what was wanted has not been done"
    act(session, Train(100))
    assert session.snapshot().step == 132


def test_a_fault_of_the_cpu_is_one_of_ours() -> None:
    with pytest.raises(RuntimeError, match="ours") as ours, at_work(CPU):
        raise RuntimeError("ours")
    assert not isinstance(ours.value, DeviceFault)
    with pytest.raises(DeviceFault, match=r"^cuda:0 failed: out of memory\.$"), at_work(CARD):
        raise RuntimeError("out of memory. Tried to allocate")


def test_steps_of_a_card_that_has_failed_are_refused_when_they_are_looked_at(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To be told that the engine has a fault would end the training, too."""
    assert session.runs is not None
    run = on_card(session.runs.run)
    act(session, Train(100))
    assert run.step == 32
    # Tensors on this one have no values, so that none can be had back.
    monkeypatch.setattr(replay, "choose_device", lambda _: torch.device("meta"))
    monkeypatch.setattr(trainer, "device_for", lambda *_: CPU)
    (refused,) = act(session, Look(20))
    assert isinstance(refused, CommandRefused)
    assert refused.reason.startswith("meta failed: ")


# With a card


@needs_card
@pytest.mark.parametrize("gradient", ["counts", "gather", "onehot"])
@pytest.mark.parametrize("optimizer", ["plain", "rows", "newton"])
def test_a_card_follows_the_trajectory_of_the_cpu(
    objective: Objective, gradient: str, optimizer: str
) -> None:
    way = Settings(gradient=gradient, optimizer=optimizer)  # type: ignore[arg-type]
    here, there = (Trainer(objective, replace(way, device=device)) for device in ("cpu", "cuda"))
    for run in (here, there):
        run.advance(100)
    assert there.device == CARD
    assert there._good.device == CPU
    assert there.loss.data == pytest.approx(here.loss.data, abs=1e-5)
    assert arithmetic(there.settings, there.device).device.startswith("cuda ")


@needs_card
def test_a_step_taken_on_a_card_can_be_come_to_again() -> None:
    session = ready()
    act(session, Configure(device="cuda"), Train(100), Look(50))
    snapshot = session.snapshot()
    assert (snapshot.step, snapshot.device) == (50, "cuda:0")


@needs_card
def test_a_card_that_is_out_of_memory_costs_the_run_nothing(objective: Objective) -> None:
    run = Trainer(objective, Settings(device="cuda"))
    run.advance(32)
    with pytest.raises(DeviceFault), at_work(run.device):
        torch.empty(1 << 50, device=run.device)
    run.advance(32)
    assert run.step == 64


@needs_card
def test_bench_times_a_card_beside_the_cpu() -> None:
    timings = bench.measure_steps(2, device="cuda")
    assert all(timing.on_device for timing in timings.paths)
