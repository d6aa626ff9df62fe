"""Runs in the order of the screen: this session's as a tree, then those on disk. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from engine import record
from engine.protocol import KeptRun, RunLine
from tui.state import State


@record
class Heading:
    """What the runs below it have in common."""

    text: str


@record
class Entry:
    """A run."""

    line: RunLine
    guides: str = ""
    """Lines that lead to it from the run it branched from."""
    kept: KeptRun | None = None
    """What it is on disk; `None` for a run of this session, which can be taken in hand at once."""


def entries(state: State) -> tuple[Heading | Entry, ...]:
    """Give all runs there are; those of this session once, though they are on disk as well."""
    kept, parents = state.courses.kept, {line.parent for line in state.snapshot.runs}
    # One that was put away before its first step says nothing.
    shown = {state.snapshot.id, *parents}
    runs = [line for line in state.snapshot.runs if line.step or line.id in shown]
    here = {line.id for line in state.snapshot.runs}
    others = [run for run in kept.runs if run.line.id not in here] if kept else []
    found: list[Heading | Entry] = []
    if runs:
        found += [Heading("This session"), *tree(runs)]
    if others:
        found += [Heading("On disk"), *(Entry(run.line, kept=run) for run in others)]
    return tuple(found)


def tree(runs: Sequence[RunLine]) -> Iterator[Entry]:
    """Put each run below the one it branched from, the earliest first."""
    ids = {line.id for line in runs}
    below: dict[str, list[RunLine]] = defaultdict(list)
    for line in runs:
        below[line.parent if line.parent in ids else ""].append(line)
    # By hand: a branch of a branch of a branch may go deeper than Python calls.
    ahead = [(line, "", "") for line in reversed(below[""])]
    while ahead:
        line, guides, beneath = ahead.pop()
        yield Entry(line, guides)
        children = below[line.id]
        for child in reversed(children):
            is_last = child is children[-1]
            own, further = ("└ ", "  ") if is_last else ("├ ", "│ ")
            ahead.append((child, beneath + own, beneath + further))
