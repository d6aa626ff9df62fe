"""The screen of runs: a tree, what is on disk, and what can be done with both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from engine.protocol import (
    Command,
    KeptRun,
    ListRuns,
    Load,
    RunLine,
    RunsListed,
    TakeUp,
    TellCourses,
    Watch,
)
from tests.tui.bench import SETTINGS, course, falling, history, id_of, line, told
from tests.tui.fake import FakeEngine, laboratory, until
from tui.app import Laboratory
from tui.runs import screen
from tui.runs.screen import RunRows, RunsScreen
from tui.state.courses import MOST_COMPARED
from tui.text.rows import Row

FAST = replace(SETTINGS, learning_rate=5.0)
RUNS = (
    line(1, 900),
    line(2, 400, FAST, parent=1, at=137),
    line(3, 300, replace(FAST, regularization=0.0), parent=2, at=200),
    line(4, 50),
)
"""Those of the session; the last is in hand."""


def kept(
    run: int,
    *,
    source: str = "names.txt",
    is_of_these_words: bool = True,
    written: float = 0.0,
    is_ended: bool = True,
    is_in_use: bool = False,
    last: int = 100,
) -> KeptRun:
    """A run on disk."""
    return KeptRun(
        line=line(run, last),
        path=f"/home/me/runs/{run}",
        source=source,
        loss=2.5,
        is_of_these_words=is_of_these_words,
        written=written,
        is_ended=is_ended,
        is_over=False,
        is_in_use=is_in_use,
        size=1000,
    )


NOW = 1.8e9

KEPT = (
    kept(1, last=900),
    kept(5, is_ended=False),
    kept(6, is_in_use=True),
    kept(7, source="[/b]towns.txt", is_of_these_words=False, written=NOW - 125),
    kept(8, last=123_456),
)


class There:
    """Somebody at the screen of runs."""

    def __init__(self, app: Laboratory, pilot: Pilot[int], engine: FakeEngine) -> None:
        self.app, self.pilot, self.engine = app, pilot, engine

    @property
    def rows(self) -> RunRows:
        """The list."""
        return self.app.screen.query_one(RunRows)

    @property
    def text(self) -> str:
        """What the screen shows, line by line."""
        lines = self.app.screen._compositor.render_strips(self.app.screen.size)
        return "\n".join(line.text.rstrip() for line in lines)

    def line(self, name: str) -> str:
        """The line of a run."""
        return next(line for line in self.text.split("\n") if f"{name} " in line).strip("│ ")

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so."""
        await until(self.pilot, is_so)

    async def sees(self, *texts: str) -> None:
        """Wait until the screen shows some texts."""
        await self.until(lambda: all(text in self.text for text in texts))

    async def sent(self, command: Command) -> None:
        """Wait until a command was given."""
        await self.until(lambda: self.engine.has_sent(command))

    async def open(self, *, runs: tuple[RunLine, ...] = RUNS, on_disk: bool = True) -> None:
        """Open the screen, once there are these runs."""
        in_hand = runs[-1] if runs else line(0, 0)
        self.engine.show(
            state="paused",
            run=4,
            id=in_hand.id,
            runs=runs,
            step=in_hand.step,
            newest=in_hand.step,
            data_loss=in_hand.data_loss,
            history=history(falling(in_hand.step)),
        )
        await self.until(lambda: self.app.state.snapshot.runs == runs)
        await self.pilot.press("o")
        await self.until(lambda: isinstance(self.app.screen, RunsScreen))
        await self.sent(ListRuns())
        self.engine.say(RunsListed(ListRuns(), "/home/me/runs", KEPT if on_disk else ()))
        await self.until(lambda: self.app.state.courses.kept is not None)
        await self.pilot.pause()

    async def go(self, name: str) -> None:
        """Put the cursor on a run."""
        ids = [getattr(getattr(e, "line", None), "id", "") for e in self.rows.entries]
        self.rows.cursor = next(i for i, id in enumerate(ids) if id.startswith(name))
        await self.pilot.pause()

    async def answer(self, *lasts: tuple[int, int]) -> None:
        """Tell the courses of runs, by number and last step."""
        ids = {id_of(run) for run, _ in lasts}
        await self.until(
            lambda: ids <= {id for ask in self.engine.sent_of(TellCourses) for id in ask.ids}
        )
        self.engine.say(told(*(course(run, falling(last)) for run, last in lasts)))
        await self.until(lambda: ids <= {*self.app.state.courses.told})
        await self.pilot.pause()


@pytest.fixture
async def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[There]:
    """The app at 80 columns, ready, at a certain time."""
    monkeypatch.setattr(screen, "time", SimpleNamespace(time=lambda: NOW))
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        yield There(app, pilot, engine)


async def test_runs_stand_as_a_tree_with_what_differs_and_those_on_disk_below(
    there: There,
) -> None:
    await there.open()
    rows = [there.rows.row(i, 76) for i in range(len(there.rows.entries))]
    lines = ["".join(run[0] for run in row).rstrip() for row in rows]
    assert lines[:9] == [
        "This session",
        "  0001             –                       900   2.4604",
        "  └ 0002 @137      rate 5                  400   2.4605",
        "    └ 0003 @200    reg 0                   300   2.4611",
        "▶ 0004             –                        50   2.8325              in hand",
        "On disk",
        "  0005             –                       100   2.5670              cut off",
        "  0006             –                       100   2.5670               in use",
        "  0007             of [/b]towns.txt        100   2.5670                2 min",
    ]


async def test_where_there_is_no_run_it_is_said_what_will_be_here(there: There) -> None:
    await there.open(runs=(), on_disk=False)
    await there.sees("Here every run will be a line")


async def test_enter_takes_a_run_of_the_session_up(there: There) -> None:
    await there.open()
    await there.go("0002")
    await there.pilot.press("enter")
    await there.sent(TakeUp(id_of(2)))
    await there.until(lambda: there.app.screen is there.app.main)


async def test_enter_goes_on_with_a_run_on_disk(there: There) -> None:
    await there.open()
    await there.go("0008")
    await there.pilot.press("enter")
    await there.sent(Load("/home/me/runs/8"))
    await there.until(lambda: there.app.screen is there.app.main)


async def test_enter_on_the_run_in_hand_only_closes(there: There) -> None:
    await there.open()
    await there.go("0004")
    await there.pilot.press("enter")
    await there.until(lambda: there.app.screen is there.app.main)
    assert not there.engine.sent_of(TakeUp)
    assert not there.engine.sent_of(Load)


@pytest.mark.slow
async def test_a_path_can_be_typed_and_escape_opens_nothing(there: There) -> None:
    """A tilde is the engine's home folder, not the screen's."""
    await there.open()
    await there.pilot.press("escape")
    await there.until(lambda: there.app.screen is there.app.main)
    assert not there.engine.sent_of(Load)
    await there.open()
    await there.pilot.press("tab")
    there.app.screen.query_one(Input).value = " ~/my run.safetensors "
    await there.pilot.press("enter")
    await there.sent(Load("~/my run.safetensors"))


@pytest.mark.slow
async def test_space_compares_runs_and_they_stand_at_the_same_step(there: There) -> None:
    await there.open()
    await there.go("0001")
    await there.pilot.press("space")
    await there.answer((1, 900))
    await there.sees("at 50")
    assert there.line("0001").startswith("━ 0001")
    assert there.line("0001").split()[-2:] == ["2.4604", "2.8325"]
    assert there.line("0004").split()[-4:] == ["2.8325", "2.8325", "in", "hand"]
    await there.go("0008")
    await there.pilot.press("space")
    await there.answer((8, 500))
    assert there.line("0008").startswith("━ 0008")
    await there.pilot.press("space")
    await there.until(lambda: there.line("0008").startswith("0008"))
    await there.pilot.press("c")
    await there.until(lambda: there.line("0001").startswith("0001"))
    assert "at 50" not in there.text


async def test_a_run_of_other_words_is_not_compared(there: There) -> None:
    await there.open()
    await there.go("0007")
    await there.pilot.press("space")
    await there.sees("That run is of other words")
    assert not there.app.state.courses.colours
    await there.pilot.press("up")
    await there.until(lambda: "of other words;" not in there.text)


@pytest.mark.slow
async def test_more_runs_than_there_are_colours_are_refused_and_none_goes_for_it(
    there: There,
) -> None:
    await there.open(runs=tuple(line(run, 10) for run in range(20, 31)))
    for run in range(20, 20 + MOST_COMPARED):
        await there.go(f"{run:04}")
        await there.pilot.press("space")
    await there.until(lambda: len(there.app.state.courses.colours) == MOST_COMPARED)
    await there.go("0029")
    await there.pilot.press("space")
    await there.sees("take one of them out")
    assert id_of(20) in there.app.state.courses.colours


async def test_v_shows_the_run_in_hand_less_another_one(there: There) -> None:
    await there.open()
    await there.go("0002")
    await there.pilot.press("v")
    await there.until(lambda: there.app.screen is there.app.main)
    await there.until(
        lambda: (
            there.engine.sent_of(Watch)
            and (there.engine.sent_of(Watch)[-1].matrix, there.engine.sent_of(Watch)[-1].against)
            == ("run_difference", id_of(2))
        )
    )
    await there.sees("2 Heatmap · 0004 − 0002")


async def test_a_run_on_disk_is_not_subtracted(there: There) -> None:
    await there.open()
    await there.go("0008")
    await there.pilot.press("v")
    await there.sees("less another one of this session")


@pytest.mark.slow
async def test_the_mouse_takes_up_and_compares(there: There) -> None:
    await there.open()
    y = next(y for y, text in enumerate(there.text.split("\n")) if "0002" in text)
    await there.pilot.click(offset=(2, y))
    await there.until(lambda: id_of(2) in there.app.state.courses.colours)
    assert isinstance(there.app.screen, RunsScreen)
    heading = next(y for y, text in enumerate(there.text.split("\n")) if "On disk" in text)
    await there.pilot.click(offset=(20, heading))
    assert isinstance(there.app.screen, RunsScreen)
    await there.pilot.click(offset=(20, y))
    await there.sent(TakeUp(id_of(2)))


@pytest.mark.slow
async def test_the_cursor_passes_over_headings_and_stays_on_its_run(there: There) -> None:
    await there.open()
    assert there.rows.here is not None
    assert there.rows.here.line.id == id_of(4), "the run in hand"
    await there.pilot.press("down")
    assert there.rows.here.line.id == id_of(5)
    await there.pilot.press("up", "home")
    assert there.rows.here.line.id == id_of(1)
    await there.pilot.press("end")
    assert there.rows.here.line.id == id_of(8)
    there.engine.show(runs=(*RUNS[:-1], line(9, 3), RUNS[-1]))
    await there.sees("0009")
    assert there.rows.here.line.id == id_of(8)


async def test_what_the_table_has_no_room_for_is_said_of_the_run_under_the_cursor(
    there: There,
) -> None:
    await there.open()
    await there.go("0003")
    await there.sees(f"run {id_of(3)}, 0003 for short · from 0002 at step 200")
    await there.sees("Against the run in hand: rate 5, reg 0")
    await there.go("0006")
    await there.sees("names.txt · /home/me/runs/6")


@pytest.mark.parametrize("number", [0, pytest.param(32, marks=pytest.mark.slow), 500])
async def test_any_number_of_runs_is_a_list_that_is_drawn_as_far_as_it_is_seen(
    there: There, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await there.open(runs=tuple(line(run, 10) for run in range(number)), on_disk=False)
    drawn: set[int] = set()
    row = RunRows.row

    def noted(rows: RunRows, index: int, width: int) -> Row:
        """Take note of a row that is drawn."""
        drawn.add(index)
        return row(rows, index, width)

    monkeypatch.setattr(RunRows, "row", noted)
    there.rows.refresh()
    await there.pilot.pause()
    assert len(drawn) <= there.app.size.height


@pytest.mark.slow
async def test_what_was_compared_is_so_again_the_next_time(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path) as (app, pilot):
        there = There(app, pilot, app.desk.engine)  # type: ignore[arg-type]
        await there.open()
        await there.go("0002")
        await pilot.press("space", "escape")
        await there.until(lambda: app.screen is app.main)
        await pilot.press("q")
        await there.until(lambda: app.return_value == 0)
    async with laboratory(FakeEngine(), tmp_path) as (app, pilot):
        there = There(app, pilot, app.desk.engine)  # type: ignore[arg-type]
        await there.answer((2, 400))
        await pilot.press("3")
        await there.sees("━ 0002")
