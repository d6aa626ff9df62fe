"""When the engine is to put the words in order: at once if it matters, rarely while training."""

from __future__ import annotations

import math
from collections.abc import Iterator

from engine.protocol import Rank, Sort, WordOrder
from tui.state import State

EVERY = 2.0
"""Seconds between two rankings under a network that is being trained, or played as a film."""

EVERY_SAVING = 6.0
"""Seconds between them where the line is slow: each paints a column of figures anew."""


MANY = 1_000_000
"""Words from which on no order is asked for before it is to be shown: each is large."""

ORDERS: tuple[WordOrder, ...] = ("alphabet", "length")


class Asking:
    """Knows what was asked last, so that nothing is asked twice."""

    def __init__(self) -> None:
        self._request = 0
        self._report: object = None
        self._orders: tuple[WordOrder, ...] = ()
        self._model: tuple[object, ...] = ()
        self._step = (0, 0)
        self._ranked_at = float("-inf")

    def questions(self, state: State, now: float, *, is_listed: bool) -> Iterator[Rank | Sort]:
        """Say what there is to ask.

        Args:
            state: what the screen shows; there must be words.
            now: seconds of any clock.
            is_listed: whether the words are in sight, and not the facts in their place.
        """
        chosen = state.rankings.order
        are_many = state.report is not None and state.report.words > MANY
        orders = tuple(order for order in ORDERS if not are_many or order == chosen)
        is_new = state.report is not self._report
        if is_new or not set(orders) <= set(self._orders):
            self._report, self._orders = state.report, orders
            self._request += 1
            yield Sort(self._request, orders)
        if is_new:
            self._model = ()
        if not is_listed or not state.report or not state.report.has_words:
            return
        snapshot, name = state.snapshot, state.model_in_view
        smoothing = snapshot.settings.smoothing if name == "counts" else 0.0
        step = (snapshot.run, snapshot.step) if name == "neural" else (0, 0)
        every = EVERY_SAVING if state.is_saving_link else EVERY
        if state.engine.machine:
            # All figures of a list are more than a line to another machine carries meanwhile.
            every = math.inf
        is_ordered = not are_many or chosen in ("likely", "unlikely")
        asked = name, smoothing, state.sample.ngrams, is_ordered
        is_other = asked != self._model or step[0] != self._step[0]
        is_moving = state.is_running or state.scrub.film.is_playing or not state.is_there
        is_due = not is_moving or now - self._ranked_at >= every
        if is_other or (step != self._step and is_due):
            self._model, self._step, self._ranked_at = asked, step, now
            self._request += 1
            yield Rank(self._request, *asked)
