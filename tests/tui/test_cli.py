"""The headless commands: what they print, what they refuse, how they end."""

from __future__ import annotations

import io
import itertools
import json
import math
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine import Check, Session, Worker
from engine.protocol import Configure, LoadDataset, SampledName, Settings
from engine.text.width import LEFT_TO_RIGHT_MARK, cells
from tests import PATIENCE
from tests.conftest import WriteWords
from tests.tui import ideograms
from tui.config import config_path
from tui.main import main
from tui.options import Options
from tui.shell.output import check_head, check_text, name_line, table

COMMANDS = (
    *("count", "tune", "ladder", "exercise", "figure", "train", "sample", "score", "verify"),
    "bench",
)
PROGRAM = [sys.executable, "-m", "tui"]
PROGRESS = {"event", "step", "loss", "data_loss", "total_loss", "gap", "steps_per_second"}


@dataclass(frozen=True)
class Answer:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object it printed."""
        value: dict[str, Any] = json.loads(self.out)
        return value

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The objects it printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Answer]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> Answer:
        capfd.readouterr()
        code = main(arguments)
        printed = capfd.readouterr()
        return Answer(code, printed.out, printed.err)

    return command


@pytest.fixture
def words(words_file: WriteWords) -> str:
    return words_file("emma\nolivia\nava\nisabella\nsophia\nemma\n")


@pytest.fixture
def checkpoint(run: Run, words: str, tmp_path: Path) -> str:
    path = str(tmp_path / "run")
    assert run("train", "--data", words, "--steps", "50", "--save", path, "--seed", "3").code == 0
    return path


# Help and version


def test_the_version_is_that_of_the_installed_distribution(run: Run) -> None:
    expected = f"makemore-tui {metadata.version('makemore-tui')}\n"
    assert run("--version") == Answer(0, expected, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_with_an_example(run: Run, command: str) -> None:
    answer = run(command, "--help")
    assert answer.code == 0
    assert f"  makemore-tui {command}" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 100


def test_the_help_of_train_says_which_loss_is_which_in_json(run: Run) -> None:
    out = " ".join(run("train", "--help").out.split())
    assert "data_loss is the loss, and loss the total, as total_loss is." in out


def test_the_help_names_every_command_and_every_option_of_the_app(run: Run) -> None:
    out = run("--help").out
    for word in (*COMMANDS, "--data", "--resume", "--speed", "--theme", "--gradient", "--init"):
        assert word in out


# count


def test_count_answers_in_json(run: Run) -> None:
    answer = run("count", "--top", "2", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["nll"] == pytest.approx(2.4543953286)
    assert answer.json["seconds"] > 0
    assert {**answer.json, "nll": 0, "seconds": 0} == {
        "words": 32257,
        "symbols": 27,
        "bigrams": 229804,
        "nonzero": 627,
        "zero": 102,
        "once": 40,
        "nll": 0,
        "top": [["n", ".", 6808], ["a", ".", 6682]],
        "seconds": 0,
        "bytes": 229804,
    }


@pytest.mark.skipif("MAKEMORE_NAMES" not in os.environ, reason="needs makemore's list")
def test_count_answers_for_makemores_list_as_the_lecture(run: Run) -> None:
    found = run("count", "--data", os.environ["MAKEMORE_NAMES"], "--json").json
    assert found["words"] == 32033
    assert found["bigrams"] == 228146
    assert found["top"][0] == ["n", ".", 6763]
    assert found["nll"] == pytest.approx(2.4540144891548743)


def test_count_answers_people_with_what_was_cleaned(run: Run, words_file: WriteWords) -> None:
    out = run("count", "--data", words_file("em\x1bma\n\na.b\nava\n")).out
    assert "1 blank line ignored, 1 unprintable character removed" in out
    assert "1 word with a full stop left out" in out
    assert "32,257" in run("count").out


@pytest.mark.parametrize("is_seen", [True, False])
def test_on_a_terminal_the_figures_behind_words_from_right_to_left_stay_there(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch, is_seen: bool
) -> None:
    printed = io.StringIO()
    monkeypatch.setattr(printed, "isatty", lambda: is_seen)
    monkeypatch.setattr(sys, "stdout", printed)
    assert main(["score", "שרה", "--data", words_file("שרה\nדן\n"), "--smoothing", "1"]) == 0
    assert "log likelihood" in printed.getvalue()
    mark = LEFT_TO_RIGHT_MARK * is_seen
    assert f"שרה{mark}  log likelihood" in printed.getvalue()
    assert printed.getvalue().count(LEFT_TO_RIGHT_MARK) == 5 * is_seen


# Longer contexts: count, tune, ladder

TODAY = {"words", "symbols", "bigrams", "nonzero", "zero", "once", "nll", "top"}
TRIAL = {"order", "dots", "split", "model", "parameter", "value", "train"}
COUNTED = TRIAL | {"words", "symbols", "predictions", "contexts", "cells", "once", "top"}
DEV = {"dev", "unseen_dev", "repeats_dev", "new_dev", "culprits_dev"}
TEST = {"test", "unseen_test", "repeats_test", "new_test", "culprits_test"}


def test_count_of_another_order_has_the_losses_of_the_parts(run: Run) -> None:
    asked = ["count", "--order", "3", "--split", "lecture", "--smoothing", "1", "--json"]
    found = run(*asked).json
    assert set(found) == COUNTED | DEV | {"test_sealed"}
    assert (found["order"], found["dots"], found["split"]) == (3, 2, "lecture")
    assert (found["predictions"], found["words"]) == (229804, 32257)
    assert found["test_sealed"] is True
    assert found["top"][:2] == [["..", "a", 3559], ["..", "k", 2385]], "of train alone"
    assert (found["train"], found["dev"]) == pytest.approx((2.214158046, 2.252647170), abs=1e-8)
    opened = run(*asked, "--open-test").json
    assert set(opened) == COUNTED | DEV | TEST
    assert opened["test"] == pytest.approx(2.238469506, abs=1e-8)


def test_count_without_a_split_has_neither_dev_nor_test(run: Run) -> None:
    found = run("count", "--order", "4", "--json").json
    assert set(found) == COUNTED
    assert (found["value"], found["train"]) == (0.0, pytest.approx(1.884926807, abs=1e-8))
    bigram = run("count", "--json").json
    both = run("count", "--order", "2", "--json").json
    assert set(both) == COUNTED | TODAY
    assert {name: both[name] for name in TODAY} == {name: bigram[name] for name in TODAY}
    assert both["train"] == bigram["nll"]


def test_count_of_another_order_lists_its_most_frequent_n_grams(run: Run) -> None:
    text = run("count", "--order", "3", "--top", "2").out
    assert "  most frequent n-grams of train\n    ..a  4,438  1.93 %" in text
    assert text.splitlines()[-1].startswith("    ..k  2,982  1.30 %")
    assert "most frequent" not in run("count", "--order", "3", "--top", "0").out


def test_an_infinite_loss_is_null_and_names_its_culprits(run: Run, words_file: WriteWords) -> None:
    path = words_file("ab\n" * 8 + "ba\nbb\n")
    found = run("count", "--data", path, "--split", "file", "--open-test", "--json").json
    assert (found["dev"], found["unseen_dev"], found["new_dev"]) == (None, 3, None)
    assert found["culprits_dev"] == [[".b", "ba"], ["a.", "ba"], ["ba", "ba"]]
    assert (found["test"], found["unseen_test"]) == (None, 2)
    text = run("count", "--data", path, "--split", "file").out
    assert "dev: 3 predictions of n-grams that train does not hold: .b in ba, a. in ba" in text
    assert re.search(r"dev +1 +3 +∞", text)


@pytest.fixture
def pairs(words_file: WriteWords) -> str:
    """Twenty words, of which a tenth are dev and a tenth test."""
    return words_file("\n".join(a + b for a in "abcd" for b in "abcde"))


@pytest.mark.slow
def test_people_are_told_that_test_is_sealed(run: Run, pairs: str) -> None:
    for command in ("count --smoothing 1", "tune", "ladder"):
        arguments = [*command.split(), "--data", pairs, "--split", "0.8,0.1,0.1@7"]
        sealed, opened = run(*arguments), run(*arguments, "--open-test")
        assert "sealed; --open-test opens it" in sealed.out
        assert "sealed" not in opened.out
        assert sealed.out != opened.out


def test_tune_finds_the_parameter_that_does_best_on_dev(run: Run) -> None:
    found = run("tune", "--order", "3", "--split", "lecture", "--json").json
    assert set(found) == TRIAL | DEV | {"edge", "curve", "test_sealed"}
    assert (found["model"], found["parameter"], found["edge"]) == ("counts", "smoothing", None)
    assert found["value"] == pytest.approx(0.180067, rel=1e-3)
    assert found["dev"] == pytest.approx(2.239206668, abs=1e-8)
    text = run("tune", "--order", "3", "--split", "lecture").out
    assert "counts, smoothing 0.180067, best on dev" in text


@pytest.mark.parametrize(
    ("model", "parameter", "length"),
    [
        ("witten-bell", None, 0),
        ("jelinek-mercer", "weights", 4),
        ("modified-kneser-ney", "discounts", 3),
    ],
)
def test_tune_names_what_is_not_one_number(
    run: Run, model: str, parameter: str | None, length: int
) -> None:
    found = run("tune", "--order", "3", "--split", "hash", "--model", model, "--json").json
    assert found["parameter"] == parameter
    assert found["value"] is None if parameter is None else len(found["value"]) == length
    assert found["curve"] == []


def test_tune_leaves_one_out_where_there_is_no_dev(run: Run) -> None:
    found = run("tune", "--json").json
    assert set(found) == TRIAL | {"edge", "curve", "left_out"}
    assert found["left_out"] > found["train"]
    assert "best on leave-one-out" in run("tune").out


def test_an_optimum_at_the_edge_is_said(run: Run, words_file: WriteWords) -> None:
    path = words_file("ab\n" * 20)
    assert run("tune", "--data", path, "--split", "file", "--json").json["edge"] == "least"
    assert "the low end of its range" in run("tune", "--data", path, "--split", "file").out


def test_the_ladder_has_every_model_at_every_order(run: Run, pairs: str) -> None:
    found = run("ladder", "--data", pairs, "--json").json
    rows = found["rows"]
    assert set(found) == {"split", "rows", "published", "test_sealed"}
    assert len({(row["model"], row["order"]) for row in rows}) == len(rows) == 7 * 7
    assert [row["dev"] for row in rows] == sorted(row["dev"] for row in rows)
    assert not any("test" in row for row in rows)
    assert {"new_dev", "train", "cells", "contexts", "milliseconds"} <= set(rows[0])
    assert [mark["dev"] for mark in found["published"]] == [2.1701, 2.1057, 1.9937]


def test_the_ladder_says_of_which_words_and_splits_the_published_figures_are(
    run: Run, pairs: str
) -> None:
    text = run("ladder", "--data", pairs, "--split", "part2").out
    assert text.count("— MLP") == 2
    assert "these are other words: no comparison" in text
    assert "— MLP" not in run("ladder", "--data", pairs, "--split", "tenth").out


def test_the_ladder_opens_test_for_the_best_or_for_all_and_says_so(run: Run, pairs: str) -> None:
    asked = ["ladder", "--data", pairs, "--split", "tenth"]
    best = run(*asked, "--open-test", "--json").json
    assert [("test" in row) for row in best["rows"]] == [True, *[False] * 48]
    assert (best["test_opened"], "test_sealed" in best) == ("best", False)
    every = run(*asked, "--open-test", "all", "--json").json
    assert all("test" in row for row in every["rows"])
    assert "test is open for all" in run(*asked, "--open-test", "all").out


# train


# exercise


def test_exercises_are_listed_and_one_explains_a_number(run: Run) -> None:
    listed = run("exercise", "--json").json["exercises"]
    assert [each["name"] for each in listed] == ["e01", "e02", "e03", "e04", "e05", "e06"]
    found = run("exercise", "e05", "--answer", "3.755986", "--json")
    assert (found.code, found.err) == (0, "")
    assert "logit − 100, by hand" in found.json["diagnosis"]["sentences"][0]
    out = run("exercise", "e05", "--answer", "3.755986").out
    assert "silently wrong" in out
    assert "infinite" in out


def test_one_experiment_of_the_sixth_exercise_is_shown_alone(run: Run, words: str) -> None:
    shown = run("exercise", "e06", "--card", "backwards", "--data", words, "--json").json
    assert [card["name"] for card in shown["cards"]] == ["backwards"]
    assert {figure["group"] for figure in shown["figures"]} == {"backwards"}
    out = run("exercise", "e06", "--card", "backwards", "--data", words).out
    assert "\nbigram, backwards " in out
    assert shown["cards"][0]["why"][:40] in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("e06", "--card", "all"), "There is no card “all”; choose from units"),
        (("e09",), "There is no exercise “e09”; choose from e01"),
        (("e05", "--answer", "many"), "The answer must be a number such as 2.19"),
        (("e05", "--dots", "1"), "The exercise e05 takes no dots"),
        (("e01", "--dots", "3"), "dots of a trigram must be 1 or 2"),
    ],
)
def test_an_exercise_that_cannot_be_worked_is_refused(
    run: Run, words: str, arguments: tuple[str, ...], sentence: str
) -> None:
    answer = run("exercise", *arguments, "--data", words)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err


def test_train_reports_progress_and_ends_with_finished(run: Run, words: str) -> None:
    answer = run("train", "--data", words, "--steps", "100", "--json")
    *progress, last = answer.lines
    assert (answer.code, answer.err) == (0, "")
    assert [line["step"] for line in progress] == list(range(0, 100, 5))
    assert {line["event"] for line in progress} == {"progress"}
    assert (last["event"], last["step"]) == ("finished", 100)
    assert all(set(line) == PROGRESS for line in answer.lines)
    assert last["loss"] < progress[0]["loss"]
    floor = run("count", "--data", words, "--json").json["nll"]
    assert last["gap"] == pytest.approx(last["data_loss"] - floor)
    assert last["steps_per_second"] > 0


@pytest.mark.skipif("MAKEMORE_NAMES" not in os.environ, reason="needs makemore's list")
def test_a_thousand_steps_end_at_the_known_loss(run: Run) -> None:
    data = os.environ["MAKEMORE_NAMES"]
    answer = run("train", "--data", data, "--steps", "1000", "--regularization", "0", "--json")
    assert answer.lines[-1]["loss"] == pytest.approx(2.4553630, abs=2e-6)
    assert 15 <= len(answer.lines) <= 25


def test_train_at_another_order_tells_train_and_dev_and_keeps_test_sealed(run: Run) -> None:
    """The counts are the optimum, which Newton's method gets to: their floor on train."""
    order = ("--order", "3", "--split", "lecture")
    newton = ("--optimizer", "newton", "--regularization", "0")
    answer = run("train", *order, *newton, "--steps", "30", "--every", "15", "--json")
    *progress, last = answer.lines
    assert all(set(line) == {*PROGRESS, "dev_loss"} for line in progress)
    assert set(last) == {*PROGRESS, "dev_loss", "test_sealed"}
    assert last["test_sealed"] is True
    assert 0 <= last["gap"] < 1e-6
    assert last["dev_loss"] > last["data_loss"] + 0.05
    assert last["data_loss"] == pytest.approx(run("count", *order, "--json").json["train"])


def test_one_hots_are_trained_saved_drawn_from_and_scored(
    run: Run, pairs: str, tmp_path: Path
) -> None:
    saved, data = str(tmp_path / "run"), ("--data", pairs)
    way = (*data, "--order", "3", "--model", "onehots", "--learning-rate", "3")
    answer = run("train", *way, "--steps", "40", "--save", saved, "--json")
    first, last = answer.lines[0], answer.lines[-1]
    assert (answer.code, answer.err) == (0, "")
    assert set(last) == PROGRESS
    assert 0 < last["gap"] < first["gap"]
    floor = run("count", *data, "--order", "3", "--json").json["train"]
    assert last["data_loss"] - last["gap"] > floor, "no table reaches so far as one of pairs"
    resumed = run("train", *data, "--resume", saved, "--steps", "60", "--json").lines[-1]
    straight = run("train", *way, "--steps", "60", "--json").lines[-1]
    assert resumed["loss"] == straight["loss"]
    for named in ((), ("--model", "onehots")):
        asked = (*data, "--checkpoint", saved, "--order", "3", *named, "--json")
        drawn, scored = run("sample", *asked).json, run("score", *asked, "ab").json
        assert (drawn["model"], drawn["order"]) == (scored["model"], scored["order"])
        assert scored["model"] == "onehots"
        assert len(drawn["names"]) == 10
        assert scored["words"][0]["nll"] > 0


def test_people_are_told_of_one_hots_and_of_a_floor_that_is_not_known(
    run: Run, pairs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("train", "--data", pairs, "--steps", "2", "--order", "3", "--model", "onehots")
    head = run(*command).out.splitlines()[0]
    assert "symbols · onehots · W (" in head
    assert " · order 3 · dots 2 · split none · least loss " in head
    monkeypatch.setattr("engine.models.onehots.MOST_ADDED", 0)
    text = run(*command).out
    assert "least loss not worked out" in text.splitlines()[0]
    assert "nan" not in text
    assert run(*command, "--json").lines[-1]["gap"] is None


def test_test_is_opened_by_its_option_alone(run: Run, pairs: str) -> None:
    train = ("train", "--data", pairs, "--steps", "5", "--order", "3", "--split", "tenth")
    last = run(*train, "--open-test", "--json").lines[-1]
    assert set(last) == {*PROGRESS, "dev_loss", "test"}
    text = run(*train, "--open-test").out
    assert f"Loss on test: {last['test']:.6f} nats." in text
    assert "on test" not in run(*train).out


def test_people_are_told_what_is_trained_on(run: Run, pairs: str) -> None:
    text = run(
        "train", "--data", pairs, "--steps", "2", "--order", "4", "--dots", "1", "--split", "tenth",
        "--optimizer", "rows",
    ).out  # fmt: skip
    assert "order 4 · dots 1 · split tenth · entropy floor" in text
    assert "counts gradient · rows · cpu" in text
    heads, *rows = text.partition("cpu\n\n")[2].splitlines()
    assert heads.split() == ["step", "loss", "total", "gap", "dev", "loss", "steps/s"]
    last = rows[-3].split()
    assert float(last[1]) < float(last[2]), "the total has the regularization on top"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--open-test",), "Split none has no test to be opened; choose another."),
        (("--order", "3", "--dots", "3"), "dots must be a whole number from 0 to 2"),
        (("--split", "0.9,0.05,0.05"), "6 words cannot be split by 0.9,0.05,0.05: dev would be"),
        (("--optimizer", "adam"), "optimizer must be one of plain, rows, newton"),
        (("--model", "counts"), "model must be one of neural, onehots, not counts."),
        (
            ("--model", "onehots", "--order", "3", "--optimizer", "newton"),
            "optimizer newton goes by the rows of a table",
        ),
    ],
)
def test_what_cannot_be_trained_is_refused_at_once(
    run: Run, words: str, arguments: tuple[str, ...], sentence: str
) -> None:
    answer = run("train", "--data", words, "--steps", "5", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err


@pytest.mark.parametrize("split", ["none", "tenth"])
def test_resuming_goes_on_at_the_order_of_the_checkpoint(
    run: Run, pairs: str, tmp_path: Path, split: str
) -> None:
    saved = str(tmp_path / "run")
    order = ("--order", "3", "--split", split)
    run("train", "--data", pairs, "--steps", "5", *order, "--save", saved)
    resumed = run("train", "--data", pairs, "--steps", "9", "--resume", saved, "--json")
    straight = run("train", "--data", pairs, "--steps", "9", *order, "--json")
    different = {"steps_per_second"}
    last, expected = resumed.lines[-1], straight.lines[-1]
    assert {k: v for k, v in last.items() if k not in different} == {
        k: v for k, v in expected.items() if k not in different
    }
    other = run("train", "--data", pairs, "--steps", "9", "--resume", saved, "--order", "4")
    assert "was trained at order 3 with dots 2" in other.err


def test_every_says_how_often_to_report(run: Run, words: str) -> None:
    answer = run("train", "--data", words, "--steps", "50", "--every", "20", "--json")
    assert [line["step"] for line in answer.lines] == [0, 20, 40, 50]


def test_the_last_line_tells_the_mean_speed_of_the_run(
    run: Run, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every stride takes a millisecond: 1, 2, 4, 8 and 5 steps, then 16.
    for place in ("engine.inline", "engine.training.hand"):
        ticks = (tick / 1000 for tick in itertools.count())
        clock = SimpleNamespace(perf_counter=ticks.__next__, monotonic=time.monotonic)
        monkeypatch.setattr(f"{place}.time", clock)
    answer = run("train", "--data", words, "--steps", "36", "--every", "20", "--json")
    speeds = [line["steps_per_second"] for line in answer.lines]
    assert speeds == pytest.approx([0, 20 / 0.005, 36 / 0.006])


@pytest.mark.parametrize(
    "arguments",
    [
        ("count", "--top", "3"),
        ("train", "--steps", "60", "--every", "25", "--save", "run"),
        ("train", "--steps", "90", "--resume", "run"),
        ("sample", "--checkpoint", "run", "--number", "3"),
        ("score", "emma", "--checkpoint", "run"),
        ("lab", "counting"),
        ("sample", "--prefix", "ê"),
    ],
    ids=" ".join,
)
def test_an_engine_on_a_thread_answers_like_the_one_where_it_is_asked(
    run: Run,
    words: str,
    checkpoint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    threads: list[Worker] = []

    def on_a_thread(session: Session) -> Worker:
        threads.append(Worker(session))
        return threads[-1]

    monkeypatch.chdir(tmp_path)
    here = run(*arguments, "--data", words, "--json")
    monkeypatch.setattr("tui.shell.headless.Inline", on_a_thread)
    there = run(*arguments, "--data", words, "--json")
    assert all(thread.close(20) for thread in threads)
    assert len(threads) == 1
    assert untimed(there) == untimed(here)


def untimed(answer: Answer) -> Answer:
    """The same without what the clock said."""
    out = re.sub(r'("(?:steps_per_second|seconds)": )[^,}]+', r"\1…", answer.out)
    return Answer(answer.code, out, answer.err)


ROW = re.compile(r"^ +\d+ .*", re.MULTILINE)
"""A report of a run, to people."""


def test_no_steps_are_a_run_too(run: Run, words: str) -> None:
    answer = run("train", "--data", words, "--steps", "0", "--json")
    assert [line["event"] for line in answer.lines] == ["progress", "finished"]
    assert answer.lines[-1]["step"] == 0
    assert len(ROW.findall(run("train", "--data", words, "--steps", "0").out)) == 1


def test_figures_keep_apart_however_large_they_are(run: Run) -> None:
    rows = ROW.findall(run("train", "8", "--learning-rate", "1e9", "--regularization", "1").out)
    assert [len(row.split()) for row in rows] == [5] * len(rows)
    steps = [int(row.split()[0]) for row in rows]
    assert steps == list(range(len(steps)))
    assert "e+" in rows[1]


def test_resuming_goes_on_to_the_total_as_if_there_had_been_no_break(
    run: Run, words: str, checkpoint: str
) -> None:
    resumed = run("train", "--data", words, "--steps", "80", "--resume", checkpoint, "--json")
    straight = run("train", "--data", words, "--steps", "80", "--seed", "3", "--json")
    assert resumed.lines[0]["step"] == 50
    ends = [answer.lines[-1] for answer in (resumed, straight)]
    for end in ends:
        del end["steps_per_second"]
    assert ends[0] == ends[1]


def test_saved_settings_win_unless_given_anew(run: Run, words: str, tmp_path: Path) -> None:
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    run("train", "--data", words, "--steps", "5", "--learning-rate", "3", "--save", first)
    resume = ("train", "--data", words, "--steps", "9", "--resume", first)
    assert "learning rate 3 · regularization 0.01" in run(*resume).out
    again = run(*resume, "--regularization", "0.5", "--save", second)
    assert "learning rate 3 · regularization 0.5" in again.out
    assert f"Saved to {second}" in again.out


def test_a_run_whose_loss_is_no_longer_a_number_ends_with_1(run: Run, words: str) -> None:
    answer = run("train", "--data", words, "--steps", "99", "--learning-rate", "1e30", "--json")
    assert answer.code == 1
    assert answer.lines[-1]["event"] == "diverged"
    assert math.isfinite(answer.lines[-1]["loss"])
    assert answer.lines[-1]["step"] < 99


def test_a_rate_that_throws_the_loss_about_is_warned_of_beside_the_results(run: Run) -> None:
    answer = run("train", "--steps", "1700", "--learning-rate", "500", "--json")
    assert answer.code == 0
    assert "2/λmax" in answer.err
    assert len(answer.err.splitlines()) == 1
    assert answer.lines[-1]["event"] == "finished"


def test_a_run_on_other_data_of_the_same_alphabet_is_not_gone_on_with(
    run: Run, checkpoint: str, words_file: WriteWords
) -> None:
    other = words_file("ava\nolivia\nisabella\nsophia\nemma\n")
    answer = run("train", "--data", other, "--steps", "60", "--resume", checkpoint, "--json")
    assert answer.code == 2
    assert "trained on other counts" in answer.err


# sample and score


def test_sample_draws_the_names_of_the_lecture(run: Run) -> None:
    assert run("sample", "--number", "5", "--json").json == {
        "names": ["mor", "axx", "minaymoryles", "kondlaisah", "anchshizarie"],
        "known": [False] * 5,
        "sampler": "lecture",
        "seed": 2147483647,
    }


def test_sample_prints_names_with_their_nll_and_a_mark(run: Run, words: str) -> None:
    command = ("sample", "--data", words, "--smoothing", "0", "--temperature", "0.01")
    lines = run(*command, "--number", "3").out.splitlines()
    assert len(lines) == 3
    assert all(line.split()[2] in ("known", "new") for line in lines)


def test_a_checkpoint_means_the_neural_model(run: Run, words: str, checkpoint: str) -> None:
    command = ("sample", "--data", words, "--checkpoint", checkpoint, "--prefix", "em", "--json")
    implied, said = run(*command), run(*command, "--model", "neural")
    assert implied == said
    assert all(name.startswith("em") for name in implied.json["names"])


def test_score_takes_words_apart_in_json(run: Run) -> None:
    first, second, third = run("score", "andrejq", "emma", "zoë", "--json").json["words"]
    assert first["word"] == "andrejq"
    assert (first["log_likelihood"], first["nll"]) == (None, None)
    assert (first["impossible"], first["unknown"]) == (["jq"], [])
    assert first["bigrams"][1][:3] == ["a", "n", 5471]
    assert first["bigrams"][6] == ["j", "q", 0, 0, None]
    assert second["nll"] == pytest.approx(-second["log_likelihood"] / 5)
    assert third["unknown"] == ["ë"]
    assert third["bigrams"] == []


def test_score_of_nothing_but_unknown_symbols_ends_as_a_refusal_does(run: Run, words: str) -> None:
    for asked, code in ((["Emma"], 2), (["Emma", "é"], 2), (["Emma", "emma"], 0), (["emm"], 0)):
        answer = run("score", *asked, "--data", words)
        assert answer.code == code
        assert ("Emma  holds E, which no word of these data holds" in answer.out) == (
            "Emma" in asked
        )
        assert run("score", *asked, "--data", words, "--json").code == code


@pytest.mark.parametrize(
    ("flow", "said"),
    [
        (b"emma\r\n\n  ava \n", ""),
        (b"\xef\xbb\xbfemma\nava", ""),
        (b"\n \n", "Standard input holds no words; give them one a line."),
        (b"emma\nav\xe9\n", "Standard input is not UTF-8 in line 2"),
    ],
)
def test_words_to_score_may_flow_in(
    run: Run, words: str, monkeypatch: pytest.MonkeyPatch, flow: bytes, said: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(flow)))
    answer = run("score", "-", "--data", words)
    if said:
        assert answer.code == 2
        assert said in answer.err
    else:
        assert answer == run("score", "emma", "ava", "--data", words)


def test_score_answers_people_and_takes_a_checkpoint(run: Run, words: str, checkpoint: str) -> None:
    out = run("score", "--data", words, "zoe", "av", "--smoothing", "0").out
    assert "holds z, which no word of these data holds" in out
    assert "impossible: v." in out
    assert "−∞" in out
    neural = run("score", "--data", words, "--checkpoint", checkpoint, "av", "--json").json
    assert neural["words"][0]["impossible"] == []


def test_sample_and_score_take_models_of_any_order(run: Run) -> None:
    drawn = run("sample", "--order", "3", "--smoothing", "0", "--number", "2", "--json").json
    assert drawn == {
        "names": ["mio", "axx"],
        "known": [True, False],
        "sampler": "lecture",
        "seed": 2147483647,
        "model": "counts",
        "order": 3,
        "dots": 2,
        "split": "none",
    }
    way = ("--order", "4", "--split", "lecture", "--model", "dirichlet", "--strength", "3")
    assert len(run("sample", *way, "--number", "2").out.splitlines()) == 2
    score = run("score", "andrejq", "--json", *way).json
    recipe = {name: score[name] for name in ("model", "order", "dots", "split")}
    assert recipe == {"model": "dirichlet", "order": 4, "dots": 3, "split": "lecture"}
    (word,) = score["words"]
    assert "bigrams" not in word
    step = word["ngrams"][6]
    assert (step["context"], step["symbol"], step["count"]) == ("rej", "q", 0)
    assert [gram for gram, _ in step["backoff"]] == ["rejq", "ejq", "jq", "q"]
    assert math.exp(step["log_probability"]) == pytest.approx(step["probability"])


def test_score_says_which_ends_of_an_n_gram_were_seen(run: Run) -> None:
    lines = run("score", "andrejq", "--order", "4").out.splitlines()
    assert lines[1] == "  impossible: rejq ejq. (never seen; smoothing makes it possible)"
    assert lines[2].split() == ["n-gram", "count", "p", "log", "p", "ends"]
    assert "rejq" in lines[9]
    assert lines[9].endswith("−∞  ejq 0, jq 0, q 274")
    assert run("score", "a", "--order", "1").out.splitlines()[2].split()[0] == "a"
    none = run("score", "a", "--order", "4", "--dots", "1").out
    assert none == "a  is not predicted: it is too short for so few dots\n"


# verify and bench


def test_verify_ends_with_a_verdict(run: Run, words: str) -> None:
    answer = run("verify", "--data", words)
    assert answer.code == 0
    assert "figures are as they should be; 1 left out." in answer.out
    assert "OFF" not in answer.out
    head, *lines = answer.out.splitlines()
    columns = {line.rindex("ok") for line in lines if line.endswith("  ok")}
    assert columns == {head.index("verdict")}


def test_a_figure_known_to_the_last_digit_is_shown_to_it() -> None:
    lines = [check_head()]
    lines += map(
        check_text,
        (
            Check("g", "lecture", 3.7693049907684326, 3.7693047523498535, 3e-7, "ok"),
            Check("g", "float64", 3.7693049907684326, 3.769304917754006, 1e-6, "ok"),
            Check("g", "short", 2.5, 2.50000000000123456, 1e-8, "ok"),
            Check("g", "long", "mor axx minaymoryles", "kondlaisah anchshizarie", 0.0, "off"),
        ),
    )
    lecture, float64, short, long = lines[1:]
    assert lecture.split()[1:3] == ["3.7693049907684326", "3.7693047523498535"]
    assert float64.split()[1:3] == ["3.769304991", "3.769304918"]
    assert short.split()[1:3] == ["2.5", "2.5"]
    assert long.splitlines()[2].endswith("got       kondlaisah anchshizarie")
    columns = zip(lines, ("verdict", "ok", "ok", "ok", "OFF"), strict=True)
    assert len({line.splitlines()[0].rindex(word) for line, word in columns}) == 1


def test_verify_ends_with_1_if_a_figure_is_off(
    run: Run, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.proof.identities.EXACT", -1.0)
    answer = run("verify", "--data", words)
    assert answer.code == 1
    assert "OFF" in answer.out
    found = run("verify", "--data", words, "--json")
    assert found.code == 1
    assert {check["verdict"] for check in found.json["checks"]} == {"ok", "off", "left out"}


@pytest.mark.slow
def test_bench_times_all_four(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.proof.bench.ROUNDS", 1)
    found = run("bench", "--json").json
    assert (found["order"], found["dots"], set(found)) == (2, 1, {"order", "dots", "paths"})
    paths = found["paths"]
    assert [path["path"] for path in paths] == ["lecture", "onehot", "gather", "counts"]
    assert all(path["ratio"] > 0 for path in paths)


def test_bench_of_another_order_says_which_paths_are_too_large(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.proof.bench.ROUNDS", 1)
    monkeypatch.setattr("engine.proof.bench.COMPARED", 1)
    found = run("bench", "--order", "3", "--json").json
    assert (found["order"], found["dots"]) == (3, 2)
    assert [path["path"] for path in found["paths"]] == ["gather", "counts"]
    assert list(found["refused"]) == ["onehot"]
    text = run("bench", "--order", "3", "--dots", "1").out
    assert re.search(r"^onehot: The onehot gradient needs [\d,]+ MB a step", text, re.MULTILINE)


# Other scripts, other terminals


def test_a_word_in_another_case_is_told_of_the_one_in_the_data(run: Run, words: str) -> None:
    out = run("score", "Emma", "--data", words).out
    assert out == "Emma  holds E, which no word of these data holds; did you mean emma?\n"


@pytest.mark.parametrize(
    "text", ["mary ann", "漢字", "👩\u200d👩\u200d👧", "❤\ufe0f", "कि", "e\u0301"]
)
def test_columns_stand_below_one_another_in_every_script(text: str) -> None:
    rows = list(table([(text, "1", "x"), ("emma", "22,000", "x")], "<>>"))
    names = [name_line(SampledName(name, 2.5, True)) for name in (text, "emma")]
    assert cells(rows[0]) == cells(rows[1])
    assert cells(names[0]) == cells(names[1])


def test_a_blank_is_seen_as_a_symbol(run: Run, words_file: WriteWords) -> None:
    path = words_file("a b\n")
    assert "a␣" in run("count", "--data", path).out
    assert "␣b" in run("score", "a b", "--data", path).out


def test_what_is_certain_costs_nothing_and_has_no_sign(run: Run, words_file: WriteWords) -> None:
    path = words_file("a\n")
    for command in ("count", "score a", "train --steps 1", "sample --smoothing 0"):
        for more in ("", "--json"):
            out = run(*command.split(), "--data", path, *more.split()).out
            assert not re.search(r"[-−]0(\.0*)?(?![.\d])", out)


def test_a_terminal_without_a_symbol_gets_a_simpler_one() -> None:
    done = subprocess.run(
        [*PROGRAM, "score", "emma"],
        capture_output=True,
        timeout=PATIENCE,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert b"log likelihood -12.5803" in done.stdout
    assert b"?" not in done.stdout


def test_an_odd_file_is_named_in_a_warning(run: Run, words_file: WriteWords) -> None:
    answer = run("count", "--data", words_file("emma\t12\nava\t3\nzoe\u0308\t1\n"))
    assert "looks like a table with columns parted by tabs" in answer.err
    assert "of 3 lines with tabs the first column taken" in answer.out
    assert "1 word brought to NFC" in answer.out


@pytest.mark.parametrize("command", ["train 1", "sample --number 1", "score emma"])
def test_whatever_reads_words_says_how_many_lines_it_cannot_use(
    command: str, run: Run, words_file: WriteWords
) -> None:
    book = words_file("# emma\nShe is at home.\nAnd he is not.\n")
    assert f"{book} holds a full stop, " in (err := run(*command.split(), "--data", book).err)
    assert "in 2 of 3 lines" in err


# Refusals


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("--nonsense", "No such option '--nonsense'"),
        ("count --nonsense", "see makemore-tui count --help"),
        ("dance", "No such command 'dance'; see"),
        ("trian", "No such command 'trian' (did you mean 'train'?); see makemore-tui --help"),
        ("names.txt", "(did you mean --data names.txt?)"),
        ("lists/mine", "(a file of words goes with --data, and there is no file lists/mine)"),
        ("--bogus", "No such option '--bogus'; see makemore-tui --help."),
        ("train --lerning-rate 1", "(did you mean '--learning-rate'?); see"),
        ("lab --chapter 3", "No such option '--chapter'; see makemore-tui lab --help."),
        ("train 5 --lr 2", "(did you mean --learning-rate?); see makemore-tui train"),
        ("tune names.txt", "(did you mean --data names.txt?); see makemore-tui tune"),
        (
            "sample --prefix Em",
            "The prefix holds E, which no word of these data holds; did you mean em",
        ),
        ("train", "Give how many steps to take"),
        ("train 5 --steps 5", "Give how many steps to take"),
        ("sample 5 --number 5", "given twice"),
        ("score", "Missing argument"),
        ("tune extra", "unexpected extra argument"),
        ("count extra", "There is no file extra; check the path."),
        ("train --steps", "requires an argument"),
        ("train --steps many", "number of steps must be a whole number"),
        ("train --steps -1", "number of steps"),
        ("train --steps 5 --learning-rate 0", "learning rate must be a finite number above 0"),
        ("train --steps 5 --learning-rate nan", "learning rate must be"),
        ("train --steps 5 --regularization -1", "regularization must be"),
        ("train --steps 5 --gradient x", "gradient path must be one of counts, gather, onehot"),
        ("train --steps 5 --init x", "initial weights must be"),
        ("train --steps 5 --every 0", "every must be"),
        ("train --steps 5 --save /nowhere/run", "there is no folder /nowhere"),
        ("train --steps 5 --save .", "is a directory"),
        ("train --steps 5 --resume /nowhere", "There is no run /nowhere"),
        ("sample --temperature 0", "temperature must be a finite number above 0"),
        ("sample --temperature inf", "temperature must be"),
        ("sample --smoothing -1", "smoothing must be"),
        ("sample --number 0", "number of names must be"),
        ("sample --sampler x", "sampler must be one of lecture, torch"),
        ("sample --prefix É", "prefix holds É"),
        ("sample --model neural", "makemore-tui train --steps 1000 --save FILE makes one"),
        ("sample --model counts --checkpoint x", "take --model neural"),
        ("score --model neural emma", "needs --checkpoint FILE"),
        ("score --model kneser-ney --checkpoint x emma", "take --model neural"),
        ("score --model onehots emma", "train --model onehots --order 3 --steps 1000"),
        ("--model onehots train --steps 1", "--model stands before train; put it after it."),
        ("score --model oracle emma", "model must be one of counts, witten-bell"),
        ("score --model kneser-ney --smoothing 1 emma", "--smoothing is of the model counts"),
        ("score --model kneser-ney --strength 1 emma", "kneser-ney takes no strength"),
        ("score --order 0 emma", "order must be"),
        ("sample --order 3 --dots 1", "draw with dots 2"),
        ("sample --order 3 --smoothing 0 --prefix qx", "goes on after qx"),
        ("sample --model jelinek-mercer --order 3", "choose a split that has one"),
        ("count --data /nowhere", "There is no file /nowhere"),
        ("count --data .", "is a directory"),
        ("count --data=", "An empty path names no file"),
        ("count --top -1", "top must be"),
        ("count --order 8", "order must be a whole number from 1 to 7, not 8"),
        ("count --order 3 --dots 3", "dots must be a whole number from 0 to 2"),
        ("count --split fourths", "There is no split “fourths”; choose from none, lecture"),
        ("count --model neural", "model must be one of counts, witten-bell"),
        ("count --discount 1.5", "discount must be a finite number from 0 to 1"),
        ("count --strength 3", "The model counts takes no strength; leave it out"),
        ("count --open-test", "Split none has no test"),
        ("tune --model absolute", "is tuned on dev"),
        ("ladder --split none", "sorted by dev, which split none does not have"),
        ("ladder --open-test some", "'some' is not one of 'best', 'all'"),
        ("bench --order 8", "order must be a whole number from 1 to 7, not 8"),
        ("bench --order 2 --dots 2", "dots must be a whole number from 0 to 1"),
        ("verify --data /nowhere", "There is no file"),
        ("verify --device x", "device must be"),
        ("--data names.txt count", "put it after it"),
        ("--speed 0", "speed must be"),
    ],
)
def test_bad_usage_is_one_sentence_and_ends_with_2(run: Run, command: str, sentence: str) -> None:
    answer = run(*command.split())
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err
    assert answer.err.startswith("makemore-tui: ")
    assert len(answer.err.splitlines()) == 1


def test_what_a_terminal_could_obey_is_taken_out_of_refusals(run: Run) -> None:
    for command in (["count", "--data", "\x1b[2J\u202e"], ["--\x1b[31m"], ["\x1b]0;x\x07"]):
        answer = run(*command)
        assert answer.code == 2
        assert answer.err.strip().isprintable()


def test_names_with_broken_files_are_refused(run: Run, words: str, checkpoint: str) -> None:
    Path(checkpoint).write_bytes(Path(checkpoint).read_bytes()[:300])
    answer = run("sample", "--data", words, "--checkpoint", checkpoint)
    assert answer.code == 2
    assert "cut short" in answer.err
    assert "another alphabet" in _refused_alphabet(run, words, checkpoint)


def _refused_alphabet(run: Run, words: str, checkpoint: str) -> str:
    run("train", "--data", words, "--steps", "1", "--save", checkpoint)
    other = str(Path(words).with_name("other.txt"))
    Path(other).write_text("zoe\n")
    return run("sample", "--data", other, "--checkpoint", checkpoint).err


# The app


def test_the_app_is_not_opened_without_a_terminal(run: Run) -> None:
    answer = run()
    assert answer.code == 2
    assert "needs a terminal" in answer.err
    assert "makemore-tui train" in answer.err


@pytest.mark.parametrize("term", ["dumb", ""])
def test_the_app_is_not_opened_on_a_terminal_that_cannot_draw(term: str) -> None:
    leader, follower = pty.openpty()
    done = subprocess.Popen(
        PROGRAM, stdin=follower, stderr=follower, env={**os.environ, "TERM": term}
    )
    assert done.wait(PATIENCE) == 2
    assert "cannot draw" in os.read(leader, 4096).decode()
    os.close(leader)
    os.close(follower)


def test_the_apps_options_reach_it(run: Run, opened: list[Options]) -> None:
    run("--data", "f", "--seed", "1", "--gradient", "gather", "--theme", "nord")
    run("--speed", "max", "--resume", "r")
    first, second = opened
    assert (first.data, first.resume, first.theme) == ("f", None, "nord")
    assert first.given == Configure(seed=1, gradient="gather")
    assert first.settings == Settings(seed=1, gradient="gather", speed=30.0)
    assert (second.data, second.resume, second.given) == (None, "r", Configure(speed=math.inf))


def test_what_is_given_wins_over_the_config_file_and_all_of_that_reaches_the_app(
    run: Run, opened: list[Options]
) -> None:
    path = config_path()
    path.parent.mkdir(parents=True)
    path.write_text('theme = "nord"\nramp = "green"\nfps = 5\n[start]\ndata = "f"\nseed = 2')
    run()
    run("--theme", "dracula", "--ramp", "blue", "--fps", "7", "--data", "g", "--seed", "1")
    filed, asked = opened
    assert (filed.theme, filed.ramp, filed.fps, filed.data) == ("nord", "green", 5, "f")
    assert (asked.theme, asked.ramp, asked.fps, asked.data) == ("dracula", "blue", 7, "g")
    assert (filed.settings.seed, asked.settings.seed) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--ramp", "purple"], "no ramp “purple”; choose from own, blue, green, magenta, orange"),
        (["--ramp", ""], "no ramp “”"),
        (["--lab", ""], "There is no chapter"),
        (["--view", "centred"], "no view “centred”; choose from counts, count_probabilities"),
        (
            ["--view", "run_difference"],
            "“run_difference” (did you mean 'difference'?); choose from",
        ),
        (["--smoothing", "-1"], "smoothing must be a finite number, 0 or more"),
    ],
)
def test_what_the_app_cannot_be_opened_with_is_refused(
    run: Run, opened: list[Options], arguments: list[str], sentence: str
) -> None:
    answer = run(*arguments)
    assert (answer.code, opened) == (2, [])
    assert sentence in answer.err
    assert len(answer.err.splitlines()) == 1


def test_what_is_given_empty_does_not_fall_through_to_the_config_file(
    run: Run, opened: list[Options]
) -> None:
    path = config_path()
    path.parent.mkdir(parents=True)
    path.write_text('theme = "nord"\n[start]\ndata = "f"')
    run("--data", "", "--theme", "", "--resume", "")
    assert [(o.data, o.theme, o.resume) for o in opened] == [("", "", "")]


# As a process of its own


@pytest.mark.slow
def test_a_reader_that_goes_away_ends_a_command_quietly() -> None:
    command = [*PROGRAM, "train", "--steps", "100000000", "--every", "100", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["step"] == 0
    process.stdout.close()
    assert process.wait(PATIENCE) == 0
    assert process.stderr.read() == ""


def test_a_full_disk_is_said_in_a_sentence() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*PROGRAM, "count"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE
        )
    assert done.returncode == 1
    assert done.stderr.startswith("makemore-tui: The output cannot be written")
    assert len(done.stderr.splitlines()) == 1


BROKEN = {
    "a missing library": 'raise OSError("libc10.so: cannot open shared object file")',
    "a missing part": 'raise ImportError("cannot import name _C\\n\\nPlease read this.")',
    "a warning made an error": 'raise DeprecationWarning("too old")',
    "an empty package": "",
}


@pytest.mark.parametrize(
    ("how", "arguments"),
    [
        ("a missing library", ["train", "--steps", "1"]),
        ("a missing library", ["verify"]),
        ("a missing part", ["bench"]),
        ("a warning made an error", ["sample"]),
        ("an empty package", ["lab", "counting"]),
    ],
)
def test_a_torch_that_is_broken_is_said_in_a_sentence_with_its_cause(
    how: str, arguments: list[str], tmp_path: Path
) -> None:
    """A fake torch stands first on the path; the whole story is in a file."""
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch/__init__.py").write_text(BROKEN[how], encoding="utf-8")
    env = os.environ | {"PYTHONPATH": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    done = subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, env=env, timeout=PATIENCE
    )
    (report,) = tmp_path.rglob("crash-*.txt")
    (sentence,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert sentence.startswith("makemore-tui: torch cannot be imported (")
    assert sentence.endswith(f"; install it again. What happened is in {report}")
    cause = BROKEN[how].partition('("')[2][:7]
    assert cause in sentence
    assert "Traceback" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete_and_what_with(
    run: Run, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    monkeypatch.setenv("_MAKEMORE_TUI_COMPLETE", f"{shell}_source")
    answer = run()
    assert (answer.code, answer.err) == (0, "")
    assert f"_MAKEMORE_TUI_COMPLETE={shell}_complete" in answer.out
    monkeypatch.setenv("_MAKEMORE_TUI_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", "makemore-tui sc")
    monkeypatch.setenv("COMP_CWORD", "sc" if shell == "fish" else "1")
    assert "score" in run().out
    monkeypatch.setenv("COMP_WORDS", "makemore-tui score --smoo")
    monkeypatch.setenv("COMP_CWORD", "--smoo" if shell == "fish" else "2")
    assert "--smoothing" in run().out


def test_a_file_that_cannot_be_opened_is_not_taken_for_the_output(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(words: LoadDataset, *_: object) -> None:
        open(f"{words.path}/nowhere").close()

    monkeypatch.setattr("tui.shell.headless.read", fail)
    answer = run("count", "--data", "some")
    assert answer.code == 1
    assert answer.err == (
        "makemore-tui: some/nowhere cannot be opened: No such file or directory.\n"
    )


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),
        pytest.param(signal.SIGTERM, 143, marks=pytest.mark.soak),
        (signal.SIGXCPU, 152),
    ],
)
@pytest.mark.slow
def test_a_signal_saves_the_run_if_asked_to_and_ends_it(
    run: Run, words: str, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    path = str(tmp_path / "stopped")
    command = [*PROGRAM, "train", "--data", words, "--steps", "100000000000"]
    process = subprocess.Popen(
        [*command, "--every", "1000", "--save", path, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Where the tests run in the background of a shell, they were told to ignore ctrl+c.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.readline()
    process.send_signal(signal.SIGUSR1)
    while not os.path.exists(path):
        process.stdout.readline()
    assert process.poll() is None, "a warning saves the run, which goes on"
    process.send_signal(number)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (code, "")
    last = json.loads(out.splitlines()[-1])
    assert last["event"] == "interrupted"
    resumed = run("train", "--data", words, "--steps", "1", "--resume", path, "--json").lines[-1]
    assert (resumed["step"], resumed["loss"]) == (last["step"], last["loss"])


def test_symbols_the_terminal_cannot_show_do_not_end_a_command(words_file: WriteWords) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for extra in ([], ["--json"]):
        done = subprocess.run(
            [*PROGRAM, "count", "--data", words_file("zoë\n"), *extra],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert ["ë", ".", 1] in json.loads(done.stdout)["top"]


@pytest.mark.slow
def test_thousands_of_symbols_are_counted_scored_and_drawn_from_at_any_order(
    run: Run, tmp_path: Path
) -> None:
    data = ("--data", ideograms.write(tmp_path))
    assert run("count", *data, "--json").json["symbols"] == ideograms.SYMBOLS + 1
    assert run("count", *data, "--order", "3", "--json").json["cells"] > ideograms.WORDS
    scored = run("score", *data, "--smoothing", "0.01", "一丁", "--json")
    assert scored.json["words"][0]["nll"] > 0
    for way in (("--smoothing", "0"), ("--order", "3", "--model", "kneser-ney")):
        assert len(run("sample", *data, "--number", "3", *way, "--json").json["names"]) == 3


@pytest.mark.slow
def test_a_network_of_thousands_of_symbols_is_refused_with_the_figure(
    run: Run, tmp_path: Path
) -> None:
    data = ideograms.write(tmp_path)
    refused = run("train", "--data", data, "--steps", "1")
    assert (refused.code, refused.out) == (2, "")
    assert "a table of 3,301 × 3,301 logits needs 523 MB; at most 500 MB" in refused.err
    assert "The lab lays whole tables out" in run("lab", "counting", "--data", data).err
    longer = run("train", "--data", data, "--steps", "1", "--order", "3")
    assert longer.code == 2
    assert "A network of order 3" in longer.err
