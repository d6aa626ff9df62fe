"""The headless commands and the app's options where train, dev and test are files of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.protocol import LoadDataset
from tui import cli, start
from tui.main import main
from tui.options import Options

TRAIN = "emma\nava\nmia\nemma\nanna\nzoe\nida\nmiav\nzoeva\nolivia\n"
DEV = "ava\nanno\nvimo\n"
TEST = "ameli\nozan\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def command(line: str, *paths: str) -> tuple[int, str, str]:
        """Run a line in which each {} stands for a path; give its code and what it printed."""
        capfd.readouterr()
        waiting = iter(paths)
        code = main([next(waiting) if word == "{}" else word for word in line.split()])
        return (code, *capfd.readouterr())

    return command


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, str]:
    """Paths of train, dev and test, whose folder holds nothing else."""
    contents = {"train.txt": TRAIN, "dev.txt": DEV, "test.txt": TEST}
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    first, second, third = (str(tmp_path / name) for name in contents)
    return first, second, third


GIVEN = "--data {} --dev {} --test {}"


def lines(answer: tuple[int, str, str]) -> list[dict[str, Any]]:
    """The objects that a command printed, which must have gone well."""
    code, out, err = answer
    assert (code, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_the_parts_are_counted_as_each_file_alone(run: Run, files: tuple[str, str, str]) -> None:
    (found,) = lines(run(f"count {GIVEN} --json", *files))
    alone = [lines(run("count --data {} --json", file))[0] for file in files]
    assert found["files"] == [
        {"part": part, "file": file, "words": each["words"]}
        for part, file, each in zip(("train", "dev", "test"), files, alone, strict=True)
    ]
    assert found["split"] == "files"
    assert found["predictions"] == sum(each["bigrams"] for each in alone)
    assert found["train"] == pytest.approx(alone[0]["nll"], abs=1e-12)
    assert (found["cells"], found["once"]) == (alone[0]["nonzero"], alone[0]["once"])
    assert (found["repeats_dev"], found["unseen_dev"]) == (1, 6)


def test_a_folder_of_such_files_is_given_like_a_file(run: Run, files: tuple[str, str, str]) -> None:
    folder = str(Path(files[0]).parent)
    by_folder = run("count --data {} --json", folder)
    assert by_folder == run(f"count {GIVEN} --json", *files)
    text = run("count --data {}", folder)[1]
    assert text.startswith(" + ".join(files) + " · order 2 · 1 dot · split files\n")


@pytest.mark.parametrize("command", ["count --smoothing 1", "tune", "train --steps 3"])
def test_test_is_sealed_until_it_is_opened(
    run: Run, files: tuple[str, str, str], command: str
) -> None:
    sealed = lines(run(f"{command} {GIVEN} --json", *files))[-1]
    opened = lines(run(f"{command} {GIVEN} --open-test --json", *files))[-1]
    assert sealed["test_sealed"] is True
    assert not {name for name in sealed if "test" in name} - {"test_sealed"}
    assert opened["test"] > 0
    assert "test_sealed" not in opened


def test_the_ladder_is_climbed_on_the_files(run: Run, files: tuple[str, str, str]) -> None:
    (found,) = lines(run(f"ladder {GIVEN} --json", *files))
    assert (found["split"], found["test_sealed"]) == ("files", True)
    assert not any("test" in row for row in found["rows"])


@pytest.mark.parametrize("command", ["sample --number 20 --json", "score emma vimo --json"])
def test_names_are_drawn_and_words_scored_by_train_alone(
    run: Run, files: tuple[str, str, str], command: str
) -> None:
    drawn, alone = (lines(run(f"{command} {given}", *files))[0] for given in (GIVEN, "--data {}"))
    both = lines(run(f"{command} --split none {GIVEN}", *files))[0]
    kind = "names" if "names" in drawn else "words"
    # Under a split the steps of a word are told as n-grams, and not as bigrams.
    of_train, of_file, of_all = (
        [word if isinstance(word, str) else word["nll"] for word in found[kind]]
        for found in (drawn, alone, both)
    )
    assert of_train == of_file != of_all


def test_a_run_is_on_train_and_is_resumed_with_its_files(
    run: Run, files: tuple[str, str, str], tmp_path: Path
) -> None:
    saved = str(tmp_path / "run")
    text = run(f"train {GIVEN} --steps 3 --save {{}}", *files, saved)[1]
    assert "order 2 · dots 1 · split files" in text
    *_, resumed = lines(run(f"train {GIVEN} --steps 6 --resume {{}} --json", *files, saved))
    *_, straight = lines(run(f"train {GIVEN} --steps 6 --json", *files))
    del resumed["steps_per_second"], straight["steps_per_second"]
    assert resumed == straight
    assert "dev_loss" in straight
    code, _, err = run("train --data {} --steps 6 --resume {}", files[0], saved)
    assert code == 2
    assert "These words came in one file, so there is no split files" in err


def test_another_split_is_of_all_files_together(
    run: Run, files: tuple[str, str, str], tmp_path: Path
) -> None:
    whole = tmp_path / "all"
    whole.write_text(TRAIN + DEV + TEST)
    for split in ("none", "lecture", "tenth"):
        (found,) = lines(run(f"count {GIVEN} --split {split} --json", *files))
        (expected,) = lines(run(f"count --data {{}} --split {split} --json", str(whole)))
        assert found["split"] == split
        del found["files"]
        assert found == expected
    last = lines(run(f"train {GIVEN} --split none --steps 1 --json", *files))[-1]
    assert "dev_loss" not in last


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("count --split files", "These words came in one file, so there is no split files"),
        ("train --steps 1 --split files", "came in one file"),
        ("ladder --split files", "came in one file"),
        ("count --dev {}", "train.txt is to be dev, but of what? Give the file of train, too."),
        ("count --data {} --dev {0}", "holds the very words of train"),
        ("tune --data {} --test /nowhere", "There is no file /nowhere"),
        ("sample --model neural --data {} --dev {1}", "train.txt --dev "),
        ("ladder --data {} --test {2}", "sorted by dev, which split files does not have"),
        ("tune --data {} --test {2} --model absolute", "dev, which split files does not have"),
        ("sample --data {} --test {2} --model jelinek-mercer", "choose a split that has one"),
        ("--dev {} count", "--dev stands before count; put it after it"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    run: Run, files: tuple[str, str, str], command: str, sentence: str
) -> None:
    words = command.replace("{}", "{0}").format(*files)
    code, out, err = run(words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_what_was_cleaned_is_told_by_file(run: Run, files: tuple[str, str, str]) -> None:
    Path(files[1]).write_text(f"\n{DEV}\nx.y\n")
    code, text, _ = run(f"count {GIVEN}", *files)
    assert code == 0
    assert text.splitlines()[-1] == (
        f"  {files[1]}: 2 blank lines ignored, 1 word with a full stop left out"
    )


def test_the_app_reads_the_files_under_the_split_that_is_given(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Options] = []
    monkeypatch.setattr(cli, "_check_terminal", lambda: None)
    monkeypatch.setattr(start, "run", opened.append)
    run("--data a --dev b --test c")
    run("--data a --dev b --split hash")
    run("")
    files = LoadDataset("a", "b", "c")
    assert [options.words for options in opened] == [
        files, replace(files, test=None, split="hash"), LoadDataset(),
    ]  # fmt: skip
