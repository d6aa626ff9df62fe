"""Whether the app runs on Textual's public parts alone: heavier, but the same."""

from __future__ import annotations

import os

IS_PLAIN = os.environ.get("MAKEMORE_PLAIN_TEXTUAL", "") not in ("", "0")
"""Asked for by tests, and by reports of faults, to tell Textual's from ours."""
