"""Several screens at an engine: who steers is said, and only that one changes what all share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from engine.protocol import (
    Branch,
    Configure,
    DataReport,
    EngineLost,
    Load,
    LoadDataset,
    Look,
    Pause,
    Progressed,
    Reset,
    Sample,
    Save,
    ScreenLine,
    Shutdown,
    Snapshot,
    Steer,
    Steering,
    SteeringPassed,
    TakeUp,
    Toggle,
    Train,
    Undo,
    Watch,
)
from engine.protocol import Command as Order
from tests.tui.fake import HOME, FakeEngine, attached, notices, screens, until
from tui.palette import CommandProvider
from tui.screens.keybar import keys
from tui.sharing import why_not_sent
from tui.state import State
from tui.state.engine import Attachment, called
from tui.state.intents import SettingsAsked
from tui.state.reducing import reduce
from tui.widgets.fields import SettingInput
from tui.widgets.lines import Lines
from tui.wording import Notice, notice, status

STEERED_ELSEWHERE = Snapshot(state="ready", screens=screens("ben@desk", steers="ben@desk"))

ATTACHED = State(is_ready=True, progress="", engine=Attachment(HOME))

ALL: tuple[Order, ...] = (
    LoadDataset(), Configure(speed=1.0), Train(1), Pause(), Toggle(), Reset(), Undo(),
    Branch(), TakeUp("3fa"), Save("x"), Load("x"), Shutdown(),
)  # fmt: skip
"""A command of each kind that the screen that steers may give."""


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


def line(screens: tuple[ScreenLine, ...], width: int = 200) -> str:
    """The status line of a screen among these."""
    snapshot = Snapshot(state="running", step=12_345, data_loss=2.4791, screens=screens)
    row = status(replace(ATTACHED, snapshot=snapshot), width)
    return "".join(run[0] for run in row)


# What may be sent


def test_all_commands_of_who_steers_are_looked_at_here() -> None:
    assert {type(order) for order in ALL} == set(get_args(Steering))


@pytest.mark.parametrize("order", ALL, ids=lambda order: type(order).__name__)
def test_what_all_share_is_changed_by_who_steers_alone(order: Order) -> None:
    looking_on = replace(ATTACHED, snapshot=STEERED_ELSEWHERE)
    assert why_not_sent(looking_on, order) == "ben steers; S takes the steering over."
    steering = replace(ATTACHED, snapshot=Snapshot(screens=screens("ben@desk")))
    assert why_not_sent(steering, order) == ""
    assert why_not_sent(State(), order) == ""
    readonly = replace(State(), engine=Attachment(is_readonly=True))
    assert "read-only" in why_not_sent(readonly, order)


@pytest.mark.parametrize("order", [Sample(), Look(3), Watch()])
def test_who_looks_on_may_ask(order: Order) -> None:
    looking_on = replace(ATTACHED, snapshot=STEERED_ELSEWHERE)
    assert why_not_sent(looking_on, order) == ""
    assert why_not_sent(replace(looking_on, engine=Attachment(HOME, is_readonly=True)), order) == ""


def test_the_steering_is_taken_by_any_screen_but_one_that_is_read_only() -> None:
    assert why_not_sent(replace(ATTACHED, snapshot=STEERED_ELSEWHERE), Steer()) == ""
    readonly = replace(ATTACHED, engine=Attachment(HOME, is_readonly=True))
    assert "read-only" in why_not_sent(readonly, Steer())


def test_the_key_that_takes_it_over_is_the_users_own() -> None:
    chosen = replace(ATTACHED, snapshot=STEERED_ELSEWHERE, keys={"steer": "W"})
    assert why_not_sent(chosen, Toggle()) == "ben steers; W takes the steering over."


# On the screen


async def test_a_command_of_who_looks_on_is_answered_at_once_and_not_sent(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with attached(engine, tmp_path) as (app, pilot):
        engine.show(screens=screens("ben@desk", steers="ben@desk"))
        await until(pilot, lambda: app.state.snapshot.is_steered_elsewhere)
        await pilot.press("space", "r", "plus", "f", "s", "B", "Q")
        assert app.screen is app.main
        await until(pilot, lambda: notices(app))
        assert set(notices(app)) == {"ben steers; S takes the steering over."}
        assert {type(order) for order in engine.sent} <= {Watch, Sample}
        await pilot.press("S")
        await until(pilot, lambda: engine.has_sent(Steer()))
        engine.show(screens=screens("ben@desk"))
        await until(pilot, lambda: not app.state.snapshot.is_steered_elsewhere)
        await pilot.press("space")
        await until(pilot, lambda: engine.has_sent(Toggle()))


@pytest.mark.slow
async def test_a_field_of_who_looks_on_goes_back_to_what_is_in_force(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with attached(engine, tmp_path, (160, 50)) as (app, pilot):
        engine.show(screens=screens("ben@desk", steers="ben@desk"))
        await until(pilot, lambda: app.state.snapshot.is_steered_elsewhere)
        field = app.main.query_one("#field-learning_rate", SettingInput)
        before = field.value
        field.focus()
        await pilot.press("ctrl+a", "7", "enter")
        await until(pilot, lambda: any("ben steers" in told for told in notices(app)))
        await until(pilot, lambda: field.value == before)
        assert app.state.asked == ()
        assert not engine.sent_of(Configure)


@pytest.mark.slow
async def test_who_looks_on_scrubs_draws_and_looks_as_ever(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with attached(engine, tmp_path) as (app, pilot):
        engine.show(step=9, newest=9, screens=screens("ben@desk", steers="ben@desk"))
        await until(pilot, lambda: app.state.snapshot.is_steered_elsewhere)
        engine.sent.clear()
        await pilot.press("comma", "g", "v")
        await until(pilot, lambda: engine.sent_of(Look) and engine.sent_of(Sample))
        assert notices(app) == []


@pytest.mark.slow
async def test_taking_the_steering_over_is_offered_to_who_looks_on_alone(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with attached(engine, tmp_path) as (app, pilot):

        async def offered() -> set[str]:
            hits = [hit async for hit in CommandProvider(app.screen).discover()]
            return {str(hit.text) for hit in hits if str(hit.text).startswith("Engine")}

        engine.show(screens=screens("ben@desk", steers="ben@desk"))
        await until(pilot, lambda: app.state.snapshot.is_steered_elsewhere)
        assert await offered() == {"Engine: engine", "Engine: steer"}
        engine.show(screens=screens("ben@desk"))
        await until(pilot, lambda: not app.state.snapshot.is_steered_elsewhere)
        assert await offered() == {"Engine: engine", "Engine: end"}
        await pilot.press("S")
        await until(pilot, lambda: "This screen steers already." in notices(app))
        assert not engine.has_sent(Steer())


def test_keys_that_are_not_for_who_looks_on_are_faint() -> None:
    looking_on = replace(ATTACHED, snapshot=STEERED_ELSEWHERE)
    looks = {run[0]: run[1] for run in keys(looking_on, 200)}
    assert {name for name in ("space", "n", "r", "g", "v", "/") if looks[name] == "dim"} == {
        "space", "n", "r",
    }  # fmt: skip


# Who steers


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (("anna@box pts/3",), "anna"),
        (("anna@box pts/3", "ben@box pts/1"), "anna"),
        (("anna@box pts/3", "anna@sofa pts/1"), "anna@box"),
        (("anna@box pts/3", "anna@box pts/1"), "pts/3"),
        (("anna@box pts/3", "anna@box pts/1", "anna@sofa pts/3"), "anna@box pts/3"),
        (("anna@box pts/3", "anna@box pts/3"), "anna@box pts/3"),
        (("anna", "ben"), "anna"),
        (("@box", "ben"), "@box"),
    ],
)
def test_a_screen_is_called_by_as_little_as_tells_it_from_the_others(
    names: tuple[str, ...], short: str
) -> None:
    lines = [ScreenLine(name, False, False, False) for name in names]
    assert called(lines[0], lines) == short


def test_the_status_line_says_who_steers_where_there_is_more_than_one_screen() -> None:
    assert "steer" not in line(())
    assert "steer" not in line(screens())
    assert " · you steer, 1 looks on · " in line(screens("ben@desk"))


@pytest.mark.parametrize(
    ("machine", "steers", "width", "shown"),
    [
        ("", "", 80, "running, attached · step 12,345 · loss 2.4791 · gap 0.0213 · 51,234 steps/s"),
        ("box", "", 80, "running on box · step 12,345 · loss 2.4791 · gap 0.0213 · 51,234 steps/s"),
        (
            "box", "", 160,
            "running on box · step 12,345 · loss 2.4791 · gap 0.0213 · 51,234 steps/s · "
            "you steer, 2 look on · lecture sampler",
        ),
        (
            "", "ada@desk", 80,
            "running, attached · ada steers · step 12,345 · loss 2.4791 · gap 0.0213",
        ),
        (
            "box", "ada@desk", 160,
            "running on box · ada steers · step 12,345 · loss 2.4791 · gap 0.0213 · "
            "51,234 steps/s · lecture sampler",
        ),
    ],
)  # fmt: skip
def test_the_status_line_has_what_matters_most_where_there_is_little_room(
    machine: str, steers: str, width: int, shown: str
) -> None:
    snapshot = Snapshot(
        state="running", step=12_345, data_loss=2.4791, gap=0.0213, steps_per_second=51_234.0,
        screens=screens("ben@desk", "ada@desk", steers=steers),
    )  # fmt: skip
    engine = Attachment(replace(HOME, machine=machine))
    row = status(replace(ATTACHED, snapshot=snapshot, engine=engine), width)
    assert "".join(run[0] for run in row) == f" {shown}"


@pytest.mark.slow
async def test_the_status_line_leads_to_the_screens(engine: FakeEngine, tmp_path: Path) -> None:
    async with attached(engine, tmp_path) as (app, pilot):
        engine.show(screens=screens("ben@desk", steers="ben@desk"))
        status = app.main.query_one("#status", Lines)
        await until(pilot, lambda: "ben steers" in status.text)
        await pilot.click(status, offset=(status.text.index("ben steers"), 0))
        await until(pilot, lambda: app.screen is not app.main)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (
            SteeringPassed("ben@desk", is_own=False, reason="taken"),
            "ben@desk took the steering; S takes it over.",
        ),
        (
            SteeringPassed("ben@desk", is_own=False, reason="left"),
            "The screen that steered is gone, and ben@desk steers now; S takes it over.",
        ),
        (
            SteeringPassed("anna@sofa", is_own=True, reason="taken"),
            "This screen steers now; what it changes is changed on every screen.",
        ),
        (
            SteeringPassed("anna@sofa", is_own=True, reason="left"),
            "The screen that steered is gone; this one steers now.",
        ),
    ],
)
def test_that_the_steering_passed_is_said_on_every_screen(event: SteeringPassed, told: str) -> None:
    said, said_to_readonly = notice(event), notice(event, is_readonly=True)
    assert isinstance(said, Notice)
    assert said.text == told
    assert isinstance(said_to_readonly, Notice)
    assert said_to_readonly.text == told.replace("; S takes it over", "")


def test_of_a_lost_engine_it_is_not_said_who_steers() -> None:
    lost = EngineLost("Gone.", "", "", 0, is_cut=False)
    state = replace(ATTACHED, snapshot=STEERED_ELSEWHERE, engine=Attachment(HOME, lost))
    assert "steers" not in "".join(run[0] for run in status(state, 200))


def test_who_steers_no_more_waits_for_no_answer_that_another_one_gets() -> None:
    report = DataReport("x", "", 1, 1, 3, 3, 3, 6, 3, 2, 2, 2.0, 0.5)
    waiting = reduce(State(), SettingsAsked(Configure(order=3)))
    waiting = reduce(waiting, Progressed("counting", 1, 4))
    waiting = replace(waiting, report=report, torch_version="2")
    assert reduce(waiting, SteeringPassed("anna", is_own=True, reason="taken")).asked
    passed = reduce(waiting, SteeringPassed("bert", is_own=False, reason="taken"))
    assert (passed.asked, passed.progress) == ((), "")
