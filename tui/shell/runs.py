"""Runs on disk without a screen: listed, shown, exported, deleted, computed anew."""

from __future__ import annotations

import csv
import io
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict

import click

from engine import archive, printable
from engine.archive import Described, Met
from engine.protocol import KeptRun, LoadDataset, Refusal
from engine.text.numbers import number
from tui import storage
from tui.plot.decimate import buckets
from tui.shell.arguments import examples, json_option, words_option
from tui.shell.completing import one_of
from tui.shell.output import figure, say, say_json
from tui.shell.progress import is_shown

Bucket = tuple[str, int, float, float]
"""Part, first step, least and greatest loss of the steps from it on."""


@click.group(
    invoke_without_command=True,
    epilog=examples(
        "makemore-tui runs",
        "makemore-tui runs show a3f",
        "makemore-tui runs export a3f --csv > losses.csv",
    ),
)
@json_option
@click.pass_context
def runs(context: click.Context, as_json: bool) -> None:
    """List the runs that are kept, show one, export or delete it.

    RUN is an id as it is listed, or how that begins, a folder, or a saved file.
    """
    if context.invoked_subcommand is None:
        _list(as_json)
    elif as_json:
        raise Refusal(f"--json stands before {context.invoked_subcommand}; put it after it.")


@runs.command("list")
@json_option
def list_runs(as_json: bool) -> None:
    """List the runs that are kept, that written last first."""
    _list(as_json)


def _list(as_json: bool) -> None:
    shelf = storage.shelf()
    found = list(archive.listed(shelf))
    if as_json:
        say_json({"folder": shelf.folder, "runs": [_run_json(run) for run in found]})
    elif not found:
        say(f"No run is kept in {printable(shelf.folder)}; the first step of one begins it.")
    else:
        say(f"{'run':<14}{'step':>15}{'loss':>12}  {'trained on':<22}{'state':<11}written")
        for run in found:
            say(_line(run))


@runs.command()
@click.argument("run", metavar="RUN", shell_complete=one_of("run"))
@json_option
def show(run: str, as_json: bool) -> None:
    """Show all that is known of a run."""
    told = archive.described(archive.find(run, storage.shelf()))
    if as_json:
        say_json(_described_json(told))
    else:
        say("\n".join(_described_text(told)))


@runs.command()
@click.argument("run", metavar="RUN", shell_complete=one_of("run"))
@click.option("--csv", "kind", flag_value="csv", default="csv", help="A row a bucket of steps.")
@click.option("--jsonl", "kind", flag_value="jsonl", help="A line of JSON each, the recipe first.")
@click.option("--tensorboard", metavar="FOLDER", help="An event file of TensorBoard's.")
@json_option
def export(run: str, kind: str, tensorboard: str | None, as_json: bool) -> None:
    """Write the losses of a run, for a table, a program or TensorBoard.

    Losses are kept in buckets of ever more steps, each with its least and greatest.
    """
    told = archive.described(archive.find(run, storage.shelf()))
    rows = list(_buckets(told))
    if tensorboard is not None:
        archive.to_tensorboard(told, tensorboard)
        if as_json:
            say_json({"id": told.run.line.id, "folder": tensorboard, "losses": len(rows)})
        else:
            say(f"{len(rows):,} losses written to {printable(tensorboard)}")
    elif kind == "jsonl" or as_json:
        say_json(_described_json(told))
        for part, step, least, greatest in rows:
            say_json({"part": part, "step": step, "least": least, "greatest": greatest})
    else:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("part", "step", "least", "greatest"))
        writer.writerows(rows)
        say(text.getvalue().removesuffix("\n"))


@runs.command()
@click.argument("run", metavar="RUN", shell_complete=one_of("run"))
@json_option
def delete(run: str, as_json: bool) -> None:
    """Delete a run from disk, for good."""
    path = archive.find(run, storage.shelf())
    archive.delete(path)
    if as_json:
        say_json({"deleted": path})
    else:
        say(f"Deleted {printable(path)}")


@click.command(
    epilog=examples(
        "makemore-tui replay a3f --verify",
        "makemore-tui replay run.safetensors --data cities.txt",
    )
)
@click.argument("run", metavar="RUN", shell_complete=one_of("run"))
@click.option("--verify", "is_strict", is_flag=True, help="End with 3 if a keyframe is not met.")
@words_option
@json_option
def replay(data: LoadDataset, run: str, is_strict: bool, as_json: bool) -> int:
    """Compute a run anew from its recipe, and hold it against every keyframe.

    Where the arithmetic is the same, every bit is; where torch, processor or device are others, the
    largest difference is said.
    """
    path = archive.find(run, storage.shelf())
    words = data if data.path is not None else None
    met: list[Met] = []
    is_hidden = not is_shown()
    with click.progressbar(length=1, label="computing", file=sys.stderr, hidden=is_hidden) as bar:
        for each in archive.replay(path, words):
            bar.length = max(1, each.steps)
            bar.update(each.step - bar.pos)
            if each.difference is not None:
                met.append(each)
    other = next((each for each in met if each.difference), None)
    most = max((each.difference or 0.0 for each in met), default=0.0)
    steps = met[-1].steps if met else 0
    if as_json:
        first = other.step if other else None
        found = {"steps": steps, "keyframes": len(met), "differs_from": first, "difference": most}
        say_json(found)
    elif other is None:
        say(f"{steps:,} steps computed anew; {len(met):,} keyframes met to the last bit.")
    else:
        say(
            f"{steps:,} steps computed anew; from step {other.step:,} on they differ, by "
            f"{number(most, '.3g')} at most."
        )
    return 3 if is_strict and other is not None else 0


# What is said


def _state(run: KeptRun) -> str:
    if run.is_in_use:
        return "training"
    return "finished" if run.is_over else "left" if run.is_ended else "cut off"


def _line(run: KeptRun) -> str:
    line = run.line
    loss = "—" if math.isnan(line.data_loss) else figure(line.data_loss, 6)
    what = printable(run.source)
    if not line.settings.is_bigram:
        what = f"{what}, order {line.settings.order}"
    name = line.id or printable(run.path.rpartition("/")[2])
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.written))
    return f"{name:<14}{line.step:>15,}{loss:>12}  {what:<22}{_state(run):<11}{when}"


def _run_json(run: KeptRun) -> dict[str, object]:
    line = run.line
    order, dots, split, network = line.settings.objective
    return {
        "id": line.id or None,
        "path": run.path,
        "step": line.step,
        "loss": _finite(run.loss),
        "data_loss": _finite(line.data_loss),
        "total_loss": _finite(run.loss),
        "ended": run.is_ended,
        "finished": run.is_over,
        "in_use": run.is_in_use,
        "objective": {"order": order, "dots": dots, "split": split, "model": network},
        "source": run.source,
        "parent": line.parent or None,
        "branched_at": line.at if line.parent else None,
        "written": run.written,
        "bytes": run.size,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _described_json(told: Described) -> dict[str, object]:
    found = _run_json(told.run)
    objective = found["objective"]
    assert isinstance(objective, dict)
    objective |= {"data_sha256": told.data_sha256, "table_sha256": told.table_sha256 or None}
    changes = told.course.changes if told.course else ()
    settings = told.run.line.settings
    return found | {
        "seed": settings.seed,
        "init": settings.init,
        "changes": [asdict(change) for change in changes],
        "arithmetic": list(told.arithmetics),
        "trouble": told.trouble or None,
    }


def _described_text(told: Described) -> Iterator[str]:
    run, settings = told.run, told.run.line.settings
    order, dots, split, network = settings.objective
    doing = f"{_state(run)}; {run.instead}" if run.is_in_use else _state(run)
    yield f"run        {run.line.id or '–'}  {doing}"
    yield f"path       {printable(run.path)}  ({number(run.size / 1e6, ',.1f')} MB)"
    yield f"trained on {printable(run.source)} · order {order} · dots {dots} · split {split}"
    loss = "not noted" if math.isnan(run.loss) else figure(run.loss, 6)
    data = "not noted" if math.isnan(run.line.data_loss) else figure(run.line.data_loss, 6)
    yield f"step       {run.line.step:,} · loss {data} · total {loss}"
    yield f"begun from seed {settings.seed} · {settings.init} · {network}"
    if run.line.parent:
        yield f"branched   from {run.line.parent} at step {run.line.at:,}"
    for change in told.course.changes if told.course else ():
        yield (
            f"step {change.step:>9,}  learning rate {number(change.learning_rate)} · "
            f"regularization {number(change.regularization)} · {change.gradient} · "
            f"{change.optimizer} · {change.device}"
        )
    for way in told.arithmetics:
        yield f"computed   {way}"
    if told.trouble:
        yield told.trouble


def _buckets(told: Described) -> Iterator[Bucket]:
    if told.course is None:
        return
    for part, history in (("train", told.course.history), ("dev", told.course.dev_history)):
        if history:
            for step, least, greatest in buckets(history):
                yield part, int(step), least, greatest
