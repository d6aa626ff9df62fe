"""What the doctor finds: of a terminal that answers and of a silent one, of what is broken."""

from __future__ import annotations

import json
import os
import platform
import pty
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.protocol import LoadDataset
from engine.text.width import cells
from tui.main import main
from tui.shell.doctor import findings, machine, places, report, terminal
from tui.shell.doctor.findings import Finding
from tui.terminal import asking
from tui.terminal.asking import Answers

ANSWERS = {
    asking.VERSION: "\x1bP>|Fine Term 1.2\x1b\\",
    asking.ASK_GROUND: "\x1b]11;rgb:ffff/ffff/eeee\x1b\\",
    asking.AT_ONCE: "\x1b[?2026;2$y",
    asking.KITTY: "\x1b[?0u",
    asking.ASK_COLOUR: "\x1bP1$r48:2:1:2:3m\x1b\\",
    asking.LAST: "\x1b[?62;22c",
}
"""What a terminal that knows everything says to each question."""


class Line:
    """A line with somebody at its far end who answers, or does not."""

    def __init__(self, answers: dict[str, str], width: Callable[[str], int] = cells) -> None:
        self._answers, self._width = answers, width
        self._leader, self.follower = pty.openpty()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def _live(self) -> None:
        heard = ""
        while not heard.endswith(asking.LAST):
            try:
                heard += os.read(self._leader, 4096).decode()
            except OSError:
                return
        said = "".join(answer for question, answer in self._answers.items() if question in heard)
        last = self._answers.get(asking.LAST, "")
        said = said.removesuffix(last)
        if self._answers:
            for probe in heard.split(asking.WHERE)[:-1]:
                said += f"\x1b[1;{1 + self._width(probe.rpartition(chr(13))[2])}R"
        os.write(self._leader, (said + last).encode())

    def close(self) -> None:
        os.close(self.follower)
        os.close(self._leader)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Line]]:
    made: list[Line] = []

    def make(answers: dict[str, str], width: Callable[[str], int] = cells) -> Line:
        made.append(Line(answers, width))
        return made[-1]

    # The test's own process has another terminal, or none.
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
    yield make
    for each in made:
        each.close()


def _only(found: Iterator[Finding], name: str) -> Finding:
    (finding,) = (each for each in found if each.name == name)
    return finding


def test_a_terminal_that_knows_everything_is_understood(line: Callable[..., Line]) -> None:
    there = line(ANSWERS)
    before = termios.tcgetattr(there.follower)
    symbols = ("a", "中")
    assert asking.ask(there.follower, symbols, patience=60) == Answers(
        has_answered=True,
        version="Fine Term 1.2",
        background=(255, 255, 238),
        draws_at_once=True,
        tells_keys_apart=True,
        has_all_colours=True,
        widths=(1, 2),
    )
    assert termios.tcgetattr(there.follower) == before


def test_one_that_knows_little_is_not_waited_for(line: Callable[..., Line]) -> None:
    there = line({asking.LAST: ANSWERS[asking.LAST]}, lambda _: 1)
    told = asking.ask(there.follower, patience=60)
    assert (told.has_answered, told.version, told.has_all_colours) == (True, "", None)


def test_a_silent_one_gets_its_line_back(line: Callable[..., Line]) -> None:
    there = line({})
    before = termios.tcgetattr(there.follower)
    assert asking.ask(there.follower, ("a",), patience=0.05) == Answers()
    assert termios.tcgetattr(there.follower) == before


@pytest.mark.parametrize(
    ("environ", "answers", "name", "verdict", "words"),
    [
        ({"TERM": "dumb"}, Answers(), "terminal", "bad", "--plain"),
        ({"TERM": "linux"}, None, "answers", "note", "not asked"),
        (
            *({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, None),
            *("answers", "note", "not asked"),
        ),
        ({"TERM": "xterm-256color"}, Answers(), "answers", "note", "no answer within 0.3 s"),
        ({"TERM": "xterm-256color"}, Answers(), "colours", "note", "COLORTERM=truecolor"),
        (
            *({"TERM": "xterm-256color"}, Answers(has_answered=True, has_all_colours=True)),
            *("colours", "ok", "16 million by its answer"),
        ),
        (
            *({"TERM": "xterm", "COLORTERM": "truecolor"}, Answers(has_all_colours=False)),
            *("colours", "note", "unset COLORTERM"),
        ),
        ({"TERM": "xterm", "NO_COLOR": "1"}, Answers(), "colours", "ok", "NO_COLOR"),
        (
            *({"TERM": "xterm"}, Answers(has_answered=True, widths=(1, 1, 2, 2))),
            *("widths", "note", "Devanagari takes 1, not 2"),
        ),
        (
            *({"TERM": "xterm"}, Answers(has_answered=True, background=(0, 0, 40))),
            *("background", "ok", "#000028, dark"),
        ),
        ({"TERM": "screen", "STY": "1"}, None, "GNU screen", "note", "mouse"),
        ({"TERM": "xterm", "TERM_PROGRAM": "Apple_Terminal"}, Answers(), "clipboard", "note", ""),
    ],
)
def test_a_terminal_is_judged(
    environ: dict[str, str],
    answers: Answers | None,
    name: str,
    verdict: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if answers is not None:
        monkeypatch.setattr(terminal, "_answers", lambda _: (answers, ""))
    finding = _only(terminal.findings(environ), name)
    assert finding.verdict == verdict
    assert words in finding.found + finding.fix


def test_tmux_is_asked_for_what_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"default-terminal": "screen", "set-clipboard": "off", "escape-time": "500"}

    def show(command: list[str], _: float) -> tuple[int, str]:
        return 0, options.get(command[-1], "")

    monkeypatch.setattr(terminal, "asked", show)
    finding = _only(terminal.findings({"TERM": "screen", "TMUX": "x"}), "tmux")
    assert finding.verdict == "note"
    for words in ("tmux-256color", "set-clipboard on", "escape-time 10", "RGB"):
        assert words in finding.fix
    options |= {"default-terminal": "tmux-256color", "set-clipboard": "on"}
    options |= {"escape-time": "10", "terminal-features": "xterm*:RGB"}
    assert _only(terminal.findings({"TERM": "screen", "TMUX": "x"}), "tmux").verdict == "ok"


def _torch(monkeypatch: pytest.MonkeyPatch, code: int | None, text: str, cards: str = "") -> None:
    def asked(command: list[str], _: float) -> tuple[int | None, str]:
        if command[0] == sys.executable:
            return code, text
        return (0, cards) if cards else (None, "")

    monkeypatch.setattr(machine, "asked", asked)


def test_a_torch_that_is_broken_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    _torch(monkeypatch, 1, "Traceback …\nOSError: libc10.so: cannot open shared object file")
    finding = _only(machine.findings(), "torch")
    assert (finding.verdict, "libc10.so" in finding.found) == ("bad", True)


def test_a_card_that_torch_does_not_see_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, object] = {"version": "2.11+cpu", "cuda": None, "cards": [], "mps": False}
    _torch(monkeypatch, 0, json.dumps(told), "Fine Card, 550.1")
    finding = _only(machine.findings(), "devices")
    assert (finding.verdict, "Fine Card, driver 550.1" in finding.found) == ("note", True)
    _torch(monkeypatch, 0, json.dumps(told | {"cuda": "12.8", "cards": ["Fine Card"]}))
    assert _only(machine.findings(), "devices").found == "cpu, Fine Card"


def test_what_is_wrong_with_files_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config" / "makemore-tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("fps = 'fast'\n")
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    found = {each.name: each for each in places.findings(LoadDataset("/nowhere"))}
    bad = {name for name, each in found.items() if each.verdict == "bad"}
    assert bad == {"state", "runs", "config", "words"}
    assert all(found[name].fix for name in bad)


@pytest.fixture
def healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nothing is bad, whatever this one is."""
    told: dict[str, object] = {"version": "2.11+cpu", "cuda": None, "cards": [], "mps": False}
    _torch(monkeypatch, 0, json.dumps(told))
    monkeypatch.setattr(terminal, "_answers", lambda _: (Answers(), "there is no terminal here"))
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.usefixtures("healthy", "place")
def test_the_table_fits_80_columns_and_ends_with_0(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capfd.readouterr().out
    assert max(map(cells, out.splitlines())) < 80
    assert "Nothing is bad" in out


@pytest.mark.usefixtures("healthy", "place")
def test_nothing_private_is_told(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "jdoe"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USER", "jdoe")
    monkeypatch.setenv("XDG_STATE_HOME", f"{home}/state")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/scratch/jdoe/config")
    monkeypatch.setenv("SECRET", "hunter2")
    monkeypatch.setattr(platform, "node", lambda: "ivory")
    words = home / "names.txt"
    words.write_text("emma\n")
    assert main(["doctor", "--json", "--data", str(words)]) == 0
    text = capfd.readouterr().out
    told = json.loads(text)
    assert told["verdict"] in ("ok", "note")
    found = {each["name"]: each["found"] for each in told["findings"]}
    assert found["runs"].startswith("~/state/makemore-tui/runs, ")
    assert found["config"].startswith("/scratch/USER/config/")
    assert found["words"].startswith("~/names.txt, 1 words")
    for private in ("jdoe", "hunter2", str(tmp_path), "ivory"):
        assert private not in text


def test_names_are_taken_out_and_words_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/al")
    monkeypatch.setenv("USER", "al")
    monkeypatch.setattr(platform, "node", lambda: "box")
    told = findings.private("/home/al/x, /home/alice, /data/al; al on box: also boxes")
    assert told == "~/x, /home/alice, /data/USER; al on HOST: also boxes"


def test_the_worst_finding_is_the_verdict() -> None:
    found = [Finding("a", "b", "c"), Finding("a", "b", "c", "note"), Finding("a", "b", "c", "bad")]
    assert report.verdict(found) == "1 of 3 must be mended, 1 to note."
    assert report.verdict(found[:1]) == "Nothing is bad."


def test_a_ramp_is_shown_in_each_number_of_colours() -> None:
    full, some, few = report.strips()
    assert (full.count("48;2;"), some.count("48;5;"), few.count("48;5;")) == (36, 36, 36)
    assert [len(set(strip.split("m "))) for strip in (full, some, few)] == sorted(
        (len(set(strip.split("m "))) for strip in (full, some, few)), reverse=True
    )
