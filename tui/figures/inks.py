"""The colours of a figure that are not those of its cells: the page, and what is written on it."""

from __future__ import annotations

from typing import get_args

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from engine import record
from tui.text.rows import ChartRole, RunRole

PAPER = "#ffffff"
"""The page of every light theme: what is printed on grey is grey, and a slide is white."""

FAINT, MUTED = 0.3, 0.6
"""Shares of the text's colour in that of frames, and of what is said in passing, as on the screen;
the rest is the page's."""

USUAL = {True: "textual-dark", False: "textual-light"}
"""Themes whose colours stand in for those of a theme that leaves them to the terminal."""


@record
class Inks:
    """Colours as `#rrggbb`."""

    dark: bool
    """Whether the theme is a dark one: ramps are made for either."""
    page: str
    text: str
    muted: str
    faint: str
    roles: dict[ChartRole, str]
    """Of the parts of a loss chart."""


RUN_ROLES: tuple[RunRole, ...] = get_args(RunRole)

RUNS = {
    True: ["#5f87ff", "#ff00af", "#00ffaf", "#ffff00", "#d75f5f", "#d7afd7", "#afaf00", "#ffffff"],
    False: ["#005faf", "#af5f87", "#005f00", "#5f5fff", "#5f0000", "#0000d7", "#87005f", "#000000"],
}
"""Colours of compared runs on a dark page and on a light one, as app.tcss has them."""


def inks_of(theme: Theme) -> Inks:
    """The colours of a theme, as the screen has them."""
    colours = theme.to_color_system().generate()
    if not colours["foreground"].startswith("#"):
        theme = BUILTIN_THEMES[USUAL[theme.dark]]
        colours = theme.to_color_system().generate()
    page = colours["background"] if theme.dark else PAPER
    text = colours["foreground"]

    def mixed(share: float) -> str:
        """The colour of text that is so strong."""
        return Color.parse(page).blend(Color.parse(text), share).hex6.lower()

    return Inks(
        theme.dark,
        page.lower(),
        text.lower(),
        mixed(MUTED),
        mixed(FAINT),
        {
            "curve": colours["text-accent"].lower(),
            "dev": colours["text-primary"].lower(),
            "floor": colours["text-success"].lower(),
            "marker": colours["text-warning"].lower(),
            **dict(zip(RUN_ROLES, RUNS[theme.dark], strict=True)),
        },
    )
