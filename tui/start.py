"""Opening the app, and what is left to do when its screen is gone."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from engine import Engine, Session, Worker, printable
from tui import places, storage
from tui.app import Laboratory
from tui.opening import known_theme
from tui.options import Options
from tui.terminal.leaving import leave
from tui.terminal.signals import Signals
from tui.terminal.tape import Tape

if TYPE_CHECKING:
    from tui.demo.script import Script

SWITCH = 0.0005
"""Seconds that one thread may keep another one waiting for the interpreter. A key goes through
three threads; at Python's own 5 ms it would take 10 ms more while the engine trains."""

CLOSING = 5.0
"""Seconds that the engine may take to end, the keeping of runs included."""

LEAVING = 1.0
"""Seconds that it may take to leave one that goes on, over a line that may be slow."""

LAST_WORDS = 2.0
"""Seconds that the goodbye may take."""


def run(options: Options, engine: Engine | None = None, script: Script | None = None) -> NoReturn:
    """Open the app, see it out, and leave the process.

    Args:
        options: how it starts.
        engine: one that lives in a process of its own; on a thread of this one if not given.
        script: what it plays by itself, as a demo.

    Raises:
        Refusal: there is no such theme, or what it shows cannot be recorded there.
    """
    signals = Signals()
    if not options.is_kept:
        storage.forget()
    engine = engine or Worker(Session(options.settings, options.shelf if options.is_kept else None))
    app = _app(engine, options, signals, script)
    if options.theme is not None:
        known_theme(options.theme, app.available_themes)
    if options.cast is not None:
        app.tape = Tape(options.cast, shutil.get_terminal_size())
    storage.divert_stderr()
    sys.setswitchinterval(SWITCH)
    signals.on_impatience = partial(_leave_by_force, app)
    signals.__enter__()  # Until the process is left: nothing may come between.
    code = 1
    try:
        code = app.run(mouse=options.has_mouse) or app.return_code or 0
    except BaseException as error:
        app.farewell = storage.write_crash(error)
    finally:
        # However it ended: the interpreter must not end by itself while torch is at work.
        leave(see_out(app, code))


def _app(engine: Engine, options: Options, signals: Signals, script: Script | None) -> Laboratory:
    """Make the app; what only a demo needs is imported only then."""
    if script is not None:
        from tui.demo.app import Demonstration

        return Demonstration(script, engine, options, signals)
    if options.shows_keys:
        from tui.demo.app import Echoing

        return Echoing(engine, options, signals)
    return Laboratory(engine, options, signals)


def see_out(app: Laboratory, code: int) -> int:
    """End the engine, which keeps what is to be kept, or leave it, and say what there is to say."""
    engine, attachment = app.desk.engine, app.state.engine
    has_ended = engine.close(LEAVING if attachment.is_attached else CLOSING)
    snapshot = engine.latest
    is_kept_here = app.options.is_kept and not (attachment.is_attached or attachment.is_readonly)
    if snapshot is not None and snapshot.newest and is_kept_here:
        kept = storage.kept(snapshot) if has_ended else "There was no time to keep all of the run."
        app.farewell = "\n".join(filter(None, [app.farewell, kept]))
    storage.sweep()
    if lost := places.sweep():
        told = f"There was no time to finish {', '.join(map(printable, lost))}."
        app.farewell = "\n".join(filter(None, [app.farewell, told]))
    if app.tape is not None:
        app.farewell = "\n".join(filter(None, [app.farewell, app.tape.close()]))
    # A terminal that takes nothing would keep the goodbye, and with it the process, for ever.
    watchdog = threading.Timer(LAST_WORDS, os._exit, [code])
    watchdog.daemon = True
    watchdog.start()
    # The terminal may be gone, and then there is nobody to tell.
    with contextlib.suppress(OSError, ValueError):
        storage.restore_stderr()
        if app.farewell:
            print(app.farewell, file=sys.stderr)  # noqa: T201
    return code


def _leave_by_force(app: Laboratory, number: int) -> None:
    """Leave though something hangs, with the terminal as it was."""
    app.give_back()
    storage.sweep()
    places.sweep()
    os._exit(128 + number)
