"""Checking an installation: all green here, and red where something is off."""

from __future__ import annotations

import math

import pytest
import torch

from engine import Check, Timing, verify
from engine.models.counts import Counts
from engine.models.network import CountsPath, GatherPath
from engine.models.objective import Objective
from engine.proof import bench as benchmark
from engine.proof.checks import at_least, left_out, near, reported, same
from engine.proof.reference import Reference
from engine.protocol import Refusal
from engine.words.dataset import Dataset
from tests.conftest import WriteWords


def verdicts(path: str | None) -> dict[str, list[Check]]:
    """Checks by verdict."""
    found: dict[str, list[Check]] = {}
    for check in verify(path):
        found.setdefault(check.verdict, []).append(check)
    return found


@pytest.mark.slow
def test_every_figure_of_the_bundled_list_is_as_it_should_be() -> None:
    found = verdicts(None)
    assert "off" not in found
    assert len(found["ok"]) >= 60
    assert [check.figure[:13] for check in found["reported"]] == ["torch sampler"]


def test_other_data_are_held_against_the_identities(words_file: WriteWords) -> None:
    found = verdicts(words_file("anna\nöle\nab cd\nx\n"))
    assert "off" not in found
    assert len(found["ok"]) >= 20
    assert "known only for" in str(found["left out"][0].got)


def test_a_wrong_gradient_is_found(words_file: WriteWords, monkeypatch: pytest.MonkeyPatch) -> None:
    right = GatherPath.update

    def wrong(
        self: GatherPath, weights: torch.Tensor, rate: float, regularization: float, steps: int
    ) -> None:
        right(self, weights, 1.001 * rate, regularization, steps)

    monkeypatch.setattr(GatherPath, "update", wrong)
    found = verdicts(words_file("anna\nbob\n"))
    assert {check.figure.split(",")[0] for check in found["off"]} == {"gather"}


def test_a_path_that_misreports_its_loss_is_found(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = CountsPath.loss
    monkeypatch.setattr(CountsPath, "loss", lambda *args: right(*args) + 1e-5)
    found = verdicts(words_file("anna\nbob\n"))
    assert {check.figure.split(",")[0] for check in found["off"]} == {"counts"}


def test_a_wrong_count_model_is_found(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Counts.nll
    monkeypatch.setattr(Counts, "nll", lambda self, k: right(self, k) + 1e-6)
    assert "off" in verdicts(words_file("anna\nbob\n"))


def test_data_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(Refusal):
        list(verify("/nowhere"))


def test_verdicts_are_what_they_say() -> None:
    assert near("g", "f", 1.0, 1.05, 0.1).verdict == "ok"
    assert near("g", "f", 1.0, 1.2, 0.1).verdict == "off"
    assert near("g", "f", math.inf, math.inf, 0.0).verdict == "ok"
    assert near("g", "f", 1.0, math.nan, 0.1).verdict == "off"
    assert same("g", "f", "a", "b").verdict == "off"
    assert at_least("g", "f", 0, -1e-3).verdict == "off"
    assert at_least("g", "f", 0, math.nan).verdict == "off"
    assert reported("g", "f", "a", "b").verdict == "reported"
    assert left_out("g", "f", "why").verdict == "left out"


def test_the_keepdim_bug_does_not_move_the_nll(
    known: tuple[Reference, Dataset, Counts],
) -> None:
    reference, _, counts = known
    n = Objective(counts).table
    wrong = n / n.sum(1)
    assert float(wrong[0].sum()) == pytest.approx(reference.keepdim[0], abs=5e-5)
    assert torch.allclose(wrong.sum(0), torch.ones(27, dtype=torch.float64))
    seen = n > 0
    nll = -(n[seen] * wrong[seen].log()).sum() / n.sum()
    assert float(nll) == pytest.approx(reference.floor, abs=1e-10)


@pytest.mark.slow
def test_step_times_are_measured_and_the_losses_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "ROUNDS", 1)
    timings: list[Timing] = benchmark.measure_steps()
    assert [t.path for t in timings] == ["lecture", "onehot", "gather", "counts"]
    assert timings[0].ratio == 1
    assert all(t.milliseconds > 0 for t in timings)
    assert all(t.largest_difference < 2e-6 for t in timings)
