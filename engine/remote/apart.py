"""A snapshot taken apart, so that only what has changed since the one before need be sent.

It has plain fields, each of which is sent as a whole, and long arrays, of which mostly little
changes: an entry is added, the first ones go, some cells move. One rule does for all of these, see
`patch`: it finds where the new array lies in the old one, and gives what differs from there on.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from engine.protocol import Snapshot
from engine.protocol.codec import decode_news, encode, together
from engine.records import record
from engine.remote.messages import Patch

_OF_SNAPSHOT = ("history", "recent", "dev_history", "dev_recent")
_OF_ROW = ("counts", "count_probabilities", "network_probabilities", "excess", "backoff")
_ARRAYS = (*_OF_SNAPSHOT, "values", *_OF_ROW)

SIZES = (24, 16, 24, 16, 4, 8, 8, 8, 8, 8)
"""Bytes of an entry of each array: of the snapshot's own, of the window's, of the row's."""

_NUMBER = 8
"""Bytes of a number. Where entries are of several, the first ones go as others are added."""

_NAMES = tuple(field.name for field in fields(Snapshot) if field.name not in _OF_SNAPSHOT)
_PLACES = {name: place for place, name in enumerate(_NAMES)}
_EMPTY = encode(b"")


@record
class Parts:
    """A snapshot in parts."""

    fields: tuple[bytes, ...] = ()
    """The plain ones, encoded, the arrays in them left empty."""
    arrays: tuple[bytes, ...] = (b"",) * len(SIZES)


def take_apart(snapshot: Snapshot) -> Parts:
    """Take a snapshot apart."""
    window, row = snapshot.window, snapshot.row
    arrays = [getattr(snapshot, name) for name in _OF_SNAPSHOT]
    arrays.append(window.values if window else b"")
    arrays += [getattr(row, name) if row else b"" for name in _OF_ROW]
    plain = {name: getattr(snapshot, name) for name in _NAMES}
    plain["window"] = window and replace(window, values=b"")
    none: dict[str, Any] = dict.fromkeys(_OF_ROW, b"")
    plain["row"] = row and replace(row, **none)
    return Parts(tuple(map(encode, plain.values())), tuple(arrays))


def put_together(parts: Parts) -> Snapshot:
    """Put a snapshot together again.

    Raises:
        Malformed: these are not the parts of one.
    """
    encoded = [
        parts.fields[_PLACES[field.name]] if field.name in _PLACES else _EMPTY
        for field in fields(Snapshot)
    ]
    outline = decode_news(together("Snapshot", encoded))
    assert isinstance(outline, Snapshot)
    arrays: dict[str, Any] = dict(zip(_ARRAYS, parts.arrays, strict=True))
    window, row = outline.window, outline.row
    return replace(
        outline,
        **{name: arrays[name] for name in _OF_SNAPSHOT},
        window=window and replace(window, values=arrays["values"]),
        row=row and replace(row, **{name: arrays[name] for name in _OF_ROW}),
    )


def patch(old: bytes, new: bytes, size: int) -> Patch:
    """Give what makes an array of another one.

    Args:
        old: what the other end has.
        new: what it is to have.
        size: bytes of an entry.
    """
    start = max(0, old.find(new[:size])) if size > _NUMBER else 0
    start -= start % size
    mask = _number(old[start : start + len(new)]) ^ _number(new)
    # The lowest bit that is set lies in the first byte that differs.
    same = ((mask & -mask).bit_length() - 1) // 8 if mask else len(new)
    kept = same - same % size
    rest = (mask >> 8 * kept).to_bytes(len(new) - kept, "little")
    return Patch(start, len(new), kept, b"".join(rest[i::size] for i in range(size)))


def patched(old: bytes, patch: Patch, size: int) -> bytes:
    """Make an array of another one; see `patch`."""
    rest, at = bytearray(len(patch.rest)), 0
    for i in range(size):
        end = at + len(rest[i::size])
        rest[i::size] = patch.rest[at:end]
        at = end
    mask = _number(rest) << 8 * patch.kept
    under = _number(old[patch.start : patch.start + patch.length])
    return (under ^ mask).to_bytes(patch.length, "little")


def _number(data: bytes | bytearray) -> int:
    return int.from_bytes(data, "little")
