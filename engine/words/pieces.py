"""Work in pieces, between which others have their turn; or aside, where a piece would be long.

The generators yield nothing between two pieces, and return what they made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from engine.words.dataset import finish

if TYPE_CHECKING:
    from numpy.typing import NDArray

T = TypeVar("T")
Pieces = Generator[None, None, T]
"""Work in pieces that ends in a `T`."""


LARGE = 1 << 17
"""Numbers from which on they are worked on aside."""

BYTES = 1 << 20
"""Bytes copied between two pauses."""

WAIT = 0.002
"""Seconds that what goes on aside is waited for between two pauses."""


def aside(work: Callable[[], T]) -> Pieces[T]:
    """Have something done on a thread of its own: numpy lets all else go on meanwhile.

    Whatever it raises is raised here.
    """
    made: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            made.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="aside", daemon=True)
    thread.start()
    while thread.is_alive():
        yield
        thread.join(WAIT)
    if failed:
        raise failed[0]
    return made[0]


def aside_if_large(size: int, work: Callable[[], Pieces[T]]) -> Pieces[T]:
    """Have something done in pieces, or aside where they would be too long.

    Args:
        size: numbers that are worked on.
        work: begins it.
    """
    return aside(lambda: finish(work())) if size > LARGE else work()


def told(numbers: NDArray[Any]) -> Pieces[bytes]:
    """Give the bytes of an array; to copy many of them at once would hold up all else."""
    import numpy as np

    # Of the size that it will have, it is never copied as it grows, nor at the end.
    parts = BytesIO(bytes(numbers.nbytes))
    data = np.ascontiguousarray(numbers).reshape(-1).view(np.uint8)
    for start in range(0, len(data), BYTES):
        parts.write(data[start : start + BYTES].data)
        yield
    return parts.getvalue()
