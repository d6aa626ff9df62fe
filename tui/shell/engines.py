"""Engines of their own: listed, attached to, come back to, and reached from another machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

import engine
from engine import Engine, Worker, printable
from engine.protocol import (
    EngineLost,
    Refusal,
    Snapshot,
)
from tui import storage
from tui.options import Stranded, Ways
from tui.shell import output
from tui.shell.arguments import (
    examples,
    json_option,
)
from tui.shell.completing import one_of

if TYPE_CHECKING:
    from engine import About, Attached


def check_system() -> None:
    """Refuse to have to do with engines of their own where there can be none."""
    if os.name != "posix":
        raise Refusal(
            "Engines of their own listen at Unix sockets, which this system has none of; "
            "makemore-tui alone opens the app with its engine."
        )


@click.command(epilog=examples("makemore-tui ps", "makemore-tui ps --json"))
@json_option
def ps(as_json: bool) -> None:
    """List the engines that run, the oldest first."""
    check_system()
    found = engine.engines(storage.shelf()).values()
    if as_json:
        output.say_json({"engines": [_json(about) for about in found]})
    elif not found:
        output.say("No engine runs; makemore-tui serve starts one.")
    else:
        output.say("\n".join(lines(found)))


def lines(found: Iterable[About]) -> Iterator[str]:
    """Lay engines out in a table with a head."""
    rows = [("run", "pid", "step", "state", "steps/s", "device", "screens", "since")]
    for about in found:
        rate, since = about.steps_per_second, time.localtime(about.since)
        rows.append(
            (
                printable(about.run or about.name),
                str(about.pid or "—"),
                f"{about.step:,}",
                printable(about.state),
                output.figure(rate, 0) if rate else "—",
                printable(about.device),
                str(about.screens),
                time.strftime("%Y-%m-%d %H:%M", since) if about.since else "—",
            )
        )
    return output.table(rows, "<>><><><")


def _json(about: About) -> dict[str, object]:
    return {
        "run": about.run or about.name,
        "pid": about.pid or None,
        "step": about.step,
        "state": about.state,
        "steps_per_second": about.steps_per_second,
        "device": about.device,
        "screens": about.screens,
        "since": about.since or None,
    }


# What opens the app on an engine


def attach(run: str | None, *, is_readonly: bool) -> Attached:
    """Attach to an engine; where several may be meant, say first which there are.

    Raises:
        Refusal: there is none such, or more than one.
    """
    check_system()
    if run is None and len(found := engine.engines(storage.shelf())) > 1:
        click.echo("\n".join(lines(found.values())), err=True)
    return engine.attach(run, storage.shelf(), is_readonly=is_readonly)


def ways(run: str | None, *, is_readonly: bool) -> Ways:
    """Give the ways to an engine in place of one that is lost.

    Args:
        run: how it was asked for.
        is_readonly: whether the screen wants never to steer.
    """
    if run is None or not run.startswith("ssh://"):
        return here(is_readonly=is_readonly)
    return Ways(rejoin=lambda _: _attached(run, is_readonly=is_readonly))


def here(*, is_readonly: bool = False) -> Ways:
    """Give the ways to another engine of this machine.

    Args:
        is_readonly: whether the screen wants never to steer.
    """

    def detach(worker: Engine) -> Engine:
        check_system()
        assert isinstance(worker, Worker)
        name = engine.hand_over(worker, _log())
        try:
            there = _attached(name, is_readonly=is_readonly)
        except (Refusal, OSError) as error:
            last = worker.latest or Snapshot()
            lost = EngineLost(str(error), name, last.place, last.newest, is_cut=True)
            raise Stranded(lost) from None
        worker.pass_on(there.send)
        return there

    def revive(lost: EngineLost) -> Engine:
        if not lost.run:
            raise Refusal("No run was kept that could be gone on with; start the program anew.")
        return _attached(engine.spawn(["--resume", lost.run], _log()), is_readonly=is_readonly)

    def rejoin(lost: EngineLost) -> Engine:
        try:
            return _attached(lost.name, is_readonly=is_readonly)
        except Refusal:
            if lost.name in engine.engines(storage.shelf()):
                raise
            # It has ended since: what is left is to start it again.
            reason = f"The engine {printable(lost.name)} has ended since."
            raise Stranded(replace(lost, reason=reason, is_cut=False)) from None

    return Ways(detach, revive, rejoin)


def _attached(run: str, *, is_readonly: bool) -> Attached:
    """Attach while the app is open, so that nothing may be asked at the terminal."""
    return engine.attach(run, storage.shelf(), is_readonly=is_readonly, may_ask=False)


def _log() -> str:
    """The file that an engine in the background writes to what happens."""
    return str(storage.folder() / storage.log_file().name)


@click.command(hidden=True)
@click.argument("run", metavar="[RUN]", required=False, shell_complete=one_of("run"))
def bridge(run: str | None) -> None:
    """Carry bytes between standard input and output and an engine: what attach runs through ssh."""
    check_system()
    engine.bridge(engine.engine_of(run, storage.shelf()))
