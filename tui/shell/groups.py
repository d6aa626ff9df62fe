"""Commands by name, and what is said of a name that none of them has."""

from __future__ import annotations

from collections.abc import Sequence

import click

from tui.shell.arguments import data_meant


class Guessing(click.Group):
    """Says, where there is no such command, which may have been meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was asked for; if there is none, say what may have been meant."""
        name = args[0]
        is_known = name.startswith("-") or self.get_command(ctx, name) is not None
        if not is_known and not ctx.resilient_parsing:
            meant = data_meant(name) or alike(name, self.list_commands(ctx))
            raise click.UsageError(f"No such command '{name}'{meant}", ctx)
        return super().resolve_command(ctx, args)


def alike(name: str, names: Sequence[str]) -> str:
    """Say which of some names may have been meant; empty if none is like it."""
    # Only here: nobody who types well should wait for it.
    import difflib

    found = difflib.get_close_matches(name, names, 1)
    return f" (did you mean '{found[0]}'?)" if found else ""
