"""What is dressed anew is repainted once, and keys are heard meanwhile.

A theme changes some ten rules of each widget. For each of them Textual has the widget repainted,
and all within it: 7,000 times in all, half of the 270 ms that another theme took. And it read
the rules, gave each widget its own and laid all of them out in one turn of the event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from textual.app import App
from textual.css.styles import Styles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

ReturnType = TypeVar("ReturnType")

TURN, SOME = 0.02, 8
"""Seconds of a turn in which widgets are dressed, and how many are between looks at the clock."""


class Dresser(Stylesheet):
    """Gives widgets their rules, and has each of them repainted once."""

    def update_nodes(self, nodes: Iterable[DOMNode], animate: bool = False) -> None:
        """Give these nodes their rules."""
        with _repainted_once():
            super().update_nodes(nodes, animate=animate)


@contextmanager
def _repainted_once() -> Iterator[None]:
    """Have a widget repainted at the end, however many of its rules change until then."""
    wanted: dict[DOMNode, tuple[bool, bool]] = {}

    def want(node: DOMNode, *, layout: bool, repaint: bool) -> None:
        before = wanted.get(node, (False, False))
        wanted[node] = layout or before[0], repaint or before[1]

    def refresh(
        styles: Styles,
        *,
        layout: bool = False,
        children: bool = False,
        parent: bool = False,
        repaint: bool = True,
    ) -> None:
        node = styles.node
        if node is None or not node._is_mounted:
            return
        if parent and node.parent is not None:
            want(node.parent, layout=False, repaint=repaint)
        want(node, layout=layout, repaint=True)
        if children:
            for child in node.walk_children():
                want(child, layout=layout, repaint=repaint)

    at_once = Styles.refresh
    Styles.refresh = refresh  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Styles.refresh = at_once  # type: ignore[method-assign]
        for node, (layout, repaint) in wanted.items():
            node.refresh(layout=layout, repaint=repaint)


class Restyled(App[ReturnType]):
    """Wears another theme from one frame to the next, however many turns it takes to get there."""

    def __init__(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **more)
        self.stylesheet = Dresser(variables=self.theme_variables)

    async def refresh_css(self, animate: bool = True) -> None:  # type: ignore[override]
        """Give all widgets their rules anew."""
        sheet = self.stylesheet
        self._begin_batch()
        try:
            sheet.set_variables(self.get_css_variables())
            sheet.reparse()
            await asyncio.sleep(0)
            await self._dress(animate=animate)
        finally:
            self._end_batch()
        if self._screen_stack and self.is_running:
            # What was to be drawn meanwhile is forgotten by Textual.
            self.screen.refresh(layout=True)

    async def _dress(self, *, animate: bool) -> None:
        screens = (s for s in self.screen_stack if s is not self.screen)
        nodes = [n for root in (self, *screens) for n in root.walk_children(with_self=True)]
        start = time.perf_counter()
        for at in range(0, len(nodes), SOME):
            self.stylesheet.update_nodes(nodes[at : at + SOME], animate=animate)
            if time.perf_counter() - start > TURN:
                await asyncio.sleep(0)
                start = time.perf_counter()
