"""Python code as rows: coloured by what its words are, long lines broken where one can see it."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator

from engine.lab.width import cells
from tui.lines import Role, Row, Run

CONTINUED = "↳ "
"""Before the rest of a line that was broken for the screen; it is not in what is copied."""

_TOKEN = re.compile(
    r"(?P<remark>#.*)|(?P<text>f?\"(?:\\.|[^\"\\])*\"|f?'(?:\\.|[^'\\])*')"
    r"|(?P<number>\b\d[\w.]*)|(?P<word>[^\W\d]\w*)|(?P<other>\s+|.)"
)

_BUILTINS = frozenset(name for name in dir(builtins) if name.islower())


def listing(code: str, width: int) -> list[Row]:
    """Lay code out for so many columns."""
    rows: list[Row] = []
    for line in code.splitlines():
        rows += _broken(list(_runs(line)), line, width)
    return rows


def _runs(line: str) -> Iterator[Run]:
    for match in _TOKEN.finditer(line):
        text = match[0]
        role: Role = "plain"
        if match.lastgroup == "remark":
            role = "dim"
        elif match.lastgroup == "text":
            role = "good"
        elif match.lastgroup == "number":
            role = "warn"
        elif keyword.iskeyword(text):
            role = "accent"
        elif text in _BUILTINS:
            role = "counts"
        yield text, role


def _broken(runs: list[Run], line: str, width: int) -> Iterator[Row]:
    """Break a line between its words; what follows is set in by two more columns."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    row: list[Run] = []
    used = 0
    for run in _short_enough(runs, width - len(indent) - len(CONTINUED)):
        size = cells(run[0])
        if used + size > width:
            yield tuple(row)
            row = [(indent + CONTINUED, "dim")]
            used = len(indent) + len(CONTINUED)
        row.append(run)
        used += size
    yield tuple(row)


def _short_enough(runs: list[Run], width: int) -> Iterator[Run]:
    """Cut runs that would not fit into a line of their own."""
    for text, role, *_ in runs:
        for start in range(0, len(text), max(1, width)):
            yield text[start : start + max(1, width)], role
