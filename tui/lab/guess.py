"""The question an exhibit waits with: what is asked, a field for the guess, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from engine.lab import options_meant, read_guess
from engine.protocol import Grade, Guessed, Refusal
from engine.protocol.exhibit import Question
from tui.lab.keys import key_of
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

CHOSEN, OPEN = "●", "○"
"""Before an option that is chosen, and before the others: no digit, which would be a key."""

GIVES: Row = (("enter", "accent", "screen.guess"), (" gives it", "dim"))
"""The key of a field, whatever the user chose for commands."""

TYPING: Row = (
    *GIVES,
    ("   ", "plain"),
    ("esc", "accent", "screen.leave_field"),
    (" leaves", "dim"),
)
"""What is heard in the field; letters are text there."""

CHOOSING: Row = (("← →", "accent"), (" choose   ", "dim"), *GIVES)
"""The same where there are options."""

WANTED = {
    "number": "a number",
    "choice": "first letters",
    "letter": "one symbol",
    "cell": "row and column",
}
"""What the empty field asks for while it is in use, by the kind of question."""


class GuessMade(Message):
    """A guess was typed that may be one."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__()


class GuessInput(StillInput):
    """The field of a guess: enter gives it, escape leaves it, the arrows go through options."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.leave_field", show=False),
        Binding("up", "turn(-1)", show=False),
        Binding("down", "turn(1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="your guess", compact=True, max_length=60, id="guess-field")
        self.question: Question | None = None

    @property
    def has_options(self) -> bool:
        """Whether there is to choose, not to type."""
        return self.question is not None and self.question.kind == "choice"

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the guess, if it is one."""
        event.stop()
        if self.value.strip():
            say(self, GuessMade(self.value))

    def on_key(self, event: events.Key) -> None:
        """Go on to the next thing from an empty field: no guess begins with a blank."""
        if event.key == "space" and not self.value:
            event.stop()
            event.prevent_default()
            self.call_next(self.run_action, "screen.next_thing")

    def on_focus(self) -> None:
        """Say what is wanted."""
        if self.question is not None:
            self.placeholder = WANTED[self.question.kind]

    def on_blur(self) -> None:
        """Say what the field is for."""
        self.placeholder = "your guess"

    def action_turn(self, direction: int) -> None:
        """Go through what there is to choose from."""
        question = self.question
        if question is None or not self.has_options:
            return
        options, meant = question.options, options_meant(question, self.value)
        if len(meant) == 1:
            self.value = options[(options.index(meant[0]) + direction) % len(options)]
        else:
            self.value = (meant or options)[0 if direction > 0 else -1]
        self.cursor_position = len(self.value)

    def action_cursor_left(self, select: bool = False) -> None:
        """Go to the option before, or a letter back."""
        if self.has_options:
            self.action_turn(-1)
        else:
            super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        """Go to the next option, or a letter on."""
        if self.has_options:
            self.action_turn(1)
        else:
            super().action_cursor_right(select)


def typed_into(focused: Widget | None) -> str:
    """What is typed into: a guess, a choice or a dial; empty where letters are keys."""
    if isinstance(focused, GuessInput):
        return "choice" if focused.has_options else "guess"
    return "dial" if isinstance(focused, Input) else ""


class GuessBar(Vertical):
    """A question with its field; once it is answered, what came of it. Out of sight without one."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._shown: tuple[object, ...] = ()
        self._reason = ""
        self._chosen: Mapping[str, str] = {}
        self.display = False

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _tell_keys(self) -> None:
        """Tell the keys of the field while it is in use, else those that lead there."""
        field = self.field
        keys = CHOOSING if field.has_options else TYPING
        if not field.has_focus:
            does = " gives it" if field.value.strip() else " to guess"
            keys = (
                *key_of("guess", self._chosen),
                (does, "dim"),
                ("   ", "plain"),
                *key_of("answer", self._chosen),
                (" shows it", "dim"),
            )
        self.query_one("#guess-keys", Lines).show([keys])

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

    @property
    def is_seen(self) -> bool:
        """Whether a guess is waited for where one can see it."""
        return self.is_asking and bool(self.region.area)

    def show(
        self,
        question: Question | None,
        guessed: Guessed | None,
        width: int,
        chosen: Mapping[str, str],
    ) -> None:
        """Draw what has changed.

        Args:
            question: what is asked.
            guessed: what came of the guess.
            width: columns there are.
            chosen: keys that the user chose, by command id.
        """
        self._chosen = chosen
        if question is not self.field.question:
            self.field.question, self.field.value, self._reason = question, "", ""
        typed = self.field.value.strip()
        look = (question, guessed, self._reason, width, typed)
        if look == self._shown:
            return
        self._shown = look
        self.display = question is not None or guessed is not None
        self.query_one("#guess-line").display = question is not None
        why = self.query_one("#guess-why", Lines)
        why.display = question is not None and bool(self._reason)
        why.show(prose(self._reason, width, "bad") if self._reason else [])
        text = self.query_one("#guess-text", Lines)
        if question is not None:
            text.show(_asked(question, typed, width))
            self._tell_keys()
        elif guessed is not None:
            text.show(_judged(guessed, width))

    def on_input_changed(self) -> None:
        """Show which option is meant; say at once that none is, or take a complaint back."""
        field = self.field
        if field.question is None:
            return
        is_none = field.has_options and not options_meant(field.question, field.value)
        if is_none and field.value.strip():
            self.read(field.value)
        else:
            self._reason = ""
            self._show_again()

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
        self._show_again()
        return not self._reason

    def _show_again(self) -> None:
        width = max(20, self.query_one("#guess-text").size.width)
        self.show(self.field.question, None, width, self._chosen)


def _asked(question: Question, typed: str, width: int) -> list[Row]:
    rows = [*prose(question.text, width, "strong")]
    if question.kind == "choice":
        rows += _options(question, typed, width)
    if question.hint:
        rows += prose(question.hint, width, "dim")
    return rows


def _options(question: Question, typed: str, width: int) -> list[Row]:
    """List what there is to choose from; a click gives it, what is typed marks it."""
    meant = options_meant(question, typed)
    rows: list[Row] = []
    line: list[Run] = []
    for i, option in enumerate(question.options):
        is_chosen = meant == (option,)
        role: Role = "key" if is_chosen else "plain" if option in meant or not typed else "dim"
        run: Run = (f"{CHOSEN if is_chosen else OPEN} {option}", role, f"screen.choose({i})")
        taken = sum(len(r[0]) for r in line)
        if line and taken + len(run[0]) + 3 > width:
            rows.append(tuple(line))
            line = []
        line += [("   ", "plain"), run] if line else [run]
    return [*rows, tuple(line)]


def _judged(guessed: Guessed, width: int) -> list[Row]:
    sign, role = SIGNS[guessed.grade]
    lines = prose(guessed.said, width - 2, role)
    return [((f"{sign} " if i == 0 else "  ", role), *line) for i, line in enumerate(lines)]
