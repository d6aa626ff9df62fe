"""Processes that count: what they find, and what is said if one of them cannot go on."""

from __future__ import annotations

import gzip
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.protocol import Refusal
from engine.words.corpus import counting, hands
from engine.words.corpus.apart import Apart
from engine.words.corpus.counting import count, texts
from engine.words.corpus.hands import Asked
from engine.words.corpus.reading import READ, cut
from engine.words.corpus.sources import find
from engine.words.dataset import finish

LINES = "emma\nava\nolivia mae\nżaneta\n\n  isabella.\r\n"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three files, one of them packed; they are counted apart though they are small."""
    monkeypatch.setattr(counting, "APART", 0)
    plain, other, packed = (tmp_path / name for name in ("a.txt", "b.txt", "c.gz"))
    plain.write_text(LINES * 1000 + "emma\nava\n" * 1_200_000 + LINES)
    other.write_text("Grüße\nпривет\n" * 1000)
    packed.write_bytes(gzip.compress(LINES.encode() * 2000))
    return [str(plain), str(other), str(packed)]


def children() -> set[int | None]:
    return {process.pid for process in multiprocessing.active_children()}


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        pytest.param(Asked(is_text=True), marks=pytest.mark.slow),
        Asked(is_text=True, is_whole=True),
    ],
    ids=str,
)
def test_processes_find_what_one_thread_finds(paths: list[str], asked: Asked) -> None:
    sources = find(paths)
    units = cut(sources, 1)
    assert len(units) > len(sources)
    alone = finish(count(sources, units, asked, 1))
    begun: list[str] = []
    found = finish(count(sources, units, asked, 3, begin=lambda source: begun.append(source.path)))
    assert found.tally.cleaned == alone.tally.cleaned
    assert found.tally.lengths == alone.tally.lengths
    assert all(
        getattr(found.tally, name).tolist() == getattr(alone.tally, name).tolist()
        for name in ("symbols", "keys", "counts")
    )
    assert texts(units, found) == texts(units, alone)
    assert found == replace(alone, tally=found.tally)
    assert sorted(set(begun)) == paths
    assert not children()


def test_what_a_process_refuses_is_said_of_the_first_place(paths: list[str]) -> None:
    with open(paths[0], "r+b") as file:
        for at in (9 << 20, 5 << 20):
            file.seek(at)
            file.write(b"\xff")
    sources = find(paths)
    with pytest.raises(Refusal) as alone:
        finish(count(sources, cut(sources, 1), Asked(), 1))
    for _ in range(3):
        with pytest.raises(Refusal) as refused:
            finish(count(sources, cut(sources, 1), Asked(), 3))
        assert str(refused.value) == str(alone.value)
        assert "byte 0xff" in str(refused.value)


def test_a_process_that_is_killed_is_named(paths: list[str]) -> None:
    sources = find(paths)
    (unit, *_) = units = cut(sources, 1)
    hand = Apart(sources, Asked(), READ)

    def kill(_: int) -> None:
        for pid in children():
            os.kill(pid or 0, signal.SIGKILL)

    try:
        with pytest.raises(Refusal, match=r"counted .*a\.txt is gone \(signal 9\)\. .*memory"):
            hand.count(unit, kill, lambda: True)
        with pytest.raises(Refusal, match="is gone"):
            hand.count(units[1], kill, lambda: True)
    finally:
        hand.close()


def test_an_interrupt_is_left_to_the_one_that_asked(paths: list[str]) -> None:
    sources = find(paths)
    hand = Apart(sources, Asked(), READ)

    def interrupt(_: int) -> None:
        for pid in children():
            os.kill(pid or 0, signal.SIGINT)

    try:
        hand.count(cut(sources, 1)[0], interrupt, lambda: True)
        assert hand.found().bytes
    finally:
        hand.close()


def test_who_asks_no_more_leaves_no_process_behind(paths: list[str]) -> None:
    sources = find(paths)
    steps = count(sources, cut(sources, 1), Asked(), 3)
    next(steps)
    steps.close()
    assert not children()


def test_where_there_can_be_no_process_threads_count(
    paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(counting, "Apart", none)
    sources = find(paths)
    assert finish(count(sources, cut(sources, 1), Asked(), 2)).tally.words


@pytest.mark.parametrize("make", [lambda path: "-", lambda path: path], ids=["stdin", "pipe"])
def test_what_only_this_process_can_read_is_counted_here(
    make: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "APART", 0)
    os.mkfifo(tmp_path / "pipe")
    sources = find([make(str(tmp_path / "pipe"))] * 2)
    assert not counting._pays(sources, Asked(), counting.APART)
    assert hands.Hand(sources, Asked(), READ, None).found().tally.words == 0
