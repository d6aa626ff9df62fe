"""What stands at the head of a checkpoint: all but its tensors. Needs no torch."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from engine.limits import check, checked_dots
from engine.protocol import AS_FAST_AS_IT_GOES, Settings

VERSION = 2
"""Format of the file; a higher number is refused."""

PLAIN_VERSION = 1
"""Format of plain descent on the bigrams of all words, which earlier programs can go on from."""

KEY = "makemore-tui"
"""Name of the metadata entry, by which our files are known."""

NAMES_OF_DATA = {"source", "data_sha256"}
"""What every file tells of the words; without it, it is damaged."""

SUM = "crc32"
"""Name of the entry that tells damage; files of earlier programs have none."""


def read(path: str) -> dict[str, Any]:
    """Read the head of a file that may be a checkpoint; nothing if it is none."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            found = json.loads((file.metadata() or {}).get(KEY, "null"))
    except (SafetensorError, OSError, ValueError, TypeError):
        return {}
    return found if isinstance(found, dict) and found.keys() >= NAMES_OF_DATA else {}


def histories(path: str) -> tuple[bytes, bytes]:
    """Losses on train and dev, as `engine.training.history` keeps them; empty if none are left.

    Where one is no number, the file is damaged, and no loss is told.
    """
    import numpy as np
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            names = set(file.keys())
            found = [
                file.get_tensor(name).astype("<f8") if name in names else np.empty(0)
                for name in ("history", "dev_history")
            ]
    except (SafetensorError, OSError, ValueError, TypeError):
        return b"", b""
    if not all(np.isfinite(losses).all() for losses in found):
        return b"", b""
    return found[0].tobytes(), found[1].tobytes()


def settings_from(saved: dict[str, Any]) -> Settings:
    """Take the settings we know, each checked; a field that is missing keeps its default."""
    if not isinstance(saved, dict):
        raise TypeError("no settings")
    known = {f.name: saved[f.name] for f in fields(Settings) if f.name in saved}
    if known.get("speed") == "max":
        known["speed"] = AS_FAST_AS_IT_GOES
    settings = Settings(**{name: check(name, value) for name, value in known.items()})  # type: ignore[arg-type]
    checked_dots(settings.order, settings.dots)
    return settings
