"""What the program says of itself is spelled in one way, and one thing has one name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from engine.lab import chapters
from engine.protocol import SETTINGS
from tui import palette
from tui.cli import cli
from tui.commands import BY_ID
from tui.screens import explaining
from tui.shell.verbs import verbs
from tui.state.views import VIEWS
from tui.text.glossary import WORDS

BANNED = re.compile(
    r"\b(\w+[^s\W]iz(?:ation|ing|ed|es)|\w+[^sr\W]ize|colors?|gray|learned|excess|behavior"
    r"|center\w*|favor\w*|neighbor\w*|hyperparameters?|train(?:ing)? set)\b",
    re.IGNORECASE,
)
"""Spellings of another country, and names that a thing does not have here."""

NAMES = frozenset(("regularization",))
"""What a setting and its option are called."""


def told(command: click.Command) -> Iterator[str]:
    """What the command line says in its help."""
    yield command.help or ""
    for parameter in command.params:
        yield getattr(parameter, "help", "") or ""
    for below in getattr(command, "commands", {}).values():
        yield from told(below)


def texts() -> Iterator[str]:
    """All that is written for people, but for single lines on the screen."""
    for each in chapters():
        yield from (each.title, each.text, each.question, each.answer)
    for setting in SETTINGS.values():
        yield from (setting.label, setting.long, setting.help, setting.hint)
    for command in BY_ID.values():
        yield from (command.label, command.help)
    for view in VIEWS.values():
        yield from (view.title, view.help)
    yield explaining.introduction({}).text
    for word in WORDS:
        yield word.sentence
    tables = (palette.RAMP_HELP, palette.SPLIT_HELP, palette.NETWORK_HELP, palette.OPTIMIZER_HELP)
    for table in tables:
        yield from table.values()
    for group in (cli, verbs):
        yield from told(group)


def test_one_spelling_and_one_name() -> None:
    found = {(word.lower(), text) for text in texts() for word in BANNED.findall(text)}
    assert {(word, text) for word, text in found if word not in NAMES} == set()


def test_other_spellings_are_found_out() -> None:
    text = "Normalized, it optimizes a color: the size of a prize is learned by centering."
    assert BANNED.findall(text) == ["Normalized", "optimizes", "color", "learned", "centering"]
