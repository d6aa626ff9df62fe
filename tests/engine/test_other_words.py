"""Other words are opened in mid-session: nothing is lost, and nothing of the old ones is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Session
from engine.protocol import (
    CommandRefused,
    KeepingFailed,
    Load,
    LoadDataset,
    Shelf,
    Train,
    Watch,
)
from tests.conftest import WriteWords, act, ready


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(str(tmp_path / "runs"))


@pytest.fixture
def session(shelf: Shelf) -> Session:
    """A session with a run on the names."""
    return ready(shelf=shelf)


def kept(shelf: Shelf) -> list[Path]:
    return list(Path(shelf.folder).glob("*"))


def test_a_run_is_kept_when_other_words_take_its_place(
    session: Session, words_file: WriteWords, shelf: Shelf
) -> None:
    act(session, Train(5), LoadDataset(words_file("ab\nba\n")))
    assert session.snapshot().step == 0
    assert session.keeping.keeper is not None
    assert session.keeping.keeper.flush(5)
    (run,) = kept(shelf)
    act(session, LoadDataset(), Load(run.name[:6]))
    assert session.snapshot().step == 5


def test_a_run_without_a_step_is_not_kept(
    session: Session, words_file: WriteWords, shelf: Shelf
) -> None:
    act(session, LoadDataset(words_file("ab\n")))
    assert session.close(5)
    assert kept(shelf) == []


@pytest.mark.parametrize("content", ["", "\n\n", b"\xff\xfe", "a.b\n"])
def test_words_that_cannot_be_used_change_nothing(
    session: Session, words_file: WriteWords, content: str | bytes
) -> None:
    act(session, Train(5))
    before = session.dataset, session.runs
    *_, refused = act(session, LoadDataset(words_file(content)))
    assert isinstance(refused, CommandRefused)
    assert (session.dataset, session.runs) == before


def test_words_stay_if_the_run_on_them_would_be_lost(
    session: Session, words_file: WriteWords, shelf: Shelf
) -> None:
    Path(shelf.folder).write_text("in its place")
    events = act(session, Train(5))
    assert session.keeping.keeper is not None
    session.keeping.keeper.flush(5)
    (failed,) = [e for e in [*events, *session.keeping.news()] if isinstance(e, KeepingFailed)]
    assert shelf.folder in failed.reason
    *_, refused = act(session, LoadDataset(words_file("ab\n")))
    assert isinstance(refused, CommandRefused)
    assert "would be lost" in refused.reason
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
