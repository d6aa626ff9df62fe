"""Two shapes lined up from the right, and what torch makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from engine.lab.exhibit import Column, Matrix, Note, Table, matrix
from engine.lab.shapes import Shape, fates, padded, written

MOST_ELEMENTS = 1_000
"""Tensors are made for real up to this size; larger shapes are only compared."""
MOST_ACROSS = 9
"""Rows and columns of a result that are shown in figures."""


def combine(a: Shape, b: Shape) -> Shape:
    """Ask torch which shape two shapes broadcast to; RuntimeError if they do not."""
    import torch

    # Each is one number, seen from all its places: no memory, however large the shape.
    first, second = torch.zeros(()).expand(a), torch.zeros(()).expand(b)
    shape = tuple(torch.broadcast_tensors(first, second)[0].shape)  # type: ignore[no-untyped-call]
    return shape


def align(a: Shape, b: Shape) -> Table:
    """Line two shapes up from the right; each dimension is marked with what becomes of it."""
    marks = fates(a, b)
    size = len(marks)
    try:
        result: Sequence[str] = [str(n) for n in combine(a, b)]
    except RuntimeError:
        result = ["✗" if mark == "clash" else "" for mark in marks]
    rows = (
        ("first", *padded(a, size)),
        ("second", *padded(b, size)),
        ("dimension", *marks),
        ("result", *result),
    )
    heads = (Column("lined up from the right"), *(Column(f"dim −{size - i}") for i in range(size)))
    return Table(
        f"{written(a)} with {written(b)}",
        heads,
        rows,
        tuple((2, i + 1, mark) for i, mark in enumerate(marks)),
    )


def outcome(a: Shape, b: Shape) -> tuple[Note | Matrix, ...]:
    """Say which shape comes out, or torch's own error; add two small tensors for real."""
    try:
        shape = combine(a, b)
    except RuntimeError as error:
        return (Note(f"torch says: {str(error).splitlines()[0]}", "bad"),)
    size = f"{prod(shape):,} element{'s' * (prod(shape) != 1)}"
    note = Note(f"The result has shape {written(shape)}: {size}.", "good")
    if max(map(prod, (a, b, shape))) > MOST_ELEMENTS or len(shape) > 2 or not prod(shape):
        return (note,)
    return (note, _real(a, b))


def _real(a: Shape, b: Shape) -> Matrix:
    """Add two small tensors for real: tens and ones."""
    import torch

    tens, ones = 10 * torch.arange(prod(a)).view(a), torch.arange(prod(b)).view(b)
    total = (tens + ones).view(-1, (tens + ones).shape[-1] if (tens + ones).dim() else 1)
    part = total[:MOST_ACROSS, :MOST_ACROSS]
    return matrix(
        f"0, 10, 20 … in shape {written(a)}  +  0, 1, 2 … in shape {written(b)}",
        [str(i) for i in range(part.shape[0])],
        [str(j) for j in range(part.shape[1])],
        part.tolist(),
        ".0f",
        left_out=max(total.shape) - max(part.shape),
    )
