"""Figures of the two lists of names that are known for certain, to check an installation against.

Those of makemore's list were printed or said in the first makemore lecture, or worked out from the
same data in float64; those of the list that comes with the program were worked out the same way.
"""

from __future__ import annotations

from engine.protocol import PUBLISHED_OF
from engine.records import record

LECTURE_NAMES = "mor axx minaymoryles kondlaisah anchshizarie"
"""First five names from counts with smoothing 1 and the lecture's seed; the same for both lists."""

TORCH_NAMES = "cexze momasurailezitynn konimittain llayn ka"
"""The same drawn with `torch.multinomial` of torch 2.13 on a CPU; other versions draw others."""

EMMA_LOSSES = {0: 3.7693049907684326, 4: 3.6891887187957764}
"""Loss on the five bigrams of `emma` at learning rate 0.1, by number of updates."""

THREE_UNIFORMS = (0.6064, 0.3033, 0.0903)
"""The lecture's `torch.rand(3)`, normalised."""


@record
class Reference:
    """What is known of one list of names; `None` stands for a figure nobody worked out."""

    name: str
    sha256: str
    words: int
    distinct: int
    bigrams: int
    nonzero: int
    zero: int
    once: int
    top: str
    """The ten most frequent bigrams."""
    floor: float
    smoothed: float
    """Average NLL at smoothing 1."""
    log_likelihood: float
    """Sum over all bigrams at smoothing 0."""
    three: float
    """Log likelihood of emma, olivia and ava together, 16 bigrams."""
    three_mean: float | None
    """Their average NLL."""
    andrej: float
    """Its average NLL at smoothing 0."""
    andrejq: float
    """Its average NLL at smoothing 1; at 0 it is infinite."""
    keepdim: tuple[float, float | None]
    """Sum of the first row of `N / N.sum(1)` without `keepdim`, at smoothing 0 and 1."""
    losses: dict[float, dict[int, float]]
    """Total loss by regularisation and number of updates: randn, the lecture's seed, rate 50."""
    optimum: tuple[float, float]
    """Least total loss at regularisation 0.01, and its data part."""
    edge: float | None
    """2/λmax where the data loss is least."""
    correlation: tuple[float, float] | None
    """Correlation of W with log N over non-zero cells after 1,000 steps: raw, and rows centred."""
    network_names: str | None
    """First five names of the network after 300 steps at rate 50 and regularisation 0.01."""
    split: tuple[str, str] | None
    """Words and bigrams of an 80/10/10 split after `random.seed(42)` and a shuffle."""


MAKEMORE = Reference(
    name="makemore's list",
    sha256=PUBLISHED_OF,
    words=32_033,
    distinct=29_494,
    bigrams=228_146,
    nonzero=627,
    zero=102,
    once=43,
    top="n. 6763, a. 6640, an 5438, .a 4410, e. 3983, ar 3264, el 3248, ri 3033, na 2977, .k 2963",
    floor=2.4540144891548743,
    smoothed=2.45457682,
    log_likelihood=-559873.5896,
    three=-38.7856,
    three_mean=2.4241,
    andrej=3.0390654,
    andrejq=3.4834020,
    keepdim=(7.0225, 6.9246),
    losses={
        0.0: {0: 3.7589533, 1: 3.3711004, 10: 2.6890032, 100: 2.4726529, 1000: 2.4553630},
        0.01: {0: 3.7686186, 1: 3.3788068, 10: 2.6965053, 100: 2.4899588, 1000: 2.4804471},
    },
    optimum=(2.48039905, 2.46036210),
    edge=74.4,
    correlation=(0.770, 0.989),
    network_names=None,
    split=("25626/3203/3204", "182625/22655/22866"),
)

NAMES = Reference(
    name="names.txt",
    sha256="bd02dfd33179e23ec2dd093cbd4de619834f75d660ef1ae04d3127e7a0110053",
    words=32_257,
    distinct=29_693,
    bigrams=229_804,
    nonzero=627,
    zero=102,
    once=40,
    top="n. 6808, a. 6682, an 5471, .a 4438, e. 4022, ar 3291, el 3272, ri 3061, na 2993, .k 2982",
    floor=2.4543953286,
    smoothed=2.4549509940,
    log_likelihood=-564029.8641,
    three=-38.8125,
    three_mean=None,
    andrej=3.0367221,
    andrejq=3.4779740,
    keepdim=(7.0114, None),
    losses={
        0.0: {0: 3.7590243, 1: 3.3713292, 10: 2.6893135, 100: 2.4729781, 1000: 2.4557396},
        0.01: {0: 3.7686894, 1: 3.3790349, 10: 2.6968102, 100: 2.4902621, 1000: 2.4807653},
    },
    optimum=(2.4807174, 2.4607131),
    edge=None,
    correlation=None,
    network_names="mor axx minaymoryles kondmaisah anchthizarie",
    split=None,
)

REFERENCES = {reference.sha256: reference for reference in (MAKEMORE, NAMES)}
"""By the hash of the file."""
