"""What the heatmap shows, in a few words for its border."""

from __future__ import annotations

from engine.text.numbers import number
from tui.heatmap.breadcrumbs import breadcrumb
from tui.state import State
from tui.state.courses import name_of
from tui.state.views import VIEWS


def title(state: State) -> str:
    """Name the view, and what it is of."""
    view = VIEWS[state.view]
    title = both(state) if view.needs_other_run else view.title
    if state.most_before:
        title += f" · {breadcrumb(state)}"
    if state.view == "logits":
        title += ", rows centred" if state.is_centred else ", raw"
    if state.view in ("count_probabilities", "difference"):
        title += f", smoothing {number(state.snapshot.settings.smoothing)}"
    return title


def both(state: State) -> str:
    """The run in hand less the other one, by their names."""
    return f"{name_of(state.snapshot.id)} − {name_of(state.against)}"
