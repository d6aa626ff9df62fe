"""The cell that stands before all others in a notebook: from a file of words to the data names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from engine.lab.source import source

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from torch import Tensor

Prepared = tuple[dict[int, str], dict[str, int], int, "Tensor", "Tensor", "Tensor"]


def prepare(words: Sequence[str]) -> Prepared:
    """Make itos, stoi, V, xs, ys and N from words."""
    import torch

    text = "." + ".".join(words) + "."
    itos = dict(enumerate([".", *sorted(set(text) - {"."})]))
    stoi = {s: i for i, s in itos.items()}
    V = len(itos)
    ix = torch.tensor([stoi[s] for s in text])
    xs, ys = ix[:-1], ix[1:]
    N = torch.bincount(xs * V + ys, minlength=V * V).view(V, V).int()
    return itos, stoi, V, xs, ys, N


def prepare_counts(path: str, end: str) -> tuple[dict[int, str], dict[str, int], int, Tensor]:
    """Make itos, stoi, V and N from a table file."""
    import torch
    from safetensors.torch import load_file

    table = load_file(path)
    itos = dict(enumerate([end, *map(chr, table["symbols"][1:].tolist())]))
    stoi = {s: i for i, s in itos.items()}
    V = len(itos)
    N = torch.zeros((V, V), dtype=torch.int32)
    bigrams = table["cells"][:, -2:].long()
    N.index_put_(tuple(bigrams.T), table["counts"].int(), accumulate=True)
    return itos, stoi, V, N


def setup_of_table(path: str, end: str) -> str:
    """Write the cell that every chapter's code can follow that needs no words, for a table file.

    Args:
        path: of the file.
        end: what its boundary is shown as.
    """
    cell = source(prepare_counts)
    (place,) = _beside([path])
    where = f"# A table of counts; put {place} beside the notebook."
    given = f"path, end = {place!r}, {end!r}"
    return "\n".join([*cell.imports, "", where, given, cell.body])


def _beside(paths: Sequence[str]) -> list[str]:
    """Files as they are called from the folder that they have in common."""
    folder = os.path.commonpath([os.path.dirname(os.path.abspath(path)) for path in paths])
    return [os.path.relpath(os.path.abspath(path), folder) for path in paths]


TIDIED = {
    "cut_lines": 'line.strip().split("\\t")[0]',
    "removed_characters": '"".join(filter(str.isprintable, line))',
    "normalized_words": 'unicodedata.normalize("NFC", line)',
}
"""What makes of a line what the words are made of, by what a report of the data counts."""


def setup(*paths: str, tidied: Collection[str] = ()) -> str:
    """Write the cell that every chapter's code can follow, for the words of files.

    The files are looked for where the notebook runs, so that it runs on any machine.

    Args:
        paths: of the files.
        tidied: what was done to their lines, by names of `TIDIED`.
    """
    cell = source(prepare)
    places = _beside(paths)
    opened = [f'open({place!r}, encoding="utf-8-sig").read()' for place in places]
    others = [f'lines += {each}.split("\\n")' for each in opened[1:]]
    read = "\n".join([f'lines = {opened[0]}.split("\\n")', *others])
    clean = 'words = [w.strip() for w in lines if w.strip() and "." not in w]'
    where = f"# Words, one a line; put {', '.join(places)} beside the notebook."
    tidy = [f"lines = [{TIDIED[name]} for line in lines]" for name in TIDIED if name in tidied]
    more = ["import unicodedata"] * ("normalized_words" in tidied)
    return "\n".join([*more, *cell.imports, "", where, read, *tidy, clean, cell.body])
