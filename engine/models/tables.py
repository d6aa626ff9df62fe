"""Count tables that stand by themselves, without the text they are of: kept, opened and added.

A table file is safetensors and holds what the counts are of beside the counts: alphabet, order,
boundaries, split, what was cleaned, and the size and hash of each text. It is a function of the
texts alone: the same byte for byte however they were cut, packed, named, and counted by how many.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.limits import accepts
from engine.models.counts import Counts, figures
from engine.models.ngrams.contexts import ContextCounts, foremost
from engine.models.ngrams.losses import entropy
from engine.protocol import (
    SETTINGS,
    ContextsCounted,
    CountContexts,
    DataReport,
    PartLoss,
    Refusal,
)
from engine.words.cleaning import CLEANED, printable
from engine.words.corpus.counting import Text
from engine.words.corpus.pairs import END, check_cells, check_symbols, width
from engine.words.corpus.scan import Tally
from engine.words.opening import refusing
from engine.words.vocabulary import Vocabulary

VERSION = 1
"""Of the file; it rises when what was written before cannot be read any more."""

HEAD = "count_table"
"""Where in a file's metadata all that is no tensor stands, as JSON: under one name, for several
are written in no order."""


Kind = Literal["words", "text", "whole"]
"""What is a sequence: each line a word, each line of running text, or all of a text."""

SEQUENCES: dict[Kind, str] = {"words": "words", "text": "lines", "whole": "texts"}
"""What sequences of each kind are called."""


def kind_of(*, is_text: bool, is_whole: bool) -> Kind:
    """Name the kind of what is counted so."""
    return "whole" if is_whole else "text" if is_text else "words"


@dataclass(frozen=True, eq=False)
class Table:
    """Counts of the n-grams of texts, and what they are of."""

    kind: Kind
    """What is a sequence of the texts."""
    tally: Tally
    texts: tuple[Text, ...]
    """Sorted."""
    dots: int = 1
    """Boundary symbols before each word, at most order − 1."""

    @property
    def order(self) -> int:
        """Symbols of an n-gram."""
        return self.tally.order

    @property
    def unit(self) -> str:
        """What its sequences are called."""
        return SEQUENCES[self.kind]

    @property
    def is_text(self) -> bool:
        """Whether the texts were running text, of which a full stop is a symbol."""
        return self.kind != "words"

    @property
    def symbols(self) -> NDArray[np.int64]:
        """Code points of the alphabet, shape (V,): the boundary first, then in order."""
        return self.tally.symbols

    @property
    def vocabulary(self) -> Vocabulary:
        """The alphabet.

        The boundary of running text is no symbol of it, and bears an empty name: a full stop is
        one.
        """
        symbols = [chr(code) for code in self.symbols[1:].tolist()]
        return Vocabulary(("", *symbols)) if self.is_text else Vocabulary.of(symbols)

    @property
    def has_bigrams(self) -> bool:
        """Whether all bigrams can be told: each symbol is predicted, from one before at least."""
        return self.order > 1 and self.dots == self.order - 1

    @property
    def counts(self) -> Counts:
        """The bigrams as a model, those of a higher order by the ends of its n-grams.

        Raises:
            Refusal: the table does not hold all of them.
        """
        if not self.has_bigrams:
            raise Refusal(
                f"A table of order {self.order} with dots {self.dots} does not hold all bigrams; "
                f"count the text with --order {max(2, self.order)} alone."
            )
        tally = self.tally.ends(2)
        rows: tuple[dict[int, int], ...] = tuple({} for _ in self.symbols)
        firsts, seconds = _grams(tally.keys, 2).T
        cells = zip(firsts.tolist(), seconds.tolist(), tally.counts.tolist(), strict=True)
        for i, j, n in cells:
            rows[i][j] = n
        return Counts(self.vocabulary, rows)

    @property
    def contexts(self) -> ContextCounts:
        """The counts as what models of any order are made of."""
        grams = _grams(self.tally.keys, self.order)
        grams = grams.astype(np.min_scalar_type(len(self.symbols) - 1))
        # lexsort goes by its last key first: by the symbol before the predicted one.
        order = np.lexsort((grams[:, -1], *grams[:, :-1].T))
        counts = self.tally.counts[order]
        return ContextCounts(self.vocabulary, self.order, self.dots, grams[order], counts)

    def report(self, source: str, counts: Counts | None, hint: str = "") -> DataReport:
        """Describe the texts in figures; how many words are repetitions is told elsewhere.

        Args:
            source: what they are called.
            counts: of their bigrams; without them their figures are 0.
            hint: what the first text looks like, if that is odd.
        """
        tally, lengths = self.tally, sorted(self.tally.lengths.items())
        told: dict[str, Any] = {
            "symbols": len(self.symbols),
            "mean_length": tally.mean_length,
            "floor": math.nan,
        }
        told |= dict.fromkeys(("bigrams", "nonzero", "zero", "once"), 0)
        if counts is not None:
            told = figures(counts, tally.words)
        return DataReport(
            source=source,
            sha256=self.texts[0].tree if len(self.texts) == 1 else "",
            words=tally.words,
            distinct=tally.words,
            shortest=lengths[0][0],
            longest=lengths[-1][0],
            lengths=tuple(lengths),
            hint=hint,
            **(told | tally.cleaned),
        )

    def counted(self, top: int = 0) -> ContextsCounted:
        """Tell figures of the n-grams, so many of the most frequent, and the loss of counts."""
        command = CountContexts(order=self.order, dots=self.dots, top=top)
        keys, counts = self.tally.keys, self.tally.counts
        # The symbol that is predicted is the lowest of a key: those of a context are neighbours.
        changed = keys[1:] ^ keys[:-1]
        changed >>= width(self.order)
        starts = np.append(0, np.flatnonzero(changed) + 1)
        del changed
        predictions = int(counts.sum())
        part = PartLoss("train", self.tally.words, predictions, entropy(counts, starts))
        once = int(np.count_nonzero(counts == 1))
        figures = predictions, len(starts), len(keys), once
        return ContextsCounted(
            0,
            command,
            self.dots,
            *figures,
            (part,),
            False,
            parameter="smoothing",
            value=0.0,
            top=tuple(self._top(top)),
        )

    def _top(self, number: int) -> Iterator[tuple[str, str, int]]:
        """The most frequent n-grams, the last symbol apart; equals in the order of the alphabet."""
        keys, counts, symbols = self.tally.keys, self.tally.counts, self.vocabulary.symbols
        places = foremost(counts, number)
        # Keys are in that order.
        places = places[np.argsort(-counts[places], kind="stable")[:number]]
        grams = _grams(keys[places], self.order).tolist()
        for gram, n in zip(grams, counts[places].tolist(), strict=True):
            *before, last = (symbols[i] for i in gram)
            yield "".join(before), last, n

    def to_bytes(self) -> bytes:
        """Write a table file."""
        from safetensors.numpy import save

        lengths = sorted(self.tally.lengths.items())
        head = {
            "version": VERSION,
            "kind": self.kind,
            "order": self.order,
            "dots": self.dots,
            "split": "none",
            "cleaned": self.tally.cleaned,
            "sources": [{"bytes": text.bytes, "tree": text.tree} for text in self.texts],
        }
        tensors: dict[str, NDArray[Any]] = {
            "symbols": self.symbols.astype(np.uint32),
            "cells": _grams(self.tally.keys, self.order),
            "counts": self.tally.counts,
            "lengths": np.array(lengths, np.int64).reshape(-1, 2),
        }
        return save(tensors, {HEAD: json.dumps(head, separators=(",", ":"))})


def _grams(keys: NDArray[np.int64], order: int) -> NDArray[np.uint16]:
    """Numbers of the symbols of each n-gram, in the order of reading, shape (cells, n)."""
    bits, grams = width(order), np.empty((len(keys), order), np.uint16)
    for place in range(order):
        grams[:, -1 - place] = keys >> bits * place & (1 << bits) - 1
    return grams


def table_of(tally: Tally, texts: Sequence[Text], kind: Kind, dots: int = 1) -> Table:
    """Make a table of what was counted.

    Raises:
        Refusal: it is too large, or there is nothing in it.
    """
    check_symbols(len(tally.symbols), tally.order)
    check_cells(len(tally.keys))
    tally = tally.dotted(dots)
    if not len(tally.keys):
        raise Refusal(
            f"None of {tally.words:,} {SEQUENCES[kind]} is long enough for order {tally.order} "
            f"with dots {dots}: nothing would be predicted. Take more dots, at most "
            f"{tally.order - 1}, or a lower order."
        )
    texts = sorted(texts, key=lambda text: (text.tree, text.bytes))
    return Table(kind, tally, tuple(texts), dots)


def add(first: Table, second: Table) -> Table:
    """Add two tables, exactly: the counts of all their texts, in one alphabet.

    Raises:
        Refusal: they were counted in other ways, or the sum would be too large.
    """
    kinds = [(table.order, table.dots) for table in (first, second)]
    if kinds[0] != kinds[1]:
        (order, dots), (other, others) = kinds
        raise Refusal(
            f"Counts of order {order} with dots {dots} and of order {other} with dots {others} "
            "cannot be added; count all texts alike."
        )
    if first.is_text != second.is_text:
        raise Refusal("Counts of words and of running text cannot be added; count both alike.")
    if first.kind != second.kind:
        raise Refusal(
            "Counts of running text by lines, --text, and as a whole, --whole, cannot be added; "
            "count both alike."
        )
    tally = Tally(first.order)
    tally.join(first.tally)
    tally.join(second.tally)
    texts = *first.texts, *second.texts
    return table_of(tally, texts, first.kind, first.dots)


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
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return _checked(head, tensors)
    except (SafetensorError, KeyError, ValueError, TypeError, IndexError, OSError) as error:
        raise Refusal(
            f"{shown} is no table file, or a broken one; makemore-tui count FILE --save "
            "table.st makes one."
        ) from error


def _checked(head: dict[str, Any], tensors: dict[str, NDArray[Any]]) -> Table:
    order, dots = int(head["order"]), int(head["dots"])
    if not accepts(SETTINGS["order"], order) or not 0 <= dots < order:
        raise ValueError("an order that there is not")
    codes, cells = tensors["symbols"].astype(np.int64), tensors["cells"]
    counts, lengths = tensors["counts"].astype(np.int64), tensors["lengths"]
    if codes[0] != END or (np.diff(codes) <= 0).any() or int(codes[-1]) > 0x10FFFF:
        raise ValueError("an alphabet out of order")
    if cells.shape != (len(counts), order) or (counts <= 0).any():
        raise ValueError("cells without counts")
    if len(counts) and int(cells.max()) >= len(codes):
        raise ValueError("cells outside the alphabet")
    keys = np.zeros(len(cells), np.int64)
    for column in cells.T:
        keys = keys << width(order) | column.astype(np.int64)
    if (np.diff(keys) <= 0).any():
        raise ValueError("cells out of order")
    cleaned = {name: int(head["cleaned"][name]) for name in CLEANED}
    sizes = {int(size): int(n) for size, n in lengths.tolist()}
    tally = Tally(order, codes, keys, counts, sizes, cleaned)
    ends = int(counts[cells[:, -1] == 0].sum())
    if not tally.words or ends > tally.words or (dots == order - 1 and ends < tally.words):
        raise ValueError("words that are not those of the counts")
    texts = [Text(int(each["bytes"]), str(each["tree"])) for each in head["sources"]]
    kind = head["kind"]
    if kind not in SEQUENCES:
        raise ValueError("sequences of a kind that there is not")
    return table_of(tally, texts, kind, dots)
