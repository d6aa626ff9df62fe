"""A table file as data: counts, and a dataset whose words are not at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import count
from typing import Any

from engine.models.counts import Counts
from engine.models.tables import Table, read
from engine.protocol import Counted, Refusal
from engine.text.width import JOINER, NON_JOINER
from engine.words.cleaning import printable
from engine.words.dataset import Dataset, Words
from engine.words.opening import refusing
from engine.words.vocabulary import BOUNDARY, Vocabulary

LINE_END = "⏎"
"""Shown for the boundary of running text, of which a full stop is a symbol."""


def open_table(path: str) -> tuple[Dataset, Counts]:
    """Open a table file of bigrams.

    Returns:
        What is known of the texts that it was counted from, named by the hash of the file; and the
        counts.

    Raises:
        Refusal: it cannot be read, is none, or is of another order.
    """
    table, shown = read(path), printable(path)
    _check_symbols(table, shown)
    with refusing(shown), open(path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    counts = _counts(table)
    cleaned: dict[str, Any] = table.tally.cleaned
    lengths, words = tuple(sorted(table.tally.lengths.items())), Words.of(())
    size = sum(text.bytes for text in table.texts)
    dataset = Dataset(
        source=shown,
        sha256=sha256,
        words=words,
        offsets=words.offsets,
        vocabulary=counts.vocabulary,
        distinct=table.tally.words,
        shortest=lengths[0][0],
        longest=lengths[-1][0],
        lengths=lengths,
        hint=_hint(table.order, shown),
        counted=Counted(len(table.texts), size, table.is_text, table.kind == "whole", table.order),
        **cleaned,
    )
    return dataset, counts


def _hint(order: int, shown: str) -> str:
    """Say what is taken of counts that are of no bigrams."""
    return f"{shown} holds counts of order {order}; their bigrams are taken." if order > 2 else ""


def _check_symbols(table: Table, shown: str) -> None:
    """Refuse an alphabet that no text has: a terminal is shown what stands in the file."""
    symbols = list(map(chr, table.symbols[1:].tolist()))
    is_odd = BOUNDARY in symbols and not table.is_text
    if is_odd or not all(s.isprintable() or s in (JOINER, NON_JOINER) for s in symbols):
        raise Refusal(
            f"{shown} holds counts of symbols that no text has once it is cleaned; count the text "
            "again, with makemore-tui count FILE --save table.st."
        )


def _counts(table: Table) -> Counts:
    """The counts, with a boundary that is seen and is no symbol of the text."""
    counts = table.counts
    _, *symbols = counts.vocabulary.symbols
    return Counts(Vocabulary((boundary_of(symbols, table.is_text), *symbols)), counts.rows)


def boundary_of(symbols: Iterable[str], is_text: bool) -> str:
    """Choose what the boundary is shown as: the lecture's full stop, where no word holds one."""
    if not is_text:
        return BOUNDARY
    held = set(symbols)
    return next(sign for sign in map(chr, count(ord(LINE_END))) if sign not in held)
