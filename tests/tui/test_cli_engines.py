"""Engines on the command line: listed, attached to, and refused."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import engine
from engine import Session, Worker
from engine.lab import chapter
from engine.protocol import EngineLost, Refusal
from engine.remote import sockets
from engine.remote.attach import Attached
from tests.engine.remote.test_engines import FIRST, SECOND, Engine
from tui import cli, start
from tui.main import main
from tui.options import Options, Stranded
from tui.shell import engines

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], place: Path) -> Run:
    def command(*arguments: str) -> tuple[int, str, str]:
        """Run a command; its code and what it printed."""
        capfd.readouterr()
        code = main(arguments)
        return (code, *capfd.readouterr())

    return command


@pytest.fixture
def first(place: Path) -> Iterator[Engine]:
    with closing(Engine(FIRST)) as one:
        yield one


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Options, str]]:
    """How the app would have been opened, and on which engine."""
    opened: list[tuple[Options, str]] = []

    def run(options: Options, attached: Any) -> None:  # noqa: ANN401
        opened.append((options, attached.about.name))
        attached.close(1)

    monkeypatch.setattr(cli, "_check_terminal", lambda: None)
    monkeypatch.setattr(start, "run", run)
    return opened


def test_where_no_engine_runs_it_is_said_what_starts_one(run: Run) -> None:
    assert run("ps") == (0, "No engine runs; makemore-tui serve starts one.\n", "")
    assert run("ps", "--json") == (0, '{"engines": []}\n', "")


def test_engines_are_listed(run: Run, first: Engine) -> None:
    code, out, err = run("ps")
    head, line = out.splitlines()
    assert (code, err) == (0, "")
    assert head.split() == ["run", "pid", "step", "state", "steps/s", "device", "screens", "since"]
    assert line.split()[:7] == [FIRST, str(os.getpid()), "5", "running", "—", "cpu", "0"]
    (told,) = json.loads(run("ps", "--json")[1])["engines"]
    since = told.pop("since")
    assert since == pytest.approx(first.server.about().since)
    assert told == {
        "run": FIRST,
        "pid": os.getpid(),
        "step": 5,
        "state": "running",
        "steps_per_second": 0.0,
        "device": "cpu",
        "screens": 0,
    }


def test_one_that_does_not_answer_is_listed_as_such(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.remote.engines.PATIENCE", 0.05)
    with sockets.bind(sockets.path_of(sockets.folder_for_new(), FIRST)):
        (_, line) = run("ps")[1].splitlines()
        (told,) = json.loads(run("ps", "--json")[1])["engines"]
    assert "not answering" in line
    assert (told["run"], told["pid"], told["since"]) == (FIRST, None, None)


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("arguments", [(), (FIRST,), (FIRST[:5],)])
def test_the_app_is_opened_on_the_engine_that_is_meant(
    run: Run, opened: list[tuple[Options, str]], arguments: tuple[str, ...]
) -> None:
    assert run("attach", *arguments) == (0, "", "")
    ((options, name),) = opened
    assert (options.is_attached, options.is_readonly, options.first, name) == (
        True,
        False,
        (),
        FIRST,
    )


@pytest.mark.usefixtures("first")
def test_the_apps_looks_are_given_as_without_an_engine(
    run: Run, opened: list[tuple[Options, str]], tmp_path: Path
) -> None:
    config = tmp_path / "config/makemore-tui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('theme = "nord"\nfps = 5\n[start]\norder = 3\n[keys]\nquit = "ctrl+w"\n')
    asked = ("--ramp", "blue", "--fps", "20", "--view", "logits", "--lab", "2", "--no-mouse")
    assert run("attach", "--readonly", *asked)[0] == 0
    ((options, _),) = opened
    looks = options.theme, options.ramp, options.fps, options.view, options.has_mouse
    assert looks == ("nord", "blue", 20.0, "logits", False)
    assert options.is_readonly
    assert options.keys == {"quit": "ctrl+w"}
    assert options.lab == chapter("2").name


@pytest.mark.usefixtures("first")
def test_several_are_listed_to_be_told_apart(run: Run, opened: list[tuple[Options, str]]) -> None:
    with closing(Engine(SECOND)):
        code, out, err = run("attach")
        assert (code, out, opened) == (2, "", [])
        *table, sentence = err.splitlines()
        assert [line.split()[0] for line in table] == ["run", FIRST, SECOND]
        assert sentence == f"makemore-tui: 2 engines run; say which one: {FIRST}, {SECOND}."
        assert run("attach", SECOND)[0] == 0
        assert opened[0][1] == SECOND


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "No engine runs; makemore-tui serve starts one."),
        (("a3f",), "No engine runs; makemore-tui serve starts one."),
        (("ssh://-box/",), "is no address"),
        (("--theme",), "requires an argument"),
        (("--view", "nothing"), "There is no view"),
        (("--data", "x"), "No such option"),
    ],
)
def test_what_cannot_be_attached_to_is_refused(
    run: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    code, out, err = run("attach", *arguments)
    assert (code, out) == (2, "")
    assert sentence in err


def test_a_terminal_is_needed_first(run: Run, first: Engine) -> None:
    code, _, err = run("attach")
    assert code == 2
    assert "needs a terminal" in err


def name_of(attached: engine.Engine) -> str:
    """Name of an engine that is attached to, and left."""
    assert isinstance(attached, Attached)
    assert attached.close(1)
    return attached.about.name


@pytest.mark.usefixtures("first")
def test_an_engine_that_is_lost_is_attached_to_again_or_started_again(
    run: Run, opened: list[tuple[Options, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("attach")
    ways, lost = opened[0][0].ways, EngineLost("It is gone.", FIRST, "/my/run", 5, is_cut=True)
    assert ways.rejoin is not None
    assert ways.revive is not None
    assert name_of(ways.rejoin(lost)) == FIRST
    asked: list[tuple[list[str], str]] = []

    def spawn(arguments: list[str], log: str) -> str:
        asked.append((arguments, log))
        return FIRST

    monkeypatch.setattr(engine, "spawn", spawn)
    assert name_of(ways.revive(lost)) == FIRST
    ((arguments, log),) = asked
    assert arguments == ["--resume", "/my/run"]
    assert os.path.isdir(os.path.dirname(log))
    with pytest.raises(Refusal, match="No run was kept"):
        ways.revive(EngineLost("It is gone.", FIRST, "", 0, is_cut=False))


@pytest.mark.usefixtures("place")
def test_an_engine_that_was_handed_over_and_is_not_there_may_be_attached_to_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "hand_over", lambda worker, log: FIRST)
    detach = engines.here().detach
    assert detach is not None
    with pytest.raises(Stranded, match="No engine runs") as caught:
        detach(Worker(Session()))
    lost = caught.value.lost
    assert (lost.name, lost.is_cut) == (FIRST, True)


@pytest.mark.usefixtures("place")
def test_an_engine_that_was_cut_off_and_has_ended_since_can_be_started_again() -> None:
    rejoin = engines.here().rejoin
    assert rejoin is not None
    with pytest.raises(Stranded, match="has ended since") as caught:
        rejoin(EngineLost("The line is cut.", FIRST, "/my/run", 5, is_cut=True))
    lost = caught.value.lost
    assert (lost.name, lost.run, lost.step, lost.is_cut) == (FIRST, "/my/run", 5, False)


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("verb", ["serve", "attach", "ps", "bridge"])
def test_where_there_are_no_unix_sockets_that_is_said(
    run: Run, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    # Not of the module itself, by which paths are made.
    monkeypatch.setattr("tui.shell.engines.os", SimpleNamespace(name="nt"))
    code, _, err = run(verb)
    assert code == 2
    assert "Unix sockets, which this system has none of" in err


def test_a_bridge_leads_to_an_engine_or_says_why_not(run: Run) -> None:
    code, out, err = run("bridge", "a3f")
    assert (code, out) == (2, "")
    assert err == "makemore-tui: No engine runs; makemore-tui serve starts one.\n"
    assert "bridge" not in run("--help")[1]


def test_one_on_another_machine_is_attached_to_again_and_nobody_is_asked_for_a_password(
    run: Run,
    first: Engine,
    opened: list[tuple[Options, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    def attach(*_: object, may_ask: bool = True, **__: object) -> Attached:
        asked.append(may_ask)
        return first.attach()

    monkeypatch.setattr(engine, "attach", attach)
    assert run("attach", f"ssh://box/{FIRST}")[0] == 0
    ways = opened[0][0].ways
    assert ways.revive is None
    assert ways.rejoin is not None
    assert name_of(ways.rejoin(EngineLost("It is cut.", FIRST, FIRST, 5, is_cut=True))) == FIRST
    assert asked == [True, False]
