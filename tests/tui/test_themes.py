"""All text can be read in every theme: 4.5 : 1 as WCAG has it, and 7 : 1 in a room."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.color import Color as Ink
from rich.color import ColorSystem
from textual.color import Color
from textual.widget import Widget

from tests.tui.fake import FakeEngine, laboratory
from tui import app
from tui.colours.oklab import contrast, distance, from_hex
from tui.colours.themes import (
    CURSORS,
    FAR,
    INKS,
    TEXT,
    THEMES,
    grounds_of,
    least_of,
    lifted,
    of_sixteen,
    parsed,
    readable,
)
from tui.dataset.words import WordList
from tui.widgets.fields import SettingInput
from tui.widgets.lines import FILLED, LINE_ROLES, own_style, role_style

OWN = [name for name, theme in THEMES.items() if not theme.ansi]
"""Themes with colours of their own; those of the others are up to the terminal."""


@pytest.fixture
def all_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_COLOR_SYSTEM", "truecolor")


def variables(name: str) -> dict[str, str]:
    theme = THEMES[name]
    return {**theme.to_color_system().generate(), **theme.variables}


@pytest.mark.parametrize("name", OWN)
def test_every_ink_of_a_theme_is_read_on_every_ground(name: str) -> None:
    found = readable(variables(name), least_of(name))
    least = FAR if name == "projector" else TEXT
    for ground in grounds_of(found):
        assert {ink: c for ink in INKS if (c := contrast(found[ink], ground)) < least} == {}
    page = Color.parse(found["background"])
    for cursor, below in CURSORS.items():
        under = page + parsed(found[below]) + parsed(found[f"{cursor}-background"])
        assert contrast(found[f"{cursor}-foreground"], under.hex6) >= least


def test_a_theme_in_the_colours_of_the_terminal_is_left_alone() -> None:
    assert {*THEMES} - {*OWN}
    for name in {*THEMES} - {*OWN}:
        assert readable(variables(name)) == variables(name)


def test_what_is_read_already_stays_and_what_is_lifted_keeps_its_hue() -> None:
    assert lifted("#ffa62b", ["#121212"], TEXT) == "#ffa62b"
    for ground in ("#e0e0e0", "#2e3440"):
        moved = lifted("#a86d1c", [ground], TEXT)
        assert TEXT <= contrast(moved, ground) < TEXT + 0.1
        before, after = from_hex("#a86d1c"), from_hex(moved)
        assert before.b * after.b > 0
        assert abs(after.a / after.b - before.a / before.b) < 0.1
        assert distance(before, after) < 0.5


def test_no_text_is_written_in_a_colour_that_is_not_seen_to() -> None:
    sheet = (Path(app.__file__).parent / "app.tcss").read_text()
    sheet = re.sub(r"Laboratory:nocolor[^}]*}", "", sheet)
    inks = re.findall(r"(?<![-\w])color: \$([\w-]+)([^;]*);", sheet)
    known = {*INKS, *(f"{cursor}-foreground" for cursor in CURSORS)}
    assert len(inks) > 20
    assert {(ink, share) for ink, share in inks if ink not in known or share} == set()


@pytest.mark.parametrize("name", [name for name in OWN if not THEMES[name].dark])
def test_of_sixteen_colours_no_light_theme_writes_in_green_yellow_or_cyan(name: str) -> None:
    found = of_sixteen(readable(variables(name)))
    inks = {ink: Ink.parse(found[ink]).downgrade(ColorSystem.STANDARD).number for ink in INKS}
    assert not {ink: number for ink, number in inks.items() if number in (2, 3, 6, 10, 11, 14)}
    assert found["footer-key-foreground"] == found["text-accent"]


@pytest.mark.slow
async def test_the_row_that_is_chosen_is_seen_in_sixteen_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, text in {"TERM": "xterm", "COLORTERM": "", "TEXTUAL_COLOR_SYSTEM": ""}.items():
        monkeypatch.setenv(name, text)
    async with laboratory(FakeEngine()) as (lab, pilot):
        assert lab.has_class("-sixteen")
        rows = lab.main.query_one(WordList)
        for theme in OWN:
            lab.theme = theme
            await pilot.pause()
            grounds = own_style(rows).bgcolor, role_style(rows, "chosen").bgcolor
            plain, chosen = (
                ground.downgrade(ColorSystem.STANDARD) for ground in grounds if ground is not None
            )
            assert plain != chosen, theme


def of_role(widget: Widget, role: str) -> float:
    """Contrast of a role as a widget draws it."""
    look = role_style(widget, role)
    assert look.color is not None
    assert look.bgcolor is not None
    ink, ground = (c.get_truecolor().hex for c in (look.color, look.bgcolor))
    return contrast(ink, ground)


async def _check(themes: list[str]) -> None:
    async with laboratory(FakeEngine(), size=(160, 50)) as (lab, pilot):
        for theme in themes:
            lab.theme = theme
            await pilot.pause()
            least = FAR if theme == "projector" else TEXT
            for id in ("#status", "#keys", "#choices"):
                widget = lab.main.query_one(id)
                drawn = {role: of_role(widget, role) for role in LINE_ROLES if role not in FILLED}
                seen_to = {r for r in drawn if not r.startswith("run-") or id == "#choices"}
                assert {r: c for r, c in drawn.items() if r in seen_to and c < least} == {}
            for role in FILLED:
                assert of_role(lab.main.query_one("#status"), role) >= least
            for field in (lab.main.query_one("#filter"), lab.main.query(SettingInput).first()):
                ground = Color.parse(field.styles.background.hex)
                look = field.get_component_styles("input--placeholder")
                for ink in (field.colors[3], look.color):
                    assert contrast(ink.hex6, ground.hex6) >= least


@pytest.mark.usefixtures("all_colours")
async def test_every_role_is_read_where_it_stands() -> None:
    await _check(["textual-light"])


@pytest.mark.slow
@pytest.mark.usefixtures("all_colours")
async def test_every_role_is_read_where_it_stands_in_all_themes() -> None:
    await _check(OWN)
