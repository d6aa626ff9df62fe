"""Four ways to one and the same loss and its gradient; their bodies are shown as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def by_onehot(W: Tensor, xs: Tensor, ys: Tensor, V: int) -> Tensor:
    """The lecture's way: one-hot rows times W."""
    import torch
    from torch.nn import functional as F

    xenc = F.one_hot(xs, num_classes=V).float()
    counts = (xenc @ W).exp()
    probs = counts / counts.sum(1, keepdim=True)
    loss_onehot = -probs[torch.arange(len(ys)), ys].log().mean()
    return loss_onehot


def by_lookup(W: Tensor, xs: Tensor, ys: Tensor) -> Tensor:
    """The same with rows looked up."""
    import torch

    counts = W[xs].exp()
    probs = counts / counts.sum(1, keepdim=True)
    loss_lookup = -probs[torch.arange(len(ys)), ys].log().mean()
    return loss_lookup


def by_cross_entropy(W: Tensor, xs: Tensor, ys: Tensor) -> Tensor:
    """Softmax, log and mean in one call."""
    from torch.nn import functional as F

    loss_cross_entropy = F.cross_entropy(W[xs], ys)
    return loss_cross_entropy


def shares(N: Tensor) -> tuple[Tensor, Tensor]:
    """Share of each bigram in the data, shape (V, V), and of each first symbol, shape (V, 1)."""
    share = (N.double() / N.sum()).float()
    row = share.sum(1, keepdim=True)
    return share, row


def by_counts(W: Tensor, share: Tensor) -> Tensor:
    """The same loss from the counts: the data enter only through them."""
    loss_counts = -(share * W.detach().log_softmax(1)).sum()
    return loss_counts


def backward(W: Tensor, loss_onehot: Tensor) -> Tensor | None:
    """Find the gradient by autograd; the first three ways share this."""
    W.grad = None
    loss_onehot.backward()  # type: ignore[no-untyped-call]
    grad = W.grad
    return grad


def counts_gradient(W: Tensor, share: Tensor, row: Tensor) -> Tensor:
    """Write the gradient down; nothing need be recorded for it."""
    grad_counts = W.detach().softmax(1) * row - share
    return grad_counts
