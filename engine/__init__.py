"""The engine of the laboratory: data, counts, network, training, sampling, scoring; no screen.

This is its public face, with `engine.protocol`, the vocabulary of plain values. Commands go in,
events and a snapshot come out: of a `Worker`, which lives on a thread of its own, or of `Inline`,
which does the same where it is called. `Client` asks either and waits for the answer; `Session` is
what both run. Importing this package imports no torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from engine.client import Client
from engine.inline import Inline
from engine.limits import accepts, changed, check, parse
from engine.port import Engine
from engine.proof.checks import Check, Timings
from engine.protocol import Device, Shelf
from engine.records import record
from engine.session import Session
from engine.waking import give_memory_back, import_torch, is_one_of_several
from engine.words.cleaning import clean, printable
from engine.words.dataset import Words
from engine.words.filed import listed
from engine.words.files import is_table, parts_among
from engine.words.finding import fold, holding, spelled
from engine.words.folders import absolute, here
from engine.worker import Worker

if TYPE_CHECKING:
    from engine.remote.attach import Attached as Attached
    from engine.remote.handover import Heir as Heir
    from engine.remote.hello import About as About
    from engine.remote.server import Server as Server

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
    "attach",
    "bridge",
    "changed",
    "check",
    "check_table",
    "clean",
    "engine_of",
    "engines",
    "fold",
    "give_memory_back",
    "hand_over",
    "heir",
    "here",
    "holding",
    "is_held",
    "is_one_of_several",
    "is_table",
    "listed",
    "measure_steps",
    "parse",
    "parts_among",
    "printable",
    "record",
    "serve",
    "size_of",
    "socket_folders",
    "spawn",
    "spelled",
    "threat",
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


def measure_steps(order: int = 2, dots: int | None = None, device: Device = "cpu") -> Timings:
    """Time a step of each gradient path, and the lecture's; see `engine.proof.bench`.

    Raises:
        Refusal: order or dots are out of range, the table would be too large, or the device is not
            to be had.
        Unusable: torch cannot be imported.
    """
    import_torch()
    from engine.proof import bench

    return bench.measure_steps(order, dots, device)


def write_npy(file: BinaryIO, values: bytes, columns: int, *, are_counts: bool) -> None:
    """Write a matrix as numpy loads it; see `engine.models.arrays`."""
    from engine.models import arrays

    arrays.write_npy(file, values, columns, are_counts=are_counts)


def is_held(paths: Sequence[str]) -> bool:
    """Whether text is read at once rather than streamed; see `engine.words.corpus.sources`."""
    from engine.words.corpus import sources

    return sources.is_held(paths)


def check_table(path: str) -> None:
    """Refuse what is no table file; see `engine.models.tables`."""
    if not is_table(path):
        from engine.models import tables

        tables.read(path)


def size_of(paths: Sequence[str]) -> int:
    """Bytes of files that were read at once; the bundled list if none is named."""
    from engine.words.corpus import sources

    return sources.size_of(paths)


# Engines in processes of their own


def serve(session: Session, worker: Worker, *, stays: bool = False) -> Server:
    """Have screens find an engine; see `engine.remote.server`.

    Args:
        session: what the worker runs.
        worker: it has been started, and there is a run.
        stays: whether to live on though nobody uses it.

    Raises:
        Refusal: there is no place for its socket, or another process has the folder of its run.
        OSError: there can be no socket.
    """
    from engine.remote.server import Server
    from engine.remote.visit import Visit

    server = Server(worker, Visit, session.keeping.sign, stays=stays)
    session.keeping.hold_place()
    server.bind()
    return server


def hand_over(worker: Worker, log: str) -> str:
    """Have another process go on with what a worker does; see `engine.remote.handover`.

    Raises:
        Refusal: it did not come about; the worker goes on.
        OSError: the log cannot be written, or there can be no process.
    """
    from engine.remote import handover

    return handover.hand_over(worker, log)


def heir(handle: int) -> Heir:
    """Give what goes on in place of an engine of another process; see `engine.remote.handover`."""
    from engine.remote.handover import Heir

    return Heir(handle)


def socket_folders() -> list[str]:
    """Folders in which the sockets of engines may lie, be they there or not."""
    from engine.remote import sockets

    return sockets.folders()


def threat() -> str:
    """Say, in a sentence, that this process ends with a login; empty if it does not."""
    from engine.remote import logind

    return logind.threat()


def engines(shelf: Shelf) -> dict[str, About]:
    """Give the engines that run, by their sockets; see `engine.remote.engines`.

    Raises:
        Refusal: the folder of sockets is somebody else's.
    """
    from engine.remote import engines

    return engines.found(shelf)


def engine_of(run: str | None, shelf: Shelf) -> str:
    """Give the socket of the engine of a run, or of the only one; see `engine.remote.engines`.

    Raises:
        Refusal: there is none, or more than one.
    """
    from engine.remote import engines

    return engines.chosen(run, shelf)


def attach(
    run: str | None, shelf: Shelf, *, is_readonly: bool = False, may_ask: bool = True
) -> Attached:
    """Attach to an engine, here or on another machine; see `engine.remote.reaching`.

    Args:
        run: whose engine; the only one if not given.
        shelf: where runs are kept.
        is_readonly: whether the screen wants never to steer.
        may_ask: whether ssh may ask for a password and the like on the terminal.

    Raises:
        Refusal: there is none such, or it lets nobody in.
    """
    from engine.remote import reaching

    return reaching.reach(run, shelf, is_readonly=is_readonly, may_ask=may_ask)


def bridge(path: str) -> None:
    """Carry bytes between standard input and output and the engine at a socket.

    Raises:
        OSError: nobody listens there.
    """
    from engine.remote import bridge, sockets

    bridge.relay(0, 1, sockets.connect(path, bridge.PATIENCE))


def spawn(arguments: Sequence[str], log: str) -> str:
    """Start an engine in a process of its own, which takes seconds; gives its name.

    Args:
        arguments: of `makemore-tui serve`.
        log: file that it writes to what happens.

    Raises:
        Refusal: it did not start.
        OSError: the file cannot be written, or there can be no process.
    """
    from engine.remote import starting

    return starting.spawn(arguments, log)
