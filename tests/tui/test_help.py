"""The help begins where one is, and is filtered."""

from __future__ import annotations

import gc
import weakref
from functools import partial
from pathlib import Path

import pytest
from textual import events
from textual.widget import Widget
from textual.widgets import Input

from tests.tui.fake import FakeEngine, is_at, laboratory, until
from tui.app import Laboratory
from tui.command import Command, named
from tui.commands import BY_ID
from tui.lab.screen import LabScreen
from tui.screens import keybar
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


SECTIONS = all_of_it({}, chapter_of)
"""Of the usual keys."""


def found(query: str) -> str:
    """What the help leaves where that is typed."""
    rows = [row for section in SECTIONS for row in section.rows(query, 70)]
    return "\n".join("".join(run[0] for run in row).strip() for row in rows)


@pytest.mark.parametrize(
    "command", [c for c in BY_ID.values() if c.keys or not c.action], ids=lambda c: c.id
)
def test_a_command_is_found_by_each_of_its_names(command: Command) -> None:
    bar = keybar.TOGETHER.get(command.id, ("", command.label))[1]
    title = f"{command.group}: {command.label}"
    for name in (command.label, command.id, title, bar, command.help):
        told = " ".join(found(name).split())
        assert command.help.split(";")[0] in told, name
        assert name not in (command.label, bar) or name.lower() in told.lower() or name == bar


def test_a_name_that_is_in_no_line_is_written_before_what_it_was_found_for() -> None:
    assert "u      undo: Take the latest move" in found("undo")
    assert "undo:" not in found("latest move")
    assert "NLL" in found("nll")
    assert "table of counts" in found("table cells"), "by whatever else a word stands for"


async def test_of_what_is_typed_at_once_into_what_a_key_opens_no_letter_is_lost(
    tmp_path: Path,
) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        for key, field in (("p", "CommandInput"), ("?", "#help-filter"), ("/", "#filter")):
            for letter in (key, *"smoothing"):
                # Not each when the one before has been seen to.
                app.post_message(events.Key(named(letter), letter))
            await until(pilot, partial(is_typed, app, field, "smoothing"))
            await pilot.press("escape", "escape")
            await until(pilot, lambda: app.screen is app.main)


def is_typed(app: Laboratory, field: str, text: str) -> bool:
    """Whether that stands in a field of the screen in front."""
    return [each.value for each in app.screen.query(field).results(Input)] == [text]


@pytest.mark.slow
async def test_escape_does_what_the_frame_says_and_a_chapter_opens_by_a_click(
    tmp_path: Path,
) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        await pilot.press("question_mark", *"entropy")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        box, page = app.screen.query_one("#help"), app.screen.query_one("#help-keys", Lines)
        await until(pilot, lambda: page.text.startswith("Words\n  floor"))
        assert str(box.border_subtitle).endswith("esc clears the search")
        await pilot.press("enter", "escape")
        await until(pilot, lambda: page.text.startswith("Heatmap"))
        assert str(box.border_subtitle).endswith("esc closes")
        await pilot.press("pagedown")
        await until(pilot, lambda: app.screen.query_one("#help-page").scroll_y > 0)
        await pilot.press(*"entropy")
        await until(pilot, lambda: page.text.startswith("Words\n  floor"))
        line = next(y for y, row in enumerate(page.text.splitlines()) if "chapter 5" in row)
        column = page.text.splitlines()[line].index("chapter")
        await pilot.click(page, offset=(column + 2, line))
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        assert "Maximum likelihood" in str(app.screen.query_one("#lab-text").border_title)


@pytest.mark.slow
async def test_what_is_a_key_of_the_help_stays_one_until_something_is_typed(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        for key in ("q", "question_mark", "enter", "escape"):
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            await pilot.press(key)
            await until(pilot, lambda: app.screen is app.main)
        await pilot.press("question_mark", *"eq?")
        await until(pilot, partial(is_typed, app, "#help-filter", "eq?"))
        # A click takes the focus from the field, and what is typed then goes there all the same.
        app.screen.set_focus(None)
        await pilot.press("s")
        await until(pilot, partial(is_typed, app, "#help-filter", "eq?s"))


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
