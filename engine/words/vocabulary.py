"""Symbols and their indices: the lecture's `stoi` and `itos`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

BOUNDARY = "."
"""Stands before the first and after the last symbol of every word; its index is 0."""


@dataclass(frozen=True)
class Vocabulary:
    """An alphabet: the boundary symbol first, the rest sorted by code point."""

    symbols: tuple[str, ...]
    """Index to symbol, `itos`."""
    indices: dict[str, int] = field(init=False, repr=False, compare=False)
    """Symbol to index, `stoi`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "indices", {s: i for i, s in enumerate(self.symbols)})

    @classmethod
    def of(cls, symbols: Iterable[str]) -> Vocabulary:
        """Build the alphabet that holds these symbols and the boundary."""
        return cls((BOUNDARY, *sorted(set(symbols) - {BOUNDARY})))

    def __len__(self) -> int:
        return len(self.symbols)

    def unknown(self, word: str) -> tuple[str, ...]:
        """List the symbols of a word that the alphabet does not hold, in order, each once.

        The boundary symbol counts as unknown: no word may hold it.
        """
        return tuple(dict.fromkeys(s for s in word if not self.indices.get(s)))

    def encode(self, word: str) -> list[int]:
        """Turn a word into indices, without boundaries; KeyError for an unknown symbol."""
        return [self.indices[symbol] for symbol in word]

    def decode(self, indices: Sequence[int]) -> str:
        """Turn indices into a word."""
        return "".join(self.symbols[i] for i in indices)
