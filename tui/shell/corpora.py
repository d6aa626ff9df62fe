"""Commands on corpora and table files: text counted without being held, and tables added."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from engine import is_held, is_one_of_several
from engine import size_of as bytes_of
from engine.protocol import LoadDataset, Refusal, flag
from engine.text.numbers import number
from tui import places
from tui.shell import completing, counts, losses, output
from tui.shell.arguments import examples, json_option, setting
from tui.shell.progress import Progress

if TYPE_CHECKING:
    from engine import corpora
    from engine.corpora import Corpus


def streams(
    paths: Sequence[str], data: LoadDataset, options: Mapping[str, object], forcing: Sequence[str]
) -> bool:
    """Whether text is to be counted as it is read, and not to be held.

    Args:
        paths: all that were given.
        data: those of the parts.
        options: of a model, `None` or `False` where nothing was given.
        forcing: options that were given, and are had in no other way.

    Raises:
        Refusal: what was asked for needs the words.
    """
    counted = "order", "dots"  # They are had without the words.
    given = {
        name: value
        for name, value in options.items()
        if value is not None and value is not False and name not in counted
    }
    parts = {"--dev": data.dev, "--test": data.test}
    needs = [*(flag(name) for name in given), *(name for name in parts if parts[name] is not None)]
    is_forced = bool(forcing) or is_one_of_several()
    is_one = len(paths) < 2 and "-" not in paths
    # A folder of the parts, or no file at all: it is refused where it is read.
    is_folder = data.path is not None and os.path.isdir(data.path)
    if not is_forced and is_one and (needs or is_folder or is_held(paths)):
        return False
    if needs and forcing:
        raise Refusal(
            f"{needs[0]} needs the words at hand, each by itself, and {forcing[0]} counts text as "
            "it is read, all of it; leave one of the two out."
        )
    if needs:
        raise Refusal(
            f"{needs[0]} needs the words at hand: of one file. Leave it out, or give one file "
            "alone."
        )
    return True


def size_of(paths: Sequence[str], data: LoadDataset) -> int:
    """Bytes of files that were read at once."""
    more = [path for path in (data.dev, data.test) if path is not None]
    return bytes_of([*paths, *more])


def count(paths: Sequence[str], how: dict[str, Any], target: str | None, as_json: bool) -> int:
    """Count texts, print what they are, and keep the table if it is wanted.

    Args:
        paths: all that were given.
        how: what is wanted, by the names of `engine.corpora.Wanted`.
        target: where the table is kept.
        as_json: whether to print JSON.
    """
    from engine import corpora

    if target is not None:
        places.check_place(target)
    tells_distinct = not as_json and not target
    wanted = corpora.Wanted(**how, tells_distinct=tells_distinct)
    table, corpus = _shown(corpora.count(paths, wanted))
    if corpus.rank:
        return 0
    if corpus.report.hint:
        output.warn(corpus.report.hint)
    _keep(table, target)
    if as_json:
        read: dict[str, object] = {"seconds": corpus.seconds, "bytes": corpus.bytes}
        if corpus.bytes_by_rank:
            read |= {"ranks": len(corpus.bytes_by_rank), "bytes_by_rank": corpus.bytes_by_rank}
        output.say_json(_json(corpus) | read)
    else:
        _say(corpus, table)
    return 0


@click.command(epilog=examples("makemore-tui add monday.st tuesday.st --save both.st"))
@click.argument(
    "tables", metavar="TABLE...", nargs=-1, required=True, shell_complete=completing.file
)
@click.option("--save", "target", metavar="TABLE", required=True, help="Where the sum is kept.")
@setting("--top", "N", "List so many of the most frequent.", default="10")
@json_option
def add(tables: tuple[str, ...], target: str, top: int, as_json: bool) -> None:
    """Add table files: the counts of all their texts together, in one alphabet."""
    from engine import corpora

    table, corpus = corpora.unite(tables, top)
    _keep(table, target)
    if as_json:
        output.say_json(_json(corpus) | {"bytes": corpus.bytes})
    else:
        _say(corpus, table)


def _keep(table: corpora.Table, target: str | None) -> None:
    if target is not None:
        data = table.to_bytes()
        places.write(target, lambda file: file.write(data), replaces=True)


def _json(corpus: Corpus) -> dict[str, object]:
    event = corpus.counted
    told = counts.data_json(corpus.report, corpus.top, event)
    return told if event is None else told | losses.count_json(event)


def _say(corpus: Corpus, table: corpora.Table) -> None:
    if corpus.counted is not None:
        told = losses.count_text(corpus.report.source, corpus.counted, table.unit)
        output.say("\n".join(told))
        return
    sign = "≈ " * corpus.is_about
    repeats = "" if corpus.repeats is None else f"{sign}{corpus.repeats:,}"
    output.say("\n".join(counts.data_text(corpus.report, corpus.top, repeats, table.unit)))


def _shown(steps: corpora.Steps) -> tuple[corpora.Table, Corpus]:
    """Count, and show on a terminal how far it has come, how fast, and what time is left."""
    with Progress("counting", is_seen=os.environ.get("RANK", "0") == "0") as progress:
        try:
            while True:
                step = next(steps)
                size, speed = step.done / 1e9, progress.a_second(step.done) / 1e6
                rate = f"{number(size, '.2f')} GB, {number(speed, ',.0f')} MB/s"
                progress.show(step.done, step.total, rate)
        except StopIteration as stop:
            table, corpus = stop.value
            return table, corpus
        finally:
            steps.close()
