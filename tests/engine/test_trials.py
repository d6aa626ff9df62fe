"""Trials: the losses on train, dev and test as known; test sealed; what is impossible refused."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest

from engine import Session
from engine.answers.slow import CLIMB
from engine.models.ngrams.contexts import count_all
from engine.models.ngrams.levels import Levels
from engine.models.ngrams.losses import loss
from engine.models.ngrams.smoothing import AddK, JelinekMercer
from engine.models.ngrams.tuning import FAMILIES, expect, leave_one_out, search
from engine.proof import ngram_figures as known
from engine.protocol import (
    MOST_ORDER,
    ClimbLadder,
    Command,
    CommandRefused,
    ContextsCounted,
    CountContexts,
    CountingModel,
    Event,
    LadderClimbed,
    LoadDataset,
    ModelTuned,
    PartLoss,
    Progressed,
    StopClimbing,
    Tune,
)
from engine.words.dataset import Dataset, finish
from engine.words.order import encode
from engine.words.pieces import Pieces
from tests.conftest import WriteWords, act, ready
from tests.engine.test_contexts import encoded

slow = pytest.mark.slow

NEAR = 1e-6
"""Nats; dev is flat where it is least, but train is not."""


@pytest.fixture(scope="module")
def bundled() -> Session:
    """A session on the list that comes with the program; nothing here needs torch."""
    session = Session()
    act(session, LoadDataset(None))
    return session


@pytest.fixture(scope="module")
def makemore() -> Session:
    """A session on makemore's own list, with torch, which one of the splits needs."""
    path = os.environ.get("MAKEMORE_NAMES", "")
    if not path:
        pytest.skip("MAKEMORE_NAMES does not name makemore's list")
    return ready(path)


def counted(session: Session, command: CountContexts) -> ContextsCounted:
    event = act(session, command)[-1]
    assert isinstance(event, ContextsCounted), event
    return event


def tuned(session: Session, command: Tune) -> ModelTuned:
    event = act(session, command)[-1]
    assert isinstance(event, ModelTuned), event
    return event


def refusal(session: Session, command: Command) -> str:
    event = act(session, command)[-1]
    assert isinstance(event, CommandRefused), event
    assert event.command == command
    return event.reason


def nlls(event: ContextsCounted | ModelTuned) -> list[float]:
    return [part.nll for part in event.parts]


# The known figures


@pytest.mark.parametrize(("split", "order", "dots"), known.BUNDLED_SPLIT)
def test_the_bundled_list_is_tuned_as_known(
    bundled: Session, split: str, order: int, dots: int
) -> None:
    _, at_1, best, at_best, _ = known.BUNDLED_SPLIT[split, order, dots]
    found = tuned(bundled, Tune(order, dots, split, opens_test=True))
    assert found.parameter == "smoothing"
    assert found.value == pytest.approx(best, rel=1e-3)
    assert nlls(found) == pytest.approx(at_best, abs=1e-8)
    command = CountContexts(order, dots, split, smoothing=1.0, opens_test=True)
    assert nlls(counted(bundled, command)) == pytest.approx(at_1, abs=1e-8)


@slow
@pytest.mark.parametrize(("split", "order", "dots"), known.SPLIT)
def test_add_k_on_makemores_list_is_as_known(
    makemore: Session, split: str, order: int, dots: int
) -> None:
    train, at_1, best, at_best, unseen = known.SPLIT[split, order, dots]
    event = counted(makemore, CountContexts(order, dots, split, opens_test=True))
    assert event.parts[0].nll == pytest.approx(train, abs=1e-8)
    assert tuple(part.unseen for part in event.parts[1:]) == unseen
    for part in event.parts[1:]:
        assert math.isinf(part.nll) == bool(part.unseen)
    event = counted(makemore, CountContexts(order, dots, split, smoothing=1.0, opens_test=True))
    assert nlls(event) == pytest.approx(at_1, abs=1e-8)
    found = tuned(makemore, Tune(order, dots, split, opens_test=True))
    assert found.value == pytest.approx(best, rel=1e-3)
    assert nlls(found) == pytest.approx(at_best, abs=NEAR)
    assert found.parts[1].nll == pytest.approx(at_best[1], abs=1e-8)
    assert found.is_dev_test == (split == "makemore.py")


@slow
@pytest.mark.parametrize("order", [2, 3, 4])
def test_train_rises_with_k_while_dev_and_test_fall_and_rise(makemore: Session, order: int) -> None:
    names = ("train", "dev", "test")
    for i, k in enumerate(known.PATTERN_SMOOTHINGS):
        command = CountContexts(order, split="lecture", smoothing=float(k), opens_test=True)
        expected = [known.PATTERN[order, name][i] for name in names]
        assert nlls(counted(makemore, command)) == pytest.approx(expected, abs=1e-7)


@slow
def test_five_names_make_dev_infinite(makemore: Session) -> None:
    _, dev, test = counted(makemore, CountContexts(split="lecture", opens_test=True)).parts
    assert {part.part: dict(part.culprits) for part in (dev, test)} == known.CULPRITS


@slow
@pytest.mark.parametrize("order", known.LEFT_OUT)
def test_leave_one_out_is_as_known(makemore: Session, order: int) -> None:
    best, at_best, at_1 = known.LEFT_OUT[order]
    found = tuned(makemore, Tune(order))
    assert found.value == pytest.approx(best, rel=1e-3)
    assert found.left_out == pytest.approx(at_best, abs=1e-8)
    assert {point.value: point.dev for point in found.curve}[1.0] == pytest.approx(at_1, abs=1e-8)


@slow
@pytest.mark.parametrize("order", known.LEAK)
def test_names_that_train_does_not_hold_are_scored_apart(makemore: Session, order: int) -> None:
    command = CountContexts(order, split="lecture", smoothing=0.2, opens_test=True)
    _, dev, test = counted(makemore, command).parts
    assert (dev.nll, dev.new_nll, test.nll, test.new_nll) == pytest.approx(
        known.LEAK[order], abs=1e-8
    )
    assert (dev.repeats, test.repeats) == (424, 377)


@slow
@pytest.mark.parametrize("order", range(2, 8))
@pytest.mark.parametrize(("split", "model", "value"), known.INTERPOLATED, ids=str)
def test_an_interpolated_model_is_as_known(
    makemore: Session, split: str, model: CountingModel, value: float | None, order: int
) -> None:
    *losses, best = (*known.INTERPOLATED[split, model, value][order - 2], None)[:4]
    if value is None:
        found = tuned(makemore, Tune(order, split=split, model=model, opens_test=True))
        assert nlls(found) == pytest.approx(losses, abs=NEAR)
        assert found.parts[1].nll == pytest.approx(losses[1], abs=1e-7)
        if best is not None:
            assert found.value == pytest.approx(best, abs=6e-5, rel=1e-3)
            assert found.edge == ("least" if best == 0.001 else "")
    else:
        command = CountContexts(
            order,
            split=split,
            model=model,
            opens_test=True,
            **{FAMILIES[model].parameter: value},  # type: ignore[arg-type]
        )
        assert nlls(counted(makemore, command)) == pytest.approx(losses, abs=1e-7)


@slow
@pytest.mark.parametrize("order", known.WEIGHTS)
def test_the_weights_of_jelinek_mercer_are_as_known(makemore: Session, order: int) -> None:
    found = tuned(makemore, Tune(order, split="lecture", model="jelinek-mercer"))
    assert found.parameter == "weights"
    assert found.value == pytest.approx(known.WEIGHTS[order], abs=3e-6)


@slow
def test_the_ladder_has_a_model_of_counts_above_the_wavenet(makemore: Session) -> None:
    event = act(makemore, ClimbLadder(opens_test="best"))[-1]
    assert isinstance(event, LadderClimbed)
    by_name = {(rung.model, rung.order): rung for rung in event.rungs}
    plain = by_name["kneser-ney", 6]
    assert (plain.train, plain.dev) == pytest.approx((1.6324263, 1.9831348), abs=1e-7)
    best = event.rungs[0]
    assert (best.model, best.order) == ("modified-kneser-ney", 6)
    assert best.dev == pytest.approx(1.975, abs=2e-3)
    assert [rung.test is not None for rung in event.rungs] == [True, *[False] * 48]


# What a trial tells


def test_test_is_sealed_unless_it_is_opened(bundled: Session) -> None:
    for opens in (False, True):
        told = [
            [part.part for part in event.parts]
            for event in (
                counted(bundled, CountContexts(split="lecture", opens_test=opens)),
                tuned(bundled, Tune(split="lecture", opens_test=opens)),
            )
        ]
        assert told == [["train", "dev", *["test"] * opens]] * 2


def test_without_a_split_all_is_train(bundled: Session) -> None:
    event = counted(bundled, CountContexts())
    assert event.parts == (PartLoss("train", 32257, 229804, event.parts[0].nll),)
    assert (event.predictions, event.contexts, event.cells, event.once) == (229804, 27, 627, 40)
    assert (event.dots, event.has_test) == (1, False)
    assert bundled.counts is not None
    assert event.parts[0].nll == bundled.counts.floor


def test_figures_of_contexts_are_of_train_and_predictions_of_all(bundled: Session) -> None:
    event = counted(bundled, CountContexts(3, split="lecture"))
    assert event.predictions == 229804
    assert event.cells < counted(bundled, CountContexts(3)).cells
    assert [part.predictions for part in event.parts] == [183802, 22949]


def few(words_file: WriteWords, dev: list[str]) -> Session:
    """A session on twenty words, of which `file` makes two the words of dev."""
    session = Session()
    words = [*("anna", "otto") * 8, *dev, "anna", "ada"]
    act(session, LoadDataset(words_file("\n".join(words))))
    return session


def test_new_words_too_short_to_predict_anything_are_left_out(words_file: WriteWords) -> None:
    session = few(words_file, ["anna", "b"])
    _, dev = counted(session, CountContexts(3, 0, "file")).parts
    assert (dev.words, dev.repeats) == (2, 1)
    assert math.isnan(dev.new_nll)
    _, dev = counted(session, CountContexts(3, 1, "file")).parts
    assert math.isinf(dev.new_nll), "with a dot more the end of b is predicted"


def test_a_part_too_short_to_predict_anything_is_named(words_file: WriteWords) -> None:
    session = few(words_file, ["a", "b"])
    said = refusal(session, CountContexts(3, 0, "file"))
    assert said.startswith("None of 2 words of dev is long enough for order 3 with dots 0: ")
    assert counted(session, CountContexts(3, 1, "file")).parts[1].predictions == 2


def test_no_name_of_a_split_by_hash_is_repeated(bundled: Session) -> None:
    _, dev = counted(bundled, CountContexts(split="hash", smoothing=1.0)).parts
    assert dev.repeats == 0
    assert dev.new_nll == dev.nll


@pytest.mark.parametrize(
    ("model", "parameter"),
    [
        ("witten-bell", None),
        ("dirichlet", "strength"),
        ("absolute", "discount"),
        ("kneser-ney", "discount"),
        ("modified-kneser-ney", "discounts"),
        ("jelinek-mercer", "weights"),
    ],
)
def test_every_model_beats_add_k_at_order_4(
    bundled: Session, model: CountingModel, parameter: str | None
) -> None:
    found = tuned(bundled, Tune(4, split="lecture", model=model))
    assert found.parameter == parameter
    assert found.parts[1].nll < known.BUNDLED_SPLIT["lecture", 4, 3][3][1]
    assert (found.edge, math.isnan(found.left_out)) == ("", True)
    used = counted(bundled, CountContexts(4, split="lecture", model=model))
    assert used.parameter == parameter


def test_a_curve_goes_from_one_end_to_the_other_and_has_its_least_at_the_optimum(
    bundled: Session,
) -> None:
    found = tuned(bundled, Tune(3, split="lecture", model="kneser-ney"))
    values = [point.value for point in found.curve]
    assert (values[0], values[-1]) == (0.001, 1.0)
    assert values == sorted(values)
    assert min(point.dev for point in found.curve) >= found.parts[1].nll
    trains = [point.train for point in found.curve]
    assert trains == sorted(trains)


def test_without_a_dev_each_event_is_left_out_in_turn(bundled: Session, names: Dataset) -> None:
    found = tuned(bundled, Tune(3))
    assert isinstance(found.value, float)
    assert 0.1 < found.value < 0.2
    assert [part.part for part in found.parts] == ["train"]
    levels = Levels(count_all(finish(encode(names)), names.vocabulary, 3))
    assert found.left_out == finish(leave_one_out(levels, found.value))
    # Counted by hand: the one event that is left out is in no count.
    total = 0.0
    top = levels.level(3)
    for c, t in zip(top.counts.tolist(), top.totals[top.contexts].tolist(), strict=True):
        total -= c * math.log((c - 1 + 0.5) / (t - 1 + 0.5 * 27))
    assert finish(leave_one_out(levels, 0.5)) == pytest.approx(total / 229804, abs=1e-12)


def test_an_optimum_at_an_edge_is_said(words_file: WriteWords) -> None:
    session = Session()
    act(session, LoadDataset(words_file("ab\n" * 20)))
    # Dev is like train: the less is added, the better.
    found = tuned(session, Tune(2, split="file"))
    assert (found.value, found.edge) == (1e-4, "least")
    act(session, LoadDataset(words_file("ab\n" * 16 + "ba\n" * 4)))
    # Dev is unlike train: the more is added, the better.
    found = tuned(session, Tune(2, split="file"))
    assert (found.value, found.edge) == (1e3, "most")


def test_a_ladder_is_sorted_and_grows_and_keeps_test_sealed(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.answers.trials.MOST_ORDER", 3)
    session = Session()
    act(session, LoadDataset(words_file("emma\nolivia\nava\nisabella\nsophia\nemma\n")))
    events = act(session, ClimbLadder("0.5,0.25,0.25"))
    ladders = [event for event in events if isinstance(event, LadderClimbed)]
    assert [len(ladder.rungs) for ladder in ladders] == [*range(1, 22), 21]
    assert [ladder.is_last for ladder in ladders] == [*[False] * 21, True]
    for ladder in ladders:
        assert [rung.dev for rung in ladder.rungs] == sorted(rung.dev for rung in ladder.rungs)
        assert all(rung.test is None for rung in ladder.rungs)
    opened = act(session, ClimbLadder("0.5,0.25,0.25", opens_test="all"))[-1]
    assert isinstance(opened, LadderClimbed)
    assert all(rung.test is not None for rung in opened.rungs)
    monkeypatch.setattr("engine.answers.trials.MOST_ORDER", 0)
    best = act(session, ClimbLadder("0.5,0.25,0.25", opens_test="best"))[-1]
    assert isinstance(best, LadderClimbed)
    assert [rung.test is not None for rung in best.rungs] == [True, *[False] * 20]
    assert best.rungs[0].test == opened.rungs[0].test
    again = act(session, ClimbLadder("0.5,0.25,0.25"))[-1]
    assert isinstance(again, LadderClimbed)
    assert (again.is_last, again.rungs) == (True, ladders[-1].rungs), "none is climbed again"


@pytest.mark.parametrize(
    "command", [CountContexts(2, request=7), Tune(2, split="lecture", request=7)]
)
def test_an_answer_names_what_was_asked(bundled: Session, command: CountContexts | Tune) -> None:
    event = act(bundled, command)[-1]
    assert isinstance(event, ContextsCounted | ModelTuned)
    assert (event.request, event.command) == (7, command)


def test_new_words_are_tried_anew(words_file: WriteWords) -> None:
    session = Session()
    act(session, LoadDataset(words_file("ab\nab\n")))
    assert counted(session, CountContexts(3)).cells == 3
    act(session, LoadDataset(words_file("abcd\n")))
    assert counted(session, CountContexts(3)).cells == 5


def test_a_trial_says_how_far_it_has_come() -> None:
    session = Session()
    act(session, LoadDataset(None))
    events = list[Event]()
    for command in (CountContexts(4, split="lecture"), Tune(4, split="lecture")):
        events += act(session, command)
    tasks = {event.task for event in events if isinstance(event, Progressed)}
    assert tasks == {"splitting", "counting", "tuning", "scoring"}
    for event in events:
        if isinstance(event, Progressed):
            assert 0 <= event.done <= event.total


def test_a_makemore_py_split_waits_for_torch(words_file: WriteWords) -> None:
    session = Session()
    act(session, LoadDataset(words_file("\n".join(f"{i:02}" for i in range(40)))))
    assert not list(session.handle(CountContexts(split="makemore.py")))
    assert session.needs_torch
    session.import_torch()
    list(session.become_ready())
    events = [event for _ in range(500) for event in session.work()]
    (event,) = (event for event in events if isinstance(event, ContextsCounted))
    assert [part.words for part in event.parts] == [36, 4]
    assert event.predictions == 120
    assert event.is_dev_test


# What is refused


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (CountContexts(8), "order must be a whole number from 1 to 7, not 8"),
        (CountContexts(3, 3), "dots must be a whole number from 0 to 2"),
        (CountContexts(split="no"), "There is no split “no”"),
        (CountContexts(model="kneser"), "model must be one of counts"),  # type: ignore[arg-type]
        (CountContexts(smoothing=-1.0), "smoothing must be a finite number, 0 or more"),
        (CountContexts(model="absolute", discount=1.1), "discount must be a finite number from 0"),
        (CountContexts(model="dirichlet", strength=0.0), "strength must be a finite number above"),
        (CountContexts(model="witten-bell", discount=0.5), "witten-bell takes no discount"),
        (CountContexts(model="kneser-ney", smoothing=0.0), "kneser-ney takes no smoothing"),
        (CountContexts(model="jelinek-mercer"), "finds its weights on dev"),
        (CountContexts(top=-1), "top must be a whole number"),
        (CountContexts(opens_test=True), "Split none has no test"),
        (CountContexts(split="0.9,0.1", opens_test=True), "has no test"),
        (Tune(0), "order must be"),
        (Tune(model="absolute"), "tuned on dev"),
        (Tune(model="jelinek-mercer"), "finds its weights on dev"),
        (Tune(model="nets"), "model must be one of"),  # type: ignore[arg-type]
        (Tune(opens_test=True), "has no test"),
        (ClimbLadder("none"), "split none does not have"),
        (ClimbLadder("0.9,0.1", opens_test="best"), "has no test"),
    ],
    ids=str,
)
def test_what_is_impossible_is_refused_in_a_sentence(
    bundled: Session, command: Command, said: str
) -> None:
    assert said in refusal(bundled, command)


def test_a_file_too_short_to_split_is_refused(words_file: WriteWords) -> None:
    session = Session()
    act(session, LoadDataset(words_file("ab\ncd\n")))
    assert "2 words cannot be split by lecture" in refusal(session, Tune(split="lecture"))


def test_without_words_there_is_nothing_to_try() -> None:
    for command in (CountContexts(), Tune(), ClimbLadder()):
        (event,) = Session().handle(command)
        assert isinstance(event, CommandRefused)
        assert "no words yet" in event.reason


# Searching


@pytest.mark.parametrize(("least", "edge"), [(0.3, ""), (0.0001, "least"), (5000.0, "most")])
def test_a_search_finds_where_a_loss_is_least(least: float, edge: str) -> None:
    def loss(x: float) -> Pieces[float]:
        yield
        return (math.log(x) - math.log(least)) ** 2

    found = finish(search(loss, 1e-3, 1e3))
    assert found.edge == edge
    assert found.value == pytest.approx({"": 0.3, "least": 1e-3, "most": 1e3}[edge], rel=1e-5)


def test_weights_are_those_that_do_best() -> None:
    text = "abab abba baab cab abc bac acab bcab aabb bca acb cc cabc bbab ccab"
    words, vocabulary = encoded(text.split())
    train = count_all(words.take(np.arange(8)), vocabulary, 3)
    dev = count_all(words.take(np.arange(8, 15)), vocabulary, 3)
    seen = Levels(train).look_up(dev.grams)
    rule = finish(expect(seen, dev))
    assert sum(rule.weights) == pytest.approx(1)
    least = finish(loss(dev, seen, rule))
    # Not every context is known: there the weights are those of fewer orders.
    assert seen.total(3).min() == 0
    for more, less in itertools.permutations(range(4), 2):
        # A little from one to another is for the worse, whichever it is.
        other = np.array(rule.weights)
        moved = min(0.01, other[less])
        other[more] += moved
        other[less] -= moved
        assert finish(loss(dev, seen, JelinekMercer(tuple(other.tolist())))) >= least - 1e-12


def test_a_loss_is_worked_out_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    words, vocabulary = encoded(["abab", "abba", "baab", "cab"])
    table = count_all(words, vocabulary, 3)
    seen = Levels(table).look_up(table.grams)
    whole: Callable[[], float] = lambda: finish(loss(table, seen, AddK(0.5)))  # noqa: E731
    expected = whole()
    monkeypatch.setattr("engine.models.ngrams.losses.PIECE", 3)
    assert whole() == expected
    assert len(list(loss(table, seen, AddK(0.5)))) == -(-table.cells // 3)


def test_the_orders_and_parameters_of_commands_are_those_of_the_settings() -> None:
    assert MOST_ORDER == 7
    names = {field.name for field in fields(CountContexts)}
    assert {family.parameter for family in FAMILIES.values()} <= names


def test_a_climb_that_is_no_longer_wanted_ends_where_it_is(bundled: Session) -> None:
    told = [*bundled.handle(ClimbLadder("file"))]
    while not any(isinstance(event, LadderClimbed) for event in told):
        told += bundled.work()
    assert bundled.is_busy
    assert act(bundled, StopClimbing()) == [Progressed(CLIMB, 1, 1)]
    assert not bundled.is_busy


def test_a_climb_that_waits_for_torch_can_be_stopped_before(words_file: WriteWords) -> None:
    session = Session()
    act(session, LoadDataset(words_file("emma\nolivia\nava\n")))
    assert act(session, ClimbLadder("makemore.py")) == []
    assert session.needs_torch
    act(session, StopClimbing())
    assert not session.needs_torch
