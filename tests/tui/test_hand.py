"""A hand on the table: the loss of a changed row is exact, and counting is the least there is."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace

import pytest

from engine import Words
from engine.protocol import DataReport, DatasetLoaded, Row, Settings, Snapshot, Window
from tui.commands import BY_ID, why_not
from tui.handling import IN_HAND
from tui.heatmap.handed import change_of, held, overlaid
from tui.screens.keybar import keys
from tui.state import State
from tui.state.hand import Hand, HandMoved, HandScaled, HandTaken, HandUndone, changed
from tui.state.intents import Moved, ViewChosen
from tui.state.reducing import reduce

N = ((0, 6, 2), (5, 1, 2), (3, 1, 0))
"""Counts of a small table."""

W = ((0.1, -0.4, 0.9), (1.2, 0.0, -0.3), (0.0, 0.5, -1.0))
"""Logits of a small network."""

TOTAL = sum(map(sum, N))


def softmax(logits: tuple[float, ...]) -> list[float]:
    exps = [math.exp(each) for each in logits]
    return [each / sum(exps) for each in exps]


def loss(P: list[list[float]]) -> float:
    """Average NLL of the data under a whole table, from first principles."""
    return (
        -sum(
            n * math.log(p)
            for ns, ps in zip(N, P, strict=True)
            for n, p in zip(ns, ps, strict=True)
            if n
        )
        / TOTAL
    )


def row(i: int) -> Row:
    counted = array("d", [n / sum(N[i]) for n in N[i]]).tobytes()
    return Row(i, array("q", N[i]).tobytes(), counted, array("d", softmax(W[i])).tobytes())


COUNTED = [[n / sum(ns) for n in ns] for ns in N]
FLOOR, LOSS = loss(COUNTED), loss([softmax(logits) for logits in W])


def test_a_logit_moved_gives_the_loss_of_the_whole_network_with_it() -> None:
    change = changed("W", row(1), [(0, 1), (2, -3), (0, 1)], TOTAL, FLOOR, LOSS)
    other = [softmax(W[0]), softmax((W[1][0] + 0.2, W[1][1], W[1][2] - 0.3)), softmax(W[2])]
    assert change.after == pytest.approx(loss(other), abs=1e-12)
    assert change.before == LOSS


def test_a_count_moved_gives_the_loss_of_the_table_it_makes() -> None:
    change = changed("N", row(0), [(1, 2), (2, -1)], TOTAL, FLOOR, LOSS)
    assert change.after == pytest.approx(loss([[0.0, 8 / 9, 1 / 9], *COUNTED[1:]]), abs=1e-12)
    assert change.after - FLOOR == pytest.approx(change.share * change.divergence)
    assert change.share == 8 / TOTAL


@pytest.mark.parametrize("column", range(3))
@pytest.mark.parametrize("step", [-2, -1, 1, 7])
@pytest.mark.parametrize("i", range(3))
def test_no_other_row_is_better_than_counting(i: int, column: int, step: int) -> None:
    for kind in ("N", "P"):
        change = changed(kind, row(i), [(column, step)], TOTAL, FLOOR, LOSS)
        is_same = memoryview(change.row.count_probabilities).cast("d").tolist() == COUNTED[i]
        assert change.after == pytest.approx(FLOOR) if is_same else change.after > FLOOR


def test_what_was_seen_and_is_made_impossible_costs_all() -> None:
    change = changed("N", row(2), [(1, -5)], TOTAL, FLOOR, LOSS)
    assert change.after == math.inf


def table() -> State:
    report = DataReport("x", "", 1, 1, 3, 3, 3, TOTAL, 3, 2, 2, 2.0, FLOOR)
    state = replace(State(), report=report, symbols=(".", "a", "b"))
    window = Window(
        "counts", 0, 0, 3, 3, 0.0, 6.0, array("f", [n for ns in N for n in ns]).tobytes()
    )
    return reduce(state, Snapshot(settings=Settings(), row=row(0), window=window, data_loss=LOSS))


def test_moves_are_of_one_row_and_can_be_taken_back() -> None:
    state = table()
    for intent in (HandTaken(), Moved(0, 1), HandMoved(1), HandScaled(), HandMoved(-1)):
        state = reduce(state, intent)
    change = change_of(state)
    assert change is not None
    assert change.steps == ((1, -9),)
    state = reduce(state, HandUndone())
    change = change_of(state)
    assert change is not None
    assert change.steps == ((1, 1),)
    window = state.snapshot.window
    assert window is not None
    shown = memoryview(overlaid(window, change, state).values).cast("f").tolist()
    assert shown == [[0, 7, 2][j] if i == 0 else N[i][j] for i in range(3) for j in range(3)]
    text = "\n".join("".join(run[0] for run in line) for line in held(change, 1, state, 78))
    assert "hand  N moved by +1" in text
    assert f"loss {FLOOR:.6f} → {change.after:.6f}" in text
    assert "· KL " in text
    chosen = replace(state, keys={"faster": "f6", "coarser": "f7"})
    text = "\n".join("".join(run[0] for run in line) for line in held(change, 1, chosen, 120))
    assert "F6 − by 1" in text
    assert "F7 coarser" in text
    for width in (48, 58):
        # What the loss did is never cut, nor how far above counting that is.
        upper, lower = ("".join(run[0] for run in row) for row in held(change, 1, state, width))
        assert upper.endswith(")")
        assert "above counting" in lower
        assert max(len(upper), len(lower)) <= width
    state = reduce(state, Moved(1, 1))
    assert state.hand.at(state.hand_place) == ()
    assert not reduce(state, HandTaken()).hand.is_on


def test_while_a_hand_lies_there_its_keys_stand_in_front() -> None:
    state = reduce(replace(table(), is_ready=True), HandTaken())
    told = "".join(run[0] for run in keys(state, 80))
    assert told.startswith(" + − move  * coarser  u undo  H hand  L lab")
    assert "+ − speed" in "".join(run[0] for run in keys(state, 200, "training"))


def test_where_a_hand_moves_nothing_its_keys_are_what_they_were() -> None:
    state = reduce(reduce(replace(table(), is_ready=True), HandTaken()), HandMoved(1))
    away = reduce(state, ViewChosen("difference"))
    assert not away.is_in_hand
    assert "move" not in "".join(run[0] for run in keys(away, 80))
    assert "pick one of these views" in why_not(BY_ID["hand"], away)
    assert "no hand on the table" in why_not(BY_ID["coarser"], away)
    assert change_of(away) is None
    back = reduce(away, ViewChosen("counts"))
    assert back.is_in_hand
    assert change_of(back) == change_of(state)


def test_of_other_words_a_hand_has_moved_nothing() -> None:
    state = reduce(reduce(table(), HandTaken()), HandMoved(1))
    assert state.report is not None
    other = replace(state.report, sha256="other")
    assert reduce(state, DatasetLoaded(other, (".", "a"), "a", Words.of(("a",)).offsets)).hand == (
        Hand()
    )


def test_a_hand_is_refused_where_cells_cannot_be_moved() -> None:
    state = reduce(replace(table(), is_ready=True), ViewChosen("difference"))
    assert "moves counts, P, p and W" in why_not(BY_ID["hand"], state)
    apart = replace(table().snapshot, settings=Settings(split="lecture"))
    assert "order 2, no split" in why_not(BY_ID["hand"], replace(table(), snapshot=apart))
    assert set(IN_HAND) <= set(BY_ID)
