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
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import takewhile

from engine.records import record

Cell = Callable[..., object]

DATA_NAMES = frozenset({"words", "stoi", "itos", "V", "N", "xs", "ys"})
"""What a notebook is taken to hold already, apart from torch; `notebook.setup` makes them."""

NAMES_OF_WORDS = frozenset({"words", "xs", "ys"})
"""Those of them that are not to be had of counts alone."""

_REMARK = re.compile(r"\s+# (noqa|type: ignore)\b.*$", re.MULTILINE)


@record
class Loop:
    """Cells that are run so many times over; a chapter shows an exhibit between two rounds."""

    times: str
    """Name of the chosen value that says how many times."""
    cells: tuple[Cell, ...]


@record
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
    first, last = statements[len(imports)], statements[-1]
    assert isinstance(last, ast.Return)
    lines = text.splitlines()[first.lineno - 1 : last.lineno - 1]
    names = (n for n in ast.walk(function) if isinstance(n, ast.Name))
    return Source(
        tuple(a.arg for a in function.args.args),
        tuple(ast.unparse(s) for s in imports),
        _REMARK.sub("", textwrap.dedent("\n".join(lines))).rstrip(),
        frozenset(n.id for n in names if isinstance(n.ctx, ast.Store)),
        _results(last.value),
    )


def _results(value: ast.expr | None) -> tuple[str, ...]:
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    assert all(isinstance(part, ast.Name) for part in parts), "a cell returns names"
    return tuple(part.id for part in parts if isinstance(part, ast.Name))


def flat(cells: Sequence[Cell | Loop]) -> Iterator[Cell]:
    """Every cell, those inside loops included."""
    for cell in cells:
        if isinstance(cell, Loop):
            yield from cell.cells
        else:
            yield cell


def of_counts(cells: Sequence[Cell | Loop]) -> Sequence[Cell | Loop]:
    """The cells before the first that goes through the words: those after it go on from there."""

    def needs_words(cell: Cell | Loop) -> bool:
        return any(NAMES_OF_WORDS.intersection(source(c).parameters) for c in flat([cell]))

    return [*takewhile(lambda cell: not needs_words(cell), cells)]


def listing(cells: Sequence[Cell | Loop], given: Mapping[str, object]) -> str:
    """Write cells one below the other, as a notebook would hold them.

    Args:
        cells: in the order in which they are run.
        given: plain values of the parameters that neither the data nor an earlier cell provides;
            one that is missing here is left open, `name = ...`.
    """
    imports = dict.fromkeys(line for cell in flat(cells) for line in source(cell).imports)
    known = set(DATA_NAMES)
    blocks = ["\n".join(imports)] if imports else []
    for cell in cells:
        inner = list(flat([cell]))
        names = [cell.times] if isinstance(cell, Loop) else []
        names += [p for c in inner for p in source(c).parameters]
        needed = [name for name in dict.fromkeys(names) if name not in known]
        values = [f"{n} = {given[n]!r}" if n in given else f"{n} = ..." for n in needed]
        body = "\n".join(source(c).body for c in inner)
        if isinstance(cell, Loop):
            body = f"for _ in range({cell.times}):\n{textwrap.indent(body, '    ')}"
        known |= {*needed, *(name for c in inner for name in source(c).assigned)}
        blocks.append("\n".join([*values, body]))
    return "\n\n".join(blocks)
