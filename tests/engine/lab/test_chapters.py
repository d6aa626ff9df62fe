"""What holds for every chapter, those still to come included."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from engine import lab
from engine.lab import Exhibit, chapter, chapters, number, plain
from engine.protocol import ExhibitShown, Refusal
from engine.protocol.codec import decode_news, encode
from engine.text.width import cells
from tests.engine.lab.support import NAMES, few, last

WIDTH = 76


def test_chapters_are_found_in_the_lectures_order() -> None:
    assert [c.number for c in chapters()] == list(range(1, 15))
    assert NAMES == [
        "counting",
        "generators",
        "broadcasting",
        "figure",
        "likelihood",
        "onehot",
        "softmax",
        "update",
        "logcounts",
        "smoothing",
        "regularization",
        "race",
        "optimizers",
        "exercises",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_is_found_by_name_and_by_number(name: str) -> None:
    assert chapter(name) is chapter(str(chapter(name).number)) is chapter(name.upper())


def test_an_unknown_chapter_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refusal, match=r"no chapter “trigram”; there are counting, generators"):
        chapter("trigram")


def test_the_lab_is_read_without_torch() -> None:
    code = (
        "import sys, engine.lab as lab\n"
        "for c in lab.chapters():\n"
        "    assert c.code and c.text and c.controls is not None\n"
        "assert not {'torch', 'numpy', 'textual', 'plotext'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", NAMES)
def test_texts_and_code_fit_76_columns(name: str) -> None:
    about = chapter(name)
    opened = about.open(few())
    for text in (about.text, about.question, about.answer, about.code, opened.code):
        assert max(map(cells, text.splitlines())) <= WIDTH


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_has_all_its_parts(name: str) -> None:
    about = chapter(name)
    assert all(part.strip() for part in (about.title, about.text, about.question, about.answer))
    assert about.pane in ("dataset", "heatmap", "training", "sampler")
    assert about.question.strip().endswith("?")


@pytest.mark.parametrize("name", NAMES)
def test_texts_hold_short_sentences(name: str) -> None:
    about = chapter(name)
    for text in (about.text, about.answer):
        sentences = " ".join(text.split()).replace("? ", ". ").split(". ")
        assert max(len(s.split()) for s in sentences) <= 40


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_what_their_controls_allow(name: str) -> None:
    about = chapter(name)
    for control in about.controls:
        shown = dict(about.open(few()).inputs)[control.name]
        assert control.parse(shown) == control.default or control.default == ""
        assert all(control.low <= stop <= control.high for stop in control.stops)


@pytest.mark.parametrize("name", NAMES)
def test_inputs_in_force_open_the_same_chapter_again(name: str) -> None:
    opened = chapter(name).open(few())
    again = chapter(name).open(few(), dict(opened.inputs))
    assert (opened.inputs, opened.code) == (again.inputs, again.code)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.slow
def test_work_goes_in_many_steps_up_to_the_last_exhibit(name: str) -> None:
    exhibits = [e for e in chapter(name).open(few()).exhibits if e]
    assert len(exhibits) >= 3
    assert [e.done for e in exhibits] == sorted({e.done for e in exhibits})
    assert [e.is_last for e in exhibits] == [False] * (len(exhibits) - 1) + [True]
    assert len({e.total for e in exhibits}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_computed_before_the_first_exhibit_and_a_chapter_can_be_left(name: str) -> None:
    opened = chapter(name).open(few())
    list(islice(opened.exhibits, 2))
    opened.exhibits.close()  # type: ignore[attr-defined]
    assert next(opened.exhibits, None) is None


@pytest.mark.parametrize("name", NAMES)
def test_an_exhibit_crosses_a_process_boundary(name: str) -> None:
    shown = ExhibitShown(1, name, last(name, few()))
    back = decode_news(encode(shown))
    # As text, which tells a number of another library from Python's own.
    assert (back, repr(back)) == (shown, repr(shown))


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_prints_as_plain_text_within_the_width(name: str) -> None:
    about = chapter(name)
    opened = about.open(few())
    exhibit = Exhibit(())
    for exhibit in filter(None, opened.exhibits):
        assert max(map(cells, plain.picture(exhibit)), default=0) <= WIDTH
    lines = plain.chapter(opened, about, exhibit)
    assert lines[1] == f"{about.number}. {about.title}"
    assert max(map(cells, lines)) <= WIDTH
    assert opened.code in "\n".join(lines)
    assert not any("\x1b" in line for line in lines)


def test_only_races_ask_for_the_main_run_to_rest() -> None:
    assert [c.name for c in chapters() if c.pauses_run] == ["race", "optimizers"]


@pytest.mark.parametrize("name", NAMES)
def test_the_lab_leaves_torchs_own_generator_alone(name: str) -> None:
    import torch

    before = torch.get_rng_state()
    last(name, few(), **({"draws": "10"} if name == "generators" else {}))
    assert torch.equal(before, torch.get_rng_state())


def test_a_further_chapter_is_a_further_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fifteenth.py").write_text(
        "from dataclasses import replace\n"
        "from engine.lab.counting import CHAPTER as FIRST\n"
        "CHAPTER = replace(FIRST, number=15, name='fifteenth')\n"
    )
    monkeypatch.setattr(lab, "__path__", [*lab.__path__, str(tmp_path)])
    assert [c.name for c in chapters.__wrapped__()] == [*NAMES, "fifteenth"]


def test_a_number_is_written_as_people_write_it() -> None:
    assert [number(-1.5, ".1f"), number(-1e-9, ".4f"), number(float("inf"))] == [
        "−1.5",
        "0.0000",
        "infinite",
    ]
    assert [number(1234567), number(-3), number(float("nan"))] == ["1,234,567", "−3", "nan"]
