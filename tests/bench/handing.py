"""Measures the pause in which an engine is handed over: `python -m tests.bench.handing`.

A worker trains as fast as it goes and is handed over to another process, as `D` does in the app,
again and again. The pause begins when it takes its last step, and is over when another screen has
seen a step beyond that at the engine that goes on: coming to that one is in it. It takes six
minutes, and the longest part of that is what is no pause: the other process imports torch.
"""

from __future__ import annotations

import math
import os
import random
import signal
import string
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine import Session, Worker
from engine.protocol import LoadDataset, Pause, Reset, Settings, Shelf, Train
from engine.remote import handover, reaching
from tests import PATIENCE
from tests.bench.app import percentile
from tests.bench.budget import NAMES

STEPS = 2000
"""That each run has taken at least."""


def wait(worker: Worker, step: int) -> None:
    """Wait until the run in hand has come to a step."""
    end = time.monotonic() + PATIENCE
    while worker.latest is None or worker.latest.step < step:
        assert time.monotonic() < end, worker.latest
        time.sleep(0.005)
        worker.events()


@contextmanager
def training(home: Path, data: Path, order: int, runs: int) -> Iterator[Worker]:
    """Give a worker that trains the last of several runs."""
    settings = Settings(speed=math.inf, order=order)
    worker = Worker(Session(settings, Shelf(str(home / "runs"))))
    worker.send(LoadDataset(str(data)))
    worker.start()
    try:
        for number in range(runs):
            if number:
                worker.send(Pause())
                worker.send(Reset())
            worker.send(Train())
            while worker.latest is None or worker.latest.run < number + 1:
                time.sleep(0.005)
            wait(worker, STEPS)
        yield worker
    finally:
        worker.close(PATIENCE)


def pause(home: Path, worker: Worker) -> tuple[float, float]:
    """Hand an engine over; seconds that its thread took, and to a step at the other one."""
    begun: list[float] = []
    lasted: list[float] = []
    give = handover._give

    def timed(*arguments: Any) -> str:  # noqa: ANN401
        begun.append(time.perf_counter())
        name = give(*arguments)
        lasted.append(time.perf_counter() - begun[0])
        return name

    handover._give = timed  # type: ignore[assignment]
    try:
        name = handover.hand_over(worker, str(home / "log"))
    finally:
        handover._give = give
    assert worker.latest is not None
    screen = reaching.reach(name, Shelf(str(home / "runs")))
    screen.start()
    worker.has_ended.wait()
    while screen.latest is None or screen.latest.step <= worker.latest.step:
        time.sleep(0.001)
    took = time.perf_counter() - begun[0]
    screen.close(PATIENCE)
    end(screen.about.pid)
    return lasted[0], took


def end(pid: int) -> None:
    """End the other process, which is one's child."""
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)


def measure(name: str, data: Path, times: int, order: int = 2, runs: int = 1) -> None:
    """Print how long pauses are, in milliseconds."""
    threads, wholes = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            with training(home, data, order, runs) as worker:
                thread, whole = pause(home, worker)
            threads.append(thread * 1000)
            wholes.append(whole * 1000)
    say(f"{name}, {times} times: thread {spread(threads)}; to a step seen {spread(wholes)}")


def spread(times: list[float]) -> str:
    """The least, the middle, nine tenths and the greatest."""
    times = sorted(times)
    middle, most = percentile(times, 0.5), percentile(times, 0.9)
    return f"{times[0]:.0f} / {middle:.0f} / {most:.0f} / {times[-1]:.0f} ms"


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)  # noqa: T201


def write_words(path: Path, symbols: int, number: int) -> None:
    """Write words of so many different symbols; of the names, if there are 26."""
    words = NAMES.read_text().split()
    if symbols > len(string.ascii_lowercase):
        draw = random.Random(1)
        alphabet = [chr(0x4E00 + i) for i in range(symbols)]
        words = ["".join(draw.choices(alphabet, k=draw.randint(2, 6))) for _ in words]
    times = max(1, -(-number // len(words)))
    path.write_text("\n".join((words * times)[: max(number, len(words))]) + "\n")


def main() -> None:
    """Measure, and print: least, half, nine tenths, greatest."""
    with tempfile.TemporaryDirectory() as folder:
        words = {}
        for symbols, number in ((26, 0), (300, 0), (1000, 0), (26, 300_000)):
            words[symbols, number] = path = Path(folder) / f"{symbols}-{number}.txt"
            write_words(path, symbols, number)
        measure("27 symbols", words[26, 0], 20)
        measure("27 symbols, order 3", words[26, 0], 5, order=3)
        measure("27 symbols, 10 runs", words[26, 0], 5, runs=10)
        measure("301 symbols", words[300, 0], 5)
        measure("1,001 symbols", words[1000, 0], 3)
        measure("27 symbols, 300,000 words", words[26, 300_000], 5)


if __name__ == "__main__":
    main()
