"""Of widgets that are gone, nothing is kept.

Textual asks for the colours behind a widget with every line of it, and remembers them by the
widget's own memory of its lines. So it would keep all lines of a thousand widgets that are long
gone: of dialogs that were closed, and of each notice that has passed. And of a notice that is
taken away before its time it leaves the box around it in its place, alive, for ever.

And of sizes, places and colours it remembers thousands, where a screen has some hundred, and each
widget a thousand answers to where its parts are, and sixteen to how large it is, of which all but
the latest are of a time before one of them came or went. So for hours the program would take 6 to
10 MB more each.

And each line of each widget it gives seven memories of what was made of it, of which most stay
empty: without them garbage is looked for little more than half as often.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual._styles_cache import StylesCache
from textual.await_remove import AwaitRemove
from textual.cache import FIFOCache
from textual.color import Color
from textual.css.scalar import Scalar
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget
from textual.widgets._toast import Toast, ToastHolder

KEPT = 128
"""Sizes, places and colours of each sort that are remembered."""

ANSWERS = 16
"""Parts of a widget whose whereabouts it remembers."""

BOXES = 4
"""Rooms to fill for which a widget remembers its size; a layout asks for two, at most."""

MADE_OF_A_LINE = {
    "_crop_cache": 16,
    "_style_cache": 16,
    "_divide_cache": 4,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}
"""Memories of a line, and how much each of them holds, as Textual has it."""


def leave_nothing_behind() -> None:
    """Have Textual remember colours alone, and few sizes, and take a notice away with its box."""
    for kind in (Region, Scalar, Color, Style, RichStyle, RichColor):
        _remember_few(kind)
    StylesCache.get_inner_outer = staticmethod(_grounds)  # type: ignore[assignment]
    Strip.__init__ = _bare  # type: ignore[method-assign,assignment]
    Strip.__getattr__ = _memory  # type: ignore[attr-defined]
    Toast.remove = _removed  # type: ignore[method-assign,assignment]


def _remember_few(kind: type) -> None:
    """Bound what the methods of a class remember."""
    few_enough = range(KEPT + 1)
    for name, member in [*vars(kind).items()]:
        method = getattr(member, "__func__", member)
        if (
            hasattr(method, "cache_parameters")
            and method.cache_parameters()["maxsize"] not in few_enough
        ):
            few = lru_cache(maxsize=KEPT)(method.__wrapped__)
            setattr(kind, name, few if method is member else type(member)(few))


def remember_few_answers(widget: Widget) -> None:
    """Bound what a widget remembers of where its parts are, and of how large it is."""
    widget._query_one_cache.maxsize = ANSWERS
    widget._box_model_cache.maxsize = BOXES


@lru_cache(maxsize=1024)
def _grounds(base_background: Color, background: Color) -> tuple[Style, Style]:
    """Give the styles inside a border and outside of it."""
    return Style(background=base_background + background), Style(background=base_background)


def _bare(line: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    """Make a line without any memory."""
    line._segments = list(segments)
    line._cell_length = cell_length
    line._render_cache = line._link_ids = line._cell_count = None


def _memory(line: Strip, name: str) -> FIFOCache[Any, Any]:
    """Give a line one of its memories when it is first asked for."""
    if name not in MADE_OF_A_LINE:
        raise AttributeError(name=name, obj=line)
    memory: FIFOCache[Any, Any] = FIFOCache(MADE_OF_A_LINE[name])
    setattr(line, name, memory)
    return memory


def _removed(toast: Toast) -> AwaitRemove:
    """Take a notice away."""
    box = toast.parent
    return box.remove() if isinstance(box, ToastHolder) else Widget.remove(toast)
