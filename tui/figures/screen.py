"""Choosing what of the screen is to be exported, as what, and where to."""

from __future__ import annotations

import os
import re
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from engine import absolute, printable, record
from engine.protocol import Refusal
from tui.figures.door import check_there
from tui.figures.exports import EXPORTS, TITLES, Export, export_to, file_name, why_not
from tui.places import check_place, free
from tui.state import State
from tui.terminal.calm import StillInput
from tui.terminal.screens import Once
from tui.text.paths import on_this, tilde
from tui.text.rows import Row, fit, fitting, paragraph
from tui.widgets.lines import Lines
from tui.widgets.lists import RowList

TITLE_WIDTH, FORMAT_WIDTH = 11, 5
"""Columns of the list."""


@record
class Wish:
    """What is to be exported, and to which file."""

    export: Export
    path: str


class ExportList(RowList):
    """What can be exported, and why some of it cannot be now."""

    def __init__(self, state: State) -> None:
        super().__init__(id="exports")
        self._state = state

    def row(self, index: int, width: int) -> Row:
        """What, in which format, and what that is."""
        export = EXPORTS[index]
        is_first = not index or EXPORTS[index - 1].what != export.what
        reason = why_not(self._state, export)
        said = reason or export.help
        # Where there is little room, what it is, without what is special about it.
        clause = re.split("[,:;]", said)[0]
        room = max(0, width - TITLE_WIDTH - FORMAT_WIDTH)
        return (
            (f"{TITLES[export.what] if is_first else '':<{TITLE_WIDTH}}", "strong"),
            (f"{export.format:<{FORMAT_WIDTH}}", "dim" if reason else "accent"),
            (fit(fitting(room, said, clause), room), "dim" if reason else "plain"),
        )


class ExportScreen(ModalScreen[Wish | None], Once[Wish | None]):
    """A list of what there is, and the path it goes to; gives a wish that can be granted, or none.

    Args:
        state: what is on the screen.
        folder: where files go unless the user says otherwise.
        first: what the cursor is on.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", show=False)]

    def __init__(self, state: State, folder: str, first: Export) -> None:
        super().__init__()
        self._state, self._folder, self._first = state, folder, first
        self._proposed = ""
        """What was written into the field; who types there wants something else."""

    def compose(self) -> ComposeResult:
        """The list, the field, what is wrong."""
        with Vertical(id="export-box") as box:
            where = on_this(self._state.engine.machine)
            box.border_title = "Export what is on the screen" + (where and f" to a file{where}")
            box.border_subtitle = "enter writes · tab to the name · esc closes"
            yield ExportList(self._state)
            yield StillInput(compact=True, id="export-path", select_on_focus=False)
            yield Lines(id="export-complaint")

    def on_mount(self) -> None:
        """Start in the list."""
        self._list.show(len(EXPORTS))
        self._list.styles.height = len(EXPORTS)
        self._list.cursor = EXPORTS.index(self._first)
        self._propose()
        self.screen.set_focus(self._list)

    @property
    def _list(self) -> ExportList:
        return self.query_one(ExportList)

    @property
    def _field(self) -> Input:
        return self.query_one(Input)

    @property
    def _export(self) -> Export:
        return EXPORTS[self._list.cursor]

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Propose another file."""
        event.stop()
        self._propose()

    def on_row_list_picked(self, event: RowList.Picked) -> None:
        """Export what was chosen."""
        event.stop()
        self._propose()
        self._take()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Export to the path that was typed."""
        event.stop()
        self._take()

    def _propose(self) -> None:
        """Write a file's name into the field, one that is free; of a typed one only the suffix."""
        typed, export = self._field.value, self._export
        if typed == self._proposed:
            path = free(os.path.join(self._folder, file_name(self._state, export)))
            self._write(tilde(path))
        else:
            self._write(f"{os.path.splitext(typed)[0]}.{export.format}", is_proposed=False)
        self._complain("")

    def _write(self, path: str, *, is_proposed: bool = True) -> None:
        self._field.value = path
        self._field.cursor_position = len(path)
        if is_proposed:
            self._proposed = path

    def _take(self) -> None:
        """Give the wish, unless it is known to be in vain."""
        typed, export = self._field.value.strip(), self._export
        path = absolute(typed) if typed else ""
        try:
            if reason := why_not(self._state, export):
                raise Refusal(reason)
            if path and not os.path.isdir(path) and not os.path.splitext(path)[1]:
                path += f".{export.format}"
            check_place(path)
            export = export_to(export.what, path)
            if export.is_drawn:
                check_there()
        except Refusal as refusal:
            self._complain(str(refusal))
            return
        if os.path.lexists(path):
            other = free(path)
            names = (printable(os.path.basename(each)) for each in (path, other))
            self._write(tilde(other), is_proposed=self._field.value == self._proposed)
            self._complain("{} is there already; enter writes {}.".format(*names))
            return
        self.dismiss(Wish(export, path))

    def _complain(self, complaint: str) -> None:
        width = self._field.size.width
        rows = paragraph(complaint, width, "warn") if complaint else []
        self.query_one("#export-complaint", Lines).show(rows)
