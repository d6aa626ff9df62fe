"""An engine without a screen: served in this process until it is told to end."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from signal import Signals as Signal
from typing import TYPE_CHECKING, Any, NoReturn

import click

import engine
from engine import Session, Worker, archive, changed
from engine.protocol import (
    AS_FAST_AS_IT_GOES,
    LATEST,
    CheckpointLoaded,
    CommandRefused,
    DatasetLoaded,
    EngineFailed,
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
from tui.shell import output
from tui.shell.arguments import (
    DEFAULT,
    examples,
    given,
    run_options,
    setting,
    which,
    words_of,
    words_option,
)
from tui.shell.engines import check_system
from tui.terminal.leaving import leave
from tui.terminal.signals import Signals

if TYPE_CHECKING:
    from engine import Heir, Server

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
@click.option("--take-over", "handle", type=int, hidden=True, help="Go on in place of another one.")
def serve(
    data: LoadDataset,
    trains: bool,
    stays: bool,
    handle: int | None,
    **options: Any,  # noqa: ANN401
) -> NoReturn:
    """Run an engine without a screen, for screens that come and go.

    It prints the command that opens a screen on it, and goes on without one until a screen or a
    signal ends it. The run is kept all the while.
    """
    check_system()
    if handle is not None:
        _take_over(engine.heir(handle))
    chosen, anew = config.read(), given(options)
    wanted = which(options, anew)
    if wanted.run is not None and wanted.run != LATEST:
        archive.check_free(archive.find(wanted.run, storage.shelf()))
    words = replace(words_of(data, wanted, chosen.data), split=anew.split)
    usual = changed(Settings(speed=AS_FAST_AS_IT_GOES), chosen.start)
    session = Session(changed(usual, anew), chosen.shelf(wanted.place))
    load = Load(wanted.run, anew) if wanted.run is not None else None

    def begin(worker: Worker) -> Server:
        _begin(worker, words, load)
        return engine.serve(session, worker, stays=stays)

    def go(worker: Worker, server: Server) -> None:
        _announce(server.name)
        if trains:
            worker.send(Train())

    _live(session, begin, go)


def _take_over(heir: Heir) -> NoReturn:
    """Go on in place of an engine that lives on a thread of another process."""
    estate = heir.hear()
    session = Session(estate.settings, estate.shelf)

    def begin(worker: Worker) -> Server:
        with heir.telling():
            _begin(worker, estate.words, None)
            heir.take_over(worker)
            return engine.serve(session, worker, stays=False)

    _live(session, begin, lambda worker, server: heir.go_on(worker, server.name))


def _live(
    session: Session,
    begin: Callable[[Worker], Server],
    go: Callable[[Worker, Server], None],
) -> NoReturn:
    """Run an engine until a signal or a screen ends it, and leave the process.

    Args:
        session: of the engine.
        begin: has its worker begin, and screens find it; no step is taken yet.
        go: lets it go.
    """
    worker = Worker(session)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    sys.setswitchinterval(SWITCH)
    # Until the process is left: nothing may come between.
    signals = Signals(on_end=_interrupt, on_impatience=_leave_at_once)
    signals.__enter__()
    try:
        server = begin(worker)
        signals.on_end = lambda _: server.stop()
    except KeyboardInterrupt:
        leave(128 + signals.number)  # No step has been taken, so there is nothing to be kept.
    except BaseException:
        worker.close(CLOSING)
        raise
    go(worker, server)
    server.run()
    _warn_of_loss(worker, has_ended=worker.close(CLOSING))
    server.send_away(_reason(signals.number))
    leave(128 + signals.number if signals.number else 0)


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
    with contextlib.suppress(OSError):  # It may go to the very disk that is full.
        if not has_ended:
            output.warn("There was no time to keep all of the run.")
        for event in worker.events():
            if isinstance(event, KeepingFailed):
                output.warn(f"The end of the run is not kept: {event.reason}")
