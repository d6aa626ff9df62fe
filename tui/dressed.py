"""The colours that the app is dressed in: those that were chosen, or that go with the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from textual.screen import SystemModalScreen

from tui import storage
from tui.colours.depth import Depth, colour_depth
from tui.colours.themes import PROJECTOR, least_of, of_sixteen, readable
from tui.opening import Ground
from tui.terminal.app import TerminalApp

ON_STAGE = (None, PROJECTOR.name)
"""The theme that is worn off the stage and on it, unless one was chosen for this time."""


class Dressed(TerminalApp):
    """Knows which theme it wears, and why."""

    def __init__(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **more)
        self.register_theme(PROJECTOR)
        self.remember: Callable[[dict[str, object]], None] = lambda changes: None
        """Called with what is to be remembered for the next time."""
        self._ground = Ground("")
        self._worn: str | None = None
        """The theme that is worn while another one is only tried on."""

    def dress(self, wishes: Sequence[str | None], memory: Mapping[str, object]) -> None:
        """Wear the first theme that is wished for, or else what goes with the terminal.

        Args:
            wishes: themes by name, those before others first.
            memory: what is remembered, that of terminals included.
        """
        chosen = [wish for wish in wishes if wish]
        self._ground = Ground.read(memory.get("light"), os.environ)
        for theme in (*chosen, self._ground.theme):
            if theme in self.available_themes:
                self.theme = theme
                break
        # On black a field of 16 colours is as black.
        self.set_class(colour_depth(os.environ) is Depth.ANSI, "-sixteen")
        self.asks_ground, self.grounded = not chosen, self._take_ground

    def get_css_variables(self) -> dict[str, str]:
        """Give the colours of the theme, each of them such that what is written in it is read."""
        found = readable(super().get_css_variables(), least_of(self.theme))
        if colour_depth(os.environ) is Depth.ANSI and not self.current_theme.dark:
            found = of_sixteen(found)
        self.theme_variables = found
        return found

    def _take_ground(self, is_light: bool) -> None:
        """Dress as the terminal is dressed, and remember that for the next start."""
        if is_light is not self._ground.is_light:
            before, self._ground = self._ground.theme, replace(self._ground, is_light=is_light)
            self.remember({"light": self._ground.among(storage.read_memory().get("light"))})
            # Whoever has chosen a theme meanwhile keeps it.
            if self.theme == before:
                self.theme = self._ground.theme

    @property
    def worn(self) -> str:
        """The theme that is worn, whatever is tried on."""
        return self._worn or self.theme

    def try_on(self, theme: str) -> None:
        """Look at a theme; nothing of that is remembered."""
        self._worn = self.worn
        self.theme = theme

    def wear(self, theme: str) -> None:
        """Choose a theme, for the next time, too."""
        is_on, self._worn, self.theme = theme == self.theme, None, theme
        if is_on:
            self._remember_theme()

    def redressed(self, _: object) -> None:
        """Take note of another theme."""
        if self._worn is None:
            self._remember_theme()
        elif self._worn == self.theme:
            self._worn = None
        if isinstance(self.screen, SystemModalScreen):
            # Textual leaves its own lists as they are: it closes them before it dresses anew.
            self.stylesheet.update(self.screen)
        self.screen.call_after_refresh(self.recoloured)

    def _remember_theme(self) -> None:
        # What goes with the terminal was chosen by nobody, unless another one was before.
        if self.theme != self._ground.theme or "theme" in storage.read_memory():
            self.remember({"theme": self.theme})
