"""The journal of a run: who it is, what it is trained on, and what was done to it, line by line.

A run on disk is a folder:

- `journal`: text, a line each of eight hexadecimal digits, a space, and JSON. The digits are the
  CRC-32 of this line's JSON and all before it, so that no line can be changed, left out or put
  elsewhere unseen. The first line is a `Head`; the others are entries of the timeline, in the
  order in which they happened. A record is a list of its name and the values of its fields. A last
  line without its line feed was being written when the program was killed: it does not count.
- `keyframes`: `MAGIC`, then the rows and columns of W as uint32, then records of one size: a step
  as uint64, W as float32, row by row, and the CRC-32 of both, all little-endian. What is torn or
  damaged is passed over: keyframes only save time.
- `newest.safetensors`: a checkpoint (`engine.training.checkpoint`), replaced once a second. It
  says how many lines the journal had when it was written, so that lines cut off are missed.
- `lock`: held with flock by whoever writes the run.

A saved file is such a checkpoint with the text of the journal, and keyframes, in it. Nothing of
all this is ever executed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import field

import msgspec

from engine.limits import check, checked_dots
from engine.protocol import Change, Init, NetworkName, Refusal, Settings
from engine.records import record
from engine.text.numbers import number
from engine.training.recipe import Entry, Root, steered

FORMAT = 1
"""Of journals; a higher number is refused."""

MAGIC = b"makemore-tui keyframes 1\n"

ID = re.compile(r"[0-9a-f]{12}")


@record
class Basis:
    """What a run is trained on."""

    data_sha256: str
    """Of the file, or of the hashes of several."""
    rules: int
    """Version of the cleaning of words."""
    table_sha256: str
    """See `engine.training.basis.hash_of`."""
    symbols: tuple[str, ...]
    order: int
    dots: int
    split: str
    network: NetworkName


@record
class Head:
    """The first line of a journal."""

    format: int
    id: str
    """Twelve hexadecimal digits."""
    basis: Basis
    root: Root
    seed: int
    init: Init
    first: Change
    """The settings that it begins with."""
    source: str
    """What the words are called."""
    paths: tuple[str, ...] = ()
    """Files of the words: one, or those of train, dev and test, empty where there is none such;
    nothing for the bundled list."""
    begun: float = 0.0
    """Seconds since 1970."""
    folds: int = 0
    """Times that the journal was begun anew, its oldest entries folded into a keyframe."""


@record
class Journal:
    """A journal as far as it can be read."""

    head: Head
    entries: tuple[Entry, ...] = field(default_factory=tuple)
    sums: tuple[int, ...] = ()
    """CRC-32 of each line and all before it, that of the head first."""
    size: int = 0
    """Bytes that they take."""
    trouble: str = ""
    """What is wrong with it, in a sentence; empty if nothing is."""

    @property
    def step(self) -> int:
        """The last one that it tells of."""
        return self.entries[-1].step if self.entries else self.head.root.step

    @property
    def changes(self) -> tuple[Change, ...]:
        """The settings at first, and each change of them that steps were taken with."""
        changes = [self.head.first]
        for entry in self.entries:
            if isinstance(entry, Change):
                if changes[-1].step == entry.step:
                    changes.pop()
                changes.append(entry)
        return tuple(changes)

    @property
    def settings(self) -> Settings:
        """Settings that the run begins with."""
        head = self.head
        basis = head.basis
        plain = Settings(
            seed=head.seed,
            init=head.init,
            order=basis.order,
            dots=basis.dots,
            split=basis.split,
            network=basis.network,
        )
        return steered(plain, head.first)


class Damaged(ValueError):
    """Bytes that are no journal; the message says why."""


_head = msgspec.json.Decoder(Head)
_entry: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)


def text_of(head: Head, entries: Sequence[Entry]) -> tuple[bytes, int]:
    """Write a whole journal; gives it, and the CRC-32 of its lines."""
    text, sum = line(head, 0)
    lines = [text]
    for entry in entries:
        text, sum = line(entry, sum)
        lines.append(text)
    return b"".join(lines), sum


def line(entry: Head | Entry, sum: int) -> tuple[bytes, int]:
    """Write a line.

    Args:
        entry: what it says.
        sum: CRC-32 of the lines before.

    Returns:
        The line, and the CRC-32 of it and all before.
    """
    text = msgspec.json.encode(entry)
    sum = zlib.crc32(text, sum)
    return b"%08x %s\n" % (sum, text), sum


def read(data: bytes) -> Journal:
    """Read a journal as far as it goes.

    Raises:
        Damaged: not even its first line can be read, or a newer program has written it.
    """
    whole = data[: data.rfind(b"\n") + 1]
    entries: list[Entry] = []
    head: Head | None = None
    sums, size = [0], 0
    trouble = ""
    for count, text in enumerate(whole.splitlines(keepends=True), start=1):
        told, said = text[:8], text[9:-1]
        after = zlib.crc32(said, sums[-1])
        try:
            if text[8:9] != b" " or told != b"%08x" % after:
                raise Damaged("it does not follow from the lines before")
            if head is None:
                head = _checked_head(said)
            else:
                entries.append(_checked(_entry.decode(said), entries, head))
        except (ValueError, Refusal) as error:
            if head is None:
                raise Damaged(f"its first line cannot be read ({error})") from None
            trouble = f"Line {count} of its journal is damaged ({error})."
            break
        sums.append(after)
        size += len(text)
    if head is None:
        raise Damaged("it has no first line")
    return Journal(head, tuple(entries), tuple(sums[1:]), size, trouble)


def _checked_head(text: bytes) -> Head:
    newer = msgspec.json.decode(text)
    if isinstance(newer, list) and len(newer) > 1 and isinstance(newer[1], int):
        _check_format(newer[1])
    head = _head.decode(text)
    _check_format(head.format)
    if not ID.fullmatch(head.id):
        raise Damaged("its id is none")
    check("seed", head.seed)
    check("split", head.basis.split)
    checked_dots(head.basis.order, head.basis.dots)
    _check_steering(head.first)
    check("steps", head.root.step)
    return head


def _check_format(number_of: int) -> None:
    if number_of > FORMAT:
        raise Damaged(
            f"it was written by a newer makemore-tui, format {number_of}, and this one reads "
            f"{FORMAT}; update the program"
        )


def _checked(entry: Entry, before: list[Entry], head: Head) -> Entry:
    """An entry that may stand there; ValueError or Refusal if it may not."""
    least = before[-1].step if before else head.root.step
    check("steps", entry.step)
    if entry.step < least:
        raise Damaged(f"step {number(entry.step)} after step {number(least)}")
    if isinstance(entry, Change):
        _check_steering(entry)
    return entry


def _check_steering(change: Change) -> None:
    for name in ("learning_rate", "regularization", "gradient", "optimizer", "device"):
        check(name, getattr(change, name))
