"""What terminals of several kinds know: every byte that one of another kind would print."""

from __future__ import annotations

import re
from collections.abc import Iterator

MODES = {
    "vt100": {"7", "25"},
    "linux": {"7", "25"},
    "screen": {"7", "25", "1000", "1003", "1004", "1006", "1015", "1049", "2004"},
}
"""Private modes that are known, where not all are."""

ATTRIBUTES = {"", "0", "1", "4", "7"}
"""Of SGR, those of VT100 that are used."""

SEQUENCE = re.compile(
    rb"\x1b(?:\[(?P<private>[<=>?]?)(?P<parameters>[0-9;:]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    rb"|(?P<string>[\]P^_X])[^\x07\x1b]*(?:\x07|\x1b\\)?|(?P<other>.|\Z))",
    re.S,
)


def unknown(output: bytes, term: str) -> Iterator[str]:
    """Give what a terminal does not know of what was sent to it.

    Args:
        output: all of it.
        term: its kind, as TERM names it.
    """
    kind = next((kind for kind in MODES if term.startswith(kind)), "xterm")
    is_talking = kind == "xterm"
    for found in SEQUENCE.finditer(output):
        private, final = found["private"] or b"", found["final"] or b""
        parameters = (found["parameters"] or b"").decode().split(";")
        if found["string"] or found["other"]:
            is_known = is_talking and bool(found["string"])
        elif private == b"?" and final in b"hl":
            is_known = is_talking or set(parameters) <= MODES[kind]
        elif private or found["between"]:
            is_known = is_talking
        elif final == b"m":
            is_known = _is_known_look(parameters, kind)
        elif final == b"G":
            is_known = kind != "vt100"
        else:
            is_known = final in b"HJKn"
        if not is_known:
            yield repr(found[0])


def _is_known_look(parameters: list[str], kind: str) -> bool:
    if kind == "vt100":
        return set(parameters) <= ATTRIBUTES
    # The colours of 256 and of all come after 38 or 48.
    return kind in ("xterm", "screen") or not {"38", "48"} & set(parameters)


def colours(output: bytes) -> set[str]:
    """Give how colours were chosen: `2` of all, `5` of 256, `16` of few, as far as they were."""
    ways: set[str] = set()
    for found in SEQUENCE.finditer(output):
        if found["final"] == b"m" and not found["private"]:
            numbers = iter((found["parameters"] or b"").decode().split(";"))
            for number in numbers:
                if number in ("38", "48"):
                    way = next(numbers)
                    ways.add(way)
                    for _ in range(3 if way == "2" else 1):
                        next(numbers)
                elif number and number not in ("39", "49") and int(number) >= 30:
                    ways.add("16")
    return ways
