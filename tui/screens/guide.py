"""The strip above the status line that takes a newcomer by the hand: a greeting, or the tour.

It has its lines before the first frame, and gives them to the panes once it has nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.message import Message

from tui.commands import BY_ID
from tui.state import State
from tui.text.rows import Row, Run, fitting, width_of
from tui.tour import STOPS, Stop, Tour
from tui.widgets.lines import Lines
from tui.widgets.say import say

KEYS = 3
"""Keys and clicks after which one needs no greeting."""

WIDE = 80
"""Columns in which a stop of the tour takes two lines; where there are fewer, it takes three."""

GREETINGS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "A bigram model learns here to make names, letter by letter: ",
        (("train", "trains it"), ("generate", "draws names"), ("lab", "opens the lab")),
    ),
    (
        "A model learns names here: ",
        (("train", "trains it"), ("generate", "draws names"), ("lab", "opens the lab")),
    ),
    ("", (("train", "trains"), ("generate", "draws names"), ("lab", "opens the lab"))),
)
"""What this is, and the keys to press; the first that fits."""

ENDS = ("esc leaves the tour", "esc leaves")
"""How to end the tour: where there is room, and where there is less."""


class Guide(Lines):
    """Greets, until some keys were pressed, or tells the stops of the tour one after another.

    Args:
        greets: whether it greets.
        tour: the stop that the tour begins at; no tour if not given.
    """

    class Reached(Message):
        """A stop was reached, which waits for `arrive`; that after the last one is the end."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    def __init__(self, *, greets: bool, tour: int | None) -> None:
        super().__init__(id="guide")
        self._keys = 0 if greets and tour is None else KEYS
        self._tour = Tour(tour, State()) if tour is not None else None
        self._told = self._arrived = -1
        """The stops that were told to be reached last, and that may be done by now."""

    def on_mount(self) -> None:
        """Take its lines, or none."""
        self.fit()

    @property
    def greets(self) -> bool:
        """Whether it greets."""
        return self._keys < KEYS

    @property
    def stop(self) -> Stop | None:
        """What is to be done; nothing where there is no tour."""
        return self._tour.stop if self._tour is not None else None

    @property
    def number(self) -> int:
        """The number of that stop, from 1 on; 0 where there is no tour."""
        return self._tour.number + 1 if self._tour is not None else 0

    @property
    def lines(self) -> int:
        """Lines that it takes."""
        if self._tour is None:
            return int(self.greets)
        return 2 if self.app.size.width >= WIDE else 3

    def fit(self) -> None:
        """Take as many lines as there is something to say."""
        self.display = self.lines > 0
        if self.display:
            self.styles.height = self.lines

    def pressed(self) -> bool:
        """Take note of a key or a click; whether that was the last one that was needed."""
        if not self.greets:
            return False
        self._keys += 1
        if is_last := not self.greets:
            self.fit()
        return is_last

    def begin(self, number: int, state: State) -> None:
        """Begin the tour at a stop."""
        self._keys = KEYS
        self._tour, self._told, self._arrived = Tour(number, state), -1, -1
        self.fit()

    def arrive(self, state: State) -> None:
        """Watch for what is to be done at the stop: all it speaks of is there."""
        if self._tour is not None:
            self._tour, self._arrived = Tour(self._tour.number, state), self._tour.number

    def leave(self) -> bool:
        """Leave the tour; whether there was one."""
        was_there, self._tour = self._tour is not None, None
        if was_there:
            self.fit()
        return was_there

    def draw(self, state: State, width: int, *, has_walked: bool = False) -> None:
        """Write what there is to say, and go on to the next stop where this one is done.

        Args:
            state: what there is now.
            width: columns.
            has_walked: whether one has gone down the words that a filter has left.
        """
        if self._tour is not None:
            if self._tour.number == self._arrived:
                self._tour = self._tour.follow(state, has_walked=has_walked)
            number = self._tour.number if self._tour is not None else len(STOPS)
            if number != self._told:
                self._told = number
                say(self, self.Reached(number))
            if self._tour is None:
                self.fit()
        if self._tour is not None:
            self.show(told(self._tour, state, width))
        elif self.greets:
            self.show([greeting(state, width)])


def greeting(state: State, width: int) -> Row:
    """Say what this is, and the keys to press, in so many columns."""
    rows = [_greeting(state, *each) for each in GREETINGS]
    return next((row for row in rows if width_of(row) <= width), rows[-1])


def _greeting(state: State, text: str, keys: Sequence[tuple[str, str]]) -> Row:
    row: list[Run] = [(f" {text}", "plain")]
    for number, (name, does) in enumerate(keys):
        if name == "train" and state.engine.is_readonly:
            name, does = "view", "shows it"
        action = f"app.command('{name}')"
        row += [(" · ", "dim")] * bool(number)
        row += [(BY_ID[name].key_in(state.keys), "accent", action), (f" {does}", "plain", action)]
    return tuple(row)


def told(tour: Tour, state: State, width: int) -> list[Row]:
    """Say what is to be done at a stop, in lines of so many columns."""
    stop = tour.stop
    lead: Run = (f" {tour.number + 1}/{len(STOPS)} ", "key")
    key = BY_ID[stop.key].key_in(state.keys) if stop.key in BY_ID else stop.key
    room = width - width_of([lead]) - 2
    lines = list(_broken(tour.text(state), key, room))
    left = room - width_of(lines[-1]) - 3
    end: Run = (fitting(left, *ENDS), "dim", "app.command('clear')")
    if width_of([end]) > left:
        lines.append([])
    indent: Run = (" " * width_of([lead]), "plain")
    rows = [[lead if not i else indent, (" ", "plain"), *line] for i, line in enumerate(lines)]
    rows[-1] += [(" " * (width - 1 - width_of([*rows[-1], end])), "plain"), end]
    return [*rows]


def _broken(text: str, key: str, width: int) -> Iterator[list[Run]]:
    """Break a text into lines between words; the key stands out in it."""
    line: list[Run] = []
    for word in text.split():
        before, star, after = word.partition("*")
        parts: tuple[Run, ...] = ((before, "plain"), (star and key, "accent"), (after, "plain"))
        shown = [run for run in parts if run[0]]
        if line and width_of([*line, *shown]) > width:
            yield line
            line = []
        line += [*shown, (" ", "plain")]
    yield line
