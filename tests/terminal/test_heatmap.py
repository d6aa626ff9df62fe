"""The heatmap on a terminal: views, zoom, cursor, filter, path; in few colours and in none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.terminal.conftest import Start

pytestmark = pytest.mark.terminal

VIEWS = ("P · counts", "p · network", "log N", "W · logits, rows centred",
         "p − P · network − counts", "gradient", "N · counts")  # fmt: skip


@pytest.mark.slow
def test_every_view_is_a_key_away_and_can_be_picked(start: Start) -> None:
    lab = start(size=(160, 50)).open()
    for title in VIEWS:
        lab.press("v")
        lab.wait_for(f"2 Heatmap · {title}")
    lab.press("V")
    lab.wait_for("2 Heatmap · gradient")
    lab.press("p")
    lab.wait_for("View: W · logits")
    lab.press(*"logits")
    lab.wait_for(lambda: (first := re.search("View: .", lab.text)) and first[0] == "View: W")
    lab.press("enter")
    lab.wait_for("W · logits, rows centred")
    lab.press("C")
    lab.wait_for("W · logits, raw")
    lab.press("v", "v", "v", "v", "]")
    lab.wait_for("P · counts, smoothing 3")
    lab.press("[", "[")
    lab.wait_for("P · counts, smoothing 0.3")


@pytest.mark.soak
def test_the_lectures_figure_scrolls_with_the_cursor(start: Start) -> None:
    lab = start(size=(160, 62)).open()
    lab.press("m", *"zzzzz")
    lab.wait_for(lambda: re.search(r"\.a +\.b +\.c", lab.text))
    lab.wait_for(lambda: re.search(r"4438 *1311 *1553", lab.text))
    lab.wait_for(lambda: re.search(r"rows \.–\w", lab.text))
    for _ in range(26):
        lab.press("down")
    lab.wait_for(lambda: re.search(r"rows \w–z", lab.text))
    lab.wait_for(lambda: re.search(r"z\. +za +zb", lab.text))
    lab.press("0")
    lab.wait_for_no("zoom 5×2")


@pytest.mark.slow
@pytest.mark.parametrize("size", [pytest.param((160, 50), marks=pytest.mark.soak), (80, 24)])
def test_enter_shows_the_words_with_the_bigram_and_escape_all_words(
    start: Start, size: tuple[int, int]
) -> None:
    lab = start(size=size).open()
    lab.press("enter")
    # As many words begin with a as there are bigrams `.a`; said in full where there is room.
    lab.wait_for(lambda: re.search("4,438( of 32,257|/32.3k)", lab.text))
    lab.press("esc")
    lab.wait_for(lambda: not re.search("4,438( of|/)", lab.text))


@pytest.mark.soak
def test_a_word_draws_its_path_and_escape_clears_it(start: Start) -> None:
    lab = start(size=(160, 50)).open()
    lab.press("1", "down")
    lab.wait_for("path of olivia")
    lab.press("esc")
    lab.wait_for_no("path of olivia")


@pytest.mark.soak
def test_a_click_moves_the_cursor(start: Start) -> None:
    lab = start(size=(160, 50)).open()
    lab.wait_for(lambda: re.search(r"│ *c *│", lab.text))
    before = lab.text
    # The letters above the cells are no cells; the one below `e`, in the row of `c`, is `ce`.
    y = next(i for i, line in enumerate(before.splitlines(), 1) if re.search(r"│ *c *│", line))
    x = next(line.index(" e ") + 2 for line in before.splitlines() if " d  e  f " in line)
    lab.write(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m".encode())
    lab.wait_for(lambda: re.search(r" ce +P", lab.text))


@pytest.mark.slow
def test_an_alphabet_of_other_scripts_keeps_the_frame_straight(
    start: Start, tmp_path: Path
) -> None:
    script = [chr(0x4E00 + 7 * i) for i in range(300)]
    words = ("".join(script[i % 300 :: 61]) for i in range(600))
    file = tmp_path / "script.txt"
    file.write_text("\n".join(words), encoding="utf-8")
    lab = start("--data", str(file), size=(160, 50)).open()
    lab.wait_for(lambda: re.search(r"columns \.–", lab.text))
    for _ in range(3):
        lab.press("end", "pagedown")
    lab.settle()
    lab.wait_for(lambda: not re.search(r"columns \.–", lab.text))
    lines = [line for line in lab.text.splitlines() if "╎" in line]
    assert len(lines) > 30
    assert len({cell_len(line[: line.index("╎")]) for line in lines}) == 1
    assert len({cell_len(line) for line in lines}) == 1, lab.text
