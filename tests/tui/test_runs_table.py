"""Runs as a tree and as a table, without a screen."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from engine.protocol import Course, KeptRun, ListRuns, RunLine, RunsListed
from tests.tui.bench import SETTINGS, falling, history, id_of, line, snapshot
from tui.runs.saying import hints, sentences
from tui.runs.table import age, common_step, heads, loss_at, standing
from tui.runs.table import line as row_of
from tui.runs.tree import Entry, Heading, entries, tree
from tui.state import State
from tui.state.courses import Courses
from tui.text.rows import Row, width_of

RUNS = (line(1, 900), line(2, 400, parent=1, at=137), line(3, 300, parent=2, at=20))


def text(row: Row) -> str:
    """A row without its roles."""
    return "".join(run[0] for run in row)


def drawn(*runs: RunLine) -> list[str]:
    """The tree, each run by its guides and its number."""
    return [f"{entry.guides}{int(entry.line.id[:4])}" for entry in tree(runs)]


def test_a_branch_stands_below_the_run_it_began_in() -> None:
    runs = (
        line(1, 9),
        line(2, 9, parent=1),
        line(3, 9),
        line(4, 9, parent=2),
        line(5, 9, parent=1),
        line(6, 9, parent=99),
    )
    assert drawn(*runs) == ["1", "├ 2", "│ └ 4", "└ 5", "3", "6"]


def test_a_chain_of_branches_may_be_as_long_as_it_likes() -> None:
    runs = [line(0, 1), *(line(i, 1, parent=i - 1) for i in range(1, 3000))]
    *_, last = tree(runs)
    assert len(last.guides) == 2 * 2999
    state = State(snapshot=snapshot(5, run=9))
    assert width_of(row_of(last, 76, standing(state, 0.0))) <= 76


def kept(run: int, **changes: object) -> KeptRun:
    """A run on disk."""
    usual = KeptRun(line(run, 100), "/runs/x", "names.txt", 2.5, True, 0.0, True, True, False, 9)
    return replace(usual, **changes)  # type: ignore[arg-type]


def seen(*, dev: bool = False, **changes: object) -> State:
    """Three runs of this session, of which the last is in hand and the first beside it."""
    losses = history(falling(900))
    now = snapshot(300, run=3, before=RUNS[:2])
    now = replace(now, runs=RUNS, dev_history=losses if dev else b"", **changes)  # type: ignore[arg-type]
    told = {id_of(1): Course(id_of(1), losses, losses if dev else b"", ())}
    listed = RunsListed(ListRuns(), "/runs", (kept(1), kept(7), kept(8, is_ended=False)))
    return State(snapshot=now, courses=Courses(colours={id_of(1): 0}, told=told, kept=listed))


def test_a_run_of_this_session_stands_there_once() -> None:
    found = entries(seen())
    assert [e.text if isinstance(e, Heading) else e.line.id[:4] for e in found] == [
        *("This session", "0001", "0002", "0003"),
        *("On disk", "0007", "0008"),
    ]


def test_a_run_put_away_before_its_first_step_is_told_only_where_another_one_began_in_it() -> None:
    runs = (line(1, 0), line(2, 0), line(3, 9, parent=2), line(4, 0))
    found = entries(State(snapshot=replace(snapshot(0, run=4), runs=runs)))
    assert [e.line.id[:4] for e in found if isinstance(e, Entry)] == ["0002", "0003", "0004"]


def test_where_there_is_nothing_there_are_no_headings() -> None:
    assert entries(State()) == ()


@pytest.mark.parametrize("dev", [False, True])
@pytest.mark.parametrize("width", [54, 60, 76, 100, 156, 300])
def test_every_row_fits_and_its_figures_stand_under_their_heads(width: int, dev: bool) -> None:
    state = seen(dev=dev)
    stands = standing(state, 0.0)
    head = text(heads(width, stands))
    assert len(head) <= width
    assert "…" not in head
    for entry in entries(state):
        row = text(row_of(entry, width, stands))
        assert width_of(row_of(entry, width, stands)) <= width
        if isinstance(entry, Entry) and entry.line.id == id_of(1):
            end = head.index("at 300") + len("at 300")
            assert row[:end].endswith("2.4611")
            assert head.endswith("dev") == (dev and width > 60)


def test_the_common_step_is_the_last_that_all_have_taken_or_the_one_looked_at() -> None:
    assert common_step(seen()) == 300
    assert common_step(seen(is_looking=True, step=40)) == 40
    assert common_step(replace(seen(), courses=Courses())) is None


def test_a_loss_is_that_of_the_bucket_that_holds_the_step() -> None:
    losses = history([(0, 3.0), (5, 2.5), (9, 2.25)])
    assert loss_at(losses, 0, 9) == (3.0, 3.0)
    assert loss_at(losses, 8, 9) == (2.5, 2.5)
    assert loss_at(losses, 9, 20) == (2.25, 2.25)
    for step, last in ((10, 9), (-1, 9)):
        assert all(map(math.isnan, loss_at(losses, step, last)))
    assert all(map(math.isnan, loss_at(b"", 0, 0)))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "now"), (-5.0, "now"), (60.0, "1 min"), (7199.0, "1 h"), (9e5, "10 d")],
)
def test_an_age_is_said_in_a_word(seconds: float, words: str) -> None:
    assert age(seconds) == words


def test_what_has_become_of_runs_is_said() -> None:
    stands = standing(seen(), 3600.0)

    def end(entry: Entry) -> str:
        return text(row_of(entry, 76, stands))[-10:].strip()

    assert [end(entry) for entry in tree(RUNS)] == ["", "", "in hand"]
    assert end(Entry(RUNS[0], kept=kept(1))) == "1 h"
    assert end(Entry(RUNS[0], kept=kept(1, is_ended=False))) == "cut off"
    assert end(Entry(RUNS[0], kept=kept(1, is_ended=False, is_in_use=True))) == "in use"


def test_what_a_file_may_hold_does_no_harm() -> None:
    hostile = "a\x1b[2J\u202eb"
    settings = replace(SETTINGS, split=hostile)
    stands = standing(seen(), 0.0)
    for is_ours in (True, False):
        of = kept(9, source=hostile, path=hostile, is_of_these_words=is_ours)
        entry = Entry(replace(RUNS[0], id=id_of(9), settings=settings), kept=of)
        rows = [row_of(entry, 76, stands), *sentences(entry, stands, 76)]
        assert not {"\x1b", "\u202e"} & set("".join(map(text, rows)))


@pytest.mark.parametrize("width", [20, 54, 76, 156])
def test_what_is_said_of_a_run_fits(width: int) -> None:
    state = seen()
    far = Entry(line(9, 1, replace(SETTINGS, seed=2**63), parent=1), kept=kept(9, path="/" * 200))
    for entry in (None, far, Entry(RUNS[1])):
        rows = sentences(entry, standing(state, 0.0), width)
        assert len(rows) <= 3
        assert all(width_of(row) <= width for row in rows)
    assert width_of(hints(width, {})) <= width + 2, "but for the blanks at its end"
