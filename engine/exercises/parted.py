"""E02 and E03: a split, losses on train and dev, and smoothing tuned on dev. Test stays sealed."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator

from engine.exercises.penalised import penalised
from engine.exercises.recipes import Material, Steps, Worked, stage
from engine.models.ngrams.contexts import count
from engine.models.ngrams.levels import Levels
from engine.models.ngrams.losses import cut, quick_loss
from engine.models.ngrams.smoothing import AddK
from engine.models.ngrams.trial import Divided, Trial, divide, prepare
from engine.models.ngrams.tuning import FAMILIES, leave_one_out, search, tune
from engine.protocol import Curve, CurvePoint, PartName, Progressed, Refusal
from engine.text.numbers import number
from engine.words.parts import part

SWEPT = (0.0, 0.001, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 100.0)
"""k that dev is looked at for."""

SIZES = "predictions of train, dev and test"

SHOWN: tuple[PartName, ...] = ("train", "dev")


def parted(material: Material, worked: Worked) -> Steps:
    """Part the words, and judge a bigram and a trigram on dev."""
    divided = yield from _divided(material)
    yield from _sizes(worked, material, divided)
    models = _models(material, (2, 3))
    yield stage(1, len(models) + 1)
    for done, (order, dots) in enumerate(models, start=2):
        trial = yield from prepare(divided, order, dots)
        name = _named(order, dots)
        for k in (0.0, 1.0):
            for which in SHOWN:
                nll = yield from trial.loss(AddK(k), which)
                note = _unseen(trial) if math.isinf(nll) else ""
                recipe = f"{name}, k = {number(k)}, {which}"
                worked.add("judged honestly", recipe, nll, note, rank=0)
        yield from _mistaken(worked, material, trial, name)
        yield stage(done, len(models) + 1)
    worked.remarks.append(
        "Test is sealed: look at it once, when all is chosen, with "
        "makemore-tui tune --split … --open-test."
    )
    worked.explain = lambda answer: _explained(answer, worked)


def tuned(material: Material, worked: Worked) -> Steps:
    """Tune k, and λ in its place, on dev: train rises with it, dev falls and rises."""
    divided = yield from _divided(material)
    family = FAMILIES["counts"]
    models = _models(material, (2, 3, 4))
    yield stage(1, len(models) + 1)
    for done, (order, dots) in enumerate(models, start=2):
        trial = yield from prepare(divided, order, dots)
        name = _named(order, dots)
        pieces = {which: cut(trial.seen[which]) for which in SHOWN}
        points = []
        for k in SWEPT:
            nlls = []
            for which in SHOWN:
                nll = yield from quick_loss(trial.tables[which], pieces[which], AddK(k))
                worked.add(f"{name}: k", f"{name}, k = {number(k)}, {which}", nll)
                nlls.append(nll)
            points.append(CurvePoint(k, *nlls))
        worked.curves.append(Curve(name, "k", tuple(points)))
        found = yield from tune(family, trial.seen["dev"], trial.tables["dev"])
        best = f"{name}: k at its best"
        slack = 1e-3 * found.value
        worked.add(best, f"{name}, k* on dev", found.value, unit="", rank=0, slack=slack)
        for which in SHOWN:
            nll = yield from trial.loss(AddK(found.value), which)
            worked.add(best, f"{name}, k*, {which}", nll, rank=0)
        levels = trial.levels
        left = yield from search(lambda k: leave_one_out(levels, k), family.least, family.most)  # noqa: B023
        recipe = f"{name}, k* by leaving one out of train"
        worked.add(best, recipe, left.value, "it needs no dev", unit="", slack=1e-3 * left.value)
        if order < 4:
            yield from penalised(worked, trial, name)
        yield stage(done, len(models) + 1)
    worked.remarks.append(
        "On train k = 0 is always best: whoever tunes k, or λ, on train learns nothing by it."
    )
    worked.remarks.append(
        "Test is sealed: look at it once, with the k that is best on dev: "
        "makemore-tui tune --order 3 --split … --open-test."
    )
    worked.explain = lambda answer: _explained(answer, worked)


def _divided(material: Material) -> Generator[Progressed | None, None, Divided]:
    split = material.command.split or "lecture"
    divided = yield from divide(material.words, material.encoded, material.vocabulary, split)
    if "dev" not in divided.encoded:
        raise Refusal(f"Split {split} has no dev to judge by; choose another, such as lecture.")
    return divided


def _models(material: Material, orders: tuple[int, ...]) -> list[tuple[int, int]]:
    """Orders, each with its dots; the trigram may have either number of them."""
    models: list[tuple[int, int]] = []
    for order in orders:
        models += [(3, dots) for dots in material.dots] if order == 3 else [(order, order - 1)]
    return models


def _named(order: int, dots: int) -> str:
    name = {2: "bigram", 3: "trigram"}.get(order, f"{order}-gram")
    return name + (f", {'one dot' if dots == 1 else 'two dots'}" if order == 3 else "")


def _sizes(worked: Worked, material: Material, divided: Divided) -> Steps:
    """How many symbols are predicted in each part, by this split and by that of part 2."""
    split = divided.parts.split
    for which, words in divided.encoded.items():
        size = len(words.indices) - 1
        worked.add(SIZES, f"split {split}, {which}", size, unit="", rank=0)
    if split != "part2":
        parts = yield from part(material.words, "part2")
        lengths = material.encoded.lengths + 1
        for which, numbers in parts.numbers.items():
            note = (
                "the cell that shuffles was run four times on one list, seeded with 42 each time, "
                "as in part 2 of the lectures"
            )
            size = int(lengths[numbers].sum())
            worked.add(SIZES, f"split part2, {which}", size, note, unit="")


def _mistaken(worked: Worked, material: Material, trial: Trial, name: str) -> Steps:
    """Judge on dev what has seen dev."""
    group, dev = "mistakes", trial.tables["dev"]
    encoded, vocabulary = material.encoded, material.vocabulary
    own = cut(Levels(dev).look_up(dev.grams))
    note = "trained on dev itself: the counts must be those of train"
    nll = yield from quick_loss(dev, own, AddK(0.0))
    worked.add(group, f"{name}, counted on dev, judged on dev, k = 0", nll, note, rank=2)
    whole = yield from count(encoded, vocabulary, dev.order, dev.dots)
    note = "counted on all words, so it has seen dev"
    for k in (0.0, 1.0):
        seen = cut(Levels(whole).look_up(dev.grams))
        nll = yield from quick_loss(dev, seen, AddK(k))
        recipe = f"{name}, counted on all words, judged on dev, k = {number(k)}"
        worked.add(group, recipe, nll, note, rank=2)


def _unseen(trial: Trial) -> str:
    """Why dev is infinite."""
    times = int(trial.tables["dev"].counts[trial.seen["dev"].count(trial.train.order) == 0].sum())
    return f"{times:,} events of dev have an n-gram that train does not hold: p = 0"


def _explained(answer: float, worked: Worked) -> Iterator[str]:
    if not math.isfinite(answer):
        yield "Here no loss is infinite: every n-gram of dev stands in train, or k is above 0."
        return
    if answer > 100:
        yield "No part has so many predictions: another list, another seed, or several shuffles."
        return
    finite = [c.figure.value for c in worked.candidates if c.figure.unit == "nats"]
    low = min(value for value in finite if math.isfinite(value))
    if answer < low:
        yield "Lower than all recipes here: a model that has seen dev, or a longer context."
    else:
        yield (
            "Another k, another split, a net stopped before it settled, or too strong a λ; the "
            "test loss is not told here."
        )
