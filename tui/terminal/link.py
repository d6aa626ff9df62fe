"""Care for the line to the terminal: no more is drawn than it carries.

Over SSH, socket buffers hide a slow link: writing never blocks, and seconds of stale frames pile up
on the way. So the signal is an acknowledgement: after a frame the terminal is asked for its cursor
position, and the next frame waits for the answer, which comes after all that was drawn before. A
terminal that has never answered counts as fast; there the signal is that the line takes no more.

An answer may get lost, as where a terminal is detached and attached again; so the question is
repeated, a few times and ever later. Then nothing more is written until something comes in: who
goes on writing to a connection that is gone keeps others from finding out.
"""

from __future__ import annotations

ASK = "\x1b[6n"
"""Device status report: the terminal answers with its cursor position."""

PATIENCE = 3.0
"""Seconds after which a terminal that has never answered is asked no more."""

AGAIN = 2.0
"""Seconds after which it is asked once more, in case question or answer were lost; each time twice
as late. Else one lost answer would keep the screen still for ever."""

TOGETHER = 0.5
"""Seconds within which the answers to a repeated question come in, those that do: between question
and repetition nothing is drawn that they would have to wait for."""

REPEATS = 3
"""How often a question is repeated before the line counts as dead."""

NOTICED = 0.5
"""Seconds that an answer may take before it is said that the line is slow."""

FADING = 0.9
"""What is left, with each answer, of the time that those before it took. If it were forgotten at
once, each small frame on a slow line would be followed by a great one."""

MOST_SLACK = 5
"""Levels of 64 that a colour may be off while it moves, at most; at rest it never is."""


class Link:
    """Knows when the next frame may be drawn.

    All times are seconds of one clock, given by the caller, all on the thread that draws.

    Args:
        fps: most frames a second to draw.
    """

    def __init__(self, fps: float) -> None:
        self.fps = fps
        self.answers: bool | None = None
        """Whether the terminal answers questions; not known at first."""
        self._taken = 0.0
        """Seconds that answers have taken lately, or that the line has taken nothing."""
        self._full_since: float | None = None
        """Since when the line takes no more; None while it does."""
        self._has_written = True
        self._owed = 0
        """Answers that are still to come, unless they were lost."""
        self._asked = 0.0
        self._due = 0.0
        """When the question is to be repeated."""
        self._given_up = float("inf")
        """When answers that have not come by then count as lost."""
        self._drawn = float("-inf")

    @property
    def is_asking(self) -> bool:
        """Whether an answer may still be on its way."""
        return self._owed > 0 and self.answers is not False

    @property
    def is_silent(self) -> bool:
        """Whether nothing is to be written: nobody has answered for long."""
        return self._owed > REPEATS

    @property
    def is_saving(self) -> bool:
        """Whether less is drawn than there is to show, because the line is slow or stalled."""
        return self._taken > NOTICED

    @property
    def slack(self) -> int:
        """Levels that moving colours may be off: the slower the line, the fewer are sent again."""
        return min(MOST_SLACK, 1 + int(self._taken / NOTICED * (MOST_SLACK - 1)))

    def wrote(self) -> None:
        """Take note that something is on its way."""
        self._has_written = True

    def drew(self, now: float) -> None:
        """Take note of a frame."""
        self._drawn = now
        if self.answers is False:  # Else this is done with each answer.
            self._taken *= FADING

    def may_draw(self, now: float, *, takes_more: bool = True) -> bool:
        """Whether a frame may be drawn now."""
        return self.is_clear(now, takes_more=takes_more) and now - self._drawn >= 0.95 / self.fps

    def is_clear(self, now: float, *, takes_more: bool = True) -> bool:
        """Whether what was drawn before is across, so that nothing can pile up.

        Args:
            now: the time.
            takes_more: whether the line can be written to without waiting.
        """
        if takes_more:
            self._full_since = None
        elif self._full_since is None:
            self._full_since = now
        else:
            self._note(now - self._full_since)
        if self._owed and now >= self._given_up:
            self._owed = 0
        if self.answers is None:
            # Until it is known whether it answers, it counts as fast.
            if self._owed and now - self._asked > PATIENCE:
                self.answers, self._owed = False, 0
            return takes_more
        if self._owed:
            self._note(now - self._asked)
        return takes_more and not self._owed

    def ask(self, now: float) -> bool:
        """Whether the terminal shall be asked behind what has been written, if anything was.

        Or be asked again, if its answer is long in coming.
        """
        if self.answers is False:
            return False
        if self._owed:
            is_due = now >= self._due and not self.is_silent
            if is_due:
                self._owed += 1
                self._due = now + (now - self._asked)
            return is_due
        if not self._has_written:
            return False
        self._has_written = False
        self._owed, self._asked, self._due = 1, now, now + AGAIN
        self._given_up = float("inf")
        return True

    def answered(self, now: float) -> None:
        """Take note of an answer: all bytes written before its question are across.

        Those to the same question repeated will follow at once, or were lost.
        """
        self.answers = True
        if self._owed:
            self._owed -= 1
            self._given_up = min(self._given_up, now + TOGETHER)
            self._taken *= FADING
            self._note(now - self._asked)

    def woken(self) -> bool:
        """Take note that somebody is there: a key, another size; whether that ends a silence.

        What was asked long ago is answered no more, and it may be another terminal by now.
        """
        was_silent = self.is_silent
        if was_silent:
            self.answers, self._owed = None, 0
        return was_silent

    def interrupted(self) -> None:
        """Take note that the program was stopped: answers under way may have been lost."""
        self._owed, self._has_written = 0, True

    def _note(self, taken: float) -> None:
        """Take note of how long the line took, or has taken by now."""
        self._taken = max(self._taken, min(taken, 2 * NOTICED))
