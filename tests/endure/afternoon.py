"""An afternoon before the app on a terminal: what a person does, again and again, unhurried."""

from __future__ import annotations

import time
from itertools import chain, count
from pathlib import Path
from random import Random

from engine.protocol import SPEEDS
from tests.endure.vitals import Trial
from tests.terminal.emulator import Terminal
from tui.options import START_SPEED

ACTS: tuple[tuple[str, ...], ...] = (
    ("1", "/", "e", "m", "esc", "esc", "down", "down", "up", "home"),
    ("1", "i", "i", "O", "down", "enter", "O", "up", "enter"),
    ("2", "right", "down", "right", "enter", "esc", "home"),
    ("2", *"vvvvVVVV", "z", "Z", "0", "R", "down", "esc"),
    ("2", "C", "C", "]", "[", "p", "esc"),
    ("3", "space", "w", "x", "e", "space", "e", "x", "w"),
    ("3", "space", ".", ",", ",", "<", "\\", "space"),
    ("4", "g", "g", "b", "g", "b"),
    ("4", "t", *"emma", "enter", "esc", "esc"),
    ("4", "d", "space", "space", "esc"),
    ("L", "right", "right", "down", "a", "a", "L"),
    ("?", "pagedown", "esc"),
    ("ctrl+p", *"theme", "esc", "esc"),
    ("o", "down", "esc"),
    ("G", "esc"),
    ("m", "m", "ctrl+l"),
)
"""Each ends where it began. All are done, in any order, before one of them is done again.

Left to chance, the lab was not opened for the first five minutes, and what it takes came after.
"""

SIZES = ((120, 40), (80, 24), (160, 50))

PACE = 0.15
"""Seconds between two keys."""

READING, ACTS_BETWEEN = 2.5, 10
"""Seconds without a key, after so many acts: garbage is looked for while nobody types.

What is held is looked at then: in between, it swings by ten megabytes.
"""

TRAINING = 6 * 60.0
"""Seconds at full speed before all else, on a core to itself.

The keyframes of a run may take some megabytes; at the usual speed they come one a second, and
would fill that for hours.
"""

SETTLING = 5 * 60.0
"""Seconds from then on, after which the app holds what it will hold."""


def afternoon(place: Path, minutes: float, seed: int) -> Trial:
    """Spend some time before the app.

    Args:
        place: home of the person.
        minutes: how long, after the training.
        seed: of what is done.
    """
    trial, dice = Trial("afternoon"), Random(seed)
    app = Terminal(place, size=SIZES[0])
    try:
        app.open()
        _train(app, trial)
        begun = time.monotonic()
        end = begun + 60 * minutes
        acts = chain.from_iterable(dice.sample(ACTS, len(ACTS)) for _ in count())
        while time.monotonic() < end and not trial.faults:
            if trial.rounds % len(ACTS) == 0:
                app.make(*SIZES[trial.rounds // len(ACTS) % len(SIZES)])
            for key in next(acts):
                app.press(key)
                app.drain(PACE)
            trial.rounds += 1
            if app.has_ended:
                trial.faults.append(f"it has ended:\n{app.text}")
            elif trial.rounds % ACTS_BETWEEN == 0:
                app.drain(READING)
                trial.look_at(app.pid)
            app.output = b""
        if not trial.faults:
            app.press("esc", "esc", "esc", "q")
            code = app.last_words()[0]
            trial.faults += [f"it ends with {code}"] if code else []
    finally:
        app.close()
    trial.faults += [f"a report: {path.name}" for path in app.state.glob("crash-*")]
    held = [each for each in trial.looks if each.at - begun > SETTLING]
    if held:
        later = Trial(trial.name, looks=held)
        trial.said = ", ".join(
            f"{what} {60 * later.slope(what, settling=0):+.2f} an hour after five minutes"
            for what in ("megabytes", "own", "threads", "descriptors")
        )
    return trial


def _train(app: Terminal, trial: Trial) -> None:
    """Train at full speed until the keyframes have what they may have; then as usual."""
    rungs = len(SPEEDS) - 1 - SPEEDS.index(START_SPEED)
    app.press("3", *"+" * rungs, "space")
    end = time.monotonic() + TRAINING
    while time.monotonic() < end and not app.has_ended:
        app.drain(1)
        app.output = b""
        trial.look_at(app.pid)
    app.press("space", *"-" * rungs)
    app.drain(1)
