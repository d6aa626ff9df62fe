"""A run on disk: reading it, holding it, and writing what is new; see `engine.training.journal`."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.protocol import Refusal
from engine.records import record
from engine.text.numbers import number
from engine.training import checkpoint, journal, lock, places
from engine.training.checkpoint import Checkpoint, Mark
from engine.training.journal import MAGIC, Damaged, Head, Journal
from engine.training.keyframes import MOST_READ, Frame, Known, packed, read_frames, start_of
from engine.training.places import JOURNAL, KEYFRAMES, LOCK, NEWEST, UNFINISHED
from engine.training.recipe import Entry
from engine.words.cleaning import printable


@record
class Page:
    """All that is to be on disk of a run."""

    head: Head
    entries: tuple[Entry, ...]
    frames: tuple[Frame, ...]
    newest: Checkpoint


@record
class Kept:
    """A run as it was found."""

    path: str
    journal: Journal | None
    """`None` in files of earlier programs."""
    newest: Checkpoint | None
    """`None` if it was cut off before its first second, or is damaged."""
    frames: tuple[Frame, ...]
    trouble: str = ""
    """Why the recipe does not lead to its weights, in a sentence; empty if it does."""
    warning: str = ""
    """What else is wrong, in a sentence."""

    @property
    def step(self) -> int:
        """How far it got."""
        steps = [self.newest.step if self.newest else 0]
        if self.journal is not None:
            steps += [self.journal.head.root.step, *(e.step for e in self.journal.entries[-1:])]
        steps += [step for step, _ in self.frames[-1:]]
        return max(steps)


def read(path: str, *, has_frames: bool = True, known: Known | None = None) -> Kept:
    """Read a run: a folder, or a saved file.

    Args:
        path: of it.
        has_frames: whether to read the keyframes of a folder, too.
        known: see `read_frames`.

    Raises:
        Refusal: it is none, or cannot be read.
    """
    folder, shown = Path(path), printable(path) or "“”"
    if not folder.is_dir():
        return _of_file(path, checkpoint.read(path), shown)
    try:
        found = journal.read(_bytes(folder / JOURNAL))
    except FileNotFoundError:
        raise Refusal(f"{shown} holds no run: there is no journal in it.") from None
    except OSError as error:
        raise Refusal(f"{shown} cannot be read: {error.strerror or error}.") from None
    except Damaged as error:
        raise Refusal(f"The journal in {shown} cannot be read: {error}.") from None
    newest, warning = _newest(folder / NEWEST, found)
    rows = newest.weights.shape if newest else None
    frames: tuple[Frame, ...] = ()
    if has_frames:
        frames = read_frames(folder / KEYFRAMES, found.head.basis.symbols, rows, known)
    if newest is not None:
        # Later ones are of a page that was cut off: what led to them may not be in the journal.
        frames = tuple(frame for frame in frames if frame[0] <= newest.step)
    trouble = found.trouble or _missing(found, newest)
    root = found.head.root
    has_root = root.is_drawn or any(step == root.step for step, _ in frames)
    if has_frames and not trouble and not has_root:
        trouble = f"The keyframe at step {root.step:,}, which it began with, is lost."
    return Kept(path, found, newest, frames, trouble, warning)


def _of_file(path: str, saved: Checkpoint, shown: str) -> Kept:
    if not saved.journal:
        return Kept(path, None, saved, ())
    try:
        found = journal.read(saved.journal)
    except Damaged as error:
        raise Refusal(f"The journal in {shown} cannot be read: {error}.") from None
    return Kept(path, found, saved, saved.frames, found.trouble)


def _newest(path: Path, found: Journal) -> tuple[Checkpoint | None, str]:
    """The newest weights; and what is wrong with them, in a sentence."""
    if not path.exists():
        return None, ""
    try:
        newest = checkpoint.read(str(path))
    except Refusal as refusal:
        return None, f"{refusal} The run goes on from an earlier step."
    if newest.symbols != found.head.basis.symbols:
        return None, "The newest weights are of another alphabet; an earlier step is gone on from."
    if newest.step < found.head.root.step:
        return None, ""  # Its page was cut off: the journal was folded after them.
    return newest, ""


def _missing(found: Journal, newest: Checkpoint | None) -> str:
    """Say so if the journal was longer once."""
    mark = newest.mark if newest is not None else None
    if mark is None or mark.folds < found.head.folds:
        return ""
    if mark.lines <= len(found.sums) and found.sums[mark.lines - 1] == mark.sum:
        return ""
    lost = mark.lines - len(found.sums)
    what = f"{lost} lines" if lost > 1 else "A line" if lost == 1 else "Lines"
    return f"{what} of its journal were lost."


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MOST_READ:
        raise OSError(f"it has over {number(MOST_READ / 1e6)} MB")
    return path.read_bytes()


class RunFolder:
    """The folder of a run that this process writes.

    Args:
        path: of the folder, which need not be there yet.
        socket: where screens find this process, for others to read in the lock.
    """

    def __init__(self, path: str, socket: str = "") -> None:
        self.path = path
        self._socket = socket
        self._holding = threading.Lock()
        """Lest the lock be signed on one thread while it is let go of on another."""
        self._handle: int | None = None
        self._lines = self._folds = self._sum = 0
        """Of the journal that is on disk."""
        self._steps: list[int] | None = None
        """Of the keyframes on disk; `None` if that is not known."""
        self._is_known = False
        """Whether it is known what is on disk, so that only what is new need be written."""

    def take(self) -> None:
        """Hold the folder, made if it is not there.

        Raises:
            Refusal: another process holds it.
            OSError: it cannot be made.
        """
        if self._handle is not None:
            return
        folder = Path(self.path)
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)  # Whatever the umask took away.
        path = str(folder / LOCK)
        with self._holding:
            self._handle = lock.acquire(path)
            if self._handle is not None:
                lock.sign(self._handle, self._socket)
                return
        raise Refusal(
            f"Another process trains the run in {printable(self.path)}; {places.instead(path)}, "
            "or branch from here to train a run of your own."
        )

    def sign(self, socket: str) -> None:
        """Take note that screens find this process elsewhere; on any thread."""
        with self._holding:
            self._socket = socket
            if self._handle is not None:
                lock.sign(self._handle, socket)

    def release(self) -> None:
        """Let go of the folder."""
        with self._holding:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None

    def write(self, page: Page) -> None:
        """Bring the folder up to a page.

        Raises:
            OSError: something cannot be written; the next page is written whole.
            Refusal: another process holds the folder, or has written what is in it.
        """
        was_known, self._is_known = self._is_known and Path(self.path).is_dir(), False
        if not was_known:
            self.release()
            self._steps = None
        self.take()
        if not was_known and not self._leads_to(page):
            self.release()
            raise Refusal(
                f"Another process has trained what is in {printable(self.path)} by now; branch "
                "from here to keep a run of your own."
            )
        if not was_known:
            for file in Path(self.path).iterdir():
                if file.name.startswith(UNFINISHED):
                    file.unlink()
        self._write_frames(page.frames)
        if was_known and page.head.folds == self._folds and self._lines <= 1 + len(page.entries):
            self._append(page.entries[self._lines - 1 :])
        else:
            text, self._sum = journal.text_of(page.head, page.entries)
            checkpoint.replace(Path(self.path, JOURNAL), text)
        self._lines, self._folds = 1 + len(page.entries), page.head.folds
        mark = Mark(self._folds, self._lines, self._sum)
        data = checkpoint.encode(replace(page.newest, mark=mark))
        checkpoint.replace(Path(self.path, NEWEST), data)
        self._is_known = True

    def _leads_to(self, page: Page) -> bool:
        """Whether what is on disk is an earlier state of a page, or nothing that can be read."""
        try:
            found = journal.read(_bytes(Path(self.path, JOURNAL)))
        except (OSError, Damaged):
            return True
        is_folded = found.head.folds < page.head.folds
        is_earlier = is_folded or found.entries == page.entries[: len(found.entries)]
        return found.head.id == page.head.id and is_earlier

    def _append(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        lines = b""
        for entry in entries:
            text, self._sum = journal.line(entry, self._sum)
            lines += text
        _append_to(Path(self.path, JOURNAL), lines)

    def _write_frames(self, frames: Sequence[Frame]) -> None:
        steps = [step for step, _ in frames]
        path = Path(self.path, KEYFRAMES)
        known = self._steps
        self._steps = None
        if known is None or steps[: len(known)] != known or not known:
            start = start_of(frames[0][1].shape) if frames else MAGIC
            checkpoint.replace(path, start + b"".join(map(packed, frames)))
        elif len(steps) > len(known):
            _append_to(path, b"".join(map(packed, frames[len(known) :])))
        self._steps = steps


def held(path: str, socket: str = "") -> RunFolder:
    """Hold the folder of a run, as `RunFolder` does.

    Raises:
        Refusal: another process holds it, or it cannot be held.
    """
    folder = RunFolder(path, socket)
    try:
        folder.take()
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal(
            f"{printable(path)} cannot be written: {reason}. Check its rights, or take another "
            "folder."
        ) from None
    return folder


def _append_to(path: Path, data: bytes) -> None:
    """Write to the end of a file that is there, and to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    with os.fdopen(handle, "ab") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
