"""Make the moving picture of the README: the tour, as makemore-tui --demo plays it.

Run it from the project's root: python .readme/film.py [FOLDER]; it is put beside this file, or into
the folder. The app plays the tour on a terminal and records it; the cast is drawn frame by frame.
Needs a monospace font that Pillow finds by name.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from functools import cache
from pathlib import Path

import pyte
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.terminal.emulator import PRIVATE, Screen, Terminal  # noqa: E402
from tui.demo.script import TOUR  # noqa: E402

SIZE = (120, 40)
CELL = (8, 16)
"""Pixels of a character."""

FRAMES = 4.0
"""Pictures a second, at most."""

FONTS = ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf")
INK, GROUND = (220, 220, 220), (18, 18, 18)


def play(cast: Path) -> None:
    """Have the app play the tour once, and record it."""
    script = cast.with_suffix(".txt")
    script.write_text(f"{TOUR.read_text(encoding='utf-8')}\nkeys q\n", encoding="utf-8")
    terminal = Terminal(cast.parent, "--demo", str(script), "--record", str(cast), size=SIZE)
    while not terminal.has_ended:
        terminal.feed(0.1)
    terminal.close()


def frames(cast: Path) -> list[tuple[Image.Image, int]]:
    """Draw what the screen showed, and for how many milliseconds."""
    header, *events = map(json.loads, cast.read_text(encoding="utf-8").splitlines())
    screen = Screen(header["width"], header["height"])
    stream = pyte.ByteStream(screen)
    drawn: list[tuple[Image.Image, float]] = []
    due, last = None, 0.0
    for time, kind, text in events:
        if "\x1b[?1049l" in text:
            break
        if kind == "o":
            if due is not None and time >= due:
                drawn.append((draw(screen), due))
                due = None
            stream.feed(PRIVATE.sub(b"", text.encode()))
            due = due if due is not None else max(time, last + 1 / FRAMES)
            last = due
    drawn.append((draw(screen), last))
    ends = [start for _, start in drawn[1:]] + [last + 2]
    return [
        (image, max(20, round(1000 * (end - start))))
        for (image, start), end in zip(drawn, ends, strict=True)
    ]


@cache
def font(is_bold: bool) -> ImageFont.FreeTypeFont:
    """The font, for the size of a cell."""
    return ImageFont.truetype(FONTS[is_bold], 13)


@cache
def cell(symbol: str, ink: tuple[int, ...], ground: tuple[int, ...], is_bold: bool) -> Image.Image:
    """Draw one character."""
    image = Image.new("RGB", CELL, ground)
    pen = ImageDraw.Draw(image)
    width, height = CELL
    code = ord(symbol[0])
    if 0x2581 <= code <= 0x2588:
        pen.rectangle([0, height - height * (code - 0x2580) // 8, width, height], fill=ink)
    elif symbol == "▀":
        pen.rectangle([0, 0, width, height // 2 - 1], fill=ink)
    elif 0x2589 <= code <= 0x258F:
        pen.rectangle([0, 0, width * (0x2590 - code) // 8 - 1, height], fill=ink)
    elif 0x2800 <= code <= 0x28FF:
        dots = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
        for bit, (x, y) in enumerate(dots):
            if code >> bit & 1:
                pen.rectangle([1 + 4 * x, 1 + 4 * y, 2 + 4 * x, 2 + 4 * y], fill=ink)
    elif symbol != " ":
        pen.text((0, 0), symbol, font=font(is_bold), fill=ink)
    return image


def draw(screen: Screen) -> Image.Image:
    """Draw the screen."""
    width, height = CELL
    image = Image.new("RGB", (screen.columns * width, screen.lines * height), GROUND)
    for y in range(screen.lines):
        for x in range(screen.columns):
            at = screen.buffer[y][x]
            ink, ground = colour(at.fg, INK), colour(at.bg, GROUND)
            if at.reverse:
                ink, ground = ground, ink
            image.paste(cell(at.data or " ", ink, ground, at.bold), (x * width, y * height))
    return image


def colour(name: str, usual: tuple[int, ...]) -> tuple[int, ...]:
    """Give a colour as red, green, blue."""
    if not re.fullmatch("[0-9a-f]{6}", name):
        return usual
    return tuple(int(name[at : at + 2], 16) for at in (0, 2, 4))


def main() -> None:
    """Play, draw, write."""
    with tempfile.TemporaryDirectory() as folder:
        cast = Path(os.environ.get("CAST") or f"{folder}/tour.cast")
        if not cast.exists():
            play(cast)
        shown = frames(cast)
    images, times = [image for image, _ in shown], [time for _, time in shown]
    target = Path((sys.argv[1:] or [str(HERE)])[0]) / "tour.webp"
    images[0].save(
        target, save_all=True, append_images=images[1:], duration=times, loop=0,
        lossless=True, method=6, minimize_size=True,
    )  # fmt: skip
    seconds, size = sum(times) / 1000, target.stat().st_size / 1e6
    sys.stdout.write(f"{target}: {size:.2f} MB, {len(images)} frames, {seconds:.0f} s\n")


main()
