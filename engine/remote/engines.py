"""Finds the engines of the user's that run: by their sockets, and by the locks on their runs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from platform import node

from engine.protocol import Refusal, Shelf
from engine.remote import sockets
from engine.remote.attach import ask
from engine.remote.hello import About
from engine.training import lock, places
from engine.words.cleaning import printable

PATIENCE = 1.0
"""Seconds within which an engine is to answer."""

TOGETHER = 16
"""Engines that are asked at a time."""

SILENT = "not answering"
"""State of an engine that does not."""


def found(shelf: Shelf | None, *folders: str) -> dict[str, About]:
    """Give all engines by their sockets, that which began first first.

    What dead ones left is removed.

    Args:
        shelf: where runs are kept; the locks on them are looked at.
        folders: of further runs.

    Raises:
        Refusal: the folder of sockets is somebody else's.
    """
    paths = dict.fromkeys(
        os.path.realpath(path) for folder in sockets.folders() for path in sockets.lying_in(folder)
    )
    holders = {}
    for folder in [*(places.folders(shelf) if shelf else ()), *folders]:
        holder = lock.holder(os.path.join(folder, places.LOCK))
        if holder is not None and holder.socket and holder.machine == node():
            holders[os.path.realpath(holder.socket)] = holder
    paths |= dict.fromkeys(holders)
    with ThreadPoolExecutor(TOGETHER) as asking:
        answers = dict(zip(paths, asking.map(_asked, paths), strict=True))
    for path, holder in holders.items():
        # It lives, for it holds a run; it is to put its socket back within seconds.
        answers[path] = answers[path] or _silent(path, holder.pid)
    engines = [(path, about) for path, about in answers.items() if about is not None]
    return dict(sorted(engines, key=lambda each: each[1].since))


def _asked(path: str) -> About | None:
    """Have an engine introduce itself; nothing if there is none."""
    try:
        reached = sockets.connect(path, PATIENCE)
    except (ConnectionRefusedError, FileNotFoundError):
        sockets.remove_dead(path)
        return None
    except OSError:
        return _silent(path)
    try:
        return ask(reached, PATIENCE)
    except Refusal:
        return _silent(path)


def _silent(path: str, pid: int = 0) -> About:
    return About(
        language="", name=os.path.basename(path), machine=node(), pid=pid, since=0, state=SILENT
    )


def chosen(run: str | None, shelf: Shelf) -> str:
    """Give the socket of the engine that is meant.

    Args:
        run: its name, or the id of the run it has in hand, or how one of them begins; or the folder
            of that run. The only engine if not given.
        shelf: where runs are kept.

    Raises:
        Refusal: there is none such, or more than one.
    """
    is_folder = run is not None and os.path.isdir(run)
    engines = found(shelf, *([run] if run is not None and is_folder else []))
    if not engines:
        raise Refusal("No engine runs; makemore-tui serve starts one.")
    if run is None:
        meant = list(engines)
    elif is_folder:
        holder = lock.holder(os.path.join(run, places.LOCK))
        meant = [path for path, about in engines.items() if holder and about.pid == holder.pid]
    else:
        meant = [path for path, about in engines.items() if _is_meant(about, run)]
    if len(meant) == 1:
        return meant[0]
    names = ", ".join(about.name for path, about in engines.items() if not meant or path in meant)
    if run is None:
        raise Refusal(f"{len(engines)} engines run; say which one: {names}.")
    shown = printable(run)[:60] or "“”"
    if meant:
        raise Refusal(f"{len(meant)} engines are called {shown}; give more of {names}.")
    raise Refusal(
        f"No engine has a run {shown} in hand, but {names} are there; makemore-tui serve --run "
        f"{shown} starts one for it."
    )


def _is_meant(about: About, run: str) -> bool:
    names = about.name, about.run
    is_enough = len(run) >= places.LEAST_ID
    return run in names or (is_enough and any(name.startswith(run) for name in names))
