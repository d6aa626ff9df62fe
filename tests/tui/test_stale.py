"""From chapter to chapter of the lab the terminal shows the screen as it is, with nothing left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pyte
import pytest
from rich.console import Console, RenderableType
from textual.pilot import Pilot
from textual.screen import Screen

from engine.lab import chapters
from engine.protocol import ChapterOpened, ExhibitShown, OpenChapter
from tests.conftest import WriteWords, ready
from tests.tui.fake import until
from tests.tui.test_lab import Bench
from tui.terminal.compositor import LeanCompositor, LeanUpdate

SIZES = ((80, 24), (120, 40))

CONSOLE = Console(color_system="truecolor", force_terminal=True)

Answer = Callable[[str], tuple[ChapterOpened, ExhibitShown]]
"""What the engine tells of a chapter."""

NUMBERS = range(1, len(chapters()) + 1)


class Shown(Bench):
    """The lab, and the terminal it is shown on."""

    def __init__(self, answer: Answer, size: tuple[int, int]) -> None:
        super().__init__(chapters()[0].name)
        self._answer = answer
        self._terminal = pyte.Screen(*size)
        self._stream = pyte.Stream(self._terminal)

    def _get_screen(self, screen: Screen[object] | str):  # type: ignore[no-untyped-def] # noqa: ANN202
        if isinstance(screen, Screen):
            screen._compositor = LeanCompositor()
        return super()._get_screen(screen)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if isinstance(renderable, LeanUpdate) and screen is self.lab:
            self._stream.feed(renderable.render_segments(CONSOLE))
        super()._display(screen, renderable)

    def is_shown(self) -> bool:
        """Whether the terminal shows what the screen is when it is drawn from nothing."""
        strips = self.lab._compositor.render_strips()
        wanted = [line.text.rstrip() for line in strips]
        return [line.rstrip() for line in self._terminal.display] == wanted

    async def open(self, pilot: Pilot[None], number: int) -> None:
        """Open a chapter, and let the engine answer."""
        await self.lab.action_open_number(number)
        asked = self.asked
        opened, exhibit = self._answer(asked.name)
        # As the engine does: after the screen has had the time to draw itself without.
        await pilot.pause()
        self.hear(
            ChapterOpened(asked.request, opened.name, opened.inputs, opened.code, opened.setup),
            ExhibitShown(asked.request, exhibit.name, exhibit.exhibit),
        )


@pytest.fixture
def answer(words_file: WriteWords) -> Answer:
    """The engine, on a few words."""
    session = ready(words_file("emma\nolivia\nava\nisabella\nsophia\n"))

    @cache
    def work(name: str) -> tuple[ChapterOpened, ExhibitShown]:
        events = list(session.run(OpenChapter(name, with_pauses=False)))
        opened = next(event for event in events if isinstance(event, ChapterOpened))
        return opened, [event for event in events if isinstance(event, ExhibitShown)][-1]

    return work


def walk() -> Iterator[int]:
    """A way through the chapters on which each follows each other one."""
    for first in NUMBERS:
        for second in NUMBERS[first:]:
            yield from (first, second)
        yield first


async def go(answer: Answer, size: tuple[int, int], *numbers: int) -> None:
    """Go from chapter to chapter, each being answered and scrolled before it is left."""
    app = Shown(answer, size)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.lab.is_mounted)
        for number in numbers:
            await app.open(pilot, number)
            await until(pilot, app.is_shown)
            app.lab.action_answer()
            app.lab.action_see("exhibit")
            await pilot.pause()
            app.lab.query_one("#lab-exhibit-page").scroll_page_down(animate=False)
            await pilot.pause()


@pytest.mark.soak
async def test_nothing_is_left_of_the_chapter_before(answer: Answer) -> None:
    await go(answer, (120, 40), 9, 10)


@pytest.mark.soak
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_nothing_is_left_of_any_chapter_before(answer: Answer, size: tuple[int, int]) -> None:
    await go(answer, size, *walk())
