"""Commands that need no screen: what each is called, takes and means."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import click

from engine import Check, measure_steps, verify
from engine.protocol import (
    BigramsListed,
    Device,
    ListBigrams,
    LoadDataset,
    Ngrams,
)
from tui import config, storage
from tui.shell import (
    completing,
    corpora,
    counts,
    engines,
    exercises,
    figures,
    headless,
    names,
    output,
    runs,
    serving,
    training,
    trials,
    web,
)
from tui.shell.arguments import (
    TEST,
    counting_option,
    data_option,
    device_option,
    discount_option,
    dots_option,
    examples,
    json_option,
    order_option,
    setting,
    split_option,
    strength_option,
    words_option,
)
from tui.shell.doctor.command import doctor
from tui.shell.hand import at_hand, over, words_meant

verbs = click.Group()
"""All of them."""


@verbs.command(
    epilog=examples(
        "makemore-tui count --top 20",
        "makemore-tui count --order 3 --split lecture --smoothing 1",
        "makemore-tui count shards/*.gz --order 3 --save table.st",
    )
)
@words_option
@setting("--top", "N", "List so many of the most frequent.", default="10")
@order_option
@dots_option
@split_option("none")
@counting_option
@setting("--smoothing", "K", "Added to every count, by counts.  [default: 0]")
@discount_option
@strength_option
@click.option("--open-test", "opens_test", is_flag=True, help=TEST)
@click.option("--text", "is_text", is_flag=True, help="Running text: each line a sequence.")
@click.option("--whole", "is_whole", is_flag=True, help="Running text: each file a sequence.")
@click.option("--save", "target", metavar="TABLE", help="Keep the counts as a table file.")
@json_option
@click.argument("files", metavar="[FILE]...", nargs=-1, shell_complete=completing.file)
def count(
    data: LoadDataset,
    top: int,
    is_text: bool,
    is_whole: bool,
    target: str | None,
    as_json: bool,
    files: tuple[str, ...],
    **options: Any,  # noqa: ANN401
) -> int:
    """Count the bigrams of the data, or n-grams of another order.

    A FILE may be a folder, a pattern, - for standard input, and packed by gzip or zstd: text is
    counted by all cores without being held, be it larger than memory; with --order, n-grams are.

    With --split, --model and the like: the loss of a model on train and dev, of one file that is
    read at once. The models are counts, witten-bell, dirichlet, absolute, kneser-ney,
    modified-kneser-ney and jelinek-mercer.
    """
    hand = None if files else at_hand(data)
    data = data if hand is None else hand.words
    paths = (*([] if data.path is None else [data.path]), *files)
    ways = {"--text": is_text, "--whole": is_whole, "--save": target is not None}
    if corpora.streams(paths, data, options, [name for name, is_way in ways.items() if is_way]):
        how: dict[str, Any] = {"top": top, "is_text": is_text, "is_whole": is_whole}
        of = over(Ngrams() if hand is None else hand.ngrams, options)
        if options["order"] is not None or (of.order, of.dots) != (2, None):
            how |= {"order": of.order, "dots": of.dots}
        return corpora.count(paths, how, target, as_json)
    data = LoadDataset(next(iter(paths), None), data.dev, data.test)
    began = time.perf_counter()
    client, report = headless.read(data, output.warn)
    (bigrams,) = (
        event.bigrams for event in client.ask(ListBigrams(top)) if isinstance(event, BigramsListed)
    )
    read = {"seconds": time.perf_counter() - began, "bytes": corpora.size_of(paths, data)}
    is_asked = any(value is not None and value is not False for value in options.values())
    if is_asked or headless.ngrams(client, report, options) != Ngrams():
        trials.count(client, report, bigrams, {**options, "top": top}, as_json)
    elif as_json:
        output.say_json(counts.data_json(report, bigrams) | read)
    else:
        output.say("\n".join(counts.data_text(report, bigrams)))
    return 0


verbs.add_command(corpora.add)
verbs.add_command(trials.tune)
verbs.add_command(trials.ladder)
verbs.add_command(names.sample)
verbs.add_command(names.score)
verbs.add_command(exercises.exercise)
verbs.add_command(figures.figure)
verbs.add_command(doctor)


verbs.add_command(training.train)
verbs.add_command(runs.runs)
verbs.add_command(runs.replay)
verbs.add_command(serving.serve)
verbs.add_command(engines.ps)
verbs.add_command(engines.bridge)
verbs.add_command(web.web)


@verbs.command(name="verify", epilog=examples("makemore-tui verify --data makemore_names.txt"))
@data_option
@device_option
@json_option
def check_figures(data: str | None, device: Device | None, as_json: bool) -> int:
    """Recompute the known figures with the torch of this machine.

    For makemore's own list and for the list that comes with the program, those of the lecture, to
    the last digit that it printed, and those of longer contexts; for other data, what holds for
    any. Ends with 1 if a figure is off.
    """
    checks: list[Check] = []
    for check in verify(words_meant(LoadDataset(data)).path, device or "auto"):
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


@verbs.command(
    epilog=examples(
        "makemore-tui bench", "makemore-tui bench --order 4", "makemore-tui bench --device cuda"
    )
)
@order_option
@dots_option
@setting("--device", "cpu|cuda[:N]|mps", "Time it beside the CPU.  [default: cpu]")
@json_option
def bench(order: int | None, dots: int | None, device: Device | None, as_json: bool) -> None:
    """Time a step of each gradient path, and for bigrams the lecture's.

    A path of which a step would need too much memory is left out, and it is said why.
    """
    timings = measure_steps(2 if order is None else order, dots, device or "cpu")
    if as_json:
        output.say_json(output.timing_json(timings))
    else:
        output.say("\n".join(output.timing_text(timings)))


@verbs.command(name="lab", epilog=examples("makemore-tui lab broadcasting --set second=27,1"))
@data_option
@click.option("--set", "settings", metavar="CONTROL=VALUE", multiple=True, help="Turn a dial.")
@json_option
@click.argument(
    "name", metavar="[CHAPTER]", required=False, shell_complete=completing.one_of("chapter")
)
def show_chapter(
    data: str | None, settings: tuple[str, ...], as_json: bool, name: str | None
) -> None:
    """Print a chapter of the lab: text, figures, code; without a name, the list of them."""
    from tui.shell import lecture

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


@verbs.command(name="config")
def show_config() -> None:
    """Say where the config file is looked for, and the values in force."""
    from tui.colours.themes import THEMES
    from tui.commands import BY_ID
    from tui.keymap import complaint
    from tui.opening import known_theme, looks

    chosen = config.read(commands=BY_ID, complaint=complaint)
    if chosen.theme is not None:
        known_theme(chosen.theme, THEMES)
    every = BY_ID.values()
    usual = {c.id: c.keys.split(",")[0] for c in every if c.keys or c.id in chosen.keys}
    output.say("\n".join(config.describe(chosen, looks(storage.read_memory(), THEMES), usual)))
