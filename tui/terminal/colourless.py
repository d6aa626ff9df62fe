"""Says without colour what colours say: with reverse, faint, bold and underlined text alone.

Textual turns colours into greys where none are wanted. Greys are colours, too: an old terminal has
none, no-color.org means them as well, and of a cursor that was blue little is left. Here a
background that is none of the theme's own, such as that of a cursor or of a field in use, is
reversed; what is near its background is faint; no colour at all is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

GROUNDS = (
    "background", "surface", "panel", "panel-darken-1", "scrollbar-background",
    "scrollbar-background-hover", "scrollbar-background-active", "scrollbar-corner-color",
)  # fmt: skip
"""Colours of a theme that nothing stands out by."""

FAINT = 0.45
"""Share of the theme's own contrast below which text is faint."""


class Colourless(LineFilter):
    """Takes colours out.

    Args:
        grounds: colours that are background, as red, green and blue.
        span: difference in brightness, from 0 to 1, of text and its background.
        has_faint: whether the terminal can write faintly.
    """

    def __init__(
        self, grounds: frozenset[tuple[int, int, int]], span: float, *, has_faint: bool
    ) -> None:
        super().__init__()
        self._grounds, self._span, self._has_faint = grounds, span, has_faint
        self._styles: dict[Style, Style] = {}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Give the same text in styles without colour."""
        return [Segment(text, self._bare(style), None) for text, style, _ in segments]

    def _bare(self, style: Style | None) -> Style:
        if style is None:
            return Style()
        found = self._styles.get(style)
        if found is None:
            found = self._styles[style] = self._worked_out(style)
        return found

    def _worked_out(self, style: Style) -> Style:
        ground = _colour(style.bgcolor)
        stands_out = ground is not None and ground.rgb not in self._grounds
        ink = _colour(style.color)
        is_near = (
            ink is not None
            and ground is not None
            and abs(ink.brightness - ground.brightness) < FAINT * self._span
        )
        is_reversed = stands_out != bool(style.reverse)
        return Style(
            bold=style.bold or None,
            underline=style.underline or None,
            reverse=is_reversed or None,
            dim=(self._has_faint and not is_reversed and (is_near or bool(style.dim))) or None,
            meta=style.meta or None,
        )


def _colour(colour: RichColor | None) -> Color | None:
    return None if colour is None or colour.is_default else Color.from_rich_color(colour)


@lru_cache(maxsize=8)
def _filter(colours: tuple[str, ...], ink: str, has_faint: bool) -> Colourless:
    grounds = [Color.parse(colour) for colour in colours]
    span = abs(Color.parse(ink).brightness - grounds[0].brightness)
    return Colourless(frozenset(ground.rgb for ground in grounds), span, has_faint=has_faint)


def colourless(theme: Mapping[str, str], *, has_faint: bool) -> Colourless:
    """Return the filter for a theme, given its variables."""
    colours = tuple(theme[name] for name in GROUNDS if name in theme)
    return _filter(colours, theme["foreground"], has_faint)
