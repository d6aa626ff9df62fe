"""Pages of the lab as rows: the list of chapters, the text, how far an exhibit has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from engine.lab import Chapter, chapters, paragraphs
from engine.protocol import Grade
from engine.text.width import wrap
from tui.lab.going import Thing
from tui.lab.keys import key_of
from tui.lab.parts.texts import prose
from tui.state import State
from tui.state.lesson import Lesson
from tui.text.rows import Role, Row, Run, width_of

SECTIONS = ("text", "exhibit", "code")

STEPS = 24
"""Columns of the bar that says how far an exhibit has come."""


def sign(about: Chapter, now: str, seen: Collection[str]) -> str:
    """Mark of a chapter: open, guessed or seen to its end, or not yet."""
    if about.name == now:
        return "▸"
    return "✓" if about.name in seen else "·"


def contents(now: str, seen: Collection[str], score: Mapping[str, Grade], width: int) -> list[Row]:
    """List the chapters; a click opens one."""
    rows: list[Row] = []
    for about in chapters():
        role: Role = "key" if about.name == now else "plain"
        head = f"{sign(about, now, seen)}{about.number:>3} "
        for i, line in enumerate(wrap(about.title, width - len(head) - 1)):
            lead = head if i == 0 else " " * len(head)
            text = f"{lead}{line}".ljust(width)
            rows.append(((text, role, f"screen.open_number({about.number})"),))
    rows += [(), ((ticked(seen), "dim"),)]
    if score:
        grades = Counter(score.values())
        said = f"{grades['right']} right, {grades['near']} near, {grades['off']} off"
        rows.append(((said, "dim"),))
    return rows


def ticked(seen: Collection[str]) -> str:
    """Say what a tick stands for, and how many chapters bear one."""
    return f"✓ guessed: {sum(about.name in seen for about in chapters())} of {len(chapters())}"


def strip(now: str, seen: Collection[str], width: int) -> Row:
    """List the chapters in one line, by number, and what their ticks mean where there is room."""
    row: list[Run] = [(" Lab  ", "strong")]
    for about in chapters():
        role: Role = "key" if about.name == now else "dim"
        text = f"{sign(about, now, seen)}{about.number} "
        row.append((text, role, f"screen.open_number({about.number})"))
    told: Run = (f"  {ticked(seen)}", "dim")
    return (*row, told) if width_of([*row, told]) < width else tuple(row)


def tabs(now: str) -> Row:
    """The sections of a chapter as tabs."""
    row: list[Run] = []
    for section in SECTIONS:
        role: Role = "key" if section == now else "dim"
        row.append((f" {section.title()} ", role, f"screen.see('{section}')"))
    left: Run = (" h ", "accent", "screen.turn_page(-1)")
    right: Run = ("l", "accent", "screen.turn_page(1)")
    return (*row, left, right)


def on_stage(about: Chapter, thing: Thing, width: int) -> list[Row]:
    """Lay out the one thing that a room is to look at, under the chapter's title."""
    rows: list[Row] = [((f"{about.number}  {about.title}", "accent"),), (), ()]
    if thing in ("question", "answer"):
        rows += _paragraphs(about.question, width, "strong")
    else:
        rows += _paragraphs(about.text, width)
    if thing == "answer":
        rows += [(), *_paragraphs(about.answer, width)]
    return rows


def _paragraphs(text: str, width: int, role: Role = "plain") -> list[Row]:
    rows: list[Row] = []
    for paragraph in paragraphs(text):
        rows += [*prose(paragraph, width, role), ()]
    return rows


def text(about: Chapter, width: int, *, is_answered: bool, chosen: Mapping[str, str]) -> list[Row]:
    """Lay out the text, the question, and the answer if it was asked for, or the key for it."""
    rows: list[Row] = []
    for paragraph in paragraphs(about.text):
        rows += [*prose(paragraph, width), ()]
    rows.append((("Question", "accent"),))
    for paragraph in paragraphs(about.question):
        rows += prose(paragraph, width, "strong")
    rows.append(())
    if not is_answered:
        return [*rows, (*key_of("answer", chosen), (" reveals the answer", "dim"))]
    rows.append((("Answer", "accent"),))
    for paragraph in paragraphs(about.answer):
        rows += [*prose(paragraph, width), ()]
    return rows[:-1]


def progress(lesson: Lesson, about: Chapter, state: State, width: int) -> list[Row]:
    """Say how far the exhibit has come, or what it waits for."""
    if lesson.refusal:
        return prose(lesson.refusal, width, "bad")
    if not state.is_ready:
        waiting = state.progress or "getting ready"
        return prose(f"The exhibit follows: {waiting}.", width, "accent")
    if lesson.exhibit is None:
        return prose("The exhibit is being computed.", width, "accent")
    if lesson.is_asking:
        return [(("The exhibit goes on once you have guessed.", "accent"),)]
    if lesson.is_done:
        return [(("━" * STEPS, "good"), (" done", "dim"))]
    done, total = lesson.exhibit.done, lesson.exhibit.total
    filled = STEPS * done // max(1, total)
    rows: list[Row] = [
        (
            ("━" * filled, "accent"),
            ("─" * (STEPS - filled), "dim"),
            (f" {done:,} of {total:,}", "dim"),
        )
    ]
    if about.pauses_run and lesson.opened is not None and lesson.opened.has_paused_run:
        rows += prose("The main run is paused; it goes on when the race is over.", width, "warn")
    return rows
