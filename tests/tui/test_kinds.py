"""A terminal is sent what its kind knows, and told without colour what colours tell."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tui.terminal.colourless import colourless
from tui.terminal.kinds import CONSOLE, EMULATOR, MULTIPLEXER, OLD, WIPE, Kind, kind_of


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        ("xterm-256color", EMULATOR),
        ("vte-256color", EMULATOR),
        ("tmux-256color", EMULATOR),
        ("screen-256color", MULTIPLEXER),
        ("linux", CONSOLE),
        ("vt100", OLD),
        ("VT220", OLD),
        ("", EMULATOR),
    ],
)
def test_kinds_are_told_by_term(term: str, kind: Kind) -> None:
    assert kind_of({"TERM": term}) is kind


SENT = [
    ("\x1b[?1049h", "\x1b[?1049h", WIPE),
    ("\x1b[?1003h", "\x1b[?1003h", ""),
    ("\x1b[?25l", "\x1b[?25l", "\x1b[?25l"),
    ("\x1b[?1000;25;2004l", "\x1b[?1000;25;2004l", "\x1b[?25l"),
    ("\x1b[>25u", "", ""),
    ("\x1b[<u", "", ""),
    ("\x1b[?2026$p", "", ""),
    ("\x1b[?2048h", "", ""),
    ("\x1b]52;c;YQ==\x07b", "b", "b"),
    ("\x1bP$qm\x1b\\b", "b", "b"),
    ("\x1b[6n", "\x1b[6n", "\x1b[6n"),
    ("\x1b[3;4Hab\x1b[1;7m", "\x1b[3;4Hab\x1b[1;7m", "\x1b[3;4Hab\x1b[1;7m"),
]


@pytest.mark.parametrize(("sent", "in_screen", "on_console"), SENT)
def test_what_a_terminal_would_print_is_left_out(
    sent: str, in_screen: str, on_console: str
) -> None:
    assert EMULATOR.understood(sent) == sent
    assert MULTIPLEXER.understood(sent) == in_screen
    assert CONSOLE.understood(sent) == OLD.understood(sent) == on_console


THEME = {
    "background": "#121212", "surface": "#1e1e1e", "panel": "#242f38", "foreground": "#e0e0e0",
}  # fmt: skip


def bare(style: str, *, has_faint: bool = True) -> str:
    """Say what is left of a style."""
    filter = colourless(THEME, has_faint=has_faint)
    (segment,) = filter.apply([Segment("a", Style.parse(style))], Color.parse("#121212"))
    assert segment.style is not None
    return str(segment.style)


@pytest.mark.parametrize(
    ("style", "left"),
    [
        ("#e0e0e0 on #121212", "none"),
        ("bold #ffcc00 on #1e1e1e", "bold"),
        ("#e0e0e0 on #0b3a5c", "reverse"),
        ("bold #ffcc00 on #0b3a5c", "bold reverse"),
        ("reverse #e0e0e0 on #121212", "reverse"),
        ("reverse #e0e0e0 on #0b3a5c", "none"),
        ("#444444 on #121212", "dim"),
        ("underline #e0e0e0 on #242f38", "underline"),
    ],
)
def test_without_colour_what_stood_out_by_it_still_does(style: str, left: str) -> None:
    assert bare(style) == left


def test_who_cannot_write_faintly_is_not_asked_to() -> None:
    assert bare("dim #444444 on #121212", has_faint=False) == "none"
