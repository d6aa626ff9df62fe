"""Figures of an exercise as a table: what their recipes share is said once."""

from __future__ import annotations

from collections.abc import Sequence

from engine.lab.exhibit import Cell, Column, Table, columns, number
from engine.protocol import Figure

MOST_COLUMNS = 4
"""Most columns of figures beside one another."""

FULL = 0.6
"""Share of the cells from which on figures are laid out in rows and columns."""

_JOINT = ", "
"""What stands between the parts of a recipe."""


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


def listed(title: str, figures: Sequence[Figure]) -> Table:
    """List figures one below the other; the title is not said again in each."""
    return _listed(title, [f.recipe.removeprefix(f"{title}: ") for f in figures], figures)


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
