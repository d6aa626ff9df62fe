"""What each exercise asks, in our own words, and what a recipe has to decide."""

from __future__ import annotations

from engine.records import record


@record
class Text:
    """An exercise in words."""

    task: str
    choices: tuple[str, ...]


TEXTS = {
    "e01": Text(
        "Guess the next letter from the two before it, by counting or by a net, and judge it by "
        "its loss. Is it better than the bigram?",
        (
            "dots: one before each word, as the lecture writes, leaves every first letter out; "
            "with two a trigram predicts the very symbols that the bigram does",
            "k: added to every count; on the words that were counted 0 is always best",
            "the net: a row of W for each pair of symbols, or two one-hots side by side, which "
            "cannot know what a pair does beyond what either symbol does",
            "rate, steps and λ: whether the loss printed is that of the model or of its training",
        ),
    ),
    "e02": Text(
        "Part the words 80/10/10 at random into train, dev and test. Train a bigram and a trigram "
        "on train alone, and judge them on dev and test.",
        (
            "the shuffle: seeded once, and run once; or the file as it stands, or none",
            "what is counted: train alone; a model that has seen dev is no longer judged by it",
            "k = 0: one n-gram of dev that train does not hold makes the loss infinite",
        ),
    ),
    "e03": Text(
        "Tune the strength of the smoothing of the trigram on dev: try many, watch train and dev, "
        "take the best on dev, and look at test once, at the end.",
        (
            "what is tuned: k of the counts, or λ of the net",
            "on what: dev; on train none is always best, and on test it is no longer a test",
            "how: a row of values, then closer around the least",
        ),
    ),
    "e04": Text(
        "A one-hot vector times W picks out a row of W. Take the row by its index, with no one-hot "
        "at all, and see that nothing changes.",
        ("the way to the logits: xenc @ W, or W[xs]", "the loss behind it: by hand, or torch's"),
    ),
    "e05": Text(
        "Take torch's cross_entropy for the loss instead of exp, normalise, pick and log. The "
        "result is the same; why is it to be preferred?",
        ("the loss: by hand, or cross_entropy", "how large the logits are"),
    ),
    "e06": Text(
        "Ask a question of your own: change the words, the model or the measure, say beforehand "
        "what the loss will do, and look. Twelve are ready, worked out on the words at hand.",
        (
            "what is changed, and what is left as it is: one thing at a time",
            "the same events on both sides; else two losses cannot be compared",
            "counted on what, judged on what",
        ),
    ),
}
