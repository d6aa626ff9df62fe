"""What settings may be: the same sentence wherever they are given."""

from __future__ import annotations

import math

import pytest

from engine import check, parse
from engine.limits import MOST
from engine.protocol import SETTINGS, Configure, Refusal, Settings, Value


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
def test_regularisation_and_smoothing_are_finite_and_not_negative(name: str, text: str) -> None:
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
