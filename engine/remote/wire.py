"""A line between two processes: whole messages in bytes, in order, until it ends.

Before each message stand four bytes with its length, the most significant first. What goes wrong
with a line ends it, and is told as `Gone`; nothing else ever comes of it.
"""

from __future__ import annotations

import socket
import struct
import time
import zlib
from contextlib import suppress

from engine.text.numbers import number

MOST_FROM_SCREEN = 1 << 20
"""Bytes of the longest message that a screen may send."""

MOST_FROM_ENGINE = 1 << 28
"""Bytes of the longest message of an engine: the text of some ten million words."""

STALLED = 30.0
"""Seconds after which who has taken nothing is given up."""

LOOK = 1.0
"""Seconds between two looks at whether who is sent something takes any of it."""

MOST_AT_ONCE = 1 << 18
"""Bytes that are read at a time: who promises a long message and sends none of it costs nothing."""

HUNG_UP = "The other end has hung up."

_HEAD = struct.Struct("!I")
"""What stands before a message: its length in bytes."""

_TAIL = b"\x00\x00\xff\xff"
"""Ends whatever zlib has flushed, and so need not be sent."""


class Gone(Exception):
    """The line has ended; the sentence says how."""


class HungUp(Gone):
    """The other end has left, or this one has: nothing is wrong with that."""


class Line:
    """One end of a line. One thread may send while another one receives.

    Args:
        sock: a stream; the line owns it from now on.
        most: bytes of the longest message that is received.
    """

    def __init__(self, sock: socket.socket, most: int) -> None:
        self._socket = sock
        self._most = most
        sock.setblocking(True)
        self._limit(socket.SO_SNDTIMEO, LOOK)
        self._deflate: zlib._Compress | None = None
        self._inflate: zlib._Decompress | None = None

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pack(self) -> None:
        """Deflate all from now on, as the other end must, too."""
        self._deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self._inflate = zlib.decompressobj(wbits=-zlib.MAX_WBITS)

    def be_patient(self, seconds: float) -> None:
        """Wait so long for bytes from now on; 0 for ever."""
        self._limit(socket.SO_RCVTIMEO, seconds)

    def send(self, data: bytes) -> int:
        """Send a message, waiting until it is on its way; gives the bytes that it took.

        Raises:
            Gone: it cannot be sent.
        """
        if self._deflate is not None:
            data = self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
            data = data.removesuffix(_TAIL)
        try:
            self._put(_HEAD.pack(len(data)), data)
        except (BrokenPipeError, ConnectionResetError):
            raise HungUp(HUNG_UP) from None
        except OSError as error:
            raise Gone(f"The line is cut: {_reason(error)}.") from None
        return len(data) + _HEAD.size

    def receive(self) -> bytes:
        """Wait for a message.

        Raises:
            Gone: there is none, or it is longer than may be.
        """
        try:
            (size,) = _HEAD.unpack(self._take(_HEAD.size))
            if size > self._most:
                raise Gone(f"A message of {size:,} bytes came, and {self._most:,} is the most.")
            data = self._take(size)
        except (EOFError, ConnectionResetError):
            raise HungUp(HUNG_UP) from None
        except BlockingIOError:
            raise Gone("The other end says nothing.") from None
        except (OSError, MemoryError) as error:
            raise Gone(f"The line is cut: {_reason(error)}.") from None
        return data if self._inflate is None else self._inflated(self._inflate, data)

    def hang_up(self) -> None:
        """End the line, for whoever waits on it, too; from any thread."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the line and give it back; nobody may use it any more."""
        self.hang_up()
        self._socket.close()
        # They hold a quarter of a megabyte.
        self._deflate = self._inflate = None

    def _inflated(self, inflate: zlib._Decompress, data: bytes) -> bytes:
        try:
            whole = inflate.decompress(data + _TAIL, self._most)
        except zlib.error as error:
            raise Gone(f"The line is cut: {error}.") from None
        if inflate.unconsumed_tail or inflate.eof:
            raise Gone(f"A message of more than {self._most:,} bytes, or none, came.")
        return whole

    def _take(self, size: int) -> bytes:
        """Read so many bytes, as they come; EOFError if fewer do."""
        parts, left = [], size
        while left:
            part = self._socket.recv(min(left, MOST_AT_ONCE))
            if not part:
                raise EOFError
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def _put(self, head: bytes, data: bytes) -> None:
        """Write all of it; Gone once nothing of it is taken for long."""
        left, taken = [memoryview(head), memoryview(data)], time.monotonic()
        while left:
            try:
                size = self._socket.sendmsg(left)
            except BlockingIOError:
                if time.monotonic() - taken > STALLED - LOOK:
                    raise Gone(
                        f"The other end has taken nothing for {number(STALLED, 'g')} s."
                    ) from None
                continue
            taken = time.monotonic()
            while left and size >= len(left[0]):
                size -= len(left.pop(0))
            if left:
                left[0] = left[0][size:]

    def _limit(self, which: int, seconds: float) -> None:
        whole, part = divmod(seconds, 1.0)
        limit = struct.pack("ll", int(whole), int(part * 1e6))
        self._socket.setsockopt(socket.SOL_SOCKET, which, limit)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or "no reason"
