"""How answers of the models are put into rows: ladders, strips, tallies, names side by side."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol import (
    CommandRefused,
    Compare,
    DatasetLoaded,
    DrawingShown,
    Drawn,
    ModelName,
    NamesCompared,
    NamesExpected,
    NamesSampled,
    RunStarted,
    Sample,
    SampledName,
    ScoredBigram,
    ScoredWord,
    Standing,
    TakeApart,
    Tally,
    Theory,
    WordTakenApart,
)
from tests.tui.bench import REPORT
from tui.sampling import board, rail, rungs, tallies
from tui.sampling.names import _spelled
from tui.sampling.twins import twins
from tui.state import State
from tui.state.reducing import reduce
from tui.state.replies import Replies
from tui.text.rows import Row, width_of

SYMBOLS = (".", "a", "b", "c")
THEORY = Theory(6.14, 5.32, 0.118, 0.1135, 2.4626)


def text(row: Row) -> str:
    return "".join(run[0] for run in row)


def name(letters: str) -> SampledName:
    return SampledName(letters, 2.5, False)


def compared(left: list[str], right: list[str], prefix: str = "") -> NamesCompared:
    way = Compare(Sample(prefix=prefix))
    return NamesCompared(way, tuple(map(name, left)), tuple(map(name, right)), 7)


# Names side by side


def test_names_that_begin_at_the_same_draw_stand_side_by_side() -> None:
    found = twins(compared(["mor", "axx", "bo"], ["mor", "a", "x", "bo"]))
    rows = [(a and a.name.name, b and b.name.name) for a, b in found.rows]
    # The network ends its second name early; its third begins where the counts have none.
    assert rows == [("mor", "mor"), ("axx", "a"), (None, "x"), ("bo", "bo")]
    assert found.same_names == 2
    assert (found.alike, found.draws) == (10, 11)


def test_letters_that_the_other_model_makes_otherwise_are_marked() -> None:
    ((left, right),) = twins(compared(["kond"], ["kamd"])).rows
    assert left is not None
    assert right is not None
    assert left.differs == right.differs == (False, True, True, False)


@pytest.mark.parametrize("width", [5, 12, 30])
def test_names_side_by_side_keep_to_their_columns(width: int) -> None:
    found = twins(compared(["christopher", "", "a" * 40], ["christophen"]))
    assert {width_of(_spelled(twin, width)) for row in found.rows for twin in row} == {width}


def test_a_prefix_is_not_drawn_and_never_differs() -> None:
    ((left, _), *_) = twins(compared(["kab"], ["kac"], prefix="ka")).rows
    assert left is not None
    assert left.differs == (False, False, True)


NAMES = st.lists(st.text("ab", max_size=4), max_size=8)


@given(NAMES, NAMES)
def test_every_name_stands_in_one_row(left: list[str], right: list[str]) -> None:
    found = twins(compared(left, right))
    assert [a.name.name for a, _ in found.rows if a] == left
    assert [b.name.name for _, b in found.rows if b] == right


# The strip


def shown(
    row: list[float], hit: int | None, u: float | None, *, trail: tuple[Drawn, ...] = ()
) -> DrawingShown:
    sums, total = array("d"), 0.0
    for p in row:
        total += p
        sums.append(total)
    return DrawingShown(
        command=Sample(),
        trail=trail,
        names=(),
        draws=1,
        row=0,
        probabilities=array("d", row).tobytes(),
        cumulative=sums.tobytes(),
        hit=hit,
        uniform=u,
        is_over=False,
        can_undo=True,
    )


def test_stretches_are_as_long_as_probabilities() -> None:
    whole, part = rail.rails(shown([0.0, 0.5, 0.25, 0.25], None, None), 40)
    assert [len(run[0]) for run in rail.strip(whole, None)] == [20, 10, 10]
    assert text(rail.labels(whole, SYMBOLS, None)).split() == ["a", "b", "c"]
    assert part is None


def test_the_marker_stands_over_the_letter_that_was_hit() -> None:
    drawing = shown([0.25, 0.25, 0.25, 0.25], 2, 0.6)
    whole, _ = rail.rails(drawing, 40)
    above, strip = text(rail.marker(whole, drawing, "b")), rail.strip(whole, 2)
    assert above.index(rail.MARKER) == 24
    assert "u = 0.600000 → b" in above
    assert [run[1] for run in strip].count("warn") == 1
    assert strip[2][1] == "warn"


def test_a_letter_too_small_to_see_is_shown_larger() -> None:
    drawing = shown([0.5, 0.4999, 0.0001, 0.0], 2, 0.99995)
    _, part = rail.rails(drawing, 60)
    assert part is not None
    assert any(run[1] == "warn" and len(run[0]) > 3 for run in rail.strip(part, 2))


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=40).filter(lambda row: sum(row) > 0.01),
    st.integers(10, 200),
    st.floats(0, 1, exclude_max=True),
)
def test_every_row_of_the_strip_is_as_wide_as_there_is_room(
    values: list[float], width: int, u: float
) -> None:
    row = [value / sum(values) for value in values]
    hit = next((i for i in range(len(row)) if sum(row[: i + 1]) > u), None)
    drawing = shown(row, hit if hit is not None and row[hit] > 0 else None, u)
    symbols = tuple(map(chr, range(97, 97 + len(row))))
    for part in rail.rails(drawing, width):
        if part is not None:
            assert width_of(rail.strip(part, hit)) == width
            assert width_of(rail.labels(part, symbols, hit)) == width


@pytest.mark.parametrize(
    ("kind", "u", "said"),
    [
        ("drawn", 0.6, "u = 0.600000 lies between 0.500000 and 0.750000: “b”, probability 0.2500."),
        ("drawn", None, "torch.multinomial hit “b”"),
        ("forced", None, "You forced “b”"),
    ],
)
def test_what_happened_is_said(kind: str, u: float | None, said: str) -> None:
    step = Drawn("b", 0.25, -1.0, 1.0, kind)  # type: ignore[arg-type]
    drawing = shown([0.25, 0.25, 0.25, 0.25], 2, u, trail=(step,))
    page = board.page(drawing, State(symbols=SYMBOLS), 100, 30)
    assert said in "\n".join(map(text, page))
    assert all(len(text(row).rstrip()) <= 100 for row in page)


@pytest.mark.parametrize("prefix", ["", "ka", "christopherj", "日本語" * 9])
def test_the_way_of_drawing_fits_however_it_is_set(prefix: str) -> None:
    way = Sample(smoothing=0.03, temperature=0.25, prefix=prefix)
    drawing = replace(shown([0.25] * 4, None, None), command=way)
    first = board.page(drawing, State(symbols=SYMBOLS), 76, 20)[0]
    assert width_of(first) <= 76
    for part in ("0.03", "lecture", "2147483647", "0.25", prefix[:1]):
        assert part in text(first)


# The ladder


def scored(word: str, log_p: float, total: float) -> ScoredWord:
    step = ScoredBigram("a", "b", 0 if math.isinf(log_p) else 5, math.exp(log_p), log_p, total, 1.5)
    impossible = ("ab",) if math.isinf(log_p) else ()
    return ScoredWord(word, (step,), total, -total, impossible, ())


def answer(log_p: float = -2.0) -> WordTakenApart:
    standing = Standing(10, 1, 100)
    counts, neural = scored("ab", log_p, log_p), scored("ab", -3.0, -3.0)
    return WordTakenApart(TakeApart("ab"), counts, neural, standing, standing, 0, 12)


@pytest.mark.parametrize("width", [75, 76, 96, 100, 108, 156])
def test_a_rung_fits_the_width(width: int) -> None:
    for found in (answer(), answer(-math.inf)):
        assert width_of(rungs.rung(found, 0, width, 4.0)) <= width
        assert all(width_of(row) <= width for row in rungs.heads(found, width))


def test_an_impossible_bigram_stands_out_and_names_itself() -> None:
    found = answer(-math.inf)
    row = rungs.rung(found, 0, 156, 4.0)
    assert rungs.NEVER[0] in text(row)
    assert {run[1] for run in row if "∞" in run[0]} == {"bad"}
    assert "ab was never seen" in text(rungs.verdict("counts", found.counts, None, 70))


def test_the_standing_is_said_in_a_share() -> None:
    found = answer()
    assert "likelier than 89.0 %" in text(
        rungs.verdict("counts", found.counts, found.counts_standing, 76)
    )
    assert "ranking" in text(rungs.verdict("counts", found.counts, None, 76))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-math.inf, "−∞"),
        (math.inf, "∞"),
        (-1.98765, "−1.988"),
        (-25_000.123, "−25000.1"),
        (-8.339e15, "−8e+15"),
        (-0.0, "0.000"),
    ],
)
def test_figures_are_short(value: float, written: str) -> None:
    assert rungs.short(value) == written


# Tallies


def tallied(tally: Tally, theory: Theory | None, number: int = 10) -> State:
    state = State(drawn=Sample(number=number), names=(name("a"),) * 10)
    return replace(state, replies=Replies(request=0, tally=tally, theory=theory))


def test_what_was_drawn_stands_above_what_is_expected() -> None:
    state = tallied(Tally(10, 69, 1, 0, 0, -200.6), THEORY)
    rows = [text(row) for row in tallies.figures(state, 60, has_chance=True)]
    assert rows[2].split() == ["drawn", "6.900", "10.00", "%", "0.00", "%", "2.5392"]
    assert rows[3].split() == ["expected", "6.140", "11.80", "%", "11.35", "%", "2.4626"]
    assert rows[4].split() == ["±", "chance", "1.682", "10.20", "%", "10.03", "%"]


@pytest.mark.parametrize(
    ("width", "shown"), [(44, 4), (41, 4), (40, 3), (33, 3), (32, 2), (24, 2), (16, 1)]
)
def test_a_figure_that_does_not_fit_is_left_out_rather_than_cut(width: int, shown: int) -> None:
    state = tallied(Tally(10, 69, 1, 0, 0, -200.6), THEORY)
    rows = [text(row) for row in tallies.figures(state, width, has_chance=True)]
    assert all(len(row) <= width for row in rows[1:])
    assert rows[2].split()[1:] == ["6.900", "10.00", "%", "0.00", "%", "2.5392"][: 2 * shown - 1]


def test_theory_on_its_way_and_endless_names_are_said() -> None:
    tally = Tally(10, 69, 1, 0, 3, -200.6)
    assert "…" in text(tallies.figures(tallied(tally, None), 60, has_chance=True)[3])
    endless = replace(THEORY, length=math.inf, nll=math.nan)
    rows = [text(row) for row in tallies.figures(tallied(tally, endless), 60, has_chance=False)]
    assert "endless" in rows[3]
    assert "3 cut at 1,000" in rows[0]


@pytest.mark.parametrize(
    ("drawn", "chosen", "told"),
    [
        ("counts", "counts", ""),
        ("neural", "neural", ""),
        ("counts", "neural", " g network"),
        ("neural", "counts", " g counts"),
    ],
)
def test_the_key_that_draws_from_the_other_model_is_told(
    drawn: ModelName, chosen: ModelName, told: str
) -> None:
    state = tallied(Tally(10, 69, 1, 0, 0, -200.6), THEORY)
    other = replace(state, drawn=Sample(model=drawn), sample=Sample(model=chosen))
    assert text(tallies.progress(other, 33)) == f"● known ○ new  10 names{told}"
    assert text(tallies.progress(other, 30)) == "● known ○ new  10 names"


def test_progress_is_told_while_names_are_drawn() -> None:
    state = replace(tallied(Tally(500, 3000, 0, 0, 0, -1.0), THEORY, 1000), is_drawing=True)
    assert "500 of 1,000" in text(tallies.progress(state, 46))
    assert "X stops" in text(tallies.progress(state, 46))


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (46, "alike: 91.7 % letters, 0 of 1 names"),
        (35, "alike: 91.7 % letters, 0 of 1 names"),
        (33, "alike: 91.7 %, 0 of 1 names"),
        (24, "alike: 91.7 %, 0 of 1"),
    ],
)
def test_how_alike_both_models_draw_is_said_in_as_many_words_as_there_is_room_for(
    width: int, told: str
) -> None:
    """35 columns are what a terminal of 100 has for it, 33 what one of 120 has."""
    found = twins(compared(["christopher"], ["christophen"]))
    row, *stream = [text(row) for row in tallies.alike(found, State(), width)]
    assert row == told
    assert max(map(len, stream)) <= width
    assert " ".join(line.strip() for line in stream) == tallies.STREAM


# The state


def test_late_answers_are_dropped() -> None:
    now = reduce(State(), replace(answer(), command=TakeApart("abc", 5)))
    late = reduce(now, replace(answer(), command=TakeApart("ab", 4)))
    assert late.replies.apart is not None
    assert late.replies.apart.command.word == "abc"
    refused = reduce(now, CommandRefused(TakeApart("x" * 9, 6), "too long"))
    assert refused.replies.apart_refusal == "too long"
    again = reduce(refused, replace(answer(), command=TakeApart("ab", 7)))
    assert again.replies.apart_refusal == ""


def test_theory_of_another_request_is_not_taken_for_this_one() -> None:
    way = Sample(request=3)
    state = reduce(State(), NamesSampled(3, (), way, True, Tally(1)))
    state = reduce(state, NamesExpected(3, THEORY, way))
    assert state.replies.theory is THEORY
    assert reduce(state, NamesExpected(2, replace(THEORY, known=1.0), way)) == state
    newer = reduce(state, NamesSampled(4, (), Sample(request=4), True, Tally(1)))
    assert newer.replies.theory is None


def test_other_words_and_another_run_make_answers_old() -> None:
    state = reduce(State(), compared(["a"], ["a"]))
    other = reduce(state, RunStarted(2, 0, "reset"))
    assert other.replies.comparison is not None
    assert other.replies.comparison.step == -1
    loaded = reduce(state, DatasetLoaded(REPORT, SYMBOLS, "a", array("I", [0, 2]).tobytes()))
    assert loaded.replies.comparison is None


@pytest.mark.parametrize("row", [[1.0, 0.0, 0.0, 0.0], [0.5, 0.0, 0.5, 0.0]])
@pytest.mark.parametrize("hit", range(4))
def test_a_letter_that_is_impossible_may_be_forced(row: list[float], hit: int) -> None:
    trail = (Drawn(SYMBOLS[hit], row[hit], 1.0, 1.0, "forced"),)
    for u in (None, 0.0):
        drawing = shown(row, hit, u, trail=trail)
        whole, _ = rail.rails(drawing, 40)
        assert rail.MARKER in text(rail.marker(whole, drawing, SYMBOLS[hit]))
        state = State(symbols=tuple(SYMBOLS))
        assert board.page(drawing, state, 60, 30)
