"""Lets `python -m tui` be the command, too."""

from __future__ import annotations

import sys

from makemore_tui import main

if __name__ == "__main__":
    sys.exit(main())
