"""Commands, events and snapshots as bytes: for a socket, a log, another process.

A message is MessagePack: a list of the name of its class and the values of its fields, records in
it likewise. What is read is checked against the vocabulary, so that whatever a stranger sends is a
message or is refused. A file name may hold what is not Unicode, which MessagePack cannot hold; a
message with such text begins with a byte that MessagePack never uses, and marks the texts.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec.msgpack import Decoder, Encoder, Ext

from engine.protocol.commands import Command
from engine.protocol.events import Event
from engine.protocol.values import Snapshot

News = Event | Snapshot
"""What comes out of an engine."""

_MARKED = b"\xc1"
"""Begins a message that holds marked texts."""

_MARK = 0
"""Marks a text that is not Unicode."""

_encoder = Encoder()


class Malformed(ValueError):
    """Bytes that are no message of the kind expected; the sentence says where they cease to be."""


def encode(message: object) -> bytes:
    """Write a message, or a value of one, as bytes.

    Raises:
        OverflowError: it holds a whole number of more than 64 bits.
    """
    try:
        return _encoder.encode(message)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(message, builtin_types=(bytes,))
        return _MARKED + _encoder.encode(_mark(plain))


def reader(kind: Any) -> Callable[[bytes], Any]:  # noqa: ANN401
    """Make what reads messages of a kind, or of one of several; it raises `Malformed`.

    It is made ready by the first message: a screen begins to draw without waiting for it.
    """

    @functools.cache
    def decoder() -> Decoder[Any]:
        return Decoder(kind)

    def read(data: bytes) -> Any:  # noqa: ANN401
        try:
            if data[:1] != _MARKED:
                return decoder().decode(data)
            plain = msgspec.msgpack.decode(data[1:], ext_hook=_unmark)
            return msgspec.convert(plain, kind, builtin_types=(bytes,))
        except (ValueError, RecursionError) as error:
            raise Malformed(f"This is no message: {error}.") from None

    return read


_read_command = reader(Command)
_read_news = reader(News)


def decode_command(data: bytes) -> Command:
    """Read a command.

    Raises:
        Malformed: these bytes are none.
    """
    command: Command = _read_command(data)
    return command


def decode_news(data: bytes) -> News:
    """Read an event or a snapshot.

    Raises:
        Malformed: these bytes are neither.
    """
    news: News = _read_news(data)
    return news


def together(name: str, fields: Sequence[bytes]) -> bytes:
    """Put the encoded fields of a message together: what `encode` would have made of it."""
    head = _encoder.encode((name, *(None for _ in fields)))[: -len(fields)]
    is_marked = any(field.startswith(_MARKED) for field in fields)
    whole = (_MARKED if is_marked else b"", head, *(f.removeprefix(_MARKED) for f in fields))
    return b"".join(whole)


def _mark(plain: object) -> object:
    if isinstance(plain, list | tuple):
        return [_mark(inner) for inner in plain]
    if isinstance(plain, str) and not _is_unicode(plain):
        return Ext(_MARK, plain.encode("utf-8", "surrogatepass"))
    return plain


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= symbol <= "\udfff" for symbol in text)


def _unmark(mark: int, data: memoryview) -> str:
    if mark != _MARK:
        raise ValueError(f"it holds a value of an unknown kind, {mark}")
    return bytes(data).decode("utf-8", "surrogatepass")
