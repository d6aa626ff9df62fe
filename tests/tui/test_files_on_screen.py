"""Train, dev and test as files of their own, on the screen: opened, told apart, told again."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from engine.protocol import (
    FILES,
    ClimbLadder,
    DatasetLoaded,
    ListFolder,
    LoadDataset,
    Ngrams,
    PartFile,
    PartSize,
    Sample,
    Settings,
    Snapshot,
    WordsParted,
)
from engine.words.folders import listed
from tests.tui.bench import REPORT
from tests.tui.questions import Visit, visit
from tui import cli, start
from tui.dataset import folders
from tui.dataset.facts import facts
from tui.dataset.files import FolderList, WordsScreen
from tui.ladder.saying import SPLITS, splits_of
from tui.main import main
from tui.options import START_SPEED, Options
from tui.palette import SPLIT_HELP, ModelProvider
from tui.reproduce import command_lines
from tui.state import State
from tui.state.climbs import Climbs

TRAIN, DEV, TEST = "emma\nolivia\nava\nisabella\n", "ava\nsophia\n", "mia\nzoe\n"

PARTED = replace(
    REPORT,
    source="a/train.txt + a/dev.txt + a/test.txt",
    files=(
        PartFile("train", "a/train.txt", 30_000, blank_lines=2),
        PartFile("dev", "a/dev.txt", 2_000),
        PartFile("test", "a/test.txt", 257, cut_lines=7),
    ),
)
SIZES = (PartSize("train", 4, 0), PartSize("dev", 2, 1), PartSize("test", 2, 0))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one works in, with files of all parts."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    for name, content in (("train", TRAIN), ("val", DEV), ("test", TEST)):
        (home / f"{name}.txt").write_text(content)
    return home


async def splits(there: Visit) -> list[str]:
    """The splits that the list of models offers."""
    hits = [hit.text async for hit in ModelProvider(there.app.screen).discover()]
    return [text.removeprefix("Split: ") for text in hits if text and text.startswith("Split: ")]


@pytest.mark.slow
async def test_the_files_of_a_folder_are_opened_as_one_and_part_the_words(folder: Path) -> None:
    async with visit((160, 50)) as there:
        app = there.app
        assert FILES not in await splits(there)
        await there.press("f")
        await there.sees("train.txt + val.txt + test.txt")
        await there.press("enter")
        await there.until(lambda: app.state.settings.split == FILES)
        await there.until(lambda: app.state.rankings.parted.sizes == SIZES)
        sent = next(c for c in reversed(there.engine.sent) if isinstance(c, LoadDataset))
        assert sent.path == str(folder)
        await there.sees("split", FILES, "train", "2 · 1 in train")
        assert FILES in await splits(there)
        assert app.state.snapshot.has_test
        assert app.state.opened is None
        assert app.state.sample.ngrams == Ngrams(2, 1, FILES)
        await there.press("slash", *"part:dev")
        await there.sees(" 2 of 8 · file ")
        await there.press("escape", "K")
        await there.until(lambda: app.state.replies.climbs.split == FILES)
        asked = [c.split for c in there.engine.sent if isinstance(c, ClimbLadder)]
        assert asked == [FILES]
        await there.press("escape", "f")
        await there.click_on("the names that come with the program")
        await there.until(lambda: app.state.settings.split == "none")
        assert app.state.rankings.parted == WordsParted()
        assert FILES not in await splits(there)


@pytest.mark.soak
async def test_the_files_are_opened_by_a_click(folder: Path) -> None:
    async with visit((80, 24)) as there:
        await there.press("f")
        await there.click_on("train.txt + val.txt + test.txt")
        await there.until(lambda: there.app.state.settings.split == FILES)
        assert not isinstance(there.app.screen, WordsScreen)


async def test_where_parts_are_amiss_only_the_files_are_listed(folder: Path) -> None:
    (folder / "train.txt").unlink()
    async with visit((80, 24)) as there:
        await there.press("f")
        await there.sees("val.txt")
        listed = [entry.name for entry in there.app.screen.query_one(FolderList).entries]
        assert listed == ["the names that come with the program", "..", "test.txt", "val.txt"]


def test_the_size_of_the_files_is_that_of_all(folder: Path) -> None:
    told = listed(ListFolder(str(folder)))
    (entry,) = folders.together(told.folder, told.entries)
    assert (entry.path, entry.is_folder) == (str(folder), False)
    assert entry.size == len(TRAIN + DEV + TEST)


def test_what_was_cleaned_is_told_of_each_file() -> None:
    rows = ["".join(run[0] for run in row) for row in facts(PARTED, (".",), WordsParted(), 30)]
    assert [row for row in rows if ": " in row] == [
        "train: blank lines           2",
        "test: cut columns            7",
    ]


def test_the_ladder_takes_the_split_of_the_files_and_leaves_it_with_them() -> None:
    def loaded(climbs: Climbs, **changes: object) -> str:
        report = replace(REPORT, **changes)  # type: ignore[arg-type]
        return climbs.hear(DatasetLoaded(report, (".",), "", b"")).split

    train, dev, test = PARTED.files
    assert loaded(Climbs(), files=(train, dev)) == FILES
    assert loaded(Climbs(split="hash"), files=(train, test)) == "hash", "without a dev"
    assert loaded(Climbs(split="hash")) == "hash"
    assert loaded(Climbs(split=FILES)) == "lecture"
    assert splits_of(PARTED) == list(SPLITS)
    for report in (None, REPORT, replace(PARTED, files=(train, test))):
        assert splits_of(report) == list(SPLITS)[:-1]
    assert list(SPLIT_HELP)[-1] == FILES


def on_screen(split: str, **changes: object) -> State:
    settings = Settings(speed=START_SPEED, split=split)
    state = State(report=PARTED, snapshot=Snapshot(settings=settings, step=5))
    return replace(state, **changes)  # type: ignore[arg-type]


def test_the_lines_that_bring_it_back_name_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    given = "--data a/train.txt --dev a/dev.txt --test a/test.txt"
    drawn = Sample(ngrams=Ngrams(split=FILES))
    assert command_lines(on_screen(FILES, drawn=drawn)) == [
        f"makemore-tui {given}",
        f"makemore-tui train {given} --steps 5",
        f"makemore-tui sample {given}",
    ]
    app, train, sample = command_lines(on_screen("none", drawn=Sample()))
    assert app == f"makemore-tui {given} --split none"
    assert train == f"makemore-tui train {given} --steps 5 --split none"
    assert sample == f"makemore-tui sample {given} --split none"
    opened: list[Options] = []
    monkeypatch.setattr(cli, "_check_terminal", lambda: None)
    monkeypatch.setattr(start, "run", opened.append)
    main(shlex.split(app)[1:])
    words = LoadDataset("a/train.txt", "a/dev.txt", "a/test.txt", "none")
    assert [options.words for options in opened] == [words]
