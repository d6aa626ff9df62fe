"""What the training pane lets one change: the settings that say something of themselves."""

from __future__ import annotations

from engine.protocol import SETTINGS, Setting
from tui.state import State
from tui.state.ladders import written
from tui.widgets.fields import Knob


def _knob(name: str, setting: Setting) -> Knob:
    return Knob(setting.short or name, setting.hint, setting.choices, setting.long or setting.label)


KNOBS = {
    name: _knob(name, setting)
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
