"""Where there is only ASCII another symbol stands for each, in as many columns."""

from __future__ import annotations

import io
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import click
import pytest
from textual._border import BORDER_CHARS

import engine
import tui
from engine.text.width import cells
from tui.text.ascii import OTHER, SAME, drawn, is_ascii, plain, sparse, tolerate_any_symbol

PACKAGES = [Path(package.__path__[0]) for package in (tui, engine)]

LETTERS = ("L", "M", "Z", "C", "Sk")
"""What of the source is of words, as they are cleaned and measured, and is drawn by none of it."""


def own(symbol: str) -> bool:
    """Whether a symbol is one that the program draws of its own accord."""
    is_greek = "GREEK" in unicodedata.name(symbol, "")
    return is_greek or not unicodedata.category(symbol).startswith(LETTERS)


def test_all_symbols_of_the_source_have_one_that_stands_for_them() -> None:
    texts = (file.read_text() for package in PACKAGES for file in package.rglob("*.py"))
    symbols = {symbol for text in texts for symbol in text if not symbol.isascii()}
    assert len(symbols) > 100
    strangers = {s for s in symbols if own(s) and not drawn(s)}
    # Of flags and faces, and the marks that keep scripts apart, none is the program's own.
    assert not {s for s in strangers if ord(s) < 0x10000}, strangers


def test_borders_charts_and_bars_have_symbols_that_stand_for_them() -> None:
    borders = {s for rows in BORDER_CHARS.values() for row in rows for s in row}
    blocks = {chr(code) for code in range(0x2500, 0x25A0)}
    braille = {chr(code) for code in range(0x2800, 0x2900)}
    for symbol in borders | blocks | braille:
        assert len(plain(symbol)) == 1
        assert plain(symbol).isascii()
        assert plain(symbol) != OTHER, symbol


def test_each_stands_in_one_column() -> None:
    assert {len(same) for same in SAME.values()} == {1}
    assert all(same.isascii() and same.isprintable() for same in SAME.values())


@pytest.mark.parametrize("text", ["é", "漢字", "o\u0301", "नि", "a漢b", "○ known ● new", "־א"])
def test_whatever_it_is_nothing_beside_it_moves(text: str) -> None:
    assert plain(text).isascii()
    assert cells(plain(text)) == sum(map(cells, text))


def test_a_curve_keeps_its_height_and_its_way() -> None:
    assert [plain(dots) for dots in "⠉⠤⣀"] == ['"', "-", "_"]
    assert [plain(dots) for dots in "⠑⢄⡠⠊⢣⡜⡇"] != ["?"] * 7
    assert (plain("⢣"), plain("⡜"), plain("⡇")) == ("\\", "/", "|")


def test_a_console_keeps_the_frames_that_its_font_has_and_words_as_they_are() -> None:
    assert sparse("╭─┐░█≈ Жук 漢 é") == "┌─┐░█≈ Жук 漢 é"
    assert sparse("⠤▅○…") == plain("⠤▅○…")


@pytest.mark.parametrize(
    ("environ", "is_coerced", "expected"),
    [
        ({"LANG": "C.UTF-8"}, False, False),
        ({"LANG": "de_DE.utf8"}, False, False),
        ({"LANG": "C"}, False, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False, True),
        ({"LC_ALL": "POSIX", "LANG": "C.UTF-8"}, False, True),
        ({"LC_CTYPE": "UTF-8"}, False, False),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True, True),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, False, False),
        ({"LC_CTYPE": "C.UTF-8", "TERM": "xterm-256color"}, True, False),
        ({}, False, False),
        ({"TERM": "vt100"}, False, True),
        ({"LANG": "C", "MAKEMORE_ASCII": "0"}, False, False),
        ({"LANG": "C.UTF-8", "MAKEMORE_ASCII": "1"}, False, True),
    ],
)
def test_the_locale_says_whether_there_is_only_ascii(
    environ: Mapping[str, str], is_coerced: bool, expected: bool
) -> None:
    assert is_ascii(environ, is_coerced=is_coerced) is expected


class Stream(io.TextIOWrapper):
    """Standard output: a terminal, or not."""

    def __init__(self, *, is_terminal: bool) -> None:
        self.taken = io.BytesIO()
        self._is_terminal = is_terminal
        super().__init__(self.taken, encoding="utf-8")

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("is_terminal", "written"), [(True, b"-inf zo? ..."), (False, "−∞ zoé …".encode())]
)
def test_without_a_screen_a_terminal_gets_ascii_and_a_file_the_words_as_they_are(
    is_terminal: bool, written: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream(is_terminal=is_terminal)
    monkeypatch.setenv("MAKEMORE_ASCII", "1")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    tolerate_any_symbol()
    click.echo("−∞ zoé …", nl=False)
    stream.flush()
    assert stream.taken.getvalue() == written
