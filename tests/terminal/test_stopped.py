"""Stopped and brought back: by the shell, or by somebody who does not ask."""

from __future__ import annotations

import shutil
import signal
import time

import pytest

from tests.terminal.conftest import Start, attached_by_hand, only_on_the_thread
from tests.terminal.emulator import Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.from_scratch]


def is_whole(lab: Terminal) -> bool:
    """Whether all stands on the screen, what has not changed for long included."""
    return all(text in lab.text for text in ("1 Dataset", "emma", "3 Training", "space pause"))


def train(lab: Terminal) -> int:
    """Train for a while; the step."""
    lab.open().press("space")
    lab.wait_for(lambda: lab.step > 100)
    return lab.step


def wait_for_step_after(lab: Terminal, step: int) -> None:
    """Wait until the screen is whole and training goes on."""
    lab.wait_for(lambda: is_whole(lab) and lab.step > step)


@attached_by_hand
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
@pytest.mark.parametrize(
    "shell",
    [
        pytest.param("{}", id="itself"),
        pytest.param("sh -c '{}; exit $?'", id="wrapped", marks=pytest.mark.soak),
    ],
)
def test_the_shell_gets_its_terminal_and_fg_brings_everything_back(
    start: Start, shell: str
) -> None:
    lab = start("--speed", "max", shell=shell)
    step = train(lab)
    lab.press("ctrl+z")
    lab.wait_for("Stopped")
    lab.write(b"echo here $((40 + 2))\n")
    lab.wait_for("here 42")
    lab.wipe()
    lab.write(b"fg\n")
    wait_for_step_after(lab, step)
    lab.press("q")
    lab.wait_for(lab.way_back)
    lab.write(b"echo there $?\n")
    lab.wait_for("there 0")


@attached_by_hand
@pytest.mark.slow
def test_who_is_stopped_without_being_asked_goes_on_and_ends_as_ever(start: Start) -> None:
    lab = start("--speed", "max")
    step = train(lab)
    for _ in range(3):
        lab.signal(signal.SIGSTOP)
        lab.wait_for(lambda: lab.is_stopped)
        lab.wipe()
        lab.signal(signal.SIGCONT)
        wait_for_step_after(lab, step)
        step = lab.step
    lab.press("space")
    lab.wait_for(lambda: "paused" in lab.status)
    lab.press("q")
    code, words = lab.last_words()
    assert code == 0
    assert lab.way_back in words
    assert lab.is_restored


@attached_by_hand
@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "delay"),
    [(signal.SIGTSTP, 0.0), pytest.param(signal.SIGCONT, 0.1, marks=pytest.mark.soak)],
)
def test_a_signal_to_stop_or_go_on_does_not_disturb_the_end(
    start: Start, number: signal.Signals, delay: float
) -> None:
    lab = start("--speed", "max")
    train(lab)
    lab.write(b"\x11")
    # Real time is what is tested: there is no step of leaving at which a signal may disturb.
    time.sleep(delay)
    lab.signal(number)
    while not lab.has_ended:
        # It may have stopped before it has heard the key.
        if not lab.feed(0.05) and lab.is_stopped:
            lab.signal(signal.SIGCONT)
    code, words = lab.last_words()
    assert code == 0
    assert lab.way_back in words
    assert lab.is_restored


@only_on_the_thread("the job is that of the screen")
@pytest.mark.slow
def test_where_nobody_could_wake_it_the_program_does_not_stop(start: Start) -> None:
    lab = start("--speed", "max")
    step = train(lab)
    lab.press("ctrl+z")
    lab.wait_for("No shell is waiting here")
    lab.wait_for(lambda: lab.step > step)


@attached_by_hand
@pytest.mark.slow
def test_what_was_written_over_comes_back_on_demand(start: Start) -> None:
    lab = start().open()
    lab.settle()
    lab.wipe()
    lab.press("ctrl+l")
    lab.wait_for(lambda: "1 Dataset" in lab.text and "emma" in lab.text)


@attached_by_hand
@pytest.mark.slow
def test_who_is_told_the_same_size_again_draws_all_anew(start: Start) -> None:
    """As where a session is attached again, perhaps by another terminal."""
    lab = start().open()
    lab.settle()
    lab.wipe()
    lab.signal(signal.SIGWINCH)
    lab.wait_for(lambda: "1 Dataset" in lab.text and "emma" in lab.text)
