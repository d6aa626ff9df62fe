"""The gauges as rows: bars, figures, and why one is missing. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.protocol import GraphicsCard, MachineTold, Processor
from engine.text.numbers import number
from tui.state import State
from tui.text.bars import bar
from tui.text.rows import Role, Row, Run, fit, paragraph, width_of

LABEL = 10
"""Columns of what is measured."""

FIGURES = 20
"""Columns that figures take at most: 5,120 of 8,192 GB, 1,000 of 1,200 W."""

WIDEST = 40
"""Columns of the longest bar."""

UNTOLD = "n/a"
"""What stands in the place of a figure that is not told."""


def page(told: MachineTold | None, state: State, width: int, most: int) -> list[Row]:
    """All gauges, in at most so many rows: of several cards the one in use, then the others.

    Args:
        told: what was measured; nothing while it is being measured.
        state: of the screen, which tells where W lives.
        width: columns there are.
        most: rows there are.
    """
    rows: list[Row] = [_where(state), ()]
    if told is None:
        return [*rows, (("measuring …", "dim"),)]
    rows += _of_processor(told.processor, width)
    if not told.cards:
        reason = told.no_cards or "asking the driver for graphics cards …"
        return [*rows, (), *paragraph(reason, width, "dim")][:most]
    return [*rows, *_of_cards(told.cards, width, most - len(rows))][:most]


def _where(state: State) -> Row:
    """Where W lives, and what was asked for."""
    here, wish = state.snapshot.device, state.settings.device
    row: list[Run] = [("W lives on ", "dim"), (here, "strong")]
    if wish != here:
        row.append((f" (device {wish})", "dim"))
    return row


def _of_processor(processor: Processor, width: int) -> list[Row]:
    cores = processor.cores
    in_all = f" of {cores} core{'s' * (cores != 1)}"
    own, all = processor.own_memory, processor.all_memory
    return [
        _gauge("CPU", processor.use, cores, _told(processor.use, ".1f", in_all), width),
        _gauge("  engine", processor.own_use, cores, _told(processor.own_use, ".1f"), width),
        _gauge("memory", _part(processor.memory, all), 1, _bytes_of(processor.memory, all), width),
        _gauge("  engine", _part(own, all), 1, _bytes(own), width),
    ]


def _of_cards(cards: Sequence[GraphicsCard], width: int, most: int) -> list[Row]:
    """All cards in full, if there is room; else the one that W lives on, and a line for each other.

    If there is no room even for that, there is a line for each.
    """
    cards = sorted(cards, key=lambda card: not card.is_own)
    whole = [_of_card(card, width) for card in cards]
    if sum(map(len, whole)) <= most:
        return [row for rows in whole for row in rows]
    in_full = whole[0] if len(whole[0]) + len(cards) <= most else []
    others = cards[bool(in_full) :]
    rows = [*in_full, (), *(_in_line(card, width) for card in others)]
    why = dict.fromkeys(sentence for card in others for sentence in card.untold)
    return [*rows, *(row for sentence in why for row in paragraph(sentence, width, "dim"))]


def _of_card(card: GraphicsCard, width: int) -> list[Row]:
    name: list[Run] = [(card.name, "strong"), (f"  card {card.index}", "dim")]
    if card.is_own:
        name.append((" · W lives here", "good"))
    all = card.all_memory
    power, most = card.power, card.most_power
    limit = "" if math.isnan(most) else f" of {number(most, ',.0f')}"
    rows: list[Row] = [
        (),
        name,
        _gauge("use", card.use, 1, _told(100 * card.use, ".0f", " %"), width),
        _gauge("memory", _part(card.memory, all), 1, _bytes_of(card.memory, all), width),
        _gauge("  engine", _part(card.own_memory, all), 1, _bytes(card.own_memory), width),
        _gauge("power", power / most, 1, _told(power, ",.0f", f"{limit} W"), width),
        _gauge("heat", math.nan, 1, _told(card.temperature, ".0f", " °C"), width),
    ]
    for sentence in card.untold:
        rows += paragraph(sentence, width, "dim")
    return rows


def _in_line(card: GraphicsCard, width: int) -> Row:
    """A card for which there is one row."""
    figures = (
        f"{_told(100 * card.use, '.0f', ' %'):>6}"
        f"{_bytes_of(card.memory, card.all_memory):>18}"
        f"{_told(card.power, ',.0f', ' W'):>8}"
        f"{_told(card.temperature, '.0f', ' °C'):>8}"
    )
    role: Role = "strong" if card.is_own else "plain"
    name: Run = (fit(f"{card.index} {card.name}", max(1, width - len(figures))), role)
    return (name, (" " * (width - width_of([name]) - len(figures)), "plain"), (figures, "dim"))


def _gauge(label: str, value: float, most: float, figures: str, width: int) -> Row:
    """What is measured, its bar, and its figures; no bar where there is no number."""
    room = min(WIDEST, width - LABEL - FIGURES - 2)
    is_part = label.startswith(" ")
    looks: Role = "dim" if figures == UNTOLD else "plain" if is_part else "strong"
    name: Run = (label.ljust(LABEL), "dim")
    if math.isnan(value):
        return (name, (" " * (room + 2), "plain"), (figures, looks))
    full = bar(value, most, room)
    # What is ours stands out from all there is.
    ink: Role = "bar" if is_part else "tick"
    row: list[Run] = [name, (full, ink), ("·" * (room - len(full)), "frame")]
    row.append((" " * (LABEL + room + 2 - width_of(row)), "plain"))
    return [*row, (figures, looks)]


def _told(value: float, form: str, unit: str = "") -> str:
    return UNTOLD if math.isnan(value) else number(value, form) + unit


def _part(value: int | None, all: int | None) -> float:
    return math.nan if value is None or not all else value / all


def _bytes_of(value: int | None, all: int | None) -> str:
    """Bytes of all bytes, in one unit."""
    if value is None or all is None:
        return _bytes(value)
    size, unit = _unit(all)
    return f"{_figure(value / size)} of {_figure(all / size)} {unit}"


def _bytes(value: int | None) -> str:
    if value is None:
        return UNTOLD
    size, unit = _unit(value)
    return f"{_figure(value / size)} {unit}"


def _unit(value: int) -> tuple[float, str]:
    return (1e9, "GB") if value >= 1e9 else (1e6, "MB")


def _figure(value: float) -> str:
    return number(value, ",.0f" if value >= 99.95 or not value else ".1f")
