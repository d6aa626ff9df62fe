"""The app in a browser: who is let in, and what is refused before anything is served."""

from __future__ import annotations

import socket

import pytest

from tui.main import main
from tui.shell import page

OWN = [
    *(
        ("127.0.0.1:8027", "127.0.0.1"),
        ("localhost:9000", "127.0.0.1"),
        ("[::1]:8027", "127.0.0.1"),
    ),
    *(("localhost", "0.0.0.0"), ("10.1.2.3:8027", "0.0.0.0"), ("10.1.2.3:8027", "10.1.2.3")),
]

OTHERS = [
    *(("evil.example:8027", "127.0.0.1"), ("localhost.evil.example", "127.0.0.1")),
    *(("evil.example", "0.0.0.0"), ("10.1.2.4:8027", "10.1.2.3"), ("localhost", "10.1.2.3")),
    *(("10.1.2.3", "127.0.0.1"), ("", "127.0.0.1")),
]


@pytest.mark.parametrize(("host", "served"), OWN)
def test_a_page_by_a_name_of_ours_is_our_own(host: str, served: str) -> None:
    assert page.is_own(host, served)


@pytest.mark.parametrize(("host", "served"), OTHERS)
def test_a_page_by_the_name_of_somebody_else_is_not(host: str, served: str) -> None:
    assert not page.is_own(host, served)


def test_the_line_for_ssh_is_told_where_only_this_machine_is_served() -> None:
    told = "\n".join(page.told("127.0.0.1", 8027, "secret"))
    assert "http://127.0.0.1:8027/?key=secret" in told
    assert f"ssh -L 8027:127.0.0.1:8027 {socket.gethostname()}" in told
    told = "\n".join(page.told("10.1.2.3", 8027, "secret"))
    assert "http://10.1.2.3:8027/?key=secret" in told
    assert "ssh" not in told


def test_what_cannot_be_served_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = {
            ("web", "train"): "“train” needs no screen",
            ("web", "--speed", "x"): "speed must be steps a second",
            ("web", "--nonsense"): "No such option",
            ("web", "--record", "a.cast"): "a browser is none",
            ("web", "attach", "--record", "a.cast"): "a browser is none",
            ("web", "--port", "0"): "--port",
            ("web", "--port", port): f"Port {port} of 127.0.0.1 cannot be had",
            ("web", "--expose-to-everyone", "box"): "“box” is no address",
        }
        for arguments, said in refused.items():
            assert main(arguments) == 2, arguments
            assert said in capsys.readouterr().err


def test_the_app_is_started_by_its_path_with_its_arguments() -> None:
    assert page.command(["--data", "my words.txt"]).endswith(
        "makemore_tui.py --data 'my words.txt'"
    )
