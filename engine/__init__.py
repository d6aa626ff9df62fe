"""The engine of the laboratory: data, counts, network, training, sampling, scoring; no screen.

This is its public face, with `engine.protocol`, the vocabulary of plain values. Commands go in,
events and a snapshot come out: of a `Worker`, which lives on a thread of its own, or of `Inline`,
which does the same where it is called. `Client` asks either and waits for the answer; `Session` is
what both run. Importing this package imports no torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from engine.client import Client
from engine.inline import Inline
from engine.limits import accepts, changed, check, parse
from engine.port import Engine
from engine.proof.checks import Check, Timings
from engine.protocol import Device
from engine.records import record
from engine.session import Session
from engine.waking import import_torch
from engine.words.cleaning import clean, printable
from engine.words.dataset import Words
from engine.words.files import parts_among
from engine.words.finding import fold, holding, spelled
from engine.words.folders import absolute, here
from engine.worker import Worker

__all__ = [
    "Check",
    "Client",
    "Engine",
    "Inline",
    "Session",
    "Timings",
    "Words",
    "Worker",
    "absolute",
    "accepts",
    "changed",
    "check",
    "clean",
    "fold",
    "here",
    "holding",
    "measure_steps",
    "parse",
    "parts_among",
    "printable",
    "record",
    "spelled",
    "verify",
    "write_npy",
]


def verify(path: str | None = None, device: Device = "auto") -> Iterator[Check]:
    """Recompute everything that is known of a file of words; see `engine.proof.verification`.

    Raises:
        Unusable: torch cannot be imported.
    """
    import_torch()
    from engine.proof import verification

    yield from verification.verify(path, device)


def measure_steps(order: int = 2, dots: int | None = None) -> Timings:
    """Time a step of each gradient path, and the lecture's; see `engine.proof.bench`.

    Raises:
        Refusal: order or dots are out of range, or the table would be too large.
        Unusable: torch cannot be imported.
    """
    import_torch()
    from engine.proof import bench

    return bench.measure_steps(order, dots)


def write_npy(file: BinaryIO, values: bytes, columns: int, *, are_counts: bool) -> None:
    """Write a matrix as numpy loads it; see `engine.models.arrays`."""
    from engine.models import arrays

    arrays.write_npy(file, values, columns, are_counts=are_counts)
