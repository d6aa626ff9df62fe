"""What the headless commands print: JSON for programs, aligned plain text for people."""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

import click

from engine import Check, Timings
from engine.protocol import (
    Ngrams,
    Sample,
    SampledName,
    Score,
    ScoredBigram,
    ScoredWord,
)
from engine.text.numbers import number
from engine.text.symbols import shown, standing
from engine.text.width import cells, pad, straight, wrap
from tui.shell.hand import session

NAME = 24
"""Columns of a drawn name."""


def say(text: str) -> None:
    """Print a line of text for people; on a terminal, words from right to left keep it straight."""
    is_seen = sys.stdout is not None and sys.stdout.isatty()
    click.echo(straight(text) if is_seen else text)


def say_prose(text: str) -> None:
    """Print lines for people; on a terminal those that are too long for it break at blanks."""
    is_seen = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_seen else 0
    for line in text.split("\n"):
        for part in wrap(line, width) if is_seen and cells(line) > width else [line]:
            say(part)


def warn(text: str) -> None:
    """Print a warning where it does not get among the results."""
    click.echo(f"warning: {text}", err=True)


def say_json(value: object) -> None:
    """Print one JSON object on one line; what is not finite becomes null."""
    is_unicode = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    click.echo(json.dumps(_plain(value), ensure_ascii=not is_unicode, allow_nan=False))


def _plain(value: object) -> object:
    if isinstance(value, float):
        # A zero that was rounded from below bears no sign.
        return value + 0.0 if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def figure(value: float, decimals: int = 4) -> str:
    """Write a figure with so many decimals, thousands set apart."""
    return number(value, ".3e" if abs(value) >= 1e9 else f",.{decimals}f")


def table(rows: Iterable[Sequence[str]], align: str) -> Iterator[str]:
    """Lay rows out in columns: `<` to the left, `>` to the right, one letter a column."""
    rows = list(rows)
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        columns = zip(row, align, widths, strict=True)
        yield "  ".join(pad(text, wide, side == "<") for text, side, wide in columns).rstrip()


# sample, score


def name_line(name: SampledName) -> str:
    """A drawn name, how likely it is, and whether it is in the data, where that can be told."""
    mark = "" if name.is_known is None else "  known" if name.is_known else "  new"
    return f"{pad(standing(marked(name)), NAME)}  {figure(name.nll):>8}{mark}"


def marked(name: SampledName) -> str:
    """A drawn name; one that was stopped at its limit ends in `…`."""
    return name.name + "…" * name.is_cut


def is_usual(command: Sample | Score) -> bool:
    """Whether a model is one of the bigrams of all words."""
    return command.ngrams == Ngrams() and command.model in ("counts", "neural")


def say_model(command: Sample | Score) -> None:
    """Say in a session, whose settings it has followed, what a model is, unless that is usual."""
    if session() is not None and not is_usual(command):
        of = command.ngrams
        dots = of.order - 1 if of.dots is None else of.dots
        say_prose(f"The model is {', '.join((command.model, *recipe(of.order, dots, of.split)))}.")


def recipe(order: int, dots: int, split: str) -> tuple[str, str, str]:
    """Say what n-grams are of."""
    return f"order {order}", f"{dots} dot{'s' * (dots != 1)}", f"split {split}"


def ngrams_json(command: Sample | Score) -> dict[str, object]:
    """What a model is made of, unless that is the bigrams of all words."""
    if is_usual(command):
        return {}
    ngrams = command.ngrams
    dots = ngrams.order - 1 if ngrams.dots is None else ngrams.dots
    return {"model": command.model, "order": ngrams.order, "dots": dots, "split": ngrams.split}


def score_json(word: ScoredWord, command: Score) -> dict[str, object]:
    """A word taken apart; under a model of the bigrams of all words, into bigrams."""
    found = {
        "word": word.word,
        "log_likelihood": word.log_likelihood,
        "nll": word.nll,
        "impossible": word.impossible,
        "unknown": word.unknown,
    }
    if is_usual(command):
        return found | {
            "bigrams": [
                (b.first, b.second, b.count, b.probability, b.log_probability) for b in word.bigrams
            ]
        }
    return found | {
        "ngrams": [
            {
                "context": step.context,
                "symbol": step.second,
                "count": step.count,
                "probability": step.probability,
                "log_probability": step.log_probability,
                "backoff": step.backoff,
            }
            for step in word.bigrams
        ]
    }


def score_text(word: ScoredWord) -> Iterator[str]:
    """The same for people."""
    if word.unknown:
        which = " ".join(map(shown, word.unknown))
        meant = f"; did you mean {word.meant}?" if word.meant else ""
        yield f"{word.word}  holds {which}, which no word of these data holds{meant}"
        return
    if not word.bigrams:
        yield f"{word.word or '(nothing)'}  is not predicted: it is too short for so few dots"
        return
    likelihood = figure(word.log_likelihood)
    yield f"{word.word or '(nothing)'}  log likelihood {likelihood}  NLL {figure(word.nll)}"
    if word.impossible:
        which = " ".join("".join(map(shown, gram)) for gram in word.impossible)
        yield f"  impossible: {which} (never seen; smoothing makes it possible)"
    has_ends = any(b.backoff for b in word.bigrams)
    is_bigrams = all(len(b.context) == 1 for b in word.bigrams)
    rows = [("  bigram" if is_bigrams else "  n-gram", "count", "p", "log p", *["ends"] * has_ends)]
    for b in word.bigrams:
        figures = (f"{b.count:,}", number(b.probability, ".6f"), figure(b.log_probability))
        ends = [_ends(b)] * has_ends
        rows.append((f"  {''.join(map(shown, b.context + b.second))}", *figures, *ends))
    yield from table(rows, "<>>>" + "<" * has_ends)


def _ends(step: ScoredBigram) -> str:
    """Ends of an n-gram that was never seen, down to the first that was."""
    ends = []
    for gram, count in step.backoff:
        if gram != step.context + step.second:
            ends.append(f"{''.join(map(shown, gram))} {count:,}")
        if count:
            break
    return ", ".join(ends)


# verify, bench


def check_text(check: Check) -> str:
    """A recomputed figure in a line; long texts get lines of their own."""
    verdict = {"ok": "ok", "off": "OFF", "reported": "reported", "left out": "left out"}
    # Figures known to more digits than fit all others are shown in full where these are compared.
    known = check.expected
    is_exact = check.tolerance < 1e-6 and isinstance(known, float) and len(repr(known)) > 12
    shown, got = (_figure(value, is_exact) for value in (check.expected, check.got))
    if max(len(shown), len(got)) > 20:
        lines = [f"  {check.figure:<52}{'':52}{verdict[check.verdict]}"]
        lines += [] if check.expected is None else [f"      expected  {shown}"]
        return "\n".join([*lines, f"      got       {got}"])
    tolerance = f"±{number(check.tolerance, '.0e')}" if check.tolerance else ""
    return f"  {check.figure:<52}{shown:>20}  {got:>20}  {tolerance:<8}{verdict[check.verdict]}"


def check_head() -> str:
    """Heads of the columns of recomputed figures."""
    return f"  {'figure':<52}{'expected':>20}  {'got':>20}  {'within':<8}verdict"


def _figure(value: float | int | str | None, is_exact: bool) -> str:
    if isinstance(value, float):
        is_tiny = 0 < abs(value) < 1e-4
        return number(value, ".2e" if is_tiny else "" if is_exact else ".10g")
    return f"{value:,}" if isinstance(value, int) else str(value)


def verdict(checks: Sequence[Check]) -> str:
    """How many figures came out right, in a line."""
    times = Counter(check.verdict for check in checks)
    compared = times["ok"] + times["off"]
    text = f"{times['ok']:,} of {compared:,} figures are as they should be"
    if times["reported"]:
        text += f"; {times['reported']:,} reported, which may differ between versions of torch"
    return text + (f"; {times['left out']:,} left out." if times["left out"] else ".")


def timing_json(timings: Timings) -> dict[str, object]:
    """Step times of the gradient paths, and why some were not taken."""
    found: dict[str, object] = {
        "order": timings.order,
        "dots": timings.dots,
        "paths": [
            {name: value for name, value in asdict(timing).items() if value is not None}
            for timing in timings.paths
        ],
    }
    if timings.device:
        found["device"] = timings.device
    return found | ({"refused": dict(timings.refused)} if timings.refused else {})


def _milliseconds(took: float | None) -> str:
    if took is None:
        return "—"
    return figure(took, 3 if took >= 1 else 5)


def timing_text(timings: Timings) -> Iterator[str]:
    """The same for people."""
    is_beside = bool(timings.device)
    own, other = ("ms a step", ()) if not is_beside else ("CPU ms", (timings.device + " ms",))
    rows = [("path", own, *other, "times as fast", "largest difference of the losses")]
    for t in timings.paths:
        ratio = figure(t.ratio, 0 if t.ratio >= 100 else 2)
        there = (_milliseconds(t.on_device),) if is_beside else ()
        difference = number(t.largest_difference, ".1e")
        rows.append((t.path, _milliseconds(t.milliseconds), *there, ratio, difference))
    yield from table(rows, "<>>>" + ">" * is_beside)
    yield from (f"{path}: {reason}" for path, reason in timings.refused)
