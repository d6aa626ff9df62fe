"""Torch's libraries, loaded without keeping the interpreter.

An import keeps the interpreter to itself while the system loads a library: for torch a third of a
second, in which no key is heard. Called as a foreign function, the loader lets go of it, and the
import that follows finds everything loaded.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

LIBRARIES = ("torch_global_deps", "torch_cpu", "torch_python")
"""In the order in which torch loads them."""


def preload() -> None:
    """Load what `import torch` is about to load; what cannot be loaded is left to the import."""
    import ctypes

    spec = find_spec("torch")
    if os.name != "posix" or spec is None or spec.origin is None:
        return
    loader = getattr(ctypes.CDLL(None), "dlopen", None)
    if loader is None:  # A system that loads libraries in another way.
        return
    loader.argtypes, loader.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    folder = Path(spec.origin).parent / "lib"
    for name in LIBRARIES:
        # As torch does it: what all others need is open to all, and at once.
        is_shared = name == "torch_global_deps"
        mode = os.RTLD_GLOBAL | os.RTLD_NOW if is_shared else os.RTLD_LOCAL | os.RTLD_LAZY
        for library in folder.glob(f"lib{name}.*"):
            loader(os.fsencode(library), mode)
