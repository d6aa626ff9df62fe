"""Keyframes on disk: a head with the shape of W, and a record for each, with its step and its sum.

See `engine.training.journal` for the format.
"""

from __future__ import annotations

import math
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from io import BufferedReader
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.training.journal import MAGIC

MOST_READ = 400_000_000
"""Bytes of a journal or of keyframes from which on a file is none of ours."""

Frame = tuple[int, Tensor]
"""A step, and W after it."""

Known = dict[tuple[str, int, int], Tensor]
"""Keyframes read before, by their file, their step and their checksum there."""


def packed(frame: Frame) -> bytes:
    """Write a record."""
    step, weights = frame
    data = struct.pack("<Q", step) + weights.numpy().astype("<f4", copy=False).tobytes()
    return data + struct.pack("<I", zlib.crc32(data))


def start_of(shape: Sequence[int]) -> bytes:
    """Write the head of a file of W of a shape (R, V)."""
    return MAGIC + struct.pack("<II", *shape)


def read_frames(
    path: Path,
    symbols: Sequence[str],
    shape: Sequence[int] | None = None,
    known: Known | None = None,
) -> tuple[Frame, ...]:
    """Read the keyframes that are whole; what is not is passed over.

    Args:
        path: of the file.
        symbols: the alphabet, which W has a column for each of.
        shape: of W, if it is known.
        known: what was read before and still stands there is not read again; what is read now is
            put there.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(len(MAGIC) + 8)
            if size > MOST_READ or not start.startswith(MAGIC) or len(start) < len(MAGIC) + 8:
                return ()
            found = struct.unpack_from("<II", start, len(MAGIC))
            if found[1] != len(symbols) or not found[0]:
                return ()
            if shape is not None and found != tuple(shape):
                return ()
            frames: list[Frame] = []
            for step, weights in _frames_in(file, found, size, {} if known is None else known):
                if not frames or step > frames[-1][0]:
                    frames.append((step, weights))
            return tuple(frames)
    except OSError:
        return ()


def _frames_in(
    file: BufferedReader, shape: Sequence[int], size: int, known: Known
) -> Iterator[Frame]:
    """Give those of a file that are whole, one after the other."""
    whole = 8 + 4 * math.prod(shape) + 4
    for at in range(file.tell(), size - whole + 1, whole):
        if known:
            file.seek(at)
            step = struct.unpack("<Q", file.read(8))[0]
            file.seek(at + whole - 4)
            key = (str(file.name), step, struct.unpack("<I", file.read(4))[0])
            if key in known:
                yield step, known[key]
                continue
        file.seek(at)
        data = file.read(whole)
        step, crc = struct.unpack_from("<Q", data)[0], struct.unpack_from("<I", data, whole - 4)[0]
        if zlib.crc32(memoryview(data)[:-4]) == crc:
            weights = np.frombuffer(data, "<f4", offset=8, count=math.prod(shape))
            frame = torch.from_numpy(weights.astype(np.float32)).view(*shape)
            known[str(file.name), step, crc] = frame
            yield step, frame
