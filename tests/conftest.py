"""What tests of the engine and of the command line share."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from engine import Session
from engine.models.counts import Counts, count_all
from engine.proof.reference import MAKEMORE, NAMES, Reference
from engine.protocol import Command, Event, LoadDataset, Shelf
from engine.words.dataset import Dataset, Words, load_all
from engine.words.vocabulary import Vocabulary

# Read when Textual is imported: what is drawn between two looks at it is drawn for nobody.
os.environ.setdefault("TEXTUAL_FPS", "30")

# As in the app: what a run of the tests brings in stays, and to look it through for garbage again
# and again took a quarter of their time.
gc.set_threshold(100_000, 50, 20)

settings.register_profile("here", deadline=None, max_examples=30)
settings.load_profile("here")

WriteWords = Callable[[str | bytes], str]
"""Writes a file of words and returns its path."""


def pytest_collection_finish() -> None:
    """Leave out of every later search for garbage what there is by now."""
    gc.freeze()


def counts_of(*words: str) -> Counts:
    """Count a few words, in an alphabet of their own."""
    return count_all(Words.of(words), Vocabulary.of("".join(words)))


def act(session: Session, *commands: Command) -> list[Event]:
    """Carry out commands, training included, and return everything that happened."""
    events: list[Event] = []
    for command in commands:
        events += session.run(command)
        while session.is_training:
            events += session.train(16)
    return events


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of the test's own: what one test is to remember is news to all others."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the sockets of engines lie: the test's own, with room for a path short enough."""
    with tempfile.TemporaryDirectory(prefix="mm-", dir="/tmp") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        yield Path(folder)


@pytest.fixture
def words_file(tmp_path: Path) -> WriteWords:
    def write(content: str | bytes) -> str:
        path = tmp_path / "words.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


@pytest.fixture(scope="session")
def names() -> Dataset:
    """The list that comes with the program."""
    return load_all(None)


@pytest.fixture(scope="session")
def name_counts(names: Dataset) -> Counts:
    return count_all(names.words, names.vocabulary)


@pytest.fixture(scope="session")
def makemore() -> Dataset:
    """Makemore's own list, which MAKEMORE_NAMES names."""
    path = os.environ.get("MAKEMORE_NAMES")
    if not path:
        pytest.skip("MAKEMORE_NAMES does not name makemore's list")
    return load_all(path)


@pytest.fixture(scope="session", params=[NAMES, MAKEMORE], ids=["names.txt", "makemore"])
def known(request: pytest.FixtureRequest) -> tuple[Reference, Dataset, Counts]:
    """A list whose figures are known."""
    reference: Reference = request.param
    which = "makemore" if reference is MAKEMORE else "names"
    dataset: Dataset = request.getfixturevalue(which)
    assert dataset.sha256 == reference.sha256
    return reference, dataset, count_all(dataset.words, dataset.vocabulary)


def ready(path: str | None = None, shelf: Shelf | None = None) -> Session:
    """Open a session with words and torch."""
    session = Session(shelf=shelf)
    act(session, LoadDataset(path))
    session.import_torch()
    list(session.become_ready())
    while session.is_busy:
        list(session.work())
    return session


@pytest.fixture
def session(words_file: WriteWords) -> Session:
    """A session on a few names, with torch."""
    return ready(words_file("emma\nolivia\nava\nisabella\nsophia\nemma\n"))
