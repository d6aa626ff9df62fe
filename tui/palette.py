"""The command palette, read from the table of commands."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.commands import COMMANDS, Command


class CommandProvider(Provider):
    """Offers every command by its help text."""

    async def discover(self) -> Hits:
        """Offer all of them while nothing is typed."""
        for command in COMMANDS:
            yield DiscoveryHit(_title(command), partial(self._run, command), help=command.help)

    async def search(self, query: str) -> Hits:
        """Offer those that match."""
        matcher = self.matcher(query)
        for command in COMMANDS:
            text = f"{_title(command)} {command.help}"
            if (score := matcher.match(text)) > 0:
                shown = matcher.highlight(text)
                yield Hit(score, shown, partial(self._run, command), help=f"key {command.key}")

    async def _run(self, command: Command) -> None:
        await self.app.run_action(f"app.command('{command.id}')")


def _title(command: Command) -> str:
    return f"{command.group.title()}: {command.label}"
