"""How the laboratory was left, and opens again."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from engine import printable, record
from engine.protocol import DatasetLoaded, Refusal
from engine.text.alike import meant
from tui.colours.palettes import RAMPS
from tui.heatmap.zooms import ZOOMS, Zoom
from tui.state import State
from tui.state.panes import PANES
from tui.tour import recalled as recalled_stop


@record
class Opening:
    """What of the layout is the user's choice."""

    pane: str = "heatmap"
    """The pane in use: the one that is seen where there is room for one only."""
    is_maximised: bool = False
    """Whether it has the whole screen though there is room for all."""
    has_facts: bool = False
    """Whether the dataset shows its facts where words and facts take turns."""
    zoom: Zoom | None = None
    """Size of the heatmap's cells; `None` to fit."""
    greets: bool = False
    """Whether it is the first time, so that what this is must be said."""
    tour: int | None = None
    """The stop that the tour begins at; `None` without one."""

    @classmethod
    def read(cls, found: object) -> Opening:
        """Take what was written; what is not as it may be, is as it is the first time."""
        values = found if isinstance(found, Mapping) else {}
        return cls(
            next((name for name in PANES if name == values.get("pane")), cls().pane),
            values.get("is_maximised") is True,
            values.get("has_facts") is True,
            next((zoom for zoom in ZOOMS if zoom.name == values.get("zoom")), None),
        )

    def written(self) -> dict[str, object]:
        """Give plain values, from which `read` makes it again."""
        return {
            "pane": self.pane,
            "is_maximised": self.is_maximised,
            "has_facts": self.has_facts,
            "zoom": self.zoom.name if self.zoom else None,
        }


def opening(memory: Mapping[str, object], *, is_touring: bool, is_on_stage: bool) -> Opening:
    """Say how to open: as it was left; to somebody who was never here, with a greeting.

    Before a room it is the heatmap, and nobody is greeted.
    """
    left = Opening.read(memory.get("layout"))
    if is_on_stage:
        return replace(left, pane=Opening().pane)
    tour = recalled_stop(memory.get("tour")) if is_touring else None
    return replace(left, greets=not memory, tour=tour)


@record
class Ground:
    """Whether the terminal is a light one, as far as it has told."""

    terminal: str
    """What names it in the environment."""
    is_light: bool = False

    @classmethod
    def read(cls, found: object, environ: Mapping[str, str]) -> Ground:
        """Take what this terminal told the last time, so that the first frame is right at once."""
        terminal = environ.get("TERM_PROGRAM") or environ.get("TERM", "")
        lights = found if isinstance(found, list) else []
        return cls(terminal, terminal in lights)

    @property
    def theme(self) -> str:
        """The theme that goes with it."""
        return "textual-light" if self.is_light else "textual-dark"

    def among(self, found: object) -> list[str]:
        """Give the light terminals there are, this one in its place among those found."""
        lights = found if isinstance(found, list) else []
        others = [name for name in lights if isinstance(name, str) and name != self.terminal]
        return [*others, self.terminal] if self.is_light else others


def compared(state: State) -> dict[str, object]:
    """What to remember of the runs that the user compares, and of which words they are."""
    if state.report is None:
        return {}
    courses = state.courses
    ids = [id for id in courses.colours if id in courses.chosen]
    return {"compared": {"of": state.report.sha256, "ids": ids}}


def recalled(memory: Mapping[str, object], event: DatasetLoaded) -> tuple[str, ...]:
    """Give the runs that were compared the last time, if that was on these words."""
    found = memory.get("compared")
    if not isinstance(found, Mapping) or found.get("of") != event.report.sha256:
        return ()
    ids = found.get("ids")
    texts = [id for id in ids if isinstance(id, str)] if isinstance(ids, list) else []
    return tuple(id for id in texts if re.fullmatch("[0-9a-f]{12}", id))


def known_theme(name: str, themes: Collection[str]) -> str:
    """Give the theme of that name; Refusal if there is none."""
    if name not in themes:
        names = ", ".join(sorted(themes))
        raise Refusal(
            f"There is no theme “{printable(name)[:40]}”{meant(name, themes)}; choose from {names}."
        )
    return name


def looks(memory: Mapping[str, object], themes: Collection[str]) -> dict[str, str]:
    """Give theme and ramp of the last time, as far as there still are such."""
    known = {"theme": themes, "ramp": RAMPS}
    pairs = ((name, memory.get(name)) for name in known)
    return {n: found for n, found in pairs if isinstance(found, str) and found in known[n]}
