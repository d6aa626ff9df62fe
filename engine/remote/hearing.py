"""The screen's end of a slow line: snapshots are put together of what has changed in them."""

from __future__ import annotations

from engine.protocol import Snapshot
from engine.protocol.codec import Malformed
from engine.remote.apart import SIZES, Parts, patched, put_together
from engine.remote.messages import Changed


class Hearing:
    """Makes snapshots of what `Telling` has told of them."""

    def __init__(self) -> None:
        self._heard = Parts()

    def hear(self, changed: Changed) -> Snapshot:
        """Read a snapshot.

        Raises:
            Malformed: it does not go with what was heard before.
        """
        fields, arrays = list(self._heard.fields), list(self._heard.arrays)
        try:
            for i, field in changed.fields:
                fields[i] = field
            for i, patch in changed.arrays:
                arrays[i] = patched(arrays[i], patch, SIZES[i])
            self._heard = Parts(tuple(fields), tuple(arrays))
            return put_together(self._heard)
        except (LookupError, OverflowError, ValueError) as error:
            raise Malformed(f"This is no part of a snapshot: {error}.") from None
