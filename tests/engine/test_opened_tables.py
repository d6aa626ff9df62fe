"""A table file opened in place of the words it was counted from: the same model, without them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Session, corpora
from engine.lab import chapters
from engine.lab.exhibit import Table
from engine.models.opened import boundary_of, open_table
from engine.protocol import (
    ChapterOpened,
    CheckpointLoaded,
    ClimbLadder,
    Command,
    CommandRefused,
    Configure,
    CountContexts,
    DatasetLoaded,
    Exercise,
    ExhibitShown,
    Load,
    LoadDataset,
    NamesExpected,
    NamesSampled,
    OpenChapter,
    Rank,
    Refusal,
    Sample,
    Save,
    Score,
    Sort,
    TakeApart,
    Train,
    Tune,
    Watch,
    WordsScored,
    WordsSorted,
    WordTakenApart,
)
from engine.training import basis
from engine.words.dataset import finish, load
from engine.words.files import is_table
from tests.conftest import WriteWords, act, ready

WORDS = "emma\nolivia\nava\nisabella\nsophia\nemma\n"
TEXT = "Hello there. How are you?\nI am fine. And you?\n"

Counted = Callable[..., str]


@pytest.fixture
def counted(tmp_path: Path) -> Counted:
    """Count a text into a table file."""

    def count(path: str, name: str = "table.st", *, is_text: bool = False, order: int = 2) -> str:
        table, _ = finish(corpora.count([path], corpora.Wanted(1, is_text, order=order)))
        target = tmp_path / name
        target.write_bytes(table.to_bytes())
        return str(target)

    return count


@pytest.fixture
def words(words_file: WriteWords) -> str:
    return words_file(WORDS)


@pytest.fixture
def table(counted: Counted, words: str) -> str:
    return counted(words)


def refused(session: Session, command: Command) -> str:
    """Why a command is refused, which is all that comes of it."""
    (reason,) = (e.reason for e in act(session, command) if isinstance(e, CommandRefused))
    return reason


def test_a_table_is_the_words_to_the_last_count(words: str, table: str) -> None:
    of_words, of_table = Session(), Session()
    (told,) = act(of_words, LoadDataset(words))[-1:]
    (opened,) = act(of_table, LoadDataset(table))
    assert isinstance(told, DatasetLoaded)
    assert isinstance(opened, DatasetLoaded)
    assert of_words.counts is not None
    assert of_table.counts is not None
    assert list(of_words.counts.cells()) == list(of_table.counts.cells())
    assert opened.symbols == told.symbols
    ours, theirs = opened.report, told.report
    # All else is the same: how long the words are, and how many, the cells, the floor.
    alike = {f.name for f in fields(ours)} - {"source", "sha256", "distinct", "counted"}
    assert {n: getattr(ours, n) for n in alike} == {n: getattr(theirs, n) for n in alike}
    assert theirs.has_words
    assert not ours.has_words
    assert ours.counted is not None
    assert (ours.counted.texts, ours.counted.bytes) == (1, len(WORDS))
    assert not ours.counted.is_text
    assert opened.text == ""


def test_a_run_on_a_table_takes_the_steps_of_a_run_on_the_words(words: str, table: str) -> None:
    of_words, of_table = ready(words), ready(table)
    for _ in range(20):
        act(of_words, Train(1))
        act(of_table, Train(1))
        assert of_table.snapshot().data_loss == of_words.snapshot().data_loss
    assert of_table.snapshot().step == 20
    watch = Watch("logits", 0, 0, 5, 5)
    act(of_words, watch)
    act(of_table, watch)
    seen = of_table.snapshot().window
    assert seen is not None
    assert seen == of_words.snapshot().window


@pytest.mark.parametrize("model", ["counts", "neural"])
def test_names_are_those_that_the_words_give(words: str, table: str, model: str) -> None:
    drawn = []
    for session in (ready(words), ready(table)):
        act(session, Train(5))
        events = act(session, Sample(model=model, number=30, seed=7, wants_theory=True))  # type: ignore[arg-type]
        names = [name for e in events if isinstance(e, NamesSampled) for name in e.names]
        (theory,) = (e.theory for e in events if isinstance(e, NamesExpected))
        drawn.append(([(n.name, n.nll, n.is_cut) for n in names], theory.length, theory.nll))
    assert drawn[0] == drawn[1]
    # Which of them are words is not known.
    assert {name.is_known for name in names} == {None}
    assert theory.known != theory.known


def test_a_word_is_scored_and_taken_apart_as_by_the_words(words: str, table: str) -> None:
    of_words, of_table = ready(words), ready(table)
    asked = Score(("emma", "ella", "x.y"))
    (told,) = (e for e in act(of_words, asked) if isinstance(e, WordsScored))
    (same,) = (e for e in act(of_table, asked) if isinstance(e, WordsScored))
    assert same == told
    apart = TakeApart("emma")
    theirs = [e for e in act(of_words, apart) if isinstance(e, WordTakenApart)][-1]
    (ours,) = (e for e in act(of_table, apart) if isinstance(e, WordTakenApart))
    assert (ours.counts, ours.neural) == (theirs.counts, theirs.neural)
    assert theirs.known == 2
    assert (ours.known, ours.counts_standing, ours.neural_standing) == (None, None, None)


def test_bigrams_are_in_order_and_there_are_no_words_to_be_so(words: str, table: str) -> None:
    (told,) = (e for e in act(ready(words), Sort(1)) if isinstance(e, WordsSorted))
    (ours,) = (e for e in act(ready(table), Sort(1)) if isinstance(e, WordsSorted))
    assert ours.bigrams == told.bigrams
    assert (ours.alphabet, ours.lengths, ours.repeats) == (b"", b"", b"")


@pytest.mark.parametrize(
    "command",
    [
        Rank(1, "counts", 1.0),
        Sample(model="witten-bell"),
        CountContexts(order=3),
        Tune(),
        ClimbLadder(),
        Exercise("e01"),
        Configure(order=3),
        Configure(split="lecture"),
        Configure(network="onehots", order=3),
        OpenChapter("counting"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_needs_the_words_says_so(table: str, command: Command) -> None:
    session = ready(table)
    assert "holds counts alone, and this needs the words" in refused(session, command)
    # And nothing else has changed.
    act(session, Train(3))
    assert session.snapshot().step == 3


@pytest.mark.slow
@pytest.mark.parametrize(("is_text", "order"), [(False, 2), (True, 3)])
def test_a_chapter_opens_and_its_code_runs_or_it_says_what_it_needs(
    counted: Counted,
    words_file: WriteWords,
    monkeypatch: pytest.MonkeyPatch,
    is_text: bool,
    order: int,
) -> None:
    path = counted(words_file(TEXT if is_text else WORDS), is_text=is_text, order=order)
    monkeypatch.chdir(Path(path).parent)  # Whoever copies it has the table beside his notebook.
    session = ready(path)
    assert session.counts is not None
    for about in chapters():
        events = act(session, OpenChapter(about.name, with_pauses=False))
        cannot = about.needs_words or (is_text and about.writes_dots)
        assert isinstance(events[0], CommandRefused) == cannot, about.name
        if isinstance(events[0], ChapterOpened):
            held: dict[str, object] = {}
            exec(f"{events[0].setup}\n{events[0].code}", held)
            cells = [(i, j, int(held["N"][i, j])) for i, j, _ in session.counts.cells()]  # type: ignore[index]
            assert cells == list(session.counts.cells())


def test_a_chapter_on_words_says_which_there_are_of_running_text(
    counted: Counted, words_file: WriteWords
) -> None:
    session = ready(counted(words_file(TEXT), is_text=True))
    said = refused(session, OpenChapter("softmax"))
    assert "is a symbol of the text" in said
    assert "there are chapters 2, 3, 9, 11 and 13" in said
    drawn = act(session, OpenChapter("generators", with_pauses=False))[-1]
    assert isinstance(drawn, ExhibitShown)
    assert isinstance(drawn.exhibit.parts[-1], Table)
    assert any("." in str(line) for row in drawn.exhibit.parts[-1].rows for line in row)


def test_the_cell_of_a_notebook_makes_the_counts_of_a_table(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(table).parent)  # Whoever copies it has the table beside his notebook.
    session = ready(table)
    opened = next(session.handle(OpenChapter("softmax")))
    assert isinstance(opened, ChapterOpened)
    namespace: dict[str, object] = {}
    exec(opened.setup, namespace)
    assert session.counts is not None
    cells = [(i, j, int(namespace["N"][i, j])) for i, j, _ in session.counts.cells()]  # type: ignore[index]
    assert cells == list(session.counts.cells())


def test_a_run_goes_on_with_its_table_and_tells_another(
    counted: Counted, table: str, words_file: WriteWords, tmp_path: Path
) -> None:
    session = ready(table)
    act(session, Train(10), Save(str(tmp_path / "run.safetensors")))
    loss = session.snapshot().data_loss
    again = ready(table)
    (loaded,) = (
        e
        for e in act(again, Load(str(tmp_path / "run.safetensors")))
        if isinstance(e, CheckpointLoaded)
    )
    assert (loaded.step, loaded.warning) == (10, "")
    assert again.snapshot().data_loss == loss
    other = ready(counted(words_file(WORDS + "eva\n"), "other.st"))
    (loaded,) = (
        e
        for e in act(other, Load(str(tmp_path / "run.safetensors")))
        if isinstance(e, CheckpointLoaded)
    )
    assert "trained on other counts than these" in loaded.warning
    third = ready(counted(words_file("xyz\n"), "third.st"))
    assert "another alphabet" in refused(third, Load(str(tmp_path / "run.safetensors")))


def test_an_objective_is_named_by_the_counts_and_the_data_by_the_file(
    words: str, table: str
) -> None:
    of_words, of_table = ready(words), ready(table)
    named = []
    for session in (of_words, of_table):
        assert session.runs is not None
        assert session.dataset is not None
        named.append(basis.basis_of(session.dataset, session.runs.objective, session.settings))
    assert named[0].table_sha256 == named[1].table_sha256
    assert named[0].data_sha256 != named[1].data_sha256


def test_a_full_stop_of_running_text_is_a_symbol(counted: Counted, words_file: WriteWords) -> None:
    session = ready(counted(words_file(TEXT), is_text=True))
    assert session.dataset is not None
    symbols = session.dataset.vocabulary.symbols
    assert symbols[0] == "⏎"
    assert {".", " "} < set(symbols)
    (told,) = (e for e in act(session, Score(("I am.",))) if isinstance(e, WordsScored))
    (word,) = told.words
    assert word.unknown == ()
    assert [step.first + step.second for step in word.bigrams] == [
        "⏎I",
        "I ",
        " a",
        "am",
        "m.",
        ".⏎",
    ]
    act(session, Train(3))
    events = act(session, Sample(number=5))
    assert sum(len(e.names) for e in events if isinstance(e, NamesSampled)) == 5
    assert "a symbol of the text" in refused(session, OpenChapter("softmax"))


@given(st.sets(st.characters(exclude_categories=["C"]), max_size=40), st.booleans())
@settings(max_examples=20)
def test_the_boundary_is_no_symbol_of_the_text(symbols: set[str], is_text: bool) -> None:
    held = symbols | {"⏎", "⏏"} if is_text else symbols - {"."}
    sign = boundary_of(held, is_text)
    assert len(sign) == 1
    assert sign not in held


def test_what_is_no_table_is_refused(table: str, words: str, tmp_path: Path) -> None:
    assert is_table(table)
    assert not is_table(words)
    assert not is_table(str(tmp_path / "not-there"))
    cut = tmp_path / "cut.st"
    cut.write_bytes(Path(table).read_bytes()[:-5])
    assert "a broken one" in refused(Session(), LoadDataset(str(cut)))
    assert "leave them out" in refused(Session(), LoadDataset(table, dev=words))
    with pytest.raises(Refusal, match="is a table file, which holds no words"):
        finish(load(words, dev=table))


@pytest.mark.parametrize("symbol", ["\x1b", "\u202e", "."])
def test_no_symbol_reaches_a_terminal_that_no_text_has(table: str, symbol: str) -> None:
    data = bytearray(Path(table).read_bytes())
    # The last or the first one is replaced, so that the alphabet stays in order.
    dataset, _ = open_table(table)
    last = dataset.vocabulary.symbols[1 if ord(symbol) < ord("a") else -1]
    at = data.index(last.encode("utf-32-le"))
    data[at : at + 4] = symbol.encode("utf-32-le")
    Path(table).write_bytes(data)
    assert "symbols that no text has" in refused(Session(), LoadDataset(table))
