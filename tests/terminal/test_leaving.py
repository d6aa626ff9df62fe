"""The end: whatever ends the app, the run is on disk and the terminal is as it was."""

from __future__ import annotations

import os
import re
import select
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pyte
import pytest

from engine.archive import described
from engine.training.places import JOURNAL, KEYFRAMES, LOCK, NEWEST
from tests import PATIENCE
from tests.terminal.conftest import Attached, Start, attached_by_hand, only_on_the_thread
from tests.terminal.emulator import PRIVATE, Terminal, app_command
from tests.terminal.pty import QUESTION

pytestmark = [pytest.mark.terminal, pytest.mark.from_scratch]

SOON = 3.0
"""Seconds of a processor that the end may take."""


def train(lab: Terminal, beyond: int = 100) -> None:
    """Start training, and wait until there is something to lose."""
    lab.open().press("space")
    lab.wait_for(lambda: lab.step > beyond)


def saved_step(lab: Terminal) -> int:
    """The greatest step that is kept of any run."""
    return max((described(str(run)).run.line.step for run in lab.runs), default=-1)


def is_kept(lab: Terminal, step: int) -> bool:
    """Whether a step is kept, once the app has ended; soon, where an engine goes on without it."""
    end = time.monotonic() + (SOON if isinstance(lab, Attached) else 0)
    while not (has := saved_step(lab) >= step) and time.monotonic() < end:
        time.sleep(0.1)
    return has


@only_on_the_thread("an engine elsewhere goes on")
@pytest.mark.slow
def test_quitting_in_the_midst_of_a_run_saves_it_and_it_can_be_resumed(start: Start) -> None:
    lab = start("--speed", "max")
    lab.delay = 0.2  # The last answer comes when the app is about to leave.
    train(lab, beyond=1000)
    lab.press("q")
    code, words = lab.last_words()
    assert code == 0
    assert lab.is_restored
    assert "1R" not in words
    command = re.search(r"makemore-tui --run (\S+)", words)
    assert command, words
    assert shlex.split(command[1])[0] == lab.runs[0].name

    step = saved_step(lab)
    assert step > 1000
    again = start("--run", lab.runs[0].name).open()
    again.wait_for(lambda: again.step == step)
    assert "paused" in again.status
    again.press("ctrl+q")
    code, words = again.last_words()
    assert (code, lab.runs[0].name in words) == (0, True)
    assert again.is_restored


@only_on_the_thread("an engine elsewhere goes on")
@pytest.mark.slow
def test_quitting_after_a_reset_keeps_the_run_from_before_it(start: Start) -> None:
    lab = start("--speed", "max")
    train(lab, beyond=1000)
    lab.press("space")
    lab.wait_for(lambda: "paused" in lab.status)
    step = lab.step
    lab.press("r", "r")
    lab.wait_for(lambda: lab.step == 0)
    lab.press("q")
    assert lab.last_words()[0] == 0
    assert saved_step(lab) == step


@pytest.mark.slow
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGQUIT, marks=pytest.mark.soak),
        pytest.param(signal.SIGALRM, marks=pytest.mark.soak),
        pytest.param(signal.SIGXCPU, marks=pytest.mark.soak),
    ],
    ids=lambda n: n.name,
)
def test_a_signal_to_end_saves_the_run_and_restores_the_terminal(
    start: Start, number: signal.Signals
) -> None:
    lab = start("--speed", "max")
    train(lab)
    step = lab.step
    lab.signal(number)
    code, words = lab.last_words()
    assert code == 128 + number
    assert lab.is_restored
    assert lab.way_back in words
    assert is_kept(lab, step)


@pytest.mark.soak
def test_a_window_that_is_closed_ends_the_app_and_saves_the_run(start: Start) -> None:
    lab = start("--speed", "max")
    train(lab)
    step = lab.step
    lab.hang_up()
    assert lab.wait() == 128 + signal.SIGHUP
    assert is_kept(lab, step)


@attached_by_hand
@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "second", "gap"),
    [
        ("ctrl+q", "SIGTERM", 0.0),
        pytest.param("SIGINT", "SIGINT", 0.05, marks=pytest.mark.soak),
        ("SIGHUP", "ctrl+q", 0.3),
        pytest.param("ctrl+q", "SIGHUP", 0.1, marks=pytest.mark.soak),
        pytest.param("SIGTERM", "SIGINT", 0.2, marks=pytest.mark.soak),
        pytest.param("SIGQUIT", "SIGALRM", 0.0, marks=pytest.mark.soak),
        pytest.param("SIGXCPU", "SIGTERM", 0.4, marks=pytest.mark.soak),
    ],
)
def test_who_leaves_twice_leaves_once(start: Start, first: str, second: str, gap: float) -> None:
    lab = start("--speed", "max")
    train(lab)
    step = lab.step
    for way in (first, second):
        if way == "ctrl+q":
            lab.write(b"\x11")
        elif lab.is_alive:
            lab.signal(signal.Signals[way])
        lab.drain(gap)
    code, words = lab.last_words()
    codes = [0 if way == "ctrl+q" else 128 + signal.Signals[way] for way in (first, second)]
    assert code in codes
    assert lab.way_back in words
    assert lab.is_restored
    assert len(lab.runs) == 1
    assert is_kept(lab, step)
    assert {file.name for file in lab.runs[0].iterdir()} == {JOURNAL, KEYFRAMES, NEWEST, LOCK}


@only_on_the_thread("an engine elsewhere is not cut off with its screen")
@pytest.mark.slow
def test_a_warning_leaves_the_run_going_and_the_next_start_tells_of_one_that_was_cut_off(
    start: Start,
) -> None:
    lab = start("--speed", "max")
    train(lab)
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        lab.signal(number)
        step = lab.step
        lab.wait_for(lambda: lab.step > step)  # noqa: B023
    assert (len(lab.runs), lab.saved) == (1, []), "it is kept anyway"
    lab.signal(signal.SIGKILL)
    lab.wait()
    again = start()
    again.wait_for("was cut off at step")
    again.press("ctrl+q")
    assert again.last_words() == (0, "")


@only_on_the_thread("the terminal is that of the screen")
@pytest.mark.slow
@pytest.mark.parametrize("keys", [pytest.param(0, marks=pytest.mark.soak), 40])
def test_a_signal_ends_the_app_on_a_terminal_that_takes_nothing(start: Start, keys: int) -> None:
    lab = start("--speed", "max", "--learning-rate", "0.05")
    train(lab)
    step = lab.step
    lab.buffer = lab.rate = 0
    # Each key draws, so that with many of them the app stands still in the midst of a frame.
    for _ in range(keys):
        lab.write(b"v")
        lab.drain(0.1)
    lab.drain(2)
    lab.signal(signal.SIGTERM)
    assert lab.wait() == 128 + signal.SIGTERM
    assert is_kept(lab, step)


@only_on_the_thread("an engine elsewhere has read its words before a screen comes")
@pytest.mark.slow
def test_one_can_leave_soon_while_a_word_as_long_as_a_book_is_read(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "book.txt").write_text("abcdefghij" * 4_000_000)
    lab = start("--data", "book.txt")
    lab.wait_for("1 Dataset")
    before = lab.cpu_seconds()
    lab.press("ctrl+q")
    lab.wait_for(lambda: lab.has_ended)
    # Its own time, for a machine may have much else to do; to read all in one go takes twice that.
    assert lab.cpu_seconds() - before < SOON
    code, words = lab.last_words()
    # It may have been refused first: a file with such a line is not read at all.
    assert (code, words) == (0, "") or (code == 2 and "fold -s" in words)
    assert lab.is_restored


@only_on_the_thread("an engine elsewhere has imported it")
@pytest.mark.slow
def test_one_can_leave_while_torch_is_being_imported(start: Start) -> None:
    lab = start()
    lab.wait_for("1 Dataset")
    lab.press("ctrl+q")
    assert lab.last_words() == (0, "")
    assert lab.is_restored
    assert not lab.runs


@only_on_the_thread("an engine elsewhere refuses it before a screen comes")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--data", "nowhere.txt"], "nowhere.txt"),
        pytest.param(["--data", "empty.txt"], "empty.txt", marks=pytest.mark.slow),
        (["--theme", ""], "There is no theme “”; choose from"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_a_sentence(
    start: Start, tmp_path: Path, arguments: list[str], reason: str
) -> None:
    (tmp_path / "empty.txt").touch()
    lab = start(*arguments, size=(200, 40))
    code, words = lab.last_words()
    assert code == 2
    assert reason in words
    assert "Traceback" not in words
    assert lab.is_restored


def test_without_a_terminal_it_refuses_to_open_and_names_a_command_that_needs_none() -> None:
    run = subprocess.run(
        [app_command()], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
    )
    assert run.returncode == 2
    assert "makemore-tui train" in run.stderr
    assert "Traceback" not in run.stderr


class Browser:
    """An app as textual-serve runs it: between two pipes, with the driver named that speaks so."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.app = subprocess.Popen(
            [app_command(), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "XDG_STATE_HOME": str(folder),
                "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
                "TEXTUAL_COLOR_SYSTEM": "truecolor",
                "COLUMNS": "120",
                "ROWS": "40",
            },
        )
        self._screen = pyte.Screen(120, 40)
        self._stream = pyte.ByteStream(self._screen)
        self._rest = b""
        self.seen = b""
        """All it wrote to the screen."""

    def send(self, kind: bytes, text: str) -> None:
        """Send a packet: a letter, a length, and that many bytes."""
        assert self.app.stdin is not None
        self.app.stdin.write(kind + len(text.encode()).to_bytes(4, "big") + text.encode())
        self.app.stdin.flush()

    def wait_for(self, text: str) -> None:
        """Wait until a text stands on the screen."""
        assert self.app.stdout is not None
        end = time.monotonic() + PATIENCE
        while text not in "\n".join(self._screen.display):
            assert time.monotonic() < end, f"waited for {text!r}"
            if select.select([self.app.stdout], [], [], 1.0)[0]:
                read = os.read(self.app.stdout.fileno(), 1 << 16)
                assert read, "it has ended"
                self._take(read)

    def _take(self, read: bytes) -> None:
        """Draw what has come in whole packets."""
        self._rest = (self._rest + read).removeprefix(b"__GANGLION__\n")
        while (size := int.from_bytes(self._rest[1:5], "big") + 5) <= len(self._rest):
            packet, self._rest = self._rest[:size], self._rest[size:]
            if packet[:1] == b"D":
                self.seen += packet[5:]
                self._stream.feed(PRIVATE.sub(b"", packet[5:]))


@pytest.mark.slow
def test_in_a_browser_it_opens_trains_and_saves(tmp_path: Path) -> None:
    browser = Browser(tmp_path, "--speed", "max")
    try:
        browser.wait_for("ready")
        browser.send(b"D", " ")
        browser.wait_for("running")
        assert QUESTION not in browser.seen, "there is no terminal that would answer"
        browser.send(b"M", '{"type": "quit"}')
        assert browser.app.wait(PATIENCE) == 0
        assert len(list((tmp_path / "makemore-tui" / "runs").glob("*/journal"))) == 1
    finally:
        browser.app.kill()
        browser.app.communicate()


def test_a_dumb_terminal_is_refused(start: Start) -> None:
    lab = start(env={"TERM": "dumb"})
    lab.wait_for("TERM is dumb")
    assert lab.wait() == 2
    assert b"\x1b" not in lab.output


FAULT = """
from tui import actions, app
def fail(*_):
    raise ZeroDivisionError("by a fault")
actions.Actions.view = fail
app.Laboratory.is_strict = {is_strict}
"""


def faulty(start: Start, folder: Path, *, is_strict: bool | None) -> Terminal:
    """Open the app with a fault in the key for the next view, and train."""
    (folder / "sitecustomize.py").write_text(FAULT.format(is_strict=is_strict))
    paths = [str(folder), os.environ.get("PYTHONPATH", "")]
    lab = start("--speed", "max", env={"PYTHONPATH": os.pathsep.join(filter(None, paths))})
    train(lab)
    return lab


@pytest.mark.soak
def test_a_failure_costs_its_key_and_the_run_goes_on(start: Start, tmp_path: Path) -> None:
    lab = faulty(start, tmp_path, is_strict=None)
    lab.press("v", "v")
    lab.wait_for("Something failed in here")
    lab.wait_for("(ZeroDivisionError)")
    step = lab.step
    lab.wait_for(lambda: lab.step > step)
    log = (lab.state / "log.txt").read_text()
    assert log.count("ZeroDivisionError: by a fault") == 1
    assert not list(lab.state.glob("crash-*"))
    lab.press("q")
    assert lab.last_words()[0] == 0


@pytest.mark.slow
def test_a_failure_that_ends_the_app_saves_the_run_and_leaves_a_report(
    start: Start, tmp_path: Path
) -> None:
    lab = faulty(start, tmp_path, is_strict=True)
    lab.press("v")
    code, words = lab.last_words()
    assert code == 1
    assert lab.is_restored
    assert "crash-" in words
    assert lab.way_back in words
    assert is_kept(lab, 101)
