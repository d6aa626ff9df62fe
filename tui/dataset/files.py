"""Choosing a file of words: a path that completes itself, over what its folder holds."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from engine.protocol import LoadDataset
from tui.dataset import folders
from tui.dataset.folders import Entry
from tui.terminal.calm import StillInput
from tui.terminal.screens import Once
from tui.text.paths import tilde
from tui.text.rows import Row, fit
from tui.widgets.lines import Lines
from tui.widgets.lists import RowList

BUNDLED = Entry("the names that come with the program", "", is_folder=False)
"""Back to the list one starts with: the first row, but for the files of a folder's parts."""


class PathInput(StillInput):
    """The field for the path; tab completes it, down goes into the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "screen.complete", show=False),
        Binding("down", "screen.into_list", show=False),
    ]

    def pasted(self, text: str) -> str:
        """Take a path as it is dropped into a terminal; it stands for all that was there."""
        path = folders.dropped(text)
        if os.path.isabs(path):
            self.select_all()
        return path


class FolderList(RowList):
    """What a folder holds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,backspace", "screen.up", show=False),
        Binding("right", "pick", show=False),
        Binding("tab,shift+tab", "screen.into_field", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="entries")
        self.entries: list[Entry] = []

    def row(self, index: int, width: int) -> Row:
        """A name; a folder's ends in a slash, a file's has its size beside it."""
        entry = self.entries[index]
        if entry.is_folder:
            return ((fit(entry.name + os.sep, width), "accent"),)
        if entry is BUNDLED:
            return ((fit(entry.name, width), "dim"),)
        size = folders.size_text(entry.size)
        return ((fit(entry.name, max(0, width - 10)), "plain"), (f"{size:>10}", "dim"))


class WordsScreen(ModalScreen[LoadDataset | None], Once[LoadDataset | None]):
    """A path and what it may become; gives the command that reads the file, or nothing.

    Args:
        source: the file in hand; one starts in its folder.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", show=False)]

    def __init__(self, source: str) -> None:
        super().__init__()
        folder = os.path.dirname(source) if os.path.isabs(source) else folders.here()
        self._start = os.path.join(tilde(folder), "")
        self._folder = ""
        self._found: list[Entry] = []
        self._listed: str | None = None
        """What was in the field when the list was made."""
        self._wishes: list[Callable[[], None]] = []
        """What was asked for meanwhile, and needs the list."""
        self._wished_for = ""
        """What was in the field then; who typed on wishes for something else."""

    def compose(self) -> ComposeResult:
        """The field, what is wrong, the list."""
        with Vertical(id="file-box") as box:
            box.border_title = "Open a file of words, one a line"
            box.border_subtitle = "enter opens · tab completes · esc closes"
            yield PathInput(self._start, compact=True, id="path", select_on_focus=False)
            yield Lines(id="path-complaint")
            yield FolderList()

    def on_mount(self) -> None:
        """Start in the field, behind the folder."""
        self.screen.set_focus(self.query_one(PathInput))

    @property
    def _list(self) -> FolderList:
        return self.query_one(FolderList)

    # What the user does

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what the path may become."""
        event.stop()
        field = self.query_one(PathInput)
        # More may have been typed by now.
        if (path := folders.restarted(field.value)) != field.value:
            self._type(path)
        else:
            self._look(field.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the file that was typed, or else the first one that begins so."""
        event.stop()
        self._open()

    def on_row_list_picked(self, event: RowList.Picked) -> None:
        """Open a file or go into a folder."""
        event.stop()
        if event.is_there:
            self._take(self._list.entries[event.index])

    def action_complete(self) -> None:
        """Type what all that begins so has in common."""
        _, begin = folders.split(typed := self.query_one(PathInput).value)
        if typed != self._listed:
            self._wait_for_list(self.action_complete)
        else:
            self._type(folders.completed(self._found, begin), instead_of=begin)

    def action_into_list(self) -> None:
        """Go into the list."""
        if self._list.count:
            self.screen.set_focus(self._list)

    def action_into_field(self) -> None:
        """Go back to the field."""
        self.screen.set_focus(self.query_one(PathInput))

    def action_up(self) -> None:
        """Go to the folder above."""
        folder, _ = folders.split(self.query_one(PathInput).value)
        self._go(os.path.dirname(folder))

    # What follows from it

    def _open(self) -> None:
        typed = self.query_one(PathInput).value
        folder, begin = folders.split(folders.dropped(typed))
        path = folders.absolute(os.path.join(folder, begin))
        if begin and os.path.lexists(path):
            self._take(Entry(begin, path, os.path.isdir(path)))
        elif typed != self._listed:
            self._wait_for_list(self._open)
        elif not begin:
            self.action_into_list()
        elif self._list.count:
            self._take(self._list.entries[0])
        elif folder == self._folder:
            self._complain(f"Nothing here begins with {begin}.")

    def _wait_for_list(self, wish: Callable[[], None]) -> None:
        typed = self.query_one(PathInput).value
        if typed != self._wished_for:
            self._wished_for, self._wishes = typed, []
        self._wishes.append(wish)

    def _take(self, entry: Entry) -> None:
        if entry is BUNDLED:
            self.dismiss(LoadDataset())
        elif entry.is_folder:
            self._go(entry.path)
        else:
            self.dismiss(LoadDataset(entry.path))

    def _go(self, folder: str) -> None:
        self._type(os.path.join(tilde(folder), ""))

    def _type(self, text: str, instead_of: str | None = None) -> None:
        """Write into the field as if it was typed: the whole path, or the name at its end."""
        field = self.query_one(PathInput)
        kept = "" if instead_of is None else field.value[: len(field.value) - len(instead_of)]
        field.value = kept + text
        field.cursor_position = len(field.value)

    @work(exclusive=True)
    async def _look(self, typed: str) -> None:
        """Read the folder, if it is another, without keeping the keys waiting."""
        folder, begin = folders.split(typed)
        complaint = ""
        if folder != self._folder:
            try:
                self._found = await asyncio.to_thread(folders.entries, folder)
                self._folder = folder
            except OSError as error:
                self._folder, self._found = "", []
                complaint = f"This folder cannot be read: {error.strerror}."
        if not self.query(FolderList):
            return  # Who types a whole path may have opened it before the folder was read.
        self._complain(complaint)
        rows = folders.beginning(self._found, begin)
        if not begin and self._folder:
            above = os.path.dirname(folder)
            parts = folders.together(folder, self._found)
            up = [Entry("..", above, True)] if above != folder else []
            rows = [*parts, BUNDLED, *up, *rows]
        self._list.entries = rows
        self._list.show(len(rows))
        self._listed = typed
        if self._wished_for == self.query_one(PathInput).value == typed:
            wishes, self._wishes = self._wishes, []
            for wish in wishes:
                wish()

    def _complain(self, complaint: str) -> None:
        width = self.query_one(PathInput).size.width
        rows: list[Row] = [((fit(complaint, width), "warn"),)] if complaint else []
        self.query_one("#path-complaint", Lines).show(rows)
