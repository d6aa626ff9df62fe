"""What is typed is sent if it may be so; if not, the field says why."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest
from textual.app import App
from textual.pilot import Pilot

from engine.protocol import CommandRefused, Configure, SettingsChanged, Value
from tests.tui.bench import SETTINGS, Bench, snapshot
from tests.tui.fake import until
from tui.state.intents import StepsChosen
from tui.training.settings import KNOBS
from tui.widgets.fields import SettingInput, SettingSelect
from tui.widgets.lines import Lines

SIZE = (48, 28)


@asynccontextmanager
async def with_fields() -> AsyncIterator[Pilot[None]]:
    """Open the pane; its fields come after the first frame."""
    async with Bench().run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pilot.app.query("#field-device"))
        await pilot.pause()
        yield pilot


def number(app: Bench, name: str) -> SettingInput:
    """A field that is typed into."""
    return app.query_one(f"#field-{name}", SettingInput)


def choice(app: Bench, name: str) -> SettingSelect:
    """A field that is chosen from."""
    return app.query_one(f"#field-{name}", SettingSelect)


def focused(app: App[None]) -> str | None:
    """The name of what has the focus."""
    return app.focused.id if app.focused else None


def said(app: Bench) -> str:
    """What stands below the fields."""
    return " ".join(app.query_one("#complaint", Lines).text.split())


async def type_into(pilot: Pilot[None], name: str, *keys: str) -> None:
    app = pilot.app
    assert isinstance(app, Bench)
    app.take(snapshot())
    number(app, name).focus()
    await pilot.pause()
    await pilot.press(*keys)
    await pilot.pause()


async def test_a_click_into_a_field_chooses_its_value_and_a_second_one_a_place_in_it() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        app.take(snapshot())
        field = number(app, "learning_rate")
        await pilot.click(field, offset=(4, 0))
        await pilot.press("7")
        assert field.value == "7"
        await pilot.click(field, offset=(4, 0))
        await pilot.press("5")
        assert field.value == "75"


SENT: list[tuple[str, str, Value, str]] = [
    ("learning_rate", "10", 10.0, "10"),
    ("learning_rate", "2e1", 20.0, "20"),
    ("learning_rate", " .5 ", 0.5, "0.5"),
    ("learning_rate", "0.123456789", 0.123456789, "0.123456789"),
    ("regularization", "0", 0.0, "0"),
    ("speed", "max", math.inf, "max"),
    ("speed", "0.5", 0.5, "0.5"),
    ("steps", "1000", 1000, "1000"),
    ("seed", "-7", -7, "-7"),
    ("seed", "007", 7, "7"),
]
"""Setting, what is typed, what is sent, and what the field shows then."""


@pytest.mark.slow
async def test_what_may_be_so_is_sent_on_enter() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        for name, typed, value, shown in SENT:
            await type_into(pilot, name, *typed, "enter")
            assert app.given.pop() == (name, value)
            assert number(app, name).value == shown
            assert not number(app, name).has_class("-wrong")
        assert app.given == []


@pytest.mark.slow
async def test_what_is_in_force_already_is_not_sent() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        await type_into(pilot, "learning_rate", *"5e1", "enter")
        assert app.given == []
        assert number(app, "learning_rate").value == "50"


WRONG = [
    ("learning_rate", "abc", "learning rate must be a finite number above 0, not “abc”."),
    ("learning_rate", "0", "learning rate must be a finite number above 0, not 0.0."),
    ("learning_rate", "inf", "learning rate must be a finite number above 0, not inf."),
    ("learning_rate", "[/b]", "learning rate must be a finite number above 0, not “[/b]”."),
    ("regularization", "-1", "regularization must be a finite number, 0 or more, not -1.0."),
    ("speed", "fast", "speed must be steps a second above 0, or max, not “fast”."),
    ("steps", "1.5", "number of steps must be a whole number from 0 to 10¹², not “1.5”."),
    ("seed", "x", "seed must be a whole number from −2⁶³ to 2⁶⁴ − 1, not “x”."),
]
"""Setting, what is typed, and the complaint."""


@pytest.mark.slow
async def test_what_may_not_be_so_is_marked_and_never_sent() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        app.take(snapshot())
        for name, typed, reason in WRONG:
            before = number(app, name).value
            await type_into(pilot, name, *typed, "enter")
            assert number(app, name).has_class("-wrong")
            assert said(app) == reason
            assert str(number(app, name).tooltip) == reason

            await pilot.press("tab")
            await pilot.pause()
            assert not number(app, name).has_class("-wrong")
            assert number(app, name).value == before
        assert app.given == []
        assert app.called == []


async def test_leaving_with_tab_sends_and_with_escape_takes_back() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        await type_into(pilot, "learning_rate", "7", "escape")
        assert app.given == []
        assert number(app, "learning_rate").value == "50"
        assert focused(app) == "training"
        await type_into(pilot, "learning_rate", "7", "tab")
        assert app.given == [("learning_rate", 7.0)]
        assert focused(app) == "field-regularization"


async def test_after_enter_letters_are_keys_again_unless_what_was_typed_may_not_be() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        await type_into(pilot, "learning_rate", *"7x", "enter", "u")
        assert (app.given, app.called) == ([], [])
        assert (focused(app), number(app, "learning_rate").value) == ("field-learning_rate", "7xu")
        await pilot.press("backspace", "backspace", "enter", "u", "u")
        assert (app.given, app.called) == ([("learning_rate", 7.0)], ["undo", "undo"])
        assert (focused(app), number(app, "learning_rate").value) == ("training", "7")


@pytest.mark.slow
async def test_tab_goes_through_the_fields_as_they_are_read() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        app.set_focus(app.query_one("#training"))
        seen = []
        for _ in KNOBS:
            await pilot.press("tab")
            seen.append(focused(app))
        assert seen == [f"field-{name}" for name in KNOBS]


@pytest.mark.slow
async def test_every_field_explains_itself() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        for name, knob in KNOBS.items():
            app.query_one(f"#field-{name}").focus()
            await pilot.pause()
            assert said(app) == knob.explanation
            assert str(app.query_one(f"#field-{name}").tooltip) == knob.explanation


async def test_the_arrow_keys_send_round_values() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        await type_into(pilot, "learning_rate", "up", "up", "down")
        assert app.given == [("learning_rate", value) for value in (100.0, 200.0, 100.0)]


async def test_keys_are_text_in_a_field_and_commands_outside() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        await type_into(pilot, "learning_rate", *"rng1")
        assert app.called == []
        await pilot.press("escape", *"rng1")
        assert app.called == ["reset", "step", "generate", "pane_1"]


async def test_keys_are_commands_while_a_choice_has_the_focus() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        choice(app, "gradient").focus()
        await pilot.pause()
        await pilot.press("space", "r", "3", "plus")
        assert app.called == ["train", "reset", "pane_3", "faster"]
        assert not choice(app, "gradient").expanded


@pytest.mark.slow
async def test_a_choice_opens_on_enter_and_closes_on_escape() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        choice(app, "gradient").focus()
        await pilot.pause()
        await pilot.press("enter", "down", "escape")
        await pilot.pause()
        assert app.given == []
        assert focused(app) == "field-gradient"
        await pilot.press("enter", "down")
        assert choice(app, "gradient").expanded
        await pilot.press("enter")
        await pilot.pause()
        assert app.given == [("gradient", "gather")]
        await pilot.press("escape")
        assert focused(app) == "training"


async def test_the_arrow_keys_change_a_choice() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        choice(app, "init").focus()
        await pilot.pause()
        await pilot.press("down", "down", "up")
        await pilot.pause()
        assert app.given == [("init", "zeros"), ("init", "randn")]


async def test_a_value_on_its_way_stays_until_there_is_an_answer() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        await type_into(pilot, "learning_rate", "7", "tab")
        app.take(snapshot(190))
        assert number(app, "learning_rate").value == "7"
        app.take(SettingsChanged(replace(SETTINGS, learning_rate=7.0), 1, 191), snapshot(191))
        await pilot.pause()
        assert number(app, "learning_rate").value == "7"


def has_value(field: SettingSelect, value: str) -> bool:
    """Whether a field shows a value."""
    return field.value == value


async def test_a_choice_that_was_given_elsewhere_is_shown_though_it_is_not_offered() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        for device in ("cuda:1", "cpu"):
            app.take(SettingsChanged(replace(SETTINGS, device=device), 1, 191), snapshot(191))
            shown = choice(app, "device")
            await until(pilot, partial(has_value, shown, device))
        assert app.given == []


@pytest.mark.parametrize(("name", "value"), [("gradient", "onehot"), ("device", "cuda")])
async def test_a_refused_choice_goes_back_and_says_why(name: str, value: str) -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        app.take(snapshot())
        before = choice(app, name).value
        choice(app, name).focus()
        choice(app, name).value = value
        await until(pilot, lambda: app.given)
        assert app.given == [(name, value)]
        refused = Configure(**{name: value})  # type: ignore[arg-type]
        app.take(CommandRefused(refused, "A step would need 2.4 GB."), snapshot(185))
        await pilot.pause()
        assert choice(app, name).value == before
        assert said(app) == "A step would need 2.4 GB."
        assert app.given == [(name, value)]


async def test_the_fields_follow_the_settings_in_force() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        changed = replace(SETTINGS, speed=math.inf, seed=5, init="zeros", gradient="gather")
        app.take(SettingsChanged(changed, 1, 0), StepsChosen(1000))
        await pilot.pause()
        shown = [number(app, name).value for name in ("speed", "seed", "steps")]
        shown += [str(choice(app, name).value) for name in ("init", "gradient")]
        assert shown == ["max", "5", "1000", "zeros", "gather"]
        assert app.given == []


async def test_what_is_being_typed_is_not_overwritten() -> None:
    async with with_fields() as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        await type_into(pilot, "speed", "1")
        app.take(SettingsChanged(replace(SETTINGS, speed=5.0), 1, 200))
        assert number(app, "speed").value == "1"
        await pilot.press("escape")
        assert number(app, "speed").value == "5"
