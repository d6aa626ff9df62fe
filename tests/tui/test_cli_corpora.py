"""Counting text that is not held, table files, and adding them, from the command line."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors import safe_open
from safetensors.numpy import load, save

from engine.models.tables import HEAD
from tests.conftest import WriteWords
from tests.tui.test_cli import PROGRAM, Run, run, words

__all__ = ["run", "words"]


def test_a_file_is_counted_alike_held_or_not(run: Run, words: str, tmp_path: Path) -> None:
    held = run("count", "--data", words, "--json").json
    for arguments in (("--save", str(tmp_path / "t.st"), words), (words,), ("--data", words)):
        found = run("count", *arguments, "--json").json
        assert {**found, "seconds": 0} == {**held, "seconds": 0}


@pytest.mark.parametrize(
    "how", ["--order 1", "--order 2 --dots 0", "--order 3", "--order 4 --dots 2"]
)
def test_n_grams_are_counted_alike_held_or_not(
    how: str, run: Run, words: str, tmp_path: Path
) -> None:
    a, b, c = (str(tmp_path / name) for name in "abc")
    held = run("count", words, *how.split(), "--json").json
    found = run("count", words, *how.split(), "--json", "--save", a).json
    assert {name: found[name] for name in held} == held
    assert (
        run("count", words, *how.split()).out == run("count", words, *how.split(), "--save", a).out
    )
    assert run("count", words, words, *how.split(), "--save", b).code == 0
    both = run("add", a, a, "--save", c, "--json").json
    assert Path(b).read_bytes() == Path(c).read_bytes()
    assert both["predictions"] == 2 * held["predictions"]
    assert both["top"] == [[*gram, 2 * n] for *gram, n in held["top"]]
    assert "bigrams" not in both
    text = run("add", a, a, "--save", c).out
    assert f"  train  {held['words'] * 2:>5}" in text


def test_n_grams_that_no_word_is_long_enough_for_are_refused(
    run: Run, words_file: WriteWords
) -> None:
    words = words_file("emma\nava\n")
    answer = run("count", words, words, "--order", "7", "--dots", "0")
    assert answer.code == 2
    assert "None of 4 words is long enough for order 7 with dots 0" in answer.err
    assert (
        "dots must be a whole number from 0 to 2"
        in run("count", words, words, "--order", "3", "--dots", "3").err
    )


def test_several_files_are_counted_as_one(run: Run, words: str, tmp_path: Path) -> None:
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(b"mia\nzo\xc3\xab\n"))
    text = run("count", words, str(packed)).out
    assert text.startswith(
        "2 files\n  words              8  1 of them repeats; length 3 to 8, mean 4.62\n"
    )
    found = run("count", words, str(packed), "--json").json
    assert (found["words"], found["bytes"]) == (8, os.path.getsize(words) + 9)


def test_words_may_flow_in(words: str) -> None:
    arguments = [*PROGRAM, "count", "-", "--json"]
    with open(words, "rb") as file:
        answer = subprocess.run(arguments, stdin=file, capture_output=True, timeout=60, check=True)
    assert b'"words": 6' in answer.stdout


def test_of_running_text_full_stops_and_blanks_are_symbols(
    run: Run, words_file: WriteWords
) -> None:
    path = words_file("Call me  Ishmael.\n\nSome\tyears ago.\n")
    found = run("count", path, "--text", "--json", "--top", "1").json
    assert found["words"] == 2
    assert found["top"] == [[".", "", 2]]
    text = run("count", path, "--text", "--top", "1").out
    assert "  lines " in text
    assert "counting the boundary ⏎" in text
    assert "    .⏎  2 " in text
    assert "  lines  predictions " in run("count", path, "--text", "--order", "3").out
    assert "    ⏎⏎C  1 " in run("count", path, "--text", "--order", "3", "--top", "4").out


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_text_of_nothing_is_refused_as_text_not_as_words(
    run: Run, words_file: WriteWords, text: str
) -> None:
    path = words_file(text)
    for kind in ("--text", "--whole"):
        answer = run("count", path, kind)
        assert answer.code == 2
        assert "text" in answer.err
        assert "word" not in answer.err.replace(path, "")


def test_a_text_is_one_sequence_if_that_is_wanted(run: Run, words_file: WriteWords) -> None:
    path = words_file("Call me  Ishmael.\n\nSome\tyears ago.\n")
    found = run("count", path, "--whole", "--json").json
    assert found["words"] == 1
    assert found["bigrams"] == len("Call me Ishmael. Some years ago.") + 1
    assert "  texts " in run("count", path, "--whole").out


def test_a_table_file_does_not_depend_on_how_text_is_packed(
    run: Run, words: str, tmp_path: Path
) -> None:
    packed, plain, other = (str(tmp_path / name) for name in ("packed.gz", "a.st", "b.st"))
    Path(packed).write_bytes(gzip.compress(Path(words).read_bytes()))
    assert run("count", words, "--save", plain).code == 0
    assert run("count", packed, "--save", other).code == 0
    assert Path(plain).read_bytes() == Path(other).read_bytes()


def test_tables_are_added_in_one_alphabet(run: Run, tmp_path: Path) -> None:
    for name, content in (("a", "emma\nava\n"), ("b", "zoë\n\nol.ga\nmia\n")):
        (tmp_path / f"{name}.txt").write_text(content, encoding="utf-8")
        assert run("count", str(tmp_path / f"{name}.txt"), "--save", str(tmp_path / name)).code == 0
    a, b, both, whole = (str(tmp_path / name) for name in ("a", "b", "both", "whole"))
    counted = run("count", f"{a}.txt", f"{b}.txt", "--save", whole)
    assert counted.code == 0
    assert "The text holds a full stop, " in counted.err
    assert "in 1 of 5 lines" in counted.err
    text = run("add", b, a, "--save", both).out
    assert text.startswith("2 tables\n  words              4  length 3 to 4")
    assert "1 blank line ignored, 1 word with a full stop left out" in text
    assert Path(both).read_bytes() == Path(whole).read_bytes()
    found = run("add", a, b, "--save", both, "--json", "--top", "1").json
    assert found["top"] == [["a", ".", 3]]


def changed(path: str, old: str, new: str) -> str:
    """Write a table anew with something else in its head."""
    with safe_open(path, framework="numpy") as file:
        head = file.metadata()[HEAD]
    assert old in head
    Path(path).write_bytes(save(load(Path(path).read_bytes()), {HEAD: head.replace(old, new)}))
    return path


def test_what_is_no_table_is_refused(run: Run, words: str, tmp_path: Path) -> None:
    table, sum_of = str(tmp_path / "t.st"), str(tmp_path / "sum.st")

    def refused(path: str) -> str:
        answer = run("add", path, "--save", sum_of)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.count("\n") == 1
        return answer.err

    run("count", words, "--save", table)
    assert "is no table file, or a broken one; makemore-tui count" in refused(words)
    assert "There is no file" in refused(str(tmp_path / "none.st"))
    assert "or a broken one" in refused(changed(table, '"order":2', '"order":3'))
    run("count", words, "--save", table)
    assert "version 9, newer than" in refused(changed(table, '"version":1', '"version":9'))
    run("count", words, "--save", table)
    Path(table).write_bytes(Path(table).read_bytes()[:-8])
    assert "is no table file, or a broken one" in refused(table)
    run("count", words, "--save", table)
    run("count", words, "--text", "--save", f"{table}.text")
    answer = run("add", table, f"{table}.text", "--save", sum_of)
    assert "Counts of words and of running text cannot be added" in answer.err
    run("count", words, "--order", "3", "--save", f"{table}.3")
    answer = run("add", table, f"{table}.3", "--save", sum_of)
    assert "Counts of order 2 with dots 1 and of order 3 with dots 2 cannot be added" in answer.err
    assert not os.path.exists(sum_of)


def test_what_needs_the_words_is_refused_where_they_are_not_held(run: Run, words: str) -> None:
    for arguments in (("--smoothing", "1", words, words), ("--split", "hash", "--text", words)):
        answer = run("count", *arguments)
        assert answer.code == 2
        assert f"{arguments[0]} needs the words at hand" in answer.err
        assert ("and --text counts text as it is read" in answer.err) == ("--text" in arguments)


def test_who_asks_for_running_text_elsewhere_is_told_how_it_is_counted(
    run: Run, words: str
) -> None:
    for command in ("train 3", "sample", "score emma", ""):
        for option in ("--text", "--whole"):
            answer = run(*command.split(), "--data", words, option)
            assert answer.code == 2
            assert f"count FILE {option} --save table.st counts running text" in answer.err
    assert "no option --text here" not in run("runs", "--text").err.lower()


def test_a_bad_byte_in_the_midst_of_a_shard_is_named(run: Run, words: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"emma\nav\xe9\n")
    answer = run("count", words, str(bad))
    assert answer.code == 2
    assert f"{bad} is not UTF-8: byte 0xe9 in line 2, byte 3 of that line" in answer.err


def test_where_a_table_cannot_be_kept_nothing_is_counted(
    run: Run, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = run("count", words, "--save", str(tmp_path / "none" / "t.st"))
    assert "cannot be written: there is no folder" in answer.err
    assert answer.out == ""
    full = "/dev/full"
    if os.path.exists(full):
        monkeypatch.setattr("tui.places._write_beside", lambda path, fill: _fill(full, fill))
        answer = run("count", words, "--save", str(tmp_path / "t.st"))
        assert "t.st cannot be written: No space left on device" in answer.err
        assert not (tmp_path / "t.st").exists()


def _fill(path: str, fill: object) -> None:
    with io.FileIO(path, "w") as file:
        fill(file)  # type: ignore[operator]


def test_counting_imports_no_torch(words: str) -> None:
    code = (
        "import sys; from tui.main import main; "
        f"main(['count', {words!r}, {words!r}, '--json']); sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], timeout=60, check=True, stdout=subprocess.DEVNULL)
