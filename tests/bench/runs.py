"""What runs cost that are kept: steps a second, a look back, bytes on disk and in memory.

Run it on a machine that does nothing else, from the project's folder; it takes five minutes:

    python -m tests.bench.runs [--json]

What is compared takes turns in one process. Not part of the test run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from random import Random

import torch

from engine import Session
from engine.protocol import LoadDataset, Look, Settings, Shelf, Train
from tests.bench.app import percentile

TURNS, SECONDS = 14, 2.0
LOOKS = 300


def opened(shelf: Shelf | None) -> Session:
    """A session on the bundled names that trains."""
    session = Session(Settings(), shelf)
    list(session.run(LoadDataset()))
    session.import_torch()
    list(session.become_ready())
    while session.is_busy:
        list(session.work())
    list(session.run(Train()))
    return session


def speed(session: Session) -> float:
    """Steps a second of CPU time of the whole process, what writes included."""
    steps, start, end = 0, time.process_time(), time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        list(session.train(2000))
        steps += 2000
    return steps / (time.process_time() - start)


def cost_of_keeping(folder: Path) -> dict[str, float]:
    """Steps a second with the journal on ÷ off, in turns."""
    kept, bare = opened(Shelf(str(folder))), opened(None)
    ratios = []
    for turn in range(TURNS):
        order = (kept, bare) if turn % 2 else (bare, kept)
        found = {id(session): speed(session) for session in order}
        ratios.append(found[id(kept)] / found[id(bare)])
    kept.close(10)
    least, most = min(ratios), max(ratios)
    return {"median": statistics.median(ratios), "least": least, "most": most}


def looks(session: Session, *, is_training: bool) -> dict[str, float]:
    """Milliseconds until a step chosen at random is there, exact."""
    chance, found = Random(1), []
    newest = session.snapshot().newest
    for _ in range(LOOKS):
        start = time.perf_counter()
        list(session.handle(Look(chance.randrange(newest))))
        while session.snapshot().looked_for is not None:
            # As the worker does it: a slice for what was asked, a slice for training.
            end = time.monotonic() + 0.016
            while session.snapshot().looked_for is not None and time.monotonic() < end:
                list(session.work())
            if is_training:
                list(session.train(2000))
        found.append((time.perf_counter() - start) * 1e3)
    found.sort()
    return {"p50": percentile(found, 0.5), "p99": percentile(found, 0.99), "worst": found[-1]}


def of_length(steps: int, folder: Path) -> dict[str, object]:
    """A run of so many steps: on disk, in memory, and looked back into."""
    session = opened(Shelf(str(folder)))
    while session.snapshot().newest < steps:
        list(session.train(min(2000, steps - session.snapshot().newest)))
    resting = looks(session, is_training=False)
    moving = looks(session, is_training=True)
    assert session.runs is not None
    frames = session.runs.run.timeline.frames
    session.close(10)
    (run,) = folder.iterdir()
    return {
        "steps": steps,
        "keyframes": len(frames),
        "keyframes_mb": sum(4 * w.numel() for _, w in frames) / 1e6,
        "bytes": {file.name: file.stat().st_size for file in sorted(run.iterdir())},
        "look_ms": resting,
        "look_while_training_ms": moving,
    }


def main() -> None:
    """Measure, and say it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", dest="as_json")
    as_json = parser.parse_args().as_json
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        found = {
            "kept_over_bare": cost_of_keeping(Path(place, "ratio")),
            "runs": [of_length(10**power, Path(place, str(power))) for power in (6, 7)],
        }
    print(json.dumps(found) if as_json else json.dumps(found, indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
