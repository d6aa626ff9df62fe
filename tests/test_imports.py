"""What an import drags in, seen in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import PATIENCE

HEAVY = ("torch", "numpy", "safetensors", "textual", "rich", "plotext", "matplotlib")


def loaded_by(code: str) -> set[str]:
    """Names of the heavy packages that some code has imported by its end."""
    report = (
        f"import sys\n{code}\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "module",
    ["engine", "engine.protocol", "engine.remote.attach", "tui.cli", "tui.main", "makemore_tui"],
)
def test_the_engines_face_and_the_command_line_import_nothing_heavy(module: str) -> None:
    assert loaded_by(f"import {module}") == set()


def test_the_app_imports_neither_torch_nor_plotext() -> None:
    drawing = {"plotext", "matplotlib"}
    assert not loaded_by("import tui.app") & {"torch", "numpy", "safetensors", *drawing}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        *([command, "--help"] for command in ("count", "tune", "ladder", "train", "sample")),
        *([command, "--help"] for command in ("score", "verify", "figure")),
        ["bench", "--help"],
        *([command, "--help"] for command in ("serve", "attach", "ps")),
        ["ps"],
        ["ps", "--json"],
        ["bridge", "none"],
        ["count"],
        ["count", "--json"],
        ["score", "emma"],
        ["train", "--steps", "-1"],
        ["--nonsense"],
    ],
)
def test_what_needs_no_tensor_imports_nothing_heavy(arguments: list[str]) -> None:
    assert (
        loaded_by(
            f"from makemore_tui import main\nsys.stderr = None\nmain({arguments!r})\n"
            "sys.stderr = sys.__stderr__"
        )
        == set()
    )


def test_the_app_imports_no_codec() -> None:
    code = "import sys, tui.start; assert 'engine.protocol.codec' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_attaches_to_an_engine_imports_no_tensor() -> None:
    code = "import tui.app, engine.remote.reaching"
    assert not loaded_by(code) & {"torch", "numpy", "safetensors"}


@pytest.mark.slow
def test_an_engine_with_torch_imports_no_screen() -> None:
    code = "from engine import Session\nSession().import_torch()\n"
    kept = "import linecache\nassert not linecache.cache, 'torch has kept its source'\n"
    assert loaded_by(code + kept) == {"torch", "numpy", "safetensors"}
