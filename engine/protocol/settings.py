"""Settings of a training run, the names they are chosen from, and the refusal of a wish."""

from __future__ import annotations

import math
from typing import Literal

from engine.records import record

Init = Literal["randn", "zeros"]
GradientPath = Literal["counts", "gather", "onehot"]
DeviceName = Literal["auto", "cpu", "cuda", "mps"]
ModelName = Literal["counts", "neural"]
SamplerName = Literal["lecture", "torch"]
MatrixName = str
"""A matrix that a model can show: a row of the tables of `engine.models`."""
RunState = Literal["starting", "ready", "running", "paused"]

LECTURE_SEED = 2147483647
"""The seed of the lecture; every generator starts from it unless told otherwise."""

AS_FAST_AS_IT_GOES = math.inf
"""A speed without a limit, shown as `max`."""


class Refusal(Exception):
    """Something impossible was asked for; the message says what, with which value, what to do."""


@record
class Settings:
    """What a training run is made of; every field can be given on the command line."""

    learning_rate: float = 50.0
    """Step size of gradient descent; finite and > 0."""
    regularization: float = 0.01
    """Weight of mean(W²) in the total loss; finite and ≥ 0."""
    seed: int = LECTURE_SEED
    """Seed of the generator that draws the first weights; used by the next reset."""
    init: Init = "randn"
    """First weights: standard normal, or all zeros; used by the next reset."""
    gradient: GradientPath = "counts"
    """How the gradient is computed; all three paths follow one trajectory."""
    device: DeviceName = "auto"
    """Where the weights live; `auto` is the CPU, which is the fastest for a table this small."""
    speed: float = AS_FAST_AS_IT_GOES
    """Steps a second, or `AS_FAST_AS_IT_GOES`."""
    smoothing: float = 1.0
    """Added to every count where the snapshot shows probabilities of the count model; ≥ 0."""
