"""Which machine a file is on, where the engine lives on another than the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.content import Content
from textual.pilot import Pilot

from engine.protocol import (
    CheckpointLoaded,
    CheckpointSaved,
    Event,
    Joined,
    KeptRun,
    ListFolder,
    ListRuns,
    Load,
    LoadDataset,
    NamesSampled,
    RunsListed,
    Sample,
    SampledName,
)
from tests.tui.bench import line
from tests.tui.fake import FakeEngine, laboratory, notices, until
from tui.app import Laboratory
from tui.dataset.files import FolderList
from tui.text.paths import on, on_this, placed, tilde
from tui.wording import notice

FAR = Joined("0123456789ab", "box", 4711, 1.8e9)
NEAR = Joined("0123456789ab", "", 4711, 1.8e9)


def kept(path: str) -> KeptRun:
    """A run on disk, which another engine trains."""
    return KeptRun(
        line=line(5, 100),
        path=path,
        source="names.txt",
        loss=2.5,
        is_of_these_words=True,
        written=0.0,
        is_ended=True,
        is_over=False,
        is_in_use=True,
        size=1000,
        instead="makemore-tui attach 5555 opens it",
    )


class There:
    """Somebody at the app."""

    def __init__(self, app: Laboratory, pilot: Pilot[int], engine: FakeEngine) -> None:
        self.app, self.pilot, self.engine = app, pilot, engine

    async def sees(self, text: str) -> None:
        """Wait until the screen shows a text."""
        await until(self.pilot, lambda: text in self.text())

    def text(self) -> str:
        """What the screen shows."""
        screen = self.app.screen
        return "\n".join(row.text for row in screen._compositor.render_strips(screen.size))

    async def title(self, box: str) -> str:
        """What stands on the border of a dialog, once it is there."""
        await until(self.pilot, lambda: self.app.screen.query(box))
        return Content.from_markup(str(self.app.screen.query_one(box).border_title)).plain


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


WHERE = pytest.mark.parametrize(
    "home_of_engine",
    [FAR, pytest.param(NEAR, marks=pytest.mark.slow), pytest.param(None, marks=pytest.mark.slow)],
    ids=["far", "near", "thread"],
)
"""Where the engine lives: on another machine, on this one, on a thread of the screen's."""


@asynccontextmanager
async def visit(home: Path, home_of_engine: Joined | None) -> AsyncIterator[There]:
    """Open the app on such an engine."""
    engine = FakeEngine()
    if home_of_engine is not None:
        engine.say(home_of_engine)
    async with laboratory(engine, home) as (app, pilot):
        assert app.state.engine.home == home_of_engine
        yield There(app, pilot, engine)


@WHERE
async def test_files_of_words_are_those_of_the_engines_machine(
    home: Path, home_of_engine: Joined | None
) -> None:
    (home / "lists").mkdir()
    (home / "lists" / "towns.txt").write_text("rome\n")
    async with visit(home, home_of_engine) as there:
        engine, pilot = there.engine, there.pilot
        is_far = home_of_engine is FAR
        await pilot.press("f")
        where = " on box" if is_far else ""
        assert await there.title("#file-box") == f"Open a file of words{where}, one a line"
        (asked,) = engine.sent_of(ListFolder)
        assert asked.path == (f"{home}/" if is_far else "~/")
        rows = there.app.screen.query_one(FolderList)
        await until(pilot, lambda: any(entry.name == "lists" for entry in rows.entries))
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: len(engine.sent_of(ListFolder)) == 2)
        assert engine.sent_of(ListFolder)[-1].path == "~/lists/", "of its own home folder"
        await until(pilot, lambda: any(entry.name == "towns.txt" for entry in rows.entries))
        await pilot.press("down", "down", "enter")
        towns = LoadDataset(str(home / "lists" / "towns.txt"))
        await until(pilot, lambda: engine.has_sent(towns))


@WHERE
async def test_runs_are_those_of_the_engines_machine(
    home: Path, home_of_engine: Joined | None
) -> None:
    async with visit(home, home_of_engine) as there:
        is_far = home_of_engine is FAR
        await there.pilot.press("o")
        assert await there.title("#runs-box") == ("Runs on box" if is_far else "Runs")
        runs = (kept("/box/anna/runs/5"),)
        there.engine.say(RunsListed(ListRuns(), "/box/anna/runs", runs, home="/box/anna"))
        await there.sees("~/runs/5")
        where = " on box" if is_far else ""
        await there.sees(f"Another process{where} trains it; makemore-tui attach 5555 opens it.")
        await there.pilot.press("tab", *"~/x", "enter")
        await until(there.pilot, lambda: there.engine.has_sent(Load("~/x")))


@WHERE
async def test_what_is_copied_and_exported_is_on_the_screens_machine(
    home: Path, home_of_engine: Joined | None
) -> None:
    async with visit(home, home_of_engine) as there:
        where = " on this machine" if home_of_engine is FAR else ""
        there.engine.say(NamesSampled(0, (SampledName("mor", 2.0, False),), Sample()))
        await until(there.pilot, lambda: there.app.state.names)
        await there.pilot.press("y")
        await until(there.pilot, lambda: any("Also in" in told for told in notices(there.app)))
        (told,) = [told for told in notices(there.app) if "Also in" in told]
        assert told.endswith(f"names.txt{where}")
        await there.pilot.press("E")
        to_file = f" to a file{where}" if where else ""
        assert await there.title("#export-box") == f"Export what is on the screen{to_file}"


@pytest.mark.parametrize("event", [CheckpointSaved("/a/b", 5), CheckpointLoaded("/a/b", 5)])
def test_where_a_run_was_written_or_read_is_told_with_its_machine(event: Event) -> None:
    for machine, end in (("", " /a/b"), ("box", " /a/b on box")):
        told = notice(event, machine=machine)
        assert told is not None
        assert told.text.endswith(end)


def test_a_home_folder_is_written_as_a_tilde_on_this_machine_alone(home: Path) -> None:
    assert placed(f"{home}/runs", "") == "~/runs"
    assert placed(f"{home}/runs", "box") == f"{home}/runs on box"
    assert tilde("/box/anna", "/box/anna") == "~"
    assert tilde("/", "") == "/"
    assert (on(""), on_this("")) == ("", "")
    assert on("b\x1bx") == " on bx"
