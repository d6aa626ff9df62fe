"""The command palette, read from the table of commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from engine import record
from tui.colours.palettes import RampName
from tui.commands import COMMANDS, EVERYWHERE, Command
from tui.desk import HasDesk
from tui.state import State
from tui.state.views import VIEWS

RAMP_HELP: dict[RampName, str] = {
    "own": "Each view in colours of its own, so that one is told from another",
    "blue": "Every view in blue, as the lecture's figure",
    "green": "Every view in green",
    "magenta": "Every view from violet through red to cream",
    "orange": "Every view from red through orange to cream",
}


class CommandProvider(Provider):
    """Offers every command by its help text."""

    async def discover(self) -> Hits:
        """Offer all of them while nothing is typed."""
        for command in self._offered():
            yield DiscoveryHit(_title(command), partial(self._run, command), help=command.help)

    async def search(self, query: str) -> Hits:
        """Offer those that match."""
        matcher = self.matcher(query)
        for command in self._offered():
            text = f"{_title(command)} {command.help}"
            if (score := matcher.match(text)) > 0:
                shown = matcher.highlight(text)
                yield Hit(
                    score,
                    shown,
                    partial(self._run, command),
                    help=f"key {command.key_in(self._keys)}",
                )

    def _offered(self) -> Iterator[Command]:
        """Give the commands that make sense where the palette was opened."""
        is_over_the_main_screen = len(self.app.screen_stack) <= 2
        return (c for c in COMMANDS if is_over_the_main_screen or c.id in EVERYWHERE)

    @property
    def _keys(self) -> Mapping[str, str]:
        """Keys that the user chose, by command id."""
        return cast(HasDesk, self.app).desk.state.keys

    async def _run(self, command: Command) -> None:
        await self.app.run_action(f"app.command('{command.id}')")


@record
class Look:
    """One of several ways in which something may look."""

    title: str
    help: str
    choose: Callable[[], Awaitable[object] | None]
    is_now: bool
    """Whether it looks so now."""

    @property
    def mark(self) -> str:
        """What stands behind the title of the one in force."""
        return " ✓" if self.is_now else ""


class LookProvider(Provider):
    """Offers looks by their titles."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        raise NotImplementedError

    @property
    def _state(self) -> State:
        return cast(HasDesk, self.app).desk.state

    def _run(self, action: str) -> Callable[[], Awaitable[object]]:
        return partial(self.app.run_action, action)

    async def discover(self) -> Hits:
        """Offer all of them while nothing is typed."""
        for look in self.looks():
            shown, text = look.title + look.mark, look.title
            yield DiscoveryHit(shown, look.choose, text=text, help=look.help or None)

    async def search(self, query: str) -> Hits:
        """Offer those that match."""
        matcher = self.matcher(query)
        for look in self.looks():
            # What a look is called counts for more than what is said about it.
            score = max(matcher.match(look.title), 0.3 * matcher.match(look.help))
            if score > 0:
                shown = matcher.highlight(look.title) + look.mark
                yield Hit(score, shown, look.choose, help=look.help or None)


class ViewProvider(LookProvider):
    """Offers every view of the heatmap."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        for name, view in VIEWS.items():
            choose = self._run(f"app.show_view('{name}')")
            yield Look(f"View: {view.title}", view.help, choose, name == self._state.view)


class RampProvider(LookProvider):
    """Offers every ramp of colours."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        for ramp, text in RAMP_HELP.items():
            choose = self._run(f"app.show_ramp('{ramp}')")
            yield Look(f"Ramp: {ramp}", text, choose, ramp == self._state.ramp)


class ThemeProvider(LookProvider):
    """Offers every theme."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        for name in sorted(self.app.available_themes):
            choose = partial(setattr, self.app, "theme", name)
            yield Look(name, "", choose, name == self.app.theme)


def _title(command: Command) -> str:
    return f"{command.group.title()}: {command.label}"
