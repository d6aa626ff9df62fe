"""The ladder of models: its state as a table, its rows, and the screen at both sizes."""

from __future__ import annotations

import math
from array import array
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from engine.protocol import (
    PUBLISHED_OF,
    ClimbLadder,
    Command,
    CommandRefused,
    CountingModel,
    DatasetLoaded,
    EngineFailed,
    Event,
    LadderClimbed,
    ModelTuned,
    PartLoss,
    Progressed,
    Rung,
    StopClimbing,
    Tune,
)
from tests.conftest import WriteWords
from tests.tui.bench import REPORT
from tests.tui.fake import FakeEngine, laboratory, until
from tests.tui.questions import SIZES, visit
from tui.app import Laboratory
from tui.ladder import standing
from tui.ladder.saying import MODELS, SPLITS, sentences
from tui.ladder.screen import LadderScreen, Rungs
from tui.ladder.table import MARKS, Entry, entries, heads, line
from tui.state import State
from tui.state.climbs import FAULT, Climbs
from tui.state.intents import Intent, LadderAsked
from tui.state.reducing import reduce
from tui.text.rows import width_of

TEST = 1.2345
"""A loss on test that stands nowhere else."""


def rung(model: CountingModel, order: int, dev: float, **more: object) -> Rung:
    """A rung; dev of new words is the better the worse dev is."""
    made = Rung(model, order, "discount", 0.75, "", 1.9, dev, 5.0 - dev, 100, 200, 3.0)
    return replace(made, **more)  # type: ignore[arg-type]


RUNGS = (
    rung("kneser-ney", 6, 1.98, edge="most"),
    rung("counts", 4, 2.1016, parameter="smoothing", value=0.11),
    rung("counts", 2, 2.45, parameter="smoothing", value=0.31, edge="least"),
)


def climbed(
    command: ClimbLadder, rungs: tuple[Rung, ...] = RUNGS, *, is_last: bool = True
) -> LadderClimbed:
    """What the engine tells of a climb."""
    return LadderClimbed(command.request, command, rungs, is_last, has_test=True)


FIRST = ClimbLadder("lecture", request=1)
TUNED = ModelTuned(0, Tune(), 1, None, None, "", (), (PartLoss("dev", 1, 2, 3.0),), True)
LOADED = DatasetLoaded(REPORT, (".", "a"), "a\nb", array("I", [0, 2, 4]).tobytes())
OPENING = ClimbLadder("lecture", opens_test="best", request=2)
OPENED = climbed(OPENING, (replace(RUNGS[0], test=TEST), *RUNGS[1:]))


def after(*messages: Event | Intent) -> Climbs:
    """The state after some messages."""
    state = State()
    for message in messages:
        state = reduce(state, message)
    return state.replies.climbs


@pytest.mark.parametrize(
    ("messages", "known", "is_climbing", "refusal"),
    [
        ((LadderAsked(FIRST),), 0, True, ""),
        ((LadderAsked(FIRST), climbed(FIRST, RUNGS[:1], is_last=False)), 1, True, ""),
        ((LadderAsked(FIRST), climbed(FIRST)), 3, False, ""),
        ((LadderAsked(FIRST), climbed(ClimbLadder("lecture"))), 0, True, ""),
        ((climbed(FIRST),), 0, False, ""),
        ((LadderAsked(FIRST), LadderAsked(None), climbed(FIRST)), 0, False, ""),
        ((LadderAsked(FIRST), CommandRefused(FIRST, "Too few.")), 0, False, "Too few."),
        ((LadderAsked(FIRST), CommandRefused(ClimbLadder(), "Too few.")), 0, True, ""),
        ((LadderAsked(FIRST), EngineFailed("climbing", "x")), 0, False, FAULT),
        ((LadderAsked(FIRST), climbed(FIRST), LOADED), 0, False, ""),
        ((LadderAsked(FIRST), climbed(FIRST), LadderAsked(ClimbLadder("hash"))), 0, True, ""),
        ((LadderAsked(FIRST), climbed(FIRST), LadderAsked(OPENING)), 3, True, ""),
    ],
)
def test_what_is_known_follows_what_was_asked_last(
    messages: tuple[Event | Intent, ...], known: int, is_climbing: bool, refusal: str
) -> None:
    climbs = after(*messages)
    assert len(climbs.shown.rungs if climbs.shown else ()) == known
    assert (climbs.asked is not None) is is_climbing
    assert climbs.refusal == refusal


def test_a_ladder_that_was_climbed_is_there_again_at_once() -> None:
    hash_ = ClimbLadder("hash", request=2)
    climbs = after(LadderAsked(FIRST), climbed(FIRST), LadderAsked(hash_), climbed(hash_))
    back = climbs.want(replace(FIRST, request=3))
    assert back.shown == climbed(FIRST)
    assert back.asked is None


@pytest.mark.parametrize(
    ("messages", "looks"),
    [
        ((), 0),
        ((LadderAsked(FIRST), climbed(FIRST, is_last=False), climbed(FIRST)), 1),
        ((LadderAsked(FIRST), climbed(FIRST), TUNED), 2),
        ((replace(TUNED, parts=()),), 0),
        ((LadderAsked(FIRST), climbed(FIRST), LadderAsked(OPENING), OPENED), 1),
        ((LadderAsked(FIRST), climbed(FIRST), LOADED), 0),
    ],
)
def test_looks_at_dev_are_counted(messages: tuple[Event | Intent, ...], looks: int) -> None:
    assert after(*messages).looks == looks


def test_what_the_climb_was_doing_is_not_said_once_it_has_ended() -> None:
    state = reduce(State(torch_version="2"), LOADED)
    state = reduce(reduce(state, LadderAsked(FIRST)), Progressed("splitting", 1, 2))
    assert state.progress == "splitting 50 %"
    assert reduce(state, climbed(FIRST)).progress == ""
    assert reduce(state, LadderAsked(None)).progress == ""
    assert reduce(state, CommandRefused(FIRST, "No.")).progress == ""


# Rows


def test_marks_stand_where_they_belong_and_not_among_new_words() -> None:
    rows = entries(RUNGS, by_new=False, has_marks=True)
    assert [each.dev for each in rows] == [1.98, 1.9937, 2.1016, 2.1057, 2.1701, 2.45]
    assert entries(RUNGS, by_new=True, has_marks=True) == RUNGS[::-1]
    assert entries((), by_new=False, has_marks=True) == ()
    unknown = rung("absolute", 3, 2.0, new_dev=math.nan)
    assert entries((unknown, *RUNGS), by_new=True, has_marks=False)[-1] is unknown


@pytest.mark.parametrize("width", [75, 80, 100, 115, 155, 200])
def test_a_row_has_its_columns_under_their_heads_and_fits(width: int) -> None:
    head = "".join(run[0] for run in heads(width, by_new=False))
    assert len(head) <= width
    rows: tuple[Entry, ...] = (
        *RUNGS,
        *MARKS,
        rung("modified-kneser-ney", 7, 2.0, value=(0.5,) * 21),
    )
    for entry in rows:
        row = line(entry, width, RUNGS[0], is_comparable=True)
        text = "".join(run[0] for run in row)
        assert width_of(row) <= width
        assert "…" not in text
        assert text[: head.index("dev") + 3].endswith(f"{entry.dev:.4f}")
    text = "".join(run[0] for run in line(RUNGS[2], width, None, is_comparable=True))
    assert "counts · the bigram" in text
    assert ("0.31 " in text, " v" in text) == (True, True)


def test_the_bar_is_as_long_as_the_gap_of_at_most_a_nat() -> None:
    def bar(dev: float) -> int:
        row = line(rung("counts", 4, dev), 155, None, is_comparable=True)
        return "".join(run[0] for run in row).count("━")

    assert [bar(1.8), bar(1.9), bar(2.4), bar(2.9), bar(9.0)] == [0, 0, 15, 30, 30]


def test_every_model_says_what_it_is_in_few_lines() -> None:
    for model in MODELS:
        for order in (1, 2, 6):
            for dev in (1.9, 1.95, 2.1, 2.4):
                each = rung(model, order, dev, edge="least", new_dev=dev + 0.05)
                assert len(sentences(each, 155)) <= 3
                assert len(sentences(each, 76)) <= 5


# The screen

Bench = tuple[Laboratory, Pilot[int], FakeEngine]


@pytest.fixture(params=SIZES)
async def bench(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """The app, with the ladder open and nothing known of it."""
    engine = FakeEngine()
    async with laboratory(engine, tmp_path, request.param) as (app, pilot):
        await pilot.press("K")
        await until(pilot, lambda: engine.sent_of(ClimbLadder))
        yield app, pilot, engine


def text(app: Laboratory) -> str:
    """What the screen shows."""
    strips = app.screen._compositor.render_strips(app.screen.size)
    return "\n".join(strip.text for strip in strips)


async def shows(bench: Bench, *texts: str) -> None:
    """Wait until the screen shows some texts."""
    await until(bench[1], lambda: all(each in text(bench[0]) for each in texts))


async def climb(bench: Bench) -> ClimbLadder:
    """Answer what was asked last, to the end."""
    asked = bench[2].sent_of(ClimbLadder)[-1]
    bench[2].say(climbed(asked))
    await shows(bench, "3 of 49 models tuned on dev")
    return asked


async def test_rows_come_in_and_the_cursor_stays_on_its_row(bench: Bench) -> None:
    app, pilot, engine = bench
    asked = engine.sent_of(ClimbLadder)[-1]
    assert asked.split == "lecture"
    assert asked.opens_test == "no"
    engine.say(climbed(asked, RUNGS[1:], is_last=False))
    await shows(bench, " 2 of 49 models", "counts · the bigram", "WaveNet")
    await pilot.press("down")
    await shows(bench, "Counts of one order alone")
    engine.say(climbed(asked))
    await shows(bench, "kneser-ney")
    here = app.screen.query_one(Rungs).here
    assert here == RUNGS[1]


async def test_test_is_opened_by_the_second_key_alone(bench: Bench) -> None:
    app, pilot, engine = bench
    await pilot.press("T")
    await shows(bench, "once the ladder is climbed to its end")
    first = await climb(bench)
    await pilot.press("T")
    await shows(bench, "once, ", "best on dev", "T again opens it · esc keeps it sealed")
    await pilot.press("escape")
    await shows(bench, "test is sealed")
    assert isinstance(app.screen, LadderScreen)
    assert engine.sent_of(ClimbLadder) == [first]
    await pilot.press("T", "T")
    await until(pilot, lambda: len(engine.sent_of(ClimbLadder)) == 2)
    asked = engine.sent_of(ClimbLadder)[-1]
    assert asked == ClimbLadder("lecture", opens_test="best", request=asked.request)
    assert f"{TEST}" not in text(app)
    engine.say(climbed(asked, OPENED.rungs))
    await shows(bench, f"test {TEST} of kneser-ney, order 6")
    await pilot.press("T")
    await shows(bench, "Test is open")
    assert len(engine.sent_of(ClimbLadder)) == 2


async def test_a_test_that_dev_is_itself_cannot_be_opened(bench: Bench) -> None:
    _, pilot, engine = bench
    asked = engine.sent_of(ClimbLadder)[-1]
    engine.say(replace(climbed(asked), is_dev_test=True))
    await shows(bench, "dev is test itself here")
    await pilot.press("T", "T")
    await shows(bench, "There is no test of its own here")
    assert len(engine.sent_of(ClimbLadder)) == 1


async def test_another_split_is_climbed_anew_and_the_one_before_is_no_longer_wanted(
    bench: Bench,
) -> None:
    app, pilot, engine = bench
    await pilot.press("right")
    await until(pilot, lambda: len(engine.sent_of(ClimbLadder)) == 2)
    sent = [c for c in engine.sent if isinstance(c, ClimbLadder | StopClimbing)]
    expected: list[Command] = [engine.sent_of(ClimbLadder)[0], StopClimbing()]
    assert sent[:2] == expected
    assert [c.split for c in engine.sent_of(ClimbLadder)] == ["lecture", "hash"]
    await climb(bench)
    assert "WaveNet" not in text(app)
    await pilot.press("left")
    await climb(bench)
    await shows(bench, "dev was looked at once before")
    await pilot.press("right")
    await until(pilot, lambda: app.state.replies.climbs.split == "hash")
    assert len(engine.sent_of(ClimbLadder)) == 3
    names = list(SPLITS)
    assert app.state.replies.climbs.split == names[1]


async def test_leaving_ends_the_climb_and_coming_back_shows_what_was_climbed(bench: Bench) -> None:
    app, pilot, engine = bench
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is app.main)
    await until(pilot, lambda: engine.sent[-1] == StopClimbing())
    await pilot.press("K")
    await until(pilot, lambda: len(engine.sent_of(ClimbLadder)) == 2)
    await climb(bench)
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is app.main)
    await pilot.press("K")
    await shows(bench, "3 of 49 models tuned on dev")
    assert len(engine.sent_of(ClimbLadder)) == 2
    assert len(engine.sent_of(StopClimbing)) == 1


async def test_two_presses_at_once_go_two_splits_on(bench: Bench) -> None:
    app, pilot, engine = bench
    for _ in range(2):
        app.post_message(events.Key("right", None))
    await until(pilot, lambda: len(engine.sent_of(ClimbLadder)) == 3)
    assert [c.split for c in engine.sent_of(ClimbLadder)] == list(SPLITS)[:3]


async def test_the_list_is_sorted_by_new_words_and_back(bench: Bench) -> None:
    app, pilot, _ = bench
    await climb(bench)
    rungs = app.screen.query_one(Rungs)
    await pilot.press("O")
    await until(pilot, lambda: rungs.entries == RUNGS[::-1])
    await pilot.press("O")
    await until(pilot, lambda: len(rungs.entries) == 6)
    assert rungs.entries[0] is RUNGS[0]


async def test_a_refusal_stands_in_place_of_the_rows(bench: Bench) -> None:
    app, pilot, engine = bench
    asked = engine.sent_of(ClimbLadder)[-1]
    engine.say(CommandRefused(asked, "6 words cannot be split by lecture."))
    await until(pilot, lambda: app.state.replies.climbs.refusal)
    await shows(bench, "6 words cannot be split by lecture.")
    assert "of 49" not in text(app)


def test_marks_are_held_against_makemores_own_words_alone() -> None:
    own = replace(REPORT, sha256=PUBLISHED_OF)
    assert standing.is_comparable(State(report=own))
    assert not standing.is_comparable(State(report=REPORT))
    other = standing.marks_said(State(report=REPORT), 120)
    assert "no comparison" in "".join(run[0] for run in other)


@pytest.mark.parametrize("size", SIZES)
async def test_the_ladder_of_a_few_words_is_climbed_with_test_sealed(
    size: tuple[int, int], words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.answers.trials.MOST_ORDER", 2)
    data = Path(words_file("emma\nolivia\nava\nmia\n" * 10))
    async with visit(size, data) as there:
        await there.press("K")
        await there.sees("14 of 49 models tuned", "test is sealed", "first look at dev")
        assert all(r.test is None for r in there.app.state.replies.climbs.whole["lecture"].rungs)
        assert there.app.state.progress == ""
        await there.press("T", "T")
        await there.sees("· opened")


@pytest.mark.slow
async def test_words_that_cannot_be_split_are_refused_in_a_sentence(words_file: WriteWords) -> None:
    async with visit((80, 24), Path(words_file("emma\nava\n"))) as there:
        await there.press("K")
        await there.sees("2 words cannot be split by lecture", "would be empty")
