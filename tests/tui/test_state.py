"""How each message changes what the screen shows."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from engine import Words
from engine.protocol import (
    CommandRefused,
    Configure,
    DataReport,
    DatasetLoaded,
    EngineFailed,
    EngineReady,
    Event,
    LoadDataset,
    NamesSampled,
    NetworkRefused,
    Ngrams,
    Progressed,
    RunStarted,
    Sample,
    SampledName,
    Settings,
    SettingsChanged,
    Snapshot,
    TrainingDiverging,
    TrainingPaused,
    Window,
    WordsArrived,
)
from tui.state import State
from tui.state.intents import (
    CentringToggled,
    ChartLook,
    ContextChosen,
    Intent,
    Moved,
    SampleChosen,
    SettingsAsked,
    StepsChosen,
    ViewChosen,
    WordPicked,
)
from tui.state.reducing import reduce

REPORT = DataReport("x", "", 1, 1, 3, 3, 3, 6, 3, 2, 2, 2.0, 0.5)
LOADED = DatasetLoaded(REPORT, (".", "a", "b"), "ab", Words.of(["ab"])._starts.tobytes())
LIVE = replace(reduce(State(), LOADED), is_ready=True)
RUNNING = Snapshot(state="running")


def after(*messages: Event | Snapshot | Intent, state: State = LIVE) -> State:
    """The state after some messages."""
    for message in messages:
        state = reduce(state, message)
    return state


def name(text: str) -> SampledName:
    """A drawn name."""
    return SampledName(text, 2.0, is_known=False)


def drawn(request: int, *texts: str, is_last: bool = True) -> NamesSampled:
    """Names that answer a request."""
    command = Sample(request)
    return NamesSampled(request, tuple(map(name, texts)), command, is_last)


@pytest.mark.parametrize(
    ("message", "changes"),
    [
        (Moved(2, 1), {"row": 2, "column": 1}),
        (Moved(-5, 99), {"row": 0, "column": 2}),
        (ViewChosen("gradient"), {"view": "gradient", "has_chosen_view": True}),
        (CentringToggled(), {"is_centred": False}),
        (WordPicked("ab"), {"word": "ab"}),
        (StepsChosen(7), {"steps": 7}),
        (ChartLook(is_recent=True), {"chart": ChartLook(is_recent=True)}),
        (SampleChosen(Sample(seed=3)), {"sample": Sample(seed=3), "has_chosen_model": False}),
        (SampleChosen(Sample(model="neural")), {"has_chosen_model": True}),
        (Progressed("reading", 1, 4), {"progress": "reading 25 %"}),
        (Progressed("reading", 0, 0), {"progress": "reading 0 %"}),
        (EngineReady("2.13.0", 1), {"torch_version": "2.13.0"}),
        (RunStarted(2, 0, "reset"), {"progress": "", "is_ready": True}),
        (TrainingDiverging(1, 9, 8.0, 3.5, 50.0), {"is_diverging": True, "stability_edge": 3.5}),
        (TrainingPaused(1, 9, "diverged", 3.5), {"has_diverged": True}),
        (TrainingPaused(1, 9, "asked"), {"has_diverged": False}),
        (EngineFailed("importing torch", "x"), {"progress": "torch could not be imported"}),
        (EngineFailed("a thing", "x"), {"progress": "importing torch"}),
        (CommandRefused(Configure(speed=1.0), "no"), {"refusal": "no", "answers": 1}),
        (CommandRefused(LoadDataset("y"), "no"), {"progress": "importing torch", "refusal": ""}),
        (drawn(0, "ab"), {"names": (name("ab"),), "is_drawing": False}),
        (drawn(0, "ab", is_last=False), {"is_drawing": True}),
    ],
)
def test_each_message_changes_what_it_is_about(
    message: Event | Intent, changes: dict[str, object]
) -> None:
    state = after(message)
    assert {name: getattr(state, name) for name in changes} == changes


def test_new_words_put_away_what_was_about_the_old_ones() -> None:
    state = after(drawn(0, "ab"), WordPicked("ab"), Moved(2, 2), LOADED)
    assert (state.names, state.drawn, state.word) == ((), None, "")
    assert (state.row, state.column) == (0, 1)
    assert state.words is not None
    assert list(state.words) == ["ab"]


def test_names_that_come_again_are_known_to() -> None:
    state = after(drawn(4, "ab", is_last=False), drawn(4, "b"))
    assert not state.are_again
    again = after(drawn(5, "ab", is_last=False), drawn(5, "b"), state=state)
    assert again.are_again
    assert not after(drawn(6, "b"), state=again).are_again
    assert not after(drawn(4), drawn(5), state=LIVE).are_again, "there are none"


@pytest.mark.parametrize(("word", "lasting"), [("ab", ""), ("ba", "ba")])
def test_the_path_of_a_name_goes_with_the_model_that_made_it(word: str, lasting: str) -> None:
    before = after(drawn(0, "ab"), WordPicked(word))
    assert after(RUNNING, state=before).word == word
    assert after(Snapshot(settings=Settings(order=3, dots=2)), state=before).word == lasting


def test_words_that_arrive_later_are_taken_if_they_are_of_these_data() -> None:
    text, offsets = "cd", Words.of(("cd",)).offsets
    state = after(LOADED, WordPicked("ab"), WordsArrived(LOADED.report.sha256, text, offsets))
    assert state.words is not None
    assert (list(state.words), state.word) == (["cd"], "ab")
    state = after(LOADED, WordsArrived("of others", text, offsets))
    assert state.words is not None
    assert list(state.words) == ["ab"]


def test_words_before_torch_leave_torch_to_wait_for_and_words_after_it_nothing() -> None:
    assert after(LOADED, state=State()).progress == "importing torch"
    assert after(EngineReady("2", 1), LOADED, state=State()).progress == ""


def test_where_no_network_can_be_what_is_made_of_counts_is_shown() -> None:
    before = replace(LIVE, is_ready=False, progress="importing torch")
    chosen = ViewChosen("logits"), SampleChosen(Sample(model="neural"))
    seen = after(*chosen, NetworkRefused("Too large."), state=before)
    assert (seen.view, seen.sample.model, seen.model_in_view) == ("counts", "counts", "counts")
    assert (seen.no_network, seen.is_ready, seen.progress) == ("Too large.", True, "")
    assert seen.views == ("counts", "count_probabilities", "log_counts")
    assert after(ViewChosen("gradient"), state=seen).view == "counts"
    assert after(ViewChosen("log_counts"), state=seen).view == "log_counts"
    fresh = after(LOADED, state=seen)
    assert fresh.no_network == ""
    assert after(ViewChosen("gradient"), state=fresh).view == "gradient"


def test_when_training_starts_view_and_names_follow_the_network() -> None:
    state = after(RUNNING)
    assert state.view == "network_probabilities"
    assert state.sample.model == "neural"


def test_a_view_and_a_model_that_were_chosen_stay() -> None:
    other = SampleChosen(Sample(model="neural"))
    back = SampleChosen(Sample(model="counts"))
    state = after(ViewChosen("log_counts"), other, back, RUNNING)
    assert state.view == "log_counts"
    assert state.sample.model == "counts"


def test_only_the_start_of_training_chooses_a_view() -> None:
    state = after(RUNNING, ViewChosen("counts"), RUNNING)
    assert state.view == "counts"


def test_words_are_held_against_the_network_once_it_is_looked_at_or_drawn_from() -> None:
    assert LIVE.model_in_view == "counts"
    assert after(ViewChosen("difference")).model_in_view == "neural"
    assert after(SampleChosen(Sample(model="neural"))).model_in_view == "neural"
    assert replace(after(ViewChosen("difference")), is_ready=False).model_in_view == "counts"


def test_the_logits_are_centred_in_their_own_view_alone() -> None:
    assert after(ViewChosen("logits")).matrix == "centred_logits"
    assert after(ViewChosen("logits"), CentringToggled()).matrix == "logits"
    assert after(ViewChosen("counts")).matrix == "counts"


def test_parts_of_one_request_are_joined() -> None:
    state = after(drawn(4, "ab", is_last=False), drawn(4, "ba"))
    assert [n.name for n in state.names] == ["ab", "ba"]
    assert not state.is_drawing


def test_names_of_a_later_request_take_the_place_of_earlier_ones() -> None:
    assert [n.name for n in after(drawn(4, "ab"), drawn(5, "ba")).names] == ["ba"]


def test_names_of_a_request_that_is_no_longer_wanted_are_dropped() -> None:
    assert [n.name for n in after(drawn(5, "ba"), drawn(4, "ab")).names] == ["ba"]


def test_names_that_are_refused_are_no_longer_waited_for() -> None:
    state = after(drawn(4, "ab", is_last=False), CommandRefused(Sample(4), "no"))
    assert not state.is_drawing


@pytest.mark.parametrize(
    "event", [RunStarted(2, 0, "reset"), SettingsChanged(Settings(learning_rate=1.0), 1, 5)]
)
def test_another_run_or_rate_takes_back_that_the_loss_diverges(event: Event) -> None:
    state = after(
        TrainingDiverging(1, 9, 8.0, 3.5, 50.0), TrainingPaused(1, 9, "diverged", 3.5), event
    )
    assert (state.is_diverging, state.has_diverged) == (False, False)
    assert math.isnan(state.stability_edge)


def test_settings_that_wait_for_a_reset_are_told_until_there_is_one() -> None:
    state = after(SettingsChanged(Settings(seed=1), 1, 5, ("seed",)))
    assert state.at_next_reset == ("seed",)
    assert after(RunStarted(2, 0, "reset"), state=state).at_next_reset == ()


def test_settings_put_in_force_take_a_refusal_back() -> None:
    refused = CommandRefused(Configure(speed=1.0), "no")
    state = after(refused, SettingsChanged(Settings(), 1, 0))
    assert (state.refusal, state.answers) == ("", 2)


def test_settings_that_were_asked_for_count_until_they_are_answered() -> None:
    faster, smoother = Configure(speed=100.0), Configure(smoothing=3.0)
    state = after(SettingsAsked(faster), SettingsAsked(smoother))
    assert (state.settings.speed, state.settings.smoothing) == (100, 3)
    state = reduce(state, CommandRefused(faster, "no"))
    assert (state.settings.speed, state.settings.smoothing) == (Settings().speed, 3)
    state = reduce(state, SettingsChanged(Settings(smoothing=3.0), 1, 0))
    assert state.asked == ()
    assert state.settings == Settings(smoothing=3.0)
    state = reduce(state, SettingsChanged(Settings(smoothing=2.0), 1, 0))
    assert state.settings.smoothing == 2, "as when a run is opened: nobody asked"
    assert after(SettingsAsked(faster), EngineFailed("the last command", "x")).asked == ()


def at_order(order: int, before: tuple[int, ...] = (), matrix: str = "counts") -> Snapshot:
    window = Window(matrix, 0, 0, 1, 1, 0.0, 0.0, b"", before)
    return Snapshot(settings=Settings(order=order), window=window)


def test_contexts_are_as_long_as_the_order_has_room_for() -> None:
    assert after(ContextChosen((1,), 2)).before == ()
    assert after(at_order(3), ContextChosen((1, 2), 2)).before == (2,)
    state = after(at_order(4), ContextChosen((1, 2), 9))
    assert (state.before, state.row) == ((1, 2), 2)


def test_another_order_begins_at_all_contexts() -> None:
    state = after(at_order(4), ContextChosen((1, 2), 1), at_order(4, (1, 2)))
    assert state.before == (1, 2)
    assert after(at_order(5), state=state).before == ()


def test_where_only_whole_contexts_can_be_seen_the_engine_chooses_one() -> None:
    chosen = after(at_order(4), ViewChosen("logits"), at_order(4, (2, 1), "centred_logits"))
    assert chosen.before == (2, 1)
    assert after(ViewChosen("counts"), at_order(4, (2, 1)), state=chosen).before == (2, 1)
    assert after(at_order(4), at_order(4, (2, 1))).before == ()


def test_the_floor_is_that_of_what_is_trained_on() -> None:
    assert LIVE.floor == REPORT.floor
    assert after(Snapshot(settings=Settings(order=3), floor=0.25)).floor == 0.25


def test_cells_have_shares_of_the_gap_where_its_floor_is_that_of_their_table() -> None:
    onehots = Settings(order=3, dots=2, network="onehots")
    for settings in (Settings(), replace(onehots, network="neural"), replace(onehots, order=2)):
        assert after(Snapshot(gap=0.1, settings=settings)).shared_gap == 0.1
    assert math.isnan(after(Snapshot(gap=0.1, settings=onehots)).shared_gap)


def test_names_are_drawn_and_words_scored_by_what_is_trained_on() -> None:
    changed = SettingsChanged(Settings(order=3, dots=2, split="hash"), 2, 0)
    assert after(changed).sample.ngrams == Ngrams(3, 2, "hash")
    # A snapshot that was on its way does not take it back.
    assert after(changed, Snapshot()).sample.ngrams == Ngrams(3, 2, "hash")
    assert after(Snapshot(settings=Settings(order=4, dots=3))).sample.ngrams == Ngrams(4, 3)
    back = SettingsChanged(Settings(), 3, 0)
    assert after(changed, back).sample.ngrams == Ngrams()


def test_how_far_counting_has_come_is_not_said_of_names_that_are_there() -> None:
    ready = replace(LIVE, torch_version="2")
    assert after(Progressed("counting", 1, 2), state=ready).progress == "counting 50 %"
    assert after(Progressed("tuning", 1, 2), Progressed("climb", 1, 1), state=ready).progress == ""
    assert (
        after(Progressed("counting", 1, 2), NamesSampled(1, (), Sample()), state=ready).progress
        == ""
    )
