"""What is used of Textual behind its back is as it was when it was last looked at."""

from __future__ import annotations

import ast
import hashlib
import inspect
import re
import textwrap
from importlib import import_module
from pathlib import Path

import pytest

import tui.terminal
from tests import house
from tui.terminal.overrides import REASONS, Private

_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef)

MEMBERS = [private for reason in REASONS for private in reason.members]

OWN = {"_replace", "_context", "_default_focused", "_default_virtual_size", "_default_cursor_blink"}
"""Public in spite of their names, names of ours, or what Textual's own metaclass makes of ours."""


def owner(private: Private) -> tuple[object, str]:
    """Module or class that a member belongs to, and its name."""
    path, _, name = private.member.rpartition(".")
    try:
        return import_module(path), name
    except ImportError:
        module, _, cls = path.rpartition(".")
        return getattr(import_module(module), cls), name


def mark(holder: object, found: object, name: str) -> str:
    """First digits of the hash of what something does, comments and docstrings left out.

    That of a module's function is read from its file: ours may stand in its place by now.
    """
    if inspect.ismodule(holder):
        body = ast.parse(inspect.getsource(holder)).body
        tree: ast.AST = next(n for n in body if isinstance(n, _DEFINITION) and n.name == name)
        tree = ast.Module([tree], [])  # type: ignore[list-item]
    else:
        tree = ast.parse(textwrap.dedent(inspect.getsource(found)))  # type: ignore[arg-type]
    for node in ast.walk(tree):
        if isinstance(node, _DEFINITION) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:8]


@pytest.mark.parametrize("private", MEMBERS, ids=lambda private: private.member)
def test_what_is_private_to_textual_is_as_it_was(private: Private) -> None:
    holder, name = owner(private)
    found = inspect.getattr_static(holder, name, None)
    found = found.fget if isinstance(found, property) else found
    if inspect.isfunction(found):
        assert mark(holder, found, name) == private.mark, f"{private.member} is another"
        return
    assert not private.mark
    lines = inspect.getsource(holder)  # type: ignore[arg-type]
    is_there = found is not None or re.search(rf"\bself\.{name}\b", lines)
    assert is_there, f"{private.member} is no more"


def test_all_that_is_used_behind_its_back_is_listed() -> None:
    listed = {part for private in MEMBERS for part in private.member.split(".")}
    used = set()
    for path in Path(tui.terminal.__path__[0]).glob("*.py"):
        for use in house.private_uses(f"tui.terminal.{path.stem}"):
            used.add(re.split(r"[. ]", use)[-1])
    assert used - OWN - listed == set()
    names = {private.member.rpartition(".")[2] for private in MEMBERS}
    imported = {"Compositor", "StylesCache", "Toast", "active_message_pump", "invoke"}
    imported |= {"visible_screen_stack"}
    assert names - used - imported == set()
