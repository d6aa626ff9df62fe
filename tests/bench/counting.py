"""Measures counting bigrams against its peers: `python -m tests.bench.counting`.

The lecture's loop over a dict, `collections.Counter` over neighbours, numpy's bincount over pairs
of bytes that lie in memory, duckdb and polars where they are installed, and this program's own
reading of a file that is held, beside a corpus that is counted as it is read, cleaned and named, by
one core and by all, at higher orders, too. Megabytes a second of wall time, the best of three;
peers that are slow see a shorter text.

Two cores are not twice as fast as one. What they may reach on a machine, memory and all, is seen
by as many processes that count the same file at once: 1.8 times as much on two cores here. Threads
come to 1.5: `np.add.at` lets go of the interpreter while it looks through the places, but not while
it adds, a quarter of all that is done (`bincount` keeps it, too, to find the least and the largest,
and is slower on the whole; a sort lets go of it, but is quick on few processors; torch's
`scatter_add_` is quicker and lets go of it, but brings 150 MB of torch with it). So a large text is
counted by one thread and by processes, which have an interpreter each: 1.8, once they have begun.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import numpy as np

from engine.models.counts import count_all
from engine.words.corpus import counting
from engine.words.corpus.counting import units_of
from engine.words.corpus.hands import Asked
from engine.words.corpus.sources import find
from engine.words.dataset import bundled_path, finish, load_all

SHORT, LONG = 1 << 21, 1 << 26
"""Bytes that slow and quick ways of counting see."""

LARGE = 20
"""Times the long text that is counted by processes."""

CYRILLIC = {ord("a") + i: 0x430 + i for i in range(26)}


def lecture(data: bytes) -> int:
    """Count as the notebook does."""
    b: dict[tuple[str, str], int] = {}
    for w in data.decode().splitlines():
        chs = ["<S>", *w, "<E>"]
        for ch1, ch2 in zip(chs, chs[1:], strict=False):  # noqa: RUF007
            bigram = (ch1, ch2)
            b[bigram] = b.get(bigram, 0) + 1
    return sum(b.values())


def counter(data: bytes) -> int:
    """Count neighbours with the standard library."""
    return Counter(pairwise("\n" + data.decode())).total()


def bincount(data: bytes) -> int:
    """Count pairs of bytes with numpy."""
    table, text = np.zeros(1 << 16, np.int64), np.frombuffer(b"\n" + data, np.uint8)
    for offset in (0, 1):
        pairs = text[offset : offset + (len(text) - offset) // 2 * 2].view(np.uint16)
        for start in range(0, len(pairs), 1 << 17):
            table += np.bincount(pairs[start : start + (1 << 17)], minlength=1 << 16)
    return int(table.sum())


def duckdb(path: str) -> int:
    """Count neighbours in SQL, by all cores."""
    rows = import_module("duckdb").execute(
        "select count(*) from (select unnest(list_transform(range(1, length(w) + 2), "
        "lambda i: substr('.' || w || '.', i, 2))) g from read_csv(?, header=false, "
        "columns={'w': 'VARCHAR'})) group by g",
        [path],
    )
    return sum(count for (count,) in rows.fetchall())


def polars(path: str) -> int:
    """Count neighbours in data frames, by all cores."""
    pl = import_module("polars")
    frame = pl.read_csv(path, has_header=False, new_columns=["w"], schema_overrides=[pl.String])
    symbols = frame.select(("." + pl.col("w") + ".").str.split(""))
    follower = pl.element() + pl.element().shift(-1)
    pairs = symbols.select(pl.first().list.eval(follower).explode().alias("g"))
    return int(pairs.drop_nulls().group_by("g").len()["len"].sum())


def held(path: str) -> int:
    """Read a file at once and count it."""
    dataset = load_all(path)
    return count_all(dataset.words, dataset.vocabulary).bigrams


def streamed(path: str, hands: int, asked: Asked) -> int:
    """Count a file as it is read."""
    sources = find([path])
    found = finish(counting.count(sources, units_of(sources, hands), asked, hands))
    return int(found.tally.counts.sum())


def apart(path: str, processes: int, asked: Asked) -> None:
    """Count a file by so many processes at once, all of it by each."""
    children = []
    for _ in range(processes):
        child = os.fork()
        if not child:
            streamed(path, 1, asked)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def several(folder: str, rounds: int = 5) -> float:
    """Count a large file on one core and on all, turn by turn; gives the median ratio."""
    large = Path(folder, "large.txt")
    with large.open("wb") as file:
        for _ in range(LARGE):
            file.write(texts()["names"])
    asked, ratios = Asked(), []
    for _ in range(rounds):
        took = []
        for hands in (1, counting.cores()):
            began = time.perf_counter()
            streamed(str(large), hands, asked)
            took.append(time.perf_counter() - began)
        ratios.append(took[0] / took[1])
    large.unlink()
    return statistics.median(ratios)


def speed(way: Callable[[], object], size: int, rounds: int = 3) -> float:
    """Megabytes a second, the best of some rounds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        way()
        took.append(time.perf_counter() - began)
    return size / min(took) / 1e6


def texts() -> dict[str, bytes]:
    """Kinds of text, each long."""
    names = bundled_path().read_text()
    lines = names.split()
    unclean = "\n".join(
        f"{line}." if i % 15 == 0 else f" {line}" if i % 23 == 0 else line
        for i, line in enumerate(lines)
    )
    kinds = {"names": names, "Cyrillic": names.translate(CYRILLIC), "unclean": unclean + "\n"}
    return {kind: text.encode() * (LONG // len(text.encode())) for kind, text in kinds.items()}


def cut(data: bytes, size: int) -> bytes:
    """Take whole lines of about so many bytes."""
    return data[: data.rindex(b"\n", 0, size) + 1]


def measure(folder: str) -> Sequence[tuple[str, str, float]]:
    """Measure all ways; gives text, way, and megabytes a second."""
    rows: list[tuple[str, str, float]] = []
    cores, asked = counting.cores(), Asked()
    for kind, data in texts().items():
        short = cut(data, SHORT)
        long, brief = Path(folder, "long.txt"), Path(folder, "short.txt")
        long.write_bytes(data)
        brief.write_bytes(short)
        if kind == "names":
            rows += [
                (kind, "the lecture's dict", speed(lambda: lecture(short), len(short))),  # noqa: B023
                (kind, "Counter", speed(lambda: counter(short), len(short))),  # noqa: B023
                (kind, "numpy bincount", speed(lambda: bincount(data), len(data))),  # noqa: B023
            ]
            for peer in (duckdb, polars):
                with suppress(ImportError):
                    took = speed(lambda: peer(str(brief)), len(short))  # noqa: B023
                    rows.append((kind, f"{peer.__name__}, {cores} cores", took))
        rows.append((kind, "held", speed(lambda: held(str(brief)), len(short))))  # noqa: B023
        for hands in sorted({1, cores}):
            took = speed(lambda: streamed(str(long), hands, asked), len(data))  # noqa: B023
            rows.append((kind, f"streamed, {hands} core{'s' * (hands > 1)}", took))
        if cores > 1:
            took = speed(lambda: apart(str(long), cores, asked), len(data) * cores)  # noqa: B023
            rows.append((kind, f"streamed, {cores} processes", took))
        for order in (3, 4, 5):
            higher = Asked(order=order)
            took = speed(lambda: streamed(str(long), 1, higher), len(data), 1)  # noqa: B023
            rows.append((kind, f"streamed, 1 core, order {order}", took))
        whole = Asked(is_text=True, is_whole=True)
        took = speed(lambda: streamed(str(long), 1, whole), len(data), 1)  # noqa: B023
        rows.append((kind, "streamed, 1 core, as a whole", took))
        if kind == "names":
            distinct = Asked(tells_distinct=True)
            took = speed(lambda: streamed(str(long), 1, distinct), len(data))  # noqa: B023
            rows.append((kind, "streamed, 1 core, words told apart", took))
    return rows


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        for kind, way, rate in measure(folder):
            print(f"{kind:<10} {way:<36} {rate:9.1f} MB/s")  # noqa: T201
        if (cores := counting.cores()) > 1:
            way = f"{LARGE * LONG / 1e9:.1f} GB, {cores} cores to one"
            print(f"{'names':<10} {way:<36} {several(folder):9.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
