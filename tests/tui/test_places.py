"""Where files go: under which name, and whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import pytest

from engine.protocol import Refusal
from tui import places


def write(path: Path, data: bytes = b"new", *, replaces: bool = False) -> None:
    places.write(str(path), lambda file: file.write(data), replaces=replaces)


def broken(file: BinaryIO) -> None:
    """Write a little, as far as there is room."""
    file.write(b"half")
    raise OSError(28, "No space left on device")


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    path = str(tmp_path / "a.b.svg")
    assert places.free(path) == path
    for number in (2, 3):
        Path(places.free(path)).touch()
        assert places.free(path) == str(tmp_path / f"a.b-{number}.svg")
    (tmp_path / "dangling.svg").symlink_to("nowhere")
    assert places.free(str(tmp_path / "dangling.svg")) == str(tmp_path / "dangling-2.svg")


def test_a_file_is_written_for_whom_files_usually_are(tmp_path: Path) -> None:
    path = tmp_path / "figure"
    before = os.umask(0o027)
    try:
        write(path)
    finally:
        os.umask(before)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["figure"]


def test_no_file_is_replaced_unless_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "figure"
    path.write_bytes(b"old")
    path.chmod(0o600)
    with pytest.raises(Refusal, match="is there already; give another name"):
        write(path)
    assert path.read_bytes() == b"old"
    write(path, replaces=True)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("replaces", [True, False])
def test_until_a_file_is_whole_there_is_none_where_another_might_be_replaced(
    tmp_path: Path, replaces: bool
) -> None:
    """What is killed meanwhile leaves no empty file, but where the name had to be claimed."""
    path = tmp_path / "names.txt"

    def fill(file: BinaryIO) -> None:
        assert path.exists() is not replaces

    places.write(str(path), fill, replaces=replaces)
    assert os.listdir(tmp_path) == ["names.txt"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_bytes(b"old")
    (tmp_path / "link").symlink_to(there)
    write(tmp_path / "link", replaces=True)
    assert (tmp_path / "link").is_symlink()
    assert there.read_bytes() == b"new"


def test_what_is_no_file_is_not_replaced() -> None:
    with pytest.raises(Refusal, match="/dev/null"):
        write(Path("/dev/null"), replaces=True)
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("is_there", [True, False])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, is_there: bool) -> None:
    path = tmp_path / "figure"
    if is_there:
        path.write_bytes(b"old")
    with pytest.raises(Refusal, match="cannot be written: No space left on device"):
        places.write(str(path), broken, replaces=is_there)
    assert [f.read_bytes() for f in tmp_path.iterdir()] == [b"old"] * is_there


def test_what_fails_for_another_reason_leaves_nothing_either(tmp_path: Path) -> None:
    def fails(_: BinaryIO) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        places.write(str(tmp_path / "figure"), fails, replaces=False)
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("path", "said"),
    [("", "is a directory"), (".", "is a directory"), ("nowhere/x", "there is no folder nowhere")],
)
def test_a_place_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refusal, match=said):
        places.write(path, lambda file: file.write(b""), replaces=True)


def test_a_folder_that_is_read_only_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write anywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(Refusal, match="no permission in"):
        write(tmp_path / "x")


def test_what_is_not_finished_can_be_swept_away(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_bytes(b"old")
    swept: list[str] = []

    def leave(file: BinaryIO) -> None:
        """End the program in the midst of it."""
        file.write(b"half")
        swept.extend(places.sweep())

    for path, replaces in ((new, False), (old, True)):
        with pytest.raises(Refusal, match="cannot be written"):
            places.write(str(path), leave, replaces=replaces)
    assert swept == [str(new), str(old)]
    assert [f.read_bytes() for f in tmp_path.iterdir()] == [b"old"]
    assert places.sweep() == []
