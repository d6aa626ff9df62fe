"""Words kept apart: what is counted or trained on train is judged by dev, which it has not seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.lab.data import Data
from engine.lab.exhibit import Line, Note, Series
from engine.records import record

if TYPE_CHECKING:
    from torch import Tensor

LEAST_WORDS, MOST_WORDS = 20, 300_000
"""How many words are cut into train, dev and test: with fewer a part is empty, and more would
take too long in one step."""


def split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Mix the words as the lecture does; of ten parts eight are train, one is dev, one test."""
    import random

    mixed, n = list(words), len(words)
    random.Random(42).shuffle(mixed)
    dev, test = mixed[int(0.8 * n) : int(0.9 * n)], mixed[int(0.9 * n) :]
    return dev, test


def tally(
    dev: Sequence[str], test: Sequence[str], N: Tensor, stoi: Mapping[str, int], V: int
) -> tuple[Tensor, Tensor]:
    """Count dev, shape (V, V); what is neither dev nor test is train."""
    import torch

    parts = []
    for some in (dev, test):
        text = "." + ".".join(some) + "."
        ix = torch.tensor([stoi[s] for s in text])
        pairs = ix[:-1] * V + ix[1:]  # each pair as one number
        parts.append(torch.bincount(pairs, minlength=V * V).view(V, V))
    N_dev = parts[0]
    N_train = N - N_dev - parts[1]
    return N_train, N_dev


def kept_apart(N_train: Tensor, N_dev: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Average NLL of train, and of words the counts have not seen, in nats a bigram."""
    import torch

    P_train = N_train.double() + k
    P_train = P_train / P_train.sum(1, keepdim=True)
    P_train = P_train.nan_to_num()  # 0/0: a symbol that train never holds
    train_nll = -torch.xlogy(N_train, P_train).sum() / N_train.sum()
    dev_nll = -torch.xlogy(N_dev, P_train).sum() / N_dev.sum()
    return train_nll, dev_nll


def take_train(N_train: Tensor) -> Tensor:
    """Put the counts of train in the place of those of all words, for the same code to go on."""
    N = N_train  # once more, on train alone
    return N


def judge(W: Tensor, N: Tensor, N_dev: Tensor) -> tuple[Tensor, Tensor]:
    """NLL of train and dev under softmax(W), in nats a bigram."""
    log_p = W.log_softmax(1)
    train_loss = -(N * log_p).sum() / N.sum()
    dev_loss = -(N_dev * log_p).sum() / N_dev.sum()
    return train_loss, dev_loss


@record
class Parts:
    """Words kept apart, and the counts with and without them."""

    dev: list[str]
    N_train: Tensor
    N_dev: Tensor


def parts_of(data: Data) -> Parts | None:
    """Cut the words up, unless they are too few, too many or not at hand."""
    if not data.has_words or not LEAST_WORDS <= len(data.words) <= MOST_WORDS:
        return None
    dev, test = split(data.words)
    return Parts(dev, *tally(dev, test, data.N, data.stoi, data.V))


def none_apart() -> Note:
    """Say that no words are kept apart."""
    return Note(
        f"No words are kept apart as dev here: that is done for {LEAST_WORDS:,} to "
        f"{MOST_WORDS:,} words."
    )


def turning(curve: Sequence[Sequence[float]], least: Sequence[float], name: str) -> Series:
    """Draw how far train and dev are above their least: the one only rises, the other turns.

    Args:
        curve: values above 0 of what is tuned, each with the losses of train and dev.
        least: the least loss of train and of dev, in nats.
        name: what is tuned.
    """
    lines = (
        Line(which, tuple((math.log10(row[0]), row[at] - least[at - 1]) for row in curve))
        for at, which in ((1, "train"), (2, "dev"))
    )
    title = f"NLL of train and of dev, each above its own least, against {name}"
    return Series(title, tuple(lines), f"log10 {name}", "nats", form=".6f")
