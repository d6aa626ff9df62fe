"""The experiments of E06: the figures that are known, and what holds on any words."""

from __future__ import annotations

import math
import os

import pytest

from engine.exercises.benches import told, work
from engine.exercises.experiments import WAYS
from engine.exercises.recipes import Material, Worked
from engine.protocol import EXPERIMENTS, Exercise, ExerciseWorked, Refusal
from engine.words.dataset import Words, finish, load_all
from engine.words.order import encode, encode_words
from engine.words.vocabulary import Vocabulary


def shown(card: str, *words: str) -> ExerciseWorked:
    """Work one experiment on some words, or on makemore's list."""
    command = Exercise("e06", card=card)
    if not words:
        path = os.environ.get("MAKEMORE_NAMES", "")
        if not path:
            pytest.skip("MAKEMORE_NAMES does not name makemore's list")
        dataset = load_all(path)
        material = Material(
            dataset.words, dataset.vocabulary, finish(encode(dataset)), command, dataset.sha256
        )
    else:
        some, vocabulary = Words.of(words), Vocabulary.of("".join(words))
        material = Material(some, vocabulary, finish(encode_words(some, vocabulary)), command)
    worked = Worked()
    finish(work(material, worked))
    return told(command, worked)


KNOWN = {
    # card: figures in their order, on makemore's list.
    "units": (2.45401449, 3.54039453, 11.63496152, 17.47802546),
    "guess": (22.781026, math.nan, 5.194950, 14),
    "positions": (2.94417137,),
    "first": (2.94417137, math.nan, 2.82272634, 3.295836866),
    "backwards": (2.45401449, 2.45401449, 2.18574324, 2.18574324),
    "shuffled": (2.82272634, 2.82272634, 2.45401449),
}


@pytest.mark.parametrize("card", KNOWN)
def test_an_experiment_gives_what_is_known(card: str) -> None:
    figures = [figure.value for figure in shown(card).figures]
    for got, known in zip(figures, KNOWN[card], strict=False):
        if not math.isnan(known):
            assert got == pytest.approx(known, abs=1e-6)


def test_words_are_read_from_their_ends() -> None:
    event = shown("backwards", "ab", "abc", "ca")
    assert "Backwards the table is the transposed one" in event.cards[0].why
    assert event.figures[0].value == pytest.approx(event.figures[1].value, abs=1e-12)


def test_every_word_of_train_tells_what_k_1_gives_on_dev() -> None:
    figures = shown("sizes").figures
    assert figures[-1].value == pytest.approx(2.45326394, abs=1e-6)
    losses = [figure.value for figure in figures]
    assert losses == sorted(losses, reverse=True)


def test_the_file_of_names_falls_apart_where_the_boys_begin() -> None:
    event = shown("lists")
    assert "begins at word 18,030" in event.cards[0].why
    girls, mixed, boys_by_girls, boys, _ = (figure.value for figure in event.figures)
    assert girls < mixed
    assert boys < boys_by_girls


def test_the_kind_of_a_symbol_and_which_one_it_is_add_up() -> None:
    kind, which, both, *_ = (f.value for f in shown("vowels", "anna", "otto", "ida").figures)
    assert kind + which == pytest.approx(both, abs=1e-12)
    assert 0 < kind < both


def test_a_word_that_is_mixed_keeps_its_letters() -> None:
    figures = [f.value for f in shown("shuffled", "abcdef", "abcdef", "fgh").figures]
    assert figures[0] == pytest.approx(figures[1], abs=1e-12)
    assert figures[3] > figures[2]


def test_a_walk_that_goes_in_a_circle_is_said_to() -> None:
    event = shown("walk", *(["abababab"] * 3))
    assert "without an end" in event.cards[0].why
    assert "abab" in event.figures[-1].recipe


ODD = {
    "one letter": ("a",),
    "one word again and again": ("x",) * 30,
    "other letters": ("да", "нет", "же"),
    "blanks": ("anna maria", "jean, paul"),
}


@pytest.mark.parametrize("odd", ODD)
def test_every_experiment_says_something_of_any_words(odd: str) -> None:
    event = shown("", *ODD[odd])
    assert [card.name for card in event.cards] == list(EXPERIMENTS) == list(WAYS)
    assert all(card.why.endswith(".") for card in event.cards)
    assert not any(math.isnan(figure.value) for figure in event.figures)
    assert len(WAYS) == 12


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (Exercise("e06", card="nonesuch"), "no card “nonesuch”; choose from units"),
        (Exercise("e01", card="walk"), "The exercise e01 has no cards"),
        (Exercise("e06", split="hash"), "The exercise e06 takes no split"),
    ],
)
def test_what_cannot_be_shown_is_refused(command: Exercise, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        told(command, Worked())
