"""What changed is drawn and written from its start to its end, and the terminal shows the same."""

from __future__ import annotations

import pyte
import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Region, Size
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.compositor import LeanCompositor, LeanUpdate

RED, BLUE = Style(bgcolor="#ff0000"), Style(bgcolor="#0000ff")

CONSOLE = Console(color_system="truecolor", force_terminal=True)

SIZE = (24, 6)


class Board(Widget):
    """Lines of a text, of which each can be changed; it says which ones it was asked to draw."""

    def __init__(self, id: str, text: str, width: int, height: int, at: tuple[int, int]) -> None:
        super().__init__(id=id)
        self.text, self.drawn = text, list[int]()
        self.styles.position = "absolute"
        self.styles.width, self.styles.height, self.styles.offset = width, height, at

    def render_line(self, y: int) -> Strip:
        """One line; the symbols have two looks in turn."""
        self.drawn.append(y)
        looks = [Segment(s, (RED, BLUE)[i % 2]) for i, s in enumerate(self.text)]
        return Strip(looks).adjust_cell_length(self.size.width, RED)


class BoardScreen(Screen[None]):
    """Boards of which some cover others."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LeanCompositor()

    def compose(self) -> ComposeResult:
        """One at the left, one at the right, one in front of both, and one to scroll."""
        yield Board("left", "ab日本efghij", 12, 4, (0, 0))
        yield Board("right", "klmnopqrstuv", 12, 4, (12, 0))
        yield Board("front", "#######", 6, 2, (9, 1))
        with VerticalScroll(id="scroll"):
            yield Tall()


class Tall(Widget):
    """Ten lines of their numbers."""

    def render_line(self, y: int) -> Strip:
        """The number of the line."""
        return Strip([Segment(f"line {y}")]).adjust_cell_length(self.size.width)


class Boards(App[None]):
    """The screen above, and what a terminal would show of it."""

    CSS = """
    BoardScreen { layers: back front; }
    #front { layer: front; }
    #scroll { height: 2; dock: bottom; }
    Tall { height: 10; }
    Pane { background: black 0%; }
    """

    def get_default_screen(self) -> Screen[None]:
        """The boards."""
        return BoardScreen()

    def board(self, name: str) -> Board:
        """One of them."""
        return self.screen.query_one(f"#{name}", Board)

    def update(self, *regions: Region) -> str:
        """What is written when these regions of the screen have changed."""
        self.screen._compositor._dirty_regions.update(regions)
        update = self.screen._compositor.render_partial_update()
        return "" if update is None else update.render_segments(CONSOLE)

    def whole(self) -> list[str]:
        """The screen as Textual itself draws it."""
        return ["".join(s.text for s in strip) for strip in self.screen._compositor.render_strips()]


def shown_by(written: str, columns: int = SIZE[0], rows: int = SIZE[1]) -> list[str]:
    """What a terminal shows; a wide symbol stands for both of its places."""
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(written)
    return list(screen.display)


async def test_a_screen_that_changed_everywhere_is_the_one_textual_draws() -> None:
    app = Boards()
    async with app.run_test(size=SIZE) as pilot:
        app.screen.query_one("#scroll").scroll_to(y=3, animate=False, immediate=True)
        await pilot.pause()
        wanted = app.whole()
        assert any("#" in line for line in wanted)
        assert "line 3" in "".join(wanted)
        everywhere = [Region(0, y, SIZE[0], 1) for y in range(SIZE[1])]
        assert [line.rstrip() for line in shown_by(app.update(*everywhere))] == [
            line.rstrip() for line in wanted
        ]


@pytest.mark.parametrize(
    "region",
    [
        Region(2, 0, 2, 1),
        Region(10, 0, 4, 1),
        Region(0, 1, 24, 2),
        Region(8, 1, 2, 1),
        Region(14, 2, 3, 1),
        Region(0, 4, 24, 2),
        Region(20, 5, 40, 9),
        Region(-3, -2, 6, 4),
    ],
)
async def test_of_what_changed_the_terminal_shows_what_textual_draws(region: Region) -> None:
    app = Boards()
    async with app.run_test(size=SIZE):
        inside = region.intersection(Size(*SIZE).region)
        wanted = [Strip([Segment(line)]) for line in app.whole()]
        for y, line in enumerate(shown_by(app.update(region))):
            part = wanted[y].crop(inside.x, inside.right).text if y in inside.line_range else ""
            assert line.strip() == part.strip()


async def test_only_lines_that_are_seen_and_changed_are_drawn() -> None:
    app = Boards()
    async with app.run_test(size=SIZE):
        for board in app.screen.query(Board):
            board.refresh()
        app.screen._compositor._dirty_regions.clear()
        for board in app.screen.query(Board):
            board.drawn.clear()
        app.update(Region(10, 1, 4, 1), Region(0, 3, 2, 1))
        assert app.board("front").drawn == [0]
        assert app.board("left").drawn == [3]
        assert app.board("right").drawn == []


class Pane(ModalScreen[None]):
    """A dialog in the middle, through which one sees the rest of what lies below."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LeanCompositor()

    def compose(self) -> ComposeResult:
        """A small board."""
        yield Board("dialog", "???", 3, 1, (11, 2))


@pytest.mark.parametrize("dialogs", [1, 2])
async def test_under_a_dialog_only_lines_that_changed_are_drawn(dialogs: int) -> None:
    app = Boards()
    async with app.run_test(size=SIZE) as pilot:
        main = app.screen
        below = [line.rstrip() for line in app.whole()]
        for _ in range(dialogs):
            await app.push_screen(Pane())
        await pilot.pause()
        everywhere = app.update(Region(0, 0, *SIZE))
        below[2] = below[2].replace("######", "##???#")
        assert [line.rstrip() for line in shown_by(everywhere)] == below
        boards = list(main.query(Board))
        for board in boards:
            board.refresh()
            board.drawn.clear()
        app.update(Region(0, 3, 4, 1))
        assert {y for board in boards for y in board.drawn} == {3}


async def test_nothing_is_written_where_nothing_changed_or_nothing_is() -> None:
    app = Boards()
    async with app.run_test(size=SIZE):
        app.screen._compositor._dirty_regions.clear()
        assert app.update() == ""
        assert app.update(Region(30, 1, 5, 1)) == ""


def test_stretches_that_touch_are_written_as_one() -> None:
    a, b = Strip([Segment("abc", RED)]), Strip([Segment("日本", BLUE)])
    touching = LeanUpdate([(0, 0, a), (0, 3, b)]).render_segments(CONSOLE)
    apart = LeanUpdate([(0, 0, a), (0, 4, b)]).render_segments(CONSOLE)
    assert shown_by(touching, 9, 1)[0].startswith("abc日本")
    assert shown_by(apart, 9, 1)[0].startswith("abc 日本")
    assert len(touching) < len(apart)


async def test_the_whole_screen_is_the_one_textual_draws_on_a_terminal_and_in_a_picture() -> None:
    app = Boards()
    async with app.run_test(size=SIZE):
        whole = app.screen._compositor.render_update(full=True)
        assert isinstance(whole, LeanUpdate)
        wanted = [line.rstrip() for line in app.whole()]
        assert [line.rstrip() for line in shown_by(whole.render_segments(CONSOLE))] == wanted
        with CONSOLE.capture() as picture:
            CONSOLE.print(whole)
        shown = shown_by(picture.get().replace("\n", "\r\n"), columns=200)
        assert [line.rstrip() for line in shown] == wanted
        assert "<svg" in app.export_screenshot()


async def test_a_cell_far_right_takes_no_more_than_one_far_left() -> None:
    app = Boards()
    async with app.run_test(size=SIZE):
        left, right = app.update(Region(12, 0, 1, 1)), app.update(Region(23, 0, 1, 1))
        assert 0 < len(right) <= len(left) + 1
