"""What is said of a command that came to nothing: one sentence, and how its process ends."""

from __future__ import annotations

import os
import re
from contextlib import suppress

import click

from engine import printable
from engine.protocol import Refusal, Unusable
from engine.text.alike import close
from tui.shell.arguments import data_meant

NAME = "makemore-tui"

MEANT = {
    "--lr": "--learning-rate",
    "--rate": "--learning-rate",
    "--reg": "--regularization",
    "--path": "--gradient",
    "--chapter": "--lab",
    "--words": "--data",
    "--names": "--number",
    "--temp": "--temperature",
}
"""Options by the names that the screen, or other programs, have for them."""

OF_TEXT = ("--text", "--whole")
"""Options of `count` that others are looked for under: what counts running text."""

EXPECTED = (Refusal, click.ClickException, OSError)
"""What may come of a command that is well written; anything else is a fault of the program's."""


def complain(error: Exception, by: str = f"{NAME}: ") -> int:
    """Say what went wrong, and give the exit code: 2 for bad usage or input, otherwise 1.

    Args:
        error: what has been raised.
        by: who says it, where that is not plain.
    """
    if isinstance(error, Unusable):
        from tui import storage

        # What broke is not ours: where it broke is for whoever mends it.
        _say(f"{by}{error} {storage.write_report(error)}")
        return 1
    if isinstance(error, OSError):
        _say(by + _trouble(error))
        return 1
    _say(by + _sentence(error))
    return 2


def _sentence(error: Exception) -> str:
    if not isinstance(error, click.UsageError):
        return str(error)
    where = error.ctx.command_path if error.ctx else NAME
    unknown = error.option_name if isinstance(error, click.NoSuchOption) else ""
    if _has(error, name := MEANT.get(unknown, "")):
        return f"There is no option {unknown} (did you mean {name}?); see {where} --help."
    if unknown in OF_TEXT and _has(error, "--counts"):
        return (
            f"There is no option {unknown} here: {NAME} count FILE {unknown} "
            f"--save table.st counts running text, and --counts table.st takes that; see {where} "
            "--help."
        )
    if isinstance(error, click.NoSuchOption):
        # What all options begin with makes none of them like another.
        names = {name.lstrip("-"): name for name in error.possibilities or ()}
        bare = error.option_name.lstrip("-")
        likely = [names[each] for each in close(bare, names)]
        error = click.NoSuchOption(error.option_name, error.message, likely, error.ctx)
    # click puts its suggestion in a sentence of its own, worded by how many there are.
    text = re.sub(
        r"\.? \(?Did you mean (.*?)\?\)?$", r" (did you mean \1?)", error.format_message()
    )
    if extra := re.search(r"unexpected extra arguments? \((\S+)\)", text):
        text = text.rstrip(".") + data_meant(extra[1])
    return f"{text.rstrip('.')}; see {f'{where} --help' if where else 'help'}."


def _has(error: click.UsageError, option: str) -> bool:
    """Whether what was called has an option."""
    params = error.ctx.command.params if error.ctx else []
    return any(option in param.opts for param in params)


def _trouble(error: OSError) -> str:
    """Say what the system could not do: what is opened by name bears it, what is written does not.

    What is read is refused where it is read.
    """
    reason = error.strerror or str(error)
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)} cannot be opened: {reason}."
    return f"The output cannot be written: {reason}."


def _say(sentence: str) -> None:
    with suppress(OSError):
        click.echo(printable(sentence), err=True)
