"""The command palette, read from the table of commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.style import Style

from engine import record
from engine.protocol import FILES, MOST_ORDER, SETTINGS, NetworkName
from tui.colours.palettes import RampName
from tui.command import Command
from tui.commands import BY_ID, COMMANDS, EVERYWHERE
from tui.desk import Desk, HasDesk
from tui.dressed import Dressed
from tui.figures.exports import EXPORTS, TITLES
from tui.state import State
from tui.state.intents import RampChosen, ViewChosen
from tui.state.scrub import Sought, last_step
from tui.state.views import VIEWS
from tui.terminal.screens import Choice
from tui.text import glyphs
from tui.text.matching import ALSO, LOOSE, SAID_INSIDE, Match, match

BEGIN = ("tour", "help")
"""Commands for whoever is new."""

LONGEST = 1000
"""Symbols of a title that is as good as endless."""

RAMP_HELP: dict[RampName, str] = {
    "own": "Each view in colours of its own, so that one is told from another",
    "blue": "Every view in blue, as the lecture's figure",
    "green": "Every view in green",
    "magenta": "Every view from violet through red to cream",
    "orange": "Every view from red through orange to cream",
}


SPLIT_HELP = {
    "none": "all words are train; none are left to judge by",
    "lecture": "80 : 10 : 10 after one shuffle with seed 42",
    "file": "the first 80 %, the next 10, the last 10, as they stand in the file",
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


@record
class Look:
    """A line of a list: what may be done, or one of several ways in which something may look."""

    title: str
    """What it is called, behind its kind and a colon."""
    help: str
    """What is said about it."""
    choose: Callable[[], Awaitable[object] | None]
    is_now: bool
    """Whether it looks so now."""
    key: str = ""
    """The key that does the same, as it is printed."""
    is_loose: bool = True
    """Whether it is found by letters of its title alone, in their order."""
    also: tuple[str, ...] = ()
    """How else it is called, where that is not to be read."""
    show: Callable[[], None] | None = None
    """What lets one see what it would be like, without choosing it."""
    is_told: bool = False
    """Whether it only tells something: what does something and fits as well comes before it."""

    @property
    def mark(self) -> str:
        """What stands behind the title of the one in force."""
        return " ✓" if self.is_now else ""

    @property
    def choice(self) -> Choice:
        """What its line does."""
        return Choice(self.title, self.choose, self.show, self.is_now)

    def found(self, query: str, style: Style | None) -> Hit | None:
        """What is shown of it where that was typed; nothing if it does not fit."""
        fit = match(query, self.title, self.help, is_loose=self.is_loose)
        others = (match(query, name, is_loose=False).rank for name in self.also)
        if fit.rank < (other := max(others, default=0.0) - ALSO):
            fit = Match(other)
        if not fit.rank:
            return None
        title, help = Content(self.title), Content(self.help)
        for spot in fit.at if style else ():
            title = title.stylize(style or "", *spot)
        for spot in fit.said_at if style else ():
            help = help.stylize(style or "", *spot)
        # Of two that fit as well, the one of which more was typed.
        score = fit.rank - len(self.title) / LONGEST - ALSO * self.is_told
        if self.key:
            shown, below = Content(" ").join((title, help)), Content(f"key {self.key}")
        else:
            shown, below = title + self.mark, help
        # As content, for in a string Textual would look for markup; words and runs hold any.
        text = f"{self.title} {self.help}"
        return Hit(score, shown, self.choice, text=text, help=below if below else None)  # type: ignore[arg-type]

    @property
    def offered(self) -> DiscoveryHit:
        """What is shown of it while nothing is typed."""
        shown, below = Content(self.title + self.mark), Content(self.help)
        return DiscoveryHit(
            shown,
            self.choice,
            text=self.title,
            help=below if below else None,  # type: ignore[arg-type]
        )


class LookProvider(Provider):
    """Offers looks by their titles."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        raise NotImplementedError

    @property
    def is_over_main(self) -> bool:
        """Whether nothing lies between the list and the laboratory."""
        return len(self.app.screen_stack) <= 2

    @property
    def _desk(self) -> Desk:
        return cast(HasDesk, self.app).desk

    @property
    def _state(self) -> State:
        return self._desk.state

    def _run(self, action: str) -> Callable[[], Awaitable[object]]:
        return partial(self.app.run_action, action)

    async def discover(self) -> Hits:
        """Offer all of them while nothing is typed."""
        for look in self.looks():
            yield look.offered

    def found(self, query: str) -> list[Hit]:
        """Give those that match; one by its letters alone only where no title holds the query."""
        found = (look.found(query, self.match_style) for look in self.looks())
        hits = [hit for hit in found if hit is not None]
        is_held = any(hit.score > SAID_INSIDE for hit in hits)
        return [hit for hit in hits if hit.score > LOOSE or not is_held]

    async def search(self, query: str) -> Hits:
        """Offer those that match."""
        for hit in self.found(query):
            yield hit


class CommandProvider(LookProvider):
    """Offers every command that makes sense where the list was opened."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        state = self._state
        for command in self._commands():
            # Of an engine on a thread there is nothing to be seen, shared or ended.
            is_there = command.group != "engine" or not command.why_not(state)
            if is_there:
                key = command.key_in(state.keys)
                also = (command.id.replace("_", " "), command.id)
                yield Look(_title(command), command.help, self._way(command), False, key, also=also)

    def _commands(self) -> Iterator[Command]:
        if self.is_over_main:
            # Before anything is typed, whoever is new finds on top where to begin.
            yield from sorted(COMMANDS, key=self._turn)
            return
        # Of some screens, what can be done there comes first.
        yield from getattr(self.screen, "OWN", ())
        yield from map(BY_ID.__getitem__, EVERYWHERE)

    def _turn(self, command: Command) -> int:
        is_first = command.id in BEGIN and not command.why_not(self._state)
        return BEGIN.index(command.id) if is_first else len(BEGIN)

    def _way(self, command: Command) -> Callable[[], Awaitable[object]]:
        if command.action:
            return partial(self.screen.run_action, f"screen.{command.action}")
        return self._run(f"app.command('{command.id}')")


class ViewProvider(LookProvider):
    """Offers every view of the heatmap."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        for name in self._state.views:
            view, is_chosen = VIEWS[name], self._state.has_chosen_view
            choose = self._run(f"app.show_view('{name}')")
            show = partial(self._desk.take, ViewChosen(name, is_of_user=is_chosen))
            is_now = name == self._state.view
            yield Look(f"View: {view.title}", view.help, choose, is_now, show=show)


class RampProvider(LookProvider):
    """Offers every ramp of colours."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        for ramp, text in RAMP_HELP.items():
            choose = self._run(f"app.show_ramp('{ramp}')")
            show = partial(self._desk.take, RampChosen(ramp))
            yield Look(f"Ramp: {ramp}", text, choose, ramp == self._state.ramp, show=show)


class ExportProvider(LookProvider):
    """Offers what can be written to a file; over another screen that one alone."""

    def looks(self) -> Iterator[Look]:
        """Give all there is."""
        for index, export in enumerate(EXPORTS):
            if self.is_over_main or export.what == "screen":
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

    @property
    def _most(self) -> int:
        """Symbols of the longest context, of the order there will be."""
        return max(1, self._state.settings.order - 1)

    async def search(self, query: str) -> Hits:
        """Offer it, if its symbols are all there are; of too many the last ones."""
        symbols, most = self._state.symbols, self._most
        typed = [symbols.index(symbol) for symbol in query if symbol in symbols][-most:]
        if typed and set(query) <= set(symbols):
            *before, row = typed
            text = "".join(glyphs.shown(symbols[i]) for i in typed)
            yield Hit(1, Content(text), self._run(f"app.show_context({tuple(before)}, {row})"))

    async def discover(self) -> Hits:
        """Say what may be typed."""
        text = f"Type a context of up to {self._most} symbols, and press enter"
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
        yield Hit(1, f"Step {step:,} of {last:,}", partial(self._desk.take, Sought(step)))

    async def discover(self) -> Hits:
        """Say what may be typed."""
        last = last_step(self._state.snapshot)
        text = f"Type a step up to {last:,}, or -10 for ten back from there, and press enter"
        yield DiscoveryHit(text, lambda: None)


class ThemeProvider(LookProvider):
    """Offers every theme."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        app = cast(Dressed, self.app)
        for name in sorted(app.available_themes):
            choose, show = partial(app.wear, name), partial(app.try_on, name)
            yield Look(f"Theme: {name}", "", choose, name == app.worn, show=show)


def _title(command: Command) -> str:
    return f"{command.group.title()}: {command.label}"
