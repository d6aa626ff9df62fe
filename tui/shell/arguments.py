"""Options that several commands take, read and checked by the engine."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, replace
from functools import wraps
from typing import Any, TypeVar

import click

from engine import check_table, is_table, parse, printable, record
from engine.protocol import (
    LATEST,
    SETTINGS,
    SPLITS,
    Change,
    Configure,
    LoadDataset,
    Refusal,
    Settings,
    Value,
    flag,
)
from engine.text.numbers import typed
from tui import storage
from tui.shell.completing import choice, file, one_of

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
        option,
        type=Setting(name),
        metavar=metavar,
        help=text,
        required=required,
        shell_complete=choice(name),
        **more,
    )


def _file(option: str, text: str, metavar: str = "FILE") -> Callable[[F], F]:
    """Declare an option that names a file."""
    return click.option(option, metavar=metavar, shell_complete=file, help=text)


data_option = _file("--data", "Words, one a line.  [default: 32,257 names]")
dev_option = _file("--dev", "Words of dev; --data is train, and the split files.")
counts_option = _file("--counts", "Counts of words, kept by count --save, in their place.", "TABLE")
test_option = _file("--test", "Words of test; the same.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
checkpoint_option = click.option(
    "--checkpoint",
    metavar="RUN",
    shell_complete=one_of("run"),
    help="A network: a run's id, folder, or a file of train --save.",
)
step_option = setting("--step", "N", "As it was after this step.", name="steps")
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
NOT_RECORDED = "--record writes down what a terminal shows, and a browser is none; leave it out."
TEST = "Tell the loss on test: once, after all choices."


def split_option(default: str) -> Callable[[F], F]:
    """Declare the option for how words are parted."""
    text = f"{', '.join(SPLITS)}, or 0.8,0.1,0.1@SEED.  [default: {default}]"
    complete = choice("split")
    return click.option("--split", metavar="NAME", shell_complete=complete, help=text)


def files_options(function: F) -> F:
    """Add the options that name the files of words, or of their counts."""
    return data_option(dev_option(test_option(counts_option(function))))


def files_given(
    data: str | None, dev: str | None, test: str | None, counts: str | None
) -> LoadDataset:
    """Say what reads the words, or their counts, of the options that name files.

    Raises:
        Refusal: both are named, or what is to be a table file is none.
    """
    if counts is None:
        return LoadDataset(data, dev, test)
    files = {"data": data, "dev": dev, "test": test}
    if named := [name for name, path in files.items() if path is not None]:
        raise Refusal(
            f"--counts takes the place of words, and {flag(named[0])} names some; give one of them."
        )
    check_table(counts)
    return LoadDataset(counts)


def words_option(function: Callable[..., R]) -> Callable[..., R]:
    """Add the options that name the files of words; the command gets what reads them."""

    @files_options
    @wraps(function)
    def command(
        data: str | None,
        dev: str | None,
        test: str | None,
        counts: str | None,
        **options: Any,  # noqa: ANN401
    ) -> R:
        return function(files_given(data, dev, test, counts), **options)

    return command


def named(words: LoadDataset) -> str:
    """Write the options that name these words, for a shell."""
    data = "--counts" if is_table(words.path) else "--data"
    names = {data: words.path, "--dev": words.dev, "--test": words.test}
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
    return click.option(
        flag(name),
        name,
        type=Setting(name),
        metavar=metavar,
        help=text,
        shell_complete=choice(name),
    )


device_option = run_setting("device")


def data_meant(name: str) -> str:
    """Say that a file of words goes with an option, if a name is one's, or looks like that."""
    if os.path.exists(name):
        return f" (did you mean --data {shlex.quote(name)}?)"
    if os.path.sep in name or "." in name:
        return f" (a file of words goes with --data, and there is no file {name})"
    return ""


STEERING = tuple(f.name for f in fields(Change) if f.name != "step")
"""Settings that may change in the midst of a run."""


@record
class At:
    """Settings to be changed at a step."""

    step: int
    settings: Configure


class AtType(click.ParamType[At]):
    """A step and what is changed there, as 400:learning_rate=5,regularization=0."""

    name = "at"

    def convert(self, value: Any, *context: object) -> At:  # noqa: ANN401
        """From text; Refusal if it is none."""
        if isinstance(value, At):
            return value
        text = str(value)
        step, _, settings = text.partition(":")
        changes: dict[str, Any] = {}
        for each in settings.split(","):
            name, is_given, wanted = each.partition("=")
            name = name.strip().replace("-", "_")
            if name not in STEERING or not is_given:
                raise Refusal(
                    f"--at is a step and settings, such as 400:learning_rate=5, not "
                    f"“{printable(text)[:60]}”; settings are {', '.join(STEERING)}."
                )
            changes[name] = parse(name, wanted)
        return At(int(parse("steps", step)), Configure(**changes))


def at_option(function: F) -> F:
    """Add the option that changes settings at a step; it may be given several times."""
    text = "Change settings at a step: STEP:NAME=VALUE[,NAME=VALUE]; may be repeated."

    def sorted_by_step(_: object, __: object, found: tuple[At, ...]) -> tuple[At, ...]:
        return tuple(sorted(found, key=lambda at: at.step))

    option = click.option(
        "--at", type=AtType(), multiple=True, metavar="CHANGE", help=text, callback=sorted_by_step
    )
    return option(function)


WHICH = ("run", "continue", "resume")
"""Options that say which run is meant."""

WHICH_OPTIONS = (
    click.option("--run", metavar="DIR", help="Folder of the run: made, or gone on with."),
    click.option(
        "--continue", is_flag=True, default=None, help="Go on with the latest run not finished."
    ),
    click.option(
        "--resume",
        metavar="RUN",
        shell_complete=one_of("run"),
        help="Go on with a run: its id, folder or file.",
    ),
)


def run_options(function: F) -> F:
    """Add the options that make a training run; those left out are not given to the engine."""
    names = [f.name for f in fields(Settings) if SETTINGS[f.name].moves_weights]
    options = [run_setting(name) for name in names]
    for option in reversed([*options, *WHICH_OPTIONS]):
        function = option(function)
    return function


@record
class Which:
    """Which run is wanted."""

    run: str | None = None
    """One to go on with: an id, a folder, a file, or `LATEST`; a new one if not given."""
    place: str = ""
    """Folder of a new one; the runs folder has it if not given."""


def which(options: dict[str, Any], given: Configure) -> Which:
    """Say which run is meant by --run, --continue and --resume.

    Args:
        options: of the command line.
        given: settings given with them.

    Raises:
        Refusal: they contradict one another, or what is there is no run.
    """
    from engine import archive

    asked = [name for name in WHICH if options[name] is not None]
    if len(asked) > 1:
        raise Refusal(f"{flag(asked[0])} and {flag(asked[1])} both say which run; give one.")
    if options["resume"] is not None:
        return Which(options["resume"])
    if options["continue"]:
        return Which(LATEST)
    if (run := options["run"]) is None:
        return Which()
    if not os.path.exists(run) and os.path.sep not in run:
        with suppress(Refusal):
            run = archive.find(run, storage.shelf())
    if archive.is_run(run) or os.path.isfile(run):
        for name in ("seed", "init"):
            if getattr(given, name) is not None:
                raise Refusal(
                    f"{flag(name)} draws initial weights, and the run in {printable(run)} has "
                    "begun; leave it out."
                )
        return Which(run)
    if not run or not archive.is_free(run):
        shown = printable(run) or "“”"
        raise Refusal(f"{shown} holds no run, but something else; give an empty or a new folder.")
    return Which(place=os.path.abspath(run))


def words_of(words: LoadDataset, which: Which, usual: str | None = None) -> LoadDataset:
    """Words as given; if none are, those that the run was trained on, if they are there.

    For a new run, for the latest one, and where they are not there, the usual path stands in.
    """
    asked = (words.path, words.dev, words.test)
    words = replace(words, path=usual if words.path is None else words.path)
    if any(file is not None for file in asked) or which.run is None or which.run == LATEST:
        return words
    from engine import archive

    try:
        told = archive.described(archive.find(str(which.run), storage.shelf()))
    except Refusal:
        return words  # It is refused where it is loaded.
    files = (told.words.path, told.words.dev, told.words.test)
    are_there = all(file is None or os.path.isfile(file) for file in files)
    return told.words if told.table_sha256 and are_there else words


def given(options: dict[str, Any]) -> Configure:
    """Those settings that were given, as a command to the engine."""
    return Configure(**{f.name: options[f.name] for f in fields(Configure) if f.name in options})


def examples(*lines: str) -> str:
    """Lay examples out for the end of a help text; the first letter keeps click from wrapping."""
    title = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", title, *(f"  {line}" for line in lines)])
