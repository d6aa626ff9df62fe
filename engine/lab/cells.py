"""Cells that several chapters share; their bodies are shown as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


def normalise(N: Tensor, k: float) -> Tensor:
    """Turn counts into probabilities, shape (V, V), float64; each row sums to 1."""
    P = N.double() + k
    P = P / P.sum(1, keepdim=True)
    return P


def first_weights(V: int, seed: int) -> Tensor:
    """Draw W, shape (V, V), float32, as the lecture does."""
    import torch

    g = torch.Generator().manual_seed(seed)
    W = torch.randn((V, V), generator=g)
    return W


def learnable_weights(V: int, seed: int) -> Tensor:
    """Draw W, shape (V, V), float32, and have its gradient recorded."""
    import torch

    g = torch.Generator().manual_seed(seed)
    W = torch.randn((V, V), generator=g, requires_grad=True)
    return W


def exact_weights(V: int, seed: int) -> Tensor:
    """Draw W, shape (V, V), with the lecture's numbers but in float64."""
    import torch

    g = torch.Generator().manual_seed(seed)
    W = torch.randn((V, V), generator=g).double()
    return W


def examples(word: str, stoi: Mapping[str, int]) -> tuple[Tensor, Tensor]:
    """Inputs and targets of one word, shape (m,), int64."""
    import torch

    ix = torch.tensor([stoi[s] for s in "." + word])
    iy = torch.tensor([stoi[s] for s in word + "."])
    return ix, iy


def descend(W: Tensor, N: Tensor, rate: float) -> tuple[Tensor, Tensor]:
    """One step of gradient descent on all the data: (W after it, loss before it)."""
    p = N.double() / N.sum()
    loss = -(p * W.log_softmax(1)).sum()
    grad = W.softmax(1) * p.sum(1, keepdim=True) - p
    W = W - rate * grad
    return W, loss
