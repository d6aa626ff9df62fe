"""The looks of the ramps, and their colours on terminals that have only a few.

With 256 or 16 colours the nearest entry to an even walk often is the same entry twice, or a grey in
the middle of a hue, so these were chosen one by one: all distinct, lightness in one direction,
steps as even as the palette allows, and only entries that reach the terminal unchanged. Textual
turns every colour into RGB and Rich back into the nearest entry, and that loses the palette's upper
greys (from 247) and mixes up the names of the 16.
"""

from __future__ import annotations

from typing import Literal

from engine import printable
from engine.protocol import Refusal
from engine.text.alike import meant
from tui.colours.paths import Look

Kind = Literal["counts", "probability", "network", "logits", "difference", "gradient"]
"""What the values are; each has a look of its own. The last two are signed: their ramps diverge."""

RampName = Literal["own", "blue", "green", "magenta", "orange"]
"""What the user may have matrices drawn in."""

RAMPS: dict[RampName, Kind | None] = {
    "own": None,
    "blue": "counts",
    "green": "probability",
    "magenta": "network",
    "orange": "logits",
}
"""The kind of value whose colours all matrices wear; `None` leaves each kind its own.

Those of the counts are blue as the lecture's figure is.
"""

LOOKS: dict[Kind, Look] = {
    "counts": Look(265, 228, 0.15),
    "probability": Look(165, 112, 0.16),
    "network": Look(300, 420, 0.17),
    "logits": Look(20, 95, 0.15),
    "difference": Look(250, 62, 0.15, is_diverging=True),
    "gradient": Look(308, 150, 0.16, is_diverging=True),
}

XTERM_DARK: dict[Kind, tuple[int, ...]] = {
    "counts": (17, 18, 19, 20, 26, 27, 33, 39, 75, 117, 153, 195),
    "probability": (235, 238, 22, 28, 65, 35, 107, 76, 149, 186, 192, 230),
    "network": (53, 54, 55, 90, 126, 162, 168, 138, 174, 209, 216, 223),
    "logits": (234, 52, 88, 124, 130, 166, 137, 172, 179, 214, 222, 230),
    "difference": (117, 74, 67, 24, 17, 233, 52, 88, 130, 172, 215),
    "gradient": (183, 140, 97, 90, 53, 234, 22, 28, 65, 71, 78),
}
"""Entries of the 256-colour palette on a dark background, from the least value to the greatest."""

XTERM_LIGHT: dict[Kind, tuple[int, ...]] = {
    "counts": (195, 153, 117, 75, 39, 33, 27, 26, 20, 19, 18, 17),
    "probability": (230, 192, 187, 150, 112, 40, 106, 35, 65, 28, 22),
    "network": (230, 223, 216, 209, 174, 138, 168, 132, 162, 126, 90, 53),
    "logits": (230, 222, 214, 179, 208, 172, 137, 166, 130, 124, 88, 52),
    "difference": (24, 31, 67, 110, 153, 231, 223, 180, 173, 130, 94),
    "gradient": (91, 97, 140, 183, 189, 231, 194, 151, 71, 28, 22),
}
"""The same on a light background."""

ANSI_DARK: dict[Kind, tuple[int, ...]] = {
    "counts": (0, 4, 12, 6, 14, 15),
    "probability": (0, 8, 2, 10, 11, 15),
    "network": (0, 4, 5, 9, 11, 15),
    "logits": (0, 1, 9, 11, 15),
    "difference": (14, 12, 4, 0, 3, 9, 11),
    "gradient": (13, 5, 0, 2, 10),
}
"""Entries of the 16-colour palette on a dark background."""

ANSI_LIGHT: dict[Kind, tuple[int, ...]] = {
    "counts": (15, 14, 6, 12, 4, 0),
    "probability": (15, 11, 10, 2, 8, 0),
    "network": (15, 11, 9, 5, 4, 0),
    "logits": (15, 11, 9, 1, 0),
    "difference": (4, 12, 14, 15, 11, 3, 1),
    "gradient": (5, 13, 15, 10, 2),
}
"""The same on a light background."""

RUNS = {
    True: (
        *("#5f87ff", "#ff00af", "#00ffaf", "#ffff00"),
        *("#d75f5f", "#d7afd7", "#afaf00", "#ffffff"),
    ),
    False: (
        *("#005faf", "#af5f87", "#005f00", "#5f5fff"),
        *("#5f0000", "#0000d7", "#87005f", "#000000"),
    ),
}
"""Colours of runs beside the one in hand, on a dark background and on a light one.

No theme chooses them: whoever cannot see some hues tells them apart, too, they are entries of the
256-colour palette, and of 16 colours each comes to be another.
"""

_ANSI = (
    *("#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa"),
    *("#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff"),
)
"""The RGB of the 16 colours in Rich, which therefore finds its way back to the number."""

_CUBE = (0, 95, 135, 175, 215, 255)


def ramp_named(name: str) -> RampName:
    """Return the ramp of a name; Refusal with the names there are if there is none."""
    for known in RAMPS:
        if name == known:
            return known
    guess = meant(name, RAMPS)
    raise Refusal(
        f"There is no ramp “{printable(name)[:40]}”{guess}; choose from {', '.join(RAMPS)}."
    )


def worn(name: RampName, kind: Kind) -> Kind:
    """Return the kind whose colours a kind of value is drawn in.

    A signed kind keeps its own: no ramp of one direction could show its two.
    """
    return kind if LOOKS[kind].is_diverging else RAMPS[name] or kind


def ansi(number: int) -> str:
    """Return the `#rrggbb` that reaches a 16-colour terminal as this number."""
    return _ANSI[number]


def xterm(number: int) -> str:
    """Return the `#rrggbb` of an entry, from 16 to 255, of the 256-colour palette."""
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    red, rest = divmod(number - 16, 36)
    green, blue = divmod(rest, 6)
    return f"#{_CUBE[red]:02x}{_CUBE[green]:02x}{_CUBE[blue]:02x}"
