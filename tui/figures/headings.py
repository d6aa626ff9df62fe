"""What a figure says of the words and the model it is of."""

from __future__ import annotations

import os

from engine.protocol import DataReport
from tui.objectives import objective
from tui.state import State


def subject(state: State) -> list[str]:
    """Name the words, and what is made of them where it is not the table of their bigrams."""
    report, settings = state.report, state.snapshot.settings
    parts = [source(report), f"{report.words:,} {report.unit}"] if report is not None else []
    return parts if settings.is_bigram else [*parts, objective(settings)]


def source(report: DataReport) -> str:
    """Name the words by their files; where these lie is nobody else's business."""
    sources = [file.source for file in report.files] or [report.source]
    return " + ".join(map(os.path.basename, sources))
