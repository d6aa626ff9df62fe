"""One idea, one key, one name: through every screen, dialog and widget of the program."""

from __future__ import annotations

import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

import engine
import tui
from engine.lab import chapters
from engine.protocol import SETTINGS, flag
from tui import overlying
from tui.commands import BY_ID, COMMANDS
from tui.keymap import complaint, keymap
from tui.lab.keys import SOON, Number, own_keys
from tui.sampling.pane import KNOBS as DRAWING
from tui.text.glossary import named
from tui.training.settings import KNOBS

ARROWS = {"h": "left", "j": "down", "k": "up", "l": "right"}
"""Letters that are arrows under the fingers: where they go depends on where one is."""

OTHERWISE = {
    "view": {"view", "subtract"},
    "faster": {"faster", "more"},
    "slower": {"slower", "less"},
}
"""Commands that are told by what they do on a screen over this one."""

SPELLINGS = {
    "regularis": "regularization",
    "optimiser": "optimizer",
    "first weights": "initial weights",
    "stability edge": "edge of stability",
}
"""How no text calls or spells what has a name, and that name."""


def nodes() -> Iterator[type[DOMNode]]:
    """Every class of the program's own that has keys."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if module.name != "tui.__main__":
            for each in vars(import_module(module.name)).values():
                is_own = isinstance(each, type) and each.__module__ == module.name
                if is_own and issubclass(each, DOMNode) and "BINDINGS" in vars(each):
                    yield each


def keys_of(node: type[DOMNode]) -> Iterator[tuple[str, Binding]]:
    """Every key of a class, with its binding."""
    for binding in vars(node)["BINDINGS"]:
        assert isinstance(binding, Binding), f"{node.__name__} has a binding without a meaning"
        for key in binding.key.split(","):
            yield key, binding


def test_a_letter_means_one_thing_wherever_it_can_be_pressed() -> None:
    meanings: dict[str, set[str]] = {}
    for node in nodes():
        for key, binding in keys_of(node):
            if len(key) == 1 and key.isalpha() and key not in ARROWS:
                assert binding.id, f"{key} of {node.__name__} is no command that could be remapped"
                meanings.setdefault(key, set()).add(binding.id.split(".")[0])
    assert {key: names for key, names in meanings.items() if len(names) > 1} == {}
    assert {name for names in meanings.values() for name in names} <= {*BY_ID}
    assert {*"qvcOTLy"} <= {*meanings}


def test_all_screens_with_keys_are_looked_at() -> None:
    names = {node.__name__ for node in nodes()}
    assert {"LabScreen", "RunsScreen", "LadderScreen", "HelpScreen", "Board", "Overlay"} <= names
    assert any(issubclass(node, App) for node in nodes())


def test_a_command_that_several_screens_know_has_one_key() -> None:
    keys = {command.id: command.keys for command in COMMANDS}
    shared = [c for table in overlying.SCREENS.values() for c in table if c.id in keys]
    hand = {"H", "u", "plus,equals_sign", "minus,underscore", "asterisk"}
    assert {*"ymvcOT"} | hand == {c.keys for c in shared}
    assert [c.id for c in shared if c.keys != keys[c.id]] == []


def is_part(short: str, long: str) -> bool:
    """Whether each word of a short name begins a word of the long one."""
    words = re.findall(r"[\w/]+", long)
    return all(any(word.startswith(part) for word in words) for part in short.split())


def test_the_short_name_of_a_setting_is_a_part_of_its_name() -> None:
    for name, row in SETTINGS.items():
        option = flag(name).removeprefix("--").replace("-", " ")
        for short in filter(None, (row.short, row.mark, row.metavar and option)):
            assert is_part(short, row.label), f"{short} of {row.label}"
    for name, knob in (*KNOBS.items(), *DRAWING.items()):
        label = SETTINGS[name].label if name in SETTINGS else name
        assert is_part(knob.label, label), f"{knob.label} of {label}"
        assert is_part(knob.label, knob.long_label or label), knob
        words = {named(each) for each in (knob.label, knob.long_label or knob.label)}
        assert len(words) == 1, f"{knob.label} and {knob.long_label} are two words of the glossary"


def test_a_dial_of_the_lab_is_called_as_the_setting_is() -> None:
    names = {row.short or name: row for name, row in SETTINGS.items()}
    dials = [dial for each in chapters() for dial in each.controls if dial.name in names]
    assert len(dials) > 5
    for dial in dials:
        row = names[dial.name]
        assert dial.label in (dial.name, row.label), f"{dial.label} is {row.label}"


def test_a_label_stands_for_one_command_of_a_screen_and_a_command_has_one() -> None:
    for name, table in {"": COMMANDS, **overlying.SCREENS}.items():
        twice = [label for label, times in Counter(c.label for c in table).items() if times > 1]
        assert twice == [], name
    labels: dict[str, set[str]] = {}
    for command in (*COMMANDS, *(c for table in overlying.SCREENS.values() for c in table)):
        labels.setdefault(command.id, set()).add(command.label)
    assert {name: each for name, each in labels.items() if len(each) > 1} == OTHERWISE


@pytest.mark.parametrize("wrong", SPELLINGS)
def test_one_idea_is_spelled_in_one_way(wrong: str) -> None:
    paths = [p for each in (engine, tui) for p in Path(each.__path__[0]).rglob("*.py")]
    assert len(paths) > 100
    found = [str(p) for p in paths if re.search(wrong, p.read_text("utf-8"), re.IGNORECASE)]
    assert found == [], f"it is called {SPELLINGS[wrong]}"


def test_the_letters_that_the_lab_had_before_are_ids_that_can_have_them_again() -> None:
    before = {
        "next_chapter": "n", "previous_chapter": "p", "chapter_pane": "g", "finish": "f",
        "restart": "r", "text": "t", "exhibit": "e", "code": "c",
    }  # fmt: skip
    assert complaint(before) == ""
    assert own_keys(before) >= {*before.values()}
    assert keymap(before, own_keys(before))["next_chapter.j"] == "n"
    assert keymap(before, own_keys(before))["restart."] == "r"


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"next_chapter": "a"}, "gives next_chapter and answer the same key"),
        ({"copy": "a"}, "gives answer and copy the same key"),
        ({"restart": "?"}, "gives help and restart the same key"),
        ({"next_chapter": ""}, "must give next_chapter a key"),
        ({"help": "a"}, ""),
        ({"restart": ""}, ""),
    ],
)
def test_a_key_belongs_to_one_command_of_a_screen(chosen: dict[str, str], said: str) -> None:
    assert said in complaint(chosen)
    assert bool(complaint(chosen)) is bool(said)


def test_two_digits_soon_after_one_another_are_one_number() -> None:
    number = Number(14)
    assert [number.after(1, 0.0), number.after(3, SOON / 2)] == [1, 13]
    assert [number.after(1, 9.0), number.after(3, 9.0 + SOON)] == [1, 3]
    assert [number.after(2, 20.0), number.after(1, 20.1), number.after(4, 20.2)] == [2, 1, 14]


def test_every_chapter_has_a_number_that_can_be_typed() -> None:
    number = Number(max(each.number for each in chapters()))
    for at, each in enumerate(chapters()):
        typed = [number.after(int(digit), 10.0 * at) for digit in str(each.number)]
        assert typed[-1] == each.number
