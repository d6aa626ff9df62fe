"""Records: frozen dataclasses with slots that cost next to nothing until the first one is made.

`dataclasses` writes and compiles six functions for each class, half a millisecond in all; for the
classes of this program that was a sixth of the time to the first frame. Here what is the same for
every class is written once, and the constructor, which is not, is compiled when it is first called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, make_dataclass
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Make of a class what `dataclass(frozen=True, slots=True)` would make of it.

    `replace`, `fields`, `asdict`, `match`, `copy` and `pickle` take its values for a dataclass's.
    They are compared, hashed and shown by all their fields; there is no `__post_init__`, and of
    `field` only the default and its factory count.
    """
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)

    def construct(self: object, *args: object, **given: object) -> None:
        """Take the place of the constructor until it is called, then call it."""
        made.__init__ = _constructor(made)
        made.__init__(self, *args, **given)

    made.__init__ = construct
    made._read = _reader([f.name for f in fields(made)])  # noqa: SLF001
    for name, method in _SHARED.items():
        if name not in cls.__dict__:
            setattr(made, name, method)
    finished: type[T] = made
    return finished


def _constructor(cls: Any) -> Callable[..., None]:  # noqa: ANN401
    """Compile what fills the fields: the constructor of an ordinary dataclass that has the same."""
    same = [
        (f.name, f.type, field(default=f.default, default_factory=f.default_factory))
        for f in fields(cls)
    ]
    twin: Any = make_dataclass(cls.__name__, same, frozen=True, repr=False, eq=False)
    constructor: Callable[..., None] = twin.__init__
    return constructor


def _reader(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Give what reads the fields of a record, in order."""
    if len(names) > 1:
        return attrgetter(*names)
    return staticmethod(lambda self: tuple(getattr(self, name) for name in names))


def _equals(self: Any, other: Any) -> Any:  # noqa: ANN401
    if other.__class__ is self.__class__:
        return self._read(self) == self._read(other)
    return NotImplemented


def _hash(self: Any) -> int:  # noqa: ANN401
    return hash(self._read(self))


def _show(self: Any) -> str:  # noqa: ANN401
    shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self))
    return f"{type(self).__qualname__}({shown})"


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> tuple[Any, ...]:  # noqa: ANN401
    values: tuple[Any, ...] = self._read(self)
    return values


def _restore(self: Any, values: tuple[Any, ...]) -> None:  # noqa: ANN401
    for f, value in zip(fields(self), values, strict=True):
        object.__setattr__(self, f.name, value)


_SHARED: dict[str, Callable[..., Any]] = {
    "__eq__": _equals,
    "__hash__": _hash,
    "__repr__": _show,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
    "__getstate__": _state,
    "__setstate__": _restore,
}
"""What is the same for every record; a class may have its own instead."""
