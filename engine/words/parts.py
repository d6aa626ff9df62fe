"""A list of words parted into train, dev and test, by one of the recipes that figures are known of.

A part is the numbers of its words, in the order that the recipe puts them in.
"""

from __future__ import annotations

import hashlib
import math
import random
from array import array
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from engine.protocol import FILES, SPLITS, PartName, Progressed, Refusal
from engine.words.cleaning import printable
from engine.words.dataset import Words
from engine.words.order import PIECE
from engine.words.pieces import Pieces, aside_if_large

Numbers = NDArray[np.uint32]

SEED = 42
"""Seed of the lecture's shuffle, and of fractions that come without one."""

MAKEMORE_SEED, MAKEMORE_TEST = 3407, 1_000
"""Seed of makemore.py's permutation, and how many words it takes for its test at most."""

PART_2_SHUFFLES = 4
"""Times that the cell was run on one list in part 2 of the lectures, for its sizes to come out."""

CHUNK = 2_500
"""Words hashed or looked up between two pauses: some milliseconds."""

NAMES: tuple[PartName, ...] = ("train", "dev", "test")


@dataclass(frozen=True, eq=False)
class Parts:
    """The numbers of the words of each part; parts that do not exist are not there."""

    split: str
    """The recipe."""
    numbers: dict[PartName, Numbers]
    """In the order train, dev, test."""

    @property
    def is_dev_test(self) -> bool:
        """Whether dev is test itself, as in makemore.py: what is tuned on dev is tuned on test."""
        both = [self.numbers.get(name) for name in ("dev", "test")]
        return both[0] is not None and both[0] is both[1]


def part(words: Words, split: str) -> Generator[Progressed, None, Parts]:
    """Part words by a recipe.

    Args:
        words: in the order of their file, repeats included.
        split: one of `SPLITS`; of them `files` is by the files that the words came in, where these
            are those of the parts. Or fractions such as 0.8,0.1,0.1 for train, dev and test, of a
            shuffle by `random.Random(42)`, or of another seed behind an @.

    Raises:
        Refusal: there is no such recipe, or a part would be empty.
    """
    if split == "none":
        return Parts(split, {"train": np.arange(len(words), dtype=np.uint32)})
    if split == FILES:
        return Parts(split, _by_files(words))
    if split in ("hash", "tenth"):
        if split == "hash":
            classes = yield from _hashes(words)
        else:
            classes = np.resize(np.arange(10, dtype=np.uint8), len(words))
        parts = yield from _by_class(classes)
    elif split == "makemore.py":
        parts = _permuted(len(words))
        parts.append(parts[1])
    elif split == "file":
        parts = _cut(np.arange(len(words), dtype=np.uint32), LECTURE)
    else:
        fractions, seed = _RECIPES[split] if split in _RECIPES else _fractions(split)
        order = yield from _shuffled(len(words), seed, PART_2_SHUFFLES if split == "part2" else 1)
        parts = _cut(order, fractions)
    for name, numbers in zip(NAMES, parts, strict=False):
        if not len(numbers):
            raise Refusal(
                f"{len(words):,} word{'s' * (len(words) > 1)} cannot be split by {split}: {name} "
                "would be empty. Take more words, or another split."
            )
    return Parts(split, dict(zip(NAMES, parts, strict=False)))


def leaked(groups: Numbers, parts: Parts, name: PartName) -> Pieces[NDArray[np.bool_]]:
    """Tell for each word of a part whether it stands in train, too; shape (words of the part,).

    Args:
        groups: for each word a number that equal words share, and no others; see `Alphabetical`.
        parts: the words in parts.
        name: of the part.
    """

    def look() -> Pieces[NDArray[np.bool_]]:
        is_in_train = np.zeros(len(groups) + 1, np.bool_)
        is_in_train[groups[parts.numbers["train"]]] = True
        yield
        return is_in_train[groups[parts.numbers[name]]]

    return aside_if_large(len(groups), look)


def _by_files(words: Words) -> dict[PartName, Numbers]:
    """Words by the files they came in; there need not be both dev and test."""
    if not words.cuts:
        raise Refusal(
            "These words came in one file, so there is no split files: give dev or test as a file "
            "beside train, or choose another split."
        )
    order = np.arange(len(words), dtype=np.uint32)
    bounds = pairwise([*words.cuts.values(), len(words)])
    return {name: order[slice(*each)] for name, each in zip(words.cuts, bounds, strict=True)}


def _by_class(classes: NDArray[np.uint8]) -> Generator[Progressed, None, list[Numbers]]:
    """Numbers of those of class 0 to 7, of 8, and of 9."""
    sizes = np.zeros(10, np.int64)
    for start in range(0, len(classes), PIECE):
        sizes += np.bincount(classes[start : start + PIECE], minlength=10)
        yield Progressed("splitting", len(classes), len(classes))
    parts = []
    for first, last in ((0, 7), (8, 8), (9, 9)):
        numbers, at = np.empty(sizes[first : last + 1].sum(), np.uint32), 0
        for start in range(0, len(classes), PIECE):
            some = classes[start : start + PIECE]
            found = np.flatnonzero((some >= first) & (some <= last))
            numbers[at : at + len(found)] = found + start
            at += len(found)
            yield Progressed("splitting", len(classes), len(classes))
        parts.append(numbers)
    return parts


def _hashes(words: Words) -> Generator[Progressed, None, NDArray[np.uint8]]:
    """The last decimal of the SHA-256 of each word: equal words are in one part."""
    digits = np.empty(len(words), np.uint8)
    for start in range(0, len(words), CHUNK):
        some = words[start : start + CHUNK]
        digests = b"".join([hashlib.sha256(word.encode()).digest() for word in some])
        digits[start : start + len(some)] = _last_decimals(digests)
        yield Progressed("splitting", start + len(some), len(words))
    return digits


def _last_decimals(digests: bytes) -> NDArray[np.integer]:
    """The last decimal of each number of 32 bytes, the highest first: 256ⁿ ends in a 6, n ≥ 1."""
    table = np.frombuffer(digests, np.uint8).reshape(-1, 32)
    decimals: NDArray[np.integer] = (6 * table[:, :-1].sum(1, np.uint32) + table[:, -1]) % 10
    return decimals


def _shuffled(words: int, seed: int, times: int) -> Generator[Progressed, None, Numbers]:
    """Numbers as `random.shuffle` leaves them, so many times in a row, each after the seed.

    It is that very loop, so that it can be done in pieces.
    """
    order = array("I", range(words))
    for done in range(times):
        draw = random.Random(seed).randrange
        for i in range(words - 1, 0, -1):
            j = draw(i + 1)
            order[i], order[j] = order[j], order[i]
            if i % CHUNK == 0:
                yield Progressed("splitting", done * words + words - i, times * words)
    return np.frombuffer(order, np.uint32)


def _cut(order: Numbers, fractions: Sequence[float]) -> list[Numbers]:
    """Cut at int(0.8·n), int(0.9·n), as the lecture does."""
    cuts = [int(share * len(order)) for share in accumulate(fractions)][:-1]
    return [order[start:end] for start, end in pairwise([0, *cuts, len(order)])]


def _permuted(words: int) -> list[Numbers]:
    """Train and test as makemore.py has them; it has no dev."""
    import torch

    generator = torch.Generator().manual_seed(MAKEMORE_SEED)
    order = torch.randperm(words, generator=generator).numpy().astype(np.uint32)
    size = min(MAKEMORE_TEST, int(words * 0.1))
    return [order[: words - size], order[words - size :]]


LECTURE = (0.8, 0.1, 0.1)
"""Shares of train, dev and test in the lectures."""

_RECIPES = {"lecture": (LECTURE, SEED), "part2": (LECTURE, SEED)}


def _fractions(split: str) -> tuple[tuple[float, ...], int]:
    """Read fractions and their seed; Refusal if they are none."""
    shares, has_seed, seed = split.partition("@")
    try:
        fractions = tuple(float(share) for share in shares.split(","))
        number = int(seed) if has_seed else SEED
    except ValueError:
        raise _no_such(split) from None
    are_parts = 2 <= len(fractions) <= 3 and all(0 < share < 1 for share in fractions)
    if not are_parts or not math.isclose(sum(fractions), 1, abs_tol=1e-9):
        raise _no_such(split)
    return fractions, number


def _no_such(split: str) -> Refusal:
    shown = printable(split)[:40]
    return Refusal(
        f"There is no split “{shown}”; choose from {', '.join(SPLITS)}, or give fractions for "
        "train, dev and test that add up to 1, such as 0.8,0.1,0.1, with a seed 0.8,0.1,0.1@7."
    )
