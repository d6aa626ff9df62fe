"""What the names that were drawn are like beside what they are to be like, in a few lines. Pure."""

from __future__ import annotations

import math
from itertools import accumulate

from engine.protocol import Tally, Theory
from engine.text.numbers import number
from tui.commands import BY_ID
from tui.sampling.names import plainly, role_of
from tui.sampling.twins import Twins
from tui.state import State
from tui.text.numbers import short
from tui.text.rows import Role, Row, Run, paragraph, width_of
from tui.wording import until_torch

STREAM = "Both draw from the same random numbers; names side by side begin at the same one."
"""Why names of both models from one seed become the same as training goes on."""

AGAIN = (
    ("The same seed draws the same names; ", " draws others."),
    ("same seed, same names; ", ""),
    ("", " draws others"),
)
"""What stands around another seed where names are those that stood there before: where there is
room, and where there is less."""

WIDTHS = (10, 8, 9, 9, 8)
"""Columns of the label, length, share of one letter, share of known names, NLL."""

NARROW = (8, 7, 9, 9, 8)
"""The same where there is no room for all."""

HEADS = ("length", "1-letter", "known", "NLL")
"""What names are told by: mean length, share of one letter, share in the data, mean NLL."""

BAR = 12
"""Columns of the bar of progress."""


def figures(state: State, width: int, *, has_chance: bool) -> list[Row]:
    """Drawn, expected, and how far chance takes the one from the other, as far as there is room."""
    tally, theory = state.replies.tally, state.replies.theory
    if not tally.names:
        key = BY_ID["generate"].key_in(state.keys)
        waiting = until_torch(state, "names come when torch is here")
        text = f"press {key} to draw names" if state.is_ready else waiting
        return [((text, "dim"),)]
    rows = [
        progress(state, width),
        *_again(state, width),
        _line("", HEADS, "dim", width),
        _line("drawn", _drawn(tally, knows=_knows(state)), "strong", width),
    ]
    if state.drawn is not None and not state.drawn.ngrams.have_theory(len(state.symbols)):
        # There is no such theory, and the place stays empty.
        return rows
    rows.append(_line("expected", _expected(theory), "plain", width))
    if has_chance:
        rows.append(_line("± chance", _chance(theory, tally.names), "dim", width))
    return rows


def progress(state: State, width: int) -> Row:
    """How many names there are, and how many are still to come or would be of another model."""
    tally, drawn = state.replies.tally, state.drawn
    total = drawn.number if drawn else tally.names
    cut: list[Run] = [(f"  {tally.cut:,} cut at 1,000", "warn")] if tally.cut else []
    if state.is_drawing and tally.names < total:
        done = round(BAR * tally.names / total)
        return (
            ("█" * done + "░" * (BAR - done), "accent"),
            (f" {tally.names:,} of {total:,}  ", "plain"),
            (BY_ID["stop"].key_in(state.keys), "accent", "app.command('stop')"),
            (" stops", "dim", "app.command('stop')"),
        )
    listed = len(state.names)
    row: list[Run] = [("● known ", "good"), ("○ new ", "dim")] if _knows(state) else []
    row.append((f" {tally.names:,} name{'s' * (tally.names != 1)}", "plain"))
    more: list[Run] = [(f", {listed:,} listed", "plain")] if listed < tally.names else []
    other: list[Run] = []
    if drawn is not None and drawn.model != state.sample.model:
        # The network is drawn from once it is trained, but not before it is asked.
        model = state.sample.model
        key: Run = (BY_ID["generate"].key_in(state.keys), "accent", "app.command('generate')")
        other = [(" ", "dim"), key, (f" {plainly(model)}", role_of(model))]
    for part in (cut, other, more):
        if width_of([*row, *part]) <= width:
            row += part
    return tuple(row)


def _again(state: State, width: int) -> list[Row]:
    """Say why the names are those that stood there before, and what draws others."""
    if not state.are_again:
        return []
    seed: Run = ("another seed", "accent", "app.go_to_field('sampler', 'seed')")
    for start, end in AGAIN:
        row: Row = ((start, "dim"), seed, (end, "dim"))
        if width_of(row) <= width:
            break
    return [row]


def alike(found: Twins | None, state: State, width: int) -> list[Row]:
    """How much of what both models drew is the same."""
    if found is None:
        return [((until_torch(state, "both models draw as soon as torch is here"), "dim"),)]
    share = found.alike / found.draws if found.draws else math.nan
    same = f"{found.same_names:,} of {len(found.rows):,}"
    role: Role = "good" if found.alike == found.draws else "strong"
    for letters, names in ((" letters, ", " names"), (", ", " names"), (", ", "")):
        row: Row = (
            ("alike: ", "dim"), (f"{number(100 * share, '.1f')} %", role), (letters, "dim"),
            (same, role), (names, "dim"),
        )  # fmt: skip
        if width_of(row) <= width:
            break
    return [row, *paragraph(STREAM, max(20, width), "dim")]


def _line(label: str, cells: tuple[str, ...], role: Role, width: int) -> Row:
    first, *widths = WIDTHS if width >= sum(WIDTHS) else NARROW
    # A figure cut short would be another figure: what does not fit is left out.
    fitting = [w for w, end in zip(widths, accumulate(widths), strict=True) if first + end <= width]
    text = "".join(f"{cell:>{w}}" for cell, w in zip(cells, fitting, strict=False))
    return ((f"{label:<{first}}", "dim"), (text, role))


def _knows(state: State) -> bool:
    """Whether it can be told which names are words of the data."""
    return state.report is None or state.report.has_words


def _drawn(tally: Tally, *, knows: bool) -> tuple[str, ...]:
    n = tally.names
    return (
        _number(tally.length),
        _share(tally.one_letter / n),
        _share(tally.known / n if knows else math.nan),
        (_number(tally.nll, 4)),
    )


def _expected(theory: Theory | None) -> tuple[str, ...]:
    if theory is None:
        return ("…",) * len(HEADS)
    length = "endless" if math.isinf(theory.length) else _number(theory.length)
    return length, _share(theory.one_letter), _share(theory.known), _number(theory.nll, 4)


def _chance(theory: Theory | None, names: int) -> tuple[str, ...]:
    """Standard error of each figure for so many names."""
    if theory is None:
        return ("…", "…", "…", "")
    shares = (theory.one_letter, theory.known)
    errors = (math.sqrt(max(p * (1 - p), 0.0) / names) for p in shares)
    return _number(theory.length_deviation / math.sqrt(names)), *map(_share, errors), ""


def _number(value: float, digits: int = 3) -> str:
    if not math.isfinite(value):
        return "∞" if value > 0 else "–"
    return number(value, f".{digits}f") if value < 1e4 else short(value)


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{number(100 * value, '.2f')} %"
