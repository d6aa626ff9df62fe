"""What is found of files: folders and who may write there, the config file, the words, engines."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import engine
from engine.protocol import LoadDataset, Refusal
from engine.text.numbers import number
from tui import config, storage
from tui.shell import headless
from tui.shell.doctor.findings import Finding

GROUP = "files"

ROOM = 200_000_000
"""Bytes below which a disk is said to be nearly full."""


def findings(data: LoadDataset) -> Iterator[Finding]:
    """All of it.

    Args:
        data: what reads the words that are meant; those of the config file, or the bundled ones,
            if they name none.
    """
    yield _folder("state", storage.log_file().parent)
    yield _folder("runs", Path(storage.shelf().folder))
    if os.name == "posix":
        for each in engine.socket_folders():
            yield _sockets(Path(each))
    chosen, finding = _config()
    yield finding
    if data == LoadDataset() and chosen is not None:
        data = LoadDataset(chosen.data)
    yield _words(data)
    if os.name == "posix":
        yield _engines()
        if threat := engine.threat():
            yield Finding(GROUP, "logins", threat, "note")


def _folder(name: str, path: Path) -> Finding:
    there = path
    while not there.exists() and there != there.parent:
        there = there.parent
    shown, is_new = str(path), there != path
    if not there.is_dir():
        return Finding(GROUP, name, f"{shown}: {there} is no folder", "bad", f"Move {there} away.")
    if not os.access(there, os.W_OK | os.X_OK):
        found = f"{shown}: no permission to write in {there}"
        fix = "Nothing is kept; chmod u+rwx it, or set XDG_STATE_HOME to a folder of yours."
        return Finding(GROUP, name, found, "bad", fix)
    free = shutil.disk_usage(there).free
    mode = "not there yet" if is_new else oct(stat.S_IMODE(there.stat().st_mode))[2:]
    found = f"{shown}, {mode}, {number(free / 1e9, ',.1f')} GB free"
    if free < ROOM:
        return Finding(GROUP, name, found, "note", "Make room: makemore-tui runs delete RUN.")
    return Finding(GROUP, name, found)


def _sockets(path: Path) -> Finding:
    name = "sockets"
    try:
        found = path.lstat()
    except OSError:
        return Finding(GROUP, name, f"{path}, not there yet")
    is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    mode = oct(stat.S_IMODE(found.st_mode))[2:]
    if not is_own:
        fix = "No engine can be reached there; remove it, or set TMPDIR to another place."
        return Finding(GROUP, name, f"{path} is not a folder of yours", "bad", fix)
    return Finding(GROUP, name, f"{path}, {mode}")


def _config() -> tuple[config.Config | None, Finding]:
    from tui.commands import BY_ID
    from tui.keymap import complaint

    try:
        chosen = config.read(commands=BY_ID, complaint=complaint)
    except Refusal as refusal:
        fix = "Nothing of it is taken until that is mended; makemore-tui config says what is."
        return None, Finding(GROUP, "config", str(refusal), "bad", fix)
    there = "" if chosen.path.exists() else ", not there: all is as usual"
    return chosen, Finding(GROUP, "config", f"{chosen.path}{there}")


def _words(data: LoadDataset) -> Finding:
    hints: list[str] = []
    try:
        _, report = headless.read(data, hints.append)
    except Refusal as refusal:
        return Finding(GROUP, "words", str(refusal), "bad", "Name others with --data FILE.")
    found = (
        f"{report.source}, {report.words:,} {report.unit}, {report.symbols:,} symbols, "
        f"sha256 {report.sha256[:12]}"
    )
    if hints:
        return Finding(GROUP, "words", found, "note", hints[0])
    return Finding(GROUP, "words", found)


def _engines() -> Finding:
    try:
        found = len(engine.engines(storage.shelf()))
    except (Refusal, OSError) as error:
        return Finding(GROUP, "engines", str(error), "bad")
    return Finding(GROUP, "engines", f"{found} run{'s' * (found == 1)}" if found else "none runs")
