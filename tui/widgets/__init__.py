"""Widgets that cost little: they repaint what changed, and nothing else."""
