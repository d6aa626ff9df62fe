"""Carries bytes between two pipes and a socket, and understands none of them.

That is what runs on the box when a screen elsewhere attaches through ssh.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress

PATIENCE = 5.0
"""Seconds that it may take to be let in."""

AT_ONCE = 1 << 16
"""Most bytes carried at a time."""


def relay(source: int, sink: int, line: socket.socket) -> None:
    """Carry until either end has ended.

    Args:
        source: descriptor that the screen's bytes come from.
        sink: descriptor that the engine's bytes go to.
        line: to the engine.
    """

    def carry_in() -> None:
        """The screen's bytes; when there are no more, the other direction ends, too."""
        with suppress(OSError):
            while data := os.read(source, AT_ONCE):
                line.sendall(data)
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    # It may be left waiting for bytes that nobody needs any more.
    threading.Thread(target=carry_in, name="in", daemon=True).start()
    with suppress(OSError):
        while data := line.recv(AT_ONCE):
            view = memoryview(data)
            while view:
                view = view[os.write(sink, view) :]
    line.close()
