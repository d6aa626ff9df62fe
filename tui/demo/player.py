"""Plays the script of a demo: knows time and order, but neither widgets nor keyboards."""

from __future__ import annotations

import asyncio
import itertools
from typing import Protocol, assert_never

from engine.protocol import Refusal
from tui.demo.script import Caption, Instruction, Pace, Press, Rest, Script, Until

TICK = 0.05
"""Seconds between two looks at whether it goes on, and whether what is waited for is so."""

AFTER_KEY, AFTER_LETTER = 0.4, 0.15
"""Seconds that a key, and a letter of many, is given to be seen."""

BETWEEN = 2.0
"""Seconds from the end of the script to its beginning."""

PATIENCE = 60.0
"""Seconds after which what is waited for comes no more."""


class Scene(Protocol):
    """Where a demo is played."""

    def say(self, caption: str) -> None:
        """Show a caption."""

    def press(self, key: str) -> None:
        """Press a key."""

    def is_so(self, condition: str, number: int) -> bool:
        """Whether what the script waits for is so."""


class Player:
    """Plays a script, again and again.

    Args:
        script: what is to be done.
        scene: where.
    """

    def __init__(self, script: Script, scene: Scene) -> None:
        self._script, self._scene = script, scene
        self._pace = 1.0
        self._goes_on = asyncio.Event()
        self._goes_on.set()

    @property
    def is_paused(self) -> bool:
        """Whether it waits to be told to go on."""
        return not self._goes_on.is_set()

    def toggle(self) -> None:
        """Pause, or go on."""
        if self.is_paused:
            self._goes_on.set()
        else:
            self._goes_on.clear()

    async def play(self, rounds: int | None = None) -> None:
        """Play the script; so many times, or for ever.

        Raises:
            Refusal: what the script waits for did not come.
        """
        for _ in itertools.count() if rounds is None else range(rounds):
            self._pace = 1.0
            for line in self._script.lines:
                for instruction in line.instructions:
                    await self._do(instruction, line.number)
            await self._rest(BETWEEN)

    async def _do(self, instruction: Instruction, line: int) -> None:
        await self._goes_on.wait()
        match instruction:
            case Caption(text):
                self._scene.say(text)
            case Press(key, is_typed):
                self._scene.press(key)
                await self._rest(AFTER_LETTER if is_typed else AFTER_KEY)
            case Rest(seconds):
                await self._rest(seconds)
            case Until(condition, number):
                await self._wait_for(condition, number, line)
            case Pace(times):
                self._pace = times
            case _:
                assert_never(instruction)

    async def _rest(self, seconds: float) -> None:
        """Let time pass in which it is not paused."""
        left = seconds / self._pace
        while left > 0:
            await asyncio.sleep(min(left, TICK))
            await self._goes_on.wait()
            left -= TICK

    async def _wait_for(self, condition: str, number: int, line: int) -> None:
        waited = 0.0
        while not self._scene.is_so(condition, number):
            if waited >= PATIENCE:
                wanted = f"{condition} {number:,}" if number else condition
                raise Refusal(
                    f"The demo ends at line {line} of {self._script.name}: “{wanted}” did not come "
                    f"in {round(PATIENCE)} seconds."
                )
            await asyncio.sleep(TICK)
            await self._goes_on.wait()
            waited += TICK
