"""Runs a command of the command line, and says what its errors look like."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from engine import printable
from engine.protocol import Refusal, Unusable
from tui.cli import cli
from tui.shell.arguments import data_meant
from tui.text.ascii import tolerate_any_symbol

NAME = "makemore-tui"

COMPLETE = "_MAKEMORE_TUI_COMPLETE"
"""Variable in which a shell asks what a command line may go on with, by click's convention."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 2 for bad usage or input, said in one sentence."""
    tolerate_any_symbol()
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except Unusable as error:
        from tui import storage

        # What broke is not ours: where it broke is for whoever mends it.
        _complain(f"{error} {storage.write_report(error)}")
        return 1
    except (Refusal, click.ClickException) as error:
        _complain(_sentence(error))
        return 2
    except (KeyboardInterrupt, click.Abort):
        return 130
    except BrokenPipeError:
        # The reader went away, as `head` does when it has seen enough: not an error.
        _mute()
        return 0
    except OSError as error:
        _mute()
        _complain(_trouble(error))
        return 1


def _run(arguments: list[str]) -> int:
    """Parse and run, without click's own handling of errors, which would print several lines."""
    if instruction := os.environ.get(COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, NAME, COMPLETE, instruction)
    try:
        with cli.make_context(NAME, arguments) as context:
            return int(cli.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code


def _sentence(error: Refusal | click.ClickException) -> str:
    if not isinstance(error, click.UsageError):
        return str(error)
    where = error.ctx.command_path if error.ctx else NAME
    # click puts its suggestion in a sentence of its own, worded by how many there are.
    text = re.sub(
        r"\.? \(?Did you mean (.*?)\?\)?$", r" (did you mean \1?)", error.format_message()
    )
    if extra := re.search(r"unexpected extra arguments? \((\S+)\)", text):
        text = text.rstrip(".") + data_meant(extra[1])
    return f"{text.rstrip('.')}; see {where} --help."


def _trouble(error: OSError) -> str:
    """Say what the system could not do: what is opened by name bears it, what is written does not.

    What is read is refused where it is read.
    """
    reason = error.strerror or str(error)
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)} cannot be opened: {reason}."
    return f"The output cannot be written: {reason}."


def _complain(sentence: str) -> None:
    with suppress(OSError):
        click.echo(f"{NAME}: {printable(sentence)}", err=True)


def _mute() -> None:
    """Send what is still to be written nowhere, so that leaving does not fail once more."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
