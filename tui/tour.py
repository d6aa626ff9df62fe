"""The tour: eight stops, each a pane and a key that light up; it is done by the person. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine import record
from tui.state import State
from tui.state.intents import ContextChosen, Intent, ViewChosen, WordPicked

FEW = 100
"""Steps after which the network has been seen to learn."""

AFAR = 4
"""Cells from where one was, after which one has walked through the table."""

WALK = 3
"""Rows down what a filter has left, where there are so many, after which one has walked there."""

EXAMPLE = "em"
"""What to filter by, while there is no word that tells better."""


def _has_no_words(state: State) -> bool:
    return state.report is not None and not state.report.has_words


def _has_no_network(state: State) -> bool:
    return state.torch_failed or bool(state.no_network)


def _has_walked(then: State, now: State) -> bool:
    # Of few symbols the table is not so wide.
    least = min(AFAR, max(1, len(now.symbols) - 1))
    return abs(now.row - then.row) + abs(now.column - then.column) >= least


@record
class Stop:
    """One thing to do."""

    pane: str
    """The pane that it is about."""
    key: str
    """The command whose key is to be pressed; or keys by name, which no command has."""
    text: str
    """What to do, and what is to be seen then; `*` stands for the key, `…` for how words begin."""
    is_done: Callable[[State, State], bool]
    """Whether it has been done, from the state when the stop began and the state now."""
    brings: Callable[[State], Sequence[Intent]] = lambda state: ()
    """What brings about that all is as the text says."""
    cannot: Callable[[State], bool] = lambda state: False
    """Whether there is no doing it, so that the tour goes on."""
    filters: bool = False
    """Whether it begins with all words, and takes a filter and a walk down what is left."""


STOPS: tuple[Stop, ...] = (
    Stop(
        "heatmap", "arrows",
        "Each cell says how often its column's letter follows its row's. Walk a few cells with the "
        "*; the figures of each stand below.",
        _has_walked,
        lambda state: (
            ContextChosen((), state.row), ViewChosen("counts", is_of_user=False),
        ),
    ),
    Stop(
        "dataset", "filter",
        "These words are counted. * filters them: type …, press enter and walk down; each word "
        "draws its path through the table.",
        lambda then, now: bool(now.word) and now.word != then.word,
        cannot=_has_no_words, filters=True,
    ),
    Stop(
        "sampler", "apart",
        "Counts make words likely or not. * takes one apart, bigram by bigram: count, P and "
        "−log P, whose mean is its NLL. esc closes it.",
        lambda then, now: now.replies.apart is not then.replies.apart,
    ),
    Stop(
        "training", "train",
        "A network learns the table, from noise, by gradient descent. * trains it: the loss falls. "
        f"After {FEW} steps the tour goes on.",
        lambda then, now: now.snapshot.step >= then.snapshot.step + FEW,
        lambda state: (ViewChosen("network_probabilities", is_of_user=False),),
        _has_no_network,
    ),
    Stop(
        "training", "chart_gap",
        "No bigram model of these words has a loss below the floor. The gap is how far there is "
        "still to go: * draws it on a log scale.",
        lambda then, now: now.chart.is_log_gap != then.chart.is_log_gap,
        lambda state: (replace(state.chart, is_log_gap=False),),
        _has_no_network,
    ),
    Stop(
        "sampler", "generate",
        "* draws names from what has been learnt so far, letter after letter; ● stands before one "
        "that is in the data.",
        lambda then, now: now.sample.request > then.sample.request,
        cannot=lambda state: state.torch_failed,
    ),
    Stop(
        "heatmap", "view",
        "* goes through the tables: probabilities, logits W, network − counts, and the gradient, "
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

    def text(self, state: State) -> str:
        """What to do, and what is to be seen then; `*` stands for the key."""
        words = state.words
        first = next(iter(words.pick([0])), "") if words is not None and len(words) else ""
        return self.stop.text.replace("…", first[:2] if first[:2].isalpha() else EXAMPLE)

    def follow(self, state: State, *, has_walked: bool = False) -> Tour | None:
        """Go on to the next stop, if this one has been done or cannot be; `None` after the last.

        Args:
            state: what there is now.
            has_walked: whether one has gone down the words that a filter has left.
        """
        if self.begun.report is not state.report:
            # Of other words all is drawn anew, and nothing of that was done by the person.
            return Tour(self.number, state)
        stop = self.stop
        is_done = stop.is_done(self.begun, state) and (has_walked or not stop.filters)
        if not (is_done or stop.cannot(state)):
            return self
        return Tour(self.number + 1, state) if self.number + 1 < len(STOPS) else None


def left(found: State, state: State) -> tuple[Intent, ...]:
    """Say what leaves all as the tour has found it, but for what the network has learnt.

    Args:
        found: before the first stop.
        state: what there is now.
    """
    was_at, is_at = ((s.snapshot.run, s.snapshot.step) for s in (found, state))
    is_followed = not found.has_chosen_view and was_at != is_at
    # Whoever leaves the view to the program sees the network once it is trained.
    view = "network_probabilities" if is_followed else found.view
    word = found.word if found.report is state.report else ""
    return (
        ContextChosen(found.before, state.row),
        ViewChosen(view, is_of_user=found.has_chosen_view),
        WordPicked(word),
        found.chart,
    )


def recalled(found: object) -> int:
    """Give the stop to go on at, from what was remembered: the first one after the last."""
    return found if isinstance(found, int) and 0 <= found < len(STOPS) else 0
