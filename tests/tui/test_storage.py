"""Files of the app, in a state folder of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui import storage


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "makemore-tui"


def test_what_is_remembered_is_found_again_and_added_to() -> None:
    storage.write_memory({"theme": "nord"})
    storage.write_memory({"size": 3})
    assert storage.read_memory() == {"theme": "nord", "size": 3}


@pytest.mark.parametrize("content", ["", "{", "[1]", '"x"', "\udcff"])
def test_a_broken_memory_is_no_memory(folder: Path, content: str) -> None:
    storage.write_memory({"theme": "nord"})
    (folder / storage.MEMORY).write_text(content, errors="surrogateescape")
    assert storage.read_memory() == {}
    storage.write_memory({"theme": "dracula"})
    assert storage.read_memory() == {"theme": "dracula"}


def test_memory_that_cannot_be_written_is_done_without(folder: Path) -> None:
    folder.write_text("in the way")
    storage.write_memory({"theme": "nord"})
    assert storage.read_memory() == {}


def test_a_report_of_a_crash_is_private_and_holds_no_values(folder: Path) -> None:
    def fail(secret: str) -> None:
        raise ValueError("it broke")

    with pytest.raises(ValueError, match="it broke") as caught:
        fail("hunter2")
    sentence = storage.write_crash(caught.value)
    (file,) = folder.glob("crash-*.txt")
    assert sentence == f"makemore-tui failed (ValueError). What happened is in {file}"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "it broke" in file.read_text()
    assert "in fail" in file.read_text()
    assert "hunter2" not in file.read_text().replace('fail("hunter2")', "")


def test_a_crash_that_cannot_be_reported_is_told(folder: Path) -> None:
    folder.write_text("in the way")
    assert "No report could be written" in storage.write_crash(ValueError())


PROGRAM = """
import os, sys
from tui import storage
storage.divert_stderr()
os.write(2, b"from torch")
print("drawn", file=sys.__stderr__)
storage.restore_stderr()
os.write(2, b"goodbye")
"""


@pytest.mark.parametrize("is_writable", [True, False])
def test_what_c_code_says_goes_to_the_log_and_the_screen_stays_the_apps(
    folder: Path, is_writable: bool
) -> None:
    if not is_writable:
        folder.write_text("in the way")
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.stderr == "drawn\ngoodbye"
    if is_writable:
        assert "from torch" in (folder / "log.txt").read_text()
        assert (folder / "log.txt").stat().st_mode & 0o777 == 0o600
