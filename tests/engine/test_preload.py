"""What `import torch` would load is loaded before it, and the import is none the worse for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import sys
from engine.preload import preload
preload()
assert "torch" not in sys.modules
print("libtorch_python" in open("/proc/self/maps").read())
import torch
print(torch.ones(2).sum().item())
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what is loaded cannot be seen")
def test_the_libraries_are_loaded_and_torch_is_not_yet_imported() -> None:
    run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "2.0"]
    assert run.stderr == ""
