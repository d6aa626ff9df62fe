"""What NVIDIA's driver tells of its cards, through the library that it comes with (NVML).

Much of it may not be told: of a card that is parted (MIG) no use, in a container not which process
is ours, by an old driver not what newer ones know. Then it is said what is missing, and why.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any

from engine.protocol import GraphicsCard
from engine.records import record


@record
class Held:
    """The card that W lives on."""

    uuid: str
    memory: int
    """Bytes that torch has taken there: for where the driver does not know this process."""


def read_cards(nvml: Any, held: Held | None) -> tuple[GraphicsCard, ...]:  # noqa: ANN401
    """Ask the driver for all cards.

    Args:
        nvml: the module pynvml, which has no types, initialised.
        held: the card that W lives on, if it lives on one.

    Raises:
        nvml.NVMLError: not even the number of cards is told.
    """
    return tuple(_card(nvml, index, held) for index in range(nvml.nvmlDeviceGetCount()))


def _card(nvml: Any, index: int, held: Held | None) -> GraphicsCard:  # noqa: ANN401
    missing: dict[str, list[str]] = {}

    def told(what: str, ask: Callable[[], Any]) -> Any:  # noqa: ANN401
        """What is asked for, or nothing, and a note of why."""
        try:
            return ask()
        except (nvml.NVMLError, AttributeError) as error:
            # An attribute is missing where the module is older than what is asked for.
            reason = str(error) if isinstance(error, nvml.NVMLError) else "pynvml is too old"
            missing.setdefault(reason, []).append(what)
            return None

    handle = told("anything", lambda: nvml.nvmlDeviceGetHandleByIndex(index))
    if handle is None:
        return GraphicsCard(index, f"card {index}", untold=_sentences(missing, is_parted=False))
    name = told("name", lambda: nvml.nvmlDeviceGetName(handle))
    uuid = told("identity", lambda: nvml.nvmlDeviceGetUUID(handle))
    rates = told("use", lambda: nvml.nvmlDeviceGetUtilizationRates(handle))
    memory = told("memory", lambda: nvml.nvmlDeviceGetMemoryInfo(handle))
    kind = getattr(nvml, "NVML_TEMPERATURE_GPU", 0)
    heat = told("temperature", lambda: nvml.nvmlDeviceGetTemperature(handle, kind))
    power = told("power", lambda: nvml.nvmlDeviceGetPowerUsage(handle))
    most = told("power limit", lambda: nvml.nvmlDeviceGetEnforcedPowerLimit(handle))
    processes = told("own memory", lambda: nvml.nvmlDeviceGetComputeRunningProcesses(handle))
    is_own = held is not None and uuid is not None and _text(uuid).endswith(held.uuid)
    own = next((each.usedGpuMemory for each in processes or () if each.pid == os.getpid()), None)
    if is_own and own is None and held is not None:
        own = held.memory
    if own is not None:
        missing = {why: [w for w in what if w != "own memory"] for why, what in missing.items()}
    return GraphicsCard(
        index=index,
        name=f"card {index}" if name is None else _text(name),
        is_own=is_own,
        use=math.nan if rates is None else rates.gpu / 100,
        own_memory=own if own is not None or processes is None else 0,
        memory=None if memory is None else memory.used,
        all_memory=None if memory is None else memory.total,
        temperature=math.nan if heat is None else float(heat),
        power=math.nan if power is None else power / 1000,
        most_power=math.nan if most is None else most / 1000,
        untold=_sentences(missing, is_parted=_is_parted(nvml, handle)),
    )


def _is_parted(nvml: Any, handle: Any) -> bool:  # noqa: ANN401
    """Whether a card is parted among several users (MIG)."""
    try:
        return bool(nvml.nvmlDeviceGetMigMode(handle)[0])
    except (nvml.NVMLError, AttributeError):
        return False


def _sentences(missing: dict[str, list[str]], *, is_parted: bool) -> tuple[str, ...]:
    """Say what is not told, by why."""
    parted = "; the card is parted (MIG)" if is_parted else ""
    return tuple(
        f"The driver does not tell {_listed(what)}: {reason.rstrip('.')}{parted}."
        for reason, what in missing.items()
        if what
    )


def _listed(what: list[str]) -> str:
    *others, last = what
    return f"{', '.join(others)} and {last}" if others else last


def _text(told: str | bytes) -> str:
    """A text of the driver's, which was bytes once, without what could upset a terminal."""
    text = told.decode(errors="replace") if isinstance(told, bytes) else told
    return "".join(filter(str.isprintable, text))
