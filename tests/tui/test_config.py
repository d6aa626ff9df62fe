"""The config file: what it may hold, how it is refused, and what `config` says is in force."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.protocol import Refusal
from tui import config, storage
from tui.colours.palettes import RAMPS
from tui.commands import BY_ID
from tui.keymap import complaint
from tui.main import main

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write() -> Write:
    """Writes the config file where the app looks for it."""

    def write(content: str | bytes) -> Path:
        path = config.config_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def read() -> config.Config:
    return config.read(commands=BY_ID, complaint=complaint)


WHOLE = """
theme = "nord"
ramp = "green"
fps = 5
mouse = false
[start]
data = "~/cities.txt"
learning_rate = 10
speed = "max"
[keys]
train = "U"
help = "!"
"""


def test_everything_it_may_hold_is_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    write(WHOLE)
    found = read()
    assert (found.theme, found.ramp, found.fps, found.mouse) == ("nord", "green", 5, False)
    assert found.data == "/home/ann/cities.txt"
    assert (found.start.learning_rate, found.start.speed) == (10, float("inf"))
    assert found.keys == {"train": "U", "help": "!"}


def test_without_a_file_nothing_is_said() -> None:
    assert read() == config.Config(config.config_path())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("ramp = ", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        ("seed = " + "9" * 5000, "cannot be read"),
        ("x = " + "[" * 5000, "cannot be read"),
        ('colour = "red"', "does not know “colour”; it may hold theme, ramp, fps"),
        ('ramp = "purple"', "no ramp “purple”; choose from own, blue, green, magenta, orange"),
        ('ramp = "[bold]x[/]\\u001b[2J"', "no ramp “[bold]x[/][2J”"),
        ("ramp = 3", "ramp must be text in quotes, not 3"),
        ('fps = "fast"', "frames a second must be a finite number above 0"),
        ("fps = true", "frames a second must be"),
        ("start = 3", "start must be a table"),
        ("[start]\nlearning_rate = -1", "learning rate must be"),
        ("[start]\nsteps = 1", "[start] does not know “steps”"),
        ('[keys]\ndance = "d"', "[keys] does not know “dance”"),
        ("[keys]\ntrain = 1", "train must be text in quotes"),
        ('[keys]\ntrain = ""', "[keys] must give train a key"),
        ('[keys]\ntrain = "T,,F"', "[keys] must give train a key"),
        ('[keys]\ntrain = "q"', "[keys] gives train and quit the same key"),
        ('[keys]\ntrain = "?"', "[keys] gives train and help the same key"),
    ],
)
def test_what_it_may_not_hold_is_refused_in_a_sentence_with_its_path(
    write: Write, content: str | bytes, sentence: str
) -> None:
    path = write(content)
    with pytest.raises(Refusal) as caught:
        read()
    said = str(caught.value)
    assert sentence in said
    assert str(path) in said
    assert said.isprintable()


def test_two_commands_may_swap_their_keys(write: Write) -> None:
    write('[keys]\ntrain = "n"\nstep = "space"')
    assert read().keys == {"train": "n", "step": "space"}


# What is in force


def said(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["config"]) == 0
    return capsys.readouterr().out


def test_a_theme_that_is_not_there_is_refused_as_when_opening(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write('theme = "norse"')
    assert main(["config"]) == 2
    assert (
        "There is no theme “norse” (did you mean 'nord'?); choose from" in capsys.readouterr().err
    )


def test_it_prints_its_path_and_every_value_in_force(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys).startswith(f"# {config.config_path()} (not there)\n")
    path = write('fps = 5\n[start]\ndata = "a \\"b\\""\nspeed = "max"\n[keys]\ntrain = "U"')
    storage.write_memory({"theme": "nord", "ramp": "green"})
    text = said(capsys)
    assert text.startswith(f"# {path}\n")
    for line in (
        'theme = "nord"  # as last time',
        'ramp = "green"  # as last time',
        "fps = 5",
        "mouse = true  # as usual",
        "ascii = false  # as usual",
        'data = "a \\"b\\""',
        'speed = "max"',
        "learning_rate = 50  # as usual",
        'train = "U"',
        'step = "n"  # as usual',
    ):
        assert line in text.splitlines()


def test_what_it_prints_can_be_put_into_the_file(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(WHOLE)
    text = said(capsys)
    write(text)
    assert set(tomllib.loads(text)["keys"]) == {name for name, c in BY_ID.items() if c.keys}
    assert said(capsys).replace("  # as usual", "") == text.replace("  # as usual", "")


def test_a_theme_or_a_ramp_that_is_no_more_is_not_in_force(
    capsys: pytest.CaptureFixture[str],
) -> None:
    storage.write_memory({"theme": "[/foo]", "ramp": ["green"]})
    assert {'theme = "textual-dark"  # as usual', 'ramp = "own"  # as usual'} <= set(
        said(capsys).splitlines()
    )


def test_it_is_never_written(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("fps = 5  # a remark")
    said(capsys)
    assert path.read_text() == "fps = 5  # a remark"
    assert list(path.parent.iterdir()) == [path]


def test_every_ramp_there_is_may_stand_in_it(write: Write) -> None:
    for ramp in RAMPS:
        write(f'ramp = "{ramp}"')
        assert read().ramp == ramp
