"""Exports what is on the screen: asks for it, has it written beside all else, says how it went."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from textual.widget import AwaitMount

from engine import here, printable
from engine.protocol import CommandRefused, DatasetLoaded, Event, MatrixTold, Refusal, TellMatrix
from tui import storage
from tui.desk import Desk
from tui.figures.door import boxes
from tui.figures.exports import EXPORTS, Export, file_name
from tui.figures.inks import inks_of
from tui.figures.screen import ExportScreen, Wish
from tui.figures.writing import Target, write_lines, write_losses, write_matrix
from tui.places import free
from tui.state import State
from tui.terminal.app import TerminalApp
from tui.text.paths import on_this, tilde

Work = Callable[[], tuple[str, ...]]
"""Writes a file; gives the symbols that could not be drawn."""

PROGRAM = "makemore-tui"
"""What stands in the frame of a picture of the screen."""

SCREEN = EXPORTS[-1]
"""The one export that is of whatever lies on top."""

log = logging.getLogger(__name__)


class Exporter:
    """Writes files while all else goes on.

    Args:
        app: what screens are laid on, and what notices are told by.
        desk: the state, and the way to the engine.
    """

    def __init__(self, app: TerminalApp, desk: Desk) -> None:
        self._app, self._desk = app, desk
        self._waiting: dict[int, tuple[Target, State]] = {}
        """What waits for a matrix, by the number of the question."""
        self._asked = 0
        # One, as matplotlib wants it; and not the event loop's, for which the end of the program,
        # and with it the run that is to be saved, would have to wait.
        self._thread = ThreadPoolExecutor(1, "figures")

    def open(self, export: Export) -> AwaitMount | None:
        """Let the user choose what is exported, beginning with something.

        Over the laboratory there is only the screen that hides it: that is written at once.
        """
        state = self._desk.state
        try:
            folder = _folder()
        except OSError as error:
            self._app.tell(f"The folder for figures cannot be made: {error.strerror}.", "error")
            return None
        if len(self._app.screen_stack) == 1:
            return self._app.push_screen(ExportScreen(state, folder, export), self.begin)
        self.begin(Wish(SCREEN, free(os.path.join(folder, file_name(state, SCREEN)))))
        return None

    def begin(self, wish: Wish | None) -> None:
        """Do what was chosen, if anything was."""
        if wish is None:
            return
        state, export = self._desk.state, wish.export
        target = Target(wish.path, export.format, inks_of(self._app.current_theme))
        if export.is_drawn:
            self._app.tell(f"Drawing {printable(tilde(wish.path))} …")
        match export.what:
            case "heatmap":
                self._ask(target, state)
            case "losses":
                self._write(target, partial(write_losses, target, state))
            case "names":
                names = [name.name for name in state.names]
                self._write(target, partial(write_lines, target, names))
            case "screen":
                # Once the dialog is gone from it.
                self._app.call_after_refresh(self._picture, target)

    def note(self, event: Event) -> None:
        """Write a matrix that is known now; forget those that will not be."""
        match event:
            case MatrixTold(command=TellMatrix(request=request)):
                if asked := self._waiting.pop(request, None):
                    target, state = asked
                    self._write(target, partial(write_matrix, target, event, state))
            case CommandRefused(command=TellMatrix(request=request)):
                self._waiting.pop(request, None)
            case DatasetLoaded():
                for target, _ in self._waiting.values():
                    shown = printable(tilde(target.path))
                    self._app.tell(f"{shown} was not written: its words are gone.", "warning")
                self._waiting.clear()

    def _ask(self, target: Target, state: State) -> None:
        self._asked += 1
        self._waiting[self._asked] = target, state
        smoothing = state.snapshot.settings.smoothing
        of = state.matrix, state.before, state.row
        command = TellMatrix(*of, smoothing, self._asked, state.against)
        self._desk.send(command)

    def _picture(self, target: Target) -> None:
        picture = self._app.export_screenshot(title=PROGRAM)
        # What was to be drawn anew counts as drawn by that, though it is not on the terminal.
        self._app.screen.refresh()
        self._write(target, partial(write_lines, target, [picture]))

    def _write(self, target: Target, work: Work) -> None:
        self._app.run_worker(self._written(target, work), exclusive=False)

    async def _written(self, target: Target, work: Work) -> None:
        """Write on a thread of its own, and say how it went."""
        shown = printable(tilde(target.path)) + on_this(self._desk.state.engine.machine)
        try:
            lacking = await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except Refusal as refusal:
            self._app.tell(str(refusal), "error")
        except Exception as error:
            log.exception("writing %s", target.path)
            self._app.tell_failure(error)
        else:
            if lacking and target.format == "png":
                self._app.tell(f"Written: {shown}. {boxes(lacking)}", "warning")
            else:
                self._app.tell(f"Written: {shown}")


def _folder() -> str:
    """Where files go unless the user says otherwise: the folder one works in, if one may write.

    A field cannot hold the name of every folder.

    Raises:
        OSError: that of the app cannot be made either.
    """
    folder = here()
    if os.access(folder, os.W_OK) and printable(folder) == folder:
        return folder
    figures = storage.folder() / "figures"
    figures.mkdir(exist_ok=True)
    return str(figures)
