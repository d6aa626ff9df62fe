"""What a file is that is not one word a line, and what to do with it, in a sentence.

A hint goes on from the name of the file: "FILE looks like …". Nothing is refused for what it looks
like, for a word may be anything; what cannot be read at all is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

SAMPLE = 100
"""Lines that are looked at."""

LONGEST = 2_000
"""Characters of a line that are looked at."""

MOST_LINES = 0.9
"""Share of the lines that must be alike for a file to be taken for something."""

START = 4_096
"""Bytes that are looked at for what is no text in UTF-8."""

TABLE = (
    "looks like a table with columns parted by tabs; the first one was taken. Another one: "
    "cut -f2 FILE > words.txt."
)
"""Said of lines that hold a tab, which no word can."""

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
    code = _utf16(data[:START])
    return (
        f"is in {code[:6]}, as Windows may write it; iconv -f {code} -t UTF-8 FILE > words.txt "
        "makes it UTF-8."
        if code
        else ""
    )


def _utf16(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    # Of letters that most files hold, every other byte is 0.
    for code, zeros in (("UTF-16LE", data[1::2]), ("UTF-16BE", data[::2])):
        if len(zeros) > 1 and zeros.count(0) > 0.6 * len(zeros):
            return code
    return ""


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
    if len(lines) == 1:
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
    """Look for a sign that stands equally often in each of several lines."""
    for sign, name in ((",", "commas"), (";", "semicolons"), ("|", "bars")):
        number = lines[-1].count(sign)
        if len(lines) > 1 and number and _are_most(line.count(sign) == number for line in lines):
            return (
                f"a table with columns parted by {name}, and each line was taken for a word; "
                f"cut -d'{sign}' -f1 FILE > words.txt takes the first column."
            )
    return ""


def _comment(lines: Sequence[str]) -> str:
    if lines[0].startswith("# ") and len(lines) > 1:
        return (
            "a list with remarks, which were taken for words; grep -v '^#' FILE > words.txt "
            "takes them away."
        )
    return ""


def _are_most(alike: Iterable[bool]) -> bool:
    found = list(alike)
    return sum(found) >= MOST_LINES * len(found)
