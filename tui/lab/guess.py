"""The question an exhibit waits with: what is asked, a field for the guess, what came of it."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from engine.lab import read_guess
from engine.protocol import Grade, Guessed, Refusal
from engine.protocol.exhibit import Question
from tui.lab.parts.texts import prose
from tui.terminal.calm import StillInput
from tui.text.rows import Role, Row, Run
from tui.widgets.lines import Lines
from tui.widgets.say import say

SIGNS: dict[Grade, tuple[str, Role]] = {
    "right": ("✓", "good"),
    "near": ("≈", "warn"),
    "off": ("✗", "bad"),
    "shown": ("·", "dim"),
}
"""What stands before a verdict, and how it is coloured."""

KEYS: Row = (
    ("enter", "accent", "screen.guess"),
    (" types, then gives it   ", "dim"),
    ("a", "accent", "screen.answer"),
    (" shows it", "dim"),
)


TYPING: Row = (("enter", "accent", "screen.guess"), (" gives it", "dim"))
"""The same while one types: letters are text then."""


class GuessMade(Message):
    """A guess was typed that may be one."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__()


class GuessInput(StillInput):
    """The field of a guess: enter gives it, escape leaves it, up and down go through options."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.leave_field", show=False),
        Binding("up", "turn(-1)", show=False),
        Binding("down", "turn(1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(
            placeholder="enter, then your guess", compact=True, max_length=60, id="guess-field"
        )
        self.question: Question | None = None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the guess, if it is one."""
        event.stop()
        if self.value.strip():
            say(self, GuessMade(self.value))

    def action_turn(self, direction: int) -> None:
        """Go through what there is to choose from."""
        question = self.question
        if question is None or question.kind != "choice":
            return
        options = question.options
        at = options.index(self.value) if self.value in options else -1 if direction > 0 else 0
        self.value = options[(at + direction) % len(options)]
        self.cursor_position = len(self.value)


def typed_into(focused: Widget | None) -> str:
    """What is typed into: a guess, a choice or a dial; empty where letters are keys."""
    if isinstance(focused, GuessInput):
        question = focused.question
        return "choice" if question is not None and question.kind == "choice" else "guess"
    return "dial" if isinstance(focused, Input) else ""


class GuessBar(Vertical):
    """A question with its field; once it is answered, what came of it. Out of sight without one."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._shown: tuple[object, ...] = ()
        self._reason = ""
        self.display = False

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _tell_keys(self) -> None:
        """Tell the keys of the field while it is in use, else those that lead there."""
        self.query_one("#guess-keys", Lines).show([TYPING if self.field.has_focus else KEYS])

    def compose(self) -> ComposeResult:
        """Question, field with its keys, what is wrong with what was typed."""
        yield Lines(id="guess-text")
        with Horizontal(id="guess-line"):
            yield GuessInput()
            yield Lines(id="guess-keys")
        yield Lines(id="guess-why")

    @property
    def field(self) -> GuessInput:
        """Where the guess is typed."""
        return self.query_one(GuessInput)

    @property
    def is_asking(self) -> bool:
        """Whether a guess is waited for."""
        return self.display and self.field.question is not None

    def show(self, question: Question | None, guessed: Guessed | None, width: int) -> None:
        """Draw what has changed."""
        look = (question, guessed, self._reason, width)
        if look == self._shown:
            return
        self._shown = look
        if question is not self.field.question:
            self.field.question, self.field.value, self._reason = question, "", ""
        self.display = question is not None or guessed is not None
        self.query_one("#guess-line").display = question is not None
        why = self.query_one("#guess-why", Lines)
        why.display = question is not None and bool(self._reason)
        why.show(prose(self._reason, width, "bad") if self._reason else [])
        text = self.query_one("#guess-text", Lines)
        if question is not None:
            text.show(_asked(question, width))
            self._tell_keys()
        elif guessed is not None:
            text.show(_judged(guessed, width))

    def read(self, text: str) -> bool:
        """Whether what was typed is a guess; if not, say why."""
        question = self.field.question
        if question is None:
            return False
        try:
            read_guess(question, text)
        except Refusal as refusal:
            self._reason = str(refusal)
        else:
            self._reason = ""
        self.show(question, None, max(20, self.query_one("#guess-text").size.width))
        return not self._reason


def _asked(question: Question, width: int) -> list[Row]:
    rows = [*prose(question.text, width, "strong")]
    if question.kind == "choice":
        line: list[Run] = []
        for i, option in enumerate(question.options, start=1):
            run: Run = (f"{i} {option}", "accent", f"screen.choose({i})")
            taken = sum(len(r[0]) for r in line)
            if line and taken + len(run[0]) + 3 > width:
                rows.append(tuple(line))
                line = []
            line += [("   ", "plain"), run] if line else [run]
        rows.append(tuple(line))
    if question.hint:
        rows += prose(question.hint, width, "dim")
    return rows


def _judged(guessed: Guessed, width: int) -> list[Row]:
    sign, role = SIGNS[guessed.grade]
    lines = prose(guessed.said, width - 2, role)
    return [((f"{sign} " if i == 0 else "  ", role), *line) for i, line in enumerate(lines)]
