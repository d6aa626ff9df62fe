"""Screens that are killed, that say nothing, that stand still, that do anything, all at once."""

from __future__ import annotations

import os
import signal
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from engine.protocol import EngineLost, Refusal, Steer
from engine.protocol.codec import encode
from engine.remote.attach import Attached
from engine.remote.hello import Hello, language
from engine.remote.sockets import connect
from engine.remote.visit import GREETING
from engine.remote.wire import STALLED
from tests import PATIENCE
from tests.endure.chance import command
from tests.endure.standing import check, forked, hear, names, serving
from tests.endure.vitals import Trial
from tests.serving import Screen, Served, surroundings
from tests.terminal.emulator import app_command
from tests.terminal.pty import Child
from tests.terminal.storm import SIZES, events

LOOKS = 5.0
"""Seconds between two looks at what a process holds."""

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
    while time.monotonic() < end:
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
        self.commands = self.keys = self.comings = self.steered = 0
        """How much was done; how often somebody came; how often the steering was taken."""
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
            self.steered += isinstance(said, Steer)
            screen.engine.send(said)
            self.commands += 1
            lost = [e.reason for e in screen.engine.events() if isinstance(e, EngineLost)]
            self.cut += lost
            if lost or self._dice.random() < LEAVES:
                screen.engine.close(PATIENCE)
                self._screens[i] = self._come(i)
        for i, (each, storm) in enumerate(zip(self._apps, self._storms, strict=True)):
            do_anything(each, storm)
            self.keys += 1
            if not each.is_alive:
                each.close()
                self._apps[i] = app(self._served, i)
                self.comings += 1

    def close(self) -> None:
        """Have all leave."""
        for each in self._apps:
            each.close()
        for screen in self._screens:
            screen.engine.close(PATIENCE)

    def _come(self, number: int) -> Screen:
        self.comings += 1
        line = connect(str(self._served.socket), PATIENCE)
        hello = Hello(
            language(), f"screen {number}", is_readonly=number == 1, is_far=number in (2, 3)
        )
        return Screen(Attached(line, hello, PATIENCE))


def crowd(folder: Path, minutes: float, screens: int, apps: int, seed: int = 0) -> Trial:
    """Have many do anything for so long, the steering passed round."""
    trial = Trial("crowd")
    with serving(folder, "--train") as (served, screen):
        all_of_them = Crowd(served, screens, apps, seed)
        end, due = time.monotonic() + minutes * 60, 0.0
        try:
            while time.monotonic() < end and served.process.poll() is None:
                all_of_them.act()
                hear(screen)
                trial.rounds += 1
                time.sleep(0.1)
                if time.monotonic() >= due:
                    due = time.monotonic() + LOOKS
                    trial.look_at(served.process.pid)
        except (OSError, Refusal) as error:
            trial.faults.append(f"nobody can come: {error}")
        all_of_them.close()
        trial.said = (
            f"{all_of_them.commands:,} commands, {all_of_them.keys:,} keys, {all_of_them.comings} "
            f"comings, steering taken {all_of_them.steered} times; let go: {all_of_them.cut}"
        )
        check(trial, served, screen)
        trial.look_at(served.process.pid)
    return trial
