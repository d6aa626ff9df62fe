"""Going through a chapter: text, exhibit, question, answer, and on to the next one."""

from __future__ import annotations

from typing import Literal, get_args

Thing = Literal["text", "exhibit", "question", "answer"]
"""What one looks at, in the order in which it is told."""

THINGS: tuple[Thing, ...] = get_args(Thing)


def thing_in(section: str, *, is_asked: bool, is_answered: bool) -> Thing:
    """Say what one looks at, whichever way one came there.

    Args:
        section: the section in use; the code belongs to the exhibit.
        is_asked: whether the question was come to.
        is_answered: whether the answer is revealed.
    """
    if section != "text":
        return "exhibit"
    return "answer" if is_answered else "question" if is_asked else "text"


def beside(thing: Thing, direction: int) -> Thing | None:
    """Give what comes next, or came before; None where that is another chapter's."""
    index = THINGS.index(thing) + direction
    return THINGS[index] if 0 <= index < len(THINGS) else None


def section_of(thing: Thing) -> str:
    """Give the section that a thing stands in."""
    return "exhibit" if thing == "exhibit" else "text"
