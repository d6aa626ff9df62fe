"""What a folder holds, as the engine tells it to a screen on which a file is chosen."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from engine import Session
from engine.protocol import (
    CommandRefused,
    Event,
    FolderEntry,
    FolderListed,
    ListFolder,
    LoadDataset,
    Sort,
)
from engine.words import folders
from engine.words.folders import absolute, here, listed, listing
from tests import PATIENCE
from tests.conftest import WriteWords, act


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with words and other things; one works in a folder below it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("lists", "Letters", ".hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "words.txt").write_text("emma\nava\n")
    (tmp_path / "[bold]é\x1b[2J").write_text("a\n")
    (tmp_path / "lists" / "names.txt").write_text("emma\n")
    monkeypatch.chdir(tmp_path / "lists")
    return tmp_path


def names(path: object) -> list[str]:
    return [entry.name for entry in listed(ListFolder(str(path))).entries]


def test_folders_come_first_and_names_are_safe_to_show(home: Path) -> None:
    assert names(home) == [".hidden", "Letters", "lists", "[bold]é[2J", "words.txt"]
    told = listed(ListFolder(str(home)))
    assert told.entries[1] == FolderEntry("Letters", str(home / "Letters"), is_folder=True)
    assert told.entries[-1] == FolderEntry("words.txt", str(home / "words.txt"), False, 9)
    assert told.entries[-2].path == str(home / "[bold]é\x1b[2J")
    assert told.is_whole


@pytest.mark.parametrize(
    ("typed", "folder"),
    [("", "lists"), (".", "lists"), ("..", ""), ("~", ""), ("~/lists/", "lists"), ("../", "")],
)
def test_what_is_typed_is_of_the_engines_folders(home: Path, typed: str, folder: str) -> None:
    told = listed(ListFolder(typed, request=3))
    assert told.command == ListFolder(typed, 3)
    assert (told.folder, told.home) == (os.path.normpath(home / folder), str(home))
    assert told.entries == listed(ListFolder(str(home / folder))).entries


def test_a_folder_that_is_not_there_is_told_with_the_reason(home: Path) -> None:
    told = listed(ListFolder("nowhere"))
    assert told.folder == str(home / "lists" / "nowhere")
    assert (told.entries, told.reason) == ((), "No such file or directory")
    assert told.is_whole, "there is nothing in it, for sure"
    assert listed(ListFolder("names.txt")).reason == "Not a directory"


def test_of_a_folder_that_may_not_be_read_nobody_knows_what_is_in_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    told = listed(ListFolder(str(home)))
    assert (told.reason, told.is_whole) == ("Permission denied", False)


def test_a_path_that_none_can_be_does_no_harm() -> None:
    told = listed(ListFolder("a\0b"))
    assert "null" in told.reason
    assert not told.is_whole


def test_of_a_huge_folder_so_many_are_told_and_that_there_are_more(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (len(names(home)), listed(ListFolder(str(home))).is_whole) == (5, True)
    for most, is_whole in ((5, True), (4, False)):
        monkeypatch.setattr(folders, "MOST", most)
        told = listed(ListFolder(str(home)))
        assert (len(told.entries), told.is_whole) == (most, is_whole)


def test_links_that_lead_nowhere_are_listed(home: Path) -> None:
    (home / "dangling").symlink_to(home / "nothing")
    (home / "round").symlink_to(home / "round")
    told = {entry.name: entry for entry in listed(ListFolder(str(home))).entries}
    for name in ("dangling", "round"):
        assert told[name] == FolderEntry(name, str(home / name), is_folder=False, size=0)


def test_a_folder_that_cannot_be_typed_is_left_out(home: Path) -> None:
    (home / "a\x1bb").mkdir()
    assert "ab" not in names(home)


def test_a_working_folder_that_was_removed_is_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert here() == str(tmp_path)
    assert absolute("names.txt") == str(tmp_path / "names.txt")
    assert listed(ListFolder()).folder == str(tmp_path)
    monkeypatch.chdir(tmp_path)


# In the session


def test_a_session_without_words_lists_folders(home: Path) -> None:
    (told,) = Session().run(ListFolder("~/lists"))
    assert told == listed(ListFolder("~/lists"))


@pytest.fixture
def is_read(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Until it is set, no folder is read to its end."""
    event = threading.Event()

    def slowly(command: ListFolder) -> FolderListed:
        event.wait(PATIENCE)
        return listed(command)

    monkeypatch.setattr(folders, "listed", slowly)
    return event


def finish(session: Session) -> list[Event]:
    events: list[Event] = []
    while session.is_busy:
        events += session.work()
    return events


def test_a_folder_that_takes_long_keeps_nothing_waiting(
    home: Path, is_read: threading.Event, words_file: WriteWords
) -> None:
    session = Session()
    asked = ListFolder("~")
    assert list(session.handle(asked)) == []
    # Words come meanwhile, and questions about them are answered.
    list(session.handle(LoadDataset(words_file("emma\nava\n"))))
    list(session.handle(Sort(1)))
    assert session.is_busy
    while session.dataset is None:
        assert not any(isinstance(event, FolderListed) for event in session.work())
    is_read.set()
    (told,) = [event for event in finish(session) if isinstance(event, FolderListed)]
    assert told == listed(asked)


def test_only_the_folder_that_was_asked_for_last_is_told(
    home: Path, is_read: threading.Event
) -> None:
    session = Session()
    list(session.handle(ListFolder("~")))
    list(session.handle(ListFolder("~/lists")))
    is_read.set()
    assert finish(session) == [listed(ListFolder("~/lists"))]


def test_a_folder_that_never_answers_is_given_up(home: Path, is_read: threading.Event) -> None:
    *pieces, told = listing(ListFolder("~"), patience=0.01)
    assert set(pieces) == {None}
    assert isinstance(told, FolderListed)
    assert (told.folder, told.entries) == (str(home), ())
    assert told.reason == "nothing was heard of it"
    assert not told.is_whole
    is_read.set()


def test_what_asks_about_words_is_refused_without_any(home: Path) -> None:
    (refused,) = act(Session(), Sort(1))
    assert isinstance(refused, CommandRefused)


def test_each_screen_is_told_of_its_own_folder_and_may_only_look_on(
    home: Path, is_read: threading.Event
) -> None:
    session = Session()
    seats = [session.join("anna@box"), session.join("bert@box", is_readonly=True)]
    asked = [ListFolder("~"), ListFolder("~/lists")]
    for seat, command in zip(seats, asked, strict=True):
        assert list(session.handle(command, seat)) == []
    is_read.set()
    for seat, command in zip(seats, asked, strict=True):
        told: list[Event] = []
        while seat.is_busy:
            told += seat.work()
        assert told == [listed(command)]
