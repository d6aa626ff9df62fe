"""What the heatmap can show: the one table of views, in the order in which they follow each other.

A view is a row here and a matrix of that name in `engine.models`; everything else is read from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine import record
from engine.protocol import MatrixName
from tui.colours.palettes import Kind
from tui.colours.scales import ScaleKind

Ends = Callable[[float, float], tuple[float, float]]
"""From the least and the greatest value of a matrix to the ends of its scale."""


def as_they_are(low: float, high: float) -> tuple[float, float]:
    """Keep a range that does not move."""
    return low, high


def whole_numbers(low: float, high: float) -> tuple[float, float]:
    """Widen a range to whole numbers; one that has no end stays as it is."""
    return (math.floor(low), math.ceil(high)) if math.isfinite(high - low) else (low, high)


def probabilities(low: float, high: float) -> tuple[float, float]:
    """Begin at 0 and end at a fifth, two fifths at least."""
    return 0.0, max(0.4, math.ceil(high * 5 - 1e-6) / 5)


def around_zero(low: float, high: float) -> tuple[float, float]:
    """Reach as far below zero as above."""
    most = round_up(max(abs(low), abs(high), 1e-12))
    return -most, most


def round_up(value: float) -> float:
    """Return the least of 1, 2 and 5 times a power of ten that is not below a value > 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(m * power for m in (1, 2, 5, 10) if value <= m * power * (1 + 1e-9))


@record
class View:
    """One thing the heatmap can show."""

    matrix: MatrixName
    """The matrix, and the view's name on the command line."""
    title: str
    help: str
    kind: Kind
    """Whose colours it wears."""
    scale: ScaleKind
    ends: Ends
    """So that colours do not change whenever a value does."""
    needs_network: bool = False
    needs_other_run: bool = False
    """Whether it is of the run in hand and of another one."""
    centred: MatrixName | None = None
    """The same with each row less its mean, if there is such a matrix."""
    is_of_whole_contexts: bool = False
    """Whether contexts that end alike cannot be put together in it."""
    blank: str = ""
    """What cells without a value are, if there are such cells."""


VIEWS: dict[MatrixName, View] = {
    view.matrix: view
    for view in (
        View(
            "counts",
            "N · counts",
            "How often each symbol follows each other one, on a log scale",
            "counts",
            "log",
            as_they_are,
        ),
        View(
            "count_probabilities",
            "P · counts",
            "Rows of the counts, smoothed, as probabilities",
            "probability",
            "sqrt",
            probabilities,
        ),
        View(
            "network_probabilities",
            "p · network",
            "softmax of the logits: what the network has learnt",
            "network",
            "sqrt",
            probabilities,
            needs_network=True,
        ),
        View(
            "log_counts",
            "log N",
            "What the logits become, up to a constant for each row",
            "counts",
            "linear",
            as_they_are,
            is_of_whole_contexts=True,
            blank="never seen",
        ),
        View(
            "logits",
            "W · logits",
            "The weights themselves; C shows them raw, or with rows centred",
            "logits",
            "linear",
            whole_numbers,
            needs_network=True,
            centred="centred_logits",
            is_of_whole_contexts=True,
        ),
        View(
            "difference",
            "p − P · network − counts",
            "Where the network gives more than the counts, and where less",
            "difference",
            "diverging_sqrt",
            around_zero,
            needs_network=True,
        ),
        View(
            "run_difference",
            "run − other run",
            "Where the network gives more than that of another run, and where less",
            "difference",
            "diverging_sqrt",
            around_zero,
            needs_network=True,
            needs_other_run=True,
        ),
        View(
            "gradient",
            "gradient",
            "Which way each logit is pushed by the next step",
            "gradient",
            "diverging_sqrt",
            around_zero,
            needs_network=True,
        ),
    )
}

MATRICES = VIEWS | {view.centred: view for view in VIEWS.values() if view.centred}
"""The views by the matrices that they show, centred or not."""


def view_of(matrix: MatrixName) -> View:
    """Give the view that shows a matrix, centred or not."""
    return MATRICES[matrix]
