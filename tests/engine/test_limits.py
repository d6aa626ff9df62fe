"""What settings may be: the same sentence wherever they are given."""

from __future__ import annotations

import math

import pytest

from engine import check, parse
from engine.limits import MOST, changed
from engine.protocol import SETTINGS, SPLITS, Configure, Refusal, Settings, Value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("learning_rate", "50", 50.0),
        ("learning_rate", " 1e30 ", 1e30),
        ("regularization", "0", 0.0),
        ("temperature", "0.8", 0.8),
        ("speed", "MAX", math.inf),
        ("speed", "30", 30.0),
        ("seed", "-9223372036854775808", -(1 << 63)),
        ("steps", "0", 0),
        ("number", "1000000", 1_000_000),
        ("gradient", "gather", "gather"),
    ],
)
def test_good_settings_are_read(name: str, text: str, value: object) -> None:
    assert parse(name, text) == value


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "-inf", "0", "-1", "1e999"])
@pytest.mark.parametrize("name", ["learning_rate", "temperature"])
def test_rates_and_temperatures_are_finite_and_above_zero(name: str, text: str) -> None:
    with pytest.raises(Refusal, match=f"{SETTINGS[name].label} must be a finite number above 0"):
        parse(name, text)


@pytest.mark.parametrize("text", ["x", "nan", "inf", "-0.1"])
@pytest.mark.parametrize("name", ["regularization", "smoothing"])
def test_regularization_and_smoothing_are_finite_and_not_negative(name: str, text: str) -> None:
    with pytest.raises(Refusal, match="a finite number, 0 or more"):
        parse(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("steps", "-1"),
        ("steps", "1.5"),
        ("steps", "1e3"),
        ("number", "0"),
        ("every", "0"),
        ("top", "-1"),
        ("speed", "0"),
        ("speed", "nan"),
        ("seed", str(1 << 64)),
        ("init", "ones"),
        ("device", "tpu"),
        ("model", ""),
    ],
)
def test_other_bad_settings_are_refused_by_label_and_rule(name: str, text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse(name, text)
    assert str(refusal.value).startswith(f"{SETTINGS[name].label} must be {SETTINGS[name].rule}")


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_no_refusal_repeats_what_a_terminal_could_obey(name: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse(name, "\x1b]52;c;\x07\u202e" + "x" * 10_000)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 200


def test_a_truth_value_is_no_number() -> None:
    with pytest.raises(Refusal):
        check("learning_rate", True)


def test_every_setting_has_a_limit_and_starts_within_it() -> None:
    for name in Configure.__dataclass_fields__:
        check(name, getattr(Settings(), name))


@pytest.mark.parametrize("name", ["learning_rate", "regularization", "smoothing", "temperature"])
@pytest.mark.parametrize("value", [1e31, 1e308, 10**400])
def test_what_is_beyond_all_use_is_refused_with_the_most_that_may_be(
    name: str, value: Value
) -> None:
    with pytest.raises(Refusal, match="no greater than 10³⁰"):
        check(name, value)
    assert check(name, MOST) == MOST


@pytest.mark.parametrize(
    ("command", "objective"),
    [
        (Configure(), (4, 2, "tenth")),
        (Configure(order=6), (6, 5, "tenth")),
        (Configure(order=4), (4, 3, "tenth")),
        (Configure(order=6, dots=0), (6, 0, "tenth")),
        (Configure(dots=1), (4, 1, "tenth")),
        (Configure(split="none"), (4, 2, "none")),
    ],
)
def test_an_order_that_comes_without_dots_brings_all_it_has_room_for(
    command: Configure, objective: tuple[int, int, str]
) -> None:
    assert changed(Settings(order=4, dots=2, split="tenth"), command).objective == (
        *objective,
        "neural",
    )


@pytest.mark.parametrize("command", [Configure(order=2, dots=2), Configure(dots=4)])
def test_more_dots_than_there_is_room_for_are_refused(command: Configure) -> None:
    with pytest.raises(Refusal, match="dots must be a whole number from 0 to"):
        changed(Settings(order=4, dots=2), command)


@pytest.mark.parametrize("split", [*SPLITS, "0.8,0.1,0.1", ".9,.1", "0.8,0.1,0.1@7"])
def test_a_split_is_a_recipe_or_fractions(split: str) -> None:
    assert parse("split", split) == split


@pytest.mark.parametrize("split", ["", "thirds", "1", "0.8", "0.8,0.1,0.1,0.1", "0.8,0.2@x", "2,3"])
def test_no_other_split_is_taken(split: str) -> None:
    with pytest.raises(Refusal, match=r"split must be one of none, .* or fractions such as"):
        parse("split", split)


def test_a_model_may_be_called_as_the_screen_calls_it() -> None:
    assert parse("model", "network") == parse("network", "network") == "neural"
    with pytest.raises(Refusal, match=r"must be one of .* not network"):
        parse("counting_model", "network")
