"""Thousands of symbols, with a real engine: on the screen, and from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Session, Worker
from engine.protocol import Configure
from tests import PATIENCE
from tests.tui import ideograms
from tests.tui.fake import notices, until
from tui.app import Laboratory
from tui.heatmap.figure import HeatmapFigure
from tui.options import Options
from tui.plot import door as plots

REASON = (
    "There is no network of these words: a table of 3,301 × 3,301 logits needs 523 MB; at most "
    "500 MB are taken, which is enough for 3,227 symbols. All that is made of counts is there."
)


@pytest.mark.slow
async def test_thousands_of_symbols_are_looked_at_and_drawn_from_without_a_network(
    tmp_path: Path,
) -> None:
    plots.warm_up()
    worker = Worker(Session())
    given = Configure(smoothing=0.0)
    app = Laboratory(worker, Options(data=ideograms.write(tmp_path), given=given, view="logits"))
    async with app.run_test(size=(160, 50), notifications=True) as pilot:

        def status() -> str:
            return app.main.query_one("#status").render_line(0).text

        await until(pilot, lambda: app.state.no_network)
        assert app.state.no_network == REASON
        await until(pilot, lambda: REASON in notices(app))
        await until(pilot, lambda: app.state.names and not app.state.is_drawing)
        await until(pilot, lambda: "no network" in status())
        assert "import" not in status()
        figure = app.main.query_one(HeatmapFigure)
        await until(pilot, lambda: figure.looks)
        # The view that was asked for needs a network; the cursor goes through a window of counts.
        assert app.state.matrix == "counts"
        assert 0 < len(figure.looks) < 10_000
        await pilot.press("2", "end", "pagedown", "v")
        assert (app.state.row, app.state.column) == (8, ideograms.SYMBOLS)
        await until(
            pilot,
            lambda: (
                (window := app.state.snapshot.window)
                and window.matrix == "count_probabilities"
                and window.column + window.columns == ideograms.SYMBOLS + 1
            ),
        )
        # What stands there is not told again.
        await until(pilot, lambda: REASON not in notices(app))
        await pilot.press("space")
        await until(pilot, lambda: REASON in notices(app))
        assert app.state.snapshot.step == 0
        await pilot.press("g")
        request = app.state.sample.request
        await until(pilot, lambda: app.state.drawn and app.state.drawn.request >= request)
        assert worker.close(PATIENCE)
