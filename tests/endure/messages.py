"""Messages that are none, in place of the handshake and after it."""

from __future__ import annotations

import socket
import struct
import time
from contextlib import suppress
from pathlib import Path
from random import Random

from engine.protocol.codec import Malformed, encode
from engine.remote.hello import Hello, language
from engine.remote.messages import read_from_screen
from engine.remote.sockets import connect
from tests import PATIENCE
from tests.endure.chance import is_harmless, message, spoilt
from tests.endure.standing import check, hear, serving
from tests.endure.vitals import Trial

WORDS = "emma\nolivia\nava\nisabella\nsophia\ncharlotte\nmia\namelia\nharper\nevelyn\n"

LOOKS = 1.0
"""Seconds between two looks at what the process holds."""

AT_ONCE = 0.3
"""Share of the lines on which the first message is none already."""


def fuzz(folder: Path, number: int, seed: int = 0) -> Trial:
    """Say so many messages."""
    trial, dice = Trial("fuzzed"), Random(seed)
    (folder / "words.txt").write_text(WORDS)
    lines = refused = 0
    with serving(folder, "--data", "words.txt") as (served, screen):
        due = 0.0
        while trial.rounds < number and served.process.poll() is None:
            if dice.random() < AT_ONCE:
                said, count, is_refused = framed(dice, spoilt(dice, encode(hello(lines)))), 1, True
            else:
                said, count, is_refused = _conversation(dice, lines)
            lines, refused, trial.rounds = lines + 1, refused + is_refused, trial.rounds + count
            if not _say(str(served.socket), said):
                trial.faults.append(f"line {lines} stays open")
            hear(screen)
            if time.monotonic() >= due:
                due = time.monotonic() + LOOKS
                trial.look_at(served.process.pid)
        trial.said = f"{lines:,} lines, {refused:,} of which had to be cut"
        check(trial, served, screen)
        trial.look_at(served.process.pid)
    return trial


def hello(number: int) -> Hello:
    """Introduce a screen."""
    return Hello(language(), f"fuzz {number}")


def framed(dice: Random, data: bytes) -> bytes:
    """Lay a message in its frame, which may be another one's now and then."""
    kind = dice.random()
    if kind < 0.01:
        return data
    size = len(data) if kind < 0.98 else dice.choice((-1, -2, 0, 1 << 21, (1 << 31) - 1))
    return struct.pack("!i", size) + data


def _conversation(dice: Random, number: int) -> tuple[bytes, int, bool]:
    """Bytes of messages up to one that is none, how many there are, and whether one is none."""
    plain = encode(hello(number))
    said, count, is_refused = struct.pack("!i", len(plain)) + plain, 0, False
    while not is_refused and count < 20:
        data = message(dice)
        if dice.random() < 0.7:
            data = spoilt(dice, data)
        try:
            if not is_harmless(read_from_screen(data)):
                continue
        except Malformed:
            is_refused = True
        said, count = said + framed(dice, data), count + 1
    return said, count, is_refused


def _say(path: str, said: bytes) -> bool:
    """Say something, and hear what there is to be heard; whether that comes to an end."""
    with connect(path, PATIENCE) as line:
        line.settimeout(PATIENCE)
        # It may be cut by then, which is what it is all about.
        with suppress(BrokenPipeError, ConnectionResetError):
            line.sendall(said)
            line.shutdown(socket.SHUT_WR)
        try:
            while line.recv(1 << 20):
                pass
        except ConnectionResetError:
            pass
        except TimeoutError:
            return False
    return True
