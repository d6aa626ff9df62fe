"""Runs on disk, for whoever has no engine: listed, described, exported, computed anew, deleted."""

from __future__ import annotations

from collections.abc import Iterator

from engine.protocol import (
    CommandRefused,
    Configure,
    Course,
    KeptRun,
    LoadDataset,
    Refusal,
    Shelf,
)
from engine.records import record
from engine.session import Session
from engine.training import places
from engine.training import shelf as shelves
from engine.training.recipe import Start
from engine.waking import import_torch
from engine.words.cleaning import printable


@record
class Described:
    """All that is known of a run on disk."""

    run: KeptRun
    course: Course | None
    """Its losses; `None` if none are left."""
    data_sha256: str
    table_sha256: str
    """Hash of the counts that it was trained on; empty in files of earlier programs."""
    words: LoadDataset
    """What reads the words that it was trained on, if they are where they were."""
    arithmetics: tuple[str, ...] = ()
    """What its steps were computed with, each once."""
    trouble: str = ""
    """What is wrong with its journal, in a sentence."""


@record
class Met:
    """A step of a run, computed anew."""

    step: int
    steps: int
    """That the run has taken in all."""
    difference: float | None = None
    """Greatest difference from the weights that were kept; `None` where none were."""


def find(run: str, shelf: Shelf, data_sha256: str = "") -> str:
    """Say where a run is, by its id, folder or file, or as `LATEST` of some words.

    Args:
        run: which one.
        shelf: where ids are looked for.
        data_sha256: of those words.

    Raises:
        Refusal: there is no such run, or more than one.
    """
    return shelves.find(run, shelf, data_sha256)


def is_run(path: str) -> bool:
    """Whether there is a run in a folder."""
    return places.is_run(path)


def is_free(path: str) -> bool:
    """Whether a run can begin in a folder, for nothing is in it; see `engine.training.places`."""
    return places.is_free(path)


def check_place(path: str) -> None:
    """Refuse a folder that no run can be kept in; it is made if it is not there."""
    import_torch()
    from engine.training import folder

    folder.held(path).release()


def check_free(path: str) -> None:
    """Refuse to go on with a run that another process trains; say who that is."""
    places.check_free(path)


def listed(shelf: Shelf) -> Iterator[KeptRun]:
    """Describe the runs that are kept, that written last first."""
    return shelves.listed(shelf)


def described(path: str) -> Described:
    """Say all that is known of a run; Refusal if it cannot be read."""
    found, course = shelves.describe(path), shelves.course(path, None)
    told, head = shelves.read(path)
    if told is None:
        source = printable(str(head["source"]))
        return Described(found, course, str(head["data_sha256"]), "", LoadDataset(source))
    train, dev, test = (path or None for path in (*told.head.paths, "", "", "")[:3])
    ways = (entry.arithmetic for entry in told.entries if isinstance(entry, Start))
    said = (f"{w.kernel} {w.version} · torch {w.torch} · {w.device} {w.capability}" for w in ways)
    return Described(
        run=found,
        course=course,
        data_sha256=told.head.basis.data_sha256,
        table_sha256=told.head.basis.table_sha256,
        words=LoadDataset(train, dev, test),
        arithmetics=tuple(dict.fromkeys(said)),
        trouble=told.trouble,
    )


def delete(path: str) -> None:
    """Delete a run; Refusal if another process trains it, or it cannot be deleted."""
    if not (places.is_run(path) or path.endswith(".safetensors")):
        raise Refusal(f"{printable(path)} holds no run, so it stays.")
    try:
        places.delete(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal(f"{printable(path)} cannot be deleted: {reason}.") from None


def to_tensorboard(told: Described, folder: str) -> None:
    """Write the losses of a run as TensorBoard reads them, in its own format.

    Each bucket of steps has its least and its greatest loss, in nats.

    Raises:
        Refusal: what writes them is not installed.
        OSError: they cannot be written.
    """
    import_torch()
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise Refusal(
            "What writes for TensorBoard is not installed; "
            "pip install 'makemore-tui[tensorboard]' brings it."
        ) from None
    if told.course is None:
        raise Refusal("No loss of the run is left to be written.")
    with SummaryWriter(folder) as writer:
        for part, history in (("train", told.course.history), ("dev", told.course.dev_history)):
            values = memoryview(history).cast("d") if history else ()
            for i in range(0, len(values), 3):
                step, least, greatest = int(values[i]), values[i + 1], values[i + 2]
                writer.add_scalar(f"loss/{part} least", least, step)
                writer.add_scalar(f"loss/{part} greatest", greatest, step)


def replay(path: str, words: LoadDataset | None = None) -> Iterator[Met]:
    """Compute a run anew from its recipe, and hold it against every keyframe.

    Args:
        path: of the run.
        words: what reads the words; where they were if not given.

    Yields:
        How far it has come, now and then, and each keyframe that it has come to.

    Raises:
        Refusal: it cannot be read, or its words or its kernel are not to be had.
        Unusable: torch cannot be imported.
    """
    told = described(path)
    import_torch()
    from engine.training import folder
    from engine.training.replaying import replayed

    kept = folder.read(path)
    settings = told.run.line.settings
    session = Session(settings)
    _carry_out(session, words or told.words)
    list(session.become_ready())
    way = dict(zip(("order", "dots", "split", "network"), settings.objective, strict=True))
    _carry_out(session, Configure(gradient="counts", device="cpu", **way))  # type: ignore[arg-type]
    assert session.runs is not None
    for step, difference in replayed(kept, session.runs.objective, session.runs.bases):
        yield Met(step, kept.step, difference)


def _carry_out(session: Session, command: LoadDataset | Configure) -> None:
    """Carry out a command to its end; Refusal if it is refused."""
    for event in session.run(command):
        if isinstance(event, CommandRefused):
            raise Refusal(event.reason)
