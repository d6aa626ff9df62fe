"""The sampler's names, tallies and comparison, at both sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from engine.protocol import Compare, LoadDataset, Sample
from tests.tui.questions import MOUSE_SIZES, SIZES, Visit, visit
from tui.sampling.names import TwinList
from tui.sampling.pane import SamplerPane
from tui.state.intents import SampleChosen
from tui.text.rows import Row
from tui.widgets.lines import Lines

both = pytest.mark.parametrize("size", SIZES)
by_mouse = pytest.mark.parametrize("size", MOUSE_SIZES)


@both
async def test_names_stand_beside_what_is_expected(size: tuple[int, int]) -> None:
    async with visit(size) as there:
        await there.press("4")
        await there.sees("mor", "minaymoryles", "10 names", "drawn", "expected", "6.141", "11.35 %")


@pytest.mark.slow
@both
async def test_heads_stand_above_their_figures_and_these_beside_the_names(
    size: tuple[int, int],
) -> None:
    async with visit(size) as there:
        await there.press("4")
        await there.sees("minaymoryles")
        sampler = there.app.main.query_one(SamplerPane)
        # In the place it has among the others, with the whole screen, and back in its place.
        for width in (sampler.region.width, size[0], sampler.region.width):
            await there.until(lambda: sampler.region.width == width)  # noqa: B023
            await there.until(lambda: names_stand_straight(there.text()))
            await there.press("m")


def names_stand_straight(text: str) -> bool:
    """Whether figures stand below their heads, and not far from their name."""
    head = next(line for line in text.splitlines() if "len     NLL" in line)
    name = next(line for line in text.splitlines() if "minaymoryles" in line)
    place = name.index("12   2.422")
    return place == head.index("len     NLL") + 1 and place - name.index("minaymoryles") < 60


@both
async def test_both_models_side_by_side_by_keyboard(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visit(size) as there:
        there.engine.session.handle(Sample())
        await there.press("b")
        await there.sees("counts, smoothing 1", "network, step 0", "alike: ")
        await there.press("n")
        await there.sees("network, step 1")
        heads = there.app.main.query_one("#columns", Lines)
        written = list[str]()
        write = heads.show

        def note(rows: Sequence[Row]) -> None:
            written.extend(run[0] for row in rows for run in row)
            write(rows)

        monkeypatch.setattr(heads, "show", note)
        await there.press("b")
        await there.sees("expected")
        await there.until(lambda: any("len" in text for text in written))
        # The list has no size yet when it comes back.
        assert not any("…" in text for text in written)


@pytest.mark.slow
async def test_both_models_side_by_side_by_mouse() -> None:
    async with visit((160, 50)) as there:
        await there.click_on("b both")
        await there.sees("network, step 0", "alike: ")


@pytest.mark.slow
@by_mouse
@pytest.mark.parametrize(
    ("button", "title"), [("t word", "Take a word apart"), ("d by letter", "Draw a name, letter")]
)
async def test_the_screens_open_by_mouse(size: tuple[int, int], button: str, title: str) -> None:
    async with visit(size) as there:
        await there.click_on("4 Sampler")
        await there.click_on(button)
        await there.sees(title)


@pytest.mark.slow
async def test_a_million_names_are_counted_and_some_are_listed() -> None:
    async with visit((160, 50)) as there:
        there.app.desk.draw_names(Sample(7, number=60_000, listed=10_000, wants_theory=True))
        await there.sees("60,000 names, 10,000 listed")
        assert len(there.app.state.names) == 10_000


@pytest.mark.slow
async def test_names_are_said_to_be_of_the_model_that_drew_them() -> None:
    async with visit((120, 40)) as there:
        await there.sees("from counts")
        other = replace(there.app.state.sample, model="neural")
        there.app.desk.take(SampleChosen(other))
        await there.sees("from counts", "g network")
        assert "neural" not in there.text(), "the field calls it a network, too"
        await there.press("g")
        await there.sees("network, step 0")
        assert "g network" not in there.text()


@pytest.mark.slow
async def test_other_words_have_names_of_their_own(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("abba\nbaab\n")
    async with visit((120, 40)) as there:
        await there.sees("minaymoryles")
        there.app.desk.send(LoadDataset(str(other)))
        await there.until(lambda: {*"".join(n.name for n in there.app.state.names)} == {*"ab"})
        await there.sees("from counts")


@pytest.mark.slow
async def test_changing_the_seed_draws_from_both_models_while_they_are_compared() -> None:
    async with visit((160, 50)) as there:
        await there.press("b")
        there.app.desk.draw_names(Sample(7, seed=4))
        compared = [c for c in there.engine.sent if isinstance(c, Compare)]
        assert compared[-1].sample.seed == 4


@pytest.mark.slow
async def test_why_the_same_names_come_again_is_said_and_what_draws_others() -> None:
    async with visit((80, 24)) as there:
        await there.press("4")
        before = there.app.state.names
        assert "same seed" not in there.text()
        await there.press("g")
        await there.sees("The same seed draws the same names; another seed draws others.")
        await there.click_on("another seed")
        await there.press("up")
        await there.until(lambda: there.app.state.names != before)
        await there.until(lambda: "same seed" not in there.text())


async def test_a_prefix_of_unknown_letters_is_refused_and_the_names_stay() -> None:
    async with visit((80, 24)) as there:
        before = there.app.state.names
        there.app.desk.draw_names(Sample(9, prefix="é"))
        await there.sees("The prefix holds é")
        assert there.app.state.names == before


async def reach(there: Visit, setting: str, *, by_mouse: bool) -> None:
    """Get into a field of the sampler: by a click, or by tab from the list of names."""
    field = there.app.main.query_one(f"#sampler #field-{setting}")
    if by_mouse:
        await there.pilot.click(field, offset=(1, 0))
    for _ in range(40):
        if there.app.focused is field:
            return
        await there.press("shift+tab")
    raise AssertionError(there.text())


@pytest.mark.slow
@both
@pytest.mark.parametrize("by_mouse", [False, pytest.param(True, marks=pytest.mark.slow)])
async def test_temperature_prefix_and_seed_change_the_names_and_what_is_expected(
    size: tuple[int, int], by_mouse: bool
) -> None:
    async with visit(size) as there:
        await (there.click_on("4 Sampler") if by_mouse else there.press("4"))
        await reach(there, "prefix", by_mouse=by_mouse)
        await there.press(*"ka", "enter")
        await there.until(lambda: all(name.name.startswith("ka") for name in there.app.state.names))
        await reach(there, "temperature", by_mouse=by_mouse)
        await there.press("end", *["backspace"] * 5, *"0.5", "enter")
        await there.until(lambda: there.app.state.sample.temperature == 0.5)
        theory = there.app.state.replies.theory
        assert theory is not None
        assert theory.one_letter == 0
        await reach(there, "temperature", by_mouse=by_mouse)
        await there.press("end", *["backspace"] * 5, *"0", "enter")
        await there.sees("temperature must be a finite number above 0")
        assert there.app.state.sample.temperature == 0.5


def test_a_row_of_a_comparison_that_has_become_shorter_is_empty() -> None:
    rows = TwinList()
    assert rows.word(0) == ""
    assert "".join(run[0] for run in rows.row(3, 40)).split() == ["·", "·"]
