"""The code a chapter shows, read from the very functions that compute its exhibit.

A cell is a function whose parameters are names of the data, results of earlier cells, or values
chosen by the reader. What is shown is its body, without signature, docstring and `return`, after a
line for each chosen value: the same statements, ready to be run in a notebook. So the code on the
screen and the code that ran cannot differ.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

Cell = Callable[..., object]

DATA_NAMES = frozenset({"words", "stoi", "itos", "V", "N", "xs", "ys"})
"""What a notebook is taken to hold already, apart from torch; `notebook.prepare` makes them."""

_REMARK = re.compile(r"\s+# (noqa|type: ignore)\b.*$", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """A cell taken apart."""

    parameters: tuple[str, ...]
    imports: tuple[str, ...]
    body: str
    assigned: frozenset[str]
    results: tuple[str, ...]
    """Names the function returns, which the notebook holds after the cell has run."""


@cache
def source(cell: Cell) -> Source:
    """Take a cell apart; remarks to the linters are left out."""
    text = textwrap.dedent(inspect.getsource(cell))
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    statements = function.body[ast.get_docstring(function) is not None :]
    imports = [s for s in statements if isinstance(s, ast.Import | ast.ImportFrom)]
    last = statements[-1]
    assert isinstance(last, ast.Return)
    body = statements[len(imports) : -1]
    lines = text.splitlines()[statements[len(imports)].lineno - 1 : last.lineno - 1]
    stored = (n for n in ast.walk(function) if isinstance(n, ast.Name))
    return Source(
        tuple(a.arg for a in function.args.args),
        tuple(ast.unparse(s) for s in imports),
        _REMARK.sub("", textwrap.dedent("\n".join(lines))).rstrip() if body else "",
        frozenset(n.id for n in stored if isinstance(n.ctx, ast.Store)),
        _names(last.value),
    )


def _names(value: ast.expr | None) -> tuple[str, ...]:
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    assert all(isinstance(part, ast.Name) for part in parts), "a cell returns names"
    return tuple(part.id for part in parts if isinstance(part, ast.Name))


def listing(cells: Iterable[Cell], given: Mapping[str, object]) -> str:
    """Write cells one below the other, as a notebook would hold them.

    Args:
        cells: functions in the order in which they are run.
        given: plain values of the parameters that neither the data nor an earlier cell provides;
            a parameter that is missing here is written as it stands in a sentence: `name = ...`.
    """
    sources = [source(cell) for cell in cells]
    imports = dict.fromkeys(line for s in sources for line in s.imports)
    known = set(DATA_NAMES)
    blocks = ["\n".join(imports)] if imports else []
    for s in sources:
        needed = [p for p in s.parameters if p not in known]
        values = [f"{p} = {given[p]!r}" if p in given else f"{p} = ..." for p in needed]
        known |= {*needed, *s.assigned}
        blocks.append("\n".join([*values, s.body]))
    return "\n\n".join(blocks)
