"""The bigram under the cursor in figures that fit any width."""

from __future__ import annotations

import math
from array import array

import pytest

from engine.protocol import Row
from tui.heatmap.inspector import Figures, figures_of, in_a_line, inspect
from tui.text.rows import width_of

EM = Figures("em", 769, 0.033567, 0.0334, 0.0002, 0.05)
WITHOUT_NETWORK = Figures("em", 769, 0.033567)


def lines(figures: Figures, width: int) -> list[str]:
    return ["".join(run[0] for run in row).rstrip() for row in inspect(figures, width)]


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (
            120,
            [
                " em   P 0.033567  count     769  log P −3.39421  p − P  −0.000167",
                "      p 0.033400  of gap +0.4 %  log p −3.39920  excess +0.000200",
            ],
        ),
        (
            57,
            [
                " em  P 0.0336 count     769 log P −3.394 p − P  −0.0002",
                "     p 0.0334 of gap +0.4 % log p −3.399 excess +0.0002",
            ],
        ),
        (
            40,
            [
                " em  P 0.0336 count     769 log P −3.394",
                "     p 0.0334 of gap +0.4 % log p −3.399",
            ],
        ),
    ],
)
def test_the_most_important_figures_come_first(width: int, shown: list[str]) -> None:
    assert lines(EM, width) == shown


def test_before_there_is_a_network_one_line_says_what_is_known() -> None:
    assert lines(WITHOUT_NETWORK, 80) == [" em   count 769  P 0.033567  log P −3.39421", ""]


@pytest.mark.parametrize("figures", [EM, WITHOUT_NETWORK])
def test_it_fits_any_width_and_stands_in_columns(figures: Figures) -> None:
    for width in range(20, 130):
        upper, lower = inspect(figures, width)
        assert width_of(upper) <= width
        assert width_of(lower) in (width_of(upper), 4 if len(lower) == 1 else width_of(upper))


def test_what_is_impossible_has_no_finite_logarithm() -> None:
    assert "log P −∞" in lines(Figures("qq", 0, 0.0, 0.0), 120)[0]


def test_an_excess_beyond_all_bounds_takes_no_more_room() -> None:
    assert "excess +6.92e+22" in lines(Figures("zq", 9, 0.1, 0.0, 6.92e22, 7e22), 120)[1]


def test_what_is_not_impossible_is_not_written_as_zero() -> None:
    upper, lower = lines(Figures("zq", 0, 9.2e-6, 3e-12, 0.0, 0.1), 60)
    assert "P 9e−6" in " ".join(upper.split())
    assert "p 3e−12" in " ".join(lower.split())
    assert "P 0.0" in " ".join(lines(Figures("zq", 0, 0.0, 0.5, 0.0, 0.1), 120)[0].split())


@pytest.mark.parametrize(
    ("gap", "share"), [(0.05, "+0.4 %"), (0.0001, "+200.0 %"), (0.0, "–"), (math.nan, "–")]
)
def test_a_share_needs_a_gap(gap: float, share: str) -> None:
    assert f"of gap {share}" in lines(Figures("em", 1, 0.1, 0.1, 0.0002, gap), 120)[1]


def test_figures_are_read_from_the_row_of_the_snapshot() -> None:
    row = Row(
        1,
        array("q", [3, 0, 4]).tobytes(),
        array("d", [0.4, 0.1, 0.5]).tobytes(),
        array("d", [0.3, 0.3, 0.4]).tobytes(),
        array("d", [0.01, 0.0, -0.02]).tobytes(),
    )
    found = figures_of(row, 2, (".", "e", "\u0301"), 0.5)
    assert found == Figures("e◌\u0301", 4, 0.5, 0.4, -0.02, 0.5)


def row_of(before: tuple[int, ...], index: int, *path: tuple[int, ...]) -> Row:
    counts = array("q", path[0]).tobytes()
    p = array("d", [n / (sum(path[0]) or 1) for n in path[0]]).tobytes()
    backoff = b"".join(array("q", level).tobytes() for level in path)
    return Row(index, counts, p, p, p, before, backoff)


def test_of_a_context_the_counts_of_shorter_ones_are_told() -> None:
    row = row_of((1,), 2, (1, 0, 2), (7, 8, 9), (70, 80, 1900))
    found = figures_of(row, 2, (".", "e", "m"), 0.5)
    assert found.backoff == (("emm", 2), ("mm", 9), ("m", 1900))
    assert lines(found, 40)[2].split() == ["emm", "2", "mm", "9", "m", "1,900"]
    assert lines(found, 18)[2].split() == ["emm", "2", "mm", "9"]


def test_a_context_that_was_never_seen_says_so_in_its_place() -> None:
    row = row_of((1,), 2, (0, 0, 0), (7, 8, 9), (70, 80, 1900))
    upper, lower = lines(figures_of(row, 0, (".", "e", "m"), 0.5), 80)
    assert upper.startswith(" em.  this context was never seen")
    assert lower.split() == ["em.", "0", "m.", "7", ".", "70"]


def test_of_order_1_nothing_stands_before() -> None:
    row = row_of((), 2, (1, 2, 3))
    assert figures_of(row, 1, (".", "e", "m"), 0.5).backoff == (("e", 2),)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, "P · counts, smoothing 1     em   counts 0.034  network 0.033"),
        (50, "P · counts        em   counts 0.034  network 0.033"),
        (30, "P        em   P 0.034  p 0.033"),
    ],
)
def test_in_a_line_no_figure_is_cut(width: int, shown: str) -> None:
    told = "".join(run[0] for run in in_a_line(EM, "P · counts, smoothing 1", width))
    assert told == shown
