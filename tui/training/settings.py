"""What the training pane lets one change: the settings that say something of themselves."""

from __future__ import annotations

from engine.protocol import SETTINGS
from tui.state import State
from tui.state.ladders import written
from tui.widgets.fields import knob

KNOBS = {
    name: knob(name)
    for name, setting in SETTINGS.items()
    if setting.hint and not setting.is_objective
}
"""The settings, in the order of their fields."""


def shown(state: State) -> dict[str, str]:
    """Write the values in force, each as its field shows it.

    Events are ahead of the snapshot where settings are concerned.
    """
    settings = state.courses.settings or state.snapshot.settings
    return {
        name: written(name, state.steps if name == "steps" else getattr(settings, name))
        for name in KNOBS
    }
