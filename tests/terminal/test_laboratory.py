"""An afternoon in the laboratory: the real app, keys in, a screen out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.terminal.conftest import Start, in_both_ways, only_on_the_thread
from tests.terminal.emulator import Terminal, unlike

pytestmark = pytest.mark.terminal

CHOICES = ("randn", "counts", "auto", "lecture")

LECTURE_NAMES = ("mor", "axx", "minaymoryles", "kondlaisah", "anchshizarie")


def shown_speed(lab: Terminal) -> str:
    """The value in the field for the speed."""
    found = re.search(r"speed\s+([\w.]+)", lab.text)
    return found[1] if found else ""


@in_both_ways
@pytest.mark.from_scratch
def test_it_opens_trains_and_draws_names(start: Start) -> None:
    lab = start().open()
    lab.wait_for("emma")
    lab.wait_for(lambda: all(name in lab.text for name in LECTURE_NAMES))
    assert "2 Heatmap · N" in lab.text
    lab.wait_for(lambda: all(re.search(rf"{name} *▼", lab.text) for name in CHOICES))
    lab.wait_for(lambda: len(lab.colours) > 20)
    assert lab.step == 0

    lab.press("down", "right")
    lab.wait_for(lambda: re.search(r"\bab\b +(P|count)", lab.text))

    lab.press("space")
    lab.wait_for(lambda: "running" in lab.status and lab.step > 10)
    lab.wait_for("network")
    lab.press("+")
    lab.wait_for(lambda: shown_speed(lab) == "100")
    lab.press("-")
    lab.wait_for(lambda: shown_speed(lab) == "30")
    lab.press("space")
    lab.wait_for(lambda: "paused" in lab.status)

    lab.settle()
    step = lab.step
    lab.press("n")
    lab.wait_for(lambda: lab.step == step + 1)
    lab.press("+", "+", "+", "+", "+", "+", "N")
    lab.wait_for(lambda: lab.step == step + 101 and "paused" in lab.status)
    lab.press("r")
    lab.wait_for(lambda: lab.step == 0)
    lab.press("u")
    lab.wait_for(lambda: lab.step == step + 101)

    lab.press("g")
    lab.wait_for_no("kondlaisah")
    lab.settle()
    seen = lab.text  # The notice will stand over the names.
    lab.press("y")
    lab.wait_for("Copied 10 names")
    copied = (lab.state / "names.txt").read_text().split()
    assert len(copied) == 10
    assert all(name[:12] in seen for name in copied[:4])

    title = re.compile(r"2 Heatmap · ([^─]*)")
    before = title.search(lab.text)
    lab.press("v")
    lab.wait_for(lambda: (now := title.search(lab.text)) and before and now[1] != before[1])
    lab.press("m")
    lab.wait_for_no("3 Training ─")
    lab.press("m")
    lab.wait_for("3 Training ─")


@pytest.mark.soak
def test_fields_lists_and_windows_hear_the_keyboard(start: Start) -> None:
    lab = start().open()
    lab.press("/", *"qanna")
    lab.wait_for(lambda: re.search(r"\b0(/| of )32", lab.text))  # In a field, q is a letter.
    lab.press(*["backspace"] * 5, *"anna")
    lab.wait_for(lambda: re.search(r"\b\d{2,3}(/| of )32", lab.text))
    lab.wait_for_no("emma")
    lab.press("esc")
    lab.wait_for("emma")
    lab.wait_for(lambda: not re.search(r"\d(/| of )32", lab.text))

    lab.press("3", "tab", *"-1")
    lab.wait_for("learning rate must")
    lab.press("enter", "esc")
    lab.wait_for_no("learning rate must")
    assert re.search(r"rate\s+50\b", lab.text)

    lab.press("n")
    lab.wait_for(lambda: lab.step == 1)
    lab.press("s")
    lab.wait_for("Saved at step 1")
    assert len(lab.saved) == 1
    lab.press("r")
    lab.wait_for(lambda: lab.step == 0)
    lab.press("o")
    lab.wait_for("This session")
    lab.press("up", "enter")
    lab.wait_for(lambda: lab.step == 1)

    lab.press("?")
    lab.wait_for("A bigram model guesses")
    lab.press("esc")
    lab.wait_for_no("A bigram model guesses")
    lab.press("ctrl+p", *"more steps a second")
    lab.wait_for("Training: faster")
    lab.press("enter")
    lab.wait_for(lambda: shown_speed(lab) == "100")

    lab.click("q leave" if "q leave" in lab.text else "q quit")
    code, words = lab.last_words()
    assert code == 0
    assert "The run is kept" in words or "makemore-tui attach" in words
    assert lab.is_restored


@pytest.mark.slow
def test_the_screen_follows_the_size_of_the_window(start: Start) -> None:
    lab = start(size=(200, 55)).open()
    assert all(pane in lab.text for pane in ("1 Dataset", "2 Heatmap", "3 Training", "4 Sampler"))
    lab.make(120, 40)
    lab.wait_for("4 Sampler ─")
    lab.wait_for(lambda: lab.status.startswith("ready"))

    lab.make(80, 24)
    lab.wait_for("4 Sampler\n")  # Now a tab.
    lab.wait_for("a b c d e")
    for key, sign in {"1": "emma", "4": "anchshizarie", "3": "floor"}.items():
        lab.press(key)
        lab.wait_for(sign)
    lab.press("2")
    lab.wait_for("a b c d e")
    lab.make(60, 16)
    lab.wait_for(lambda: lab.status.startswith("ready"))

    lab.make(59, 15)
    lab.wait_for("60×16")
    lab.make(100, 30)
    lab.wait_for("a b c d e")
    lab.make(40, 10)
    lab.wait_for("60×16")
    lab.press("q")
    assert lab.last_words()[0] == 0
    assert lab.is_restored


@pytest.mark.soak
def test_keys_that_come_in_a_bunch_are_heard_in_their_order(start: Start) -> None:
    lab = start().open()

    def is_filter(word: str) -> bool:
        return bool(re.search(rf"│ {word} +│", lab.text.split("\n")[1]))

    for word in ("anna", "emma", "olivia", "zoe", "isabella"):
        # Keys of the field among letters, and the keys that go there and away.
        lab.write(f"/q{word}\x1b[H\x1b[3~\x1b[Fq\x7f".encode())
        lab.wait_for(lambda word=word: is_filter(word))  # type: ignore[misc]
        lab.wait_for(lambda: re.search(r"\b\d+(/| of )32", lab.text))
        lab.press("esc", "esc")
        lab.wait_for(lambda: not re.search(r"\d(/| of )32", lab.text))
    lab.write(b"tandrejx\x7fq")
    lab.wait_for(lambda: "jq" in lab.text and "andrejq" in lab.text)
    lab.press("esc", "esc")
    lab.write(b"vv3")
    lab.wait_for("2 Heatmap · p · network")


@pytest.mark.soak
def test_ctrl_c_says_how_to_quit(start: Start) -> None:
    lab = start().open()
    for keys in (["ctrl+c"], ["/", "ctrl+c"]):
        lab.press(*keys)
    lab.wait_for(lambda: re.search("q (quits|leaves)", lab.text))
    lab.press("ctrl+q")
    assert lab.last_words()[0] == 0


@pytest.mark.slow
@pytest.mark.from_scratch
@pytest.mark.parametrize(
    ("pane", "moments"),
    [
        ("", (0.0,)),
        pytest.param("3", (0.05,), marks=pytest.mark.soak),
        pytest.param("", (0.1,), marks=pytest.mark.soak),
        pytest.param("3", (0.02, 0.4), marks=pytest.mark.soak),
    ],
)
def test_who_types_while_it_starts_is_heard(
    start: Start, pane: str, moments: tuple[float, ...]
) -> None:
    if pane:
        lab = start().open()
        lab.press(pane, "q")
        assert lab.last_words()[0] == 0
    for moment in moments:
        lab = start()
        if moment:
            lab.wait_for("1 Dataset")
            lab.drain(moment)
        lab.write(b"/jacqueline")
        lab.wait_for(lambda lab=lab: re.search(r"│ jacqueline +│", lab.text))  # type: ignore[misc]
        lab.press("ctrl+q")
        assert lab.last_words()[0] == 0


SCREENS = (
    *(("?",), ("esc",), ("v",), ("m",), ("m",), ("z",), ("L", "a"), ("esc",), ("1", "down")),
    *(("o", "esc"), ("ctrl+p", "h", "esc", "esc"), ("2", "right", "down"), ("4",), ("3",)),
)


@pytest.mark.slow
@only_on_the_thread("what is sent to a terminal does not depend on the engine")
def test_what_is_not_sent_again_does_stand_there(start: Start, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("日本\n日曜\nemma\nÉva\nolivia\n本日\n" * 3, encoding="utf-8")
    lab = start("--data", str(words), size=(110, 32)).open()
    lab.settle()
    for keys in SCREENS:
        lab.press(*keys)
        lab.settle()
        text, colours = lab.text, lab.backgrounds
        lab.wipe()
        before = lab.received
        lab.press("ctrl+l")
        lab.settle()
        whole = lab.received - before
        assert lab.text == text, keys
        assert unlike(lab.backgrounds, colours) == [], keys
    lab.press("?")
    lab.settle()
    before = lab.received
    lab.press("esc")
    lab.settle()
    assert lab.received - before < 1.5 * whole
