"""Care for the line to the terminal: no more is drawn than it carries.

Over SSH, socket buffers hide a slow link: writing never blocks, and seconds of stale frames pile up
on the way. So the signal is an acknowledgement: after a frame the terminal is asked for its cursor
position, one question at a time, and the next frame waits for the answer. It comes after all that
was drawn before, so the time it takes measures the link. An answer may get lost, as where a
terminal is detached and attached again; so a question is repeated. A terminal that has never
answered one counts as fast; there the signal is that the line cannot be written to.
"""

from __future__ import annotations

from engine import record

ASK = "\x1b[6n"
"""Device status report: the terminal answers with its cursor position."""

PATIENCE = 3.0
"""Seconds after which a terminal that has never answered is asked no more."""

AGAIN = 2.0
"""Seconds after which it is asked once more, in case question or answer were lost; each time later.
Else one lost answer would keep the screen still until it counts as lost."""

LOST = 10.0
"""Seconds after which an answer of a terminal that does answer counts as lost, unless what was
written before the question may still be on its way."""

LEAST = 500.0
"""Bytes a second that the slowest line carries."""

BURST = 1.5
"""Seconds of the allowed bandwidth that may be used at once, as for another view."""

PLENTY = 60_000.0
"""Bytes a second above which a link needs no care."""

DEBT = 0.5
"""Seconds of the allowed bandwidth that can be owed."""

SHARE = 0.6
"""Share of a slow link that is used, so that a key pressed is not kept waiting."""

NOTICED = 0.1
"""Seconds an answer may take beyond the latency before the line counts as laden."""

JITTER = 0.02
"""Seconds below which a difference between two answers says nothing of the line."""

TELLING = 1_000
"""Bytes from which a frame that is across in no time says that the line carries more."""

STUCK = 0.25
"""Seconds for which the line may take nothing; a large frame on its way fills it for a moment."""

MOST_LATENCY = 1.0
"""Seconds; an answer that takes longer has waited behind something."""

BYTES_A_CELL = 34
"""What recolouring one cell costs on average: a cursor movement, a colour, blanks."""


@record
class Allowance:
    """What may be drawn now."""

    cells: int
    """Most cells of the heatmap to recolour in this frame."""
    levels: int
    """Colour levels of the heatmap."""


class Link:
    """Knows how fast the line is, and when the next frame may be drawn.

    All times are seconds of one clock, given by the caller. `answered` is called on the thread
    that reads keys, all else on the one that draws.

    Args:
        max_bandwidth: most bytes a second to use.
        fps: most frames a second to draw.
    """

    def __init__(self, max_bandwidth: float, fps: float) -> None:
        self.max_bandwidth = max_bandwidth
        self.fps = fps
        self.answers: bool | None = None
        """Whether the terminal answers questions; not known at first."""
        self.bandwidth = float("inf")
        """What the line carries, in bytes a second, as far as is known."""
        self._tokens = max_bandwidth * BURST
        self._refilled = 0.0
        self._asked: float | None = None
        self._due = 0.0
        self._repeats = 0
        """How many times the question that is on its way was repeated."""
        self._repeated = 0.0
        self._strays = 0
        """Answers to repeated questions that are still to come, unless they were lost."""
        self._settled = 0.0
        """When those must be there."""
        self._latency = MOST_LATENCY
        self._written = 0
        self._in_flight = 0
        self._drawn = float("-inf")
        self._was_late = False
        self._stuck: float | None = None
        self._blocked = float("-inf")

    @property
    def is_asking(self) -> bool:
        """Whether an answer may still be on its way."""
        return self._asked is not None and self.answers is not False

    @property
    def rate(self) -> float:
        """Bytes a second that are used."""
        return min(self.max_bandwidth, self.bandwidth * SHARE)

    @property
    def is_saving(self) -> bool:
        """Whether less is drawn than there is to show, because the line is slow or stalled."""
        return self.bandwidth < PLENTY

    @property
    def allowance(self) -> Allowance:
        """What a frame drawn now may hold."""
        cells = max(8, int(max(0.0, self._tokens) / BYTES_A_CELL))
        levels = 64 if self.bandwidth >= PLENTY else 24 if self.bandwidth > 10_000 else 12
        return Allowance(cells, levels)

    def wrote(self, size: int) -> None:
        """Take note of bytes on their way."""
        # What keys and full frames cost is owed for half a second at most, so that the screen
        # never stands still because much was drawn before.
        self._tokens = max(-DEBT * self.rate, self._tokens - size)
        self._written += size

    def may_draw(self, now: float, *, is_writable: bool = True) -> bool:
        """Whether a frame may be drawn now."""
        self._refill(now)
        if not self.is_clear(now, is_writable=is_writable):
            return False
        if self.answers is False and now - self._blocked > 2:
            # Nothing has been in the way for a while: try a little more.
            self._speed_up(self.bandwidth * 1.1)
        return self._tokens > 0 and now - self._drawn >= 0.95 / self.fps

    def is_clear(self, now: float, *, is_writable: bool = True) -> bool:
        """Whether what was drawn before is across, so that nothing can pile up."""
        if not is_writable:
            self._block(now)
            return False
        self._stuck = None
        return not self._is_waiting(now)

    def drew(self, now: float) -> None:
        """Take note of a frame."""
        self._drawn = now

    def ask(self, now: float) -> bool:
        """Whether the terminal shall be asked behind what has been written, if anything was.

        Or be asked again, if its answer is long in coming.
        """
        if self.answers is False:
            return False
        if (asked := self._asked) is not None:
            return self._is_overdue(now, asked)
        if self.answers and self._written <= len(ASK):
            return False
        # An answer that is still under way would be taken for that to the next question.
        if self._strays and now < self._settled:
            return False
        self._strays = 0
        self._asked, self._in_flight, self._written = now, self._written, 0
        self._due = now + AGAIN
        return True

    def _is_overdue(self, now: float, asked: float) -> bool:
        """Whether the answer should be there; the next time is twice as far away."""
        if now < self._due:
            return False
        self._due = now + 2 * (now - asked)
        self._repeats, self._repeated = self._repeats + 1, now
        return True

    def answered(self, now: float) -> None:
        """Take note of an answer: all bytes written before the question are across."""
        self.answers = True
        if (asked := self._asked) is None:
            self._strays = max(0, self._strays - 1)
            return
        taken = now - asked
        if self._repeats:
            # Nobody knows which of the questions this answers, so nothing is measured by it.
            self._strays, self._repeats = self._repeats, 0
            self._settled = self._repeated + min(taken, AGAIN)
            self._asked = None
            return
        self._asked = None
        self._latency = min(self._latency, taken)
        extra = taken - self._latency
        if extra <= NOTICED:
            self._was_late = False
            seen = self._in_flight / max(extra, JITTER)
            factor = 1.3 if self._in_flight >= TELLING else 1.05
            self._speed_up(max(self.bandwidth * factor, seen))
        elif self._was_late:
            seen = self._in_flight / extra
            self.bandwidth = seen if seen < self.bandwidth else (self.bandwidth + seen) / 2
        else:
            # Once is no proof: this program may have been too busy to hear the answer.
            self._was_late = True

    def interrupted(self, now: float) -> None:
        """Take note that the program was stopped: an answer under way may have been lost."""
        self._refilled, self._stuck = now, None
        if self._asked is not None:
            self._asked, self._strays, self._repeats = None, self._repeats + 1, 0
            self._settled = now + AGAIN

    def _speed_up(self, bandwidth: float) -> None:
        self.bandwidth = bandwidth if bandwidth < 2 * PLENTY else float("inf")

    def _is_waiting(self, now: float) -> bool:
        """Whether an answer is still to come."""
        if (asked := self._asked) is None:
            return False
        waited = now - asked
        if self.answers is None:
            if waited > PATIENCE:
                self.answers, self._asked = False, None
            # Until it is known whether it answers, it counts as fast.
            return False
        if waited > max(LOST, min(self._in_flight / LEAST, 6 * LOST)):
            self._asked, self._repeats = None, 0
            return False
        if waited > 1:
            self.bandwidth = min(self.bandwidth, max(200.0, self._in_flight / waited))
        return True

    def _block(self, now: float) -> None:
        if self._stuck is None:
            self._stuck = now
        if now - self._stuck < STUCK:
            return
        if now - self._blocked > 0.5:
            slower = min(self.bandwidth, self.max_bandwidth) / 2
            self.bandwidth = max(1000.0, slower)
        self._blocked = now

    def _refill(self, now: float) -> None:
        gained = (now - self._refilled) * self.rate
        self._tokens = min(max(1500.0, self.rate * BURST), self._tokens + gained)
        self._refilled = now
