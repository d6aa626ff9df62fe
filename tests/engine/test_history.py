"""The losses of a run: bounded in memory, and a spike survives."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from engine.training.history import RECENT, History


def triples(history: History) -> list[tuple[float, float, float]]:
    values = memoryview(history.buckets()).cast("d").tolist()
    return list(zip(values[::3], values[1::3], values[2::3], strict=True))


def test_a_thousand_million_steps_stay_within_a_few_hundred_kilobytes() -> None:
    history = History()
    step = 0
    while step < 10**9:
        history.add(step, 2.5)
        step += max(1, step // 1000)
    assert len(history) < 5_000
    assert len(history.buckets()) < 200_000
    assert len(history.recent()) == RECENT * 16


def test_early_steps_are_kept_one_by_one() -> None:
    history = History()
    for step in range(256):
        history.add(step, float(step))
    assert triples(history) == [(s, s, s) for s in range(256)]


@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0, 100)), min_size=1, max_size=300))
def test_every_spike_is_within_the_bucket_of_its_step(points: list[tuple[int, float]]) -> None:
    history = History()
    step, seen = 100_000, []
    for gap, loss in points:
        step += gap
        history.add(step, loss)
        seen.append((step, loss))
    buckets = triples(history)
    starts = [*(b[0] for b in buckets[1:]), math.inf]
    for (start, least, greatest), end in zip(buckets, starts, strict=True):
        inside = [loss for s, loss in seen if start <= s < end]
        assert (min(inside), max(inside)) == (least, greatest)


def test_a_history_goes_on_from_its_own_bytes() -> None:
    whole, part = History(), History()
    for step in range(600):
        whole.add(step, 1 / (step + 1))
        if step == 300:
            part = History(part.buckets())
        part.add(step, 1 / (step + 1))
    assert part.buckets() == whole.buckets()
