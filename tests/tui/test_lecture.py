"""The lab without a screen: the list of chapters, one as text, one as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from engine.lab import Chapter, chapters
from tests.conftest import WriteWords
from tui.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], words_file: WriteWords) -> Run:
    words = words_file("emma\nolivia\nava\nisabella\nsophia\n")

    def command(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(("lab", "--data", words, *arguments))
        return (code, *capfd.readouterr())

    return command


@pytest.mark.parametrize(
    "about",
    [
        pytest.param(about, id=about.name, marks=() if number == 0 else pytest.mark.slow)
        for number, about in enumerate(chapters())
    ],
)
def test_a_chapter_is_printed_with_text_figures_code_question_and_answer(
    run: Run, about: Chapter
) -> None:
    code, out, err = run(about.name)
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    for text in (about.text, about.question, about.answer):
        assert " ".join(text.split()) in words
    for title in ("Exhibit", "Code", "Question", "Answer"):
        assert f"\n{title}\n{'─' * len(title)}\n" in out
    body = out.split("\nCode\n")[1].split("\nQuestion\n")[0]
    assert compile(body.split("\n", 1)[1], about.name, "exec")
    assert max(map(len, out.splitlines())) <= 76


def test_without_a_name_the_chapters_are_listed_with_what_can_be_set(run: Run) -> None:
    code, out, _ = run()
    assert code == 0
    for about in chapters():
        assert f"{about.number:>2}  {about.name}" in out
        for control in about.controls:
            assert control.name in out


def test_what_is_set_is_in_the_figures_and_in_the_code(run: Run) -> None:
    code, out, _ = run("3", "--set", "first=4, 1", "--set", "second=3")
    assert code == 0
    assert "(4, 1) with (3,)" in out
    assert "The result has shape (4, 3): 12 elements." in out
    assert "a = (4, 1)\nb = (3,)\n" in out


def test_a_chapter_in_json_has_all_its_parts(run: Run) -> None:
    code, out, _ = run("figure", "--json")
    held = json.loads(out)
    assert code == 0
    assert held["name"] == "figure"
    assert {"text", "inputs", "exhibit", "setup", "code", "question", "answer"} <= set(held)
    assert [part["kind"] for part in held["exhibit"]] == ["matrix", "bars", "note", "note"]
    assert "bincount" in held["code"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("trigrams",), "There is no chapter “trigrams”; there are counting, generators"),
        (("figure", "--set", "colour=red"), "no control “colour”; it has symbol."),
        (("figure", "--set", "symbol"), "--set takes control=value, not “symbol”."),
        (("broadcasting", "--set", "first=-1"), "must be whole numbers from 0 to 999,999,999"),
    ],
)
def test_what_cannot_be_had_is_refused_in_a_sentence(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
