"""The dataset pane as it looks and as it answers, on real names, a million words and odd ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from engine import Words
from engine.protocol import (
    PART_MARKS,
    EngineReady,
    LoadDataset,
    PartSize,
    Rank,
    RunStarted,
    Snapshot,
    Sort,
    WordsArrived,
    WordsParted,
)
from tests.tui.dataset_bench import DatasetBench
from tui.dataset import pane
from tui.dataset.facts import BigramList
from tui.dataset.filters import parse
from tui.dataset.pane import FilterInput
from tui.state import State
from tui.state.intents import ViewChosen
from tui.widgets.lines import Lines

NARROW, SHORT, WIDE = (24, 44), (40, 20), (78, 24)

FIGURES = {
    "words": "32,257",
    "different": "29,693",
    "repeats ″": "2,564",
    "symbols": "27",
    "bigrams": "229,804",
    "table cells": "729",
    "· not zero": "627",
    "· zero": "102",
    "· seen once": "40",
    "lengths": "2–15",
    "mean length": "6.12",
}
"""The facts of the names that come with the program."""


def boxed(title: str, rows: list[str], subtitle: str, width: int) -> str:
    """Draw a pane of so many columns with these rows in it."""
    top = f"╭─ {title} {'─' * (width - len(title) - 5)}╮"
    bottom = f"╰{'─' * (width - len(subtitle) - 5)} {subtitle} ─╯"
    return "\n".join([top, *(f"│ {row:<{width - 4}} │" for row in rows), bottom])


def told(width: int, *alphabet: str) -> list[str]:
    """Draw the facts in so many columns, the symbols below their number."""
    rows = [f"{name:<{width - len(figure)}}{figure}" for name, figure in FIGURES.items()]
    return [*rows[:4], *(f"  {line}" for line in alphabet), *rows[4:]]


WORDS_24 = """\
/ to filter

word     NLL counts
emma          2.517
olivia        2.504
ava           2.180
isabella      2.390
sophia        2.498
charlotte     2.529
mia           1.953
amelia        2.042
harper        2.881
evelyn        2.148
abigail       2.763
emily         2.388
elizabeth     2.422
mila          2.017
"""

LENGTHS_24 = """
  │    █
  │    █
  │   ███
  │   ███
5k┤   ███
  │  ▄████
  │  █████
 0┤▄▄██████▄▄
  └─────────────────
    3   7   11+"""

BIGRAMS_40 = """
bigram                count   share
('n', '.')            6,808   2.96%
('a', '.')            6,682   2.91%
('a', 'n')            5,471   2.38%
('.', 'a')            4,438   1.93%"""


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the pane is laid out and has its answers."""
    for _ in range(6):
        await pilot.pause()


async def typed(pilot: Pilot[None], text: str) -> None:
    """Type into the filter, and wait until all words have been searched."""
    app = pilot.app
    assert isinstance(app, DatasetBench)
    app.query_one(FilterInput).focus()
    for symbol in text:
        await pilot.press({"/": "slash", ".": "full_stop", " ": "space"}.get(symbol, symbol))
    await settle(pilot)
    while (search := app.pane._finder._search) is not None and not search.is_over:
        await pilot.pause(0.01)


async def test_words_over_facts_at_24_columns() -> None:
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        facts = told(20, ".abcdefghijklmnopq", "rstuvwxyz")
        rows = [*WORDS_24.split("\n"), *facts, *LENGTHS_24.split("\n")]
        assert app.frame == boxed("1 Dataset  i facts", rows, "32,257 · file", 24)


async def test_facts_in_place_of_the_words_at_40_columns() -> None:
    app = DatasetBench()
    async with app.run_test(size=SHORT) as pilot:
        await settle(pilot)
        app.pane.home.focus()
        await pilot.press("i")
        await settle(pilot)
        rows = [*told(30, ".abcdefghijklmnopqrstuvwxyz"), *BIGRAMS_40.split("\n")]
        assert app.frame == boxed("1 Dataset  i words", rows, "32,257 · file order", 40)
        assert isinstance(app.focused, BigramList)
        await pilot.press("i")
        await settle(pilot)
        assert app.pane.home.has_focus
        assert "emma" in app.frame


@pytest.mark.slow
async def test_all_of_it_side_by_side_at_78_columns() -> None:
    app = DatasetBench()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        app.pane.home.focus()
        await pilot.press("O", "O", "O")
        await settle(pilot)
        lines = app.frame.split("\n")
        assert lines[4].startswith("│ jan            3 1.525   symbols              27  ('a', 'n')")
        assert lines[7].startswith("│ an″            2 1.605   bigrams         229,804  ('a', 'r')")
        assert lines[-1].endswith(" 32,257 · likely first ─╯")
        await pilot.press("i")
        assert app.focused is app.query_one(BigramList)


# Orders


async def test_a_key_goes_through_the_orders() -> None:
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        app.pane.home.focus()
        for first in (["emma", "olivia"], ["aaban", "aabid"], ["an", "jo"], ["jan", "man"]):
            assert app.shown[:2] == first
            await pilot.press("O")
            await settle(pilot)
        await pilot.press("O")
        await settle(pilot)
        assert app.shown[:2] == ["emma", "olivia"]


@pytest.mark.slow
async def test_the_least_likely_words_are_the_most_likely_backwards() -> None:
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        app.pane.home.focus()
        await pilot.press("O", "O", "O")
        await settle(pilot)
        most = [app.list.word(i) for i in range(app.list.count)]
        await pilot.press("O")
        await settle(pilot)
        assert [app.list.word(i) for i in range(app.list.count)] == most[::-1]


@pytest.mark.slow
async def test_a_click_on_a_head_puts_the_words_in_its_order() -> None:
    app = DatasetBench()
    async with app.run_test(size=SHORT) as pilot:
        await settle(pilot)
        seen = []
        for x in (2, 2, 22, 28, 28, 34):
            await pilot.click("#word-heads", offset=(x, 0))
            await settle(pilot)
            seen.append(app.state.rankings.order)
        assert seen == ["alphabet", "file", "length", "likely", "unlikely", "file"]


# Filters


MEANT: dict[str, Callable[[str], bool]] = {
    "emma": lambda word: "emma" in word,
    ".em": lambda word: word.startswith("em"),
    "/^a.*a$/": lambda word: word[0] == word[-1] == "a" and len(word) > 1,
    "3..3": lambda word: len(word) == 3,
    "zzzz": lambda word: False,
}
"""Filters, and the words that each is to leave."""


@pytest.mark.slow
async def test_the_filter_finds_what_it_says() -> None:
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        for text in MEANT:
            await pilot.press("ctrl+u")
            await typed(pilot, text)
            words = [app.list.word(i) for i in range(app.list.count)]
            assert app.state.words is not None
            assert words == [word for word in app.state.words if MEANT[text](word)]


async def test_a_filter_holds_in_every_order() -> None:
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await typed(pilot, "emm")
        words = {app.list.word(i) for i in range(app.list.count)}
        await pilot.press("enter", "O")
        await settle(pilot)
        ordered = [app.list.word(i) for i in range(app.list.count)]
        assert ordered == sorted(ordered)
        assert set(ordered) == words


async def test_a_bad_pattern_is_marked_with_its_reason_and_the_list_stays() -> None:
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await typed(pilot, "em /(")
        assert app.query_one(FilterInput).has_class("-wrong")
        assert "Not a pattern" in app.query_one("#filter-complaint", Lines).text
        assert all("em" in word for word in app.shown)
        await pilot.press("backspace")
        await settle(pilot)
        assert not app.query_one(FilterInput).has_class("-wrong")


async def test_escape_empties_the_filter_and_leaves_it() -> None:
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await typed(pilot, "zzzz")
        await pilot.press("escape")
        await settle(pilot)
        assert app.shown[0] == "emma"
        assert app.focused is app.list


async def test_a_bigram_of_the_heatmap_is_filtered_exactly(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("Emma\nemma\nema\nyem\n")
    app = DatasetBench(str(file))
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        app.pane.filter_by(".e")
        await settle(pilot)
        assert app.shown == ["emma", "ema"]
        app.pane.filter_by("")
        await settle(pilot)
        assert len(app.shown) == 4


# Parts


def by_file(words: Sequence[str]) -> WordsParted:
    """The parts of words of which the first 80 % are train, and the last 10 test."""
    train, dev, test, leak = PART_MARKS.values()
    cuts = [int(share * len(words)) for share in (0.8, 0.9)]
    known = set(words[: cuts[0]])
    marks = bytes(
        train if i < cuts[0] else (dev if i < cuts[1] else test) | leak * (word in known)
        for i, word in enumerate(words)
    )
    sizes = (
        PartSize("train", marks.count(train), 0),
        PartSize("dev", marks.count(dev) + marks.count(dev | leak), marks.count(dev | leak)),
        PartSize("test", marks.count(test) + marks.count(test | leak), marks.count(test | leak)),
    )
    return WordsParted("file", marks, sizes)


def parts_of(app: DatasetBench) -> WordsParted:
    assert app.state.words is not None
    return by_file(list(app.state.words))


PARTS_20 = """\
│ repeats ″      2,564 │
│ split           file │
│ train         25,805 │
│ dev    3,226 · 398 ″ │
│ test   3,226 · 297 ″ │
│ symbols           27 │"""


async def test_at_24_columns_each_word_bears_its_part_and_the_facts_count_them() -> None:
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        before = app.frame
        app.take(parts_of(app))
        await settle(pilot)
        lines = app.frame.split("\n")
        assert lines[3:5] == ["│ word     NLL counts  │", "│ emma          2.517  │"]
        app.list.action_go(-1)
        await settle(pilot)
        lines = app.frame.split("\n")
        assert lines[4] == "│ zin        t  2.139  │"
        assert lines[6] == "│ zoel″      t″ 2.984  │"
        assert PARTS_20 in app.frame
        app.list.action_go(0)
        app.take(WordsParted())
        await settle(pilot)
        assert app.frame == before, "without a split nothing is different"


@pytest.mark.slow
async def test_at_78_columns_leaks_are_told_beside_the_parts() -> None:
    app = DatasetBench()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        before = app.frame
        app.take(parts_of(app))
        await typed(pilot, "part:leak")
        lines = app.frame.split("\n")
        assert lines[3].startswith("│ word        NLL counts   repeats ″         2,564  ('a', '.')")
        assert lines[4].startswith("│ aryn″         d″ 1.962   split              file  ('a', 'n')")
        assert lines[6].startswith("│ audi″         d″ 2.733   dev       3,226 · 398 ″  ('e', '.')")
        assert lines[-1].endswith(" 695 of 32,257 · file order ─╯")
        await pilot.press("escape")
        app.take(WordsParted())
        await settle(pilot)
        assert app.frame == before, "without a split nothing is different"


@pytest.mark.slow
async def test_the_key_that_chooses_a_split_is_told_as_the_user_chose_it() -> None:
    app = DatasetBench()
    app.state = State(keys={"model": "ctrl+n"})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await typed(pilot, "part:dev")
        complaint = " ".join(app.query_one("#filter-complaint", Lines).text.split())
        assert complaint == "The words are in no parts; press ^n to choose a split."


@pytest.mark.slow
async def test_a_filter_by_part_finds_its_words_in_every_order_and_follows_the_split() -> None:
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        complaint = app.query_one("#filter-complaint", Lines)
        await typed(pilot, "part:dev")
        assert app.list.count == 0
        assert " ".join(complaint.text.split()) == (
            "The words are in no parts; press M to choose a split."
        )
        parted = parts_of(app)
        app.take(parted)
        await settle(pilot)
        assert complaint.text == ""
        dev = [i for i, mark in enumerate(parted.marks) if mark & PART_MARKS["dev"]]
        assert [app.list.number(i) for i in range(app.list.count)] == dev
        await pilot.press("enter", "O")
        await settle(pilot)
        ordered = [app.list.word(i) for i in range(app.list.count)]
        assert ordered == sorted(ordered)
        assert {app.list.number(i) for i in range(app.list.count)} == set(dev)
        others = WordsParted("other", bytes([2, 2, 2]) + bytes([1]) * (len(parted.marks) - 3))
        app.take(others)
        await settle(pilot)
        assert sorted(app.shown) == ["ava", "emma", "olivia"]


@pytest.mark.slow
async def test_a_split_changes_what_may_be_typed_but_not_what_is_wrong_with_it() -> None:
    app = DatasetBench()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        field = app.query_one(FilterInput)
        assert "part:" not in field.placeholder
        app.take(parts_of(app))
        assert "part:dev" in field.placeholder
        await typed(pilot, "part:dev em /(")
        app.take(WordsParted("other", bytes([2]) * len(app.list.words)))
        await settle(pilot)
        assert "Not a pattern" in app.query_one("#filter-complaint", Lines).text


# What it says and asks


async def test_words_and_bigrams_under_the_cursor_are_told() -> None:
    app = DatasetBench()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        app.pane.home.focus()
        await pilot.press("down", "enter", "i", "down")
        await settle(pilot)
        assert app.picked == ["olivia", "olivia"]
        assert app.moved == [(1, 0)]


async def test_words_that_arrive_later_leave_the_list_where_it_stands() -> None:
    app = DatasetBench()
    async with app.run_test(size=WIDE) as pilot:
        app.list.focus()
        await pilot.press("end")
        assert app.state.report is not None
        cursor, before = app.list.cursor, app.list.word(app.list.cursor)
        late = Words.of(["…"] * app.state.report.words)
        app.take(WordsArrived(app.state.report.sha256, late.text, late.offsets))
        await pilot.pause()
        assert cursor > 30_000
        assert (app.list.cursor, app.list.word(cursor)) == (cursor, "…")
        assert before not in app.frame


async def test_until_the_words_are_in_order_they_stay_as_they_are_and_it_is_said() -> None:
    app = DatasetBench(is_answering=False)
    async with app.run_test(size=SHORT) as pilot:
        await settle(pilot)
        app.pane.home.focus()
        await pilot.press("O")
        await settle(pilot)
        assert app.shown[0] == "emma"
        assert "sorting…" in app.frame
        app.take(*app.session.run(Sort(1)))
        await settle(pilot)
        assert app.shown[0] == "aaban"


async def test_an_answer_that_came_too_late_is_not_shown() -> None:
    app = DatasetBench(is_answering=False)
    async with app.run_test(size=SHORT) as pilot:
        await settle(pilot)
        late = list(app.session.run(Rank(1, smoothing=1000.0)))
        app.take(*app.session.run(Rank(2)), *late)
        await settle(pilot)
        assert "emma                  4 2.517" in app.frame


async def test_while_training_the_network_is_ranked_every_other_second() -> None:
    app = DatasetBench(is_answering=False)
    async with app.run_test(size=SHORT) as pilot:
        await settle(pilot)
        app.take(EngineReady("2", 1), RunStarted(1, 0, "first"), Snapshot(run=1))
        app.take(ViewChosen("logits"))
        for step in range(1, 30):
            app.clock.now += 0.1
            app.take(Snapshot(run=1, step=step, state="running"))
        await settle(pilot)
        neural = [c for c in app.asked if isinstance(c, Rank) and c.model == "neural"]
        assert len(neural) == 2


async def test_other_words_take_the_place_of_the_old_ones(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("ab\nba\nab\n")
    app = DatasetBench()
    async with app.run_test(size=SHORT) as pilot:
        await settle(pilot)
        app.pane.home.focus()
        await pilot.press("O", "O", "O", "end")
        app.take(*app.session.run(LoadDataset(str(file))))
        await settle(pilot)
        assert sorted(app.shown) == ["ab", "ab", "ba"]
        assert app.frame.count("ab″") == 1
        assert "3 · likely first" in app.frame


async def test_hostile_words_are_shown_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("[/foo]\n[@click=quit]x[/]\n日本語日本語日本語日本語\n" + "x" * 10_000 + "\n")
    app = DatasetBench(str(file))
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert "[/foo]" in app.frame
        await pilot.click(app.list, offset=(1, 1))
        await typed(pilot, "[/")
        assert app.shown == ["[/foo]", "[@click=quit]x[/]"]
        assert "日本語" not in app.frame.split("\n")[4]


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("million") / "words.txt"
    file.write_text("\n".join(f"{i * 7919 % 1_000_003:x}" for i in range(1, 1_000_001)))
    return str(file)


@pytest.mark.soak
async def test_of_a_million_words_no_more_rows_are_drawn_than_of_thirty(million: str) -> None:
    app = DatasetBench(million)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert len(app.list.words) == 1_000_000
        drawn: list[int] = []
        plain = app.list.row
        app.list.row = lambda index, width: drawn.append(index) or plain(index, width)  # type: ignore
        await typed(pilot, "ab")
        assert app.list.count == sum("ab" in word for word in app.state.words or ())
        # Two letters: the visible rows once or twice each, whatever there is below them.
        assert len(drawn) < 200


@pytest.mark.soak
async def test_a_million_words_are_put_in_order_searched_and_gone_through_to_the_end(
    million: str,
) -> None:
    words = Path(million).read_text().split()
    app = DatasetBench(million)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        app.pane.home.focus()
        orders: dict[str, Callable[[str], object]] = {"a–z": str, "by length": len}
        for name, key in orders.items():
            await pilot.press("O")
            await settle(pilot)
            assert f"1,000,000 · {name}" in app.frame
            await pilot.press("end")
            await settle(pilot)
            ends = app.list.word(0), app.list.word(app.list.cursor)
            assert [key(word) for word in ends] == [
                min(map(key, words)),  # type: ignore[type-var]
                max(map(key, words)),  # type: ignore[type-var]
            ]
        for text in ("/^ab.*9$/", "5..5 ff", ".a"):
            await typed(pilot, text)
            kept = set(parse(text).keep(words))
            assert app.list.count == len(kept)
            assert {app.list.number(i) for i in range(app.list.count)} == kept
            await pilot.press("escape")


async def test_heads_and_facts_follow_another_size(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("emma\n" * 3 + "a" * 60 + "b\n" + "ava\n" * 3)
    app = DatasetBench(str(file))
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await pilot.resize_terminal(118, 38)
        await settle(pilot)
        lines = app.frame.split("\n")
        assert lines[3].split()[1:5] == ["word", "len", "NLL", "no."]
        assert lines[1].endswith("   count   share │")
        assert lines[0].startswith("╭─ 1 Dataset · NLL counts ─")
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        assert app.frame.split("\n")[3] == "│ word      NLL counts │"


async def test_who_types_no_more_is_told_of_the_part_that_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting: list[Callable[[], object]] = []
    monkeypatch.setattr(pane, "later", lambda _, __, action: waiting.append(action))
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        complaint = app.query_one("#filter-complaint", Lines)
        await typed(pilot, "Emma")
        assert complaint.text == "", "each key moves what is below"
        for action in waiting:
            action()
        assert " ".join(complaint.text.split()) == "No word holds Emma. Did you mean emma?"
        app.query_one(FilterInput).value = "zzz"
        await typed(pilot, "z")
        waiting[-1]()
        assert complaint.text == ""


async def test_of_a_pasted_text_no_line_is_lost() -> None:
    app = DatasetBench()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        field = app.query_one(FilterInput)
        field.focus()
        field.post_message(Paste("em\n ma.\r\n"))
        await settle(pilot)
        assert field.value == "em ma."
