"""The end of a process in which torch may be at work."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End the process at once.

    An interpreter that has torch loaded takes most of a second to end, and one that is just
    importing it aborts. Everything is saved by now, so there is nothing to wait for.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    logging.shutdown()
    os._exit(code)
