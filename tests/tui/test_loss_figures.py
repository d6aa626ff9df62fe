"""The loss chart as a figure and as a table."""

from __future__ import annotations

import csv
import io
import math
from array import array
from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.theme import BUILTIN_THEMES

from engine.protocol import Course, Refusal, Settings, Snapshot
from tests.tui.bench import REPORT, change, id_of
from tests.tui.test_squares import texts
from tui.figures import tables
from tui.figures.inks import inks_of
from tui.figures.losses import LossFigure, loss_chart, loss_figure_of
from tui.plot.curves import Losses, plan
from tui.plot.losses import losses_of
from tui.state import State
from tui.state.courses import Courses
from tui.state.intents import ChartLook

INKS = inks_of(BUILTIN_THEMES["textual-light"])


def history(*losses: float) -> bytes:
    """A run of such losses, one a step."""
    return array("d", [n for step, loss in enumerate(losses) for n in (step, loss, loss)]).tobytes()


FALLING = [2.46 + math.exp(-step / 9) for step in range(60)]

STATE = State(
    report=replace(REPORT, source="/home/me/names.txt", words=32_257, floor=2.4544),
    snapshot=Snapshot(2, id_of(2), step=59, data_loss=2.4614, history=history(*FALLING)),
)
PARTED = replace(
    STATE,
    snapshot=replace(
        STATE.snapshot,
        settings=Settings(split="lecture"),
        floor=2.4544,
        dev_loss=2.5123,
        dev_history=history(*(loss + 0.05 for loss in FALLING)),
    ),
    courses=Courses(
        colours={id_of(1): 0},
        told={
            id_of(1): Course(id_of(1), history(3.0, 2.8, 2.7), b"", ()),
            id_of(2): Course(id_of(2), b"", b"", (change(0), change(20, learning_rate=10.0))),
        },
    ),
)


def written(figure: LossFigure) -> list[str]:
    """All that is written in a chart."""
    return texts(loss_chart(figure, INKS, "svg").data)


def rows(state: State) -> list[dict[str, str]]:
    """The table of the losses on a screen."""
    file = io.BytesIO()
    tables.losses_csv(file, losses_of(state), state.snapshot.id)
    return list(csv.DictReader(io.StringIO(file.getvalue().decode())))


def test_a_chart_says_what_of_how_far_and_how_low() -> None:
    found = written(loss_figure_of(STATE))
    assert {"Loss", "step", "nats a symbol", "loss 2.4614", "entropy floor 2.4544"} <= set(found)
    (about,) = [text for text in found if "words" in text]
    assert about.startswith("names.txt · 32,257 words · step 59 · learning rate 50 · regul")


def test_a_chart_shows_dev_other_runs_and_changes_of_settings() -> None:
    figure = loss_figure_of(PARTED)
    found = written(figure)
    assert {"train 2.4614", "dev 2.5123", "run 0001", "rate 10"} <= set(found)
    assert [role for role, _ in figure.plan.curves] == ["run-1", "dev", "curve"]


def test_axes_are_those_of_the_screen() -> None:
    look = ChartLook(is_log_steps=True, is_log_gap=True)
    figure = loss_figure_of(replace(PARTED, chart=look))
    assert figure.title == "Gap to the entropy floor"
    assert figure.plan.floor is None
    assert {"0", "1", "10", "50"} <= set(written(figure))
    recent = replace(
        STATE,
        chart=ChartLook(is_recent=True),
        snapshot=replace(STATE.snapshot, recent=array("d", [57, 2.5, 58, 2.4, 59, 2.45]).tobytes()),
    )
    figure = loss_figure_of(recent)
    assert figure.across == "steps before now"
    assert "now" in written(figure)


@pytest.mark.parametrize("losses", [[], [3.7]])
def test_without_losses_there_is_no_chart(losses: Sequence[float]) -> None:
    state = replace(STATE, snapshot=Snapshot(history=history(*losses)))
    with pytest.raises(Refusal, match="no losses to draw yet; train some steps first"):
        loss_figure_of(state)


@pytest.mark.parametrize("losses", [[3.7, math.inf], [math.nan, math.nan], [3.7, 1e60, 2.5]])
def test_losses_that_are_no_numbers_are_left_out(losses: Sequence[float]) -> None:
    state = replace(STATE, snapshot=Snapshot(data_loss=math.nan, history=history(*losses)))
    assert loss_chart(loss_figure_of(state), INKS, "png").data.startswith(b"\x89PNG")


def test_finer_dots_are_the_same_chart() -> None:
    losses = losses_of(PARTED)
    coarse, fine = plan(losses, 90, 28), plan(losses, 90, 28, 16)
    assert fine.dots == (16 * coarse.dots[0], 16 * coarse.dots[1])
    for name in ("x_ticks", "y_ticks", "marks"):
        pairs = zip(getattr(coarse, name), getattr(fine, name), strict=True)
        for (dot, text), (fine_dot, fine_text) in pairs:
            assert fine_text == text
            assert abs(fine_dot / 16 - dot) < 1
    assert coarse.floor is not None
    assert fine.floor is not None
    assert abs(fine.floor / 16 - coarse.floor) < 1


def test_what_is_cut_off_leaves_a_fine_chart_where_it_does() -> None:
    steps = [(float(step), loss, loss) for step, loss in enumerate([30.0, 4.0, *FALLING])]
    fine = plan(Losses(steps, 2.4544), 90, 28, 16)
    (curve,) = [dots for role, dots in fine.curves if role == "curve"]
    assert fine.peak is not None
    assert curve[0][1] > 20 * fine.dots[1]


def test_a_table_holds_every_bucket_of_every_run_with_all_digits() -> None:
    found = rows(PARTED)
    train = [row for row in found if (row["run"], row["part"]) == (id_of(2), "train")]
    assert [float(row["least"]) for row in train] == FALLING
    assert [int(row["step"]) for row in train] == list(range(60))
    assert train[3]["least"] == train[3]["greatest"]
    assert len([row for row in found if row["part"] == "dev"]) == 60
    assert [row["least"] for row in found if row["run"] == id_of(1)] == ["3.0", "2.8", "2.7"]
    (floor,) = [row for row in found if row["part"] == "floor"]
    assert (floor["step"], floor["least"]) == ("", "2.4544")


def test_eight_other_runs_are_named_and_told_apart() -> None:
    ids = [id_of(run) for run in range(3, 11)]
    told = {id: Course(id, history(3.0, 2.5 + i / 9, 2.5), b"", ()) for i, id in enumerate(ids)}
    courses = Courses(colours={id: i for i, id in enumerate(ids)}, told=told)
    figure = loss_figure_of(replace(STATE, courses=courses))
    found = written(figure)
    assert all(f"run {id[:4]}" in found for id in ids)
    colours = {INKS.roles[role] for role, _ in figure.plan.curves}
    assert len(colours) == 9
