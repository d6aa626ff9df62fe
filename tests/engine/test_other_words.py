"""Other words are opened in mid-session: nothing is lost, and nothing of the old ones is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Session
from engine.protocol import (
    CheckpointSaved,
    CommandRefused,
    DatasetLoaded,
    Load,
    LoadDataset,
    RunStarted,
    Train,
    Watch,
)
from tests.conftest import WriteWords, act


@pytest.fixture
def session() -> Session:
    """A session with a run on the names."""
    session = Session()
    act(session, LoadDataset())
    session.import_torch()
    list(session.become_ready())
    return session


def test_an_unsaved_run_is_saved_before_other_words_take_its_place(
    session: Session, words_file: WriteWords, tmp_path: Path
) -> None:
    file = str(tmp_path / "run.safetensors")
    act(session, Train(5))
    events = act(session, LoadDataset(words_file("ab\nba\n"), save_to=file))
    news = [e for e in events if isinstance(e, CheckpointSaved | DatasetLoaded | RunStarted)]
    assert [type(e) for e in news] == [CheckpointSaved, DatasetLoaded, RunStarted]
    assert session.snapshot().step == 0
    act(session, LoadDataset(), Load(file))
    assert session.snapshot().step == 5


def test_a_run_without_a_step_is_not_saved(
    session: Session, words_file: WriteWords, tmp_path: Path
) -> None:
    act(session, LoadDataset(words_file("ab\n"), save_to=str(tmp_path / "run.safetensors")))
    assert not (tmp_path / "run.safetensors").exists()


@pytest.mark.parametrize("content", ["", "\n\n", b"\xff\xfe", "a.b\n"])
def test_words_that_cannot_be_used_change_nothing(
    session: Session, words_file: WriteWords, tmp_path: Path, content: str | bytes
) -> None:
    act(session, Train(5))
    before = session.dataset, session.runs
    file = tmp_path / "run.safetensors"
    *_, refused = act(session, LoadDataset(words_file(content), save_to=str(file)))
    assert isinstance(refused, CommandRefused)
    assert (session.dataset, session.runs) == before
    assert not file.exists()


def test_words_stay_if_the_run_on_them_cannot_be_saved(
    session: Session, words_file: WriteWords
) -> None:
    act(session, Train(5))
    *_, refused = act(session, LoadDataset(words_file("ab\n"), save_to="/nowhere/run.safetensors"))
    assert isinstance(refused, CommandRefused)
    assert "stays" in refused.reason
    assert session.snapshot().step == 5


def test_a_snapshot_never_shows_new_words_with_the_run_on_the_old_ones(
    session: Session, words_file: WriteWords
) -> None:
    act(session, Train(5), Watch("network_probabilities", rows=27, columns=27, cursor_row=26))
    list(session.handle(LoadDataset(words_file("ab\nba\n"))))
    while session.is_busy:
        list(session.work())
        window = session.snapshot().window
        assert window is not None
        assert session.counts is not None
        assert session.runs is not None
        assert session.runs.run.weights.shape[0] == len(session.counts.vocabulary)
        assert window.rows in (27, 3)
