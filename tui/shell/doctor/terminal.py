"""What is found of the terminal: what it is, what it answers, what stands between."""

from __future__ import annotations

import codecs
import locale
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress

from engine.text.width import cells
from tui.colours.depth import Depth, colour_depth, is_deaf
from tui.shell.doctor.findings import Finding, Verdict, asked
from tui.terminal.asking import Answers, ask

GROUP = "terminal"

SYMBOLS = {"␣": "␣", "का": "Devanagari", "中": "Chinese", "🙂": "emoji"}
"""Symbols whose width terminals disagree on, and what they are called."""

ROOM = (80, 24)
"""Columns and rows that the app is made for, at least."""

LATE = 50
"""Milliseconds after esc that tmux may wait whether it begins a key."""

CLIPBOARDS = ("pbcopy", "wl-copy", "xclip", "xsel", "clip.exe")
"""Programs that copy, of which a system has some."""

TMUX = (
    ("-gv", "default-terminal"),
    ("-gv", "focus-events"),
    ("-sv", "set-clipboard"),
    ("-sv", "escape-time"),
    ("-sv", "terminal-features"),
    ("-sv", "terminal-overrides"),
)
"""Options of tmux that matter here, and where each is."""

DEPTHS = {
    Depth.TRUECOLOR: "16 million",
    Depth.XTERM: "256",
    Depth.ANSI: "16",
    Depth.NONE: "none; values are drawn as shades",
}


def findings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """All of it; the terminal is asked, if there is one."""
    yield _terminal(environ)
    answers, why_not = _answers(environ)
    yield _answered(answers, why_not)
    yield _size()
    yield _colours(environ, answers)
    if answers.has_answered:
        yield from _told(answers)
    yield _locale(environ)
    yield from _between(environ)
    yield _clipboard(environ)


def _terminal(environ: Mapping[str, str]) -> Finding:
    term = environ.get("TERM", "")
    parts = [f"TERM={term or '(not set)'}"]
    for name in ("COLORTERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION"):
        parts += [f"{name}={value}" for value in [environ.get(name, "")] if value]
    found = " ".join(parts)
    if term in ("", "dumb", "unknown"):
        fix = "The app cannot draw here; makemore-tui --plain takes the commands as lines."
        return Finding(GROUP, "terminal", found, "bad", fix)
    return Finding(GROUP, "terminal", found)


def _answers(environ: Mapping[str, str]) -> tuple[Answers, str]:
    """What it answers, or why it was not asked."""
    if is_deaf(environ) or not environ.get("TERM"):
        return Answers(), "not asked: terminals of this kind take questions for text"
    if os.name != "posix":
        return Answers(), "not asked: this system has no line to ask on"
    try:
        handle = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return Answers(), "there is no terminal here"
    try:
        return ask(handle, tuple(SYMBOLS)), ""
    except OSError as error:
        return Answers(), f"not asked: {error}"
    finally:
        os.close(handle)


def _answered(answers: Answers, why_not: str) -> Finding:
    name = "answers"
    if why_not:
        fix = "Run it in the terminal that is meant, not in a pipe." if "no term" in why_not else ""
        return Finding(GROUP, name, why_not, "note", fix)
    if not answers.has_answered:
        return Finding(
            GROUP,
            name,
            "no answer within 0.3 s",
            "note",
            "Over a slow line that is usual; else the app cannot tell how fast the line is.",
        )
    return Finding(GROUP, name, f"yes, as {answers.version}" if answers.version else "yes")


def _size() -> Finding:
    for stream in (sys.__stdout__, sys.__stderr__, sys.__stdin__):
        with suppress(OSError, ValueError, AttributeError):
            columns, rows = os.get_terminal_size(stream.fileno())  # type: ignore[union-attr]
            break
    else:
        return Finding(GROUP, "size", "there is no terminal here", "note")
    found = f"{columns} columns, {rows} rows"
    if columns < ROOM[0] or rows < ROOM[1]:
        fix = f"The app is made for {ROOM[0]} columns and {ROOM[1]} rows or more; enlarge it."
        return Finding(GROUP, "size", found, "note", fix)
    return Finding(GROUP, "size", found)


def _colours(environ: Mapping[str, str], answers: Answers) -> Finding:
    depth = colour_depth(environ)
    found = f"{DEPTHS[depth]}, by the environment"
    if environ.get("NO_COLOR"):
        return Finding(GROUP, "colours", f"{DEPTHS[depth]}: NO_COLOR is set")
    if depth is Depth.TRUECOLOR:
        if answers.has_all_colours is False:
            return Finding(
                *(GROUP, "colours", f"{found}; it answers that it has fewer", "note"),
                "Where colours look wrong: unset COLORTERM.",
            )
        return Finding(GROUP, "colours", found)
    if answers.has_all_colours:
        return Finding(GROUP, "colours", f"{found}; 16 million by its answer, which the app takes")
    fix = "If it has all colours: export COLORTERM=truecolor."
    return Finding(GROUP, "colours", found, "note", fix)


def _told(answers: Answers) -> Iterator[Finding]:
    if (back := answers.background) is not None:
        # Weighed as in ITU-R BT.601.
        is_dark = (299 * back[0] + 587 * back[1] + 114 * back[2]) / 1000 < 128
        shade = "dark" if is_dark else "light"
        yield Finding(GROUP, "background", f"#{bytes(back).hex()}, {shade}")
    else:
        yield Finding(GROUP, "background", "not told")
    once = "shown when it is whole (mode 2026)" if answers.draws_at_once else "shown as it comes"
    yield Finding(GROUP, "frame", once)
    kitty = "kitty's protocol" if answers.tells_keys_apart else "as ever"
    yield Finding(GROUP, "keyboard", kitty)
    if answers.widths:
        wrong = [
            f"{name} takes {told}, not {cells(symbol)}"
            for (symbol, name), told in zip(SYMBOLS.items(), answers.widths, strict=True)
            if told != cells(symbol)
        ]
        verdict: Verdict = "note" if wrong else "ok"
        fix = "Rows that hold such symbols may be out of line; a newer terminal may do better."
        found = "; ".join(wrong) or f"as measured: {', '.join(SYMBOLS.values())}"
        yield Finding(GROUP, "widths", found, verdict, fix if wrong else "")


def _locale(environ: Mapping[str, str]) -> Finding:
    encoding = getattr(sys.stdout, "encoding", None) or locale.getpreferredencoding(False)
    with suppress(LookupError):
        encoding = codecs.lookup(encoding).name
    named = next((environ[n] for n in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(n)), "not set")
    found = f"{named}, {encoding}"
    if not encoding.startswith("utf"):
        fix = "Symbols are written as others; export LANG=C.UTF-8 shows all."
        return Finding(GROUP, "locale", found, "note", fix)
    return Finding(GROUP, "locale", found)


def _between(environ: Mapping[str, str]) -> Iterator[Finding]:
    """What stands between the program and the terminal."""
    if environ.get("TMUX"):
        yield from _tmux()
    if environ.get("STY"):
        found = "yes; the mouse is off in it, as it would hold esc back"
        yield Finding(GROUP, "GNU screen", found, "note", "tmux has all colours, and the mouse.")
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        yield Finding(GROUP, "ssh", "yes; ssh -C sends a third")


def _tmux() -> Iterator[Finding]:
    said: dict[str, str] = {}
    for where, name in TMUX:
        code, text = asked(["tmux", "show", where, name], 1.0)
        if code == 0:
            said[name] = " ".join(text.split())
    if not said:
        yield Finding(GROUP, "tmux", "yes; it does not tell its options", "note")
        return
    term, clip = said.get("default-terminal", "?"), said.get("set-clipboard", "?")
    wait = said.get("escape-time", "0")
    colours = said.get("terminal-features", "") + said.get("terminal-overrides", "")
    fixes = []
    if not term.startswith(("tmux", "screen-256", "xterm-256")):
        fixes.append("set -g default-terminal tmux-256color")
    if clip == "off":
        fixes.append("set -s set-clipboard on")
    if wait.isdecimal() and int(wait) > LATE:
        fixes.append("set -s escape-time 10")
    if not any(mark in colours for mark in ("RGB", "Tc")):
        fixes.append("set -as terminal-features ',*:RGB'")
    found = (
        f"{term}, set-clipboard {clip}, escape-time {wait} ms, "
        f"focus-events {said.get('focus-events', '?')}"
    )
    if fixes:
        fix = f"Into ~/.tmux.conf: {'; '.join(fixes)}."
        yield Finding(GROUP, "tmux", found, "note", fix)
    else:
        yield Finding(GROUP, "tmux", found)


def _clipboard(environ: Mapping[str, str]) -> Finding:
    there = [name for name in CLIPBOARDS if shutil.which(name)]
    found = "the terminal is asked to copy (OSC 52)"
    if there:
        found += f"; {', '.join(there)} is there"
    if environ.get("STY") or environ.get("TERM_PROGRAM") == "Apple_Terminal":
        fix = "This terminal does not copy for programs; select with the mouse, shift held."
        return Finding(GROUP, "clipboard", found, "note", fix)
    return Finding(GROUP, "clipboard", found)
