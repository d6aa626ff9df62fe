"""The run in hand less another one: in a session, of bigrams and of longer contexts."""

from __future__ import annotations

import pytest
import torch

from engine import Session
from engine.protocol import (
    LoadDataset,
    MatrixTold,
    Reset,
    Settings,
    Snapshot,
    TakeUp,
    TellMatrix,
    Train,
    Watch,
)
from tests.conftest import WriteWords

WORDS = ("emma", "olivia", "ava", "isabella", "sophia")


@pytest.fixture(params=[2, 3], ids=["bigram", "order 3"])
def session(request: pytest.FixtureRequest, words_file: WriteWords) -> Session:
    """A session in which a run of 9 steps stands before one of 3."""
    session = Session(Settings(seed=3, order=request.param, dots=request.param - 1))
    list(session.run(LoadDataset(str(words_file("\n".join(WORDS))))))
    session.import_torch()
    list(session.become_ready())
    for command in (Train(9), Reset(), Train(3)):
        list(session.run(command))
        while session.is_training:
            list(session.train(16))
    return session


def seen(session: Session, watch: Watch) -> tuple[Snapshot, torch.Tensor]:
    """What the window of a snapshot holds, shape (V, V)."""
    list(session.run(watch))
    snapshot = session.snapshot()
    assert snapshot.window is not None
    values = memoryview(snapshot.window.values).cast("f").tolist()
    return snapshot, torch.tensor(values).view(snapshot.window.rows, snapshot.window.columns)


def test_the_other_run_is_subtracted_as_it_was_left(session: Session) -> None:
    snapshot, mine = seen(session, Watch("network_probabilities"))
    other, _ = (line.id for line in snapshot.runs)
    _, difference = seen(session, Watch("run_difference", against=other))
    list(session.run(TakeUp(other)))
    _, theirs = seen(session, Watch("network_probabilities"))
    assert torch.allclose(difference, mine - theirs, atol=1e-6, equal_nan=True)
    assert difference.nan_to_num().abs().max() > 1e-3


def test_told_as_a_whole_it_is_the_same(session: Session) -> None:
    other = session.snapshot().runs[0].id
    _, difference = seen(session, Watch("run_difference", against=other))
    (event,) = session.run(TellMatrix("run_difference", against=other))
    assert isinstance(event, MatrixTold)
    whole = torch.tensor(memoryview(event.values).cast("d").tolist()).view(difference.shape)
    assert torch.allclose(whole.float(), difference, atol=1e-7, equal_nan=True)


def test_a_run_that_is_gone_leaves_nothing_to_differ_from(session: Session) -> None:
    _, difference = seen(session, Watch("run_difference", against="0123456789ab"))
    assert not difference.nan_to_num().any()
