"""The lecture's square figure: what is in each cell, and the figure as a file."""

from __future__ import annotations

import math
import re
import struct
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
from textual.theme import BUILTIN_THEMES

from engine import Client, Inline, Session
from engine.protocol import DatasetLoaded, LoadDataset, MatrixTold, Refusal, Settings, TellMatrix
from tests.tui.matrices import shown, told
from tui.colours.depth import Depth
from tui.colours.ramps import ramp
from tui.colours.scales import NO_LEVEL
from tui.figures import door, square
from tui.figures.heatmap import heatmap
from tui.figures.inks import PAPER, Inks, inks_of
from tui.figures.square import square_of

NAN = math.nan
LIGHT, DARK = (inks_of(BUILTIN_THEMES[f"textual-{name}"]) for name in ("light", "dark"))
TINY = told([[0, 2], [3, 1]], (".", "a"))


def texts(svg: bytes) -> list[str]:
    """All that is written in a figure, in order."""
    tree = ElementTree.fromstring(svg)
    return [text.text or "" for text in tree.iter("{http://www.w3.org/2000/svg}text")]


def drawn(matrix: MatrixTold, inks: Inks = LIGHT) -> bytes:
    """A figure as SVG."""
    return heatmap(square_of(matrix, shown(), dark=inks.dark), inks, "svg").data


@pytest.fixture(scope="module")
def names() -> tuple[MatrixTold, DatasetLoaded]:
    """The counts of the list that comes with the program."""
    client = Client(Inline(Session()))
    *_, loaded = client.ask(LoadDataset())
    *_, matrix = client.ask(TellMatrix())
    assert isinstance(loaded, DatasetLoaded)
    assert isinstance(matrix, MatrixTold)
    return matrix, loaded


@pytest.mark.slow
def test_every_cell_says_its_bigram_and_how_often_it_was_seen(
    names: tuple[MatrixTold, DatasetLoaded],
) -> None:
    matrix, loaded = names
    state = replace(shown(loaded.report), symbols=loaded.symbols)
    found = texts(heatmap(square_of(matrix, state, dark=False), LIGHT, "svg").data)
    assert {"N · counts", "names.txt · 32,257 words"} <= set(found)
    cells = dict(pairwise(found))
    assert (cells[".a"], cells["n."], cells["an"], cells["jq"]) == ("4438", "6808", "5471", "0")
    for i, first in enumerate(loaded.symbols):
        for j, second in enumerate(loaded.symbols):
            count = memoryview(matrix.values).cast("d")[27 * i + j]
            assert cells[first + second] == f"{count:.0f}"


@pytest.mark.slow
def test_cells_have_the_colours_of_the_screen(names: tuple[MatrixTold, DatasetLoaded]) -> None:
    matrix, _ = names
    for inks in (LIGHT, DARK):
        found = square_of(matrix, shown(), dark=inks.dark)
        colours = ramp("counts", inks.dark, Depth.TRUECOLOR)
        assert found.ramp == colours
        svg = drawn(matrix, inks).decode()
        mesh = svg[svg.index("QuadMesh_1") :]
        fills = re.findall(r"fill: (#\w{6}); stroke", mesh)[: 27 * 27]
        assert fills == [colours.colours[level] for level in found.levels]
        assert f"fill: {inks.page}" in svg


def test_text_is_dark_or_light_by_what_can_be_read_on_the_cell() -> None:
    svg = drawn(TINY).decode()
    written = re.findall(r'style="([^"]*)"[^>]*>([^<]*)</text>', svg)
    fills = {text: "fill: #ffffff" in style for style, text in written}
    assert fills["3"]
    assert not fills["0"]


def test_the_page_is_white_under_a_light_theme_and_the_themes_own_under_a_dark_one() -> None:
    assert LIGHT.page == PAPER
    assert DARK.page == "#121212"
    for name in ("ansi-dark", "ansi-light"):
        inks = inks_of(BUILTIN_THEMES[name])
        assert inks == (DARK if inks.dark else LIGHT)
    for theme in BUILTIN_THEMES.values():
        inks = inks_of(theme)
        for colour in (inks.page, inks.text, inks.muted, inks.faint, *inks.roles.values()):
            assert re.fullmatch(r"#[0-9a-f]{6}", colour)


def test_a_png_has_its_size_and_200_dots_an_inch() -> None:
    found = square_of(TINY, shown(), dark=True)
    data = heatmap(found, DARK, "png").data
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert (width, height) == (1280, 600)
    place = data.index(b"pHYs") + 4
    assert struct.unpack(">I", data[place : place + 4])[0] == round(200 / 0.0254)


def test_the_same_figure_is_the_same_file() -> None:
    assert drawn(TINY) == drawn(TINY)


def test_a_cell_without_a_value_has_no_number() -> None:
    matrix = told([[NAN, 1.5], [0.25, NAN]], (".", "a"), "log_counts")
    found = square_of(matrix, shown(), dark=False)
    assert found.levels[0] == found.levels[3] == NO_LEVEL
    assert found.numbers == ("", "1.50", ".250", "")
    assert texts(drawn(matrix))[2:].count("..") == 1


def test_numbers_are_whole_or_rounded_and_small_ones_have_a_unit() -> None:
    matrix = told([[0.1374, 0.00002], [1, 0]], (".", "a"), "count_probabilities")
    assert square_of(matrix, shown(), dark=False).numbers == (".137", "2e−5", "1", "0")
    matrix = told([[-0.00123, 0.00002], [0, 0.0005]], (".", "a"), "difference")
    found = square_of(matrix, shown(), dark=False)
    assert found.numbers == ("−1.2", ".020", "0", ".500")
    assert found.about.endswith("step 300 · numbers × 10⁻³")
    assert square_of(told([[123456]], "."), shown(), dark=False).numbers == ("123456",)
    assert square_of(told([[12345678]], "."), shown(), dark=False).numbers == ("12.3M",)


def test_the_title_says_which_contexts_are_seen_and_the_line_below_of_what() -> None:
    matrix = told([[1, 2], [3, 4]], (".", "a"), "count_probabilities", before=(1,))
    settings = Settings(order=4, dots=3, split="lecture")
    found = square_of(matrix, shown(settings=settings), dark=False)
    assert found.title == "P · counts · rows after … a, smoothing 1"
    assert found.about.endswith(" · order 4, split lecture")


def test_symbols_are_seen_whatever_they_are_and_keep_their_order() -> None:
    symbols = (".", " ", "&", "<", "\u0301", "ب", "ا")
    size = len(symbols)
    svg = drawn(told([[1] * size] * size, symbols))
    found = texts(svg)
    for bigram in (".␣", "&<", "◌\u0301.", "ب\u200eا\u200e"):
        assert bigram in found


def test_what_no_font_has_is_told() -> None:
    matrix = told([[1, 2], [3, 4]], (".", "\U000f1234"))
    found = heatmap(square_of(matrix, shown(), dark=False), LIGHT, "png")
    assert found.lacking == ("\U000f1234",)
    assert heatmap(square_of(TINY, shown(), dark=False), LIGHT, "png").lacking == ()
    assert door.boxes("abcdefghij").startswith("No font here has a b c d e f g h and 2 more:")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four symbols are too many to be written in, six to have letters each, ten to be drawn."""
    from tui.figures import heatmap as drawing

    for module in (square, drawing):
        for name, most in (("LABELLED", 3), ("LETTERED", 5), ("DRAWN", 9)):
            monkeypatch.setattr(module, name, most, raising=False)


def of_size(size: int) -> MatrixTold:
    return told([[1] * size] * size, [".", *map(chr, range(97, 96 + size))])


@pytest.mark.usefixtures("few")
def test_many_cells_say_nothing_but_rows_and_columns_keep_their_letters() -> None:
    svg = drawn(of_size(5))
    assert ".a" not in texts(svg)
    assert texts(svg).count("a") == texts(svg).count("d") == 2
    assert b"<image" in svg


@pytest.mark.usefixtures("few")
def test_of_very_many_letters_some_are_written() -> None:
    found = texts(drawn(of_size(8)))
    assert [text for text in found if text in ".abcdefg"] == [*".bdf", *".bdf"]


@pytest.mark.usefixtures("few")
def test_a_figure_that_nobody_could_read_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refusal, match=r"10 × 10 cells could not be read.*csv or npy instead"):
        square_of(of_size(10), shown(), dark=False)


def test_without_matplotlib_it_is_said_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "find_spec", lambda name: None)
    with pytest.raises(Refusal, match=r"pip install 'makemore-tui\[figures\]' brings it"):
        drawn(TINY)


def test_the_extra_that_brings_it_is_there() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    assert re.search(r"^figures = \[\"matplotlib", text, re.MULTILINE)


def test_a_matplotlib_of_the_users_own_makes_no_difference() -> None:
    before = drawn(TINY)
    with matplotlib.rc_context({"axes.grid": True, "font.size": 30, "svg.fonttype": "path"}):
        assert drawn(TINY) == before
        assert matplotlib.rcParams["font.size"] == 30


def test_a_broken_matplotlib_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "find_spec", lambda name: True)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(Refusal, match=r"matplotlib cannot be imported \(ModuleNotFoundError: .*"):
        drawn(TINY)
