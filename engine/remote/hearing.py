"""The screen's end of what is told: snapshots put together again from what changed in them."""

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
        fields, arrays = dict(enumerate(self._heard.fields)), list(self._heard.arrays)
        fields |= dict(changed.fields)
        try:
            for i, patch in changed.arrays:
                arrays[i] = patched(arrays[i], patch, SIZES[i])
            self._heard = Parts(tuple(fields[i] for i in range(len(fields))), tuple(arrays))
            return put_together(self._heard)
        except (LookupError, OverflowError, ValueError) as error:
            raise Malformed(f"This is no part of a snapshot: {error}.") from None
