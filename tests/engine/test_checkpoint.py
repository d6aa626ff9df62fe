"""Saved runs: they go on bit for bit, and nothing broken gets in."""

from __future__ import annotations

import gc
import json
import math
import os
import shutil
import stat
import tracemalloc
from array import array
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from engine import Session
from engine.protocol import (
    CheckpointLoaded,
    CheckpointSaved,
    CommandRefused,
    Configure,
    Event,
    Load,
    LoadDataset,
    Progressed,
    Reset,
    Save,
    Settings,
    Train,
)
from engine.training import checkpoint, header
from tests.conftest import WriteWords, act, ready


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "run.safetensors")


@pytest.fixture
def saved(session: Session, path: str) -> str:
    """A run of 40 steps on disk, and still in the session."""
    act(session, Configure(learning_rate=5.0, regularization=0.1, seed=7), Train(40), Save(path))
    return path


def weights(session: Session) -> torch.Tensor:
    assert session.runs is not None
    return session.runs.run.weights


def refusal(events: list[Event]) -> str:
    """The one sentence that was said, nothing else having happened."""
    (event,) = events
    assert isinstance(event, CommandRefused)
    return event.reason


def change(path: str, tensors: dict[str, torch.Tensor], metadata: dict[str, object]) -> None:
    """Write a checkpoint anew as earlier programs did, with something else in it."""
    with safe_open(path, "pt") as file:
        old = json.loads(file.metadata()[header.KEY])
        held = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    old.pop("journal", None)
    save_file({**held, **tensors}, path, {header.KEY: json.dumps({**old, **metadata})})


def test_a_resumed_run_goes_on_bit_for_bit(session: Session, saved: str, path: str) -> None:
    act(session, Train(60))
    straight = weights(session).clone()
    other = Session()
    assert session.dataset is not None
    act(other, LoadDataset(session.dataset.source))
    other.import_torch()
    list(other.become_ready())
    act(other, Load(saved), Train(60))
    assert other.snapshot().step == session.snapshot().step == 100
    assert torch.equal(weights(other), straight)
    assert other.snapshot().loss == session.snapshot().loss


def test_saved_settings_win_unless_given_anew(session: Session, saved: str) -> None:
    act(session, Configure(learning_rate=1.0, regularization=0.5), Reset())
    act(session, Load(saved, Configure(regularization=0.2)))
    assert session.settings == Settings(learning_rate=5.0, regularization=0.2, seed=7)


def test_first_loss_and_history_come_back(session: Session, saved: str) -> None:
    assert session.runs is not None
    before = session.runs.run
    act(session, Reset(), Load(saved, Configure(init="zeros")))
    after = session.runs.run
    assert after is not before
    assert after.first_loss == before.first_loss
    assert after.history.buckets() == before.history.buckets()


def test_the_path_is_used_as_given(session: Session, tmp_path: Path) -> None:
    target = str(tmp_path / "no suffix é")
    assert act(session, Save(target)) == [CheckpointSaved(target, 0)]
    name = str(tmp_path / "at{step}.safetensors")
    act(session, Train(3))
    assert act(session, Save(name)) == [CheckpointSaved(name.format(step=3), 3)]
    assert os.listdir(tmp_path).count("no suffix é") == 1


def test_saving_leaves_no_other_file_and_ordinary_rights(saved: str, tmp_path: Path) -> None:
    assert sorted(os.listdir(tmp_path)) == ["run.safetensors", "words.txt"]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(os.stat(saved).st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_failed_save_leaves_the_old_file_and_no_other(
    session: Session, saved: str, monkeypatch: pytest.MonkeyPatch, broken: str, tmp_path: Path
) -> None:
    before = Path(saved).read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"engine.training.checkpoint.os.{broken}", fail)
    act(session, Train(5))
    assert "No space left on device" in refusal(act(session, Save(saved)))
    assert Path(saved).read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["run.safetensors", "words.txt"]
    assert not session.snapshot().is_saved


@pytest.mark.parametrize("place", ["missing/run", "."])
def test_a_place_that_cannot_be_written_to_is_refused(
    session: Session, tmp_path: Path, place: str
) -> None:
    assert "directory" in refusal(act(session, Save(str(tmp_path / place))))


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 100, 1000, -1])
def test_a_file_cut_short_is_refused_and_the_model_stays(
    session: Session, saved: str, kept: int
) -> None:
    data = Path(saved).read_bytes()
    Path(saved).write_bytes(data[:kept])
    before = weights(session).clone()
    assert "cut short" in refusal(act(session, Load(saved)))
    assert torch.equal(weights(session), before)
    assert session.snapshot().step == 40


@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        ({"version": 3}, "newer makemore-tui"),
        ({"version": None}, "not a checkpoint"),
        ({"step": -1}, "number of steps"),
        ({"step": None}, "not a checkpoint"),
        ({"settings": [1]}, "not a checkpoint"),
        ({"settings": {"learning_rate": -1}}, "learning rate"),
        ({"settings": {"gradient": "\x1b[31m"}}, "gradient path must be"),
        ({"symbols": 5}, "not a checkpoint"),
        ({"symbols": [".", "a"]}, "not a checkpoint"),
        ({"first_loss": None}, "not a checkpoint"),
    ],
)
def test_metadata_that_make_no_sense_are_refused(
    session: Session, saved: str, metadata: dict[str, object], sentence: str
) -> None:
    change(saved, {}, metadata)
    said = refusal(act(session, Load(saved)))
    assert sentence in said
    assert said.isprintable()


@pytest.mark.parametrize(
    "tensors",
    [
        {"generator": torch.zeros(3, dtype=torch.uint8)},
        {"generator": torch.zeros(5056, dtype=torch.uint8)},
        {"history": torch.zeros(4, 2)},
        {"weights": torch.zeros(3, 3)},
        {"weights": torch.full((12, 12), torch.nan)},
        {"weights": torch.zeros(12, 12, dtype=torch.int32)},
    ],
)
def test_tensors_that_make_no_sense_are_refused(
    session: Session, saved: str, tensors: dict[str, torch.Tensor]
) -> None:
    assert weights(session).shape == (12, 12)
    change(saved, tensors, {})
    assert "not a checkpoint" in refusal(act(session, Load(saved)))


def test_another_kind_of_file_is_refused(session: Session, tmp_path: Path, path: str) -> None:
    assert "There is no run" in refusal(act(session, Load(path)))
    assert "holds no run" in refusal(act(session, Load(str(tmp_path))))
    Path(path).write_text("emma\nolivia\n")
    assert "not a checkpoint" in refusal(act(session, Load(path)))
    save_file({"weights": torch.zeros(12, 12)}, path)
    assert "not written by makemore-tui" in refusal(act(session, Load(path)))


def test_another_alphabet_is_refused(saved: str, words_file: WriteWords) -> None:
    other = ready(words_file("emma\nzoe\n"))
    assert "another alphabet" in refusal(act(other, Load(saved)))
    assert other.snapshot().step == 0


def test_other_data_of_the_same_alphabet_are_warned_of_where_the_file_does_not_say_more(
    saved: str, words_file: WriteWords
) -> None:
    change(saved, {}, {})
    other = ready(words_file("ava\nolivia\nisabella\nsophia\nemma\nemma\n"))
    *_, loaded = act(other, Load(saved))
    assert isinstance(loaded, CheckpointLoaded)
    assert "other data of the same alphabet" in loaded.warning
    assert other.snapshot().step == 40


FORGED = st.sampled_from(
    [0.0, -1.0, 1.0, 39.0, 41.0, 1e15, 1e30, 1e308, math.inf, -math.inf, math.nan]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(st.tuples(FORGED, FORGED, FORGED), max_size=4),
    step=st.sampled_from([0, 40, 10**12, 10**13, -1, 1.5, 1e308, "40", None]),
    first_loss=FORGED,
    setting=st.sampled_from(["learning_rate", "regularization", "smoothing", "speed", "seed"]),
    value=st.one_of(FORGED, st.just(10**400), st.just("max"), st.just(True)),
)
def test_a_forged_checkpoint_is_refused_in_a_sentence_or_goes_on(
    session: Session,
    saved: str,
    history: list[tuple[float, float, float]],
    step: object,
    first_loss: float,
    setting: str,
    value: object,
) -> None:
    forged = saved.replace("run", "forged")
    shutil.copy(saved, forged)
    tensors = {"history": torch.tensor(history, dtype=torch.float64).view(-1, 3)}
    metadata = {"step": step, "first_loss": first_loss, "settings": {setting: value}}
    change(forged, tensors, metadata)
    events = act(session, Load(forged), Train(2))
    refused = [event.reason for event in events if isinstance(event, CommandRefused)]
    assert all(reason.isprintable() and len(reason) < 400 for reason in refused)
    numbers = memoryview(session.snapshot().history).cast("d")
    assert all(math.isfinite(number) for number in numbers)


def test_a_history_beyond_the_step_of_its_run_is_refused(session: Session, saved: str) -> None:
    change(saved, {"history": torch.tensor([[0.0, 2.0, 2.0], [41.0, 2.0, 2.0]])}, {})
    assert "steps that are not those of the run" in refusal(act(session, Load(saved)))


def test_a_run_on_bigrams_is_written_as_earlier_programs_read_it(
    session: Session, path: str
) -> None:
    for command, version in (
        (Configure(), 1),
        (Configure(optimizer="newton"), 2),
        (Configure(optimizer="plain", order=3), 2),
    ):
        act(session, command, Train(1), Save(path))
        with safe_open(path, "pt") as file:
            assert json.loads(file.metadata()[header.KEY])["version"] == version


def test_a_run_from_before_there_were_orders_is_on_bigrams(session: Session, saved: str) -> None:
    with safe_open(saved, "pt") as file:
        settings = json.loads(file.metadata()[header.KEY])["settings"]
    old = {k: v for k, v in settings.items() if k not in ("order", "dots", "split", "optimizer")}
    change(saved, {}, {"settings": old})
    act(session, Configure(order=3), Load(saved))
    assert session.settings.is_bigram
    assert session.snapshot().step == 40


@pytest.mark.parametrize(
    "settings", [{"order": 3}, {"order": 2, "dots": 2}, {"order": 9}, {"split": "\x1b[31m"}]
)
def test_orders_that_make_no_sense_are_refused(
    session: Session, saved: str, settings: dict[str, object]
) -> None:
    """Of order 3 the table has other rows than the file."""
    change(saved, {}, {"settings": settings})
    before = weights(session)
    assert refusal([e for e in act(session, Load(saved)) if not isinstance(e, Progressed)])
    assert weights(session) is before
    assert session.settings.is_bigram


def test_a_run_that_is_kept_again_and_again_leaves_nothing_behind(
    session: Session, saved: str
) -> None:
    kept = checkpoint.read(saved)
    lengths = range(40, 80)
    histories = [array("d", [x for s in range(n) for x in (s, 1.0, 1.0)]) for n in lengths]
    checkpoint.encode(kept)
    gc.collect()
    tracemalloc.start()
    try:
        for history in histories:
            checkpoint.encode(replace(kept, history=history.tobytes(), step=100))
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 1000 * len(histories)
    finally:
        tracemalloc.stop()
