"""Drawing a name letter by letter, so that one can see what happens: a state machine.

Pure but for its clockwork, the generator, whose state is part of every place one has been to; so
undo goes back to the very numbers, and the letters are those of a batch of the same seed.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, replace
from typing import Literal

import torch

from engine.models.likelihood import Context, Model, before, steps
from engine.protocol import DrawingShown, Drawn, Refusal, Sample
from engine.sampling.lot import MOST_SYMBOLS
from engine.sampling.rows import Rows
from engine.sampling.sampler import check_sample, multinomial, uniform

Kind = Literal["drawn", "forced", "prefix"]

MOST_UNDONE = 1_000
"""Draws that can be taken back."""

MOST_NAMES = 100
"""Finished names that are remembered."""


@dataclass(frozen=True, eq=False, slots=True)
class _Place:
    """Where one can go back to."""

    generator: torch.Tensor
    """State of the generator here."""
    indices: tuple[int, ...]
    """The name so far; the boundary at its end, once it is drawn."""
    kinds: tuple[Kind, ...]
    names: tuple[str, ...] = ()
    draws: int = 0
    context: Context = ()
    """Whose row is shown."""
    hit: int | None = None
    uniform: float | None = None
    is_over: bool = False


class Drawing:
    """Names in the making.

    Args:
        model: which must not change.
        command: how to draw, as for a batch.

    Raises:
        Refusal: temperature, seed or prefix is not usable, or nothing can follow the prefix.
    """

    def __init__(self, model: Model, command: Sample) -> None:
        check_sample(model, command)
        self.command = command
        self._rows = Rows(model, command.temperature)
        self._vocabulary = model.vocabulary
        self._generator = torch.Generator().manual_seed(command.seed)
        self._here = self._begin(_Place(self._generator.get_state(), (), ()))
        self._past: deque[_Place] = deque(maxlen=MOST_UNDONE)

    # Moves

    def draw(self, *, to_end: bool = False) -> None:
        """Draw a symbol; where the name is at its end, begin the next one.

        Args:
            to_end: whether to go on until the name is at its end; at most 1,000 symbols.
        """
        self._go(self._begin(self._here) if self._here.is_over else self._drawn(self._here))
        while to_end and not self._here.is_over:
            self._go(self._drawn(self._here))

    def undo(self) -> None:
        """Take the latest move back; Refusal if there is none."""
        if not self._past:
            raise Refusal("There is no draw to take back.")
        self._here = self._past.pop()

    def force(self, symbol: str) -> None:
        """Write a symbol instead of drawing it; Refusal if nothing is known of what follows."""
        index = self._vocabulary.indices.get(symbol)
        if index is None:
            raise Refusal(f"{symbol} is not in the alphabet: no word of these data holds it.")
        if self._here.is_over:
            raise Refusal("The name is at its end; draw once more to begin the next one.")
        forced = replace(self._here, context=self._before(self._here), uniform=None)
        place = _with(forced, index, "forced")
        if not place.is_over:
            self._rows.cumulative(self._before(place))
        self._go(place)

    def retune(self, model: Model, command: Sample) -> None:
        """Go on in another way, and do the latest draw again, from the same random number.

        Raises:
            Refusal: in that way nothing can be drawn here; all stays as it was.
        """
        check_sample(model, command)
        rows = Rows(model, command.temperature)
        for context in (self._here.context, self._before(self._here)):
            rows.cumulative(context)
        self.command, self._rows = command, rows
        if self._past and self._here.kinds[-1:] == ("drawn",) and self._here.hit is not None:
            self._here = self._drawn(self._past[-1])

    def _go(self, place: _Place) -> None:
        self._past.append(self._here)
        self._here = place

    def _begin(self, place: _Place) -> _Place:
        """Begin a name with the prefix."""
        names = place.names
        if place.is_over:
            names = (*names, self._spell(place))[-MOST_NAMES:]
        prefix = tuple(self._vocabulary.encode(self.command.prefix))
        kinds: list[Kind] = ["prefix"] * len(prefix)
        context = before(prefix, self._rows.model.order)
        self._rows.cumulative(context)
        return _Place(place.generator, prefix, tuple(kinds), names, place.draws, context)

    def _before(self, place: _Place) -> Context:
        """What the next symbol is drawn from; at the end of a name, what its last one was."""
        indices = place.indices[:-1] if place.is_over else place.indices
        return before(indices, self._rows.model.order)

    def _drawn(self, place: _Place) -> _Place:
        """Draw from the row of the symbols before."""
        self._generator.set_state(place.generator)
        context = self._before(place)
        u: float | None = None
        if self.command.sampler == "lecture":
            u = uniform(self._generator)
            hit = bisect_left(self._rows.cumulative(context), u)
        else:
            hit = multinomial(self._rows[context], self._generator)
        state = self._generator.get_state()
        moved = replace(place, generator=state, draws=place.draws + 1, context=context, uniform=u)
        return _with(moved, hit, "drawn")

    # What is seen

    def shown(self, step: int = 0) -> DrawingShown:
        """Describe where the drawing stands."""
        here = self._here
        row = self._rows[here.context].double().tolist()
        return DrawingShown(
            command=self.command,
            trail=self._trail(here),
            names=here.names,
            draws=here.draws,
            row=here.context[-1] if here.context else 0,
            probabilities=array("d", row).tobytes(),
            cumulative=array("d", self._rows.cumulative(here.context)).tobytes(),
            hit=here.hit,
            uniform=here.uniform,
            is_over=here.is_over,
            can_undo=bool(self._past),
            step=step,
            context=self._vocabulary.decode(here.context),
        )

    def _trail(self, place: _Place) -> tuple[Drawn, ...]:
        """The name so far, weighed by the model in hand."""
        model = self._rows.model
        trail: list[Drawn] = []
        total = 0.0
        # A name that goes on has a step more than it has kinds: that to an end.
        predicted = zip(steps(place.indices, model), place.kinds, strict=False)
        for length, ((context, index), kind) in enumerate(predicted, start=1):
            p = self._rows.probability(context, index)
            total += model.log_probability(context, index)
            symbol = self._vocabulary.symbols[index]
            trail.append(Drawn(symbol, p, total, (0.0 - total) / length, kind))
        return tuple(trail)

    def _spell(self, place: _Place) -> str:
        return self._vocabulary.decode([index for index in place.indices if index])


def _with(place: _Place, index: int, kind: Kind) -> _Place:
    """Add a symbol to the name."""
    indices = (*place.indices, index)
    is_over = index == 0 or len(indices) >= MOST_SYMBOLS
    kinds: tuple[Kind, ...] = (*place.kinds, kind)
    return replace(place, indices=indices, kinds=kinds, hit=index, is_over=is_over)
