"""Commands by name, and what is said of a name that none of them has."""

from __future__ import annotations

import click

from engine.text.alike import meant
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
            guess = data_meant(name) or meant(name, self.list_commands(ctx))
            raise click.UsageError(f"No such command '{name}'{guess}", ctx)
        return super().resolve_command(ctx, args)
