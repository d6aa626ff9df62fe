"""Screens that are killed, that say nothing, that stand still, that do anything, all at once."""

from __future__ import annotations

import os
import signal
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from engine.protocol import (
    Configure,
    DatasetLoaded,
    EngineLost,
    LoadDataset,
    Refusal,
    Steer,
)
from engine.protocol.codec import encode
from engine.remote.attach import Attached
from engine.remote.hello import Hello, language
from engine.remote.sockets import connect
from engine.remote.visit import GREETING
from engine.remote.wire import STALLED
from tests import PATIENCE
from tests.endure.chance import command
from tests.endure.standing import (
    OBSERVER,
    check,
    forked,
    hear,
    names,
    serving,
    take_steps,
    wait_for,
)
from tests.endure.vitals import Trial, look
from tests.serving import Screen, Served, surroundings
from tests.terminal.emulator import app_command
from tests.terminal.pty import Child
from tests.terminal.storm import SIZES, events

PAUSE = 0.1
"""Seconds between two commands, or keys, of each of a crowd."""

LEAVES = 0.01
"""Share of the rounds of a crowd after which one of them goes and comes again."""

LAST = 5.0
"""Most seconds that an app lives that is to be killed."""


def app(served: Served, number: int) -> Child:
    """Open the app on an engine, in a terminal."""
    look = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    command = [app_command(), "attach", served.name]
    size = SIZES[number % 3]
    return Child(command, size=size, env=surroundings(served.folder) | look, cwd=served.folder)


def do_anything(app: Child, storm: Iterator[bytes | tuple[int, int]]) -> None:
    """Do what comes next in a storm, but for what might end the engine."""
    event = next(storm)
    if isinstance(event, tuple):
        app.resize(*event)
    elif event not in (b"Q", b"\x10"):
        app.write(event)
    app.read(0.0)


# Killed


def kills(folder: Path, number: int, seed: int = 0) -> Trial:
    """Kill screens, each at a random moment; every tenth is the app."""
    trial, dice = Trial("screens killed"), Random(seed)
    with serving(folder, "--train") as (served, screen):
        for i in range(number):
            if i % 10 == 9:
                _kill_app(served, i, time.monotonic() + dice.random() * LAST)
            else:
                _kill_screen(served, seed * 1000 + i, dice.random() ** 2)
            hear(screen)
            trial.rounds += 1
            trial.look_at(served.process.pid)
        check(trial, served, screen)
        trial.look_at(served.process.pid)
    return trial


def _kill_app(served: Served, number: int, end: float) -> None:
    killed, storm = app(served, number), events(number)
    while time.monotonic() < end and killed.is_alive:  # It may find the way to leave.
        do_anything(killed, storm)
        killed.read(0.05)
    killed.close()


def _kill_screen(served: Served, seed: int, seconds: float) -> None:
    def live() -> None:
        """Come, and say anything, without end."""
        dice = Random(seed)
        hello = Hello(language(), f"killed {seed}", is_far=dice.random() < 0.3)
        screen = Attached(connect(str(served.socket), PATIENCE), hello, PATIENCE)
        screen.start()
        while True:
            screen.events()
            screen.send(command(dice))
            time.sleep(dice.random() * 0.02)

    pid = forked(live)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


# Half open


def half_open(folder: Path, number: int, *, is_long: bool) -> Trial:
    """Connect and say nothing, or half of it; if it may be long, have a screen stand still, too."""
    trial = Trial("half-open")
    with serving(folder, "--train") as (served, screen):
        trial.look_at(served.process.pid)
        hello = encode(Hello(language(), "half"))
        said = struct.pack("!i", len(hello)) + hello
        lines = [connect(str(served.socket), PATIENCE) for _ in range(number)]
        for i, line in enumerate(lines):
            line.sendall(said[: len(said) * (i % 3) // 3])
        start = time.monotonic()
        time.sleep(GREETING / 2)
        trial.look_at(served.process.pid)
        for line in lines:
            line.settimeout(PATIENCE)
            if line.recv(1):
                trial.faults.append("who has not introduced itself is told something")
            line.close()
        taken = time.monotonic() - start
        if taken > GREETING + 2:
            trial.faults.append("that is too late")
        trial.rounds, trial.said = number, f"silent ones are let go within {taken:.1f} s"
        if is_long:
            _stand_still(trial, served, screen)
        check(trial, served, screen)
        trial.look_at(served.process.pid)
    return trial


def _stand_still(trial: Trial, served: Served, screen: Screen) -> None:
    """Have a screen stand still until it is let go, and come back."""
    heard, told = os.pipe()

    def live() -> None:
        still = Screen(served.attach("still"))
        still.wait(lambda: still.step > 0)
        os.write(told, b"!")
        os.write(told, still.wait_for_end().reason.encode())
        again = Screen(served.attach("back"))
        again.wait(lambda: again.step > still.step)
        os.write(told, b"!")

    pid = forked(live)
    os.read(heard, 1)
    os.kill(pid, signal.SIGSTOP)
    screen.wait(lambda: "still" in names(screen))
    start = time.monotonic()
    screen.wait(lambda: "still" not in names(screen))
    taken = time.monotonic() - start
    if not STALLED - 2 < taken < STALLED + 5:
        trial.faults.append("that is too late, or too early")
    os.kill(pid, signal.SIGCONT)
    reason = os.read(heard, 1000).decode()
    trial.said += f", one that stands still after {taken:.1f} s; it is told “{reason}”"
    trial.look_at(served.process.pid)
    if os.read(heard, 1) != b"!":
        trial.faults.append("it cannot come back")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(heard)
    os.close(told)


# Many


class Crowd:
    """Screens at an engine that do anything.

    Args:
        served: the engine.
        screens: how many of them are a line without a screen.
        apps: how many are the app in a terminal.
        seed: of what they do.
    """

    def __init__(self, served: Served, screens: int, apps: int, seed: int) -> None:
        self.done = [0, 0, 0, 0]
        """Commands and keys; how often somebody came, and how often the steering was taken."""
        self.cut: list[str] = []
        """Why screens were let go."""
        self._served, self._dice = served, Random(seed)
        self._screens = [self._come(i) for i in range(screens)]
        self._apps = [app(served, i) for i in range(apps)]
        self._storms = [events(seed + i) for i in range(apps)]

    def act(self) -> None:
        """Have each do something."""
        for i, screen in enumerate(self._screens):
            latest = screen.engine.latest
            ids = tuple(run.id for run in latest.runs) if latest else ()
            said = command(self._dice, *ids)
            self.done[3] += isinstance(said, Steer)
            screen.engine.send(said)
            self.done[0] += 1
            lost = [e.reason for e in screen.engine.events() if isinstance(e, EngineLost)]
            self.cut += lost
            if lost or self._dice.random() < LEAVES:
                screen.engine.close(PATIENCE)
                self._screens[i] = self._come(i)
        for i, (each, storm) in enumerate(zip(self._apps, self._storms, strict=True)):
            if each.is_alive:
                do_anything(each, storm)
                self.done[1] += 1
            else:
                each.close()
                self._apps[i] = app(self._served, i)
                self.done[2] += 1

    def close(self) -> None:
        """Have all leave."""
        for each in self._apps:
            each.close()
        for screen in self._screens:
            screen.engine.close(PATIENCE)

    def _come(self, number: int) -> Screen:
        self.done[2] += 1
        line = connect(str(self._served.socket), PATIENCE)
        hello = Hello(
            language(), f"screen {number}", is_readonly=number == 1, is_far=number in (2, 3)
        )
        return Screen(Attached(line, hello, PATIENCE))


def crowd(
    folder: Path, times: int, minutes: float, screens: int, apps: int, seed: int = 0
) -> Trial:
    """Have many do anything for some minutes, several times; at rest in between, see what is left.

    At work an engine may well hold more and more: of longer and longer n-grams, for each of them.
    """
    trial = Trial("crowd")
    most, done = look(os.getpid()), [0, 0, 0, 0]
    cut: list[str] = []
    with serving(folder, "--train") as (served, screen):
        _come_to_rest(screen)
        trial.look_at(served.process.pid)
        for i in range(times):
            many = Crowd(served, screens, apps, seed + i)
            end = time.monotonic() + minutes * 60
            try:
                while time.monotonic() < end and served.process.poll() is None:
                    many.act()
                    hear(screen)
                    trial.rounds += 1
                    time.sleep(PAUSE)
                most = look(served.process.pid)
            except (OSError, Refusal) as error:
                trial.faults.append(f"it does not let anybody in: {error}")
                break
            finally:
                many.close()
            done = [a + b for a, b in zip(done, many.done, strict=True)]
            cut += many.cut
            _come_to_rest(screen)
            trial.look_at(served.process.pid)
        trial.said = (
            f"{done[0]:,} commands, {done[1]:,} keys, {done[2]} comings, steering taken {done[3]} "
            f"times; at work {most.descriptors} descriptors, {most.threads} threads, "
            f"{most.megabytes:.0f} MB; let go: {cut}"
        )
        check(trial, served, screen)
    return trial


def _come_to_rest(screen: Screen) -> None:
    """Have an engine that all others have left go back to where it began."""
    screen.wait(lambda: names(screen) == [OBSERVER])
    screen.engine.send(Steer())
    screen.engine.send(LoadDataset())
    screen.seen.clear()
    wait_for(DatasetLoaded, screen)
    screen.engine.send(Configure(order=2, split="none", network="neural"))
    screen.seen.clear()
    take_steps(screen)
