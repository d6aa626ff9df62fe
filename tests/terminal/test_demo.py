"""The demo and the recording of it, on a terminal: the tour is played whole."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pyte
import pytest

from tests.terminal.conftest import Start, only_on_the_thread
from tests.terminal.emulator import PRIVATE, Screen, Terminal
from tests.terminal.pty import QUESTION
from tui.demo.script import TOUR
from tui.terminal.asking import ASK_COLOUR, ASK_GROUND

pytestmark = [pytest.mark.terminal, pytest.mark.slow]

WHY = "a demo has an engine of its own"


def recorded(path: Path) -> tuple[dict[str, Any], list[list[Any]]]:
    """The cast: its header, and its events."""
    header, *events = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return header, events


def written(events: list[list[Any]]) -> bytes:
    """All that was written to the terminal."""
    return "".join(text for _, kind, text in events if kind == "o").encode()


def remembered(lab: Terminal) -> set[str]:
    """What there is in the state folder, but for the log, and what was there before."""
    assert json.loads((lab.state / "memory.json").read_text()) == {"greeted": True}
    return {file.name for file in lab.state.glob("*")} - {"log.txt", "memory.json"}


@only_on_the_thread(WHY)
def test_the_tour_is_played_whole_and_its_recording_shows_the_same(
    start: Start, tmp_path: Path
) -> None:
    script = tmp_path / "whole.txt"
    script.write_text(f"pace 20\n{TOUR.read_text(encoding='utf-8')}\nkeys q\n", encoding="utf-8")
    cast = tmp_path / "whole.cast"
    lab = start("--demo", str(script), "--record", str(cast), size=(80, 24))
    code, words = lab.last_words()
    assert code == 0
    assert lab.is_restored
    assert "Traceback" not in words
    assert f"asciinema play {cast} plays it" in words
    assert "--run" not in words  # Nothing is kept.
    assert remembered(lab) == set()
    assert "Traceback" not in (lab.state / "log.txt").read_text()

    header, events = recorded(cast)
    assert (header["version"], header["width"], header["height"]) == (2, 80, 24)
    times = [time for time, *_ in events]
    assert times == sorted(times)
    sent = lab.output
    for question in (QUESTION, ASK_COLOUR.encode(), ASK_GROUND.encode()):
        sent = sent.replace(question, b"")
    assert written(events) in sent

    screen = Screen(80, 24)
    seen = set()
    stream = pyte.ByteStream(screen)
    for _, kind, text in events:
        if kind == "o":
            stream.feed(PRIVATE.sub(b"", text.encode()))
            seen.add(screen.display[-2].strip())
    captions = {
        line.removeprefix("caption ").strip()
        for line in script.read_text(encoding="utf-8").splitlines()
        if line.startswith("caption ")
    }
    assert captions <= seen


@only_on_the_thread(WHY)
@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_the_recording_can_be_played(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    cast = tmp_path / "cut.cast"
    lab = start("--record", str(cast))
    lab.wait_for("N · counts")
    lab.make(100, 30)
    lab.press("v")
    lab.wait_for("P · counts")
    lab.drain(0.5)  # What was sent last is on its way to the disk.
    lab.signal(number)
    lab.wait()
    _, events = recorded(cast)
    assert "P · counts" in written(events).decode()
    assert [text for _, kind, text in events if kind == "r"] == ["100x30"]
    if number == signal.SIGTERM:
        assert "\x1b[?1049l" in written(events).decode()


@only_on_the_thread(WHY)
def test_a_recording_takes_the_place_of_no_file(start: Start, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    code, words = start("--record", str(tmp_path / "mine")).last_words()
    assert code == 2
    assert "is there, and is not written over; give --record another name." in words
