"""Longer contexts on the screen, with a real engine: counted, gone into, left, and typed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from textual.command import CommandList

from engine import Session, Worker
from engine.protocol import (
    NETWORKS,
    SPLITS,
    CommandRefused,
    Compare,
    LossOnTest,
    Ngrams,
    OpenTest,
    Optimizer,
    Rank,
    Sample,
    Settings,
    SettingsChanged,
    Snapshot,
    TakeApart,
    TrainingPaused,
)
from tests import PATIENCE
from tests.tui.fake import FakeEngine, laboratory, notices, until
from tui import wording
from tui.app import Laboratory
from tui.commands import BY_ID
from tui.options import Options
from tui.palette import NETWORK_HELP, OPTIMIZER_HELP, SPLIT_HELP, ContextProvider
from tui.plot import door as plots
from tui.state import State
from tui.training.readings import notes
from tui.widgets.lines import Lines

WORDS = ("emma", "ema", "mam", "emmet", "tem") * 20


def test_every_split_network_and_optimizer_can_be_picked() -> None:
    assert tuple(SPLIT_HELP) == SPLITS
    assert tuple(NETWORK_HELP) == NETWORKS
    assert tuple(OPTIMIZER_HELP) == get_args(Optimizer)


async def test_a_context_may_be_typed_once_longer_ones_are_asked_for() -> None:
    engine = FakeEngine()
    async with laboratory(engine) as (app, pilot):
        engine.be_ready()
        await until(pilot, lambda: app.state.is_ready)
        await pilot.press("number_sign")
        assert "Contexts are single symbols" in notices(app)[-1]
        await pilot.press("right_parenthesis", "number_sign")
        await until(pilot, lambda: app.screen is not app.main)
        assert app.state.snapshot.settings.order == 2
        offered = [str(hit.text) async for hit in ContextProvider(app.screen).discover()]
        assert "up to 2 symbols" in offered[0]


@pytest.mark.slow
async def test_contexts_are_gone_into_and_left_by_keys(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("\n".join(WORDS))
    plots.warm_up()
    worker = Worker(Session())
    app = Laboratory(worker, Options(data=str(tmp_path / "words.txt")))
    async with app.run_test(size=(160, 50)) as pilot:

        def spelled() -> str:
            return "".join(app.state.symbols[i] for i in (*app.state.before, app.state.row))

        def title() -> str:
            return str(app.main.heatmap.border_title)

        await until(pilot, lambda: app.state.is_ready and app.main.is_up.is_set())
        await until(pilot, lambda: app.state.names)
        await pilot.press("2", "right_parenthesis")
        await until(pilot, lambda: app.state.snapshot.settings.order == 3)
        await until(pilot, lambda: title().endswith("rows after any"))
        # The names there were came from bigrams; those of three symbols take their place.
        await until(pilot, lambda: app.state.drawn and app.state.drawn.ngrams.order == 3)
        await pilot.press("enter")
        assert (app.state.before, app.state.row) == ((0,), 1)
        await until(pilot, lambda: title().endswith("rows after ."))
        await pilot.press("backspace")
        assert (app.state.before, app.state.row) == ((), 0)
        await pilot.press("number_sign", "e", "m")
        await until(pilot, lambda: app.screen is not app.main)
        await pilot.press("enter")
        await until(pilot, lambda: spelled() == "em")
        await pilot.press("enter")
        # All of the n-gram is there: the words that hold it are listed.
        assert app.main.query_one("#filter").value.startswith("em")  # type: ignore[attr-defined]
        await pilot.press("2", "left_parenthesis")
        await until(pilot, lambda: app.state.snapshot.settings.order == 2)
        assert app.state.before == ()
        assert title() == "2 Heatmap · N · counts"
        assert worker.close(PATIENCE)


@pytest.mark.slow
async def test_one_hots_side_by_side_are_picked_trained_seen_and_left(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("\n".join(WORDS))
    plots.warm_up()
    worker = Worker(Session())
    app = Laboratory(worker, Options(data=str(tmp_path / "words.txt")))
    async with app.run_test(size=(160, 50)) as pilot:

        def shown(settings: Settings) -> bool:
            return app.state.snapshot.settings.objective == settings.objective

        await until(pilot, lambda: app.state.is_ready and app.main.is_up.is_set())
        await pilot.press("2", "right_parenthesis")
        await until(pilot, lambda: shown(Settings(order=3, dots=2)))
        floor = app.state.floor
        await pilot.press("M", *"onehots")
        await until(pilot, lambda: app.screen is not app.main)
        palette = app.screen.query_one(CommandList)
        await until(pilot, lambda: palette.option_count)
        first = str(palette.get_option_at_index(0).prompt)
        assert "Model: onehots" in first
        assert "W of (10, 5), one-hots side by side" in first
        await pilot.press("enter")
        await until(pilot, lambda: shown(Settings(order=3, dots=2, network="onehots")))
        status = "".join(run[0] for run in wording.status(app.state, 160))
        assert "· onehots, order 3 ·" in status
        assert app.state.floor > floor
        await pilot.press("space")
        await until(pilot, lambda: app.state.snapshot.step > 20)
        await pilot.press("space", "g")
        await until(pilot, lambda: app.state.drawn and app.state.drawn.model == "neural")
        assert app.state.snapshot.window is not None
        assert app.state.snapshot.window.matrix == "network_probabilities"
        inspector = app.main.query_one("#inspector", Lines)
        await until(pilot, lambda: "of gap –" in inspector.text)
        await pilot.press("left_parenthesis")
        await until(pilot, lambda: shown(Settings()))
        assert "onehots" not in "".join(run[0] for run in wording.status(app.state, 160))
        assert worker.close(PATIENCE)


async def test_test_is_opened_by_pressing_twice_and_it_is_said_how_often_dev_was_looked_at(
    tmp_path: Path,
) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        await pilot.press("T")
        assert notices(app)[-1].startswith("There is no test here; M picks a split")
        engine.show(has_test=True, dev_loss=2.5, step=7, settings=Settings(split="hash"))
        await until(pilot, lambda: app.state.snapshot.has_test)
        engine.say(TrainingPaused(1, 7, "finished"))
        await until(pilot, lambda: app.state.replies.climbs.looks)
        await pilot.press("T")
        assert "dev was looked at once before" in notices(app)[-1]
        assert not engine.has_sent(OpenTest())
        await pilot.press("T")
        assert engine.has_sent(OpenTest())
        assert not app.hush(), "what asked for it is gone"
        engine.say(LossOnTest(1, 7, 2.6))
        await until(pilot, lambda: app.state.opened)
        assert "test 2.6000 at step 7, opened" in str(notes(app.state, 60))
        await pilot.press("T")
        assert "a second look would be one too many" in notices(app)[-1]


async def test_what_was_asked_of_a_model_that_was_left_is_not_refused_aloud(
    tmp_path: Path,
) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        engine.say(SettingsChanged(Settings(order=3, dots=2), 2, 0))
        await until(pilot, lambda: app.state.sample.ngrams.order == 3)
        for late in (Rank(), Sample(), Compare(), TakeApart("emma")):
            engine.say(CommandRefused(late, "Too late."))
        engine.say(CommandRefused(TakeApart("emma", ngrams=Ngrams(3, 2)), "No."))
        await until(pilot, lambda: notices(app))
        assert notices(app) == ["No."]


def test_a_view_of_whole_contexts_cannot_be_left_upwards() -> None:
    up = BY_ID["shallower"]
    snapshot = Snapshot(settings=Settings(order=3))
    state = State(symbols=(".", "a"), snapshot=snapshot, before=(1,))
    assert up.why_not(state) == ""
    assert "whole contexts only" in up.why_not(replace(state, view="logits"))
    assert "all contexts" in up.why_not(replace(state, before=()))
    assert "single symbols here; press )" in up.why_not(State())
