"""Python code as rows: coloured by what its words are, long lines broken where one can see it."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator

from engine.text.width import cells
from tui.text.rows import Role, Row, Run

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
    """Break a line at its blanks; what follows is set in by two more columns."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    lead: Run = (indent + CONTINUED, "dim")
    row: list[Run] = []
    used = 0
    for word in _words(runs, width - cells(lead[0])):
        size = sum(cells(run[0]) for run in word)
        if used + size > width:
            yield tuple(row)
            row, used = [lead], cells(lead[0])
            if word[0][0].isspace():
                word, size = word[1:], size - cells(word[0][0])
        row += word
        used += size
    yield tuple(row)


def _words(runs: list[Run], width: int) -> Iterator[list[Run]]:
    """Put runs together that no blank parts, a blank before each; those too wide are cut."""
    word: list[Run] = []
    for run in _short_enough(runs, width):
        is_full = sum(cells(r[0]) for r in [*word, run]) > width
        if word and (run[0].isspace() or is_full):
            yield word
            word = []
        word.append(run)
    if word:
        yield word


def _short_enough(runs: list[Run], width: int) -> Iterator[Run]:
    """Cut runs that would not fit into a line of their own."""
    for text, role, *_ in runs:
        for start in range(0, len(text), max(1, width - 1)):
            yield text[start : start + max(1, width - 1)], role
