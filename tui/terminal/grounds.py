"""The colours behind a widget are remembered by themselves, not by whose they are.

Textual asks for them with every line of every widget, and remembers what it was told by the widget's
own memory of its lines. So it would keep all lines of a thousand widgets that are long gone: of
dialogs that were closed, and of each notice that has passed.
"""

from __future__ import annotations

from functools import lru_cache

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style


def forget_whose_grounds_they_are() -> None:
    """Have Textual remember colours alone."""
    StylesCache.get_inner_outer = staticmethod(_grounds)  # type: ignore[assignment]


@lru_cache(maxsize=1024)
def _grounds(base_background: Color, background: Color) -> tuple[Style, Style]:
    """Give the styles inside a border and outside of it."""
    return Style(background=base_background + background), Style(background=base_background)
