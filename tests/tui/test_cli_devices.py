"""Devices on the command line: timed beside the CPU, missing, failing in the midst of a run."""

from __future__ import annotations

import math
from typing import Any, cast

import pytest
import torch

from engine.models.devices import DeviceFault
from engine.proof.checks import Timing, Timings
from engine.training.trainer import Trainer
from tui.main import main
from tui.shell.headless import Report
from tui.shell.output import timing_json, timing_text
from tui.shell.running import train_end, train_json


def test_a_device_that_was_timed_has_a_column_beside_that_of_the_cpu() -> None:
    paths = (Timing("lecture", 500.0, 1.0, 0.0), Timing("counts", 0.5, 1000.0, 1e-7, 0.025))
    head, lecture, counts = timing_text(Timings(2, 1, paths, (), "cuda:0 NVIDIA H100"))
    assert head.startswith("path      CPU ms  cuda:0 NVIDIA H100 ms  times as fast")
    assert lecture.split()[:3] == ["lecture", "500.000", "—"], "it is of the CPU alone"
    assert counts.split()[:3] == ["counts", "0.50000", "0.02500"]
    found = timing_json(Timings(2, 1, paths, (), "cuda:0 NVIDIA H100"))
    assert found["device"] == "cuda:0 NVIDIA H100"
    assert [path.get("on_device") for path in cast("Any", found["paths"])] == [None, 0.025]
    assert "on_device" not in cast("Any", found["paths"])[0]


def test_bench_refuses_a_device_that_is_missing_before_it_counts(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main(("bench", "--device", "cuda:1")) == 2
    assert "There is no cuda:1 here: " in capfd.readouterr().err


def test_a_run_without_a_screen_ends_with_1_when_its_device_fails(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(run: Trainer, steps: int, every: int) -> None:
        raise DeviceFault("cuda:0 failed: no reason.")

    monkeypatch.setattr(Trainer, "_descend", fail)
    assert main(("train", "--steps", "50")) == 1
    told = capfd.readouterr().out
    assert "cuda:0 failed: no reason. Stopped, with the last weights" in told


def test_a_run_whose_device_failed_says_so_at_its_end() -> None:
    fault = "cuda:0 failed: CUDA error: unspecified launch failure."
    last = Report("failed", 32, 2.5, 2.5, math.nan, 100.0, fault=fault)
    assert train_end(last).strip() == (
        f"{fault} Stopped, with the last weights that were evaluated, at step 32; "
        "100 steps/s on average."
    )
    found: dict[str, Any] = train_json(last)
    assert (found["event"], found["fault"]) == ("failed", fault)
