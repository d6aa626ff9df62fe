"""The loaded words as a chapter sees them, under the names the lecture gives them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from engine.models.counts import Counts
from engine.protocol import Exercise, Refusal
from engine.text.symbols import shown
from engine.words.cleaning import clean
from engine.words.dataset import Words
from engine.words.vocabulary import BOUNDARY

if TYPE_CHECKING:
    from torch import Tensor

    from engine.exercises.recipes import Worked

LECTURE_WORDS = ("emma", "olivia", "ava")
"""Examples of the lecture, used where the data hold them."""

LECTURE_UNSEEN = "andrejq"
"""The lecture's word with a bigram that was never seen."""

MOST_SHOWN = 30
"""Rows and columns of a matrix that are shown."""

MOST_WORDS, MOST_SYMBOLS = 6, 40
"""Words that may be typed, and symbols each may have."""


class Data:
    """Words and their counts; tensors are made when first asked for.

    Args:
        words: the cleaned words; `None` if they are not at hand.
        counts: their bigrams.
        sha256: of the file they were read from; empty if there is none.
    """

    def __init__(self, words: Words | None, counts: Counts, sha256: str = "") -> None:
        self._words = words
        self.counts = counts
        self.sha256 = sha256
        self.symbols = counts.vocabulary.symbols
        self.stoi = counts.vocabulary.indices
        self.itos = dict(enumerate(self.symbols))
        self.V = len(self.symbols)
        self.exercises: dict[Exercise, Worked] = {}
        """What came of exercises, by what was asked: another number needs no new work."""

    @property
    def has_words(self) -> bool:
        """Whether the words are at hand."""
        return self._words is not None

    @property
    def words(self) -> Words:
        """The words, which only a chapter may ask for that says so."""
        assert self._words is not None
        return self._words

    @cached_property
    def N(self) -> Tensor:
        """Bigram counts, shape (V, V), int32 as in the lecture; int64 where one is too large."""
        import torch

        from engine.models.objective import dense

        _, most = self.counts.extent("counts", 0)
        return dense(self.counts, torch.int32 if most < 1 << 31 else torch.int64)

    @cached_property
    def _indices(self) -> Tensor:
        # One text with the boundary between words; a lookup by code point is quick even for
        # millions of symbols.
        import numpy as np
        import torch

        text = BOUNDARY + self.words.text.replace("\n", BOUNDARY) + BOUNDARY
        codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
        index = np.zeros(max(map(ord, self.symbols)) + 1, dtype=np.int64)
        for symbol, i in self.stoi.items():
            index[ord(symbol)] = i
        return torch.from_numpy(index[codes])

    @property
    def xs(self) -> Tensor:
        """First symbol of every bigram, in the order of the text, shape (n,), int64."""
        return self._indices[:-1]

    @property
    def ys(self) -> Tensor:
        """Second symbol of every bigram, in the order of the text, shape (n,), int64."""
        return self._indices[1:]

    def namespace(self) -> dict[str, object]:
        """What a notebook holds before a chapter's code is run, torch apart."""
        return {
            "words": list(self.words),
            "stoi": dict(self.stoi),
            "itos": dict(self.itos),
            "V": self.V,
            "N": self.N.clone(),
            "xs": self.xs,
            "ys": self.ys,
        }

    # Examples

    def chosen(self, text: str, number: int = 3) -> list[str]:
        """Words typed by the reader; examples if none were typed.

        Raises:
            Refusal: too many, too long, or with symbols outside the alphabet.
        """
        typed = self._split(clean(text))
        if not typed:
            return self._examples()[:number]
        if len(typed) > number:
            raise Refusal(f"{len(typed)} words are too many here; give at most {number}.")
        for word in typed:
            self._check(word)
        return typed

    def joined(self, words: Sequence[str]) -> str:
        """Write words so that `chosen` reads them again."""
        if " " not in self.stoi:
            return " ".join(words)
        return ", ".join(words) if "," not in self.stoi else words[0]

    def unseen(self, text: str) -> str:
        """A word with a bigram that the data do not hold, if the alphabet allows one."""
        if text.strip():
            return self.chosen(text, 1)[0]
        if set(LECTURE_UNSEEN) <= set(self.stoi) and not self.counts.count(
            self.stoi["j"], self.stoi["q"]
        ):
            return LECTURE_UNSEEN
        for word in self._examples() if self._words is None else islice(self._words, 1_000):
            row = self.counts.rows[self.stoi[word[-1]]]
            if missing := next((j for j in range(1, self.V) if j not in row), 0):
                return word[-12:] + self.itos[missing]
        return self._examples()[0]

    def _split(self, text: str) -> list[str]:
        """Part words at commas or blanks, whichever is no symbol of the data."""
        if "," in text and "," not in self.stoi:
            parts = text.split(",")
        else:
            parts = [text] if " " in self.stoi else text.split()
        return [part.strip() for part in parts if part.strip()]

    def _check(self, word: str) -> None:
        if len(word) > MOST_SYMBOLS:
            raise Refusal(f"A word of {len(word)} symbols is too long; give at most 40.")
        if unknown := self.counts.vocabulary.unknown(word):
            raise Refusal(
                f"{' '.join(unknown)} is in no word of these data; use other symbols."
                if len(unknown) == 1
                else f"{' '.join(unknown)} are in no word of these data; use other symbols."
            )

    def _examples(self) -> list[str]:
        if self._words is None:
            are_known = set("".join(LECTURE_WORDS)) <= set(self.stoi)
            return list(LECTURE_WORDS) if are_known else list(self.symbols[1:4])
        if all(word in self._words for word in LECTURE_WORDS):
            return list(LECTURE_WORDS)
        first = dict.fromkeys(islice(self._words, 1_000))
        short = [word for word in first if len(word) <= 12]
        return short[:3] or [next(iter(first))[:12]]

    # What fits on a screen

    @cached_property
    def shown(self) -> list[int]:
        """Indices of the symbols that matrices show: all, or the most frequent, in order."""
        if self.V <= MOST_SHOWN:
            return list(range(self.V))
        often = sorted(range(1, self.V), key=lambda i: -self.counts.totals[i])
        return sorted([0, *often[: MOST_SHOWN - 1]])

    def block(self, most: int) -> int:
        """How many passes over the table make one small step: fewer if the table is large."""
        return max(1, min(most, 16_000 // self.V**2))

    @property
    def hidden(self) -> int:
        """How many symbols matrices leave out."""
        return self.V - len(self.shown)

    def labels(self, indices: Sequence[int]) -> tuple[str, ...]:
        """Name symbols; a blank is shown as ␣."""
        return tuple(visible(self.symbols[i]) for i in indices)


def visible(text: str) -> str:
    """Make what cannot be seen of a symbol or a bigram visible, and the blanks inside a word."""
    return "".join(map(shown, text)) if len(text) <= 2 else text.replace(" ", shown(" "))
