"""Names drawn from the models: in batches, side by side, and letter by letter.

One object for each dataset. What is slow is a generator that yields nothing between its pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import assert_never

from engine.models.likelihood import Model
from engine.protocol import (
    Compare,
    DrawNext,
    Event,
    ForceSymbol,
    ModelName,
    NamesCompared,
    NamesExpected,
    NamesSampled,
    NamesStreamed,
    Ngrams,
    OpenDrawing,
    Refusal,
    Retune,
    Sample,
    SampledName,
    StreamNames,
    Tally,
    UndoDraw,
)
from engine.sampling.drawing import Drawing
from engine.sampling.sampler import parts, sample
from engine.sampling.theory import expect
from engine.words.indexed import Indexed
from engine.words.membership import Known
from engine.words.pieces import Pieces

MOST_COMPARED = 200
"""Most names of each model that are held side by side."""

Draw = OpenDrawing | DrawNext | UndoDraw | ForceSymbol | Retune
"""Commands of drawing letter by letter."""

Made = Callable[[ModelName, float, Ngrams], Generator[Event | None, None, Model]]
"""Makes the model of a name, a smoothing and n-grams, as it is now; that may take a while."""


class Naming:
    """Draws names.

    Args:
        words: the dataset.
        model: makes a model as it is now.
        step: gives the step of the run.
    """

    def __init__(
        self,
        words: Indexed,
        model: Made,
        step: Callable[[], int],
    ) -> None:
        self._words, self._model, self._step = words, model, step
        self._is_stopped = False
        self._drawing: Drawing | None = None

    def sample(self, command: Sample) -> Iterator[Event | None]:
        """Draw names, some at a time; after the first ones, say what they are to be like.

        That is said where it can be worked out. Refusal if they cannot be drawn.
        """
        self._is_stopped = False
        tally = Tally()
        model = yield from self._model(command.model, command.smoothing, command.ngrams)
        step = self._step()
        known = yield from self._known()
        for part in parts(model, known, command):
            if part is None:
                yield None
            else:
                is_first, tally = not tally.names, part.tally
                is_last = self._is_stopped or tally.names == command.number
                yield NamesSampled(command.request, part.names, command, is_last, tally, step)
                has_theory = command.ngrams.have_theory(len(model.vocabulary))
                if is_first and command.wants_theory and has_theory:
                    yield from self._expect(model, command)
                if is_last:
                    return
            if self._is_stopped:
                yield NamesSampled(command.request, (), command, True, tally, step)
                return

    def _known(self) -> Pieces[Known | None]:
        return (yield from self._words.known()) if self._words.is_at_hand else None

    def stream(self, command: StreamNames) -> Iterator[Event | None]:
        """Draw names for a file; Refusal if they cannot be drawn."""
        from engine.sampling.stream import stream
        from engine.words.corpus.counting import cores

        way = command.sample
        model = yield from self._model(way.model, way.smoothing, way.ngrams)
        for piece in stream(model, way, cores()):
            if piece is None:
                yield None
            else:
                yield NamesStreamed(command, piece.text, piece.names, piece.cut)

    def stop(self) -> None:
        """Draw no more names than there are."""
        self._is_stopped = True

    def _expect(self, model: Model, command: Sample) -> Iterator[NamesExpected | None]:
        words, is_repeat = None, None
        if self._words.is_at_hand:
            words = yield from self._words.encoded()
            is_repeat = yield from self._words.repeats()
        theory = yield from expect(model, command, words, is_repeat)
        yield NamesExpected(command.request, theory, command)

    def compare(self, command: Compare) -> Iterator[Event | None]:
        """Draw names from both models; Refusal if they cannot be drawn in this way."""
        way = replace(command.sample, listed=None)
        way = replace(way, number=min(way.number, MOST_COMPARED))
        counts = yield from self._drawn(replace(way, model="counts"))
        neural = yield from self._drawn(replace(way, model="neural"))
        yield NamesCompared(command, counts, neural, self._step())

    def _drawn(self, command: Sample) -> Generator[Event | None, None, tuple[SampledName, ...]]:
        model = yield from self._model(command.model, command.smoothing, command.ngrams)
        known = yield from self._known()
        return tuple(sample(model, known, command))

    def draw(self, command: Draw) -> Iterator[Event | None]:
        """Draw letter by letter; Refusal if that move cannot be made."""
        if isinstance(command, OpenDrawing):
            way = command.sample
            model = yield from self._model(way.model, way.smoothing, way.ngrams)
            self._drawing = Drawing(model, way)
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
                model = yield from self._model(way.model, way.smoothing, way.ngrams)
                drawing.retune(model, way)
            case _:
                assert_never(command)
        yield drawing.shown(self._step())


def _tuned(way: Sample, command: Retune) -> Sample:
    """The way of drawing with what a command changes."""
    return replace(
        way,
        model=command.model or way.model,
        sampler=command.sampler or way.sampler,
        temperature=way.temperature if command.temperature is None else command.temperature,
    )
