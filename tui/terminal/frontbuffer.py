"""What stands on the terminal, so that only what differs from it goes over the line.

Textual sends a part of the screen whenever it may have changed: to close a dialog it sends all of
it three times, which is 290 kB. Here each cell that was sent is remembered, a cell that would be
the same is not sent again, and of a look only what differs from the look before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from rich.color import ColorSystem
from rich.style import Style
from textual.strip import SGR_STYLES, Strip

from engine.text.width import cells as columns
from engine.text.width import clusters, straight

NEAR = 4
"""Cells of the same look that are sent again rather than to go past them, which takes as much."""

RESET = "\x1b[0m"


class Look(Struct, frozen=True, gc=False):
    """Parameters of SGR (ECMA-48, 8.3.117): attributes and colours; without, the terminal's own.

    Of those that stand in a hundred thousand cells, none is looked through for garbage.
    """

    attributes: str = ""
    colour: str = ""
    background: str = ""


PLAIN = Look()

ANY = "any"
"""The colour of a blank, which shows none."""

BLANK = Look("", ANY)

HARMLESS = frozenset("123")
"""Attributes that a blank does not show: bold, faint and italic."""

Cell = tuple[str, Look]
"""A symbol with the marks on it, and its look; the second column of a wide one is empty."""

UNKNOWN: Cell = ("?", Look("unknown"))


class Cells(dict[str, Cell]):
    """Cells of one look by their symbols, each made once: a hundred lines are full of the same.

    Args:
        look: of all symbols but a blank.
        blank: look of that.
    """

    def __init__(self, look: Look, blank: Look) -> None:
        super().__init__({" ": (" ", blank)})
        self._look = look

    def __missing__(self, symbol: str) -> Cell:
        cell = self[symbol] = symbol, self._look
        return cell


STYLES = 512
"""Styles whose cells are kept: a screen has some two hundred, and all views together a thousand."""

IN_PLAIN = Cells(PLAIN, BLANK)
"""Cells without a style."""


class FrontBuffer:
    """The cells of the terminal, as far as they are known.

    Args:
        has_columns: whether the cursor can be sent along its line.
    """

    def __init__(self, *, has_columns: bool = True) -> None:
        self._lines: list[list[Cell]] = []
        self._has_columns = has_columns

    def forget(self) -> None:
        """Know nothing any more: somebody else has written, or the terminal has another size."""
        self._lines.clear()

    def update(self, stretches: Iterable[tuple[int, int, Strip]], system: ColorSystem) -> str:
        """Take over stretches of lines, and give what to write so that the terminal shows them.

        Args:
            stretches: line, column and content of each, the upper left corner being 0, 0.
            system: the colours that the terminal has.
        """
        pen = Pen(has_columns=self._has_columns)
        for y, x, strip in stretches:
            cells: list[Cell] = []
            for text, style, _ in strip:
                cells += _cells(text, style, system)
            line = self._line(y, x)
            before = line[x : x + len(cells)]
            if before == cells:
                continue
            # Half a wide symbol is none: the terminal blanks the other half.
            for cut in (x, x + len(cells)):
                if cut < len(line) and not line[cut][0]:
                    line[cut - 1 : cut + 1] = UNKNOWN, UNKNOWN
            line[x : x + len(cells)] = cells
            for start, end in _runs(before, cells):
                pen.write(y, x + start, x + end, line)
        return pen.finish()

    def _line(self, y: int, width: int) -> list[Cell]:
        while len(self._lines) <= y:
            self._lines.append([])
        line = self._lines[y]
        line.extend([UNKNOWN] * (width - len(line)))
        return line


class Pen:
    """Writes cells, knowing where the cursor is and how it writes."""

    def __init__(self, *, has_columns: bool) -> None:
        self._written: list[str] = []
        self._has_columns = has_columns
        self._at: tuple[int, int | None] = (-1, None)
        """Line and column; the column is not known behind what terminals differ about."""
        self._look = PLAIN

    def write(self, y: int, x: int, end: int, line: Sequence[Cell]) -> None:
        """Write cells of a line, from a column to before another."""
        cells = line[x:end]
        symbols = [symbol for symbol, _ in cells]
        if len("".join(symbols)) > len(symbols) or "" in symbols:
            self._write_slowly(y, x, end, line)
            return
        self._move(y, x)
        self._at = y, x + len(symbols)
        # A method called for each of 8,000 cells would double the time.
        written, now, last = self._written, self._look, None
        for symbol, look in cells:
            if look is not last:
                last = look
                codes, now = _turn(now, look)
                written.append(codes)
            written.append(symbol)
        self._look = now

    def _write_slowly(self, y: int, x: int, end: int, line: Sequence[Cell]) -> None:
        """Write symbols of which terminals differ how wide they are: each is told its place.

        Where it is drawn narrower than its place, blanks stand behind it; where it is drawn wider,
        what it falls on is written once more.
        """
        while x < end:
            symbol, look = line[x]
            if symbol:
                self._move(y, x)
                codes, self._look = _turn(self._look, look)
                least, most = _extent(symbol)
                is_wide = line[x + 1 : x + 2] and not line[x + 1][0]
                if is_wide and least < 2:
                    self._written += codes, "  ", self._to(y, x, is_here=True), symbol
                else:
                    self._written += codes, symbol
                while end < min(x + most, len(line)) and line[end] is not UNKNOWN:
                    end += 1
            x += 1
            self._at = y, x if len(symbol) == 1 else None

    def _move(self, y: int, x: int) -> None:
        if self._at != (y, x):
            # Within a line the column will do.
            self._written.append(self._to(y, x, is_here=y == self._at[0]))

    def _to(self, y: int, x: int, *, is_here: bool) -> str:
        return f"\x1b[{x + 1}G" if is_here and self._has_columns else f"\x1b[{y + 1};{x + 1}H"

    def finish(self) -> str:
        """Leave the terminal writing as it did; returns all that is to be written."""
        if self._look != PLAIN:
            self._written.append(RESET)
        return "".join(self._written)


def _runs(before: Sequence[Cell], after: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Give the stretches, each from its start to before its end, that are to be written."""
    if not before:
        yield 0, len(after)
        return
    differing = [i for i, (old, new) in enumerate(zip(before, after, strict=False)) if old != new]
    differing += range(len(before), len(after))
    start = last = differing[0]
    for i in differing[1:]:
        if i - last > 1 and not _may_bridge(after[last : i + 1]):
            yield start, last + 1
            start = i
        last = i
    yield start, last + 1


def _may_bridge(cells: Sequence[Cell]) -> bool:
    """Whether to write what lies between the ends again is no longer than to go past it."""
    return len(cells) <= NEAR + 2 and all(
        symbol and (look == cells[0][1]) for symbol, look in cells
    )


@lru_cache(maxsize=4096)
def _cells(text: str, style: Style | None, system: ColorSystem) -> tuple[Cell, ...]:
    cells = IN_PLAIN if style is None else _looks(style, system)
    return tuple(map(cells.__getitem__, text if text.isascii() else _symbols(text)))


def _symbols(text: str) -> tuple[str, ...]:
    """Divide a text into what stands in each of its cells."""
    text = straight(text)
    return tuple(
        part
        for start, end, width in clusters(text)
        if width
        for part in (text[start:end], "")[:width]
    )


@lru_cache(maxsize=4096)
def _extent(symbol: str) -> tuple[int, int]:
    """Give the fewest columns that a terminal draws a symbol in, and the most."""
    if len(symbol) == 1:
        return columns(symbol), columns(symbol)
    return columns(symbol[0]), sum(map(columns, symbol))


@lru_cache(maxsize=STYLES)
def _looks(style: Style, system: ColorSystem) -> Cells:
    """Give the cells in a style."""
    bits = style._attributes & style._set_attributes
    attributes = [code for bit, code in enumerate(SGR_STYLES) if bits >> bit & 1]
    look = Look(
        ";".join(attributes),
        ";".join(style.color.downgrade(system).get_ansi_codes()) if style.color else "",
        ";".join(style.bgcolor.downgrade(system).get_ansi_codes(False)) if style.bgcolor else "",
    )
    return Cells(look, Look("", ANY, look.background) if HARMLESS.issuperset(attributes) else look)


@lru_cache(maxsize=4096)
def _turn(old: Look, new: Look) -> tuple[str, Look]:
    """Give what makes the terminal write in a new look, and the look it has then."""
    if new.colour == ANY:
        is_harmless = HARMLESS.issuperset(filter(None, old.attributes.split(";")))
        new = (
            Look(old.attributes, old.colour, new.background)
            if is_harmless
            else Look(new.attributes, "", new.background)
        )
    if old == new:
        return "", new
    if old.attributes not in ("", new.attributes):
        codes = ["0", new.attributes, new.colour, new.background]
    else:
        codes = [
            new.attributes if new.attributes != old.attributes else "",
            (new.colour or "39") if new.colour != old.colour else "",
            (new.background or "49") if new.background != old.background else "",
        ]
    return f"\x1b[{';'.join(filter(None, codes))}m", new
