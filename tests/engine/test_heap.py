"""What is taken of the system is taken from one heap, whichever thread wants it."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

HEAPS = """
import ctypes, os, re, sys, threading
from engine.waking import share_one_heap

libc = ctypes.CDLL(None)
if sys.argv[1:]:
    share_one_heap()
held = threading.Barrier(5)

def take():
    libc.malloc(50_000)
    held.wait()

threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads:
    thread.start()
held.wait()
told = os.memfd_create("heaps")
libc.fdopen.restype, libc.malloc_info.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)
file = ctypes.c_void_p(libc.fdopen(os.dup(told), b"w"))
libc.malloc_info(0, file)
libc.fflush(file)
print(len(re.findall(b"<heap nr", os.pread(told, 1 << 20, 0))))
"""
"""Says how many heaps there are once four threads have taken something."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the heaps are those of glibc")
def test_threads_share_one_heap() -> None:
    def heaps(*arguments: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", HEAPS, *arguments], capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    assert heaps() > 1
    assert heaps("shared") == 1
