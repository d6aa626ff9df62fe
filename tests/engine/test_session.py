"""The session as sequences of commands, without a thread."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from types import SimpleNamespace
from typing import TypeVar

import pytest
import torch

from engine import Session
from engine.protocol import (
    BigramsListed,
    Branch,
    Command,
    CommandRefused,
    Configure,
    DatasetLoaded,
    EngineReady,
    Event,
    ListBigrams,
    Load,
    LoadDataset,
    NamesSampled,
    Pause,
    Progressed,
    Reset,
    RunStarted,
    Sample,
    Save,
    Score,
    Settings,
    SettingsChanged,
    Shutdown,
    Snapshot,
    TakeUp,
    Toggle,
    Train,
    TrainingDiverging,
    TrainingPaused,
    Undo,
    Undone,
    Watch,
    WordsScored,
)
from tests.conftest import WriteWords, act

E = TypeVar("E", bound=Event)


def only(kind: type[E], events: list[Event]) -> E:
    """The one event of a kind."""
    (found,) = [event for event in events if isinstance(event, kind)]
    return found


def weights(session: Session) -> torch.Tensor:
    assert session.runs is not None
    return session.runs.run.weights


def pause_at(session: Session, steps: int) -> None:
    """Train without a target, then pause."""
    list(session.handle(Train()))
    list(session.train(steps))
    list(session.handle(Pause()))


# Before torch


def test_words_are_counted_without_torch() -> None:
    session = Session()
    loaded = only(DatasetLoaded, act(session, LoadDataset()))
    assert (loaded.report.words, loaded.report.symbols) == (32_257, 27)
    assert loaded.symbols[:3] == (".", "a", "b")
    assert session.runs is None
    window = session.snapshot().window
    assert window is not None
    assert memoryview(window.values).cast("f")[27 * 14] == 6808


def test_scoring_by_counts_needs_no_torch() -> None:
    session = Session()
    act(session, LoadDataset())
    assert only(WordsScored, act(session, Score(("emma",)))).words[0].word == "emma"
    assert session.runs is None


def test_what_needs_torch_waits_for_it_and_is_then_carried_out_in_order() -> None:
    session = Session()
    assert act(session, Sample(number=1, request=3), Train(5)) == []
    act(session, LoadDataset())
    session.import_torch()
    events = list(session.become_ready())
    assert isinstance(events[0], EngineReady)
    assert only(RunStarted, events).reason == "first"
    while session.is_busy:
        events += session.work()
    assert session.is_training
    assert only(NamesSampled, events).request == 3


def test_a_pause_does_not_overtake_the_start_it_is_to_end() -> None:
    session = Session()
    act(session, LoadDataset(), Train(), Pause())
    session.import_torch()
    assert only(TrainingPaused, list(session.become_ready())).reason == "asked"
    assert not session.is_training


def test_a_first_run_that_was_dropped_on_the_way_is_begun_when_it_is_asked_for_again() -> None:
    session = Session(Settings(order=3))
    act(session, LoadDataset(), Train(1))
    session.import_torch()
    list(session.become_ready())
    session.forget()
    assert not session.shared.has_begun
    events = act(session, Train(1))
    assert only(RunStarted, events).reason == "first"
    assert only(TrainingPaused, events).step == 1


def test_the_most_frequent_bigrams_are_listed_without_torch() -> None:
    session = Session()
    act(session, LoadDataset())
    listed = only(BigramsListed, act(session, ListBigrams(2, request=7)))
    assert listed.bigrams == (("n", ".", 6808), ("a", ".", 6682))
    assert listed.request == 7
    assert only(CommandRefused, act(session, ListBigrams(-1))).reason.startswith("top must be")
    assert session.runs is None


def test_the_snapshot_tells_the_seconds_that_were_spent_on_steps(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = itertools.count()  # Two looks a stride: each lasts a second, whatever lies between.
    clock = SimpleNamespace(perf_counter=lambda: float(next(ticks)))
    monkeypatch.setattr("engine.training.hand.time", clock)
    act(session, Train(32))
    assert session.snapshot().seconds == 2
    act(session, Reset())
    assert session.snapshot().seconds == 0


def test_settings_given_before_torch_are_those_of_the_first_run() -> None:
    session = Session()
    act(session, Configure(seed=1, learning_rate=3.0), LoadDataset())
    session.import_torch()
    list(session.become_ready())
    other = torch.randn((27, 27), generator=torch.Generator().manual_seed(1))
    assert torch.equal(weights(session), other)


def test_shutting_down_drops_what_was_waiting() -> None:
    session = Session()
    act(session, LoadDataset(), Train(5))
    act(session, Shutdown())
    session.import_torch()
    list(session.become_ready())
    assert not session.is_training


# Training


def test_training_for_some_steps_pauses_by_itself(session: Session) -> None:
    paused = only(TrainingPaused, act(session, Train(40)))
    assert (paused.step, paused.reason) == (40, "finished")
    snapshot = session.snapshot()
    assert (snapshot.state, snapshot.step, snapshot.target) == ("paused", 40, None)
    assert only(TrainingPaused, act(session, Train(0))).step == 40


def test_pausing_keeps_the_step(session: Session) -> None:
    pause_at(session, 7)
    assert session.snapshot().step == 7
    assert list(session.train(5)) == []
    assert session.snapshot().step == 7
    assert act(session, Pause()) == []


def test_the_snapshot_tells_a_run_from_its_start_to_its_end(session: Session) -> None:
    assert session.snapshot().state == "ready"
    list(session.handle(Train(100)))
    list(session.train(16))
    running = session.snapshot()
    assert (running.state, running.step, running.target) == ("running", 16, 100)
    assert session.counts is not None
    assert running.gap == pytest.approx(running.data_loss - session.counts.floor)
    assert running.loss > running.data_loss
    assert running.gradient_norm > 0
    assert not running.is_saved


def test_mid_run_changes_keep_the_step_and_the_weights(session: Session) -> None:
    pause_at(session, 20)
    before = weights(session).clone()
    act(session, Configure(learning_rate=1.0, regularization=0.3, gradient="gather", speed=5.0))
    assert session.snapshot().step == 20
    assert torch.equal(weights(session), before)
    assert session.settings == Settings(1.0, 0.3, gradient="gather", speed=5.0)


def test_seed_and_init_act_at_once_on_a_run_without_steps_and_else_at_the_reset(
    session: Session,
) -> None:
    first = weights(session).clone()
    act(session, Configure(seed=5))
    fresh = weights(session).clone()
    assert not torch.equal(first, fresh)
    pause_at(session, 3)
    trained = weights(session).clone()
    changed = only(SettingsChanged, act(session, Configure(init="zeros", seed=6)))
    assert set(changed.at_next_reset) == {"init", "seed"}
    assert torch.equal(weights(session), trained)
    act(session, Reset())
    assert not weights(session).any()


def test_resets_can_be_undone_one_after_the_other(session: Session) -> None:
    act(session, Train(30))
    trained = weights(session).clone()
    started = only(RunStarted, act(session, Reset()))
    assert (started.step, started.reason) == (0, "reset")
    assert session.snapshot().can_undo_reset
    undone = only(RunStarted, act(session, Undo()))
    assert (undone.step, undone.reason) == (30, "undo")
    assert undone.run > started.run
    assert torch.equal(weights(session), trained)
    act(session, Reset(), Train(1), Reset(), Train(2), Undo())
    assert session.snapshot().step == 1
    act(session, Undo())
    assert session.snapshot().step == 30, "the run before the one before"


def test_a_second_reset_does_not_throw_the_trained_run_away(session: Session) -> None:
    pause_at(session, 3)
    act(session, Reset(), Reset(), Undo())
    assert session.snapshot().step == 3


def test_undo_takes_changes_of_settings_and_resets_back_in_their_order(session: Session) -> None:
    act(session, Train(4), Configure(learning_rate=20.0, smoothing=3.0), Configure(speed=5.0))
    act(session, Configure(speed=5.0), Reset(), Configure(learning_rate=10.0, seed=5), Train(2))
    act(session, Configure(init="zeros"))
    weights_then = weights(session).clone()

    undone = only(Undone, act(session, Undo()))
    assert undone.settings == Configure(init="randn")
    assert only(SettingsChanged, act(session, Configure(speed=5.0))).at_next_reset == ()
    assert torch.equal(weights(session), weights_then)
    assert only(Undone, act(session, Undo())).settings == Configure(
        learning_rate=20.0, seed=Settings().seed
    )
    assert only(Undone, act(session, Undo())).settings == Configure()
    assert (session.snapshot().step, session.settings.learning_rate) == (4, 20.0)
    assert only(Undone, act(session, Undo())).settings == Configure(speed=math.inf)
    act(session, Undo())
    assert session.settings == Settings()
    assert "nothing to undo" in only(CommandRefused, act(session, Undo())).reason
    assert session.snapshot().step == 4


def test_what_a_branch_and_a_run_taken_up_brought_along_is_undone_with_them(
    session: Session,
) -> None:
    act(session, Train(4))
    first = session.snapshot().id
    act(session, Branch(Configure(learning_rate=7.0)), Train(1), Undo())
    assert (session.snapshot().step, session.settings.learning_rate) == (4, 50.0)
    act(session, Reset(), Configure(regularization=0.5), Train(2), TakeUp(first), Undo())
    assert (session.snapshot().step, session.settings.regularization) == (2, 0.5)


def test_what_has_come_to_be_so_in_another_way_is_not_undone(session: Session) -> None:
    act(session, Configure(speed=5.0), Train(4), Configure(seed=9), Reset(), Undo())
    assert session.settings.seed == Settings().seed
    assert only(Undone, act(session, Undo())).settings == Configure(speed=math.inf)


def test_undo_with_nothing_to_undo_is_refused(session: Session) -> None:
    assert "nothing to undo" in only(CommandRefused, act(session, Undo())).reason


def test_rate_500_is_warned_of_and_goes_on(words_file: WriteWords) -> None:
    session = Session()
    act(session, LoadDataset(), Configure(learning_rate=500.0))
    session.import_torch()
    list(session.become_ready())
    events = act(session, Train(2000))
    warned = only(TrainingDiverging, events)
    assert warned.step == 1600
    assert warned.stability_edge == pytest.approx(74.5, abs=0.3)
    assert only(TrainingPaused, events).step == 2000


def test_rate_1e30_is_paused_with_finite_weights(session: Session) -> None:
    act(session, Configure(learning_rate=1e30))
    paused = only(TrainingPaused, act(session, Train()))
    assert paused.reason == "diverged"
    assert paused.step == session.snapshot().step
    assert math.isfinite(session.snapshot().loss)
    assert bool(weights(session).isfinite().all())


# Refusals


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (Configure(learning_rate=-1.0), "learning rate must be"),
        (Configure(regularization=math.nan), "regularization must be"),
        (Configure(gradient="magic"), "gradient path must be one of"),  # type: ignore[arg-type]
        (Train(-1), "number of steps"),
        (Sample(temperature=0.0), "temperature"),
        (Sample(smoothing=-1.0), "smoothing"),
        (Sample(prefix="Q"), "prefix"),
        (Sample(model="oracle"), "model must be one of"),  # type: ignore[arg-type]
        (Score(("a",), model="oracle"), "model must be one of"),  # type: ignore[arg-type]
        (LoadDataset("/nowhere"), "no file"),
        (Load("/nowhere"), "no run"),
        (Save("/nowhere/at/all"), "cannot be written"),
    ],
)
def test_a_refused_command_changes_nothing_and_says_why(
    session: Session, command: Command, sentence: str
) -> None:
    pause_at(session, 3)
    before = session.snapshot()
    events = act(session, command)
    assert sentence in only(CommandRefused, events).reason
    assert _lasting(session.snapshot()) == _lasting(before)


def _lasting(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, steps_per_second=0.0)


def test_a_device_that_is_not_there_is_refused_at_the_start_and_the_cpu_taken(
    words_file: WriteWords,
) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is one")
    session = Session(Settings(device="cuda"))
    act(session, LoadDataset(words_file("emma")))
    session.import_torch()
    events = list(session.become_ready())
    assert "cuda" in only(CommandRefused, events).reason
    assert only(SettingsChanged, events).settings.device == "cpu"
    assert session.snapshot().state == "ready"


# Data


def test_other_words_start_another_run(session: Session, words_file: WriteWords) -> None:
    act(session, Train(9))
    number = session.snapshot().run
    events = act(session, LoadDataset(words_file("zoe\n")))
    assert only(DatasetLoaded, events).report.words == 1
    assert only(RunStarted, events).reason == "first"
    assert session.snapshot().run == number + 1
    assert session.snapshot().step == 0


def test_loading_reports_progress_and_can_be_overtaken(
    session: Session, words_file: WriteWords
) -> None:
    list(session.handle(LoadDataset(words_file("emma\n" * 100_000))))
    first = list(session.work())
    assert isinstance(first[0], Progressed)
    list(session.handle(LoadDataset(words_file("zoe\n"))))
    events: list[Event] = []
    while session.is_busy:
        events += session.work()
    assert only(DatasetLoaded, events).report.words == 1


def test_typed_words_are_normalised_as_those_of_the_data(words_file: WriteWords) -> None:
    session = Session()
    act(session, LoadDataset(words_file("zo\u00eb\n")))
    (word,) = only(WordsScored, act(session, Score(("zoe\u0308\x1b",)))).words
    assert (word.word, word.nll) == ("zo\u00eb", 0.0)


def test_many_names_come_in_parts_and_new_ones_replace_them(session: Session) -> None:
    events = act(session, Sample(number=250))
    parts = [event for event in events if isinstance(event, NamesSampled)]
    assert sum(len(part.names) for part in parts) == 250
    assert [part.is_last for part in parts] == [False] * (len(parts) - 1) + [True]
    assert len(parts) >= 3
    list(session.handle(Sample(number=1000, request=1)))
    list(session.work())
    answers = act(session, Sample(number=1, request=2))
    assert {event.request for event in answers if isinstance(event, NamesSampled)} == {2}


# The watched window


@pytest.mark.parametrize(
    "matrix",
    [
        "counts",
        "count_probabilities",
        "network_probabilities",
        "log_counts",
        "logits",
        "centred_logits",
        "difference",
        "gradient",
    ],
)
def test_every_matrix_can_be_watched_through_a_window(session: Session, matrix: str) -> None:
    act(session, Train(5), Watch(matrix, 2, 3, 4, 5, cursor_row=1))
    snapshot = session.snapshot()
    window, row = snapshot.window, snapshot.row
    assert window is not None
    assert (window.row, window.column, window.rows, window.columns) == (2, 3, 4, 5)
    assert len(window.values) == 4 * 5 * 4
    assert math.isfinite(window.low)
    assert window.low <= window.high
    assert row is not None
    assert sum(memoryview(row.network_probabilities).cast("d")) == pytest.approx(1)


@pytest.mark.parametrize("watch", [Watch(row=-5, column=99), Watch(rows=0, columns=10**6)])
def test_a_window_outside_the_table_is_moved_inside(session: Session, watch: Watch) -> None:
    act(session, watch)
    window = session.snapshot().window
    assert window is not None
    assert window.row >= 0
    assert window.row + window.rows <= 12
    assert window.column + window.columns <= 12
    assert len(window.values) == 4 * window.rows * window.columns


def test_another_seed_before_the_first_step_pauses_and_says_so(session: Session) -> None:
    events = [*session.handle(Train()), *session.handle(Configure(seed=5))]
    assert only(TrainingPaused, events).reason == "asked"
    assert session.snapshot().state == "ready"


def test_halting_stops_everything(session: Session) -> None:
    list(session.handle(Train()))
    list(session.handle(Sample(number=1000)))
    session.halt()
    assert not session.is_training
    assert not session.is_busy


def test_who_is_asked_for_nothing_has_nothing_to_do(session: Session) -> None:
    assert not Session().has_work
    assert not session.has_work
    list(session.handle(Train()))
    assert session.has_work


def test_the_same_wish_trains_and_pauses_by_turns(session: Session) -> None:
    list(session.handle(Pause()))
    list(session.handle(Toggle()))
    assert session.is_training
    list(session.handle(Reset()))
    list(session.handle(Toggle()))
    assert session.is_training, "a reset pauses, whatever a screen behind may still show"
    list(session.handle(Toggle()))
    assert not session.is_training
