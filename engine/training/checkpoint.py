"""A training run on disk: one safetensors file, written whole or not at all.

Tensors: `weights` float32 (R, V), a row for each context, or of one-hots side by side for each
symbol at each place, `generator` uint8 (its state), `history` float64 (buckets, 3), and beside a
dev `dev_history` like it. With the text of a journal, see `engine.training.journal`, there are
`keyframe_steps` int64 (n) and `keyframes` float32 (n, R, V), too.
The rest is JSON in the file's metadata, and beside it the CRC-32 of that and of all tensors.
Nothing in it is ever executed.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
import zlib
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save
from torch import Tensor

from engine.limits import check
from engine.protocol import AS_FAST_AS_IT_GOES, Refusal, Settings
from engine.records import record
from engine.text.numbers import number
from engine.training.header import KEY, PLAIN_VERSION, SUM, VERSION, settings_from
from engine.training.timeline import SPACING
from engine.words.cleaning import printable

MOST_LOSS = 1e40
"""Greatest loss that a history may hold: more than float32, in which losses are computed, holds."""

UNREADABLE = (SafetensorError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
"""What reading a file that is no checkpoint may raise, in safetensors, json, torch or here."""


@record
class Mark:
    """A place in a journal that goes on."""

    folds: int
    lines: int
    sum: int
    """CRC-32 of the lines up to there."""


@record
class Checkpoint:
    """Everything a run needs to go on as if there had been no break."""

    weights: Tensor
    generator: Tensor
    history: bytes
    step: int
    first_loss: float
    settings: Settings
    symbols: tuple[str, ...]
    data_sha256: str
    source: str
    dev_history: bytes = b""
    loss: float = math.nan
    """Total loss of these weights, in nats; not a number in files of earlier programs."""
    data_loss: float = math.nan
    journal: bytes = b""
    """How it came about, if it stands alone; files of earlier programs do not say."""
    frames: tuple[tuple[int, Tensor], ...] = ()
    """Keyframes that go with that."""
    spacing: float = SPACING
    """Seconds of training between the keyframes of the run."""
    mark: Mark | None = None
    """Where the journal stood that lies beside it."""


def write(path: str, checkpoint: Checkpoint) -> None:
    """Save under exactly this path, to be handed on; a crash leaves the old file or the new one.

    Raises:
        Refusal: the place cannot be written to.
    """
    target, shown = Path(path), printable(path) or "“”"
    data = encode(checkpoint)
    try:
        if target.is_dir():
            raise Refusal(f"{shown} is a directory; give a file name.")
        replace(target, data, 0o666 & ~_umask())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Refusal(f"{shown} cannot be written: {reason}. Save elsewhere.") from None


def read(path: str) -> Checkpoint:
    """Load a file that `write` made.

    Raises:
        Refusal: it is missing, cut short, newer than this program, or something else altogether.
    """
    shown = printable(path) or "“”"
    try:
        if os.path.isdir(path):
            raise Refusal(f"{shown} is a directory; give the file of a checkpoint.")
        with safe_open(path, framework="pt", device="cpu") as file:
            entries = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if KEY not in entries:
            raise Refusal(f"{shown} was not written by makemore-tui; give one of its checkpoints.")
        if SUM in entries and entries[SUM] != _sum(entries[KEY], tensors):
            raise Refusal(f"{shown} is damaged: it is not what was written; use another.")
        return _decode(json.loads(entries[KEY]), tensors, shown)
    except FileNotFoundError:
        raise Refusal(f"There is no checkpoint {shown}; check the path.") from None
    except UNREADABLE as error:
        detail = printable(str(error))[:120]
        raise Refusal(
            f"{shown} is not a checkpoint, or was cut short ({detail}); use another."
        ) from None
    except OSError as error:
        raise Refusal(f"{shown} cannot be read: {error.strerror or error}.") from None


def encode(checkpoint: Checkpoint) -> bytes:
    """Write a file's bytes."""
    settings = asdict(checkpoint.settings)
    if settings["speed"] == AS_FAST_AS_IT_GOES:
        settings["speed"] = "max"
    is_plain = checkpoint.settings.is_bigram and checkpoint.settings.optimizer == "plain"
    metadata = {
        "version": PLAIN_VERSION if is_plain else VERSION,
        "step": checkpoint.step,
        "first_loss": checkpoint.first_loss,
        "settings": settings,
        "symbols": checkpoint.symbols,
        "data_sha256": checkpoint.data_sha256,
        "source": checkpoint.source,
        "loss": checkpoint.loss,
        "data_loss": checkpoint.data_loss,
        "spacing": checkpoint.spacing,
    }
    if checkpoint.mark is not None:
        metadata["mark"] = asdict(checkpoint.mark)
    tensors = {
        "weights": checkpoint.weights.to("cpu", torch.float32).contiguous(),
        "generator": checkpoint.generator,
        "history": _buckets(checkpoint.history),
    }
    if checkpoint.dev_history:
        tensors["dev_history"] = _buckets(checkpoint.dev_history)
    if checkpoint.journal:
        metadata["journal"] = checkpoint.journal.decode()
        if checkpoint.frames:
            steps, weights = zip(*checkpoint.frames, strict=True)
            tensors["keyframe_steps"] = torch.tensor(steps)
            tensors["keyframes"] = torch.stack(weights)
    text = json.dumps(metadata)
    # By way of NumPy: safetensors.torch has ctypes make a type for each size, and keep it for ever.
    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    return save(arrays, metadata={KEY: text, SUM: _sum(text, tensors)})


def _sum(text: str, tensors: dict[str, Tensor]) -> str:
    """CRC-32 of the metadata and of all tensors, by their names."""
    found = zlib.crc32(text.encode())
    for name in sorted(tensors):
        found = zlib.crc32(tensors[name].contiguous().numpy().tobytes(), found)
    return f"{found:08x}"


def _buckets(history: bytes) -> Tensor:
    """Losses as they are kept, shape (buckets, 3), float64."""
    return torch.frombuffer(bytearray(history), dtype=torch.float64).view(-1, 3)


def _decode(metadata: dict[str, Any], tensors: dict[str, Tensor], shown: str) -> Checkpoint:
    if metadata["version"] > VERSION:
        raise Refusal(
            f"{shown} was written by a newer makemore-tui (format {metadata['version']}, this one "
            f"reads {VERSION}); update the program."
        )
    weights, symbols = tensors["weights"], tuple(map(str, metadata["symbols"]))
    settings = settings_from(metadata["settings"])
    rows = len(symbols) if settings.is_bigram else len(weights)
    if weights.shape != (rows, len(symbols)) or weights.dtype != torch.float32:
        raise ValueError(f"weights of shape {tuple(weights.shape)} for {len(symbols)} symbols")
    if not weights.isfinite().all():
        raise ValueError("weights that are not finite")
    torch.Generator().set_state(tensors["generator"])  # Raises if it is not a generator's state.
    step = int(check("steps", int(metadata["step"])))
    history = _history(tensors["history"], step)
    dev_history = _history(tensors["dev_history"], step) if "dev_history" in tensors else b""
    first_loss = float(metadata["first_loss"])
    if not abs(first_loss) <= MOST_LOSS and not math.isnan(first_loss):
        raise ValueError(f"a first loss of {number(first_loss)}")
    return Checkpoint(
        weights=weights.clone(),
        generator=tensors["generator"],
        history=history,
        step=step,
        first_loss=first_loss,
        settings=settings,
        symbols=symbols,
        data_sha256=str(metadata["data_sha256"]),
        source=printable(str(metadata["source"])),
        dev_history=dev_history,
        loss=float(metadata.get("loss", math.nan)),
        data_loss=float(metadata.get("data_loss", math.nan)),
        journal=str(metadata.get("journal", "")).encode(),
        frames=_frames(tensors, weights),
        spacing=_spacing(metadata.get("spacing", SPACING)),
        mark=Mark(**metadata["mark"]) if "mark" in metadata else None,
    )


def _frames(tensors: dict[str, Tensor], weights: Tensor) -> tuple[tuple[int, Tensor], ...]:
    """Keyframes, rising; ValueError if they are none of this run."""
    if "keyframes" not in tensors:
        return ()
    steps, frames = tensors["keyframe_steps"].tolist(), tensors["keyframes"]
    if frames.shape[1:] != weights.shape or frames.dtype != torch.float32:
        raise ValueError(f"keyframes of shape {tuple(frames.shape)}")
    if steps != sorted(set(steps)) or not frames.isfinite().all():
        raise ValueError("keyframes that are none")
    return tuple((step, frame.clone()) for step, frame in zip(steps, frames, strict=True))


def _spacing(value: object) -> float:
    spacing = float(value)  # type: ignore[arg-type]
    if not SPACING <= spacing < math.inf:
        raise ValueError(f"keyframes {number(spacing)} s apart")
    return spacing


def _history(tensor: Tensor, step: int) -> bytes:
    """Losses as they are kept; ValueError unless they are those of a run up to a step."""
    history = tensor.double()
    if history.dim() != 2 or history.shape[1] != 3:
        raise ValueError(f"history of shape {tuple(history.shape)}")
    steps, low, high = history.unbind(1)
    if not history.isfinite().all() or (history[:, 1:].abs() > MOST_LOSS).any():
        raise ValueError("losses that are no losses")
    if (steps < 0).any() or (steps > step).any() or (steps[1:] <= steps[:-1]).any():
        raise ValueError("steps that are not those of the run")
    if (low > high).any():
        raise ValueError("least losses above the greatest")
    return history.contiguous().numpy().tobytes()


def replace(target: Path, data: bytes, mode: int = 0o600) -> None:
    """Write beside the target, flush to disk, rename over it, and flush the folder.

    Raises:
        OSError: it cannot be written; what stood there still does.
    """
    # The process is named, so that who ends it can put away what it has not finished.
    prefix = f".{target.name[:40]}.{os.getpid()}."
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=prefix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    with suppress(OSError):  # Not every file system can flush a folder.
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
