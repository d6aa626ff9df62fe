"""Runs on disk: never lost, never taken for another one, and never in the way."""

from __future__ import annotations

import fcntl
import math
import os
import random
import shutil
import stat
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine import Session, archive
from engine.protocol import (
    LATEST,
    Branch,
    CheckpointLoaded,
    CommandRefused,
    Configure,
    Event,
    KeepingFailed,
    ListRuns,
    Load,
    LoadDataset,
    Look,
    Refusal,
    Reset,
    RunsListed,
    RunStarted,
    Save,
    Settings,
    SettingsChanged,
    Shelf,
    TakeUp,
    TellCourses,
    Train,
    Undo,
)
from engine.training import (
    arithmetic,
    checkpoint,
    folder,
    journal,
    keeper,
    keeping,
    lock,
    places,
    replay,
    saving,
    timeline,
    trainer,
)
from engine.training import shelf as shelves
from engine.training.arithmetic import KERNELS
from engine.training.keeper import Keeper
from engine.training.looking import Looking
from engine.training.recipe import Start
from engine.training.saving import bound, reopened
from engine.training.trainer import Trainer
from tests.conftest import WriteWords, act, ready

WORDS = "emma\nolivia\nava\nisabella\nsophia\nemma\n"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(str(tmp_path / "runs"))


@pytest.fixture
def session(words_file: WriteWords, shelf: Shelf) -> Session:
    return ready(words_file(WORDS), shelf)


def again(session: Session, shelf: Shelf | None) -> Session:
    """Another session on the same words."""
    assert session.dataset is not None
    return ready(session.dataset.source, shelf)


def weights(session: Session) -> torch.Tensor:
    assert session.runs is not None
    look = session.seats.own.look
    assert look is not None
    return look.moment.weights


def written(session: Session) -> str:
    """The folder of the run in hand, once it is written."""
    keeping = session.keeping.keeper
    assert keeping is not None
    assert keeping.flush(20)
    return keeping.path_of(session.snapshot().id)


def refused(events: list[Event]) -> str:
    (event,) = (event for event in events if isinstance(event, CommandRefused))
    return event.reason


def loaded(events: list[Event]) -> CheckpointLoaded:
    (event,) = (event for event in events if isinstance(event, CheckpointLoaded))
    return event


@pytest.fixture
def cut_off(session: Session, tmp_path: Path) -> str:
    """A copy of a run as it is on disk in its midst, as if its process had been killed."""
    act(session, Configure(learning_rate=5.0), Train(30), Configure(regularization=0.1), Train(30))
    act(session, Configure(gradient="gather"), Train(10))
    copy = tmp_path / "copy"
    shutil.copytree(written(session), copy)
    return str(copy)


# Never lost


def test_a_run_goes_on_to_the_last_bit_as_one_never_cut(session: Session, cut_off: str) -> None:
    act(session, Train(40))
    other = again(session, None)
    assert loaded(act(other, Load(cut_off))).warning == ""
    assert other.snapshot().step == 70
    act(other, Train(40))
    assert torch.equal(weights(other), weights(session))
    assert other.snapshot().loss == session.snapshot().loss
    for step in (0, 17, 30, 31, 69, 105):
        act(other, Look(step))
        act(session, Look(step))
        assert torch.equal(weights(other), weights(session))


@pytest.mark.parametrize("umask", [0, 0o777])
def test_it_is_private_whatever_the_umask(session: Session, shelf: Shelf, umask: int) -> None:
    Path(shelf.folder).mkdir()
    before = os.umask(umask)
    try:
        act(session, Train(3))
        path = Path(written(session))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.iterdir()} == {0o600}


def test_a_run_without_a_step_has_no_folder(session: Session, shelf: Shelf) -> None:
    act(session, Configure(seed=4), Reset(), Train(0))
    assert session.close(5)
    assert not Path(shelf.folder).exists()


def test_a_file_that_was_only_looked_at_makes_no_run(session: Session, tmp_path: Path) -> None:
    file = str(tmp_path / "file.safetensors")
    act(session, Train(20), Save(file))
    shelf = Shelf(str(tmp_path / "others"))
    other = again(session, shelf)
    act(other, Load(file), Look(5), Reset(), Undo())
    assert other.snapshot().is_saved
    assert other.close(5)
    assert not Path(shelf.folder).exists()


def test_changes_that_came_after_the_newest_weights_are_caught_up_with(
    session: Session, tmp_path: Path
) -> None:
    act(session, Train(20))
    newest = Path(written(session), places.NEWEST).read_bytes()
    act(session, Train(13), Configure(learning_rate=2.0))
    path = written(session)
    Path(path, places.NEWEST).write_bytes(newest)
    other = again(session, None)
    act(other, Load(path))
    assert other.snapshot().step == 33
    assert other.settings.learning_rate == 2.0
    act(session, Train(5))
    act(other, Train(5))
    assert torch.equal(weights(other), weights(session))


def test_the_first_second_is_come_to_again_without_newest_weights(
    session: Session, tmp_path: Path
) -> None:
    act(session, Train(20), Configure(learning_rate=2.0))
    path = written(session)
    Path(path, places.NEWEST).unlink()
    Path(path, places.KEYFRAMES).unlink()
    other = again(session, None)
    act(other, Load(path))
    assert other.snapshot().step == 20
    assert torch.equal(weights(other), weights(session))


@pytest.mark.parametrize(
    ("before", "most_entries"), [(places.JOURNAL, 10_000), (places.NEWEST, 10)]
)
def test_a_page_that_was_cut_off_in_its_midst_misleads_nobody(
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: str,
    most_entries: int,
) -> None:
    """Keyframes come before the changes that led to them, and a journal begins anew with one."""
    act(session, Train(20))
    path, cut_off = written(session), tmp_path / "cut off"
    assert session.runs is not None
    run = session.runs.run
    with monkeypatch.context() as unkept:
        unkept.setattr(keeping.Keeping, "keep", lambda *_, **__: None)
        unkept.setattr(timeline, "MOST_ENTRIES", most_entries)
        run.timeline.spacing = 0.0
        for rate in range(1, 15):
            act(session, Configure(learning_rate=float(rate)), Train(4))
        run.timeline.spacing = timeline.SPACING
    assert (run.timeline.root.step > 20) == (most_entries == 10)

    def ended_at(write: Callable[[Path, bytes], None]) -> Callable[[Path, bytes], None]:
        def written_or_not(target: Path, data: bytes) -> None:
            if target.name == before:
                shutil.copytree(path, cut_off)
            write(target, data)

        return written_or_not

    monkeypatch.setattr(checkpoint, "replace", ended_at(checkpoint.replace))
    monkeypatch.setattr(folder, "_append_to", ended_at(folder._append_to))
    act(session, Configure(speed=3.0))
    written(session)
    other = again(session, None)
    assert loaded(act(other, Load(str(cut_off)))).warning == ""
    act(session, Look(other.snapshot().step))
    assert torch.equal(weights(other), weights(session))
    met = [each for each in archive.replay(str(cut_off)) if each.difference is not None]
    assert not any(each.difference for each in met)


@pytest.mark.parametrize("place", ["file", "read-only"])
def test_where_it_cannot_be_kept_training_goes_on_and_it_is_kept_once_it_can_be(
    session: Session, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(keeper, "AGAIN", 0.01)
    if place == "file":
        Path(shelf.folder).write_text("in its place")
    else:
        monkeypatch.setattr(os, "mkdir", _no_room)
    act(session, Train(5))
    assert session.keeping.keeper is not None
    session.keeping.keeper.flush(5)
    (event,) = session.keeping.news()
    assert isinstance(event, KeepingFailed)
    assert "cannot be written" in event.reason
    act(session, Train(5))
    assert list(session.keeping.news()) == [], "it is told once"
    assert (session.snapshot().step, session.snapshot().is_saved) == (10, False)
    if place == "file":
        Path(shelf.folder).unlink()
    monkeypatch.undo()
    while not session.snapshot().is_saved:
        session.keeping.keeper.flush(1)
    assert archive.described(written(session)).run.line.step == 10


def test_whether_runs_put_away_are_saved_is_what_became_of_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "AGAIN", 0.01)
    act(session, Train(5))
    written(session)
    is_put_away = threading.Event()

    def no_room(*_: object) -> None:
        assert is_put_away.wait(20)
        _no_room()

    with monkeypatch.context() as full:
        full.setattr(checkpoint, "replace", no_room)
        act(session, Train(5), Reset())
        is_put_away.set()
        written(session)
        assert not session.snapshot().are_all_saved
        act(session, Undo())
        assert not session.snapshot().is_saved
        act(session, Reset())
    assert session.keeping.keeper is not None
    while not session.snapshot().are_all_saved:
        session.keeping.keeper.flush(1)
    assert [run.line.step for run in archive.listed(session.keeping.keeper.shelf)] == [10]


def _no_room(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.slow
def test_what_was_half_written_when_the_disk_was_full_is_written_anew(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "AGAIN", 0.01)
    act(session, Train(5))
    path = written(session)
    true = folder._append_to

    def half(file: Path, data: bytes) -> None:
        true(file, data[: len(data) // 2])
        _no_room()

    monkeypatch.setattr(folder, "_append_to", half)
    act(session, Configure(learning_rate=3.0), Train(2))
    assert session.keeping.keeper is not None
    session.keeping.keeper.flush(5)
    assert session.keeping.keeper.trouble
    monkeypatch.undo()
    while not session.snapshot().is_saved:
        session.keeping.keeper.flush(1)
    written(session)
    other = again(session, None)
    assert loaded(act(other, Load(path))).warning == ""
    assert torch.equal(weights(other), weights(session))


def test_a_folder_deleted_meanwhile_is_made_again(session: Session) -> None:
    act(session, Train(5))
    path = written(session)
    shutil.rmtree(path)
    act(session, Train(5))
    while not Path(path, places.NEWEST).exists():
        act(session, Configure(learning_rate=random.random() + 1))
        assert session.keeping.keeper is not None
        session.keeping.keeper.flush(5)
    assert archive.described(path).run.line.step == 10


def test_a_run_that_is_put_away_and_taken_up_again_stays_in_its_folder(
    words_file: WriteWords, tmp_path: Path
) -> None:
    place = tmp_path / "mine"
    session = ready(words_file(WORDS), Shelf(str(tmp_path / "runs"), str(place)))
    act(session, Train(3), Reset(), Train(2), Undo(), Train(4))
    assert session.close(5)
    assert session.snapshot().is_saved
    assert session.snapshot().place == str(place)
    assert archive.described(str(place)).run.line.step == 7
    (other,) = archive.listed(Shelf(str(tmp_path / "runs")))
    assert other.line.step == 2


# One owner


def test_a_second_process_looks_on_and_branches(
    session: Session, words_file: WriteWords, shelf: Shelf
) -> None:
    act(session, Train(20))
    path = written(session)
    other = again(session, shelf)
    warning = loaded(act(other, Load(session.snapshot().id[:6]))).warning
    assert "Another process trains" in warning
    assert other.snapshot().step == 20
    assert "Another process trains" in refused(act(other, Train(1)))
    before = Path(path, places.JOURNAL).read_bytes()
    act(other, Configure(learning_rate=1.0), Branch(), Train(2))
    written(other)
    assert Path(path, places.JOURNAL).read_bytes() == before
    assert other.snapshot().step == 22
    assert other.close(5)
    assert session.close(5)
    third = again(session, shelf)
    assert loaded(act(third, Load(path))).warning == ""


# Never taken for another one


def opened(session: Session, path: str) -> Trainer | str:
    """A run as it is taken up from disk; or why it is refused."""
    assert session.runs is not None
    runs = session.runs
    try:
        kept = folder.read(path)
        (*_, run) = reopened(kept, runs.objective, bound(kept, runs.bases))
    except Refusal as refusal:
        return str(refusal)
    assert run is not None
    return run


def test_a_journal_cut_anywhere_is_told_of_and_its_weights_are_shown(
    session: Session, cut_off: str
) -> None:
    path = Path(cut_off, places.JOURNAL)
    whole = path.read_bytes()
    assert whole.count(b"\n") > 5
    right = weights(session)
    for length in range(max(0, len(whole) - 1024), len(whole)):
        path.write_bytes(whole[:length])
        run = opened(session, cut_off)
        if isinstance(run, str):
            assert "journal" in run
            continue
        assert run.step == 70
        assert torch.equal(run.weights, right), "those that are kept"
        assert "lost" in run.bound
        assert "branch from a step" in run.bound


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))]
)
def test_flipped_bits_are_told_of_or_do_no_harm(session: Session, cut_off: str, seed: int) -> None:
    """250 flips a seed over all files of a run: a sentence, or the very run."""
    chance = random.Random(seed)
    seen: dict[int, torch.Tensor] = {}
    for step in (45, 60, 70):
        act(session, Look(step))
        seen[step] = weights(session).clone()
    files = [Path(cut_off, name) for name in (places.JOURNAL, places.KEYFRAMES, places.NEWEST)]
    wholes = {file: file.read_bytes() for file in files}
    for _ in range(250):
        file = chance.choice(files)
        data = bytearray(wholes[file])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.write_bytes(data)
        run = opened(session, cut_off)
        file.write_bytes(wholes[file])
        if isinstance(run, str):
            assert file.name == places.JOURNAL
            continue
        # Without its newest weights it is as far as the journal says.
        assert run.step == 70 or file.name == places.NEWEST
        assert torch.equal(run.weights, seen[run.step])
        if not run.bound:
            look = Looking(run)
            list(look.go(45))
            assert torch.equal(look.moment.weights, seen[45])
        else:
            assert file.name == places.JOURNAL


def test_other_words_are_shown_from_keyframes_and_branch(
    session: Session, cut_off: str, words_file: WriteWords, shelf: Shelf
) -> None:
    other = ready(words_file("ava\nolivia\nisabella\nsophia\nemma\n"), None)
    assert "trained on other counts" in loaded(act(other, Load(cut_off))).warning
    act(other, Look(31))
    seen = other.snapshot()
    assert seen.step in [step for step, _ in folder.read(cut_off).frames]
    assert seen.looked_for is None
    act(other, Branch(Configure(learning_rate=1.0)), Train(2))
    assert other.snapshot().step == seen.step + 2


@pytest.mark.parametrize("fault", ["other words", "damaged journal"])
def test_what_can_only_be_looked_at_is_saved_once_it_is_a_branch(
    session: Session, cut_off: str, words_file: WriteWords, shelf: Shelf, fault: str
) -> None:
    path = words_file(WORDS)
    if fault == "other words":
        Path(path).write_text("ava\nolivia\nisabella\nsophia\nemma\n")
    else:
        cut = Path(cut_off, places.JOURNAL)
        cut.write_bytes(cut.read_bytes()[:-9])
    other = ready(path, shelf)
    assert loaded(act(other, Load(cut_off))).is_bound
    snapshot = other.snapshot()
    assert (snapshot.is_saved, snapshot.are_all_saved) == (True, True), "there is nothing to save"
    files = {*Path(shelf.folder).parent.rglob("*.safetensors")}
    said = f"The run {snapshot.id} can only be looked at, not saved; branch from it first."
    assert refused(act(other, Save())) == said
    assert {*Path(shelf.folder).parent.rglob("*.safetensors")} == files
    act(other, Reset(), Train(2), Undo())
    assert refused(act(other, Save())) == said
    file = f"{cut_off}.safetensors"
    act(other, Branch(), Train(2), Save(file))
    assert loaded(act(again(other, None), Load(file))).warning == ""
    met = [each for each in archive.replay(file) if each.difference is not None]
    assert met
    assert not any(each.difference for each in met)


def test_a_kernel_that_is_gone_leaves_keyframes_and_goes_on(
    session: Session, cut_off: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KERNELS, "counts plain", KERNELS["counts plain"] + 1)
    other = again(session, None)
    assert "shown from its keyframes, and goes on" in loaded(act(other, Load(cut_off))).warning
    act(other, Look(31))
    assert other.snapshot().step in [step for step, _ in folder.read(cut_off).frames]
    act(other, Look(), Train(3))
    assert other.snapshot().step == 73
    with pytest.raises(Refusal, match="no longer has"):
        list(archive.replay(cut_off))


def test_what_was_computed_elsewhere_is_told_of(
    session: Session, cut_off: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = arithmetic.arithmetic
    monkeypatch.setattr(
        saving, "arithmetic", lambda *of: replace(here(*of), torch="9.9", device="cpu Other")
    )
    other = again(session, None)
    warning = loaded(act(other, Load(cut_off))).warning
    assert "torch 9.9" in warning
    assert "last bits" in warning
    act(other, Train(2))
    assert other.snapshot().step == 72


def test_a_newer_journal_is_refused(session: Session, cut_off: str) -> None:
    path = Path(cut_off, places.JOURNAL)
    found = journal.read(path.read_bytes())
    text, _ = journal.text_of(replace(found.head, format=2), found.entries)
    path.write_bytes(text)
    assert "newer makemore-tui" in refused(act(again(session, None), Load(cut_off)))


@pytest.mark.parametrize("content", [b"", b"\n", b"00000000 []\n", b"hello\n", b"\xff" * 100])
def test_what_is_no_journal_is_refused(session: Session, cut_off: str, content: bytes) -> None:
    Path(cut_off, places.JOURNAL).write_bytes(content)
    before = weights(session)
    assert "cannot be read" in refused(act(session, Load(cut_off)))
    assert weights(session) is before


# A file to hand on


def test_a_saved_file_can_be_looked_back_into(session: Session, tmp_path: Path) -> None:
    path = str(tmp_path / "run.safetensors")
    act(session, Train(20), Configure(learning_rate=2.0), Train(20), Save(path), Look(25))
    other = again(session, None)
    act(other, Load(path), Look(25))
    assert torch.equal(weights(other), weights(session))
    act(other, Look(), Train(1))
    assert other.snapshot().id != session.snapshot().id, "what is handed on stays as it is"
    (line,) = (line for line in other.snapshot().runs if line.id == other.snapshot().id)
    assert (line.parent, line.at) == (session.snapshot().id, 40)


def test_a_fault_of_ours_in_pruning_does_not_end_what_keeps_the_runs(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("dictionary changed size during iteration")

    with monkeypatch.context() as faulty:
        faulty.setattr(shelves, "prune", fault)
        act(session, Train(5))
        written(session)
    act(session, Train(5))
    assert archive.described(written(session)).run.line.step == 10


def test_what_was_being_written_when_it_was_killed_is_put_away(
    session: Session, cut_off: str, tmp_path: Path
) -> None:
    half = Path(cut_off, f".{places.NEWEST}.17.half")
    half.touch()
    other = again(session, Shelf(str(tmp_path / "others")))
    act(other, Load(cut_off), Train(5))
    assert written(other) == cut_off
    assert not half.exists()


# Computed anew


def test_a_run_computed_anew_meets_every_keyframe(cut_off: str) -> None:
    met = [each for each in archive.replay(cut_off) if each.difference is not None]
    assert {each.difference for each in met} == {0.0}
    assert [each.step for each in met][-1] == met[-1].steps == 70


def test_a_recipe_that_does_not_lead_there_is_found_out(cut_off: str) -> None:
    path = Path(cut_off, places.JOURNAL)
    found = journal.read(path.read_bytes())
    text, _ = journal.text_of(replace(found.head, seed=found.head.seed + 1), found.entries)
    path.write_bytes(text)
    Path(cut_off, places.NEWEST).unlink()
    met = [each for each in archive.replay(cut_off) if each.difference is not None]
    assert all(each.difference for each in met)


@pytest.mark.parametrize("is_same_run", [True, False])
def test_what_another_process_has_made_of_a_folder_is_not_written_over(
    session: Session, shelf: Shelf, tmp_path: Path, is_same_run: bool
) -> None:
    act(session, Train(20))
    path = written(session)
    act(session, Reset())
    written(session)
    place = path if is_same_run else str(tmp_path / "place")
    other = again(session, replace(shelf, place=place))
    act(other, *([Load(place)] if is_same_run else []), Train(30))
    assert other.close(5)
    there = Path(place, places.JOURNAL).read_bytes()
    mine = session
    if is_same_run:
        act(mine, Undo())
    else:
        mine = again(session, replace(shelf, place=place))
    act(mine, Train(5))
    written(mine)
    assert mine.keeping.keeper is not None
    assert "Another process has trained" in mine.keeping.keeper.trouble
    assert Path(place, places.JOURNAL).read_bytes() == there
    left = archive.described(place).run
    assert (left.is_in_use, left.instead) == (False, "")
    trunk = mine.snapshot().id
    act(mine, Branch(Configure(learning_rate=1.0)), Train(5))
    assert mine.snapshot().id != trunk
    assert mine.snapshot().is_saved


def test_a_run_that_diverges_here_before_it_gets_there_is_refused(
    session: Session, cut_off: str
) -> None:
    path = Path(cut_off, places.JOURNAL)
    found = journal.read(path.read_bytes())
    first = replace(found.head.first, learning_rate=1e30, regularization=1e10)
    entries = [entry for entry in found.entries if isinstance(entry, Start)]
    path.write_bytes(journal.text_of(replace(found.head, first=first), entries)[0])
    Path(cut_off, places.NEWEST).unlink()
    Path(cut_off, places.KEYFRAMES).unlink()
    assert "it diverges at step" in refused(act(again(session, None), Load(cut_off)))


# Which there are


def test_runs_are_listed_found_pruned_and_deleted(session: Session, shelf: Shelf) -> None:
    ids = []
    for steps in (3, 4, 5):
        act(session, Train(steps), Reset())
        ids.append(session.snapshot().runs[-1].id)
    assert session.close(5)
    found = list(archive.listed(shelf))
    assert sorted(run.line.step for run in found) == [3, 4, 5]
    assert all(run.is_ended and not run.is_in_use for run in found)
    few = replace(shelf, runs=1)
    other = again(session, few)
    act(other, Train(1))
    written(other)
    assert len(list(archive.listed(shelf))) == 1, "the one that is being trained"
    with pytest.raises(Refusal, match="Another process trains"):
        archive.delete(written(other))
    other.close(5)
    archive.delete(next(archive.listed(shelf)).path)
    assert list(archive.listed(shelf)) == []


def test_a_saved_file_whose_head_is_damaged_is_passed_over(session: Session, shelf: Shelf) -> None:
    act(session, Train(3))
    written(session)
    file = Path(shelf.folder, "mine.safetensors")
    act(session, Save(str(file)))
    checkpoint.write(str(file), replace(checkpoint.read(str(file)), journal=b"", frames=()))
    whole = file.read_bytes()
    for name in (b"source", b"data_sha256"):
        file.write_bytes(whole.replace(name, name[:-1] + b"f"))
        assert [Path(run.path).name for run in archive.listed(shelf)] == [session.snapshot().id]


def test_damaged_losses_are_not_told(session: Session, shelf: Shelf) -> None:
    act(session, Train(3))
    newest = Path(written(session), places.NEWEST)
    assert session.close(5)
    first = struct.pack("<d", session.runs.run.first_loss) if session.runs else b""
    assert newest.read_bytes().count(first) == 2
    newest.write_bytes(newest.read_bytes().replace(first, struct.pack("<d", math.nan)))
    assert shelves.course(str(newest.parent), shelf) is None


def test_the_latest_run_that_is_not_over_is_gone_on_with(session: Session, shelf: Shelf) -> None:
    act(session, Train(3), Reset(), Train(4, is_last=True))
    first, second = (line.id for line in session.snapshot().runs)
    assert session.close(5, is_last=True), "the second has come to its end"
    other = again(session, shelf)
    (event,) = (e for e in act(other, ListRuns()) if isinstance(e, RunsListed))
    assert {run.line.id: run.is_over for run in event.runs} == {first: False, second: True}
    act(other, Load(LATEST))
    assert other.snapshot().id == first
    assert "no run of these words" in refused(act(again(session, shelf), Load(LATEST)))


@pytest.mark.parametrize(
    ("commands", "is_over"),
    [
        ((Train(4),), False),
        ((Train(4), Train(0)), False),
        ((Train(4), Train(0, is_last=True)), True),
        ((Train(4, is_last=True), Train(0)), True),
        ((Train(4, is_last=True), Train(2)), False),
    ],
)
def test_a_run_is_over_once_its_last_steps_are_taken(
    session: Session, shelf: Shelf, commands: tuple[Train, ...], is_over: bool
) -> None:
    act(session, *commands)
    assert session.close(5, is_last=True)
    assert [run.is_over for run in archive.listed(shelf)] == [is_over]


def test_a_run_on_disk_that_is_at_hand_is_taken_up(session: Session) -> None:
    act(session, Train(3), Reset(), Train(4))
    first = session.snapshot().runs[0].id
    written(session)
    act(session, Load(first))
    assert (session.snapshot().id, session.snapshot().step) == (first, 3)


@pytest.mark.parametrize("again", ["in hand there", "put away there"])
def test_a_run_on_disk_of_an_objective_that_was_left_is_taken_up(
    session: Session, again: str
) -> None:
    act(session, Configure(learning_rate=5.0), Train(30))
    path = written(session)
    if again == "put away there":
        act(session, Reset(), Train(4))
    act(session, Configure(order=3, learning_rate=1.0, smoothing=2.0), Train(20))
    given = Configure(regularization=0.5, seed=7)
    assert loaded(act(session, Load(path, given))) == CheckpointLoaded(path, 30)
    now = session.snapshot()
    assert (now.settings.order, now.step, now.settings.smoothing) == (2, 30, 2.0)
    assert (now.settings.learning_rate, now.settings.regularization) == (5.0, 0.5)
    assert now.settings.seed == Settings().seed, "its first weights were drawn by that"
    act(session, Undo())
    now = session.snapshot()
    assert (now.settings.order, now.step, now.settings.learning_rate) == (3, 20, 1.0)


def test_settings_given_with_a_run_that_is_at_hand_are_in_force(session: Session) -> None:
    act(session, Configure(learning_rate=5.0), Train(30))
    path = written(session)
    act(session, Reset(), Train(4))
    number = session.snapshot().run
    happened = act(session, Load(path, Configure(regularization=0.5, seed=7)))
    settings = replace(Settings(), learning_rate=5.0, regularization=0.5)
    assert happened == [
        SettingsChanged(settings, number + 1, 30),
        RunStarted(number + 1, 30, "checkpoint"),
        CheckpointLoaded(path, 30),
    ]
    assert session.settings == settings
    act(session, Train(5))
    met = [m for m in archive.replay(written(session)) if m.difference is not None]
    assert not any(m.difference for m in met), "the change is in its recipe"
    assert "in hand already" in refused(act(session, Load(path)))
    before = session.snapshot().id
    act(session, Reset(), Train(4))
    reason = refused(act(session, Load(path, Configure(device="cuda:9"))))
    assert "cuda:9" in reason
    assert session.snapshot().id != before
    assert session.snapshot().step == 4


@pytest.mark.parametrize("kind", ["own", "copy"])
def test_a_run_that_cannot_be_as_it_is_asked_for_takes_no_other_ones_place(
    session: Session, cut_off: str, shelf: Shelf, kind: str
) -> None:
    path = cut_off
    if kind == "own":
        path = written(session)
        assert session.close(20)
    other = again(session, shelf)
    act(other, Train(5))
    before = other.snapshot()
    assert "no cuda:9 here" in refused(act(other, Load(path, Configure(device="cuda:9"))))
    now = other.snapshot()
    assert (now.id, now.run, now.runs) == (before.id, before.run, before.runs)
    assert not lock.is_held(str(Path(path, places.LOCK)))


def test_a_change_before_a_run_was_handed_on_is_in_the_recipe_of_who_goes_on(
    session: Session, shelf: Shelf, tmp_path: Path
) -> None:
    file = str(tmp_path / "file.safetensors")
    act(session, Train(20), Configure(learning_rate=1.0), Save(file))
    other = again(session, shelf)
    act(other, Load(file), Train(20))
    met = [m for m in archive.replay(written(other)) if m.difference is not None]
    assert met[-1].step == 40
    assert not any(m.difference for m in met)


@pytest.mark.parametrize("kind", ["folder", "file of today", "earlier file"])
def test_a_run_of_another_machine_goes_on_on_the_device_given(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Steps after its newest weights were taken on the device that is not here, too."""
    with monkeypatch.context() as there:
        there.setattr(trainer, "device_for", lambda *_: torch.device("cpu"))
        there.setattr(replay, "choose_device", lambda *_: torch.device("cpu"))
        there.setattr(trainer.Trainer, "in_force", property(lambda run: run.settings))
        act(session, Configure(device="cuda:0"), Train(20))
        path = written(session)
        newest = Path(path, places.NEWEST).read_bytes()
        act(session, Train(20), Configure(learning_rate=1.0), Train(20))
        written(session)
        if kind != "folder":
            path = str(tmp_path / "file.safetensors")
            act(session, Save(path))
        else:
            path = str(shutil.copytree(path, tmp_path / "copy"))
            Path(path, places.NEWEST).write_bytes(newest)
            Path(path, places.KEYFRAMES).unlink()
    if kind == "earlier file":
        checkpoint.write(path, replace(checkpoint.read(path), journal=b"", frames=()))
    other = again(session, Shelf(str(tmp_path / "others")))
    assert "no cuda:0 here" in refused(act(other, Load(str(path))))
    assert kind != "folder" or not lock.is_held(str(Path(path, places.LOCK)))
    told = loaded(act(other, Load(str(path), Configure(device="cpu"))))
    assert told.step == (40 if kind == "folder" else 60)
    assert other.runs is not None
    assert other.runs.run.timeline.changes[-1].device == "cpu"
    act(other, Train(5))
    if kind != "earlier file":
        act(other, Look(10))
        assert other.snapshot().looked_for is None, "it is not to be had, and not being gone to"


def test_a_copy_of_a_run_at_hand_is_not_taken_for_it(session: Session, tmp_path: Path) -> None:
    act(session, Train(20))
    copy = shutil.copytree(written(session), tmp_path / "copy")
    act(session, Train(20))
    mine = session.snapshot().id
    before = Path(copy, places.JOURNAL).read_bytes()
    assert loaded(act(session, Load(str(copy)))).step == 20
    act(session, Train(5))
    assert session.snapshot().id != mine
    written(session)
    assert Path(copy, places.JOURNAL).read_bytes() == before
    act(session, TakeUp(mine))
    assert session.snapshot().step == 40


def test_what_was_written_until_a_run_was_held_is_gone_on_with(
    session: Session, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(session, Train(20))
    path, other = written(session), again(session, shelf)
    hold = Keeper.hold

    def once_the_other_has_ended(keeper: Keeper, id: str, path: str) -> None:
        act(session, Train(20))
        assert session.close(20)
        hold(keeper, id, path)

    monkeypatch.setattr(Keeper, "hold", once_the_other_has_ended)
    assert loaded(act(other, Load(path))).step == 40
    act(other, Train(5))
    assert archive.described(written(other)).run.line.step == 45


def test_who_looks_whether_a_run_is_held_keeps_nobody_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    path.touch()
    looking = os.open(path, os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    monkeypatch.setattr(time, "sleep", lambda _: os.close(looking))
    handle = lock.acquire(str(path))
    assert handle is not None
    os.close(handle)


# The tree


def leaves(session: Session) -> Iterator[tuple[int, int]]:
    for line in session.snapshot().runs:
        yield line.step, line.at if line.parent else 0


def test_a_branch_goes_on_from_the_step_that_is_looked_at(session: Session) -> None:
    act(session, Train(40), Look(25))
    seen = weights(session).clone()
    trunk = session.snapshot().id
    act(session, Branch(Configure(learning_rate=1.0)))
    now = session.snapshot()
    assert (now.step, now.newest, now.is_looking) == (25, 25, False)
    assert torch.equal(weights(session), seen)
    assert now.settings.learning_rate == 1.0
    act(session, Train(5))
    assert list(leaves(session)) == [(40, 0), (30, 25)]
    act(session, Look(10))
    act(session, TakeUp(trunk))
    assert (session.snapshot().step, session.snapshot().is_looking) == (40, False)
    act(session, Undo())
    assert session.snapshot().step == 30
    for id in (trunk, now.id):
        met = [m for m in archive.replay(path_of(session, id)) if m.difference is not None]
        assert not any(m.difference for m in met), "a branch has the whole recipe"


def path_of(session: Session, id: str) -> str:
    written(session)
    assert session.keeping.keeper is not None
    return str(Path(session.keeping.keeper.shelf.folder, id))


def test_courses_of_runs_at_hand_and_on_disk_are_told(session: Session, shelf: Shelf) -> None:
    act(session, Train(20), Reset(), Configure(learning_rate=3.0), Train(10))
    ids = tuple(line.id for line in session.snapshot().runs)
    (here,) = act(session, TellCourses((*ids, "nowhere")))
    written(session)
    assert session.close(5)
    (there,) = act(again(session, shelf), TellCourses(ids))
    assert here.courses == there.courses  # type: ignore[union-attr]
    assert [course.changes[-1].learning_rate for course in here.courses] == [50.0, 3.0]  # type: ignore[union-attr]


def test_a_start_is_noted_with_what_is_computed_with(session: Session) -> None:
    act(session, Train(3), Configure(gradient="onehot"), Train(3), Configure(speed=3.0), Train(1))
    found = journal.read(Path(written(session), places.JOURNAL).read_bytes())
    starts = [entry for entry in found.entries if isinstance(entry, Start)]
    assert [(start.step, start.arithmetic.kernel) for start in starts] == [
        (0, "counts plain"),
        (3, "onehot plain"),
    ]


def test_words_are_read_again_from_where_they_were(session: Session, cut_off: str) -> None:
    assert session.dataset is not None
    assert archive.described(cut_off).words == LoadDataset(session.dataset.source)
