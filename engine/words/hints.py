"""What a file is that is not one word a line, and what to do with it, in a sentence.

A hint goes on from the name of the file: "FILE looks like …". Nothing is refused for what it looks
like, for a word may be anything; what cannot be read at all is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from engine.words.vocabulary import BOUNDARY

SAMPLE = 100
"""Lines that are looked at."""

LONGEST = 2_000
"""Characters of a line that are looked at."""

MOST_LINES = 0.9
"""Share of the lines that must be alike for a file to be taken for something."""

MOST_LOST = 0.1
"""Share of the lines that may be left out without a word."""

MOST_WORDS = 4
"""Words of a field of a table: running text has more between two commas."""

START = 4_096
"""Bytes that are looked at for what is no text in UTF-8."""

TABLE = (
    "looks like a table with columns parted by tabs; the first one was taken. Another one: "
    "cut -f2 FILE > words.txt."
)
"""Said of lines that hold a tab, which no word can."""

TEXT = (
    "if it is running text, makemore-tui count FILE --text --save TABLE counts all of it; open "
    "TABLE in its place, or give it as --counts TABLE."
)
"""Said of lines that hold a full stop, where nothing else is known of them."""

_MAGIC = {
    b"\x1f\x8b": "is compressed; unpack it first: gunzip -c FILE > words.txt.",
    b"BZh": "is compressed; unpack it first: bunzip2 -c FILE > words.txt.",
    b"\xfd7zXZ": "is compressed; unpack it first: xz -dc FILE > words.txt.",
    b"\x28\xb5\x2f\xfd": "is compressed; unpack it first: zstd -dc FILE > words.txt.",
    b"PK\x03\x04": "is a ZIP archive, as spreadsheets are; save the words as text, one a line.",
    b"%PDF": "is a PDF; save the words as text, one a line.",
    b"SQLite format 3": "is a database; save the words as text, one a line.",
}
"""How files begin that are no text, and what to say of them."""

_LINES = (
    (
        r"\d+[.)]\s+\S.*",
        "a numbered list; sed -E 's/^[0-9]+[.)] *//' FILE > words.txt takes the numbers away.",
    ),
    (
        r"[\"'“‘«].+[\"'”’»],?",
        "words in quotation marks; tr -d '\"' < FILE > words.txt takes them away.",
    ),
    (
        r"[^,;]+[,;]",
        "words with a comma behind each; tr -d ',;' < FILE > words.txt takes them away.",
    ),
)
"""What nearly all lines of such a file match, and what to say of it."""


def foreign(data: bytes) -> str:
    """Say what a file is that is not text in UTF-8; nothing if that is not known."""
    for magic, sentence in _MAGIC.items():
        if data.startswith(magic):
            return sentence
    start = data[:START]
    if code := _utf16(start):
        return (
            f"is in {code[:6]}, as Windows may write it; iconv -f {code} -t UTF-8 FILE > words.txt "
            "makes it UTF-8."
        )
    if 0 in start and not _is_utf8(start):
        return "is no text: it holds bytes that no text has (NUL); give a text file."
    return ""


def _utf16(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    # Of letters that most files hold, every other byte is 0, and few between those are.
    for code, zeros, others in (
        ("UTF-16LE", data[1::2], data[::2]),
        ("UTF-16BE", data[::2], data[1::2]),
    ):
        is_half = zeros.count(0) > 0.6 * len(zeros) and others.count(0) < 0.1 * len(others)
        if len(zeros) > 1 and is_half:
            return code
    return ""


def _is_utf8(start: bytes) -> bool:
    """Whether a text may begin so; its last symbol may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def told(looks: str, words: int, cleaned: Mapping[str, int]) -> str:
    """Say what is odd of a file that has been read: first of all how much of it is left out.

    Args:
        looks: what it looks like, as `of` says it.
        words: how many it gave.
        cleaned: what was done to its lines, as a report has it.
    """
    looks = looks or (TABLE if cleaned["cut_lines"] else "")
    dropped = cleaned["dropped_words"]
    lines = words + dropped
    if dropped <= MOST_LOST * lines:
        return looks
    return (
        f"holds a full stop, which is the boundary of words, in {dropped:,} of {lines:,} lines, "
        f"and a line with one is left out; {f'it {looks}' if looks else TEXT}"
    )


def of(text: str) -> str:
    """Say what a text looks like if it is not one word a line; nothing if nothing is odd."""
    lines = _sample(text)
    if not lines:
        return ""
    kind = _whole(text, lines) or _by_line(lines) or _columns(lines) or _comment(lines)
    return f"looks like {kind}" if kind else ""


def _sample(text: str) -> list[str]:
    found = (match.group() for match in re.finditer(rf"\S[^\r\n]{{0,{LONGEST}}}", text))
    return [line.rstrip() for line in islice(found, SAMPLE)]


def _whole(text: str, lines: Sequence[str]) -> str:
    """Look at the file as a whole."""
    ends = lines[0][0] + text[-20:].rstrip()[-1:]
    if ends in ("[]", "{}") and ('"' in text[:LONGEST] or "'" in text[:LONGEST]):
        if '"' in text[:LONGEST]:
            return "JSON; jq -r '.[]' FILE > words.txt gives one word a line."
        return "a Python list; print(*names, sep='\\n') gives one word a line."
    if len(lines) == 1 and BOUNDARY not in lines[0]:
        for sign, name in ((",", "commas"), (";", "semicolons"), (" ", "blanks")):
            if lines[0].count(sign) > 2:
                return (
                    f"one line of words between {name}; "
                    f"tr -s '{sign.strip()} ' '\\n' < FILE > words.txt gives one word a line."
                )
    return ""


def _by_line(lines: Sequence[str]) -> str:
    """Look at what the lines have in common."""
    for pattern, kind in _LINES:
        if _are_most(re.fullmatch(pattern, line) is not None for line in lines):
            return kind
    return ""


def _columns(lines: Sequence[str]) -> str:
    """Look for a sign that parts each of several lines into as many short fields."""
    for sign, name in ((",", "commas"), (";", "semicolons"), ("|", "bars")):
        number = lines[-1].count(sign)
        if len(lines) > 1 and number and _are_most(_is_row(line, sign, number) for line in lines):
            return (
                f"a table with columns parted by {name}, and each line was taken for a word; "
                f"{_taking([line.split(sign) for line in lines], sign)}"
            )
    return ""


def _is_row(line: str, sign: str, number: int) -> bool:
    """Whether a line is a row of a table, and no sentence with as many commas."""
    is_short = all(len(field.split()) <= MOST_WORDS for field in line.split(sign))
    return line.count(sign) == number and is_short and not line.endswith(BOUNDARY)


def _taking(rows: Sequence[Sequence[str]], sign: str) -> str:
    """Say what takes the first column that may be words, without its head if that is plain."""
    heads, *others = rows
    columns = list(zip(*(row for row in others if len(row) == len(heads)), strict=True))
    at = next((i for i, column in enumerate(columns) if _are_most(map(_is_word, column))), 0)
    # Whatever heads a column of numbers is none.
    if any(
        _has_letters(head) and _are_most(map(_is_number, column))
        for head, column in zip(heads, columns, strict=False)
    ):
        return (
            f"tail -n +2 FILE | cut -d'{sign}' -f{at + 1} > words.txt takes column {at + 1} "
            "without its head."
        )
    return f"cut -d'{sign}' -f{at + 1} FILE > words.txt takes column {at + 1}."


def _has_letters(field: str) -> bool:
    return any(map(str.isalpha, field))


def _is_word(field: str) -> bool:
    return _has_letters(field) and BOUNDARY not in field


def _is_number(field: str) -> bool:
    return any(map(str.isdigit, field)) and not _has_letters(field)


def _comment(lines: Sequence[str]) -> str:
    words = [line for line in lines if not line.startswith("#")]
    if lines[0].startswith("# ") and words and _are_most(BOUNDARY not in line for line in words):
        return (
            "a list with remarks, which were taken for words; grep -v '^#' FILE > words.txt "
            "takes them away."
        )
    return ""


def _are_most(alike: Iterable[bool]) -> bool:
    found = list(alike)
    return sum(found) >= MOST_LINES * len(found)
