"""An engine in a process of its own: started, found, attached to, left, and ended."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.protocol import Shutdown, Train
from tests import PATIENCE
from tests.serving import Screen, Served, kept_step, listed, run, surroundings
from tests.terminal.emulator import Terminal, app_command

pytestmark = pytest.mark.terminal

Serve = Callable[..., Served]


@pytest.fixture
def serve(place: Path) -> Iterator[Serve]:
    """Serve engines of a user whose home is the test's own."""
    served: list[Served] = []

    def new(*arguments: str) -> Served:
        served.append(Served(place, *arguments))
        return served[-1]

    yield new
    for each in served:
        each.close()


@pytest.mark.slow
def test_an_engine_is_served_until_it_is_told_to_end_and_keeps_its_run(serve: Serve) -> None:
    engine = serve("--train", "--speed", "max")
    assert engine.line == f"makemore-tui attach {engine.name}\n"
    assert stat.S_IMODE(engine.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(engine.socket.parent.stat().st_mode) == 0o700
    screen = Screen(engine.attach("anna@box pts/3"))
    screen.wait(lambda: screen.step > 1000)
    (told,) = listed(engine)
    fields = "run pid step state steps_per_second device screens since"
    assert list(told) == fields.split()
    about = told["run"], told["pid"], told["state"], told["device"], told["screens"]
    assert about == (engine.name, engine.process.pid, "running", "cpu", 1)

    # The very case this is for: a login ends, and its runtime folder with it.
    shutil.rmtree(engine.socket.parent)
    end = time.monotonic() + PATIENCE
    while not engine.socket.exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    second = Screen(engine.attach())
    second.wait(lambda: second.step > screen.step)

    code, out, err = engine.end(signal.SIGTERM)
    assert (code, out) == (143, "")
    assert "anna@box pts/3 has come" in err
    for each in (screen, second):
        lost = each.wait_for_end()
        assert (lost.run, lost.is_cut) == (engine.name, False)
        assert lost.reason == "The engine was ended by SIGTERM."
        assert lost.step == kept_step(engine) >= second.step
        assert each.engine.close(PATIENCE)
    assert not engine.socket.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_it_by_its_number_and_the_journal_is_written(
    serve: Serve, number: signal.Signals, code: int
) -> None:
    engine = serve("--train")
    screen = Screen(engine.attach())
    screen.wait(lambda: screen.step > 1000)
    assert engine.end(number)[0] == code
    assert kept_step(engine) > 1000


@pytest.mark.slow
def test_one_that_is_ended_while_it_imports_torch_never_begins(place: Path) -> None:
    process = subprocess.Popen(
        [app_command(), "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=place,
        env=surroundings(place),
    )
    libraries, end = Path(f"/proc/{process.pid}/maps"), time.monotonic() + PATIENCE
    while "libtorch" not in libraries.read_text():
        assert time.monotonic() < end
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (143, b"", b"")


@pytest.mark.slow
def test_ended_from_a_screen_it_ends_well(serve: Serve) -> None:
    engine = serve("--train")
    screen = Screen(engine.attach())
    screen.wait(lambda: screen.step > 1000)
    screen.engine.send(Shutdown())
    assert engine.end()[0] == 0
    assert screen.wait_for_end().step == kept_step(engine)


@pytest.mark.slow
def test_a_signal_that_is_ignored_on_purpose_stays_ignored(place: Path) -> None:
    line = f"trap '' HUP; exec {shlex.quote(app_command())} serve"
    process = subprocess.Popen(
        ["sh", "-c", line], stdout=subprocess.PIPE, text=True, cwd=place, env=surroundings(place)
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 143
    process.stdout.close()


@pytest.mark.slow
def test_before_it_is_asked_to_it_trains_nothing_and_leaves_nothing(serve: Serve) -> None:
    engine = serve()
    (told,) = listed(engine)
    assert (told["state"], told["step"]) == ("ready", 0)
    assert engine.end(signal.SIGTERM)[0] == 143
    assert not list((engine.folder / "state/makemore-tui").glob("runs/*"))


@pytest.mark.slow
def test_an_engine_that_is_killed_is_told_dead_and_blocks_nothing(serve: Serve) -> None:
    engine = serve("--train")
    screen = Screen(engine.attach())
    screen.wait(lambda: screen.step > 1000)
    engine.end(signal.SIGKILL)
    assert not screen.wait_for_end().is_cut
    assert engine.socket.exists()
    assert listed(engine) == []
    assert not engine.socket.exists()
    again = serve("--run", engine.name, "--train")
    assert again.name == engine.name
    screen = Screen(again.attach())
    screen.wait(lambda: screen.step > kept_step(engine) - 1)


@pytest.mark.slow
def test_the_latest_run_on_the_words_of_the_config_file_is_gone_on_with(
    serve: Serve, place: Path
) -> None:
    path = place / ".config" / "makemore-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    (place / "own.txt").write_text("emma\nolivia\nava\n")
    path.write_text(f'[start]\ndata = "{place / "own.txt"}"')
    engine = serve("--train")
    screen = Screen(engine.attach())
    screen.wait(lambda: screen.step > 100)
    assert engine.end(signal.SIGTERM)[0] == 143
    assert serve("--continue").name == engine.name


@pytest.mark.slow
def test_two_engines_on_one_run_are_one_too_many(serve: Serve, place: Path) -> None:
    engine = serve("--run", "mine")
    code, out, err = serve("--run", "mine").end()
    assert (code, out) == (2, "")
    assert f"makemore-tui attach {engine.name} opens it (process {engine.process.pid})" in err
    screen = Screen(engine.attach())
    screen.engine.send(Train(10))
    screen.wait(lambda: (place / "mine/journal").exists())
    for command in (("serve", "--run", "mine"), ("train", "--steps", "20", "--run", "mine")):
        code, _, err = run(place, *command)
        assert code == 2
        assert f"makemore-tui attach {engine.name} opens it" in err
    code, out, _ = run(place, "runs", "show", "mine")
    assert code == 0
    assert f"training; makemore-tui attach {engine.name} opens it" in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--data", "none.txt"), "none.txt"),
        (("--data", "empty.txt"), "empty.txt"),
        (("--order", "9"), "order"),
        (("--run", "state"), "holds no run, but something else"),
        (("--resume", "abc"), "There is no run abc"),
        (("--device", "cuda:7"), "cuda"),
        (("--steps", "5"), "No such option"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_sentence(
    place: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    (place / "empty.txt").touch()
    (place / "state").mkdir()
    (place / "state/notes").touch()
    code, out, err = run(place, "serve", *arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


# The app


def attached(place: Path, *arguments: str, **more: Any) -> Terminal:  # noqa: ANN401
    """Open the app on an engine."""
    env = {"TMPDIR": str(place)} | more.pop("env", {})
    return Terminal(place, "attach", *arguments, env=env, **more)


def trained(lab: Terminal, step: int) -> None:
    """Wait until the app shows that training is beyond a step."""
    lab.wait_for(lambda: lab.step > step)


@pytest.mark.slow
def test_the_app_is_left_and_the_engine_goes_on(serve: Serve, place: Path) -> None:
    engine = serve()
    assert engine.line == f"makemore-tui attach {engine.name}\n"
    lab = attached(place)
    lab.open().press("space")
    trained(lab, 1000)
    step = lab.step
    lab.press("q")
    code, words = lab.last_words()
    assert code == 0
    assert lab.is_restored
    lab.close()
    assert f"makemore-tui attach {engine.name} comes back to it" in words
    screen = Screen(engine.attach())
    screen.wait(lambda: screen.step > step)
    assert engine.end(signal.SIGTERM)[:2] == (143, "")
    assert kept_step(engine) >= screen.step


@pytest.mark.slow
def test_who_comes_back_finds_all_as_it_is_by_then(serve: Serve, place: Path) -> None:
    engine = serve("--train", "--order", "3")
    for name in (engine.name, engine.name[:4]):
        lab = attached(place, name)
        trained(lab, 1000)
        assert lab.resident_mb() <= 90
        assert "order 3" in lab.text
        lab.close()


@pytest.mark.slow
def test_far_away_the_app_comes_through_ssh(serve: Serve, place: Path) -> None:
    engine = serve("--train")
    fake = place / "ssh"
    fake.write_text(f'#!/bin/sh\necho "$@" >>{place}/asked\n{FAKE}\n')
    fake.chmod(0o755)
    env = {"MAKEMORE_TUI_SSH": str(fake), "PATH": f"{Path(app_command()).parent}:/usr/bin:/bin"}
    lab = attached(place, f"ssh://anna@box:22/{engine.name}", env=env)
    trained(lab, 1000)
    lab.press("q")
    code, words = lab.last_words()
    assert code == 0
    assert f"makemore-tui attach ssh://anna@box:22/{engine.name} comes back to it" in words
    lab.close()
    asked = (place / "asked").read_text().split()
    assert asked[-6:] == ["-p", "22", "anna@box", "makemore-tui", "bridge", engine.name]
    screen = Screen(engine.attach())
    screen.wait(lambda: screen.engine.latest and len(screen.engine.latest.screens) == 1)
    step = screen.step
    screen.wait(lambda: screen.step > step)


FAKE = 'for last; do :; done; exec sh -c "$last"'
"""What ssh does with its last argument, on this machine."""


def test_a_user_whose_folder_is_somebody_elses_is_told(place: Path) -> None:
    os.symlink("/", place / f"makemore-tui-{os.getuid()}")
    code, out, err = run(place, "ps")
    assert (code, out) == (2, "")
    assert "is not a folder of yours" in err
