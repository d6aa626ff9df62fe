"""Exercises: the figures that are known, and which recipe gives which number."""

from __future__ import annotations

import math
import os

import pytest
import torch

from engine.exercises.benches import told, work
from engine.exercises.diagnosis import diagnose, read
from engine.exercises.recipes import Material, Worked
from engine.models.descents import descend
from engine.models.ngrams.contexts import count_all
from engine.models.onehots import OneHots, onehots_of, optimum, table_edge
from engine.proof import ngram_figures as known
from engine.protocol import Exercise, ExerciseWorked, Refusal
from engine.text.numbers import number
from engine.words.dataset import finish, load_all
from engine.words.order import encode

slow = pytest.mark.slow


def worked(command: Exercise, path: str | None = None) -> ExerciseWorked:
    torch.set_num_threads(1)
    dataset = load_all(path)
    found, encoded = Worked(), finish(encode(dataset))
    material = Material(dataset.words, dataset.vocabulary, encoded, command, dataset.sha256)
    finish(work(material, found))
    return told(command, found)


def makemore() -> str:
    path = os.environ.get("MAKEMORE_NAMES", "")
    if not path:
        pytest.skip("MAKEMORE_NAMES does not name makemore's list")
    return path


def pairs(dots: int) -> OneHots:
    dataset = load_all(makemore())
    return onehots_of(count_all(finish(encode(dataset)), dataset.vocabulary, 3, dots))


@slow
@pytest.mark.parametrize("dots", [1, 2])
def test_two_one_hots_have_the_known_optimum_and_edge(dots: int) -> None:
    loss, edge = known.ONEHOTS["none", dots]
    found = finish(optimum(pairs(dots)))
    assert found is not None
    assert found.loss == pytest.approx(loss, abs=1e-8)
    assert found.edge == pytest.approx(edge, rel=1e-6)
    assert table_edge(pairs(dots).shares) == pytest.approx(known.EDGES[3, dots], rel=1e-6)


DESCENTS = {
    (dots, is_table, penalty): losses
    for is_table, figures in ((True, known.DESCENT), (False, known.ONEHOTS_DESCENT))
    for (split, dots, penalty), losses in figures.items()
    if split == "none"
}


@slow
@pytest.mark.parametrize(("dots", "is_table", "penalty"), DESCENTS)
def test_descents_are_as_known(dots: int, is_table: bool, penalty: float) -> None:
    losses = finish(descend(pairs(dots), is_table, 1000, 50.0, penalty))
    for step, loss in DESCENTS[dots, is_table, penalty].items():
        if step < len(losses):
            assert losses[step] == pytest.approx(loss, abs=2e-7)


@slow
def test_a_trigram_that_is_none_is_named() -> None:
    event = worked(Exercise("e01", "2.26"), makemore())
    assert event.diagnosis is not None
    sentence = event.diagnosis.sentences[0]
    assert "two one-hots side by side, one dot" in sentence
    assert "2.2363" in sentence
    assert "2.0619" in sentence
    by_name = {figure.recipe: figure.value for figure in event.figures}
    assert by_name["bigram, k = 0"] == pytest.approx(2.45401449, abs=1e-8)
    assert by_name["trigram, one dot, k = 1"] == pytest.approx(2.09307986, abs=1e-8)
    assert by_name["trigram, two dots, k = 0"] == pytest.approx(2.18574324, abs=1e-8)
    loops = [f.value for f in event.figures if "float32" in f.recipe]
    # As float32, of which one is 2.4e-7 from the next.
    assert loops == pytest.approx([2.4540941, 2.4543562], abs=1e-7)


@slow
def test_a_split_has_the_known_sizes_and_losses() -> None:
    event = worked(Exercise("e02", "182441"), makemore())
    assert event.diagnosis is not None
    assert "split part2, train" in event.diagnosis.sentences[0]
    by_name = {figure.recipe: figure.value for figure in event.figures}
    assert by_name["split lecture, train"] == 182625
    assert by_name["bigram, k = 1, dev"] == pytest.approx(2.45326394, abs=1e-8)
    assert by_name["trigram, two dots, k = 0, dev"] == math.inf
    assert not any("test" in name and "split" not in name for name in by_name)


@slow
def test_smoothing_is_tuned_as_known() -> None:
    by_name = {f.recipe: f.value for f in worked(Exercise("e03"), makemore()).figures}
    assert by_name["trigram, two dots, k* on dev"] == pytest.approx(0.152791, rel=1e-3)
    assert by_name["trigram, two dots, k*, dev"] == pytest.approx(2.22208554, abs=1e-8)
    assert by_name["4-gram, k = 0.1, dev"] == pytest.approx(2.1017622, abs=1e-7)


@slow
def test_the_penalty_is_tuned_as_known() -> None:
    event = worked(Exercise("e03", "2.2209", dots=2), makemore())
    by_name = {figure.recipe: figure.value for figure in event.figures}
    for name, order in (("bigram", 2), ("trigram, two dots", 3)):
        best, at_best, at_each = known.PENALISED[order]
        recipe = f"{name}, a net at its optimum, λ"
        for penalty, losses in zip(known.PENALTIES, at_each, strict=True):
            for which, loss in zip(("train", "dev"), losses, strict=False):
                written = f"{recipe} = {number(penalty)}, {which}"
                assert by_name[written] == pytest.approx(loss, abs=1e-6)
        assert by_name[f"{recipe}* on dev"] == pytest.approx(best, rel=2e-3)
        for which, loss in zip(("train", "dev"), at_best, strict=False):
            assert by_name[f"{recipe}*, {which}"] == pytest.approx(loss, abs=1e-6)
    assert not any("test" in recipe for recipe in by_name)
    assert event.diagnosis is not None
    assert "a net at its optimum, λ*, dev" in event.diagnosis.sentences[0]


BY_HAND = {
    "the logits as they are": (3.7693049907684326, 3.7693047523498535),
    "every logit + 50": (3.7693042755126953, 3.7693047523498535),
    "every logit + 85": (math.inf, 3.7693042755126953),
    "every logit + 89": (math.nan, 3.7693042755126953),
    "every logit + 100": (math.nan, 3.7693042755126953),
    "every logit − 100": (3.755985975265503, 3.7693042755126953),
    "every logit − 104": (math.inf, 3.7693042755126953),
    "every logit − 200": (math.nan, 3.769303560256958),
}


def test_shifted_logits_give_by_hand_what_is_known() -> None:
    event = worked(Exercise("e05", "3.7693049907684326"))
    for group, losses in BY_HAND.items():
        got = [figure.value for figure in event.figures if f", {group}, " in figure.recipe]
        assert got == pytest.approx(list(losses), abs=1e-6, nan_ok=True)
    assert event.diagnosis is not None
    assert "by hand" in event.diagnosis.sentences[0]


def test_a_row_that_is_looked_up_is_the_one_hot_times_w_bit_for_bit() -> None:
    figures = worked(Exercise("e04")).figures
    assert [f.value for f in figures if "that differ" in f.recipe] == [0.0, 0.0]


DIGITS = {
    "2.26": ("near",),
    "2.2599": ("near",),
    "2.25": ("cut",),
    "2.0": (),
    "inf": ("endless",),
    "nan": ("none",),
}


@pytest.mark.parametrize("text", DIGITS)
def test_the_digits_that_were_typed_say_how_close_a_recipe_must_come(text: str) -> None:
    some = Worked()
    for recipe, value in (("near", 2.25994), ("endless", math.inf), ("none", math.nan)):
        some.add("", recipe, value)
    if text == "2.25":
        some.candidates[0] = some.candidates[0].__class__(some.candidates[0].figure, 1)
    found = diagnose(text, some)
    expected = ("near",) if DIGITS[text] == ("cut",) else DIGITS[text]
    assert tuple(figure.recipe for figure in found.matches) == expected
    assert ("cut off" in found.sentences[0]) is (text == "2.25")


@pytest.mark.parametrize("text", ["", "two", "1e99", "2.1.3", "0x10"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="must be a number"):
        read(text)
