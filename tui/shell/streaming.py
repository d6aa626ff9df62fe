"""Names written to a file as they are drawn, however many: `makemore-tui sample --save`."""

from __future__ import annotations

import signal
import sys
import time
from functools import partial
from typing import BinaryIO

from engine import Client, parse, printable
from engine.protocol import NamesStreamed, Refusal, Sample, StreamNames, Value
from engine.text.numbers import number as written
from tui import places
from tui.shell import output
from tui.shell.progress import Progress

OUT = "-"
"""Stands for standard output."""


def number(text: str, target: str | None) -> Value:
    """Read how many names are asked for; Refusal if that is too many, or no number of names."""
    if target is not None:
        return parse("streamed", text)
    try:
        return parse("number", text)
    except Refusal as refusal:
        if text.isdecimal() and int(text):
            raise Refusal(f"{refusal} For more give --save FILE.") from None
        raise


def check(target: str | None, as_json: bool) -> None:
    """Refuse a place that names cannot be written to, before they are drawn."""
    if target == OUT and as_json:
        raise Refusal("--json writes to standard output, and so does --save -; give --save FILE.")
    if target not in (None, OUT):
        places.check_place(target)


def save(client: Client, command: Sample, target: str, as_json: bool) -> None:
    """Draw names and write them to a file, whole or not at all, or to standard output."""
    began = time.perf_counter()
    if target == OUT:
        size, cut = _fill(client, command, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        # Who is ended so takes what is not finished along, as with ctrl+c.
        before = signal.signal(signal.SIGTERM, _end)
        try:
            size, cut = places.write(target, partial(_fill, client, command), replaces=True)
        finally:
            signal.signal(signal.SIGTERM, before)
    seconds = time.perf_counter() - began
    if cut:
        output.warn(f"{cut:,} of the names were stopped at 1,000 symbols: they had no end by then.")
    if as_json:
        made = {"file": target, "number": command.number, "bytes": size, "cut": cut}
        way = {"seconds": seconds, "sampler": command.sampler, "seed": command.seed}
        output.say_json(made | way | output.ngrams_json(command))
    elif target != OUT:
        took = written(seconds, ".1f")
        output.say(f"{printable(target)}: {command.number:,} names, {size:,} bytes, in {took} s")


def _fill(client: Client, command: Sample, file: BinaryIO) -> tuple[int, int]:
    """Write the names; gives the bytes, and how many names were cut."""
    size = cut = 0
    with Progress("drawing") as progress:
        for event in client.ask(StreamNames(command)):
            if isinstance(event, NamesStreamed):
                file.write(event.text)
                size, cut = size + len(event.text), event.cut
                progress.show(event.names, command.number, _rate(event.names, progress))
    return size, cut


def _end(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def _rate(names: int, progress: Progress) -> str:
    speed = progress.a_second(names) / 1e6
    return f"{written(names / 1e6, ',.1f')}M names, {written(speed, ',.1f')}M/s"
