"""Bars: values as lengths, beside what they are compared with."""

from __future__ import annotations

from engine.lab.exhibit import Bar, Bars, number
from engine.text.width import cells, pad
from tui.lab.parts.texts import prose
from tui.text.rows import Row, Run

BAR, LITTLE = "▆", "▖"
"""What a bar is made of, lower than a line so that bars stand apart, and one too short for it."""

LEAST, MOST = 8, 48
"""Columns of the longest bar."""

TARGET = "┃"


def bars(part: Bars, width: int) -> list[Row]:
    """Draw bars with their labels and values; a bar's target is a stroke across it."""
    top = max((max(bar.value, bar.target or 0) for bar in part.bars), default=0) or 1
    texts = [(bar.label, *_figures(bar, part)) for bar in part.bars]
    names = (part.label, part.value_label, part.target_label)
    heads = [names[: len(text)] for text in texts[:1] if part.label]
    sizes = [max(map(cells, column)) for column in zip(*texts, *heads, strict=True)]
    left = sum(sizes) + 2 * len(sizes)
    room = min(MOST, width - left - 1)
    rows = [*prose(part.title, width, "strong")]
    for head in heads:
        on_the_right = [pad(t, s, False) for t, s in zip(head[1:], sizes[1:], strict=True)]
        rows.append((("  ".join((pad(head[0], sizes[0]), *on_the_right)), "dim"),))
    for bar, text in zip(part.bars, texts, strict=True):
        runs: list[Run] = [(pad(text[0], sizes[0]) + "  ", "dim")]
        runs.append((pad(text[1], sizes[1], False) + "  ", "plain"))
        runs += [
            (pad(t, s, False) + "  ", "floor") for t, s in zip(text[2:], sizes[2:], strict=True)
        ]
        rows.append((*runs, *(_bar(bar, top, room) if room >= LEAST else ())))
    more: list[Row] = [((f"… and {part.left_out:,} more", "dim"),)] if part.left_out else []
    return [*rows, *more, *_legend(part)]


def _figures(bar: Bar, part: Bars) -> tuple[str, ...]:
    value = number(bar.value, part.form)
    return (value,) if bar.target is None else (value, number(bar.target, part.form))


def _bar(bar: Bar, top: float, room: int) -> list[Run]:
    filled = BAR * round(room * max(0.0, bar.value) / top) or LITTLE * (bar.value > 0)
    if bar.target is None:
        return [(filled, "bar")]
    at = min(room, round(room * bar.target / top))
    filled = filled.ljust(room + 1)
    return [(filled[:at], "bar"), (TARGET, "floor"), (filled[at + 1 :].rstrip(), "bar")]


def _legend(part: Bars) -> list[Row]:
    if not part.target_label:
        return []
    return [
        (
            (f"{BAR} ", "bar"),
            (part.value_label, "dim"),
            (f"   {TARGET} ", "floor"),
            (part.target_label, "dim"),
        ),
    ]
