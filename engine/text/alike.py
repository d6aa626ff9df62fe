"""Which of the names there are was meant by one that is none: the one written most alike."""

from __future__ import annotations

from collections.abc import Iterable


def meant(name: str, names: Iterable[str]) -> str:
    """Ask whether another name was meant, as ` (did you mean 'nord'?)`; empty if none is alike.

    Args:
        name: what was typed.
        names: those there are.
    """
    # Only here: nobody who types well should wait for it.
    import difflib

    found = difflib.get_close_matches(name.lower(), list(names), 1)
    return f" (did you mean '{found[0]}'?)" if found else ""
