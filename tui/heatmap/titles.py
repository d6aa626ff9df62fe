"""What the heatmap shows, in a few words for its border."""

from __future__ import annotations

from tui.heatmap.breadcrumbs import caption
from tui.state import State
from tui.state.courses import name_of
from tui.state.views import VIEWS


def title(state: State) -> str:
    """Name the view, and what it is of."""
    shown = caption(state.matrix, state.symbols, state.before, state.snapshot.settings)
    view = VIEWS[state.view]
    return shown.replace(view.title, both(state), 1) if view.needs_other_run else shown


def both(state: State) -> str:
    """The run in hand less the other one, by their names."""
    return f"{name_of(state.snapshot.id)} − {name_of(state.against)}"
