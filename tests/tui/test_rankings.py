"""The order of the words as the state holds it, and when the engine is asked for another."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import replace

import pytest

from engine.protocol import (
    CommandRefused,
    DataReport,
    DatasetLoaded,
    EngineReady,
    Joined,
    LoadDataset,
    Progressed,
    Rank,
    RunStarted,
    Settings,
    Snapshot,
    Sort,
    WordsParted,
    WordsRanked,
    WordsSorted,
)
from tests.tui.bench import REPORT
from tui.dataset.asking import EVERY, EVERY_SAVING, MANY, Asking
from tui.state import State
from tui.state.engine import Attachment
from tui.state.film import Film
from tui.state.intents import OrderChosen, SampleChosen, ViewChosen
from tui.state.rankings import ORDERS, Order, Rankings
from tui.state.reducing import reduce
from tui.state.scrub import Scrub


def packed(numbers: Iterable[int]) -> bytes:
    return array("I", numbers).tobytes()


RANKED = WordsRanked(2, Rank(2), 0, 0, array("f", [2.0, 1.0, 3.0]).tobytes(), packed([1, 0, 2]))
SORTED = WordsSorted(1, packed([2, 0, 1]), packed([0, 2, 1]), bytes(3), b"")
PARTED = WordsParted("file", bytes([1, 2, 4]))
LOADED = DatasetLoaded(REPORT, (".", "a"), "a\nb\nc", packed([0, 2, 4, 6]))


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ("file", None),
        ("alphabet", [2, 0, 1]),
        ("length", [0, 2, 1]),
        ("likely", [1, 0, 2]),
        ("unlikely", [2, 0, 1]),
    ],
)
def test_each_order_has_its_numbers(order: Order, numbers: list[int] | None) -> None:
    rankings = Rankings(order).hear(RANKED).hear(SORTED)
    assert rankings.is_here
    found = rankings.numbers
    assert (None if found is None else list(found)) == numbers


@pytest.mark.parametrize("order", [order for order in ORDERS if order != "file"])
def test_an_order_is_waited_for_while_the_words_are_put_in_it(order: Order) -> None:
    assert not Rankings(order).is_here
    assert Rankings(order).numbers is None


def test_an_answer_to_an_earlier_question_is_dropped() -> None:
    later = replace(RANKED, request=5)
    assert Rankings().hear(later).hear(RANKED).ranked is later


def test_new_words_drop_what_was_known_of_the_old_ones_but_not_the_order() -> None:
    assert Rankings("likely", RANKED, SORTED, PARTED).hear(LOADED) == Rankings("likely")


def test_the_parts_of_the_words_are_those_of_the_latest_split() -> None:
    assert Rankings().parted == WordsParted()
    state = reduce(State(), PARTED)
    assert state.rankings.parted == PARTED
    assert reduce(state, WordsParted()).rankings.parted.marks == b""


def test_orders_follow_each_other_in_a_circle() -> None:
    state, seen = State(), []
    for _ in ORDERS:
        seen.append(state.rankings.order)
        state = reduce(state, OrderChosen(state.rankings.next_order))
    assert seen == list(ORDERS)
    assert state.rankings.order == "file"


def test_refused_words_leave_the_old_ones_and_end_the_progress() -> None:
    state = State()
    for event in (EngineReady("2", 1), LOADED, RunStarted(1, 0, "first"), RANKED):
        state = reduce(state, event)
    loading = reduce(state, Progressed("reading", 1, 2))
    assert loading.progress == "reading 50 %"
    after = reduce(loading, CommandRefused(LoadDataset("x"), "no"))
    assert after == state


# The model in view


def test_the_network_is_in_view_once_it_is_looked_at_or_drawn_from() -> None:
    ready = State(is_ready=True)
    assert ready.model_in_view == "counts"
    assert reduce(ready, ViewChosen("logits")).model_in_view == "neural"
    neural = SampleChosen(replace(ready.sample, model="neural"))
    assert reduce(ready, neural).model_in_view == "neural"


def test_without_a_network_the_counts_are_in_view() -> None:
    assert reduce(State(), ViewChosen("logits")).model_in_view == "counts"


# Questions


def looking(
    *,
    step: int = 0,
    run: int = 1,
    is_running: bool = True,
    is_network: bool = True,
    smoothing: float = 1.0,
    report: DataReport = REPORT,
) -> State:
    """A state in which a network, or the counts, are in view."""
    snapshot = Snapshot(
        run=run,
        step=step,
        state="running" if is_running else "paused",
        settings=Settings(smoothing=smoothing),
    )
    view = ViewChosen("logits" if is_network else "counts")
    return reduce(State(report=report, is_ready=True, snapshot=snapshot), view)


def asked(asking: Asking, state: State, now: float = 0.0) -> list[Rank | Sort]:
    return list(asking.questions(state, now, is_listed=True))


def test_new_words_are_sorted_and_ranked_once() -> None:
    asking, state = Asking(), looking(is_network=False)
    assert asked(asking, state) == [Sort(1), Rank(2, "counts", 1.0)]
    assert asked(asking, state, 100.0) == []
    other = looking(is_network=False, report=replace(REPORT, words=3))
    assert asked(asking, other) == [Sort(3), Rank(4, "counts", 1.0)]


def test_of_many_words_an_order_is_asked_for_when_it_is_to_be_shown() -> None:
    asking, many = Asking(), looking(is_network=False, report=replace(REPORT, words=MANY + 1))

    def ordered(order: Order) -> State:
        return replace(many, rankings=replace(many.rankings, order=order))

    unordered = Rank(2, "counts", 1.0, is_ordered=False)
    assert asked(asking, many) == [Sort(1, ()), unordered]
    assert asked(asking, ordered("length")) == [Sort(3, ("length",))]
    assert asked(asking, ordered("alphabet")) == [Sort(4, ("alphabet",))]
    assert asked(asking, ordered("file")) == []
    assert asked(asking, ordered("unlikely")) == [Rank(5, "counts", 1.0)]
    assert asked(asking, ordered("likely")) == []


@pytest.mark.parametrize("order", [order for order in ORDERS if order != "file"])
def test_an_order_that_was_not_asked_for_is_not_here(order: Order) -> None:
    rankings = Rankings(
        order, replace(RANKED, order=b""), replace(SORTED, alphabet=b"", lengths=b"")
    )
    assert not rankings.is_here
    assert rankings.numbers is None
    assert Rankings(order, RANKED, SORTED).is_here


def test_other_smoothing_ranks_at_once_but_only_the_counts() -> None:
    asking = Asking()
    asked(asking, looking(is_network=False))
    assert asked(asking, looking(is_network=False, smoothing=0.5)) == [Rank(3, "counts", 0.5)]
    asked(asking, looking())
    assert asked(asking, looking(smoothing=7.0)) == []


def test_training_does_not_rank_under_the_counts() -> None:
    asking = Asking()
    asked(asking, looking(is_network=False))
    assert asked(asking, looking(is_network=False, step=9), 100.0) == []


def test_while_training_words_are_ranked_every_other_second() -> None:
    asking = Asking()
    assert len(asked(asking, looking())) == 2
    assert asked(asking, looking(step=5), EVERY - 0.1) == []
    assert asked(asking, looking(step=6), EVERY) == [Rank(3, "neural", 0.0)]
    assert asked(asking, looking(step=7), EVERY + 0.1) == []


def test_on_a_slow_line_they_are_ranked_more_rarely() -> None:
    asking = Asking()
    asked(asking, looking())
    slow = replace(looking(step=5), is_saving_link=True)
    assert asked(asking, slow, EVERY_SAVING - 0.1) == []
    assert len(asked(asking, slow, EVERY_SAVING)) == 1


def test_on_a_line_to_another_machine_they_are_ranked_only_where_nothing_moves() -> None:
    asking = Asking()
    far = Attachment(Joined("3f2ab49c01d7", "box", 1, 0.0))
    asked(asking, replace(looking(), engine=far))
    assert asked(asking, replace(looking(step=5), engine=far), 1e6) == []
    assert len(asked(asking, replace(looking(step=5, is_running=False), engine=far), 1e6)) == 1


def test_a_pause_or_another_run_ranks_at_once() -> None:
    asking = Asking()
    asked(asking, looking())
    assert asked(asking, looking(step=5), 0.1) == []
    assert len(asked(asking, looking(step=5, is_running=False), 0.2)) == 1
    assert len(asked(asking, looking(run=2), 0.3)) == 1


def test_on_the_way_to_a_step_that_is_looked_at_words_are_not_ranked() -> None:
    asking = Asking()
    asked(asking, looking(is_running=False))
    there = looking(step=5, is_running=False)
    sought = replace(there, scrub=Scrub(sought=7))
    on_its_way = replace(there, snapshot=replace(there.snapshot, looked_for=7))
    played = replace(there, scrub=Scrub(film=Film(place=0.5)))
    for state in (sought, on_its_way, played):
        assert asked(asking, state, 0.1) == []
    assert asked(asking, there, 0.2) == [Rank(3, "neural", 0.0)]
    assert len(asked(asking, replace(played, snapshot=looking(step=6).snapshot), EVERY + 1)) == 1
