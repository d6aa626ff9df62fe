"""Are longer contexts what they should be? Counts, smoothing and names against known figures.

The figures are those of `engine.proof.ngram_figures`. Where there are many of a kind, the one that
is furthest off stands for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.models.ngrams.levels import Levels
from engine.models.ngrams.model import CountModel
from engine.models.ngrams.smoothing import AddK, JelinekMercer, Rule, WittenBell, parameter_of
from engine.models.ngrams.trial import Trial
from engine.models.ngrams.tuning import FAMILIES, expect, leave_one_out, search, tune
from engine.proof import ngram_figures as known
from engine.proof.checks import Check, furthest, near, same
from engine.proof.reference import MAKEMORE, NAMES
from engine.proof.tables import (
    NLL,
    PARTS,
    VALUE,
    Losses,
    Tables,
    by_part,
    kind_of,
    nlls_of,
)
from engine.protocol import CountingModel, PartLoss, Sample
from engine.sampling.sampler import sample
from engine.text.numbers import number
from engine.words.dataset import finish
from engine.words.pieces import Pieces

WEIGHT = 3e-6
"""Tolerance of a weight of Jelinek-Mercer, to which the loss is flat."""

Split = tuple[float | None, Losses, float, Losses, tuple[int, int] | None]
"""As in `SPLIT` of the figures."""


def ngrams(tables: Tables) -> Iterator[Check]:
    """Recompute what is known of models of counts on a list of names."""
    if tables.dataset.sha256 == NAMES.sha256:
        yield from _counted(tables, known.BUNDLED, known.FEW_SMOOTHINGS)
        yield from _sizes(tables, known.BUNDLED_SIZES)
        yield from _splits(tables, known.BUNDLED_SPLIT)
    if tables.dataset.sha256 == MAKEMORE.sha256:
        yield from _counted(tables, known.ALL_DATA, known.SMOOTHINGS)
        yield from _sizes(tables, known.SIZES)
        yield from _splits(tables, known.SPLIT)
        yield from _of_the_lectures_split(tables)
        yield from _left_out(tables)
        for split in ("lecture", "makemore.py"):
            yield from _ladder(tables, split)
        yield from _weights(tables)
        yield from _names(tables)


def _by_smoothing(smoothings: Sequence[float], losses: Sequence[float]) -> dict[str, float]:
    return {f"k = {number(k)}": loss for k, loss in zip(smoothings, losses, strict=True)}


def _slashed(figures: Sequence[int]) -> str:
    return "/".join(map(str, figures))


def _told(trial: Trial, rule: Rule) -> tuple[PartLoss, ...]:
    return finish(trial.losses(rule, opens_test=True))


def _counted(
    tables: Tables,
    figures: Mapping[tuple[int, int], tuple[tuple[int, ...], tuple[float, ...]]],
    smoothings: Sequence[float],
) -> Iterator[Check]:
    group = "Longer contexts, all data: predictions/contexts/cells/seen once, and add-k"
    for (order, dots), (sizes, losses) in figures.items():
        trial = tables.of("none", order, dots)
        table = trial.train
        got = (table.predictions, table.contexts, table.cells, table.once)[: len(sizes)]
        yield same(group, f"{kind_of(order, dots)}: sizes", _slashed(sizes), _slashed(got))
        expected = _by_smoothing(smoothings, losses)
        nlls = (nll for k in smoothings for nll in nlls_of(trial, AddK(k)))
        yield furthest(group, f"{kind_of(order, dots)}: NLL", expected, nlls, NLL)


def _sizes(tables: Tables, figures: Mapping[str, tuple[int, int, int]]) -> Iterator[Check]:
    for split, sizes in figures.items():
        got = [table.predictions for table in tables.of(split, 2).tables.values()]
        group = "Splits: predictions of train/dev/test"
        yield same(group, f"split {split}", _slashed(sizes), _slashed(got))


def _splits(tables: Tables, figures: Mapping[tuple[str, int, int], Split]) -> Iterator[Check]:
    for (split, order, dots), (unsmoothed, at_1, best, at_best, events) in figures.items():
        group, kind = f"Add-k tuned on dev, split {split}", kind_of(order, dots)
        trial = tables.of(split, order, dots)
        found = finish(tune(FAMILIES["counts"], trial.seen["dev"], trial.tables["dev"])).value
        yield near(group, f"{kind}: k*", best, found, VALUE * best)
        nlls = nlls_of(trial, AddK(found))
        yield furthest(group, f"{kind}: NLL at k*", by_part(at_best), nlls, NLL)
        yield furthest(group, f"{kind}: NLL at 1", by_part(at_1), nlls_of(trial, AddK(1)), NLL)
        train, *others = _told(trial, AddK(0))
        if unsmoothed is not None:
            yield near(group, f"{kind}: NLL of train at 0", unsmoothed, train.nll, NLL)
        if events is not None:
            got = _slashed([part.unseen for part in others])
            yield same(group, f"{kind}: events unseen, dev/test", _slashed(events), got)


def _of_the_lectures_split(tables: Tables) -> Iterator[Check]:
    group = "Split lecture: what k does, who makes dev infinite, and the leak"
    for order in (2, 3, 4):
        trial = tables.of("lecture", order)
        nlls = [nlls_of(trial, AddK(k)) for k in known.PATTERN_SMOOTHINGS]
        for part, each in zip(PARTS, zip(*nlls, strict=True), strict=True):
            pattern = _by_smoothing(known.PATTERN_SMOOTHINGS, known.PATTERN[order, part])
            yield furthest(group, f"order {order}, {part}", pattern, each, NLL)
    for of_part in _told(tables.of("lecture", 2), AddK(0))[1:]:
        named, found = (
            ", ".join(f"{gram} ({word})" for gram, word in sorted(pairs))
            for pairs in (known.CULPRITS[of_part.part].items(), of_part.culprits)
        )
        yield same(group, f"bigrams of {of_part.part} that train does not hold", named, found)
    names = ("dev", "dev of new names", "test", "test of new names")
    for order, losses in known.LEAK.items():
        _, dev, test = _told(tables.of("lecture", order), AddK(0.2))
        got = dev.nll, dev.new_nll, test.nll, test.new_nll
        expected = dict(zip(names, losses, strict=True))
        yield furthest(group, f"order {order}, k = 0.2", expected, got, NLL)


def _left_out(tables: Tables) -> Iterator[Check]:
    group, family = (
        "Add-k without a dev set: each event by the counts of all others",
        FAMILIES["counts"],
    )
    for order, (best, at_best, at_1) in known.LEFT_OUT.items():
        levels = tables.of("none", order).levels

        def loss(k: float, levels: Levels = levels) -> Pieces[float]:
            return leave_one_out(levels, k)

        found = finish(search(loss, family.least, family.most)).value
        yield near(group, f"order {order}: k*", best, found, VALUE * best)
        expected = {"at k*": at_best, "at 1": at_1}
        nlls = (finish(loss(k)) for k in (found, 1.0))
        yield furthest(group, f"order {order}: NLL", expected, nlls, NLL)


def _ladder(tables: Tables, split: str) -> Iterator[Check]:
    group = f"Models that lean on lower orders, split {split}"
    climbed: list[tuple[float, str, Losses, list[float]]] = []
    for (known_split, model, value), rows in known.INTERPOLATED.items():
        if known_split != split:
            continue
        name = model if value is None else f"{model}, {number(value)}"
        expected, parameters = dict[str, float](), dict[str, float]()
        got, values = list[float](), list[float]()
        for order, (train, dev, test, *parameter) in enumerate(rows, start=2):
            trial = tables.of(split, order)
            rule = _rule(model, value, trial)
            nlls = nlls_of(trial, rule)
            climbed.append((dev, f"{name} of order {order}", (train, dev, test), nlls))
            expected |= by_part((train, dev, test), f", order {order}")
            got += nlls
            if parameter:
                parameters[f"at order {order}"] = parameter[0]
                values.append(_parameter(rule))
        yield furthest(group, name, expected, got, NLL)
        if parameters:
            # Of four decimals the last may be off by a half.
            yield furthest(group, f"{name}: parameter", parameters, values, 5e-5, VALUE)
    _, name, losses, nlls = min(climbed)
    for part, loss, nll in zip(PARTS, losses, nlls, strict=True):
        yield near(group, f"the best, {name}: {part}", loss, nll, NLL)


def _parameter(rule: Rule) -> float:
    value = parameter_of(rule)[1]
    assert isinstance(value, float)
    return value


def _weights(tables: Tables) -> Iterator[Check]:
    for order, weights in known.WEIGHTS.items():
        rule = _rule("jelinek-mercer", None, tables.of("lecture", order))
        assert isinstance(rule, JelinekMercer)
        expected = {f"at order {m}" if m else "at uniform": w for m, w in enumerate(weights)}
        group = "Weights of Jelinek-Mercer, split lecture"
        yield furthest(group, f"order {order}", expected, rule.weights, WEIGHT)


def _rule(model: CountingModel, value: float | None, trial: Trial) -> Rule:
    """A model with a value of its parameter, or tuned on dev."""
    finish(trial.levels.build())
    if model == "witten-bell":
        return WittenBell()
    seen, table = trial.seen["dev"], trial.tables["dev"]
    if model == "jelinek-mercer":
        return finish(expect(seen, table))
    family = FAMILIES[model]
    return family.rule(finish(tune(family, seen, table)).value if value is None else value)


def _names(tables: Tables) -> Iterator[Check]:
    for (order, smoothing), names in known.NAMES.items():
        model = CountModel(tables.of("none", order).levels, AddK(smoothing))
        drawn = sample(model, tables.dataset.words, Sample(smoothing=smoothing))
        got = " ".join(name.name or "(empty)" for name in drawn)
        yield same(
            "Names of longer contexts", f"order {order}, k = {number(smoothing)}", names, got
        )
