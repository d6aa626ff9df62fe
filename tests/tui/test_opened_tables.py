"""The commands and the screen on a table file: counts, and no words."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import Session
from engine.protocol import (
    CommandRefused,
    LoadDataset,
    NamesExpected,
    NamesSampled,
    Rank,
    Sample,
    Sort,
    Tally,
    Theory,
)
from tests.conftest import WriteWords
from tests.tui.dataset_bench import DatasetBench
from tests.tui.fake import until
from tests.tui.test_cli import Run, run, words
from tui import commands
from tui.dataset.facts import BigramList
from tui.dataset.pane import FilterInput
from tui.options import Options
from tui.reproduce import command_lines
from tui.sampling.tallies import figures
from tui.shell.arguments import named
from tui.state import State
from tui.state.intents import SampleChosen
from tui.state.reducing import reduce

__all__ = ["run", "words"]

ABSENT = "holds counts alone, and this needs the words"

Counted = Callable[..., str]


@pytest.fixture
def counted(run: Run, tmp_path: Path) -> Counted:
    """Count a file into a table file, by the command for it."""

    def count(path: str, *options: str) -> str:
        target = str(tmp_path / "table.st")
        assert run("count", path, *options, "--save", target).code == 0
        return target

    return count


@pytest.fixture
def table(counted: Counted, words: str) -> str:
    return counted(words)


# Without a screen


def test_commands_say_of_a_table_what_they_say_of_its_words(
    run: Run, words: str, table: str
) -> None:
    for command in (
        ("score", "emma", "ella", "--smoothing", "1", "--json"),
        ("train", "--steps", "20", "--json", "--every", "10"),
    ):
        of_words = run(*command, "--data", words)
        of_table = run(*command, "--counts", table)
        assert of_table.code == 0
        lines = zip(of_words.out.splitlines(), of_table.out.splitlines(), strict=True)
        for ours, theirs in ((json.loads(a), json.loads(b)) for a, b in lines):
            for timed in ("steps_per_second", "seconds"):
                ours.pop(timed, None)
                theirs.pop(timed, None)
            told = ("source", "data", "sha256", "file")
            assert {n: v for n, v in ours.items() if n not in told} == {
                n: v for n, v in theirs.items() if n not in told
            }


def test_names_are_drawn_of_which_none_is_called_new(run: Run, words: str, table: str) -> None:
    of_words = run("sample", "--data", words, "--json").json
    of_table = run("sample", "--counts", table, "--json").json
    assert of_table["names"] == of_words["names"]
    assert set(of_table["known"]) == {None}
    printed = run("sample", "--counts", table).out
    assert "new" not in printed
    assert "known" not in printed


def test_a_table_is_described_without_what_only_words_tell(
    run: Run, words: str, table: str
) -> None:
    assert "of them repeats" in run("count", words).out
    described = run("count", "--counts", table).out
    assert "  words              6  length 3 to 8, mean 5.17" in described
    assert "repeats" not in described


def test_a_figure_of_the_counts_is_that_of_the_words(
    run: Run, words: str, table: str, tmp_path: Path
) -> None:
    made = []
    for name, option, path in (("a.csv", "--data", words), ("b.csv", "--counts", table)):
        out = tmp_path / name
        assert run("figure", "--view", "counts", option, path, "--out", str(out)).code == 0
        made.append(out.read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize(
    "line",
    [
        "count --order 3 --counts {}",
        "train --order 3 --steps 1 --counts {}",
        "train --split lecture --steps 1 --counts {}",
        "sample --model kneser-ney --counts {}",
        "tune --data {}",
        "ladder --data {}",
        "exercise e01 --data {}",
        "lab counting --data {}",
    ],
)
def test_a_command_that_needs_words_says_so(run: Run, table: str, line: str) -> None:
    answer = run(*line.format(table).split())
    assert answer.code == 2
    assert ABSENT in answer.err
    assert len(answer.err.splitlines()) == 1


def test_of_longer_n_grams_it_is_said_that_their_bigrams_are_taken(
    run: Run, words: str, counted: Counted
) -> None:
    of_words = run("sample", "--data", words, "--json").json
    table = counted(words, "--order", "3")
    drawn = run("sample", "--counts", table, "--json")
    assert drawn.json["names"] == of_words["names"]
    assert drawn.err == f"warning: {table} holds counts of order 3; their bigrams are taken.\n"
    refused = run("sample", "--counts", table, "--order", "3")
    assert refused.code == 2
    assert f"{ABSENT}: of its counts of order 3 the bigrams can be shown" in refused.err


def test_what_takes_the_place_of_words_stands_alone_and_is_a_table(
    run: Run, words: str, table: str
) -> None:
    answer = run("sample", "--counts", table, "--dev", words)
    assert (answer.code, answer.err) == (
        2,
        "makemore-tui: --counts takes the place of words, and --dev names some; give one of "
        "them.\n",
    )
    assert "is no table file" in run("sample", "--counts", words).err
    assert "There is no file no.st" in run("sample", "--counts", "no.st").err
    assert "--counts" in run("verify", "--data", table).err


def test_the_app_opens_on_a_table_and_on_the_table_of_a_run(
    run: Run, table: str, opened: list[Options], tmp_path: Path
) -> None:
    folder = str(tmp_path / "mine")
    assert run("train", "--counts", table, "--steps", "5", "--run", folder).code == 0
    run("--counts", table)
    run("--run", folder)
    assert [options.words for options in opened] == [LoadDataset(table), LoadDataset(table)]
    assert named(LoadDataset(table)) == f"--counts {table} "
    assert named(LoadDataset(folder)) == f"--data {folder} "


# On the screen


def state_of(table: str) -> State:
    state = State()
    for event in Session().run(LoadDataset(table)):
        state = reduce(state, event)
    return state


def test_the_lines_that_bring_it_back_name_the_table(table: str) -> None:
    first, *_ = command_lines(state_of(table))
    assert first.startswith(f"makemore-tui --counts {table} ")


def test_which_names_are_words_is_left_open(table: str) -> None:
    state = reduce(state_of(table), SampleChosen(Sample(number=2)))
    tally, sample = Tally(names=2, symbols=9, one_letter=0, log_likelihood=-20.0), Sample(number=2)
    state = reduce(state, NamesSampled(sample.request, (), sample, True, tally))
    rows = figures(state, 60, has_chance=True)
    said = ["".join(run[0] for run in row) for row in rows]
    assert "known" not in said[0]
    drawn = next(text for text in said if text.startswith("drawn"))
    assert "–" in drawn
    theory = Theory(5.0, 2.0, 0.0, math.nan, 2.4)
    state = reduce(state, NamesExpected(sample.request, theory, sample))
    rows = figures(state, 60, has_chance=True)
    assert not any("nan" in run[0] for row in rows for run in row)


def test_words_are_in_no_other_order_for_there_are_none(table: str) -> None:
    state = state_of(table)
    order = commands.BY_ID["order"]
    assert "not in this table, only their counts; f opens a text" in order.why_not(state)
    assert commands.BY_ID["facts"].why_not(state) == ""


async def test_the_pane_tells_what_a_table_tells_and_where_the_words_are(table: str) -> None:
    app = DatasetBench(table)
    async with app.run_test(size=(78, 24)) as pilot:
        await until(pilot, lambda: "mean length" in app.frame and "The words are" in app.frame)
        assert app.list.count == 0
        assert "NLL" not in app.frame
        assert app.pane.query_one(BigramList).count > 0
        for line in ("texts ", "bytes ", "words ", "symbols ", "mean length "):
            assert line in app.frame
        assert "repeats" not in app.frame
        assert "different" not in app.frame
        # Nothing is asked for that would be refused.
        assert {type(command) for command in app.asked} == {Sort}

        field = app.pane.query_one(FilterInput)
        assert not field.has_class("-wrong")
        app.set_focus(field)
        await pilot.press("e", "m")
        await until(pilot, lambda: field.has_class("-wrong"))
        assert "The words are not in" in app.frame
        await pilot.press("escape")
        await until(pilot, lambda: not field.has_class("-wrong"))


async def test_words_are_shown_again_once_a_text_is_opened(
    table: str, words_file: WriteWords
) -> None:
    app = DatasetBench(table)
    async with app.run_test(size=(78, 24)) as pilot:
        await until(pilot, lambda: "The words are not" in app.frame)
        app.take(*app.session.run(LoadDataset(words_file("mia\nzoe\n"))))
        await until(pilot, lambda: "mia" in app.frame)
        assert "The words are not" not in app.frame
        await until(pilot, lambda: Rank in {type(command) for command in app.asked})


async def test_lines_of_running_text_are_so_called(
    counted: Counted, words_file: WriteWords
) -> None:
    app = DatasetBench(counted(words_file("I am. And you?\nFine.\n"), "--text"))
    async with app.run_test(size=(78, 24)) as pilot:
        await until(pilot, lambda: "lines " in app.frame)
        assert "⏎␣.?AFI" in app.frame


def test_a_question_about_words_is_answered_by_a_sentence(table: str) -> None:
    session = Session()
    list(session.run(LoadDataset(table)))
    (refused,) = [e for e in session.run(Rank(1)) if isinstance(e, CommandRefused)]
    assert ABSENT in refused.reason
