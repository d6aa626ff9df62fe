"""Numbers are written in one way, and in one place."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.text.numbers import number, typed

ROOT = Path(__file__).resolve().parents[3]

WRITERS = {"engine/text/numbers.py", "tui/text/numbers.py"}
"""Where a number with decimals may be turned into text."""

MEASURES = {"engine/text/width.py", "tui/terminal/measure.py"}
"""Where it may be said how wide a text is."""

WRAPPERS = {"engine/text/width.py"}
"""Where a text may be broken into lines."""


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.5, "g", "0.5"),
        (-0.25, ".2f", "−0.25"),
        (0.25, "+.2f", "+0.25"),
        (-1e-9, ".4f", "0.0000"),
        (-1e-9, "+.4f", "0.0000"),
        (1e-9, "+.4f", "0.0000"),
        (-0.0, "g", "0"),
        (-0.0, ".1%", "0.0%"),
        (1e-5, "g", "1e−05"),
        (12345.6, ",.0f", "12,346"),
        (math.inf, ".4f", "∞"),
        (-math.inf, ".4f", "−∞"),
        (math.nan, ".4f", "nan"),
        (-3, ",", "−3"),
    ],
)
def test_a_number_has_a_true_minus_and_zero_has_none(value: float, form: str, text: str) -> None:
    assert number(value, form) == text


def test_what_a_field_shows_can_be_typed() -> None:
    assert [typed(value) for value in (50.0, -2.5, 1e-5)] == ["50", "-2.5", "1e-05"]
    assert float(typed(1 / 3, 15)) == pytest.approx(1 / 3, abs=1e-15)


def sources() -> Iterator[tuple[str, ast.AST]]:
    """Every file of the program and what stands in it."""
    for folder in ("engine", "tui"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                yield path.relative_to(ROOT).as_posix(), node


def form_of(node: ast.AST) -> str:
    """The format of a value in a text, what is worked out left out."""
    if not isinstance(node, ast.FormattedValue) or not isinstance(node.format_spec, ast.JoinedStr):
        return ""
    parts = node.format_spec.values
    return "".join(str(p.value) if isinstance(p, ast.Constant) else "0" for p in parts)


def names_in(node: ast.AST) -> set[str]:
    """Names that a piece of source uses or imports."""
    if isinstance(node, ast.ImportFrom):
        return {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    return {node.attr} if isinstance(node, ast.Attribute) else set()


@pytest.mark.slow
def test_numbers_are_written_texts_measured_and_broken_in_one_place_each() -> None:
    strays = []
    for path, node in sources():
        names = names_in(node)
        is_number = re.search("[eEfFgG%]$", form_of(node)) is not None
        if is_number and path not in WRITERS:
            strays.append(f"{path}:{getattr(node, 'lineno', 0)} writes a number")
        if names & {"east_asian_width", "wcwidth", "cell_len", "rich.cells"} and (
            path not in MEASURES
        ):
            strays.append(f"{path}:{getattr(node, 'lineno', 0)} measures a text")
        if names & {"wrap", "fill", "textwrap.wrap", "textwrap.fill"} and path not in WRAPPERS:
            strays.append(f"{path}:{getattr(node, 'lineno', 0)} breaks a text")
    assert strays == []
