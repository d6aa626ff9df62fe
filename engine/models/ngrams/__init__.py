"""Counting models of any order: contexts counted, smoothed, tuned and compared; no torch."""
