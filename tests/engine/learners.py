"""Networks of contexts as a learner writes them, and how a run is held against known losses."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import torch
from hypothesis import assume
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from engine.protocol import Settings
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset, load_all

PRINTED = 3e-7
"""Nats: figures have seven decimals, and W is float32."""

WORDS = st.lists(st.text("abc", min_size=1, max_size=6), min_size=2, max_size=8)

SOON = Settings(learning_rate=1.0, seed=5)


def follow(
    run: Trainer,
    losses: Mapping[int, float],
    last: int,
    of_dev: Mapping[int, float] | None = None,
) -> Trainer:
    """Take the steps of known losses, as far as the last one, and check each."""
    for step, loss in losses.items():
        if step <= last:
            run.advance(step - run.step)
            assert run.loss.total == pytest.approx(loss, abs=PRINTED), step
            if run.loss.dev is not None and of_dev and step in of_dev:
                assert run.loss.dev == pytest.approx(of_dev[step], abs=PRINTED), step
    return run


def few(
    folder: pytest.TempPathFactory, words: list[str], order: int, dots: int
) -> tuple[Dataset, int]:
    """Write words of which something is predicted to a file; the dataset, and dots that can be."""
    dots = min(dots, order - 1)
    assume(any(len(word) >= order - 1 - dots for word in words))
    path = folder.mktemp("words") / "words.txt"
    path.write_text("\n".join(words))
    return load_all(str(path)), dots


def events(dataset: Dataset, order: int, dots: int) -> tuple[list[list[int]], Tensor]:
    """Every context, as the indices of its symbols, and what follows it."""
    stoi = dataset.vocabulary.indices
    contexts, ys = [], []
    for word in dataset.words:
        text = [0] * dots + [stoi[c] for c in word] + [0]
        for at in range(order - 1, len(text)):
            contexts.append(text[at - order + 1 : at])
            ys.append(text[at])
    return contexts, torch.tensor(ys)


def agrees(run: Trainer, w: Tensor, logits: Callable[[Tensor], Tensor], ys: Tensor) -> None:
    """Hold a run against plain descent by autograd from the same W, float64, for some steps."""
    chosen = run.settings
    w = w.double().requires_grad_(True)
    for step in range(4):
        loss = F.cross_entropy(logits(w), ys) + chosen.regularization * (w**2).mean()
        run.advance(step - run.step)
        assert run.loss.total == pytest.approx(float(loss.detach()), abs=1e-5)
        (slope,) = torch.autograd.grad(loss, w)
        w.data -= chosen.learning_rate * slope
