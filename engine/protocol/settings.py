"""Settings: the names they are chosen from, their values, and the one table of what each may be.

A further setting of a run is a line of `Settings`, one of `Configure`, and a row of `SETTINGS`;
command line, config file, fields, chart, copied command lines and checkpoints read it from there.
"""

from __future__ import annotations

import math
from typing import Literal, get_args

from engine.protocol.setting import Setting, decades
from engine.records import record

Init = Literal["randn", "zeros"]
GradientPath = Literal["counts", "gather", "onehot"]
Optimizer = Literal["plain", "rows", "newton"]
DeviceName = Literal["auto", "cpu", "cuda", "mps"]
Device = str
"""A `DeviceName`, or one of several graphics cards by its number, such as cuda:1."""
SamplerName = Literal["lecture", "torch"]
MatrixName = str
"""A matrix that a model can show: a row of the tables of `engine.models`."""
RunState = Literal["starting", "ready", "running", "paused"]

LECTURE_SEED = 2147483647
"""The seed of the lecture; every generator starts from it unless told otherwise."""

CountingModel = Literal[
    "counts",
    "witten-bell",
    "dirichlet",
    "absolute",
    "kneser-ney",
    "modified-kneser-ney",
    "jelinek-mercer",
]
"""Models made of counts of any order; `counts` is add-k."""
NetworkName = Literal["neural", "onehots"]
"""Networks that are trained: `neural` has a row of W for each context; `onehots` one for each
symbol at each place before the next one, and adds up those that stand there."""
NETWORKS: tuple[NetworkName, ...] = get_args(NetworkName)
ModelName = Literal[CountingModel, NetworkName]
"""Models that names are drawn from and words are scored under; there `neural` is the network in
hand, whatever its kind, and `onehots` that network if it is one of those."""
PartName = Literal["train", "dev", "test"]
WordOrder = Literal["alphabet", "length"]
"""Orders of the words that depend on nothing else."""

FILES = "files"
"""The split of words that came in a file for each part."""

SPLITS = ("none", "lecture", "file", "hash", "tenth", "part2", "makemore.py", FILES)
"""Recipes by which words are parted; fractions are another."""

MOST_ORDER = 7
"""Longest n-grams that are counted."""

AS_FAST_AS_IT_GOES = math.inf
"""A speed without a limit, shown as `max`."""


class Refusal(Exception):
    """Something impossible was asked for; the message says what, with which value, what to do."""


class Unusable(Refusal):
    """A library the program stands on is broken; what it raised itself is the cause."""


@record
class Settings:
    """What a training run is made of; every field can be given on the command line."""

    learning_rate: float = 50.0
    """Step size of gradient descent; finite and > 0."""
    regularization: float = 0.01
    """Weight of mean(W²) in the total loss; finite and ≥ 0."""
    seed: int = LECTURE_SEED
    """Seed of the generator that draws the initial weights; used by the next reset."""
    init: Init = "randn"
    """Initial weights: standard normal, or all zeros; used by the next reset."""
    gradient: GradientPath = "counts"
    """How the gradient is computed; all three paths follow one trajectory."""
    device: Device = "auto"
    """Where the weights live; `auto` is the CPU, but for a large table a graphics card if there is
    one."""
    speed: float = AS_FAST_AS_IT_GOES
    """Steps a second, or `AS_FAST_AS_IT_GOES`."""
    smoothing: float = 1.0
    """Added to every count where the snapshot shows probabilities of the count model; ≥ 0."""
    order: int = 2
    """Symbols of an n-gram: a row of W for each context of one less; 1 to 7."""
    dots: int = 1
    """Boundary symbols before each word, less than the order."""
    split: str = "none"
    """How words are parted: one of `SPLITS`, or fractions; a run is trained on train alone."""
    optimizer: Optimizer = "plain"
    """Plain gradient descent, a rate for each row, or Newton's method by rows."""
    network: NetworkName = "neural"
    """What is trained; up to order 2 both are the same table."""

    @property
    def objective(self) -> tuple[int, int, str, NetworkName]:
        """What is trained, and on what: order, dots, split and network."""
        return self.order, self.dots, self.split, self.network if self.order > 2 else "neural"

    @property
    def is_bigram(self) -> bool:
        """Whether that is the table of the bigrams of all words."""
        return self.objective == (2, 1, "none", "neural")


@record
class Configure:
    """Change settings; a field left at `None` stays as it is, but an order brings its dots along.

    Rate, regularization, gradient path, device, speed and smoothing act at once, in mid-run. Seed
    and initial weights act at once while no step has been taken, otherwise at the next reset.
    Order, dots, split and network say what is trained, and on what: it is counted first, and then
    has a run of its own; the run in hand is kept until they are what they were.
    """

    learning_rate: float | None = None
    regularization: float | None = None
    seed: int | None = None
    init: Init | None = None
    gradient: GradientPath | None = None
    device: Device | None = None
    speed: float | None = None
    smoothing: float | None = None
    order: int | None = None
    dots: int | None = None
    """The order less 1 if an order is given without them."""
    split: str | None = None
    optimizer: Optimizer | None = None
    network: NetworkName | None = None


SPEEDS = (1.0, 2.0, 5.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0, AS_FAST_AS_IT_GOES)
"""Steps a second that the keys for faster and slower go through."""

SETTINGS: dict[str, Setting] = {
    # Of a run, in the order of their fields.
    "learning_rate": Setting(
        "learning rate",
        "number",
        is_above_least=True,
        metavar="RATE",
        help="How far a step goes.",
        short="rate",
        hint="How far a step follows the gradient, a factor; acts at once.",
        rungs=decades(1e-3, 1e6),
        mark="rate",
    ),
    "regularization": Setting(
        "regularization",
        "number",
        metavar="WEIGHT",
        help="Weight of mean(W²).",
        short="reg",
        hint="The weight of mean(W²) in the total loss; acts at once.",
        rungs=decades(1e-4, 1e3, with_zero=True),
        mark="reg",
    ),
    "speed": Setting(
        "speed",
        "number",
        is_above_least=True,
        has_max=True,
        unit="steps a second",
        metavar="STEPS",
        help="Steps a second, or max.",
        long="speed, steps/s",
        hint="Steps a second, or max for no limit; acts at once.",
        rungs=SPEEDS,
        moves_weights=False,
    ),
    "init": Setting(
        "initial weights",
        "choice",
        choices=get_args(Init),
        help="Initial weights.",
        hint="Random initial weights, or zeros; acts at step 0, else at the next reset.",
        is_late=True,
    ),
    "steps": Setting(
        "number of steps",
        "whole",
        most=10**12,
        bounds="0 to 10¹²",
        long="steps of N",
        hint="How many steps the key N takes; space goes on until it is pressed again.",
        rungs=tuple(10**power for power in range(13)),
    ),
    "gradient": Setting(
        "gradient path",
        "choice",
        choices=get_args(GradientPath),
        help="Way to the gradient.",
        short="path",
        hint="Three ways to one gradient; onehot is the lecture's; at once.",
    ),
    "seed": Setting(
        "seed",
        "whole",
        least=-(1 << 63),
        most=(1 << 64) - 1,
        bounds="−2⁶³ to 2⁶⁴ − 1",
        metavar="N",
        help="Draws initial weights.",
        hint="Draws the initial weights; acts at step 0, else at the next reset.",
        is_late=True,
    ),
    "device": Setting(
        "device",
        "choice",
        choices=get_args(DeviceName),
        pattern="cuda:[0-9]{1,3}",
        pattern_rule=", or cuda:N for one of several",
        metavar="auto|cpu|cuda[:N]|mps",
        help="Where W lives.",
        hint="What computes; auto takes a GPU for large tables; at once.",
    ),
    "smoothing": Setting(
        "smoothing",
        "number",
        metavar="K",
        help="Added to every count.",
        rungs=decades(0.01, 1000, with_zero=True),
        moves_weights=False,
    ),
    # What a run is of.
    "order": Setting(
        "order",
        "whole",
        least=1,
        most=MOST_ORDER,
        metavar="N",
        help="Symbols of an n-gram, 1 to 7.",
        hint="Symbols of an n-gram: one more than a context has; counts anew.",
        is_objective=True,
    ),
    "dots": Setting(
        "dots",
        "whole",
        most=MOST_ORDER - 1,
        metavar="N",
        help="Boundaries before a word.",
        hint="Boundary symbols before each word; counts anew.",
        is_objective=True,
        usual="order − 1",
    ),
    "split": Setting(
        "split",
        "choice",
        choices=SPLITS,
        pattern=r"0?\.[0-9]+(,0?\.[0-9]+){1,2}(@[0-9]{1,20})?",
        pattern_rule=", or fractions such as 0.8,0.1,0.1",
        metavar="NAME",
        help="How words are parted.",
        hint="What is train and what is dev; counts anew.",
        is_objective=True,
    ),
    "optimizer": Setting(
        "optimizer", "choice", choices=get_args(Optimizer), help="What becomes of the gradient."
    ),
    "network": Setting(
        "model",
        "choice",
        choices=NETWORKS,
        help="What is trained.",
        hint="A row of W for each context, or one-hots side by side; counts anew.",
        is_objective=True,
        flag="--model",
    ),
    # Of drawing names.
    "model": Setting("model", "choice", choices=get_args(ModelName)),
    "sampler": Setting("sampler", "choice", choices=get_args(SamplerName)),
    "number": Setting(
        "number of names", "whole", least=1, most=1_000_000, rungs=decades(1, 1_000_000)
    ),
    "streamed": Setting("number of names", "whole", least=1, most=10**12, bounds="1 to 10¹²"),
    "temperature": Setting("temperature", "number", is_above_least=True, rungs=decades(0.01, 100)),
    # Of models of any order.
    "counting_model": Setting("model", "choice", choices=get_args(CountingModel)),
    "discount": Setting("discount", "number", most=1.0),
    "strength": Setting("strength", "number", is_above_least=True),
    # Of commands, and of the screen.
    "every": Setting("every", "whole", least=1, most=10**12, bounds="1 to 10¹²"),
    "top": Setting("top", "whole", most=1_000_000),
    "fps": Setting("frames a second", "number", is_above_least=True),
    "keep_runs": Setting("number of runs kept", "whole", least=1, most=1_000_000),
    "keep_megabytes": Setting("megabytes of runs kept", "whole", least=1, most=1_000_000_000),
}
"""All that can be set, by name; `engine.limits` reads and checks values by it."""


def flag(name: str) -> str:
    """Give the option of a setting on the command line."""
    return (SETTINGS[name].flag if name in SETTINGS else "") or "--" + name.replace("_", "-")
