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
"""Loss on the five bigrams of `emma` at learning rate 0.1, by number of updates; float32's own."""

EMMA_PROBABILITIES = {
    ".e": 0.01228625513613224,
    "em": 0.018050700426101685,
    "mm": 0.026691533625125885,
    "ma": 0.07367686182260513,
    "a.": 0.014977526850998402,
}
"""What the initial weights of the lecture's seed give each bigram of `emma`."""

SEEDS = {1: 3.3770878, 2: 3.5753083, 3: 4.2259989}
"""First loss on `emma` of the seeds so far above the lecture's."""

THREE_UNIFORMS = (0.6064, 0.3033, 0.0903)
"""The lecture's `torch.rand(3)`, normalised."""

HUNDRED_DRAWS = (
    "11200211000110011001020010010001110110011101101102"
    "00000000001100000000100100000001200000010020100111"
)
"""Which of the three was drawn, a hundred times, by the generator that they came from."""


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
    other: str
    """Some others that the lecture points at."""
    begins: str
    """First row of P at smoothing 0: of each symbol, that a word begins with it."""
    floor: float
    smoothed: float
    """Average NLL at smoothing 1."""
    summed: tuple[float, float] | None
    """The same at smoothing 0 and 1 by the lecture's loop, which sums float32 numbers."""
    log_likelihood: float
    """Sum over all bigrams at smoothing 0."""
    guessed: tuple[float, float] | None
    """Share of the symbols that are the likeliest where they stand, and the mean rank of all."""
    firsts: tuple[float, float] | None
    """NLL of the words' first symbols at smoothing 0, and of all others."""
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
    """Total loss by regularization and number of updates: randn, the lecture's seed, rate 50."""
    optimum: tuple[float, float]
    """Least total loss at regularization 0.01, and its data part."""
    edge: float | None
    """2/λmax where the data loss is least."""
    correlation: tuple[float, float] | None
    """Correlation of W with log N over non-zero cells after 1,000 steps: raw, and rows centred."""
    network_names: str
    """First five names of the network after 300 steps at rate 50 and regularization 0.01."""
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
    other="bh 41, aj 175, m. 516",
    begins=(
        "0.0000 0.1377 0.0408 0.0481 0.0528 0.0478 0.0130 0.0209 0.0273 "
        "0.0184 0.0756 0.0925 0.0491 0.0792 0.0358 0.0123 0.0161 0.0029 "
        "0.0512 0.0642 0.0408 0.0024 0.0117 0.0096 0.0042 0.0167 0.0290"
    ),
    floor=2.4540144891548743,
    smoothed=2.45457682,
    summed=(2.4540941, 2.4543562),
    log_likelihood=-559873.5896,
    guessed=(0.22781026, 5.194950),
    firsts=(2.94417137, 2.37395251),
    three=-38.7856,
    three_mean=2.4241,
    andrej=3.0390654,
    andrejq=3.4834020,
    keepdim=(7.0225, 6.9246),
    losses={
        0.0: {
            0: 3.7589533,
            1: 3.3711004,
            10: 2.6890032,
            100: 2.4726529,
            200: 2.4623455,
            1000: 2.4553630,
        },
        0.01: {0: 3.7686186, 1: 3.3788068, 10: 2.6965053, 100: 2.4899588, 1000: 2.4804471},
    },
    optimum=(2.48039905, 2.46036210),
    edge=74.4,
    correlation=(0.770, 0.989),
    network_names="mor axx minaymoryles kondlaisah anchthizarie",
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
    other="bh 42, aj 178, m. 517",
    begins=(
        "0.0000 0.1376 0.0406 0.0481 0.0528 0.0476 0.0129 0.0209 0.0272 "
        "0.0185 0.0757 0.0924 0.0489 0.0796 0.0357 0.0123 0.0160 0.0029 "
        "0.0513 0.0643 0.0410 0.0024 0.0118 0.0095 0.0042 0.0167 0.0289"
    ),
    floor=2.4543953286,
    smoothed=2.4549509940,
    summed=None,
    log_likelihood=-564029.8641,
    guessed=None,
    firsts=None,
    three=-38.8125,
    three_mean=None,
    andrej=3.0367221,
    andrejq=3.4779740,
    keepdim=(7.0114, None),
    losses={
        0.0: {
            0: 3.7590243,
            1: 3.3713292,
            10: 2.6893135,
            100: 2.4729781,
            200: 2.4626946,
            1000: 2.4557396,
        },
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
