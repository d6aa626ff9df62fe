"""A race to the floor: what an optimizer buys that knows more than the one before."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from engine.lab.cells import exact_weights
from engine.lab.chapter import Chapter, Control, Inputs, seed_control
from engine.lab.data import Data
from engine.lab.exhibit import Cell, Exhibit, Line, Note, Part, Series, Table, columns, number
from engine.lab.guessing import Prediction, asked_number
from engine.lab.racing import (
    NEAR,
    Lane,
    at_rest,
    by_rows,
    counting,
    first_sizes,
    gap_of,
    measure,
    nesterov,
    newton,
    no_gaps,
    none_taken,
    plain,
    rows_of,
    rprop,
    targets,
    ways,
    within,
)
from engine.lab.source import Loop

ONE_BY_ONE = 10
"""Steps that are shown each; further on every look is a fourth later than the one before."""

HOLD = 0.1
"""Seconds that a look stands: the whole race takes less than one."""


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give seed, rates and the number of steps."""
    wholes = {name: inputs.whole(name) for name in ("seed", "steps")}
    return {**wholes, "rate": inputs.number("rate"), "row_rate": inputs.number("row_rate")}


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit | None]:
    """Let all go on to the same step, look, and so on until they are there or may go no further."""
    most = inputs.whole("steps")
    W = exact_weights(data.V, inputs.whole("seed"))
    yield None
    table = rows_of(data.N, W)
    yield None
    start = yield from gap_of(table)
    lanes = [Lane(way, table) for way in ways(inputs.number("rate"), inputs.number("row_rate"))]
    looks = looks_at(most)
    tracks = [[(0.0, start)] for _ in lanes]
    for done, look in enumerate(looks, start=1):
        for lane, track in zip(lanes, tracks, strict=True):
            yield from lane.advance(look)
            if len(lane.gaps) > track[-1][0]:
                # What rounding leaves of nothing may be below it.
                track.append((float(len(lane.gaps)), max(0.0, lane.gaps[-1])))
        is_over = all(lane.is_there for lane in lanes) or look == most
        parts = (_gaps(lanes, tracks), _taken(lanes, most), *map(_said, lanes))
        yield Exhibit(parts, len(looks) if is_over else done, len(looks), HOLD)
        if is_over:
            return


def looks_at(most: int) -> list[int]:
    """Give the steps after which the race is looked at."""
    looks = list(range(1, min(most, ONE_BY_ONE)))
    look = min(most, ONE_BY_ONE)
    while look < most:
        looks.append(look)
        look += look // 4
    return [*looks, most]


def _gaps(lanes: Sequence[Lane], tracks: Sequence[Sequence[tuple[float, float]]]) -> Series:
    lines = (Line(lane.way.name, tuple(track)) for lane, track in zip(lanes, tracks, strict=True))
    return Series("the gap after each step", tuple(lines), "step", "gap", levels=NEAR, form=".1e")


def _taken(lanes: Sequence[Lane], most: int) -> Table:
    heads = [head for name, _ in NEAR for head in (f"steps to {name}", "ms|.2f")]
    title = f"steps and time to a gap, {number(most)} steps at most"
    rows = tuple((lane.way.name, *_reached(lane)) for lane in lanes)
    return Table(title, columns("optimizer", *heads), rows)


def _reached(lane: Lane) -> Iterator[Cell]:
    for step in lane.taken:
        yield "–" if step is None else step
        yield "–" if step is None else 1e3 * lane.seconds[step - 1]


def _said(lane: Lane) -> Part:
    return Note(f"{lane.way.name}: {lane.way.said}")


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask for the pace of Newton near the end; the race has yet to begin."""
    return Prediction(
        asked_number(CHAPTER.question),
        lambda: math.log(10),
        right=0.75,
        near=2.5,
        form=".1f",
        because=lambda: "It is ln 10: where the floor is infinitely far, p shrinks by e a step.",
    )


CHAPTER = Chapter(
    number=13,
    name="optimizers",
    title="A race to the floor",
    text="""
The loss is convex: one bowl, and whoever goes downhill comes to the same
floor. And it falls into rows. The gap of row i is KL(q‖p), q its counts
divided by their sum, p its softmax; the whole gap is their mean, weighted
by share. With its share divided out, a row's curvature is at most ½: any
rate below 4 is stable.

Six start at the same W, each knowing more than the one before. There is no
regularization: with it none would get there. Where a bigram was never seen
the floor lies at W = −infinite: the gap closes, but W never arrives. The
main run is paused meanwhile, because time is measured.
""",
    question="""
Near the end plain descent takes ten times the steps for a further digit of
the gap. How many steps more does Newton take? What holds the one up?
""",
    answer="""
Bigrams never seen. In such a cell the gradient is the share times p. Plain
descent moves it by so little that the smaller p is, the slower it falls: p
shrinks as 1/steps. Newton's q/p − 1 is −1 whatever p is, so p shrinks by e
each step, and a digit takes ln 10 = 2.3 of them.
""",
    pane="training",
    cells=(
        targets,
        none_taken,
        exact_weights,
        no_gaps,
        Loop("steps", (plain, measure)),
        within,
        exact_weights,
        no_gaps,
        Loop("steps", (by_rows, measure)),
        within,
        exact_weights,
        at_rest,
        no_gaps,
        Loop("steps", (nesterov, measure)),
        within,
        exact_weights,
        first_sizes,
        no_gaps,
        Loop("steps", (rprop, measure)),
        within,
        exact_weights,
        no_gaps,
        Loop("steps", (newton, measure)),
        within,
        counting,
        no_gaps,
        measure,
        within,
    ),
    given=given,
    steps=steps,
    predict=predict,
    controls=(
        Control("rate", "learning rate", "number", 50.0, 1e-6, 1e6, (10, 50, 70, 80)),
        Control("row_rate", "rate a row", "number", 3.9, 1e-6, 1e6, (1, 2, 3.9, 5)),
        Control("steps", "steps", "whole", 1_500, 1, 20_000, (100, 1_500, 5_000, 20_000)),
        seed_control(),
    ),
    pauses_run=True,
)
