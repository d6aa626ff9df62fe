"""What can be typed into the filter of the words, and which words pass.

Terms stand apart by blanks, and a word passes if it passes all of them: a part of the word (`em`;
`.em` begins and `na.` ends it), a part exactly as it stands (`"Em"`), a regular expression
(`/^a.*a$/`), a range of lengths (`3..5`, `8..`, `..2`), a part of the split that it is in
(`part:dev`), or that it is in dev or test and stands in train, too (`part:leak`). Small letters
find capitals, too, and letters without marks those with them.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Protocol

from engine import clean, fold, holding, record, spelled
from engine.protocol import PART_MARKS

LENGTHS = re.compile(r"(?!\.\.$)(\d{0,9})\.\.(\d{0,9})")
"""A range of lengths of which one end may be open."""

SPLIT = "part:"
"""What a part of the split, or `leak`, stands behind; as much of its name as tells it is enough."""

HINTS = (
    '/ to filter: an · .em · na. · 3..5 · /^a.*a$/ · "Em"',
    "/ to filter: an .em na. 3..5",
    "/ filter: an .em na.",
    "/ to filter",
)
"""What one may type, by examples, from the longest hint to the shortest."""

PART_HINTS = ("/ to filter: an · .em · na. · part:dev · part:leak", "/ filter: part:dev")
"""The same where a split is in force."""


class Term(Protocol):
    """One condition."""

    @property
    def is_slow(self) -> bool:
        """Whether a single word may take any length of time."""

    def keep(self, words: Sequence[str]) -> list[int]:
        """Positions of the words that pass."""


@record
class Part:
    """The word holds a text, or its boundaries with it."""

    text: str
    is_exact: bool = False
    is_slow = False

    def keep(self, words: Sequence[str]) -> list[int]:
        """Positions of the words that hold it."""
        return holding(self.text, words, is_exact=self.is_exact)


@record
class Lengths:
    """The word has so many symbols."""

    least: int
    most: int
    is_slow = False

    def keep(self, words: Sequence[str]) -> list[int]:
        """Positions of the words of these lengths."""
        return [i for i, word in enumerate(words) if self.least <= len(word) <= self.most]


@record
class Pattern:
    """A regular expression matches somewhere in the word."""

    pattern: re.Pattern[str]
    is_slow = True

    def keep(self, words: Sequence[str]) -> list[int]:
        """Positions of the words in which it matches."""
        search = self.pattern.search
        return [i for i, word in enumerate(words) if search(word)]


@record
class Filter:
    """All conditions; without any, every word passes."""

    terms: tuple[Term, ...] = ()
    """Those that the word itself tells."""
    marks: int = 0
    """Sum of the `PART_MARKS` that it must bear under the split in force."""
    complaint: str = ""
    """What is wrong with the text; empty if nothing is."""

    @property
    def is_empty(self) -> bool:
        """Whether every word passes."""
        return not self.terms and not self.marks

    @property
    def is_slow(self) -> bool:
        """Whether a single word may take any length of time."""
        return any(term.is_slow for term in self.terms)

    def keep(self, words: Sequence[str]) -> list[int]:
        """Positions of the words that pass all terms."""
        # Patterns last, on what the quick ones have left.
        terms = sorted(self.terms, key=lambda term: term.is_slow)
        if not terms:
            return list(range(len(words)))
        kept = terms[0].keep(words)
        for term in terms[1:]:
            kept = [kept[i] for i in term.keep([words[i] for i in kept])]
        return kept


def parse(text: str) -> Filter:
    """Read a filter; what is wrong with it is said in `complaint`, never raised."""
    terms: list[Term] = []
    marks = 0
    try:
        for token in _tokens(clean(text)):
            if not token.startswith(SPLIT):
                terms.extend(_terms(token))
                continue
            name = token.removeprefix(SPLIT)
            meant = [mark for mark in PART_MARKS if mark.startswith(name)]
            if not meant:
                parts = ", ".join(PART_MARKS)
                return Filter(complaint=f"There is no part {name}; choose from {parts}.")
            # Until it can be told which is meant, it is still being typed.
            marks |= PART_MARKS[meant[0]] if len(meant) == 1 else 0
    except (re.error, OverflowError, RecursionError) as error:
        reason = error.msg if isinstance(error, re.error) else "too large"
        return Filter(complaint=f"Not a pattern: {reason}.")
    return Filter(tuple(terms), marks)


def exactly(part: str, symbols: Sequence[str]) -> str:
    """Write the filter that finds a part of words of this alphabet exactly as it stands."""
    if part == fold(part):
        is_ambiguous = any(symbol != fold(symbol) for symbol in symbols)
    else:
        is_ambiguous = part.islower() and any(symbol != symbol.lower() for symbol in symbols)
    is_plain = not is_ambiguous and " " not in part and not part.startswith(SPLIT)
    if is_plain and part[:1] not in '/"' and not LENGTHS.fullmatch(part):
        return part
    return '"' + part.replace('"', '""') + '"'


def meant(filter: Filter, symbols: Sequence[str]) -> str:
    """Say what may have been meant by parts that words of this alphabet cannot hold."""
    held = set(symbols)
    for term in filter.terms:
        if isinstance(term, Part) and (text := spelled(term.text, held)):
            return f"No word holds {term.text}. Did you mean {text}?"
    return ""


def hint(width: int, *, has_parts: bool) -> str:
    """Say what one may type in a field of so many columns."""
    hints = (*PART_HINTS, HINTS[-1]) if has_parts else HINTS
    return next((hint for hint in hints if len(hint) < width), HINTS[-1])


def _tokens(text: str) -> Iterator[str]:
    """Split at blanks, those between slashes or quotation marks left out.

    A slash inside a pattern has a backslash before it, a quotation mark inside a part stands twice;
    the last mark may be missing, for it is typed last.
    """
    found = re.finditer(r'/(?:\\.|[^\\/]|/(?!\s|$)|\\$)*(?:/|$)|"(?:[^"]|"")*(?:"|$)|\S+', text)
    return (match.group() for match in found)


def _terms(token: str) -> Iterator[Term]:
    if token.startswith("/"):
        body = token[1:]
        body = body[:-1] if body.endswith("/") and not body.endswith("\\/") else body
        if body:
            yield Pattern(_compiled(body))
    elif token.startswith('"'):
        inner = token[1:-1] if len(token) > 1 and token.endswith('"') else token[1:]
        if inner:
            yield Part(inner.replace('""', '"'), is_exact=True)
    elif lengths := LENGTHS.fullmatch(token):
        least, most = lengths.groups()
        yield Lengths(int(least or 0), int(most or 10**9))
    else:
        yield Part(token)


def _compiled(pattern: str) -> re.Pattern[str]:
    has_capitals = any(symbol.isupper() for symbol in re.sub(r"\\.", "", pattern))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(pattern, 0 if has_capitals else re.IGNORECASE)
