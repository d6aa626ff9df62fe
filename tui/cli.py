"""The command line: what each command is called, takes and means.

Importing this, and asking for help or the version, imports neither torch nor textual nor plotext.
"""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import asdict
from typing import Any

import click

from engine import Check, measure_steps, printable, verify
from engine.protocol import (
    DeviceName,
    ModelName,
    NamesSampled,
    Refusal,
    Sample,
    SampledName,
    Score,
    Settings,
    WordsScored,
)
from tui import config, headless, output
from tui.arguments import (
    DEFAULT,
    checkpoint_option,
    data_option,
    device_option,
    examples,
    given,
    json_option,
    model_option,
    run_options,
    setting,
)
from tui.depth import settle
from tui.options import START_SPEED
from tui.palettes import ramp_named

FILED = ("data", "theme", "ramp", "fps", "max_bandwidth")
"""Options of the app that the config file may hold, too."""

ASKED = (*FILED, "resume", "view", "lab")
"""Options of the app that are no settings of the engine."""


def _print_version(context: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if is_wanted and not context.resilient_parsing:
        from importlib import metadata

        try:
            output.say(f"makemore-tui {metadata.version('makemore-tui')}")
        except metadata.PackageNotFoundError:
            output.say("makemore-tui, run from its source without being installed")
        context.exit()


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "makemore-tui                      32,257 names, ready to be trained on",
        "makemore-tui --data cities.txt    words of your own, one a line",
        "makemore-tui train --steps 1000   the same engine without a screen",
    ),
)
@data_option
@run_options
@setting("--speed", "N|max", f"Steps a second.  [default: {START_SPEED:g}]")
@setting("--fps", "N", "Most frames a second.  [default: 10]")
@setting("--max-bandwidth", "KB", "Most kB a second to the terminal.  [default: 25]")
@setting("--smoothing", "K", f"Added to every count.  [default: {DEFAULT.smoothing:g}]")
@click.option("--view", metavar="NAME", help="What the heatmap shows, such as logits.")
@click.option("--theme", metavar="NAME", help="Colours, such as nord or textual-light.")
@click.option("--ramp", metavar="NAME", help="Colours of the heatmap, such as blue.")
@click.option("--lab", metavar="CHAPTER", help="Open the lab there, by name or by number.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and leave.",
)
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> int:  # noqa: ANN401
    """Open a laboratory for the bigram language model: count, train, look, sample.

    Without a command the app opens. Every command has a --help of its own.
    """
    if context.invoked_subcommand is None:
        return _open_app(options)
    if misplaced := [name for name, value in options.items() if value is not None]:
        flag = "--" + misplaced[0].replace("_", "-")
        raise Refusal(f"{flag} stands before {context.invoked_subcommand}; put it after it.")
    return 0


def _open_app(options: dict[str, Any]) -> int:
    _check_terminal()
    # All that is made while the program starts stays: to look it through again and again for
    # garbage takes a tenth of the time to the first frame. The app turns this on again.
    gc.disable()
    settle(os.environ)
    from tui.commands import BY_ID, complaint
    from tui.options import Options
    from tui.start import run

    chosen = config.read(commands=BY_ID, complaint=complaint)
    # What is given counts even if it is empty: it is refused in the words of whoever reads it.
    asked = {name: value for name in ASKED if (value := options[name]) is not None}
    if "ramp" in asked:
        asked["ramp"] = ramp_named(asked["ramp"])
    if "view" in asked:
        asked["view"] = _view(asked["view"])
    if "lab" in asked:
        asked["lab"] = _chapter(asked["lab"])
    filed = {name: value for name in FILED if (value := getattr(chosen, name)) is not None}
    run(Options(given=given(options), start=chosen.start, keys=chosen.keys, **filed | asked))


def _view(name: str) -> str:
    from tui.state import VIEWS

    if name not in VIEWS:
        shown = printable(name)[:40]
        raise Refusal(f"There is no view “{shown}”; choose from {', '.join(VIEWS)}.")
    return name


def _chapter(name: str) -> str:
    from engine.lab import chapter

    return chapter(name).name


def _check_terminal() -> None:
    """Refuse to open the app where it could not be seen or could not be left."""
    instead = "use a command that needs no screen, such as makemore-tui train --steps 1000"
    for name, stream in (("input", sys.stdin), ("error output", sys.stderr)):
        if stream is None or not stream.isatty():
            raise Refusal(f"The app needs a terminal, and standard {name} is not one; {instead}.")
    if os.name == "posix" and os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        shown = printable(os.environ.get("TERM", "")) or "not set"
        raise Refusal(f"The app cannot draw on this terminal (TERM is {shown}); {instead}.")


@cli.command(epilog=examples("makemore-tui count --top 20"))
@data_option
@setting("--top", "N", "List so many of the most frequent.", default="10")
@json_option
def count(data: str | None, top: int, as_json: bool) -> None:
    """Count the bigrams of the data."""
    session, report = headless.read(data)
    bigrams = session.counts.top(top) if session.counts else []
    if as_json:
        output.say_json(output.count_json(report, bigrams))
    else:
        output.say("\n".join(output.count_text(report, bigrams)))


@cli.command(
    epilog=examples(
        "makemore-tui train --steps 1000 --save names.safetensors",
        "makemore-tui train --steps 5000 --resume names.safetensors --save names.safetensors",
    )
)
@data_option
@setting("--steps", "N", "Train to this step.", required=True)
@run_options
@click.option("--save", metavar="FILE", help="Write a checkpoint, also on ctrl+c.")
@setting("--every", "N", "Steps between reports.  [default: a 20th]")
@json_option
def train(data: str | None, steps: int, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """Train the neural bigram model."""
    anew, path, resume = given(options), options["save"], options["resume"]
    if path is not None:
        headless.check_place(path)
    wanted = {name: value for name, value in asdict(anew).items() if value is not None}
    # A checkpoint brings its own settings, over which only those given anew win.
    session, report = headless.read(data, Settings(**wanted) if resume is None else None)
    headless.wake(session)
    if resume is not None:
        headless.resume(session, resume, anew, output.warn)
    if not as_json:
        head = output.train_head(report, session.settings, session.snapshot().device)
        output.say("\n".join(head))
    with headless.Interrupts() as interrupts:
        events = headless.train(session, steps, options["every"], interrupts.came)
        try:
            last = output.follow(events, session.settings.learning_rate, as_json)
        except OSError:
            # Nobody reads any more, or there is no room to write: the weights are worth keeping.
            if path is not None:
                headless.save(session, path)
            raise
        if path is not None:
            headless.save(session, path)
    output.end(last, path, as_json)
    if last.event == "interrupted":
        return 128 + interrupts.signal
    return 1 if last.event == "diverged" else 0


@cli.command(
    epilog=examples(
        "makemore-tui sample --number 5 --temperature 0.8",
        "makemore-tui sample --checkpoint names.safetensors --prefix ka",
    )
)
@data_option
@model_option
@checkpoint_option
@setting("--smoothing", "K", "Added to every count.", default="1")
@setting("--number", "N", "How many names.", default="10")
@setting("--seed", "N", "Seed of the generator.", default=str(DEFAULT.seed))
@setting(
    "--sampler",
    "lecture|torch",
    "The lecture's names, or those of today's torch.",
    default="lecture",
)
@setting("--temperature", "T", "Below 1 likelier names, above 1 wilder.", default="1")
@click.option("--prefix", metavar="TEXT", default="", help="What every name begins with.")
@json_option
def sample(
    data: str | None,
    model: ModelName | None,
    checkpoint: str | None,
    as_json: bool,
    **options: Any,  # noqa: ANN401
) -> None:
    """Draw names from a model."""
    session, chosen = headless.open_model(data, model, checkpoint, output.warn)
    headless.wake(session)
    command = Sample(model=chosen, **options)
    names: list[SampledName] = []
    for event in headless.obey(session, command):
        if isinstance(event, NamesSampled):
            names += event.names
            if not as_json:
                output.say("\n".join(map(output.name_line, event.names)))
    if as_json:
        output.say_json(
            {
                "names": [output.marked(name) for name in names],
                "known": [name.is_known for name in names],
                "sampler": command.sampler,
                "seed": command.seed,
            }
        )


@cli.command(epilog=examples("makemore-tui score andrej andrejq --smoothing 1"))
@data_option
@model_option
@checkpoint_option
@setting("--smoothing", "K", "Added to every count.", default="0")
@json_option
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
def score(
    data: str | None,
    model: ModelName | None,
    checkpoint: str | None,
    smoothing: float,
    as_json: bool,
    words: tuple[str, ...],
) -> None:
    """Say how likely a model finds words, bigram by bigram."""
    session, chosen = headless.open_model(data, model, checkpoint, output.warn)
    command = Score(words, model=chosen, smoothing=smoothing)
    for event in headless.obey(session, command):
        if isinstance(event, WordsScored):
            if as_json:
                output.say_json({"words": [output.score_json(word) for word in event.words]})
            else:
                texts = ("\n".join(output.score_text(word)) for word in event.words)
                output.say("\n\n".join(texts))


@cli.command(name="verify", epilog=examples("makemore-tui verify --data makemore_names.txt"))
@data_option
@device_option
@json_option
def check_figures(data: str | None, device: DeviceName | None, as_json: bool) -> int:
    """Recompute every known figure with the torch of this machine.

    For makemore's own list and for the list that comes with the program, the figures of the
    lecture; for other data, what holds for any. Ends with 1 if a figure is off.
    """
    checks: list[Check] = []
    for check in verify(data, device or "auto"):
        if not as_json:
            if not checks:
                output.say(output.check_head())
            if not checks or check.group != checks[-1].group:
                output.say(f"\n{check.group}")
            output.say(output.check_text(check))
        checks.append(check)
    if as_json:
        output.say_json({"checks": [asdict(check) for check in checks]})
    else:
        output.say("\n" + output.verdict(checks))
    return int(any(check.verdict == "off" for check in checks))


@cli.command(epilog=examples("makemore-tui bench"))
@json_option
def bench(as_json: bool) -> None:
    """Time a step of each gradient path, and the lecture's."""
    timings = measure_steps()
    if as_json:
        output.say_json({"paths": [asdict(timing) for timing in timings]})
    else:
        output.say("\n".join(output.timing_text(timings)))


@cli.command(name="lab", epilog=examples("makemore-tui lab broadcasting --set second=27,1"))
@data_option
@click.option("--set", "settings", metavar="CONTROL=VALUE", multiple=True, help="Turn a dial.")
@json_option
@click.argument("name", metavar="[CHAPTER]", required=False)
def show_chapter(
    data: str | None, settings: tuple[str, ...], as_json: bool, name: str | None
) -> None:
    """Print a chapter of the lab: text, figures, code; without a name, the list of them."""
    from tui import lecture

    if name is None:
        if as_json:
            output.say_json({"chapters": lecture.contents_json()})
        else:
            output.say("\n".join(lecture.contents()))
        return
    opened, exhibit = lecture.work(data, name, settings)
    if as_json:
        output.say_json(lecture.page_json(opened, exhibit))
    else:
        output.say("\n".join(lecture.page(opened, exhibit)))


@cli.command(name="config")
def show_config() -> None:
    """Say where the config file is looked for, and the values in force."""
    from textual.theme import BUILTIN_THEMES

    from tui.commands import BY_ID, complaint
    from tui.opening import looks
    from tui.storage import read_memory

    chosen = config.read(commands=BY_ID, complaint=complaint)
    last = looks(read_memory(), BUILTIN_THEMES)
    usual = {command.id: command.keys.split(",")[0] for command in BY_ID.values()}
    output.say("\n".join(config.describe(chosen, last, usual)))
