"""The help begins where one is, and is filtered."""

from __future__ import annotations

import gc
import weakref
from functools import partial
from pathlib import Path

import pytest
from textual.widget import Widget

from tests.tui.fake import FakeEngine, is_at, laboratory, until
from tui.commands import BY_ID
from tui.lab.screen import LabScreen
from tui.screens.explaining import OF_PANES, all_of_it, of_commands
from tui.screens.help import HelpScreen, chapter_of
from tui.state.panes import PANES
from tui.text.glossary import WORDS
from tui.text.rows import width_of
from tui.widgets.lines import Lines


@pytest.mark.parametrize("pane", PANES)
def test_the_keys_of_the_pane_come_first_and_none_comes_twice(pane: str) -> None:
    sections = all_of_it({}, chapter_of, pane)
    first = sections[: len(OF_PANES[pane])]
    ids = {name for name, c in BY_ID.items() if c.group in OF_PANES[pane]}
    runs = [entry.run for section in first for entry in section.entries]
    assert {f"screen.run('{name}')" for name in ids} == {*runs} - {""}
    titles = [section.title for section in sections]
    assert len(titles) == len({*titles})


@pytest.mark.parametrize("width", [40, 70, 100])
def test_nothing_is_cut_and_nothing_too_long(width: int) -> None:
    rows = [row for section in all_of_it({}, chapter_of) for row in section.rows("", width)]
    assert max(map(width_of, rows)) <= width
    text = " ".join(run[0] for row in rows for run in row).split()
    for told in (
        *(c.help for c in BY_ID.values() if c.keys or not c.action),
        *(word.sentence for word in WORDS),
    ):
        assert told.split()[-1] in text


def test_the_filter_leaves_what_holds_all_of_it_and_its_headings() -> None:
    sections = all_of_it({}, chapter_of)
    rows = [row for section in sections for row in section.rows("Entropy next", 70)]
    texts = ["".join(run[0] for run in row).strip() for row in rows]
    assert texts[0] == "Words"
    assert texts[1].startswith("floor")
    assert not any(text.startswith("space") for text in texts)


async def test_it_is_filtered_as_one_types_and_a_chapter_opens_by_a_click(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        page = app.screen.query_one("#help-keys", Lines)
        await until(pilot, lambda: page.text.startswith("Heatmap"))
        await pilot.press("slash", *"entropy")
        await until(pilot, lambda: page.text.startswith("Words\n  floor"))
        await pilot.press("escape")
        await until(pilot, lambda: page.text.startswith("Heatmap"))
        # Without the key for it, too; a letter that closes the help goes on closing it.
        await pilot.press(*"entropy", "enter")
        line = next(y for y, row in enumerate(page.text.splitlines()) if "chapter 5" in row)
        column = page.text.splitlines()[line].index("chapter")
        await pilot.click(page, offset=(column + 2, line))
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        assert "Maximum likelihood" in str(app.screen.query_one("#lab-text").border_title)


@pytest.mark.slow
async def test_over_a_dialog_and_the_lab_it_begins_with_their_keys(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        of_the_lab = of_commands({}, "lab").title
        for key, begins in (("K", "The ladder: every counting model"), ("L", of_the_lab)):
            await pilot.press(key, "question_mark")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            page = app.screen.query_one("#help-keys", Lines)
            await until(pilot, partial(is_at, page, begins))
            await pilot.press("escape", "escape")
            await until(pilot, lambda: app.screen is app.main)


async def test_screens_that_were_closed_leave_nothing_of_what_they_drew(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        drawn: list[list[weakref.ref[object]]] = []
        for _ in range(4):
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            widgets = app.screen.walk_children(Widget)
            drawn.append([weakref.ref(each._styles_cache) for each in widgets])
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.main)
        gc.collect()
        # Of the last one something may still be on its way.
        assert drawn[0]
        assert [each() for each in drawn[0]] == [None] * len(drawn[0])
