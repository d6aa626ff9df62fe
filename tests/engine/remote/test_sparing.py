"""Over a slow line less is shown of what moves, and all of it once it stands still."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.protocol import Row, Snapshot, Window
from engine.remote.sparing import LEVELS, SELDOM, STILL, Sparing


def window(*values: float, matrix: str = "logits") -> Window:
    """A matrix of one row, whose range is that of its values."""
    finite = [v for v in array("f", values) if math.isfinite(v)] or [0.0]
    low, high = min(finite), max(finite)
    data = array("f", values).tobytes()
    return Window(matrix, 0, 0, 1, len(values), low, high, data)


def shown(sparing: Sparing, snapshot: Snapshot, now: float) -> list[float]:
    """Values of what is shown."""
    seen = sparing.spare(snapshot, now).window
    assert seen is not None
    return array("f", seen.values).tolist()


@given(st.lists(st.floats(width=32), min_size=1, max_size=30))
@example([0.0, 3.3995005992199223e38])
def test_what_moves_is_within_half_a_level(values: list[float]) -> None:
    whole = window(*values)
    seen = shown(Sparing(), Snapshot(window=whole), 0.0)
    for value, near in zip(values, seen, strict=True):
        if math.isfinite(value):
            # And what float32 leaves open where there is no room for levels.
            half = (whole.high - whole.low) / LEVELS / 2
            assert abs(near - value) <= half * (1 + 1e-6)
        else:
            assert repr(near) == repr(value)


def test_a_range_that_changes_a_little_changes_no_value() -> None:
    sparing = Sparing()
    values = [math.sin(i) for i in range(100)]
    first = shown(sparing, Snapshot(step=1, window=window(*values, 1.5)), 0.0)
    second = shown(sparing, Snapshot(step=2, window=window(*values, 1.6)), 0.2)
    assert first[:-1] == second[:-1]
    assert len(set(first)) < len(first)


def test_what_stands_still_is_exact() -> None:
    sparing, values = Sparing(), [1 / 3, 2 / 7, 0.9]
    snapshot = Snapshot(step=4, window=window(*values))
    for now in (0.0, STILL - 0.01):
        assert shown(sparing, snapshot, now) != array("f", values).tolist()
        assert not sparing.is_exact
    assert sparing.spare(snapshot, STILL) == snapshot
    assert sparing.is_exact
    sparing.spare(replace(snapshot, step=5), STILL + 0.1)
    assert not sparing.is_exact


@pytest.mark.parametrize("matrix", ["counts", "count_probabilities"])
def test_matrices_of_counts_are_exact_at_once(matrix: str) -> None:
    values = [1 / 3, 2 / 7, 0.9]
    seen = shown(Sparing(), Snapshot(window=window(*values, matrix=matrix)), 0.0)
    assert seen == array("f", values).tolist()


def test_histories_and_the_row_come_once_in_a_while() -> None:
    sparing, row = Sparing(), Row(3, b"counts", b"")
    sparing.spare(Snapshot(id="a", row=row), 0.0)
    late = Snapshot(id="a", step=2, history=b"h" * 24, row=replace(row, counts=b"more"))
    seen = sparing.spare(late, 0.2)
    assert (seen.step, seen.history, seen.row) == (2, b"", row)
    late = replace(late, step=3)
    assert sparing.spare(late, SELDOM) == late


def test_another_row_comes_at_once() -> None:
    sparing = Sparing()
    sparing.spare(Snapshot(row=Row(3, b"", b"")), 0.0)
    for row in (Row(4, b"", b""), Row(4, b"", b"", before=(1,))):
        assert sparing.spare(Snapshot(step=1, row=row), 0.1).row == row


def test_the_histories_of_another_run_come_behind_what_is_seen_of_it() -> None:
    sparing, long = Sparing(), b"h" * 24_000
    assert sparing.spare(Snapshot(run=1, id="a", step=9, history=long), 0.0).history == b""
    assert sparing.spare(Snapshot(run=1, id="a", step=10, history=long), SELDOM).history == long
    seen = sparing.spare(Snapshot(run=2, id="b", step=5, history=b"x" * 24), SELDOM + 0.1)
    assert seen.history == b""


def test_the_latest_losses_are_rounded_while_they_move_and_their_steps_are_not() -> None:
    sparing, pairs = Sparing(), [(float(i), 2 + math.sin(i)) for i in range(100, 200)]
    recent = array("d", [x for pair in pairs for x in pair]).tobytes()
    sparing.spare(Snapshot(id="a"), 0.0)
    seen = memoryview(sparing.spare(Snapshot(id="a", step=1, recent=recent), 2.0).recent).cast("d")
    assert seen[::2].tolist() == [step for step, _ in pairs]
    errors = [abs(near - loss) for near, (_, loss) in zip(seen[1::2], pairs, strict=True)]
    assert 0 < max(errors) <= 2 / LEVELS / 2
