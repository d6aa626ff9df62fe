"""Tests of the lab's chapters."""
