"""Reaches an engine for a screen: at a socket here, or through ssh on another machine."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import socket
import subprocess
import tempfile
from contextlib import suppress
from platform import node

from engine.protocol import Refusal, Shelf
from engine.records import record
from engine.remote import engines, sockets
from engine.remote.attach import GREETING, Attached
from engine.remote.hello import Hello, language
from engine.training import places
from engine.training import shelf as shelves
from engine.words.cleaning import printable

SSH = "MAKEMORE_TUI_SSH"
"""Variable that may hold another command than ssh, with arguments."""

SILENTLY = ("-o", "BatchMode=yes")
"""Options of ssh where the terminal is an app's: who would have to be asked is turned away."""

OPTIONS = ("-T", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3")
"""Of ssh: no terminal there, and a line that is dead is given up within 15 s."""

ENDING = 5.0
"""Seconds that ssh has to end once its line has."""

NOT_FOUND = 127
"""Exit code of a shell that does not find a command."""


@record
class Far:
    """An engine on another machine."""

    place: str
    """As it was called: `[user@]box[:port]`."""
    box: str
    """As ssh takes it, such as `anna@box`."""
    port: str = ""
    run: str = ""
    """As `engines.chosen` takes it there; empty for the only one."""

    @classmethod
    def read(cls, address: str) -> Far | None:
        """Read `ssh://[user@]box[:port][/run]`; nothing if it is no such address.

        Raises:
            Refusal: it begins like one.
        """
        if not address.startswith("ssh://"):
            return None
        box = r"(?P<box>(?:[^@/\s]+@)?(?:\[[^]/\s]+\]|[^:@/\s[\]]+))"
        place = rf"(?P<place>{box}(?::(?P<port>[0-9]+))?)"
        found = re.fullmatch(rf"ssh://{place}(?:/(?P<run>.*))?", address)
        # To ssh, what begins like an option is one.
        if found is None or found["box"].startswith("-"):
            raise Refusal(
                f"{printable(address)[:80]} is no address; write ssh://box/RUN, or "
                "ssh://user@box:port/RUN."
            )
        box = re.sub(r"[][]", "", found["box"])
        return cls(found["place"], box, found["port"] or "", found["run"] or "")

    def command(self, *, may_ask: bool) -> list[str]:
        """What carries bytes between here and there; see `reach`."""
        ssh = shlex.split(os.environ.get(SSH, "")) or ["ssh"]
        port = ["-p", self.port] if self.port else []
        there = shlex.join(["makemore-tui", "bridge", *([self.run] if self.run else [])])
        how = OPTIONS if may_ask else (*OPTIONS, *SILENTLY)
        return [*ssh, *how, *port, self.box, there]


def reach(
    run: str | None, shelf: Shelf, *, is_readonly: bool = False, may_ask: bool = True
) -> Attached:
    """Attach to an engine.

    Args:
        run: `ssh://[user@]box[:port][/run]`, or as `engines.chosen` takes it.
        shelf: where runs are kept.
        is_readonly: whether the screen wants never to steer.
        may_ask: whether ssh may ask for a password and the like on the terminal.

    Raises:
        Refusal: there is none such, or it lets nobody in.
    """
    far = Far.read(run) if run is not None else None
    hello = Hello(language(), own_name(), is_readonly=is_readonly, is_far=far is not None)
    if far is not None:
        return _reach_far(far, hello, may_ask=may_ask)
    path = engines.chosen(run, shelf)

    def held(run: str) -> int | None:
        """Step that the journal of a run has come to."""
        with suppress(Refusal):
            return shelves.describe(places.find(run, shelf)).line.step
        return None

    try:
        return Attached(sockets.connect(path, GREETING), hello, held=held)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal(f"No engine answers at {printable(path)}: {reason}.") from None


def _reach_far(far: Far, hello: Hello, *, may_ask: bool) -> Attached:
    command = far.command(may_ask=may_ask)
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryFile() as said:
        try:
            with theirs:
                end = theirs.fileno()
                process = subprocess.Popen(command, stdin=end, stdout=end, stderr=said)
        except OSError as error:
            ours.close()
            reason = error.strerror or str(error)
            raise Refusal(f"{printable(command[0])} cannot be run: {reason}.") from None
        try:
            # Somebody may have to type a password first: no time is too long.
            return Attached(ours, hello, patience=0.0, where=far.place)
        except Refusal as refusal:
            raise Refusal(_why_not(far, process, said.fileno(), str(refusal))) from None
        except BaseException:
            process.kill()
            raise


def _why_not(far: Far, process: subprocess.Popen[bytes], said: int, reason: str) -> str:
    """Say why nothing came of it: in the words of who failed, if it left any."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(ENDING)
    if process.poll() is None:
        process.kill()
        return reason
    if process.returncode == NOT_FOUND:
        return (
            f"{printable(far.box)} finds no makemore-tui: put it on the PATH that a command "
            "through ssh has there."
        )
    os.lseek(said, 0, os.SEEK_SET)
    lines = os.read(said, 1 << 16).decode(errors="replace").strip().splitlines()
    if not lines or not process.returncode:
        return reason
    return f"{printable(far.box)}: {printable(lines[-1].strip()).removeprefix('makemore-tui: ')}"


def own_name() -> str:
    """Say who looks from where, such as `anna@box pts/3`."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    terminal = ""
    with suppress(OSError):
        terminal = " " + os.ttyname(0).removeprefix("/dev/")
    return f"{user}@{node()}{terminal}"
