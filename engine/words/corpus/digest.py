"""What a text is named by: its size, and a hash that can be worked out a part at a time.

The hash of a text is the sha256 of the sha256s of its blocks of 4 MiB, which lie at fixed offsets:
so however a file is cut among threads, processes and machines, its name is the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

BLOCK = 1 << 22
"""Bytes of a block; the last one may be shorter."""


class Blocks:
    """Hashes of the blocks of a text, or of a part that begins where a block does."""

    def __init__(self) -> None:
        self._whole: list[bytes] = []
        self._open = hashlib.sha256()
        self._taken = 0

    def take(self, data: memoryview) -> None:
        """Hash what comes next."""
        while len(data):
            now = data[: BLOCK - self._taken]
            self._open.update(now)
            self._taken += len(now)
            data = data[len(now) :]
            if self._taken == BLOCK:
                self._close()

    def digests(self) -> list[bytes]:
        """Give the hash of each block; the last one ends here."""
        if self._taken:
            self._close()
        return self._whole

    def _close(self) -> None:
        self._whole.append(self._open.digest())
        self._open = hashlib.sha256()
        self._taken = 0


class Whole(Blocks):
    """The hash of a text as one block, which is what sha256sum says of it."""

    def take(self, data: memoryview) -> None:
        """Hash what comes next."""
        self._open.update(data)
        self._taken += len(data)


def tree(blocks: Sequence[bytes]) -> str:
    """Put the hashes of all blocks together, in hexadecimal."""
    return hashlib.sha256(b"".join(blocks)).hexdigest()
