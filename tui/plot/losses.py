"""What the loss chart shows of the state, wherever it is drawn."""

from __future__ import annotations

from tui.plot.curves import Losses
from tui.plot.decimate import buckets, pairs
from tui.state import State


def losses_of(state: State) -> Losses:
    """The losses of the run in hand and those compared with it, as the user chose to see them."""
    s, look = state.snapshot, state.chart
    return Losses(
        pairs(s.recent) if look.is_recent else buckets(s.history),
        state.floor,
        state.courses.shown(s.id),
        state.marks,
        look.is_recent,
        look.is_log_steps,
        look.is_log_gap,
        pairs(s.dev_recent) if look.is_recent else buckets(s.dev_history),
    )
