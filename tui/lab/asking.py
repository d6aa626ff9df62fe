"""The guess: its field is gone to, what stands in it is given; digits that miss it are told of."""

from __future__ import annotations

import time

from engine.lab import chapters
from tui.lab.guess import GuessBar, GuessMade
from tui.lab.keys import Number
from tui.lab.reader import Reader
from tui.lab.spread import Spread


class Asking(Spread):
    """Takes guesses; a number that is typed before the field is gone to opens a chapter.

    Args:
        reader: what is read.
        section: the one that is in use first.
    """

    def __init__(self, reader: Reader, section: str) -> None:
        super().__init__(reader, section)
        self._number = Number(max(each.number for each in chapters()))
        self._missed = 0
        """Number of the chapter whose question the latest digits may have been meant for."""

    async def action_open_number(self, number: int) -> None:
        """Open a chapter by its number."""
        raise NotImplementedError

    async def action_open_digit(self, digit: int) -> None:
        """Open a chapter by its number, of which this is a digit."""
        now, reader = time.monotonic(), self._reader
        if not self._number.goes_on(now):
            # Who has guessed before knows how.
            is_new = not reader.score and not reader.state.is_on_stage
            is_missed = is_new and self.query_one(GuessBar).is_seen
            self._missed = reader.about.number if is_missed else 0
        await self.action_open_number(self._number.after(digit, now))
        if self._missed:
            back = f"; {self._missed} goes back" if reader.about.number != self._missed else ""
            self._exhibit.tell(f"A number opens a chapter. To guess, press enter first{back}.")

    def action_leave_field(self) -> None:
        """Leave a field for the exhibit."""
        self.screen.set_focus(self.query_one("#lab-exhibit-page"))

    def action_guess(self) -> None:
        """Go to the field of the guess, or give what stands in it."""
        bar = self.query_one(GuessBar)
        if bar.is_asking and bar.field.value.strip():
            self._guess(bar.field.value)
        elif bar.is_asking:
            self._exhibit.tell("")
            self._choose("exhibit")
            self.screen.set_focus(bar.field)

    def action_choose(self, index: int) -> None:
        """Guess the option that was clicked."""
        question = self.query_one(GuessBar).field.question
        if question is not None and index < len(question.options):
            self._guess(question.options[index])

    def on_guess_made(self, message: GuessMade) -> None:
        """Give a guess that was typed."""
        message.stop()
        self._guess(message.text)

    def _guess(self, text: str) -> None:
        bar = self.query_one(GuessBar)
        if not bar.is_asking:
            return
        if not bar.read(text):
            if bar.field.has_options:
                bar.field.select_all()  # What is typed next is another one.
            return
        self._reader.guess(text)
        if bar.field.has_focus:
            self.action_leave_field()
