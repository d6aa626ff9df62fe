"""Make the picture of the README: the real app, after some training.

Run it from the project's root: python .readme/picture.py [FOLDER]; it is put beside this file, or
into the folder.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ |= {"TEXTUAL_COLOR_SYSTEM": "truecolor", "COLORTERM": "truecolor"}

STEPS = 240


async def main() -> None:
    """Train for some steps, look at `an`, draw names, and save what the screen shows."""
    from engine import Session, Worker
    from tui.app import Laboratory
    from tui.options import Options

    options = Options()
    app = Laboratory(Worker(Session(options.settings)), options)
    async with app.run_test(size=(160, 48)) as pilot:
        await _until(lambda: app.state.is_ready and bool(app.state.names))
        await pilot.press("N")
        await _until(lambda: app.state.snapshot.step >= 100)
        await pilot.press("space")
        await _until(lambda: app.state.snapshot.step >= STEPS)
        await pilot.press("space", "g", "down", *["right"] * 13)
        await _until(lambda: app.state.sample.model == "neural" and not app.state.is_running)
        await asyncio.sleep(1)
        app.save_screenshot("screen.svg", path=(sys.argv[1:] or [str(HERE)])[0])
        app.exit()
    app.desk.engine.close(5)


async def _until(is_so: object) -> None:
    end = time.monotonic() + 60
    while not is_so():  # type: ignore[operator]
        if time.monotonic() > end:
            raise TimeoutError("the app did not come that far")
        await asyncio.sleep(0.05)


asyncio.run(main())
