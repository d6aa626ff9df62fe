"""Kills: what trains is ended by SIGKILL at a random moment, and its runs are gone on with.

`python -m tests.kills --number 200` kills as many, one after the other, every second one the app on
a terminal, and says what was lost. What it does before is random, too: it trains at full speed,
changes settings, resets, branches, saves, and thins its keyframes out.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import torch

from engine import Session
from engine.protocol import (
    STEP,
    Branch,
    CheckpointLoaded,
    Command,
    Configure,
    Event,
    ListRuns,
    Load,
    LoadDataset,
    Look,
    Reset,
    RunsListed,
    Save,
    Shelf,
    TakeUp,
    Train,
    Undo,
)
from engine.training import folder, timeline
from engine.training.looking import Looking
from engine.training.places import folders
from engine.training.replaying import replayed
from engine.training.saving import bound, reopened
from tests.terminal.emulator import Terminal

LONGEST = 2.5
"""Seconds after which it is killed at the latest."""

WORDS = "emma\nolivia\nava\nisabella\nsophia\ncharlotte\nmia\namelia\nharper\nevelyn\n"


@dataclass
class Kill:
    """What became of a kill."""

    seed: int
    runs: int = 0
    """That were on disk."""
    lost: float = 0.0
    """Seconds between the last line printed and the last line of which a step is on disk."""
    lost_steps: int = 0
    faults: list[str] = field(default_factory=list)


def chosen(chance: Random) -> Command:
    """Something that people do."""
    return chance.choice(
        (
            Configure(learning_rate=chance.choice((0.5, 5.0, 50.0))),
            Configure(regularization=chance.choice((0.0, 0.01, 1.0))),
            Configure(gradient=chance.choice(("counts", "gather", "onehot"))),
            Configure(optimizer=chance.choice(("plain", "rows", "newton"))),
            Configure(seed=chance.randrange(9)),
            Configure(learning_rate=50.0, gradient="counts", optimizer="plain"),
            Reset(),
            Undo(),
            Look(chance.randrange(1000)),
            Branch(Configure(learning_rate=10.0)),
            Look(),
            TakeUp("0"),
        )
    )


def live(words: str, shelf: Shelf, seed: int, told: int) -> None:
    """Train, and do what people do, until killed; each line is a run, its step and the time."""
    chance = Random(seed)
    timeline.ENOUGH_BYTES, timeline.ENOUGH = 60_000, 20  # So that keyframes are thinned out soon.
    session = Session(shelf=shelf)
    for event in session.run(LoadDataset(words)):
        del event
    list(session.become_ready())
    while True:
        list(session.run(Train()))
        for _ in range(chance.randrange(1, 40)):
            list(session.train(chance.choice((1, 16, 500, 2000))))
            now = session.snapshot()
            os.write(told, f"{now.id} {now.newest} {time.monotonic()}\n".encode())
        list(session.run(chosen(chance)))
        if not chance.randrange(4):
            list(session.run(Save(f"{shelf.folder}/saved-{STEP}.safetensors")))


def kill(seed: int, place: Path) -> Kill:
    """Kill a process that trains without a screen, and look at what it has left."""
    chance = Random(seed)
    words, shelf = str(place / "words.txt"), Shelf(str(place / "runs"))
    Path(words).write_text(WORDS)
    found = Kill(seed)
    heard, told = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(heard)
        try:
            live(words, shelf, seed, told)
        finally:
            os._exit(1)  # It came to an end by itself, which is a fault.
    os.close(told)
    time.sleep(chance.random() ** 2 * LONGEST)
    os.kill(pid, signal.SIGKILL)
    if os.waitpid(pid, 0)[1] != signal.SIGKILL:
        found.faults.append("it had ended by itself")
    with os.fdopen(heard, "rb") as lines:
        printed = [line.split() for line in lines.read().decode().splitlines()]
    look_at(words, shelf, found, chance)
    note_loss(shelf, [(id, int(step), float(at)) for id, step, at in printed], found)
    return found


def note_loss(shelf: Shelf, printed: list[tuple[str, int, float]], found: Kill) -> None:
    """Hold what is on disk of the run trained last against what was printed of it."""
    if not printed:
        return
    id, step, at = printed[-1]
    path = Path(shelf.folder, id)
    kept = folder.read(str(path)).step if (path / "journal").exists() else 0
    mine = [line for line in printed if line[0] == id]
    on_disk = [when for _, there, when in mine if there <= kept]
    found.lost = at - (max(on_disk) if on_disk else mine[0][2])
    found.lost_steps = max(0, step - kept)


def look_at(words: str, shelf: Shelf, found: Kill, chance: Random) -> None:
    """Go on with every run there is, which must be the very run that it was."""
    session = Session(shelf=shelf)
    said: list[Event] = [*session.run(LoadDataset(words))]
    list(session.become_ready())
    (listed,) = (e for e in session.run(ListRuns()) if isinstance(e, RunsListed))
    there = folders(shelf)
    found.runs = len(there)
    on_list = {run.path for run in listed.runs}
    found.faults += [f"{path} is not listed" for path in there if path not in on_list]
    assert session.runs is not None
    runs = session.runs
    for path in there:
        kept = folder.read(path)
        if kept.trouble or kept.warning:
            found.faults.append(f"{kept.trouble} {kept.warning}")
        (*_, run) = reopened(kept, runs.objective, bound(kept, runs.bases))
        assert run is not None
        differences = [d for _, d in replayed(kept, runs.objective, runs.bases) if d is not None]
        if any(differences):
            found.faults.append(f"{path} differs from its recipe by {max(differences)}")
        # It goes on, and what it does then is what its recipe says.
        run.advance(chance.randrange(1, 200))
        look, step, ahead = Looking(run), run.step, run.weights.clone()
        run.advance(1)  # Which may be one step too many: a rate of 50 does not suit all of them.
        list(look.go(step))
        if not torch.equal(look.moment.weights, ahead):
            found.faults.append(f"{path} does not go on as it should")
    for path in there[:1]:
        said = list(session.run(Load(path)))
        if not any(isinstance(event, CheckpointLoaded) for event in said):
            found.faults.append(f"{path} cannot be loaded: {said}")
    session.close(5)


def kill_app(seed: int, place: Path) -> Kill:
    """Kill the app on a terminal, and look at what it has left."""
    chance = Random(seed)
    words = place / "words.txt"
    words.write_text(WORDS)
    shelf = Shelf(str(place / "state" / "makemore-tui" / "runs"))
    found = Kill(seed)
    lab = Terminal(place, "--data", str(words), "--speed", "max")
    printed: list[tuple[int, float]] = []
    try:
        lab.open().press("space")
        end = time.monotonic() + 0.5 + chance.random() * 2 * LONGEST
        while time.monotonic() < end:
            lab.press(chance.choice(("r", "u", "n", "space", "space", "s", "+", "-", "g")))
            lab.drain(chance.random() * 0.3)
            printed.append((lab.step, time.monotonic()))
    finally:
        os.kill(lab.pid, signal.SIGKILL)
        lab.close()
    look_at(str(words), shelf, found, chance)
    steps = [folder.read(path).step for path in folders(shelf)]
    near = [when for step, when in printed if any(step <= kept for kept in steps)]
    found.lost = printed[-1][1] - max(near) if near and printed else 0.0
    return found


def kills(number: int, first: int, *, with_app: bool) -> Iterator[Kill]:
    """Kill so many, one after the other."""
    for seed in range(first, first + number):
        with tempfile.TemporaryDirectory() as place:
            way = kill_app if with_app and seed % 2 else kill
            yield way(seed, Path(place))


def main() -> int:
    """Kill, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--headless", action="store_true", help="never the app")
    options = parser.parse_args()
    torch.set_num_threads(1)
    every = list[Kill]()
    for each in kills(options.number, options.first, with_app=not options.headless):
        every.append(each)
        lost = f"lost {each.lost:.2f} s, {each.lost_steps:,} steps"
        print(f"{each.seed:>5}  {each.runs} runs  {lost}  {'; '.join(each.faults) or 'fine'}")  # noqa: T201
    worst = max(each.lost for each in every)
    bad = sum(1 for each in every if each.faults)
    print(f"{len(every)} kills, {bad} with faults; at most {worst:.2f} s lost")  # noqa: T201
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
