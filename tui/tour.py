"""The tour: eight stops, each a pane and a key that light up; it is done by the person. Pure."""

from __future__ import annotations

from collections.abc import Callable

from engine import record
from tui.state import State

FEW = 100
"""Steps after which the network has been seen to learn."""

AFAR = 4
"""Cells from where one was, after which one has walked through the table."""


@record
class Stop:
    """One thing to do."""

    pane: str
    """The pane that it is about."""
    key: str
    """The command whose key is to be pressed; or keys by name, which no command has."""
    text: str
    """What to do, and what is to be seen then; `*` stands for the key."""
    is_done: Callable[[State, State], bool]
    """Whether it has been done, from the state when the stop began and the state now."""


STOPS: tuple[Stop, ...] = (
    Stop(
        "heatmap", "arrows",
        "Each cell says how often its column's letter follows its row's. Walk to a bright one with "
        "the *; its figures stand below.",
        lambda then, now: abs(now.row - then.row) + abs(now.column - then.column) >= AFAR,
    ),
    Stop(
        "dataset", "filter",
        "These words are counted. * filters them: type em, press enter and walk down; each word "
        "draws its path through the table.",
        lambda then, now: bool(now.word) and now.word != then.word,
    ),
    Stop(
        "sampler", "apart",
        "Counts make words likely or not. * takes one apart, bigram by bigram: count, P and "
        "−log P, whose mean is its NLL. esc closes it.",
        lambda then, now: now.replies.apart is not then.replies.apart,
    ),
    Stop(
        "training", "train",
        "A network finds the same table, from noise, by gradient descent. * trains it: the loss "
        "falls, and the table takes shape.",
        lambda then, now: now.snapshot.step >= then.snapshot.step + FEW,
    ),
    Stop(
        "training", "chart_gap",
        "No bigram model of these words has a loss below the floor. The gap is how far there is "
        "still to go: * draws it on a log scale.",
        lambda then, now: now.chart.is_log_gap != then.chart.is_log_gap,
    ),
    Stop(
        "sampler", "generate",
        "* draws names from what has been learnt so far, letter after letter; a green dot marks "
        "one that stands in the data.",
        lambda then, now: now.sample.request > then.sample.request,
    ),
    Stop(
        "heatmap", "view",
        "* shows the next table: probabilities, logits W, network − counts, and the gradient, "
        "which says what the next step will change.",
        lambda then, now: now.has_chosen_view and now.view != then.view,
    ),
    Stop(
        "heatmap", "lab",
        "The lab has a chapter for each idea, with code that runs on this data. * opens it, and "
        "comes back.",
        lambda then, now: now.lesson.asked.request > then.lesson.asked.request,
    ),
)  # fmt: skip
"""In the order in which they are met."""


@record
class Tour:
    """Where on it one is."""

    number: int
    begun: State
    """The state when the stop began."""

    @property
    def stop(self) -> Stop:
        """What is to be done."""
        return STOPS[self.number]

    def follow(self, state: State) -> Tour | None:
        """Go on to the next stop, if this one has been done; `None` after the last."""
        if self.begun.report is not state.report:
            # Of other words all is drawn anew, and nothing of that was done by the person.
            return Tour(self.number, state)
        if not self.stop.is_done(self.begun, state):
            return self
        return Tour(self.number + 1, state) if self.number + 1 < len(STOPS) else None


def recalled(found: object) -> int:
    """Give the stop to go on at, from what was remembered: the first one after the last."""
    return found if isinstance(found, int) and 0 <= found < len(STOPS) else 0
