"""The user's config file: read, checked, never written.

A TOML file in the platform's config folder. What is given on the command line wins over it, and it
wins over what the app remembers of the last time.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from engine import LIMITS, check, parse, printable
from engine.protocol import Configure, Refusal

NAME = "makemore-tui"

SETTINGS = tuple(f.name for f in fields(Configure))
"""Names that the table `[start]` may hold, besides `data`."""

TABLES = ("theme", "fps", "max_bandwidth", "start", "keys")


@dataclass(frozen=True)
class Config:
    """What the file says."""

    path: Path
    theme: str | None = None
    fps: float | None = None
    max_bandwidth: float | None = None
    """In kB a second."""
    data: str | None = None
    start: Configure = field(default_factory=Configure)
    """Settings to start with."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Key by command id."""


def config_path() -> Path:
    """Where the file is looked for; it need not exist."""
    return user_config_path(NAME) / "config.toml"


def read(path: Path | None = None, commands: frozenset[str] = frozenset()) -> Config:
    """Read the file, if there is one.

    Args:
        path: where; the platform's place if not given.
        commands: ids that the table `[keys]` may name; any if empty.

    Raises:
        Refusal: the file is not TOML, or holds what it may not; nothing of it is taken then.
    """
    path = path or config_path()
    shown = printable(str(path))
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = printable(" ".join(str(error).split()))
        raise Refusal(f"The config file {shown} cannot be read: {reason}.") from None
    try:
        return _config(path, table, commands)
    except Refusal as refusal:
        raise Refusal(f"In the config file {shown}: {refusal}") from None


def _config(path: Path, table: dict[str, Any], commands: frozenset[str]) -> Config:
    _known(table, TABLES, "the file")
    start = _table(table, "start")
    _known(start, (*SETTINGS, "data"), "[start]")
    data = start.pop("data", None)
    keys = _table(table, "keys")
    if commands:
        _known(keys, sorted(commands), "[keys]")
    theme = table.get("theme")
    for name, value in (("theme", theme), ("data", data), *keys.items()):
        if value is not None and not isinstance(value, str):
            raise Refusal(f"{printable(name)} must be text in quotes, not {value}.")
    return Config(
        path=path,
        theme=theme,
        fps=_number(table, "fps"),
        max_bandwidth=_number(table, "max_bandwidth"),
        data=str(Path(data).expanduser()) if data else None,
        start=Configure(**{name: _setting(name, value) for name, value in start.items()}),
        keys=keys,
    )


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise Refusal(f"{name} must be a table: write [{name}] and one setting a line below it.")
    return dict(found)


def _known(table: Mapping[str, Any], names: Any, where: str) -> None:  # noqa: ANN401
    for name in table:
        if name not in names:
            raise Refusal(
                f"{where} does not know “{printable(name)[:40]}”; it may hold {', '.join(names)}."
            )


def _number(table: dict[str, Any], name: str) -> float | None:
    return float(_setting(name, table[name])) if name in table else None


def _setting(name: str, value: Any) -> Any:  # noqa: ANN401
    """Check a setting; a number may be written as a number, a choice as text."""
    if isinstance(value, str):
        return parse(name, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(f"{LIMITS[name].label} must be {LIMITS[name].rule}, not {value}.")
    return check(name, value)


def describe(config: Config) -> Iterator[str]:
    """Say in lines of TOML what is in force."""
    yield f"# {printable(str(config.path))}" + ("" if config.path.exists() else " (not there)")
    for name in ("theme", "fps", "max_bandwidth"):
        value = getattr(config, name)
        if value is not None:
            yield f"{name} = {_toml(value)}"
    start = {n: v for n in SETTINGS if (v := getattr(config.start, n)) is not None}
    if config.data is not None:
        start["data"] = config.data
    for title, table in (("start", start), ("keys", config.keys)):
        if table:
            yield f"[{title}]"
            yield from (f"{printable(str(n))} = {_toml(v)}" for n, v in table.items())


def _toml(value: object) -> str:
    if value == float("inf"):
        return '"max"'
    if isinstance(value, str):
        text = printable(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{text}"'
    return f"{value:g}" if isinstance(value, float) else str(value)
