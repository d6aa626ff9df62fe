"""What stands above the ladder: its splits, how far it is, how often dev was looked at, test. Pure.

Test is sealed: its loss is in the state only once it was opened.
"""

from __future__ import annotations

from typing import get_args

from engine.protocol import (
    MOST_ORDER,
    PUBLISHED_OF,
    PUBLISHED_SPLITS,
    CountingModel,
    LadderClimbed,
    Rung,
)
from engine.text.numbers import number
from tui.ladder.saying import SPLITS, splits_of
from tui.state import State
from tui.state.climbs import Climbs
from tui.text.rows import Row, Run, fit, fitting, paragraph, width_of
from tui.wording import until_torch

RUNGS = len(get_args(CountingModel)) * MOST_ORDER
"""All there are."""

QUESTION = "T again opens it · esc keeps it sealed"


def is_comparable(state: State) -> bool:
    """Whether the published figures are of these very words."""
    return state.report is not None and state.report.sha256 == PUBLISHED_OF


def has_marks(climbs: Climbs) -> bool:
    """Whether the published figures have a place among the rungs."""
    return climbs.split in PUBLISHED_SPLITS


def best(climbed: LadderClimbed | None) -> Rung | None:
    """The rung that is best on dev so far."""
    return min(climbed.rungs, key=lambda rung: rung.dev) if climbed and climbed.rungs else None


def rows(state: State, width: int, *, is_asking: bool) -> list[Row]:
    """All of it, in three lines or more."""
    climbs = state.replies.climbs
    if climbs.refusal:
        return [_splits(state, width), *paragraph(climbs.refusal, width, "warn")]
    looks = _looks(climbs)
    return [
        _splits(state, width),
        (*_progress(state, width - width_of(looks)), *looks),
        _test(climbs, width, is_asking=is_asking),
    ]


def marks_said(state: State, width: int) -> Row:
    """What the lines between the rows are worth."""
    climbs = state.replies.climbs
    if not has_marks(climbs):
        text = fitting(
            width,
            "nets of the course are shown where their split is: lecture and part2",
            "nets of the course: split lecture or part2",
        )
    elif is_comparable(state):
        text = "—— nets of the same course, published for these very words"
    else:
        text = fitting(
            width,
            "—— nets, published for makemore's list; these are other words: no comparison",
            "—— nets, published for other words: no comparison",
        )
    return ((fit(text, width), "dim"),)


def _splits(state: State, width: int) -> Row:
    climbs = state.replies.climbs
    row: list[Run] = [("split ", "dim")]
    for split in splits_of(state.report):
        here = split == climbs.split
        row.append((f" {split} ", "key" if here else "plain", f"screen.take('{split}')"))
    text = SPLITS.get(climbs.split, "")
    room = width - width_of(row) - 2
    if text and len(text) <= room:
        row.append((f"  {text}", "dim"))
    return row


def _progress(state: State, width: int) -> list[Run]:
    climbs = state.replies.climbs
    climbed = climbs.shown
    if climbs.asked is None:
        known = len(climbed.rungs) if climbed else 0
        models = f"{known} of {RUNGS} models"
        way = fitting(width - len(models), " tuned on dev and sorted by it", " tuned on dev", "")
        return [(models, "strong"), (way, "dim")]
    if climbs.asked.opens_test != "no":
        return [("working the best model out once more, for test …", "accent")]
    if climbed is None:
        waiting = "counting …" if state.torch_version else until_torch(state, "counting …")
        if climbs.split == "makemore.py" and not state.is_ready:
            waiting = until_torch(state, "its shuffle is torch's, which is being imported …")
        return [(waiting, "accent")]
    known = len(climbed.rungs)
    full = round(20 * known / RUNGS)
    return [
        (f"{known:>2} of {RUNGS} models ", "strong"),
        ("█" * full, "bar"),
        ("░" * (20 - full), "frame"),
    ]


def _looks(climbs: Climbs) -> list[Run]:
    """Say how often dev was looked at before this ladder."""
    before = climbs.looks - (climbs.shown is not None)
    return [(f" · {looks_before(before)}", "warn" if before > 2 else "dim")]


def looks_before(looks: int) -> str:
    """Say how often dev was looked at: each look may have chosen something by it."""
    if looks < 1:
        return "first look at dev"
    times = {1: "once", 2: "twice"}.get(looks, f"{looks} times")
    return f"dev was looked at {times} before"


def _test(climbs: Climbs, width: int, *, is_asking: bool) -> Row:
    climbed = climbs.shown
    if climbed is not None and climbed.is_dev_test:
        return (("dev is test itself here: what is best on it was chosen by test", "warn"),)
    if is_asking:
        long = "T opens test for the model best on dev: once, at the end of all choices · "
        short = "Open test, once, for the best on dev? "
        lead = long if len(long) + len(QUESTION) <= width else short
        return ((lead, "warn"), (QUESTION, "accent"))
    for rung in climbed.rungs if climbed else ():
        if rung.test is not None:
            named = f" of {rung.model}, order {rung.order}, best on dev ({_loss(rung.dev)})"
            lead = f"test {_loss(rung.test)}"
            return ((lead, "good"), (named, "plain"), (" · opened", "dim"))
    return (("test is sealed", "strong"), (" · T opens it, at the end of all choices", "dim"))


def why_sealed(climbs: Climbs) -> str:
    """Say why test cannot be opened now; empty if it can."""
    whole = climbs.whole.get(climbs.split)
    if whole is None or climbs.asked is not None:
        return "Test can be opened once the ladder is climbed to its end."
    if whole.is_dev_test:
        return "There is no test of its own here: dev is test itself."
    if not whole.has_test:
        return "This split has no test."
    if any(rung.test is not None for rung in whole.rungs):
        return "Test is open: a second look would be one too many."
    return ""


def _loss(nll: float) -> str:
    return number(nll, ".4f")
