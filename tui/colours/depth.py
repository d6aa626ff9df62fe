"""How many colours the terminal can show, read from the environment.

Textual decides by Rich's rules, which take every terminal without COLORTERM for one of 16 or 256
colours, squeeze a `-direct` terminal into 16 and give TERM=dumb all of them. So the decision is
made here, and handed to Textual through TEXTUAL_COLOR_SYSTEM before it is imported; otherwise a
ramp made for one depth would be drawn in another.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from enum import StrEnum

from tui.terminal.kinds import kind_of


class Depth(StrEnum):
    """How many colours can be told apart; the value is what TEXTUAL_COLOR_SYSTEM calls it."""

    TRUECOLOR = "truecolor"
    XTERM = "256"
    ANSI = "standard"
    NONE = "none"
    """No colour at all: values are drawn as shades. Textual has no name for it."""

    @property
    def colour_system(self) -> str:
        """What to put into TEXTUAL_COLOR_SYSTEM so that Textual draws at this depth."""
        return "standard" if self is Depth.NONE else self.value


_KNOWN_TRUECOLOR = ("alacritty", "contour", "foot", "ghostty", "kitty", "wezterm")
"""Terminals known by TERM to have all colours, though COLORTERM was lost on an SSH link."""


PAINTS_A_SECOND = 200
"""How soon after one painting the next may follow: the echo of a key that came in the midst of a
frame waits for that. How often figures move is up to the app."""


def settle(environ: MutableMapping[str, str]) -> None:
    """Tell Textual how to paint on this terminal; before its import, which is when it looks.

    By itself it takes some terminals for less than they are, some for more, and an empty NO_COLOR
    for an order.
    """
    environ["TEXTUAL_FPS"] = str(PAINTS_A_SECOND)
    depth = colour_depth(environ)
    environ["TEXTUAL_COLOR_SYSTEM"] = depth.colour_system
    if depth is Depth.NONE:
        environ["NO_COLOR"] = "1"
    else:
        environ.pop("NO_COLOR", None)


def is_guess(environ: Mapping[str, str]) -> bool:
    """Whether the terminal may have more colours than it seems, and can be asked.

    COLORTERM is lost on most SSH connections. Before `settle`, whose decision is an order.
    """
    is_ordered = environ.get("NO_COLOR") or environ.get("TEXTUAL_COLOR_SYSTEM", "").strip()
    return not (is_ordered or is_deaf(environ)) and colour_depth(environ) is not Depth.TRUECOLOR


def is_deaf(environ: Mapping[str, str]) -> bool:
    """Whether the terminal must not be asked what it is, as it would show the question."""
    return not kind_of(environ).talks or environ.get("TERM_PROGRAM") == "Apple_Terminal"


def colour_depth(environ: Mapping[str, str]) -> Depth:
    """Return the depth of the terminal that the environment describes.

    NO_COLOR counts when it is not empty, as no-color.org has it. TEXTUAL_COLOR_SYSTEM is an order,
    not a guess.
    """
    term = environ.get("TERM", "").strip().lower()
    if environ.get("NO_COLOR") or term == "dumb":
        return Depth.NONE
    ordered = environ.get("TEXTUAL_COLOR_SYSTEM", "").strip().lower()
    if ordered in (Depth.TRUECOLOR, Depth.XTERM, Depth.ANSI):
        return Depth(ordered)
    if not kind_of(environ).has_colours:
        return Depth.NONE
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return Depth.TRUECOLOR
    if "direct" in term or any(name in term for name in _KNOWN_TRUECOLOR):
        return Depth.TRUECOLOR
    return Depth.XTERM if "256" in term else Depth.ANSI
