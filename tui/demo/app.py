"""The app with a strip below: of the keys that are pressed, or of a demo that plays by itself."""

from __future__ import annotations

import logging
from asyncio import TimerHandle
from collections.abc import Callable
from typing import Any, ClassVar

from textual import events
from textual.keys import Keys
from textual.screen import Screen
from textual.worker import Worker

from engine import Engine
from engine.protocol import Refusal
from tui.app import Laboratory
from tui.command import named
from tui.demo.player import Player
from tui.demo.script import Script
from tui.demo.strip import Pressed, Strip, called, caption_row, keys_row, with_key
from tui.options import Options
from tui.state import State
from tui.terminal.later import later
from tui.terminal.signals import Signals
from tui.text.rows import Row

FADES = 3.0
"""Seconds after which keys that were pressed are shown no more."""

PAUSES = "space pauses, any other key takes over"
GOES_ON = "paused: space goes on, any other key takes over"

ENDED = "The demo has ended; all is yours to try. Nothing of it is kept."

log = logging.getLogger(__name__)


class Echoing(Laboratory):
    """Shows which keys are pressed, for those who look over one's shoulder."""

    CSS_PATH = "../app.tcss"
    CSS: ClassVar[str] = "Strip { dock: bottom; height: auto; background: $primary 20%; }"

    def __init__(
        self, engine: Engine, options: Options | None = None, signals: Signals | None = None
    ) -> None:
        super().__init__(engine, options, signals)
        self._pressed: tuple[Pressed, ...] = ()
        self._fading: TimerHandle | None = None

    def push_screen(self, screen: Screen[Any] | str, *args: Any, **more: Any) -> Any:  # noqa: ANN401
        """Lay a screen over the others, with a strip of its own."""
        pushed = super().push_screen(screen, *args, **more)
        self.screen.call_later(self._lay, self.screen)
        return pushed

    async def on_mount(self) -> None:
        """Begin."""
        await self._lay(self.main)

    async def _lay(self, screen: Screen[Any]) -> None:
        if self.has_strip and not screen.query(Strip):
            strip = Strip()
            strip.show(self.rows)
            await screen.mount(strip)

    @property
    def has_strip(self) -> bool:
        """Whether there is anything to be shown."""
        return True

    @property
    def rows(self) -> list[Row]:
        """What is shown."""
        return [keys_row(self._pressed, self.size.width)]

    def show_strip(self) -> None:
        """Show it on all screens."""
        for screen in self.screen_stack:
            for strip in screen.query(Strip):
                strip.show(self.rows)

    async def on_event(self, event: events.Event) -> None:
        """Take down keys on their way."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.echo(event)
        await super().on_event(event)
        if isinstance(event, events.Resize):
            self.show_strip()

    def echo(self, event: events.Key) -> None:
        """Show a key, for some time."""
        self._pressed = with_key(self._pressed, called(event.key, event.character))
        if self._fading is not None:
            self._fading.cancel()
        self._fading = later(self, FADES, self._fade)
        self.show_strip()

    def _fade(self) -> None:
        self._pressed = ()
        self.show_strip()


class Demonstration(Echoing):
    """Plays a script, until somebody presses a key.

    Args:
        script: what is played.
    """

    def __init__(
        self,
        script: Script,
        engine: Engine,
        options: Options | None = None,
        signals: Signals | None = None,
    ) -> None:
        super().__init__(engine, options, signals)
        self._player = Player(script, self)
        self._caption = ""
        self._playing: Worker[None] | None = None
        self._has_ended = False
        self._own: list[events.Key] = []
        """Keys of the script that have not been heard yet."""

    async def on_mount(self) -> None:
        """Begin to play."""
        self._playing = self.run_worker(self._play(), name="demo", exit_on_error=False)

    async def _play(self) -> None:
        await self.is_up.wait()
        try:
            await self._player.play()
        except Refusal as refusal:
            await self._end(str(refusal))
        except Exception:
            log.exception("playing the demo")
            await self._end("The demo failed; the log says why.")

    # The scene

    def say(self, caption: str) -> None:
        """Show a caption, and forget the keys that were pressed for the one before."""
        self._caption, self._pressed = caption, ()
        self.show_strip()

    def press(self, key: str) -> None:
        """Press a key, as if it came from the keyboard."""
        event = events.Key(named(key), " " if key == "space" else key if len(key) == 1 else None)
        self._own.append(event)
        self.post_message(event)

    def is_so(self, condition: str, number: int) -> bool:
        """Whether what the script waits for is so."""
        return CONDITIONS[condition](self.state, number)

    # The strip

    @property
    def has_strip(self) -> bool:
        """While it plays, and after that if keys are to be shown anyway."""
        return not self._has_ended or self.options.shows_keys

    @property
    def rows(self) -> list[Row]:
        """A caption above the keys."""
        if self._has_ended:
            return super().rows
        hint = GOES_ON if self._player.is_paused else PAUSES
        width = self.size.width
        return [caption_row(self._caption, width), keys_row(self._pressed, width, hint)]

    # Who sits there

    async def on_event(self, event: events.Event) -> None:
        """Keep what somebody does from the app until the demo has ended by it."""
        if not self._has_ended and await self._is_taken(event):
            return
        await super().on_event(event)

    async def _is_taken(self, event: events.Event) -> bool:
        if isinstance(event, events.Key):
            if event.is_forwarded:
                return False
            for place, own in enumerate(self._own):
                if own is event:
                    del self._own[place]
                    return False
            if event.key == Keys.Space:
                self._player.toggle()
                self.show_strip()
            else:
                await self._hand_over()
            return True
        if isinstance(event, events.MouseDown | events.Paste):
            await self._hand_over()
            return True
        return False

    async def _hand_over(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
        await self._end(ENDED)

    async def _end(self, told: str) -> None:
        self._has_ended, self._own = True, []
        for screen in self.screen_stack:
            if not self.has_strip:
                await screen.query(Strip).remove()
        self.show_strip()
        self.tell(told)


CONDITIONS: dict[str, Callable[[State, int], bool]] = {
    "ready": lambda state, _: state.is_ready and bool(state.names),
    "step": lambda state, number: state.snapshot.step >= number,
    "paused": lambda state, _: not state.is_running,
    "names": lambda state, _: bool(state.names) and not state.is_drawing,
}
