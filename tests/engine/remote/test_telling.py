"""Snapshots are told as what has changed in them, and come to be the very same again."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Session
from engine.protocol import Command, Look, Row, Snapshot, Toggle, Watch, Window
from engine.protocol.codec import Malformed, decode_news, encode
from engine.remote.apart import SIZES, patch, patched
from engine.remote.hearing import Hearing
from engine.remote.messages import Changed, read_from_engine
from engine.remote.telling import Telling
from engine.training.history import History
from tests.engine.test_codec import made_of


class Ends:
    """Both ends of a line, without the line."""

    def __init__(self) -> None:
        self.telling, self.hearing = Telling(), Hearing()
        self.bytes = 0

    def pass_on(self, snapshot: Snapshot) -> Snapshot | None:
        """Tell a snapshot, and hear it."""
        data = self.telling.tell(snapshot)
        self.bytes = len(data)
        return self.hearing.hear(read_from_engine(data)) if data else None


@given(st.lists(made_of(Snapshot), min_size=1, max_size=4))
def test_any_snapshots_come_to_be_the_same(snapshots: list[Snapshot]) -> None:
    ends, before = Ends(), None
    for snapshot in snapshots:
        told = ends.pass_on(snapshot)
        # As text, in which not-a-number is equal to itself.
        assert repr(told or before) == repr(snapshot)
        assert ends.pass_on(snapshot) is None
        before = snapshot


@given(st.binary(max_size=200), st.binary(max_size=200), st.sampled_from(sorted(set(SIZES))))
def test_any_bytes_are_made_of_any_others(old: bytes, new: bytes, size: int) -> None:
    assert patched(old, patch(old, new, size), size) == new


@given(st.binary(min_size=16, max_size=320), st.integers(0, 12), st.binary(max_size=64))
def test_of_entries_that_move_up_only_the_new_ones_are_told(
    old: bytes, gone: int, new: bytes
) -> None:
    old = old[: len(old) // 16 * 16]
    left = old[16 * gone :]
    made = patch(old, left + new, 16)
    assert patched(old, made, 16) == left + new
    if len(set(old)) == len(old) and left:
        assert len(made.rest) <= len(new)


def test_a_run_comes_to_be_the_same_at_every_step(session: Session) -> None:
    ends = Ends()

    def look() -> None:
        snapshot = session.snapshot()
        heard = ends.pass_on(snapshot)
        assert heard is None or repr(heard) == repr(decode_news(encode(snapshot)))

    look()
    starts: list[Command] = [Watch("network_probabilities", cursor_row=2), Toggle()]
    for command in [*starts, Watch("gradient")]:
        list(session.run(command))
        for _ in range(20):
            list(session.train(7))
            look()
    for command in (Toggle(), Look(30), Look(), Watch("counts", 1, 1, 3, 4)):
        list(session.run(command))
        while session.is_busy:
            list(session.work())
        look()


def test_what_has_not_changed_is_not_told() -> None:
    history, ends = History(), Ends()
    for step in range(3000):
        history.add(step, 1 / (step + 1))
    row = Row(1, bytes(800), bytes(800), array("d", range(100)).tobytes())
    window = Window("counts", 0, 0, 50, 50, 0.0, 1.0, array("f", range(2500)).tobytes())
    now = Snapshot(
        step=2999, history=history.buckets(), recent=history.recent(), row=row, window=window
    )
    ends.pass_on(now)
    assert ends.bytes > 30_000
    history.add(3000, 0.5)
    now = replace(now, step=3000, history=history.buckets(), recent=history.recent())
    assert repr(ends.pass_on(now)) == repr(now)
    assert ends.bytes < 150


def test_a_number_is_told_whenever_its_bits_are_others() -> None:
    ends = Ends()
    for loss in (0.0, -0.0, math.nan, 1.0):
        heard = ends.pass_on(Snapshot(loss=loss))
        assert heard is not None
        assert repr(heard.loss) == repr(loss)
    assert ends.pass_on(Snapshot(loss=1.0)) is None


@pytest.mark.parametrize(
    "changed",
    [
        Changed((), ()),
        Changed(((0, b"\xc0"),), ()),
        Changed((), ((99, patch(b"", b"new", 8)),)),
        Changed((), ((0, replace(patch(b"", b"new", 24), rest=b"n" * 30)),)),
    ],
    ids=str,
)
def test_what_does_not_go_with_what_was_heard_is_refused(changed: Changed) -> None:
    with pytest.raises(Malformed):
        Hearing().hear(changed)


def test_file_names_that_are_not_unicode_come_to_be_the_same() -> None:
    ends = Ends()
    for place in ("r\udce9n", "run", "r\udce9n"):
        snapshot = Snapshot(place=place, id="caf\udce9")
        assert repr(ends.pass_on(snapshot)) == repr(snapshot)
