"""What was found, as a table for people, and as JSON for programs and for reports of faults."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

import click

from engine.protocol import LoadDataset
from engine.text.width import pad, wrap
from tui.colours.depth import Depth, colour_depth
from tui.colours.palettes import ANSI_DARK, XTERM_DARK
from tui.colours.ramps import ramp
from tui.shell import output
from tui.shell.doctor import machine, places, terminal
from tui.shell.doctor.findings import Finding, Verdict, tidied
from tui.shell.hand import session

WIDTH = 79
"""Columns of the table."""

NAME = 13
"""Columns of the names in it."""

SIGNS: dict[Verdict, str] = {"ok": "ok", "note": "note", "bad": "BAD"}

COLOURS: dict[Verdict, str] = {"ok": "green", "note": "yellow", "bad": "red"}

STRIP = 36
"""Cells of the ramps that are shown."""


def tell(data: LoadDataset, *, as_json: bool) -> int:
    """Look over everything, and print what was found; gives the exit status."""
    found: list[Finding] = []
    for finding in all_findings(data):
        found.append(finding)
        if not as_json:
            is_first = len(found) < 2 or found[-2].group != finding.group
            output.say("\n".join(lines(finding, is_first=is_first, has_colour=_has_colour())))
            if finding.name == "colours" and _has_colour():
                click.echo("\n".join(strips()))
    if as_json:
        output.say_json({"findings": [asdict(each) for each in found], "verdict": _worst(found)})
    else:
        output.say(f"\n{verdict(found)}")
    return int(_worst(found) == "bad")


def all_findings(data: LoadDataset) -> Iterator[Finding]:
    """Everything that is looked at, group by group, without what is private."""
    groups: Sequence[Callable[[], Iterator[Finding]]] = (
        lambda: terminal.findings(os.environ),
        machine.findings,
        lambda: places.findings(data),
    )
    for findings in groups:
        yield from map(tidied, findings())


def lines(finding: Finding, *, is_first: bool, has_colour: bool) -> Iterator[str]:
    """Lay a finding out: its verdict, its name, what was found, what to do."""
    if is_first:
        head = click.style(finding.group, bold=True) if has_colour else finding.group
        yield ("" if finding.group == terminal.GROUP else "\n") + head
    sign = pad(SIGNS[finding.verdict], 4, True)
    if has_colour:
        sign = click.style(sign, fg=COLOURS[finding.verdict])
    room, indent = WIDTH - NAME - 8, " " * (NAME + 8)
    first, *more = wrap(finding.found, room) or [""]
    yield f"  {sign}  {pad(finding.name, NAME, True)}{first}"
    yield from (indent + line for line in more)
    if finding.fix:
        yield from (indent + line for line in wrap(f"→ {finding.fix}", room))


def verdict(found: Sequence[Finding]) -> str:
    """Say in a sentence how it stands."""
    bad = sum(each.verdict == "bad" for each in found)
    notes = sum(each.verdict == "note" for each in found)
    noted = f", {notes} to note" if notes else ""
    if bad:
        return f"{bad} of {len(found)} must be mended{noted}."
    return f"Nothing is bad{noted}."


def strips() -> Iterator[str]:
    """Show a ramp in each number of colours: what looks alike, the terminal does not tell apart."""
    indent = " " * (NAME + 8)
    walk = ramp("counts", True, Depth.TRUECOLOR, STRIP).colours
    full = (f"\x1b[48;2;{_rgb(walk[i * len(walk) // STRIP])}m " for i in range(STRIP))
    yield f"{indent}{''.join(full)}\x1b[0m  16 million"
    for name, entries in (("256", XTERM_DARK["counts"]), ("16", ANSI_DARK["counts"])):
        picked = (entries[i * len(entries) // STRIP] for i in range(STRIP))
        yield f"{indent}{''.join(f'{chr(27)}[48;5;{n}m ' for n in picked)}\x1b[0m  {name}"


def _rgb(colour: str) -> str:
    return ";".join(str(each) for each in bytes.fromhex(colour.removeprefix("#")))


def _has_colour() -> bool:
    is_seen = sys.stdout is not None and sys.stdout.isatty() and session() is None
    return is_seen and colour_depth(os.environ) is not Depth.NONE


def _worst(found: Sequence[Finding]) -> Verdict:
    order: Sequence[Verdict] = ("ok", "note", "bad")
    return max((each.verdict for each in found), key=order.index, default="ok")
