"""The race to the floor: figures of every lane, and what its optimizers are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch

from engine.lab import Data, chapter
from engine.lab.cells import exact_weights
from engine.lab.optimizers import looks_at
from engine.lab.racing import ENTRIES, NEAR, Lane, Rows, newton, rows_of, targets, ways
from engine.models.objective import Objective
from tests.engine.lab.support import (
    data_of,
    few,
    last,
    makemore,
    names,
    notebook,
    notes,
    series,
    table,
)

SEED = 2147483647
LANES = ["plain", "rows", "momentum", "Rprop", "Newton", "counting"]

STEPS = {
    "ours": ((1296, "–"), (298, "–"), (54, 1376), (18, 36), (5, 12), (1, 1)),
    "makemore": ((1299, "–"), (299, "–"), (54, 1376), (18, 36), (5, 12), (1, 1)),
}
"""Steps to a gap of 1e-3 and of 1e-6 nats, in 1,500 at most."""


def lanes_on(data: Data) -> list[Lane]:
    """Put all lanes at the start."""
    table = rows_of(data.N, exact_weights(data.V, SEED))
    return [Lane(way, table) for way in ways(50.0, 3.9)]


def run(lane: Lane, end: int) -> int:
    """Let a lane go on up to a step; in how many pieces of work."""
    return sum(1 for _ in lane.advance(end))


@pytest.mark.parametrize("which", ["ours", pytest.param("makemore", marks=pytest.mark.slow)])
def test_steps_to_a_small_gap_are_those_known(which: str) -> None:
    exhibit = last("optimizers", names() if which == "ours" else makemore())
    rows = table(exhibit, "to a gap").rows
    assert [r[0] for r in rows] == LANES
    assert tuple((r[1], r[3]) for r in rows) == STEPS[which]
    for r in rows:
        assert all((steps == "–") == (ms == "–") for steps, ms in ((r[1], r[2]), (r[3], r[4])))
        assert r[2] == "–" or float(r[2]) > 0
        assert r[4] == "–" or float(r[4]) >= float(r[2])
    lines = series(exhibit, "the gap").lines
    assert [line.name for line in lines] == LANES
    assert {line.points[0] for line in lines} == {lines[0].points[0]}
    assert lines[4].points[-1][0] == 12
    assert all(f"{name}: " in notes(exhibit) for name in LANES)


def test_the_notebook_takes_the_steps_the_race_took() -> None:
    held: dict[str, Any] = notebook("optimizers", few(), steps="200")
    rows = table(last("optimizers", few(), steps="200"), "to a gap").rows
    shown = [[None if steps == "–" else steps for steps in (r[1], r[3])] for r in rows]
    assert held["taken"] == shown
    assert shown[4] != [None, None]


def test_a_gap_is_what_the_loss_has_above_the_floor() -> None:
    objective = Objective(few().counts)
    before = objective.loss(exact_weights(few().V, SEED), 0.0).data - objective.floor
    for line in series(last("optimizers", few(), steps="1"), "the gap").lines:
        assert line.points[0] == pytest.approx((0.0, before), abs=1e-12)
    for lane in lanes_on(few()):
        run(lane, 3)
        W = torch.cat([state[0] for state in lane._states])
        gap = objective.loss(W, 0.0).data - objective.floor
        assert lane.gaps[-1] == pytest.approx(gap, abs=1e-12)


@pytest.mark.slow
def test_rprop_is_torchs_own() -> None:
    lane = lanes_on(few())[3]
    q, share = targets(few().N)
    W = torch.nn.Parameter(exact_weights(few().V, SEED))
    theirs = torch.optim.Rprop([W], lr=0.1, step_sizes=(1e-9, 50))
    for step in range(1, 31):
        W.grad = share * (W.detach().softmax(1) - q)
        theirs.step()
        run(lane, step)
        assert torch.allclose(lane._states[0][0], W.detach(), atol=1e-12)


def test_newtons_step_solves_the_equation_of_its_row() -> None:
    W = exact_weights(few().V, SEED)
    q, _ = targets(few().N)
    move = q / W.softmax(1) - 1
    for p, d, wanted in zip(W.softmax(1), move, q - W.softmax(1), strict=True):
        assert torch.allclose((p.diag() - p.outer(p)) @ d, wanted, atol=1e-12)
    assert torch.equal(newton(W, q), W + move.clamp(max=1))


def test_a_large_table_is_worked_off_in_pieces_and_gives_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = lanes_on(few())
    monkeypatch.setattr("engine.lab.racing.ENTRIES", 3 * few().V)
    for lane, apart in zip(whole, lanes_on(few()), strict=True):
        run(lane, 20)
        pieces = run(apart, 20)
        assert apart.gaps == pytest.approx(lane.gaps, abs=1e-14)
        assert pieces == len(apart.gaps) * (few().V // 3)


def test_no_piece_of_work_is_larger_than_it_may_be() -> None:
    far = data_of(chr(0x4E00 + i) + chr(0x4E00 + i * 7 % 400) for i in range(400))
    table = rows_of(far.N, exact_weights(far.V, SEED))
    assert all(rows.W.numel() <= ENTRIES for rows in table)
    work = 0
    lane = lanes_on(far)[0]
    move = lane.way.move

    def counted(rows: Rows, state: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        nonlocal work
        work += rows.W.numel()
        return move(rows, state)

    lane.way = replace(lane.way, move=counted)
    pieces: Iterator[None] = lane.advance(2)
    for _ in pieces:
        # The first has what is done the first time only besides.
        assert work <= 3 * ENTRIES
        work = 0
    assert len(lane.gaps) == 2


def test_two_words_of_one_symbol_are_raced_on_as_well() -> None:
    for data in (data_of(["a"]), data_of(["ab", "ba", "a"])):
        exhibit = last("optimizers", data, steps="60")
        rows = table(exhibit, "to a gap").rows
        assert rows[5][1:4:2] == (1, 1)
        assert isinstance(rows[4][3], int)
        assert isinstance(rows[3][3], int)


def test_too_high_a_rate_stays_finite_and_never_gets_there() -> None:
    exhibit = last("optimizers", few(), rate="1000000", row_rate="1000000", steps="50")
    rows = table(exhibit, "to a gap").rows
    assert [r[1] for r in rows[:2]] == ["–", "–"]
    assert all(line.points[-1][1] < 1e9 for line in series(exhibit, "the gap").lines)


def test_a_race_is_over_when_all_are_there() -> None:
    # Each row is sure of its symbol: a step may be as long as one likes.
    inputs = {"rate": "1000", "row_rate": "1000", "steps": "20000"}
    exhibits = list(filter(None, chapter("optimizers").open(data_of(["a"]), inputs).exhibits))
    assert [e.is_last for e in exhibits] == [False] * (len(exhibits) - 1) + [True]
    assert all(isinstance(r[3], int) for r in table(exhibits[-1], "to a gap").rows)
    assert len(exhibits) < exhibits[-1].total


def test_looks_are_close_at_first_and_the_last_is_at_the_end() -> None:
    assert looks_at(1) == [1]
    assert looks_at(10) == list(range(1, 11))
    assert looks_at(14) == [*range(1, 11), 12, 14]
    assert looks_at(1_500)[-1] == 1_500
    assert len(looks_at(20_000)) < 60
    assert NEAR[-1][1] == min(near for _, near in NEAR)
