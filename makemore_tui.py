"""The way in, under a name that is only ours.

`tui` and `engine` are words that other packages and folders bear, too. Where one of those stands
first on Python's path, or was installed over ours, nothing else can be imported; so this imports
nothing else before it has looked, and says which folder is in the way.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent

PACKAGES = ("tui", "engine")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    if complaint := _taken():
        return _complain(complaint)
    try:
        from tui.main import main as run
    except KeyboardInterrupt:
        return 130
    except Exception:
        if complaint := _written_over():
            return _complain(complaint)
        raise
    return run(arguments)


def _taken() -> str:
    """Name a folder, or a file, that Python finds in place of one of ours."""
    for name in PACKAGES:
        spec = find_spec(name)
        if spec is None:
            return f"{HERE / name} is not there; install makemore-tui again."
        found = Path(next(iter(spec.submodule_search_locations or [spec.origin or name])))
        if found.resolve() != (HERE / name).resolve():
            return (
                f"{found} is in the way: Python finds it before {HERE / name}; rename it, "
                "uninstall it, or take it off PYTHONPATH."
            )
    return ""


def _written_over() -> str:
    """Name a package that was installed into one of our folders."""
    from importlib.metadata import packages_distributions

    for name in PACKAGES:
        for other in packages_distributions().get(name, ()):
            if other != "makemore-tui":
                return (
                    f"The package {other} has put files of its own into {HERE / name}; uninstall "
                    "it, then install makemore-tui again."
                )
    return ""


def _complain(sentence: str) -> int:
    print(f"makemore-tui: {sentence}", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
