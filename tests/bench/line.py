"""Measures what goes over a line to an engine: `python -m tests.bench.line`, which takes a minute.

A worker trains on the names as fast as it goes, and a screen looks at its probabilities: over a
line on the same machine, and over a far one. Bytes are counted where they pass, framing included.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from dataclasses import replace

from engine import Session, Worker
from engine.protocol import Configure, LoadDataset, Pause, Snapshot, Toggle, Watch
from engine.protocol.codec import encode
from engine.remote.attach import Attached
from engine.remote.hearing import Hearing
from engine.remote.hello import About, Hello, language
from engine.remote.messages import read_from_engine
from engine.remote.sparing import Sparing
from engine.remote.telling import Telling
from engine.remote.visit import Visit

SECONDS = 10.0
"""How long each stretch is watched."""

SETTLED = 15.0
"""Seconds of training after which the matrices hardly move."""


class Doorway(Worker):
    """A worker as its only screen has it."""

    is_overrun = is_full = False


class Relay:
    """Passes bytes on between two ends, and counts them."""

    def __init__(self) -> None:
        self.engine, first = socket.socketpair()
        second, self.screen = socket.socketpair()
        self.down = self.up = 0
        threading.Thread(target=self._pass, args=(first, second, True), daemon=True).start()
        threading.Thread(target=self._pass, args=(second, first, False), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, is_down: bool) -> None:
        while data := source.recv(1 << 16):
            sink.sendall(data)
            if is_down:
                self.down += len(data)
            else:
                self.up += len(data)
        sink.shutdown(socket.SHUT_WR)


def watched(relay: Relay, screen: Attached, seconds: float) -> tuple[float, float, float]:
    """Look on; bytes a second down and up, and snapshots a second."""
    down, up, seen, snapshots = relay.down, relay.up, screen.latest, 0
    start = time.monotonic()
    while time.monotonic() < start + seconds:
        time.sleep(0.005)
        screen.events()
        snapshots += screen.latest is not seen
        seen = screen.latest
    took = time.monotonic() - start
    return (relay.down - down) / took, (relay.up - up) / took, snapshots / took


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)  # noqa: T201


def over_a_line(*, is_far: bool) -> list[Snapshot]:
    """Train, and print what goes over the line; gives the snapshots of an engine that trains."""
    worker, relay = Doorway(Session()), Relay()
    worker.send(LoadDataset())
    about = About(language(), "0" * 12, "here", 1, 0.0)
    Visit(relay.engine, lambda hello: worker, lambda: about).start()
    screen = Attached(relay.screen, Hello(language(), "bench", is_far=is_far))
    screen.send(Configure(speed=math.inf))
    screen.send(Watch("network_probabilities"))
    screen.start()
    name = "far" if is_far else "near"
    while screen.latest is None or screen.latest.window is None:
        time.sleep(0.001)
    say(f"{name}: {relay.down:,} bytes to the first heatmap")
    while screen.latest.state != "ready":
        time.sleep(0.01)
    screen.send(Toggle())
    for after in ("at first", "settled"):
        if after == "settled":
            time.sleep(SETTLED)
        down, up, snapshots = watched(relay, screen, SECONDS)
        say(
            f"{name}, {after}: {down:,.0f} bytes/s down, {up:,.0f} up, {snapshots:.1f} snapshots/s,"
            f" step {screen.latest.step:,}"
        )
    taken: list[Snapshot] = []
    while len(taken) < 50:
        time.sleep(0.01)
        if screen.latest not in taken:
            taken.append(screen.latest)
    screen.send(Pause())
    watched(relay, screen, 2.0)
    down, up, _ = watched(relay, screen, 2.0)
    say(f"{name}, paused: {down:,.0f} bytes/s down, {up:,.0f} up")
    screen.close(5.0)
    worker.close(5.0)
    return taken


def per_snapshot(taken: list[Snapshot]) -> None:
    """Print what it takes to write and to read a snapshot, in microseconds and bytes."""
    telling, hearing, sparing = Telling(), Hearing(), Sparing()
    begun = time.perf_counter()
    encoded = [encode(snapshot) for snapshot in taken]
    start = time.perf_counter()
    told = [telling.tell(snapshot) for snapshot in taken]
    wrote = time.perf_counter()
    for data in told:
        hearing.hear(read_from_engine(data))
    read = time.perf_counter()
    for i, snapshot in enumerate(taken):
        sparing.spare(replace(snapshot, id=str(i % 7)), i / 5)
    spared = time.perf_counter()
    whole = sum(map(len, encoded)) / len(taken)
    per = 1e6 / len(taken)
    say(
        f"a snapshot: {(start - begun) * per:.0f} µs to write, {whole:,.0f} bytes; what has "
        f"changed in it: {(wrote - start) * per:.0f} µs to write, {(read - wrote) * per:.0f} to "
        f"read, {sum(map(len, told)) / len(told):,.0f} bytes; "
        f"{(spared - read) * per:.0f} µs to spare"
    )


def main() -> None:
    """Measure, and print."""
    per_snapshot(over_a_line(is_far=False))
    over_a_line(is_far=True)


if __name__ == "__main__":
    main()
