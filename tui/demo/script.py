"""The script of a demo: a plain file, one instruction a line.

    # what stands behind it is not read
    caption A sentence     what the strip at the bottom says; alone: nothing
    keys space right*3 ?   keys one after the other, by character or by name, *N times
    type emma              letters one after the other, blanks included
    wait 2.5               seconds
    until step 100         ready, step N, paused or names: waits for what is so in the app
    pace 2                 from here on so many times as fast

After the last line it begins again with the first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

from engine import printable, record
from engine.protocol import Refusal
from engine.text.numbers import number as written

TOUR = Path(__file__).with_name("tour.txt")
"""The script that comes with the program."""

NAMES = (
    "space", "enter", "escape", "tab", "shift+tab", "backspace", "delete", "up", "down", "left",
    "right", "home", "end", "pageup", "pagedown", *(f"f{number}" for number in range(1, 13)),
)  # fmt: skip
"""Keys that are called by a name; all others are a character, or ctrl+ and a letter."""

CONDITIONS = ("ready", "step", "paused", "names")
"""What can be waited for: torch is imported, a step is taken, no training goes on, names are drawn
and shown."""

MOST_TIMES = 1_000
"""Times that a key may be pressed on one word of the script."""

MOST_SECONDS = 600.0
FASTEST = 100.0


@record
class Caption:
    """Say something."""

    text: str


@record
class Press:
    """Press a key."""

    key: str
    """A character, or the name of a key."""
    is_typed: bool = False
    """Whether it is one letter of many, which follow one another sooner than other keys."""


@record
class Rest:
    """Wait some time."""

    seconds: float


@record
class Until:
    """Wait for something to be so."""

    condition: str
    number: int = 0


@record
class Pace:
    """Be so many times as fast from now on."""

    times: float


Instruction = Caption | Press | Rest | Until | Pace


@record
class Line:
    """What a line asks for."""

    number: int
    """Of the line, from 1."""
    instructions: tuple[Instruction, ...]


@record
class Script:
    """A demo as it was written down."""

    name: str
    """Of the file."""
    lines: tuple[Line, ...]

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        """All of it, in order."""
        return tuple(each for line in self.lines for each in line.instructions)


def read(path: str) -> Script:
    """Read a script; that which comes with the program if the path is empty.

    Raises:
        Refusal: it cannot be read, or something in it is none of the instructions.
    """
    name = path or TOUR.name
    try:
        text = (Path(path) if path else TOUR).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise Refusal(f"The demo {printable(name)} cannot be read: {reason}.") from None
    return parse(text, name)


def parse(text: str, name: str) -> Script:
    """Understand a script.

    Args:
        text: of the file.
        name: of the file, for what is wrong in it.

    Raises:
        Refusal: something is none of the instructions, or nothing in it takes time.
    """
    lines: list[Line] = []
    for number, line in enumerate(text.splitlines(), start=1):
        word, _, rest = line.strip().partition(" ")
        if not word or word.startswith("#"):
            continue
        try:
            if word not in READERS:
                raise Refusal(f"{_shown(word)} is no instruction; there are {', '.join(READERS)}")
            lines.append(Line(number, READERS[word](rest.strip())))
        except Refusal as error:
            raise Refusal(f"{printable(name)}, line {number}: {error}.") from None
    script = Script(name, tuple(lines))
    if not any(isinstance(each, Press | Rest) for each in script.instructions):
        raise Refusal(f"{printable(name)} has neither keys nor waits; there is nothing to play.")
    return script


def _caption(rest: str) -> tuple[Instruction, ...]:
    return (Caption(printable(rest)),)


def _keys(rest: str) -> tuple[Instruction, ...]:
    if not rest:
        raise Refusal("keys are missing, such as keys space right*3 ?")
    return tuple(each for word in rest.split() for each in _presses(word))


def _presses(word: str) -> tuple[Instruction, ...]:
    repeated = re.fullmatch(r"(.+)\*([0-9]{1,4})", word)
    key, times = (repeated[1], int(repeated[2])) if repeated else (word, 1)
    if not (len(key) == 1 or key in NAMES or re.fullmatch(r"ctrl\+[a-z]", key)):
        raise Refusal(
            f"{_shown(key)} is no key; give a character, ctrl+ and a letter, or one of "
            f"{', '.join(NAMES[:15])}, f1 to f12"
        )
    if not 1 <= times <= MOST_TIMES:
        raise Refusal(f"{_shown(word)} presses a key {times:,} times; 1 to {MOST_TIMES:,} may be")
    return (Press(key),) * times


def _type(rest: str) -> tuple[Instruction, ...]:
    if not rest:
        raise Refusal("what is to be typed is missing, such as type emma")
    return tuple(Press("space" if letter == " " else letter, is_typed=True) for letter in rest)


def _wait(rest: str) -> tuple[Instruction, ...]:
    return (Rest(_number(rest.removesuffix("s"), "wait", "seconds", MOST_SECONDS)),)


def _until(rest: str) -> tuple[Instruction, ...]:
    condition, _, number = rest.partition(" ")
    if condition not in CONDITIONS or (condition == "step") != bool(number):
        raise Refusal(f"{_shown(rest)} cannot be waited for; give ready, step N, paused or names")
    return (Until(condition, int(_number(number, "until step", "step", 1e9)) if number else 0),)


def _pace(rest: str) -> tuple[Instruction, ...]:
    return (Pace(_number(rest, "pace", "times as fast", FASTEST, least=0.1)),)


READERS: dict[str, Callable[[str], tuple[Instruction, ...]]] = {
    "caption": _caption, "keys": _keys, "type": _type, "wait": _wait, "until": _until,
    "pace": _pace,
}  # fmt: skip
"""What reads the rest of a line, by its first word."""


def _number(text: str, what: str, unit: str, most: float, least: float = 0.0) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise Refusal(
            f"{what} needs a number from {written(least)} to {written(most)} ({unit}), "
            f"not {_shown(text)}"
        )
    return number


def _shown(text: str) -> str:
    return f"“{printable(text)[:40]}”"
