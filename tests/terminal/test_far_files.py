"""Files of an engine on another machine, through ssh: listed, opened, saved, where it lives."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.serving import Served
from tests.terminal.emulator import Terminal, app_command

pytestmark = [pytest.mark.terminal, pytest.mark.slow]

FAKE = 'for last; do :; done; exec sh -c "$last"'
"""What ssh does with its last argument, on this machine."""


def test_words_and_runs_are_those_of_the_engines_machine(place: Path, tmp_path: Path) -> None:
    (place / "lists").mkdir()
    (place / "lists" / "towns.txt").write_text("rome\noslo\nlima\n")
    engine = Served(place)
    fake = place / "ssh"
    fake.write_text(f"#!/bin/sh\n{FAKE}\n")
    fake.chmod(0o755)
    # The screen's own home is another one, in which there are no such words.
    sofa = tmp_path / "sofa"
    sofa.mkdir()
    env = {
        "TMPDIR": str(place),
        "MAKEMORE_TUI_SSH": f"env HOME={place} XDG_STATE_HOME={place}/state {fake}",
        "PATH": f"{Path(app_command()).parent}:/usr/bin:/bin",
    }
    lab = Terminal(sofa, "attach", f"ssh://box/{engine.name}", env=env)
    try:
        lab.open().press("f")
        lab.wait_for("Open a file of words on box, one a line")
        lab.wait_for("lists/")
        lab.press(*"lis", "tab", *"to", "enter")
        lab.wait_for("oslo")
        lab.wait_for("ready on box")
        lab.press("n")
        lab.wait_for(lambda: lab.step == 1)
        lab.press("s")
        lab.wait_for("Saved at step 1: ")
        (saved,) = (place / "state" / "makemore-tui" / "runs").glob("towns-*.safetensors")
        assert saved.name.endswith("-step1.safetensors")
        lab.press("o")
        lab.wait_for("Runs on box")
        lab.press("esc")
        lab.wait_for_no("Runs on box")
        lab.press("y")
        lab.wait_for("on this machine")
        assert list(sofa.rglob("names.txt"))
        assert engine.end(signal.SIGTERM)[0] == 143
    finally:
        lab.close()
        engine.close()
