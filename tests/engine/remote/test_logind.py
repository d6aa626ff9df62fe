"""Whether an engine ends with a login is said before that happens."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.remote import logind

SCOPE = "0::/user.slice/user-1000.slice/session-3.scope\n"


@pytest.fixture
def cgroup(tmp_path: Path) -> Path:
    path = tmp_path / "cgroup"
    path.write_text(SCOPE)
    return path


@pytest.fixture(autouse=True)
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody special: what root leaves running is left alone."""
    monkeypatch.setattr(os, "getuid", lambda: 1000)


def configure(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.mark.parametrize(
    ("files", "is_threatened"),
    [
        ({}, False),
        ({"etc/systemd/logind.conf": "[Login]\n#KillUserProcesses=yes\n"}, False),
        ({"etc/systemd/logind.conf": "[Login]\nKillUserProcesses=yes\n"}, True),
        (
            {
                "etc/systemd/logind.conf": "[Login]\nKillUserProcesses=yes\n",
                "etc/systemd/logind.conf.d/90-keep.conf": "[Login]\nKillUserProcesses=no\n",
            },
            False,
        ),
        ({"usr/lib/systemd/logind.conf.d/10-site.conf": "[Login]\nKillUserProcesses=1\n"}, True),
        ({"etc/systemd/logind.conf": "no settings at all"}, False),
    ],
)
def test_it_is_as_the_login_manager_is_set(
    cgroup: Path, tmp_path: Path, files: dict[str, str], is_threatened: bool
) -> None:
    for path, text in files.items():
        configure(tmp_path, path, text)
    assert ("KillUserProcesses=yes" in logind.threat(cgroup, tmp_path)) == is_threatened


def test_what_is_no_part_of_a_login_lives_on(cgroup: Path, tmp_path: Path) -> None:
    configure(tmp_path, "etc/systemd/logind.conf", "[Login]\nKillUserProcesses=yes\n")
    cgroup.write_text("0::/system.slice/makemore.service\n")
    assert logind.threat(cgroup, tmp_path) == ""
    assert logind.threat(tmp_path / "none", tmp_path) == ""


def test_a_users_own_manager_ends_with_the_last_login_unless_it_lingers(
    cgroup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cgroup.write_text("0::/user.slice/user-1000.slice/user@1000.service/app.slice/run.scope\n")
    monkeypatch.setattr(logind, "lingers", lambda: False)
    assert "enable-linger keeps it" in logind.threat(cgroup, tmp_path)
    monkeypatch.setattr(logind, "lingers", lambda: True)
    assert logind.threat(cgroup, tmp_path) == ""
