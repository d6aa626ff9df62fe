"""The chapter of the lab that lies open, as far as the engine has told."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from engine import record
from engine.protocol import (
    ChapterClosed,
    ChapterOpened,
    ExhibitShown,
    Guessed,
    OpenChapter,
)

if TYPE_CHECKING:
    from engine.lab import Exhibit


@record
class ChapterChosen:
    """The user opened a chapter, or turned a dial of it."""

    command: OpenChapter


@record
class Lesson:
    """A chapter that was asked for, and what came of it."""

    asked: OpenChapter = field(default_factory=lambda: OpenChapter(""))
    opened: ChapterOpened | None = None
    """The engine's answer; `None` until it comes."""
    exhibit: Exhibit | None = None
    """The latest one; after the turn of a dial the old one stands until there is a new one."""
    is_done: bool = False
    """Whether the exhibit is the last of what was asked for."""
    guessed: Guessed | None = None
    """What became of the guess, once there was one."""
    refusal: str = ""
    """Why what was asked for cannot be had; empty if it can."""

    @property
    def is_asking(self) -> bool:
        """Whether the exhibit waits for a guess."""
        return self.exhibit is not None and self.exhibit.question is not None

    def ask(self, command: OpenChapter) -> Lesson:
        """Note what was asked for."""
        if command.name != self.asked.name:
            return Lesson(command)
        return replace(self, asked=command, is_done=False, refusal="")

    def hear(self, event: ChapterOpened | ExhibitShown | Guessed | ChapterClosed) -> Lesson:
        """Take the engine's news; what belongs to an earlier request is dropped."""
        if isinstance(event, Guessed):
            if event.command.request != self.asked.request:
                return self
            answered = self.exhibit and replace(self.exhibit, question=None)
            return replace(self, guessed=event, exhibit=answered)
        if isinstance(event, ChapterClosed) or event.request != self.asked.request:
            return self
        if isinstance(event, ChapterOpened):
            return replace(self, opened=event)
        return replace(self, exhibit=event.exhibit, is_done=event.exhibit.is_last)

    def refuse(self, command: OpenChapter, reason: str) -> Lesson:
        """Note that what was asked for cannot be had."""
        if command.request != self.asked.request:
            return self
        return replace(self, refusal=reason)
