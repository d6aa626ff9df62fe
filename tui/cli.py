"""The command line: what each command is called, takes and means.

Importing this, and asking for help or the version, imports neither torch nor textual nor plotext.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from engine import printable
from engine.protocol import Refusal, flag
from engine.text.numbers import typed
from tui import config
from tui.colours.depth import is_guess, settle
from tui.options import START_SPEED
from tui.shell.arguments import (
    DEFAULT,
    NOT_RECORDED,
    WHICH,
    examples,
    files_given,
    files_options,
    given,
    run_options,
    setting,
    which,
    words_of,
)
from tui.shell.complaints import NAME
from tui.shell.completing import SHELLS, one_of, script
from tui.shell.groups import Guessing
from tui.shell.looks import LOOKS, is_in_browser, look_options, looks, settle_symbols
from tui.terminal import garbage

if TYPE_CHECKING:
    from engine import Engine
    from tui.demo.script import Script
    from tui.options import Options

NAMED = ("data", "dev", "test", "counts")
"""Options that name files."""

COMPLETE = "_MAKEMORE_TUI_COMPLETE"
"""Variable in which a shell asks what a command line may go on with, by click's convention."""

FILED_ALONE = ("keep_runs", "keep_megabytes")
"""What only the config file holds."""


def _print_version(context: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if is_wanted and not context.resilient_parsing:
        from importlib import metadata

        from tui.shell import output

        try:
            output.say(f"makemore-tui {metadata.version('makemore-tui')}")
        except metadata.PackageNotFoundError:
            output.say("makemore-tui, run from its source without being installed")
        context.exit()


class Lazy(Guessing):
    """Imports the commands that need no screen when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in order."""
        from tui.shell.verbs import verbs

        return sorted([*super().list_commands(ctx), *verbs.list_commands(ctx)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, if there is one."""
        from tui.shell.verbs import verbs

        return super().get_command(ctx, cmd_name) or verbs.get_command(ctx, cmd_name)


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "makemore-tui                      32,257 names, ready to be trained on",
        "makemore-tui --data cities.txt    words of your own, one a line",
        "makemore-tui train 1000           the same engine without a screen",
        "makemore-tui --plain              a session of typed commands, for screen readers",
    ),
)
@files_options
@run_options
@setting("--speed", "N|max", f"Steps a second.  [default: {typed(START_SPEED)}]")
@setting("--smoothing", "K", f"Added to every count.  [default: {typed(DEFAULT.smoothing)}]")
@look_options
@click.option("--plain", is_flag=True, default=None, help="No screen: lines typed, or piped in.")
@click.option(
    "--demo",
    metavar="[FILE]",
    is_flag=False,
    flag_value="",
    help="Play by itself: a tour of the program, or the keys of a file.",
)
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
        is_plain = options.pop("plain")
        return _open_plain(options) if is_plain else _open_app(options)
    if options.pop("plain"):
        raise Refusal(
            "--plain opens a session, in which commands are lines; leave "
            f"{context.invoked_subcommand} out, or leave out --plain."
        )
    if misplaced := [name for name, value in options.items() if value is not None]:
        raise Refusal(
            f"{flag(misplaced[0])} stands before {context.invoked_subcommand}; put it after it."
        )
    return 0


def _open_app(options: dict[str, Any]) -> NoReturn:
    script = None if options["demo"] is None else _script(options)
    asks_colours = _begin(options)
    from tui.options import Ways
    from tui.start import run

    # The keys of a demo are the usual ones.
    chosen = _config() if script is None else config.Config(config.config_path())
    appearance = looks(options, chosen)
    opening = replace(_started(options, chosen), asks_colours=asks_colours, **appearance)
    if script is not None:
        run(replace(opening, is_kept=False), script=script)
    ways = Ways(*(partial(_go, name) for name in ("detach", "revive", "rejoin")))
    run(replace(opening, ways=ways))


def _open_plain(options: dict[str, Any]) -> int:
    """Open the same session without a screen."""
    of_screen = (*LOOKS, "mouse", "present", "tour", "show_keys", "demo", "speed")
    if named := [flag(name) for name in of_screen if options[name] is not None]:
        raise Refusal(f"{named[0]} is of the screen, and --plain has none; leave it out.")
    if options["cast"] is not None:
        raise Refusal("--record is of the screen, and --plain has none; leave it out.")
    if options["smoothing"] is not None:
        raise Refusal("With --plain, --smoothing goes with a line, as in sample --smoothing 2.")
    if options["readonly"]:
        raise Refusal("--plain trains, and --readonly changes nothing; leave one of them out.")
    from tui.shell.plain import lines

    chosen = config.read()
    settle_symbols(options["ascii"], chosen.ascii)
    return lines.run(_started(options, chosen))


def _started(options: dict[str, Any], chosen: config.Config) -> Options:
    """Say what the session is to begin with: words, settings, a run."""
    from tui.options import Options

    anew = given(options)
    wanted = which(options, anew)
    if options["readonly"] and wanted.place:
        raise Refusal(
            f"--readonly keeps no run, and {printable(wanted.place)} holds none to look at; "
            "leave one of them out."
        )
    words = files_given(**{name: options[name] for name in NAMED})
    words = words_of(words, wanted, chosen.data)
    asked = {n: path for n in ("dev", "test") if (path := getattr(words, n)) is not None}
    filed = {name: v for name in FILED_ALONE if (v := getattr(chosen, name)) is not None}
    return Options(
        data=words.path,
        given=anew,
        resume=wanted.run,
        place=wanted.place,
        start=chosen.start,
        **asked | filed,
    )


def _script(options: dict[str, Any]) -> Script:
    """Read what a demo plays; refuse what would have it touch a run, or keep it from training."""
    from tui.demo.script import read

    clashing = (*WHICH, "readonly")
    if named := [name for name in clashing if options[name] is not None]:
        raise Refusal(
            f"--demo trains a run of its own, which is not kept; leave {flag(named[0])} out."
        )
    return read(options["demo"])


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
@click.argument("run", metavar="[RUN]", required=False, shell_complete=one_of("run"))
@look_options
def attach(run: str | None, **options: Any) -> NoReturn:  # noqa: ANN401
    """Open the app on an engine that makemore-tui serve has started.

    RUN is the id of its run, as makemore-tui ps lists it, or how that begins; the folder of the
    run; or ssh://[user@]box[:port]/RUN on another machine. It may be left out where only one
    engine runs. Leaving the app leaves the engine as it is.
    """
    asks_colours = _begin(options)
    from tui import start
    from tui.options import Options
    from tui.shell import engines

    appearance = looks(options, _config())
    is_readonly = appearance["is_readonly"]
    engine = engines.attach(run, is_readonly=is_readonly)
    start.run(
        Options(
            asks_colours=asks_colours,
            is_attached=True,
            ways=engines.ways(run, is_readonly=is_readonly),
            **appearance,
        ),
        engine,
    )


@cli.command(
    epilog=examples(
        'eval "$(makemore-tui completion bash)"       in ~/.bashrc',
        'eval "$(makemore-tui completion zsh)"        in ~/.zshrc, after compinit',
        "makemore-tui completion fish | source        in ~/.config/fish/config.fish",
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> int:
    """Print what a shell needs to complete commands, options, chapters, themes, views and runs."""
    from tui.shell import output

    output.say(script(cli, NAME, COMPLETE, shell))
    return 0


def _begin(options: dict[str, Any]) -> bool:
    """See to the terminal, and to a quick start; whether the number of colours is a guess."""
    _check_terminal()
    if options["cast"] is not None and is_in_browser():
        raise Refusal(NOT_RECORDED)
    garbage.put_off()
    asks_colours = is_guess(os.environ)
    settle(os.environ)
    return asks_colours


def _config() -> config.Config:
    from tui.commands import BY_ID
    from tui.keymap import complaint

    return config.read(commands=BY_ID, complaint=complaint)


def _check_terminal() -> None:
    """Refuse to open the app where it could not be seen or could not be left."""
    if is_in_browser():
        return  # The terminal is in a browser, and at the other end of two pipes.
    instead = (
        "makemore-tui --plain takes the commands as lines, and one alone needs no screen, such as "
        "makemore-tui train 1000"
    )
    for name, stream in (("input", sys.stdin), ("error output", sys.stderr)):
        if stream is None or not stream.isatty():
            raise Refusal(f"The app needs a terminal, and standard {name} is not one; {instead}.")
    if os.name == "posix" and os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        shown = printable(os.environ.get("TERM", "")) or "not set"
        raise Refusal(f"The app cannot draw on this terminal (TERM is {shown}); {instead}.")
