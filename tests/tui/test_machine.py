"""The gauges of the machine: as rows, and on the screen, which asks only while it lies there."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from engine.protocol import GraphicsCard, MachineTold, Processor, Settings, Snapshot, TellMachine
from tests.tui.fake import FakeEngine, laboratory, until
from tui.app import Laboratory
from tui.machine import screen as module
from tui.machine.gauges import page
from tui.machine.screen import MachineScreen
from tui.options import Options
from tui.state import State
from tui.text.rows import Row, width_of
from tui.widgets.lines import Lines

PROCESSOR = Processor(16, 1.52, 4.0, 214_000_000, 32_000_000_000, 128_000_000_000)
CARD = GraphicsCard(
    index=0,
    name="NVIDIA H100",
    is_own=True,
    use=0.37,
    own_memory=512_000_000,
    memory=20_000_000_000,
    all_memory=80_000_000_000,
    temperature=61.0,
    power=212.5,
    most_power=700.0,
)
PARTED = replace(
    CARD, index=1, is_own=False, use=math.nan, power=math.nan, untold=("It is parted (MIG).",)
)
ON_CARD = State(snapshot=Snapshot(device="cuda:0", settings=Settings(device="auto")))


def told(*cards: GraphicsCard, no_cards: str = "", processor: Processor = PROCESSOR) -> MachineTold:
    return MachineTold(TellMachine(1), processor, cards, no_cards)


def texts(rows: list[Row]) -> list[str]:
    return ["".join(run[0] for run in row).rstrip() for row in rows]


def figures_of(rows: list[Row]) -> dict[str, str]:
    """What stands behind each bar, of rows of one card."""
    found = {}
    for text in texts(rows):
        label, figures = text[:10].strip(), text[52:].strip()
        found[label] = figures
    return found


def test_every_gauge_has_its_figures() -> None:
    rows = page(told(CARD), ON_CARD, 72, 40)
    assert texts(rows)[0] == "W lives on cuda:0 (device auto)"
    assert "NVIDIA H100  card 0 · W lives here" in texts(rows)
    assert {
        "CPU": "4.0 of 16 cores",
        "use": "37 %",
        "power": "212 of 700 W",
        "heat": "61 °C",
    }.items() <= figures_of(rows).items()
    assert [text[52:].strip() for text in texts(rows) if text.startswith("memory")] == [
        "32.0 of 128 GB",
        "20.0 of 80.0 GB",
    ]
    assert [text[52:].strip() for text in texts(rows) if text.startswith("  engine")] == [
        "1.5",
        "214 MB",
        "512 MB",
    ]


def test_a_bar_is_as_long_as_its_part() -> None:
    (row,) = (text for text in texts(page(told(CARD), ON_CARD, 72, 40)) if text[:3] == "CPU")
    assert row.count("█") == 10, "a quarter of forty"


def test_what_is_not_told_is_so_with_the_reason() -> None:
    rows = page(told(PARTED), ON_CARD, 72, 40)
    assert figures_of(rows)["use"] == figures_of(rows)["power"] == "n/a"
    assert "It is parted (MIG)." in texts(rows)


def test_where_the_system_says_nothing_all_is_not_told() -> None:
    rows = page(told(processor=Processor(2), no_cards="There is none."), State(), 72, 40)
    assert [text.split()[-1] for text in texts(rows)[2:6]] == ["n/a"] * 4
    assert texts(rows)[-1] == "There is none."


def test_while_nothing_is_told_it_is_said_what_is_waited_for() -> None:
    assert texts(page(None, State(), 72, 40))[-1] == "measuring …"
    assert texts(page(told(), State(), 72, 40))[-1].startswith("asking the driver")


def test_of_many_cards_the_one_in_use_is_shown_in_full_and_each_other_in_a_line() -> None:
    others = tuple(replace(PARTED, index=index) for index in range(1, 5))
    rows = page(told(*others, CARD), ON_CARD, 72, 19)
    shown = texts(rows)
    assert "NVIDIA H100  card 0 · W lives here" in shown
    assert sum(text[0:1].isdigit() for text in shown) == len(others)
    assert len(rows) <= 19
    assert figures_of(rows)["use"] == "37 %"
    eight = texts(page(told(*others, CARD, *others[:3]), ON_CARD, 72, 19))
    assert sum(text[0:1].isdigit() for text in eight) == 8, "no room for one in full"
    assert eight[-1] == "It is parted (MIG)."


@pytest.mark.parametrize("width", [60, 72])
@pytest.mark.parametrize("most", [6, 12, 19, 40])
def test_there_is_never_more_than_there_is_room_for(width: int, most: int) -> None:
    for cards in ((), (CARD,), (CARD, PARTED), (PARTED,) * 16):
        rows = page(told(*cards, no_cards="Why." * 30), ON_CARD, width, most)
        assert len(rows) <= most
        assert max(map(width_of, rows)) <= width


# On the screen


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds that are short."""
    monkeypatch.setattr(module, "EVERY", 0.02)


@pytest.mark.slow
@pytest.mark.usefixtures("often")
async def test_it_asks_while_it_lies_there_and_no_longer(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        assert not engine.sent_of(TellMachine)
        await pilot.press("G")
        await until(pilot, lambda: isinstance(app.screen, MachineScreen))
        await until(pilot, lambda: len(engine.sent_of(TellMachine)) > 3)
        engine.say(told(CARD))
        await until(pilot, lambda: "212 of 700 W" in app.screen.query_one(Lines).text)
        await pilot.press("G")
        await until(pilot, lambda: app.screen is app.main)
        asked = len(engine.sent_of(TellMachine))
        for _ in range(10):
            await pilot.pause(0.01)
        assert len(engine.sent_of(TellMachine)) == asked


async def test_what_was_told_an_earlier_screen_is_not_shown_again(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        await pilot.press("G")
        engine.say(told(CARD))
        await until(pilot, lambda: app.state.replies.machine is not None)
        await pilot.press("escape", "G")
        await until(pilot, lambda: "measuring" in app.screen.query_one(Lines).text)
        engine.say(replace(told(CARD), command=engine.sent_of(TellMachine)[-1]))
        await until(pilot, lambda: "37 %" in app.screen.query_one(Lines).text)


async def test_the_key_that_was_chosen_for_it_closes_it_too() -> None:
    engine = FakeEngine()
    app = Laboratory(engine, Options(keys={"machine": "J"}))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: engine.is_started)
        await pilot.press("J")
        await until(pilot, lambda: isinstance(app.screen, MachineScreen))
        assert app.screen.query_one("#machine").border_subtitle == "J or esc closes"
        await pilot.press("J")
        await until(pilot, lambda: app.screen is app.main)
