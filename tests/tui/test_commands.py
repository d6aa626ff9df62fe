"""The table of commands holds together, and everything that is made from it."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from textual.binding import Binding
from textual.content import Content

from engine import Words
from engine.protocol import (
    AS_FAST_AS_IT_GOES,
    SPEEDS,
    Configure,
    OpenChapter,
    Settings,
    Snapshot,
    Toggle,
    Train,
)
from tests.tui.fake import FakeEngine, is_at, until
from tui import commands
from tui.actions import Actions
from tui.app import Laboratory
from tui.commands import BY_ID, COMMANDS
from tui.heatmap.figure import HeatmapFigure
from tui.keymap import bindings, complaint, keymap
from tui.options import Options
from tui.palette import CommandProvider
from tui.sampling.pane import keys as sampler_keys
from tui.screens.explaining import GROUPS
from tui.screens.help import HelpScreen
from tui.screens.keybar import FIRST, Field, keys
from tui.state import State
from tui.state.film import Film
from tui.state.ladders import SMOOTHINGS
from tui.state.panes import PANES
from tui.widgets.lines import Lines
from tui.widgets.lists import RowList
from tui.widgets.pane import Pane

READY = State(is_ready=True, words=Words.of(["ab"]), symbols=(".", "a", "b"))


def at(**settings: float) -> State:
    """A state with certain settings in force."""
    changed = replace(Settings(), **settings)  # type: ignore[arg-type]
    return replace(READY, snapshot=Snapshot(settings=changed))


def test_without_room_for_a_network_only_what_needs_one_is_refused() -> None:
    state = replace(READY, no_network="Too large.")
    refused = {command.id for command in COMMANDS if command.why_not(state) == "Too large."}
    trains = {"train", "step", "steps", "reset", "undo", "branch", "save", "open"}
    assert refused == {*trains, "both", "longer", "shorter", "model"}


def test_no_two_commands_have_an_id_or_a_key_in_common() -> None:
    ids = Counter(command.id for command in COMMANDS)
    taken = Counter(key for command in COMMANDS for key in command.keys.split(","))
    assert [name for name, times in (ids | taken).items() if times > 1] == []


def test_each_command_is_carried_out_by_exactly_one() -> None:
    for command in COMMANDS:
        method = "pane" if command.id.startswith("pane_") else command.id
        ways = [command.engine, command.intent, getattr(Actions, method, None)]
        assert sum(way is not None for way in ways) == 1


def test_each_command_can_be_read() -> None:
    for command in COMMANDS:
        assert command.group in GROUPS
        assert command.help[0].isupper()
        assert not command.help.endswith(".")
        assert len(command.key) <= 6
        assert 0 < len(command.label) <= 12


def test_a_command_is_judged_in_any_state() -> None:
    for command in COMMANDS:
        for state in (State(), READY):
            reason = command.why_not(state)
            assert reason == "" or reason.endswith(".")
            if not reason and command.engine is not None:
                command.engine(state)


def test_no_widget_that_rests_takes_the_key_of_a_command() -> None:
    taken = {key for command in COMMANDS for key in command.keys.split(",")}
    for widget in (HeatmapFigure, RowList):
        bound = [b for b in widget.BINDINGS if isinstance(b, Binding)]
        # What bears the id of a command is that command, and follows the key that the user chose.
        own = [b for b in bound if (b.id or "").partition(".")[0] not in BY_ID]
        assert not {key for b in own for key in b.key.split(",")} & taken


def test_only_keys_that_no_text_can_hold_are_heard_in_fields() -> None:
    first = {binding.key for binding in bindings() if binding.priority}
    assert first == {"ctrl+t", "ctrl+l", "ctrl+z", "ctrl+q", "f1"}


def test_each_key_has_a_binding() -> None:
    bound = {binding.key: binding.action for binding in bindings()}
    assert bound["q"] == bound["ctrl+q"] == "app.command('quit')"
    assert len(bound) == sum(len(command.keys.split(",")) for command in COMMANDS)


def test_another_key_takes_the_place_of_the_first_one_alone() -> None:
    assert keymap({"quit": "Q", "nothing": "x"}) == {"quit.q": "Q"}
    assert keymap({"quit": "Q", "help": "n"}, taken={"n"}) == {"quit.q": "Q"}


def test_a_command_may_have_several_keys_as_for_two_keyboards() -> None:
    chosen = {"quit": "W,й", "train": "U, р"}
    assert complaint(chosen) == ""
    assert BY_ID["quit"].keys_in(chosen) == ["W", "й", "ctrl+q"]
    assert BY_ID["train"].key_in(chosen) == "U"
    assert keymap({"quit": "W,n"}, taken={"n"}) == {"quit.q": "W"}
    assert "the same key" in complaint({"train": "H,й", "quit": "W,й"})


def test_speeds_go_up_to_max_and_down_to_one() -> None:
    up, speed = [], 1.0
    while speed != AS_FAST_AS_IT_GOES:
        command = commands.other_speed(at(speed=speed), 1)
        assert isinstance(command, Configure)
        assert command.speed is not None
        speed = command.speed
        up.append(speed)
    assert up == [*SPEEDS[1:]]
    assert commands.other_speed(at(speed=math.inf), -1) == Configure(speed=SPEEDS[-2])
    assert commands.other_speed(at(speed=1.0), -1) == Configure(speed=1.0)
    assert commands.other_speed(at(speed=50.0), 1) == Configure(speed=100.0)
    assert commands.other_speed(at(speed=50.0), -1) == Configure(speed=30.0)


def test_smoothing_goes_from_none_to_much() -> None:
    assert commands._other_smoothing(at(smoothing=1.0), 1) == Configure(smoothing=3.0)
    assert commands._other_smoothing(at(smoothing=0.0), -1) == Configure(smoothing=0.0)
    most = SMOOTHINGS[-1]
    assert commands._other_smoothing(at(smoothing=most), 1) == Configure(smoothing=most)


@pytest.mark.parametrize(("name", "place"), [("smoother", 3), ("less_smooth", 1)])
def test_the_keys_for_smoothing_go_one_round_value_on(name: str, place: int) -> None:
    engine = BY_ID[name].engine
    assert engine is not None
    assert engine(at(smoothing=SMOOTHINGS[2])) == Configure(smoothing=SMOOTHINGS[place])


def test_the_key_for_some_steps_takes_as_many_as_were_chosen() -> None:
    engine = BY_ID["steps"].engine
    assert engine is not None
    assert engine(replace(READY, steps=7)) == Train(7)


@pytest.mark.parametrize("width", [10, 40, 60, 80, 120, 200])
def test_the_key_bar_fits_and_keeps_what_matters_most(width: int) -> None:
    row = keys(READY, width)
    text = "".join(run[0] for run in row)
    assert len(text) <= width
    if width >= 40:
        assert "help" in text
        assert "quit" in text


def test_the_key_bar_says_pause_while_training_and_nothing_else_changes() -> None:
    running = replace(READY, snapshot=Snapshot(state="running"))
    at_work, at_rest = ("".join(run[0] for run in keys(s, 120)) for s in (running, READY))
    assert "space train" in at_rest
    assert at_work == at_rest.replace("space train", "space pause")


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (replace(READY, steps=2000), "N ×2k"),
        (replace(READY, replies=replace(READY.replies, is_comparing=True)), "b one model"),
        (replace(READY, scrub=replace(READY.scrub, film=Film(place=0.5))), "P stop"),
    ],
)
def test_a_key_is_told_by_what_its_next_press_does(state: State, says: str) -> None:
    text = "".join(run[0] for run in keys(state, 1000))
    assert says in text
    assert says not in "".join(run[0] for run in keys(READY, 1000))


async def test_what_has_taken_the_place_of_something_says_how_that_comes_back() -> None:
    async with Laboratory(FakeEngine()).run_test(size=(120, 40)) as pilot:
        main = pilot.app.screen
        await pilot.press("3", "m")
        pane = main.query_one("#training", Pane)

        def is_titled(title: str) -> bool:
            return Content.from_markup(str(pane.border_title)).plain == title

        await until(pilot, lambda: is_titled("3 Training  m all panes"))
        await until(pilot, lambda: pane.size.width > 100)  # It is laid out a moment later.
        await pilot.click(pane, offset=(18, 0))
        await until(pilot, lambda: main.query_one("#heatmap").display)
        assert is_titled("3 Training")
        await pilot.press("m")
        await pilot.resize_terminal(80, 24)  # There each pane is alone as it is.
        await until(pilot, lambda: is_titled("3 Training"))


def test_the_key_bar_takes_all_the_room_there_is() -> None:
    whole = keys(READY, 1000)
    length = sum(len(run[0]) for run in whole)
    assert keys(READY, length) == whole
    assert len(keys(READY, length - 1)) == len(whole) - 2


@pytest.mark.parametrize("pane", PANES)
def test_the_key_bar_begins_with_the_pane_and_has_the_lab_among_its_first_six(pane: str) -> None:
    shown = {command.key for command in COMMANDS}
    for width, least in ((80, 8), (160, 20)):
        told = [run[0] for run in keys(READY, width, pane) if run[0] in shown]
        assert told[0] == BY_ID[FIRST[pane][0]].key
        assert told.index("L") < 6
        assert told[-2:] == ["?", "q"]
        assert len(told) >= least


def test_each_key_of_the_bar_can_be_clicked() -> None:
    for pane in PANES:
        row = keys(READY, 160, pane)
        assert all(len(run) == 3 for run in row if run[0].strip())


@pytest.mark.parametrize("field", ["filter", "field", "choice"])
def test_while_one_types_the_bar_has_no_letter_for_a_key(field: Field) -> None:
    row = keys(READY, 80, "training", field)
    told = [run[0] for run in row if run[1] == "accent"]
    assert "esc" in told
    assert not [key for key in told if len(key) == 1 and key.isalpha()]


async def test_the_key_bar_follows_the_focus() -> None:
    async with Laboratory(FakeEngine()).run_test(size=(120, 40)) as pilot:
        bar = pilot.app.screen.query_one("#keys", Lines)
        for key, begins in (("3", " space train"), ("slash", " enter ↓ to the words")):
            await pilot.press(key)
            await until(pilot, partial(is_at, bar, begins))
        await pilot.press("escape")
        await until(pilot, lambda: bar.text.startswith(" / filter"))


def test_what_makes_no_sense_now_is_faint_in_the_key_bar() -> None:
    early, later = ({run[0]: run[1] for run in keys(s, 160)} for s in (State(), READY))
    assert (early["n"], later["n"]) == ("dim", "accent")


# Keys of the user's own

CHOSEN = {"train": "T", "help": "!", "step": "ctrl+n", "generate": "["}


def test_keys_that_were_chosen_are_printed_as_they_are_typed() -> None:
    text = "".join(run[0] for run in keys(replace(READY, keys=CHOSEN), 160))
    for shown in ("T train", "! help", "^n step", "[ names", "q quit"):
        assert shown in text
    assert "[ names" in sampler_keys(replace(READY, keys=CHOSEN)).plain


def test_a_key_may_be_given_as_the_character_it_types() -> None:
    assert BY_ID["help"].keys_in({"help": "!"}) == ["exclamation_mark"]
    assert BY_ID["help"].keys_in({}) == ["question_mark"]


def test_every_usual_key_may_be_given_as_it_is_printed() -> None:
    plain = [c for c in COMMANDS if len(c.key) == 1 and c.id != "slower"]  # It prints a minus sign.
    for command in plain:
        assert command.keys_in({command.id: command.key}) == command.keys.split(",")
    assert complaint({command.id: command.key for command in plain}) == ""


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"train": "q"}, "gives train and quit the same key"),
        ({"train": "ctrl+q"}, "gives train and quit the same key"),
        ({"train": "?"}, "gives train and help the same key"),
        ({"train": "!", "step": "!"}, "gives train and step the same key"),
        ({"train": ""}, "must give train a key"),
        ({"train": "T,,F"}, "must give train a key"),
    ],
)
def test_a_key_belongs_to_one_command(chosen: dict[str, str], said: str) -> None:
    assert said in complaint(chosen)


def test_commands_may_swap_keys() -> None:
    assert complaint({"train": "n", "step": "space"}) == ""


async def test_keys_that_were_chosen_are_heard_and_explained() -> None:
    engine = FakeEngine()
    app = Laboratory(engine, Options(keys=CHOSEN))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: engine.is_started)
        await pilot.press("space")
        await pilot.press("T")
        await until(pilot, lambda: engine.has_sent(Toggle()))
        assert len(engine.sent_of(Toggle)) == 1
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        table = app.screen.query_one("#help-keys", Lines).text
        assert re.search(r"^  T +Start training", table, re.MULTILINE)
        provider = CommandProvider(app.screen)
        assert "key T" in [hit.help async for hit in provider.search("start training")]


@pytest.mark.slow
async def test_the_lab_goes_by_its_own_keys_whoever_else_has_them() -> None:
    engine = FakeEngine()
    app = Laboratory(engine, Options(keys={"help": "a"}))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: engine.is_started)
        await pilot.press("L")
        await until(pilot, lambda: engine.sent_of(OpenChapter))
        prose = app.screen.query_one("#lab-prose", Lines)
        await pilot.press("a")
        await until(pilot, lambda: "Answer" in prose.text)
        await pilot.press("n", "p", "r", "t", "g")
        assert len(engine.sent_of(OpenChapter)) == 1
        await pilot.press("q")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
