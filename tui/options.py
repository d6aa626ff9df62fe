"""What the command line asks of the app."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.protocol import Configure


@dataclass(frozen=True)
class Options:
    """How the app starts."""

    data: str | None = None
    """File of words; `None` is the list that comes with the program."""
    given: Configure = field(default_factory=Configure)
    """Settings given on the command line; they win over those of a resumed checkpoint."""
    resume: str | None = None
    """Checkpoint to go on from."""
    fps: float = 10.0
    """Most frames a second of the heatmap."""
    max_bandwidth: float = 25.0
    """Most kB a second to write to the terminal."""
    theme: str | None = None
    """Name of a Textual theme."""
