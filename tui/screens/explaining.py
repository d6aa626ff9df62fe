"""What the help says: keys by where they are heard, and the words of the glossary. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine import record
from engine.text.width import cells, wrap
from tui.command import Command, Group
from tui.commands import BY_ID, COMMANDS
from tui.overlying import SCREENS
from tui.screens.keybar import TOGETHER
from tui.text.glossary import WORDS, Word
from tui.text.rows import Row, Run

GROUPS: dict[Group, str] = {
    "training": "Training",
    "chart": "Loss chart",
    "time": "Time machine",
    "names": "Names",
    "heatmap": "Heatmap",
    "data": "Data",
    "screen": "Screen",
    "engine": "Engine",
    "program": "Program",
    "lab": "In the lab",
    "runs": "Among the runs",
    "ladder": "On the ladder",
    "drawing": "Drawing letter by letter",
}

OF_PANES: dict[str, tuple[Group, ...]] = {
    "dataset": ("data",),
    "heatmap": ("heatmap",),
    "training": ("training", "chart", "time"),
    "sampler": ("names",),
}
"""What the keys of a pane are about."""

MOUSE: dict[Group, tuple[tuple[str, str], ...]] = {
    "time": (("drag", "In the chart or on the line under it: the step there"),),
    "heatmap": (("arrows", "Move the cursor from bigram to bigram"),),
    "data": (
        ("em", "In the filter: words that hold it; small letters find capitals, too"),
        (".em na.", "Words that begin, words that end so; the full stop is the boundary"),
        ("3..5 8..", "Words of 3 to 5 symbols, of 8 or more"),
        ("/^a.*a$/", "Words that a regular expression matches"),
        ("part:dev", "Words of that part of the split; part:leak those that stand in train, too"),
        ('"Em"', "Words that hold it exactly as it stands; blanks join conditions"),
    ),
    "program": (("^p", "Open the command palette"),),
    "lab": (
        ("0–9", "Go to a chapter by its number"),
        ("✓", "By a chapter: its question was guessed; an answer shown before leaves the dot"),
    ),
}
"""What is no key of the table: the mouse, the arrow keys, and what can be typed into the filter."""

FIELDS = (
    ("enter", "Sends the value; leaving the field does, too"),
    ("↑ ↓", "The next round value, or the one before"),
    ("esc", "Takes back what was typed, and leaves"),
    ("mouse", "Rest it on a field, or on any word, to read what it is"),
    ("shift", "Hold shift and drag to select text, as the terminal does without the program"),
)
"""What is heard in fields, and what the mouse does."""

CLICK = "click"
"""What stands where a command has no key: the line itself runs it."""

WIDEST_WORD = max(cells(word.name) for word in WORDS)
"""Columns of the longest word."""

LEAST_TEXT = 20
"""Columns of a text that a key must leave it."""


@record
class Entry:
    """A key, or a word, and what there is to say about it."""

    key: str
    text: str
    run: str = ""
    """The action of a click on it."""
    formula: str = ""
    link: str = ""
    """Where one can read more."""
    link_run: str = ""
    """The action of a click there."""
    name: str = ""
    """What the key bar and the palette call it."""
    also: str = ""
    """How else one may look for it."""

    def holds(self, parts: Sequence[str]) -> bool:
        """Whether all of that stands in it, in capitals or small letters."""
        return _all_in(parts, f"{self._told} {self.name} {self.also}")

    @property
    def _told(self) -> str:
        """All that is written of it."""
        return f"{self.key} {self.text} {self.formula} {self.link}"

    def lines(self, wide: int, width: int, parts: Sequence[str] = ()) -> Iterator[Row]:
        """Write it: its key in so many columns, and beside that what goes on in further lines.

        Args:
            wide: columns of the key.
            width: columns there are.
            parts: what it was found by. Where that is only in its name, this is written, too.
        """
        action = (self.run,) if self.run else ()
        room = max(LEAST_TEXT, width - wide - 2)
        name = "" if not self.name or _all_in(parts, self._told) else f"{self.name}: "
        for i, line in enumerate(wrap(name + self.text, room)):
            key = self.key if not i else ""
            blanks = " " * max(0, wide - cells(key))
            yield ((f"  {key}{blanks}", "accent", *action), (line, "plain", *action))
        indent: Run = (" " * (wide + 2), "plain")
        *formula, last = wrap(self.formula, room) if self.formula else [""]
        for line in formula:
            yield (indent, (line, "counts"))
        link: Run = (self.link[:room], "dim", self.link_run)
        if last and self.link and cells(last) + 3 + cells(self.link) <= room:
            yield (indent, (last, "counts"), (" · ", "dim"), link)
            return
        if last:
            yield (indent, (last, "counts"))
        if self.link:
            yield (indent, link)


@record
class Section:
    """Entries under a heading; or a text, if there are none."""

    title: str
    entries: tuple[Entry, ...] = ()
    text: str = ""
    wide: int = 7
    """Columns of the keys."""

    def rows(self, filter: str, width: int) -> Iterator[Row]:
        """Write what of it passes the filter; nothing if nothing does."""
        parts = filter.casefold().split()
        found = [entry for entry in self.entries if entry.holds(parts)]
        if found or (self.text and not parts):
            yield ((self.title, "strong"),)
            for paragraph in self.text.split("\n") if self.text else ():
                yield from (((line, "plain"),) for line in wrap(paragraph, width))
            for entry in found:
                yield from entry.lines(self.wide, width, parts)
            yield ()


def _all_in(parts: Sequence[str], text: str) -> bool:
    text = text.casefold()
    return all(part in text for part in parts)


def way_to(name: str, keys: Mapping[str, str]) -> str:
    """The key of a command, or else how the palette finds it."""
    return BY_ID[name].key_in(keys) or f"^p, then {BY_ID[name].label}"


def introduction(keys: Mapping[str, str]) -> Section:
    """Say what this is."""
    train, draw, tour = (way_to(name, keys) for name in ("train", "generate", "tour"))
    text = (
        "A bigram model guesses the next letter from the one before it. Counting does it: how "
        "often does each letter follow each other one? A network of one layer does it, too: it "
        "starts from noise and learns the same table by gradient descent. Watch the one become "
        f"the other: {train} trains, {draw} draws names. The gap is what the network has yet to "
        "learn, and what regularization keeps it from. "
        f"The tour has you do all that: {tour}."
    )
    return Section("What this is", text=text)


def of_commands(keys: Mapping[str, str], group: Group, title: str = "") -> Section:
    """Tell the keys of a group of commands, the user's own where some were chosen by id."""
    entries = []
    for command in (*COMMANDS, *SCREENS.get(group, ())):
        if command.group == group:
            _, *second = command.keys_in(keys) or [""]
            also = f" ({', '.join(second)})" if command.id in ("quit", *keys) and second else ""
            # What belongs to a screen over the laboratory is done there.
            run = "" if command.action else f"screen.run('{command.id}')"
            if command.action and not command.keys_in(keys):
                continue
            key, told = command.key_in(keys) or CLICK, command.help + also
            entries.append(Entry(key, told, run, name=command.label, also=_other_names(command)))
    more = MOUSE.get(group, ())
    entries += [Entry(key, text) for key, text in more]
    wide = max(7, *(len(key) + 2 for key, _ in more), 0) if more else 7
    return Section(title or GROUPS[group], tuple(entries), wide=wide)


def _other_names(command: Command) -> str:
    """How the palette, the configuration and the key bar call a command, beside its label."""
    bar = (label for id, (other, label) in TOGETHER.items() if command.id in (id, other))
    return " ".join((f"{command.group}:", command.id, command.id.replace("_", " "), *bar))


def of_words(
    title: str, words: Sequence[Word], chapters: Callable[[str], tuple[int, str]]
) -> Section:
    """Explain words.

    Args:
        title: what they are.
        words: those.
        chapters: gives number and title of a chapter of the lab by its name.
    """
    entries = []
    for word in words:
        link = "chapter {}, {}".format(*chapters(word.chapter)) if word.chapter else ""
        run = f"screen.read('{word.chapter}')" if link else ""
        also = ", ".join(word.also)
        entries.append(Entry(word.name, word.sentence, "", word.formula, link, run, also=also))
    return Section(title, tuple(entries), wide=WIDEST_WORD + 2)


def all_of_it(
    keys: Mapping[str, str],
    chapters: Callable[[str], tuple[int, str]],
    here: str | Section = "",
    words: Section | None = None,
) -> list[Section]:
    """Give the whole help, beginning with what concerns where one is.

    Args:
        keys: those that the user chose, by command id.
        chapters: gives number and title of a chapter of the lab by its name.
        here: the pane in use, or the keys of what lies over the panes.
        words: those that were asked about, if any were.
    """
    of_pane = OF_PANES.get(here, ()) if isinstance(here, str) else ()
    first = [here] if isinstance(here, Section) else [of_commands(keys, g) for g in of_pane]
    rest = [of_commands(keys, group) for group in GROUPS if group not in of_pane]
    rest = [section for section in rest if section != here]
    fields = Section("In fields, and with the mouse", tuple(Entry(*each) for each in FIELDS))
    glossary = of_words("Words", WORDS, chapters)
    if words is not None:
        others = [glossary] if len(words.entries) < len(glossary.entries) else []
        return [words, *others, *first, introduction(keys), *rest, fields]
    return [*first, introduction(keys), *rest, fields, glossary]
