"""All of a matrix, as a figure or a table of it needs it: what is told is what is seen."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest

from engine import Client, Inline, Session, write_npy
from engine.answers import models
from engine.models import network
from engine.models.counts import COUNT_MATRICES
from engine.models.endings import TOGETHER
from engine.protocol import (
    Command,
    CommandRefused,
    Configure,
    Event,
    LoadDataset,
    Look,
    MatrixName,
    MatrixTold,
    Refusal,
    TellMatrix,
    Train,
    Watch,
)
from tests.conftest import WriteWords, act, ready

WORDS = "emma\nolivia\nava\nisabella\nsophia\nemma\n"


def told(session: Session, command: TellMatrix) -> MatrixTold:
    """The matrix that a session tells."""
    (event,) = act(session, command)
    assert isinstance(event, MatrixTold)
    assert event.command == command
    return event


def square(event: MatrixTold) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The values of a matrix, as numbers."""
    size = len(event.symbols)
    return np.frombuffer(event.values).reshape(size, size)


def test_the_counts_are_told_before_torch_is_there() -> None:
    session = Session()
    act(session, LoadDataset())
    event = told(session, TellMatrix())
    n = square(event)
    symbols = event.symbols
    assert n.shape == (27, 27)
    assert n[symbols.index("."), symbols.index("a")] == 4438
    assert n[symbols.index("n"), symbols.index(".")] == 6808
    assert n.sum() == 229_804
    assert (event.low, event.high) == (0, 6808)
    assert (event.run, event.step, event.before) == (0, 0, ())


def test_probabilities_are_told_in_float64() -> None:
    session = Session()
    act(session, LoadDataset())
    p = square(told(session, TellMatrix("count_probabilities", smoothing=0)))
    assert p[0, 1] == 4438 / 32_257
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("matrix", TOGETHER)
def test_what_is_told_is_what_is_watched(session: Session, matrix: MatrixName, order: int) -> None:
    act(session, Configure(order=order), Train(3))
    row = 2
    act(session, Watch(matrix, cursor_row=row))
    snapshot = session.snapshot()
    window = snapshot.window
    assert window is not None
    event = told(session, TellMatrix(matrix, row=row, smoothing=snapshot.settings.smoothing))
    seen = np.frombuffer(window.values, np.float32).reshape(window.rows, window.columns)
    np.testing.assert_array_equal(square(event).astype(np.float32), seen)
    assert (event.before, event.low, event.high) == (window.before, window.low, window.high)
    assert (event.run, event.step) == (snapshot.run, 3)


def test_longer_contexts_are_told_behind_what_stands_before(session: Session) -> None:
    act(session, Configure(order=3))
    event = told(session, TellMatrix(before=(0,)))
    n, symbols = square(event), event.symbols
    # Behind the boundary, in the row of e, is what follows it at the beginning of a word.
    assert n[symbols.index("e"), symbols.index("m")] == 2
    assert math.isnan(n[symbols.index("m"), 0]), "no word begins with m"
    assert event.before == (0,)


def test_what_was_told_stays_while_training_goes_on(session: Session) -> None:
    before = told(session, TellMatrix("logits"))
    kept = square(before).copy()
    act(session, Train(5))
    np.testing.assert_array_equal(square(before), kept)
    assert not np.array_equal(square(told(session, TellMatrix("logits"))), kept)


@pytest.mark.parametrize("order", [2, 3])
def test_a_step_that_is_looked_at_is_told_as_it_was(session: Session, order: int) -> None:
    act(session, Configure(order=order), Train(5))
    before = told(session, TellMatrix("network_probabilities"))
    act(session, Train(5), Look(5))
    back = told(session, TellMatrix("network_probabilities"))
    assert (before.step, back.step) == (5, 5)
    np.testing.assert_array_equal(square(back), square(before))


def test_several_are_told_though_they_are_asked_at_once(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "ROWS", 1)
    session = Session()
    act(session, LoadDataset(words_file(WORDS)))
    for number in range(3):
        list(session.handle(TellMatrix(request=number)))
    events: list[Event] = []
    while session.is_busy:
        events += session.work()
    assert [e.command.request for e in events if isinstance(e, MatrixTold)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (TellMatrix(smoothing=-1), "smoothing must be"),
        (TellMatrix(), "12 symbols is too large to be told as a whole; at most 10 are"),
    ],
)
def test_what_cannot_be_told_is_refused(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch, command: Command, said: str
) -> None:
    monkeypatch.setattr(models, "MOST_TOLD", 10)
    session = Session()
    act(session, LoadDataset(words_file(WORDS)))
    (event,) = act(session, command)
    assert isinstance(event, CommandRefused)
    assert said in event.reason


def test_a_matrix_that_there_is_not_is_refused(session: Session) -> None:
    (event,) = act(session, TellMatrix("weights"))
    assert isinstance(event, CommandRefused)
    assert event.reason.startswith("There is no matrix “weights”; choose from centred_logits, cou")


def test_without_a_network_its_matrices_are_refused_and_the_counts_are_told(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "MOST_BYTES", 1_000)
    session = ready(words_file(WORDS))
    (event,) = act(session, TellMatrix("logits"))
    assert isinstance(event, CommandRefused)
    assert "network" in event.reason
    assert told(session, TellMatrix()).high == 6


def test_a_client_waits_for_a_matrix_and_wakes_torch_where_it_must() -> None:
    client = Client(Inline(Session()))
    list(client.ask(LoadDataset()))
    for matrix in ("counts", "logits"):
        *_, event = client.ask(TellMatrix(matrix))
        assert isinstance(event, MatrixTold)
        assert event.command.matrix == matrix
    with pytest.raises(Refusal):
        list(client.ask(TellMatrix(smoothing=math.nan)))


def test_only_the_networks_matrices_wait_for_torch() -> None:
    session = Session()
    act(session, LoadDataset())
    for matrix in TOGETHER:
        events = act(session, TellMatrix(matrix))
        assert bool(events) == (matrix in COUNT_MATRICES)


@pytest.mark.parametrize(("are_counts", "kind"), [(True, np.int64), (False, np.float64)])
def test_numpy_loads_what_was_written(are_counts: bool, kind: type) -> None:
    file = io.BytesIO()
    values = np.array([[1, 2, 3], [4, np.nan, 2**53]])
    write_npy(file, values.tobytes(), 3, are_counts=are_counts)
    file.seek(0)
    loaded = np.load(file, allow_pickle=False)
    assert loaded.dtype == kind
    expected = np.array([[1, 2, 3], [4, 0, 2**53]]) if are_counts else values
    np.testing.assert_array_equal(loaded, expected)
