"""What regularization costs: the excess loss where the total loss is least."""

from __future__ import annotations

import math
import time

import pytest

from engine import Session
from engine.models.counts import Counts
from engine.models.objective import Objective
from engine.models.optimum import ENTRIES, Costs, cost
from engine.proof.reference import Reference
from engine.protocol import Configure, Settings, Train
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset
from tests.conftest import act, counts_of

Known = tuple[Reference, Dataset, Counts]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Compute as the program does: small tables are slower with more."""
    Session().import_torch()


def worked_out(objective: Objective, regularization: float) -> float:
    """The cost, once nothing is left to do."""
    costs = Costs(objective)
    while not costs.is_known(regularization):
        costs.work(regularization)
    return costs.of(regularization)


def test_it_is_the_gap_at_the_optimum_that_is_known(known: Known) -> None:
    reference, _, counts = known
    found = worked_out(Objective(counts), 0.01)
    assert found == pytest.approx(reference.optimum[1] - reference.floor, abs=1e-7)


def test_it_is_the_gap_that_a_long_run_ends_with() -> None:
    objective = Objective(counts_of("emma", "olivia", "ava"))
    run = Trainer(objective, Settings(regularization=1.0, learning_rate=10.0))
    run.advance(1000)
    gap = run.loss.data - objective.counts.floor
    assert worked_out(objective, 1.0) == pytest.approx(gap, abs=1e-6)


def test_it_grows_from_nothing_to_that_of_a_table_that_knows_nothing(name_counts: Counts) -> None:
    objective = Objective(name_counts)
    found = [worked_out(objective, 10.0**power) for power in (-300, -12, -6, -2, 0, 3, 12, 300)]
    assert found == sorted(found)
    assert worked_out(objective, 0.0) == 0.0
    assert found[0] == pytest.approx(0.0, abs=1e-12)
    assert found[-1] == pytest.approx(math.log(27) - name_counts.floor)


def test_no_piece_is_long_however_large_the_alphabet() -> None:
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 600)))
    counts = counts_of(*(letters[i] + letters[i * i % 600] for i in range(600)))
    begun = time.process_time()
    pieces = list(cost(Objective(counts), 0.01))
    assert len(pieces) > 601 * 601 / ENTRIES
    assert (time.process_time() - begun) / len(pieces) < 0.016


def test_a_snapshot_says_it_of_the_regularization_in_force(session: Session) -> None:
    act(session, Configure(regularization=0.1), Train(3))
    first = session.snapshot()
    act(session, Configure(regularization=1.0))
    second = session.snapshot()
    assert 0 < first.regularization_cost < second.regularization_cost
    assert second.to_learn == second.gap - second.regularization_cost


def test_what_fails_is_not_tried_for_ever(name_counts: Counts) -> None:
    costs = Costs(Objective(name_counts))
    costs._objective.table = None  # type: ignore[assignment]
    with pytest.raises(TypeError):
        costs.work(0.01)
    costs.work(0.01)
    assert costs.is_known(0.01)
    assert math.isnan(costs.of(0.01))
