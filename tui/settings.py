"""What the training pane lets one change: a field for each, with a plain sentence about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from engine import Value
from engine.protocol import DeviceName, GradientPath, Init
from tui.fields import Field, SettingInput, SettingSelect
from tui.ladders import written
from tui.state import State


@dataclass(frozen=True, slots=True)
class Knob:
    """A setting as a newcomer meets it."""

    label: str
    long_label: str
    """The label where there is room for it."""
    explanation: str
    """What it is, in which unit, and when it acts."""
    choices: tuple[str, ...] = ()
    """What it may be, if that is one of a few names."""


KNOBS = {
    "learning_rate": Knob(
        "rate",
        "learning rate",
        "How far a step follows the gradient, a factor; acts at once.",
    ),
    "regularization": Knob(
        "reg",
        "regularization",
        "The weight of mean(W²) in the total loss; acts at once.",
    ),
    "speed": Knob("speed", "steps a second", "Steps a second, or max for no limit; acts at once."),
    "init": Knob(
        "init",
        "first weights",
        "Random first weights, or zeros; acts at the next reset (r).",
        get_args(Init),
    ),
    "steps": Knob("steps", "steps to go", "How many steps the key N takes before it pauses."),
    "gradient": Knob(
        "path",
        "gradient path",
        "Three ways to one gradient; onehot is the lecture's; at once.",
        get_args(GradientPath),
    ),
    "seed": Knob(
        "seed",
        "seed",
        "Draws the first weights, any whole number; at the next reset.",
    ),
    "device": Knob(
        "device",
        "device",
        "What computes; small tables do best on the CPU; at once.",
        get_args(DeviceName),
    ),
}
"""The settings, in the order of their fields."""


def fields() -> Iterator[Field]:
    """Make the fields."""
    values = values_in_force(State())
    for name, knob in KNOBS.items():
        field: SettingInput | SettingSelect
        if knob.choices:
            field = SettingSelect(name, knob.choices, written(name, values[name]))
        else:
            field = SettingInput(name, written(name, values[name]))
        yield Field(knob.label, field, knob.long_label, knob.explanation)


def values_in_force(state: State) -> dict[str, Value]:
    """Say what each setting is now.

    Events are ahead of the snapshot where settings are concerned.
    """
    settings = state.courses.settings or state.snapshot.settings
    return {name: state.steps if name == "steps" else getattr(settings, name) for name in KNOBS}
