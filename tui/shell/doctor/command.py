"""The command that looks over what the program stands on."""

from __future__ import annotations

import click

from engine.protocol import LoadDataset
from tui.shell.arguments import data_option, examples, json_option


@click.command(epilog=examples("makemore-tui doctor", "makemore-tui doctor --json > report.json"))
@data_option
@json_option
def doctor(data: str | None, as_json: bool) -> int:
    """Look over what the program stands on, and say what to mend.

    The terminal and what it answers, what is installed, what computes, folders, words. There is
    nothing private in it: homes are ~, names of users and machines are left out. Ends with 1 if
    something is bad.
    """
    # Only here: every other command would wait for it.
    from tui.shell.doctor import report

    return report.tell(LoadDataset(data), as_json=as_json)
