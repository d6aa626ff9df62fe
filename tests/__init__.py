"""Tests."""

PATIENCE = 120.0
"""Seconds after which what should happen is said not to: a machine may have much else to do."""
