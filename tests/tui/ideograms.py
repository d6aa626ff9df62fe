"""Words of more symbols than a network has room for: made from a seed, not found."""

from __future__ import annotations

import random
from pathlib import Path

SYMBOLS = 3_300
"""Different symbols; a network takes 3,227."""

WORDS = 6_000


def write(folder: Path) -> str:
    """Write a file of such words, some of them common, and give its path."""
    generator = random.Random(7)
    symbols = [chr(0x4E00 + i) for i in range(SYMBOLS)]
    weights = [1 / (5 + i) for i in range(SYMBOLS)]
    lengths = generator.choices((1, 2, 3), k=WORDS)
    words = ["".join(generator.choices(symbols, weights, k=length)) for length in lengths]
    path = folder / "ideograms.txt"
    path.write_text("\n".join(words + symbols), encoding="utf-8")
    return str(path)
