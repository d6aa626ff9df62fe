"""The line that the tests listen on loses nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.terminal.pty import TICK, Child


def test_what_a_program_says_last_is_heard(tmp_path: Path) -> None:
    child = Child(["printf", "goodbye"], env=os.environ, cwd=tmp_path)
    try:
        assert child.wait() == 0
        while not child.is_cut:
            time.sleep(TICK)
        assert not child.has_ended
        assert child.read(1.0) == b"goodbye"
        assert child.has_ended
    finally:
        child.close()
