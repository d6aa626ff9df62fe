"""The user's config file: read, checked, never written.

A TOML file in the platform's config folder. What is given on the command line wins over it, and it
wins over what the app remembers of the last time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from engine import check, parse, printable, record
from engine.protocol import SETTINGS, Configure, Refusal, Shelf
from engine.text.alike import meant
from tui import storage
from tui.colours.palettes import RampName, ramp_named
from tui.options import Options
from tui.text.ascii import is_ascii

NAME = "makemore-tui"

STARTS = tuple(f.name for f in fields(Configure))
"""Names that the table `[start]` may hold, besides `data`."""

NAMES = ("theme", "ramp", "fps", "mouse", "ascii", "keep_runs", "keep_megabytes")
"""Names that may stand above the tables."""


@record
class Config:
    """What the file says."""

    path: Path
    theme: str | None = None
    ramp: RampName | None = None
    fps: float | None = None
    mouse: bool | None = None
    """Whether the terminal is to report the mouse."""
    ascii: bool | None = None
    """Whether to draw with ASCII alone."""
    keep_runs: int | None = None
    """Most runs that are kept in the runs folder."""
    keep_megabytes: int | None = None
    """Most that they take."""
    data: str | None = None
    start: Configure = field(default_factory=Configure)
    """Settings to start with."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Key by command id."""

    def shelf(self, place: str = "") -> Shelf:
        """Where runs are kept; the first one in another place, if one is given."""
        return storage.shelf(self.keep_runs, self.keep_megabytes, place)


def config_path() -> Path:
    """Where the file is looked for; it need not exist."""
    return user_config_path(NAME) / "config.toml"


def read(
    path: Path | None = None,
    commands: Collection[str] = (),
    complaint: Callable[[Mapping[str, str]], str] = lambda keys: "",
) -> Config:
    """Read the file, if there is one.

    Args:
        path: where; the platform's place if not given.
        commands: ids that the table `[keys]` may name; any if empty.
        complaint: says what is wrong with keys by command id; empty if nothing is.

    Raises:
        Refusal: the file is not TOML, or holds what it may not; nothing of it is taken then.
    """
    path = path or config_path()
    shown = printable(str(path))
    try:
        table = _parsed(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config(path)
    except (OSError, ValueError, RecursionError) as error:
        reason = printable(" ".join(str(error).split()))
        raise Refusal(f"The config file {shown} cannot be read: {reason}.") from None
    try:
        read = _config(path, table, commands)
        if reason := complaint(read.keys):
            raise Refusal(printable(reason))
        return read
    except Refusal as refusal:
        raise Refusal(f"In the config file {shown}: {refusal}") from None


def _parsed(text: str) -> dict[str, Any]:
    # Most people have no such file, and the first frame need not wait for its parser.
    import tomllib

    return tomllib.loads(text)


def _config(path: Path, table: dict[str, Any], commands: Collection[str]) -> Config:
    _known(table, (*NAMES, "start", "keys"), "the file")
    start = _table(table, "start")
    _known(start, (*STARTS, "data"), "[start]")
    data = start.pop("data", None)
    keys = _table(table, "keys")
    if commands:
        _known(keys, sorted(commands), "[keys]")
    theme, ramp = table.get("theme"), table.get("ramp")
    for name, value in (("theme", theme), ("ramp", ramp), ("data", data), *keys.items()):
        if value is not None and not isinstance(value, str):
            shown = printable(str(value))[:40]
            raise Refusal(f"{printable(name)} must be text in quotes, not {shown}.")
    return Config(
        path=path,
        theme=theme,
        ramp=None if ramp is None else ramp_named(ramp),
        fps=_number(table, "fps"),
        mouse=_flag(table, "mouse"),
        ascii=_flag(table, "ascii"),
        keep_runs=_whole(table, "keep_runs"),
        keep_megabytes=_whole(table, "keep_megabytes"),
        data=None if data is None else os.path.expanduser(data),
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
                f"{where} does not know “{printable(name)[:40]}”{meant(name, names)}; it may hold "
                f"{', '.join(names)}."
            )


def _number(table: dict[str, Any], name: str) -> float | None:
    return float(_setting(name, table[name])) if name in table else None


def _whole(table: dict[str, Any], name: str) -> int | None:
    return int(_setting(name, table[name])) if name in table else None


def _flag(table: dict[str, Any], name: str) -> bool | None:
    value = table.get(name)
    if value is not None and not isinstance(value, bool):
        raise Refusal(f"{name} must be true or false, not {printable(str(value))[:40]}.")
    return value


def _setting(name: str, value: Any) -> Any:  # noqa: ANN401
    """Check a setting; a number may be written as a number, a choice as text."""
    if isinstance(value, str):
        return parse(name, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(f"{SETTINGS[name].label} must be {SETTINGS[name].rule}, not {value}.")
    return check(name, value)


def describe(
    config: Config, remembered: Mapping[str, str], usual_keys: Mapping[str, str]
) -> Iterator[str]:
    """Say in lines of TOML what is in force, and of each line where it comes from.

    Args:
        config: what the file says.
        remembered: theme and ramp of the last time.
        usual_keys: the first key of each command by its id.
    """
    from textual.constants import DEFAULT_THEME

    yield f"# {printable(str(config.path))}" + ("" if config.path.exists() else " (not there)")
    filed = {n: v for n in NAMES if (v := getattr(config, n)) is not None}
    options = Options()
    usual: dict[str, object] = {"theme": DEFAULT_THEME, "ramp": "own"}
    usual |= {"fps": options.fps, "mouse": options.has_mouse, "ascii": is_ascii(os.environ)}
    usual |= {"keep_runs": options.shelf.runs}
    usual |= {"keep_megabytes": options.shelf.bytes // 1_000_000}
    yield from _lines(filed, remembered, usual)
    yield "\n[start]"
    if config.data is None:
        yield "# data: the names that come with the program"
    else:
        yield f"data = {_toml(config.data)}"
    filed = {n: v for n in STARTS if (v := getattr(config.start, n)) is not None}
    yield from _lines(filed, {}, asdict(options.settings))
    yield "\n[keys]"
    yield from _lines(config.keys, {}, usual_keys)


def _lines(
    filed: Mapping[str, object], remembered: Mapping[str, object], usual: Mapping[str, object]
) -> Iterator[str]:
    """Give all that has a usual value with the one that wins, remarked if not the file's."""
    sources = ((filed, ""), (remembered, "  # as last time"), (usual, "  # as usual"))
    for name in usual:
        value, remark = next((s[name], remark) for s, remark in sources if name in s)
        yield f"{name} = {_toml(value)}{remark}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value == float("inf"):
        return '"max"'
    if isinstance(value, str):
        text = printable(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{text}"'
    return repr(value).removesuffix(".0")
