"""Choosing a file of words: what a folder holds, and how a path is typed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from textual.app import App
from textual.content import Content
from textual.events import Paste
from textual.pilot import Pilot

import tui
from engine.protocol import FolderEntry, FolderListed, ListFolder, LoadDataset
from engine.words.folders import listed
from tui.dataset.files import FolderList, PathInput, WordsScreen
from tui.dataset.folders import beginning, completed, dropped, restarted, size_text, split
from tui.messages import Ask
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


def entries(folder: Path) -> tuple[FolderEntry, ...]:
    return listed(ListFolder(str(folder))).entries


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
    assert dropped(text) == path


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
    assert [entry.name for entry in beginning(entries(folder), begin)] == names


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
    assert completed(entries(folder), begin) == text


def test_a_tilde_is_the_home_folder_both_ways(folder: Path) -> None:
    assert tilde(str(folder / "lists")) == "~/lists"
    assert tilde(str(folder)) == "~"
    assert tilde(f"{folder}x") == f"{folder}x"


def test_a_tilde_is_the_home_folder_of_the_machine_that_the_path_is_on(folder: Path) -> None:
    assert tilde("/box/anna/lists", "/box/anna") == "~/lists"
    assert tilde(str(folder / "lists"), "/box/anna") == str(folder / "lists")
    assert tilde("/lists", "/") == "/lists"


@pytest.mark.parametrize(
    ("typed", "folder", "begin"),
    [
        ("~/lists/na", "~/lists/", "na"),
        ("na", "", "na"),
        ("/na", "/", "na"),
        ("lists/", "lists/", ""),
        ("~", "~", ""),
        ("~anna", "", "~anna"),
        ("", "", ""),
    ],
)
def test_what_is_typed_is_a_folder_and_how_a_name_begins(
    typed: str, folder: str, begin: str
) -> None:
    assert split(typed) == (folder, begin)


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


# The screen


class Bench(App[None]):
    """Opens the screen at once, answers what it asks as an engine would, and notes what it gives.

    Args:
        source: the file in hand.
        machine: where the engine is.
        told: gives what an engine tells.
    """

    CSS_PATH: ClassVar = Path(tui.__file__).parent / "app.tcss"

    def __init__(
        self,
        source: str = "names.txt",
        machine: str = "",
        told: Callable[[ListFolder], FolderListed] = listed,
    ) -> None:
        super().__init__()
        self.given: list[LoadDataset | None] = []
        self.asked: list[ListFolder] = []
        self.is_reading = False
        """Whether answers take until `answer` is called."""
        self._made = source, machine
        self._told = told
        self._answered = 0

    def on_mount(self) -> None:
        self.files = WordsScreen(*self._made)
        self.on_ask(Ask(self.files.asked))
        self.push_screen(self.files, self.given.append)

    def on_ask(self, message: Ask) -> None:
        assert isinstance(message.command, ListFolder)
        self.asked.append(message.command)
        if not self.is_reading:
            self.answer()

    def answer(self) -> None:
        """Tell of the folder that was asked for last."""
        self.is_reading = False
        self.files.hear(self._told(self.asked[-1]))

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
    """Wait until what was asked has been answered."""
    await pilot.pause()
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
        pytest.param("wordy", "wordy.txt", marks=pytest.mark.slow),
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


@pytest.mark.parametrize(
    ("keys", "file"),
    [
        ((*"wordy", "enter"), "wordy.txt"),
        ((*"words", "tab", "enter"), "words.txt"),
    ],
)
async def test_keys_that_come_before_the_folder_is_read_do_what_they_do_behind_it(
    folder: Path, keys: tuple[str, ...], file: str
) -> None:
    app = Bench()
    app.is_reading = True
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        await settle(pilot)
        assert (app.given, app.listed) == ([], [])
        app.answer()
        await settle(pilot)
        assert app.given == [LoadDataset(str(folder / file))]


async def test_who_types_faster_than_a_folder_is_read_opens_the_file_all_the_same(
    folder: Path,
) -> None:
    app = Bench()
    app.is_reading = True
    async with app.run_test() as pilot:
        await pilot.press(*"lists/n", "enter")
        await pilot.press(*"ames.txt", "enter")
        await settle(pilot)
        assert app.given == []
        app.answer()
        await settle(pilot)
        assert app.given == [LoadDataset(str(folder / "lists" / "names.txt"))]


async def test_of_two_folders_that_are_read_that_which_is_wanted_no_more_is_not_shown(
    folder: Path,
) -> None:
    app = Bench()
    app.is_reading = True
    async with app.run_test() as pilot:
        await settle(pilot)
        (first,) = app.asked
        await pilot.press(*"lists/")
        await settle(pilot)
        app.files.hear(listed(first))
        assert app.listed == []
        app.answer()
        assert app.listed[2:] == ["names.txt"]
        await pilot.press("escape")
        app.files.hear(listed(app.asked[-1]))


async def test_each_folder_is_asked_for_once(folder: Path) -> None:
    app = Bench()
    async with app.run_test() as pilot:
        await press(pilot, *"lists/na", *["backspace"] * 3)
        assert [command.path for command in app.asked] == ["~/", "~/lists/", "~/"]
        assert [command.request for command in app.asked] == [1, 2, 3]


async def test_the_files_of_another_machine_are_said_to_be_there_and_have_its_home() -> None:
    def told(command: ListFolder) -> FolderListed:
        folder = command.path.rstrip("/").replace("~", "/box/anna")
        entries = (FolderEntry("lists", f"{folder}/lists", is_folder=True),)
        return FolderListed(command, folder, "/box/anna", entries)

    app = Bench(machine="anna@[/box]", told=told)
    async with app.run_test() as pilot:
        await settle(pilot)
        title = app.files.query_one("#file-box").border_title
        assert (
            Content.from_markup(str(title)).plain
            == "Open a file of words on anna@[/box], one a line"
        )
        assert app.path == "~/"
        await press(pilot, "down", "down", "down", "enter")
        assert app.path == "~/lists/"
        await press(pilot, *["left"] * 2, "shift+tab")
        assert app.path == "/box/"
        assert isinstance(app.focused, PathInput)


async def test_it_starts_in_the_folder_of_the_file_in_hand_on_another_machine(
    folder: Path,
) -> None:
    async with Bench(str(folder / "words.txt"), machine="box").run_test() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        assert app.path == f"{folder}/", "who knows which folder its tilde stands for"


@pytest.mark.slow
@pytest.mark.parametrize(("is_whole", "given"), [(True, []), (False, ["hidden.txt"])])
async def test_what_may_be_in_a_folder_unseen_is_left_to_the_engine(
    folder: Path, is_whole: bool, given: list[str]
) -> None:
    def told(command: ListFolder) -> FolderListed:
        return replace(listed(command), entries=(), is_whole=is_whole)

    app = Bench(told=told)
    async with app.run_test() as pilot:
        await press(pilot, *"hidden.txt", "enter")
        assert app.given == [LoadDataset(str(folder / each)) for each in given]
        assert bool(app.given) or app.complaint == "Nothing here begins with hidden.txt."


@pytest.mark.parametrize(("typed", "path"), [("..", ""), ("lists/..", "~/"), (".", "~/")])
async def test_dots_lead_to_the_folder_they_stand_for(folder: Path, typed: str, path: str) -> None:
    async with Bench().run_test() as pilot:
        await settle(pilot)
        await press(pilot, *typed, "enter")
        app = pilot.app
        assert isinstance(app, Bench)
        assert app.path == (path or os.path.join(str(folder.parent), ""))


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


@pytest.mark.parametrize(
    ("name", "typed"), [("my names.txt", "'{}/my names.txt'"), ("'a b'", "{}/'a b'")]
)
async def test_quotation_marks_are_taken_off_unless_the_name_has_them(
    folder: Path, name: str, typed: str
) -> None:
    (folder / name).write_text("emma\n")
    async with Bench().run_test() as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, Bench)
        app.screen.query_one(PathInput).value = typed.format(folder)
        await settle(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert app.given == [LoadDataset(str(folder / name))]


async def test_a_tilde_alone_is_completed_to_what_is_in_the_home_folder(folder: Path) -> None:
    async with Bench().run_test() as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, Bench)
        app.screen.query_one(PathInput).value = "~"
        await settle(pilot)
        await press(pilot, "tab", *"li", "tab")
        assert app.path == "~/lists/"
