"""Engines of their own: served, listed, and reached from another machine."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from signal import Signals as Signal
from typing import TYPE_CHECKING, Any, NoReturn

import click

import engine
from engine import Engine, Session, Worker, archive, changed, printable
from engine.protocol import (
    AS_FAST_AS_IT_GOES,
    LATEST,
    CheckpointLoaded,
    CommandRefused,
    DatasetLoaded,
    EngineFailed,
    EngineLost,
    KeepingFailed,
    Load,
    LoadDataset,
    NetworkRefused,
    Refusal,
    RunStarted,
    Settings,
    Train,
    Unusable,
)
from engine.text.numbers import typed
from tui import config, storage
from tui.options import Ways
from tui.shell import output
from tui.shell.arguments import (
    DEFAULT,
    examples,
    given,
    json_option,
    run_options,
    setting,
    which,
    words_of,
    words_option,
)
from tui.terminal.leaving import leave
from tui.terminal.signals import Signals

if TYPE_CHECKING:
    from engine import About, Attached

CLOSING = 10.0
"""Seconds that a slow disk has to take what is left to be kept."""

SWITCH = 0.0005
"""Seconds that one thread may keep another one waiting for the interpreter: what a screen asks is
heard on one, while another one trains."""

LOOK = 0.1
"""Seconds after which a wait looks up: a signal may have come that wakes nobody."""


@click.command(
    epilog=examples(
        "makemore-tui serve --train",
        "makemore-tui serve --data cities.txt --order 3 --split lecture --run cities",
        "nohup makemore-tui serve --train >attach.txt 2>serve.log &",
    )
)
@words_option
@run_options
@setting("--speed", "N|max", "Steps a second.  [default: max]")
@setting("--smoothing", "K", f"Added to every count.  [default: {typed(DEFAULT.smoothing)}]")
@click.option("--train", "trains", is_flag=True, help="Train at once.")
@click.option("--stay", "stays", is_flag=True, help="Do not end after an hour of no use.")
def serve(data: LoadDataset, trains: bool, stays: bool, **options: Any) -> NoReturn:  # noqa: ANN401
    """Run an engine without a screen, for screens that come and go.

    It prints the command that opens a screen on it, and goes on without one until a screen or a
    signal ends it. The run is kept all the while.
    """
    _check_system()
    chosen, anew = config.read(), given(options)
    wanted = which(options, anew)
    if wanted.run is not None and wanted.run != LATEST:
        archive.check_free(archive.find(wanted.run, storage.shelf()))
    if data.path is None and wanted.run is None:
        data = replace(data, path=chosen.data)
    words = replace(words_of(data, wanted), split=anew.split)
    usual = changed(Settings(speed=AS_FAST_AS_IT_GOES), chosen.start)
    session = Session(changed(usual, anew), chosen.shelf(wanted.place))
    worker = Worker(session)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    sys.setswitchinterval(SWITCH)
    # Until the process is left: nothing may come between.
    signals = Signals(on_end=_interrupt, on_impatience=_leave_at_once)
    signals.__enter__()
    visits = None
    try:
        _begin(worker, words, Load(wanted.run, anew) if wanted.run is not None else None)
        server = visits = engine.serve(session, worker, stays=stays)
        signals.on_end = lambda _: server.stop()
        _announce(server.name)
        if trains:
            worker.send(Train())
        server.run()
    except KeyboardInterrupt:
        pass
    except BaseException:
        worker.close(CLOSING)
        raise
    has_ended = worker.close(CLOSING)
    _warn_of_loss(worker, has_ended=has_ended)
    if visits is not None:
        visits.send_away(_reason(signals.number))
    leave(128 + signals.number if signals.number else 0)


def _check_system() -> None:
    """Refuse to have to do with engines of their own where there can be none."""
    if os.name != "posix":
        raise Refusal(
            "Engines of their own listen at Unix sockets, which this system has none of; "
            "makemore-tui alone opens the app with its engine."
        )


def _interrupt(_: int) -> None:
    raise KeyboardInterrupt


def _leave_at_once(number: int) -> None:
    os._exit(128 + number)


def _reason(number: int) -> str:
    """Say why the engine has ended, to those who look at it: by a signal, or not."""
    return f"The engine was ended by {Signal(number).name}." if number else "The engine has ended."


def _begin(worker: Worker, words: LoadDataset, load: Load | None) -> None:
    """Start an engine, and wait until it has a run.

    Args:
        worker: runs it.
        words: what reads its words.
        load: what loads the run that it is to go on with; a new one if not given.

    Raises:
        Refusal: there can be no such run.
        Unusable: torch cannot be imported.
    """
    news = threading.Event()
    worker.send(words)
    if load is not None:
        worker.send(load)
    worker.start(news.set)
    has_loaded, number = load is None, 0
    while not (has_loaded and number and worker.latest and worker.latest.run == number):
        news.wait(LOOK)
        news.clear()
        for event in worker.events():
            match event:
                case CommandRefused() | NetworkRefused():
                    raise Refusal(event.reason)
                case EngineFailed(message=message):
                    raise Unusable(message)
                case DatasetLoaded():
                    if event.report.hint:
                        output.warn(event.report.hint)
                case CheckpointLoaded():
                    has_loaded = True
                    if event.warning:
                        output.warn(event.warning)
                case RunStarted():
                    number = event.run
                case _:
                    pass
    # What torch brings stays: to look it through again and again would hold up all screens.
    gc.freeze()


def _announce(name: str) -> None:
    """Print how to attach, and warn if the engine is to end with the login."""
    with contextlib.suppress(OSError):  # Nobody may be reading.
        output.say(f"makemore-tui attach {name}")
        sys.stdout.flush()
    if threat := engine.threat():
        output.warn(threat)


def _warn_of_loss(worker: Worker, *, has_ended: bool) -> None:
    if not has_ended:
        output.warn("There was no time to keep all of the run.")
    for event in worker.events():
        if isinstance(event, KeepingFailed):
            output.warn(f"The end of the run is not kept: {event.reason}")


@click.command(epilog=examples("makemore-tui ps", "makemore-tui ps --json"))
@json_option
def ps(as_json: bool) -> None:
    """List the engines that run, that which began first first."""
    _check_system()
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
    _check_system()
    if run is None and len(found := engine.engines(storage.shelf())) > 1:
        click.echo("\n".join(lines(found.values())), err=True)
    return engine.attach(run, storage.shelf(), is_readonly=is_readonly)


def ways(attached: Attached, run: str | None, *, is_readonly: bool) -> Ways:
    """Give the ways to an engine in place of one that is lost.

    Args:
        attached: the one that may be lost.
        run: how it was asked for.
        is_readonly: whether the screen wants never to steer.
    """
    if run is not None and run.startswith("ssh://"):
        return Ways(rejoin=lambda _: attach(run, is_readonly=is_readonly))

    def revive(lost: EngineLost) -> Engine:
        name = engine.spawn(["--resume", lost.run], str(storage.folder() / storage.log_file().name))
        return attach(name, is_readonly=is_readonly)

    name = attached.about.name
    return Ways(revive=revive, rejoin=lambda _: attach(name, is_readonly=is_readonly))


@click.command(hidden=True)
@click.argument("run", metavar="[RUN]", required=False)
def bridge(run: str | None) -> None:
    """Carry bytes between standard input and output and an engine: what attach runs through ssh."""
    _check_system()
    engine.bridge(engine.engine_of(run, storage.shelf()))
