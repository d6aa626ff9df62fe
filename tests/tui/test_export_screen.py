"""Exporting what is on the screen: the dialog, what is written, and what is said of it."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from textual.widgets import Input

from engine.protocol import MatrixTold, TellMatrix
from tests.tui.fake import FakeEngine, laboratory, notices, until
from tests.tui.questions import Visit, visit
from tests.tui.test_squares import texts
from tui.exporting import Exporter
from tui.figures import door, tables
from tui.figures.exports import EXPORTS, export_to, file_name, formats_of, why_not
from tui.figures.screen import ExportScreen, Wish
from tui.palette import ExportProvider
from tui.state import State
from tui.widgets.lines import Lines

SIZES = [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one works in."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def complaint(there: Visit) -> str:
    """What the dialog finds wrong, without blanks: it is broken into lines wherever it must be."""
    return "".join(there.app.screen.query_one("#export-complaint", Lines).text.split())


def field(there: Visit) -> Input:
    return there.app.screen.query_one(Input)


async def export(there: Visit, index: int) -> None:
    """Open the dialog, and choose something of the list."""
    await there.press("E")
    await there.until(lambda: isinstance(there.app.screen, ExportScreen))
    await there.press(*["down"] * index, "enter")


async def written(there: Visit, path: Path) -> bytes:
    """Wait until a file is told to be written."""
    await there.until(lambda: any(f"Written: {path}" in text for text in notices(there.app)))
    return path.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_everything_is_written_where_it_is_said(home: Path, size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("N")
        await there.until(lambda: there.app.state.snapshot.step == 100)
        await there.press("V")
        names = [name.name for name in there.app.state.names]
        step, view = "-step100", there.app.state.matrix.replace("_", "-")
        stem = f"names-{view}{step}"
        expected = [
            *(f"{stem}.{suffix}" for suffix in ("svg", "png", "csv", "npy")),
            *(f"names-losses{step}.{suffix}" for suffix in ("svg", "png", "csv")),
            "names-drawn.txt",
            "names-screen.svg",
        ]
        found = {}
        for index, name in enumerate(expected):
            await export(there, index)
            found[name] = await written(there, home / name)
        assert sorted(os.listdir(home)) == sorted(expected)
        snapshot = there.engine.session.snapshot()
        assert snapshot.window is not None
        assert np.load(home / f"{stem}.npy").shape == (27, 27)
        assert f"loss {snapshot.data_loss:.4f}" in texts(found[f"names-losses{step}.svg"])
        assert found["names-drawn.txt"].decode().split() == names
        picture = "".join(ElementTree.fromstring(found["names-screen.svg"]).itertext())
        assert "Heatmap" in picture.replace("\xa0", " ")
        assert "Export" not in picture


@pytest.mark.slow
async def test_the_dialog_proposes_a_free_name_and_goes_by_the_suffix(home: Path) -> None:
    (home / "names-counts.svg").touch()
    async with visit((80, 24)) as there:
        await there.press("E")
        await there.until(lambda: isinstance(there.app.screen, ExportScreen))
        assert field(there).value == str(home / "names-counts-2.svg")
        await there.press("down", "down")
        assert field(there).value == str(home / "names-counts.csv")
        await there.press("tab")
        field(there).value = f"{home}/mine.npy"
        await there.press("enter")
        await written(there, home / "mine.npy")
        assert np.load(home / "mine.npy").sum() == 229_804


@pytest.mark.slow
async def test_a_name_that_was_typed_keeps_all_but_its_suffix(home: Path) -> None:
    async with visit((80, 24)) as there:
        await there.press("E")
        await there.until(lambda: isinstance(there.app.screen, ExportScreen))
        field(there).value = f"{home}/mine"
        await there.press("down")
        assert field(there).value == f"{home}/mine.png"
        await there.press("down", "enter")
        assert (await written(there, home / "mine.csv")).startswith(b",.,a,b")


@pytest.mark.slow
async def test_what_cannot_be_written_is_said_in_the_dialog(home: Path) -> None:
    (home / "mine.csv").write_bytes(b"old")
    async with visit((80, 24)) as there:
        await export(there, 4)
        assert complaint(there) == "Therearenolossesyet;trainsomestepsfirst."
        await there.press("up", "up", "tab")
        for typed, said in (
            (f"{home}/x.pdf", "must end in .svg, .png, .csv or .npy; “x.pdf” does not."),
            (f"{home}/nowhere/x.csv", f"there is no folder {home}/nowhere."),
            (str(home), "is a directory; give a file name to save to."),
            ("", "is a directory; give a file name to save to."),
            (f"{home}/mine.csv", "mine.csv is there already; enter writes mine-2.csv."),
        ):
            field(there).value = typed
            await there.press("enter")
            assert complaint(there).endswith("".join(said.split()))
        await there.press("tab", "enter")
        await written(there, home / "mine-2.csv")
        assert (home / "mine.csv").read_bytes() == b"old"
        assert [path.name for path in home.iterdir() if "mine" not in path.name] == []


@pytest.mark.slow
async def test_escape_leaves_it(home: Path) -> None:
    async with visit((80, 24)) as there:
        await there.press("E", "escape")
        await there.until(lambda: there.app.screen is there.app.main)
    assert not os.listdir(home)


@pytest.mark.slow
async def test_without_matplotlib_the_dialog_says_what_brings_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "find_spec", lambda name: None)
    async with visit((80, 24)) as there:
        await export(there, 0)
        assert "pipinstall'makemore-tui[figures]'bringsit." in complaint(there)
        await there.press("down", "down", "enter")
        await written(there, home / "names-counts.csv")


@pytest.mark.slow
async def test_a_folder_that_is_read_only_gives_way_to_the_apps_own(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: str(path) != str(home) and access(path, mode)
    )
    async with visit((80, 24)) as there:
        await export(there, 7)
        own = tmp_path / "state" / "makemore-tui" / "figures"
        await written(there, own / "names-drawn.txt")


@pytest.mark.slow
async def test_a_disk_that_is_full_and_a_fault_are_told_and_the_app_lives_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    async with visit((80, 24)) as there:
        monkeypatch.setattr(tables, "lines", full)
        await export(there, 7)
        path = home / "names-drawn.txt"
        said = f"{path} cannot be written: No space left on device. Write elsewhere."
        await there.until(lambda: said in notices(there.app))
        monkeypatch.setattr(tables, "lines", lambda *_, **__: 1 / 0)
        await export(there, 7)
        await there.until(
            lambda: any(
                "Something failed in here (ZeroDivisionError)" in n for n in notices(there.app)
            )
        )
        assert not os.listdir(home)


@pytest.mark.slow
async def test_the_palette_offers_each_and_begins_with_it(home: Path) -> None:
    async with visit((80, 24)) as there:
        hits = [hit.text async for hit in ExportProvider(there.app.screen).discover()]
        assert hits[:2] == ["Export: heatmap as svg", "Export: heatmap as png"]
        assert len(hits) == len(EXPORTS)
        await there.press("ctrl+p", *"names as txt")
        await there.sees("Export: names as txt")
        await there.press("enter")
        await there.until(lambda: isinstance(there.app.screen, ExportScreen))
        assert field(there).value == str(home / "names-drawn.txt")


@pytest.mark.slow
async def test_over_the_lab_its_screen_alone_is_written(home: Path) -> None:
    async with visit((80, 24)) as there:
        await there.press("L")
        await there.sees("Counting")
        await there.press("ctrl+p", *"screen as svg")
        await there.sees("Export: screen as svg")
        await there.press("enter")
        data = await written(there, home / "names-screen.svg")
        assert b"Counting" in data
        assert b"Export" not in data


async def test_words_that_are_gone_are_not_written(tmp_path: Path, home: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        exporter = Exporter(app, app.desk)
        app.actions._exporter = exporter
        exporter.begin(Wish(EXPORTS[2], str(home / "x.csv")))
        (asked,) = engine.sent_of(TellMatrix)
        engine.load(tmp_path)
        await until(pilot, lambda: any("its words are gone" in text for text in notices(app)))
        engine.say(MatrixTold(asked, 1, 0, (".",), (), 0, 0, bytes(8)))
        await pilot.pause(0.2)
    assert not os.listdir(home)


@pytest.mark.slow
async def test_the_screen_is_written_without_the_dialog_and_drawn_on(home: Path) -> None:
    async with visit((80, 24)) as there:
        await export(there, 8)
        data = await written(there, home / "names-screen.svg")
        picture = "".join("".join(ElementTree.fromstring(data).itertext()).split())
        # Above that the notice stands by now.
        for line in there.text().splitlines()[10:]:
            assert "".join(line.split()) in picture
        assert "Export" not in picture
        await there.press("down")
        await there.sees("aa ")


@pytest.mark.slow
async def test_a_figure_is_of_the_view_that_was_seen_when_it_was_asked_for(home: Path) -> None:
    async with visit((80, 24)) as there:
        await there.press("v")
        await export(there, 0)
        await there.press("v")
        data = await written(there, home / "names-count-probabilities.svg")
        assert "P · counts, smoothing 1" in texts(data)


def test_the_table_of_exports_holds_together() -> None:
    assert formats_of("losses") == ("svg", "png", "csv")
    state = State()
    for export in EXPORTS:
        name = file_name(state, export)
        assert export_to(export.what, name) == export
        assert export.help[0].isupper()
        assert len(export.help) <= 54
        if export.what != "screen":
            assert why_not(state, export).endswith(".")
