"""Train, dev and test as files of their own: one list, one alphabet, and the split `files`."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import Session, parts_among
from engine.protocol import (
    FILES,
    ClimbLadder,
    CommandRefused,
    Configure,
    ContextsCounted,
    CountContexts,
    DatasetLoaded,
    Event,
    Load,
    LoadDataset,
    LossOnTest,
    ModelTuned,
    OpenTest,
    PartFile,
    PartSize,
    Refusal,
    Save,
    SettingsChanged,
    Train,
    Tune,
    WordsParted,
)
from engine.words.dataset import Dataset, finish, load
from engine.words.parts import part
from tests.conftest import act

Write = Callable[..., str]

TRAIN, DEV, TEST = "emma\nolivia\nava\nemma\n", "ava\nzoë\n", "mia\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files of words by their names, without .txt, and returns their folder."""

    def written(**contents: str | bytes) -> str:
        for name, content in contents.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / f"{name}.txt").write_bytes(data)
        return str(tmp_path)

    return written


def loaded(folder: str, *names: str) -> Dataset:
    """Load files by their names, without .txt; of none, what the folder holds."""
    if not names:
        return finish(load(folder))
    paths = [f"{folder}/{name}.txt" if name else None for name in names]
    return finish(load(*paths))


def opened(folder: str, **changes: str) -> Session:
    """A session on the files of a folder, without torch."""
    session = Session()
    act(session, LoadDataset(folder, **changes))
    return session


def refusals(events: list[Event]) -> list[str]:
    return [event.reason for event in events if isinstance(event, CommandRefused)]


def parts_of(dataset: Dataset, split: str = FILES) -> dict[str, list[str]]:
    numbers = finish(part(dataset.words, split)).numbers
    return {name: dataset.words.pick(each.tolist()) for name, each in numbers.items()}


def test_each_part_is_the_words_of_its_file(write: Write) -> None:
    folder = write(train=TRAIN, dev=DEV, test=TEST)
    both = loaded(folder, "train", "dev", "test")
    assert parts_of(both) == {
        name: list(loaded(folder, name).words) for name in ("train", "dev", "test")
    }
    assert list(both.words) == ["emma", "olivia", "ava", "emma", "ava", "zoë", "mia"]
    assert dict(both.words.cuts) == {"train": 0, "dev": 4, "test": 6}


@pytest.mark.parametrize(
    ("names", "parts"),
    [(("train", "dev"), ["train", "dev"]), (("train", "", "test"), ["train", "test"])],
)
def test_a_dev_or_a_test_alone_will_do(
    names: tuple[str, ...], parts: list[str], write: Write
) -> None:
    assert list(parts_of(loaded(write(train=TRAIN, dev=DEV, test=TEST), *names))) == parts


def test_the_alphabet_is_that_of_all_and_what_dev_alone_holds_is_never_seen(write: Write) -> None:
    folder = write(train=TRAIN, dev=DEV)
    assert set(loaded(folder).vocabulary.symbols) == set(".emaolivzë")
    (counted,) = (
        event
        for event in act(opened(folder), CountContexts(2, split=FILES))
        if isinstance(event, ContextsCounted)
    )
    _, dev = counted.parts
    assert ("oë", "zoë") in dev.culprits
    assert math.isinf(dev.nll)


def test_other_splits_part_the_words_of_all_files_together(write: Write) -> None:
    lines = [f"{first}{second}" for first in "abcdef" for second in "abcdef"]
    folder = write(
        train="\n".join(lines[:20]), dev="\n".join(lines[20:30]), test="\n".join(lines[30:])
    )
    (Path(folder) / "all").write_text("\n".join(lines))
    whole = finish(load(f"{folder}/all"))
    for split in ("none", "lecture", "hash", "0.5,0.5@3"):
        assert parts_of(loaded(folder), split) == parts_of(whole, split)


def test_files_of_the_lectures_parts_have_the_losses_of_its_split(
    write: Write, names: Dataset
) -> None:
    parts = parts_of(names, "lecture")
    session = opened(write(**{name: "\n".join(words) for name, words in parts.items()}))
    asked = CountContexts(3, split=FILES, smoothing=1.0, opens_test=True)
    (event,) = (e for e in act(session, asked) if isinstance(e, ContextsCounted))
    assert [part.nll for part in event.parts] == pytest.approx(
        [2.214158046, 2.252647170, 2.238469506], abs=1e-8
    )


def test_what_was_cleaned_is_told_of_each_file_and_of_all(write: Write) -> None:
    folder = write(
        train="emma\n\nx.y\n\nava\n", dev="zoe\u0308\ni\u200bda\n", test="mia\tF\numa\tF\n"
    )
    (event,) = (e for e in Session().run(LoadDataset(folder)) if isinstance(e, DatasetLoaded))
    report = event.report
    train, dev, test = (f"{folder}/{name}.txt" for name in ("train", "dev", "test"))
    assert report.files == (
        PartFile("train", train, 2, blank_lines=2, dropped_words=1),
        PartFile("dev", dev, 2, removed_characters=1, normalized_words=1),
        PartFile("test", test, 2, cut_lines=2),
    )
    assert (report.blank_lines, report.dropped_words, report.removed_characters) == (2, 1, 1)
    assert (report.normalized_words, report.cut_lines, report.words) == (1, 2, 6)
    assert report.source == f"{train} + {dev} + {test}"
    assert report.path == train
    assert report.hint.startswith(f"{train} holds a full stop, ")
    assert f" {test} looks like a table" in report.hint


def test_the_hash_is_of_every_file_and_of_what_it_is_for(write: Write) -> None:
    folder = write(train=TRAIN, dev=DEV, test=TEST, other="mia\nida\n")
    given = [
        ("train",),
        ("train", "dev"),
        ("train", "", "dev"),
        ("train", "dev", "test"),
        ("train", "test", "dev"),
        ("train", "dev", "other"),
        ("other", "dev", "test"),
    ]
    assert len({loaded(folder, *names).sha256 for names in given}) == len(given)
    assert loaded(folder, "train", "dev").sha256 == loaded(folder, "train", "dev").sha256


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["train.txt", "dev.txt", "test.txt"], ["train.txt", "dev.txt", "test.txt"]),
        (["x", "test.txt", "val.txt", "train.txt"], ["train.txt", "val.txt", "test.txt"]),
        (["valid.txt", "train.txt"], ["train.txt", "valid.txt"]),
        (["validation.txt", "dev.txt", "train.txt"], ["train.txt", "dev.txt"]),
        (["train.txt"], []),
        (["dev.txt", "test.txt"], []),
        ([], []),
    ],
)
def test_files_of_parts_are_known_by_their_names(names: list[str], found: list[str]) -> None:
    assert list(parts_among(names).values()) == found


def test_a_folder_stands_for_the_files_in_it(write: Write) -> None:
    folder = write(train=TRAIN, val=DEV, test=TEST)
    assert loaded(folder).sha256 == loaded(folder, "train", "val", "test").sha256
    (Path(folder) / "dev.txt").mkdir()
    assert loaded(folder).files[1].source.endswith("val.txt"), "a folder is no file of words"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("train", "gone"), "There is no file {}/gone.txt"),
        (("gone", "dev"), "There is no file {}/gone.txt"),
        (("train", "dev", "empty"), "{}/empty.txt is empty"),
        (("train", "blank"), "{}/blank.txt holds no usable word"),
        (("train", "dev", "latin"), "{}/latin.txt is not UTF-8"),
        (("train", "train"), "{0}/train.txt holds the very words of train, {0}/train.txt"),
        (("train", "dev", "copy"), "{0}/copy.txt holds the very words of dev, {0}/dev.txt"),
        (("", "dev"), "{}/dev.txt is to be dev, but of what"),
        (("", "", "test"), "{}/test.txt is to be test, but of what"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    names: tuple[str, ...], said: str, write: Write
) -> None:
    folder = write(
        train=TRAIN, dev=DEV, test=TEST, empty="", blank="\n \n", latin=b"zo\xeb\n", copy=DEV
    )
    with pytest.raises(Refusal) as refused:
        loaded(folder, *names)
    assert str(refused.value).startswith(said.format(folder))


def test_a_folder_without_such_files_is_refused_and_says_which_it_might_hold(write: Write) -> None:
    folder = write(train=TRAIN)
    with pytest.raises(Refusal, match=r"is a directory; .* train\.txt and dev\.txt or test\.txt"):
        loaded(folder)


def test_a_folder_is_no_train_for_a_dev_and_a_test_beside_it(write: Write) -> None:
    folder = write(train=TRAIN, dev=DEV, test=TEST)
    with pytest.raises(Refusal, match="is a directory; beside dev and test give the file of train"):
        finish(load(folder, f"{folder}/dev.txt", f"{folder}/test.txt"))


def test_words_of_one_file_are_in_no_files_of_parts(write: Write) -> None:
    session = Session()
    act(session, LoadDataset(f"{write(train=TRAIN)}/train.txt"))
    (said,) = refusals(act(session, CountContexts(split=FILES)))
    assert said.startswith("These words came in one file, so there is no split files")


def settings_of(events: list[Event]) -> list[str]:
    return [event.settings.split for event in events if isinstance(event, SettingsChanged)]


def test_files_bring_their_split_and_take_it_along(write: Write, names: Dataset) -> None:
    folder, session = write(train=TRAIN, dev=DEV, test=TEST), Session()
    assert settings_of(act(session, LoadDataset(folder))) == [FILES]
    assert settings_of(act(session, LoadDataset(folder))) == []
    assert settings_of(act(session, LoadDataset(f"{folder}/train.txt"))) == ["none"]
    assert settings_of(act(session, Configure(split="hash"))) == ["hash"]
    assert settings_of(act(session, LoadDataset(f"{folder}/dev.txt"))) == [], "as before"
    assert settings_of(act(session, LoadDataset(folder))) == [FILES]
    assert settings_of(act(session, LoadDataset(folder, split="none"))) == ["none"]
    (said,) = refusals(act(session, LoadDataset(folder, split="halves")))
    assert "split must be one of" in said
    assert session.settings.split == "none", "what is refused changes nothing"


def test_without_a_dev_what_needs_one_is_refused_by_the_name_of_the_split(write: Write) -> None:
    session = opened(write(train=TRAIN, test=TEST))
    ladder, kneser_ney = ClimbLadder(FILES), Tune(2, split=FILES, model="kneser-ney")
    for command in (ladder, kneser_ney):
        (said,) = refusals(act(session, command))
        assert "dev, which split files does not have" in said
    (tuned,) = (e for e in act(session, Tune(2, split=FILES)) if isinstance(e, ModelTuned))
    assert math.isfinite(tuned.left_out)
    assert [each.part for each in tuned.parts] == ["train"], "test is sealed"


@pytest.fixture
def session(write: Write) -> Session:
    """A session on three files, with torch."""
    session = opened(write(train=TRAIN, dev=DEV, test=TEST))
    session.import_torch()
    list(session.become_ready())
    while session.is_busy:
        list(session.work())
    return session


def test_a_run_is_on_train_alone_and_looks_at_dev(session: Session, tmp_path: Path) -> None:
    act(session, Train(20))
    (alone,) = (
        event.report.floor
        for event in Session().run(LoadDataset(str(tmp_path / "train.txt")))
        if isinstance(event, DatasetLoaded)
    )
    snapshot = session.snapshot()
    assert snapshot.floor == pytest.approx(alone, abs=1e-12)
    assert math.isfinite(snapshot.dev_loss)
    assert snapshot.has_test
    (event,) = (e for e in act(session, OpenTest()) if isinstance(e, LossOnTest))
    assert math.isfinite(event.loss)


def test_the_parts_are_told_with_what_leaks(session: Session) -> None:
    events = act(session, Configure(split="none"), Configure(split=FILES))
    none, parted = (event for event in events if isinstance(event, WordsParted))
    assert none == WordsParted()
    assert list(parted.marks) == [1, 1, 1, 1, 2 | 8, 2, 4]
    assert parted.sizes == (PartSize("train", 4, 0), PartSize("dev", 2, 1), PartSize("test", 1, 0))


def test_a_run_goes_on_with_the_same_files_and_with_no_others(
    session: Session, write: Write, tmp_path: Path
) -> None:
    path = str(tmp_path / "run")
    act(session, Train(3), Save(path), LoadDataset(str(tmp_path)))
    assert refusals(act(session, Load(path))) == []
    assert session.snapshot().step == 3
    assert session.settings.split == FILES
    act(session, LoadDataset(write(test="ida\n")))
    (said,) = refusals(act(session, Load(path)))
    assert "another alphabet" in said or "of other data" in said
