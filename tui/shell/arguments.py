"""Options that several commands take, read and checked by the engine."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, TypeVar

import click

from engine import parse
from engine.protocol import SETTINGS, SPLITS, Configure, LoadDataset, Settings, Value, flag
from engine.text.numbers import typed

DEFAULT = Settings()

F = TypeVar("F", bound=Callable[..., object])
R = TypeVar("R")


class Setting(click.ParamType[Value]):
    """A setting, read and checked by the engine, so that it is refused in the same words."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, *_: object) -> Value:  # noqa: ANN401
        """From text; Refusal if it is not what the setting may be."""
        return parse(self.name, str(value))


def setting(
    option: str,
    metavar: str,
    text: str,
    default: str | None = None,
    required: bool = False,
    name: str | None = None,
) -> Callable[[F], F]:
    """Declare an option that is one of the engine's settings, named as in the engine."""
    name = name or option.removeprefix("--").replace("-", "_")
    # To click a default of None is a default, too, with which nothing is ever missing.
    more: dict[str, Any] = {} if default is None else {"default": default, "show_default": True}
    return click.option(
        option, type=Setting(name), metavar=metavar, help=text, required=required, **more
    )


data_option = click.option(
    "--data", metavar="FILE", help="Words, one a line.  [default: 32,257 names]"
)
dev_option = click.option(
    "--dev", metavar="FILE", help="Words of dev; --data is train, and the split files."
)
test_option = click.option("--test", metavar="FILE", help="Words of test; the same.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
checkpoint_option = click.option(
    "--checkpoint", metavar="FILE", help="A network, written by train --save."
)
model_option = setting("--model", "NAME", "A model named above.  [default: counts]")
order_option = setting("--order", "N", "Symbols of an n-gram, 1 to 7.  [default: 2]")
dots_option = setting("--dots", "N", "Boundaries before a word.  [default: order − 1]")
counting_option = setting(
    "--model",
    "NAME",
    "A model named above.  [default: counts]",
    name="counting_model",
)
discount_option = setting(
    "--discount", "D", "Taken off, by absolute and kneser-ney.  [default: 0.75]"
)
strength_option = setting("--strength", "A", "Of the order below, by dirichlet.  [default: 5]")
TEST = "Tell the loss on test: once, after all choices."


def split_option(default: str) -> Callable[[F], F]:
    """Declare the option for how words are parted."""
    text = f"{', '.join(SPLITS)}, or 0.8,0.1,0.1@SEED.  [default: {default}]"
    return click.option("--split", metavar="NAME", help=text)


def files_options(function: F) -> F:
    """Add the options that name the files of words."""
    return data_option(dev_option(test_option(function)))


def words_option(function: Callable[..., R]) -> Callable[..., R]:
    """Add the options that name the files of words; the command gets what reads them."""

    @files_options
    @wraps(function)
    def command(data: str | None, dev: str | None, test: str | None, **options: Any) -> R:  # noqa: ANN401
        return function(LoadDataset(data, dev, test), **options)

    return command


def named(words: LoadDataset) -> str:
    """Write the options that name these words, for a shell."""
    names = {"--data": words.path, "--dev": words.dev, "--test": words.test}
    given = (f"{name} {shlex.quote(path)} " for name, path in names.items() if path is not None)
    return "".join(given)


def ngram_options(function: F) -> F:
    """Add the options that say what a counting model is made of."""
    options = [order_option, dots_option, split_option("none"), discount_option, strength_option]
    for option in reversed(options):
        function = option(function)
    return function


def run_setting(name: str) -> Callable[[F], F]:
    """Declare the option for a setting of a run, as the table has it."""
    row, usual = SETTINGS[name], getattr(DEFAULT, name)
    shown = row.usual or (typed(usual) if isinstance(usual, float) else usual)
    metavar = row.metavar or "|".join(row.choices)
    text = f"{row.help}  [default: {shown}]"
    return click.option(flag(name), name, type=Setting(name), metavar=metavar, help=text)


device_option = run_setting("device")


def data_meant(name: str) -> str:
    """Say that a file of words goes with an option, if a name looks like one."""
    is_file = os.path.sep in name or "." in name or os.path.exists(name)
    return f" (did you mean --data {shlex.quote(name)}?)" if is_file else ""


def run_options(function: F) -> F:
    """Add the options that make a training run; those left out are not given to the engine."""
    names = [f.name for f in fields(Settings) if SETTINGS[f.name].moves_weights]
    options = [run_setting(name) for name in names]
    resume = click.option(
        "--resume", metavar="FILE", help="Go on from a checkpoint and its settings."
    )
    for option in reversed([*options, resume]):
        function = option(function)
    return function


def given(options: dict[str, Any]) -> Configure:
    """Those settings that were given, as a command to the engine."""
    return Configure(**{f.name: options[f.name] for f in fields(Configure) if f.name in options})


def examples(*lines: str) -> str:
    """Lay examples out for the end of a help text; the first letter keeps click from wrapping."""
    title = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", title, *(f"  {line}" for line in lines)])
