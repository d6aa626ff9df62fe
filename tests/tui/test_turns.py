"""The screen comes back soon, whatever was pressed: no turn of its event loop takes long."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.bench.turns import LIMIT, watched
from tests.tui.fake import FakeEngine, laboratory

KEYS = ("question_mark", "escape", "o", "escape", "L", "j", "escape", "f5", "f5", "m", "m", "i")


@pytest.mark.slow
async def test_no_key_holds_up_those_behind_it(tmp_path: Path) -> None:
    least = dict.fromkeys(range(len(KEYS)), math.inf)
    async with laboratory(FakeEngine(), tmp_path, size=(160, 50)) as (_, pilot):
        for _ in range(2):
            for at, key in enumerate(KEYS):
                turns: list[float] = []
                with watched(turns.append):
                    await pilot.press(key)
                    await pilot.pause()
                least[at] = min(least[at], max(turns))
    # By how much the machine is slower than the one of the budget nobody knows.
    worst = max(least, key=lambda at: least[at])
    assert least[worst] < 3 * LIMIT, f"{KEYS[worst]}, key {worst}: {least[worst]:.3f} s of CPU"
