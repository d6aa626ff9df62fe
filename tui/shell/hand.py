"""The session at hand: one engine that lives from line to line, and that every command works on.

On the command line each command opens a session of its own. Where lines are typed into one, it
travels in click's context, and what would have been opened is found there: so the commands are the
same, and who names other words opens those apart.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import click

from engine import Client, Inline, Session
from engine.protocol import (
    Configure,
    DatasetLoaded,
    Event,
    LoadDataset,
    ModelName,
    Ngrams,
    SettingsChanged,
    Snapshot,
    Unusable,
)


class Gate(Inline):
    """An engine that is interrupted between two slices of its work, and never within one.

    Args:
        session: what carries out commands.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.is_at_work = False
        self.interruption: BaseException | None = None
        """Raised when the slice is done."""

    def interrupt(self, why: BaseException) -> None:
        """Raise something: here, or when the slice that is being worked off is done."""
        if not self.is_at_work:
            raise why
        self.interruption = why

    def events(self) -> list[Event]:
        """As in `Inline`; what interrupts is raised behind it."""
        self.is_at_work = True
        try:
            happened = super().events()
        finally:
            self.is_at_work = False
        if (why := self.interruption) is not None:
            self.interruption = None
            raise why
        return happened


class Hand:
    """A session that lives on.

    Args:
        gate: its engine, which has not been started.
    """

    def __init__(self, gate: Gate) -> None:
        self.gate, self.client = gate, Client(gate)
        self.words = LoadDataset()
        """What has read its words."""
        self.loaded: DatasetLoaded | None = None
        """What there is to say of them; nothing before they are read."""

    @property
    def snapshot(self) -> Snapshot:
        """What is true now; of no run before torch is there."""
        return self.gate.latest

    @property
    def model(self) -> ModelName:
        """What draws and scores unless told otherwise: the network, once it has taken a step."""
        return self.snapshot.settings.objective[-1] if self.snapshot.newest else "counts"

    @property
    def ngrams(self) -> Ngrams:
        """What a model is made of that predicts what is trained on."""
        settings = self.snapshot.settings
        dots = None if settings.dots == settings.order - 1 else settings.dots
        return Ngrams(settings.order, dots, settings.split)

    def load(self, words: LoadDataset) -> DatasetLoaded:
        """Read words in place of those there are; Refusal if they cannot be used."""
        (self.loaded,) = (e for e in self.client.ask(words) if isinstance(e, DatasetLoaded))
        self.words = words
        return self.loaded

    def configure(self, anew: Configure) -> SettingsChanged | None:
        """Change settings, if any are given; Refusal if they cannot be so."""
        if anew == Configure():
            return None
        self.begin()
        return self.client.configure(anew)

    def begin(self) -> None:
        """Begin the run: before, an engine takes any setting that is in range.

        Raises:
            Refusal: there can be no run under the settings in force.
        """
        try:
            self.client.standing()
        except Unusable:
            self.drop()  # Without torch they may be what they like.

    def drop(self) -> None:
        """Forget what was asked for and is not done."""
        self.gate.drop()
        self.client.told_last()


def session() -> Hand | None:
    """The session that lines are typed into, if this is one of its lines."""
    context = click.get_current_context(silent=True)
    return context.find_object(Hand) if context is not None else None


def at_hand(words: LoadDataset) -> Hand | None:
    """The same, if its words are meant: none are named, or those."""
    hand = session()
    if hand is None:
        return None
    named, own = replace(words, split=None), replace(hand.words, split=None)
    return hand if named in (LoadDataset(), own) else None


def words_meant(words: LoadDataset) -> LoadDataset:
    """What reads the words that are named, or else those at hand."""
    hand = at_hand(words)
    return words if hand is None else hand.words


def over(in_force: Ngrams, options: dict[str, Any]) -> Ngrams:
    """Put what was given over what is in force; an order that comes alone brings its dots along."""
    found = {f.name: options.get(f.name) for f in fields(Ngrams)}
    told: dict[str, Any] = {name: value for name, value in found.items() if value is not None}
    return replace(in_force, **({"dots": None} if "order" in told else {}) | told)
