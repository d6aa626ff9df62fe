"""matplotlib, and the page it draws on; the only door to it.

The lecture draws with it, it writes SVG and PNG from one figure, brings a font of its own, so that
a figure is the same everywhere, and finds others for symbols that this one lacks. It is imported
when something is drawn, which takes a second, and need not be installed for anything else.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from engine import printable, record
from engine.protocol import Refusal
from tui.figures.inks import Inks
from tui.text.rows import fit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Picture = Literal["svg", "png"]

MISSING = (
    "Drawing needs matplotlib, which is not installed; pip install 'makemore-tui[figures]' "
    "brings it."
)

DOTS_AN_INCH = 200
"""Of a PNG."""

POINTS = 72.0
"""In an inch; text and lines are measured in them."""

FONT = "DejaVu Sans"
"""The font that matplotlib brings."""

ALIKE = ("Verdana", "Arial")
"""Fonts as wide, or nearly, for whoever looks at an SVG and does not have it."""

NO_FONTS = ("cm", "Last Resort")
"""How names of fonts begin that have other symbols where letters should be: those of TeX, and the
one whose pictures are all boxes."""

EDGE = 0.45
"""Inches left and right of what is drawn."""

HEAD = 0.85
"""Inches that the title takes, and the line below it."""

TITLE, ABOUT = 16, 9.5
"""Points of their letters."""

MOST_CAUSE = 300
"""Most characters of what a broken library says."""

MOST_NAMED = 8
"""Symbols without a picture that are named."""


@record
class Drawn:
    """A figure as a file."""

    data: bytes
    lacking: tuple[str, ...] = ()
    """Symbols of which no font here has a picture: a PNG has boxes in their place."""


def check_there() -> None:
    """Refuse to draw where there is nothing to draw with; imports nothing."""
    if find_spec("matplotlib") is None:
        raise Refusal(MISSING)


def boxes(lacking: Sequence[str]) -> str:
    """Say of which symbols a PNG has no picture."""
    few = " ".join(lacking[:MOST_NAMED])
    more = f" and {len(lacking) - MOST_NAMED} more" if len(lacking) > MOST_NAMED else ""
    return f"No font here has {few}{more}: a PNG has boxes there; an SVG takes its reader's fonts."


def render(draw: Callable[[], Figure], title: str, symbols: set[str], picture: Picture) -> Drawn:
    """Draw a figure into the bytes of a file; on one thread at a time.

    Args:
        draw: makes the figure.
        title: of the file.
        symbols: all that are written in it.
        picture: the format.

    Raises:
        Refusal: matplotlib is not there, or broken.
    """
    check_there()
    # Of its cache, and of fonts that it does not find, nobody need hear.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        from matplotlib import style
    except Exception as error:  # A library that is half there may raise anything.
        cause = printable(" ".join(f"{type(error).__name__}: {error}".split()))[:MOST_CAUSE]
        raise Refusal(f"matplotlib cannot be imported ({cause}); install it again.") from error
    fonts, lacking = _fonts(symbols)
    ways: dict[Any, Any] = {
        "font.family": [*fonts, "sans-serif"],
        "font.sans-serif": ALIKE,
        # Text stays text: it can be searched for, and takes the fonts of whoever looks at it.
        "svg.fonttype": "none",
        # The same figure is the same file.
        "svg.hashsalt": title,
        "text.parse_math": False,
    }
    made: dict[str, Any] = {"Title": title}
    if picture == "svg":
        made["Date"] = None
    file = io.BytesIO()
    # Whatever the user's own matplotlib looks like: these are the colours of the screen.
    with style.context(["default", ways]), warnings.catch_warnings():
        # Of symbols that are lacking, which are told of anyway.
        warnings.simplefilter("ignore", UserWarning)
        draw().savefig(file, format=picture, dpi=DOTS_AN_INCH, metadata=made)
    return Drawn(file.getvalue(), lacking)


def _fonts(symbols: set[str]) -> tuple[list[str], tuple[str, ...]]:
    """Names of fonts that have these symbols, matplotlib's own first; and what none of them has."""
    from matplotlib.font_manager import FontProperties, fontManager, get_font

    def lacks(path: str, wanted: set[str]) -> set[str]:
        """Symbols that a font does not have."""
        font = get_font(path)
        return {symbol for symbol in wanted if not font.get_char_index(ord(symbol))}

    fonts = [FONT]
    lacking = lacks(fontManager.findfont(FontProperties(family=FONT)), symbols)
    for entry in sorted(fontManager.ttflist, key=lambda entry: entry.name):
        is_plain = (entry.style, entry.weight) == ("normal", 400)
        is_plain &= not entry.name.startswith(NO_FONTS)
        if lacking and is_plain and (rest := lacks(entry.fname, lacking)) != lacking:
            fonts.append(entry.name)
            lacking = rest
    return fonts, tuple(sorted(lacking))


def page(width: float, height: float, title: str, about: str, inks: Inks) -> Figure:
    """Take a page of so many inches, and write its title and the line about it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor=inks.page)
    for text, below, points, colour in (
        (title, 0.42, TITLE, inks.text),
        (about, 0.66, ABOUT, inks.muted),
    ):
        # A letter is as wide as two thirds of its height, on average.
        room = int((width - 2 * EDGE) * POINTS / (points * 0.66))
        weight = "bold" if points == TITLE else "normal"
        place = EDGE / width, 1 - below / height
        figure.text(*place, fit(text, room).rstrip(), color=colour, size=points, weight=weight)
    return figure
