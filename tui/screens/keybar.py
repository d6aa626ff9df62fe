"""The key bar: the keys of where one is, then of what matters most, until the line is full. Pure.

A field hears letters as text, so while one types the bar tells the keys of the field alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from tui.command import Command
from tui.commands import BY_ID, why_not
from tui.state import State
from tui.state.panes import PANES
from tui.text.rows import Role, Row, Run, width_of

Field = Literal["", "filter", "field", "choice"]
"""What is typed into; nothing where letters are keys."""

FIRST: dict[str, tuple[str, ...]] = {
    "dataset": ("filter", "order", "facts", "file"),
    "heatmap": ("view", "zoom_in"),
    "training": ("train", "step", "steps", "reset", "chart_gap"),
    "sampler": ("generate", "draw", "apart", "both"),
}
"""What one does most in a pane, in front: so many keys that the lab is the sixth at the latest."""

HELD = ("faster", "coarser", "undo", "hand")
"""What stands in front while a hand lies on the table; the first moves the cell then."""

THEN = ("lab", "train", "generate")
"""What stands behind that everywhere."""

MORE: dict[str, tuple[str, ...]] = {
    "dataset": ("apart", "smoother"),
    "heatmap": ("views", "smoother", "longer", "ramp", "context"),
    "training": ("faster", "undo", "branch", "step_back", "film", "chart_window", "open"),
    "sampler": ("copy", "stop", "smoother"),
}
"""What else belongs to a pane."""

REST = (
    "view", "filter", "step", "faster", "draw", "apart", "reset", "open", "save", "undo", "ladder",
    "smoother", "longer", "zoom_in", "facts", "chart_gap", "film", "maximise", "branch", "both",
    "model", "steps", "order", "file", "export", "machine", "step_back", "ramp", "theme",
)  # fmt: skip
"""What fills the line, the most useful first."""

LAST = ("help", "quit")
"""What stands at the end, however little room there is."""

TOGETHER: dict[str, tuple[str, str]] = {
    "view": ("view_back", "view"),
    "zoom_in": ("zoom_out", "zoom"),
    "faster": ("slower", "speed"),
    "smoother": ("less_smooth", "smooth"),
    "longer": ("shorter", "order"),
    "step_back": ("step_on", "time"),
}
"""Two commands that undo each other stand side by side: the second, and a label for both."""

BY_NAME = {"arrows": "walk"}
"""What keys do that are told by name, for no command has them."""

TYPING: dict[Field, tuple[tuple[str, str, str], ...]] = {
    "filter": (
        ("enter ↓", "to the words", "app.leave_field"),
        ("esc", "all words", ""),
    ),
    "field": (
        ("enter", "set", ""),
        ("↑", "more", ""),
        ("↓", "less", ""),
        ("tab", "next", "app.focus_next"),
        ("esc", "leave", "app.leave_field"),
    ),
    "choice": (
        ("enter", "choose", ""),
        ("↑ ↓", "other", ""),
        ("tab", "next", "app.focus_next"),
        ("esc", "leave", "app.leave_field"),
    ),
}
"""Keys of a field, what they do there, and the action of a click."""

ANYWHERE = ("explain", "theme", "quit")
"""Commands that are heard while one types."""


def keys(
    state: State,
    width: int,
    pane: str = "heatmap",
    field: Field = "",
    lit: str = "",
    turned: Mapping[str, str] = MappingProxyType({}),
) -> Row:
    """Write as many keys as fit; what makes no sense now is faint.

    Args:
        state: what is shown.
        width: columns there are.
        pane: the one in use.
        field: what is typed into, if anything is.
        lit: a command whose key is to be pressed next, or keys by name; they stand first and
            stand out.
        turned: commands whose next press takes back what one sees, and what it brings back.
    """
    if field:
        told = [_pressed(*each) for each in TYPING[field]]
        return _joined(told, [_told(BY_ID[name], state, at=-1) for name in ANYWHERE], width)
    last = [_told(BY_ID[name], state) for name in LAST]
    told, said = list[list[Run]](), {"", *LAST}
    if lit not in BY_ID and lit:
        told, lit = [[(f" {lit} ", "key"), (f" {BY_NAME[lit]}  ", "dim")]], ""
    first = HELD if pane == "heatmap" and state.is_in_hand else FIRST[pane]
    for name in (lit, *first, *THEN, *MORE[pane], *REST):
        if name not in said:
            said |= {name, *TOGETHER.get(name, ())[:1]}
            label = "move" if (first, name) == (HELD, "faster") else ""
            told.append(_told(BY_ID[name], state, turned, is_lit=name == lit, label=label))
    return _joined(told, last, width)


def tabs(active: str, lit: str = "") -> Row:
    """The panes as tabs; one that is to be gone to next stands out."""
    row: list[Run] = []
    for number, name in enumerate(PANES, start=1):
        role: Role = "key" if name == active else "accent" if name == lit else "dim"
        row.append((f" {number} {name.title()} ", role, f"app.command('pane_{number}')"))
    return tuple(row)


def _told(
    command: Command,
    state: State,
    turned: Mapping[str, str] = MappingProxyType({}),
    *,
    at: int = 0,
    is_lit: bool = False,
    label: str = "",
) -> list[Run]:
    """Write a command with its key, and beside that the one of what undoes it, each to click."""
    usual = turned.get(command.id) or command.label_in(state)
    other, both = TOGETHER.get(command.id, ("", usual))
    label = label or both
    row: list[Run] = []
    # What is to be pressed stands alone: that of what undoes it would be another.
    for each in filter(None, (command, None if is_lit else BY_ID.get(other))):
        action = f"app.command('{each.id}')"
        key = each.key_in(state.keys, at)
        role: Role = "key" if is_lit else "dim" if why_not(each, state) else "accent"
        row += [(" ", "dim")] * bool(row)
        row.append((f" {key} " if is_lit else key, role, action))
    return [*row, (f" {label}  ", "dim", f"app.command('{command.id}')")]


def _pressed(key: str, label: str, action: str) -> list[Run]:
    """Write a key of a field."""
    if not action:
        return [(key, "accent"), (f" {label}  ", "dim")]
    return [(key, "accent", action), (f" {label}  ", "dim", action)]


def _joined(told: Sequence[list[Run]], last: Sequence[list[Run]], width: int) -> Row:
    """Write what fits between the left edge and what stands last."""
    # No blanks need stand behind the last label.
    room = width - 1 + 2
    kept = list[list[Run]]()
    for runs in (*last, *told):
        if width_of(runs) <= room:
            room -= width_of(runs)
            kept.append(runs)
    few = sum(runs in kept for runs in last)
    row = [(" ", "plain"), *(run for runs in (*kept[few:], *kept[:few]) for run in runs)]
    text, *look = row[-1]
    return (*row[:-1], (text.rstrip() or text, *look))
