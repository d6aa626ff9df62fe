"""A session of lines, typed at a prompt or piped in; no screen, no colour, nothing written over.

A line is a command of the command line, read by the same parser. What fails is said in a sentence
and the next line is read. Who types has a prompt, and ends with 0; a pipe ends with what the last
of its lines that failed would have ended with. Ctrl+c stops a command that is typed, and ends a
pipe: nobody is there to say how to go on.
"""

from __future__ import annotations

import io
import os
import shlex
import signal
import sys
from contextlib import suppress

import click

from engine import Session
from engine.protocol import Configure, KeepingFailed, Refusal
from tui import storage
from tui.options import Options
from tui.shell import headless, output
from tui.shell.complaints import EXPECTED, NAME, complain
from tui.shell.hand import Gate, Hand
from tui.shell.plain.verbs import Over, lines, words_of
from tui.terminal.signals import Signals

PROMPT = "makemore> "

SIGNALLED = 128
"""What is above in an exit code is the number of a signal."""

STOPPED = SIGNALLED + signal.SIGINT


class Interrupted(KeyboardInterrupt):
    """A signal has come.

    Args:
        number: of it.
    """

    def __init__(self, number: int) -> None:
        self.number = number


def run(options: Options) -> int:
    """Read lines until there are no more, and keep the run; gives the exit code.

    Raises:
        Refusal: there are no such words, no such run to go on with, or no run of such settings.
    """
    gate = Gate(Session(options.settings, options.shelf))
    hand, code = Hand(gate), 0
    with Signals(on_impatience=_leave_at_once) as signals:
        signals.on_end = lambda number: gate.interrupt(Interrupted(number))
        try:
            _begin(hand, options)
            code = _Lines(hand, signals).read_on()
        except Interrupted as end:
            code = SIGNALLED + end.number
        finally:
            signals.on_end = lambda _: None
            _end(hand)
    return code


def _begin(hand: Hand, options: Options) -> None:
    """Read the words, and begin the run that is wanted, or go on with it."""
    loaded = hand.load(options.words)
    if loaded.report.hint:
        output.warn(loaded.report.hint)
    if options.resume is not None:
        headless.resume(hand.client, options.resume, options.given, output.warn)
    elif options.given != Configure():
        hand.begin()


def _end(hand: Hand) -> None:
    """See the run to disk, and say how to go on with it."""
    headless.close(hand.client)
    if hand.loaded is not None and hand.snapshot.newest:
        click.echo(storage.kept(hand.snapshot, f"{NAME} --plain"), err=True)


class _Lines:
    """Those of one session.

    Args:
        hand: what they work on.
        signals: what may come between.
    """

    def __init__(self, hand: Hand, signals: Signals) -> None:
        self._hand, self._signals = hand, signals
        self._is_typed = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)

    def read_on(self) -> int:
        """Carry out line by line; gives the exit code."""
        # Who reads what is said waits for each line; what is no text is refused by its command.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="surrogateescape")
        if self._is_typed:
            with suppress(ImportError):
                import readline  # noqa: F401
            output.say_prose(words_of(self._hand))
            output.say("help lists the commands; ctrl+d ends the session.")
        code = 0
        while True:
            try:
                line = self._line()
                if line is None:
                    return 0 if self._is_typed else code
                code = self._carried_out(line) or code
            except Over:
                return 0 if self._is_typed else code
            except Interrupted as stop:
                if not self._goes_on(stop.number):
                    raise
                self._hand.drop()
                output.say("Stopped.")

    def _line(self) -> str | None:
        """The next line; nothing where there are no more."""
        if not self._is_typed:
            return sys.stdin.readline() or None
        while True:
            try:
                return input(PROMPT)
            except EOFError:
                output.say("")
                return None
            except Interrupted as stop:
                if not self._goes_on(stop.number):
                    raise
                output.say("\nctrl+d, or quit, ends the session.")

    def _goes_on(self, number: int) -> bool:
        """Whether the session goes on though a signal has come; then others are heard."""
        if number == signal.SIGINT and self._is_typed:
            self._signals.number = 0
            return True
        return False

    def _carried_out(self, line: str) -> int:
        """Carry a line out; gives what it would have ended with on the command line."""
        try:
            words = _words(line)
            code = self._invoked(words) if words else 0
        except BrokenPipeError:
            raise
        except EXPECTED as error:
            code = complain(error, "" if self._is_typed else f"{NAME}: ")
        except (Over, click.Abort):
            raise
        except Exception as error:
            # A fault of ours ends the line that met it, and not the session.
            click.echo(storage.write_crash(error), err=True)
            code = 1
        if code:
            self._hand.drop()
        self._tell()
        if code == STOPPED and self._is_typed:
            return 0
        if code > SIGNALLED:
            raise Interrupted(code - SIGNALLED)
        return code

    def _invoked(self, words: list[str]) -> int:
        try:
            with lines.make_context("", words, obj=self._hand) as context:
                return int(lines.invoke(context) or 0)
        except click.exceptions.Exit as end:
            return end.exit_code

    def _tell(self) -> None:
        """Say what nobody has asked for: that the run cannot be kept."""
        for event in self._hand.client.told_last():
            if isinstance(event, KeepingFailed):
                output.warn(f"The run is not being kept: {event.reason}")


def _words(line: str) -> list[str]:
    """Part a line as a shell does; a remark has no words. Refusal if a quote is not closed."""
    if line.lstrip().startswith("#"):
        return []
    try:
        words = shlex.split(line, posix=os.name == "posix")
    except ValueError:
        raise Refusal(
            'A quote is opened and not closed; write "o\'brien" for a word that holds one.'
        ) from None
    return words[1:] if words[:1] == [NAME] else words


def _is_terminal(stream: object) -> bool:
    return stream is not None and bool(getattr(stream, "isatty", lambda: False)())


def _leave_at_once(number: int) -> None:
    os._exit(SIGNALLED + number)
