"""Ways to take a step of gradient descent by the counts: microseconds, and what each holds up.

Run it on a machine that does nothing else, from the project's folder:

    python -m tests.bench.steps [WAY ...]

All take turns. A figure is the median of the processor's time a step, of all threads together, as
the engine shares out a large table; beside it, what passes on the clock while another thread is
busy with Python, as a screen can be. Ways that need
what is not installed are left out. Not part of the test run.
"""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.models import descent

SHAPES = ((27, 27), (60, 60), (300, 300), (1000, 1000), (603, 27))
"""Of W: alphabets of 27 to 1,000 symbols, and the contexts of names at order 3."""

AT_ONCE = 16
"""Steps that are unrolled, where a way unrolls them: as many as from one loss to the next."""

CHECKED = 3 * AT_ONCE
"""Steps after which W is held against that of float64."""

TURNS, CELLS = 9, 2_000_000
"""Turns of each way, and cells that a turn goes over."""

Way = Callable[[Tensor, int], None]

Matrix = npt.NDArray[np.float32]

STEPS_IN_C = r"""
#include <math.h>
void steps(float *w, float *e, const float *pull, const float *push, float keep, int rows, int size,
           int count) {
  while (count--)
    for (int i = 0; i < rows; i++) {
      float *row = w + (long)i * size, most = row[0], sum = 0;
      for (int j = 1; j < size; j++) most = row[j] > most ? row[j] : most;
      for (int j = 0; j < size; j++) e[j] = expf(row[j] - most);
      for (int j = 0; j < size; j++) sum += e[j];
      float share = push[i] / sum;
      for (int j = 0; j < size; j++)
        row[j] = keep * row[j] + pull[(long)i * size + j] + share * e[j];
    }
}
"""


@dataclass
class Case:
    """A table to descend on, at the rate and regularization that the app begins with."""

    rows: int
    size: int

    def __post_init__(self) -> None:
        generator = torch.Generator().manual_seed(1)
        shape, rate, regularization = (self.rows, self.size), 50.0, 0.01
        shares = torch.rand(shape, generator=generator, dtype=torch.float64) ** 8
        shares /= shares.sum()
        self.first = torch.randn(shape, generator=generator)
        self.p = torch.empty(shape)
        self.pull = (rate * shares).float()
        self.push = (-rate * shares.sum(1, keepdim=True)).float()
        self.keep = 1 - 2 * rate * regularization / self.first.numel()

    def exact(self, steps: int) -> Tensor:
        """W after so many steps, float64."""
        w, pull, push = self.first.double(), self.pull.double(), self.push.double()
        for _ in range(steps):
            w = self.keep * w + pull + push * torch.softmax(w, 1)
        return w

    def one(self, w: Tensor) -> Tensor:
        """A step, as compilers are given it."""
        return self.keep * w + self.pull + self.push * torch.softmax(w, 1)


def scripted(case: Case) -> Way:
    """What the engine takes; a large table in pieces that stay in the cache."""
    return _of_functions(case, descent.functions())


def eager(case: Case) -> Way:
    """What it takes where there is no TorchScript."""
    return _of_functions(case, descent.PLAIN)


def _of_functions(case: Case, functions: descent.Functions) -> Way:
    def go(w: Tensor, steps: int) -> None:
        with torch.inference_mode():
            functions.update(w, case.p, case.pull, case.push, case.keep, steps)

    return go


def in_four(case: Case) -> Way:
    """One operation more, W is scaled apart from what is added; and over all rows, large or not."""

    def go(w: Tensor, steps: int) -> None:
        with torch.inference_mode():
            for _ in range(steps):
                torch.softmax(w, 1, out=case.p)
                w.mul_(case.keep).add_(case.pull).addcmul_(case.p, case.push)

    return go


def by_numpy(case: Case) -> Way:
    """All in place; the maximum of each row is taken off, as torch does."""
    pull, push, keep = case.pull.numpy(), case.push.numpy(), np.float32(case.keep)
    p, of_row = np.empty_like(pull), np.empty_like(push)

    def go(w: Tensor, steps: int) -> None:
        table = w.numpy()
        for _ in range(steps):
            np.max(table, 1, out=of_row, keepdims=True)
            np.subtract(table, of_row, out=p)
            np.exp(p, out=p)
            np.sum(p, 1, out=of_row, keepdims=True)
            np.divide(push, of_row, out=of_row)
            np.multiply(p, of_row, out=p)
            np.multiply(table, keep, out=table)
            np.add(table, pull, out=table)
            np.add(table, p, out=table)

    return go


def by_numba(case: Case) -> Way:
    """Row by row in a compiled loop that lets go of the interpreter's lock."""
    import numba  # type: ignore[import-not-found, unused-ignore]

    def loop(
        w: Matrix, e: Matrix, pull: Matrix, push: Matrix, keep: np.float32, steps: int
    ) -> None:
        for _ in range(steps):
            for i in range(len(w)):
                most = w[i].max()
                total = np.float32(0)
                for j in range(len(e)):
                    e[j] = np.exp(w[i, j] - most)
                    total += e[j]
                share = push[i, 0] / total
                for j in range(len(e)):
                    w[i, j] = keep * w[i, j] + pull[i, j] + share * e[j]

    compiled = numba.njit(nogil=True, fastmath=True)(loop)
    e, keep = np.empty(case.size, np.float32), np.float32(case.keep)

    def go(w: Tensor, steps: int) -> None:
        compiled(w.numpy(), e, case.pull.numpy(), case.push.numpy(), keep, steps)

    return go


def by_c(case: Case) -> Way:
    """A small library, built as it is loaded."""
    folder = Path(tempfile.mkdtemp())
    source, made, library = (folder / f"steps.{kind}" for kind in ("c", "o", "so"))
    source.write_text(STEPS_IN_C)
    quick = ["-O3", "-march=native", "-ffast-math", "-fPIC"]
    subprocess.run(["gcc", *quick, "-c", str(source), "-o", str(made)], check=True)
    # Linked with these, it would have the whole process take small numbers for nought.
    subprocess.run(["gcc", "-shared", str(made), "-lmvec", "-lm", "-o", str(library)], check=True)
    steps_of = ctypes.CDLL(str(library)).steps
    shutil.rmtree(folder)
    pointers, whole = [ctypes.c_void_p] * 4, [ctypes.c_int] * 3
    steps_of.argtypes = [*pointers, ctypes.c_float, *whole]
    others = [t.data_ptr() for t in (case.p, case.pull, case.push)]

    def go(w: Tensor, steps: int) -> None:
        steps_of(w.data_ptr(), *others, case.keep, case.rows, case.size, steps)

    return go


def compiled(case: Case) -> Way:
    """`torch.compile`, a block of steps a call; needs a compiler of C++ on the user's machine."""

    def block(w: Tensor) -> None:
        after = w
        for _ in range(AT_ONCE):
            after = case.one(after)
        w.copy_(after)

    call = torch.compile(block, fullgraph=True, dynamic=False)

    def go(w: Tensor, steps: int) -> None:
        with torch.no_grad():
            for _ in range(steps // AT_ONCE):
                call(w)

    return go


class _Block(torch.nn.Module):
    """A block of steps, as a program that can be exported."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case

    def forward(self, w: Tensor) -> Tensor:
        """W after the block."""
        for _ in range(AT_ONCE):
            w = self._case.one(w)
        return w


def ahead(case: Case) -> Way:
    """AOTInductor, a block of steps a call; built once, but for each shape and each processor."""
    program = torch.export.export(_Block(case), (case.first.clone(),))
    folder = Path(tempfile.mkdtemp())
    package = torch._inductor.aoti_compile_and_package(
        program, package_path=str(folder / "block.pt2")
    )
    call = torch._inductor.aoti_load_package(package)
    shutil.rmtree(folder)

    def go(w: Tensor, steps: int) -> None:
        with torch.no_grad():
            for _ in range(steps // AT_ONCE):
                w.copy_(call(w))

    return go


WAYS: dict[str, tuple[Callable[[Case], Way], str]] = {
    "scripted": (scripted, ""),
    "eager": (eager, ""),
    "four": (in_four, ""),
    "numpy": (by_numpy, ""),
    "numba": (by_numba, "numba"),
    "c": (by_c, "gcc"),
    "compile": (compiled, "g++"),
    "ahead": (ahead, "g++"),
}
"""Each way, and what it needs beside the app's own: a module, or a program."""


def is_there(needed: str) -> bool:
    """Whether what a way needs is installed."""
    return not needed or bool(shutil.which(needed) or importlib.util.find_spec(needed))


@contextmanager
def busy() -> Iterator[None]:
    """Another thread computes in Python, and never waits."""
    has_ended = threading.Event()

    def work() -> None:
        while not has_ended.is_set():
            sum(range(50))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join()


def turns(case: Case, ways: dict[str, Way], clock: Callable[[], float]) -> dict[str, float]:
    """Microseconds a step of each way by a clock, in turns; the median."""
    steps = max(1, CELLS // case.first.numel() // AT_ONCE) * AT_ONCE
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, go in ways.items():
            w = case.first.clone()
            start = clock()
            go(w, steps)
            times[name].append((clock() - start) / steps * 1e6)
    return {name: statistics.median(of_way) for name, of_way in times.items()}


def measure(case: Case, names: list[str]) -> Iterator[str]:
    """The lines of a shape."""
    exact, ways, starts, off = case.exact(CHECKED), {}, {}, {}
    for name in names:
        start = time.perf_counter()
        ways[name] = WAYS[name][0](case)
        w = case.first.clone()
        ways[name](w, CHECKED)
        starts[name] = time.perf_counter() - start
        off[name] = float((w - exact).abs().max())
    alone = turns(case, ways, time.process_time)
    with busy():
        beside = turns(case, ways, time.perf_counter)
    for name in names:
        yield (
            f"{case.rows:>5} × {case.size:<5} {name:<9} {alone[name]:>10.2f} µs "
            f"{beside[name]:>10.2f} µs  ready in {starts[name]:>6.2f} s  off by {off[name]:.0e}"
        )


def main() -> None:
    """Print a line for each shape and way."""
    torch.set_num_threads(1)
    names = sys.argv[1:] or [name for name, (_, needed) in WAYS.items() if is_there(needed)]
    print("      W       way        a step alone  beside Python")  # noqa: T201
    for rows, size in SHAPES:
        for line in measure(Case(rows, size), names):
            print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
