"""The engine of the laboratory: data, counts, network, training, sampling, scoring; no screen.

This is its public face, with `engine.protocol`, the vocabulary of plain values. Commands go in,
events and a snapshot come out: through `Worker`, which lives on a thread of its own, or through
`Session`, which does the same synchronously. Importing this package imports no torch.
"""

from engine.dataset import Words, printable
from engine.limits import LIMITS, Limit, Value, check, parse
from engine.session import Session
from engine.worker import Worker

__all__ = [
    "LIMITS",
    "Limit",
    "Session",
    "Value",
    "Words",
    "Worker",
    "check",
    "parse",
    "printable",
]
