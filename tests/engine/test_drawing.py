"""Drawing letter by letter: the letters of a batch, and every move taken back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.counts import Counts
from engine.models.likelihood import CountTable, nll
from engine.protocol import DrawingShown, Refusal, Sample
from engine.sampling.drawing import Drawing
from engine.sampling.sampler import sample
from engine.words.dataset import Dataset
from tests.conftest import counts_of


def doubles(values: bytes) -> list[float]:
    return list(memoryview(values).cast("d"))


def spelled(shown: DrawingShown) -> str:
    return "".join(step.symbol for step in shown.trail if step.symbol != ".")


WAYS = [
    Sample(),
    Sample(seed=3, temperature=1.5),
    Sample(prefix="ka"),
    Sample(sampler="torch"),
    Sample(sampler="torch", prefix="e", temperature=0.7),
]


@pytest.mark.parametrize("way", WAYS)
def test_the_letters_are_those_of_a_batch(names: Dataset, name_counts: Counts, way: Sample) -> None:
    table = CountTable(name_counts, 1.0)
    drawing = Drawing(table, way)
    batch = [name.name for name in sample(table, names.words, way)]
    for wanted in batch:
        while not drawing.shown().is_over:
            drawing.draw()
        assert spelled(drawing.shown()) == wanted
        assert drawing.shown().trail[-1].mean == pytest.approx(nll(wanted, table))
        drawing.draw()
    assert list(drawing.shown().names) == batch
    drawn = sum(len(name) - len(way.prefix) + 1 for name in batch)
    assert drawing.shown().draws == drawn


def test_u_falls_on_the_stretch_of_the_letter_it_hits(name_counts: Counts) -> None:
    drawing = Drawing(CountTable(name_counts, 1.0), Sample())
    for _ in range(200):
        drawing.draw()
        shown = drawing.shown()
        if shown.uniform is None:
            continue
        sums = [0.0, *doubles(shown.cumulative)]
        assert shown.hit is not None
        assert sums[shown.hit] < shown.uniform <= sums[shown.hit + 1]
        assert sum(doubles(shown.probabilities)) == pytest.approx(1.0, abs=1e-6)


MOVES = st.lists(st.sampled_from(["draw", "force a", "force .", "force b"]), max_size=12)


@given(MOVES, st.sampled_from(["lecture", "torch"]))
def test_undo_goes_back_to_the_very_numbers(moves: list[str], sampler: str) -> None:
    table = CountTable(counts_of("ab", "ba", "abc"), 0.5)
    way = Sample(sampler=sampler)  # type: ignore[arg-type]
    drawing = Drawing(table, way)
    steps = 0
    for move in moves:
        is_over = drawing.shown().is_over
        if move.startswith("force") and not is_over:
            drawing.force(move[-1])
        elif move == "draw":
            drawing.draw()
    while drawing.shown().can_undo:
        drawing.undo()
        steps += 1
    assert drawing.shown() == Drawing(table, way).shown()
    drawing.draw()
    other = Drawing(table, way)
    other.draw()
    assert drawing.shown().trail == other.shown().trail


def test_what_is_drawn_again_after_undo_is_the_same(name_counts: Counts) -> None:
    drawing = Drawing(CountTable(name_counts, 1.0), Sample())
    for _ in range(5):
        drawing.draw()
    before = drawing.shown()
    for _ in range(3):
        drawing.undo()
    for _ in range(3):
        drawing.draw()
    assert drawing.shown() == before


def test_a_forced_letter_takes_no_number(name_counts: Counts) -> None:
    table = CountTable(name_counts, 1.0)
    drawing, plain = Drawing(table, Sample()), Drawing(table, Sample())
    drawing.force("q")
    shown = drawing.shown()
    assert (shown.uniform, shown.draws, shown.trail[-1].kind) == (None, 0, "forced")
    drawing.draw()
    plain.draw()
    assert drawing.shown().uniform == plain.shown().uniform
    assert drawing.shown().row == name_counts.vocabulary.indices["q"]


def test_retuning_drops_the_same_number_on_the_other_strip(name_counts: Counts) -> None:
    table = CountTable(name_counts, 1.0)
    drawing = Drawing(table, Sample())
    drawing.draw()
    drawing.draw()
    cold = drawing.shown()
    drawing.retune(table, Sample(temperature=3.0))
    hot = drawing.shown()
    assert (hot.uniform, hot.draws, hot.row) == (cold.uniform, cold.draws, cold.row)
    assert hot.cumulative != cold.cumulative
    drawing.retune(table, Sample())
    assert drawing.shown() == cold


def test_what_was_not_drawn_is_not_done_again_when_the_way_changes(
    name_counts: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, hot = CountTable(name_counts, 1.0), Sample(temperature=3.0)
    drawing = Drawing(table, Sample())
    drawing.retune(table, hot)
    assert (drawing.shown().draws, drawing.shown().trail) == (0, ())
    drawing.draw()
    drawing.force("q")
    before = drawing.shown()
    drawing.retune(table, Sample())
    assert (drawing.shown().draws, drawing.shown().hit) == (before.draws, before.hit)
    assert [step.symbol for step in drawing.shown().trail][-1] == "q"

    monkeypatch.setattr("engine.sampling.drawing.MOST_UNDONE", 1)
    drawing = Drawing(table, Sample())
    drawing.draw()
    drawing.draw()
    drawing.undo()
    before = drawing.shown()
    drawing.retune(table, hot)
    assert drawing.shown().trail[0].symbol == before.trail[0].symbol, "too long ago"


def test_impossible_moves_are_refused(name_counts: Counts) -> None:
    drawing = Drawing(CountTable(name_counts, 1.0), Sample())
    with pytest.raises(Refusal, match="no draw to take back"):
        drawing.undo()
    with pytest.raises(Refusal, match="é is not in the alphabet"):
        drawing.force("é")
    drawing.force(".")
    assert drawing.shown().is_over
    with pytest.raises(Refusal, match="at its end"):
        drawing.force("a")
    with pytest.raises(Refusal, match="temperature"):
        Drawing(CountTable(name_counts, 1.0), Sample(temperature=0.0))


def test_to_the_end_stops_at_a_thousand() -> None:
    table = CountTable(counts_of("a" * 50), 0.0)
    drawing = Drawing(table, Sample(temperature=1e-3))
    drawing.draw(to_end=True)
    shown = drawing.shown()
    assert shown.is_over
    assert len(shown.trail) == 1000
    drawing.draw()
    assert drawing.shown().names == ("a" * 1000,)
    assert math.isfinite(shown.trail[-1].mean)
