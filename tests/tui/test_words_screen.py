"""Choosing a file of words: what a folder holds, and how a path is typed."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import ClassVar

import pytest
from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot

import tui
from engine.protocol import LoadDataset
from tests.tui.fake import until
from tui.dataset import folders
from tui.dataset.files import FolderList, PathInput, WordsScreen
from tui.dataset.folders import (
    Entry,
    beginning,
    completed,
    entries,
    restarted,
    size_text,
    split,
)
from tui.text.paths import tilde
from tui.widgets.lines import Lines


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with words, other things, and what nobody should see."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("lists", "Letters", ".hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "words.txt").write_text("emma\nava\n")
    (tmp_path / "wordy.txt").write_text("a" * 1500)
    (tmp_path / ".secret").write_text("x")
    (tmp_path / "lists" / "names.txt").write_text("emma\n")
    (tmp_path / "[bold]é\x1b[2J").write_text("a\n")
    return tmp_path


# Folders


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("'/a/my names.txt'", "/a/my names.txt"),
        ('"/a/my names.txt"', "/a/my names.txt"),
        (r"/a/my\ names.txt ", "/a/my names.txt"),
        ("file:///a/my%20names.txt", "/a/my names.txt"),
        ("/a/one.txt\n/a/two.txt\n", "/a/one.txt"),
        ("/a/o'neil.txt", "/a/o'neil.txt"),
        ("words.txt", "words.txt"),
        ("", ""),
    ],
)
def test_a_path_is_read_as_it_is_dropped(text: str, path: str) -> None:
    assert folders.dropped(text) == path


def test_a_file_with_quotation_marks_in_its_name_is_found_as_it_is(folder: Path) -> None:
    (folder / "'a b'").write_text("emma\n")
    assert folders.dropped("'a b'") == "'a b'"


def test_folders_come_first_and_names_are_safe_to_show(folder: Path) -> None:
    names = [entry.name for entry in entries(str(folder)) if not entry.name.startswith(".")]
    assert names == ["Letters", "lists", "[bold]é[2J", "words.txt", "wordy.txt"]


def test_a_folder_that_is_not_there_raises(folder: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        entries(str(folder / "nowhere"))


def test_a_link_to_nothing_is_listed_and_does_no_harm(folder: Path) -> None:
    (folder / "dangling").symlink_to(folder / "nothing")
    assert any(entry.name == "dangling" and not entry.is_folder for entry in entries(str(folder)))


@pytest.mark.parametrize(
    ("begin", "names"),
    [
        ("", ["Letters", "lists", "[bold]é[2J", "words.txt", "wordy.txt"]),
        ("l", ["Letters", "lists"]),
        ("L", ["Letters"]),
        ("word", ["words.txt", "wordy.txt"]),
        (".", [".hidden", ".secret"]),
        ("z", []),
    ],
)
def test_what_begins_so_is_listed_and_hidden_things_only_if_asked_for(
    folder: Path, begin: str, names: list[str]
) -> None:
    assert [entry.name for entry in beginning(entries(str(folder)), begin)] == names


@pytest.mark.parametrize(
    ("begin", "text"),
    [
        ("w", "word"),
        ("word", "word"),
        ("words", "words.txt"),
        ("li", "lists/"),
        ("l", "l"),
        ("z", "z"),
    ],
)
def test_a_name_is_completed_as_far_as_it_is_certain(folder: Path, begin: str, text: str) -> None:
    assert completed(entries(str(folder)), begin) == text


def test_a_tilde_is_the_home_folder_both_ways(folder: Path) -> None:
    assert split("~/lists/na") == (str(folder / "lists"), "na")
    assert split("wo") == (str(folder), "wo")
    assert tilde(str(folder / "lists")) == "~/lists"
    assert tilde(str(folder)) == "~"
    assert tilde(f"{folder}x") == f"{folder}x"


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("/a/b/", "/a/b/"),
        ("/a/b//", "/"),
        ("/a/b//c/d", "/c/d"),
        ("/a/b/~", "~"),
        ("~/b/~/c", "~/c"),
        ("/a/~b", "/a/~b"),
        ("//", "/"),
        ("~/a", "~/a"),
        ("", ""),
    ],
)
def test_a_path_begins_anew_behind_two_slashes_and_at_a_tilde(typed: str, path: str) -> None:
    assert restarted(typed) == path


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (512, "512 B"), (228_145, "228 kB"), (1_500_000, "1.5 MB")]
)
def test_sizes_are_short(size: int, text: str) -> None:
    assert size_text(size) == text


def test_an_entry_that_vanished_is_a_file_without_a_size(folder: Path) -> None:
    (folder / "gone").symlink_to(folder / "gone")
    (found,) = beginning(entries(str(folder)), "gone")
    assert found == Entry("gone", str(folder / "gone"), is_folder=False, size=0)


# The screen


class Bench(App[None]):
    """Opens the screen at once, and notes what it gives."""

    CSS_PATH: ClassVar = Path(tui.__file__).parent / "app.tcss"

    def __init__(self, source: str = "names.txt") -> None:
        super().__init__()
        self.given: list[LoadDataset | None] = []
        self._source = source

    def on_mount(self) -> None:
        self.push_screen(WordsScreen(self._source), self.given.append)

    @property
    def path(self) -> str:
        """What stands in the field."""
        return self.screen.query_one(PathInput).value

    @property
    def listed(self) -> list[str]:
        """Names in the list."""
        return [entry.name for entry in self.screen.query_one(FolderList).entries]

    @property
    def complaint(self) -> str:
        return self.screen.query_one("#path-complaint", Lines).text.strip()


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the folder has been read."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


@pytest.mark.usefixtures("folder")
async def test_it_starts_in_the_working_folder_with_the_names_of_the_program_on_top() -> None:
    async with Bench().run_test() as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, Bench)
        assert app.path == "~/"
        assert app.listed[:4] == ["the names that come with the program", "..", "Letters", "lists"]
        await press(pilot, "down", "enter")
        assert app.given == [LoadDataset()]


async def test_it_starts_in_the_folder_of_the_file_in_hand(folder: Path) -> None:
    async with Bench(str(folder / "lists" / "names.txt")).run_test() as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, Bench)
        assert app.path == "~/lists/"
        assert app.listed[2:] == ["names.txt"]


@pytest.mark.parametrize(
    ("keys", "file"),
    [
        pytest.param("words.txt", "words.txt", marks=pytest.mark.slow),
        ("wordy", "wordy.txt"),
        ("li\tna\t", "lists/names.txt"),
        pytest.param("lists/n", "lists/names.txt", marks=pytest.mark.slow),
        ("lists/../words.txt", "words.txt"),
    ],
)
async def test_what_is_typed_and_completed_is_opened(folder: Path, keys: str, file: str) -> None:
    async with Bench().run_test() as pilot:
        await settle(pilot)
        await press(pilot, *("tab" if key == "\t" else key for key in keys), "enter")
        app = pilot.app
        assert isinstance(app, Bench)
        assert app.given == [LoadDataset(str(folder / file))]


async def test_keys_go_into_folders_and_up_again(folder: Path) -> None:
    async with Bench().run_test() as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, Bench)
        await press(pilot, "down", "down", "down", "down", "enter")
        assert app.path == "~/lists/"
        await press(pilot, "left")
        assert app.path == "~/"
        await press(pilot, "left")
        assert app.path == os.path.join(str(folder.parent), "")
        await press(pilot, "tab")
        assert isinstance(app.focused, PathInput)
        await press(pilot, "escape")
        assert app.given == [None]


async def test_a_folder_is_gone_into_and_a_file_opened_by_a_click(folder: Path) -> None:
    async with Bench().run_test() as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, Bench)
        for name in ("lists", "names.txt"):
            row = app.listed.index(name)
            await pilot.click(FolderList, offset=(2, row))
            await settle(pilot)
        assert app.given == [LoadDataset(str(folder / "lists" / "names.txt"))]


@pytest.mark.usefixtures("folder")
async def test_what_is_not_there_is_said_and_the_screen_stays() -> None:
    async with Bench().run_test() as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, Bench)
        await press(pilot, *"zzz", "enter")
        assert app.complaint == "Nothing here begins with zzz."
        await press(pilot, "slash")
        assert app.complaint.startswith("This folder cannot be read: No such file")
        await press(pilot, "enter", *["backspace"] * 4)
        assert app.complaint == ""
        assert "words.txt" in app.listed
        assert app.given == []


async def test_a_name_with_control_characters_is_shown_without_and_opened_with(
    folder: Path,
) -> None:
    async with Bench().run_test() as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, Bench)
        await pilot.click(FolderList, offset=(2, app.listed.index("[bold]é[2J")))
        await settle(pilot)
        assert app.given == [LoadDataset(str(folder / "[bold]é\x1b[2J"))]


@pytest.fixture
def is_read(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Until it is set, no folder is read to its end."""
    event = threading.Event()

    def slowly(path: str) -> list[Entry]:
        event.wait(10)
        return entries(path)

    monkeypatch.setattr(folders, "entries", slowly)
    return event


@pytest.mark.parametrize(
    ("keys", "file"),
    [
        ((*"wordy", "enter"), "wordy.txt"),
        ((*"words", "tab", "enter"), "words.txt"),
    ],
)
async def test_keys_that_come_before_the_folder_is_read_do_what_they_do_behind_it(
    folder: Path, is_read: threading.Event, keys: tuple[str, ...], file: str
) -> None:
    async with Bench().run_test() as pilot:
        await pilot.press(*keys[:-1])
        await pilot.press(keys[-1])
        app = pilot.app
        assert isinstance(app, Bench)
        assert app.given == []
        is_read.set()
        await until(pilot, lambda: app.given)
        assert app.given == [LoadDataset(str(folder / file))]


async def test_who_types_faster_than_a_folder_is_read_opens_the_file_all_the_same(
    folder: Path, is_read: threading.Event
) -> None:
    async with Bench().run_test() as pilot:
        await pilot.press(*"lists/n", "enter")
        app = pilot.app
        assert isinstance(app, Bench)
        assert app.given == []
        await pilot.press(*"ames.txt", "enter")
        await pilot.pause()
        is_read.set()
        await settle(pilot)
        assert app.given == [LoadDataset(str(folder / "lists" / "names.txt"))]


async def test_a_dropped_path_takes_the_place_of_what_was_typed(folder: Path) -> None:
    (folder / "lists" / "my names.txt").write_text("emma\n")
    async with Bench().run_test() as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, Bench)
        app.screen.query_one(PathInput).post_message(Paste(f"'{folder}/lists/my names.txt' "))
        await settle(pilot)
        await press(pilot, "enter")
        assert app.given == [LoadDataset(str(folder / "lists" / "my names.txt"))]


async def test_a_path_that_is_typed_in_quotation_marks_is_opened(folder: Path) -> None:
    (folder / "my names.txt").write_text("emma\n")
    async with Bench().run_test() as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, Bench)
        app.screen.query_one(PathInput).value = f"'{folder}/my names.txt'"
        await settle(pilot)
        await press(pilot, "enter")
        assert app.given == [LoadDataset(str(folder / "my names.txt"))]


def test_a_working_folder_that_was_removed_is_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert folders.here() == str(tmp_path)
    assert folders.absolute("names.txt") == str(tmp_path / "names.txt")
    assert split("na") == (str(tmp_path), "na")
    WordsScreen("")
    monkeypatch.chdir(tmp_path)
