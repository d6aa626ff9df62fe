"""Commands of the loss chart: a part of the table in `tui.commands`."""

from __future__ import annotations

from dataclasses import replace

from tui.command import Command
from tui.state import State
from tui.state.intents import ChartLook, EarlierCleared


def _other_window(state: State) -> ChartLook:
    return replace(state.chart, is_recent=not state.chart.is_recent)


def _other_steps(state: State) -> ChartLook:
    return replace(state.chart, is_log_steps=not state.chart.is_log_steps)


def _other_losses(state: State) -> ChartLook:
    return replace(state.chart, is_log_gap=not state.chart.is_log_gap)


def _why_no_log_steps(state: State) -> str:
    if state.chart.is_recent:
        key = TIMELINE[0].key_in(state.keys)
        return f"The latest losses stand on linear steps; press {key} for the whole run."
    return ""


def _why_no_clearing(state: State) -> str:
    if not state.courses.colours:
        return "There are no other runs in the chart; a reset keeps the run before it there."
    return ""


TIMELINE: tuple[Command, ...] = (
    Command(
        "chart_window", "w", "window", "Show the whole run in the chart, or the latest losses",
        "chart", intent=_other_window,
    ),
    Command(
        "chart_steps", "x", "x-axis", "Lay the chart's steps out evenly, or by their logarithm",
        "chart", _why_no_log_steps, intent=_other_steps,
    ),
    Command(
        "chart_gap", "e", "excess", "Show the loss in the chart, or the logarithm of the gap",
        "chart", intent=_other_losses,
    ),
    Command(
        "chart_clear", "c", "clear", "Clear the other runs from the chart", "chart",
        _why_no_clearing, intent=lambda state: EarlierCleared(),
    ),
)  # fmt: skip
