"""Runs a command of the command line, and says what its errors look like."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from engine.protocol import Refusal
from tui.cli import COMPLETE, cli
from tui.shell.complaints import NAME, complain
from tui.text.ascii import tolerate_any_symbol


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 2 for bad usage or input, said in one sentence."""
    tolerate_any_symbol()
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except (Refusal, click.ClickException) as error:
        return complain(error)
    except (KeyboardInterrupt, click.Abort):
        return 130
    except BrokenPipeError:
        # The reader went away, as `head` does when it has seen enough: not an error.
        _mute()
        return 0
    except OSError as error:
        _mute()
        return complain(error)


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


def _mute() -> None:
    """Send what is still to be written nowhere, so that leaving does not fail once more."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
