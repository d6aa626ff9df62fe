"""Bytes go over a bridge both ways, until one end has ended."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest

from engine.remote import bridge
from tests import PATIENCE

MUCH = os.urandom(3 << 20)
"""More than any pipe or socket holds."""


class Bridge:
    """A bridge on a thread, with what is at either end of it."""

    def __init__(self) -> None:
        self.engine, line = socket.socketpair()
        source, self.to_it = os.pipe()
        self.from_it, sink = os.pipe()

        def live() -> None:
            bridge.relay(source, sink, line)
            os.close(sink)

        self.thread = threading.Thread(target=live, daemon=True)
        self.source = source
        self.thread.start()


@pytest.fixture
def over() -> Iterator[Bridge]:
    over = Bridge()
    yield over
    over.engine.close()
    over.thread.join(PATIENCE)
    assert not over.thread.is_alive()
    os.close(over.from_it)


def test_what_is_said_arrives_as_it_was_said(over: Bridge) -> None:
    telling = threading.Thread(target=over.engine.sendall, args=(MUCH,))
    telling.start()
    heard = bytearray()
    while len(heard) < len(MUCH):
        heard += os.read(over.from_it, 1 << 16)
    telling.join()
    assert heard == MUCH
    os.write(over.to_it, b"hello")
    assert over.engine.recv(5) == b"hello"
    os.close(over.to_it)


def test_it_ends_when_the_screen_ends(over: Bridge) -> None:
    os.close(over.to_it)
    over.engine.settimeout(PATIENCE)
    assert over.engine.recv(1) == b""
    assert os.read(over.from_it, 1) == b""


def test_it_ends_when_the_engine_ends(over: Bridge) -> None:
    over.engine.close()
    assert os.read(over.from_it, 1) == b""
    over.thread.join(PATIENCE)
    assert not over.thread.is_alive()
    os.close(over.to_it)
