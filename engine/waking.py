"""Waking the engine: torch, and what needs it, imported together; what it gives back at rest."""

from __future__ import annotations

import linecache
import os
from contextlib import suppress

from engine.models.counts import COUNT_MATRICES
from engine.protocol import (
    NETWORKS,
    Branch,
    ClimbLadder,
    CloseChapter,
    Command,
    Compare,
    CountContexts,
    DrawNext,
    Exercise,
    ForceSymbol,
    Guess,
    ListRuns,
    Load,
    Look,
    OpenChapter,
    OpenDrawing,
    OpenTest,
    Pause,
    Rank,
    Reset,
    Retune,
    Sample,
    Save,
    Score,
    StreamNames,
    TakeApart,
    TakeUp,
    TellCourses,
    TellMatrix,
    Toggle,
    Train,
    Tune,
    Undo,
    UndoDraw,
    Unusable,
)
from engine.words.cleaning import printable

M_ARENA_MAX = -8
"""How glibc's malloc.h names the most heaps that there may be."""

MOST_CAUSE = 300
"""Most characters of what a broken library says; the log has all of it."""


def import_torch() -> None:
    """Import torch, which takes seconds; may be called from another thread.

    Raises:
        Unusable: torch, or what it needs, is not there or broken.
    """
    try:
        import torch

        from engine.models import views  # noqa: F401
        from engine.sampling import naming  # noqa: F401
        from engine.training import objectives  # noqa: F401

        linecache.clearcache()  # Torch reads its own source meanwhile, of which 2 MB would stay.
        # A table of 27×27 is too small to share out: more threads are slower, and only with one
        # are results repeatable bit for bit.
        torch.set_num_threads(1)
    except Exception as error:
        # A library that is half there may raise anything.
        cause = printable(" ".join(f"{type(error).__name__}: {error}".split()))[:MOST_CAUSE]
        raise Unusable(f"torch cannot be imported ({cause}); install it again.") from error


def is_one_of_several() -> bool:
    """Whether torchrun has started this process."""
    return "RANK" in os.environ and "WORLD_SIZE" in os.environ


def needs_torch(command: Command) -> bool:
    """Whether a command can only be carried out once torch is there."""
    if isinstance(command, Score | Rank):
        return command.model in NETWORKS or command.ngrams.split == "makemore.py"
    if isinstance(command, TakeApart):
        return command.ngrams.split == "makemore.py"
    if isinstance(command, TellMatrix):
        return command.matrix not in COUNT_MATRICES
    if isinstance(command, CountContexts | Tune | ClimbLadder):
        return command.split == "makemore.py"
    letters = OpenDrawing | DrawNext | UndoDraw | ForceSymbol | Retune
    draws = Sample | StreamNames | Compare | letters
    reads = OpenChapter | CloseChapter | Guess | Exercise
    # A pause that overtook the start it is to end would be lost.
    trains = Train | Pause | Toggle
    keeps = Reset | Undo | Save | Load | OpenTest | ListRuns
    returns = Look | Branch | TakeUp | TellCourses
    return isinstance(command, trains | keeps | returns | draws | reads)


def share_one_heap() -> None:
    """Have the threads that are begun from now on take memory where the others do.

    glibc gives each a heap of its own, and what one lets go of is a hole that the others cannot
    have: these grow by some megabytes an hour. Training at full speed is as quick with one.
    """
    import ctypes

    with suppress(OSError, AttributeError):  # As below.
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def give_memory_back() -> None:
    """Return what is free to the system, which glibc does only where nothing lies above it.

    Of a million words that is 60 of 400 MB, of a screen before which somebody sits some ten; it
    takes some milliseconds, and no lock of Python's.
    """
    import ctypes

    with suppress(OSError, AttributeError):  # There is none but in glibc.
        ctypes.CDLL(None).malloc_trim(0)
