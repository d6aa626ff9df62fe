"""Keeps runs on disk, on a thread of its own: a slow disk, or a full one, never slows training.

For each run there is one slot with the latest page, which is overwritten, as the screen's snapshot
is. What could not be written is tried again, until it can be.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.protocol import Refusal, Shelf
from engine.training import shelf as shelves
from engine.training.folder import Page, RunFolder, held
from engine.words.cleaning import printable

AGAIN = 3.0
"""Seconds until what could not be written is tried again."""

log = logging.getLogger(__name__)


class Keeper:
    """Writes what it is given of runs to their folders.

    Args:
        shelf: where runs are kept that have no other place.
        notify: called, on its thread, when there is news in `trouble`.
        socket: where screens find this process, for the locks to say.
    """

    def __init__(
        self, shelf: Shelf, notify: Callable[[], None] = lambda: None, socket: str = ""
    ) -> None:
        self.shelf = shelf
        self._notify = notify
        self._socket = socket
        self.place = shelf.place
        """Folder of the first run, until that has it."""
        self._paths: dict[str, str] = {}
        """Folders of the runs by id, those included that are let go of."""
        self._folders: dict[str, RunFolder] = {}
        self._reserved: RunFolder | None = None
        """The folder of the first run, if it is held before that has taken a step."""
        self._pages: dict[str, tuple[Callable[[], Page], bool]] = {}
        """By id: what gives the latest page, and whether it is the last one."""
        self._troubles: dict[str, str] = {}
        self._changed = threading.Condition()
        self._is_closing = False
        self._is_writing = False
        self._thread = threading.Thread(target=self._live, name="keeper", daemon=True)

    # Of its user

    @property
    def trouble(self) -> str:
        """Why a run is not being kept, in a sentence; empty if all are."""
        with self._changed:
            return next(iter(self._troubles.values()), "")

    def keeps(self, id: str) -> bool:
        """Whether what there is of a run is on disk, or will be in a moment."""
        with self._changed:
            return id in self._paths and id not in self._troubles

    def path_of(self, id: str) -> str:
        """Folder of a run; empty if it has none yet."""
        return self._paths.get(id, "")

    def hold(self, id: str, path: str) -> None:
        """Hold the folder of a run that is gone on with.

        Raises:
            Refusal: another process holds it, or it cannot be held.
        """
        if id in self._folders:
            return
        folder = held(path, self._socket)
        with self._changed:
            self._paths[id], self._folders[id] = path, folder

    def hold_place(self) -> None:
        """Hold the folder that the first run is to have, if it is to have one of its own.

        Raises:
            Refusal: another process holds it, or it cannot be held.
        """
        with self._changed:
            if self.place and self._reserved is None:
                self._reserved = held(self.place, self._socket)

    def sign(self, socket: str) -> None:
        """Have the locks say where screens find this process."""
        with self._changed:
            self._socket = socket
            for folder in (*self._folders.values(), self._reserved):
                if folder is not None:
                    folder.sign(socket)

    def note(self, id: str, path: str) -> None:
        """Take note of where a run is kept that may be gone on with later."""
        with self._changed:
            self._paths.setdefault(id, path)

    def let_go(self, id: str) -> None:
        """Let go of a folder that was held for nothing."""
        with self._changed:
            if (folder := self._folders.pop(id, None)) is not None:
                folder.release()

    def put(self, id: str, page: Callable[[], Page], *, is_last: bool = False) -> None:
        """Have a page written in place of what there is of a run; returns at once.

        Args:
            id: of the run.
            page: gives the page, on the thread that writes.
            is_last: whether the run is let go of then, so that others may hold it.
        """
        with self._changed:
            if id not in self._paths:
                self._paths[id] = self.place or str(Path(self.shelf.folder, id))
                if self.place and self._reserved is not None:
                    self._folders[id], self._reserved = self._reserved, None
                self.place = ""
            if id not in self._folders:
                self._folders[id] = RunFolder(self._paths[id], self._socket)
            self._pages[id] = page, is_last
            if self._thread.ident is None:
                self._thread.start()
            self._changed.notify()

    def flush(self, timeout: float) -> bool:
        """Wait until all is written, or cannot be; False if that takes too long."""
        end = time.monotonic() + timeout
        with self._changed:
            while self._is_writing or any(id not in self._troubles for id in self._pages):
                if not self._changed.wait(end - time.monotonic()) or time.monotonic() > end:
                    return False
        return True

    def close(self, timeout: float) -> bool:
        """Write what is to be written, and end."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        with self._changed:
            for folder in (*self._folders.values(), self._reserved):
                if folder is not None:
                    folder.release()
        return not self._thread.is_alive()

    # Of its thread

    def _live(self) -> None:
        failed: dict[str, float] = {}
        while True:
            with self._changed:
                while not (due := self._due(failed)) and not self._is_closing:
                    self._changed.wait(AGAIN if self._pages else None)
                if not due:
                    return
                id, (page, is_last) = due
                del self._pages[id]
                self._is_writing = True
                folder = self._folders[id]
            reason = self._write(folder, page)
            with self._changed:
                self._is_writing = False
                is_news = self._note(id, reason)
                if not reason:
                    failed.pop(id, None)
                    if is_last and id not in self._pages:
                        folder.release()
                        self._folders.pop(id, None)
                elif not self._is_closing:
                    failed[id] = time.monotonic() + AGAIN
                    self._pages.setdefault(id, (page, is_last))
                self._changed.notify_all()
            if is_news:
                self._notify()

    def _due(self, failed: dict[str, float]) -> tuple[str, tuple[Callable[[], Page], bool]] | None:
        """The first run that is to be written now."""
        now = time.monotonic()
        for id, page in self._pages.items():
            if self._is_closing or failed.get(id, 0.0) <= now:
                return id, page
        return None

    def _note(self, id: str, reason: str) -> bool:
        """Take note of how it went; whether that is news."""
        had = self._troubles.pop(id, "")
        if reason:
            self._troubles[id] = reason
        return bool(reason) != bool(had)

    def _write(self, folder: RunFolder, page: Callable[[], Page]) -> str:
        """Write a page; why that failed, in a sentence, or nothing."""
        try:
            is_new = not Path(folder.path).exists()
            folder.write(page())
            if is_new:
                self._prune()
        except Refusal as refusal:
            return str(refusal)
        except OSError as error:
            reason = error.strerror or str(error)
            return f"{printable(folder.path)} cannot be written ({reason})."
        except Exception as error:
            # A fault of ours must not end what keeps the runs.
            log.exception("keeping a run")
            return f"Writing it failed ({type(error).__name__}); the log says more."
        return ""

    def _prune(self) -> None:
        """Let go of the oldest runs, if there are too many."""
        with self._changed:
            held = {folder.path for folder in self._folders.values()}
        try:
            shelves.prune(self.shelf, held)
        except Exception:
            log.exception("letting go of the oldest runs")
