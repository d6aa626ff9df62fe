"""Seats: what each screen has of an engine for itself, and which of them steers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from engine.answers import Answers
from engine.answers.ground import Ground
from engine.answers.slow import CLIMB, LOOK, Slow, begin
from engine.answers.tasks import Tasks, refusing
from engine.protocol import (
    CloseChapter,
    Event,
    Guess,
    ListBigrams,
    ListFolder,
    Look,
    OpenChapter,
    Progressed,
    Refusal,
    ScreenLine,
    SteeringPassed,
    StopClimbing,
    StopSampling,
    Watch,
)
from engine.training.directing import AboutRuns, answer
from engine.words import folders

if TYPE_CHECKING:
    from engine.training.looking import Looking

Own = (
    Slow | AboutRuns | ListBigrams | ListFolder | StopClimbing | StopSampling | Watch | OpenChapter
    | CloseChapter | Guess
)  # fmt: skip
"""Commands that concern nobody but the screen that gives them."""

FOLDER = "folder"
"""Name of the task of reading a folder."""


class Seat:
    """What one screen watches, looks at and has asked.

    Args:
        seats: those it is one of.
        name: who looks from where; empty for the one that the engine's own process has.
        is_readonly: whether it never steers.
    """

    def __init__(self, seats: Seats, name: str = "", *, is_readonly: bool = False) -> None:
        self.name, self.is_readonly = name, is_readonly
        self.answers: Answers | None = None
        """What is worked out of the words there are; new words start from nothing."""
        self.watch = Watch()
        self._seats = seats
        self._tasks = Tasks()

    @property
    def steers(self) -> bool:
        """Whether it may change what all seats share: as the engine's own process always may."""
        return not self.name or self is self._seats.steering

    @property
    def is_busy(self) -> bool:
        """Whether there is something to be worked off now."""
        return bool(self._tasks) or not self.rest

    @property
    def rest(self) -> float:
        """Seconds until there is something to do of itself; infinite if there is nothing."""
        return self.answers.rest if self.answers else math.inf

    @property
    def look(self) -> Looking | None:
        """What it looks at of the run in hand, if there is one."""
        return self.answers.models.look if self.answers else None

    def begin_on(self, ground: Ground) -> None:
        """Begin to ask about other words; what was asked about those before is dropped."""
        self._tasks.keep(FOLDER)
        self.answers = Answers(ground, lambda: self.steers)

    def ask(self, command: Own) -> Iterator[Event]:
        """Carry out a command; Refusal if it cannot be."""
        match command:
            case Watch():
                self.watch = command
            case StopClimbing():
                self._tasks.drop(CLIMB)
                yield Progressed(CLIMB, 1, 1)
            case StopSampling():
                if self.answers is not None:
                    self.answers.stop_drawing()
            case CloseChapter():
                if self.answers is not None:
                    yield from self.answers.close_chapter()
            case Guess():
                if self.answers is not None:
                    yield from self.answers.guess(command)
            case OpenChapter():
                yield from self._asked().lectern().open(command)
            case ListBigrams():
                yield self._asked().list_bigrams(command)
            case ListFolder():
                self._tasks.drop(FOLDER)  # Only the latest is wanted.
                yield from self._tasks.begin(FOLDER, folders.listing(command))
            case _ if isinstance(command, AboutRuns):
                yield from self._ask_about_runs(command)
            case _ if isinstance(command, Slow):
                yield from begin(command, self._asked(), self._tasks)
            case _:
                assert_never(command)

    def _ask_about_runs(self, command: AboutRuns) -> Iterator[Event]:
        objectives = self._asked().ground.objectives
        assert objectives is not None
        name = LOOK if isinstance(command, Look) else type(command).__name__
        self._tasks.drop(name)  # Only the latest is wanted.
        steps = answer(command, objectives, self.look)
        yield from self._tasks.begin(name, refusing(command, steps))

    def _asked(self) -> Answers:
        """What answers questions; Refusal if there are no words to ask about."""
        if self.answers is None:
            raise Refusal("There are no words yet; load a file of words first.")
        return self.answers

    def put_off(self, events: Iterator[Event]) -> None:
        """Have done between other work what had to wait, behind what waits already."""
        self._tasks.append("waited", events)

    def work(self) -> Iterator[Event]:
        """Take every task, and the chapter that lies open, one step further."""
        yield from self._tasks.work()
        if self.answers is not None:
            yield from self.answers.step()

    def halt(self) -> None:
        """Drop all tasks, after a fault or at the end."""
        self._tasks.keep()
        if self.answers is not None:
            self.answers.halt()


class Seats:
    """All seats, the engine's own first, and the one that steers."""

    def __init__(self) -> None:
        self.own = Seat(self)
        self.steering: Seat | None = None
        """None where no screen is there that may steer."""
        self._seats = [self.own]

    def __iter__(self) -> Iterator[Seat]:
        return iter(tuple(self._seats))

    def join(self, name: str, *, is_readonly: bool = False) -> Seat:
        """Give a screen a seat; it steers if no other one does."""
        seat = Seat(self, name, is_readonly=is_readonly)
        self._seats.append(seat)
        if self.steering is None and not is_readonly:
            self.steering = seat
        return seat

    def leave(self, seat: Seat) -> Iterator[Event]:
        """Take a seat away; the steering passes to the one that is there longest of the others."""
        yield from seat.ask(CloseChapter())
        seat.halt()
        seat.answers = None  # They hold on to the seat: it may be long until that is found out.
        self._seats.remove(seat)
        if self.steering is seat:
            rest = (each for each in self._seats if each.name and not each.is_readonly)
            self.steering = next(rest, None)
            if self.steering is not None:
                yield SteeringPassed(self.steering.name, is_own=False, reason="left")

    def steer(self, seat: Seat) -> Iterator[SteeringPassed]:
        """Have a seat steer; Refusal if it is there to look on."""
        if seat.is_readonly:
            raise Refusal("This screen is read-only; attach without --readonly to steer.")
        if seat.name and self.steering is not seat:
            self.steering = seat
            yield SteeringPassed(seat.name, is_own=False, reason="taken")

    def why_not(self, seat: Seat) -> str:
        """Why a seat may not change what all share, in a sentence."""
        if seat.is_readonly:
            return "This screen is read-only: it changes neither run nor settings nor disk."
        who = self.steering.name if self.steering else "another screen"
        return f"{who} steers; take the steering over first."

    def lines(self, own: Seat) -> tuple[ScreenLine, ...]:
        """The screens, as one of them is told of them."""
        return tuple(
            ScreenLine(each.name, each is self.steering, each.is_readonly, each is own)
            for each in self._seats
            if each.name
        )
