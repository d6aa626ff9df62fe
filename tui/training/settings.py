"""What the training pane lets one change: a field for each, with a plain sentence about it."""

from __future__ import annotations

from typing import get_args

from engine.protocol import DeviceName, GradientPath, Init
from tui.state import State
from tui.state.ladders import written
from tui.widgets.fields import Knob

KNOBS = {
    "learning_rate": Knob(
        "rate",
        "How far a step follows the gradient, a factor; acts at once.",
        long_label="learning rate",
    ),
    "regularization": Knob(
        "reg",
        "The weight of mean(W²) in the total loss; acts at once.",
        long_label="regularization",
    ),
    "speed": Knob(
        "speed", "Steps a second, or max for no limit; acts at once.", long_label="steps a second"
    ),
    "init": Knob(
        "init",
        "Random first weights, or zeros; acts at step 0, else at the next reset.",
        get_args(Init),
        "first weights",
    ),
    "steps": Knob(
        "steps", "How many steps the key N takes before it pauses.", long_label="steps to go"
    ),
    "gradient": Knob(
        "path",
        "Three ways to one gradient; onehot is the lecture's; at once.",
        get_args(GradientPath),
        "gradient path",
    ),
    "seed": Knob(
        "seed",
        "Draws the first weights; acts at step 0, else at the next reset.",
        long_label="seed",
    ),
    "device": Knob(
        "device",
        "What computes; small tables do best on the CPU; at once.",
        get_args(DeviceName),
        "device",
    ),
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
