"""The command line: what each command is called, takes and means.

Importing this, and asking for help or the version, imports neither torch nor textual nor plotext.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from engine import printable
from engine.protocol import Refusal, flag
from engine.text.numbers import typed
from tui import config
from tui.colours.depth import is_guess, settle
from tui.colours.palettes import ramp_named
from tui.options import START_SPEED
from tui.shell.arguments import (
    DEFAULT,
    data_meant,
    examples,
    files_given,
    files_options,
    given,
    run_options,
    setting,
    which,
    words_of,
)
from tui.terminal.kinds import kind_of
from tui.text.ascii import ORDER, is_ascii, tolerate_any_symbol

if TYPE_CHECKING:
    from engine import Engine

F = TypeVar("F", bound=Callable[..., object])

NAMED = ("data", "dev", "test", "counts")
"""Options that name files."""

FILED_ALONE = ("keep_runs", "keep_megabytes")
"""What only the config file holds."""

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"
"""Textual's driver for a browser, which textual-serve and textual-web name in the environment."""

LOOKS = ("theme", "ramp", "fps", "view", "lab")
"""Options of the app's looks."""


def _print_version(context: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if is_wanted and not context.resilient_parsing:
        from importlib import metadata

        from tui.shell import output

        try:
            output.say(f"makemore-tui {metadata.version('makemore-tui')}")
        except metadata.PackageNotFoundError:
            output.say("makemore-tui, run from its source without being installed")
        context.exit()


class Lazy(click.Group):
    """Imports the commands that need no screen when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in order."""
        from tui.shell.verbs import verbs

        return sorted([*super().list_commands(ctx), *verbs.list_commands(ctx)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, if there is one."""
        from tui.shell.verbs import verbs

        return super().get_command(ctx, cmd_name) or verbs.get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was asked for; if there is none, say what may have been meant."""
        name = args[0]
        is_known = name.startswith("-") or self.get_command(ctx, name) is not None
        if not is_known and not ctx.resilient_parsing:
            meant = data_meant(name) or _alike(name, self.list_commands(ctx))
            raise click.UsageError(f"No such command '{name}'{meant}", ctx)
        return super().resolve_command(ctx, args)


def _alike(name: str, names: Sequence[str]) -> str:
    # Only here: nobody who types well should wait for it.
    import difflib

    found = difflib.get_close_matches(name, names, 1)
    return f" (did you mean '{found[0]}'?)" if found else ""


def look_options(function: F) -> F:
    """Add the options of the app that say how it looks, and whether it only looks."""
    readonly = "Change no run, setting or file."
    mouse = "Hear the mouse.  [default: not in screen]"
    ascii_only = "Draw with ASCII alone.  [default: by the locale]"
    options = [
        setting("--fps", "N", "Most frames a second.  [default: 10]"),
        click.option("--mouse/--no-mouse", default=None, help=mouse),
        click.option("--ascii/--no-ascii", default=None, help=ascii_only),
        click.option("--view", metavar="NAME", help="What the heatmap shows, such as logits."),
        click.option("--theme", metavar="NAME", help="Colours, such as nord or textual-light."),
        click.option("--ramp", metavar="NAME", help="Colours of the heatmap, such as blue."),
        click.option("--lab", metavar="CHAPTER", help="Open the lab there, by name or by number."),
        click.option("--readonly", is_flag=True, default=None, help=readonly),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "makemore-tui                      32,257 names, ready to be trained on",
        "makemore-tui --data cities.txt    words of your own, one a line",
        "makemore-tui train --steps 1000   the same engine without a screen",
    ),
)
@files_options
@run_options
@setting("--speed", "N|max", f"Steps a second.  [default: {typed(START_SPEED)}]")
@setting("--smoothing", "K", f"Added to every count.  [default: {typed(DEFAULT.smoothing)}]")
@look_options
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and leave.",
)
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> int:  # noqa: ANN401
    """Open a laboratory for the bigram language model: count, train, look, sample.

    Without a command the app opens. Every command has a --help of its own.
    """
    if context.invoked_subcommand is None:
        return _open_app(options)
    if misplaced := [name for name, value in options.items() if value is not None]:
        raise Refusal(
            f"{flag(misplaced[0])} stands before {context.invoked_subcommand}; put it after it."
        )
    return 0


def _open_app(options: dict[str, Any]) -> NoReturn:
    asks_colours = _begin()
    from tui.options import Options, Ways
    from tui.start import run

    chosen = _config()
    anew = given(options)
    wanted = which(options, anew)
    if options["readonly"] and wanted.place:
        raise Refusal(
            f"--readonly keeps no run, and {printable(wanted.place)} holds none to look at; "
            "leave one of them out."
        )
    words = words_of(files_given(**{name: options[name] for name in NAMED}), wanted)
    asked = {n: path for n in ("dev", "test") if (path := getattr(words, n)) is not None}
    filed = {name: v for name in FILED_ALONE if (v := getattr(chosen, name)) is not None}
    data = chosen.data if words.path is None else words.path
    run(
        Options(
            data=data,
            given=anew,
            resume=wanted.run,
            place=wanted.place,
            start=chosen.start,
            asks_colours=asks_colours,
            ways=Ways(*(partial(_go, name) for name in ("detach", "revive", "rejoin"))),
            **_looks(options, chosen) | asked | filed,
        )
    )


def _go(way: str, where: Any) -> Engine:  # noqa: ANN401
    """Go a way to another engine; what that takes is imported only then."""
    from tui.shell import engines

    engine: Engine = getattr(engines.here(), way)(where)
    return engine


@cli.command(
    epilog=examples(
        "makemore-tui attach",
        "makemore-tui attach a3f --readonly",
        "makemore-tui attach ssh://box/a3f",
    )
)
@click.argument("run", metavar="[RUN]", required=False)
@look_options
def attach(run: str | None, **options: Any) -> NoReturn:  # noqa: ANN401
    """Open the app on an engine that makemore-tui serve has started.

    RUN is the id of its run, as makemore-tui ps lists it, or how that begins; the folder of the
    run; or ssh://[user@]box[:port]/RUN on another machine. It may be left out where only one
    engine runs. Leaving the app leaves the engine as it is.
    """
    asks_colours = _begin()
    from tui import start
    from tui.options import Options
    from tui.shell import engines

    looks = _looks(options, _config())
    is_readonly = looks["is_readonly"]
    engine = engines.attach(run, is_readonly=is_readonly)
    start.run(
        Options(
            asks_colours=asks_colours,
            is_attached=True,
            ways=engines.ways(run, is_readonly=is_readonly),
            **looks,
        ),
        engine,
    )


def _begin() -> bool:
    """See to the terminal, and to a quick start; whether the number of colours is a guess."""
    _check_terminal()
    # All that is made while the program starts stays: to look it through again and again for
    # garbage takes a tenth of the time to the first frame. The app turns this on again.
    gc.disable()
    asks_colours = is_guess(os.environ)
    settle(os.environ)
    return asks_colours


def _config() -> config.Config:
    from tui.commands import BY_ID
    from tui.keymap import complaint

    return config.read(commands=BY_ID, complaint=complaint)


def _looks(options: dict[str, Any], chosen: config.Config) -> dict[str, Any]:
    """Say how the app is to look: as given, or else as the config file has it."""
    _settle_symbols(options["ascii"], chosen.ascii)
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
        }
    )


def _settle_symbols(*wishes: bool | None) -> None:
    """Settle whether there is only ASCII: as the first wish has it, or by the locale.

    A browser has all symbols, whatever the locale of the machine that serves it.
    """
    wish = next((wish for wish in wishes if wish is not None), None)
    is_web = os.environ.get("TEXTUAL_DRIVER") == WEB_DRIVER
    has_ascii = is_ascii(os.environ) and not is_web if wish is None else wish
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
        raise Refusal(f"There is no view “{shown}”; choose from {', '.join(names)}.")
    return name


def _chapter(name: str) -> str:
    from engine.lab import chapter

    return chapter(name).name


def _check_terminal() -> None:
    """Refuse to open the app where it could not be seen or could not be left."""
    if os.environ.get("TEXTUAL_DRIVER") == WEB_DRIVER:
        return  # The terminal is in a browser, and at the other end of two pipes.
    instead = "use a command that needs no screen, such as makemore-tui train --steps 1000"
    for name, stream in (("input", sys.stdin), ("error output", sys.stderr)):
        if stream is None or not stream.isatty():
            raise Refusal(f"The app needs a terminal, and standard {name} is not one; {instead}.")
    if os.name == "posix" and os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        shown = printable(os.environ.get("TERM", "")) or "not set"
        raise Refusal(f"The app cannot draw on this terminal (TERM is {shown}); {instead}.")
