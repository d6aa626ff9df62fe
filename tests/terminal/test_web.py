"""The app in a browser: over the web socket that textual-serve speaks, and in a real one."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pyte
import pytest

from engine.archive import described
from tests import PATIENCE
from tests.terminal.emulator import PRIVATE, Screen, app_command

aiohttp = pytest.importorskip("aiohttp", reason="the extra web is not installed")
pytest.importorskip("textual_serve", reason="the extra web is not installed")

pytestmark = [pytest.mark.terminal, pytest.mark.slow]


class Web:
    """makemore-tui web, and where it is."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [app_command(), "web", "--port", str(port), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                **os.environ,
                "HOME": str(folder),
                "XDG_STATE_HOME": str(folder / "state"),
                "PYTHONUNBUFFERED": "1",
            },
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.url = line.split()[-1]
        self.base, self.key = self.url.split("/?key=")
        end = time.monotonic() + PATIENCE
        while not _is_heard(port):
            assert time.monotonic() < end, "nobody listens"
            time.sleep(0.05)

    @property
    def kept(self) -> list[int]:
        """Steps that the runs have come to, as they are kept."""
        runs = (self.folder / "state" / "makemore-tui" / "runs").glob("*/journal")
        return [described(str(run.parent)).run.line.step for run in runs]

    def end(self) -> int:
        """End it as ctrl+c does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


def _is_heard(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    served = Web(tmp_path, "--speed", "max")
    yield served
    if served.process.poll() is None:
        served.process.terminate()
        served.process.wait(PATIENCE)


class Tab:
    """What a page of textual-serve does: it carries keys one way, and bytes the other."""

    def __init__(self, line: Any, columns: int, rows: int) -> None:  # noqa: ANN401
        self._socket = line
        self._screen = Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.is_closed = False

    @property
    def text(self) -> str:
        """The screen."""
        return "\n".join(self._screen.display)

    async def type(self, keys: str) -> None:
        """Press keys, or send what a mouse sends."""
        await self._socket.send_json(["stdin", keys])

    async def make(self, columns: int, rows: int) -> None:
        """Be of another size."""
        self._screen.resize(rows, columns)
        await self._socket.send_json(["resize", {"width": columns, "height": rows}])

    async def wait_for(self, is_so: Callable[[], object]) -> None:
        """Read until something is so."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, f"it did not come to that:\n{self.text}"
            assert not self.is_closed, f"closed:\n{self.text}"
            await self.read(1.0)

    async def read(self, seconds: float) -> None:
        """Read what comes next."""
        try:
            message = await asyncio.wait_for(self._socket.receive(), seconds)
        except TimeoutError:
            return
        if message.type == aiohttp.WSMsgType.BINARY:
            self._stream.feed(PRIVATE.sub(b"", message.data))
        elif message.type != aiohttp.WSMsgType.TEXT:
            self.is_closed = True

    async def close(self) -> None:
        """Be closed, as a tab is."""
        await self._socket.close()


@pytest.fixture
async def session() -> AsyncIterator[Any]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def opened(session: Any, web: Web, columns: int = 100, rows: int = 34) -> Tab:  # noqa: ANN401
    """Open a tab."""
    url = f"{web.base.replace('http', 'ws')}/ws?width={columns}&height={rows}&key={web.key}"
    return Tab(await session.ws_connect(url, headers={"Origin": web.base}), columns, rows)


async def test_it_starts_hears_keys_and_sizes_and_keeps_the_run_of_a_closed_tab(
    session: Any,  # noqa: ANN401
    web: Web,
) -> None:
    # Who has no key, comes by another name, or from another page, sees nothing.
    for way, host in ((f"{web.base}/", ""), (web.url, "evil.example"), (f"{web.base}/ws", "")):
        async with session.get(way, headers={"Host": host} if host else {}) as answer:
            assert answer.status == 403
    for origin in ("http://evil.example", "null", ""):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(
                f"{web.base}/ws?key={web.key}", headers={"Origin": origin} if origin else {}
            )
        assert refused.value.status == 403
    async with session.get(web.url) as answer:
        page = await answer.text()
        assert answer.status == 200
        assert "googleapis" not in page
        assert answer.cookies

    tab = await opened(session, web)
    await tab.wait_for(lambda: "ready" in tab.text)
    await tab.type(" ")
    await tab.wait_for(lambda: re.search(r"running · step [\d,]{3,}", tab.text))
    await tab.make(80, 24)
    await tab.wait_for(lambda: "1 Dataset  2 Heatmap" in tab.text)
    await tab.close()
    end = time.monotonic() + PATIENCE
    while not any(step > 10 for step in web.kept):
        assert time.monotonic() < end, "the run of a closed tab is not kept"
        await asyncio.sleep(0.1)
    assert await asyncio.to_thread(web.end) == 0


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""


class Browser:
    """Chromium, driven by its own protocol."""

    def __init__(self, session: Any, base: str) -> None:  # noqa: ANN401
        self._session, self._base = session, base

    async def open(self, url: str) -> tuple[Page, str]:
        """Open a tab; it, and its id."""
        async with self._session.put(f"{self._base}/json/new?{url}") as answer:
            told = await answer.json(content_type=None)
        line = await self._session.ws_connect(told["webSocketDebuggerUrl"], max_msg_size=0)
        return Page(line), told["id"]

    async def close(self, page: str) -> None:
        """Close a tab."""
        async with self._session.get(f"{self._base}/json/close/{page}") as answer:
            await answer.text()


class Page:
    """A tab of it."""

    def __init__(self, line: Any) -> None:  # noqa: ANN401
        self._socket, self._number = line, 0

    async def do(self, method: str, **how: Any) -> dict[str, Any]:  # noqa: ANN401
        """Have it do something; what it answers."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": how})
        while True:
            told = await self._socket.receive_json()
            if told.get("id") == self._number:
                answer: dict[str, Any] = told["result"]
                return answer

    async def press(self, key: str) -> None:
        """Press a key."""
        code = ord(key.upper())
        await self.do(
            "Input.dispatchKeyEvent", type="keyDown", text=key, key=key, windowsVirtualKeyCode=code
        )
        await self.do("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    async def click(self, x: int, y: int) -> None:
        """Click somewhere."""
        for kind in ("mousePressed", "mouseReleased"):
            await self.do(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

    async def picture(self) -> bytes:
        """What it shows."""
        answer = await self.do("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])

    async def changes(self, before: bytes) -> bytes:
        """Wait until it shows something else; what that is."""
        end = time.monotonic() + PATIENCE
        while (now := await self.picture()) == before:
            assert time.monotonic() < end, "nothing happens on the page"
            await asyncio.sleep(0.3)
        return now

    async def rests(self) -> bytes:
        """Wait until it shows the same for a second; what that is."""
        now = await self.picture()
        for _ in range(60):
            await asyncio.sleep(1)
            before, now = now, await self.picture()
            if before == now:
                return now
        raise AssertionError("the page does not come to rest")


@pytest.fixture
async def browser(session: Any, tmp_path: Path) -> AsyncIterator[Browser]:  # noqa: ANN401
    folder = tmp_path / "chromium"
    process = subprocess.Popen(
        [
            *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu"),
            *("--remote-debugging-port=0", f"--user-data-dir={folder}"),
            *("--window-size=1400,860", "about:blank"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    told = folder / "DevToolsActivePort"
    while not told.exists() or not told.read_text():
        await asyncio.sleep(0.1)
    yield Browser(session, f"http://127.0.0.1:{told.read_text().splitlines()[0]}")
    process.terminate()
    process.wait(PATIENCE)


@pytest.mark.soak
@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium")
async def test_in_a_browser_keys_mouse_sizes_and_two_tabs(web: Web, browser: Browser) -> None:
    first, id = await browser.open(web.url)
    await asyncio.sleep(5)  # The page opens, then the app in it.
    shown = await first.rests()
    await first.click(400, 300)
    shown = await first.changes(shown)
    shown = await first.rests()
    await first.press("v")
    shown = await first.changes(shown)
    size = {"width": 900, "height": 600, "deviceScaleFactor": 1, "mobile": False}
    await first.do("Emulation.setDeviceMetricsOverride", **size)
    await first.changes(shown)
    await first.press("n")
    second, _ = await browser.open(web.url.partition("?")[0])  # It has the cookie.
    await second.changes(await second.picture())
    await browser.close(id)
    end = time.monotonic() + PATIENCE
    while web.kept != [1]:
        assert time.monotonic() < end, f"kept: {web.kept}"
        await asyncio.sleep(0.2)
    assert await asyncio.to_thread(web.end) == 0
