"""The app in a browser: a page for each tab, and behind it an app of its own.

textual-serve carries what the app draws, and what is typed, over a web socket. It asks nobody who
he is; this does. Whoever reaches the app reads files and runs programs as the user, so the page is
served

- on the loopback interface alone, unless another address is asked for in so many words;
- under the names of that address alone: a name that somebody else owns may lead here, too, and then
  his pages would count as ours (DNS rebinding);
- to who has the key that is printed with the address: on a machine with several users, all reach
  its loopback interface;
- and its socket only to its own pages: a browser lets any page open a socket to anywhere, but says
  which page it was.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shlex
import socket
import sys
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine import printable
from engine.protocol import Refusal, Unusable
from tui.shell import output

WAY_IN = Path(__file__).resolve().parents[2] / "makemore_tui.py"
"""The program that this is part of: run by its path, no folder can come before it."""

LOOPBACK = "127.0.0.1"

THEIR_FONT = re.compile(r"<link[^>]*fonts\.googleapis\.com[^>]*>")

OWN_FONT = """<link rel="preload" as="font" crossorigin href="{fonts}/{file}" />
    <style>@font-face {{ font-family: "Roboto Mono"; src: url("{fonts}/{file}"); }}</style>"""
"""The same font, which textual-serve brings along: nobody else need hear who opens the page."""

CLOSING = 6.0
"""Seconds that the apps may take to end, and keep their runs."""

FRIGHTENING = (
    "DANGER: {address} is not this machine alone. Who reaches it and sees the key, which crosses "
    "the network in the clear, runs this program as {user}, and reads {user}'s files through it. "
    "Nothing is encrypted. Use the line with ssh instead, unless nobody else is on that network."
)


def serve(arguments: Sequence[str], port: int, address: str | None) -> None:
    """Serve the app until it is ended.

    Args:
        arguments: of the app.
        port: where.
        address: another one than that of this machine alone.

    Raises:
        Refusal: textual-serve is not installed, or the address cannot be had.
    """
    host = LOOPBACK if address is None else _address(address)
    _check_free(host, port)
    try:
        server = _server(arguments, host, port)
    except ImportError as error:
        raise _missing(error) from None
    if host != LOOPBACK:
        output.warn(FRIGHTENING.format(address=host, user=_user()))
    for line in told(host, port, server.key):
        output.say(line)
    # What the apps are to draw with is said by the page, not by the terminal that this runs in.
    for name in ("NO_COLOR", "STY"):
        os.environ.pop(name, None)
    server.serve()


def told(host: str, port: int, key: str) -> list[str]:
    """Say where the app is, and how to reach it from elsewhere."""
    place = "127.0.0.1" if ip_address(host).is_loopback else host
    place = f"[{place}]" if ":" in place else place
    box = socket.gethostname() or "box"
    lines = [f"The app is at http://{place}:{port}/?key={key}", "Each tab is an app of its own."]
    if ip_address(host).is_loopback:
        lines += [
            "From another machine, run this there, and open the same address there:",
            f"  ssh -L {port}:127.0.0.1:{port} {box}",
        ]
    return [*lines, "ctrl+c ends it, and all apps with it; their runs are kept."]


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise Refusal(
            f"“{printable(text)[:60]}” is no address; give one of this machine, such as 0.0.0.0."
        ) from None


def _user() -> str:
    from getpass import getuser

    try:
        return printable(getuser())
    except (KeyError, OSError):  # No name for this number.
        return "you"


def _missing(error: ImportError) -> Refusal | Unusable:
    if isinstance(error, ModuleNotFoundError) and error.name in ("aiohttp", "textual_serve"):
        return Refusal(
            "The app in a browser needs textual-serve; install it with: "
            "pip install 'makemore-tui[web]'"
        )
    return Unusable(f"textual-serve cannot be imported ({type(error).__name__}: {error}).")


def _check_free(host: str, port: int) -> None:
    """Refuse a place that cannot be had, before anything is promised."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as trial:
            if os.name == "posix":
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except OSError as error:
        raise Refusal(
            f"Port {port} of {host} cannot be had: {error.strerror}; --port gives another one."
        ) from None


def command(arguments: Sequence[str]) -> str:
    """Write the command that starts the app, by its path, so that no folder comes before it."""
    return shlex.join([sys.executable, str(WAY_IN), *arguments])


def is_own(host: str, served: str) -> bool:
    """Whether a page asks for us by a name that is ours alone.

    Args:
        host: as the browser has it, with a port or without.
        served: address that is served.
    """
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return ip_address(served).is_loopback or ip_address(served).is_unspecified
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or ip_address(served).is_unspecified or str(address) == served


def _server(arguments: Sequence[str], host: str, port: int) -> Any:  # noqa: ANN401
    """Make what serves; textual-serve is imported only here."""
    from aiohttp import web
    from textual_serve.server import Server

    class Guarded(Server):
        """textual-serve, which lets in only who has the key."""

        def __init__(self) -> None:
            super().__init__(command(arguments), host, port, title="makemore-tui")
            self.key = secrets.token_urlsafe(16)
            self._sockets: set[asyncio.Task[Any]] = set()

        def initialize_logging(self) -> None:
            """Leave logging as it is: Textual's own would print the values of all variables."""

        async def on_startup(self, app: web.Application) -> None:
            """Say nothing more: it is said already."""

        async def on_shutdown(self, app: web.Application) -> None:
            """Have all apps end, which keep their runs, rather than wait for the tabs to close."""
            for task in self._sockets:
                task.cancel()
            if self._sockets:
                await asyncio.wait(self._sockets, timeout=CLOSING)

        async def handle_index(self, request: web.Request) -> Any:  # noqa: ANN401
            """Serve the page to who has the key, and have the browser keep it."""
            self._check(request)
            # Read at once, as what comes in between may come by another name.
            self.public_url = f"http://{request.host}"
            response = await super().handle_index(request)
            font = {"fonts": "/static/fonts", "file": "RobotoMono-VariableFont_wght.ttf"}
            assert isinstance(response, web.Response)
            response.text = THEIR_FONT.sub(OWN_FONT.format(**font), response.text or "")
            response.set_cookie(self._cookie, self.key, httponly=True, samesite="Strict")
            response.headers["Cache-Control"] = "no-store"
            response.headers["Referrer-Policy"] = "no-referrer"
            return response

        async def handle_websocket(self, request: web.Request) -> Any:  # noqa: ANN401
            """Start an app for a page of ours."""
            self._check(request)
            if request.headers.get("Origin") != f"http://{request.host}":
                raise web.HTTPForbidden(text="This page is not one of ours.")
            task = asyncio.current_task()
            assert task is not None
            self._sockets.add(task)
            try:
                return await super().handle_websocket(request)
            finally:
                self._sockets.discard(task)

        async def handle_download(self, request: web.Request) -> Any:  # noqa: ANN401
            """Give a file to who has the key."""
            self._check(request)
            return await super().handle_download(request)

        @property
        def _cookie(self) -> str:
            """Its name: all ports of an address share their cookies."""
            return f"makemore-{self.port}"

        def _check(self, request: web.Request) -> None:
            if not is_own(request.host, self.host):
                raise web.HTTPForbidden(text="This is not the address that the app is served at.")
            shown = request.query.get("key") or request.cookies.get(self._cookie, "")
            if not secrets.compare_digest(shown.encode(), self.key.encode()):
                raise web.HTTPForbidden(
                    text="The key is missing or wrong: open the address that makemore-tui web "
                    "has printed, with all that stands behind the question mark."
                )

    return Guarded()
