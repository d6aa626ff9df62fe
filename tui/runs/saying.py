"""What is said of a run below the table, and the keys of its screen. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from engine import printable
from tui.overlying import RUNS
from tui.runs.table import Standing, condition
from tui.runs.tree import Entry
from tui.state.courses import MOST_COMPARED, differing, name_of
from tui.text.paths import on, tilde
from tui.text.rows import Row, Run, fit, width_of

FULL = f"The chart has colours for {MOST_COMPARED} runs, and shows as many; take one of them out."

OF_OTHER_WORDS = "That run is of other words; losses can be held against those on the same alone."


def sentences(entry: Entry | None, standing: Standing, width: int) -> list[Row]:
    """Say of a run what the table has no room for."""
    if entry is None:
        return []
    line, state = entry.line, standing.state
    name = name_of(line.id)
    first = f"run {line.id}" + f", {name} for short" * (name != line.id)
    if line.parent:
        first += f" · from {name_of(line.parent)} at step {line.at:,}"
    if entry.kept is not None:
        home = state.courses.kept.home if state.courses.kept else ""
        first += f" · {condition(entry, standing)} · {entry.kept.source}"
        first += f" · {tilde(entry.kept.path, home)}"
    said = [first]
    if entry.kept is not None and entry.kept.is_in_use:
        where = on(state.engine.machine)
        said.append(f"Another process{where} trains it; {entry.kept.instead}.")
    if line.id != state.snapshot.id:
        differs = differing(line.settings, state.snapshot.settings) or "the same settings"
        said.append(f"Against the run in hand: {differs}")
    if marks := state.courses.marks(line.id):
        changes = ", ".join(f"{mark.text} from {mark.step:,}" for mark in marks)
        said.append(f"Changed on the way: {changes}")
    # Of a file that was handed on, anything may be in it.
    return [((fit(printable(text), width).rstrip(), "dim"),) for text in said]


def hints(width: int, chosen: Mapping[str, str]) -> Row:
    """Keys of the screen, as many as there is room for."""
    keys = (
        ("enter", "take up", ""),
        *((c.key_in(chosen), c.label, f"screen.{c.action}") for c in RUNS),
        ("tab", "path", ""),
        ("esc", "close", "screen.close"),
    )
    row: list[Run] = []
    for key, what, action in keys:
        runs: list[Run] = [(key, "accent"), (f" {what}  ", "dim")]
        if action:
            runs = [(key, "accent", action), (f" {what}  ", "dim", action)]
        if width_of([*row, *runs]) <= width + 2:
            row += runs
    return row
