"""What a step is computed with: equal arithmetic gives equal weights, to the last bit."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path
from typing import get_args

import torch

from engine.protocol import GradientPath, Optimizer, Settings
from engine.training.recipe import Arithmetic

KERNELS = {
    f"{gradient} {optimizer}": 1
    for gradient in get_args(GradientPath)
    for optimizer in get_args(Optimizer)
} | {"counts plain": 2}
"""Version of each gradient path with what becomes of its gradient: it rises when the order of the
operations changes, for then the last bits of W do. In its second, plain descent by the counts
scales W as it adds to it."""


def arithmetic(settings: Settings, device: torch.device) -> Arithmetic:
    """Say what steps are computed with under some settings, here and now."""
    kind = device.type
    model = torch.cuda.get_device_name(device) if kind == "cuda" else _processor()
    capability = torch.backends.cpu.get_cpu_capability()
    if kind == "cuda":
        capability = "sm_{}{}".format(*torch.cuda.get_device_capability(device))
    kernel = f"{settings.gradient} {settings.optimizer}"
    return Arithmetic(
        kernel=kernel,
        version=KERNELS[kernel],
        torch=str(torch.__version__),
        device=f"{kind} {model}",
        capability=capability,
        threads=torch.get_num_threads(),
    )


@cache
def _processor() -> str:
    """Model of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())
