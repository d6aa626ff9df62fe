"""What the commands do about where the engine lives, and how the screen leaves it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.css.query import NoMatches
from textual.widget import AwaitMount

from engine import Engine
from engine.protocol import (
    Command,
    CommandRefused,
    Configure,
    EngineLost,
    Event,
    Refusal,
    Shutdown,
    Snapshot,
    Train,
)
from tui.desk import Desk
from tui.guiding import Guiding
from tui.opening import compared
from tui.options import Options, Stranded, Ways
from tui.screens.main import MainScreen
from tui.state.engine import EngineAwaited
from tui.terminal.app import TerminalApp
from tui.wording import Severity, goodbye

if TYPE_CHECKING:
    from tui.screens.engine import EngineScreen

NO_WAY = "An engine cannot be started from this screen; makemore-tui serve starts one."

log = logging.getLogger(__name__)


class Leaving(Guiding):
    """One method for each such command, named by its id.

    Args:
        app: what screens are laid on, and what notices are told by.
        desk: the state, and the way to the engine.
        main: the screen at the bottom.
        options: how the app was started.
    """

    def __init__(self, app: TerminalApp, desk: Desk, main: MainScreen, options: Options) -> None:
        super().__init__(app, desk, main)
        self._ways: Ways = options.ways
        self._is_ending = False
        """Whether the engine was told to end."""
        self._shown: EngineScreen | None = None
        """The screen that tells of the engine, if it was ever laid."""

    def _tell(self, text: str, severity: Severity = "information") -> None:
        self._app.tell(text, severity)

    def engine(self, *, asks_to_end: bool = False) -> AwaitMount | None:
        """Show where the engine lives, and who looks on."""
        if self._shown is not None and self._shown.is_on_top:
            self._shown.ask(to_end=asks_to_end)
            return None
        from tui.screens.engine import EngineScreen

        self._shown = EngineScreen(self._state, self.again, self._end)
        self._shown.ask(to_end=asks_to_end)
        return self._app.push_screen(self._shown, lambda _: self._main.show(self._state))

    def end_engine(self) -> AwaitMount | None:
        """End the engine where that is asked for twice."""
        if self._shown is None or not (self._shown.is_on_top and self._shown.asks_to_end):
            return self.engine(asks_to_end=True)
        self._end()
        return None

    def _end(self) -> None:
        self._is_ending = True
        self._desk.send(Shutdown())

    def detach(self) -> None:
        """Give the engine a process of its own."""
        if (way := self._ways.detach) is None:
            self._tell(f"The engine stays on its thread. {NO_WAY}", "warning")
            return
        self._go("detaching", partial(way, self._desk.engine), self._detached)

    def _detached(self) -> None:
        self._tell("Detached: the engine goes on in a process of its own when this screen is gone.")

    def again(self) -> None:
        """Have an engine again in place of one that is lost."""
        lost = self._state.engine.lost
        if lost is None:
            return
        way = self._ways.rejoin if lost.is_cut else self._ways.revive
        if way is None:
            self._desk.take(EngineAwaited(refusal=NO_WAY))
            return
        doing = "attaching again" if lost.is_cut else "starting it again"
        before = self._desk.engine.latest or Snapshot()
        first = () if lost.is_cut else _as_it_was(before, lost)
        self._go(doing, partial(way, lost), lambda: None, first)

    def _go(
        self,
        doing: str,
        way: Callable[[], Engine],
        arrived: Callable[[], None],
        first: Sequence[Command] = (),
    ) -> None:
        """Go a way to another engine, once at a time, beside all else.

        Args:
            doing: what is said meanwhile.
            way: leads there.
            arrived: called then.
            first: what that engine is to begin with.
        """
        if not self._state.engine.awaited.doing:
            self._desk.take(EngineAwaited(doing))
            self._app.run_worker(self._gone(way, arrived, first), exclusive=False)

    async def _gone(
        self, way: Callable[[], Engine], arrived: Callable[[], None], first: Sequence[Command]
    ) -> None:
        from concurrent.futures import ThreadPoolExecutor

        # Not the event loop's own threads, for which the end of the program would have to wait.
        executor = ThreadPoolExecutor(1, "way")
        try:
            engine = await asyncio.get_running_loop().run_in_executor(executor, way)
        except Stranded as error:
            self._desk.lose(error.lost)
            refusal = ""
        except (Refusal, OSError) as error:
            refusal = str(error)
        except Exception as error:
            log.exception("on the way to another engine")
            refusal = f"A fault of the program's: {type(error).__name__}; the log says more."
        else:
            self._desk.change_engine(engine, first)
            arrived()
            return
        finally:
            executor.shutdown(wait=False)
        self._desk.take(EngineAwaited(refusal=refusal))
        if refusal and self._state.engine.lost is None:
            self._tell(refusal, "error")

    def note(self, event: Event) -> None:
        """Show at once that the engine is lost; leave it where it was told to end."""
        if isinstance(event, CommandRefused) and isinstance(event.command, Shutdown):
            self._is_ending = False
        if isinstance(event, EngineLost):
            if self._is_ending:
                self.leave(0)
            else:
                self.engine()

    # The end

    def quit(self) -> None:
        """End, or leave an engine that goes on."""
        self.leave(0)

    def leave(self, code: int) -> None:
        """End as the user wants, once; what else wants it meanwhile gets it.

        After a fault nothing is remembered that may have caused it.
        """
        if self._app.is_leaving:
            return
        memory = compared(self._state)
        with contextlib.suppress(NoMatches):  # The panes may not be there yet.
            memory["layout"] = self._main.opening.written()
        self._desk.remember(memory)
        self._app.farewell = self._app.farewell or goodbye(self._state)
        self._app.exit(code)


def _as_it_was(before: Snapshot, lost: EngineLost) -> tuple[Command, ...]:
    """What has an engine that was started again do what the one before did.

    The run has brought its own settings along; speed and smoothing are not among them.
    """
    settings = before.settings
    again = Configure(speed=settings.speed, smoothing=settings.smoothing)
    if before.state != "running":
        return (again,)
    return again, Train(None if before.target is None else max(0, before.target - lost.step))
