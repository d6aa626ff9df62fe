"""The command that shows the app in a browser."""

from __future__ import annotations

import click

from engine import printable
from engine.protocol import Refusal
from tui.shell.arguments import NOT_RECORDED, examples

PORT = 8027
"""The usual one: 27 symbols, and not the one that all others take."""


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog=examples(
        "makemore-tui web",
        "makemore-tui web --port 9000 --data cities.txt --speed max",
        "makemore-tui web attach a3f",
    ),
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    metavar="N",
    help="Where the browser finds it.",
)
@click.option(
    "--expose-to-everyone",
    "address",
    metavar="ADDRESS",
    help="DANGEROUS: not on this machine alone, but for all who reach this address of it.",
)
@click.argument("arguments", metavar="[ARGUMENT]...", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def web(context: click.Context, port: int, address: str | None, arguments: tuple[str, ...]) -> None:
    """Show the app in a browser, on this machine alone.

    Each tab is an app of its own, started with the ARGUMENTs, which are those of the app or of
    attach; with attach, all tabs look at one engine. Who closes a tab ends its app, which keeps
    its run. From another machine, ssh brings it there: the line is printed.

    Needs textual-serve: pip install 'makemore-tui[web]'
    """
    _check(context.find_root().command, arguments)
    # Servers and sockets: what other commands need not wait for.
    from tui.shell import page

    page.serve(arguments, port, address)


def _check(app: click.Command, arguments: tuple[str, ...]) -> None:
    """Refuse here, and not in a tab, what the app cannot be started with."""
    parsed = app.make_context("makemore-tui", list(arguments))
    _, rest, _ = app.make_parser(parsed).parse_args(list(arguments))
    if rest and rest[0] != "attach":
        shown = printable(rest[0])[:40]
        raise Refusal(f"“{shown}” needs no screen, and web shows the app; leave it out.")
    if parsed.params["cast"] is not None or "--record" in rest:
        raise Refusal(NOT_RECORDED)
