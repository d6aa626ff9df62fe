"""The engine's end of what is told: events whole, snapshots as what has changed in them."""

from __future__ import annotations

from engine.protocol import Snapshot
from engine.protocol.codec import encode
from engine.remote.apart import SIZES, Parts, patch, take_apart
from engine.remote.messages import Changed


class Telling:
    """Makes messages of snapshots, each of which says how it differs from the one before."""

    def __init__(self) -> None:
        self._told = Parts()

    def tell(self, snapshot: Snapshot) -> bytes:
        """Write a snapshot; empty if it is the same as the one before, bit for bit."""
        parts, told = take_apart(snapshot), self._told
        self._told = parts
        before = told.fields or (b"",) * len(parts.fields)
        fields = tuple(
            (i, new)
            for i, (old, new) in enumerate(zip(before, parts.fields, strict=True))
            if new != old
        )
        arrays = tuple(
            (i, patch(old, new, SIZES[i]))
            for i, (old, new) in enumerate(zip(told.arrays, parts.arrays, strict=True))
            if new != old
        )
        return encode(Changed(fields, arrays)) if fields or arrays else b""
