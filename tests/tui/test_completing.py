"""The shell completes what there is, soon, and a slip of the fingers is asked about."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.lab import chapters
from engine.text.alike import meant
from tests.tui.test_cli import Run, run, words
from tui import storage
from tui.colours import themes
from tui.shell.completing import SHELLS, THEMES

__all__ = ["run", "words"]


def test_the_themes_are_those_that_there_are() -> None:
    assert {*themes.THEMES} == {*THEMES}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_verb_prints_what_a_shell_needs(run: Run, shell: str) -> None:
    answer = run("completion", shell)
    assert (answer.code, answer.err) == (0, "")
    assert f"_MAKEMORE_TUI_COMPLETE={shell}_complete" in answer.out


@pytest.fixture
def completed(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Ask as bash does, with a runs folder that holds two runs."""
    shelf = storage.shelf(place="")
    for id in ("3fa2c1", "9b1d00"):
        (tmp_path / "runs" / id).mkdir(parents=True)
    monkeypatch.setattr(storage, "shelf", lambda: type(shelf)(str(tmp_path / "runs")))
    monkeypatch.setenv("_MAKEMORE_TUI_COMPLETE", "bash_complete")

    def ask(*typed: str) -> object:
        monkeypatch.setenv("COMP_WORDS", " ".join(("makemore-tui", *typed)))
        monkeypatch.setenv("COMP_CWORD", str(len(typed)))
        return run()

    return ask  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("compl",), {"plain,completion"}),
        (("completion", "z"), {"plain,zsh"}),
        (("--lab", "ra"), {"plain,race"}),
        (("--theme", "no"), {"plain,nord"}),
        (("--ramp", "gr"), {"plain,green"}),
        (("--view", "logi"), {"plain,logits"}),
        (("--resume", "3"), {"plain,3fa2c1"}),
        (("attach", "9"), {"plain,9b1d00"}),
        (("runs", "show", ""), {"plain,3fa2c1", "plain,9b1d00"}),
        (("lab", "count"), {"plain,counting"}),
        (("--optimizer", "new"), {"plain,newton"}),
        (("--data", "na"), {"file,na"}),
    ],
)
def test_each_thing_is_completed_with_what_there_is(
    completed: Run, typed: tuple[str, ...], offered: set[str]
) -> None:
    answer = completed(*typed)
    assert answer.err == ""
    assert {*answer.out.split()} == offered


def test_completing_imports_neither_torch_nor_textual() -> None:
    program = (
        "import sys; from makemore_tui import main; code = main(); "
        "sys.exit(code or sum(m in sys.modules for m in ('torch', 'numpy', 'textual', 'plotext')))"
    )
    asked = {"COMP_WORDS": "makemore-tui --lab r", "COMP_CWORD": "2"}
    told = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | asked | {"_MAKEMORE_TUI_COMPLETE": "bash_complete"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")
    assert {*told.stdout.split()} == {
        f"plain,{each.name}" for each in chapters() if each.name.startswith("r")
    }


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_itself_completes(tmp_path: Path) -> None:
    folder = Path(sys.executable).parent
    script = (
        'eval "$(makemore-tui completion bash)"; COMP_WORDS=(makemore-tui --lab ra); COMP_CWORD=2; '
        '_makemore_tui_completion makemore-tui ra --lab; echo "${COMPREPLY[@]}"'
    )
    told = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout.split() == ["race"], told.stderr


@pytest.mark.parametrize(
    ("name", "names", "asked"),
    [
        ("nrod", ("nord", "dracula"), " (did you mean 'nord'?)"),
        ("Race", ("race",), " (did you mean 'race'?)"),
        ("zzz", ("nord",), ""),
    ],
)
def test_a_slip_of_the_fingers_is_asked_about(
    name: str, names: tuple[str, ...], asked: str
) -> None:
    assert meant(name, names) == asked


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("lab", "rase"), "(did you mean 'race'?)"),
        (("completoin", "bash"), "(did you mean 'completion'?)"),
    ],
)
def test_the_command_line_asks_what_was_meant(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert said in answer.err
