"""Models of any order on the parts of the words: counted, tuned, and held against one another.

In pieces: between two of them a task says how far it has come. A sort, and a look at every cell,
is one piece; for the list of names that is some milliseconds, for a million words up to a second.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import get_args

from engine.limits import check
from engine.models.ngrams.losses import cut, quick_loss
from engine.models.ngrams.model import CountModel
from engine.models.ngrams.smoothing import Rule, WittenBell, estimated, parameter_of
from engine.models.ngrams.trial import Divided, Trial, divide, prepare
from engine.models.ngrams.tuning import FAMILIES, Found, expect, leave_one_out, search, tune
from engine.protocol import (
    MOST_ORDER,
    ClimbLadder,
    ContextsCounted,
    CountContexts,
    CountingModel,
    CurvePoint,
    Event,
    LadderClimbed,
    ModelTuned,
    Ngrams,
    Refusal,
    Rung,
    Tune,
)
from engine.words.dataset import Dataset
from engine.words.order import Encoded
from engine.words.pieces import Pieces

Work = Generator[Event | None, None, None]

Climbed = tuple[Rung, Rule]
"""A rung of the ladder, and the model at its best that stands on it."""


class Trials:
    """Works trials of one dataset off; what the last one was made of is kept.

    Args:
        dataset: the words.
        encode: gives them as numbers.
    """

    def __init__(self, dataset: Dataset, encode: Callable[[], Pieces[Encoded]]) -> None:
        self._dataset, self._encode = dataset, encode
        self._divided: Divided | None = None
        self._trial: Trial | None = None
        self._climbed: tuple[Divided | None, tuple[Climbed, ...]] = None, ()
        """Every rung of the ladder on the split climbed last: test may be opened later."""

    def work(self, command: CountContexts | Tune | ClimbLadder) -> Iterator[Event | None]:
        """Carry a command out, in pieces; Refusal if it is impossible."""
        if isinstance(command, CountContexts):
            return self._count(command)
        return self._tune(command) if isinstance(command, Tune) else self._climb(command)

    def model(
        self, name: CountingModel, smoothing: float, ngrams: Ngrams
    ) -> Generator[Event | None, None, CountModel]:
        """Make a model of train, in pieces.

        Args:
            name: which.
            smoothing: k, of the model `counts` alone.
            ngrams: what it is made of.

        Raises:
            Refusal: it is impossible.
        """
        k = smoothing if name == "counts" else None
        value = _parameter(name, smoothing=k, discount=ngrams.discount, strength=ngrams.strength)
        divided = yield from self._divide(ngrams.split)
        trial = yield from self._prepare(divided, ngrams.order, ngrams.dots)
        return CountModel(trial.levels, (yield from _rule(name, value, trial)))

    # Each command

    def _count(self, command: CountContexts) -> Work:
        check("top", command.top)
        value = _parameter(
            command.model,
            smoothing=command.smoothing,
            discount=command.discount,
            strength=command.strength,
        )
        divided = yield from self._divide(command.split)
        _check_test(divided, command.opens_test)
        trial = yield from self._prepare(divided, command.order, command.dots)
        rule = yield from _rule(command.model, value, trial)
        parts = yield from trial.losses(rule, command.opens_test)
        train = trial.train
        yield ContextsCounted(
            command.request,
            command,
            train.dots,
            trial.predictions,
            train.contexts,
            train.cells,
            train.once,
            parts,
            divided.has_test,
            divided.parts.is_dev_test,
            *parameter_of(rule),
            tuple(train.top(command.top)),
        )

    def _tune(self, command: Tune) -> Work:
        check("counting_model", command.model)
        divided = yield from self._divide(command.split)
        _check_test(divided, command.opens_test)
        trial = yield from self._prepare(divided, command.order, command.dots)
        rule, found = yield from _best(command.model, trial)
        curve = yield from _curve(command.model, trial, found)
        parts = yield from trial.losses(rule, command.opens_test)
        left_out = math.nan
        if found and "dev" not in trial.tables:
            left_out = yield from leave_one_out(trial.levels, found.value)
        yield ModelTuned(
            command.request,
            command,
            trial.train.dots,
            *parameter_of(rule),
            found.edge if found else "",
            curve,
            parts,
            divided.has_test,
            divided.parts.is_dev_test,
            left_out,
        )

    def _climb(self, command: ClimbLadder) -> Work:
        divided = yield from self._divide(command.split)
        if "dev" not in divided.encoded:
            raise Refusal(
                f"The ladder is sorted by dev, which split {command.split} does not have; choose "
                "another."
            )
        _check_test(divided, command.opens_test != "no")
        shown = divided.has_test, divided.parts.is_dev_test
        opens_all = command.opens_test == "all"
        of, kept = self._climbed
        climbed = list(kept) if of is divided and not opens_all else []
        if not climbed:
            for order in range(1, MOST_ORDER + 1):
                start = time.perf_counter()
                trial = yield from prepare(divided, order)
                counted = time.perf_counter() - start
                for model in get_args(CountingModel):
                    rung, rule = yield from _rung(model, trial, counted)
                    if opens_all:
                        rung = yield from _opened(rung, rule, trial)
                    climbed.append((rung, rule))
                    yield LadderClimbed(command.request, command, _sorted(climbed), False, *shown)
            if not opens_all:
                self._climbed = divided, tuple(climbed)
        if command.opens_test == "best":
            best = min(range(len(climbed)), key=lambda i: climbed[i][0].dev)
            rung, rule = climbed[best]
            trial = yield from self._prepare(divided, rung.order, None)
            climbed[best] = (yield from _opened(rung, rule, trial)), rule
        yield LadderClimbed(command.request, command, _sorted(climbed), True, *shown)

    # What they are made of

    def _divide(self, split: str) -> Generator[Event | None, None, Divided]:
        if self._divided is None or self._divided.parts.split != split:
            words = yield from self._encode()
            vocabulary = self._dataset.vocabulary
            self._divided = yield from divide(self._dataset.words, words, vocabulary, split)
        return self._divided

    def _prepare(
        self, divided: Divided, order: int, dots: int | None
    ) -> Generator[Event | None, None, Trial]:
        kept = self._trial
        wanted = order, order - 1 if dots is None else dots
        if (
            kept is None
            or kept.divided is not divided
            or (kept.train.order, kept.train.dots) != wanted
        ):
            # Let go of before the next one is made: together they may be large.
            kept = self._trial = None
            kept = self._trial = yield from prepare(divided, order, dots)
        return kept


def _parameter(model: CountingModel, **given: float | None) -> float | None:
    """The value of a model's parameter, of those that were given; `None` if it was not.

    Raises:
        Refusal: one is out of range, or the model does not take it.
    """
    check("counting_model", model)
    family = FAMILIES.get(model)
    value = None
    for name, each in given.items():
        if each is None:
            continue
        if family is None or family.parameter != name:
            raise Refusal(f"The model {model} takes no {name}; leave it out.")
        check(name, each)
        value = each
    return value


def _rule(
    model: CountingModel, value: float | None, trial: Trial
) -> Generator[Event | None, None, Rule]:
    """A model with a value of its parameter, or the usual one if there is none."""
    yield from _built(model, trial)
    if model not in FAMILIES:
        return (yield from _estimated(model, trial))
    family = FAMILIES[model]
    return family.rule(family.usual if value is None else value)


def _check_test(divided: Divided, is_wanted: bool) -> None:
    if is_wanted and not divided.has_test:
        raise Refusal(f"Split {divided.parts.split} has no test to be opened; choose another.")


def _built(model: CountingModel, trial: Trial) -> Pieces[None]:
    """Work out the orders that a model leans on."""
    if model != "counts":
        yield from trial.levels.build()


def _best(
    model: CountingModel, trial: Trial
) -> Generator[Event | None, None, tuple[Rule, Found | None]]:
    """A model at its best, and how that was found if it was searched for."""
    yield from _built(model, trial)
    if model not in FAMILIES:
        return (yield from _estimated(model, trial)), None
    found = yield from _searched(model, trial)
    return FAMILIES[model].rule(found.value), found


def _estimated(model: CountingModel, trial: Trial) -> Generator[Event, None, Rule]:
    """A model whose parameters are not searched for."""
    if model == "witten-bell":
        return WittenBell()
    if model == "modified-kneser-ney":
        return estimated(trial.levels)
    if "dev" not in trial.tables:
        raise Refusal("Jelinek-Mercer finds its weights on dev; choose a split that has one.")
    return (yield from expect(trial.seen["dev"], trial.tables["dev"]))


def _searched(model: CountingModel, trial: Trial) -> Generator[Event | None, None, Found]:
    """The parameter that does best on dev, or without one, by leave-one-out."""
    family = FAMILIES[model]
    if "dev" in trial.tables:
        return (yield from tune(family, trial.seen["dev"], trial.tables["dev"]))
    if model != "counts":
        split = trial.divided.parts.split
        raise Refusal(
            f"The model {model} is tuned on dev, which split {split} does not have; choose another "
            "split. The model counts can be tuned without one."
        )
    return (yield from search(lambda k: leave_one_out(trial.levels, k), family.least, family.most))


def _curve(
    model: CountingModel, trial: Trial, found: Found | None
) -> Pieces[tuple[CurvePoint, ...]]:
    """The loss on train beside that on dev, for the values that were tried first."""
    points, pieces = [], cut(trial.seen["train"])
    for value, dev in found.curve if found else ():
        train = yield from quick_loss(trial.train, pieces, FAMILIES[model].rule(value))
        points.append(CurvePoint(value, train, dev))
    return tuple(points)


def _rung(
    model: CountingModel, trial: Trial, counted: float
) -> Generator[Event | None, None, tuple[Rung, Rule]]:
    """A model at the order of a trial, at its best on dev.

    Args:
        model: which.
        trial: the counts.
        counted: seconds that counting took.
    """
    start = time.perf_counter()
    rule, found = yield from _best(model, trial)
    train = yield from trial.loss(rule, "train")
    dev = yield from trial.loss(rule, "dev")
    new_dev = yield from trial.new_loss(rule, "dev")
    cells = sum(
        len(trial.levels.level(m).keys)
        for m in range(trial.train.order if model == "counts" else 1, trial.train.order + 1)
    )
    rung = Rung(
        model,
        trial.train.order,
        *parameter_of(rule),
        found.edge if found else "",
        train,
        dev,
        new_dev,
        trial.train.contexts,
        cells,
        (counted + time.perf_counter() - start) * 1e3,
    )
    return rung, rule


def _sorted(climbed: list[Climbed]) -> tuple[Rung, ...]:
    """The rungs, the best on dev first."""
    return tuple(sorted((rung for rung, _ in climbed), key=lambda each: each.dev))


def _opened(rung: Rung, rule: Rule, trial: Trial) -> Pieces[Rung]:
    return replace(rung, test=(yield from trial.loss(rule, "test")))
