"""What a run is trained on, made into what its journal says of that."""

from __future__ import annotations

import hashlib

import torch

from engine.models.objective import Objective
from engine.protocol import Settings
from engine.training.journal import Basis
from engine.words.cleaning import RULES
from engine.words.dataset import Dataset


def hash_of(objective: Objective) -> str:
    """Hash what is trained on: sha256 of every cell that was seen, in order.

    A cell is its context, symbol by symbol, the symbol that follows, and the count, each as an
    int64, little-endian.
    """
    rows, symbols = objective.table.nonzero().unbind(1)
    counts = objective.table[rows, symbols].to(torch.int64)
    cells = torch.cat([objective.contexts[rows], symbols[:, None], counts[:, None]], 1)
    return hashlib.sha256(cells.contiguous().numpy().astype("<i8").tobytes()).hexdigest()


def basis_of(dataset: Dataset, objective: Objective, settings: Settings) -> Basis:
    """Say what a run is trained on."""
    order, dots, split, network = settings.objective
    return Basis(
        data_sha256=dataset.sha256,
        rules=RULES,
        table_sha256=hash_of(objective),
        symbols=dataset.vocabulary.symbols,
        order=order,
        dots=dots,
        split=split,
        network=network,
    )
