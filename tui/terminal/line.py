"""The line as the app sees it: whether to draw now, and what comes back over it."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.driver import Driver

from tui.terminal.driver import LinkDriver
from tui.terminal.link import Link


class Line:
    """Joins what is known of the line and the driver that writes to it.

    With another driver than ours, as in a browser or a test, all counts as across at once.

    Args:
        fps: most frames a second.
        redraw: writes the whole screen anew, as another terminal may have been attached.
        recolour: draws in all colours, now that the terminal is known to have them.
        has_ground: is told whether the terminal's background is light.
        is_ending: whether the end was asked for.
    """

    def __init__(
        self,
        fps: float,
        redraw: Callable[[], None],
        recolour: Callable[[], None],
        has_ground: Callable[..., None],
        is_ending: Callable[[], bool],
    ) -> None:
        self.link = Link(fps)
        self._driver: LinkDriver | None = None
        self._redraw = redraw
        self.has_all_colours, self.has_ground = recolour, has_ground
        self._is_ending = is_ending

    def open(self, driver: Driver | None, *, asks_colours: bool, asks_ground: bool) -> None:
        """Begin to listen, and ask ahead of the first frame, which the answer then waits not for.

        Args:
            driver: what writes to the terminal.
            asks_colours: whether to ask how many colours it has.
            asks_ground: whether to ask for its background.
        """
        if isinstance(driver, LinkDriver):
            self._driver, driver.listener = driver, self
            driver.ask_colours(how_many=asks_colours, ground=asks_ground)
            self.ask()

    def may_draw(self) -> bool:
        """Whether a frame may be drawn now."""
        return self.link.may_draw(time.monotonic(), takes_more=self.takes_more)

    def is_clear(self) -> bool:
        """Whether what was drawn before is across."""
        return self.link.is_clear(time.monotonic(), takes_more=self.takes_more)

    @property
    def takes_more(self) -> bool:
        """Whether it can be written to without waiting."""
        return self._driver is None or self._driver.takes_more

    def drew(self) -> None:
        """Take note of a frame."""
        self.link.drew(time.monotonic())

    def ask(self) -> None:
        """Ask the terminal to say when it has got this far, if there is something to ask."""
        if self._driver is not None and self.link.ask(time.monotonic()):
            self._driver.ask()

    def woken(self) -> None:
        """Take note that somebody is there; who was given up is shown all that has changed."""
        if self.link.woken():
            self._redraw()

    @property
    def is_ending(self) -> bool:
        """Whether the end was asked for, though it may not have begun yet."""
        return self._is_ending()

    # What the driver tells, on the thread that draws

    def wrote(self) -> None:
        """Something is on its way."""
        self.link.wrote()

    def answered(self) -> None:
        """The terminal has got as far as it was asked."""
        self.link.answered(time.monotonic())

    def resized(self) -> None:
        """The terminal has another size, or another terminal the same."""
        self.link.woken()
        self._redraw()

    def stopped(self) -> None:
        """The program goes on after it was stopped."""
        self.link.interrupted()
