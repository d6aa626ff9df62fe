"""The one table of what can be exported, in which formats, and how the files are called."""

from __future__ import annotations

import os
from typing import Literal

from engine import printable, record
from engine.protocol import Refusal
from tui.figures.headings import source
from tui.state import State
from tui.state.views import view_of

What = Literal["heatmap", "losses", "names", "screen"]

Format = Literal["svg", "png", "csv", "npy", "txt"]


@record
class Export:
    """Something that can be exported, in a format."""

    what: What
    format: Format
    help: str

    @property
    def is_drawn(self) -> bool:
        """Whether it takes what draws."""
        return self.what in ("heatmap", "losses") and self.format in ("svg", "png")


EXPORTS = (
    Export("heatmap", "svg", "The lecture's figure: bigram and number in each cell"),
    Export("heatmap", "png", "The same figure in dots, for slides"),
    Export("heatmap", "csv", "The matrix as a table, its numbers in full"),
    Export("heatmap", "npy", "The matrix as numpy loads it"),
    Export("losses", "svg", "The loss chart in lines, as it is laid out now"),
    Export("losses", "png", "The same chart in dots, for slides"),
    Export("losses", "csv", "The losses of all runs in the chart, by step"),
    Export("names", "txt", "The names that were drawn, one a line"),
    Export("screen", "svg", "All of the screen as it looks now"),
)

TITLES: dict[What, str] = {
    "heatmap": "Heatmap",
    "losses": "Loss chart",
    "names": "Names",
    "screen": "Screen",
}


def formats_of(what: What) -> tuple[Format, ...]:
    """The formats of something."""
    return tuple(export.format for export in EXPORTS if export.what == what)


def export_to(what: What, path: str) -> Export:
    """Find what a file is to hold by its suffix; Refusal if there is no such format."""
    suffix = os.path.splitext(path)[1].lower().removeprefix(".")
    for export in EXPORTS:
        if export.what == what and export.format == suffix:
            return export
    names = [f".{name}" for name in formats_of(what)]
    wanted = ", ".join(names[:-1]) + f" or {names[-1]}" if len(names) > 1 else names[0]
    name = printable(os.path.basename(path))[:40]
    raise Refusal(f"The name of the file must end in {wanted}; “{name}” does not.")


def why_not(state: State, export: Export) -> str:
    """Say why there is nothing to export; empty if there is."""
    match export.what:
        case "heatmap" if not state.symbols:
            return "There are no words yet."
        case "heatmap" if not state.is_ready and _is_of_network(state):
            return "The network is not there yet: torch is being imported."
        case "losses" if len(state.snapshot.history) < 2 * 3 * 8:
            return "There are no losses yet; train some steps first."
        case "names" if not state.names:
            return "There are no names yet; draw some first."
    return ""


def _is_of_network(state: State) -> bool:
    """Whether what is seen comes of what is trained: contexts do, too."""
    return view_of(state.matrix).needs_network or not state.snapshot.settings.is_bigram


def file_name(state: State, export: Export) -> str:
    """Name a file by the words, by what of them it shows, and by the step."""
    stem = os.path.splitext(source(state.report))[0] if state.report is not None else ""
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in stem)[:40] or "words"
    shown, is_of_run = _shown(state, export.what)
    # While it learns, it is further on by the time that it is written.
    is_still = state.snapshot.is_looking or not state.is_running
    step = f"-step{state.snapshot.step}" if is_of_run and is_still else ""
    return f"{safe}-{shown}{step}.{export.format}"


def _shown(state: State, what: What) -> tuple[str, bool]:
    """Name what is seen; and whether it changes with every step."""
    if what == "heatmap":
        before = "".join(state.symbols[i] for i in state.before)
        name = state.matrix.replace("_", "-") + (f"-{before}" if before.isalnum() else "")
        return name, view_of(state.matrix).needs_network
    return ("drawn" if what == "names" else what), what == "losses"
