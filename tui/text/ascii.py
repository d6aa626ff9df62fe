"""What stands for a symbol where there are only those of ASCII.

On the screen each takes the place of one column by one column, so that nothing moves. In running
text there is room for more than one letter.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Mapping

from engine.text.width import cells

OTHER = "?"
"""What stands for all that has nothing like it, such as the letters of words."""

HORIZONTAL, VERTICAL, HEAVY = "─┄┈╌╴╶▔", "│┃┆┇┊┋╎╏║╵╷╹╻╽╿▏▕", "━┅┉╍═╸╺╼╾"

SAME: dict[str, str] = {
    **{chr(code): "+" for code in range(0x2500, 0x2580)},
    **dict.fromkeys(HORIZONTAL, "-"),
    **dict.fromkeys(VERTICAL, "|"),
    **dict.fromkeys(HEAVY, "="),
    **dict(zip("╱╲╳", "/\\x", strict=True)),
    **dict(zip("▁▂▃▄▅▆▇█", "__..::##", strict=True)),
    **dict(zip("▏▎▍▌▋▊▉", "|||====", strict=True)),
    **dict(zip("▀▐▖▗▘▝▚▞▙▛▜▟", "\"|..''\\/####", strict=True)),
    **dict(zip("░▒▓", ".+#", strict=True)),
    **dict(zip("○●◌◦•∙■□▪▫", "o*o.*.#o#o", strict=True)),
    **dict(zip("▲△▴▶▷▸►▼▽▾◀◁◂◄◆◇◊", "^^^>>>>vvv<<<<***", strict=True)),
    **dict(zip("←↑→↓↔↕↳↵⇧⌫⏎␣", "<^>v-|`$^<$_", strict=True)),
    **dict(zip("–—−‐‑…·×±≈≠≤≥≡∞‖″′", "-----.|x~~!<>=&|\"'", strict=True)),
    **dict(zip("“”„‘’‚«»‹›", "\"\"\"'''<><>", strict=True)),
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True)),
    **dict(zip("₀₁₂₃₄₅₆₇₈₉ₙ", "0123456789n", strict=True)),
    **dict(zip("λΣ∂πστη", "lSdpstn", strict=True)),
    **dict(zip("✓✔✗✘¦°⁀½√", "**xx|o~/V", strict=True)),
    "\xa0": " ",
}
"""What stands for the symbols of the program's own, and of its libraries."""

SIMPLER = SAME | {
    "…": "...", "∞": "inf", "·": "-", "≥": ">=", "≤": "<=", "±": "+-", "λ": "lambda ", "◌": "",
    "½": "1/2", "√": "sqrt ", "\u200e": "", "⏎": "|", "→": "->", "←": "<-", "≠": "!=",
}  # fmt: skip
"""The same in running text."""

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille pattern, from the top down, left and right."""


def _braille(pattern: int) -> str:
    """Return what looks most like dots of braille: where they are, and which way they go."""
    left, right = ([row for row in range(4) if pattern & DOTS[row][side]] for side in (0, 1))
    rows = left + right
    if not rows:
        return " "
    if max(rows) - min(rows) > 1 and left and right:
        slope = sum(right) / len(right) - sum(left) / len(left)
        if abs(slope) >= 1:
            return "\\" if slope > 0 else "/"
    if max(rows) - min(rows) > 1:
        return "|" if len(rows) > 2 else ":"
    middle = sum(rows) / len(rows)
    if left and right:
        return '"' if middle < 1 else "-" if middle <= 2 else "_"
    return "'" if middle < 1 else "-" if middle <= 2 else "."


FRAMES = dict(zip("╭╮╰╯╌╎━┃┏┓┗┛", "┌┐└┘─│═║╔╗╚╝", strict=True))
"""Frames that a console has, for those that it has not."""


GLASS = "🔎"
"""Stands before what is searched for in Textual's palette, two columns wide."""


class _Table(dict[int, str]):
    """What stands for each code; worked out as it comes."""

    def __missing__(self, code: int) -> str:
        self[code] = same = self._worked_out(code)
        return same

    def _worked_out(self, code: int) -> str:
        symbol = chr(code)
        if code < 0x80:
            return symbol
        if symbol == GLASS:
            return "> "
        return drawn(symbol) or OTHER.ljust(cells(symbol))[: cells(symbol)]


class _Console(_Table):
    """What stands for each code on a console, whose font has 256 symbols or 512."""

    def _worked_out(self, code: int) -> str:
        symbol = FRAMES.get(chr(code), chr(code))
        # Who reads words of another script has put in a font that has it.
        return symbol if symbol.encode("cp437", "ignore") else drawn(symbol) or symbol


_TABLE, _CONSOLE = _Table(), _Console()


def drawn(symbol: str) -> str:
    """Return what stands for a symbol of the program's own; nothing for any other."""
    code = ord(symbol)
    return _braille(code - 0x2800) if 0x2800 <= code < 0x2900 else SAME.get(symbol, "")


def sparse(text: str) -> str:
    """Write a text for a console: of the program's own symbols those that its font has.

    That is the one the kernel brings, of code page 437: frames and shades, no braille.
    """
    return text if text.isascii() else text.translate(_CONSOLE)


def plain(text: str) -> str:
    """Write a text in ASCII, each symbol in as many columns as it takes.

    Marks that take none are left out.
    """
    return text if text.isascii() else text.translate(_TABLE)


ORDER = "MAKEMORE_ASCII"
"""Variable that says whether there is only ASCII, whatever the locale: `0` if not."""

COERCED = ("C.UTF-8", "C.utf8")
"""What Python sets LC_CTYPE to where the locale is C, before any of its code runs (PEP 538)."""


def is_ascii(environ: Mapping[str, str], *, is_coerced: bool = bool(sys.flags.utf8_mode)) -> bool:
    """Whether the terminal has no symbols but those of ASCII: so it was said, or by the locale.

    As POSIX has it the first of three variables that is set counts. If none is, nothing is known:
    such are most containers, in terminals of today.

    Args:
        environ: the environment.
        is_coerced: whether Python may have set LC_CTYPE itself.
    """
    if ordered := environ.get(ORDER):
        return ordered != "0"
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        locale = environ.get(name)
        if locale and not (is_coerced and name == "LC_CTYPE" and locale in COERCED):
            return "utf8" not in locale.lower().replace("-", "")
    return environ.get("TERM", "").startswith("vt1")


NARROW = "makemore-ascii"
"""Name of the encoding of a terminal that has only ASCII."""


def tolerate_any_symbol() -> None:
    """Let a terminal that cannot show a symbol show another one instead of ending the program.

    What is written into a file or a pipe stays as it is: words are not to be changed there.
    """
    codecs.register_error("simpler", _simpler)
    codecs.register(_codec)
    has_ascii = is_ascii(os.environ)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            # Asked for after all, whatever the locale, the other symbols come in UTF-8.
            wide = {"encoding": "utf-8"} if stream.encoding == NARROW else {}
            narrow = {"encoding": NARROW} if has_ascii and stream.isatty() else wide
            stream.reconfigure(errors="simpler", **narrow)


def _codec(name: str) -> codecs.CodecInfo | None:
    """ASCII by another name: by its own, click takes a stream for one that was set up wrongly."""
    if name.replace("_", "-") != NARROW:
        return None
    like = codecs.lookup("ascii")
    return codecs.CodecInfo(
        like.encode,
        like.decode,
        incrementalencoder=like.incrementalencoder,
        incrementaldecoder=like.incrementaldecoder,
        name=NARROW,
    )


def _simpler(error: UnicodeError) -> tuple[str, int]:
    """Write what an encoding lacks in letters that all have, or else as `?`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(SIMPLER.get(symbol, OTHER) for symbol in lacking), error.end
