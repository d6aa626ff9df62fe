"""Every message goes round as bytes and comes back equal; all other bytes are refused."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from contextlib import suppress
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Session, protocol
from engine.protocol import (
    Command,
    Event,
    ExhibitShown,
    Load,
    Rank,
    Sample,
    Snapshot,
    Sort,
    TakeApart,
    Train,
    Watch,
    commands,
    events,
    exercises,
    exhibit,
    figures,
    files,
    lessons,
    machine,
    parts,
    runs,
    screens,
    trials,
    values,
)
from engine.protocol.codec import Malformed, News, decode_command, decode_news, encode
from tests.conftest import act

PLAIN: dict[type, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(-(1 << 63), (1 << 64) - 1),
    float: st.floats(),
    str: st.text(st.characters(categories=["L", "N", "P", "Cs"]), max_size=5),
    bytes: st.binary(max_size=20),
    NoneType: st.none(),
}
"""What a message is made of in the end; some text holds what is not Unicode."""

MESSAGES: list[type] = [*get_args(Command), *get_args(Event), Snapshot]


def records() -> Iterator[type]:
    """Every record of the protocol, those inside of messages included."""
    homes = (
        commands,
        events,
        exercises,
        exhibit,
        figures,
        files,
        lessons,
        machine,
        parts,
        runs,
        screens,
        trials,
        values,
        protocol.settings,
    )
    for module in homes:
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__ and hasattr(kind, "__dataclass_fields__"):
                yield kind


def made_of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401
    """Values of a type; AssertionError if it is no plain one."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in (Union, UnionType):
        return st.one_of([made_of(each) for each in inner])
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(made_of(inner[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(made_of, inner))
    if hint in PLAIN:
        return PLAIN[hint]
    assert hint in set(records()), f"{hint} is no plain value"
    return st.builds(hint, **{name: made_of(each) for name, each in get_type_hints(hint).items()})


def back(message: Command | News) -> Command | News:
    """A message that was written as bytes, and read."""
    data = encode(message)
    return decode_command(data) if isinstance(message, Command) else decode_news(data)


@pytest.mark.parametrize("kind", list(records()), ids=lambda kind: kind.__name__)
def test_the_protocol_holds_plain_values_only(kind: type) -> None:
    for hint in get_type_hints(kind).values():
        made_of(hint)


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=5, deadline=None)
def test_every_message_comes_back_equal(kind: type, data: st.DataObject) -> None:
    message = data.draw(made_of(kind))
    # As text, in which not-a-number is equal to itself.
    assert repr(back(message)) == repr(message)
    assert type(back(message)) is kind


def test_numbers_keep_their_kind_where_either_may_stand() -> None:
    table = exhibit.Table("", (), ((1, 1.0, "1"),))
    shown = back(ExhibitShown(1, "counting", exhibit.Exhibit((table,))))
    assert isinstance(shown, ExhibitShown)
    (part,) = shown.exhibit.parts
    assert isinstance(part, exhibit.Table)
    assert [type(cell) for cell in part.rows[0]] == [int, float, str]


def test_what_is_not_a_number_and_what_is_infinite_come_back() -> None:
    snapshot = back(Snapshot(loss=math.nan, gap=-math.inf))
    assert isinstance(snapshot, Snapshot)
    assert math.isnan(snapshot.loss)
    assert snapshot.gap == -math.inf


def test_a_file_name_that_is_not_unicode_comes_back() -> None:
    command = Load("caf\udce9.safetensors", protocol.Configure(seed=(1 << 64) - 1))
    assert back(command) == command


def test_what_an_engine_says_comes_back(session: Session) -> None:
    heard = act(session, Train(20), Sample(model="neural", number=3, wants_theory=True))
    heard += act(session, TakeApart("emma"), Sort(), Rank(), Watch("gradient"), Load("nowhere"))
    assert len(set(map(type, heard))) >= 7
    for message in (*heard, session.snapshot()):
        assert repr(back(message)) == repr(message)


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    for start in (b"", b"\xc1", b"\x92\xa5Train", b"\x93\xa4Load", b"\x92\xabEngineReady"):
        for decode in (decode_command, decode_news):
            with suppress(Malformed):
                decode(start + data)


@pytest.mark.parametrize(
    "message", [Load("run", protocol.Configure(seed=7)), Load("r\udce9n"), Sample(prefix="em")]
)
def test_a_message_that_is_cut_short_or_goes_on_is_refused(message: Command) -> None:
    data = encode(message)
    for wrong in (*(data[:size] for size in range(len(data))), data + b"\xc0", data * 2):
        with pytest.raises(Malformed):
            decode_command(wrong)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (encode(Snapshot()), "Snapshot"),
        (b"\x91" * 100_000, "recursion|str"),
        (b"\xc1" + b"\x91" * 100_000, "recursion"),
        (b"\xdd\xff\xff\xff\xff", "truncated|str"),
        (b"\xc1\xdd\xff\xff\xff\xff", "truncated"),
        (b"\xc1\xd4\x05a", "unknown kind, 5"),
        (b"\x92\xa5Train\xa3ten", "Expected `int | null`, got `str`"),
        (b"\x94\xa5Train\x01\xc2\x01", "length"),
        (b"\x93\xa4Load\xa1\xff\x90", "(?i)utf-8"),
    ],
    ids=str,
)
def test_a_refusal_says_what_is_wrong(data: bytes, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        decode_command(data)
