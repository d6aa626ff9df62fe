"""A row in the reader's hand: its bars, the symbol the hand is at, and what the loss says."""

from __future__ import annotations

from array import array

from engine.lab import HandRow
from engine.protocol import Row as TableRow
from engine.text.numbers import number
from engine.text.width import cells, pad, straight
from tui.lab.keys import key_of
from tui.lab.parts.canvas import Canvas
from tui.lab.parts.texts import prose
from tui.state.hand import SHARE, Changed, changed
from tui.text.rows import Role, Row, Run, width_of

STANDING = " ▁▂▃▄▅▆▇█"
EIGHTHS = 8

MORE, LESS = "▒", "░"
"""What a bar has beyond the counts, and what it lacks of them."""

LOWEST, HIGHEST = 4, 10
"""Lines of the bars."""

BESIDE = 8
"""Lines of the text above and below them."""

WIDEST = 5
"""Columns of a bar, with the blank behind it."""

TOPS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
"""Probabilities that a full bar may be."""

HOLD = "screen.handle('at', "
"""Begins what a click on a bar does: the hand goes there."""

NOTHING, TINY = 1e-12, 5e-7
"""Nats: up to here a difference is rounding; up to there it is written by its power of ten."""


def hand_row(part: HandRow, canvas: Canvas) -> list[Row]:
    """Draw the bars, as many as have room around the one the hand is at, and the figures below."""
    change = moved(part, canvas)
    counted = [count / sum(part.counts) for count in part.counts]
    p = [value for _, value in change.values]
    top = next((step for step in TOPS if max(*p, *counted) <= step), TOPS[-1])
    slot = max(2, max(map(cells, part.symbols)) + 1, min(WIDEST, canvas.width // len(p)))
    # Behind the last one there needs to be no blank.
    seen = _seen(len(p), canvas.held.column, (canvas.width + 1) // slot)
    lines = max(LOWEST, min(HIGHEST, canvas.height - BESIDE))
    left_out = f", {len(seen)} of {len(p):,} seen" if len(seen) < len(p) else ""
    title = f"{part.title}; a full bar is {number(top)}{left_out}"
    rows = [*prose(title, canvas.width, "strong")]
    for line in reversed(range(lines)):
        bars: list[Run] = []
        for j in seen:
            symbol, role = _part(p[j], counted[j], lines / top, line)
            bars += [(symbol * (slot - 1), role, f"{HOLD}{j})"), (" ", "plain")]
        rows.append(tuple(bars[:-1]))
    letters: list[Run] = []
    for j in seen:
        is_here = canvas.held.hand.is_on and j == canvas.held.column
        role = "key" if is_here else "plain" if part.counts[j] else "dim"
        letters += [
            (pad(straight(part.symbols[j]), slot - 1), role, f"{HOLD}{j})"),
            (" ", "plain"),
        ]
    return [*rows, tuple(letters[:-1]), *_figures(part, change, canvas)]


def moved(part: HandRow, canvas: Canvas) -> Changed:
    """Work out what the hand has made of the row."""
    counts = array("q", part.counts).tobytes()
    row = TableRow(0, counts, array("d", part.probabilities).tobytes())
    return changed("P", row, canvas.held.moves(part), part.bigrams, part.floor, part.floor)


def _seen(size: int, at: int, most: int) -> range:
    """Indices of the bars that have room."""
    count = max(1, min(size, most))
    start = max(0, min(at - count // 2, size - count))
    return range(start, start + count)


def _part(p: float, counted: float, lines: float, line: int) -> tuple[str, Role]:
    """Draw one line of a bar, counted from below: what it is, has more, or lacks."""
    own, least = (round(each * lines * EIGHTHS) - EIGHTHS * line for each in (p, counted))
    is_more = p > counted and 2 * least <= min(own, EIGHTHS)
    if own >= EIGHTHS:
        return (MORE, "warn") if is_more else (STANDING[EIGHTHS], "counts")
    if own > 0:
        return STANDING[own], "warn" if is_more else "counts"
    return (LESS, "floor") if 2 * least >= EIGHTHS else (" ", "plain")


def _figures(part: HandRow, change: Changed, canvas: Canvas) -> list[Row]:
    held, width = canvas.held, canvas.width
    j = held.column
    share = part.counts[j] / sum(part.counts)
    p = dict(change.values)[j]
    steps = SHARE * dict(change.steps).get(j, 0)
    above = change.share * change.divergence
    role: Role = "bad" if change.divergence > NOTHING else "good"
    letter: list[Run] = [
        (f"{part.symbols[j]}", "key" if held.hand.is_on else "strong"),
        (f"  p {number(p, '.4f')}", "strong"),
        (f"   counted {part.counts[j]:,} of {sum(part.counts):,}: {number(share, '.4f')}", "dim"),
        (f"   moved by {number(steps, '+.2f')}" if steps else "", "plain"),
    ]
    row: list[Run] = [
        (f"NLL of the row {_six(part.least + change.divergence)}", "strong"),
        (f" = {_six(part.least)} by counting", "dim"),
        (f" + {_six(change.divergence)} excess", role),
        (", KL(q‖p)", "dim"),
    ]
    whole: list[Run] = [
        # The other rows as counted: whatever smoothing costs them is not the hand's.
        (f"others counted {_six(part.floor + above)}", "plain"),
        (f" = floor {_six(part.floor)}", "dim"),
        (f" + {_six(above)}", role),
        (f", n/N = {number(change.share, '.4f')} of it", "dim"),
    ]
    rows: list[Row] = []
    for line in (letter, row, whole):
        while len(line) > 1 and width_of(line) > width:
            line.pop()
        rows += [tuple(line)] if width_of(line) <= width else prose(line[0][0], width)
    return [*rows, *_keys(canvas)]


def _keys(canvas: Canvas) -> list[Row]:
    """Say what can be done, each to be clicked, too; while there is no hand, how to lay it on."""
    step = number(SHARE * canvas.held.hand.scale)
    entries = [("hand", "a hand on it"), ("faster", ""), ("slower", f"move by {step}")]
    if canvas.held.hand.is_on:
        entries = [
            ("dial_down", ""),
            ("dial_up", "symbol"),
            ("faster", ""),
            ("slower", f"by {step}"),
            ("coarser", "coarser"),
            ("undo", "undo"),
            ("leave_lab", "off"),
        ]
    row: list[Run] = []
    for name, label in entries:
        (key,) = key_of(name, canvas.keys)
        row += [key, (f" {label}   " if label else " ", "dim", *key[2:])]
    if width_of(row) <= canvas.width:
        return [tuple(row)]
    return prose("".join(run[0] for run in row), canvas.width, "dim")


def _six(value: float) -> str:
    return number(value, ".1e" if NOTHING < value < TINY else ".6f")
