"""Chapters of the lab without a screen: the list of them, one as text, one as JSON."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict

from engine import printable
from engine.lab import Exhibit, Opened, chapter, chapters, paragraphs, plain
from engine.protocol import ChapterOpened, ExhibitShown, LoadDataset, OpenChapter, Refusal
from tui.shell import headless, output
from tui.shell.hand import session

WIDTH = 76
"""Columns of a page in a pipe; in a terminal a page is as wide as it, up to `WIDEST`."""

WIDEST = 100


def contents() -> list[str]:
    """List the chapters, with what can be set in each."""
    size = max(len(each.name) for each in chapters())
    lines = []
    for each in chapters():
        controls = ", ".join(control.name for control in each.controls)
        lines.append(f"{each.number:>2}  {each.name:<{size}}  {each.title}")
        if controls:
            lines.append(f"{'':{size + 4}}  --set {controls}")
    return lines


def contents_json() -> list[dict[str, object]]:
    """List the chapters as plain values."""
    return [
        {
            "number": each.number,
            "name": each.name,
            "title": each.title,
            "controls": {c.name: {"rule": c.rule, "default": c.default} for c in each.controls},
        }
        for each in chapters()
    ]


def pairs(settings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Read `control=value`; Refusal if there is no equals sign."""
    read = [text.partition("=") for text in settings]
    for name, sign, _ in read:
        if not sign:
            raise Refusal(f"--set takes control=value, not “{printable(name)[:40]}”.")
    return tuple((name.strip(), value) for name, _, value in read)


def work(data: str | None, name: str, settings: Sequence[str]) -> tuple[ChapterOpened, Exhibit]:
    """Work a chapter to its end; Refusal if it cannot be had."""
    about, inputs = chapter(name), pairs(settings)
    about.read(dict(inputs))
    client, _ = headless.read(LoadDataset(data), output.warn)
    opened: ChapterOpened | None = None
    exhibit: Exhibit | None = None
    for event in client.ask(OpenChapter(about.name, inputs, with_pauses=False)):
        if isinstance(event, ChapterOpened):
            opened = event
        elif isinstance(event, ExhibitShown):
            exhibit = event.exhibit
    assert opened is not None
    assert exhibit is not None
    return opened, exhibit


def page(opened: ChapterOpened, exhibit: Exhibit) -> list[str]:
    """Write a chapter as text."""
    width = min(WIDEST, shutil.get_terminal_size().columns) if _is_terminal() else WIDTH
    read = Opened(opened.inputs, opened.code, iter(()))
    is_read_aloud = session() is not None
    lines = plain.chapter(read, chapter(opened.name), exhibit, width, is_read_aloud=is_read_aloud)
    return lines[1:]


def page_json(opened: ChapterOpened, exhibit: Exhibit) -> dict[str, object]:
    """Give a chapter as plain values."""
    about = chapter(opened.name)
    return {
        "number": about.number,
        "name": about.name,
        "title": about.title,
        "text": paragraphs(about.text),
        "inputs": dict(opened.inputs),
        "exhibit": [{"kind": type(p).__name__.lower(), **asdict(p)} for p in exhibit.parts],
        "setup": opened.setup,
        "code": opened.code,
        "question": " ".join(paragraphs(about.question)),
        "answer": " ".join(paragraphs(about.answer)),
    }


def _is_terminal() -> bool:
    return sys.stdout is not None and os.isatty(sys.stdout.fileno())
