"""`python -m tests.endure` does all there is, `python -m tests.endure crowd` one thing.

Each gives a line: descriptors, threads and memory of the engine at the start, at most and at the
end, and how much more of them it held with every minute once it had settled.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.endure import afternoon, losses, messages, screens
from tests.endure.vitals import HEAD, Trial

PHASES = 10
"""Times that a crowd comes and goes."""


def main() -> int:
    """Do what the command line says, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", help="all if not given")
    parser.add_argument("--minutes", type=float, default=10.0, help="crowd or afternoon")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--looks", type=Path, help="file that takes every look as it is")
    options = parser.parse_args()
    trials: dict[str, Callable[[Path], Trial]] = {
        "afternoon": lambda place: afternoon.afternoon(place, options.minutes, options.seed),
        "kills": lambda place: screens.kills(place, options.kills, options.seed),
        "half-open": lambda place: screens.half_open(place, 20, is_long=True),
        "fuzz": lambda place: messages.fuzz(place, options.messages, options.seed),
        "crowd": lambda place: screens.crowd(
            place, PHASES, options.minutes / PHASES, 8, 2, options.seed
        ),
        "killed": lambda place: losses.killed(place, 3, 8),
        "stalled": losses.stalled,
        "disk": lambda place: losses.full_disk(place, 5),
        "folder": lambda place: losses.no_folder(place, 8),
    }
    faults = 0
    print(HEAD)  # noqa: T201
    for name in options.what or trials:
        with tempfile.TemporaryDirectory(prefix="mm-", dir="/tmp") as place:
            trial = trials[name](Path(place))
        faults += len(trial.faults)
        print("\n".join(trial.lines()), flush=True)  # noqa: T201
        if options.looks:
            with options.looks.open("a") as file:
                file.writelines(f"{trial.name} {each}\n" for each in trial.looks)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
