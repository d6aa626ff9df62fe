"""On Textual's public parts alone the app is heavier, but the same."""

from __future__ import annotations

import pytest

from tests.terminal.conftest import Start

pytestmark = [pytest.mark.terminal, pytest.mark.slow]


def test_it_runs_on_textuals_public_parts_alone(start: Start) -> None:
    lab = start(size=(160, 50), env={"MAKEMORE_PLAIN_TEXTUAL": "1"}).open()
    lab.press("space")
    lab.wait_for(lambda: lab.step > 5)
    # One key at a time: that a bunch is heard in order is what Textual's own parts do not give.
    for keys, seen in ((["space"], "paused"), (["L"], "Counting"), (["esc"], "4 Sampler")):
        lab.press(*keys)
        lab.wait_for(seen)
    lab.press("ctrl+q")
    code, words = lab.last_words()
    assert code == 0
    assert lab.way_back in words
