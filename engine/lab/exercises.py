"""The lecture's exercises: cards with a field for one's own number, and what it came from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.lab.apart import LEAST_WORDS, MOST_WORDS, split
from engine.lab.chapter import Chapter, Control, Inputs, choice_control
from engine.lab.data import Data
from engine.lab.exhibit import Exhibit, Line, Note, Part, Series, Table, columns, number
from engine.lab.guessing import Prediction, asked_number
from engine.lab.ledger import laid_out
from engine.protocol import (
    EXERCISES,
    EXPERIMENTS,
    FILES,
    SPLITS,
    Curve,
    CurvePoint,
    Exercise,
    ExerciseWorked,
    Progressed,
    Refusal,
)

if TYPE_CHECKING:
    from torch import Tensor

    from engine.exercises.recipes import Worked

MOST_SYMBOLS = 60
"""Largest alphabet whose trigrams are laid out as a cube; with more it would take too long."""

COUNTED = ("e01", "e02", "e03")
"""Exercises that a trigram is counted for."""

MOST_DRAWN = 10.0
"""k up to which a curve is drawn: beyond, the counts hardly matter."""

LEAST_FALL = 0.05
"""Share of the height of a picture by which dev is to fall for it to be drawn."""

USUAL, ALL = "usual", "all"
"""What a dial stands at that leaves the choice to the exercise."""

RECIPES = tuple(split for split in SPLITS if split != FILES)
"""Splits of any words; whether they came in files of parts, a chapter does not know."""


def texts(
    dev: Sequence[str], test: Sequence[str], xs: Tensor, ys: Tensor, stoi: Mapping[str, int]
) -> list[Tensor]:
    """All words, dev and test as symbols, a boundary before, between and behind the words."""
    import torch

    parts = [torch.cat((xs[:1], ys))]
    for some in (dev, test):
        text = "." + ".".join(some) + "."
        parts.append(torch.tensor([stoi[s] for s in text]))
    return parts


def trigrams(parts: Sequence[Tensor], V: int, dots: int) -> tuple[Tensor, Tensor, Tensor]:
    """Count trigrams of all words, train and dev, each of shape (V, V, V).

    With one dot before a word no first letter is predicted.
    """
    import torch

    counted = []
    for ix in parts:
        b, c = ix[:-1], ix[1:]
        a = torch.cat((ix[:1], b[:-1])) * (b != 0)  # dots before a word
        at = ((a * V + b) * V + c)[(b != 0) | (dots == 2)]
        counted.append(torch.bincount(at, minlength=V**3).view(V, V, V))
    N3, N3_dev = counted[0], counted[1]
    N3_train = N3 - N3_dev - counted[2]
    return N3, N3_train, N3_dev


def judged(N3: Tensor, N3_train: Tensor, N3_dev: Tensor, k: float) -> list[Tensor]:
    """Average NLL of all words under their own counts, of train and dev under those of train."""
    import torch

    nlls = []
    for counted, asked in ((N3, N3), (N3_train, N3_train), (N3_train, N3_dev)):
        P3 = counted.double() + k
        P3 = (P3 / P3.sum(2, keepdim=True)).nan_to_num()
        nlls.append(-torch.xlogy(asked, P3).sum() / asked.sum())
    return nlls


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the recipe of the trigram; Refusal if the number is none."""
    if inputs.text("answer"):
        from engine.exercises.diagnosis import read

        read(inputs.text("answer"))
    return {"dots": int(inputs.text("dots")), "k": inputs.number("smoothing")}


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit | None]:
    """Set the task, count the trigram of the dials, then work the exercise stage by stage."""
    from engine.exercises.benches import told
    from engine.exercises.recipes import Worked

    command = _asked(inputs)
    unasked = replace(command, answer="")
    known = data.exercises.get(unasked)
    head = _recipe(data, inputs) if command.name in COUNTED else ()
    if known:
        yield Exhibit(laid_out(told(unasked, Worked()), ()), 1, 3)
        yield Exhibit(laid_out(told(unasked, Worked()), head), 2, 3)
        yield Exhibit(_drawn(told(command, known), head), 3, 3)
        return
    worked, total = Worked(), 1
    # At first the task alone: what the dials count would say much of what is to be guessed.
    shown: tuple[Part, ...] = ()
    try:
        for reached in _work(data, unasked, worked):
            if reached is None:
                yield None
                continue
            total = reached.total + 1
            yield Exhibit(laid_out(told(unasked, worked), shown), reached.done, total)
            shown = head
    except Refusal as refusal:
        said = Note(str(refusal), "bad")
        yield Exhibit((*laid_out(told(unasked, worked), head), said), total, total)
        return
    data.exercises[unasked] = worked
    yield Exhibit(_drawn(told(command, worked), head), total, total)


def _asked(inputs: Inputs) -> Exercise:
    """What the dials say; those that an exercise has no use for are left aside."""
    name, split, card = (inputs.text(each) for each in ("exercise", "split", "card"))
    is_split = name in COUNTED and split != USUAL
    return Exercise(
        name,
        inputs.text("answer"),
        split=split if is_split else None,
        card=card if name == "e06" and card != ALL else "",
    )


def _work(data: Data, command: Exercise, worked: Worked) -> Iterator[Progressed | None]:
    """Work an exercise; the end of a stage is told, and nothing of the pieces of one."""
    from engine.exercises.benches import work
    from engine.exercises.recipes import STAGE, Material
    from engine.words.order import encode_words

    vocabulary = data.counts.vocabulary
    encoded = yield from encode_words(data.words, vocabulary)
    material = Material(data.words, vocabulary, encoded, command, data.sha256)
    for reached in work(material, worked):
        yield reached if reached is not None and reached.task == STAGE else None


def _recipe(data: Data, inputs: Inputs) -> tuple[Part, ...]:
    """The trigram of the dials, counted by the code that is shown."""
    if _cannot_be_counted(data):
        return (
            Note(
                f"The trigram of the dials is counted of {LEAST_WORDS:,} to {MOST_WORDS:,} words "
                f"in at most {MOST_SYMBOLS:,} symbols."
            ),
        )
    dots, k = int(inputs.text("dots")), inputs.number("smoothing")
    parts = texts(*split(data.words), data.xs, data.ys, data.stoi)
    nlls = judged(*trigrams(parts, data.V, dots), k)
    names = ("all words, by their own counts", "train of the lecture's split", "dev, by train's")
    rows = tuple((name, float(nll)) for name, nll in zip(names, nlls, strict=True))
    title = f"the dials: trigram, {('one dot', 'two dots')[dots - 1]}, k = {number(k, 'g')}"
    return (Table(title, columns("words", "NLL|.7f"), rows),)


def _drawn(event: ExerciseWorked, head: tuple[Part, ...]) -> tuple[Part, ...]:
    """Lay a whole exercise out, with the curves on which dev can be seen to fall and rise."""
    drawn = [_curve(curve) for curve in event.curves if _turns(curve)]
    return laid_out(event, (*head, *drawn))


def _shown(curve: Curve) -> list[CurvePoint]:
    """The points that a curve is drawn through."""
    return [p for p in curve.points if 0 < p.value <= MOST_DRAWN and math.isfinite(p.dev)]


def _turns(curve: Curve) -> bool:
    """Whether dev falls and rises by enough, of what is drawn, to be seen to."""
    points = _shown(curve)
    if not points:
        return False
    dev = [point.dev for point in points]
    losses = [*dev, *(point.train for point in points)]
    least_fall = LEAST_FALL * (max(losses) - min(losses))
    return min(dev[0], dev[-1]) - min(dev) > least_fall


def _curve(curve: Curve) -> Series:
    points = _shown(curve)
    lines = (
        Line("train", tuple((math.log10(p.value), p.train) for p in points)),
        Line("dev", tuple((math.log10(p.value), p.dev) for p in points)),
    )
    title = f"{curve.model}: train rises with {curve.parameter}, dev falls and rises"
    return Series(title, lines, f"log10 {curve.parameter}", "NLL")


def predict(data: Data, inputs: Inputs) -> Prediction | None:
    """Ask what a trigram gains on the same events; the task may be read."""
    if _cannot_be_counted(data):
        return None

    def losses() -> tuple[float, float]:
        """Of the trigram, without and with the first letters."""
        whole = _all_words(data)
        return tuple(  # type: ignore[return-value]
            float(judged(N3, N3, N3, 0)[0])
            for N3 in (trigrams([whole] * 3, data.V, dots)[0] for dots in (1, 2))
        )

    def because() -> str:
        fewer, same = (number(each, ".2f") for each in losses())
        return (
            f"On the same events the trigram has {same}, and the bigram "
            f"{number(data.counts.floor, '.2f')}; {fewer} leaves the first letters out."
        )

    return Prediction(
        asked_number(CHAPTER.question, "In nats."),
        lambda: data.counts.floor - losses()[1],
        after=1,
        right=0.05,
        near=0.1,
        form=".2f",
        because=because,
    )


def _all_words(data: Data) -> Tensor:
    """All words as symbols, a boundary before, between and behind them."""
    import torch

    return torch.cat((data.xs[:1], data.ys))


def _cannot_be_counted(data: Data) -> bool:
    """Whether a cube of trigrams would take too long."""
    return not LEAST_WORDS <= len(data.words) <= MOST_WORDS or data.V > MOST_SYMBOLS


CHAPTER = Chapter(
    number=14,
    name="exercises",
    title="Exercises",
    text="""
The lecture ends with homework, a card each here. E01: a trigram, by
counting or by a net. E02: train, dev and test. E03: smoothing, or λ, tuned
on dev. E04: rows instead of one-hots. E05: cross_entropy. E06: a question
of your own; twelve are ready.

Do it in your own notebook first. Then write the number that it prints into
its field, with all its digits: the lab says which recipe gives it. Test
stays sealed: no figure here was judged by it.

Two losses compare only if they are of the same events. With one dot before
a word a trigram guesses no first letter, with two it guesses what a bigram
does. The code counts the trigram of the dials.
""",
    question="""
A trigram gets 2.06 where the bigram got 2.45. By how much is it better?
""",
    answer="""
By less than it seems. 2.06 leaves the first letters out, 2.45 has them in.
On the same events it is 2.19 for 2.45, or 2.06 for 2.37. And both were
counted on the words that judge them: dev has the last word.
""",
    pane="training",
    cells=(split, texts, trigrams, judged),
    given=given,
    steps=steps,
    predict=predict,
    needs_words=True,
    controls=(
        choice_control("exercise", "exercise", tuple(EXERCISES)),
        Control(
            "answer",
            "your number",
            "text",
            "",
            0,
            40,
            hint="What your notebook says, such as 2.26; empty: no number to explain.",
        ),
        choice_control("dots", "dots", ("2", "1"), "Dots before each word, 2 or 1."),
        Control("smoothing", "smoothing", "number", 1.0, 0, 1e9, (0, 0.01, 0.1, 0.2, 1, 10)),
        choice_control("split", "split", (USUAL, *RECIPES), "How e01 to e03 part the words."),
        choice_control("card", "card of e06", (ALL, *EXPERIMENTS)),
    ),
)
