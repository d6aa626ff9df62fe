"""Choosing a file of words: a path that completes itself, over what its folder holds.

The files are those of the machine that the engine is on, and it is asked what a folder holds; what
the screen knows of a path is how it was typed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from engine import here
from engine.protocol import FolderEntry, FolderListed, ListFolder, LoadDataset
from tui.dataset import folders
from tui.messages import Ask
from tui.terminal.calm import StillInput
from tui.terminal.screens import Once
from tui.text.paths import on, tilde
from tui.text.rows import Row, fit
from tui.widgets.lines import Lines
from tui.widgets.lists import RowList
from tui.widgets.say import say

BUNDLED = FolderEntry("the names that come with the program", "", is_folder=False)
"""Back to the list one starts with: the first row, but for the files of a folder's parts."""


class PathInput(StillInput):
    """The field for the path; tab completes it, down goes into the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "screen.complete", "Complete the path", show=False),
        Binding("down", "screen.into_list", "Into the list", show=False),
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
        Binding("left,backspace", "screen.up", "To the folder above", show=False),
        Binding("right", "pick", "Into the folder", show=False),
        Binding("tab,shift+tab", "screen.into_field", "To the field", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="entries")
        self.entries: list[FolderEntry] = []

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
        machine: where the engine is; empty if that is this machine.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", show=False)]

    def __init__(self, source: str, machine: str = "") -> None:
        super().__init__()
        self._machine = machine
        working = "~" if machine else here()
        folder = os.path.dirname(source) if os.path.isabs(source) else working
        # Of another machine it is not known yet which folder the tilde stands for.
        self._start = os.path.join(folder if machine else tilde(folder), "")
        self.asked = ListFolder(self._start, 1)
        """The folder that the engine is asked for: the first one by whoever opens the screen, so
        that what it holds may be there with the first frame."""
        self._listing: FolderListed | None = None
        """What it holds; `None` until that is told."""
        self._listed: str | None = None
        """What was in the field when the list was made."""
        self._wishes: list[Callable[[], None]] = []
        """What was asked for meanwhile, and needs the list."""
        self._wished_for = ""
        """What was in the field then; who typed on wishes for something else."""

    def compose(self) -> ComposeResult:
        """The field, what is wrong, the list."""
        with Vertical(id="file-box") as box:
            box.border_title = Content(f"Open a file of words{on(self._machine)}, one a line")
            box.border_subtitle = "enter opens · tab completes · esc closes"
            yield PathInput(self._start, compact=True, id="path", select_on_focus=False)
            yield Lines(id="path-complaint")
            yield FolderList()

    def on_mount(self) -> None:
        """Start in the field, behind the folder."""
        self.screen.set_focus(self.query_one(PathInput))

    def hear(self, listing: FolderListed) -> None:
        """Show a folder, unless it is not the one that was asked for last."""
        if listing.command == self.asked:
            self._listing = listing
            if self.is_mounted and self.is_laid:
                self._show_list(listing)

    @property
    def _list(self) -> FolderList:
        return self.query_one(FolderList)

    @property
    def _typed(self) -> str:
        return self.query_one(PathInput).value

    # What the user does

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what the path may become."""
        event.stop()
        # More may have been typed by now.
        if (path := folders.restarted(self._typed)) != self._typed:
            self._type(path)
        else:
            self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the file that was typed, or else the first one that begins so."""
        event.stop()
        self._once_listed(self._open)

    def on_row_list_picked(self, event: RowList.Picked) -> None:
        """Open a file or go into a folder."""
        event.stop()
        if event.is_there:
            self._take(self._list.entries[event.index])

    def action_complete(self) -> None:
        """Type what all that begins so has in common."""
        self._once_listed(self._complete)

    def action_into_list(self) -> None:
        """Go into the list."""
        if self._list.count:
            self.screen.set_focus(self._list)

    def action_into_field(self) -> None:
        """Go back to the field."""
        self.screen.set_focus(self.query_one(PathInput))

    def action_up(self) -> None:
        """Go to the folder above."""
        self._once_listed(self._go_up)

    # What follows from it

    def _once_listed(self, wish: Callable[[FolderListed, str], None]) -> None:
        """Do something with the folder and what was typed of a name in it, once it is listed."""
        typed = self._typed
        if typed == self._listed and self._listing is not None:
            wish(self._listing, folders.split(typed)[1])
            return
        if typed != self._wished_for:
            self._wished_for, self._wishes = typed, []
        self._wishes.append(lambda: self._once_listed(wish))

    def _open(self, listing: FolderListed, begin: str) -> None:
        typed = self._typed
        named = (entry for entry in listing.entries if entry.name == begin)
        if begin in (os.curdir, os.pardir):
            self._go(os.path.normpath(os.path.join(listing.folder, begin)))
        elif (entry := next(named, None)) is not None:
            self._take(entry)
        elif (path := folders.dropped(typed)) != typed:
            self._type(path)
            self._once_listed(self._open)
        elif not begin and self._list.entries[:1] in ([], [BUNDLED]):
            self.action_into_list()  # Nobody has asked for other words than those of a file.
        elif self._list.count:
            self._take(self._list.entries[0])
        elif not listing.is_whole:
            # The engine knows, or says why it does not.
            self.dismiss(LoadDataset(os.path.join(listing.folder, begin)))
        elif not listing.reason:
            self._complain(f"Nothing here begins with {begin}.")

    def _complete(self, listing: FolderListed, begin: str) -> None:
        folder, _ = folders.split(self._typed)
        self._type(os.path.join(folder, folders.completed(listing.entries, begin)))

    def _go_up(self, listing: FolderListed, _: str) -> None:
        self._go(os.path.dirname(listing.folder))

    def _take(self, entry: FolderEntry) -> None:
        if entry is BUNDLED:
            self.dismiss(LoadDataset())
        elif entry.is_folder:
            self._go(entry.path)
        else:
            self.dismiss(LoadDataset(entry.path))

    def _go(self, folder: str) -> None:
        home = self._listing.home if self._listing else None
        self._type(os.path.join(tilde(folder, home), ""))

    def _type(self, path: str) -> None:
        """Write into the field as if it was typed."""
        field = self.query_one(PathInput)
        field.value = path
        field.cursor_position = len(path)

    def _look(self) -> None:
        """Ask for the folder, if it is another one, or show what of it begins so."""
        folder, _ = folders.split(self._typed)
        if folder != self.asked.path:
            self._listing = None
            self.asked = ListFolder(folder, self.asked.request + 1)
            say(self, Ask(self.asked))
        elif self._listing is not None:
            self._show_list(self._listing)

    def _show_list(self, listing: FolderListed) -> None:
        folder, begin = folders.split(typed := self._typed)
        if folder != listing.command.path:
            return  # More was typed, and that is asked for in a moment.
        self._complain(f"This folder cannot be read: {listing.reason}." if listing.reason else "")
        rows = folders.beginning(listing.entries, begin)
        if not begin and not listing.reason:
            above = os.path.dirname(listing.folder)
            parts = folders.together(listing.folder, listing.entries)
            up = [FolderEntry("..", above, True)] if above != listing.folder else []
            rows = [*parts, BUNDLED, *up, *rows]
        self._list.entries = rows
        self._list.show(len(rows))
        self._listed = typed
        if self._wished_for == typed:
            wishes, self._wishes = self._wishes, []
            for wish in wishes:
                wish()

    def _complain(self, complaint: str) -> None:
        width = self.query_one(PathInput).size.width
        rows: list[Row] = [((fit(complaint, width), "warn"),)] if complaint else []
        self.query_one("#path-complaint", Lines).show(rows)
