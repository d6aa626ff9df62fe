"""The way in says what is in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import PATIENCE

ROOT = Path(__file__).parent.parent


def run(*command: str, path: Path | str = "", cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a Python with another folder first on its path."""
    env = os.environ | {"PYTHONPATH": f"{path}{os.pathsep}{ROOT}"}
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=env,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize("module", ["tui", "makemore_tui"])
@pytest.mark.parametrize("name", ["engine/__init__.py", "engine.py"])
def test_another_engine_before_ours_is_named(tmp_path: Path, module: str, name: str) -> None:
    other = tmp_path / name
    other.parent.mkdir(exist_ok=True)
    other.write_text("")
    done = run("-m", module, "--version", path=tmp_path, cwd=tmp_path)
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    where = other if name == "engine.py" else other.parent
    assert sentence.startswith(f"makemore-tui: {where} is in the way: Python finds it before")


def test_another_tui_before_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "tui").mkdir()
    (tmp_path / "tui/__init__.py").write_text("print 'of another age'")
    done = run("-m", "makemore_tui", "--version", path=tmp_path, cwd=tmp_path)
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert f"{tmp_path / 'tui'} is in the way" in sentence


def test_a_package_that_was_installed_over_ours_is_named(tmp_path: Path) -> None:
    """As pip does it: its files lie in our folder, and its metadata beside it."""
    for folder in ("tui", "engine"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("print 'of another age'")
    (tmp_path / "makemore_tui.py").write_text((ROOT / "makemore_tui.py").read_text())
    about = tmp_path / "tui-1.1.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tui\nVersion: 1.1.1\n")
    (about / "top_level.txt").write_text("tui\n")
    done = run("-m", "makemore_tui", "--version", path=tmp_path, cwd=tmp_path)
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "The package tui has put files of its own into" in sentence
    assert str(tmp_path / "tui") in sentence


def test_a_fault_of_our_own_is_not_blamed_on_others(tmp_path: Path) -> None:
    for folder in ("tui", "engine"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
    (tmp_path / "makemore_tui.py").write_text((ROOT / "makemore_tui.py").read_text())
    (tmp_path / "tui/main.py").write_text("raise RuntimeError('ours')")
    done = run("-m", "makemore_tui", path=tmp_path, cwd=tmp_path)
    assert "RuntimeError: ours" in done.stderr


@pytest.mark.soak
def test_the_picture_of_the_readme_can_be_made_anew(tmp_path: Path) -> None:
    script = ROOT / ".readme" / "picture.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, timeout=PATIENCE)
    assert "from&#160;network" in (tmp_path / "screen.svg").read_text(encoding="utf-8")
