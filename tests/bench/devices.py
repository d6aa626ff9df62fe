"""Measures what a graphics card is worth: `python -m tests.bench.devices`.

Steps a second of training, as the app takes them: every 16th is evaluated on the CPU, where the
weights are kept, too. Names a second of the engine, which draws on the CPU, spells, weighs and
looks each up among the words; and of a bare loop that only draws, on the CPU and on the card. On a
machine without a card there is the CPU's column alone.

    python -m tests.bench.devices --orders 2,3 --symbols 27 --batches 10,1000 --seconds 0.3
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from engine.models.contextual import count
from engine.models.counts import count_all
from engine.models.devices import at_work, choose_device, name_of
from engine.models.likelihood import CountTable
from engine.models.ngrams import contexts
from engine.models.ngrams.levels import Levels
from engine.models.ngrams.model import CountModel
from engine.models.ngrams.smoothing import AddK
from engine.models.objective import Objective
from engine.protocol import Device, Refusal, Sample, Settings
from engine.sampling.sampler import parts
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset, finish, load_all
from engine.words.membership import Known
from engine.words.order import encode

CPU = torch.device("cpu")

WORDS = 30_000
"""Words that are made up for an alphabet other than that of names."""

BLOCK = 64
"""Steps between two looks at the clock."""


def words_of(symbols: int, folder: str) -> Dataset:
    """Words of an alphabet of a size, the boundary counted: names, or words that are made up."""
    if symbols == 27:
        return load_all(None)
    letters = [chr(0x4E00 + i) for i in range(symbols - 1)]
    likely = [1 / (i + 1) for i in range(symbols - 1)]
    draw = random.Random(symbols)
    words = ["".join(draw.choices(letters, likely, k=draw.randint(3, 9))) for _ in range(WORDS)]
    # So that every letter is there.
    path = Path(folder, f"{symbols}.txt")
    path.write_text("\n".join([*words, *letters]) + "\n", encoding="utf-8")
    return load_all(str(path))


def objective_of(dataset: Dataset, order: int) -> Objective:
    """What a network of an order is trained on; Refusal if its table would be too large."""
    if Settings(order=order, dots=order - 1).is_bigram:
        return Objective(count_all(dataset.words, dataset.vocabulary))
    return finish(count(dataset, lambda: encode(dataset), order, order - 1, "none"))


def steps_a_second(objective: Objective, order: int, device: Device, seconds: float) -> float:
    """Train for so many seconds, after a block that is not counted: kernels are loaded with it."""
    settings = Settings(order=order, dots=order - 1, device=device)
    run = Trainer(objective, settings)
    run.advance(16)
    begun, start = run.step, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds or run.step == begun:
        if run.advance(BLOCK) == "failed":
            raise Refusal(run.fault)
    return (run.step - begun) / passed


def engine_names(dataset: Dataset, order: int, number: int) -> float:
    """Names a second of the engine's own batch, from counts with k = 1."""
    counts = count_all(dataset.words, dataset.vocabulary)
    model: CountTable | CountModel = CountTable(counts, 1.0)
    if order != 2:
        words = finish(encode(dataset))
        model = CountModel(Levels(contexts.count_all(words, dataset.vocabulary, order)), AddK(1.0))
    known = Known.of(dataset.words)
    start = time.perf_counter()
    for _ in parts(model, known, Sample(number=number, listed=min(number, 10_000))):
        pass
    return number / (time.perf_counter() - start)


def bare_loop(objective: Objective, device: torch.device) -> Callable[[int], None]:
    """Prepare to draw names from the counts, all in step, each letter by one uniform number.

    The rows' cumulative probabilities lie behind one another, row i from i to i + 1, so that one
    search finds the letters of all.
    """
    n = objective.table
    rows, size = n.shape
    sums = (n / n.sum(1, keepdim=True).clamp_min(1)).cumsum(1)
    sums[:, -1] = 1.0
    flat = (sums + torch.arange(rows)[:, None]).flatten().to(device)
    after = _next_rows(objective).to(device)

    def draw(number: int) -> None:
        at = torch.zeros(number, dtype=torch.int64, device=device)
        while len(at):
            u = torch.rand(len(at), dtype=torch.float64, device=device)
            cell = torch.searchsorted(flat, at + u, right=True).clamp_max_(len(flat) - 1)
            cell = torch.minimum(cell, (at + 1) * size - 1)
            # 0 is the boundary, with which a name ends.
            at = after[cell[cell % size != 0]]

    return draw


def _next_rows(objective: Objective) -> Tensor:
    """The row that follows on each cell, shape (R·V,); that of the first for what never comes."""
    met = objective.contexts
    size = objective.table.shape[1]
    if met.shape[1] == 0:
        return torch.zeros(size, dtype=torch.int64)
    weights = size ** torch.arange(met.shape[1] - 1, -1, -1)
    keys, places = (met * weights).sum(1).sort()
    following = torch.cat(
        [met[:, None, 1:].expand(-1, size, -1), torch.arange(size).expand(len(met), -1)[..., None]],
        dim=2,
    )
    wanted = (following * weights).sum(2).flatten()
    found = torch.searchsorted(keys, wanted).clamp_max_(len(keys) - 1)
    return torch.where(keys[found] == wanted, places[found], 0)


def loop_names(draw: Callable[[int], None], number: int, device: torch.device) -> float:
    """Names a second of the bare loop, after some that are not counted."""
    with at_work(device):
        draw(10)
        start = time.perf_counter()
        draw(number)
        # Each turn asks how many go on, so that nothing is left to wait for.
        return number / (time.perf_counter() - start)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=_numbers, default=[2, 3, 4, 5])
    parser.add_argument("--symbols", type=_numbers, default=[27, 100, 300, 1000])
    parser.add_argument("--batches", type=_numbers, default=[10**n for n in range(1, 7)])
    parser.add_argument("--seconds", type=float, default=2.0, help="of training, each")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    try:
        card = choose_device("cuda")
    except Refusal as refusal:
        print(f"{refusal}\n")  # noqa: T201
        devices = [CPU]
    else:
        print(f"{name_of(card)}, torch {torch.__version__}\n")  # noqa: T201
        devices = [CPU, card]
    with tempfile.TemporaryDirectory() as folder:
        _print_tables(asked, devices, folder)


def _print_tables(asked: argparse.Namespace, devices: Sequence[torch.device], folder: str) -> None:
    heads = "".join(f"{f'{device} steps/s':>18}" for device in devices)
    print(f"{'symbols':>8}{'order':>6}{'rows':>9}{'cells':>12}{heads}")  # noqa: T201
    for symbols in asked.symbols:
        dataset = words_of(symbols, folder)
        for order in asked.orders:
            start = f"{symbols:>8}{order:>6}"
            try:
                objective = objective_of(dataset, order)
            except Refusal:
                print(f"{start}   too large")  # noqa: T201
                continue
            rates = (steps_a_second(objective, order, str(d), asked.seconds) for d in devices)
            figures = "".join(f"{rate:>18,.1f}" for rate in rates)
            rows, cells = objective.shape[0], objective.table.numel()
            print(f"{start}{rows:>9,}{cells:>12,}{figures}", flush=True)  # noqa: T201
    heads = "".join(f"{f'{device}: bare loop':>20}" for device in devices)
    print(f"\n{'names':>9}{'order':>6}{'engine names/s':>16}{heads}")  # noqa: T201
    dataset = words_of(27, folder)
    for order in asked.orders:
        loops = [bare_loop(objective_of(dataset, order), device) for device in devices]
        for number in asked.batches:
            own = engine_names(dataset, order, number)
            rates = (loop_names(*each) for each in zip(loops, [number] * 2, devices, strict=False))
            figures = "".join(f"{rate:>20,.0f}" for rate in rates)
            print(f"{number:>9,}{order:>6}{own:>16,.0f}{figures}", flush=True)  # noqa: T201


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


if __name__ == "__main__":
    main()
