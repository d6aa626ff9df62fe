"""Branching: from the step on the screen, with other settings, by keys and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Select

from engine.protocol import Branch, Configure, RunStarted
from tests.tui.bench import change
from tests.tui.fake import FakeEngine, laboratory, notices, until
from tui.app import Laboratory
from tui.runs.branch import BranchScreen
from tui.widgets.fields import SettingInput, SettingSelect


def field(app: Laboratory, name: str) -> SettingInput | SettingSelect:
    """The field of a setting."""
    found = app.screen.query_one(f"#field-{name}")
    assert isinstance(found, SettingInput | SettingSelect)
    return found


async def test_enter_branches_with_what_was_changed_and_nothing_else(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        then = change(100, learning_rate=5.0)
        engine.show(run=1, step=137, newest=900, is_looking=True, then=then)
        await until(pilot, lambda: app.state.snapshot.is_looking)
        await pilot.press("B")
        await until(pilot, lambda: isinstance(app.screen, BranchScreen))
        await until(pilot, lambda: app.focused is field(app, "learning_rate"))
        assert field(app, "learning_rate").value == "5"
        assert app.screen.query_one("#branch").border_title == "Branch from step 137"
        await pilot.press("7", "enter")
        await until(pilot, lambda: engine.has_sent(Branch(Configure(learning_rate=7.0))))
        assert app.screen is app.main
        assert not engine.sent_of(Configure)
        engine.say(RunStarted(2, 137, "branch"))
        await until(pilot, lambda: any("from step 137" in told for told in notices(app)))


@pytest.mark.slow
async def test_what_may_not_be_is_said_and_nothing_is_branched(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        await pilot.press("B")
        await until(pilot, lambda: isinstance(app.screen, BranchScreen))
        await until(pilot, lambda: app.focused is field(app, "learning_rate"))
        await pilot.press("x", "enter")
        complaint = app.screen.query_one("#branch-complaint")
        await until(pilot, lambda: "learning rate" in complaint.text)  # type: ignore[attr-defined]
        assert isinstance(app.screen, BranchScreen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        assert not engine.sent_of(Branch)


@pytest.mark.slow
async def test_a_choice_that_lies_open_takes_enter_for_itself(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path, (160, 50)) as (app, pilot):
        await pilot.press("B")
        await until(pilot, lambda: isinstance(app.screen, BranchScreen))
        await until(pilot, lambda: app.focused is field(app, "learning_rate"))
        choice = app.screen.query_one("#field-optimizer", Select)
        await pilot.click(choice)
        await until(pilot, lambda: choice.expanded)
        await pilot.press("end", "enter")
        await until(pilot, lambda: not choice.expanded and choice.value == "newton")
        assert not engine.sent_of(Branch)
        await pilot.press("enter")
        await until(pilot, lambda: engine.has_sent(Branch(Configure(optimizer="newton"))))
