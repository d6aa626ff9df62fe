"""What the command line and the config file ask of the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace

from engine import Engine, changed, record
from engine.protocol import (
    Command,
    Configure,
    EngineLost,
    Load,
    LoadDataset,
    MatrixName,
    Refusal,
    Settings,
    Shelf,
)
from tui import storage
from tui.colours.palettes import RampName

START_SPEED = 30.0
"""Steps a second at which training opens: noise becomes names in about ten seconds."""


class Stranded(Refusal):
    """No engine is left to this screen: that which it had went elsewhere, or has ended.

    Args:
        lost: says so.
    """

    def __init__(self, lost: EngineLost) -> None:
        super().__init__(lost.reason)
        self.lost = lost


@record
class Ways:
    """How the app comes by another engine, one that lives in a process of its own.

    Each takes seconds, so it is gone on a thread of its own, and raises `Refusal` if it leads
    nowhere. The engine that is given has yet to be started, and greets the screen then.
    """

    detach: Callable[[Engine], Engine] | None = None
    """Hand over what lives on a thread of this process; it goes on there if that fails, unless
    that is `Stranded`."""
    revive: Callable[[EngineLost], Engine] | None = None
    """Start an engine where the journal of the one that is lost ends."""
    rejoin: Callable[[EngineLost], Engine] | None = None
    """Attach again to one that lives on."""


@record
class Options:
    """How the app starts."""

    data: str | None = None
    """File of words; `None` is the list that comes with the program."""
    dev: str | None = None
    """File of the words of dev, where `data` is of train alone."""
    test: str | None = None
    """The same of test."""
    given: Configure = field(default_factory=Configure)
    """Settings given on the command line; they win over those of a resumed checkpoint."""
    start: Configure = field(default_factory=Configure)
    """Settings of the config file; those given win over them."""
    resume: str | None = None
    """Run to go on with: an id, a folder or a file."""
    place: str = ""
    """Folder of the first run, which is not there yet; the runs folder has it if not given."""
    keep_runs: int | None = None
    """Most runs that are kept in the runs folder."""
    keep_megabytes: int | None = None
    """Most that they take."""
    fps: float = 10.0
    """Most frames a second of the heatmap."""
    has_mouse: bool = True
    """Whether the terminal is to report the mouse."""
    asks_colours: bool = False
    """Whether the number of colours is a guess, so that the terminal is to be asked."""
    theme: str | None = None
    """Name of a Textual theme."""
    ramp: RampName | None = None
    """Colours of the heatmap."""
    view: MatrixName | None = None
    """What the heatmap shows; the counts until training starts if not given."""
    lab: str | None = None
    """Chapter of the lab to open in."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Key by command id, where it is not the usual one."""
    is_attached: bool = False
    """Whether the engine has begun without the screen, in a process of its own."""
    is_readonly: bool = False
    """Whether the screen changes no run, no setting and no file."""
    shows_keys: bool = False
    """Whether the keys that are pressed are shown."""
    cast: str | None = None
    """File that what the terminal is sent is written down in, to be played again."""
    is_kept: bool = True
    """Whether runs are kept, and looks are remembered: a demo does neither."""
    is_on_stage: bool = False
    """Whether the screen is drawn for a room."""
    is_touring: bool = False
    """Whether it is to begin with the tour."""
    ways: Ways = field(default_factory=Ways)
    """How to come by another engine."""

    @property
    def words(self) -> LoadDataset:
        """What reads the words."""
        return LoadDataset(self.data, self.dev, self.test, self.given.split)

    @property
    def first(self) -> tuple[Command, ...]:
        """What the engine is to begin with: words, and the run that is gone on with."""
        if self.is_attached:
            return ()
        words = self.words
        return (words,) if self.resume is None else (words, Load(self.resume, self.given))

    @property
    def shelf(self) -> Shelf:
        """Where runs are kept, or only read."""
        shelf = storage.shelf(self.keep_runs, self.keep_megabytes, self.place)
        return replace(shelf, is_readonly=self.is_readonly)

    @property
    def settings(self) -> Settings:
        """The settings that the first run starts with."""
        return changed(changed(Settings(speed=START_SPEED), self.start), self.given)
