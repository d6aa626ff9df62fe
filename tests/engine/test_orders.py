"""Names, scores and rankings of models of any order: as known, as defined, and as of bigrams."""

from __future__ import annotations

import math
import os
from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeVar, get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine import Session
from engine.models.counts import Counts
from engine.models.likelihood import Context, CountTable, Model, nll, score
from engine.models.ngrams.levels import Levels
from engine.models.ngrams.model import CountModel
from engine.models.ngrams.smoothing import AddK, Dirichlet, Rule, WittenBell
from engine.proof.ngram_figures import NAMES
from engine.protocol import (
    LECTURE_SEED,
    Command,
    CommandRefused,
    Compare,
    CountingModel,
    DrawingShown,
    DrawNext,
    ForceSymbol,
    LoadDataset,
    NamesExpected,
    NamesSampled,
    Ngrams,
    OpenDrawing,
    Progressed,
    Rank,
    Retune,
    Sample,
    SampledName,
    Score,
    ScoredWord,
    StopSampling,
    TakeApart,
    UndoDraw,
    WordsRanked,
    WordsScored,
    WordTakenApart,
)
from engine.sampling import paths, sampler
from engine.sampling.batch import Batch
from engine.sampling.paths import Indices, Paths
from engine.sampling.rows import Rows
from engine.sampling.sampler import sample
from engine.words.dataset import Dataset, Words
from engine.words.vocabulary import BOUNDARY
from tests.conftest import WriteWords, act, ready
from tests.engine.test_contexts import table_of

T = TypeVar("T")

COUNTING: tuple[CountingModel, ...] = get_args(CountingModel)

WORDS = st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def bundled() -> Session:
    """A session on the list that comes with the program."""
    return ready()


def asked(session: Session, kind: type[T], command: Command) -> T:
    """The last thing that is said to a command."""
    event = act(session, command)[-1]
    assert isinstance(event, kind), event
    return event


def drawn(session: Session, command: Sample) -> list[SampledName]:
    events = act(session, command)
    assert not any(isinstance(event, CommandRefused) for event in events), events[-1]
    return [n for event in events if isinstance(event, NamesSampled) for n in event.names]


def spelled(names: Sequence[SampledName]) -> list[str]:
    return [name.name for name in names]


def scored(session: Session, command: Score) -> ScoredWord:
    return asked(session, WordsScored, command).words[0]


def model_of(words: list[str], order: int, rule: Rule, dots: int | None = None) -> CountModel:
    return CountModel(Levels(table_of(words, order, dots)), rule)


# Names


@pytest.mark.parametrize(("order", "smoothing"), NAMES)
def test_the_lectures_sampler_draws_the_known_names(order: int, smoothing: float) -> None:
    path = os.environ.get("MAKEMORE_NAMES", "")
    if not path:
        pytest.skip("MAKEMORE_NAMES does not name makemore's list")
    way = Sample(smoothing=smoothing, ngrams=Ngrams(order))
    names = spelled(drawn(ready(path), way))
    assert [name or "(empty)" for name in names] == NAMES[order, smoothing].split()


def by_hand(model: Model, number: int, prefix: str = "", temperature: float = 1.0) -> list[str]:
    """Names as the lecture draws them, each symbol from the row of its whole context."""
    generator = torch.Generator().manual_seed(LECTURE_SEED)
    names = []
    for _ in range(number):
        name = model.vocabulary.encode(prefix)
        while True:
            context = tuple([0] * (model.order - 1) + name)[len(name) :]
            p = np.array(model.row(context)) ** (1 / temperature)
            sums = np.cumsum((p / p.sum()).astype(np.float32).astype(np.float64))
            u = torch.rand(1, generator=generator, dtype=torch.float64).item()
            symbol = bisect_left((sums / sums[-1]).tolist(), u)
            if not symbol:
                break
            name.append(symbol)
        names.append(model.vocabulary.decode(name))
    return names


@pytest.mark.parametrize("rule", [AddK(0.1), Dirichlet(3.0), WittenBell()])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.slow
def test_names_one_by_one_and_in_lanes_are_those_drawn_by_hand(
    order: int, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["emma", "olivia", "ava", "isabella", "sophia", "mia", "amelia", "ella", "eva"]
    model = model_of(words, order, rule)
    for prefix, temperature in (("", 1.0), ("amelia", 1.0), ("el", 0.5)):
        way = Sample(number=30, prefix=prefix, temperature=temperature)
        expected = by_hand(model, 30, prefix, temperature)
        for few in (0, 30):
            monkeypatch.setattr(sampler, "FEW", few)
            monkeypatch.setattr(sampler, "FEW_LONGER", few)
            assert spelled(list(sample(model, Words.of(words), way))) == expected


def test_states_are_found_in_pieces_and_drawing_can_be_stopped_between_two(
    bundled: Session,
) -> None:
    found = 0
    find = Paths.find

    def counted(self: Paths, places: Indices) -> None:
        nonlocal found
        find(self, places)
        found += 1

    way = Sample(request=7, number=5_000, smoothing=0.1, ngrams=Ngrams(5))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Paths, "find", counted)
        list(bundled.handle(way))
        while found < 300:
            before = found
            assert bundled.is_busy
            list(bundled.work())
            # None but that of the start stands before the first piece.
            assert found - before <= 2
        (event,) = (e for e in bundled.run(StopSampling()) if isinstance(e, NamesSampled))
    assert event.is_last
    assert event.tally.names < 5_000


def test_many_names_are_those_drawn_one_by_one(
    bundled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = Sample(number=300, smoothing=0.1, prefix="ma", ngrams=Ngrams(4))
    at_once = drawn(bundled, way)
    monkeypatch.setattr(sampler, "FEW_LONGER", 10**9)
    singly = drawn(bundled, way)
    assert [(n.name, n.is_known) for n in at_once] == [(n.name, n.is_known) for n in singly]
    assert [n.nll for n in at_once] == pytest.approx([n.nll for n in singly], rel=1e-12)


@pytest.mark.slow
def test_states_are_forgotten_when_there_are_many_and_the_names_stay_the_same(
    bundled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = Sample(number=1000, ngrams=Ngrams(5), model="witten-bell")
    expected = drawn(bundled, way)
    renewed: list[Batch] = []
    renew = Batch._renew

    def noted(self: Batch) -> None:
        renewed.append(self)
        renew(self)

    monkeypatch.setattr(Batch, "_renew", noted)
    monkeypatch.setattr(paths, "MOST_NUMBERS", 32 * 500)
    assert drawn(bundled, way) == expected
    assert renewed


def test_rows_are_forgotten_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sampling.rows.MOST_KEPT", 1)
    model = model_of(["abc", "cab", "bca"], 3, WittenBell())
    made: list[Context] = []

    def row(_: CountModel, context: Context) -> list[float]:
        made.append(context)
        return [0.25] * 4

    monkeypatch.setattr(CountModel, "row", row)
    rows = Rows(model, 1.0)
    contexts = [(i, j) for i in range(4) for j in range(4)]
    for context in contexts:
        assert rows.cumulative(context)[-1] == 1
    assert rows.cumulative(contexts[-1])[-1] == 1
    assert made == contexts
    # There is room for as many as there are symbols, and no more.
    rows.cumulative(contexts[0])
    assert made == [*contexts, contexts[0]]


def test_torchs_sampler_goes_by_the_rows_of_contexts(bundled: Session) -> None:
    way = Sample(number=40, sampler="torch", ngrams=Ngrams(6), smoothing=0.0)
    names = drawn(bundled, way)
    assert names == drawn(bundled, way)
    # Every n-gram of them was seen, which names of bigrams are not made of.
    words = scored(bundled, Score((names[0].name,), ngrams=Ngrams(6)))
    assert not words.impossible
    assert sum(bool(name.is_known) for name in names) > 10


def test_order_1_may_draw_the_boundary_at_once(bundled: Session) -> None:
    names = drawn(bundled, Sample(number=200, ngrams=Ngrams(1)))
    assert "" in spelled(names)
    theory = asked(bundled, NamesExpected, Sample(1, ngrams=Ngrams(1), wants_theory=True))
    # Each symbol is the end with the same probability: lengths are geometric.
    end = scored(bundled, Score(("",), smoothing=1.0, ngrams=Ngrams(1))).bigrams[0].probability
    assert theory.theory.length == pytest.approx(1 / end - 1)


def test_theory_is_told_up_to_order_2(bundled: Session) -> None:
    for order, is_told in ((1, True), (2, True), (3, False)):
        way = Sample(model="witten-bell", ngrams=Ngrams(order), wants_theory=True)
        events = act(bundled, way)
        assert any(isinstance(event, NamesExpected) for event in events) == is_told


def test_under_a_split_names_are_drawn_from_train(bundled: Session) -> None:
    whole = drawn(bundled, Sample(number=20, ngrams=Ngrams(4)))
    train = drawn(bundled, Sample(number=20, ngrams=Ngrams(4, split="lecture")))
    assert spelled(whole) != spelled(train)
    command = Score(("emma",), ngrams=Ngrams(2, split="lecture"))
    of_train = scored(bundled, command).bigrams[0].count
    of_all = scored(bundled, Score(("emma",))).bigrams[0].count
    assert 0.75 * of_all < of_train < 0.85 * of_all


@pytest.mark.parametrize("name", COUNTING)
def test_every_model_draws_names_and_scores_them(bundled: Session, name: CountingModel) -> None:
    ngrams = Ngrams(3, split="file")
    names = drawn(bundled, Sample(number=5, model=name, ngrams=ngrams))
    words = asked(bundled, WordsScored, Score(tuple(spelled(names)), 0, name, 1.0, ngrams)).words
    assert [n.nll for n in names] == pytest.approx([word.nll for word in words], rel=1e-12)
    assert all(math.isfinite(word.nll) for word in words)


def test_a_model_is_made_in_pieces_that_say_how_far_they_are(words_file: WriteWords) -> None:
    session = ready(words_file("emma\nolivia\nava\n" * 4))
    events = act(session, Sample(ngrams=Ngrams(3, split="file")))
    assert any(isinstance(event, Progressed) for event in events)


# Bigrams by the longer way


@pytest.mark.parametrize("smoothing", [0.0, 1.0])
def test_order_2_is_the_bigram_to_the_last_bit(
    bundled: Session, names: Dataset, name_counts: Counts, smoothing: float
) -> None:
    # Dots that are given, if only the usual ones, take the way of longer contexts.
    way = Ngrams(2, dots=1)
    for number in (50, 2000):
        plain = drawn(bundled, Sample(number=number, smoothing=smoothing))
        assert drawn(bundled, Sample(number=number, smoothing=smoothing, ngrams=way)) == plain
    words = ("emma", "andrejq", "zoë", "", *names.words[:50])
    plain_words = asked(bundled, WordsScored, Score(words, smoothing=smoothing)).words
    same = asked(bundled, WordsScored, Score(words, smoothing=smoothing, ngrams=way)).words
    assert same == plain_words
    ranked = asked(bundled, WordsRanked, Rank(smoothing=smoothing))
    long_way = asked(bundled, WordsRanked, Rank(smoothing=smoothing, ngrams=way))
    assert (long_way.nll, long_way.order) == (ranked.nll, ranked.order)
    table = CountTable(name_counts, smoothing)
    assert same[0] == score("emma", table)


# Scores


@given(WORDS, st.text("abc", max_size=6), st.integers(1, 4), st.data())
def test_a_score_is_what_a_few_lines_give(
    words: list[str], word: str, order: int, data: st.DataObject
) -> None:
    dots = data.draw(st.integers(0, order - 1))
    k = data.draw(st.sampled_from([0.0, 0.5]))
    model = model_of([*words, "abc"], order, AddK(k), dots)
    texts = [BOUNDARY * dots + each + BOUNDARY for each in [*words, "abc"]]
    grams = [text[i : i + order] for text in texts for i in range(len(text) - order + 1)]
    text = BOUNDARY * dots + word + BOUNDARY
    found = score(word, model)
    total = 0.0
    for at, step in enumerate(found.bigrams):
        gram = text[at : at + order]
        n = sum(each == gram for each in grams)
        of = sum(each[:-1] == gram[:-1] for each in grams)
        p = (n + k) / (of + k * 4) if of or k else 0.0
        assert (step.context + step.second, step.count) == (gram, n)
        assert step.probability == pytest.approx(p)
        total += math.log(p) if p else -math.inf
        assert step.total == pytest.approx(total)
        assert step.mean == pytest.approx(-total / (at + 1))
    assert len(found.bigrams) == max(0, len(text) - order + 1)
    assert found.log_likelihood == pytest.approx(total)
    if found.bigrams:
        assert found.nll == pytest.approx(-total / len(found.bigrams)) == nll(word, model)
    else:
        assert math.isnan(found.nll)


def test_a_row_that_was_never_seen_backs_off_to_shorter_ends(bundled: Session) -> None:
    word = scored(bundled, Score(("andrejq",), ngrams=Ngrams(4)))
    (step,) = [step for step in word.bigrams if step.second == "q"]
    assert (step.first, step.context, step.count) == ("j", "rej", 0)
    assert step.backoff == (("rejq", 0), ("ejq", 0), ("jq", 0), ("q", 274))
    assert word.impossible == ("rejq", "ejq.")
    assert scored(bundled, Score(("andrejq",))).bigrams[-2].backoff == ()
    for name in ("witten-bell", "kneser-ney", "modified-kneser-ney"):
        found = scored(bundled, Score(("andrejq",), 0, name, ngrams=Ngrams(4)))
        assert math.isfinite(found.nll)


def test_with_fewer_dots_the_first_symbols_are_not_predicted(bundled: Session) -> None:
    word = scored(bundled, Score(("emma",), ngrams=Ngrams(3, dots=1)))
    grams = [step.context + step.second for step in word.bigrams]
    assert grams == [".em", "emm", "mma", "ma."]
    whole = scored(bundled, Score(("emma",), ngrams=Ngrams(3)))
    assert [step.context + step.second for step in whole.bigrams] == ["..e", *grams]
    assert word.bigrams[-1].probability == whole.bigrams[-1].probability


# Rankings


@pytest.mark.parametrize(
    ("name", "ngrams"),
    [
        ("counts", Ngrams(1)),
        ("counts", Ngrams(3)),
        ("kneser-ney", Ngrams(5)),
        ("witten-bell", Ngrams(4, dots=1)),
        ("dirichlet", Ngrams(3, strength=2.0, split="file")),
    ],
)
def test_every_name_is_ranked_by_the_nll_it_has_alone(
    bundled: Session, names: Dataset, name: CountingModel, ngrams: Ngrams
) -> None:
    event = asked(bundled, WordsRanked, Rank(3, name, 0.5, ngrams))
    assert (event.request, event.run, event.step) == (3, 0, 0)
    found = memoryview(event.nll).cast("f").tolist()
    some = [*range(40), *range(len(names.words) - 40, len(names.words))]
    words = tuple(names.words[i] for i in some)
    alone = asked(bundled, WordsScored, Score(words, 0, name, 0.5, ngrams)).words
    assert [found[i] for i in some] == pytest.approx([word.nll for word in alone], rel=1e-6)
    order = memoryview(event.order).cast("I").tolist()
    assert [found[i] for i in order] == sorted(found)


def test_words_of_which_nothing_is_predicted_are_the_last(words_file: WriteWords) -> None:
    session = ready(words_file("abcd\na\nabce\n"))
    event = asked(session, WordsRanked, Rank(ngrams=Ngrams(3, dots=0)))
    found = memoryview(event.nll).cast("f").tolist()
    assert [math.isnan(each) for each in found] == [False, True, False]
    assert memoryview(event.order).cast("I").tolist()[-1] == 1


def test_a_word_is_taken_apart_under_a_model_of_longer_contexts(bundled: Session) -> None:
    command = TakeApart("emma", model="kneser-ney", ngrams=Ngrams(5))
    answer = asked(bundled, WordTakenApart, command)
    assert answer.counts == scored(bundled, Score(("emma",), 0, "kneser-ney", ngrams=Ngrams(5)))
    assert answer.neural is None, "the network in hand is one of bigrams, and says nothing of these"
    assert answer.counts_standing is not None
    bigrams = asked(bundled, WordTakenApart, TakeApart("emma"))
    assert bigrams.counts_standing != answer.counts_standing


# Letter by letter


def test_letters_drawn_one_by_one_are_those_of_a_batch(bundled: Session) -> None:
    for way in (
        Sample(number=4, ngrams=Ngrams(4), smoothing=0.1),
        Sample(number=4, ngrams=Ngrams(3), prefix="mar", temperature=0.7),
        Sample(number=4, ngrams=Ngrams(1)),
        Sample(number=4, ngrams=Ngrams(5), model="kneser-ney", sampler="torch"),
    ):
        expected = drawn(bundled, way)
        asked(bundled, DrawingShown, OpenDrawing(way))
        for name in expected:
            shown = asked(bundled, DrawingShown, DrawNext(to_end=True))
            assert "".join(each.symbol for each in shown.trail) == name.name + "."
            assert shown.trail[-1].mean == pytest.approx(name.nll)
            asked(bundled, DrawingShown, DrawNext())


def test_the_whole_context_is_shown_and_undo_goes_back_to_it(bundled: Session) -> None:
    way = Sample(ngrams=Ngrams(4), smoothing=0.0)
    first = asked(bundled, DrawingShown, OpenDrawing(way))
    assert (first.context, first.row, first.trail) == ("...", 0, ())
    contexts = []
    for _ in range(3):
        shown = asked(bundled, DrawingShown, DrawNext())
        contexts.append(shown.context)
        assert shown.hit is not None
        row = memoryview(shown.probabilities).cast("d").tolist()
        assert row[shown.hit] == pytest.approx(shown.trail[-1].probability)
        assert math.fsum(row) == pytest.approx(1, abs=1e-6)
    assert contexts == ["...", "..m", ".mi"]
    back = asked(bundled, DrawingShown, UndoDraw())
    assert (back.context, [each.symbol for each in back.trail]) == ("..m", ["m", "i"])
    again = asked(bundled, DrawingShown, DrawNext())
    assert again.context == ".mi"
    assert again.uniform == shown.uniform
    bigram = asked(bundled, DrawingShown, OpenDrawing(Sample(prefix="ka")))
    assert bigram.context == "a"


def test_a_letter_after_which_nothing_is_known_cannot_be_written(bundled: Session) -> None:
    asked(bundled, DrawingShown, OpenDrawing(Sample(ngrams=Ngrams(4), smoothing=0.0, prefix="emm")))
    refused = asked(bundled, CommandRefused, ForceSymbol("q"))
    assert "goes on after mmq" in refused.reason
    assert asked(bundled, DrawingShown, DrawNext()).trail[-1].symbol in "aery"
    smoothed = Sample(ngrams=Ngrams(4), smoothing=0.5, prefix="emm")
    asked(bundled, DrawingShown, OpenDrawing(smoothed))
    assert asked(bundled, DrawingShown, ForceSymbol("q")).trail[-1].kind == "forced"
    asked(bundled, DrawingShown, Retune(temperature=2.0))
    assert asked(bundled, DrawingShown, DrawNext()).context == "mmq"


# What cannot be


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (Sample(ngrams=Ngrams(8)), "order must be a whole number from 1 to 7, not 8."),
        (Sample(ngrams=Ngrams(3, dots=1)), "draw with dots 2."),
        (Sample(ngrams=Ngrams(2, dots=0)), "draw with dots 1."),
        (Score(("a",), ngrams=Ngrams(3, dots=3)), "dots must be a whole number from 0 to 2"),
        (Sample(prefix="qx", smoothing=0.0, ngrams=Ngrams(3)), "goes on after qx"),
        (
            Sample(prefix="qx", smoothing=0.0, ngrams=Ngrams(3), number=1000),
            "goes on after qx",
        ),
        (
            Sample(prefix="qx", smoothing=0.0, ngrams=Ngrams(3), sampler="torch"),
            "goes on after qx",
        ),
        (OpenDrawing(Sample(prefix="qx", smoothing=0.0, ngrams=Ngrams(3))), "after qx"),
        (Sample(model="jelinek-mercer", ngrams=Ngrams(3)), "choose a split that has one."),
        (Score(("a",), model="dirichlet", ngrams=Ngrams(discount=0.5)), "takes no discount"),
        (Score(("a",), model="absolute", ngrams=Ngrams(discount=2.0)), "discount must be"),
        (Rank(model="neural", ngrams=Ngrams(3)), "The network in hand is of order 2"),
        (Compare(Sample(ngrams=Ngrams(3))), "The network in hand is of order 2"),
        (TakeApart("a", ngrams=Ngrams(3, split="halves")), "split"),
        (Sample(smoothing=-1.0, ngrams=Ngrams(3)), "smoothing must be"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    bundled: Session, command: Command, reason: str
) -> None:
    refused = asked(bundled, CommandRefused, command)
    assert reason in refused.reason
    assert refused.command == command


def test_scores_of_longer_contexts_need_no_torch(words_file: WriteWords) -> None:
    session = Session()
    act(session, LoadDataset(words_file("emma\nava\n" * 5)))
    assert scored(session, Score(("emma",), ngrams=Ngrams(3))).bigrams
    assert asked(session, WordsRanked, Rank(ngrams=Ngrams(3, split="file")))
    assert not session.needs_torch
