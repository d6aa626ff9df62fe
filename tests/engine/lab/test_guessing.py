"""Predict, then see: what chapters ask, how guesses are judged, and that nothing gives it away."""

from __future__ import annotations

from itertools import islice

import pytest

from engine.lab import Data, Exhibit, Prediction, chapter, read_guess
from engine.protocol import (
    ChapterOpened,
    Event,
    ExhibitShown,
    Guess,
    Guessed,
    OpenChapter,
    Refusal,
    Train,
    TrainingPaused,
)
from engine.protocol.exhibit import Question
from tests.conftest import act, ready
from tests.engine.lab.support import NAMES, data_of, few, makemore, names


def asked(name: str, data: Data, **inputs: str) -> Prediction:
    about = chapter(name)
    assert about.predict is not None
    prediction = about.predict(data, about.read(inputs))
    assert prediction is not None
    return prediction


def given(which: str) -> Data:
    return makemore() if which == "makemore" else names()


TRUTHS: dict[str, tuple[str, str, str]] = {
    # Chapter: what is so for both lists, what is near, what is off.
    "counting": ("n.", "an", "qx"),
    "generators": ("3.2", "2", "10"),
    "broadcasting": ("the same", "", "higher"),
    "figure": ("q", "j", "n"),
    "likelihood": ("ln 27", "3", "1"),
    "onehot": ("(5, 27)", "", "(27, 27)"),
    "softmax": ("85.4", "88.7", "10"),
    "update": ("0.2773", "0.2", "0"),
    "logcounts": ("15.7", "14", "11"),
    "smoothing": ("0.35", "1", "0"),
    "regularization": ("those of rare symbols", "", "all alike"),
    "race": ("1", "2", "10"),
    "optimizers": ("2.3", "4", "10"),
    "exercises": ("0.27", "0.2", "0.39"),
}


@pytest.mark.slow
@pytest.mark.parametrize("which", ["ours", "makemore"])
@pytest.mark.parametrize("name", NAMES)
def test_guesses_are_graded_by_how_far_they_are_off(name: str, which: str) -> None:
    prediction = asked(name, given(which))
    for grade, guess in zip(("right", "near", "off"), TRUTHS[name], strict=True):
        if guess:
            assert prediction.judge(guess)[0] == grade
    if name == "exercises":
        assert "On the same events the trigram has 2.19" in prediction.judge("0.39")[1]
    grade, said = prediction.judge("")
    assert grade == "shown"
    assert said.startswith("It is ")


def test_a_near_miss_is_told_how_far_off_it_is() -> None:
    ours = names()
    assert (
        "You said “an”; it is “n.”, with 6,808. “an” has 5,471, number 3 of 627."
        in (asked("counting", ours).judge("an")[1])
    )
    likelihood = asked("likelihood", ours).judge("3")[1]
    assert "You said 3; it is 3.2958: near, 0.296 too low." in likelihood
    assert "it is 0.27: right, 0.04 too high" in asked("exercises", ours).judge("0.31")[1]
    assert "3.16 times too high" in asked("generators", ours).judge("10")[1]


def test_the_truth_is_of_the_data_in_hand() -> None:
    other = data_of(["ab", "ab", "ba", "abab"] * 10)
    assert asked("counting", other).truth() == "ab"
    assert asked("likelihood", other).truth() == pytest.approx(1.0986123)
    assert asked("onehot", other, word="ab").truth() == "(3, 3)"
    assert asked("update", other, word="ab").truth() == 0
    assert asked("update", other, word="ab").because() == "Each symbol is followed by one alone."
    assert "Followed is m by m or a; what" in asked("update", names(), word="emma").because()
    assert chapter("smoothing").predict(data_of(["ab"]), chapter("smoothing").read({})) is None  # type: ignore[misc]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_may_be_seen_before_the_guess_does_not_say_it(name: str) -> None:
    prediction = asked(name, few())
    seen = list(islice(filter(None, chapter(name).open(few()).exhibits), prediction.after))
    assert len(seen) == prediction.after
    assert not any(exhibit.is_last for exhibit in seen)
    if seen and prediction.question.kind == "number":
        told = prediction.judge("")[1].removeprefix("It is ").split(". ")[0]
        assert len(told) < 4 or told not in repr(seen[-1].parts)


def test_the_table_of_the_dials_does_not_stand_beside_the_question() -> None:
    seen = next(filter(None, chapter("exercises").open(names()).exhibits))
    assert seen.done < seen.total
    assert not any("the dials" in getattr(part, "title", "") for part in seen.parts)


def test_a_blank_that_is_a_symbol_can_be_guessed() -> None:
    prediction = asked("counting", data_of(["we are so", "be me so"] * 10))
    assert prediction.truth() == "e "
    assert "␣ or _ is the blank" in prediction.question.hint
    for text in ("e ", "e␣", "e_"):
        assert prediction.judge(text)[0] == "right"
    assert "You said “␣m”" in prediction.judge("_m")[1]
    with pytest.raises(Refusal, match="two symbols"):
        prediction.judge("e")


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (Question("", "number"), "ln 27", 3.295836866004329),
        (Question("", "number"), "1/4", 0.25),
        (Question("", "number"), "−2,5", -2.5),
        (Question("", "choice", ("(5, 5)", "(5, 27)")), "5,27", "(5, 27)"),
        (Question("", "choice", ("log", "log of p")), "log", "log"),
        (Question("", "choice", ("low", "high")), "Lo", "low"),
        (Question("", "choice", ("(5, 5)", "(5, 27)")), "5 x 27", "(5, 27)"),
        (Question("", "choice", ("those of rare ones", "all alike")), "rare", "those of rare ones"),
        (Question("", "cell", (".", "a")), ". a", ".a"),
        (Question("", "letter", (".", "a")), "a", "a"),
    ],
)
def test_guesses_are_read_as_people_write_them(
    question: Question, text: str, value: float | str
) -> None:
    assert read_guess(question, text) == value


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        (Question("", "number"), "many", "A guess is a number here"),
        (Question("", "number"), "1/0", "not “1/0”"),
        (Question("", "choice", ("low", "high")), "2", "Choose one of these: low, high; not"),
        (Question("", "choice", ("(27, 5)", "(27, 27)")), "27", "any of these: (27, 5), (27, 27)"),
        (Question("", "cell", (".", "a")), "x", "two symbols"),
        (Question("", "letter", (".", "a")), "b", "one symbol of these data, not “b”"),
    ],
)
def test_what_is_no_guess_is_refused_with_a_sentence(
    question: Question, text: str, said: str
) -> None:
    with pytest.raises(Refusal, match="“") as refused:
        read_guess(question, text)
    assert said in str(refused.value)


def exhibits(events: list[Event]) -> list[Exhibit]:
    return [event.exhibit for event in events if isinstance(event, ExhibitShown)]


def test_an_exhibit_waits_for_a_guess_and_goes_on_with_it() -> None:
    session = ready()
    opened = OpenChapter("softmax", request=7, with_pauses=False, waits=True)
    shown = exhibits(act(session, opened))
    assert shown[-1].question is not None
    assert not shown[-1].is_last
    assert not any(isinstance(event, Guessed) for event in act(session, Guess(6, "85")))
    events = act(session, Guess(7, "85"))
    verdict = next(event for event in events if isinstance(event, Guessed))
    assert (verdict.name, verdict.grade) == ("softmax", "right")
    assert exhibits(events)[-1].is_last
    assert exhibits(act(session, OpenChapter("softmax", with_pauses=False)))[-1].is_last


def test_the_run_does_not_rest_while_a_race_waits() -> None:
    session = ready()
    list(session.handle(Train(100)))
    opened = list(session.handle(OpenChapter("optimizers", (("steps", "1"),), 1, False, True)))
    assert session.is_training
    assert [e.has_paused_run for e in opened if isinstance(e, ChapterOpened)] == [False]
    went_on = list(session.handle(Guess(1)))
    assert any(isinstance(event, TrainingPaused) for event in went_on)
    assert [e.has_paused_run for e in went_on if isinstance(e, ChapterOpened)] == [True]
