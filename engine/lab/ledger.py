"""An exercise as parts of an exhibit: in its tables, what recipes share is said once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from engine.lab.exhibit import Cell, Column, Note, Part, Table, columns, number
from engine.protocol import Card, ExerciseWorked, Figure

MOST_COLUMNS = 4
"""Most columns of figures beside one another."""

FULL = 0.6
"""Share of the cells from which on figures are laid out in rows and columns."""

_JOINT = ", "
"""What stands between the parts of a recipe."""


def laid_out(event: ExerciseWorked, aside: tuple[Part, ...] = ()) -> tuple[Part, ...]:
    """Lay an exercise out: what became of the number first, then the task, then the figures.

    Args:
        event: what came of it so far.
        aside: parts to be shown below the task.
    """
    name = event.command.name.strip().upper()
    parts: list[Part] = [Note(f"{name}: {event.title}", "strong")]
    if event.diagnosis:
        parts += [Note(sentence, "strong") for sentence in event.diagnosis.sentences]
    parts.append(Note(event.task))
    parts += aside
    parts += [Note(f"· {choice}", "faint") for choice in event.choices]
    cards = {card.name: card for card in event.cards}
    for group, figures in groupby(event.figures, key=lambda figure: figure.group):
        card = cards.pop(group, None)
        if card is None:
            parts.append(ledger(group, tuple(figures)))
        else:
            parts += [_listed_card(card, tuple(figures)), Note(card.why)]
    parts += [Note(f"{card.title}: {card.why}") for card in cards.values()]
    return (*parts, *map(Note, event.remarks))


def ledger(title: str, figures: Sequence[Figure]) -> Table:
    """Lay figures out: their recipes differ in what stands last, and in what stands before it."""
    split = _stripped([figure.recipe.split(_JOINT) for figure in figures])
    places = [(_JOINT.join(parts[:-1]), parts[-1]) for parts in split]
    before, last = (list(dict.fromkeys(place[i] for place in places)) for i in (0, 1))
    if min(len(before), len(last)) < 2 or len(places) < FULL * len(before) * len(last):
        return _listed(title, [_JOINT.join(parts) for parts in split], figures)
    if len(before) < len(last):
        before, last = last, before
        places = [(column, row) for row, column in places]
    if len(last) > MOST_COLUMNS:
        return _listed(title, [_JOINT.join(parts) for parts in split], figures)
    by_place = dict(zip(places, _cells(figures), strict=True))
    form = _form(figures)
    rows = tuple((row, *(by_place.get((row, column), "") for column in last)) for row in before)
    return Table(title, (Column(""), *(Column(label, form) for label in last)), rows)


def _listed_card(card: Card, figures: Sequence[Figure]) -> Table:
    """List the figures of an experiment; its title is not said again in each."""
    recipes = [figure.recipe.removeprefix(f"{card.title}: ") for figure in figures]
    return _listed(f"{card.title} ({card.name})", recipes, figures)


def _listed(title: str, recipes: Sequence[str], figures: Sequence[Figure]) -> Table:
    rows = tuple(zip(recipes, _cells(figures), strict=True))
    form = _form(figures)
    return Table(title, columns("recipe", f"{'nats' if form else 'value'}|{form}"), rows)


def _stripped(recipes: list[list[str]]) -> list[list[str]]:
    """Recipes without the parts that all of them begin with; the last part of each stays."""
    most = min(map(len, recipes)) - 1
    shared = 0
    while shared < most and len({parts[shared] for parts in recipes}) == 1:
        shared += 1
    return [parts[shared:] for parts in recipes]


def _form(figures: Sequence[Figure]) -> str:
    """Format of figures in nats; those in other units are written out."""
    return ".7f" if all(figure.unit == "nats" for figure in figures) else ""


def _cells(figures: Sequence[Figure]) -> list[Cell]:
    """Figures as cells of a table, as they are if all are in nats."""
    if _form(figures):
        return [float(figure.value) for figure in figures]
    return [_written(figure) for figure in figures]


def _written(figure: Figure) -> str:
    """A figure with its unit."""
    if figure.unit == "nats":
        return number(figure.value, ".7f")
    is_whole = figure.value == int(figure.value)
    text = number(figure.value, ",.0f" if is_whole else ".6g")
    return f"{text} {figure.unit}".rstrip()
