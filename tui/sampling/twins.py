"""Names of two models from the same random numbers, put side by side draw by draw.

One number makes one letter. Where the two models make another letter of it, one name may end sooner
than the other; so it is not the first name that belongs to the first, but those that begin at the
same draw. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine import record
from engine.protocol import NamesCompared, SampledName

END = "\n"
"""Stands for the draw that ends a name, which holds none."""


@record
class Twin:
    """A name, and which of its letters the other model makes otherwise."""

    name: SampledName
    differs: tuple[bool, ...]
    """For each letter; those of the prefix never do."""


@record
class Twins:
    """All names of a comparison."""

    rows: tuple[tuple[Twin | None, Twin | None], ...]
    """Name of the counts and of the network that begin at the same draw, or one of them alone."""
    alike: int
    """Draws that made the same of both models."""
    draws: int
    """Draws that both models made."""
    same_names: int
    """Rows in which both names are the same."""


def twins(comparison: NamesCompared) -> Twins:
    """Put the names of a comparison side by side."""
    prefix = len(comparison.command.sample.prefix)
    left, right = _stream(comparison.counts, prefix), _stream(comparison.neural, prefix)
    draws = min(len(left), len(right))
    upper = _twins(comparison.counts, prefix, left, right)
    lower = _twins(comparison.neural, prefix, right, left)
    rows = tuple((upper.get(at), lower.get(at)) for at in sorted(upper.keys() | lower.keys()))
    same = sum(a is not None and b is not None and a.name.name == b.name.name for a, b in rows)
    return Twins(rows, sum(map(str.__eq__, left, right)), draws, same)


def _stream(names: Sequence[SampledName], prefix: int) -> str:
    """What each draw made, one after the other."""
    return "".join(name.name[prefix:] + END * (not name.is_cut) for name in names)


def _twins(names: Sequence[SampledName], prefix: int, mine: str, other: str) -> dict[int, Twin]:
    """Names by the draw at which they begin."""
    found: dict[int, Twin] = {}
    at = 0
    for name in names:
        drawn = len(name.name) - prefix
        differs = [mine[k] != other[k : k + 1] != "" for k in range(at, at + drawn)]
        found[at] = Twin(name, (*[False] * prefix, *differs))
        at += drawn + (not name.is_cut)
    return found
