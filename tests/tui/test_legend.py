"""The legend's labels can be read and stand where they belong; ranges and levels are steady."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from engine.protocol import MatrixName, Window
from tui.colours.depth import Depth
from tui.colours.oklab import contrast
from tui.colours.palettes import LOOKS as KINDS
from tui.colours.palettes import Kind, ansi
from tui.colours.ramps import ramp
from tui.colours.scales import NO_LEVEL, Scale, ScaleKind, levels, steady_levels
from tui.heatmap.extents import scale_for
from tui.heatmap.legend import Legend, labels_on
from tui.heatmap.marks import apart, marks_for
from tui.state.views import VIEWS


def legend(scale: Scale, width: int) -> str:
    return "".join(symbol or "▒" for symbol in labels_on(scale, 63, width))


@pytest.mark.parametrize(
    ("scale", "shown"),
    [
        (Scale("log", 0, 6763), "0 ▒▒ 1 ▒▒▒▒▒▒▒▒▒▒ 10 ▒▒▒▒▒▒▒▒▒ 100 ▒▒▒▒▒▒▒▒ 1k ▒▒▒▒▒▒▒▒▒▒"),
        (Scale("sqrt", 0, 0.6), "0 ▒▒▒▒▒ 0.02 ▒▒▒▒▒▒▒▒ 0.1 ▒▒▒▒▒ 0.2 ▒▒▒▒▒▒▒▒ 0.4 ▒▒▒▒ 0.6"),
        (
            Scale("diverging_sqrt", -0.5, 0.5),
            "−0.5 ▒▒▒▒▒▒▒ −0.1 ▒▒▒▒▒▒▒▒▒ 0 ▒▒▒▒▒▒▒▒▒ 0.1 ▒▒▒▒▒▒▒▒▒ 0.5",
        ),
        (Scale("linear", -4, 3), "−4 ▒▒▒▒▒▒▒▒▒▒▒ −2 ▒▒▒▒▒▒▒▒▒▒▒▒▒ 0 ▒▒▒▒▒▒▒▒▒▒▒▒▒ 2 ▒▒▒▒▒▒▒"),
    ],
)
def test_labels_stand_in_gaps_of_the_strip(scale: Scale, shown: str) -> None:
    assert legend(scale, 57) == shown


@pytest.mark.parametrize(("width", "is_said"), [(60, True), (40, True), (30, False)])
async def test_what_cells_without_a_value_are_is_said_beside_the_strip(
    width: int, is_said: bool
) -> None:
    class Bench(App[None]):
        def compose(self) -> ComposeResult:
            yield Legend()

    async with Bench().run_test(size=(width, 3)) as pilot:
        strip = pilot.app.query_one(Legend)
        strip.styles.width = width
        scale, colours = Scale("linear", 0, 8), ramp("counts", True, Depth.TRUECOLOR)
        strip.show(scale, colours, VIEWS["log_counts"].blank)
        await pilot.pause()
        line = strip.render_line(0)
        assert line.cell_length == strip.size.width
        assert line.text.endswith("·· never seen") is is_said
        strip.show(scale, colours, VIEWS["counts"].blank)
        assert "·" not in strip.render_line(0).text


@given(st.sampled_from([*VIEWS]), st.floats(1e-6, 1e6), st.integers(12, 200))
def test_labels_never_touch_and_never_use_a_hyphen(
    matrix: MatrixName, high: float, width: int
) -> None:
    shown = legend(scale_for(Window(matrix, 0, 0, 1, 1, 0.0, high, b"")), width)
    assert len(shown) == width
    assert "-" not in shown
    assert all(re.fullmatch(r" ?\S+ ?", label) for label in shown.split("▒") if label)


@pytest.mark.parametrize("kind", ["linear", "log", "sqrt", "diverging", "diverging_sqrt"])
@given(st.lists(st.floats(0, 0.4), min_size=1), st.floats(-0.02, 0.02), st.integers(1, 5))
def test_a_steady_level_is_never_further_off_than_its_slack(
    kind: ScaleKind, values: list[float], drift: float, slack: int
) -> None:
    scale = Scale(kind, 0, 0.4)
    shown = levels(values, scale, 63)
    later = [max(0.0, value + drift) for value in values]
    exact = levels(later, scale, 63)
    steady = steady_levels(later, scale, 63, shown, slack)
    assert all(abs(s - e) <= slack for s, e in zip(steady, exact, strict=True))
    assert all(s in (e, old) for s, e, old in zip(steady, exact, shown, strict=True))


def test_none_and_one_are_told_apart_however_steady() -> None:
    scale = Scale("log", 0, 6763)
    assert steady_levels([1.0, 0.0], scale, 64, [0, 6], slack=5) == [6, 0]


def test_a_cell_takes_its_exact_level_where_there_was_none_or_there_is_none_now() -> None:
    scale = Scale("linear", 0, 10)
    assert steady_levels([5.0, math.nan, 10.0], scale, 11, [NO_LEVEL, 3, 9]) == [5, NO_LEVEL, 10]
    assert steady_levels([5.0, 6.0], scale, 11, [40, 6]) == [5, 6], "levels of a longer ramp"


def test_a_range_stays_until_it_no_longer_holds_or_is_far_too_wide() -> None:
    def window(most: float) -> Window:
        return Window("gradient", 0, 0, 1, 1, -most / 2, most, b"")

    first = scale_for(window(0.043))
    assert first.ends() == (-0.05, 0.05)
    assert scale_for(window(0.021), first) is first
    assert scale_for(window(0.019), first) is first
    assert scale_for(window(0.009), first).high == 0.01
    assert scale_for(window(0.06), first).high == 0.1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("depth", [Depth.TRUECOLOR, Depth.XTERM, Depth.ANSI])
def test_cursor_and_path_stand_out_of_every_ramp_and_of_each_other(
    kind: Kind, dark: bool, depth: Depth
) -> None:
    colours = ramp(kind, dark, depth)
    marks = marks_for(colours, dark, depth)
    assert apart(marks.cursor, colours.colours) > (0.16 if depth is Depth.ANSI else 0.2)
    assert apart(marks.path, colours.colours) > 0.16
    assert apart(marks.path, [marks.cursor]) > 0.18
    assert contrast(marks.cursor, marks.cursor_text) > 4.5
    assert contrast(marks.path, marks.path_text) > 4.5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dark", [True, False])
def test_of_16_colours_the_marks_have_a_hue_that_no_value_has(kind: Kind, dark: bool) -> None:
    colours = ramp(kind, dark, Depth.ANSI)
    hues = {ansi(n): n % 8 for n in range(16) if n % 8 not in (0, 7)}
    marks = marks_for(colours, dark, Depth.ANSI)
    taken = {hues[colour] for colour in colours.colours if colour in hues}
    assert not {hues[marks.cursor], hues[marks.path]} & taken


def test_without_colour_there_are_none_to_choose() -> None:
    assert marks_for(ramp("counts", True, Depth.NONE), True, Depth.NONE).cursor == ""


any_number = st.floats()


@given(st.sampled_from(list(VIEWS)), st.tuples(any_number, any_number), st.lists(any_number))
def test_any_range_of_values_has_a_scale_and_a_legend(
    matrix: MatrixName, ends: tuple[float, float], values: list[float]
) -> None:
    window = Window(matrix, 0, 0, 1, 1, *ends, values=b"")
    scale = scale_for(window, scale_for(replace(window, low=0.0, high=1.0)))
    assert len(labels_on(scale, 24, 40)) == 40
    shown = levels(values, scale, 24)
    assert len(steady_levels(values, scale, 24, shown)) == len(values)
