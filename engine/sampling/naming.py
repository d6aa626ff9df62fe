"""Names drawn from the models: in batches, side by side, and letter by letter.

One object for each dataset. What is slow is a generator that yields nothing between its pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from engine.models.likelihood import Table
from engine.protocol import (
    CommandRefused,
    Compare,
    DrawingShown,
    DrawNext,
    ForceSymbol,
    ModelName,
    NamesCompared,
    NamesExpected,
    NamesSampled,
    OpenDrawing,
    Refusal,
    Retune,
    Sample,
    SampledName,
    Tally,
    UndoDraw,
)
from engine.sampling.drawing import Drawing
from engine.sampling.sampler import parts, sample
from engine.sampling.theory import expect
from engine.words.dataset import Words
from engine.words.membership import index
from engine.words.order import Encoded, Pieces, by_alphabet

MOST_COMPARED = 200
"""Most names of each model that are held side by side."""

Draw = OpenDrawing | DrawNext | UndoDraw | ForceSymbol | Retune
"""Commands of drawing letter by letter."""


class Naming:
    """Draws names.

    Args:
        words: the dataset.
        encoded: its words as indices.
        model: gives the table of a model as it is now.
        step: gives the step of the run.
    """

    def __init__(
        self,
        words: Words,
        encoded: Callable[[], Pieces[Encoded]],
        model: Callable[[ModelName, float], Table],
        step: Callable[[], int],
    ) -> None:
        self._words, self._encoded = words, encoded
        self._model, self._step = model, step
        self._is_repeat: NDArray[np.bool_] | None = None
        self._is_stopped = False
        self._drawing: Drawing | None = None

    def sample(
        self, command: Sample
    ) -> Iterator[NamesSampled | NamesExpected | CommandRefused | None]:
        """Draw names, some at a time; after the first ones, say what they are to be like."""
        self._is_stopped = False
        tally = Tally()
        try:
            table = self._model(command.model, command.smoothing)
            for part in parts(table, index(self._words), command):
                is_first, tally = not tally.names, part.tally
                is_last = self._is_stopped or tally.names == command.number
                yield NamesSampled(command.request, part.names, command, is_last, tally)
                if is_first and command.wants_theory:
                    yield from self._expect(table, command)
                if is_last:
                    return
                if self._is_stopped:
                    yield NamesSampled(command.request, (), command, True, tally)
                    return
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))

    def stop(self) -> None:
        """Draw no more names than there are."""
        self._is_stopped = True

    def _expect(self, table: Table, command: Sample) -> Iterator[NamesExpected | None]:
        words = yield from self._encoded()
        if self._is_repeat is None:
            self._is_repeat = (yield from by_alphabet(words)).is_repeat
        theory = yield from expect(table, command, words, self._is_repeat)
        yield NamesExpected(command.request, theory, command)

    def compare(self, command: Compare) -> NamesCompared:
        """Draw names from both models; Refusal if they cannot be drawn in this way."""
        way = replace(command.sample, listed=None)
        way = replace(way, number=min(way.number, MOST_COMPARED))
        counts, neural = (self._drawn(replace(way, model=m)) for m in _MODELS)
        return NamesCompared(command, counts, neural, self._step())

    def _drawn(self, command: Sample) -> tuple[SampledName, ...]:
        table = self._model(command.model, command.smoothing)
        return tuple(sample(table, index(self._words), command))

    def draw(self, command: Draw) -> DrawingShown:
        """Draw letter by letter; Refusal if that move cannot be made."""
        if isinstance(command, OpenDrawing):
            way = command.sample
            self._drawing = Drawing(self._model(way.model, way.smoothing), way)
        drawing = self._drawing
        if drawing is None:
            raise Refusal("No name is being drawn; open the drawing first.")
        match command:
            case OpenDrawing():
                pass
            case DrawNext(to_end):
                drawing.draw(to_end=to_end)
            case UndoDraw():
                drawing.undo()
            case ForceSymbol(symbol):
                drawing.force(symbol)
            case Retune():
                way = _tuned(drawing.command, command)
                drawing.retune(self._model(way.model, way.smoothing), way)
            case _:
                assert_never(command)
        return drawing.shown(self._step())


_MODELS: tuple[ModelName, ...] = ("counts", "neural")


def _tuned(way: Sample, command: Retune) -> Sample:
    """The way of drawing with what a command changes."""
    return replace(
        way,
        model=command.model or way.model,
        sampler=command.sampler or way.sampler,
        temperature=way.temperature if command.temperature is None else command.temperature,
    )
