"""Several processes that count one corpus together, started by torchrun on the loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.json import Decoder

from engine.corpora.ranks import shares
from engine.corpora.watch import Beat
from engine.words.corpus.digest import BLOCK
from engine.words.corpus.reading import cut
from engine.words.corpus.sources import Source
from tests import PATIENCE
from tests.conftest import WriteWords
from tests.tui.test_cli import Run, run

__all__ = ["run"]

ROOT = Path(__file__).parents[2]


def started(ranks: int, *arguments: str) -> subprocess.Popen[str]:
    """Start a command in several processes."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]
    return subprocess.Popen(
        [*command, str(ranks), "-m", "tui", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def a_port() -> int:
    """Give a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def on_machines(port: int, *arguments: str) -> list[subprocess.Popen[str]]:
    """Start a command as two machines would, a process each; each torchrun knows its own alone."""
    command = [sys.executable, "-m", "torch.distributed.run", "--nnodes", "2"]
    command += ["--master-addr", "127.0.0.1", "--master-port", str(port), "--node-rank"]
    return [
        subprocess.Popen(
            [*command, str(machine), "-m", "tui", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for machine in range(2)
    ]


def opened(pipe: Path) -> int:
    """Open a pipe as soon as somebody reads from it; who does so has said it before."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError):
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.05)
    raise TimeoutError(f"nobody reads {pipe}")


def have_heard(port: int, pipes: list[Path]) -> None:
    """Wait until each of two processes knows which pipe the other one counts."""
    from torch.distributed.rendezvous import rendezvous

    store, _, _ = next(rendezvous(f"tcp://127.0.0.1:{port}?rank=1&world_size=2"))
    since: list[int] = []
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        told = [Decoder(Beat).decode(store.get(f"counting/{rank}")) for rank in range(2)]
        if not since and [beat.shown for beat in told] == list(map(str, pipes)):
            since = [beat.number for beat in told]
        if since and all(
            beat.number > number + 1 for beat, number in zip(told, since, strict=True)
        ):
            return
        time.sleep(0.05)
    raise TimeoutError("they do not say what they count")


@pytest.fixture
def pipes(tmp_path: Path) -> list[Path]:
    """A pipe for each of two processes: whoever counts it waits for what never comes."""
    pipes = [tmp_path / "a.pipe", tmp_path / "b.pipe"]
    for pipe in pipes:
        os.mkfifo(pipe)
    return pipes


def rank_of(parent: int, rank: int) -> int:
    """Wait for the process of a rank, once it has said where it is."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                above = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                environment = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if above == parent and b"RANK=%d" % rank in environment:
                return int(entry.name)
        time.sleep(0.05)
    raise TimeoutError(f"no rank {rank}")


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_units_are_dealt_out_by_bytes_and_each_once(ranks: int) -> None:
    sources = [Source(f"{i}", f"{i}", i * 9_000_000, is_plain=i % 3 != 0) for i in range(1, 9)]
    units = cut(sources, 1 << 22)
    dealt = shares(units, sources, ranks)
    assert sorted(unit.number for share in dealt for unit in share) == list(range(len(units)))
    sizes = [sum(u.end - u.start or sources[u.source].size for u in share) for share in dealt]
    assert max(sizes) - min(sizes) <= 9_000_000 * 6


def assert_counts_as_one_process(run: Run, folder: Path, *how: str) -> None:
    one, many = str(folder / "one.st"), str(folder / "many.st")
    asked = "--data", str(folder / "*.txt"), *how, "--json", "--save"
    alone = run("count", *asked, one).json
    job = started(2, "count", *asked, many)
    out, err = job.communicate(timeout=PATIENCE * 4)
    assert job.returncode == 0, err
    together = json.loads(out)
    assert together.pop("ranks") == 2
    assert sum(together.pop("bytes_by_rank")) == alone["bytes"]
    assert together | {"seconds": 0} == alone | {"seconds": 0}
    assert Path(one).read_bytes() == Path(many).read_bytes()


def test_each_has_one_of_several_pipes() -> None:
    pipes = [Source(f"{i}", f"{i}", 0, is_plain=False) for i in range(3)]
    assert [len(share) for share in shares(cut(pipes, BLOCK), pipes, 3)] == [1, 1, 1]


@pytest.mark.slow
def test_the_table_file_is_that_of_one_process(run: Run, tmp_path: Path) -> None:
    for i, alphabet in enumerate(("abc", "bcé", "xyz")):
        words = (
            f"{alphabet[j % 3]}{alphabet[j * 7 % 3]}{alphabet[0] * (j % 5)}" for j in range(999)
        )
        (tmp_path / f"{i}.txt").write_text("\n".join(words), encoding="utf-8")
    assert_counts_as_one_process(run, tmp_path, "--order", "3", "--dots", "1")


@pytest.mark.slow
def test_a_text_that_two_processes_count_is_one_sequence(run: Run, tmp_path: Path) -> None:
    # A unit is a block at least, so the longer one is cut, within a line.
    (tmp_path / "a.txt").write_text("To be, or not to be.\n\n" * (BLOCK // 20), encoding="utf-8")
    (tmp_path / "b.txt").write_text("That is\r\n the été", encoding="utf-8")
    assert_counts_as_one_process(run, tmp_path, "--whole", "--order", "3")


@pytest.mark.slow
def test_what_one_process_refuses_ends_the_job_with_a_sentence(
    words_file: WriteWords, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"emma\nav\xe9\n")
    job = started(2, "count", words_file("emma\n" * 9), str(bad), "--json")
    out, err = job.communicate(timeout=PATIENCE * 4)
    assert job.returncode != 0
    assert out == ""
    assert err.count(f"{bad} is not UTF-8: byte 0xe9 in line 2, byte 3 of that line") == 1


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="processes are found in /proc")
def test_a_process_that_dies_is_named_with_its_file(words_file: WriteWords, tmp_path: Path) -> None:
    pipe, table = str(tmp_path / "pipe"), tmp_path / "t.st"
    os.mkfifo(pipe)
    job = started(2, "count", words_file("emma\n" * 9), pipe, "--save", str(table))
    # Opening waits for the process that reads from it, which then waits for what never comes.
    with open(pipe, "wb"):
        os.kill(rank_of(job.pid, 1), signal.SIGKILL)
        _, err = job.communicate(timeout=PATIENCE * 4)
    assert job.returncode != 0
    assert f"Rank 1 is gone; it was counting {pipe}." in err
    assert not table.exists()


@pytest.mark.slow
@pytest.mark.parametrize("rank", [pytest.param(0, marks=pytest.mark.soak), 1])
def test_what_one_process_refuses_ends_the_others_before_they_have_counted(
    pipes: list[Path], rank: int
) -> None:
    job = started(2, "count", *map(str, pipes), "--json")
    ends = [opened(pipe) for pipe in pipes]
    os.write(ends[rank], b"emma\nav\xe9\n")
    os.close(ends[rank])
    out, err = job.communicate(timeout=PATIENCE)
    os.close(ends[1 - rank])
    assert out == ""
    assert err.count("makemore-tui: ") == 1
    assert f"{pipes[rank]} is not UTF-8: byte 0xe9 in line 2" in err
    assert err.count("exitcode  : 2 ") == 2


@pytest.mark.slow
def test_a_job_that_is_told_to_end_says_so_once(pipes: list[Path]) -> None:
    job = started(2, "count", *map(str, pipes), "--json")
    ends = [opened(pipe) for pipe in pipes]
    job.terminate()
    out, err = job.communicate(timeout=PATIENCE)
    for end in ends:
        os.close(end)
    assert out == ""
    assert err.count("makemore-tui: ") == 1
    assert "Rank 0 was told to end." in err


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="processes are found in /proc")
@pytest.mark.parametrize(
    ("machine", "how"),
    [
        (0, signal.SIGKILL),
        pytest.param(1, signal.SIGKILL, marks=pytest.mark.soak),
        pytest.param(0, signal.SIGSTOP, marks=pytest.mark.soak),
        (1, signal.SIGSTOP),
    ],
)
def test_a_machine_that_is_gone_is_named_by_the_other_one(
    pipes: list[Path], machine: int, how: signal.Signals
) -> None:
    # Killed, its connections are closed; stopped, it does not answer, as one without power.
    port = a_port()
    jobs = on_machines(port, "count", *map(str, pipes), "--json")
    ends = [opened(pipe) for pipe in pipes]
    have_heard(port, pipes)
    victims = [jobs[machine].pid, rank_of(jobs[machine].pid, machine)]
    try:
        for victim in victims:
            os.kill(victim, how)
        out, err = jobs[1 - machine].communicate(timeout=PATIENCE)
    finally:
        for victim in victims:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        jobs[machine].communicate()
        for end in ends:
            os.close(end)
    assert out == ""
    assert err.count("makemore-tui: ") == 1
    assert f"Rank {machine} is gone; it was counting {pipes[machine]}." in err
    assert err.count("exitcode  : 2 ") == 1
    assert f"[rank{1 - machine}]" not in err  # As torch marks the lines of a traceback.
