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
    acute = "◌\u0301"
    assert found == Figures(f"e{acute}", 4, 0.5, 0.4, -0.02, 0.5, context="e", symbol=acute)
    assert lines(found, 78)[0].split()[:5] == [f"e{acute}", acute, "follows", "e", "4"]
    assert "follows" not in lines(found, 60)[0]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (0, 1, "e begins 7 words"),
        (0, 2, "m begins 1 word "),
        (1, 0, "e ends 2,000 words"),
        (1, 1, "e follows e once"),
        (1, 2, "m follows e 0 times"),
        (0, 0, ". follows . 0 times"),
    ],
)
def test_where_there_is_room_a_sentence_says_how_often(row: int, column: int, said: str) -> None:
    counts = ((0, 7, 1), (2000, 1, 0))[row]
    p = array("d", [0.5, 0.3, 0.2]).tobytes()
    of = Row(row, array("q", counts).tobytes(), p, p, p)
    upper, lower = lines(figures_of(of, column, (".", "e", "m"), 0.5), 80)
    assert said in upper
    assert "count" not in upper
    assert "of gap" in lower


def row_of(before: tuple[int, ...], index: int, *path: tuple[int, ...]) -> Row:
    counts = array("q", path[0]).tobytes()
    p = array("d", [n / (sum(path[0]) or 1) for n in path[0]]).tobytes()
    backoff = b"".join(array("q", level).tobytes() for level in path)
    return Row(index, counts, p, p, p, before, backoff)


def test_of_a_context_the_counts_of_shorter_ones_are_told() -> None:
    row = row_of((1,), 2, (1, 0, 2), (7, 8, 9), (70, 80, 1900))
    found = figures_of(row, 2, (".", "e", "m"), 0.5)
    assert found.backoff == (("em", 2), ("m", 9), ("", 1900))
    told = "m follows em 2 times, m 9 times, and stands 1,900 times in all"
    assert lines(found, 80)[2].strip() == told
    assert lines(found, 40)[2].strip() == "m follows em 2 times, m 9 times"
    assert lines(figures_of(row, 0, (".", "e", "m"), 0.5), 80)[2].strip() == (
        "em ends 1 word, m 7 words, of 70 words"
    )


def test_a_context_that_was_never_seen_says_so_in_its_place() -> None:
    row = row_of((1,), 2, (0, 0, 0), (7, 8, 9), (70, 80, 1900))
    upper, lower = lines(figures_of(row, 0, (".", "e", "m"), 0.5), 80)
    assert upper.startswith(" em.  this context was never seen")
    assert lower.strip() == "em ends 0 words, m 7 words, of 70 words"


def test_of_order_1_nothing_stands_before() -> None:
    row = row_of((), 2, (1, 2, 3))
    assert figures_of(row, 1, (".", "e", "m"), 0.5).backoff == (("", 2),)


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
