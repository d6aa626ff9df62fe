"""Themes whose every text can be read: what a theme is, with its inks moved away from its grounds.

Contrast is that of WCAG 2: 4.5 for text, 7 where it is read from the back of a room. A colour that
falls short is made lighter or darker in OKLab, which leaves its hue, until it does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.color import Color as Ink
from rich.color import ColorSystem
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tui.colours.oklab import Lab, from_hex, is_shown, luminance, to_hex

TEXT, FAR = 4.5, 7.0
"""The least contrast of text, and that of text in a room."""

WASH = 0.2
"""How much of a colour lies over the ground where a row is chosen, a field in use or wrong."""

DEEP = dict.fromkeys((2, 6, 10, 14), "#000080") | dict.fromkeys((3, 11), "#800080")
"""What takes the place of green, cyan and yellow where they are not read: navy and purple."""

GROUNDS = ("background", "surface", "panel")

INKS = (
    "foreground",
    "text",
    "text-muted",
    "text-disabled",
    "text-primary",
    "text-secondary",
    "text-warning",
    "text-error",
    "text-success",
    "text-accent",
)
"""Variables of a theme that text is written in, wherever it stands."""

CURSORS = {
    "block-cursor": "background",
    "block-cursor-blurred": "background",
    "input-cursor": "surface",
    "input-selection": "surface",
}
"""What stands out by a ground of its own, and what that lies on: the foreground of each is for its
background alone."""

PROJECTOR = Theme(
    name="projector",
    primary="#00458a",
    secondary="#5b2a86",
    accent="#a03000",
    warning="#7a4a00",
    error="#b00020",
    success="#0b6623",
    foreground="#000000",
    background="#ffffff",
    surface="#f7f7f7",
    panel="#eeeeee",
    dark=False,
)
"""For a room: a beamer adds its light to the black, so the ground is light and all text is dark."""

THEMES = {**BUILTIN_THEMES, PROJECTOR.name: PROJECTOR}
"""All there are, by name."""

STEPS = 24
"""Halvings of the way from a colour to white or black: finer than a screen can show."""


def least_of(theme: str) -> float:
    """Give the least contrast of text in a theme."""
    return FAR if theme == PROJECTOR.name else TEXT


def readable(variables: Mapping[str, str], least: float = TEXT) -> dict[str, str]:
    """Give the variables of a theme, with all inks at least so far from all grounds.

    A theme in the terminal's own colours, which are not known here, stays as it is.
    """
    found = dict(variables)
    base = parsed(found["background"])
    if base.ansi is not None or base.a < 1:
        return found
    grounds = grounds_of(found)
    for ink in INKS:
        found[ink] = lifted(_solid(found[ink], base), grounds, least)
    found["link-color"] = found["text"]
    found["footer-key-foreground"] = found["text-accent"]
    for name, below in CURSORS.items():
        solid = (base + parsed(found[below]) + parsed(found[f"{name}-background"])).hex6
        ink = _solid(found[f"{name}-foreground"], Color.parse(solid))
        found[f"{name}-foreground"] = lifted(ink, [solid], least)
    return found


def of_sixteen(variables: Mapping[str, str]) -> dict[str, str]:
    """Give the variables of a light theme for 16 colours: no ink becomes one that white swallows.

    What an ink becomes there is the nearest of the 16 as Rich knows them; how these look is up to
    the terminal, but green, yellow and cyan, bright or not, are hardly ever read on white.
    """
    found = dict(variables)
    for name in (*INKS, "footer-key-foreground"):
        ink = parsed(found[name])
        if ink.ansi is None:
            nearest = Ink.parse(ink.hex6).downgrade(ColorSystem.STANDARD).number
            found[name] = DEEP.get(nearest or 0, found[name])
    return found


def grounds_of(variables: Mapping[str, str]) -> list[str]:
    """Give all that text may stand on, as `#rrggbb`."""
    base = parsed(variables["background"])
    plain = [base + parsed(variables[name]) for name in GROUNDS]
    washes = (
        ground + parsed(variables[name]).with_alpha(WASH)
        for ground in plain[:2]
        for name in ("primary", "error")
    )
    return [ground.hex6 for ground in (*plain, *washes)]


def lifted(ink: str, grounds: Sequence[str], least: float) -> str:
    """Move a colour away from grounds until its contrast with each is enough; as far as can be.

    Args:
        ink: `#rrggbb`.
        grounds: the same.
        least: the contrast ratio, from 1 to 21.
    """
    lights = [luminance(ground) for ground in grounds]
    dark, light = min(lights), max(lights)

    def is_enough(colour: str, margin: float = 0.0) -> bool:
        light_of_it = luminance(colour)
        above = (light_of_it + 0.05) / (light + 0.05)
        below = (dark + 0.05) / (light_of_it + 0.05)
        return max(above, below) >= least + margin

    if is_enough(ink):
        return ink
    # Towards whichever of white and black is farther from all grounds.
    end = 1.0 if 1.05 / (light + 0.05) >= (dark + 0.05) / 0.05 else 0.0
    colour = from_hex(ink)
    near, far = 0.0, 1.0
    for _ in range(STEPS):
        way = (near + far) / 2
        if is_enough(to_hex(_towards(colour, end, way))):
            far = way
        else:
            near = way
    return to_hex(_towards(colour, end, far))


def _towards(colour: Lab, end: float, way: float) -> Lab:
    """Go some of the way, from 0 to 1, to white or black, with as much colour as can be shown."""
    lightness = colour.lightness + (end - colour.lightness) * way
    for part in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1):
        found = Lab(lightness, colour.a * part, colour.b * part)
        if is_shown(found):
            return found
    return Lab(lightness, 0.0, 0.0)


def _solid(ink: str, ground: Color) -> str:
    """Give a colour as it looks on a ground: some are a share of black or white."""
    if not ink.startswith("auto"):
        return (ground + parsed(ink)).hex6
    share = float(ink.split()[1].rstrip("%")) / 100 if " " in ink else 1.0
    return (ground + ground.get_contrast_text(share)).hex6


def parsed(colour: str) -> Color:
    """Parse a colour that may have a share behind it: `#rrggbb 30%`."""
    name, _, share = colour.partition(" ")
    found = Color.parse(name)
    return found.with_alpha(found.a * float(share.rstrip("%")) / 100) if share else found
