"""The ladder of a word: a line for each bigram, their sum, and what is said of it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine import record
from engine.protocol import ScoredBigram, ScoredWord, Standing, WordTakenApart
from engine.text.numbers import number
from tui.state import State
from tui.text import glyphs
from tui.text.bars import bar
from tui.text.numbers import figure
from tui.text.rows import Role, Row, Run, fit, paragraph
from tui.wording import until_torch

LEAST_BAR = 8
"""Columns that a bar needs to say anything."""

COSTS = ("cost −log p", "−log p")
"""Heads of that column: where there is room, and where there is less."""

NEVER = ("never seen", "never")
"""Stands in place of a cost without end: where there is room, and where there is less."""


@record
class Columns:
    """How wide each column of the ladder is."""

    figures: tuple[int, int, int, int]
    """Probability, its log, the running sum, the running mean."""
    bar: int
    """What a bigram costs, as a bar; 0 where there is no room."""

    @property
    def model(self) -> int:
        """Columns of one model."""
        return sum(self.figures) + (self.bar + 2 if self.bar else 0)


BIGRAM, COUNT = 6, 8


def gram(order: int) -> str:
    """Call so many symbols in a row by the usual name."""
    return "bigram" if order == 2 else f"{order}-gram"


def wide(answer: WordTakenApart) -> int:
    """Columns of an n-gram; one of wide symbols may be cut."""
    return max(BIGRAM, answer.command.ngrams.order + 2)


def columns(width: int, beside: int = BIGRAM) -> Columns:
    """Share out a width between two models, beside an n-gram and its count."""
    room = (width - beside - COUNT - 4) // 2
    figures = (8, 8, 10, 8) if room >= 34 + LEAST_BAR else (6, 8, 8, 6)
    bar = room - sum(figures) - 2
    return Columns(figures, min(24, bar) if bar >= LEAST_BAR else 0)


def heads(answer: WordTakenApart, width: int) -> list[Row]:
    """Say which model stands where, and what the columns are, in two lines."""
    beside, order = wide(answer), answer.command.ngrams.order
    across = columns(width, beside)
    network = f"network, step {answer.step:,}" if answer.neural else "network: not there yet"
    names = ("p", "log p", "sum", "mean")
    figures = "".join(f"{name:>{w}}" for name, w in zip(names, across.figures, strict=True))
    cost = f"  {next(c for c in COSTS if len(c) <= across.bar):<{across.bar}}" if across.bar else ""
    counts = f"counts, smoothing {number(answer.command.smoothing)}"
    blank = " " * (beside + COUNT)
    return [
        (
            (blank + "  ", "dim"),
            (fit(f" {counts}", across.model), "counts"),
            ("  ", "dim"),
            (fit(f" {network}", across.model), "network"),
        ),
        (
            (f"{gram(order):<{beside}}{'count':>{COUNT}}  ", "dim"),
            (figures + cost + "  ", "dim"),
            (figures + cost, "dim"),
        ),
    ]


def rung(answer: WordTakenApart, index: int, width: int, most: float) -> Row:
    """One bigram under both models.

    Args:
        answer: the word.
        index: which of its bigrams.
        width: columns there are.
        most: cost of a full bar, in nats.
    """
    across = columns(width, wide(answer))
    first = answer.counts.bigrams[index]
    name = "".join(map(glyphs.shown, first.context + first.second))
    row: list[Run] = [
        (fit(f" {name}", wide(answer)), "strong" if first.count else "bad"),
        (f"{first.count:>{COUNT},}", "plain" if first.count else "bad"),
        ("  ", "dim"),
        *_figures(first, across, "counts", most),
        ("  ", "dim"),
    ]
    if answer.neural and index < len(answer.neural.bigrams):
        row += _figures(answer.neural.bigrams[index], across, "network", most)
    return row


def _figures(step: ScoredBigram, across: Columns, role: Role, most: float) -> list[Run]:
    """Figures of one model, and the bar of what the bigram costs."""
    p, log_p, total, mean = across.figures
    is_impossible = math.isinf(step.log_probability)
    look: Role = "bad" if is_impossible else "plain"
    after: Role = "bad" if math.isinf(step.total) else "dim"
    runs: list[Run] = [
        (f"{probability(step.probability):>{p}}{short(step.log_probability):>{log_p}}", look),
        (f"{short(step.total):>{total}}{short(step.mean):>{mean}}", after),
    ]
    if across.bar:
        text = next(never for never in NEVER if len(never) <= across.bar)
        if not is_impossible:
            text = bar(-step.log_probability, most, across.bar)
        runs.append((fit(f"  {text}", across.bar + 2), "bad" if is_impossible else role))
    return runs


def most_cost(answer: WordTakenApart) -> float:
    """What a full bar stands for: the greatest finite cost of a bigram, at least 4 nats."""
    words = [answer.counts, *([answer.neural] if answer.neural else [])]
    costs = [-step.log_probability for word in words for step in word.bigrams]
    return max([4.0, *(cost for cost in costs if math.isfinite(cost))])


def verdict(name: str, word: ScoredWord, standing: Standing | None, width: int) -> Row:
    """What a model makes of the word, in one line."""
    role: Role = "counts" if name == "counts" else "network"
    lead: list[Run] = [(f"{name:<9}", role)]
    if word.impossible:
        which = listed(word.impossible)
        seen = "were" if len(word.impossible) > 1 else "was"
        text = f"impossible: {which} {seen} never seen. NLL ∞; ↑ smooths it to a number"
        return [*lead, (fit(text, width - 9).rstrip(), "bad")]
    runs = [
        *lead,
        ("NLL ", "dim"),
        (figure(word.nll), "strong"),
        (f" · total {short(word.log_likelihood)}", "dim"),
    ]
    if standing is None:
        return [*runs, (" · ranking …", "dim")]
    share = f"{number(100 * standing.beaten, '.1f')} %"
    wide = f" · likelier than {share} of the {standing.words:,} names"
    used = sum(len(run[0]) for run in runs)
    text = wide if used + len(wide) <= width else f" · likelier than {share} of names"
    return [*runs, (text[: width - used], "plain")]


def listed(items: Sequence[str], most: int = 5) -> str:
    """Name a few things: `a`, `a and b`, `a, b and 3 more`."""
    shown = ["".join(map(glyphs.shown, item)) for item in items[:most]]
    if len(items) > most:
        return f"{', '.join(shown)} and {len(items) - most:,} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def probability(p: float) -> str:
    """A probability in at most six characters."""
    return number(p, ".4f") if p >= 0.0001 else number(p, ".0e") if p > 0 else "0"


def short(value: float) -> str:
    """A figure with as many decimals as fit, none at last, and a true minus."""
    if abs(value) < 1000 or math.isinf(value):
        return number(value, ".3f")
    return number(value, ".1f" if abs(value) < 1e5 else ".0e")


def findings(answer: WordTakenApart, state: State, width: int) -> list[Row]:
    """What there is to say of a word: of itself, then what each model makes of it."""
    word = answer.counts.word
    if answer.counts.unknown:
        which = listed(answer.counts.unknown)
        are = "are" if len(answer.counts.unknown) > 1 else "is"
        text = f"{which} {are} not in the alphabet: no word of the data has such a symbol, "
        text += "so the models cannot say how likely this word is."
        rows = paragraph(text, max(20, width), "bad")
        if meant := answer.counts.meant:
            take = "screen.take"
            rows.append((("Did you mean ", "dim"), (meant, "accent", take), ("?", "dim")))
        return rows
    place = _place(answer.known)
    letters = f"{len(word):,} letter{'s' * (len(word) != 1)}"
    steps = len(answer.counts.bigrams)
    about = f"{letters}, {steps:,} {gram(answer.command.ngrams.order)}s; {place}"
    unseen = dict.fromkeys(s.context + s.second for s in answer.counts.bigrams if not s.count)
    if unseen and not answer.counts.impossible:
        about += f"; never seen: {listed(list(unseen))}"
    waiting = until_torch(state, "comes when torch is here")
    if state.no_network:
        waiting = "there is none: too many symbols"
    network: Row = (("network  ", "network"), (waiting, "dim"))
    if answer.neural:
        network = verdict("network", answer.neural, answer.neural_standing, width)
    counts = verdict("counts", answer.counts, answer.counts_standing, width)
    return [((fit(about, max(20, width) - 1).rstrip() + ".", "dim"),), counts, network]


def _place(known: int | None) -> str:
    """Say whether a word is one of the dataset's."""
    if known is None:
        return "the words are not here, so it cannot be told whether it is one of them"
    times = "once" if known == 1 else f"{known:,} times"
    return f"it stands in the dataset {times}" if known else "it is not in the dataset"


def hints(meant: str, *, has_table: bool) -> Row:
    """Keys of this screen.

    Args:
        meant: the word that is suggested; empty if none is.
        has_table: whether there are bigrams to be gone through.
    """
    enter: tuple[Run, ...] = ()
    if meant:
        enter = ("enter", "accent", "screen.take"), (f" takes {meant}  ", "dim", "screen.take")
    elif has_table:
        enter = ("enter", "accent"), (" down the table  ", "dim")
    return (
        ("↑ ↓", "accent"), (" smoothing  ", "dim"),
        *enter,
        ("tab", "accent"), (" next  ", "dim"),
        ("esc", "accent", "screen.close"), (" close", "dim", "screen.close"),
    )  # fmt: skip
