"""Notes and prose; what each mark looks like, with colour and without."""

from __future__ import annotations

from engine.lab.exhibit import Mark, Note
from engine.text.width import cells, wrap
from tui.text.rows import Role, Row

ROLES: dict[Mark, Role] = {
    "": "plain",
    "strong": "strong",
    "faint": "dim",
    "good": "good",
    "bad": "bad",
    "equal": "good",
    "stretched": "accent",
    "missing": "warn",
    "clash": "bad",
}
"""Colour of a mark."""

SIGNS: dict[Mark, str] = {
    "strong": "▸",
    "good": "✓",
    "bad": "✗",
    "equal": "=",
    "stretched": "↔",
    "missing": "+",
    "clash": "✗",
}
"""What stands before something marked, for those who see no colour."""


def note(part: Note, width: int) -> list[Row]:
    """Wrap a note; its sign hangs out to the left."""
    sign = f"{SIGNS[part.mark]} " if part.mark in SIGNS else ""
    role, indent = ROLES[part.mark], cells(sign)
    lines = wrap(part.text, width - indent)
    return [(((" " * indent if i else sign) + line, role),) for i, line in enumerate(lines)]


def prose(text: str, width: int, role: Role = "plain") -> list[Row]:
    """Wrap a paragraph."""
    return [((line, role),) for line in wrap(text, width)]
