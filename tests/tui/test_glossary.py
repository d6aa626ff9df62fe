"""The glossary has every word on the panes that a newcomer would ask about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from engine.lab import chapters
from engine.protocol import PartSize, Settings, Snapshot, WordsParted
from tests.tui.bench import REPORT
from tests.tui.fake import FakeEngine, is_at, laboratory, until
from tui.dataset.facts import facts
from tui.dataset.words import WordList
from tui.heatmap.inspector import Figures, inspect
from tui.sampling import tallies
from tui.sampling.pane import KNOBS as DRAWING
from tui.screens.help import HelpScreen
from tui.state import State
from tui.state.views import VIEWS
from tui.text import glossary
from tui.text.glossary import BY_NAME, WORDS, at, named, on
from tui.text.rows import Row
from tui.training.readings import choices, readings
from tui.training.settings import KNOBS
from tui.widgets.lines import Lines
from tui.wording import status

PLAIN = {"running", "of", "run", "last", "1", "rows", "in"}
"""Words that nobody need explain."""

RUNNING = State(
    report=REPORT,
    is_ready=True,
    progress="",
    snapshot=Snapshot(
        state="running", run=1, step=7, data_loss=2.6, loss=2.7, gap=0.2, dev_loss=2.6,
        settings=replace(Settings(), split="lecture"), is_saved=False,
    ),
)  # fmt: skip

PARTED = WordsParted("lecture", sizes=(PartSize("train", 9, 0), PartSize("dev", 3, 1)))


def test_each_word_is_a_sentence_and_its_chapter_is_there() -> None:
    names = {chapter.name for chapter in chapters()} | {""}
    for word in WORDS:
        assert word.sentence.endswith(".")
        assert word.sentence.count(". ") == 0
        assert word.chapter in names
        assert all(BY_NAME[name] is word for name in (word.name, *word.also)), word.name


def rows_of_panes() -> Iterator[Row]:
    """What stands on the panes."""
    yield from readings(RUNNING, 60)
    yield choices(RUNNING, 60)
    yield from facts(REPORT, (".", "a"), PARTED, 30)
    yield from inspect(Figures(".a", 4, 0.1, 0.2, 0.01, 0.2), 100)
    yield from inspect(Figures(".a", 4, 0.1), 100)
    yield tallies._line("", tallies.HEADS, "dim", 80)
    yield from ((tallies._line(name, (), "dim", 80)) for name in ("drawn", "expected", "± chance"))
    yield (("from counts", "counts"), ("  len  NLL", "dim"))
    yield WordList().heads(60)
    yield status(RUNNING, 200)
    yield from (((knob.label, "dim"),) for knob in (*KNOBS.values(), *DRAWING.values()))
    yield from (((knob.long_label, "dim"),) for knob in KNOBS.values())
    yield from (((view.title, "dim"),) for view in VIEWS.values())


def test_each_label_of_the_panes_is_explained_or_plain() -> None:
    unknown = set[str]()
    for row in rows_of_panes():
        for run in filter(glossary._is_label, row):
            for match in re.finditer(r"\S*[^\W\d_]\S*", run[0]):
                known = glossary._within(run[0], match.start())
                if known is None and match[0].strip("·,:") not in PLAIN:
                    unknown.add(f"{match[0]} in {run[0]!r}")
    assert unknown == set()


def test_a_label_is_found_by_the_column_it_stands_in() -> None:
    row: Row = ((" log P ", "dim"), ("−1.98", "counts"), ("  p ", "dim"), ("p", "plain"))
    found = [at(row, column) for column in range(17)]
    assert found[1:6] == [BY_NAME["log P"]] * 5
    assert found[14] is BY_NAME["p"]
    assert found[16] is None, "a letter of a bar is no label"
    assert [word.name for word in on([row])].count("log P") == 2


def test_capitals_tell_words_apart_but_not_at_the_beginning_of_a_line() -> None:
    assert named("P") is not named("p")
    assert named(" Loss ") is named("loss")
    assert named("emma") is None


async def test_a_word_is_explained_where_the_mouse_rests_and_by_its_key(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (120, 40)) as (app, pilot):
        figures = app.main.query_one("#figures", Lines)
        row = next(y for y, text in enumerate(figures.text.splitlines()) if text.startswith("gap"))
        await pilot.hover(figures, offset=(1, row))
        await until(pilot, lambda: "loss − floor" in str(figures.tooltip))
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        page = app.screen.query_one("#help-keys", Lines)
        await until(pilot, lambda: page.text.startswith("gap\n  gap"))
        await pilot.press("f1", "escape")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.hover(figures, offset=(12, row))
        await until(pilot, lambda: figures.tooltip is None)


@pytest.mark.slow
async def test_of_a_field_in_use_the_key_explains_the_label_else_what_is_in_sight(
    tmp_path: Path,
) -> None:
    async with laboratory(FakeEngine(), tmp_path, (120, 40)) as (app, pilot):
        await until(pilot, lambda: app.main.query("#field-learning_rate"))
        app.main.set_focus(app.main.query_one("#field-learning_rate"))
        for begins in ("learning rate\n  learning rate", "Words in sight\n  bigram"):
            await pilot.press("f1")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            page = app.screen.query_one("#help-keys", Lines)
            await until(pilot, partial(is_at, page, begins))
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.main)
            await pilot.press("escape", "1")
