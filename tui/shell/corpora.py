"""Commands on corpora and table files: text counted without being held, and tables added."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from engine import is_held, is_one_of_several
from engine import size_of as bytes_of
from engine.protocol import LoadDataset, Refusal, flag
from engine.text.numbers import number
from tui import places
from tui.shell import output
from tui.shell.arguments import examples, json_option, setting
from tui.shell.progress import Progress

if TYPE_CHECKING:
    from engine import corpora
    from engine.corpora import Corpus


def streams(
    paths: Sequence[str], data: LoadDataset, options: Mapping[str, object], *, is_forced: bool
) -> bool:
    """Whether text is to be counted as it is read, and not to be held.

    Args:
        paths: all that were given.
        data: those of the parts.
        options: of a model, `None` or `False` where nothing was given.
        is_forced: whether what was asked for is had in no other way.

    Raises:
        Refusal: what was asked for needs the words.
    """
    given = {name: value for name, value in options.items() if value not in (None, False)}
    parts = {"--dev": data.dev, "--test": data.test}
    needs = [*(flag(name) for name in given), *(name for name in parts if parts[name] is not None)]
    is_forced = is_forced or is_one_of_several()
    is_one = len(paths) < 2 and "-" not in paths
    # A folder of the parts, or no file at all: it is refused where it is read.
    is_folder = data.path is not None and os.path.isdir(data.path)
    if not is_forced and is_one and (needs or is_folder or is_held(paths)):
        return False
    if needs:
        raise Refusal(
            f"{needs[0]} needs the words at hand: of one file, without --text and --save. Leave "
            "it out, or give one file alone."
        )
    return True


def size_of(paths: Sequence[str], data: LoadDataset) -> int:
    """Bytes of files that were read at once."""
    more = [path for path in (data.dev, data.test) if path is not None]
    return bytes_of([*paths, *more])


def count(paths: Sequence[str], top: int, is_text: bool, target: str | None, as_json: bool) -> int:
    """Count texts, print what they are, and keep the table if it is wanted."""
    from engine import corpora

    if target is not None:
        places.check_place(target)
    steps = corpora.count(paths, top, is_text=is_text, tells_distinct=not as_json and not target)
    table, corpus = _shown(steps)
    if corpus.rank:
        return 0
    if corpus.report.hint:
        output.warn(corpus.report.hint)
    _keep(table, target)
    if as_json:
        read: dict[str, object] = {"seconds": corpus.seconds, "bytes": corpus.bytes}
        if corpus.bytes_by_rank:
            read |= {"ranks": len(corpus.bytes_by_rank), "bytes_by_rank": corpus.bytes_by_rank}
        output.say_json(output.count_json(corpus.report, corpus.top) | read)
    else:
        _say(corpus, table)
    return 0


@click.command(epilog=examples("makemore-tui add monday.st tuesday.st --save both.st"))
@click.argument("tables", metavar="TABLE...", nargs=-1, required=True)
@click.option("--save", "target", metavar="TABLE", required=True, help="Where the sum is kept.")
@setting("--top", "N", "List so many of the most frequent.", default="10")
@json_option
def add(tables: tuple[str, ...], target: str, top: int, as_json: bool) -> None:
    """Add table files: the counts of all their texts together, in one alphabet."""
    from engine import corpora

    table, corpus = corpora.unite(tables, top)
    _keep(table, target)
    if as_json:
        output.say_json(output.count_json(corpus.report, corpus.top) | {"bytes": corpus.bytes})
    else:
        _say(corpus, table)


def _keep(table: corpora.Table, target: str | None) -> None:
    if target is not None:
        data = table.to_bytes()
        places.write(target, lambda file: file.write(data), replaces=True)


def _say(corpus: Corpus, table: corpora.Table) -> None:
    sign = "≈ " * corpus.is_about
    repeats = "" if corpus.repeats is None else f"{sign}{corpus.repeats:,}"
    boundary = output.TEXT_BOUNDARY if table.is_text else output.BOUNDARY
    output.say("\n".join(output.count_text(corpus.report, corpus.top, repeats, boundary)))


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
