"""The colours of a figure that are not those of its cells: the page, and what is written on it."""

from __future__ import annotations

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from engine import record
from tui.colours.palettes import RUNS
from tui.text.rows import RUN_ROLES, ChartRole

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
