"""Devices: which one a name means here, why one is not to be had, and what it means if it fails.

Nothing of CUDA is touched until a card is asked for by name, or a table is large enough for `auto`
to want one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from engine.models.objective import Objective
from engine.protocol import Device, Refusal
from engine.words.cleaning import printable

if TYPE_CHECKING:
    from engine.machine.cards import Held

GPU_PAYS = 100_000
"""Cells of W from which on `auto` takes a graphics card, if there is one.

A step on one thread of a CPU takes 6 µs for the 729 cells of the bigram of names, 65 µs for the
16,281 of its trigram, 0.52 ms for the 153,981 of its 4-gram and 2.2 ms for the 600,534 of its
5-gram; these are measured. A card launches some three kernels a step, 5 to 10 µs each whatever the
table, and every 16th time W comes back to be evaluated: that is an estimate, as none was at hand.
`bench --device cuda` and `tests.bench.devices` print both; what they find belongs here.
"""

MOST_SAID = 200
"""Most characters of what a driver says that are told."""


class DeviceFault(Refusal):
    """A device failed in the midst of work; the message says which, and how."""


def choose_device(name: Device, cells: int = 0) -> torch.device:
    """Turn a device name into a device, a card always with its number.

    Args:
        name: of `Settings.device`.
        cells: of W; `auto` is the CPU unless there are many.

    Raises:
        Refusal: this machine has none such; it says what there is.
    """
    if name == "cpu" or (name == "auto" and cells < GPU_PAYS):
        return torch.device("cpu")
    if name == "auto":
        # Not Apple's: it has no float64, and what it is worth was never measured.
        return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")
    if name == "mps":
        if not torch.backends.mps.is_available():
            raise Refusal("torch finds no mps device on this machine; use cpu (or auto).")
        return torch.device("mps")
    number = int(name.partition(":")[2] or 0)
    if not torch.cuda.is_available():
        raise Refusal(f"There is no {name} here: {_why_no_cuda()}; use cpu (or auto).")
    if number >= torch.cuda.device_count():
        cards = [
            f"cuda:{i} ({torch.cuda.get_device_name(i)})" for i in range(torch.cuda.device_count())
        ]
        there = "there are" if len(cards) > 1 else "there is"
        raise Refusal(f"There is no {name} here; {there} {', '.join(cards)}.")
    return torch.device("cuda", number)


def device_for(objective: Objective, name: Device) -> torch.device:
    """The device that a name means for the W of an objective; Refusal as `choose_device`."""
    rows, columns = objective.shape
    return choose_device(name, rows * columns)


def name_of(device: torch.device) -> str:
    """A device as people know it: with the model, where it is a card."""
    return (
        f"{device} {torch.cuda.get_device_name(device)}" if device.type == "cuda" else str(device)
    )


def held_on(device: torch.device) -> Held | None:
    """The card that a device is, and the bytes torch has taken there; nothing if it is none."""
    if device.type != "cuda":
        return None
    from engine.machine.cards import Held

    uuid = str(getattr(torch.cuda.get_device_properties(device), "uuid", ""))
    return Held(uuid, torch.cuda.memory_reserved(device)) if uuid else None


def _why_no_cuda() -> str:
    """Which it is: this build of torch, the driver, or the cards."""
    if torch.version.cuda is None and torch.version.hip is None:
        return f"torch {torch.__version__} is built without CUDA, and sees no graphics card"
    try:
        # What is missing is said where it is asked for in earnest.
        torch.cuda.init()  # type: ignore[no-untyped-call]
    except Exception as error:
        said = _first_sentence(error)
    else:
        said = "torch finds no card that it can use"
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    shown = f" (CUDA_VISIBLE_DEVICES is “{printable(hidden)}”)" if hidden is not None else ""
    return said + shown


def _first_sentence(error: BaseException) -> str:
    """What an error says first, in a line that can be shown."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return printable(lines[0].split(". ")[0].rstrip("."))[:MOST_SAID]


@contextmanager
def at_work(device: torch.device) -> Iterator[None]:
    """Have it told as a `DeviceFault` if a device fails at what is done within.

    That may be its memory, or all of it: then nothing more can be had of it in this process. A
    fault on the CPU is one of ours.
    """
    try:
        yield
    except RuntimeError as error:
        if device.type == "cpu":
            raise
        raise DeviceFault(f"{device} failed: {_first_sentence(error)}.") from error
