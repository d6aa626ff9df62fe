"""The command palette, read from the table of commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.colours.palettes import RampName
from tui.commands import COMMANDS, EVERYWHERE, Command
from tui.desk import HasDesk
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


class LookProvider(Provider):
    """Offers looks of the heatmap by their titles."""

    def looks(self) -> Iterator[tuple[str, str, str]]:
        """Give title, help and action of each."""
        raise NotImplementedError

    async def discover(self) -> Hits:
        """Offer all of them while nothing is typed."""
        for title, text, action in self.looks():
            yield DiscoveryHit(title, partial(self.app.run_action, action), help=text)

    async def search(self, query: str) -> Hits:
        """Offer those that match."""
        matcher = self.matcher(query)
        for title, text, action in self.looks():
            # What a look is called counts for more than what is said about it.
            score = max(matcher.match(title), 0.3 * matcher.match(text))
            if score > 0:
                shown = matcher.highlight(title)
                yield Hit(score, shown, partial(self.app.run_action, action), help=text)


class ViewProvider(LookProvider):
    """Offers every view of the heatmap."""

    def looks(self) -> Iterator[tuple[str, str, str]]:
        """Give title, help and action of each."""
        for name, view in VIEWS.items():
            yield f"View: {view.title}", view.help, f"app.show_view('{name}')"


class RampProvider(LookProvider):
    """Offers every ramp of colours."""

    def looks(self) -> Iterator[tuple[str, str, str]]:
        """Give title, help and action of each."""
        for ramp, text in RAMP_HELP.items():
            yield f"Ramp: {ramp}", text, f"app.show_ramp('{ramp}')"


def _title(command: Command) -> str:
    return f"{command.group.title()}: {command.label}"
