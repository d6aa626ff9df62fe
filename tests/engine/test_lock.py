"""A lock ends with who holds it, and says who that is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from platform import node

import pytest

from engine.protocol import Refusal, Shelf
from engine.training import lock, places
from engine.training.folder import RunFolder
from engine.training.keeper import Keeper
from engine.training.lock import Holder


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "lock")


@pytest.fixture
def held(path: str) -> Iterator[int]:
    handle = lock.acquire(path)
    assert handle is not None
    yield handle
    os.close(handle)


def test_who_holds_it_is_told_as_long_as_it_is_held(path: str) -> None:
    assert lock.holder(path) is None
    handle = lock.acquire(path)
    assert handle is not None
    lock.sign(handle, "/run/mine")
    lock.sign(handle, "/run/m")
    assert lock.holder(path) == Holder(os.getpid(), node(), "/run/m")
    os.close(handle)
    assert Path(path).read_text()
    assert lock.holder(path) is None


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"pid": 1}', '{"pid": {}}', "\xff" * 9999])
def test_one_that_was_not_signed_says_nothing(path: str, text: str) -> None:
    Path(path).write_text(text)
    assert lock.holder(path) is None
    assert places.instead(path) == "end it first"


def test_what_can_be_done_instead_depends_on_who_holds_it(path: str, held: int) -> None:
    lock.sign(held)
    assert places.instead(path) == f"end process {os.getpid()} first"
    lock.sign(held, "/run/0123456789ab")
    me = f"process {os.getpid()}"
    assert places.instead(path) == f"makemore-tui attach 0123456789ab opens it ({me})"
    text = Path(path).read_text().replace(node(), "box")
    Path(path).write_text(text)
    away = f"makemore-tui attach ssh://box/0123456789ab opens it ({me} on box)"
    assert places.instead(path) == away


def test_a_run_says_where_its_engine_is_found(tmp_path: Path) -> None:
    folder = RunFolder(str(tmp_path / "run"))
    path = str(tmp_path / "run" / "lock")
    folder.take()
    folder.sign("/run/first")
    folder.release()
    folder.sign("/run/second")
    assert lock.holder(path) is None
    folder.take()
    assert lock.holder(path) == Holder(os.getpid(), node(), "/run/second")
    with pytest.raises(Refusal, match="makemore-tui attach second opens it"):
        RunFolder(str(tmp_path / "run")).take()
    folder.release()


def test_the_place_of_a_first_run_is_held_before_it_has_begun(tmp_path: Path) -> None:
    shelf = Shelf(str(tmp_path / "runs"), str(tmp_path / "mine"))
    keeper, other = Keeper(shelf), Keeper(shelf)
    keeper.hold_place()
    keeper.sign("/run/mine")
    held = lock.holder(str(tmp_path / "mine" / "lock"))
    assert held is not None
    assert held.socket == "/run/mine"
    with pytest.raises(Refusal, match="makemore-tui attach mine opens it"):
        other.hold_place()
    assert keeper.close(1)
    other.hold_place()
    assert other.close(1)
    Keeper(Shelf(str(tmp_path / "runs"))).hold_place()
    assert not (tmp_path / "runs").exists()
