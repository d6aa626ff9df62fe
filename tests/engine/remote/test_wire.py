"""A line carries whole messages in order; whatever goes wrong with it is that it has ended."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.remote import wire
from engine.remote.wire import Gone, Line
from tests import PATIENCE

MOST = 100_000

Ends = tuple[Line, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """A line, and the bare socket at its other end."""
    here, there = socket.socketpair()
    there.settimeout(PATIENCE)
    with Line(here, MOST) as line, there:
        yield line, there


def framed(data: bytes) -> bytes:
    """A message as it goes over the line."""
    return struct.pack("!i", len(data)) + data


@pytest.mark.parametrize("is_packed", [False, True])
def test_messages_come_whole_and_in_order(is_packed: bool) -> None:
    messages = [b"", b"a", bytes(MOST), os.urandom(MOST // 2), b"", b"z" * 20]
    here, there = socket.socketpair()
    with Line(here, MOST) as first, Line(there, MOST) as second:
        if is_packed:
            first.pack()
            second.pack()
        for one, other in ((first, second), (second, first)):
            thread = threading.Thread(target=lambda one=one: [one.send(m) for m in messages])
            thread.start()
            assert [other.receive() for _ in messages] == messages
            thread.join()


def test_a_packed_line_takes_less_the_second_time(ends: Ends) -> None:
    line, _ = ends
    line.pack()
    message = os.urandom(1000)
    assert line.send(message) > 1000
    assert line.send(message) < 30


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\0\0",
        framed(b"torn")[:-1],
        framed(bytes(MOST + 1)),
        struct.pack("!i", 1 << 30),
        struct.pack("!iQ", -1, 1 << 62),
    ],
    ids=["nothing", "half a head", "torn", "too long", "said to be long", "said to be endless"],
)
def test_what_is_no_whole_message_ends_the_line(ends: Ends, sent: bytes) -> None:
    line, there = ends

    def send() -> None:
        # What is too long is not taken off the line.
        with suppress(OSError):
            there.sendall(sent)
            there.shutdown(socket.SHUT_WR)

    sending = threading.Thread(target=send)
    sending.start()
    with pytest.raises(Gone):
        line.receive()
    line.hang_up()
    sending.join()


@given(data=st.binary(max_size=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_over_a_packed_line_is_a_message_or_ends_it(data: bytes) -> None:
    here, there = socket.socketpair()
    with Line(here, MOST) as line, there:
        line.pack()
        there.sendall(framed(data))
        there.shutdown(socket.SHUT_WR)
        with pytest.raises(Gone):
            deque(iter(line.receive, None), maxlen=0)


def test_what_is_packed_small_and_unfolds_to_too_much_ends_the_line() -> None:
    here, there = socket.socketpair()
    with Line(here, MOST) as line, Line(there, MOST) as other:
        line.pack()
        other.pack()
        other.send(bytes(MOST + 1))
        with pytest.raises(Gone, match="100,000 bytes"):
            line.receive()


def test_who_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "STALLED", 0.1)
    monkeypatch.setattr(wire, "LOOK", 0.01)
    here, there = socket.socketpair()
    with Line(here, MOST) as line, there, pytest.raises(Gone, match=r"taken nothing for 0\.1 s"):
        list(map(line.send, [bytes(MOST)] * 1000))


def test_who_takes_a_part_and_then_nothing_is_given_up_as_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "STALLED", 0.5)
    monkeypatch.setattr(wire, "LOOK", 0.05)
    here, there = socket.socketpair()
    with Line(here, MOST) as line, there:
        start = time.monotonic()
        with pytest.raises(Gone, match="taken nothing"):
            line.send(bytes(5_000_000))
        assert time.monotonic() - start < 2 * wire.STALLED


def test_who_takes_little_at_a_time_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "STALLED", 0.5)
    monkeypatch.setattr(wire, "LOOK", 0.02)
    here, there = socket.socketpair()
    start, size = time.monotonic(), 2_000_000

    def take() -> None:
        left = size + 4
        while left:
            time.sleep(0.03)
            left -= len(there.recv(min(left, size // 30)))

    taking = threading.Thread(target=take)
    with Line(here, MOST) as line, there:
        taking.start()
        line.send(bytes(size))
        taking.join(PATIENCE)
    assert time.monotonic() - start > wire.STALLED


def test_who_says_nothing_is_not_waited_for_longer_than_said(ends: Ends) -> None:
    line, there = ends
    line.be_patient(0.05)
    with pytest.raises(Gone, match="says nothing"):
        line.receive()
    line.be_patient(0)
    there.sendall(framed(b"late"))
    assert line.receive() == b"late"


def test_hanging_up_ends_the_wait_of_another_thread(ends: Ends) -> None:
    line, _ = ends
    ended: list[Gone] = []

    def wait() -> None:
        try:
            line.receive()
        except Gone as end:
            ended.append(end)

    waiting = threading.Thread(target=wait)
    waiting.start()
    line.hang_up()
    waiting.join(PATIENCE)
    assert ended
    with pytest.raises(Gone):
        line.send(b"more")
