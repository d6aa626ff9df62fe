"""The reader's place in the lab: the chapter that is open, its dials, and what was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine import record
from engine.lab import chapter, chapters
from engine.protocol import CloseChapter, Command, Configure, Grade, Guess, Guessed, OpenChapter
from tui.lab.progress import Progress
from tui.state import State
from tui.state.intents import CentringToggled, Intent, ViewChosen
from tui.state.lesson import ChapterChosen, Lesson

RAW = "onehot"
"""The chapter whose rows of W are shown as they are looked up; elsewhere they are centred."""


@record
class Engagement:
    """What the lab asks of the app."""

    send: Callable[[Command], None]
    take: Callable[[Intent], None]
    copy: Callable[[list[str], str, str], None]
    """Copies lines, to a file of that name, too, and tells what they are."""
    remember: Callable[[dict[str, object]], None]
    """Keeps something for the next time."""


class Reader:
    """Opens chapters and keeps their dials; no widget, so it knows nothing of how they look.

    Args:
        state: what is known.
        desk: the app.
        name: chapter to open in; if not given, the one open last.
    """

    def __init__(self, state: State, desk: Engagement, name: str = "") -> None:
        self.state = state
        self._desk = desk
        self._progress = Progress(desk.remember)
        self.about = chapter(name or self._progress.last)
        """The chapter that is open."""
        asked = state.lesson.asked
        self._inputs = {asked.name: dict(asked.inputs)}
        self._revealed: set[str] = set()
        """Chapters whose answer was shown, of this time in the lab."""
        self._heard: Guessed | None = state.lesson.guessed
        self._report, self._home = state.report, state.engine.home

    @property
    def seen(self) -> tuple[str, ...]:
        """Chapters that bear a tick: guessed, or seen to their end with nothing to guess."""
        return self._progress.ticked

    @property
    def score(self) -> Mapping[str, Grade]:
        """What became of the guess at each chapter's question."""
        return self._progress.guesses

    @property
    def _is_open(self) -> bool:
        """Whether the chapter's answer is known to the reader."""
        return self.about.name in self.score or self.about.name in self._revealed

    @property
    def inputs(self) -> Mapping[str, str]:
        """Dials of the chapter as they were left; empty if they were never turned."""
        return self._inputs.get(self.about.name, {})

    @property
    def lesson(self) -> Lesson:
        """What the engine told of the chapter; nothing while it has yet to be asked."""
        lesson = self.state.lesson
        return lesson if lesson.asked.name == self.about.name else Lesson()

    def open(self, name: str) -> None:
        """Turn to a chapter."""
        self.about = chapter(name)
        self._progress.open(name)

    def beside(self, direction: int) -> str:
        """Name of the chapter so many further on; empty if there is none."""
        index = chapters().index(self.about) + direction
        return chapters()[index].name if 0 <= index < len(chapters()) else ""

    def ask(self, inputs: tuple[tuple[str, str], ...], *, with_pauses: bool) -> None:
        """Set the engine to work with the dials at these values."""
        self._inputs[self.about.name] = dict(inputs)
        request = self.state.lesson.asked.request + 1
        command = OpenChapter(self.about.name, inputs, request, with_pauses, not self._is_open)
        self._desk.take(ChapterChosen(command))
        self._desk.send(command)

    def guess(self, text: str = "") -> None:
        """Answer the question that the exhibit waits with; empty to be shown without a guess."""
        if not text:
            self._revealed.add(self.about.name)
        self._desk.send(Guess(self.state.lesson.asked.request, text))

    @property
    def is_to_guess(self) -> bool:
        """Whether the exhibit has begun, and waits for a guess or is going to."""
        lesson = self.lesson
        is_on_its_way = lesson.exhibit is not None and lesson.asked.waits and not lesson.is_done
        return is_on_its_way and lesson.guessed is None and not self._is_open

    def reveal(self) -> None:
        """Let the answer be known: what it gives away is not to be guessed any more."""
        if self.about.predict is not None and not self._is_open:
            self.guess()

    def hear(self, state: State) -> bool:
        """Take the news; whether all has to be done anew: on other words, or by another engine."""
        self.state = state
        has_other_words = self._report is not None and state.report is not self._report
        has_other_engine = state.engine.home is not self._home
        self._report, self._home = state.report, state.engine.home
        guessed = self.lesson.guessed
        if guessed is not None and guessed is not self._heard:
            self._heard = guessed
            self._progress.guess(guessed.name, guessed.grade)
        if self.lesson.is_done and not has_other_words and not self._is_open:
            self._progress.finish(self.about.name)
        is_cut_off = has_other_engine and not self.lesson.is_done and bool(self.lesson.asked.name)
        return has_other_words or is_cut_off

    def copy(self) -> None:
        """Copy the code, with what stands before it in a notebook."""
        opened, about = self.lesson.opened, self.about
        setup = opened.setup.splitlines() if opened else []
        known = {line for line in setup if line.startswith(("import ", "from "))}
        code = (opened.code if opened else about.code).splitlines()
        # What the first cell imports, the second one need not.
        rest = [line for line in code if line not in known]
        while rest and not rest[0]:
            rest.pop(0)
        parts = [*setup, "", "# %%", *rest] if setup else rest
        lines = [f"# %% {about.number}. {about.title}", *parts]
        told = "the code, ready for a notebook" if opened else "the code"
        self._desk.copy(lines, f"lab-{about.name}.py", told)

    def set_up(self) -> None:
        """Have the laboratory show what the chapter is about, with the dials as they stand."""
        about, state = self.about, self.state
        if about.view is not None:
            self._desk.take(ViewChosen(about.view))
            if about.view == "logits" and state.is_centred == (about.name == RAW):
                self._desk.take(CentringToggled())
        inputs = about.read(self.inputs)
        values = {setting: inputs.number(control) for control, setting in about.sets}
        if values and any(getattr(state.settings, name) != v for name, v in values.items()):
            self._desk.send(Configure(**values))  # type: ignore[arg-type]

    def leave(self) -> None:
        """Let the chapter's work stop."""
        self._desk.send(CloseChapter())
