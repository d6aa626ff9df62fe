"""Records are what frozen dataclasses with slots are, to everything that knows those."""

from __future__ import annotations

import copy
import math
import pickle
import subprocess
import sys
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import pytest

from engine import protocol, record


@record
class Point:
    """Two required fields, one of them with a default, and one made anew for each value."""

    x: float
    y: float = 2.0
    tags: tuple[str, ...] = ()
    seen: list[int] = field(default_factory=list)


@record
class One:
    """A single field."""

    x: float


@record
class Nothing:
    """No field."""


@dataclass(frozen=True, slots=True)
class Ordinary:
    """The same as `Point`, made the usual way."""

    x: float
    y: float = 2.0
    tags: tuple[str, ...] = ()
    seen: list[int] = field(default_factory=list)


def outcome(make: Any, *args: Any, **given: Any) -> str:  # noqa: ANN401
    """What comes of a call, without the name of the class."""
    try:
        return repr(make(*args, **given)).replace(make.__name__, "")
    except TypeError:
        return "refused"


@pytest.mark.parametrize(
    ("args", "given"),
    [
        ((1,), {}),
        ((1, 3), {"tags": ("a",)}),
        ((), {"y": 1, "x": 0}),
        ((), {}),
        ((1,), {"x": 1}),
        ((1,), {"z": 1}),
        ((1, 2, (), [], 5), {}),
    ],
)
def test_it_takes_and_refuses_the_arguments_that_a_dataclass_does(
    args: tuple[object, ...], given: dict[str, object]
) -> None:
    assert outcome(Point, *args, **given) == outcome(Ordinary, *args, **given)


def test_a_default_that_is_made_is_made_for_each() -> None:
    first, second = Point(1), Point(1)
    first.seen.append(1)
    assert second.seen == []


def test_values_are_equal_if_all_their_fields_are() -> None:
    assert One(1) == One(1)
    assert One(1) != One(2)
    assert Nothing() == Nothing()
    others: list[object] = [Point(1), Ordinary(1), Nothing(), One(1), (1,)]
    assert all(a != b for i, a in enumerate(others) for b in others[:i])
    assert One(math.nan) == One(math.nan), "the same object is equal to itself, as in a tuple"
    assert hash(One(1)) == hash(One(1.0))
    assert len({Nothing(), Nothing(), One(1)}) == 2


def test_nothing_about_a_value_can_be_changed() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match="immutable"):
        point.x = 3  # type: ignore[misc]
    with pytest.raises(AttributeError, match="immutable"):
        del point.x
    with pytest.raises(AttributeError):
        point.z = 3  # type: ignore[attr-defined]
    assert not hasattr(point, "__dict__")


@pytest.mark.parametrize("value", [Point(1, tags=("a", "b")), One(0.5), Nothing()])
def test_it_crosses_a_process_boundary_and_is_copied(value: object) -> None:
    for other in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert other == value
        assert type(other) is type(value)


def test_what_works_on_dataclasses_works_on_it() -> None:
    point = Point(1)
    assert replace(point, y=5) == Point(1, 5)
    assert asdict(point) == {"x": 1, "y": 2.0, "tags": (), "seen": []}
    assert [f.name for f in fields(Point)] == ["x", "y", "tags", "seen"]
    match point:
        case Point(x, y):
            assert (x, y) == (1, 2.0)


def test_a_class_may_have_a_method_of_its_own_instead() -> None:
    @record
    class Secret:
        key: str

        def __repr__(self) -> str:
            return "Secret"

    assert repr(Secret("s")) == "Secret"
    assert Secret("s") == Secret("s")


def test_every_value_of_the_protocol_can_be_pickled_before_any_was_made() -> None:
    """In a fresh interpreter the class that reads a value has never made one."""
    sent = pickle.dumps(protocol.Train(7))
    code = "import pickle, sys; print(pickle.loads(sys.stdin.buffer.read()))"
    run = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True)
    assert run.stdout.decode().strip() == repr(protocol.Train(7))
