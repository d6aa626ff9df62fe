"""Runs on the command line: made, gone on with, listed, shown, exported, computed anew, deleted."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from engine import archive
from engine.protocol import LATEST, Reset, Settings, Snapshot, Train
from engine.training import checkpoint, journal, lock
from engine.training.folder import Page, RunFolder
from engine.training.keeper import Keeper
from tests import PATIENCE
from tests.conftest import WriteWords, act, ready
from tui import start, storage
from tui.config import config_path
from tui.main import main
from tui.options import Options
from tui.state import State

PROGRAM = [sys.executable, "-m", "tui"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, str, str]:
        """Run a command; its code and what it printed."""
        capfd.readouterr()
        code = main(arguments)
        return (code, *capfd.readouterr())

    return command


@pytest.fixture
def words(words_file: WriteWords) -> str:
    return words_file("emma\nolivia\nava\nisabella\nsophia\nemma\n")


@pytest.fixture
def place(tmp_path: Path, run: Run, words: str) -> str:
    """A run of 60 steps in a folder of its own, whose rate was changed at step 20."""
    folder = str(tmp_path / "mine")
    line = ("train", "--data", words, "--steps", "60", "--run", folder)
    assert run(*line, "--at", "20:learning_rate=5", "--seed", "3")[0] == 0
    return folder


def shelf(tmp_path: Path) -> Path:
    return tmp_path / "state" / "makemore-tui" / "runs"


def last(out: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(out.splitlines()[-1])
    return value


# Made and gone on with


def test_a_run_goes_on_in_its_folder_on_its_own_words(run: Run, place: str, words: str) -> None:
    code, out, _ = run("train", "--steps", "100", "--run", place, "--json")
    assert (code, last(out)["step"]) == (0, 100)
    straight = ("train", "--data", words, "--steps", "100", "--seed", "3", "--json")
    assert last(out)["loss"] == last(run(*straight, "--at", "20:learning_rate=5")[1])["loss"]


def test_settings_given_anew_are_a_change_at_that_step(run: Run, place: str) -> None:
    run("train", "--steps", "70", "--run", place, "--regularization", "0")
    (told,) = (json.loads(line) for line in run("runs", "show", place, "--json")[1].splitlines())
    steps = [(c["step"], c["learning_rate"], c["regularization"]) for c in told["changes"]]
    assert steps == [(0, 50.0, 0.01), (20, 5.0, 0.01), (60, 5.0, 0.0)]


def test_fewer_steps_than_were_taken_do_nothing_and_say_so(run: Run, place: str) -> None:
    before = Path(place, "journal").read_bytes()
    code, out, err = run("train", "--steps", "30", "--run", place, "--json")
    assert (code, last(out)["step"]) == (0, 60)
    assert "has taken 60 steps" in err
    assert Path(place, "journal").read_bytes() == before


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--seed", "4"), "--seed draws initial weights"),
        (("--init", "zeros"), "--init draws initial weights"),
        (("--order", "3"), "leave these out"),
        (("--continue",), "--run and --continue both say which run"),
        (("--data", "other.txt"), "trained on another alphabet"),
        (("--data", "like.txt"), "trained on other counts"),
    ],
)
def test_what_the_run_cannot_take_is_refused(
    run: Run, place: str, tmp_path: Path, more: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "other.txt").write_text("zoe\n")
    (tmp_path / "like.txt").write_text("emma\nolivia\nava\nisabella\nsophia\n")
    given = [str(tmp_path / each) if each.endswith(".txt") else each for each in more]
    code, out, err = run("train", "--steps", "70", "--run", place, *given)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert sentence in err


def test_names_are_drawn_from_a_run_on_other_counts_but_it_is_not_gone_on_with(
    run: Run, place: str, tmp_path: Path
) -> None:
    like = tmp_path / "like.txt"
    like.write_text("emma\nolivia\nava\nisabella\nsophia\n")
    line = ("sample", "--checkpoint", place, "--number", "3")
    code, names, err = run(*line, "--data", str(like))
    assert (code, names) == (0, run(*line)[1])
    assert "trained on other counts" in err
    assert run("sample", "--checkpoint", place, "--data", str(like), "--step", "7")[0] == 2


def test_a_folder_of_something_else_is_refused(run: Run, tmp_path: Path, words: str) -> None:
    (tmp_path / "words").mkdir()
    shutil.copy(words, tmp_path / "words")
    code, _, err = run("train", "--steps", "5", "--run", str(tmp_path / "words"))
    assert code == 2
    assert "something else" in err


def test_a_run_begins_where_one_was_cut_off_before_it_had_begun(
    run: Run, tmp_path: Path, words: str
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    for name in ("lock", "keyframes", ".journal.17.x"):
        (place / name).touch()
    assert run("train", "--data", words, "--steps", "5", "--run", str(place))[0] == 0
    assert (place / "journal").exists()


def test_without_a_folder_it_is_kept_in_the_runs_folder(
    run: Run, words: str, tmp_path: Path
) -> None:
    assert run("train", "--data", words, "--steps", "9")[0] == 0
    (folder,) = shelf(tmp_path).iterdir()
    (_, out, _) = run("runs", "show", folder.name[:5], "--json")
    told = json.loads(out)
    assert (told["id"], told["step"], told["finished"]) == (folder.name, 9, True)
    assert told["objective"]["order"] == 2
    assert isinstance(told["loss"], float)


def test_the_latest_run_that_is_not_over_goes_on(run: Run, words: str, tmp_path: Path) -> None:
    onward = ("train", "--data", words, "--continue", "--steps", "12", "--json")
    assert run(*onward)[0] == 2
    session = ready(words, storage.shelf())
    act(session, Train(9), Reset(), Train(3))
    assert session.close(10)
    assert run("train", "--data", words, "--steps", "30")[0] == 0, "which is over then"
    code, out, _ = run(*onward)
    assert (code, last(out)["step"]) == (0, 12)
    assert len(list(shelf(tmp_path).iterdir())) == 3


RECIPE = (
    *("--steps", "90", "--learning-rate", "20"),
    *("--at", "40:learning_rate=5,gradient=gather", "--at", "80:regularization=0"),
)
"""Of a run that changes its settings on the way."""

BREAKS_OFF = ("--at", "60:device=cuda:999")
"""What a run is refused in its midst."""


@pytest.mark.parametrize("way", ["--run", "--resume", "--continue"])
def test_the_line_of_a_run_broken_off_goes_on_as_if_it_had_not_been(
    run: Run, words: str, tmp_path: Path, way: str
) -> None:
    line = ("train", "--data", words, *RECIPE)
    straight = tmp_path / "straight"
    assert run(*line, "--run", str(straight))[0] == 0
    place = () if way == "--continue" else ("--run", str(tmp_path / "mine"))
    assert run(*line, *BREAKS_OFF, *place)[0] == 2
    (mine,) = shelf(tmp_path).iterdir() if way == "--continue" else [tmp_path / "mine"]
    again = (way,) if way == "--continue" else (way, str(mine))
    assert run(*line, *again)[0] == 0
    assert _recipe(run, mine) == _recipe(run, straight)
    assert torch.equal(_weights(mine), _weights(straight))


def _recipe(run: Run, place: Path) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = json.loads(run("runs", "show", str(place), "--json")[1])[
        "changes"
    ]
    return changes


def _weights(place: Path) -> Tensor:
    return checkpoint.read(str(place / "newest.safetensors")).weights


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_by_its_line_to_the_very_weights(
    run: Run, words: str, tmp_path: Path
) -> None:
    line = ("train", "--data", words, *RECIPE[2:], "--steps", "5000")
    mine, straight = tmp_path / "mine", tmp_path / "straight"
    # It waits for whoever reads it, so that it cannot come to its end meanwhile.
    command = [*PROGRAM, *line, "--run", str(mine), "--every", "1", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while json.loads(process.stdout.readline())["step"] < 200:
            pass
        end = time.monotonic() + PATIENCE
        while not archive.is_run(str(mine)) or archive.described(str(mine)).run.line.step < 100:
            assert time.monotonic() < end
            time.sleep(0.01)
        process.kill()
    assert 100 <= archive.described(str(mine)).run.line.step < 5000
    assert run(*line, "--run", str(mine))[0] == run(*line, "--run", str(straight))[0] == 0
    assert _recipe(run, mine) == _recipe(run, straight)
    assert torch.equal(_weights(mine), _weights(straight))


def test_a_run_broken_off_is_not_finished(run: Run, words: str, tmp_path: Path) -> None:
    line = ("train", "--data", words, "--steps", "90")
    assert run(*line, *BREAKS_OFF)[0] == 2
    (folder,) = shelf(tmp_path).iterdir()
    assert _is_finished(run, folder) == (60, False)
    assert run(*line, "--continue", "--at", "90:learning_rate=5")[0] == 2
    assert _is_finished(run, folder) == (60, False), "it is refused before the first step"
    assert run(*line, "--continue")[0] == 0
    assert _is_finished(run, folder) == (90, True)
    assert run(*line, "--continue")[0] == 2


def _is_finished(run: Run, place: Path) -> tuple[int, bool]:
    told = json.loads(run("runs", "show", str(place), "--json")[1])
    return told["step"], told["finished"]


@pytest.mark.slow
def test_a_run_that_nobody_reads_any_more_is_not_finished(
    run: Run, words: str, tmp_path: Path
) -> None:
    line = ("train", "--data", words, "--steps", "100000000", "--every", "100")
    with subprocess.Popen([*PROGRAM, *line], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(5):
            process.stdout.readline()
        process.stdout.close()
        assert process.wait(PATIENCE) == 0
    (folder,) = shelf(tmp_path).iterdir()
    step, is_finished = _is_finished(run, folder)
    assert (step % 100, is_finished) == (0, False)
    code, out, _ = run("train", "--data", words, "5", "--continue", "--json")
    assert (code, last(out)["step"]) == (0, step + 5)


@pytest.mark.slow
def test_what_is_refused_finishes_no_run_that_was_killed(
    run: Run, words: str, tmp_path: Path
) -> None:
    place = str(tmp_path / "mine")
    line = ("train", "--data", words, "--run", place, "--steps")
    command = [*PROGRAM, *line, "100000000", "--every", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        end = time.monotonic() + PATIENCE
        while not archive.is_run(place) or not archive.described(place).run.line.step:
            assert time.monotonic() < end
            time.sleep(0.01)
        process.kill()
    step, _ = _is_finished(run, Path(place))
    assert run(*line, str(step + 5), "--at", f"{step + 9}:learning_rate=5")[0] == 2
    assert _is_finished(run, Path(place)) == (step, False)


def test_a_run_that_another_process_trains_is_not_gone_on_with(run: Run, place: str) -> None:
    handle = lock.acquire(os.path.join(place, "lock"))
    assert handle is not None
    try:
        code, out, err = run("train", "--steps", "70", "--run", place)
    finally:
        os.close(handle)
    assert (code, out) == (2, "")
    assert err.count("Another process trains") == 1


@pytest.mark.parametrize(
    "change",
    [
        "20",
        "x:learning_rate=5",
        "5:seed=3",
        "5:learning_rate=0",
        "5:learning_rate",
        ":",
        "9:learning_rate=5",
        "30:learning_rate=5",
    ],
)
def test_a_change_that_is_none_is_refused(run: Run, words: str, change: str) -> None:
    code, out, err = run("train", "--data", words, "--steps", "9", "--at", change)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_refused_before_the_first_step(
    run: Run, words: str, tmp_path: Path
) -> None:
    place = tmp_path / "mine"
    place.symlink_to(tmp_path / "gone" / "mine")
    code, out, err = run("train", "--data", words, "--steps", "9", "--run", str(place))
    assert (code, out) == (2, "")
    assert f"{place} cannot be written: " in err


def test_where_it_cannot_be_kept_it_is_trained_and_told(
    run: Run, words: str, tmp_path: Path
) -> None:
    (tmp_path / "state" / "makemore-tui").mkdir(parents=True)
    shelf(tmp_path).write_text("in its place")
    code, out, err = run("train", "--data", words, "--steps", "2000", "--every", "10", "--json")
    assert (code, last(out)["step"]) == (0, 2000)
    assert err.count("is not being kept") == 1


def test_it_is_told_that_the_end_of_a_run_is_not_kept(
    run: Run, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is found full once all steps are taken."""
    write, close, is_closing = RunFolder.write, Keeper.close, threading.Event()

    def has_no_room(folder: RunFolder, page: Page) -> None:
        if page.newest.step < 40:
            write(folder, page)
            return
        assert is_closing.wait(20)
        raise OSError(28, "No space left on device")

    def closing(keeper: Keeper, timeout: float) -> bool:
        is_closing.set()
        return close(keeper, timeout)

    monkeypatch.setattr(RunFolder, "write", has_no_room)
    monkeypatch.setattr(Keeper, "close", closing)
    code, _, err = run("train", "--data", words, "--steps", "40")
    assert code == 0
    assert err.count("is not kept: ") == 1
    assert "No space left" in err


def test_leaving_says_that_there_was_no_time_to_keep_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = SimpleNamespace(
        close=lambda timeout: False,
        latest=Snapshot(settings=Settings(), newest=5, is_saved=True, place="3fa"),
    )
    app = SimpleNamespace(
        desk=SimpleNamespace(engine=engine),
        state=State(),
        farewell="",
        options=Options(),
        tape=None,
    )
    monkeypatch.setattr(threading, "Timer", lambda *_: Thread())
    start.see_out(app, 0)  # type: ignore[arg-type]
    assert "no time to keep all" in app.farewell


# Looked at


def test_names_and_scores_are_those_of_a_step(run: Run, place: str, words: str) -> None:
    now = ("sample", "--checkpoint", place, "--number", "3")
    assert run(*now)[1] == run(*now, "--step", "60")[1] != run(*now, "--step", "7")[1]
    score = ("score", "emma", "--checkpoint", place, "--json")
    assert run(*score, "--step", "7")[1] != run(*score)[1]
    before = {file.name: file.read_bytes() for file in Path(place).iterdir()}
    assert run(*now, "--step", "61")[0] == 2
    assert {file.name: file.read_bytes() for file in Path(place).iterdir()} == before


def test_runs_are_listed_with_what_they_were_trained_on(
    run: Run, words: str, tmp_path: Path
) -> None:
    assert "No run is kept" in run("runs")[1]
    run("train", "--data", words, "--steps", "9")
    run("train", "--data", words, "--steps", "5", "--order", "3")
    head, *lines = run("runs", "list")[1].splitlines()
    assert head.split()[:2] == ["run", "step"]
    assert {line.split()[1] for line in lines} == {"9", "5"}
    assert any("order 3" in line for line in lines)
    told = json.loads(run("runs", "--json")[1])
    assert told["folder"] == str(shelf(tmp_path))
    assert {each["step"] for each in told["runs"]} == {9, 5}


def test_losses_are_exported_as_a_table_and_as_lines(run: Run, place: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run("runs", "export", place)[1])))
    assert rows[0]["step"] == "0"
    assert int(rows[-1]["step"]) == 60
    head, *lines = map(json.loads, run("runs", "export", place, "--jsonl")[1].splitlines())
    assert head["step"] == 60
    assert [str(line["step"]) for line in lines] == [row["step"] for row in rows]
    assert [repr(line["least"]) for line in lines] == [row["least"] for row in rows]


def test_losses_for_tensorboard_take_what_writes_them(run: Run, place: str, tmp_path: Path) -> None:
    code, out, err = run("runs", "export", place, "--tensorboard", str(tmp_path / "events"))
    if code:
        assert "makemore-tui[tensorboard]" in err
    else:
        assert "losses written" in out
        assert list((tmp_path / "events").iterdir())


def test_a_run_computed_anew_is_met_or_it_is_said_from_where_not(run: Run, place: str) -> None:
    code, out, _ = run("replay", place, "--verify")
    assert code == 0
    assert "60 steps computed anew" in out
    assert "to the last bit" in out
    path = Path(place, "journal")
    found = journal.read(path.read_bytes())
    text, _ = journal.text_of(replace(found.head, seed=4), found.entries)
    path.write_bytes(text)
    Path(place, "newest.safetensors").unlink()
    code, out, _ = run("replay", place, "--verify", "--json")
    told = json.loads(out)
    assert (code, told["differs_from"]) == (3, 0)
    assert told["difference"] > 0
    assert run("replay", place)[0] == 0


def test_a_run_is_deleted(run: Run, place: str) -> None:
    assert run("runs", "delete", place)[0] == 0
    assert not Path(place).exists()
    code, _, err = run("runs", "delete", place)
    assert code == 2
    assert "There is no run" in err


def test_what_is_no_run_is_not_deleted(run: Run, tmp_path: Path, words: str) -> None:
    assert run("runs", "delete", str(tmp_path))[0] == 2
    assert run("runs", "delete", words)[0] == 2
    assert Path(words).exists()


def test_a_file_is_shown_and_computed_anew_like_a_folder(
    run: Run, place: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "run.st")
    assert run("train", "--steps", "80", "--run", place, "--save", file)[0] == 0
    assert json.loads(run("runs", "show", file, "--json")[1])["step"] == 80
    assert run("replay", file, "--verify")[0] == 0


# In the app


def test_the_app_opens_on_a_run_and_its_words(
    run: Run, place: str, words: str, opened: list[Options], tmp_path: Path
) -> None:
    run("--run", place)
    run("--continue")
    run("--resume", place)
    run("--run", str(tmp_path / "new"))
    asked = [(options.resume, options.data, options.place) for options in opened]
    new = str(tmp_path / "new")
    assert asked == [(place, words, ""), (LATEST, None, ""), (place, words, ""), (None, None, new)]
    assert run("--run", place, "--seed", "3")[0] == 2
    assert run("--run", place, "--resume", place)[0] == 2
    assert len(opened) == 4


def test_a_run_is_opened_on_its_own_words_though_the_config_file_names_others(
    run: Run, place: str, words: str, opened: list[Options], tmp_path: Path
) -> None:
    other, bundled = str(tmp_path / "other.txt"), str(tmp_path / "bundled")
    Path(other).write_text("zoe\n")
    path = config_path()
    path.parent.mkdir(parents=True)
    path.write_text(f'[start]\ndata = "{other}"')
    assert run("train", "1", "--run", bundled)[0] == 0
    for arguments in (("--run", bundled), ("--run", place), ("--continue",), ()):
        run(*arguments)
    Path(words).unlink()
    run("--run", place)
    assert [options.data for options in opened] == [None, words, other, other, other]


def test_lines_go_on_with_a_run_on_bundled_words_though_the_config_file_names_others(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = config_path()
    path.parent.mkdir(parents=True)
    path.write_text(f'[start]\ndata = "{tmp_path / "other.txt"}"')
    (tmp_path / "other.txt").write_text("zoe\n")
    bundled = str(tmp_path / "bundled")
    assert run("train", "1", "--run", bundled)[0] == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("train 1\n"))
    code, out, _ = run("--plain", "--run", bundled)
    assert code == 0
    assert "Finished at step 2;" in out
