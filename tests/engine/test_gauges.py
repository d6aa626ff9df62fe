"""Gauges of the machine: what is told, what is not and why, and that nobody measures unasked."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine import Session
from engine.machine import gauges as module
from engine.machine.cards import Held, read_cards
from engine.machine.gauges import Gauges
from engine.machine.processor import LEAST, ProcessorGauge
from engine.protocol import GraphicsCard, MachineTold, TellMachine
from tests.conftest import act

GB = 1_000_000_000


class NVMLError(Exception):
    """What the library raises."""


class Driver:
    """A pynvml of two cards, of which some functions can be made to fail."""

    NVMLError = NVMLError
    NVML_TEMPERATURE_GPU = 0

    def __init__(self) -> None:
        self.failing: dict[str, str] = {}
        """What a function raises, by its name; of one that is missing, nothing."""
        self.processes: list[Any] = []
        self.calls: list[str] = []
        self.mig = 0

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
        get = super().__getattribute__
        if not name.startswith("nvml"):
            return get(name)
        get("calls").append(name)
        reason = get("failing").get(name)
        if reason == "":
            raise AttributeError(name)
        if reason is not None:

            def fail(*_: object) -> None:
                raise NVMLError(reason)

            return fail
        return get(name)

    def nvmlInit(self) -> None: ...

    def nvmlShutdown(self) -> None: ...

    def nvmlDeviceGetCount(self) -> int:
        return 2

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        return index

    def nvmlDeviceGetName(self, handle: int) -> str | bytes:
        return ("NVIDIA H100 80GB", b"NVIDIA A2\x1b[2J")[handle]

    def nvmlDeviceGetUUID(self, handle: int) -> str:
        return f"GPU-{handle}{handle}"

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> object:
        return SimpleNamespace(gpu=37, memory=12)

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> object:
        return SimpleNamespace(used=3 * GB, total=80 * GB)

    def nvmlDeviceGetTemperature(self, handle: int, kind: int) -> int:
        return 61

    def nvmlDeviceGetPowerUsage(self, handle: int) -> int:
        return 212_500

    def nvmlDeviceGetEnforcedPowerLimit(self, handle: int) -> int:
        return 700_000

    def nvmlDeviceGetComputeRunningProcesses(self, handle: int) -> list[Any]:
        return self.processes if handle == 0 else []

    def nvmlDeviceGetMigMode(self, handle: int) -> list[int]:
        return [self.mig, self.mig]


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Driver:
    """A machine with two cards."""
    made = Driver()
    monkeypatch.setitem(sys.modules, "pynvml", made)
    monkeypatch.setattr(module, "DRIVER", tmp_path)
    monkeypatch.setattr(module, "EVERY", 0.01)
    return made


@pytest.fixture
def gauges() -> Iterator[Gauges]:
    made = Gauges()
    yield made
    made.close()


def whole(gauges: Gauges, held: Held | None = None) -> MachineTold:
    """What is told once all has been measured."""
    end = time.monotonic() + 10
    while not (told := gauges.tell(TellMachine(), held)).is_whole:
        assert time.monotonic() < end
        time.sleep(0.01)
    return told


# Cards


def test_a_card_is_told_with_all_its_figures(driver: Driver) -> None:
    driver.processes = [SimpleNamespace(pid=os.getpid(), usedGpuMemory=2 * GB)]
    first, second = read_cards(driver, Held("00", 1 * GB))
    assert first == GraphicsCard(
        index=0,
        name="NVIDIA H100 80GB",
        is_own=True,
        use=0.37,
        own_memory=2 * GB,
        memory=3 * GB,
        all_memory=80 * GB,
        temperature=61.0,
        power=212.5,
        most_power=700.0,
    )
    assert (second.name, second.is_own, second.own_memory) == ("NVIDIA A2[2J", False, 0)


def test_in_a_container_where_no_process_is_ours_torch_says_what_it_has_taken(
    driver: Driver,
) -> None:
    driver.processes = [SimpleNamespace(pid=-1, usedGpuMemory=2 * GB)]
    card, _ = read_cards(driver, Held("00", 1 * GB))
    assert card.own_memory == 1 * GB
    driver.failing["nvmlDeviceGetComputeRunningProcesses"] = "Insufficient Permissions"
    card, _ = read_cards(driver, Held("00", 1 * GB))
    assert (card.own_memory, card.untold) == (1 * GB, ())
    card, _ = read_cards(driver, None)
    assert card.own_memory is None
    assert card.untold == ("The driver does not tell own memory: Insufficient Permissions.",)


def test_what_a_parted_card_does_not_tell_is_said_to_be_because_of_that(driver: Driver) -> None:
    driver.mig = 1
    driver.failing = dict.fromkeys(
        ("nvmlDeviceGetUtilizationRates", "nvmlDeviceGetPowerUsage"), "Not Supported"
    )
    card, _ = read_cards(driver, None)
    assert math.isnan(card.use)
    assert math.isnan(card.power)
    assert card.temperature == 61
    said = "The driver does not tell use and power: Not Supported; the card is parted (MIG)."
    assert card.untold == (said,)


def test_a_function_that_the_module_lacks_is_not_told_and_the_rest_is(driver: Driver) -> None:
    driver.failing = {"nvmlDeviceGetEnforcedPowerLimit": "", "nvmlDeviceGetMigMode": ""}
    card, _ = read_cards(driver, None)
    assert math.isnan(card.most_power)
    assert card.power == 212.5
    assert card.untold == ("The driver does not tell power limit: pynvml is too old.",)


def test_a_card_that_is_lost_does_not_hide_the_others(driver: Driver) -> None:
    driver.failing["nvmlDeviceGetHandleByIndex"] = "GPU is lost"
    cards = read_cards(driver, None)
    assert [card.name for card in cards] == ["card 0", "card 1"]
    assert cards[0].untold == ("The driver does not tell anything: GPU is lost.",)


# Why there is none


def test_a_machine_without_a_driver_says_so(gauges: Gauges, driver: Driver, tmp_path: Path) -> None:
    driver.failing["nvmlInit"] = "Driver Not Loaded"
    said = "NVIDIA's driver tells nothing: Driver Not Loaded."
    assert whole(gauges).no_cards == said


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is not known")
def test_where_linux_has_no_driver_no_module_is_asked_for(
    gauges: Gauges, driver: Driver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "DRIVER", tmp_path / "none")
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert whole(gauges).no_cards == "There is no NVIDIA driver on this machine."


def test_without_the_module_it_is_said_how_to_have_it(
    gauges: Gauges, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert "pip install 'makemore-tui[gpu]'" in whole(gauges).no_cards


def test_a_driver_that_fails_later_is_told_and_asked_again(gauges: Gauges, driver: Driver) -> None:
    assert len(whole(gauges).cards) == 2
    driver.failing["nvmlDeviceGetCount"] = "Unknown Error"
    end = time.monotonic() + 10
    while not (told := whole(gauges)).no_cards:
        assert time.monotonic() < end
    assert told.no_cards == "The driver does not tell its cards: Unknown Error."
    driver.failing.clear()
    while not whole(gauges).cards:
        assert time.monotonic() < end


# Who asks


def test_nothing_is_measured_until_somebody_asks_nor_when_nobody_does_any_more(
    gauges: Gauges, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not driver.calls
    monkeypatch.setattr(module, "UNASKED", 0.1)
    assert whole(gauges).cards
    thread = next(each for each in threading.enumerate() if each.name == "gauges")
    thread.join(10)
    assert not thread.is_alive()
    assert driver.calls[-1] == "nvmlShutdown"
    assert whole(gauges).cards, "and it is measured again for who comes later"


def test_the_engine_tells_without_words_and_without_torch(driver: Driver) -> None:
    session = Session()
    (told,) = session.handle(TellMachine(request=7))
    assert isinstance(told, MachineTold)
    assert told.command.request == 7
    assert not session.is_busy, "nothing is waited for"
    session.close(1.0)


def test_a_run_on_the_cpu_holds_no_card(session: Session) -> None:
    (told,) = act(session, TellMachine())
    assert isinstance(told, MachineTold)
    assert session.runs is not None
    assert session.runs.held is None


# The processor


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """What Linux tells of itself."""
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "statm").write_text("9000 250 100 1 0 900 0")
    (tmp_path / "meminfo").write_text(
        "MemTotal:  4000 kB\nMemFree: 100 kB\nMemAvailable: 1000 kB\nHugePages_Total: 0\n"
    )
    (tmp_path / "stat").write_text("cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1\n")
    return tmp_path


def give_clock(monkeypatch: pytest.MonkeyPatch, **clocks: Callable[[], float]) -> None:
    """Give the gauge clocks of its own: other threads look at the clock, too."""
    its_own = SimpleNamespace(**vars(time) | clocks)
    monkeypatch.setattr("engine.machine.processor.time", its_own)


def test_the_use_of_the_processor_is_that_between_two_looks(
    proc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, own = iter((10.0, 12.0)), iter((5.0, 8.0))
    give_clock(monkeypatch, monotonic=lambda: next(clock), process_time=lambda: next(own))
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    gauge = ProcessorGauge(proc)
    first = gauge.read()
    assert math.isnan(first.own_use)
    assert math.isnan(first.use)
    # 150 ticks busy of 200.
    (proc / "stat").write_text("cpu  200 10 140 725 125 0 0 0 0 0\n")
    second = gauge.read()
    assert (second.cores, second.own_use, second.use) == (4, 1.5, 3.0)
    assert second.own_memory == 250 * os.sysconf("SC_PAGE_SIZE")
    assert (second.memory, second.all_memory) == (3000 << 10, 4000 << 10)


def test_two_looks_at_once_are_one(proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((10.0, 10.0 + LEAST / 2))
    give_clock(monkeypatch, monotonic=lambda: next(clock))
    gauge = ProcessorGauge(proc)
    assert gauge.read() is gauge.read()


def test_where_the_system_does_not_say_nothing_is_told(tmp_path: Path) -> None:
    told = ProcessorGauge(tmp_path).read()
    assert math.isnan(told.use)
    assert told.own_memory is told.memory is None
    (tmp_path / "meminfo").write_text("MemTotal: many\n")
    (tmp_path / "stat").write_text("\n")
    assert ProcessorGauge(tmp_path).read().memory is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere less is told")
def test_linux_tells_all_of_its_processor(gauges: Gauges) -> None:
    processor = whole(gauges).processor
    assert 0 <= processor.own_use <= processor.cores + 1
    assert processor.own_memory is not None
    assert processor.memory is not None
    assert processor.all_memory is not None
    assert 1_000_000 < processor.own_memory < processor.all_memory


@pytest.mark.slow
def test_whoever_does_not_ask_does_not_even_import_them() -> None:
    code = (
        "import sys, engine.session, engine.training.objectives, tui.app\n"
        "theirs = ('engine.machine', 'tui.machine', 'pynvml')\n"
        "print([name for name in sys.modules if name.startswith(theirs)])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
