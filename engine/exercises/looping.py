"""The lecture's own loop, which sums log probabilities in float32: digits of a notebook."""

from __future__ import annotations

import numpy as np
import torch

from engine.exercises.recipes import Worked
from engine.exercises.remembered import DIGITS
from engine.text.numbers import number
from engine.words.order import Encoded
from engine.words.pieces import Pieces
from engine.words.vocabulary import Vocabulary

SMALL = 4_000
"""Most symbols of which the dense table is made."""


def loops(worked: Worked, words: Encoded, vocabulary: Vocabulary) -> Pieces[None]:
    """Add what `log_likelihood += logprob` comes to over all bigrams, at k = 0 and 1."""
    if len(vocabulary) > SMALL:
        return
    for smoothing in (0, 1):
        value = looped(words, len(vocabulary), smoothing)
        note = (
            "your notebook says so because it adds float32 numbers one by one; exactly it is "
            + number(worked.value(f"bigram, k = {smoothing}"), ".7f")
        )
        recipe = f"bigram, k = {smoothing}, summed as the lecture does, in float32"
        worked.add(DIGITS, recipe, value, note, slack=1e-8)
        yield


def looped(words: Encoded, symbols: int, smoothing: int) -> float:
    """Average NLL of all bigrams by the lecture's loop, in nats.

    P in float32, its log by torch, the sum of one term after the other rounded to float32 each.

    Args:
        words: in the order of the loop.
        symbols: size of the alphabet, V.
        smoothing: added to every count.
    """
    firsts, seconds = words.indices[:-1].astype(np.int64), words.indices[1:].astype(np.int64)
    n = np.bincount(firsts * symbols + seconds, minlength=symbols * symbols)
    p = torch.from_numpy(n.reshape(symbols, symbols) + smoothing).float()
    p /= p.sum(1, keepdim=True)
    logs = p.log().numpy()[firsts, seconds]
    total = np.add.accumulate(logs, dtype=np.float32)[-1]
    return -float(total / np.float32(len(logs)))
