"""Choosing a saved run to go on from."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from engine import printable
from tui.terminal.calm import StillInput
from tui.terminal.screens import Once
from tui.text.paths import tilde
from tui.text.rows import Row, fit
from tui.widgets.lists import RowList

NOTHING = "Nothing is saved yet: s saves the run in hand."
"""What is said in place of a list."""

MOST = 14
"""Rows of the list at most."""


class RunList(RowList):
    """Files, the newest first."""

    def __init__(self, files: list[Path]) -> None:
        super().__init__(id="runs")
        self.files = files

    def row(self, index: int, width: int) -> Row:
        """The name of a file."""
        return ((fit(printable(self.files[index].name), width), "plain"),)


class SavedScreen(ModalScreen[str | None], Once[str | None]):
    """A list of the runs folder, and a field for a path elsewhere; gives a path or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", show=False)]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        found = folder.glob("*.safetensors") if folder.is_dir() else iter(())
        self._files = sorted(found, key=_date, reverse=True)

    def compose(self) -> ComposeResult:
        """Where, the list, the field."""
        with Vertical(id="saved") as box:
            box.border_title = "Go on from a saved run"
            box.border_subtitle = "enter opens · esc closes"
            folder = printable(tilde(str(self._folder)))
            where = f"{len(self._files)} in {folder}" if self._files else NOTHING
            yield Label(where, markup=False)
            yield RunList(self._files)
            yield StillInput(placeholder="or a path to another checkpoint", compact=True)

    def on_mount(self) -> None:
        """Start in the list if it holds any, else in the field."""
        runs = self.query_one(RunList)
        runs.show(len(self._files))
        runs.styles.height = min(MOST, len(self._files))
        self.screen.set_focus(runs if self._files else self.query_one(Input))

    def on_row_list_picked(self, event: RowList.Picked) -> None:
        """Open the file that was chosen."""
        event.stop()
        self.dismiss(str(self._files[event.index]))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the path that was typed."""
        event.stop()
        if event.value.strip():
            self.dismiss(str(Path(event.value.strip()).expanduser()))


def _date(file: Path) -> float:
    """When a file was written, in seconds; one that has just been deleted is the oldest."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
