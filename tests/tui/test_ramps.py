"""Ramps are even, readable, and right for colour-blind eyes and poor terminals."""

from __future__ import annotations

import math
from itertools import pairwise, product

import pytest
from rich.color import Color, ColorSystem

from tui.colours.depth import Depth, colour_depth
from tui.colours.oklab import (
    Lab,
    contrast,
    distance,
    from_hex,
    from_linear,
    luminance,
    parse,
    to_hex,
)
from tui.colours.palettes import (
    ANSI_DARK,
    ANSI_LIGHT,
    LOOKS,
    RAMPS,
    XTERM_DARK,
    XTERM_LIGHT,
    Kind,
    worn,
)
from tui.colours.ramps import Ramp, ramp

KINDS: list[Kind] = list(LOOKS)
SIGNED: list[Kind] = ["difference", "gradient"]
THEMES = [True, False]
COLOURED = [Depth.TRUECOLOR, Depth.XTERM, Depth.ANSI]
DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""


def arms(look: Ramp) -> list[list[Lab]]:
    """Return the colours from the background outwards: one arm, or two if the ramp diverges."""
    colours = [from_hex(colour) for colour in look.colours]
    if not look.is_diverging:
        return [colours]
    middle = look.count // 2
    return [colours[middle:], colours[middle::-1]]


def as_seen_by_a_deuteranope(colour: str) -> Lab:
    rgb = parse(colour)
    seen = [sum(w * c for w, c in zip(row, rgb, strict=True)) for row in DEUTERANOPIA]
    channels = (round(255 * from_linear(min(1.0, max(0.0, channel)))) for channel in seen)
    return from_hex("#" + "".join(f"{channel:02x}" for channel in channels))


@pytest.mark.parametrize("kind", KINDS)
def test_lightness_goes_one_way_from_the_background(kind: Kind) -> None:
    for dark, depth in product(THEMES, COLOURED):
        for arm in arms(ramp(kind, dark, depth)):
            steps = [other.lightness - one.lightness for one, other in pairwise(arm)]
            assert all(step > 0 if dark else step < 0 for step in steps)


def luminance_star(colour: str) -> float:
    """L* of CIE 1976, from 0 to 100: what the eye calls lightness, worked out another way."""
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > (6 / 29) ** 3 else y * (29 / 3) ** 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_grey_print_keeps_the_order(kind: Kind) -> None:
    for dark, depth in product(THEMES, [Depth.TRUECOLOR, Depth.XTERM]):
        look = ramp(kind, dark, depth)
        seen = [luminance_star(colour) for colour in look.colours]
        middle = look.count // 2 if look.is_diverging else 0
        for arm in (seen[middle:], seen[middle::-1] if middle else []):
            assert all((other > one) is dark for one, other in pairwise(arm)), seen


HUE = 36.0
"""Degrees that one of the 256 colours may be off; the palette has but 36 hues in all, most of them
dull."""


@pytest.mark.parametrize("kind", KINDS)
def test_of_256_colours_a_ramp_keeps_to_its_family_of_hues(kind: Kind) -> None:
    for dark in THEMES:
        colours = ramp(kind, dark, Depth.XTERM).colours
        full = [from_hex(colour) for colour in ramp(kind, dark, Depth.TRUECOLOR).colours]
        half = len(colours) // 2
        for i, colour in enumerate(colours):
            lab = from_hex(colour)
            sides = full[len(full) // 2 :] if i > half else full[: len(full) // 2]
            own = sides if LOOKS[kind].is_diverging else full
            meant = min(own, key=lambda other: abs(other.lightness - lab.lightness))
            if math.hypot(lab.a, lab.b) < 0.06 or math.hypot(meant.a, meant.b) < 0.02:
                continue  # So near to grey a hue is not seen.
            off = abs(math.degrees(math.atan2(lab.b, lab.a) - math.atan2(meant.b, meant.a))) % 360
            assert min(off, 360 - off) < HUE, (dark, colour)


@pytest.mark.parametrize("kind", KINDS)
def test_truecolour_steps_are_even(kind: Kind) -> None:
    for dark in THEMES:
        for arm in arms(ramp(kind, dark, Depth.TRUECOLOR, 32)):
            steps = [distance(one, other) for one, other in pairwise(arm)]
            assert max(steps) / min(steps) < 1.5


@pytest.mark.parametrize("kind", KINDS)
def test_steps_of_the_256_colours_are_even_enough_and_can_all_be_seen(kind: Kind) -> None:
    for dark in THEMES:
        for arm in arms(ramp(kind, dark, Depth.XTERM)):
            steps = [distance(one, other) for one, other in pairwise(arm)]
            assert min(steps) > 0.035
            assert max(steps) / min(steps) < 4


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_levels_look_the_same(kind: Kind) -> None:
    for dark, depth in product(THEMES, COLOURED):
        colours = ramp(kind, dark, depth).colours
        assert len(set(colours)) == len(colours)


@pytest.mark.parametrize("kind", KINDS)
def test_palette_colours_reach_the_terminal_unchanged(kind: Kind) -> None:
    for dark in THEMES:
        tables = (
            (Depth.XTERM, ColorSystem.EIGHT_BIT, XTERM_DARK if dark else XTERM_LIGHT),
            (Depth.ANSI, ColorSystem.STANDARD, ANSI_DARK if dark else ANSI_LIGHT),
        )
        for depth, system, table in tables:
            colours = ramp(kind, dark, depth).colours
            sent = tuple(Color.parse(colour).downgrade(system).number for colour in colours)
            assert sent == table[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_text_can_be_read_on_every_level(kind: Kind) -> None:
    for dark, depth in product(THEMES, COLOURED):
        look = ramp(kind, dark, depth)
        for level, colour in enumerate(look.colours):
            assert contrast(colour, look.text_colour(level)) >= 4.5


@pytest.mark.parametrize("kind", KINDS)
def test_low_values_melt_into_the_background(kind: Kind) -> None:
    for dark in THEMES:
        for arm in arms(ramp(kind, dark, Depth.TRUECOLOR)):
            assert contrast(to_hex(arm[0]), "#121212" if dark else "#eeeeee") < 1.35


@pytest.mark.parametrize("kind", KINDS)
def test_order_is_kept_for_a_deuteranope(kind: Kind) -> None:
    for dark in THEMES:
        look = ramp(kind, dark, Depth.TRUECOLOR, 17)
        middle = look.count // 2 if look.is_diverging else 0
        seen = [as_seen_by_a_deuteranope(colour).lightness for colour in look.colours]
        sides = [seen[middle:], seen[middle::-1]] if middle else [seen]
        for side in sides:
            assert all((other > one) is dark for one, other in pairwise(side))


@pytest.mark.parametrize(
    ("kind", "dark", "depth"), list(product(SIGNED, THEMES, [Depth.TRUECOLOR, Depth.XTERM]))
)
def test_signs_are_told_apart_by_a_deuteranope(kind: Kind, dark: bool, depth: Depth) -> None:
    seen = [as_seen_by_a_deuteranope(colour) for colour in ramp(kind, dark, depth).colours]
    quarter = len(seen) // 4
    for negative, positive in ((seen[0], seen[-1]), (seen[quarter], seen[-1 - quarter])):
        assert distance(negative, positive) > 0.09


@pytest.mark.parametrize(("kind", "depth"), list(product(SIGNED, Depth)))
def test_a_signed_ramp_has_a_level_for_zero(kind: Kind, depth: Depth) -> None:
    for wanted in (4, 8, 16, 64):
        assert ramp(kind, True, depth, wanted).count % 2 == 1


@pytest.mark.parametrize("kind", KINDS)
def test_fewer_levels_can_be_asked_for(kind: Kind) -> None:
    for depth in Depth:
        full = ramp(kind, True, depth)
        for wanted in (3, 4, 7, 16, 33, 64):
            few = ramp(kind, True, depth, wanted)
            assert 3 <= few.count <= min(wanted, full.count)
            if depth is not Depth.NONE:
                assert (few.colours[0], few.colours[-1]) == (full.colours[0], full.colours[-1])


@pytest.mark.parametrize("is_ascii", [True, False])
def test_without_colour_values_are_shades(is_ascii: bool) -> None:
    for kind in KINDS:
        look = ramp(kind, True, Depth.NONE, is_ascii=is_ascii)
        assert look.colours == ()
        assert look.text_colour(0) == ""
        assert len(set(look.glyphs)) == look.count
        assert look.glyphs[look.count // 2 if look.is_diverging else 0] == " "
        assert look.glyphs.isascii() is is_ascii


def test_each_kind_has_its_own_look() -> None:
    for depth in (Depth.TRUECOLOR, Depth.XTERM, Depth.ANSI):
        assert len({ramp(kind, True, depth).colours for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("environ", "depth"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Depth.TRUECOLOR),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, Depth.TRUECOLOR),
        ({"TERM": "xterm-direct"}, Depth.TRUECOLOR),
        ({"TERM": "xterm-kitty"}, Depth.TRUECOLOR),
        ({"TERM": "xterm-256color"}, Depth.XTERM),
        ({"TERM": "screen-256color-bce"}, Depth.XTERM),
        ({"TERM": "linux"}, Depth.ANSI),
        ({"TERM": "vt100"}, Depth.NONE),
        ({"TERM": "vte-256color"}, Depth.XTERM),
        ({}, Depth.ANSI),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, Depth.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Depth.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, Depth.XTERM),
        ({"TERM": "xterm-256color", "TEXTUAL_COLOR_SYSTEM": "standard"}, Depth.ANSI),
        ({"TERM": "linux", "TEXTUAL_COLOR_SYSTEM": "auto"}, Depth.ANSI),
    ],
)
def test_depth_is_read_from_the_environment(environ: dict[str, str], depth: Depth) -> None:
    assert colour_depth(environ) is depth


def test_textual_is_told_a_colour_system_that_it_knows() -> None:
    assert {depth.colour_system for depth in Depth} == {"truecolor", "256", "standard"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_ramp_that_was_chosen_is_worn_by_all_but_signed_kinds(kind: Kind) -> None:
    assert worn("own", kind) == kind
    chosen = {worn(name, kind) for name in RAMPS if name != "own"}
    assert chosen == ({kind} if kind in SIGNED else set(RAMPS.values()) - {None})
