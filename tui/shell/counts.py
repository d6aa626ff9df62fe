"""What `count` prints of data and their bigrams: JSON for programs, plain text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.protocol import ContextsCounted, DataReport, PartFile
from engine.text.numbers import number
from engine.text.symbols import shown
from tui.shell.hand import session
from tui.shell.output import table

Bigrams = Sequence[tuple[str, str, int]]

BOUNDARY = "."
"""What is shown for the boundary of words, which no word holds."""

TEXT_BOUNDARY = "⏎"
"""What is shown for the boundary of lines of text, which may hold a full stop."""


def data_json(
    report: DataReport, top: Bigrams, counted: ContextsCounted | None = None
) -> dict[str, object]:
    """Figures of the data and of the count model without smoothing.

    Args:
        report: figures of the data.
        top: the most frequent bigrams.
        counted: what is told beside; where that is of no bigrams of all words, theirs are left out.
    """
    if counted is not None:
        of = counted.command
        if (of.order, counted.dots, of.split) != (2, 1, "none"):
            return {"words": report.words, "symbols": report.symbols}
    names = ("words", "symbols", "bigrams", "nonzero", "zero", "once")
    return {name: getattr(report, name) for name in names} | {"nll": report.floor, "top": top}


def data_text(
    report: DataReport, top: Bigrams, repeats: str | None = None, unit: str = ""
) -> Iterator[str]:
    """The same for people.

    Args:
        report: figures of the data.
        top: the most frequent bigrams.
        repeats: how many words repeat, where the report does not know; empty if nobody does.
        unit: what is counted as one, where the report does not know.
    """
    unit = unit or report.unit
    if repeats is None:
        repeats = f"{report.repeats:,}" if report.has_words else ""
    cells = report.symbols**2
    lengths = f"{report.shortest:,} to {report.longest:,}, mean {number(report.mean_length, '.2f')}"
    yield report.source
    yield from table(_count_rows(report, cells, lengths, repeats, unit), "<><")
    if cleaned := ", ".join(_cleaned(report)):
        yield f"  cleaned      {cleaned}"
    if top:
        yield from top_text("bigrams", top, report.bigrams, 2, unit)


def _count_rows(
    report: DataReport, cells: int, lengths: str, repeats: str, unit: str
) -> list[tuple[str, str, str]]:
    boundary = BOUNDARY if unit == "words" else TEXT_BOUNDARY
    repeated = f"{repeats} of them repeats; " if repeats else ""
    return [
        (f"  {unit}", f"{report.words:,}", f"{repeated}length {lengths}"),
        ("  symbols", f"{report.symbols:,}", f"counting the boundary {boundary}"),
        ("  bigrams", f"{report.bigrams:,}", f"in {report.nonzero:,} of {cells:,} cells"),
        ("  never seen", f"{report.zero:,}", "cells"),
        ("  seen once", f"{report.once:,}", "cells"),
        ("  NLL", number(report.floor, ".6f"), "nats a bigram: the entropy floor"),
    ]


def files_json(report: DataReport) -> dict[str, object]:
    """The files of the parts, where each has one of its own."""
    files = [{"part": file.name, "file": file.source, "words": file.words} for file in report.files]
    return {"files": files} if files else {}


def files_text(report: DataReport) -> Iterator[str]:
    """What was cleaned in each of them, if anything was."""
    for file in report.files:
        if cleaned := ", ".join(_cleaned(file)):
            yield f"  {file.source}: {cleaned}"


def _cleaned(report: DataReport | PartFile) -> Iterator[str]:
    if n := report.blank_lines:
        yield f"{n:,} blank line{'s' * (n > 1)} ignored"
    if n := report.removed_characters:
        yield f"{n:,} unprintable character{'s' * (n > 1)} removed"
    if n := report.dropped_words:
        yield f"{n:,} word{'s' * (n > 1)} with a full stop left out"
    if n := report.cut_lines:
        yield f"of {n:,} line{'s' * (n > 1)} with tabs the first column taken"
    if n := report.normalized_words:
        yield f"{n:,} word{'s' * (n > 1)} brought to NFC"


def top_text(what: str, top: Bigrams, predictions: int, order: int, unit: str) -> Iterator[str]:
    """List the most frequent n-grams.

    Args:
        what: they are called.
        top: they and their counts, the last symbol apart.
        predictions: how many there are.
        order: symbols of each.
        unit: what is counted as one.
    """
    boundary = BOUNDARY if unit == "words" else TEXT_BOUNDARY
    yield ""
    yield f"  most frequent {what}"
    # The boundary of text bears no name; it stands at the beginning alone, and at the end.
    grams = ((before.rjust(order - 1, boundary) + (last or boundary), n) for before, last, n in top)
    yield from table(_top_rows(list(grams), predictions), "<>><")


def _top_rows(
    top: Sequence[tuple[str, int]], predictions: int
) -> Iterator[tuple[str, str, str, str]]:
    most = top[0][1]
    for gram, n in top:
        # A bar is nothing to be read aloud.
        bar = "█" * max(1, round(30 * n / most)) if session() is None else ""
        share = f"{number(100 * n / predictions, '.2f')} %"
        yield f"    {''.join(map(shown, gram))}", f"{n:,}", share, bar
