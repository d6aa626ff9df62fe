"""What a widget does a little later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.message_pump import MessagePump


def later(widget: MessagePump, seconds: float, action: Callable[[], object]) -> asyncio.TimerHandle:
    """Have a widget, or the app, do something after so many seconds, unless it is gone by then.

    Textual's own timer leaves out what it comes too late for. Where another program has the
    processor for those seconds while it is being set, that is the only time it was to ring.
    """
    return asyncio.get_running_loop().call_later(seconds, widget.call_later, action)
