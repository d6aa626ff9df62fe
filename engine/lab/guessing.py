"""Predict, then see: what a chapter asks before it shows it, and how a guess is judged.

The truth stays here until there is a guess. It is worked out of the data in hand, never a literal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from engine.lab.exhibit import number
from engine.protocol import Grade, Refusal
from engine.protocol.exhibit import Question
from engine.records import record
from engine.text.symbols import BLANK, SEEN, shown, typed
from engine.words.cleaning import printable

if TYPE_CHECKING:
    from engine.lab.data import Data

LONGEST = 40
"""Most characters of a guess that are said again."""

SAME = 1e-9
"""A difference of this share is rounding."""

BETWEEN = re.compile(r"(?<=\d)\s*[x×]\s*(?=\d)")
"""What stands between the sizes of a shape."""

DIFFERENCES = "difference"
FACTORS = "factor"


@record
class Prediction:
    """A question with what is so; to be judged once there is a guess."""

    question: Question
    truth: Callable[[], float | str]
    """A number, an option, a symbol, or the two symbols of a cell."""
    after: int = 0
    """How many exhibits may be seen before the guess: the next one would give it away."""
    right: float = 0.0
    """How far off a number may be and still be right: by a difference, or by a factor."""
    near: float = 0.0
    """How far off it may be and still be near; of a letter or a cell, by rank."""
    off_by: Literal["difference", "factor"] = "difference"
    form: str = ".4g"
    """Format of the truth, or of what a letter or a cell has for itself."""
    because: Callable[[], str] = lambda: ""
    """What stands behind the truth, in a sentence with figures of these data."""
    ranks: Callable[[], Mapping[str, float]] | None = None
    """Of a letter or a cell, what each has for itself; the truth has most."""

    def judge(self, text: str) -> tuple[Grade, str]:
        """Hold a guess against the truth: (grade, sentences); an empty one is only shown it.

        Raises:
            Refusal: the text is no guess of this kind.
        """
        truth = self.truth()
        because = f" {self.because()}".rstrip()
        so = _written(truth, self.form)
        if not text.strip():
            return "shown", f"It is {so}.{because}"
        guess = read(self.question, text)
        if isinstance(truth, str) or isinstance(guess, str):
            return self._judge_name(str(guess), str(truth), because)
        grade, apart = self._apart(guess, truth)
        said = f"You said {_written(guess, '.6g')}; it is {so}"
        verdict = {"right": "right", "near": "near", "off": "not so"}[grade]
        return grade, f"{said}: {verdict}{apart}.{because}"

    def _judge_name(self, guess: str, truth: str, because: str) -> tuple[Grade, str]:
        ranks = self.ranks() if self.ranks is not None else {}
        most = ranks.get(truth, 0)
        is_right = guess == truth or (guess in ranks and ranks[guess] == most)
        if is_right:
            count = f", with {number(most, self.form)}" if ranks else ""
            return "right", f"You said {_written(guess)}: right{count}.{because}"
        said = f"You said {_written(guess)}; it is {_written(truth)}"
        if not ranks:
            return "off", f"{said}.{because}"
        mine = ranks.get(guess, 0)
        so = f"{said}, with {number(most, self.form)}."
        if not mine:
            return "off", f"{so} {_written(guess)} was never seen.{because}"
        place = 1 + sum(other > mine for other in ranks.values())
        grade: Grade = "near" if place <= self.near else "off"
        theirs = f"{_written(guess)} has {number(mine, self.form)}, number {place:,} of"
        return grade, f"{so} {theirs} {len(ranks):,}.{because}"

    def _apart(self, guess: float, truth: float) -> tuple[Grade, str]:
        """How far a number is off: (grade, in words)."""
        less = "low" if guess < truth else "high"
        # Held against the truth as it is written, but for one that is nearer than that.
        told = float(format(truth, self.form).replace(",", ""))
        if told in (0, guess):
            told = truth
        if self.off_by == DIFFERENCES or guess <= 0 or truth <= 0:
            apart = abs(guess - truth)
            said = f", {number(abs(guess - told), '.3g')} too {less}"
            is_exact = apart <= SAME * max(1.0, abs(truth))
        else:
            apart = max(guess / truth, truth / guess)
            said = f", {number(max(guess / told, told / guess), '.3g')} times too {less}"
            is_exact = apart <= 1 + SAME
        if self.off_by == FACTORS and guess <= 0 < truth:
            return "off", said
        if is_exact:
            return "right", ", to the last digit"
        grade: Grade = "right" if apart <= self.right else "near" if apart <= self.near else "off"
        return grade, said


def read(question: Question, text: str) -> float | str:
    """Read what was typed: a number, an option or how it begins, a symbol, two of them.

    Raises:
        Refusal: it is no guess of this kind; the sentence says what one would be.
    """
    whole = printable(text)
    text = whole.strip()
    said = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    match question.kind:
        case "number":
            value = _number(text)
            if value is None:
                raise Refusal(
                    f"A guess is a number here, such as 2.5, 1/27 or ln 27, not “{said}”."
                )
            return value
        case "choice":
            found = options_meant(question, text)
            if len(found) != 1:
                options = ", ".join(found or question.options)
                raise Refusal(
                    f"“{said}” may be any of these: {options}."
                    if found
                    else f"Choose one of these: {options}; not “{said}”."
                )
            return found[0]
        case "letter" | "cell":
            length = 1 if question.kind == "letter" else 2
            known = set(question.options)
            # A blank may be one of them, and is else only typed beside them.
            meant = (typed(name, known) for name in (whole, text, "".join(text.split())))
            for name in meant:
                if len(name) == length and set(name) <= known:
                    return name
            wanted = ("one symbol", "two symbols, row and column")[length - 1]
            raise Refusal(f"A guess is {wanted} of these data, not “{said}”.")


def _number(text: str) -> float | None:
    """Read 2.5, 1/27, ln 27, 40 %, −3."""
    text = text.replace("−", "-").replace(",", ".").strip().lower()
    try:
        if text.endswith("%"):
            value = float(text[:-1]) / 100
        elif text.startswith(("ln", "log")):
            value = math.log(float(text.removeprefix("ln").removeprefix("log").strip(" ()")))
        elif "/" in text:
            above, _, below = text.partition("/")
            value = float(above) / float(below)
        else:
            value = float(text)
    except (ValueError, ZeroDivisionError):
        return None
    return value if math.isfinite(value) else None


def options_meant(question: Question, text: str) -> tuple[str, ...]:
    """Give the options that begin with what was typed, or else those of which a word does.

    Signs, blanks and capitals do not count.
    """
    if text in question.options:
        return (text,)
    if not (typed := _bare(text)):
        return ()
    begun = tuple(option for option in question.options if _bare(option).startswith(typed))
    begun = begun or tuple(
        option
        for option in question.options
        if any(_bare(word).startswith(typed) for word in option.split())
    )
    whole = tuple(option for option in begun if _bare(option) == typed)
    return whole if len(whole) == 1 else begun


def _bare(text: str) -> str:
    # A shape may be typed as 5x27.
    return "".join(filter(str.isalnum, BETWEEN.sub(" ", text.casefold())))


def _written(value: float | str, form: str = "") -> str:
    """Write a value in a sentence."""
    if not isinstance(value, str):
        return number(value, form)
    return f"“{''.join(map(shown, value))}”" if len(value) <= 2 else value


def asked_number(text: str, hint: str = "") -> Question:
    """Ask for a number."""
    return Question(_joined(text), "number", hint=hint)


def asked_choice(text: str, *options: str) -> Question:
    """Ask to choose."""
    return Question(_joined(text), "choice", tuple(dict.fromkeys(options)))


def asked_cell(text: str, data: Data) -> Question:
    """Ask for a cell of the table."""
    return Question(
        _joined(text), "cell", data.symbols, f"Row and column, such as an.{_of_blanks(data)}"
    )


def asked_letter(text: str, data: Data) -> Question:
    """Ask for a symbol."""
    return Question(_joined(text), "letter", data.symbols, f"One symbol.{_of_blanks(data)}")


def _of_blanks(data: Data) -> str:
    return f" {SEEN[' ']} or {BLANK} is the blank." if " " in data.symbols else ""


def _joined(text: str) -> str:
    return " ".join(text.split())
