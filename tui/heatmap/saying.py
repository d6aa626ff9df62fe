"""How often a symbol follows what stands before it, in a plain sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.text.rows import Row, Run, width_of

WHOLE = "stands"
"""What a symbol does that nothing stands before."""


def once(symbol: str, context: str, count: int, *, begins: bool, ends: bool) -> list[Run]:
    """Say how often a symbol follows a context.

    Args:
        symbol: as it is shown.
        context: likewise.
        count: how often.
        begins: whether the context is the beginning of a word.
        ends: whether the symbol is the end of a word.
    """
    if ends and not begins:
        return [(f"{context} ends ", "dim"), *_words(count)]
    if begins and not ends:
        return [(f"{symbol} begins ", "dim"), *_words(count)]
    return [(f"{symbol} follows {context} ", "dim"), *_times(count)]


def ways_back(symbol: str, counts: Sequence[tuple[str, int]], width: int, **where: bool) -> Row:
    """Say it of a context, then of ever shorter ones, as far as there is room.

    Args:
        symbol: as it is shown.
        counts: each context with how often the symbol follows it; the last one is empty.
        width: columns there are.
        where: whether the context begins, and the symbol ends, a word; see `once`.
    """
    row: list[Run] = []
    for part in _parts(symbol, counts, **where):
        if row and width_of([*row, *part]) > width:
            break
        row += part
    return row


def _parts(
    symbol: str, counts: Sequence[tuple[str, int]], *, begins: bool, ends: bool
) -> Iterator[list[Run]]:
    (context, count), *shorter = counts
    if not context:
        yield [(f"{symbol} stands ", "dim"), *_times(count)]
        return
    yield once(symbol, context, count, begins=begins, ends=ends)
    for context, count in shorter:
        if context:
            yield [(f", {context} ", "dim"), *(_words(count) if ends else _times(count))]
        elif ends:
            yield [(", of ", "dim"), *_words(count)]
        else:
            yield [(", and stands ", "dim"), *_times(count), (" in all", "dim")]


def _times(count: int) -> list[Run]:
    return [("once", "plain")] if count == 1 else [(f"{count:,}", "plain"), (" times", "dim")]


def _words(count: int) -> list[Run]:
    return [(f"{count:,}", "plain"), (f" word{'s' * (count != 1)}", "dim")]
