"""What one sees while a name is drawn letter by letter, as rows of text. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from engine.protocol import DrawingShown, Drawn
from engine.text.numbers import number
from tui.overlying import BOARD
from tui.sampling import rail
from tui.sampling.rungs import probability, short
from tui.state import State
from tui.text import glyphs
from tui.text.rows import Role, Row, Run, fit, fitting, paragraph, width_of

LECTURE = (
    "lecture sampler: one number u from [0, 1) for each letter, which is the one whose stretch u "
    "falls on. The same names with every version of torch."
)
TORCH = (
    "torch sampler: torch.multinomial draws inside torch and does not show u, only the letter that "
    "was hit. The names change with the version of torch."
)

LABEL = 8
"""Columns of what stands before a line about the name."""

STEP = 7
"""Columns of one letter of the name."""

KINDS: dict[str, Role] = {"drawn": "strong", "forced": "warn", "prefix": "dim"}
"""How letters look by how they came into the name."""


def page(drawing: DrawingShown, state: State, width: int, height: int) -> list[Row]:
    """Everything, in the order in which it is read, with blanks where there is room."""
    parts: list[list[Row]] = [
        [_way(drawing, width), *_explained(drawing, width)],
        _name(drawing, width),
        _strips(drawing, state, width),
        _sentence(drawing, state.symbols, width),
        [_before(drawing, width), *buttons(width, state.keys)],
    ]
    spare = height - sum(map(len, parts))
    rows: list[Row] = []
    for part in parts:
        if rows and spare > 0:
            rows.append([])
            spare -= 1
        rows += part
    return rows[:height]


def _way(drawing: DrawingShown, width: int) -> Row:
    """How names are drawn here, in the longest form that fits."""
    row = _settings(drawing, "sampler", "temperature")
    prefix = f" · prefix {drawing.command.prefix}" if drawing.command.prefix else ""
    if width_of([*row, (prefix, "dim")]) > width:
        row = _settings(drawing, "", "temp")
    # Where there is no room for all of it, it still stands below, at the beginning of the name.
    row.append((fit(prefix, max(0, width - width_of(row))).rstrip(), "dim"))
    drawn = f" · {drawing.draws:,} drawn"
    return [*row, (drawn, "dim")] if width_of(row) + len(drawn) <= width else row


def _settings(drawing: DrawingShown, sampler: str, temperature: str) -> list[Run]:
    """The settings with these labels; a click changes what can be changed."""
    way = drawing.command
    is_counts = way.model == "counts"
    network = f"network, step {drawing.step:,}"
    model = f"counts, smoothing {number(way.smoothing)}" if is_counts else network
    role: Role = "counts" if is_counts else "network"
    return [
        (model, role, "screen.other_model"),
        (" · ", "dim"),
        (f"{way.sampler} {sampler}".rstrip(), "strong", "screen.other_sampler"),
        (f" · seed {way.seed} · {temperature} ", "dim"),
        (number(way.temperature), "strong"),
    ]


def _explained(drawing: DrawingShown, width: int) -> list[Row]:
    text = LECTURE if drawing.command.sampler == "lecture" else TORCH
    return paragraph(text, max(20, width), "dim")


def _name(drawing: DrawingShown, width: int) -> list[Row]:
    """The name so far: letters, their probabilities, and the average NLL up to each."""
    most = max(1, (width - LABEL) // STEP - 1)
    trail = drawing.trail[-most:]
    more = "…" if len(drawing.trail) > most else ""
    letters: list[Run] = [(f"{'name':<{LABEL - 1}}{more:<1}", "dim")]
    letters += [(_centred(step), KINDS[step.kind]) for step in trail]
    if not drawing.is_over:
        letters.append((f"{'_':^{STEP}}", "accent"))
    p = "".join(f"{probability(step.probability):^{STEP}}" for step in trail)
    nll = "".join(f"{short(step.mean):^{STEP}}" for step in trail)
    return [
        letters,
        [(f"{'p':<{LABEL}}", "dim"), (p, "plain")],
        [(f"{'avg NLL':<{LABEL}}", "dim"), (nll, "dim")],
    ]


def _centred(step: Drawn) -> str:
    text = glyphs.shown(step.symbol)
    left = (STEP - glyphs.width(step.symbol)) // 2
    return fit(" " * left + glyphs.straight(text), STEP)


def _strips(drawing: DrawingShown, state: State, width: int) -> list[Row]:
    """The row that decides, as a strip, and its part around u larger where that is needed."""
    symbols = state.symbols
    first = "".join(map(glyphs.shown, drawing.context)) or "no symbol"
    what = "may begin a name" if set(drawing.context) <= {symbols[0]} else f"may follow “{first}”"
    caption = fitting(
        width,
        f"Row {first} of the table: what {what}, each as long as it is likely",
        f"Row {first} of the table: what {what}",
        f"Row {first}: what {what}",
    )
    whole, part = rail.rails(drawing, width)
    hit = drawing.hit
    target = glyphs.shown(symbols[hit]) if hit is not None else ""
    rows: list[Row] = [
        [(fit(caption, width), "plain")],
        rail.marker(whole, drawing, target),
        rail.strip(whole, hit),
        rail.labels(whole, symbols, hit),
        rail.ticks(whole),
    ]
    if part is not None:
        rows += [rail.strip(part, hit), rail.labels(part, symbols, hit), rail.ticks(part)]
        rows.insert(5, rail.marker(part, drawing, f"{target}   the same, {_times(part)} as large"))
    return rows


def _times(part: rail.Rail) -> str:
    return f"{number(1 / (part.high - part.low), ',.0f')} times"


def _sentence(drawing: DrawingShown, symbols: tuple[str, ...], width: int) -> list[Row]:
    """Say what happened."""
    text = _said(drawing, symbols)
    return paragraph(text, max(20, width), "accent")


def _said(drawing: DrawingShown, symbols: tuple[str, ...]) -> str:
    if drawing.hit is None:
        return "Nothing is drawn yet. Press space to draw the first letter."
    last = drawing.trail[-1]
    symbol = f"“{glyphs.shown(last.symbol)}”"
    p = probability(last.probability)
    if last.kind == "forced":
        text = f"You forced {symbol}, probability {p}; no number was taken from the generator."
    elif drawing.uniform is None:
        text = f"torch.multinomial hit {symbol}, probability {p}."
    else:
        part = rail.stretch(drawing, drawing.hit)
        text = (
            f"u = {number(drawing.uniform, '.6f')} lies between {number(part.start, '.6f')} and "
            f"{number(part.end, '.6f')}: "
            f"{symbol}, probability {p}."
        )
    if drawing.is_over:
        is_cut = last.symbol != symbols[0]
        end = "It is cut here, at 1,000 letters" if is_cut else "That ends the name"
        text += f" {end}; space begins the next."
    return text


def _before(drawing: DrawingShown, width: int) -> Row:
    """Names that are at their end already."""
    if not drawing.names:
        return [("no name finished yet", "dim")]
    text = " ".join(name or "(empty)" for name in drawing.names)
    room = width - len("before: ")
    return [("before: ", "dim"), (text if len(text) <= room else "…" + text[1 - room :], "plain")]


def buttons(width: int, chosen: Mapping[str, str]) -> list[Row]:
    """The keys, each of which can be clicked, in as many lines as they take."""
    rows: list[list[Run]] = [[]]
    keys = [(c.key_in(chosen), c.label, f"screen.{c.action}") for c in BOARD]
    typed = ("a–z", "force a letter", "")
    for key, label, action in [*keys, typed, ("esc", "close", "screen.close")]:
        runs: list[Run] = [(key, "accent"), (f" {label}  ", "dim")]
        if action:
            runs = [(key, "accent", action), (f" {label}  ", "dim", action)]
        if width_of(rows[-1]) + width_of(runs) - 2 > width:
            rows.append([])
        rows[-1] += runs
    return list(rows)
