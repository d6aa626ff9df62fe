"""The command lines that bring back what is on the screen do bring it back."""

from __future__ import annotations

import math
import shlex
from dataclasses import replace

import pytest

from engine.protocol import Configure, Course, Sample, Settings, Snapshot
from engine.training.recipe import steering
from tests.tui.bench import REPORT, change
from tests.tui.questions import Visit, visit
from tui import storage
from tui.main import main
from tui.options import START_SPEED, Options
from tui.reproduce import command_lines
from tui.state import State

USUAL = Settings(speed=START_SPEED)
BUNDLED = replace(REPORT, source="names.txt")


def on_screen(settings: Settings = USUAL, step: int = 0, **changes: object) -> State:
    state = State(report=BUNDLED, snapshot=Snapshot(settings=settings, step=step))
    return replace(state, **changes)  # type: ignore[arg-type]


def test_what_is_usual_is_not_said() -> None:
    assert command_lines(on_screen()) == ["makemore-tui"]


CHANGED = Settings(
    learning_rate=0.1 + 0.2,
    regularization=0.0,
    seed=-5,
    init="zeros",
    gradient="onehot",
    device="cpu",
    speed=math.inf,
    smoothing=0.03,
)


def test_the_app_opens_with_the_same_settings_data_view_and_colours(opened: list[Options]) -> None:
    report = replace(REPORT, source="my [bold] 'words'.txt")
    state = on_screen(CHANGED, report=report, view="gradient", ramp="magenta")
    (line,) = command_lines(state, "nord")
    main(shlex.split(line)[1:])
    (options,) = opened
    assert options.settings == CHANGED
    assert (options.data, options.view) == (report.source, "gradient")
    assert (options.theme, options.ramp) == ("nord", "magenta")


def test_a_network_is_named_by_its_option(opened: list[Options]) -> None:
    onehots = replace(USUAL, order=3, dots=1, network="onehots")
    line, train = command_lines(on_screen(onehots, step=5))
    assert train == "makemore-tui train --steps 5 --order 3 --dots 1 --model onehots"
    main(shlex.split(line)[1:])
    assert opened[0].settings == onehots


def test_the_run_and_the_names_have_lines_of_their_own() -> None:
    drawn = Sample(
        4, number=3, temperature=0.7, prefix="ka", seed=1, smoothing=0.5, wants_theory=True
    )
    lines = command_lines(on_screen(step=300, drawn=drawn))
    assert lines == [
        "makemore-tui",
        "makemore-tui train --steps 300",
        "makemore-tui sample --number 3 --seed 1 --temperature 0.7 --prefix ka --smoothing 0.5",
    ]


async def trained_to(there: Visit, step: int) -> None:
    """Take steps one by one up to there."""
    await there.press(*"n" * (step - there.app.state.snapshot.step))
    await there.until(lambda: there.app.state.snapshot.step == step)


async def copied(there: Visit) -> tuple[list[str], str]:
    """Copy the lines that bring back what is seen, and the loss as `--json` tells it."""
    await there.press("Y")
    await there.until(lambda: (storage.folder() / "commands.txt").exists())
    lines = (storage.folder() / "commands.txt").read_text().splitlines()
    return lines, f'"data_loss": {there.app.state.snapshot.data_loss}'


@pytest.mark.slow
async def test_the_names_on_the_screen_come_back_from_the_line_that_was_copied(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with visit((80, 24)) as there:
        there.app.desk.draw_names(Sample(7, number=5, temperature=0.8, prefix="ka", listed=10_000))
        await there.until(lambda: len(there.app.state.names) == 5)
        lines, _ = await copied(there)
        names = [name.name for name in there.app.state.names]
    capsys.readouterr()
    assert main(shlex.split(lines[-1])[1:]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == names


RATE_50 = steering(Settings(), 0)


def test_changes_of_settings_stand_in_the_line_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    course = Course(
        "0123456789ab",
        b"",
        b"",
        (
            RATE_50,
            replace(RATE_50, step=400, learning_rate=5.0),
            replace(RATE_50, step=620, learning_rate=5.0, regularization=0.0, gradient="gather"),
            replace(RATE_50, step=900),
        ),
    )
    state = on_screen(step=900)
    assert command_lines(state, course=course)[1] == (
        "makemore-tui train --steps 900 --at 400:learning_rate=5.0 "
        "--at 620:regularization=0.0,gradient=gather"
    )
    assert command_lines(on_screen(step=400), course=course)[1] == "makemore-tui train --steps 400"
    assert len(command_lines(state, course=replace(course, is_drawn=False))) == 1


def test_a_change_that_was_taken_back_is_not_said() -> None:
    changes = (RATE_50, replace(RATE_50, step=100), replace(RATE_50, step=150, learning_rate=5.0))
    course = Course("0" * 12, b"", b"", changes)
    assert command_lines(on_screen(step=200), course=course)[1] == (
        "makemore-tui train --steps 200 --at 150:learning_rate=5.0"
    )


async def test_the_line_of_the_run_brings_it_back_where_settings_wait_or_were_taken_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with visit((80, 24)) as there:
        await trained_to(there, 3)
        there.app.desk.send(Configure(learning_rate=1.0))
        await there.press("u")
        there.app.desk.send(Configure(seed=7, init="zeros"))
        await trained_to(there, 5)
        (app, line, *_), loss = await copied(there)
    assert "--seed 7" in app
    assert line == "makemore-tui train --steps 5"
    assert main([*shlex.split(line)[1:], "--json"]) == 0
    assert loss in capsys.readouterr().out


async def test_the_loss_on_the_screen_comes_back_from_the_line_that_was_copied(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with visit((80, 24)) as there:
        await trained_to(there, 3)
        there.app.desk.send(Configure(learning_rate=1.0, regularization=0.5))
        await trained_to(there, 5)
        (_, line, *_), loss = await copied(there)
    assert "--at 3:learning_rate=1.0,regularization=0.5" in line
    assert "--device" not in line
    assert main([*shlex.split(line)[1:], "--json"]) == 0
    assert loss in capsys.readouterr().out


def test_a_view_of_two_runs_is_not_said_for_there_is_one_at_the_start() -> None:
    assert command_lines(on_screen(view="run_difference")) == ["makemore-tui"]


def test_a_device_that_auto_means_here_is_not_said_and_another_one_is() -> None:
    course = Course("0" * 12, b"", b"", (change(0, device="cpu"),))
    state = on_screen(step=5)
    assert command_lines(state, course=course)[1] == "makemore-tui train --steps 5"
    on_card = replace(state, snapshot=replace(state.snapshot, device="cuda:0"))
    assert command_lines(on_card, course=course)[1].endswith("--steps 5 --device cpu")
