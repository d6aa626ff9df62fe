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
"""Most bytes of a number; an entry of a history is made of several."""

_NAMES = tuple(field.name for field in fields(Snapshot) if field.name not in _OF_SNAPSHOT)
_PLACES = {name: place for place, name in enumerate(_NAMES)}
_EMPTY = encode(b"")


@record
class Parts:
    """A snapshot in parts."""

    fields: tuple[bytes, ...] = (b"",) * len(_NAMES)
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
    start = max(0, old.find(new[:size])) if _is_of_entries(size) else 0
    start -= start % size
    under = old[start : start + len(new)]
    kept = _alike(under, new)
    kept -= kept % size
    rest = _changed(b"" if _is_of_entries(size) else under[kept:], new[kept:])
    return Patch(start, len(new), kept, b"".join(rest[i::size] for i in range(size)))


def patched(old: bytes, patch: Patch, size: int) -> bytes:
    """Make an array of another one; see `patch`."""
    rest, at = bytearray(len(patch.rest)), 0
    for i in range(size):
        end = at + len(rest[i::size])
        rest[i::size] = patch.rest[at:end]
        at = end
    under = old[patch.start : patch.start + patch.length]
    cells = b"" if _is_of_entries(size) else under[patch.kept :]
    return under[: patch.kept] + _changed(cells, rest)


def _is_of_entries(size: int) -> bool:
    """Whether an array is one that grows, and loses its first entries; else it is one of cells."""
    return size > _NUMBER


def _alike(a: bytes, b: bytes) -> int:
    """Find how many bytes at the beginning are the same."""
    same, most = 0, min(len(a), len(b))
    while same < most:
        middle = (same + most + 1) // 2
        if a[same:middle] == b[same:middle]:
            same = middle
        else:
            most = middle - 1
    return same


def _changed(under: bytes, by: bytes | bytearray) -> bytes:
    """Change bytes by exclusive or, those that there are not taken for zeros."""
    if not under:
        return bytes(by)
    number = int.from_bytes(under, "little") ^ int.from_bytes(by, "little")
    return number.to_bytes(len(by), "little")
