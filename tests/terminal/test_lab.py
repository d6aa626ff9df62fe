"""The lab on a terminal: every chapter by keys, every sentence whole."""

from __future__ import annotations

import json
import re
from itertools import takewhile
from pathlib import Path

import pytest

from engine.lab import chapters
from engine.words.dataset import Dataset
from tests.conftest import WriteWords
from tests.engine.lab.support import data_of, last, notes
from tests.terminal.conftest import Start
from tests.terminal.emulator import KEYS, Terminal

pytestmark = pytest.mark.terminal

DOWN = KEYS["down"] * 8
"""Half a page down: page down itself goes on to the next thing where a page ends."""

FIGURE = re.compile(r"[−\d][\d,.]*(e[−+]?\d+)?")


def pane(lab: Terminal, title: str) -> list[str]:
    """The lines inside the frame that bears a title, without the scroll bar."""
    rows = lab.text.split("\n")
    top = next(y for y, row in enumerate(rows) if title in row and "╭" in row)
    left = rows[top].rindex("╭", 0, rows[top].index(title))
    right = rows[top].index("╮", left)
    lines: list[str] = []
    for row in rows[top + 1 :]:
        inside = row.ljust(right + 1)[left : right + 1]
        if inside.startswith("╰"):
            return lines
        lines.append(inside[2:-2].rstrip(" ▁▂▃▄▅▆▇█").strip())
    raise AssertionError(f"the frame of {title} has no end:\n{lab.text}")


def at_rest(lab: Terminal, title: str) -> list[str]:
    """The lines inside a frame, once they stand still."""
    lines: list[str] = []
    for _ in range(40):
        lab.drain(0.08)
        before, lines = lines, pane(lab, title)
        if before == lines:
            return lines
    raise AssertionError(f"{title} does not come to rest:\n{lab.text}")


def whole(lab: Terminal, title: str, first: str, last: str) -> str:
    """Everything inside a frame, page after page, from the first words to the last."""
    at_rest(lab, title)
    lab.press("home")
    lab.wait_for(first)
    lines = at_rest(lab, title)
    for _ in range(40):
        lab.press(DOWN)
        page = at_rest(lab, title)
        overlap = next(n for n in range(len(page), -1, -1) if lines[len(lines) - n :] == page[:n])
        lines += page[overlap:]
        read = " ".join(" ".join(lines).split())
        if read.endswith(last):
            return read
    raise AssertionError(f"{last!r} does not come:\n{read}")


def exhibit(lab: Terminal) -> str:
    """All that an exhibit says at its end, page after page."""
    pages: list[list[str]] = []
    for _ in range(100):
        lab.wait_for("━ done")
        pages.append(at_rest(lab, "Exhibit"))
        if not any("━ done" in line for line in pages[-1]):
            pages = []  # It was at its end before, and began again only now.
        elif len(pages) > 2 and pages[-1] == pages[-2] == pages[-3]:
            # Once more than seems needed: on a busy machine a key may be heard late.
            # Dials and progress stay where they are: a sentence may go from page to page below.
            alike = takewhile(lambda lines: len(set(lines)) == 1, zip(*pages[:-1], strict=False))
            top = len(list(alike)) if len(pages) > 2 else 0
            lines = [*pages[0][:top], *(line for page in pages for line in page[top:])]
            return " ".join(" ".join(lines).split())
        lab.press(DOWN if pages else "home")
    raise AssertionError(f"the exhibit has no end:\n{lab.text}")


def without_figures(text: str) -> str:
    """A text with its numbers left open: some are times."""
    return FIGURE.sub("#", text)


@pytest.mark.soak
def test_a_walk_through_the_lab_finds_every_sentence_whole(
    start: Start, names: Dataset, words_file: WriteWords
) -> None:
    words = names.words[:300]
    few, data = words_file("\n".join(words)), data_of(words)
    still = {"TEXTUAL_ANIMATIONS": "none"}
    lab = start("--data", few, looks=["--lab", "counting"], size=(80, 24), env=still)
    for about in chapters():
        lab.wait_for(f"▸{about.number}")
        lab.press("a")
        title = f"{about.number}. {about.title} ─"
        lab.wait_for(title)
        lab.wait_for("Answer")
        texts = [" ".join(t.split()) for t in (about.text, about.question, about.answer)]
        read = whole(lab, title, texts[0][:20], texts[-1][-20:])
        for text in texts:
            assert text in read
        lab.press("l", "F")
        lab.wait_for("─ Exhibit ─")
        said = without_figures(exhibit(lab))
        for note in notes(last(about.name, data)).splitlines():
            assert without_figures(note) in said
        lab.press("j")
    lab.press("esc")
    lab.wait_for("1 Dataset")
    memory = json.loads((lab.state / "memory.json").read_text())
    assert memory["lab"]["last"] == "exercises"


@pytest.mark.slow
def test_the_lab_is_opened_left_and_found_again_by_keys(
    start: Start, words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = words_file("emma\nolivia\nava\n")
    monkeypatch.chdir(Path(data).parent)  # The code that is copied names no folder.
    lab = start("--data", data, size=(120, 40)).open()
    lab.press("L")
    lab.wait_for("1. Counting with a dict")
    lab.press("4")
    lab.wait_for("enter to guess")
    lab.press("a")
    lab.wait_for("━ done")
    lab.press("y")
    lab.wait_for("Also in")
    code = (lab.state / "lab-figure.py").read_text()
    held: dict[str, object] = {}
    exec(code, held)
    assert int(held["N"].sum()) == 16  # type: ignore[attr-defined]
    lab.press("I")
    lab.wait_for("2 Heatmap")
    lab.press("L")
    lab.wait_for("4. The square figure")
    lab.press("ctrl+q")
    assert lab.last_words()[0] == 0


@pytest.mark.slow
def test_a_race_is_watched_stopped_and_begun_again(start: Start) -> None:
    lab = start(looks=["--lab", "optimizers"], size=(100, 40))
    lab.wait_for("enter to guess")
    lab.press("a")
    lab.wait_for("of 34")
    lab.press("j", "k")
    lab.wait_for("of 34")
    lab.press("F")
    lab.wait_for("━ done")
    lanes = [row.split() for row in pane(lab, "Exhibit")]
    took = {row[0]: row[row.index("1e-3") + 1] for row in lanes if "1e-3" in row and "ms" in row}
    assert took == {
        "plain": "1,296",
        "rows": "298",
        "momentum": "54",
        "Rprop": "18",
        "Newton": "5",
        "counting": "1",
    }
    lab.press("F")
    lab.wait_for("of 34")
    lab.press("ctrl+q")
    assert lab.last_words()[0] == 0


@pytest.mark.slow
def test_the_first_keys_belong_to_the_lab_it_was_started_with(
    start: Start, words_file: WriteWords
) -> None:
    lab = start(
        "--data", words_file("emma\nolivia\nava\n"), looks=["--lab", "counting"], size=(80, 24)
    )
    while lab.is_echoing:
        lab.drain(0.005)
    lab.press("j", "a")
    lab.wait_for("▸2")
    lab.wait_for("2. Generators")
    lab.wait_for(" Text ")


def test_a_wrong_name_is_refused_with_those_there_are(start: Start) -> None:
    code, words = start(looks=["--lab", "trigrams"]).last_words()
    assert code == 2
    assert "there are counting, generators" in words
