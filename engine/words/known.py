"""Lists of names that figures are known of, by the SHA-256 of their file."""

from __future__ import annotations

MAKEMORE = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"
"""Makemore's own list, that of the lecture."""

BUNDLED = "bd02dfd33179e23ec2dd093cbd4de619834f75d660ef1ae04d3127e7a0110053"
"""The list that comes with the program."""
