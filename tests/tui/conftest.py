"""What tests of the screen share."""

from __future__ import annotations

from typing import Any

from textual.css.stylesheet import Stylesheet

_parse = Stylesheet._parse_rules
_parsed: dict[object, Any] = {}


def _parse_once(self: Stylesheet, *css: Any, **more: Any) -> Any:  # noqa: ANN401
    """Read each sheet once, not for each of some hundred apps anew: 40 ms apiece."""
    key = (css, *more.items(), frozenset(self._variables.items()))
    if key not in _parsed:
        _parsed[key] = _parse(self, *css, **more)
    return _parsed[key]


Stylesheet._parse_rules = _parse_once  # type: ignore[method-assign]
