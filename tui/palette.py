"""The command palette, read from the table of commands."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from engine.protocol import MatrixName
from tui.commands import COMMANDS, Command
from tui.state import VIEWS

VIEW_HELP: dict[MatrixName, str] = {
    "counts": "How often each symbol follows each other one, on a log scale",
    "count_probabilities": "Rows of the counts, smoothed, as probabilities",
    "network_probabilities": "softmax of the logits: what the network has learnt",
    "log_counts": "What the logits become, but for a constant a row",
    "logits": "The weights themselves; C shows them raw, or with rows centred",
    "difference": "Where the network gives more than the counts, and where less",
    "gradient": "Which way each logit is pushed by the next step",
}


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


class ViewProvider(Provider):
    """Offers every view of the heatmap by its title."""

    async def discover(self) -> Hits:
        """Offer all of them while nothing is typed."""
        for view, title in VIEWS.items():
            yield DiscoveryHit(f"View: {title}", partial(self._show, view), help=VIEW_HELP[view])

    async def search(self, query: str) -> Hits:
        """Offer those that match."""
        matcher = self.matcher(query)
        for view, title in VIEWS.items():
            # What a view is called counts for more than what is said about it.
            score = max(matcher.match(f"View: {title}"), 0.3 * matcher.match(VIEW_HELP[view]))
            if score > 0:
                shown = matcher.highlight(f"View: {title}")
                yield Hit(score, shown, partial(self._show, view), help=VIEW_HELP[view])

    async def _show(self, view: MatrixName) -> None:
        await self.app.run_action(f"app.show_view('{view}')")


def _title(command: Command) -> str:
    return f"{command.group.title()}: {command.label}"
