"""λ in place of k: the net of a table at its very optimum, judged on train and on dev.

E03 says smoothing, or regularization. A net that is followed for some steps mixes what λ does with
what is yet to be learnt; at the optimum of data + λ·mean(W²) there is λ alone.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from engine.exercises.recipes import Steps, Worked
from engine.models.ngrams.contexts import ContextCounts
from engine.models.ngrams.levels import Floats, Levels
from engine.models.ngrams.trial import Trial
from engine.models.ngrams.tuning import search
from engine.models.optimum import least
from engine.protocol import Curve, CurvePoint, PartName
from engine.text.numbers import number
from engine.words.pieces import Pieces

PENALTIES = (1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0)
"""λ that train and dev are looked at for."""

LEAST, MOST = 1e-6, 10.0
"""Range that λ is looked for in."""

MOST_ENTRIES = 100_000
"""Entries of W in rows that train holds: with more the search would take too long."""

PARTS: tuple[PartName, ...] = ("train", "dev")


class Net:
    """A row of W for each context of train, at the optimum for a λ.

    Args:
        levels: the counts of train, of any order.
    """

    def __init__(self, levels: Levels) -> None:
        top = levels.level(levels.table.order)
        shares = np.zeros((len(top.starts), levels.symbols))
        shares[top.contexts, top.keys % levels.symbols] = top.counts / levels.table.predictions
        self._shares = torch.from_numpy(shares)
        self._levels = levels

    @property
    def entries(self) -> int:
        """Entries of W in rows that train holds."""
        return self._shares.numel()

    def log_probabilities(self, regularization: float) -> Pieces[Floats]:
        """Log probabilities, shape (contexts + 1, V); the last row is any context never seen.

        mean(W²) is over V^n entries, those of contexts never seen included: they stay at 0.
        """
        symbols, order = self._levels.symbols, self._levels.table.order
        rows = []
        for settled in least(self._shares, regularization, symbols**order):
            if settled is None:
                yield
            else:
                rows.append(torch.log_softmax(settled[1], 1).numpy())
        return np.concatenate([*rows, np.full((1, symbols), -math.log(symbols))])

    def loss(self, log_p: Floats, table: ContextCounts) -> float:
        """NLL of a table of the same order in nats a prediction."""
        contexts = self._levels.contexts_of(table.grams)[-1]
        return -float(
            (table.counts * log_p[contexts, table.grams[:, -1]]).sum() / table.predictions
        )


def penalised(worked: Worked, trial: Trial, name: str) -> Steps:
    """Add what the net of a model comes to at each λ, and at the λ that is best on dev.

    Args:
        worked: what is known already.
        trial: the parts at the order of the model.
        name: of the model.
    """
    net = Net(trial.levels)
    if net.entries > MOST_ENTRIES:
        worked.remarks.append(
            f"{name}: with {net.entries:,} entries of W in use λ is not tuned here; at most "
            f"{MOST_ENTRIES:,} are."
        )
        return
    recipe = f"{name}, a net at its optimum"
    note = "data + λ·mean(W²) at its least: with fewer steps a net has not come so far"
    points = []
    for penalty in PENALTIES:
        log_p = yield from net.log_probabilities(penalty)
        nlls = [net.loss(log_p, trial.tables[which]) for which in PARTS]
        for which, nll in zip(PARTS, nlls, strict=True):
            worked.add(f"{name}: λ", f"{recipe}, λ = {number(penalty)}, {which}", nll, note)
        points.append(CurvePoint(penalty, *nlls))
    worked.curves.append(Curve(name, "λ", tuple(points)))

    def on_dev(penalty: float) -> Pieces[float]:
        return net.loss((yield from net.log_probabilities(penalty)), trial.tables["dev"])

    found = yield from search(on_dev, LEAST, MOST)
    slack = 1e-3 * found.value
    best = f"{name}: λ at its best"
    worked.add(best, f"{recipe}, λ* on dev", found.value, unit="", rank=0, slack=slack)
    log_p = yield from net.log_probabilities(found.value)
    for which in PARTS:
        nll = net.loss(log_p, trial.tables[which])
        worked.add(best, f"{recipe}, λ*, {which}", nll, note, rank=0)
