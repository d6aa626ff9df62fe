"""Recording: what is sent to the terminal is written down as asciinema plays it."""

from __future__ import annotations

import itertools
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from engine.protocol import Refusal
from tests import PATIENCE
from tui.terminal import tape
from tui.terminal.tape import Tape


def events_of(path: Path) -> tuple[dict[str, Any], list[list[Any]]]:
    header, *rest = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return header, rest


def test_what_is_written_is_there_with_its_time(tmp_path: Path) -> None:
    path = tmp_path / "a.cast"
    recording = Tape(str(path), (80, 24), itertools.count(10.0, 0.5).__next__)
    recording.wrote("\x1b[2J▄")
    recording.resized(80, 24)
    recording.resized(100, 30)
    recording.wrote("“\udcff\n")
    said = recording.close()
    header, rest = events_of(path)
    assert (header["version"], header["width"], header["height"]) == (2, 80, 24)
    assert set(header["env"]) == {"TERM"}
    assert rest == [[0.5, "o", "\x1b[2J▄"], [1.0, "r", "100x30"], [1.5, "o", "“?\n"]]
    assert said == f"Recorded 2 s; asciinema play {path} plays it."


def test_what_was_written_is_whole_before_the_end(tmp_path: Path) -> None:
    recording = Tape(str(tmp_path / "a"), (80, 24))
    recording.wrote("a" * 100_000)
    end = time.monotonic() + PATIENCE
    while not (text := (tmp_path / "a").read_text()).endswith("]\n"):
        assert time.monotonic() < end, "it waits for the end"
        time.sleep(0.01)
    assert json.loads(text.splitlines()[1])[1:] == ["o", "a" * 100_000]
    recording.close()


def test_a_file_with_something_in_it_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(Refusal, match="a is there, and is not written over"):
        Tape(str(tmp_path / "a"), (80, 24))
    assert (tmp_path / "a").read_text() == "mine"
    (tmp_path / "empty").touch()
    Tape(str(tmp_path / "empty"), (80, 24)).close()
    assert events_of(tmp_path / "empty")[0]["version"] == 2
    for nowhere in (tmp_path, tmp_path / "none" / "a"):
        with pytest.raises(Refusal):
            Tape(str(nowhere), (80, 24))
    with pytest.raises(Refusal, match="“” cannot be written"):
        Tape("", (80, 24))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_ends_the_recording_and_not_the_app() -> None:
    recording = Tape("/dev/full", (80, 24))
    recording.wrote("a")
    recording._writer.join(5)
    recording.wrote("b")
    assert "No space left on device" in recording.close()


def test_a_disk_that_is_too_slow_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tape, "MOST_WAITING", 2)
    monkeypatch.setattr(tape, "LAST_LINES", 0.01)
    monkeypatch.setattr(Tape, "_write", lambda self: None)
    recording = Tape(str(tmp_path / "a"), (80, 24))
    for _ in range(4):
        recording.wrote("a")
    assert "the disk was too slow" in recording.close()
