"""When Python looks for garbage: not while the program starts, and then where nobody notices.

What is in a circle is found by looking through all that lives, on whichever thread has just made
one thing too many, and all others wait: 20 ms, and 40 beside other work, in the midst of a word. To
look while nobody types, or when a screen has just closed, costs the same, and nobody notices.
"""

from __future__ import annotations

import gc

from engine import give_memory_back

YOUNG, MIDDLE = 700, 10
"""Python's own: what was made lately is looked through at once, for some milliseconds."""

MANY, MOST = 1, 2
"""Such looks before all is looked through in a pause, and before a pause is waited for no more.

What lies about at most is what the program holds of the system for good: a page of memory with one
thing in it is given back by nobody. Left alone, Python would wait for a quarter of all that lives.
"""

PAUSE, OFTEN = 1.0, 1.0
"""Seconds without a key that are a pause, and from one time that it is asked for to the next."""

CLOSED = 0.1
"""Seconds from when a screen closes until the one below it stands, and all of it has gone."""


def put_off() -> None:
    """Look for none: all that is made while a program starts stays.

    To look it through again and again takes a tenth of the time to the first frame.
    """
    gc.disable()


def begin() -> None:
    """Look for it from now on, if it was put off, but not among what there is by now.

    Torch brings most of that, and it stays.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(YOUNG, MIDDLE, MOST)
        gc.enable()


def look(idle: float) -> bool:
    """Look all through, if it is time to; whether that was so.

    Args:
        idle: seconds since the last key.
    """
    if not gc.isenabled():
        return False
    is_pause = idle >= PAUSE
    is_due = gc.get_count()[2] >= (MANY if is_pause else MOST)
    if is_due:
        gc.collect()
    if is_due or (is_pause and idle < PAUSE + OFTEN):
        # Once in each pause: what was let go of since the last one lies in holes otherwise, up to
        # five megabytes of them. It takes less than a millisecond, and ten at most.
        give_memory_back()
    return is_due
