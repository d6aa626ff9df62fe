"""What kinds of terminals understand, told by TERM: what they would print is not sent to them.

A terminal emulator of today takes what it does not know for nothing. The console of Linux, the
terminals that went before all others and what imitates them print some of it, a letter at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from engine import record

SPECIAL = re.compile(
    r"\x1b(?:\[\?(?P<modes>[0-9;]+)(?P<way>[hl])|\[[<=>?][0-9;]*\$?[a-zA-Z]|[\]P^_X][^\x07\x1b]*"
    r"(?:\x07|\x1b\\)?)"
)
"""Modes (DECSET), questions and keyboards of one maker or another, and strings (OSC, DCS)."""

SCREEN = "1049"
"""The mode that gives a screen of its own, and what was there before back."""

WIPE = "\x1b[H\x1b[J"
"""Clears the screen where there is but one (ECMA-48, 8.3.21 and 8.3.39)."""


@record
class Kind:
    """A kind of terminal."""

    modes: frozenset[str] | None = None
    """Modes that it knows, by number; all that are used if not given."""
    talks: bool = True
    """Whether it takes questions and strings for what they are."""
    has_colours: bool = True
    has_columns: bool = True
    """Whether the cursor can be sent along its line (CHA), not only to a line and a column."""
    has_faint: bool = True
    """Whether text can be faint, as it can be bold."""
    has_fonts: bool = True
    """Whether symbols that its own font lacks are taken from another one."""

    @property
    def hears_mouse(self) -> bool:
        """Whether the mouse can be reported from everywhere on a screen."""
        return self.modes is None or "1006" in self.modes

    def understood(self, data: str) -> str:
        """Leave out what a terminal of this kind would print, or not know."""
        return data if self.talks else SPECIAL.sub(self._known, data)

    def _known(self, found: re.Match[str]) -> str:
        if found["modes"] is None:
            return ""
        modes = found["modes"].split(";")
        known = [mode for mode in modes if self.modes is None or mode in self.modes]
        wipe = WIPE if SCREEN in modes and SCREEN not in known else ""
        return wipe + (f"\x1b[?{';'.join(known)}{found['way']}" if known else "")


EMULATOR = Kind()

MULTIPLEXER = Kind(
    frozenset({"7", "25", SCREEN, "1000", "1003", "1004", "1006", "1015", "2004"}), talks=False
)
"""GNU screen: what it does not know itself it may pass on to the terminal around it."""

CONSOLE = Kind(frozenset({"7", "25"}), talks=False, has_fonts=False)
"""The console of Linux, and of others alike."""

OLD = Kind(
    frozenset({"7", "25"}), talks=False, has_colours=False, has_columns=False, has_faint=False
)
"""VT100 and those after it."""

KINDS = (
    (re.compile(r"vt\d"), OLD),
    (re.compile(r"linux|ansi|pcansi|cons25|cygwin"), CONSOLE),
    (re.compile(r"screen"), MULTIPLEXER),
)
"""By how TERM begins."""


def kind_of(environ: Mapping[str, str]) -> Kind:
    """Return the kind of terminal that the environment names."""
    return _kind(environ.get("TERM", "").strip().lower())


@cache
def _kind(term: str) -> Kind:
    return next((kind for begins, kind in KINDS if begins.match(term)), EMULATOR)
