"""The command palette, read from the table of commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from engine import record
from engine.protocol import FILES, MOST_ORDER, SETTINGS, NetworkName
from tui.colours.palettes import RampName
from tui.command import Command
from tui.commands import COMMANDS, EVERYWHERE
from tui.desk import HasDesk
from tui.figures.exports import EXPORTS, TITLES
from tui.state import State
from tui.state.scrub import Sought, last_step
from tui.state.views import VIEWS
from tui.text import glyphs

RAMP_HELP: dict[RampName, str] = {
    "own": "Each view in colours of its own, so that one is told from another",
    "blue": "Every view in blue, as the lecture's figure",
    "green": "Every view in green",
    "magenta": "Every view from violet through red to cream",
    "orange": "Every view from red through orange to cream",
}


SPLIT_HELP = {
    "none": "all words are train; there is nothing to judge by",
    "lecture": "80 : 10 : 10 after one shuffle with seed 42",
    "file": "the first 80 %, the next 10, the last 10: what comes of no shuffle",
    "hash": "by the word itself, so that repeats stay together",
    "tenth": "of ten words eight are train, one is dev, one is test",
    "part2": "the lecture's second part: four shuffles in a row",
    "makemore.py": "1,000 words are dev and test at once",
    FILES: "train, dev and test as they were given, each in a file of its own",
}

NETWORK_HELP: dict[NetworkName, str] = {
    "neural": "a row of W for each context that was seen: a table",
    "onehots": "one-hots side by side: each symbol of a context has a row of W, and these add up",
}

OPTIMIZER_HELP = {
    "plain": "W moves against its gradient, as in the lecture",
    "rows": "each row has a rate of its own, by how often it was seen",
    "newton": "each row takes the step that its curvature says is best",
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
        state = cast(HasDesk, self.app).desk.state
        for command in COMMANDS:
            # Of an engine on a thread there is nothing to be seen, shared or ended.
            is_there = command.group != "engine" or not command.why_not(state)
            if is_there and (is_over_the_main_screen or command.id in EVERYWHERE):
                yield command

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
        for name in self._state.views:
            view = VIEWS[name]
            choose = self._run(f"app.show_view('{name}')")
            yield Look(f"View: {view.title}", view.help, choose, name == self._state.view)


class RampProvider(LookProvider):
    """Offers every ramp of colours."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        for ramp, text in RAMP_HELP.items():
            choose = self._run(f"app.show_ramp('{ramp}')")
            yield Look(f"Ramp: {ramp}", text, choose, ramp == self._state.ramp)


class ExportProvider(LookProvider):
    """Offers what can be written to a file; over another screen that one alone."""

    def looks(self) -> Iterator[Look]:
        """Give all there is."""
        is_over_the_main_screen = len(self.app.screen_stack) <= 2
        for index, export in enumerate(EXPORTS):
            if is_over_the_main_screen or export.what == "screen":
                title = f"Export: {TITLES[export.what].lower()} as {export.format}"
                choose = self._run(f"app.command('export', {index})")
                yield Look(title, export.help, choose, is_now=False)


class ModelProvider(LookProvider):
    """Offers what may be trained on, and how."""

    def looks(self) -> Iterator[Look]:
        """Give all there is."""
        now = self._state.settings
        for order in range(1, MOST_ORDER + 1):
            text = f"{'1 symbol' if order == 2 else f'{order - 1} symbols'} before the next one"
            yield self._look("order", order, now.order, text)
        for dots in sorted({min(1, now.order - 1), now.order - 1}):
            text = "so that every order predicts the same symbols"
            if dots < now.order - 1:
                text = "as the lecture's own trigram: first letters are not predicted"
            yield self._look("dots", dots, now.dots, text)
        has_files = self._state.report is not None and self._state.report.files
        for split, text in SPLIT_HELP.items():
            if split != FILES or has_files:
                yield self._look("split", split, now.split, text)
        for network, text in NETWORK_HELP.items():
            if network == "onehots":
                size = len(self._state.symbols)
                text = f"W of ({max(1, now.order - 1) * size}, {size}), {text}"
            yield self._look("network", network, now.network, text)
        for optimizer, text in OPTIMIZER_HELP.items():
            yield self._look("optimizer", optimizer, now.optimizer, text)

    def _look(self, name: str, value: int | str, now: int | str, text: str) -> Look:
        title = f"{SETTINGS[name].label.capitalize()}: {value}"
        return Look(title, text, self._run(f"app.configure('{name}', {value!r})"), value == now)


class ContextProvider(LookProvider):
    """Offers the context that is typed."""

    async def search(self, query: str) -> Hits:
        """Offer it, if its symbols are all there are; of too many the last ones."""
        symbols, most = self._state.symbols, self._state.most_before + 1
        typed = [symbols.index(symbol) for symbol in query if symbol in symbols][-most:]
        if typed and set(query) <= set(symbols):
            *before, row = typed
            text = "".join(glyphs.shown(symbols[i]) for i in typed)
            yield Hit(1, text, self._run(f"app.show_context({tuple(before)}, {row})"))

    async def discover(self) -> Hits:
        """Say what may be typed."""
        most = self._state.most_before + 1
        text = f"Type a context of up to {most} symbols, and press enter"
        yield DiscoveryHit(text, lambda: None)


class StepProvider(LookProvider):
    """Offers the step that is typed."""

    async def search(self, query: str) -> Hits:
        """Offer it, or the last one if there are not so many; below 0 it counts from the end."""
        last = last_step(self._state.snapshot)
        try:
            typed = int(query.replace(",", "").replace("−", "-"))
        except ValueError:
            return
        step = max(0, min(typed if typed >= 0 else last + typed, last))
        take = cast(HasDesk, self.app).desk.take
        yield Hit(1, f"Step {step:,} of {last:,}", partial(take, Sought(step)))

    async def discover(self) -> Hits:
        """Say what may be typed."""
        last = last_step(self._state.snapshot)
        text = f"Type a step up to {last:,}, or -10 for ten back from there, and press enter"
        yield DiscoveryHit(text, lambda: None)


class ThemeProvider(LookProvider):
    """Offers every theme."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        for name in sorted(self.app.available_themes):
            choose = partial(setattr, self.app, "theme", name)
            yield Look(name, "", choose, name == self.app.theme)


def _title(command: Command) -> str:
    return f"{command.group.title()}: {command.label}"
