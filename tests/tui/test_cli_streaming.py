"""Names written to a file as they are drawn, from the command line."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.terminal.pty import Child
from tests.tui.test_cli import PROGRAM, Run, run, words
from tui.shell import streaming

__all__ = ["run", "words"]


def test_the_file_holds_the_names_of_a_sample_and_nothing_else(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    listed = run("sample", "--number", "60", "--json").json["names"]
    said = run("sample", "--number", "60", "--save", str(path)).out
    assert path.read_text().splitlines() == listed
    assert said.startswith(f"{path}: 60 names, {path.stat().st_size} bytes, in ")
    assert os.listdir(tmp_path) == ["names.txt"]


def test_what_was_saved_is_said_as_json(run: Run, words: str, tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    found = run("sample", "--data", words, "--number", "20", "--save", str(path), "--json").json
    assert found["file"] == str(path)
    assert (found["number"], found["bytes"]) == (20, path.stat().st_size)
    assert (found["cut"], found["sampler"], found["seed"]) == (0, "lecture", 2147483647)


def test_names_go_to_standard_output_too() -> None:
    answer = subprocess.run(
        [*PROGRAM, "sample", "--number", "3", "--save", "-"], capture_output=True, timeout=60
    )
    assert (answer.stdout, answer.returncode) == (b"mor\naxx\nminaymoryles\n", 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--number", "2000000"], "to 1,000,000, not 2000000. For more give --save FILE."),
        (["--number", "0"], "to 1,000,000, not 0."),
        (["--number", "few"], "not “few”."),
        (["--number", "0", "--save", "x"], "a whole number from 1 to 10¹², not 0."),
        (["--save", "-", "--json"], "give --save FILE."),
        (["--save", "nowhere/names.txt"], "there is no folder nowhere."),
    ],
)
def test_what_cannot_be_is_refused(run: Run, arguments: list[str], sentence: str) -> None:
    refused = run("sample", *arguments)
    assert refused.code == 2
    assert refused.err.rstrip().endswith(sentence)


def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = streaming._fill

    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def filled(client: object, command: object, file: BinaryIO) -> tuple[int, int]:
        file.write(b"half of ")
        return fill(client, command, Full())  # type: ignore[arg-type]

    monkeypatch.setattr(streaming, "_fill", filled)
    path = tmp_path / "names.txt"
    for before in ([], ["names.txt"]):
        refused = run("sample", "--save", str(path))
        assert refused.code == 2
        assert "names.txt cannot be written: No space left on device. Write" in refused.err
        assert os.listdir(tmp_path) == before
        path.write_text("kept")
    assert path.read_text() == "kept"


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_is_ended_leaves_nothing(tmp_path: Path, ending: signal.Signals, code: int) -> None:
    path = tmp_path / "names.txt"
    arguments = [*PROGRAM, "sample", "--number", "1000000000", "--save", str(path)]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE) as program:
        while not any(file.stat().st_size > 1 << 20 for file in tmp_path.iterdir()):
            assert program.poll() is None
            time.sleep(0.02)
        program.send_signal(ending)
        assert program.wait(10) == code
        assert program.stderr is not None
        assert program.stderr.read() == b""
    assert os.listdir(tmp_path) == []


@pytest.mark.slow
def test_millions_of_names_take_no_more_memory_than_some(tmp_path: Path) -> None:
    code = (
        "import resource, sys; from tui.main import main; main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)"
    )
    most = []
    for number in ("2000000", "7000000"):
        arguments = ["sample", "--number", number, "--save", str(tmp_path / "names.txt")]
        answer = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, timeout=60, check=True
        )
        most.append(int(answer.stdout.split()[-1]))
    # All of them at once would take 35 MB more.
    assert most[1] < most[0] + 16


@pytest.mark.slow
def test_a_terminal_shows_how_far_it_has_come(tmp_path: Path) -> None:
    arguments = ["sample", "--number", "3000000", "--save", str(tmp_path / "names.txt")]
    child = Child([*PROGRAM, *arguments], env=os.environ, cwd=Path.cwd())
    try:
        seen = b""
        while not child.has_ended:
            seen += child.read(0.1)
        seen += child.read(0.1)
    finally:
        child.close()
    assert b"drawing  [" in seen
    assert b"M names, " in seen
    assert b"100%" in seen
    assert b": 3,000,000 names, " in seen
