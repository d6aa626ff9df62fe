"""Another order on the real screen: trained as any other, beside the matrices of the bigrams."""

from __future__ import annotations

import pytest

from tests.terminal.conftest import Start, in_both_ways

pytestmark = pytest.mark.terminal


@in_both_ways
@pytest.mark.slow
def test_the_app_trains_at_another_order_under_a_split(start: Start) -> None:
    lab = start("--order", "3", "--split", "lecture").open()
    lab.wait_for(lambda: "ready" in lab.status and "gap 1.6114" in lab.status)
    lab.press("space")
    lab.wait_for(lambda: "running" in lab.status and lab.step > 20)
    lab.press("space")
    lab.wait_for(lambda: "paused" in lab.status)
    lab.settle()
    step = lab.step
    assert "floor" in lab.text
    assert "2.1815" in lab.text, "the floor of the trigram on train"
    lab.press("r")
    lab.wait_for(lambda: lab.step == 0)
    lab.press("u")
    lab.wait_for(lambda: lab.step == step)
    lab.press("v", "v", "v")
    lab.settle()
    assert lab.step == step
