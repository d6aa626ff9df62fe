"""An engine is reached at a socket here, or through ssh on another machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.protocol import Refusal, Shelf
from engine.remote import reaching
from engine.remote.reaching import Far, own_name, reach

WAYS = [
    ("ssh://box/a3f", ["box", "makemore-tui bridge a3f"]),
    ("ssh://box", ["box", "makemore-tui bridge"]),
    ("ssh://box/", ["box", "makemore-tui bridge"]),
    ("ssh://Anna@Box.lan:2200/a3f", ["-p", "2200", "Anna@Box.lan", "makemore-tui bridge a3f"]),
    ("ssh://[fe80::1]:22/a3f", ["-p", "22", "fe80::1", "makemore-tui bridge a3f"]),
    ("ssh://box//runs/my run", ["box", "makemore-tui bridge '/runs/my run'"]),
    ("ssh://box/; reboot", ["box", "makemore-tui bridge '; reboot'"]),
]


@pytest.mark.parametrize(("address", "asked"), WAYS)
def test_an_address_says_what_ssh_is_asked(
    address: str, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(reaching.SSH, raising=False)
    far = Far.read(address)
    assert far is not None
    assert far.command == ["ssh", *reaching.OPTIONS, *asked]
    monkeypatch.setenv(reaching.SSH, "mosh --ssh 'a b'")
    assert far.command[:3] == ["mosh", "--ssh", "a b"]


@pytest.mark.parametrize(
    "address",
    [
        "ssh://",
        "ssh:///a3f",
        "ssh://-oProxyCommand=reboot/a3f",
        "ssh://-l@box/a3f",
        "ssh://a b/a3f",
        "ssh://box:port/a3f",
        "ssh://a@b@c/a3f",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Refusal, match="is no address; write ssh://box/RUN"):
        Far.read(address)


@pytest.mark.parametrize("run", ["a3f", "/runs/a3f", "http://box/a3f", ""])
def test_what_is_not_far_is_here(run: str) -> None:
    assert Far.read(run) is None


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo banner >&2; echo 'ssh: no route to box' >&2; exit 255", "box: ssh: no route to box"),
        ("echo 'makemore-tui: No engine runs.' >&2; exit 2", "box: No engine runs."),
        ("echo 'sh: makemore-tui: not found' >&2; exit 127", "box finds no makemore-tui"),
        ("echo '\x1b[31mred\x1b[0m' >&2; exit 1", "box: .*red"),
        ("exit 0", "No engine answers"),
        ("echo Welcome to box; exec cat >/dev/null 2>&1", "No engine answers"),
    ],
)
def test_where_ssh_leads_nowhere_it_is_told_why(
    place: Path, monkeypatch: pytest.MonkeyPatch, script: str, sentence: str
) -> None:
    fake = place / "ssh"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv(reaching.SSH, str(fake))
    with pytest.raises(Refusal, match=sentence) as refused:
        reach("ssh://box/a3f", Shelf(str(place)))
    assert "\x1b" not in str(refused.value)


def test_where_there_is_no_ssh_it_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(reaching.SSH, str(place / "none"))
    with pytest.raises(Refusal, match="none cannot be run: No such file"):
        reach("ssh://box/a3f", Shelf(str(place)))


def test_a_screen_says_who_looks_from_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "anna")
    monkeypatch.setattr(reaching, "node", lambda: "box")
    monkeypatch.setattr(os, "ttyname", lambda handle: "/dev/pts/3", raising=False)
    assert own_name() == "anna@box pts/3"
