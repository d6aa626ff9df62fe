"""Where the engine lives, as far as the screen knows, and what the screen may do there.

Pure, as `tui.state` is, of which it is a part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine import record
from engine.protocol import DatasetLoaded, EngineLost, Event, Joined, ScreenLine


@record
class EngineAwaited:
    """Another engine is on its way to the screen, or could not be had."""

    doing: str = ""
    """What is being done for it, such as “starting it again”; empty once that has ended."""
    refusal: str = ""
    """Why there is none, in a sentence; empty if that is not known."""


@record
class Attachment:
    """How the screen hangs together with its engine."""

    home: Joined | None = None
    """The process of its own in which the engine lives; `None` for a thread of the screen's."""
    lost: EngineLost | None = None
    """Why nothing is heard of it any more; `None` while it is there."""
    is_readonly: bool = False
    """Whether the screen changes no run, no setting and no file."""
    awaited: EngineAwaited = EngineAwaited()
    """What is being done to have another one."""
    is_joining: bool = False
    """Whether the engine has yet to tell of its words."""

    @property
    def is_attached(self) -> bool:
        """Whether the engine goes on without the screen."""
        return self.home is not None

    def hear(self, event: Event) -> Attachment:
        """Take over what happened."""
        match event:
            case Joined():
                return replace(
                    self, home=event, lost=None, awaited=EngineAwaited(), is_joining=True
                )
            case DatasetLoaded():
                return replace(self, is_joining=False)
            case EngineLost():
                return replace(self, lost=event)
        return self

    @property
    def machine(self) -> str:
        """Where the engine is, and the files it reads and writes; empty if that is the screen's."""
        return self.home.machine if self.home else ""

    @property
    def address(self) -> str:
        """What `makemore-tui attach` finds the engine by; empty if it lives on a thread."""
        if self.home is None:
            return ""
        machine, name = self.home.machine, self.home.name
        return f"ssh://{machine}/{name}" if machine else name


def steering(screens: Sequence[ScreenLine]) -> ScreenLine | None:
    """Give the screen that steers, if it is known."""
    return next((line for line in screens if line.is_steering), None)


def called(line: ScreenLine, screens: Sequence[ScreenLine]) -> str:
    """Call a screen by as little of its name as tells it from all others.

    That is, of `anna@box pts/3`: `anna`, or `anna@box`, or `pts/3`, or all of it.
    """
    others = [other.name for other in screens if other is not line]
    for end, index in (("@", 0), (" ", 0), (" ", -1)):
        short = line.name.split(end)[index]
        if short and not any(other.split(end)[index] == short for other in others):
            return short
    return line.name
