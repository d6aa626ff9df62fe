"""A read-only screen: it shows all there is, and changes no run, no setting and no file."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine import Session, archive
from engine.protocol import (
    CheckpointLoaded,
    Configure,
    ListRuns,
    Load,
    LoadDataset,
    RunsListed,
    Sample,
    Shelf,
    Steer,
    TellMatrix,
    Train,
    Watch,
)
from engine.training import lock
from engine.training.places import LOCK
from tests.conftest import WriteWords, act, ready
from tests.tui.fake import FakeEngine, attached, laboratory, notices, screens, until
from tui import start
from tui.app import Laboratory
from tui.figures.screen import ExportScreen
from tui.main import main
from tui.options import Options
from tui.palette import ExportProvider
from tui.state import State
from tui.state.engine import Attachment
from tui.widgets.lines import Lines
from tui.wording import status

READ_ONLY = Options(is_readonly=True)

REFUSAL = "This screen is read-only: it changes no run, no setting, no file."


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


async def test_what_changes_a_run_a_setting_or_a_file_is_refused_in_a_sentence(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path, options=READ_ONLY) as (app, pilot):
        await until(pilot, lambda: engine.sent_of(ListRuns))
        engine.sent.clear()
        await pilot.press("space", "n", "N", "r", "u", "B", "plus", "right_square_bracket")
        await pilot.press("f", "s", "M", "E", "D")
        assert app.screen is app.main
        assert set(notices(app)) == {REFUSAL}
        await until(pilot, lambda: not app.state.asked)
        assert {type(order) for order in engine.sent} <= {Watch, Sample}


async def test_the_words_and_the_run_that_it_is_opened_on_are_loaded(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path, resume="run", options=READ_ONLY):
        assert engine.sent[:2] == [LoadDataset(), Load("run")]


async def test_counts_names_and_views_are_there_as_ever(engine: FakeEngine, tmp_path: Path) -> None:
    async with laboratory(engine, tmp_path, options=READ_ONLY) as (app, pilot):
        await until(pilot, lambda: engine.sent_of(Sample))
        engine.sent.clear()
        await pilot.press("g", "v", "o")
        await until(pilot, lambda: engine.sent_of(Sample) and app.screen is not app.main)
        assert app.state.view != "counts"
        assert notices(app) == []


async def test_nothing_is_exported_by_the_palette_either(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path, options=READ_ONLY) as (app, pilot):
        (first, *_) = [hit async for hit in ExportProvider(app.screen).discover()]
        await first.command()
        await until(pilot, lambda: REFUSAL in notices(app))
        assert not isinstance(app.screen, ExportScreen)
        assert not engine.sent_of(TellMatrix)


async def test_what_is_copied_is_on_the_clipboard_alone(engine: FakeEngine, tmp_path: Path) -> None:
    async with laboratory(engine, tmp_path, options=READ_ONLY) as (app, pilot):
        await pilot.press("Y")
        await until(pilot, lambda: any("Copied" in told for told in notices(app)))
        assert app.clipboard
        assert not any("Also in" in told for told in notices(app))
    assert not list(tmp_path.rglob("commands.txt"))


async def test_nothing_is_saved_where_a_signal_asks_for_it(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path, options=READ_ONLY) as (app, _):
        engine.show(is_saved=False)
        app.save_asked()
        assert notices(app) == []


async def test_it_never_steers(engine: FakeEngine, tmp_path: Path) -> None:
    async with attached(engine, tmp_path, options=READ_ONLY) as (app, pilot):
        engine.show(screens=screens("ben@desk", steers="ben@desk"))
        await until(pilot, lambda: app.state.snapshot.is_steered_elsewhere)
        await pilot.press("S", "Q", "space")
        assert set(notices(app)) == {REFUSAL}
        assert not engine.has_sent(Steer())
        assert "read-only" in app.main.query_one("#status", Lines).text


def test_the_status_line_says_that_the_screen_is_read_only() -> None:
    state = replace(State(progress=""), engine=Attachment(is_readonly=True))
    assert "".join(run[0] for run in status(state, 80)).startswith(" starting · read-only · step 0")


# The command line


def test_it_is_an_option_of_the_app(opened: list[Options]) -> None:
    assert main(["--readonly"]) == 0
    assert main([]) == 0
    assert [options.is_readonly for options in opened] == [True, False]
    assert [options.shelf.is_readonly for options in opened] == [True, False]


def test_a_folder_without_a_run_is_refused(
    opened: list[Options], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--readonly", "--run", str(tmp_path / "new")]) == 2
    assert "holds none to look at" in capsys.readouterr().err
    assert opened == []


def test_nothing_is_said_of_keeping_a_run_that_was_only_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine: Any = FakeEngine()
    engine.show(newest=5, is_saved=False)
    app = Laboratory(engine, READ_ONLY)
    monkeypatch.setattr("tui.start.threading.Timer", lambda *_: _Never())
    start.see_out(app, 0)
    assert app.farewell == ""


class _Never:
    """A timer that does nothing."""

    daemon = False

    def start(self) -> None:
        """Do nothing."""


# The engine


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_runs_are_listed_and_looked_at_and_no_file_is_touched(
    words_file: WriteWords, tmp_path: Path
) -> None:
    shelf = Shelf(str(tmp_path / "runs"))
    session = ready(words_file("emma\nolivia\nava\n"), shelf)
    act(session, Train(40))
    id = session.snapshot().id
    assert session.close(20, is_last=True)
    before = contents(tmp_path / "runs")
    place = Path(archive.find(id, shelf))
    assert session.dataset is not None
    reader: Session = ready(session.dataset.source, replace(shelf, is_readonly=True))
    # Whoever trains it may go on: it is not held.
    handle = lock.acquire(str(place / LOCK))
    assert handle is not None
    (listed,) = (event for event in act(reader, ListRuns()) if isinstance(event, RunsListed))
    assert [run.line.id for run in listed.runs] == [id]
    events = act(reader, Load(id))
    assert [event.step for event in events if isinstance(event, CheckpointLoaded)] == [40]
    assert reader.snapshot().step == 40
    act(reader, Configure(learning_rate=3.0), Train(5))
    assert reader.close(20, is_last=True)
    assert contents(tmp_path / "runs") == before
    os.close(handle)
