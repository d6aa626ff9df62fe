"""Count tables that stand by themselves, without the text they are of: kept, opened and added.

A table file is safetensors and holds what the counts are of beside the counts: alphabet, order,
boundaries, split, what was cleaned, and the size and hash of each text. It is a function of the
texts alone: the same byte for byte however they were cut, packed, named, and counted by how many.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.counts import Counts, figures
from engine.protocol import DataReport, Refusal
from engine.words.cleaning import CLEANED, printable
from engine.words.corpus.counting import Text
from engine.words.corpus.pairs import END, check_cells, too_many_symbols
from engine.words.corpus.scan import Tally
from engine.words.corpus.sources import refusing
from engine.words.dataset import MOST_SYMBOLS
from engine.words.vocabulary import Vocabulary

VERSION = 1
"""Of the file; it rises when what was written before cannot be read any more."""

HEAD = "count_table"
"""Where in a file's metadata all that is no tensor stands, as JSON: under one name, for several
are written in no order."""


@dataclass(frozen=True, eq=False)
class Table:
    """Bigram counts of texts, and what they are of."""

    is_text: bool
    """Whether the texts were running text, of which each line is a sequence; else words."""
    tally: Tally
    texts: tuple[Text, ...]
    """Sorted."""

    @property
    def symbols(self) -> NDArray[np.int64]:
        """Code points of the alphabet, shape (V,): the boundary first, then in order."""
        keys = self.tally.keys
        found = np.unique(np.concatenate([keys >> 32, keys & 0xFFFFFFFF, [END]]))
        return np.concatenate([[END], found[found != END]])

    @property
    def counts(self) -> Counts:
        """The counts as a model.

        The boundary of running text is no symbol of it, and bears an empty name: a full stop is
        one.
        """
        codes = self.symbols
        symbols = [chr(code) for code in codes[1:].tolist()]
        vocabulary = Vocabulary(("", *symbols)) if self.is_text else Vocabulary.of(symbols)
        rows: tuple[dict[int, int], ...] = tuple({} for _ in codes)
        firsts, seconds = _numbers(self.tally.keys, codes)
        cells = zip(firsts.tolist(), seconds.tolist(), self.tally.counts.tolist(), strict=True)
        for i, j, n in cells:
            rows[i][j] = n
        return Counts(vocabulary, rows)

    def report(self, source: str, counts: Counts, hint: str = "") -> DataReport:
        """Describe the texts in figures; how many words are repetitions is told elsewhere."""
        tally, lengths = self.tally, sorted(self.tally.lengths.items())
        return DataReport(
            source=source,
            sha256=self.texts[0].tree if len(self.texts) == 1 else "",
            words=tally.words,
            distinct=tally.words,
            shortest=lengths[0][0],
            longest=lengths[-1][0],
            lengths=tuple(lengths),
            hint=hint,
            **(figures(counts, tally.words) | tally.cleaned),
        )

    def to_bytes(self) -> bytes:
        """Write a table file."""
        from safetensors.numpy import save

        codes, lengths = self.symbols, sorted(self.tally.lengths.items())
        head = {
            "version": VERSION,
            "kind": "text" if self.is_text else "words",
            "order": 2,
            "dots": 1,
            "split": "none",
            "cleaned": self.tally.cleaned,
            "sources": [{"bytes": text.bytes, "tree": text.tree} for text in self.texts],
        }
        tensors: dict[str, NDArray[Any]] = {
            "symbols": codes.astype(np.uint32),
            "cells": np.column_stack(_numbers(self.tally.keys, codes)).astype(np.uint16),
            "counts": self.tally.counts,
            "lengths": np.array(lengths, np.int64).reshape(-1, 2),
        }
        return save(tensors, {HEAD: json.dumps(head, separators=(",", ":"))})


def _numbers(
    keys: NDArray[np.int64], codes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the numbers in an alphabet of the first and second symbols of pairs of code points."""
    # The boundary is first and 10 is less than any other, so the alphabet is sorted.
    return np.searchsorted(codes, keys >> 32), np.searchsorted(codes, keys & 0xFFFFFFFF)


def table_of(tally: Tally, texts: Sequence[Text], *, is_text: bool) -> Table:
    """Make a table of what was counted."""
    table = Table(is_text, tally, tuple(sorted(texts, key=lambda text: (text.tree, text.bytes))))
    if len(table.symbols) > MOST_SYMBOLS + 1:
        raise too_many_symbols()
    check_cells(len(tally.keys))
    return table


def add(first: Table, second: Table) -> Table:
    """Add two tables, exactly: the counts of all their texts, in one alphabet.

    Raises:
        Refusal: one is of words and the other of running text, or the sum would be too large.
    """
    if first.is_text != second.is_text:
        raise Refusal("Counts of words and of running text cannot be added; count both alike.")
    tally = Tally()
    tally.join(first.tally)
    tally.join(second.tally)
    return table_of(tally, (*first.texts, *second.texts), is_text=first.is_text)


def read(path: str) -> Table:
    """Open a table file.

    Raises:
        Refusal: it cannot be read, is none, or is one that this version does not know.
    """
    from safetensors import SafetensorError, safe_open

    shown = printable(path) or "“”"
    with refusing(shown), open(path, "rb"):
        pass
    try:
        with safe_open(path, framework="numpy") as file:
            head = json.loads((file.metadata() or {})[HEAD])
            version = int(head["version"])
            if version > VERSION:
                raise Refusal(
                    f"{shown} is a table file of version {version}, newer than this program "
                    f"reads ({VERSION}); update makemore-tui."
                )
            if head["order"] != 2 or head["dots"] != 1:
                raise Refusal(
                    f"{shown} holds counts of order {head['order']} with dots {head['dots']}, "
                    "not of order 2; count the text again."
                )
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return _checked(head, tensors)
    except (SafetensorError, KeyError, ValueError, TypeError, IndexError, OSError) as error:
        raise Refusal(
            f"{shown} is no table file, or a broken one; makemore-tui count FILE --save "
            "table.st makes one."
        ) from error


def _checked(head: dict[str, Any], tensors: dict[str, NDArray[Any]]) -> Table:
    codes, cells = tensors["symbols"].astype(np.int64), tensors["cells"].astype(np.int64)
    counts, lengths = tensors["counts"].astype(np.int64), tensors["lengths"]
    if codes[0] != END or (np.diff(codes) <= 0).any() or int(codes[-1]) > 0x10FFFF:
        raise ValueError("an alphabet out of order")
    if cells.shape != (len(counts), 2) or (counts <= 0).any():
        raise ValueError("cells without counts")
    keys = codes[cells[:, 0]] << 32 | codes[cells[:, 1]]
    if (np.diff(keys) <= 0).any():
        raise ValueError("cells out of order")
    cleaned = {name: int(head["cleaned"][name]) for name in CLEANED}
    tally = Tally(keys, counts, {int(size): int(n) for size, n in lengths.tolist()}, cleaned)
    if not tally.words or tally.words != int(counts[keys >> 32 == END].sum()):
        raise ValueError("words that are not those of the counts")
    texts = [Text(int(each["bytes"]), str(each["tree"])) for each in head["sources"]]
    return table_of(tally, texts, is_text=head["kind"] == "text")
