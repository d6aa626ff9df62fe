"""Each cell's part of the excess loss, and that the parts make the whole."""

from __future__ import annotations

import math

import pytest

from engine import Session
from engine.protocol import LoadDataset, Row, Settings, Train, Watch


@pytest.fixture(scope="module")
def session() -> Session:
    """Return a session with a short run on the bundled names behind it."""
    session = Session(Settings())
    list(session.run(LoadDataset()))
    session.import_torch()
    list(session.become_ready())
    list(session.run(Train(20)))
    while session.is_training:
        list(session.train(20))
    return session


def row_of(session: Session, index: int) -> Row:
    list(session.run(Watch(cursor_row=index)))
    row = session.snapshot().row
    assert row is not None
    return row


def floats(values: bytes) -> list[float]:
    return list(memoryview(values).cast("d"))


def test_the_parts_of_all_cells_sum_to_the_gap(session: Session) -> None:
    parts = [part for i in range(27) for part in floats(row_of(session, i).excess)]
    assert len(parts) == 27 * 27
    assert math.fsum(parts) == pytest.approx(session.snapshot().gap, abs=1e-6)


def test_a_row_sums_to_its_divergence(session: Session) -> None:
    row = row_of(session, 5)
    assert session.counts is not None
    total = session.counts.totals[5]
    counts = memoryview(row.counts).cast("q").tolist()
    network = floats(row.network_probabilities)
    divergence = math.fsum(
        n / total * math.log(n / total / q) for n, q in zip(counts, network, strict=True) if n
    )
    assert math.fsum(floats(row.excess)) == pytest.approx(
        total / session.counts.bigrams * divergence, rel=1e-9
    )


def test_a_bigram_that_never_occurs_has_no_part(session: Session) -> None:
    row = row_of(session, 17)
    counts = memoryview(row.counts).cast("q").tolist()
    parts = floats(row.excess)
    assert 0 in counts
    assert all((part == 0) == (n == 0) for part, n in zip(parts, counts, strict=True))


def test_without_a_network_there_are_no_parts() -> None:
    session = Session(Settings())
    list(session.run(LoadDataset()))
    assert row_of(session, 0).excess == b""
