"""Are the nets of longer contexts what they should be? At their optimum, and on the way there."""

from __future__ import annotations

from collections.abc import Iterator

from engine.exercises.penalised import LEAST, MOST, Net
from engine.models.descents import descend
from engine.models.ngrams.trial import Trial
from engine.models.ngrams.tuning import search
from engine.models.onehots import onehots_of, optimum
from engine.proof import ngram_figures as known
from engine.proof.checks import Check, furthest, near
from engine.proof.reference import MAKEMORE
from engine.proof.tables import NLL, VALUE, Tables, by_part, dots_of, kind_of
from engine.protocol import Settings
from engine.text.numbers import number
from engine.training.trainer import Trainer
from engine.words.dataset import finish
from engine.words.pieces import Pieces

DESCENDED = 2e-6
"""Tolerance of losses, in nats, of float32 weights that were trained."""

EDGE = 1e-6
"""Tolerance of an edge of stability, as a share of it."""


def nets(tables: Tables) -> Iterator[Check]:
    """Recompute what is known of the nets of longer contexts on a list of names."""
    if tables.dataset.sha256 == MAKEMORE.sha256:
        yield from _penalised(tables)
        yield from _trained(tables)
        yield from _onehots(tables)


def _penalised(tables: Tables) -> Iterator[Check]:
    group = "λ in place of k, split lecture: nets at their optimum"
    for order, (best, at_best, at_each) in known.PENALISED.items():
        trial = tables.of("lecture", order)
        net = Net(trial.levels)

        def losses(penalty: float, net: Net = net, trial: Trial = trial) -> Iterator[float]:
            log_p = finish(net.log_probabilities(penalty))
            return (net.loss(log_p, table) for table in trial.tables.values())

        def on_dev(penalty: float, net: Net = net, trial: Trial = trial) -> Pieces[float]:
            return net.loss((yield from net.log_probabilities(penalty)), trial.tables["dev"])

        found = finish(search(on_dev, LEAST, MOST)).value
        # Of six decimals the last may be off by a half.
        yield near(group, f"order {order}: λ*", best, found, VALUE * best + 5e-7)
        yield furthest(group, f"order {order}: NLL at λ*", by_part(at_best), losses(found), NLL)
        for penalty, each in zip(known.PENALTIES, at_each, strict=True):
            figure = f"order {order}: NLL at {number(penalty)}"
            yield furthest(group, figure, by_part(each), losses(penalty), NLL)


def _trained(tables: Tables) -> Iterator[Check]:
    group = "Nets with a row of W for each context, rate 50, by split"
    for (order, dots), edge in known.EDGES.items():
        objective = tables.objective(order, dots, "none")
        got = objective.settled_edge(0.0)
        yield near(group, f"{kind_of(order, dots)}: edge of stability", edge, got, EDGE * edge)
    for (split, dots, regularization), losses in known.DESCENT.items():
        run = Trainer(tables.objective(3, dots, split), Settings(regularization=regularization))
        figure = f"{split}, {dots_of(dots)}, λ {number(regularization)}"
        for step, expected in losses.items():
            run.advance(step - run.step)
            yield near(group, f"{figure}, step {step}", expected, run.loss.total, DESCENDED)
            if run.loss.dev is not None and step in known.DESCENT_DEV:
                of_dev = known.DESCENT_DEV[step]
                yield near(group, f"{figure}, step {step}, dev", of_dev, run.loss.dev, DESCENDED)
        if (of_test := run.objective.test_loss(run.weights)) is not None:
            figure = f"{figure}, step {run.step}, test"
            yield near(group, figure, known.DESCENT_TEST, of_test, DESCENDED)


def _onehots(tables: Tables) -> Iterator[Check]:
    group = "Two one-hots side by side, W of (54, 27), rate 50, by split"
    for (split, dots), (least, edge) in known.ONEHOTS.items():
        pairs = onehots_of(tables.of(split, 3, dots).train)
        figure = f"{split}, {dots_of(dots)}"
        found = finish(optimum(pairs))
        assert found is not None
        yield near(group, f"{figure}: least loss", least, found.loss, NLL)
        if edge is not None:
            yield near(group, f"{figure}: edge of stability", edge, found.edge, EDGE * edge)
        for regularization in (0.0, 0.01):
            losses = known.ONEHOTS_DESCENT[split, dots, regularization]
            got = finish(descend(pairs, False, max(losses), 50.0, regularization))
            expected = {f"at step {step}": loss for step, loss in losses.items()}
            at_steps = (got[step] for step in losses)
            name = f"{figure}, λ {number(regularization)}"
            yield furthest(group, name, expected, at_steps, NLL)
