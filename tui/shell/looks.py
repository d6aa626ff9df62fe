"""How the app is to look, as the command line and the config file have it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from engine import printable
from engine.protocol import Refusal
from engine.text.alike import meant
from tui import config
from tui.colours.palettes import ramp_named
from tui.shell.arguments import setting
from tui.shell.completing import one_of
from tui.terminal.kinds import kind_of
from tui.text.ascii import ORDER, is_ascii, tolerate_any_symbol

F = TypeVar("F", bound=Callable[..., object])

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"
"""Textual's driver for a browser, which textual-serve and textual-web name in the environment."""

LOOKS = ("theme", "ramp", "fps", "view", "lab")
"""Options of the app's looks."""


def _named(kind: str, help: str, name: str = "", metavar: str = "NAME") -> Callable[[F], F]:
    """Make an option whose value is one of the names of a kind, which a shell may complete."""
    complete = one_of(kind)
    return click.option(f"--{name or kind}", metavar=metavar, shell_complete=complete, help=help)


def look_options(function: F) -> F:
    """Add the options of the app that say how it looks, and whether it only looks."""
    readonly = "Change no run, setting or file."
    cast = "Write down what the screen shows, not what is typed, for asciinema."
    present = "For a room: large, and without small print."
    mouse = "Hear the mouse.  [default: not in screen]"
    ascii_only = "Draw with ASCII alone.  [default: by the locale]"
    options = [
        setting("--fps", "N", "Most frames a second.  [default: 10]"),
        click.option("--mouse/--no-mouse", default=None, help=mouse),
        click.option("--ascii/--no-ascii", default=None, help=ascii_only),
        _named("view", "What the heatmap shows, such as logits."),
        _named("theme", "Colours, such as nord or textual-light."),
        _named("ramp", "Colours of the heatmap, such as blue."),
        _named("chapter", "Open the lab there, by name or by number.", "lab", "CHAPTER"),
        click.option("--present", is_flag=True, default=None, help=present),
        click.option("--tour", is_flag=True, default=None, help="Take the tour, or go on with it."),
        click.option("--readonly", is_flag=True, default=None, help=readonly),
        click.option("--record", "cast", metavar="FILE.cast", help=cast),
        click.option("--show-keys", is_flag=True, default=None, help="Show the keys pressed."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def looks(options: dict[str, Any], chosen: config.Config) -> dict[str, Any]:
    """Say how the app is to look: as given, or else as the config file has it."""
    settle_symbols(options["ascii"], chosen.ascii)
    # What is given counts even if it is empty: it is refused in the words of whoever reads it.
    asked = {name: value for name in LOOKS if (value := options[name]) is not None}
    for name, reads in (("ramp", ramp_named), ("view", _view), ("lab", _chapter)):
        if name in asked:
            asked[name] = reads(asked[name])
    filed = {n: v for n in ("theme", "ramp", "fps") if (v := getattr(chosen, n)) is not None}
    return (
        filed
        | asked
        | {
            "keys": chosen.keys,
            "has_mouse": _has_mouse(options["mouse"], chosen.mouse),
            "is_readonly": bool(options["readonly"]),
            "shows_keys": bool(options["show_keys"]),
            "cast": options["cast"],
            "is_on_stage": bool(options["present"]),
            "is_touring": bool(options["tour"]),
        }
    )


def settle_symbols(*wishes: bool | None) -> None:
    """Settle whether there is only ASCII: as the first wish has it, or by the locale.

    A browser has all symbols, whatever the locale of the machine that serves it.
    """
    wish = next((wish for wish in wishes if wish is not None), None)
    has_ascii = is_ascii(os.environ) and not is_in_browser() if wish is None else wish
    os.environ[ORDER] = "1" if has_ascii else "0"
    tolerate_any_symbol()


def _has_mouse(*wishes: bool | None) -> bool:
    """Whether to hear the mouse: as the first wish has it, or wherever that does no harm.

    GNU screen, while it reports the mouse, holds a lone escape back until the next key; a console
    cannot say where the mouse is.
    """
    if not kind_of(os.environ).hears_mouse:
        return False
    is_screen = os.environ.get("TERM", "").startswith("screen") and "STY" in os.environ
    return next((wish for wish in wishes if wish is not None), not is_screen)


def _view(name: str) -> str:
    from tui.state.views import VIEWS

    # At the start there is one run at most.
    names = [view for view, row in VIEWS.items() if not row.needs_other_run]
    if name not in names:
        shown = printable(name)[:40]
        raise Refusal(
            f"There is no view “{shown}”{meant(name, names)}; choose from {', '.join(names)}."
        )
    return name


def _chapter(name: str) -> str:
    from engine.lab import chapter

    return chapter(name).name


def is_in_browser() -> bool:
    """Whether the terminal is one in a browser."""
    return os.environ.get("TEXTUAL_DRIVER") == WEB_DRIVER
