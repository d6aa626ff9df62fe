"""Asking an engine something and waiting for the answer: for whoever has no screen to draw."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator

from engine.port import Engine
from engine.protocol import (
    BigramsListed,
    CheckpointLoaded,
    CheckpointSaved,
    ClimbLadder,
    CommandRefused,
    Configure,
    ContextsCounted,
    CountContexts,
    DatasetLoaded,
    EngineFailed,
    Event,
    Exercise,
    ExerciseWorked,
    ExhibitShown,
    LadderClimbed,
    ListBigrams,
    Load,
    LoadDataset,
    Look,
    LossOnTest,
    MatrixTold,
    ModelTuned,
    NamesSampled,
    NamesStreamed,
    OpenChapter,
    OpenTest,
    Pause,
    Refusal,
    Reset,
    RunStarted,
    Sample,
    Save,
    Score,
    SettingsChanged,
    Snapshot,
    StreamNames,
    TellMatrix,
    Train,
    TrainingPaused,
    Tune,
    Undo,
    Undone,
    Unusable,
    WordsScored,
)

LOOK = 0.1
"""Seconds after which a wait looks up: a signal may have come that wakes nobody."""

Question = (
    LoadDataset
    | ListBigrams
    | TellMatrix
    | CountContexts
    | Tune
    | ClimbLadder
    | Exercise
    | Train
    | Reset
    | Undo
    | Sample
    | StreamNames
    | Score
    | Save
    | Load
    | OpenTest
    | OpenChapter
)
"""Commands that have an end."""

_ENDS: dict[type[Question], type[Event]] = {
    LoadDataset: DatasetLoaded,
    ListBigrams: BigramsListed,
    TellMatrix: MatrixTold,
    CountContexts: ContextsCounted,
    Tune: ModelTuned,
    ClimbLadder: LadderClimbed,
    Exercise: ExerciseWorked,
    Train: TrainingPaused,
    Reset: RunStarted,
    Undo: Undone,
    Sample: NamesSampled,
    StreamNames: NamesStreamed,
    Score: WordsScored,
    Save: CheckpointSaved,
    Load: CheckpointLoaded,
    OpenTest: LossOnTest,
    OpenChapter: ExhibitShown,
}
"""What the last news of each is."""


class Client:
    """Asks one thing after the other.

    Args:
        engine: one that has not been started; whether it lives here or elsewhere cannot be told.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._news = threading.Event()
        self._untold: deque[Event] = deque()
        engine.start(self._news.set)

    def ask(
        self, question: Question, is_stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[Event]:
        """Send a command, and give what happens until it has been carried out.

        Args:
            question: the command.
            is_stopped: asked again and again; training is paused when it says so.

        Raises:
            Refusal: the engine refuses it.
            RuntimeError: a fault of the engine's.
        """
        self._engine.send(question)
        is_paused = False
        while True:
            if not is_paused and is_stopped():
                self._engine.send(Pause())
                is_paused = True
            while self._untold:
                event = self._untold.popleft()
                _raise(event)
                yield event
                if _ends(event, question):
                    return
            self._wait()
            self._untold.extend(self._engine.events())

    def close(self, timeout: float) -> bool:
        """End the engine; False if it did not end in time."""
        return self._engine.close(timeout)

    def told_last(self) -> list[Event]:
        """What happened behind the last answer: as the engine ended, or before the next one."""
        untold = [*self._untold, *self._engine.events()]
        self._untold.clear()
        return untold

    def standing(self) -> Snapshot:
        """What is true of the run in hand while it is not trained.

        Raises:
            Refusal: there can be no run under these settings.
        """
        *_, paused = self.ask(Train(0))
        assert isinstance(paused, TrainingPaused)
        return self.snapshot_of(paused)

    def finish(self) -> None:
        """Say that the run in hand has come to the end that was wanted: nobody means to go on."""
        for _ in self.ask(Train(0, is_last=True)):
            pass

    def look(self, step: int) -> Snapshot:
        """Look at a step of the run in hand, and wait until it is come to.

        Raises:
            Refusal: the run has not come so far, or cannot come there again.
        """
        newest = self.standing().newest
        if step > newest:
            raise Refusal(f"The run has taken {newest:,} steps, so there is no step {step:,}.")
        self._engine.send(Look(step))
        while True:
            for event in self._engine.events():
                _raise(event)
            now = self._engine.latest
            if now is not None and now.is_looking and now.looked_for is None:
                break
            self._wait()
        if now.step != step:
            raise Refusal(
                f"Step {step:,} cannot be computed again on these words; the keyframe before it is "
                f"that of step {now.step:,}."
            )
        return now

    def configure(self, command: Configure) -> SettingsChanged:
        """Change settings, and wait until they are in force; Refusal if they cannot be."""
        self._engine.send(command)
        while True:
            for event in self._engine.events():
                _raise(event)
                if isinstance(event, SettingsChanged):
                    return event
            self._wait()

    def snapshot_of(self, paused: TrainingPaused) -> Snapshot:
        """What is true now that training has paused; it may come to be known a moment later."""
        while True:
            now = self._engine.latest
            if (
                now is not None
                and now.state != "running"
                and (now.run, now.newest) == (paused.run, paused.step)
            ):
                return now
            self._wait()

    def _wait(self) -> None:
        self._news.wait(LOOK)
        self._news.clear()


def _raise(event: Event) -> None:
    """Raise what an event says has gone wrong."""
    if isinstance(event, CommandRefused):
        raise Refusal(event.reason)
    if isinstance(event, EngineFailed):
        kind = Unusable if event.doing == "importing torch" else RuntimeError
        raise kind(event.message)


def _ends(event: Event, question: Question) -> bool:
    if not isinstance(event, _ENDS[type(question)]):
        return False
    if isinstance(event, NamesStreamed):
        return event.names == event.command.sample.number
    if isinstance(event, NamesSampled | LadderClimbed):
        return event.is_last
    return not isinstance(event, ExhibitShown) or event.exhibit.is_last
