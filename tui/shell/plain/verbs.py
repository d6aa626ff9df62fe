"""What lines can say: the commands of the command line, and those that need a session."""

from __future__ import annotations

import copy
import math
from dataclasses import fields
from typing import Any

import click

from engine import parse, printable
from engine.protocol import (
    SETTINGS,
    CheckpointSaved,
    Configure,
    LoadDataset,
    Refusal,
    Reset,
    RunStarted,
    Save,
    Settings,
    Snapshot,
    Undo,
    Undone,
    flag,
)
from engine.text.alike import meant
from engine.text.numbers import number
from tui.places import check_place
from tui.shell import output, running
from tui.shell.arguments import dev_option, examples, json_option, test_option
from tui.shell.complaints import MEANT
from tui.shell.groups import Guessing
from tui.shell.hand import Hand
from tui.shell.verbs import verbs
from tui.text import glossary

ELSEWHERE = ("serve", "bridge", "web")
"""Commands that make a process of their own of the one they are called in."""

PROGRAM = "makemore-tui"

NAMES = {
    flag(f.name).removeprefix("--"): f.name
    for f in fields(Settings)
    if SETTINGS[f.name].moves_weights
}
"""Settings of a run, by the names that their options have."""

OF_A_LINE = ("smoothing", "number", "sampler", "temperature", "prefix", "discount", "strength")
"""What is no setting of a run, but an option of `sample`."""


class Over(Exception):
    """The session is to end."""


class Lines(Guessing):
    """All that a line can say."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in order."""
        others = [name for name in verbs.list_commands(ctx) if name not in ELSEWHERE]
        return sorted([*super().list_commands(ctx), *others])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, if there is one; its examples as they are typed here."""
        if (own := super().get_command(ctx, cmd_name)) is not None:
            return own
        found = None if cmd_name in ELSEWHERE else verbs.get_command(ctx, cmd_name)
        if found is not None and found.epilog:
            found = copy.copy(found)
            found.epilog = str(found.epilog).replace(f"  {PROGRAM} ", "  ")
        return found

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say what a line is."""
        formatter.write_usage("", "COMMAND [OPTIONS] [ARGUMENTS]", prefix="A line is: ")


lines = Lines(
    help="One session: every command works on its words and on its run, under the settings of the "
    "run but for those given with it. Ctrl+c stops a command, ctrl+d ends the session. What is "
    "kept goes on with --run.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples("train 100", "sample 5", "score emma", "help train"),
    add_help_option=False,
)
"""All of it."""


@lines.command(epilog=examples("help train"))
@click.argument("name", metavar="[COMMAND]", required=False)
@click.pass_context
def help(context: click.Context, name: str | None) -> None:
    """Say what a line can say, or what a command takes."""
    above = context.parent
    assert above is not None
    if name is None:
        output.say(lines.get_help(above))
        return
    command = lines.get_command(above, name)
    if command is None:
        guess = meant(name, lines.list_commands(above))
        raise Refusal(f"There is no command “{printable(name)[:40]}”{guess}; help lists them.")
    with click.Context(command, info_name=name, parent=above) as inner:
        output.say(command.get_help(inner))


@lines.command(epilog=examples("explain gap", "explain"))
@click.argument("words", metavar="[WORD]", nargs=-1)
def explain(words: tuple[str, ...]) -> None:
    """Say what a word means that stands among the figures; without one, which there are."""
    if not words:
        output.say_prose(f"Words: {', '.join(word.name for word in glossary.WORDS)}.")
        return
    name = " ".join(words)
    known = {each.lower(): word for each, word in reversed(glossary.BY_NAME.items())}
    word = glossary.named(name) or known.get(name.lower())
    if word is None:
        raise Refusal(
            f"“{printable(name)[:40]}” is none of the words{meant(name, known)}; "
            "explain lists them."
        )
    output.say_prose(f"{word.name}: {word.sentence}")
    if word.formula:
        output.say_prose(f"  {word.formula}")
    if word.chapter:
        from engine.lab import chapter

        output.say(f"  lab {chapter(word.chapter).number} is about it.")


@lines.command()
def quit() -> None:
    """End the session; its run is kept."""
    raise Over


@lines.command("exit", hidden=True)
def leave() -> None:
    """The same."""
    raise Over


@lines.command(
    "set",
    epilog=examples("set learning-rate 10", "set order 3", "set"),
    # A number below zero is refused for what it is.
    context_settings={"ignore_unknown_options": True},
)
@click.argument("name", required=False)
@click.argument("value", required=False)
@click.pass_obj
def change(hand: Hand, name: str | None, value: str | None) -> None:
    """Change a setting of the run, or say what it is; without a name, all of them."""
    settings = hand.snapshot.settings
    if name is None:
        rows = [(each, _value(settings, field)) for each, field in NAMES.items()]
        output.say("\n".join(f"{each} {shown}" for each, shown in rows))
        return
    field = NAMES.get(name.replace("_", "-"))
    if field is None:
        raise Refusal(_no_setting(name))
    if value is None:
        output.say(f"{name} {_value(settings, field)}. {SETTINGS[field].help}")
        return
    anew: dict[str, Any] = {field: parse(field, value)}
    changed = hand.configure(Configure(**anew))
    assert changed is not None
    output.say(f"{name} {_value(changed.settings, field)}")
    if field in changed.at_next_reset:
        output.say(running.waiting((field,)))


def _no_setting(name: str) -> str:
    """Say that there is no such setting: which was meant, or where what is meant is given."""
    usual = MEANT.get(f"--{name.lower()}", name).removeprefix("--")
    if usual in OF_A_LINE:
        return f"{usual} is not of the run; give it with a line, as in sample --{usual}."
    guess = f" (did you mean '{usual}'?)" if usual in NAMES else meant(name, NAMES)
    shown = printable(name)[:40]
    return f"There is no setting “{shown}”{guess}; settings are {', '.join(NAMES)}."


def _value(settings: Settings, field: str) -> str:
    value = getattr(settings, field)
    return number(value) if isinstance(value, float) else str(value)


@lines.command()
@click.pass_obj
def reset(hand: Hand) -> None:
    """Put the run away, and begin another one with new initial weights."""
    _begun(hand, Reset())


@lines.command()
@click.pass_obj
def undo(hand: Hand) -> None:
    """Take back the last change of a setting, or the reset that put the run before away."""
    _begun(hand, Undo())


def _begun(hand: Hand, command: Reset | Undo) -> None:
    for event in hand.client.ask(command):
        if isinstance(event, RunStarted):
            output.say(f"The run in hand is at step {event.step:,}.")
        elif isinstance(event, Undone):
            for name, field in NAMES.items():
                if getattr(event.settings, field) is not None:
                    output.say(f"{name} {_value(hand.snapshot.settings, field)}")


@lines.command(epilog=examples("data cities.txt", "data"))
@dev_option
@test_option
@click.argument("path", metavar="[FILE]", required=False)
@click.pass_obj
def data(hand: Hand, path: str | None, dev: str | None, test: str | None) -> None:
    """Say what the words are, or read others in their place; the run is put away then."""
    if path is not None:
        loaded = hand.load(LoadDataset(path, dev, test))
        if loaded.report.hint:
            output.warn(loaded.report.hint)
    elif dev is not None or test is not None:
        raise Refusal("--dev and --test go with a FILE of train; name it, too.")
    output.say_prose(words_of(hand))


@lines.command()
@click.argument("path", metavar="FILE")
@click.pass_obj
def save(hand: Hand, path: str) -> None:
    """Write the run to a checkpoint."""
    check_place(path)
    for event in hand.client.ask(Save(path)):
        if isinstance(event, CheckpointSaved):
            output.say(f"Saved to {printable(path)}")


@lines.command()
@json_option
@click.pass_obj
def status(hand: Hand, as_json: bool) -> None:
    """Say what the session stands at: words, run, step, losses, settings."""
    now = hand.snapshot
    if as_json:
        output.say_json(_json(hand, now))
        return
    output.say_prose(words_of(hand))
    if not now.newest:
        output.say_prose("No step has been taken.")
    else:
        kept = f", kept as {printable(now.place)}" if now.place else ""
        output.say_prose(f"Step {now.step:,} of run {now.id}{kept}, on {now.device}.")
        said = (f"{name} {output.figure(loss, 6)}" for name, loss in _losses(now).items())
        output.say_prose(", ".join(said) + ".")
    rows = (f"{each} {_value(now.settings, field)}" for each, field in NAMES.items())
    output.say_prose(", ".join(rows) + ".")
    output.say_prose(f"sample and score take the model {hand.model} unless told otherwise.")


def words_of(hand: Hand) -> str:
    """Say what the words of a session are."""
    assert hand.loaded is not None
    report = hand.loaded.report
    return (
        f"{report.source}: {report.words:,} {report.unit}, {report.symbols:,} symbols, "
        f"{report.bigrams:,} bigrams, entropy floor {number(report.floor, '.6f')}."
    )


def _losses(now: Snapshot) -> dict[str, float]:
    """The losses that there are, in nats, by name."""
    losses = {"loss": now.data_loss, "total": now.loss, "dev loss": now.dev_loss, "gap": now.gap}
    return {name: loss for name, loss in losses.items() if not math.isnan(loss)}


def _losses_json(now: Snapshot) -> dict[str, float]:
    """The same for programs: what is called `loss` elsewhere is data_loss here, and always was."""
    names = ("loss", "data_loss", "dev_loss", "gap")
    losses = {name: getattr(now, name) for name in names} | {"total_loss": now.loss}
    return {name: loss for name, loss in losses.items() if not math.isnan(loss)}


def _json(hand: Hand, now: Snapshot) -> dict[str, object]:
    assert hand.loaded is not None
    report = hand.loaded.report
    words = ("source", "words", "symbols", "bigrams", "floor")
    return {
        "data": {name: getattr(report, name) for name in words},
        "run": now.id or None,
        "step": now.step,
        "device": now.device,
        "losses": _losses_json(now),
        "settings": {each: getattr(now.settings, field) for each, field in NAMES.items()},
        "model": hand.model,
    }
