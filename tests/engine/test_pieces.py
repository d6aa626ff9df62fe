"""However many words there are, nothing holds up all else for long."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.protocol import Command, Configure, LoadDataset, Rank, Sample, Sort, TakeApart
from tests.conftest import WriteWords, ready

PIECE = 0.016
"""Seconds of the processor that the engine's thread may take between two pauses."""


@pytest.mark.slow
def test_no_piece_of_work_on_a_million_words_is_long(words_file: WriteWords) -> None:
    letters = np.random.default_rng(1).integers(97, 123, (1_000_000, 7), np.uint8)
    letters[:, 6] = 10
    path = words_file(letters.tobytes())
    session = ready()
    # What is imported, and compiled, at the first question of a kind does not grow with the words.
    commands = (Sort(), Rank(), Sample(number=200, wants_theory=True), TakeApart("emma"))
    for first in (*commands, Configure(split="tenth")):
        list(session.run(first))
    asked: tuple[Command, ...] = (LoadDataset(path), *commands, Configure(split="hash"))
    for command in asked:
        list(session.handle(command))
        taken = []
        while session.is_busy:
            start = time.thread_time()
            list(session.work())
            taken.append(time.thread_time() - start)
        # One may be longer where the system has to find memory for it.
        assert sorted(taken)[-3] < PIECE, command
        assert len(taken) > 2, command
