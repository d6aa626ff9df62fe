"""Which signals end the program and which have it save the run: each that a system warns by."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tui.terminal.signals import Signals


@pytest.fixture
def heard(name: str) -> Iterator[None]:
    """A signal that is heard, though who runs the tests may ignore it, as nohup does."""
    number = signal.Signals[name]
    before = signal.getsignal(number)
    if before is signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)
    yield
    signal.signal(number, before)


def there_are(*names: str) -> list[str]:
    """Those of these signals that this system has."""
    return [name for name in names if hasattr(signal, name)]


@pytest.mark.parametrize(
    "name", there_are("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGXCPU", "SIGALRM")
)
def test_the_first_signal_that_ends_counts_and_none_saves_behind_it(name: str, heard: None) -> None:
    number = signal.Signals[name]
    before, ended, saved = signal.getsignal(number), list[int](), list[str]()
    with Signals(ended.append, lambda: saved.append(name)) as signals:
        assert callable(signal.getsignal(number)), "nobody hears it"
        for one in (number, number, *map(signal.Signals.__getitem__, there_are("SIGUSR1"))):
            signal.raise_signal(one)
        assert signals.came()
        assert (signals.number, ended, saved) == (number, [number], [])
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("name", there_are("SIGUSR1", "SIGUSR2"))
def test_a_warning_saves_each_time_and_does_not_end(name: str, heard: None) -> None:
    saved = list[str]()
    with Signals(on_save=lambda: saved.append(name)) as signals:
        assert callable(signal.getsignal(signal.Signals[name])), "nobody hears it"
        for _ in range(2):
            signal.raise_signal(signal.Signals[name])
        assert not signals.came()
    assert saved == [name, name]


def test_what_is_ignored_on_purpose_stays_ignored() -> None:
    """As the end of a terminal is by nohup."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with Signals() as signals:
            signal.raise_signal(signal.SIGTERM)
            assert not signals.came()
    finally:
        signal.signal(signal.SIGTERM, before)
