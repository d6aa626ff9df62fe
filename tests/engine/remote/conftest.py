"""What the tests of engines in processes of their own share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder of the test's own, with a path that leaves room for that of a socket."""
    with tempfile.TemporaryDirectory(prefix="mm-", dir="/tmp") as folder:
        yield Path(folder)
