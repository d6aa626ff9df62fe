"""A session of lines: what they share, what fails in one of them, how it ends."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from engine.protocol import Unusable
from tests import PATIENCE
from tests.conftest import WriteWords
from tui.main import main
from tui.shell import output
from tui.text.glossary import WORDS

PROGRAM = [sys.executable, "-m", "tui", "--plain"]

LONG = "train 1000000000 --every 1000\n"
"""Trains until it is stopped, and says soon that it does."""

Said = tuple[int, str, str]
"""Exit code, output, errors."""

Piped = Callable[..., Said]


@pytest.fixture
def words(words_file: WriteWords) -> str:
    return words_file("emma\nolivia\nava\nisabella\nsophia\nemma\n")


@pytest.fixture
def piped(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Piped:
    def session(*lines: str, options: tuple[str, ...] = ()) -> Said:
        capfd.readouterr()
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        code = main(["--plain", *options])
        out, err = capfd.readouterr()
        return code, out, err

    return session


@pytest.fixture
def alone(capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a command prints that stands alone on the command line."""

    def command(*arguments: str) -> str:
        capfd.readouterr()
        assert main(arguments) == 0
        return capfd.readouterr().out

    return command


def _last_json(out: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(out.splitlines()[-1])
    return found


def test_names_and_scores_are_those_of_the_commands_that_stand_alone(
    piped: Piped, alone: Callable[..., str], words: str, tmp_path: Path
) -> None:
    saved = str(tmp_path / "run.safetensors")
    alone("train", "--data", words, "--steps", "40", "--seed", "3", "--save", saved)
    names = alone("sample", "--data", words, "--checkpoint", saved, "--number", "5")
    scores = alone("score", "--data", words, "--checkpoint", saved, "emma")
    counted = alone("sample", "--data", words, "5")
    code, out, _ = piped(
        "sample 5",
        "train 25",
        "train 15",
        "sample 5",
        "score emma",
        options=("--data", words, "--seed", "3"),
    )
    assert code == 0
    assert out.startswith(counted)
    assert out.endswith(names + scores)


def test_the_lectures_names_come_out_of_a_net_that_is_trained(
    piped: Piped, alone: Callable[..., str]
) -> None:
    saved = "run.safetensors"
    with_files = Path(os.environ["XDG_STATE_HOME"]).parent / saved
    alone("train", "100", "--save", str(with_files))
    assert piped("train 100", "sample 5")[1].endswith(
        alone("sample", "5", "--checkpoint", str(with_files))
    )


def test_training_goes_on_from_where_it_stood(piped: Piped, words: str) -> None:
    lines = ("train 5", "train 3", "train --steps 12", "status --json")
    code, out, _ = piped(*lines, options=("--data", words))
    assert code == 0
    status = _last_json(out)
    assert (status["step"], status["model"]) == (12, "neural")
    assert "Training from step 5 to 8" in out


def test_a_run_that_was_put_away_is_gone_on_with_from_disk(words: str, tmp_path: Path) -> None:
    place = str(tmp_path / "first")
    onward = f"train 10 --resume '{place}' --learning-rate 5"
    lines = ("train 40", "reset", "train 20", onward, "status --json")
    # A process of its own: should nothing end the waiting, this here goes on.
    ended = subprocess.run(
        [*PROGRAM, "--data", words, "--run", place],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    status = _last_json(ended.stdout)
    settings = status["settings"]
    assert isinstance(settings, dict)
    assert (status["step"], settings["learning-rate"]) == (50, 5.0)
    assert "Training from step 40 to 50" in ended.stdout


def test_a_line_that_fails_is_told_and_the_next_one_is_read(piped: Piped, words: str) -> None:
    lines = ("trian 3", "score o'brien", "score zoe", "# remark", "", "score emma")
    code, out, err = piped(*lines, options=("--data", words))
    assert code == 2
    assert re.findall("^makemore-tui: (.*)", err, re.M)[:2] == [
        "No such command 'trian' (did you mean 'train'?); see help.",
        'A quote is opened and not closed; write "o\'brien" for a word that holds one.',
    ]
    assert out.count("log likelihood") == 1
    assert "Traceback" not in err


def test_words_to_score_do_not_flow_in_where_the_lines_do(piped: Piped, words: str) -> None:
    code, out, err = piped("score -", "score ava", options=("--data", words))
    assert (code, out.count("log likelihood")) == (2, 1)
    assert "- is standard input, and that holds the lines of this session" in err


def test_a_session_without_a_failure_ends_with_0(piped: Piped, words: str) -> None:
    assert piped("makemore-tui score emma", "quit", "trian", options=("--data", words))[0] == 0


def test_who_names_other_words_leaves_the_session_as_it_is(
    piped: Piped, words: str, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("zoe\n")
    lines = (f"count --data {other} --json", "count --json", "status --json")
    code, out, _ = piped(*lines, options=("--data", words))
    counted, own, status = (json.loads(line) for line in out.splitlines())
    assert (code, counted["words"], own["words"], status["data"]["words"]) == (0, 1, 6, 6)
    assert own["bytes"] == Path(words).stat().st_size


def test_other_words_can_take_the_place_of_the_sessions(
    piped: Piped, words: str, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("zoe\n")
    lines = ("train 2", f"data {other}", "sample 1 --json", "status --json")
    code, out, _ = piped(*lines, options=("--data", words))
    drawn, status = (json.loads(line) for line in out.splitlines()[-2:])
    assert (code, status["data"]["words"], status["step"]) == (0, 1, 0)
    assert set(drawn["names"][0]) <= set("zoe")


def test_without_torch_a_session_counts_on(
    piped: Piped, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise Unusable("torch cannot be imported (it is not there); install it again.")

    monkeypatch.setattr("engine.session.import_torch", broken)
    code, out, err = piped("train 5", "score emma", "sample 1", "count", options=("--data", words))
    assert (code, err.count("torch cannot be imported")) == (1, 2)
    assert "log likelihood" in out
    assert "most frequent bigrams" in out


def test_settings_act_at_once_or_say_when(piped: Piped, words: str) -> None:
    lines = (
        *("train 3", "set learning-rate 7", "set seed 5", "set", "set rate 3", "set init ones"),
        *("set learning-rate -1", "set ordr 3", "set temp 2", "set order 3"),
        *("train 2 --optimizer rows", "status --json"),
    )
    code, out, err = piped(*lines, options=("--data", words))
    assert code == 2
    assert "seed will act at the next reset" in out
    assert "\nlearning-rate 7\n" in out
    refused = err.splitlines()
    assert "There is no setting “rate” (did you mean 'learning-rate'?)" in refused[0]
    assert "initial weights must be one of randn, zeros, not ones" in refused[1]
    assert "learning rate must be" in refused[2]
    assert "(did you mean 'order'?)" in refused[3]
    assert "temperature is not of the run; give it with a line, as in sample --temp" in refused[4]
    status = _last_json(out)
    settings = status["settings"]
    assert isinstance(settings, dict)
    names = ("learning-rate", "order", "dots", "optimizer")
    assert [settings[name] for name in names] == [7.0, 3, 2, "rows"]
    assert status["step"] == 2


def test_what_cannot_be_set_is_refused_at_once_and_stays_as_it_was(
    piped: Piped, words: str
) -> None:
    lines = ("set device cuda:99", "set split files", "train 1 --split files", "status --json")
    code, out, err = piped(*lines, "train 1", options=("--data", words))
    refused = err.splitlines()[:3]
    assert code == 2
    assert "There is no cuda:99 here" in refused[0]
    assert all("there is no split files" in line for line in refused[1:])
    settings = json.loads(out.splitlines()[0])["settings"]
    assert (settings["device"], settings["split"]) == ("auto", "none")
    assert "Finished at step 1" in out


def test_without_torch_settings_are_set_for_what_is_counted(
    piped: Piped, alone: Callable[..., str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise Unusable("torch cannot be imported (it is not there); install it again.")

    expected = alone("score", "--data", words, "--order", "3", "emma")
    monkeypatch.setattr("engine.session.import_torch", broken)
    code, out, _ = piped("set order 3", "score emma", options=("--data", words))
    assert (code, out.startswith("order 3\n"), out.endswith(expected)) == (0, True, True)


def test_a_model_of_counts_is_of_the_order_that_is_trained(
    piped: Piped, alone: Callable[..., str], words: str
) -> None:
    _, out, _ = piped("score emma", options=("--data", words, "--order", "3"))
    head, _, scored = out.partition("\n")
    assert head == "The model is counts, order 3, 2 dots, split none."
    assert scored == alone("score", "--data", words, "--order", "3", "emma")


SPLIT = "0.6,0.2,0.2@1"


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("count --json", f"--order 3 --dots 1 --split {SPLIT}"),
        ("count --order 2 --json", f"--split {SPLIT}"),
        ("count --dots 2 --split none --json", "--order 3"),
        ("tune --json", f"--order 3 --dots 1 --split {SPLIT}"),
        ("tune --order 4 --model absolute --json", f"--split {SPLIT}"),
        ("ladder --json", f"--split {SPLIT}"),
        ("score emma --json", f"--order 3 --dots 1 --split {SPLIT}"),
        ("score emma --order 2 --json", f"--split {SPLIT}"),
        ("sample 3 --dots 2 --json", f"--order 3 --split {SPLIT}"),
    ],
)
def test_what_is_not_given_with_a_line_is_as_it_is_set(
    piped: Piped, alone: Callable[..., str], words_file: WriteWords, line: str, given: str
) -> None:
    path = words_file("\n".join(["emma", *(a + b for a in "aem" for b in "aemlo")]))
    told = json.loads(alone(*line.split(), "--data", path, *given.split()))
    _, out, err = piped(
        "set order 3", "set dots 1", f"set split {SPLIT}", line, options=("--data", path)
    )
    found = _last_json(out)
    for each in (*told.get("rows", ()), *found.get("rows", ())):  # type: ignore[misc]
        each["milliseconds"] = 0
    assert (found, err) == (told, "")


def test_a_table_is_kept_of_the_order_that_is_set(
    piped: Piped, alone: Callable[..., str], words: str, tmp_path: Path
) -> None:
    tables = [tmp_path / "a.st", tmp_path / "b.st"]
    alone("count", words, "--order", "3", "--save", str(tables[0]))
    piped("set order 3", f"count --save {tables[1]}", options=("--data", words))
    assert tables[0].read_bytes() == tables[1].read_bytes()


def test_people_are_told_what_a_model_is_that_they_have_set(piped: Piped, words: str) -> None:
    lines = ("set order 3", "train 1", "sample 1", "tune --model counts", "count")
    code, out, _ = piped(*lines, options=("--data", words))
    assert code == 0
    assert "Training from step 0 to 1: neural, order 3, 2 dots, split none, learning rate" in out
    assert "The model is neural, order 3, 2 dots, split none." in out
    assert out.count("words.txt · order 3 · 2 dots · split none") == 2


def test_a_setting_can_be_undone(piped: Piped, words: str) -> None:
    lines = ("set learning-rate 7", "set order 3", "undo", "undo", "set learning-rate")
    code, out, _ = piped(*lines, options=("--data", words))
    said = re.findall(r"^([a-z-]+) ([\d.]+)$", out, re.MULTILINE)
    assert said[:4] == [("learning-rate", "7"), ("order", "3"), ("order", "2"), ("dots", "1")]
    assert (said[4:], code) == ([("learning-rate", "50")], 0)
    assert "learning-rate 50. How" in out


def test_words_are_explained(piped: Piped, words: str) -> None:
    lines = ("explain NLL", "explain GAP", "explain", "explain lps")
    code, out, err = piped(*lines, options=("--data", words))
    assert "NLL: Negative log likelihood" in out
    assert "gap: How far the loss is above the floor" in out
    assert "lab 8 is about it." in out
    assert all(f" {word.name}," in out for word in WORDS[1:-1])
    assert "“lps” is none of the words" in err
    assert code == 2


def test_on_a_terminal_a_long_line_breaks_at_blanks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "seed 2147483647, randn, counts gradient, cpu"
    output.say_prose(told)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "32")
    output.say_prose(told)
    assert capsys.readouterr().out.splitlines() == [
        told, "seed 2147483647, randn, counts", "gradient, cpu",
    ]  # fmt: skip


def test_a_reset_can_be_undone(piped: Piped, words: str) -> None:
    lines = ("train 4", "reset", "undo", "undo", "status --json")
    code, out, err = piped(*lines, options=("--data", words))
    assert re.findall(r"The run in hand is at step (\d)\.", out) == ["0", "4"]
    assert (code, _last_json(out)["step"]) == (2, 4)  # There is but one reset to be undone.
    assert "Traceback" not in err


def test_a_run_is_kept_and_gone_on_with(piped: Piped, words: str, tmp_path: Path) -> None:
    place = str(tmp_path / "kept")
    code, _, err = piped("train 6", options=("--data", words, "--run", place))
    assert (code, err) == (
        0,
        f"The run is kept; makemore-tui --plain --run {place} goes on with it.\n",
    )
    _, out, _ = piped("train 1", "status --json", options=("--run", place))
    assert _last_json(out)["step"] == 7


@pytest.mark.parametrize(
    ("lines", "is_finished"),
    [
        (("train 6", "status"), True),
        (("train 6", "train 6 --at 8:device=cuda:999", "status"), False),
        (("train 6", "train 6 --at 20:learning_rate=5"), True),
        (("train 6", "train 6 --save /nowhere/a"), True),
        (("set learning-rate 5", "status"), None),
    ],
)
def test_a_run_is_finished_where_its_last_line_came_to_its_end(
    piped: Piped,
    alone: Callable[..., str],
    words: str,
    tmp_path: Path,
    lines: tuple[str, ...],
    is_finished: bool | None,
) -> None:
    place = str(tmp_path / "kept")
    piped(*lines, options=("--data", words, "--run", place))
    if is_finished is None:
        assert not os.path.exists(f"{place}/journal")
    else:
        assert _last_json(alone("runs", "show", place, "--json"))["finished"] == is_finished


def test_a_line_that_was_broken_off_goes_on_as_if_it_had_not_been(
    piped: Piped, alone: Callable[..., str], words: str
) -> None:
    line = "train --steps 90 --learning-rate 20 --at 40:learning_rate=5 --json"
    code, out, _ = piped(f"{line} --at 60:device=cuda:999", line, options=("--data", words))
    straight = alone(*line.split(), "--data", words)
    assert (code, _last_json(out)["loss"]) == (2, _last_json(straight)["loss"])


def test_a_figure_is_of_the_run_at_hand(piped: Piped, words: str, tmp_path: Path) -> None:
    table = tmp_path / "w.csv"
    code, out, err = piped(
        "train 2", f"figure --view logits --out {table}", "train 1", options=("--data", words)
    )
    assert (code, str(table) in out) == (0, True), err
    assert table.exists()


def test_nothing_is_written_that_only_an_eye_can_read(piped: Piped, words: str) -> None:
    lines = ("count", "train 30", "lab 1", "lab 9", "help", "help train", "ladder")
    code, out, err = piped(*lines, options=("--data", words))
    assert (code, err.count("\n")) == (0, 1)
    assert not set(out) & set("\r\x1b█─")
    # Some ten lines of a run, each with its figures' names.
    losses = re.findall(r"^step \d+: loss ([\d.]+), total ([\d.]+), gap", out, re.M)
    assert 10 <= len(losses) <= 12
    assert all(float(loss) < float(total) for loss, total in losses)
    assert "  train 1000 --save" in out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--theme", "nord"), "--theme is of the screen"),
        (("--no-mouse",), "--mouse is of the screen"),
        (("--speed", "30"), "--speed is of the screen"),
        (("--smoothing", "2"), "sample --smoothing 2"),
        (("--readonly",), "leave one of them out"),
        (("train", "5"), "leave train out"),
        (("--data", "/nowhere"), "There is no file"),
        (("--device", "cuda:99"), "There is no cuda:99 here"),
        (("--split", "files"), "so there is no split files"),
    ],
)
def test_what_a_session_cannot_begin_with_ends_with_2(
    piped: Piped, options: tuple[str, ...], sentence: str
) -> None:
    code, out, err = piped("status", options=options)
    assert (code, out) == (2, "")
    assert sentence in err


# On a terminal


class Typist:
    """Somebody who types, at a terminal that can do nothing."""

    def __init__(self, words: str, *options: str, locale: str = "C.UTF-8") -> None:
        self._leader, follower = pty.openpty()
        self.process = subprocess.Popen(
            [*PROGRAM, "--data", words, *options],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**os.environ, "TERM": "dumb", "LC_ALL": locale},
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(follower)
        self.heard = self._new = ""

    def type(self, text: str) -> None:
        os.write(self._leader, text.encode())

    def rest(self) -> None:
        """Wait until it has waited for a key for a while (Linux)."""
        end, looks = time.monotonic() + PATIENCE, 0
        while looks < 20 and time.monotonic() < end:
            stat = Path(f"/proc/{self.process.pid}/stat").read_text()
            looks = looks + 1 if stat.rpartition(") ")[2][0] == "S" else 0
            time.sleep(0.01)

    def insist(self, keys: str, text: str) -> None:
        """Type until something is said: what comes while a line is being begun may be lost."""
        end = time.monotonic() + PATIENCE
        while text not in self._new:
            assert time.monotonic() < end, self._new
            self.type(keys)
            if select.select([self._leader], [], [], 1)[0]:
                with suppress(OSError):
                    self._new += os.read(self._leader, 4096).decode()

    def hear(self, text: str) -> None:
        """Wait until something is said behind what was heard before."""
        end = time.monotonic() + PATIENCE
        while text not in self._new:
            if select.select([self._leader], [], [], 0.1)[0]:
                with suppress(OSError):
                    self._new += os.read(self._leader, 4096).decode()
            assert time.monotonic() < end, self._new
        before, found, self._new = self._new.partition(text)
        self.heard += before + found

    def end(self) -> int:
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            os.close(self._leader)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.mark.parametrize(
    ("option", "locale", "minus"), [("--ascii", "C.UTF-8", "-"), ("--no-ascii", "POSIX", "−")]
)
def test_symbols_are_those_that_were_asked_for(
    option: str, locale: str, minus: str, words: str
) -> None:
    typist = Typist(words, option, locale=locale)
    typist.hear("makemore> ")
    typist.type("score emma\n")
    typist.hear(f"log likelihood {minus}")
    typist.hear("makemore> ")
    typist.type("\x04")
    assert typist.end() == 0


@pytest.mark.slow
def test_ctrl_c_stops_a_command_and_not_the_session(words: str) -> None:
    typist = Typist(words)
    typist.hear("makemore> ")
    typist.type(LONG)
    typist.hear("step 1,000: ")
    typist.type("\x03")
    typist.hear("Interrupted at step ")
    typist.hear("makemore> ")
    typist.insist("\x03", "ends the session")
    typist.type("nonsense\n")
    typist.hear("No such command")
    typist.type("status\n")
    typist.hear("kept as ")
    typist.hear("makemore> ")
    typist.type("\x04")
    typist.hear("The run is kept")
    assert typist.end() == 0
    assert "\x1b" not in typist.heard


@pytest.mark.slow
def test_a_signal_that_ends_in_a_run_keeps_it(words: str) -> None:
    typist = Typist(words)
    typist.hear("makemore> ")
    typist.type(LONG)
    typist.hear("step 1,000: ")
    typist.process.send_signal(signal.SIGTERM)
    typist.hear("The run is kept")
    assert typist.end() == 128 + signal.SIGTERM


@pytest.mark.slow
def test_a_signal_that_ends_is_heard_at_the_prompt(words: str) -> None:
    typist = Typist(words)
    typist.hear("makemore> ")
    typist.rest()  # One that comes while readline sets out is heard with the next key.
    typist.process.send_signal(signal.SIGTERM)
    assert typist.end() == 128 + signal.SIGTERM
