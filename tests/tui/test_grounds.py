"""Colours behind a widget are the same as ever, and do not keep the widget."""

from __future__ import annotations

import weakref

from textual._styles_cache import StylesCache
from textual.color import Color

from tui.terminal.grounds import forget_whose_grounds_they_are


def test_a_widget_that_is_gone_is_not_kept_for_the_colours_behind_it() -> None:
    forget_whose_grounds_they_are()
    widget = StylesCache()
    inner, outer = widget.get_inner_outer(Color(20, 20, 20), Color(200, 0, 0, 0.5))
    assert inner.background == Color(110, 10, 10)
    assert outer.background == Color(20, 20, 20)
    gone = weakref.ref(widget)
    del widget
    assert gone() is None
