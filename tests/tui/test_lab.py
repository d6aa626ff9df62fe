"""The lab's screen with a fake engine: what it sends, what it shows, what it remembers."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from engine.lab import Chapter, Exhibit, HandRow, Note, chapter, chapters
from engine.protocol import (
    ChapterOpened,
    CloseChapter,
    Command,
    CommandRefused,
    Configure,
    Event,
    ExhibitShown,
    Guess,
    Guessed,
    Joined,
    OpenChapter,
)
from engine.protocol.exhibit import Part, Question
from tests.tui.fake import until
from tui import storage
from tui.lab.dials import GAP, Dial, DialInput, align, next_stop, shared_out, written
from tui.lab.exhibit import ExhibitView
from tui.lab.keys import key_bar
from tui.lab.progress import Progress
from tui.lab.reader import Engagement
from tui.lab.screen import LabScreen
from tui.lab.spread import layout_for
from tui.state import State
from tui.state.intents import Intent
from tui.state.reducing import reduce
from tui.widgets.lines import Lines

pytestmark = pytest.mark.usefixtures("own_state")


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "folder", lambda: tmp_path)


ROUND_A_TITLE, BESIDE_DIALS = 6, 4
"""Columns that a frame takes of its title, and of the dials within it."""


class Bench(App[None]):
    """An app that holds the lab, and an engine that does as it is told."""

    CSS_PATH = str(Path(storage.__file__).parent / "app.tcss")

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.state = replace(State(), is_ready=True)
        self.sent: list[Command] = []
        self.copied: list[tuple[list[str], str, str]] = []
        self.ran: list[str] = []
        self._first = name

    def on_mount(self) -> None:
        desk = Engagement(self.sent.append, self.take, self.copy, storage.write_memory)
        self.lab = LabScreen(self.state, desk, self._first)
        self.push_screen(self.lab)

    def copy(self, lines: list[str], name: str, told: str) -> None:
        self.copied.append((lines, name, told))

    def take(self, intent: Intent) -> None:
        self.state = reduce(self.state, intent)
        self.lab.show(self.state)

    def hear(self, *events: Event) -> None:
        for event in events:
            self.state = reduce(self.state, event)
        self.lab.show(self.state)

    def action_command(self, name: str) -> None:
        self.ran.append(name)

    @property
    def asked(self) -> OpenChapter:
        """What was asked for last."""
        return [c for c in self.sent if isinstance(c, OpenChapter)][-1]

    def answer(self, *notes: str, is_last: bool = True) -> None:
        """Let the engine answer what was asked for last."""
        asked = self.asked
        exhibit = Exhibit(tuple(map(Note, notes)), 1, 1 if is_last else 2)
        self.hear(
            ChapterOpened(asked.request, asked.name, asked.inputs, "print(1)", "import torch"),
            ExhibitShown(asked.request, asked.name, exhibit),
        )

    def shown(self, id: str) -> str:
        return self.lab.query_one(f"#lab-{id}", Lines).text

    def in_sight(self) -> tuple[str, bool]:
        """The section that is seen, and whether the answer is."""
        sections = [w.id for w in self.lab.query(".section") if w.region.area]
        return " ".join(str(id).removeprefix("lab-") for id in sections), "Answer" in self.shown(
            "prose"
        )


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


def field(app: Bench, name: str) -> DialInput:
    return app.lab.query_one(f"#dial-{name}", DialInput)


async def test_it_opens_where_it_was_left_and_remembers_what_was_seen() -> None:
    app = Bench()
    async with app.run_test(size=(160, 50)) as pilot:
        assert app.asked.name == "counting"
        app.answer("end")
        await press(pilot, "j")
        assert app.asked.name == "generators"
    memory = storage.read_memory()["lab"]
    assert memory == {"last": "generators", "seen": ["counting"], "guesses": {}}
    again = Bench()
    async with again.run_test(size=(160, 50)):
        assert again.asked.name == "generators"
        assert "✓  1 Counting" in again.shown("contents")
        assert "▸  2 Generators" in again.shown("contents")


async def test_an_exhibit_that_goes_on_is_not_seen_yet() -> None:
    app = Bench()
    async with app.run_test(size=(160, 50)):
        app.answer("half", is_last=False)
        assert "1 of 2" in app.shown("progress")
        assert "✓" not in app.shown("contents").splitlines()[0]


async def test_another_engine_is_asked_for_what_is_not_done() -> None:
    app = Bench()
    async with app.run_test(size=(160, 50)):
        app.answer("half", is_last=False)
        app.hear(Joined("3f2ab49c01d7", "", 4711, 0.0))
        assert [each.request for each in app.sent if isinstance(each, OpenChapter)] == [1, 2]
        app.answer("end")
        app.hear(Joined("3f2ab49c01d7", "", 4712, 0.0))
        assert app.asked.request == 2


async def test_the_text_is_there_before_the_exhibit() -> None:
    app = Bench("race")
    app.state = replace(app.state, is_ready=False, progress="importing torch")
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        assert "Four ways to the same loss" in app.shown("prose")
        assert app.shown("progress") == "The exhibit follows: importing torch."
        assert "by_onehot" not in app.shown("listing")
        assert "loss_onehot" in app.shown("listing")


async def test_the_answer_is_hidden_until_it_is_asked_for() -> None:
    app = Bench("figure")
    async with app.run_test(size=(160, 50)) as pilot:
        assert "It would count words without" not in app.shown("prose")
        await press(pilot, "a")
        assert "It would count words without" in app.shown("prose")
        await press(pilot, "j", "k")
        assert "It would count words without" not in app.shown("prose")


@pytest.mark.parametrize(
    ("size", "sections"),
    [pytest.param((160, 50), 3, marks=pytest.mark.soak), ((120, 40), 3), ((80, 24), 1)],
)
async def test_each_size_has_its_layout(size: tuple[int, int], sections: int) -> None:
    app = Bench("softmax")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        shown = [w for w in app.lab.query(".section") if w.region.area]
        assert len(shown) == sections
        for section in ("code", "text", "exhibit"):
            await press(pilot, "l")
            assert app.lab.query_one(f"#lab-{section}").region.area


@pytest.mark.parametrize("size", [pytest.param((160, 50), marks=pytest.mark.soak), (120, 40)])
async def test_a_section_is_given_the_whole_screen_and_back(size: tuple[int, int]) -> None:
    app = Bench("softmax")
    async with app.run_test(size=size) as pilot:
        app.answer("a sentence that is wrapped in a narrow section and not in a wide one")
        exhibit = app.lab.query_one("#lab-exhibit")
        before = exhibit.region
        await press(pilot, "m")
        assert exhibit.region.width == size[0]
        assert not app.lab.query_one("#lab-text").region
        await press(pilot, "h")
        assert app.lab.query_one("#lab-text").region.width == size[0]
        await press(pilot, "l", "m")
        assert exhibit.region == before


@pytest.mark.parametrize("width", [80, 120, 160])
def test_the_keys_for_the_pane_and_the_code_are_always_in_sight(width: int) -> None:
    shown = "".join(run[0] for run in key_bar(width, {}))
    assert len(shown) <= width
    for key in ("j next", "k back", "a answer", "I pane", "y copy", "esc leave"):
        assert key in shown
    assert "enter guess" not in shown
    assert "enter guess" in "".join(run[0] for run in key_bar(width, {}, ["guess"]))


async def test_an_exhibit_asks_and_goes_on_with_a_guess_that_is_scored() -> None:
    app = Bench("likelihood")
    question = Question("Which NLL?", "number", hint="V is 27.")
    async with app.run_test(size=(80, 24)) as pilot:
        asked = app.asked
        assert asked.waits
        app.answer("half", is_last=False)
        waiting = Exhibit((Note("half"),), 1, 2, question=question)
        app.hear(ExhibitShown(asked.request, asked.name, waiting))
        text = app.lab.query_one("#guess-text", Lines)
        assert "Which NLL?" in text.text
        assert "once you have guessed" in app.shown("progress")
        assert "a shows it" in app.lab.query_one("#guess-keys", Lines).text
        await press(pilot, "enter", *"3x")
        # Letters are text now.
        assert "enter gives it" in app.lab.query_one("#guess-keys", Lines).text
        assert app.shown("keys").split("  ") == [" enter give it", "esc back to the exhibit", ""]
        await press(pilot, "enter")
        assert "A guess is a number" in app.lab.query_one("#guess-why", Lines).text
        await press(pilot, "backspace", "enter")
        guess = app.sent[-1]
        assert guess == Guess(asked.request, "3")
        app.hear(Guessed(guess, "likelihood", "near", "You said 3; it is 3.2958."))
        await pilot.pause()
        assert "≈ You said 3; it is 3.2958." in text.text
        assert "0 right, 1 near, 0 off" in app.shown("contents")
        assert storage.read_memory()["lab"]["guesses"] == {"likelihood": "near"}  # type: ignore[index]
        await press(pilot, "F")
        assert not app.asked.waits


async def test_who_is_shown_the_answer_gets_no_tick_and_is_not_asked_again() -> None:
    app = Bench("likelihood")
    question = Question("Higher?", "choice", ("yes", "no"))
    async with app.run_test(size=(160, 50)) as pilot:
        asked = app.asked
        waiting = Exhibit((), 0, 1, question=question)
        app.answer("half", is_last=False)
        app.hear(ExhibitShown(asked.request, asked.name, waiting))
        await press(pilot, "a")
        guess = app.sent[-1]
        assert guess == Guess(asked.request)
        app.hear(Guessed(guess, "likelihood", "shown", "It is so."))
        app.hear(ExhibitShown(asked.request, asked.name, Exhibit((Note("whole"),), 2, 2)))
        assert "the NLL is ln V" in " ".join(app.shown("prose").split())
        assert "✓ guessed: 0 of 14" in app.shown("contents")
        await press(pilot, "F")
        assert not app.asked.waits


@pytest.mark.parametrize("about", chapters(), ids=lambda about: about.name)
async def test_titles_and_dials_have_room_side_by_side(about: Chapter) -> None:
    width, height = 100, 30
    assert layout_for(width, height) == "medium"
    assert len(f"{about.number}. {about.title}") <= (width * 5) // 12 - ROUND_A_TITLE
    async with App[None]().run_test():
        dials = [Dial(control, written(control.default)) for control in about.controls]
        align(dials)
        shares = shared_out(dials, width - (width * 5) // 12 - BESIDE_DIALS - GAP)
        for i, dial in enumerate(dials):
            assert dial.need <= shares[i % 2]


@pytest.mark.slow
async def test_a_value_that_goes_on_beyond_its_field_is_seen_to() -> None:
    app = Bench("onehot")
    async with app.run_test(size=(60, 16)) as pilot:
        word = field(app, "word")
        word.focus()
        word.value = "abcdef" * 10
        await press(pilot, "end", "tab")
        await until(pilot, lambda: word.render_line(0).text.rstrip().endswith("…"))
        assert word.render_line(0).text.startswith("abcdef")
        assert not field(app, "seed").render_line(0).text.rstrip().endswith("…")


CHOICE = Question("Higher?", "choice", ("higher", "the same", "(5, 27)"))


def waiting(app: Bench, question: Question) -> OpenChapter:
    """Let the exhibit wait with a question."""
    asked = app.asked
    app.answer("half", is_last=False)
    app.hear(ExhibitShown(asked.request, asked.name, Exhibit((), 1, 2, question=question)))
    return asked


async def test_what_there_is_to_choose_from_is_chosen_by_arrows_letters_or_the_mouse() -> None:
    app = Bench("likelihood")
    async with app.run_test(size=(100, 30)) as pilot:
        asked = waiting(app, CHOICE)
        await pilot.pause()
        text, why = (app.lab.query_one(f"#guess-{name}", Lines) for name in ("text", "why"))
        assert text.text.splitlines()[1] == "○ higher   ○ the same   ○ (5, 27)"
        assert "enter to guess   a shows it" in app.lab.query_one("#guess-keys", Lines).text
        await press(pilot, "enter", *"tx")
        told = " ".join(why.text.split())
        assert told == "Choose one of these: higher, the same, (5, 27); not “tx”."
        assert "●" not in text.text
        await press(pilot, "backspace")
        assert "● the same" in text.text
        assert not why.text
        await press(pilot, "right", "enter")
        assert app.sent[-1] == Guess(asked.request, "(5, 27)")
        await pilot.click(text, offset=(text.text.splitlines()[1].index("higher"), 1))
        assert app.sent[-1] == Guess(asked.request, "higher")


async def test_what_leads_to_guess_and_answer_is_said_by_the_keys_that_were_chosen() -> None:
    app = Bench("likelihood")
    app.state = replace(app.state, keys={"guess": "G", "answer": "W"})
    async with app.run_test(size=(160, 50)) as pilot:
        waiting(app, CHOICE)
        await pilot.pause()
        assert "G to guess   W shows it" in app.lab.query_one("#guess-keys", Lines).text
        assert app.shown("prose").splitlines()[-1].strip() == "W reveals the answer"
        assert "G guess" in app.shown("keys")


@pytest.mark.slow
async def test_a_number_that_was_typed_before_the_field_was_gone_to_is_told_what_it_did() -> None:
    app = Bench("likelihood")
    async with app.run_test(size=(100, 30)) as pilot:
        waiting(app, CHOICE)
        await pilot.pause()
        await press(pilot, *"02")
        assert app.asked.name == "generators"
        told = " ".join(app.shown("about").split())
        assert told == "A number opens a chapter. To guess, press enter first; 5 goes back."


async def test_an_empty_field_goes_on_with_the_key_that_led_there() -> None:
    app = Bench("likelihood")
    async with app.run_test(size=(80, 24)) as pilot:
        waiting(app, Question("Which NLL?", "number"))
        await pilot.pause()
        await press(pilot, "l", "space")
        assert app.focused is app.lab.query_one("#guess-field")
        assert app.shown("keys").startswith(" space on  enter give it")
        await press(pilot, "3")
        assert "space" not in app.shown("keys")
        await press(pilot, "backspace", "space")
        await until(pilot, lambda: app.in_sight() == ("text", False))


async def test_an_answer_that_is_seen_is_not_to_be_guessed_any_more() -> None:
    app = Bench("likelihood")
    async with app.run_test(size=(160, 50)) as pilot:
        app.answer("half", is_last=False)
        await press(pilot, "a")
        assert app.sent[-1] == Guess(app.asked.request)
        await press(pilot, "F")
        assert not app.asked.waits


async def test_who_goes_on_from_half_an_exhibit_comes_to_its_question() -> None:
    app = Bench("likelihood")
    async with app.run_test(size=(80, 24)) as pilot:
        app.answer("half", is_last=False)
        await pilot.pause()
        await press(pilot, "space")
        assert app.in_sight() == ("exhibit", False)
        asked = app.asked
        assert asked.waits
        assert not asked.with_pauses
        waiting = Exhibit((), 1, 2, question=Question("Which NLL?", "number"))
        app.hear(ExhibitShown(asked.request, asked.name, waiting))
        await pilot.pause()
        await press(pilot, "space")
        assert app.focused is app.lab.query_one("#guess-field")


ROW = HandRow(
    "row q", "q", (".", "u", "z"), (1, 3, 0), (0.25, 0.75, 0.0), 0.5623351446188083, 40, 2.0
)
"""Counts 1, 3 and 0 of 40 bigrams: H = ln 4 − ¾ ln 3."""


def show(app: Bench, *parts: Part) -> OpenChapter:
    """Answer what was asked with an exhibit of parts; gives what was asked."""
    app.answer("before")
    app.hear(ExhibitShown(app.asked.request, app.asked.name, Exhibit(parts)))
    return app.asked


async def test_a_row_is_moved_by_hand_and_the_loss_answers() -> None:
    app = Bench("likelihood")
    async with app.run_test(size=(80, 24)) as pilot:
        asked = show(app, ROW)
        await pilot.pause()
        assert "H hand" in app.shown("keys")
        assert "NLL of the row 0.562335 = 0.562335 by counting + 0.000000" in app.shown("picture")
        # The hand comes to lie on u; as 0.76 of 1.01 it has 0.752475.
        await press(pilot, "H", "plus")
        excess = math.log(1.01) + 0.75 * math.log(0.75 / 0.76)
        assert "u  p 0.7525   counted 3 of 4: 0.7500   moved by +0.01" in app.shown("picture")
        assert f"+ {excess:.6f} excess" in app.shown("picture")
        assert f"others counted {2 + excess / 10:.6f} = floor 2.000000 +" in app.shown("picture")
        await press(pilot, "right", "asterisk", "plus")
        assert "z  p 0.0901" in app.shown("picture")
        await press(pilot, "u", "left", "left", "minus", "minus", "minus")
        assert ".  p 0.0000   counted 1 of 4: 0.2500   moved by −0.30" in app.shown("picture")
        assert "NLL of the row ∞" in app.shown("picture")
        assert len(app.sent) == 1
        await press(pilot, "escape")
        assert app.screen is app.lab
        assert "+ 0.000000 excess" in app.shown("picture")
        await press(pilot, "right")
        assert app.asked is not asked
        await press(pilot, "escape")
        assert app.screen is not app.lab


async def test_a_hand_that_lay_on_a_symbol_of_other_words_lies_on_none() -> None:
    app = Bench("likelihood")
    async with app.run_test(size=(80, 24)) as pilot:
        show(app, ROW)
        await press(pilot, "H", "right", "escape")
        few = replace(
            ROW, symbols=ROW.symbols[:2], counts=ROW.counts[:2], probabilities=(0.25, 0.75)
        )
        show(app, few)
        await pilot.pause()
        assert "u  p 0.7500" not in app.shown("picture")
        assert "NLL of the row" in app.shown("picture")


async def test_the_line_of_the_lab_changes_nothing_where_it_lies_open() -> None:
    app = Bench("likelihood")
    async with app.run_test(size=(80, 24)):
        asked = app.asked
        await app.lab.turn_to("")
        assert app.asked is asked


@pytest.mark.parametrize("is_on_stage", [False, True])
async def test_a_hand_brings_the_row_into_sight_from_wherever_one_reads(is_on_stage: bool) -> None:
    app = Bench("likelihood")
    app.state = replace(app.state, is_on_stage=is_on_stage)
    async with app.run_test(size=(80, 24)) as pilot:
        long = tuple(Note("a line") for _ in range(40))
        show(app, *long, ROW)
        app.lab.action_see("text")
        await pilot.pause()
        await press(pilot, "H")
        page = app.lab.query_one("#lab-exhibit-page")
        await until(pilot, lambda: bool(page.region.area) and page.scroll_y > 20)
        await until(pilot, lambda: "esc off" in app.shown("picture"))
        last = app.shown("picture").rstrip().count("\n")
        await until(pilot, lambda: page.scroll_y + page.size.height > last)


async def test_a_row_is_moved_by_the_mouse() -> None:
    app = Bench("likelihood")
    async with app.run_test(size=(80, 24)) as pilot:
        show(app, ROW)
        await pilot.pause()
        picture = app.lab.query_one("#lab-picture", ExhibitView)
        letters = next(y for y, row in enumerate(picture.rows) if row[0][0].strip() == ".")
        at = picture.text.splitlines()[letters].index("z")
        await pilot.click(picture, offset=(at, letters - 1))
        assert "z  p 0.0000   counted 0 of 4: 0.0000" in picture.text
        x, y = picture.region.x + at, picture.region.y + letters
        for kind in (MouseScrollUp, MouseScrollUp, MouseScrollDown):
            event = kind(picture, at, letters, 0, 0, 0, False, False, False, x, y)
            picture.post_message(event)
        await pilot.pause()
        assert "z  p 0.0099   counted 0 of 4: 0.0000   moved by +0.01" in picture.text


async def test_an_exhibit_does_not_ask_what_was_read_while_it_was_on_its_way() -> None:
    app = Bench("likelihood")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "a")
        asked = app.asked
        waiting = Exhibit((), 0, 1, question=Question("Higher?", "choice", ("yes", "no")))
        app.answer("half", is_last=False)
        for _ in range(2):
            app.hear(ExhibitShown(asked.request, asked.name, waiting))
        assert app.sent.count(Guess(asked.request)) == 1
        assert app.asked is asked


def test_who_only_looks_leaves_nothing_behind() -> None:
    progress = Progress(lambda _: None)
    progress.open("race")
    progress.guess("race", "right")
    assert progress.ticked == ("race",)
    assert "lab" not in storage.read_memory()


async def test_a_key_sets_the_pane_up_as_the_dials_stand() -> None:
    app = Bench("regularization")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "right", "I")
        assert Configure(regularization=0.1) in app.sent
        assert app.state.view == "network_probabilities"


async def test_dials_send_what_is_shown() -> None:
    app = Bench("smoothing")
    async with app.run_test(size=(160, 50)) as pilot:
        assert dict(app.asked.inputs) == {"smoothing": "1", "word": ""}
        assert app.asked.with_pauses
        await press(pilot, "right")
        assert dict(app.asked.inputs)["smoothing"] == "3" == field(app, "smoothing").value
        assert not app.asked.with_pauses
        await press(pilot, "left", "left")
        assert dict(app.asked.inputs)["smoothing"] == "0.1" == field(app, "smoothing").value
        field(app, "smoothing").focus()
        await press(pilot, "5", "enter")
        assert dict(app.asked.inputs)["smoothing"] == "5"
        # Enter has left the field, where it could be so: letters and arrows are the lab's again.
        await press(pilot, "right")
        assert dict(app.asked.inputs)["smoothing"] == "10"
        field(app, "smoothing").focus()
        await press(pilot, "up")
        assert dict(app.asked.inputs)["smoothing"] == "100"


async def test_a_wrong_value_is_marked_with_the_reason_and_never_sent() -> None:
    app = Bench("smoothing")
    async with app.run_test(size=(160, 50)) as pilot:
        before = len(app.sent)
        dial = field(app, "smoothing")
        dial.focus()
        await press(pilot, "1", "x", "enter")
        assert dial.has_class("-wrong")
        assert "smoothing must be a number from 0 to 1000000000, not “1x”." in app.shown("about")
        await press(pilot, "escape")
        assert dial.value == "1"
        assert not dial.has_class("-wrong")
        assert len(app.sent) == before


async def test_what_the_engine_refuses_is_said_in_place() -> None:
    app = Bench("broadcasting")
    async with app.run_test(size=(160, 50)) as pilot:
        app.answer("before")
        field(app, "first").focus()
        await press(pilot, "z", "enter")
        app.hear(CommandRefused(app.asked, "first shape must be whole numbers."))
        assert "must be whole numbers" in app.shown("progress")
        assert "before" in app.shown("picture")


async def test_late_news_of_an_earlier_request_is_dropped() -> None:
    app = Bench("smoothing")
    async with app.run_test(size=(160, 50)) as pilot:
        old = app.asked
        await press(pilot, "right")
        app.hear(ExhibitShown(old.request, old.name, Exhibit((Note("late"),))))
        assert "late" not in app.shown("picture")
        app.answer("right")
        assert "right" in app.shown("picture")


async def test_an_empty_field_says_what_it_stands_for() -> None:
    app = Bench("counting")
    async with app.run_test(size=(160, 50)):
        asked = app.asked
        app.hear(ChapterOpened(asked.request, asked.name, (("words", "emma ava"),), "", ""))
        assert field(app, "words").placeholder == "emma ava"


async def test_an_exhibit_begins_at_its_top_however_the_one_before_was_left() -> None:
    app = Bench("counting")
    async with app.run_test(size=(80, 24)) as pilot:
        page = app.lab.query_one("#lab-exhibit-page")
        app.answer(*("a line" for _ in range(60)))
        await until(pilot, lambda: page.max_scroll_y > 0)
        await press(pilot, "pagedown")
        await until(pilot, lambda: page.scroll_y > 0)
        await press(pilot, "j")
        app.answer(*("a line" for _ in range(60)))
        await until(pilot, lambda: page.scroll_y == 0)


async def test_dials_keep_their_place_while_other_chapters_are_read() -> None:
    app = Bench("smoothing")
    async with app.run_test(size=(160, 50)) as pilot:
        await press(pilot, "right", "j", "k")
        assert dict(app.asked.inputs)["smoothing"] == "3"


async def test_the_code_is_copied_with_what_stands_before_it() -> None:
    app = Bench("onehot")
    async with app.run_test(size=(160, 50)) as pilot:
        app.answer("end")
        await press(pilot, "y")
    lines, name, _ = app.copied[0]
    assert name == "lab-onehot.py"
    assert lines == ["# %% 6. One-hot", "import torch", "", "# %%", "print(1)"]


async def test_a_race_says_that_the_main_run_is_paused_and_no_longer_when_it_is_over() -> None:
    app = Bench("race")
    async with app.run_test(size=(160, 50)) as pilot:
        asked = app.asked
        app.hear(ChapterOpened(asked.request, "race", (), "", "", has_paused_run=True))
        app.hear(ExhibitShown(asked.request, "race", Exhibit((Note("half"),), 1, 2)))
        await pilot.pause()
        said = "The main run is paused; it goes on when the race is over."
        assert said in " ".join(app.shown("progress").split())
        app.hear(ExhibitShown(asked.request, "race", Exhibit((Note("whole"),), 2, 2)))
        assert "paused" not in app.shown("progress")


async def test_leaving_stops_the_work() -> None:
    app = Bench("figure")
    async with app.run_test(size=(160, 50)) as pilot:
        await press(pilot, "escape")
        assert app.sent[-1] == CloseChapter()
        assert app.screen is not app.lab


async def test_a_key_jumps_to_the_pane_where_the_idea_lives() -> None:
    app = Bench("generators")
    async with app.run_test(size=(160, 50)) as pilot:
        await press(pilot, "I")
        assert app.sent[-1] == CloseChapter()
        assert app.ran == ["pane_4"]


async def test_numbers_and_clicks_open_chapters() -> None:
    app = Bench()
    async with app.run_test(size=(160, 50)) as pilot:
        await press(pilot, "7")
        assert app.asked.name == "softmax"
        await pilot.click("#lab-contents", offset=(8, 1))
        await pilot.pause()
        assert app.asked.name == "generators"
        await press(pilot, "k", "k", "k")
        assert app.asked.name == "counting"


@pytest.mark.slow
@pytest.mark.parametrize(
    "size", [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak), (60, 16)]
)
async def test_no_sentence_is_cut(size: tuple[int, int]) -> None:
    app = Bench("counting")
    async with app.run_test(size=size) as pilot:
        for about in chapters():
            app.lab.action_see("text")
            await pilot.pause()
            page = app.lab.query_one("#lab-text-page")
            if size == (80, 24):
                assert not page.max_scroll_y, "text and question are seen at once"
            await press(pilot, "a")
            await pilot.pause()
            words = " ".join(app.shown("prose").split())
            for text in (about.text, about.question, about.answer):
                assert " ".join(text.split()) in words
            width = app.lab.query_one("#lab-prose").size.width
            assert max(map(len, app.shown("prose").splitlines())) <= width
            app.lab.action_see("code")
            await pilot.pause()
            code = app.shown("listing")
            width = app.lab.query_one("#lab-listing").size.width
            assert max(map(len, code.splitlines())) <= width
            whole = "".join("".join(code.replace("↳ ", "").split()))
            assert whole == "".join(about.code.split())
            await press(pilot, "j")


@pytest.mark.parametrize(
    ("size", "layout"),
    [
        ((140, 30), "wide"),
        ((139, 30), "medium"),
        ((100, 30), "medium"),
        ((99, 30), "narrow"),
        ((200, 29), "narrow"),
    ],
)
def test_the_layout_follows_the_size(size: tuple[int, int], layout: str) -> None:
    assert layout_for(*size) == layout


def test_a_dial_goes_from_stop_to_stop_and_no_further() -> None:
    dial = next(c for c in chapter("smoothing").controls if c.name == "smoothing")
    assert next_stop(dial, "1", 1) == "3"
    assert next_stop(dial, "2", -1) == "1"
    assert next_stop(dial, "1000000", 1) is None
    assert next_stop(dial, "nonsense", 1) == "3"
    seed = next(c for c in chapter("race").controls if c.name == "seed")
    assert next_stop(seed, "41", 1) == "42"
    word = next(c for c in chapter("smoothing").controls if c.name == "word")
    assert next_stop(word, "emma", 1) is None


async def test_a_dial_knows_where_it_stands_before_it_is_seen() -> None:
    control = next(control for about in chapters() for control in about.controls)
    async with App[None]().run_test():
        assert Dial(control, "7").field.sent == "7"


def test_a_dial_goes_through_options() -> None:
    dial = next(c for c in chapter("exercises").controls if c.name == "exercise")
    assert next_stop(dial, "e01", 1) == "e02"
    assert next_stop(dial, "e01", -1) is None
    assert next_stop(dial, "e06", 1) is None
    assert next_stop(dial, "nonsense", 1) == "e02"


@pytest.mark.parametrize("size", [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak)])
async def test_an_exercise_is_chosen_and_a_number_given_by_keys(size: tuple[int, int]) -> None:
    app = Bench("exercises")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "right", "right", "left")
        assert dict(app.asked.inputs)["exercise"] == "e02"
        field(app, "answer").focus()
        await press(pilot, *"2.26", "enter")
        assert dict(app.asked.inputs)["answer"] == "2.26"
        field(app, "exercise").focus()
        await press(pilot, *"e07", "enter")
        assert "exercise must be one of e01, e02" in app.shown("about")
        assert dict(app.asked.inputs)["exercise"] == "e02"


async def test_an_exercise_is_chosen_by_the_mouse() -> None:
    app = Bench("exercises")
    async with app.run_test(size=(80, 24)) as pilot:
        arrows = app.lab.query(Dial).first().query_one(".arrows")
        await pilot.click(arrows, offset=(1, 0))
        await pilot.pause()
        assert dict(app.asked.inputs)["exercise"] == "e02"


@pytest.mark.parametrize("key", ["space", pytest.param("pagedown", marks=pytest.mark.slow)])
async def test_one_key_goes_through_a_chapter_and_on_to_the_next(key: str) -> None:
    app = Bench("figure")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "h")
        for then in (("exhibit", False), ("text", False), ("text", True)):
            await press(pilot, key)
            await until(pilot, lambda then=then: app.in_sight() == then)  # type: ignore[misc]
        page = app.lab.query_one("#lab-text-page")
        await press(pilot, "pageup", "pageup")
        await until(pilot, lambda: app.in_sight() == ("exhibit", False))
        await press(pilot, key, key)
        await until(pilot, lambda: app.in_sight() == ("text", True))
        await until(pilot, lambda: page.scroll_offset.y == page.max_scroll_y)
        await press(pilot, key)
        await until(pilot, lambda: app.asked.name == "likelihood")
        await until(pilot, lambda: app.in_sight() == ("text", False))


async def test_what_is_too_long_for_its_page_is_read_before_the_next_thing() -> None:
    app = Bench("figure")
    async with app.run_test(size=(60, 16)) as pilot:
        await press(pilot, "h")
        page = app.lab.query_one("#lab-text-page")
        assert page.max_scroll_y
        while page.scroll_offset.y < page.max_scroll_y:
            before = page.scroll_offset.y
            await press(pilot, "space")
            assert page.scroll_offset.y > before
        await press(pilot, "space")
        assert app.in_sight() == ("exhibit", False)
