"""Where a run is saved to be handed on, if nobody says where: beside those that are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine import Session
from engine.protocol import (
    STEP,
    CheckpointLoaded,
    CheckpointSaved,
    CommandRefused,
    Load,
    Refusal,
    Save,
    Shelf,
    Train,
)
from engine.training import places
from tests.conftest import WriteWords, act, ready


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(str(tmp_path / "state" / "runs"))


def test_a_run_is_saved_beside_those_that_are_kept(words_file: WriteWords, shelf: Shelf) -> None:
    session = ready(words_file("emma\nava\n"), shelf)
    saved = act(session, Train(3), Save())[-1]
    assert isinstance(saved, CheckpointSaved)
    path = Path(saved.path)
    assert path.parent == Path(shelf.folder)
    assert path.name.startswith("words-")
    assert path.name.endswith("-step3.safetensors")
    assert path.is_file()
    session.close(10)


def test_where_no_runs_are_kept_it_must_be_said_where(session: Session) -> None:
    (refused,) = act(session, Save())
    assert isinstance(refused, CommandRefused)
    assert "give the path" in refused.reason


def test_a_folder_that_cannot_be_made_is_told(
    words_file: WriteWords, shelf: Shelf, tmp_path: Path
) -> None:
    session = ready(words_file("emma\nava\n"), shelf)
    shutil.rmtree(tmp_path / "state", ignore_errors=True)
    (tmp_path / "state").write_text("in the way")
    (refused,) = act(session, Save())
    assert isinstance(refused, CommandRefused)
    assert f"{shelf.folder}, for runs, cannot be made: Not a directory." in refused.reason
    session.close(10)


@pytest.mark.parametrize(
    ("source", "stem"),
    [
        ("/data/[bold] née.txt", "-bold--née"),
        ("", "run"),
        ("....", "----"),
        ("a/../../b", "b"),
        ("💥", "-"),
        ("x" * 300, "x" * 40),
    ],
)
def test_whatever_words_are_called_makes_a_name_that_a_file_can_have(
    shelf: Shelf, source: str, stem: str
) -> None:
    path = Path(places.new_file(shelf, source))
    assert path.parent == Path(shelf.folder)
    assert path.name.startswith(f"{stem}-2")
    assert path.name.endswith(f"-step{STEP}.safetensors")
    path.touch()


def test_a_run_is_found_in_the_home_folder_of_the_engine(
    words_file: WriteWords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    session = ready(words_file("emma\nava\n"))
    act(session, Train(3), Save(str(tmp_path / "run.safetensors")))
    events = act(session, Load("~/run.safetensors"))
    assert any(isinstance(event, CheckpointLoaded) for event in events)
    assert places.find("~/run.safetensors", None) == str(tmp_path / "run.safetensors")
    with pytest.raises(Refusal, match="no run ~/walk"):
        places.find("~/walk", None)
