"""Does this installation compute what it should? The known figures, worked out anew.

For makemore's list and for the list that comes with the program the figures of
`engine.proof.reference` are recomputed with today's torch on this device. The identities are
checked on any data.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor

from engine.exercises.looping import looped
from engine.models.counts import Counts, count_all
from engine.models.likelihood import CountTable, Model, nll, score
from engine.models.objective import Objective, first_weights
from engine.models.views import NetworkTable
from engine.proof.bench import LectureStep
from engine.proof.checks import Check, furthest, left_out, near, reported, same
from engine.proof.identities import SLOW_PATHS, TRAJECTORY, Trajectories, follow, identities
from engine.proof.nets import nets
from engine.proof.ngrams import ngrams
from engine.proof.reference import (
    EMMA_LOSSES,
    EMMA_PROBABILITIES,
    HUNDRED_DRAWS,
    LECTURE_NAMES,
    REFERENCES,
    SEEDS,
    THREE_UNIFORMS,
    TORCH_NAMES,
    Reference,
)
from engine.proof.tables import Tables
from engine.protocol import LECTURE_SEED, Device, Refusal, Sample, SamplerName, Settings
from engine.sampling.sampler import sample
from engine.text.numbers import number
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset, Words, finish, load_all
from engine.words.order import Encoded, encode

PRINTED = 5.1e-5
"""Tolerance for figures known to four decimals."""

EXACT = 1e-9
"""Tolerance for figures known to full precision."""

FLOAT32 = 3e-7
"""Tolerance for what float32 gave: a step of its own, between 2 and 4."""


def verify(path: str | None = None, device: Device = "auto") -> Iterator[Check]:
    """Recompute everything that is known of a file of words, one row a figure.

    Raises:
        Refusal: the file or the device cannot be used.
    """
    torch.set_num_threads(1)
    dataset = load_all(path)
    counts = count_all(dataset.words, dataset.vocabulary)
    reference = REFERENCES.get(dataset.sha256)
    objective = Objective(counts)
    trajectories = follow(objective, 50.0 if reference else 1.0, device)
    if reference:
        words = finish(encode(dataset))
        yield from _data(dataset, counts, reference)
        yield from _count_model(counts, words, reference)
        yield from _keepdim(counts, reference)
        yield from _names(dataset, counts)
        yield from _training(objective, reference, trajectories, device)
        yield from _optimum(objective, reference, device)
        yield from _network(dataset, objective, reference, device)
        yield from _emma(counts, device)
        tables = Tables(dataset)
        yield from ngrams(tables)
        yield from nets(tables)
    yield from identities(counts, objective, trajectories, device)
    if not reference:
        lists = " and ".join(known.name for known in REFERENCES.values())
        why = f"known only for {lists}; these data are neither"
        yield left_out("Reference", "losses, names and other known figures", why)


def _data(dataset: Dataset, counts: Counts, r: Reference) -> Iterator[Check]:
    group = f"Data: {r.name}"
    yield same(group, "words", r.words, len(dataset.words))
    yield same(group, "different words", r.distinct, dataset.distinct)
    yield same(group, "repeats", r.words - r.distinct, len(dataset.words) - dataset.distinct)
    yield same(group, "lengths", "2–15", f"{dataset.shortest}–{dataset.longest}")
    yield same(group, "symbols", 27, len(counts.vocabulary))
    yield same(group, "bigrams", r.bigrams, counts.bigrams)
    cells = len(counts.vocabulary) ** 2
    yield same(group, "cells seen", r.nonzero, counts.nonzero)
    yield same(group, "cells never seen", r.zero, cells - counts.nonzero)
    yield same(group, "cells seen once", r.once, counts.once)
    top = ", ".join(f"{a}{b} {n}" for a, b, n in counts.top(10))
    yield same(group, "most frequent bigrams", r.top, top)
    yield same(group, "others pointed at", r.other, _counted(counts, r.other))
    if r.split:
        yield from _split(dataset.words, group, r.split)


def _counted(counts: Counts, listed: str) -> str:
    """Give a list of bigrams with the counts that they have here."""
    indices = counts.vocabulary.indices
    pairs = [each.split()[0] for each in listed.split(", ")]
    seen = (counts.count(*(indices[symbol] for symbol in pair)) for pair in pairs)
    return ", ".join(f"{pair} {n}" for pair, n in zip(pairs, seen, strict=True))


def _split(words: Words, group: str, expected: tuple[str, str]) -> Iterator[Check]:
    """Split 80/10/10 as the later lectures do."""
    shuffled = list(words)
    random.Random(42).shuffle(shuffled)
    ends = [0, int(0.8 * len(shuffled)), int(0.9 * len(shuffled)), len(shuffled)]
    parts = [shuffled[start:end] for start, end in pairwise(ends)]
    figures = (
        "/".join(str(len(part)) for part in parts),
        "/".join(str(sum(len(word) + 1 for word in part)) for part in parts),
    )
    for what, known, got in zip(("words", "bigrams"), expected, figures, strict=True):
        yield same(group, f"{what} of the 80/10/10 split", known, got)


def _count_model(counts: Counts, words: Encoded, r: Reference) -> Iterator[Check]:
    group = "Count model, nats"
    raw, smooth = CountTable(counts, 0.0), CountTable(counts, 1.0)
    yield near(group, "average NLL: the entropy floor", r.floor, counts.floor, EXACT)
    yield near(group, "average NLL, smoothing 1", r.smoothed, counts.nll(1.0), 1e-8)
    for smoothing, expected in enumerate(r.summed or ()):
        got = looped(words, len(counts.vocabulary), smoothing)
        figure = f"smoothing {smoothing}, summed in float32 as typed"
        yield near(group, figure, expected, got, FLOAT32)
    total = -counts.nll(0.0) * counts.bigrams
    yield near(group, "sum of log likelihood", r.log_likelihood, total, PRINTED)
    if r.guessed is not None:
        yield from _guesses(group, Objective(counts).table, r.guessed)
    if r.firsts is not None:
        yield from _firsts(group, Objective(counts).table, r.firsts)
    begins = dict(zip(counts.vocabulary.symbols, map(float, r.begins.split()), strict=True))
    yield furthest(group, "P[0]", begins, raw.row((0,)), PRINTED)
    three = [score(word, raw) for word in ("emma", "olivia", "ava")]
    likelihood = math.fsum(word.log_likelihood for word in three)
    yield near(group, "log likelihood of emma olivia ava", r.three, likelihood, PRINTED)
    if r.three_mean is not None:
        pairs = sum(len(word.bigrams) for word in three)
        yield near(group, "their average NLL", r.three_mean, -likelihood / pairs, PRINTED)
    yield near(group, "andrej", r.andrej, nll("andrej", raw), 1e-6)
    yield near(group, "andrejq", math.inf, nll("andrejq", raw), 0.0)
    yield same(group, "never seen in andrejq", "jq", " ".join(score("andrejq", raw).impossible))
    yield near(group, "andrejq, smoothing 1", r.andrejq, nll("andrejq", smooth), 1e-6)


def _guesses(group: str, n: Tensor, expected: tuple[float, float]) -> Iterator[Check]:
    """Guess each symbol by the rows of N, shape (V, V): the likeliest first."""
    likely = n.sort(1, descending=True).values
    share, rank = float(likely[:, 0].sum() / n.sum()), torch.arange(1, n.shape[1] + 1)
    yield near(group, "share of symbols that are the likeliest", expected[0], share, 1e-8)
    mean = float((likely * rank).sum() / n.sum())
    yield near(group, "mean rank of the symbol that comes", expected[1], mean, 1e-6)


def _firsts(group: str, n: Tensor, expected: tuple[float, float]) -> Iterator[Check]:
    """Part the NLL of N, shape (V, V), into that of its first row and that of all others."""
    for what, each, rows in zip(
        ("first symbols", "all others"), expected, (n[:1], n[1:]), strict=True
    ):
        p = rows / rows.sum(1, keepdim=True)
        got = -float(torch.xlogy(rows, p).sum() / rows.sum())
        yield near(group, f"average NLL of {what}", each, got, 1e-8)


def _keepdim(counts: Counts, r: Reference) -> Iterator[Check]:
    """The lecture's bug: `P / P.sum(1)` divides columns; the first row's sum gives it away."""
    for smoothing, expected in enumerate(r.keepdim):
        if expected is not None:
            n = Objective(counts).table + smoothing
            got = float((n / n.sum(1))[0].sum())
            figure = f"first row's sum, smoothing {smoothing}"
            yield near("Without keepdim", figure, expected, got, PRINTED)


def _draw(model: Model, words: Words, sampler: SamplerName) -> str:
    return " ".join(name.name for name in sample(model, words, Sample(number=5, sampler=sampler)))


def _names(dataset: Dataset, counts: Counts) -> Iterator[Check]:
    group = f"Names drawn, seed {LECTURE_SEED}"
    table = CountTable(counts, 1.0)
    lecture, torchs = (_draw(table, dataset.words, s) for s in ("lecture", "torch"))
    yield same(group, "lecture sampler", LECTURE_NAMES, lecture)
    yield reported(group, f"torch sampler ({torch.__version__} here)", TORCH_NAMES, torchs)
    generator = torch.Generator().manual_seed(LECTURE_SEED)
    p = torch.rand(3, generator=generator)
    for i, (expected, got) in enumerate(zip(THREE_UNIFORMS, (p / p.sum()).tolist(), strict=True)):
        yield near(group, f"torch.rand(3) normalised, entry {i}", expected, got, PRINTED)
    sums = p.double().cumsum(0)
    u = torch.rand(len(HUNDRED_DRAWS), generator=generator, dtype=torch.float64)
    drawn = "".join(map(str, torch.searchsorted(sums / sums[-1], u).tolist()))
    yield same(group, "a hundred draws from these", HUNDRED_DRAWS, drawn)


def _training(
    objective: Objective, r: Reference, trajectories: Trajectories, device: Device
) -> Iterator[Check]:
    """Hold all three paths against the known losses; only `counts` goes on beyond step 20."""
    for regularization, losses in r.losses.items():
        group = f"Training, regularization {number(regularization)}"
        run = Trainer(objective, Settings(regularization=regularization, device=device))
        for step, expected in losses.items():
            run.advance(step - run.step)
            got = _furthest(expected, _own_loss(run), run.loss.total)
            yield near(group, f"counts, step {step}", expected, got, TRAJECTORY)
        for path in SLOW_PATHS:
            seen = trajectories[path, regularization]
            assert not isinstance(seen, Refusal)
            for step in sorted(losses.keys() & seen.keys()):
                got = _furthest(losses[step], seen[step].own, seen[step].exact)
                yield near(group, f"{path}, step {step}", losses[step], got, TRAJECTORY)


def _own_loss(run: Trainer) -> float:
    return run.path.loss(run.weights, run.settings.regularization)


def _furthest(expected: float, *losses: float) -> float:
    return max(losses, key=lambda loss: abs(loss - expected))


def _optimum(objective: Objective, r: Reference, device: Device) -> Iterator[Check]:
    group = "Optimum"
    run = Trainer(objective, Settings(device=device))
    run.advance(10_000)
    total, data = r.optimum
    yield near(group, "total loss at regularization 0.01", total, run.loss.total, 1e-7)
    yield near(group, "its data part", data, run.loss.data, 1e-7)
    if r.edge is not None:
        logs = objective.table.log().clamp_min(-50)
        edge = objective.stability_edge(logs, 0.0)
        yield near(group, "edge of stability 2/λmax at W = log N", r.edge, edge, 0.05)
        for rate, expected in ((70, "falls"), (80, "oscillates"), (500, "near 9, finite")):
            yield same(group, f"loss at learning rate {rate}", expected, _fate(objective, rate))


def _fate(objective: Objective, rate: float) -> str:
    """What becomes of the loss at a learning rate after 3,000 steps, unregularized."""
    run = Trainer(objective, Settings(learning_rate=rate, regularization=0.0))
    run.advance(3_000)
    losses = []
    for _ in range(20):
        run.advance(1)
        losses.append(run.loss.data)
    if all(after < before for before, after in pairwise(losses)):
        return "falls"
    is_thrown = min(losses) > run.first_loss and max(losses) < 15
    return "near 9, finite" if is_thrown else "oscillates"


def _network(
    dataset: Dataset, objective: Objective, r: Reference, device: Device
) -> Iterator[Check]:
    group = "Network"
    run = Trainer(objective, Settings(device=device))
    run.advance(300)
    names = _draw(NetworkTable(run.moment), dataset.words, "lecture")
    yield same(group, "names after 300 steps", r.network_names, names)
    if r.correlation is not None:
        run = Trainer(objective, Settings(regularization=0.0, device=device))
        run.advance(1000)
        for what, expected, got in zip(
            ("raw", "rows centred"), r.correlation, _correlations(run), strict=True
        ):
            yield near(group, f"correlation of W with log N, {what}", expected, got, 0.001)


def _correlations(run: Trainer) -> tuple[float, float]:
    """Correlation of W with log N over the cells seen: as it is, and with rows centred there."""
    n = run.objective.table
    seen = n > 0
    w, logs = run.weights.to("cpu", torch.float64), torch.where(seen, n, 1.0).log()

    def correlate(a: Tensor, b: Tensor) -> float:
        """Pearson's correlation of two tables (V, V) over the cells seen."""
        return float(torch.corrcoef(torch.stack([a[seen], b[seen]]))[0, 1])

    def centre(m: Tensor) -> Tensor:
        """A table (V, V) less the mean of each row over its cells seen."""
        return m - (m * seen).sum(1, keepdim=True) / seen.sum(1, keepdim=True)

    return correlate(w, logs), correlate(centre(w), centre(logs))


def _emma(counts: Counts, device: Device) -> Iterator[Check]:
    """The lecture's first network: five bigrams, in the alphabet of all names."""
    group, word = "emma alone", "emma"
    objective = Objective(count_all(Words.of([word]), counts.vocabulary))
    settings = Settings(learning_rate=0.1, regularization=0.0, gradient="onehot", device=device)
    run = Trainer(objective, settings)
    text = torch.tensor([0, *counts.vocabulary.encode(word), 0])
    typed, weights = LectureStep(text[:-1], text[1:]), run.weights.to("cpu", copy=True)
    first = typed.probabilities(weights).tolist()
    for (pair, expected), got in zip(EMMA_PROBABILITIES.items(), first, strict=True):
        yield near(group, f"first probability of {pair}, as typed", expected, got, 1e-8)
    for step, expected in EMMA_LOSSES.items():
        typed.update(weights, 0.1, 0.0, step - run.step)
        run.advance(step - run.step)
        got = typed.loss(weights, 0.0)
        yield near(group, f"loss as the lecture types it, step {step}", expected, got, FLOAT32)
        yield near(group, f"loss in float64, step {step}", expected, run.loss.data, 1e-6)
    for further, expected in SEEDS.items():
        seed = LECTURE_SEED + further
        w = first_weights(len(counts.vocabulary), "randn", torch.Generator().manual_seed(seed))
        figure = f"loss as typed, step 0, seed {LECTURE_SEED} + {further}"
        yield near(group, figure, expected, typed.loss(w, 0.0), FLOAT32)
