"""What is found of the machine: Python, libraries, torch, what computes."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from importlib import metadata

from tui.shell.doctor.findings import Finding, asked

GROUP = "machine"

LIBRARIES = ("textual", "plotext", "numpy", "safetensors", "msgspec", "click", "platformdirs")

EXTRAS = {"figures": "matplotlib", "tensorboard": "tensorboard", "gpu": "nvidia-ml-py"}
"""What need not be there, and what it stands on."""

PATIENCE = 60.0
"""Seconds that the import of torch may take: it is a cold disk's first reading of a gigabyte."""

DRIVER = 5.0
"""Seconds that a driver may take to answer."""

TELLING = """
import json, torch
cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
told = {
    "version": str(torch.__version__),
    "cuda": torch.version.cuda,
    "cards": [torch.cuda.get_device_name(i) for i in range(cards)],
    "mps": torch.backends.mps.is_available(),
}
print(json.dumps(told))
"""
"""What a Python of its own is asked of torch: one that is broken takes that one along, not us."""


def findings() -> Iterator[Finding]:
    """All of it; torch is imported in a process of its own."""
    own = _version("makemore-tui") or "run from its source"
    yield Finding(GROUP, "makemore-tui", own)
    yield _python()
    yield _libraries()
    there = [name for name, library in EXTRAS.items() if _version(library)]
    left = [name for name in EXTRAS if name not in there]
    lacking = f"not {', '.join(left)}; pip install 'makemore-tui[{left[0]}]'" if left else ""
    yield Finding(GROUP, "extras", "; ".join(filter(None, [", ".join(there), lacking])))
    yield from _torch()


def _version(library: str) -> str | None:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def _python() -> Finding:
    found = f"{platform.python_version()}, {platform.system()} {platform.machine()}"
    found += f", {os.cpu_count()} CPUs"
    return Finding(GROUP, "Python", found)


def _libraries() -> Finding:
    versions = {name: _version(name) for name in LIBRARIES}
    found = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    if lacking := [name for name, version in versions.items() if version is None]:
        fix = "Install makemore-tui again."
        return Finding(GROUP, "libraries", f"{found}; not {', '.join(lacking)}", "bad", fix)
    return Finding(GROUP, "libraries", found)


def _torch() -> Iterator[Finding]:
    version = _version("torch")
    code, text = asked([sys.executable, "-c", TELLING], PATIENCE)
    try:
        told = json.loads(text.splitlines()[-1]) if code == 0 else None
    except (ValueError, IndexError):
        told = None
    if not isinstance(told, dict):
        cause = (text.splitlines() or ["no reason given"])[-1][:200]
        found = f"{version or 'not installed'}; it cannot be imported: {cause}"
        fix = "Counting works without it; install torch again to train and to draw names."
        yield Finding(GROUP, "torch", found, "bad", fix)
        yield _driver(None)
        return
    build = f"CUDA {told['cuda']}" if told["cuda"] else "no CUDA in this build"
    yield Finding(GROUP, "torch", f"{told['version']}, {build}")
    if told["mps"]:
        yield Finding(GROUP, "devices", "cpu, mps")
    elif told["cards"]:
        yield Finding(GROUP, "devices", f"cpu, {', '.join(told['cards'])}")
    else:
        yield _driver(told["cuda"])


def _driver(cuda: str | None) -> Finding:
    """The cards that the driver knows, where torch finds none."""
    ask = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    code, text = asked(ask, DRIVER)
    cards = [line.replace(", ", ", driver ") for line in text.splitlines()] if code == 0 else []
    if not cards:
        return Finding(GROUP, "devices", "cpu")
    fix = (
        "Its driver may be too old for that CUDA; a newer one, or an older torch, would see it."
        if cuda
        else "Small tables are trained faster on the CPU; a build of torch with CUDA would see it."
    )
    return Finding(GROUP, "devices", f"cpu; torch does not see {'; '.join(cards)}", "note", fix)
