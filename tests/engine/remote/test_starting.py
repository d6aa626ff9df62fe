"""An engine is started in a process of its own, which outlives the one that started it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from engine.protocol import Refusal, Shelf
from engine.remote import starting
from engine.remote.reaching import reach
from tests import PATIENCE


def test_what_did_not_start_is_told_in_its_own_words(place: Path) -> None:
    log = place / "log.txt"
    log.write_text("of another time\n")
    with pytest.raises(Refusal, match=r"No engine could be started: .*none\.txt"):
        starting.spawn(["--data", str(place / "none.txt")], str(log))
    assert log.read_text().startswith("of another time\n")


@pytest.mark.slow
def test_one_that_started_is_attached_to_and_is_in_a_session_of_its_own(place: Path) -> None:
    log = str(place / "log.txt")
    engine = reach(starting.spawn([], log), Shelf(str(place / "runs")))
    pid = engine.about.pid
    try:
        assert os.getsid(pid) == pid
    finally:
        engine.close(PATIENCE)
        os.kill(pid, signal.SIGTERM)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 143
    assert "has come" in Path(log).read_text()
