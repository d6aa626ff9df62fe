"""What a shell may complete a command line with: asked anew at each tab, so nothing is heavy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from engine.protocol import SETTINGS
from tui import storage
from tui.colours.palettes import RAMPS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SHELLS = ("bash", "zsh", "fish")

THEMES = (
    "ansi-dark", "ansi-light", "atom-one-dark", "atom-one-light", "catppuccin-frappe",
    "catppuccin-latte", "catppuccin-macchiato", "catppuccin-mocha", "dracula", "flexoki", "gruvbox",
    "monokai", "nord", "projector", "rose-pine", "rose-pine-dawn", "rose-pine-moon",
    "solarized-dark", "solarized-light", "textual-dark", "textual-light", "tokyo-night",
)  # fmt: skip
"""Those of `tui.colours.themes`: Textual's, which takes long to import, and our own."""

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def _chapters() -> Iterator[tuple[str, str]]:
    from engine.lab import chapters

    for each in chapters():
        yield each.name, f"{each.number}. {each.title}"


def _views() -> Iterator[tuple[str, str]]:
    from tui.state.views import VIEWS

    for name, view in VIEWS.items():
        if not view.needs_other_run:
            yield name, view.title


def _themes() -> Iterator[tuple[str, str]]:
    for name in THEMES:
        yield name, ""


def _ramps() -> Iterator[tuple[str, str]]:
    for name in RAMPS:
        yield name, ""


def _runs() -> Iterator[tuple[str, str]]:
    """Runs of the runs folder by their ids; what is in them is not read."""
    folder = storage.shelf().folder
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        if os.path.isdir(os.path.join(folder, name)) and not name.startswith("."):
            yield name, ""


KINDS = {
    "chapter": _chapters, "view": _views, "theme": _themes, "ramp": _ramps, "run": _runs,
}  # fmt: skip


def one_of(kind: str) -> Complete:
    """Complete with the names of a kind, and what each is; with files, too, where runs are."""

    def complete(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=told or None)
            for name, told in KINDS[kind]()
            if name.startswith(begun.lower())
        ]
        return found if found or kind != "run" else [CompletionItem(begun, type="file")]

    return complete


def file(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Complete with files, as the shell does."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(begun, type="file")]


def choice(name: str) -> Complete:
    """Complete with what a setting may be, where that is one of a few names."""

    def complete(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        choices = SETTINGS[name].choices if name in SETTINGS else ()
        return [CompletionItem(each) for each in choices if each.startswith(begun)]

    return complete


def script(group: click.Command, program: str, variable: str, shell: str) -> str:
    """Write what a shell is to run once, so that it asks the program from then on."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None
    return made(group, {}, program, variable).source()
