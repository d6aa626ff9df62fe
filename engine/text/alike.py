"""Which of the names there are was meant by one that is none: the one written most alike."""

from __future__ import annotations

from collections.abc import Iterable

ALIKE = 0.65
"""Share of two names that is the same, from 0 to 1, from which on one may have been meant."""


def meant(name: str, names: Iterable[str]) -> str:
    """Ask whether another name was meant, as ` (did you mean 'nord'?)`; empty if none is alike.

    Args:
        name: what was typed.
        names: those there are.
    """
    found = close(name, names)
    return f" (did you mean '{found[0]}'?)" if found else ""


def close(name: str, names: Iterable[str]) -> list[str]:
    """Give those names that are written alike, three at most, the most alike first."""
    # Only here: nobody who types well should wait for it.
    import difflib

    return difflib.get_close_matches(name.lower(), list(names), cutoff=ALIKE)
