"""What is trained, and on what: what that is called, and which command leads back to it. Pure."""

from __future__ import annotations

from engine.protocol import Settings


def objective(settings: Settings) -> str:
    """What is trained, and on what, where it is not the table of the bigrams of all words."""
    network = settings.objective[-1]
    kind = f"{network}, " if network != "neural" else ""
    dots = f", {settings.dots} dots" if settings.dots != settings.order - 1 else ""
    split = f", split {settings.split}" if settings.split != "none" else ""
    return f"{kind}order {settings.order}{dots}{split}"


def way_back(wanted: Settings, now: Settings) -> str:
    """The command that leads from what is trained on to what was."""
    whole = all(each.dots == each.order - 1 for each in (wanted, now))
    if not whole or (wanted.split, wanted.network) != (now.split, now.network):
        return "model"
    return "shorter" if wanted.order < now.order else "longer"
