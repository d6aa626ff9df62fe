"""Commands that concern the runs, taken to them, and what new words mean for the run in hand.

Imports no torch: the session stands before it does.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, assert_never

from engine.limits import changed
from engine.models import counts as counting
from engine.models.counts import Counts
from engine.protocol import (
    FILES,
    Branch,
    CommandRefused,
    Configure,
    DatasetLoaded,
    Event,
    ListRuns,
    Load,
    LoadDataset,
    Look,
    OpenTest,
    Pause,
    Progressed,
    Refusal,
    Reset,
    Save,
    Settings,
    SettingsChanged,
    TakeUp,
    TellCourses,
    Train,
    Undo,
    Undone,
)
from engine.records import record
from engine.words import dataset as reading
from engine.words.cleaning import printable
from engine.words.dataset import Dataset
from engine.words.files import is_table

if TYPE_CHECKING:
    from engine.training.looking import Looking
    from engine.training.objectives import Objectives

OfRuns = Train | Pause | Reset | Undo | Save | Load | Branch | TakeUp
"""Commands that change the run in hand, or take another one."""

AboutRuns = Look | OpenTest | TellCourses | ListRuns
"""Questions about the runs, and what one screen looks at of that in hand."""


@record
class Read:
    """Words that were read and counted, and may take the place of those there are."""

    dataset: Dataset
    counts: Counts
    told: tuple[Event, ...]
    """What else is to be told before it is said that they are here."""

    @property
    def event(self) -> DatasetLoaded:
        """That they are here."""
        dataset = self.dataset
        report, symbols = counting.report(dataset, self.counts), dataset.vocabulary.symbols
        file = dataset.words.file
        text = "" if file else dataset.words.text
        return DatasetLoaded(report, symbols, text, dataset.offsets, file)


def read_words(
    command: LoadDataset, settings: Settings, objectives: Objectives | None
) -> Generator[Progressed, None, Read]:
    """Read and count words, and leave the runs on those there are.

    Args:
        command: what is to be read.
        settings: those in force.
        objectives: the runs, if there are any.

    Raises:
        Refusal: they cannot be used, or a run would be lost.
    """
    dataset, counts = yield from _counted(command)
    told = tuple(_choose_split(dataset, command, settings))
    if objectives is not None and objectives.runs is not None:
        if objectives.trouble and not objectives.are_all_saved:
            raise Refusal(
                f"{objectives.trouble} So the run in hand would be lost: save it elsewhere first."
            )
        objectives.leave()
    return Read(dataset, counts, told)


def _counted(command: LoadDataset) -> Generator[Progressed, None, tuple[Dataset, Counts]]:
    """Read words and count them, all in one where they stay in their file; or open a table file."""
    given = command.path, command.dev, command.test
    if command.path is None or not is_table(command.path):
        if command.path and reading.stays_filed(*given):
            # It needs numpy, which a small file does without, and counts where it reads.
            from engine.models.tables import Table
            from engine.words.corpus.filing import describe

            filed, tally = yield from describe(command.path)
            return filed, Table("words", tally, ()).counts
        dataset = yield from reading.load(*given)
        return dataset, (yield from counting.count(dataset.words, dataset.vocabulary))
    if command.dev is not None or command.test is not None:
        raise Refusal(
            f"{printable(command.path)} holds counts, and a dev and a test are of words; leave "
            "them out, or give a text for all three."
        )
    # Only here: words need neither numpy nor what reads safetensors before the first frame.
    from engine.models.opened import open_table

    return open_table(command.path)


def _choose_split(dataset: Dataset, command: LoadDataset, settings: Settings) -> Iterator[Event]:
    """Change the split for new words: their files part them, if they have such.

    Args:
        dataset: the words.
        command: by which they were read, and which may ask for another split.
        settings: those in force.

    Raises:
        Refusal: there is no such split.
    """
    split = command.split
    if split is None and (dataset.files or settings.split == FILES):
        split = FILES if dataset.files else "none"
    wanted = changed(settings, Configure(split=split))
    if wanted != settings:
        yield SettingsChanged(wanted, 0, 0)


def carry_out(
    command: OfRuns,
    objectives: Objectives,
    settings: Callable[[], Settings],
    look: Looking | None,
) -> Iterator[Event | None]:
    """Do what is commanded, in pieces if it must be counted.

    Args:
        command: what is to be done.
        objectives: which have begun.
        settings: gives those in force.
        look: what is looked at of the run in hand.

    Raises:
        Refusal: it cannot be done, or there is no network.
    """
    runs = objectives.runs
    if runs is None or look is None:
        if isinstance(command, Pause):
            return iter(())
        raise Refusal(objectives.refusal)
    match command:
        case Train():
            return runs.start(command)
        case Pause():
            return runs.pause("asked")
        case Reset():
            return runs.reset(objectives.in_force(settings()))
        case Undo():
            return _undo(objectives, settings)
        case Save():
            return runs.save(command)
        case Load():
            return _load(command, objectives, settings)
        case Branch():
            return runs.branch(command, objectives.in_force(settings()), look)
        case TakeUp():
            return runs.take_up(command, objectives.in_force(settings()))
        case _:
            assert_never(command)


def configure(
    command: Configure, objectives: Objectives, settings: Callable[[], Settings]
) -> Iterator[Event | None]:
    """Change settings, in pieces if it must be counted, and take note of how that is taken back.

    Args:
        command: what is to be changed.
        objectives: which have begun.
        settings: gives those in force.
    """
    for event in objectives.configure(command, settings):
        if isinstance(event, SettingsChanged) and objectives.runs is not None:
            objectives.runs.others.note(way_back(settings(), event.settings))
        yield event


def _load(
    command: Load, objectives: Objectives, settings: Callable[[], Settings]
) -> Iterator[Event | None]:
    """Go on with a run on disk; on another objective, take note of how that is taken back."""
    for event in objectives.load(command, settings):
        if isinstance(event, SettingsChanged) and event.settings.objective != settings().objective:
            *_, left, runs = objectives.at_hand
            # To a run that has no step only where there is no other one to go back to.
            if left.run.step or not runs.others.has_before:
                runs.others.note(way_back(settings(), event.settings))
        yield event


def _undo(objectives: Objectives, settings: Callable[[], Settings]) -> Iterator[Event | None]:
    """Take back what was done last; Refusal if there is nothing, or it cannot be done."""
    others = objectives.in_hand.others
    while (back := others.change) is not None and changed(settings(), back) == settings():
        others.forget_change()  # It came to be so in another way.
    if back is None:
        yield from objectives.in_hand.undo_reset(objectives.in_force(settings()))
        yield Undone()
        return
    for event in objectives.configure(back, settings):
        yield event
        if isinstance(event, CommandRefused):
            return
        if isinstance(event, SettingsChanged):
            others.forget_change()
    # What was changed before there was a run stands where the first one was.
    objectives.in_hand.others.inherit(others)
    yield Undone(back)


def way_back(old: Settings, new: Settings) -> Configure:
    """What makes the one settings of the others; an order says its dots, too."""
    names = {f.name for f in fields(Configure) if getattr(old, f.name) != getattr(new, f.name)}
    names |= {"dots"} if "order" in names else set()
    return Configure(**{name: getattr(old, name) for name in names})


def answer(
    command: AboutRuns, objectives: Objectives, look: Looking | None
) -> Iterator[Event | None]:
    """Answer a question about the runs, in pieces if that takes its time.

    Args:
        command: the question.
        objectives: which have begun.
        look: what is looked at of the run in hand.

    Raises:
        Refusal: it cannot be answered, or there is no network.
    """
    # What is on disk can be told of where there can be no run, too.
    if isinstance(command, ListRuns | TellCourses):
        # It needs torch, which is here by now.
        from engine.training.listing import list_runs, tell_courses

        if isinstance(command, ListRuns):
            return list_runs(command, objectives)
        return tell_courses(command, objectives)
    if look is None:
        raise Refusal(objectives.refusal)
    return look.answer(command) if isinstance(command, Look) else objectives.open_test(look)
