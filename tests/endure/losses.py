"""An engine that is killed, a reader that stalls, a disk that is full, a folder that is gone."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import time
from pathlib import Path

from engine.protocol import KeepingFailed, Pause, Rank, Sample, Train
from engine.protocol.codec import encode
from engine.remote.hello import Hello, language
from engine.remote.sockets import connect
from engine.remote.wire import MOST_FROM_ENGINE, STALLED, Line
from tests import PATIENCE
from tests.endure.standing import check, hear, names, serving, wait_for
from tests.endure.vitals import Trial
from tests.serving import Screen, Served, listed
from tests.terminal.emulator import Terminal

SOON = 1.0
"""Seconds within which every screen is told that its engine is dead."""

ANEW = 6.0
"""Seconds within which a socket that is gone is there again: five, and one for the machine."""


def wait_for_step(screen: Screen | Terminal, step: int) -> None:
    """Wait until a screen shows that training is beyond a step."""
    wait = screen.wait if isinstance(screen, Screen) else screen.wait_for
    wait(lambda: screen.step > step)


def killed(folder: Path, number: int, screens: int) -> Trial:
    """Kill the engine before so many screens and an app, which then starts it again by its key."""
    trial = Trial("engine killed")
    slowest = slowest_app = 0.0
    for _ in range(number):
        with serving(folder, "--train") as (served, screen):
            everybody = [screen, *(Screen(served.attach(f"screen {i}")) for i in range(screens))]
            terminal = Terminal(folder, "attach", served.name, env={"TMPDIR": str(folder)})
            wait_for_step(terminal, 1000)
            for each in everybody:
                wait_for_step(each, 1000)
            start = time.monotonic()
            served.process.kill()
            lost = [each.wait_for_end() for each in everybody]
            slowest = max(slowest, time.monotonic() - start)
            terminal.wait_for("engine lost")
            slowest_app = max(slowest_app, time.monotonic() - start)
            step = served.step_of(served.name)
            assert step is not None
            if {(each.step, each.is_cut) for each in lost} != {(step, False)}:
                trial.faults.append(f"step {step} is on disk; told was {lost}")
            for each in everybody:
                each.engine.close(PATIENCE)
            _revive(trial, served, terminal, step)
            trial.rounds += 1
    if slowest > SOON:
        trial.faults.append("that is too late")
    trial.said = (
        f"{number} times, before {screens + 1} screens and an app: told to all after "
        f"{slowest:.2f} s, drawn by the app after {slowest_app:.2f} s"
    )
    return trial


def _revive(trial: Trial, served: Served, terminal: Terminal, step: int) -> None:
    """Start the engine again by the app's one key, and end it."""
    served.process.wait(PATIENCE)
    terminal.press("enter")
    terminal.wait_for(lambda: terminal.step >= step and "attached" in terminal.status)
    (again,) = listed(served)
    if again["run"] != served.name:
        trial.faults.append(f"another run is in hand: {again}")
    terminal.close()
    os.kill(again["pid"], signal.SIGTERM)
    while listed(served):
        time.sleep(0.1)


def stalled(folder: Path) -> Trial:
    """Ask much, and read nothing: whoever does so is let go, and may come back."""
    trial = Trial("stalled reader")
    with serving(folder, "--train") as (served, screen):
        trial.look_at(served.process.pid)
        with Line(connect(str(served.socket), PATIENCE), MOST_FROM_ENGINE) as line:
            line.send(encode(Hello(language(), "stalled")))
            for i in range(1000):
                line.send(encode(Rank(request=i)))
                line.send(encode(Sample(request=i, number=1000)))
            screen.wait(lambda: "stalled" in names(screen))
            start = due = time.monotonic()
            while "stalled" in names(screen):
                hear(screen)
                time.sleep(0.02)
                if time.monotonic() >= due:
                    due = time.monotonic() + 1
                    trial.look_at(served.process.pid)
            taken = time.monotonic() - start
        if not STALLED - 2 < taken < STALLED + 5:
            trial.faults.append("that is too late, or too early")
        again = Screen(served.attach("again"))
        wait_for_step(again, 0)
        again.engine.close(PATIENCE)
        trial.rounds, trial.said = 1, f"let go after {taken:.1f} s"
        check(trial, served, screen)
        trial.look_at(served.process.pid)
    return trial


def full_disk(folder: Path, number: int) -> Trial:
    """Let no file grow for a while: it goes on, says so, and keeps its run again afterwards."""
    trial = Trial("full disk")
    with serving(folder, "--train", "--speed", "2000") as (served, screen):
        pid = served.process.pid
        for _ in range(number):
            screen.wait(lambda: screen.step > 1000)
            screen.seen.clear()
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (LEAST, resource.RLIM_INFINITY))
            wait_for(KeepingFailed, screen)
            late = Screen(served.attach("late"))
            wait_for(KeepingFailed, late)
            wait_for_step(screen, screen.step + 1000)
            late.engine.close(PATIENCE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            step = screen.step
            start = time.monotonic()
            while (served.step_of(served.name) or 0) < step:
                assert time.monotonic() < start + PATIENCE, "it is not kept again"
                hear(screen)
                time.sleep(0.05)
            trial.rounds += 1
            trial.said = f"kept again after {time.monotonic() - start:.1f} s"
            trial.look_at(pid)
        check(trial, served, screen)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (LEAST, resource.RLIM_INFINITY))
        served.process.terminate()
        if screen.wait_for_end().is_cut or served.process.wait(PATIENCE) != 128 + signal.SIGTERM:
            trial.faults.append(f"it ends with {served.process.poll()}")
    return trial


LEAST = 1024
"""Bytes that a file may hold where the disk is full."""


def no_folder(folder: Path, number: int) -> Trial:
    """Take the folder of its socket away: it is listed meanwhile, and soon found again."""
    trial = Trial("folder removed")
    slowest = 0.0
    with serving(folder, "--train") as (served, screen):
        screen.wait(lambda: screen.step > 1000)
        for i in range(number):
            shutil.rmtree(served.socket.parent)
            gone = time.time()
            if i % 2:
                screen.engine.send(Pause() if i % 4 == 1 else Train())
            told = [(each["pid"], each["run"]) for each in listed(served)]
            if told != [(served.process.pid, served.name)]:
                trial.faults.append(f"meanwhile, ps tells {told}")
            end = time.monotonic() + PATIENCE
            while not served.socket.exists():
                hear(screen)
                assert time.monotonic() < end, "it is not bound anew"
                time.sleep(0.02)
            slowest = max(slowest, served.socket.stat().st_mtime - gone)
            again = Screen(served.attach("again"))
            wait_for_step(again, 0)
            again.engine.close(PATIENCE)
            trial.rounds += 1
            trial.look_at(served.process.pid)
        if slowest > ANEW:
            trial.faults.append("that is too late")
        trial.said = f"there again after {slowest:.1f} s"
        check(trial, served, screen)
        trial.look_at(served.process.pid)
    return trial
