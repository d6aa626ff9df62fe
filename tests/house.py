"""How the house stands: `python -m tests.house` measures it, and fails where a gate does not hold.

Circles of imports, arrows that run back up, the largest class and file, modules that lie flat in
`engine/`, and uses of Textual's private names outside `tui/terminal`.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("engine", "tui")
WALL = "tui.terminal"

GATES = {
    "circles": 0,
    "back": 0,
    "largest_class": 250,
    "largest_file": 350,
    "flat": 12,
    "private": 0,
}
"""The most that each figure may be."""

Found = tuple[int, list[str]]
"""A figure, and what it was found in."""


@cache
def graph() -> grimp.ImportGraph:
    """Who imports whom, imports for the type checker and inside functions included."""
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def room(module: str) -> str:
    """Give the room a module lies in: its folder, or itself where it lies flat."""
    return ".".join(module.split(".")[:2])


def circles() -> Found:
    """Find groups of modules, and of rooms, that import one another in a circle."""
    arrows = {m: graph().find_modules_directly_imported_by(m) for m in graph().modules}
    rooms: dict[str, set[str]] = {}
    for module, others in arrows.items():
        if module not in PACKAGES:
            seen = {room(other) for other in others if other not in PACKAGES}
            rooms.setdefault(room(module), set()).update(seen - {room(module)})
    found = [*_knots(arrows), *_knots(rooms)]
    return len(found), [" ↔ ".join(knot) for knot in found]


def _knots(arrows: dict[str, set[str]]) -> Iterator[list[str]]:
    """Give the sets of nodes that can all be reached from one another."""

    def reached(start: str) -> set[str]:
        """Where one can get to in a step or more."""
        found: set[str] = set()
        ahead = list(arrows.get(start, ()))
        while ahead:
            at = ahead.pop()
            if at not in found:
                found.add(at)
                ahead += arrows.get(at, ())
        return found

    ways = {node: reached(node) for node in arrows}
    told: set[str] = set()
    for node in sorted(arrows):
        knot = {other for other in ways[node] if node in ways.get(other, ())}
        if node in knot and len(knot) > 1 and node not in told:
            told |= knot
            yield sorted(knot)


def back() -> Found:
    """Find imports from a layer to one that is not below it, by the layers of pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    floors = {
        f"{contract['containers'][0]}.{name.strip()}": -floor
        for contract in contracts
        if contract["type"] == "layers"
        for floor, names in enumerate(contract["layers"])
        for name in names.split(":")
    }
    found = [
        f"{module} → {other}"
        for module in sorted(graph().modules)
        for other in sorted(graph().find_modules_directly_imported_by(module))
        if room(module) != room(other)
        and room(module).split(".")[0] == room(other).split(".")[0]
        and floors.get(room(module), 0) <= floors.get(room(other), 1)
        and module not in PACKAGES
    ]
    return len(found), found


def files() -> Iterator[Path]:
    """Give the files of the program."""
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def largest_file() -> Found:
    """Measure the file with the most lines."""
    lines, path = max((len(p.read_text().splitlines()), p) for p in files())
    return lines, [str(path.relative_to(ROOT))]


def largest_class() -> Found:
    """Measure the class with the most lines."""
    lines, name = max(
        ((node.end_lineno or 0) - node.lineno + 1, f"{path.relative_to(ROOT)} {node.name}")
        for path in files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    )
    return lines, [name]


def flat() -> Found:
    """Count the modules that lie in no room of the engine."""
    found = sorted(p.name for p in (ROOT / "engine").glob("*.py"))
    return len(found), found


def private() -> Found:
    """Find where something private to Textual, or to another object, is used outside the wall."""
    found = []
    for module in sorted(m for m in graph().modules if m.startswith("tui")):
        if not module.startswith(WALL):
            found += [f"{module}: {use}" for use in private_uses(module)]
    return len(found), found


def private_uses(module: str) -> list[str]:
    """Find what a module of ours does behind the back of Textual, or of another object."""
    return [*_reached_into(module), *_overridden(module)]


def _reached_into(module: str) -> Iterator[str]:
    """Find private names that are imported from Textual, or read from another object."""
    source = inspect.getsource(importlib.import_module(module))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            yield from (name for name in names if name.startswith("_"))
        elif (
            isinstance(node, ast.Attribute)
            and _is_private(node.attr)
            and ast.unparse(node.value) not in ("self", "cls", "super()", "os")
        ):
            yield ast.unparse(node)


def _overridden(module: str) -> Iterator[str]:
    """Find private names of Textual's that a class of ours defines, sets or reads of itself."""
    for cls in vars(importlib.import_module(module)).values():
        if not isinstance(cls, type) or cls.__module__ != module:
            continue
        own = set(vars(cls)) | set(re.findall(r"self\.(_\w+)", inspect.getsource(cls)))
        theirs = {
            name
            for base in cls.__mro__
            if base.__module__.partition(".")[0] == "textual"
            for name in _private_names(base)
        }
        yield from (f"{cls.__name__}.{name}" for name in sorted(own & theirs))


@cache
def _private_names(cls: type) -> frozenset[str]:
    """Private members of one of Textual's classes, those that its methods set included.

    What Textual's metaclass writes into each class is the class's own.
    """
    names = {*vars(cls), *re.findall(r"self\.(_\w+)\b(?:: [^=\n]+)? = ", inspect.getsource(cls))}
    made = {"_decorated_handlers", "_reactives", "_computes", "_merged_bindings", "_css_type_name"}
    made |= {
        "_css_type_names",
        "_abc_impl",
        "_inherit_css",
        "_inherit_bindings",
        "_inherit_component_classes",
    }
    return frozenset(name for name in names - made if _is_private(name))


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


MEASURES = {
    "circles": circles,
    "back": back,
    "largest_class": largest_class,
    "largest_file": largest_file,
    "flat": flat,
    "private": private,
}


def main(arguments: list[str] | None = None) -> int:
    """Measure, tell, and give 1 if a gate does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.house", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the figures only, as JSON")
    as_json = parser.parse_args(arguments).json
    measured = {name: measure() for name, measure in MEASURES.items()}
    broken = [name for name, (figure, _) in measured.items() if figure > GATES[name]]
    if as_json:
        print(json.dumps({name: figure for name, (figure, _) in measured.items()}))  # noqa: T201
        return bool(broken)
    for name, (figure, where) in measured.items():
        sign = "✗" if name in broken else "✓"
        print(f"{sign} {name:<14}{figure:>5} of {GATES[name]:>4}  {', '.join(where[:8])}")  # noqa: T201
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
