"""Figures, tables and arrays of what the screen shows, without a screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from engine import Client, changed, printable
from engine.protocol import (
    Configure,
    LoadDataset,
    MatrixTold,
    Refusal,
    Settings,
    Snapshot,
    TellMatrix,
    flag,
)
from tui.places import check_place
from tui.shell import headless, output
from tui.shell.arguments import (
    checkpoint_option,
    dots_option,
    examples,
    json_option,
    order_option,
    setting,
    split_option,
    step_option,
    words_option,
)
from tui.shell.hand import at_hand, words_meant

if TYPE_CHECKING:
    from tui.figures.inks import Inks
    from tui.figures.writing import Target
    from tui.state import State

LOSSES = "loss"
"""The view that is no matrix."""

THEME = "textual-light"
"""Colours of a figure if none are asked for: those of paper."""

OF_THE_RUN = ("order", "dots", "split")
"""Options whose values a run brings along."""


@click.command(
    epilog=examples(
        "makemore-tui figure --view counts --out names.svg",
        "makemore-tui figure --view count_probabilities --smoothing 0 --out p.npy",
        "makemore-tui figure --view counts --order 3 --before e --out after-e.png",
        "makemore-tui figure --view loss --checkpoint run.st --log-steps --out loss.svg",
    )
)
@words_option
@click.option("--view", metavar="NAME", default="counts", help="A matrix named above, or loss.")
@click.option("--out", metavar="FILE", required=True, help="Where to; its suffix is the format.")
@checkpoint_option
@step_option
@setting("--smoothing", "K", "Added to every count.  [default: 1]")
@order_option
@dots_option
@split_option("none")
@click.option("--before", metavar="TEXT", help="What stands before a row's symbol, as under #.")
@click.option("--theme", metavar="NAME", help=f"Colours of the page.  [default: {THEME}]")
@click.option("--ramp", metavar="NAME", help="Colours of the cells, such as blue.")
@click.option("--log-steps", is_flag=True, help="Lay the loss's steps out by their logarithm.")
@click.option("--log-gap", is_flag=True, help="Show the logarithm of the loss's gap.")
@json_option
def figure(data: LoadDataset, view: str, out: str, as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """Write what the heatmap or the loss chart shows to a file.

    The suffix says as what: .svg and .png are figures, .csv is a table and .npy an array, with all
    digits. The matrices are counts, count_probabilities and log_counts, and of a network, which
    takes --checkpoint, network_probabilities, logits, centred_logits, difference and gradient.
    """
    # Only here: every other command would wait for it.
    from tui.figures.door import boxes
    from tui.figures.writing import write_losses, write_matrix

    target = _target(view, out, options)
    client, state = _open(data, view, options)
    if view == LOSSES:
        lacking, told = write_losses(target, state), {"step": state.snapshot.step}
    else:
        matrix = _matrix(client, state, view, options["before"])
        lacking = write_matrix(target, matrix, state)
        told = {"symbols": len(matrix.symbols), "step": matrix.step}
    if lacking and target.format == "png":
        output.warn(boxes(lacking))
    if as_json:
        output.say_json({"out": out, "view": view, "format": target.format, **told})
    else:
        output.say(out)


def _target(view: str, out: str, options: dict[str, Any]) -> Target:
    """Say where to write, and how; Refusal if that cannot be, before anything is read."""
    from tui.figures.door import check_there
    from tui.figures.exports import export_to
    from tui.figures.writing import Target
    from tui.state.views import MATRICES

    names = [name for name, row in MATRICES.items() if not row.needs_other_run] + [LOSSES]
    if view not in names:
        shown = printable(view)[:40]
        raise Refusal(f"There is no view “{shown}”; choose from {', '.join(names)}.")
    if view != LOSSES and (options["log_steps"] or options["log_gap"]):
        raise Refusal("--log-steps and --log-gap are of the view loss; leave them out.")
    export = export_to("losses" if view == LOSSES else "heatmap", out)
    check_place(out)
    if export.is_drawn:
        check_there()
    return Target(out, export.format, _inks(options["theme"] or THEME), replaces=True)


def _inks(theme: str) -> Inks:
    from tui.colours.themes import THEMES
    from tui.figures.inks import inks_of
    from tui.opening import known_theme

    return inks_of(THEMES[known_theme(theme, THEMES)])


def _open(words: LoadDataset, view: str, options: dict[str, Any]) -> tuple[Client, State]:
    """Open the words, or a run on them; gives what a screen would show of them."""
    from tui.colours.palettes import ramp_named
    from tui.state import State
    from tui.state.intents import ChartLook
    from tui.state.views import view_of

    run, step = options["checkpoint"], options["step"]
    is_of_run = view == LOSSES or view_of(view).needs_network
    given = {name: options[name] for name in (*OF_THE_RUN, "smoothing")}
    brought = [flag(name) for name in OF_THE_RUN if given[name] is not None]
    hand = None if brought else at_hand(words)
    if run is None and is_of_run and hand is None:
        raise Refusal(
            f"The view {view} is of a run; give --checkpoint RUN, as makemore-tui runs lists them."
        )
    if run is None and step is not None:
        raise Refusal("--step is one of a run; give --checkpoint RUN, too.")
    if run is not None and brought:
        raise Refusal(f"The run says what it is of; leave {' and '.join(brought)} out.")
    ramp = ramp_named(options["ramp"] or "own")
    look = ChartLook(is_log_steps=options["log_steps"], is_log_gap=options["log_gap"])
    anew = Configure(**given)
    if run is not None:
        client, loaded = headless.open_run(words, run, step, anew, output.warn)
        snapshot = client.standing()
    elif hand is not None and hand.loaded is not None:
        client, loaded, snapshot = hand.client, hand.loaded, hand.snapshot
        if is_of_run:
            snapshot = client.standing()
        snapshot = replace(snapshot, settings=changed(snapshot.settings, anew))
    else:
        settings = changed(Settings(), anew)
        words = words_meant(words)
        client, loaded = headless.apart(replace(words, split=anew.split), output.warn, settings)
        snapshot = Snapshot(settings=settings) if settings.is_bigram else client.standing()
    return client, State(
        report=loaded.report, symbols=loaded.symbols, snapshot=snapshot, ramp=ramp, chart=look
    )


def _matrix(client: Client, state: State, name: str, before: str | None) -> MatrixTold:
    """All of a matrix behind what stands before its rows."""
    most = state.most_before
    if before and len(before) > most:
        raise Refusal(
            f"--before holds {len(before)} symbols; at order {state.snapshot.settings.order} "
            f"{most or 'none'} may stand before that of a row."
        )
    unknown = [symbol for symbol in before or "" if symbol not in state.symbols]
    if unknown:
        raise Refusal(f"--before holds “{printable(unknown[0])}”, which is not in the alphabet.")
    indices = tuple(state.symbols.index(symbol) for symbol in before or "")
    smoothing = state.snapshot.settings.smoothing
    *_, told = client.ask(TellMatrix(name, indices, smoothing=smoothing))
    assert isinstance(told, MatrixTold)
    return told
